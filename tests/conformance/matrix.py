"""The conformance table as it is drawn: from the rows, and from what pytest collected or ran.

Above: ``scripts/conformance.py`` and ``test_the_table``. Below: the rows. Drawing is pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from .columns import COLUMNS, WAYS, Column, Way
from .rows import ROWS, SECTIONS
from .table import Row

Half = tuple[str, str, str]
"""Row, column and way."""
CASES = frozenset(range(1, 90))
"""The numbers of the known failures that the table started from."""
ELSEWHERE = sorted({path for row in ROWS.values() for path in row.elsewhere})


@dataclass
class Recorder:
    """A pytest plugin that notes which halves of cells tests show, and whether they passed."""

    shown: dict[Half, set[str]] = field(default_factory=dict)
    """By half of a cell: the tests that show it."""
    failed: set[str] = field(default_factory=set)
    """Tests that did not pass."""
    collected: set[str] = field(default_factory=set)
    """Ids of all tests that were collected."""

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            self.collected.add(item.nodeid)
            self._note(item.nodeid, item.user_properties)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._note(report.nodeid, report.user_properties)
        if report.failed:
            self.failed.add(report.nodeid)

    def _note(self, test: str, properties: list[tuple[str, object]]) -> None:
        for name, value in properties:
            if name == "cell":
                row, column, way = value  # type: ignore[misc]
                self.shown.setdefault((row, column, way), set()).add(test)

    def state(self, half: Half) -> str:
        """``"✓"`` shown, ``"✗"`` shown to be otherwise, ``"?"`` not shown at all."""
        tests = self.shown.get(half)
        return "?" if not tests else "✗" if tests & self.failed else "✓"


def on_the_wire() -> Iterator[Row]:
    """The rows that have cells."""
    return (row for row in ROWS.values() if not row.elsewhere)


def faults(seen: Recorder) -> list[str]:
    """What is wrong with the table, where it claims to be complete."""
    found = []
    for row in on_the_wire():
        for column in COLUMNS:
            for way in row.ways:
                if row.reason(column.id, way) is None and seen.state((row.id, column.id, way)) == "?":
                    found.append(f"{row.id}: neither a test nor a reason on {column.id}, {way}")
                if row.reason(column.id, way) and row.lack(column.id, way):
                    found.append(f"{row.id}: out of place and falling short at once on {column.id}, {way}")
        known = {column.id for column in COLUMNS} | {f"{column.id}/{way}" for column in COLUMNS for way in WAYS}
        given = [*row.cannot, *row.lacks]
        found += [f"{row.id}: a reason for {column!r}, which is no column" for column in given if column not in known]
        if all(row.reason(column.id, way) for column in COLUMNS for way in row.ways):
            found.append(f"{row.id}: a reason for every cell: nothing shows it")
    for row in ROWS.values():
        for path in row.elsewhere:
            if not any(
                test == path or test.startswith((f"{path}::", f"{path}/", f"{path}[")) for test in seen.collected
            ):
                found.append(f"{row.id}: no test is collected from {path}")
    covered = {case for row in ROWS.values() for case in row.cases}
    found += [f"known failure {case} is in no row" for case in sorted(CASES - covered)]
    found += [f"there is no known failure {case}" for case in sorted(covered - CASES)]
    return found


# --- Drawing ---


@dataclass
class Drawing:
    """The cells of the table as short texts, and the reasons that they refer to by number."""

    cells: dict[tuple[str, str], str]
    reasons: list[str]
    lacks: list[str]
    totals: dict[str, int]


def draw(seen: Recorder) -> Drawing:
    """All cells; none is hidden."""
    drawing = Drawing({}, [], [], dict.fromkeys(("✓", "✗", "?", "reason", "lack"), 0))
    for row in on_the_wire():
        for column in COLUMNS:
            halves = {way: _half(row, column, way, seen, drawing) for way in row.ways}
            marks = list(dict.fromkeys(halves.values()))
            cell = marks[0] if len(marks) == 1 else " ".join(f"{mark} {way}" for way, mark in halves.items())
            drawing.cells[row.id, column.id] = cell
    return drawing


def _half(row: Row, column: Column, way: Way, seen: Recorder, drawing: Drawing) -> str:
    """The mark of half a cell, counted."""
    state = seen.state((row.id, column.id, way))
    if reason := row.reason(column.id, way):
        kind, mark = "reason", f"({_number(reason, drawing.reasons)})"
    elif (lack := row.lack(column.id, way)) and state == "✓":  # its tests fail, as they must
        kind, mark = "lack", f"({letters(_number(lack, drawing.lacks))})"
    else:
        kind = mark = state
    drawing.totals[kind] += 1
    return mark


def _number(reason: str, reasons: list[str]) -> int:
    """The reason's number, counted from one in the order of their first use."""
    if reason not in reasons:
        reasons.append(reason)
    return reasons.index(reason) + 1


def letters(number: int) -> str:
    """``a`` to ``z``, then ``aa`` and so on."""
    before, last = divmod(number - 1, 26)
    return (letters(before) if before else "") + chr(ord("a") + last)


