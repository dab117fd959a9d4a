"""The table itself: complete, true to its tests, and as the page has it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from .columns import ANTHROPIC, COLUMNS, GEMINI, OPENAI_CHAT
from .matrix import Half, Recorder, draw, faults, letters, terminal
from .rows import ROWS, SECTIONS
from .table import Row

ROOT = Path(__file__).resolve().parents[2]


def test_every_cell_is_a_test_or_a_reason_and_the_page_says_so() -> None:
    """A promise that nobody checks is none; and a page that is behind the tests misleads."""
    done = subprocess.run(
        [sys.executable, "scripts/conformance.py", "--check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stdout + done.stderr


def test_every_row_is_named_once() -> None:
    """Two rows of one name would hide each other."""
    assert len(ROWS) == sum(len(rows) for rows in SECTIONS.values())


def test_what_falls_short_is_shown_by_a_test_that_must_fail(gap: Row) -> None:
    """A limit of somebody else's is struck from the table when it is mended there."""
    half = (gap.id, ANTHROPIC.id, "streamed")
    shown: dict[Half, set[str]] = {half: {"a"}, (gap.id, ANTHROPIC.id, "plain"): {"b"}}
    drawing = draw(Recorder(shown=shown))
    assert drawing.lacks[-1] == "It drops it."
    assert drawing.cells[gap.id, ANTHROPIC.id] == f"({letters(len(drawing.lacks))})"
    assert draw(Recorder(shown=shown, failed={"a"})).cells[gap.id, ANTHROPIC.id].endswith("✗ streamed")
    assert [letters(number) for number in (1, 26, 27, 53)] == ["a", "z", "aa", "ba"]


@pytest.fixture
def gap(monkeypatch: pytest.MonkeyPatch) -> Row:
    """A row that nothing shows, in the table for the time of the test."""
    row = Row(
        "nobody:shows",
        "Nobody shows this.",
        cases=(90,),
        cannot={"openai-caht": "a typing error", GEMINI.id: "out of place"},
        lacks={ANTHROPIC.id: "It drops it.", f"{GEMINI.id}/plain": "And so does this."},
    )
    monkeypatch.setitem(ROWS, row.id, row)
    return row


def test_a_gap_is_found(gap: Row) -> None:
    """A check that cannot fail is no check."""
    found = faults(Recorder())
    assert f"{gap.id}: neither a test nor a reason on {OPENAI_CHAT.id}, plain" in found
    assert f"{gap.id}: a reason for 'openai-caht', which is no column" in found
    assert f"{gap.id}: neither a test nor a reason on {ANTHROPIC.id}, plain" in found  # a claim that nothing checks
    assert f"{gap.id}: out of place and falling short at once on {GEMINI.id}, plain" in found
    assert "there is no known failure 90" in found
    assert any("no test is collected from" in fault for fault in found)


def test_a_failing_test_shows_in_its_cell(gap: Row) -> None:
    """No cell is hidden, least of all one that fails."""
    seen = Recorder(shown={(gap.id, OPENAI_CHAT.id, way): {"a", "b"} for way in ("plain", "streamed")}, failed={"b"})
    drawing = draw(seen)
    assert drawing.cells[gap.id, OPENAI_CHAT.id] == "✗"
    assert drawing.cells[gap.id, COLUMNS[-1].id] == "?"
    assert "\033" not in terminal(seen, color=False)
    assert "\033[1;31m" not in terminal(seen, color=True)  # a row outside the sections is not printed
