"""How the table's tests run: each on its columns, plain and streamed, over a simulator that refuses what is wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator
from typing import Any

import pytest

from agents import AgentsException, function_tool
from agents.testing.simulator import Simulator

from .columns import WAYS, close_clients
from .rows import ROWS
from .table import halves

SHORTFALLS = (AssertionError, AgentsException, pytest.fail.Exception)
"""How a test fails where something falls short; anything else is a fault of the test."""


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once for each half of a cell that it shows.

    By a mark, as pytest lets those alone replace the parameters that a fixture has of its own.
    """
    mark = metafunc.definition.get_closest_marker("shows")
    if mark is None or "column" not in metafunc.fixturenames:
        return
    names, columns, way = mark.args
    if unknown := [name for name in names if name not in ROWS]:
        raise pytest.UsageError(f"{metafunc.definition.nodeid} shows {unknown}, which are no rows of the table")
    rows = [ROWS[name] for name in names]
    found = halves(rows, columns)
    short = {half for half in found if any(row.lack(half[0].id, half[1]) for row in rows)}
    marks = {half: [pytest.mark.falls_short] if half in short else [] for half in found}
    if "run" in metafunc.fixturenames:
        params = [pytest.param(*half, id=f"{half[0].id}-{half[1]}", marks=marks[half]) for half in found]
        cells = pytest.mark.parametrize(("column", "run"), params, indirect=["run"])
    else:
        distinct = {half[0]: marks[half] for half in found if way in (None, half[1])}
        cells = pytest.mark.parametrize("column", [pytest.param(c, id=c.id, marks=m) for c, m in distinct.items()])
    metafunc.definition.add_marker(cells)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Note on each test which halves of cells it shows: reports carry it to whoever draws the table."""
    for item in items:
        mark, spec = item.get_closest_marker("shows"), getattr(item, "callspec", None)
        if mark is None:
            continue
        names, columns, way = mark.args
        params = spec.params if spec is not None else {}
        for column in [params["column"]] if "column" in params else columns:
            for each in [params["run"]] if "run" in params else [way] if way else WAYS:
                item.user_properties += [("cell", (name, column.id, each)) for name in names]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Generator[None, Any, None]:
    """A test of what falls short must fail, and is quiet then; one that skips itself is neither test nor reason."""
    outcome = yield
    report = outcome.get_result()
    if item.get_closest_marker("falls_short") is not None:
        if report.failed and call.excinfo is not None and isinstance(call.excinfo.value, SHORTFALLS):
            report.outcome, report.longrepr = "passed", None
        elif report.passed and call.when == "call":
            report.outcome = "failed"
            report.longrepr = f"{item.nodeid} holds: what its row says is lacking is not (tests/conformance/rows)"
    elif report.skipped and item.get_closest_marker("shows"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} skipped: state the reason in the row (tests/conformance/rows)"


@pytest.fixture
async def sim(request: pytest.FixtureRequest) -> AsyncIterator[Simulator]:
    """A strict simulator: what it refuses as the real services do, we should not have sent.

    ``@pytest.mark.simulator(...)`` gives it options. A test that means to be refused clears ``refusals`` itself.
    """
    mark = request.node.get_closest_marker("simulator")
    async with Simulator(**(mark.kwargs if mark else {})) as simulator:
        yield simulator
        await close_clients()
        assert not simulator.refusals


@pytest.fixture
def weather() -> Any:
    """The tool that the simulator's assistant looks for."""

    @function_tool
    def get_weather(city: str) -> str:
        """The weather of a city."""
        return f"Windy at {len(city)} °C"

    return get_weather
