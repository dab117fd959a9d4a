"""Everything at once: conversations, settings and models that no single row has, on strict services."""

from __future__ import annotations

import json
from typing import Any

import pytest
from openai.types.shared import Reasoning
from pydantic import BaseModel

from agents import AgentOutputSchema, ModelSettings
from agents.testing.simulator import Redacted, Reply, Simulator, Text, Thinking, ToolCall

from . import wire
from .columns import ANTHROPIC, NATIVE, OPENAI_RESPONSES, Column, Run, agent, kinds, raws, thinking
from .table import shows
from .test_media import DOT_URL, PAGE_URL
from .test_structured_output import Bounded

CALLS = [ToolCall("get_weather", {"city": city}) for city in ("Oslo", "Lima")]
THEIRS = {"provider": "elsewhere", "model": "another", "response_id": "r1"}


def history(column: Column) -> list[Any]:
    """What handoffs, filters and people bring: foreign calls, seals and ids, media, orphans, blank messages."""
    image = {"type": "input_image", "image_url": DOT_URL}
    paper = {"type": "input_file", "file_data": PAGE_URL, "filename": "a.pdf"}
    text = [{"type": "input_text", "text": "A map"}]
    seal = {"type": "reasoning", "id": "rs_1", "summary": [], "encrypted_content": "c2VhbA==", "provider_data": THEIRS}
    call = {"type": "function_call", "name": "get_weather", "arguments": '{"city": "Oslo"}', "provider_data": THEIRS}
    # LiteLLM loses files of tools on their way to Claude, and refuses one that no type is known of.
    seen = [image, paper] if column.by != "litellm" else [image]
    return [
        {"role": "system", "content": "Be brief."},
        {"role": "assistant", "content": "Welcome."},
        {"role": "user", "content": [{"type": "input_text", "text": "See"}, image, paper]},
        seal,
        {**call, "call_id": "id with spaces", "id": "x" * 80},
        {**call, "call_id": "other", "arguments": "not json"},
        {"type": "function_call_output", "call_id": "other", "output": "windy"},
        {"type": "function_call_output", "call_id": "id with spaces", "output": [*text, *seen]},
        {"type": "function_call_output", "call_id": "nobody asked", "output": "stray"},
        {"role": "developer", "content": "Now be long."},
        {"type": "web_search_call", "id": "srv_1", "status": "completed", "provider_data": THEIRS},
        {**call, "call_id": "unanswered"},
        {"role": "user", "content": "And now?"},
    ]


@shows("hands:any-maker", "hands:interrupted", "hands:system-in-between")
@pytest.mark.parametrize("settings", [ModelSettings(), thinking(prompt_cache_retention="24h")], ids=["", "thinking"])
async def test_a_conversation_of_all_sorts_is_legal(
    sim: Simulator, run: Run, column: Column, weather: Any, settings: ModelSettings
) -> None:
    """Nothing of it is refused, and what can be said is said."""
    sim.script("Well.")
    poet = agent(column.on(sim), instructions="Be kind.", tools=[weather], model_settings=settings)
    assert (await run(poet, history(column))).final_output == "Well."
    (sent,) = sim.requests
    body = json.dumps(sent.body, ensure_ascii=False)
    for text in ("Be kind.", "Be brief.", "Welcome.", "See", "A map", "windy", "stray", "Now be long.", "interrupted"):
        assert text in body, text
    assert "c2VhbA==" not in body
    made, answered = wire.call_ids(sent)
    assert len(made) == len(set(made)) == 3 or column.protocol == "gemini"
    assert made == answered


EVERY: dict[str, Any] = {
    "temperature": 0.5,
    "top_p": 0.95,
    "max_tokens": 3000,
    "tool_choice": "auto",
    "parallel_tool_calls": False,
    "metadata": {"user_id": "7"},
    "verbosity": "low",
    "truncation": "auto",
    "prompt_cache_retention": "24h",
    "presence_penalty": 0.1,
    "frequency_penalty": 0.1,
    "extra_headers": {"X-Team": "poets"},
}
EXTRA: dict[str, Any] = {
    "openai-chat": {"seed": 7, "stop": ["END"]},
    "openai-responses": {"service_tier": "flex"},
    "anthropic": {"stop_sequences": ["END"]},
    "gemini": {"stop": "END", "seed": 3, "generationConfig": {"topK": 5}, "safety_settings": []},
}


