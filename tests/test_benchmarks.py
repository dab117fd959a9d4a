"""The benchmarks' own arithmetic: what they call linear, and what they refuse."""

from __future__ import annotations

import pytest
from benchmarks.measure import WORKERS, Result
from benchmarks.plots import exponent
from benchmarks.rows import GROWTHS, OURS, ROWS, Row

SIZES = (0, 250, 500, 1000, 2000)


def growing(power: float) -> dict[int, float]:
    """A curve of cost by size, above a base that has nothing to do with the size."""
    return {size: 0.5 + 1e-6 * size**power for size in SIZES}


@pytest.mark.parametrize("power", [1.0, 1.5, 2.0])
def test_the_fitted_exponent_is_that_of_the_growth(power: float) -> None:
    """A reader judges linearity by this number."""
    assert exponent(growing(power)) == pytest.approx(power, abs=0.01)


def result_of(row: Row, power: float) -> Result:
    curve = growing(power)
    each = {"full": (curve[2000] - curve[0]) / 2000, "quarter": (curve[500] - curve[0]) / 500}
    kind = row.ours.value.removesuffix("_full")
    return Result(row, {OURS: [{f"{kind}_{share}": cost for share, cost in each.items()}]})


@pytest.mark.parametrize(
    "row", [row for row in GROWTHS if row.other.value.endswith("_quarter")], ids=lambda row: row.key
)
def test_growth_rows_take_linear_growth_and_refuse_quadratic(row: Row) -> None:
    """A row that nothing can fail would hold nothing."""
    assert result_of(row, 1.0).met
    assert not result_of(row, 2.0).met


def test_every_row_has_a_key_of_its_own_and_a_worker_that_exists() -> None:
    """Rows are chosen by key, and a missing worker would show only after minutes of measuring."""
    assert len({row.key for row in ROWS}) == len(ROWS)
    assert all((WORKERS / row.worker.script).is_file() for row in ROWS)


def test_ratios_are_taken_pair_by_pair() -> None:
    """Two figures of one turn met the same machine; their medians may stem from different turns."""
    row = next(row for row in ROWS if row.key == "text-floor")
    ours, other = [{"text": 2.0}, {"text": 30.0}, {"text": 4.0}], [{"text": 1.0}, {"text": 10.0}, {"text": 1.0}]
    assert Result(row, {row.ours.contender: ours, row.other.contender: other}).ratio == 3.0
