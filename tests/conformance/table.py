"""The conformance table: what a row is, how a test says which row it shows, and which cells that makes.

A row is a behaviour. A cell is a row on a column, plain and streamed: each half is shown by a test over real HTTP, or
has a stated reason why it cannot apply, or why whoever carries the call there falls short of it. Of the latter the
tests run as well and must fail, so that the reason goes when it is not true any more. The rows stand in :mod:`.rows`;
``test_the_table`` holds them complete, and ``scripts/conformance.py`` writes ``docs/conformance.md`` from them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from .columns import COLUMNS, WAYS, Column, Way


@dataclass(frozen=True)
class Row:
    """A behaviour that every model path must show.

    Attributes:
        id: Its area and name, as in ``reasoning:signatures``.
        behaviour: What must hold, in one sentence.
        refs: Where the failure was reported: ``A#`` openai-agents-python, ``P#`` pydantic-ai, ``L#`` litellm,
            ``S#`` OpenHands' software-agent-sdk.
        cases: Its numbers in the list of known failures that the table started from.
        cannot: Why a cell cannot apply, by column id; ``"anthropic/plain"`` is one half of a cell.
        lacks: Where whoever carries the call falls short, and how, by the same ids: there the row's tests must fail.
        ways: In which ways a model is called here; a row about streams has one.
        elsewhere: Tests that show the row outside the table, as its behaviour is not one of a wire.
    """

    id: str
    behaviour: str
    refs: str = ""
    cases: tuple[int, ...] = ()
    cannot: Mapping[str, str] = field(default_factory=dict)
    lacks: Mapping[str, str] = field(default_factory=dict)
    ways: Sequence[Way] = WAYS
    elsewhere: Sequence[str] = ()

    def reason(self, column: str, way: Way) -> str | None:
        """Why this half of a cell cannot apply, if it cannot."""
        return self.cannot.get(column) or self.cannot.get(f"{column}/{way}")

    def lack(self, column: str, way: Way) -> str | None:
        """What falls short of this half of a cell, if something does."""
        return self.lacks.get(column) or self.lacks.get(f"{column}/{way}")


def where(reasons: Mapping[tuple[Column | str, ...] | Column | str, str]) -> dict[str, str]:
    """Reasons by column or group of columns, as a row has them."""
    found = {}
    for columns, why in reasons.items():
        for column in columns if isinstance(columns, tuple) else (columns,):
            found[column if isinstance(column, str) else column.id] = why
    return found


def only(columns: Collection[Column], why: str, **more: str) -> dict[str, str]:
    """Reasons for all columns but these."""
    return {column.id: why for column in COLUMNS if column not in columns} | more


def shows(*rows: str, columns: Collection[Column] = COLUMNS, way: Way | None = None) -> pytest.MarkDecorator:
    """Says which rows a test shows.

    A test with the fixtures ``column`` and ``run`` is run once for each half of a cell that none of its rows calls out
    of place; it must fail where one of them says that something falls short.

    Args:
        rows: Ids of rows.
        columns: The columns that this test is for; others have tests of their own.
        way: How a test without ``run`` calls the model; both ways when it does not say.
    """
    return pytest.mark.shows(rows, tuple(columns), way)


def halves(rows: Sequence[Row], columns: Collection[Column]) -> list[tuple[Column, Way]]:
    """The halves of cells that all of these rows have, those that fall short among them."""
    return [
        (column, way)
        for column in COLUMNS
        if column in columns
        for way in WAYS
        if all(way in row.ways and row.reason(column.id, way) is None for row in rows)
    ]