@shows("settings:sampling", "settings:extra-headers", columns=NATIVE)
async def test_every_setting_at_once_is_taken(sim: Simulator, run: Run, column: Column, weather: Any) -> None:
    """A field of a wrong name or type is a 400; one that the protocol does not have is left out."""
    sim.script("Well.")
    more = {"store": True, "context_management": [{"type": "compaction"}]} if column is OPENAI_RESPONSES else {}
    settings = ModelSettings(**EVERY, **more, extra_body=EXTRA[column.protocol])
    model = column.on(sim, model="gpt-4.1" if column.provider == "openai" else None)
    assert (await run(agent(model, tools=[weather], model_settings=settings))).final_output == "Well."
    sent = wire.body(sim.requests[0])
    assert sent.get("temperature", sent.get("generation_config", {}).get("temperature")) == 0.5


@shows("tools:choice-auto", "tools:choice-required", "tools:choice-none", "tools:choice-by-name", columns=NATIVE)
@pytest.mark.parametrize("choice", ["auto", "required", "none", "get_weather"])
async def test_a_choice_is_legal_while_the_model_thinks(
    sim: Simulator, run: Run, column: Column, weather: Any, choice: str
) -> None:
    """Claude may not be forced then: it is asked all the same, rather than the run fail."""
    settings = thinking(tool_choice=choice, parallel_tool_calls=False)
    result = await run(agent(column.on(sim), tools=[weather], model_settings=settings), "Hello")
    forced = choice in ("required", "get_weather") and column.protocol != "anthropic"
    assert bool(raws(result, "function_call")) is forced


MODELS = {
    "openai-chat": ["gpt-5.2"],
    "openai-responses": ["gpt-5"],
    "anthropic": ["claude-opus-4-7", "claude-opus-4-8"],
    "gemini": ["gemini-2.5-pro", "gemini-2.5-flash"],
}


@shows("reasoning:asked", "reasoning:effort", columns=NATIVE)
@pytest.mark.parametrize("nth", [0, 1])
async def test_a_thoughtful_loop_is_legal_on_models_of_other_kinds(
    sim: Simulator, run: Run, column: Column, weather: Any, nth: int
) -> None:
    """Adaptive thinking, budgets, levels; no sampling while it thinks; each turn goes back as its model wants it."""
    sim.script(
        Reply([Thinking("hm"), Redacted("b3BhcXVl"), Text("Two at once."), *CALLS]),
        Reply([Thinking("so"), ToolCall("get_weather", {"city": "Bonn"})]),
        Reply([Thinking("aha"), Text("All windy.")]),
        "You are welcome.",
    )
    settings = ModelSettings(reasoning=Reasoning(effort="low", summary="auto"), include_usage=True)
    model = column.on(sim, model=MODELS[column.protocol][nth % len(MODELS[column.protocol])])
    poet = agent(model, tools=[weather], model_settings=settings)
    first = await run(poet, "The weather?")
    assert first.final_output == "All windy."
    assert (await run(poet, [*first.to_input_list(), {"role": "user", "content": "Thanks"}])).final_output
    assert [city["city"] for _, city in wire.calls(sim.requests[3])] == ["Oslo", "Lima", "Bonn"]


class Loose(BaseModel):
    """What no strict schema can say."""

    names: dict[str, str]


OLD = {"anthropic": "claude-3-7-sonnet-20250219", "gemini": "gemini-2.5-pro"}
"""Models that take no schema, or none beside tools: a tool of ours stands in for it."""


@shows("output:schema-keywords", "output:with-tools", columns=NATIVE)
@pytest.mark.parametrize("older", [False, True], ids=["new", "old"])
@pytest.mark.parametrize("form", ["json_schema", "openapi"])
async def test_any_schema_is_taken_beside_tools(
    sim: Simulator, run: Run, column: Column, weather: Any, older: bool, form: str
) -> None:
    """By whatever way the model has, in either form that Gemini knows; the run sees JSON, and no call of ours."""
    name = OLD.get(column.protocol) if older else None
    model = column.on(sim, model=name, profile={"gemini_schema": form})
    for output_type, answer in (
        (Bounded, {"city": "Oslo", "degrees": 11, "tags": [], "wind": None}),
        (AgentOutputSchema(Loose, strict_json_schema=False), {"names": {"a": "b"}}),
    ):
        by_tool = name is not None or (column is ANTHROPIC and output_type is not Bounded)
        said = ToolCall("final_output", answer) if by_tool else Text(json.dumps(answer))
        sim.script(Reply([CALLS[0]]), Reply([said]))
        result = await run(agent(model, tools=[weather], output_type=output_type))
        assert kinds(result) == ["tool_call", "tool_call_output", "message_output"]
        assert json.loads(raws(result, "message")[-1].content[0].text) == answer


@shows("text:answer")
async def test_instructions_alone_are_a_request(sim: Simulator, run: Run, column: Column) -> None:
    """Services refuse a conversation without a message: one is made up."""
    sim.script("Oslo.")
    assert (await run(agent(column.on(sim), instructions="Name a city."), [])).final_output == "Oslo."
    assert "Name a city." in str(sim.requests[0].body)
