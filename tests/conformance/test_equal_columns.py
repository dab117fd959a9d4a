"""One protocol, two ways to it: the native and the LiteLLM column make equal items, where LiteLLM keeps what came."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agents import ModelRefusalError, ProviderProtocolError
from agents.testing.simulator import Citation, Redacted, Refusal, Reply, Simulator, Text, Thinking, ToolCall

from .columns import (
    ANTHROPIC,
    GEMINI,
    LITELLM_ANTHROPIC,
    LITELLM_GEMINI,
    LITELLM_OPENAI,
    OPENAI_CHAT,
    Column,
    Run,
    agent,
    thinking,
)
from .test_structured_output import ANSWER, Forecast

PAIRS = [(OPENAI_CHAT, LITELLM_OPENAI), (ANTHROPIC, LITELLM_ANTHROPIC), (GEMINI, LITELLM_GEMINI)]
CALLS = [ToolCall("get_weather", {"city": city}) for city in ("Oslo", "Rome")]

ANSWERS: dict[str, Reply] = {
    "text": Reply([Text("One two three.")]),
    "one call": Reply([CALLS[0]]),
    "parallel calls": Reply(CALLS),
    "text and calls": Reply([Text("Let me see."), *CALLS]),
    "reasoning": Reply([Thinking("Hm."), Text("Well.")]),
    "two thoughts": Reply([Thinking("Hm."), Thinking("So."), CALLS[0]]),
    "redacted": Reply([Redacted("c2VjcmV0"), Text("Well.")]),
    "reasoning and a call": Reply([Thinking("Hm."), CALLS[0]]),
    "a refusal": Reply([Refusal("I must not.")]),
    "text and a filter": Reply([Text("Once upon")], stop="filter"),
    "a citation": Reply([Text("A fact.", citations=[Citation("https://a.example", "A", 0, 6)])]),
    "structured output": Reply([Text(ANSWER)]),
    "text of all alphabets": Reply([Text(pieces=["Höchst ", "windig: 🌬", "️ ĳs.\n\n", "  Fin "])]),
    "a line separator": Reply([Text(pieces=["One\u2028two ", "three."])]),
    "text cut by the limit": Reply([Text("Once upon")], stop="length"),
    "text and a stop sequence": Reply([Text("Once upon ")], stop="sequence"),
    "a call without arguments": Reply([ToolCall("get_weather", {})]),
    "nested arguments": Reply([ToolCall("get_weather", {"city": {"names": ["Oslo", 'a "b"', None], "at": 59.9}})]),
    "five calls": Reply([ToolCall("get_weather", {"city": city}) for city in ("A", "B", "C", "D", "E")]),
    "the same call twice": Reply([CALLS[0]] * 2),
    "reasoning, text and calls": Reply([Thinking("Hm."), Text("Let me see."), *CALLS]),
    "redacted, and a call": Reply([Redacted("c2VjcmV0"), Thinking("Hm."), CALLS[0]]),
    "reasoning alone": Reply([Thinking("Hm.")]),
    "text between thoughts": Reply([Thinking("Hm."), Text("Let me see."), Thinking("So."), CALLS[0]]),
    "long reasoning": Reply([Thinking("I think, therefore… " * 50), Text("Well.")]),
}

DIFFERENCES: dict[tuple[str, ...], str] = {
    ("a refusal", "anthropic"): "LiteLLM makes a content filter of it, and leaves the words out",
    ("a refusal", "gemini"): "LiteLLM makes a content filter of it, and leaves the words out",
    ("text and a filter", "anthropic"): "LiteLLM does not say that a text ends in a refusal",
    ("text and a filter", "gemini"): "LiteLLM drops the text, or does not say that a filter ended it",
    ("a citation", "anthropic"): "LiteLLM passes on no place in the text",
    ("text between thoughts", "anthropic", "plain"): "LiteLLM collects thoughts, text and calls in places of their own",
    ("text between thoughts", "gemini", "plain"): "LiteLLM makes one thought of them all",
    ("a line separator", "anthropic", "streamed"): "LiteLLM takes it for the end of a line, and cannot read the event",
    ("a line separator", "gemini", "streamed"): "LiteLLM takes it for the end of a line, and drops it",
}
"""Where LiteLLM does not keep what the service said, and what is lost, in one way of calling or in both; each must be a
difference indeed."""


async def made(sim: Simulator, run: Run, column: Column, case: str, weather: Any) -> list[Any]:
    """The items of one answer, without what belongs to the way: ids, names of models, seals that are bound to both."""
    sim.script(ANSWERS[case])
    if any(isinstance(part, ToolCall) for part in ANSWERS[case].parts):
        sim.script("Done.")
    structured = case == "structured output"
    tools = [] if structured else [weather]
    output_type = Forecast if structured else None
    poet = agent(column.on(sim), tools=tools, model_settings=thinking(), output_type=output_type)
    try:
        responses = (await run(poet)).raw_responses
    except ModelRefusalError as refusal:
        responses = refusal.run_data.raw_responses if refusal.run_data else []
    return [_bare(item.model_dump(exclude_none=True)) for item in responses[0].output]


def _bare(item: dict[str, Any]) -> dict[str, Any]:
    data = item.pop("provider_data", {})
    for name in ("id", "call_id", "encrypted_content"):
        item.pop(name, None)
    if "arguments" in item:
        item["arguments"] = json.loads(item["arguments"])
    maker = str(data.get("provider")).partition("/")[0]  # behind it stands a protocol that is not the provider's first
    sealed = sorted(name for name in data if "signature" in name)
    return {**item, "maker": maker, "sealed": sealed if item["type"] == "function_call" else None}


@pytest.mark.simulator(reasoning_field="reasoning_content")
@pytest.mark.parametrize("pair", PAIRS, ids=[native.protocol for native, _ in PAIRS])
@pytest.mark.parametrize("case", ANSWERS)
async def test_both_ways_to_a_protocol_make_the_same_items(
    sim: Simulator, run: Run, pair: tuple[Column, Column], case: str, weather: Any
) -> None:
    """Who changes from one to the other must find the conversation as it was."""
    native, guest = pair
    ours = await made(sim, run, native, case, weather)
    assert ours
    try:
        theirs = await made(sim, run, guest, case, weather)
    except ProviderProtocolError:
        theirs = []
    if {(case, native.protocol), (case, native.protocol, run.__name__)} & set(DIFFERENCES):
        assert ours != theirs, "this is no difference any more: take it out of the table"
    else:
        assert ours == theirs
