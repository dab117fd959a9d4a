"""Streams: their events, their order, and what a reader must bear."""

from __future__ import annotations

from ..columns import CHAT, LITELLM_GEMINI
from ..table import Row, only, where

ROWS = [
    Row(
        "streams:indices",
        "Output indices are stable, and those of the final output.",
        refs="A#3161 A#3176",
        cases=(20,),
        ways=("streamed",),
    ),
    Row(
        "streams:one-item-one-event",
        "Each item is added once and done once.",
        refs="A#4275 A#4236",
        cases=(42,),
        ways=("streamed",),
    ),
    Row(
        "streams:reasoning-closed-first",
        "A reasoning item is done before what follows it begins.",
        refs="A#2609",
        cases=(43,),
        ways=("streamed",),
    ),
    Row(
        "streams:argument-deltas", "Argument deltas stream as they come.", refs="A#999", cases=(21,), ways=("streamed",)
    ),
    Row(
        "streams:arguments-equal",
        "Streamed arguments equal those of the plain call.",
        refs="L#25836 L#25390",
        cases=(22,),
        ways=("streamed",),
    ),
    Row(
        "streams:raw-first",
        "A raw event comes before the item event that it caused.",
        refs="A#1869",
        cases=(45,),
        ways=("streamed",),
    ),
    Row("streams:equals-plain", "A stream makes the items of the plain call.", cases=(7,), ways=("streamed",)),
    Row(
        "reasoning:streamed-equals-plain",
        "Streamed reasoning is as replayable as plain.",
        refs="A#4157 A#4177",
        cases=(7,),
        ways=("streamed",),
    ),
    Row(
        "streams:cut-anywhere",
        "Bytes may be cut anywhere: through characters, lines and events.",
        cases=(50,),
    ),
    Row(
        "streams:line-ends",
        "CRLF, comments and a byte order mark are read over.",
        cases=(50,),
        ways=("streamed",),
        lacks=where({LITELLM_GEMINI: "LiteLLM's reader of Gemini's streams breaks on a byte order mark."}),
    ),
    Row(
        "streams:unknown-events",
        "Unknown events and fields are passed over.",
        cases=(51,),
        ways=("streamed",),
    ),
    Row(
        "streams:empty-choices",
        "Empty or null choices are skipped.",
        refs="A#935 A#1559 P#5165",
        cases=(41,),
        cannot=only(CHAT, "choices are those of Chat Completions"),
        ways=("streamed",),
    ),
    Row("streams:nothing", "An answer with nothing in it is an empty answer or an error, never a crash.", cases=(41,)),
]
