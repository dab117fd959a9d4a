"""The rows of the conformance table, by area."""

from __future__ import annotations

from ..table import Row
from . import bad_input, dialects, failures, hands, media, output, reasoning, refusals, settings, streams, tools, usage

SECTIONS: dict[str, list[Row]] = {
    "Text and tool calls": tools.ROWS,
    "Reasoning": reasoning.ROWS,
    "Structured output": output.ROWS,
    "Refusals, filters and answers cut short": refusals.ROWS,
    "Media and annotations": media.ROWS,
    "Settings": settings.ROWS,
    "Failures": failures.FAILURES,
    "Streams": [*streams.ROWS, *failures.STREAMS],
    "Bad input": bad_input.ROWS,
    "Dialects, and answers of several calls": dialects.ROWS,
    "Usage": usage.ROWS,
    "Conversations that change hands": hands.ROWS,
    "Fallback, storage and the package": dialects.PACKAGE,
}
"""The table's sections, in the order in which it shows them."""

ROWS: dict[str, Row] = {row.id: row for rows in SECTIONS.values() for row in rows}
