"""Bytes that no service should send."""

from __future__ import annotations

from ..columns import GOOGLE
from ..table import Row, where

ROWS = [
    Row(
        "bad:ruined-stream",
        "A stream with broken JSON, no object, an HTML page, nothing or no end is an error that keeps what came.",
        ways=("streamed",),
    ),
    Row(
        "bad:odd-stream",
        "Invalid UTF-8, other types, and events out of order, twice or missing are read or refused, never made up.",
        ways=("streamed",),
    ),
    Row(
        "bad:answer",
        "A spoiled whole answer is an error that keeps what came, and has no status that nobody sent.",
        ways=("plain",),
    ),
    Row("bad:content-type", "A wrong content type is no reason to fail."),
    Row("bad:long-line", "A line of ten megabytes is read."),
    Row(
        "bad:index-jumps",
        "The index of a call may jump.",
        cannot=where({GOOGLE: "Gemini's calls have no index"}),
        ways=("streamed",),
    ),
]
