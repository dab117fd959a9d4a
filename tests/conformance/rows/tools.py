"""Text and tool calls."""

from __future__ import annotations

from ..columns import CHAT, CLAUDE, GOOGLE, LITELLM_OPENAI
from ..table import Row, only, where

OBJECTS = "arguments are objects on this wire: they cannot be broken, and are never text"
PLAIN_OBJECTS = "a plain answer holds arguments as an object; only a stream brings text"
COMPATIBLE = "a deviation of servers that speak Chat Completions"
NO_SWITCH = "Gemini has no switch for parallel calls"

ROWS = [
    Row("text:answer", "Instructions and question arrive, and the answer comes back whole."),
    Row("tools:call", "A tool is called, and the answer knows its result."),
    Row("tools:schema", "A tool's schema and description arrive; the caller's own are not changed."),
    Row("tools:parallel", "Several calls of one turn are told apart, each with an id of its own."),
    Row(
        "tools:results-in-order",
        "Results follow their calls directly, in the order of the calls.",
        refs="A#1798 A#1936 A#2331",
        cases=(29,),
    ),
    Row("tools:choice-auto", "The model may choose: `auto` is spelled as the protocol has it."),
    Row("tools:choice-required", "A call can be demanded."),
    Row("tools:choice-none", "Calls can be ruled out."),
    Row(
        "tools:choice-by-name",
        "A tool can be demanded by name, in streams as well.",
        refs="A#1206 A#1971",
        cases=(19,),
    ),
    Row(
        "tools:parallel-switch",
        "Parallel calls can be ruled out.",
        cannot=where({GOOGLE: NO_SWITCH}),
    ),
    Row(
        "tools:parallel-switch-without-tools",
        "Without tools, no switch of tools is sent: services refuse it.",
        refs="A#4330 A#4359 P#4935",
        cases=(32,),
    ),
    Row("tools:no-parameters", "A tool without parameters is called, and its call replayed."),
    Row(
        "tools:arguments-absent",
        "Arguments that are empty or absent are `{}`.",
        refs="A#2329",
        cases=(26,),
    ),
    Row(
        "tools:arguments-object",
        "Arguments that come as an object where text is due are read.",
        cases=(26,),
        cannot=where({(*CLAUDE, *GOOGLE): OBJECTS}),
        lacks=where({LITELLM_OPENAI: "LiteLLM loses arguments that are no text."}),
    ),
    Row(
        "tools:broken-arguments",
        "Arguments that are broken JSON are told to the model; the run goes on, and the raw text is kept.",
        cases=(27,),
        cannot=where({GOOGLE: OBJECTS}) | {f"{column.id}/plain": PLAIN_OBJECTS for column in CLAUDE},
    ),
    Row(
        "tools:unknown",
        "A call of a tool that does not exist is answered with the names of those that do.",
        refs="P#4940",
        cases=(28,),
    ),
    Row("tools:duplicate-ids", "The same id for all calls of an answer: each result finds its call.", cases=(24,)),
    Row("tools:ids-over-turns", "The same id in a later turn: each result finds its call.", cases=(24,)),
    Row(
        "tools:missing-ids",
        'Ids that are missing or "null" are minted: unique in the conversation, stable on replay.',
        cases=(24,),
    ),
    Row("tools:same-call-twice", "The same call twice in one turn has two results."),
    Row(
        "tools:no-index",
        "Calls whose index is missing, or always 0, are told apart by id or name.",
        cases=(23,),
        cannot=only(CHAT, COMPATIBLE),
        ways=("streamed",),
    ),
    Row(
        "tools:foreign-ids",
        "Ids that the reader refuses are rewritten, call and output alike, the same on each request.",
        cases=(25,),
    ),
    Row("tools:structured-result", "A structured result reaches the model as JSON.", refs="A#2214", cases=(37,)),
]