HEAD = """\
# Conformance

Rows are behaviours, columns are the ways to a model. Each cell is shown by tests over real HTTP against the strict
[simulator](architecture.md#the-simulator), plain and streamed; or it has a stated reason why it cannot apply, or what
whoever carries the call lacks for it. What is lacking is tested, too: the tests of the row run there, and must fail.

This page is written by `make conformance` from [tests/conformance](../tests/conformance); do not edit it.

| mark | means |
| --- | --- |
| ✓ | shown by tests, plain and streamed (or in the one way that the row is about) |
| ✗ | a test of it fails |
| ? | neither a test nor a reason: `make check` and the tests refuse such a cell |
| (a) | falls short, as tests show: what is lacking stands [below](#what-is-lacking) |
| (1) | cannot apply: the reason stands [below](#why-a-cell-cannot-apply) |

References: `A#` openai/openai-agents-python, `P#` pydantic/pydantic-ai, `L#` BerriAI/litellm,
`S#` OpenHands/software-agent-sdk.
"""


def page(seen: Recorder) -> str:
    """``docs/conformance.md``."""
    drawing = draw(seen)
    lines = [HEAD, "## Totals\n", *_totals(drawing), ""]
    for title, rows in SECTIONS.items():
        if shown := [row for row in rows if not row.elsewhere]:
            lines += [f"## {title}\n", *_table(shown, drawing), ""]
    lines += ["## Shown outside the wire\n", "Behaviours of the package, or of runs, with the tests that show them.\n"]
    lines += ["| behaviour | reported | tests |", "| --- | --- | --- |"]
    for row in ROWS.values():
        if row.elsewhere:
            paths = ", ".join(f"[{path}](../{path.partition('::')[0]})" for path in row.elsewhere)
            lines.append(f"| {row.behaviour} | {row.refs} | {paths} |")
    lines += ["", "## What is lacking\n"]
    lines += [f"- ({letters(number)}) {lack}" for number, lack in enumerate(drawing.lacks, 1)]
    lines += ["", "## Why a cell cannot apply\n"]
    lines += [f"{number}. {reason}" for number, reason in enumerate(drawing.reasons, 1)]
    return "\n".join(lines) + "\n"


def _totals(drawing: Drawing) -> list[str]:
    count = drawing.totals
    rows = sum(1 for _ in on_the_wire())
    return [
        "| rows | columns | cells, plain and streamed apart | shown | shown to fall short | cannot apply | failing"
        " | not shown |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        f"| {rows} | {len(COLUMNS)} | {sum(count.values())} | {count['✓']} | {count['lack']} | {count['reason']}"
        f" | {count['✗']} | {count['?']} |",
    ]


def _table(rows: list[Row], drawing: Drawing) -> list[str]:
    lines = ["| behaviour | reported | " + " | ".join(column.title for column in COLUMNS) + " |"]
    lines.append("| --- " * (len(COLUMNS) + 2) + "|")
    for row in rows:
        cells = " | ".join(drawing.cells[row.id, column.id] for column in COLUMNS)
        lines.append(f"| {row.behaviour} | {row.refs} | {cells} |")
    return lines


def terminal(seen: Recorder, *, color: bool) -> str:
    """The matrix for a terminal: a row is its id, a cell its mark."""
    paint: dict[str, str] = {"✓": "32", "✗": "1;31", "?": "1;33", "(": "2"} if color else {}
    drawing = draw(seen)
    wide = max(len(row.id) for row in on_the_wire())
    width = 10
    lines = [" " * wide + "  " + " ".join(f"{_short(column):<{width}}" for column in COLUMNS)]
    for title, rows in SECTIONS.items():
        shown = [row for row in rows if not row.elsewhere]
        lines += [f"\n{title}"] if shown else []
        for row in shown:
            cells = (_painted(_mark(drawing.cells[row.id, column.id]), width, paint) for column in COLUMNS)
            lines.append(f"{row.id:<{wide}}  " + " ".join(cells))
    lines += ["", *(f"({letters(number)}) {lack}" for number, lack in enumerate(drawing.lacks, 1))]
    lines += ["", *(f"({number}) {reason}" for number, reason in enumerate(drawing.reasons, 1))]
    count = drawing.totals
    lines.append(
        f"\n{sum(count.values())} cells, plain and streamed apart: {count['✓']} shown, "
        f"{count['lack']} shown to fall short, {count['reason']} cannot apply, "
        f"{count['✗']} failing, {count['?']} not shown"
    )
    return "\n".join(lines)


def _short(column: Column) -> str:
    return column.id.replace("openai-", "").replace("litellm-", "ll-")


def _mark(cell: str) -> str:
    return cell.replace(" plain", "p").replace(" streamed", "s")


def _painted(text: str, width: int, paint: Mapping[str, str]) -> str:
    code = next((paint[mark] for mark in ("✗", "?", "✓", "(") if mark in text and mark in paint), None)
    padded = f"{text:<{width}}"
    return f"\033[{code}m{padded}\033[0m" if code else padded
