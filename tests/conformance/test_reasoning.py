"""Reasoning that must survive: kept with its seals, and given back to its maker as it was."""

from __future__ import annotations

from typing import Any

import pytest
from openai.types.shared import Reasoning

from agents import ModelSettings, UserError
from agents.models.reasoning_content_replay import ReasoningContentReplayContext
from agents.testing.simulator import Raw, Redacted, Reply, Simulator, Thinking, ToolCall

from . import wire
from .columns import (
    CHAT,
    CLAUDE,
    GOOGLE,
    LITELLM_ANTHROPIC,
    RESPONSES,
    Column,
    Run,
    agent,
    kinds,
    raws,
    shown,
    thinking,
)
from .table import shows

CALL, OTHER = (ToolCall("get_weather", {"city": city}) for city in ("Oslo", "Rome"))
FIRST, SECOND, SECRET = Thinking("First."), Thinking("Second."), Redacted("c2VjcmV0")
SEEN = thinking(reasoning={"summary": "auto"})
"""Reasoning that is asked for, and asked to be seen."""


def seen_on(column: Column) -> ModelSettings:
    """`SEEN`, but for LiteLLM and Chat Completions, which know effort alone."""
    return SEEN if column.by != "litellm" and column not in CHAT else thinking()


EFFORT: dict[str, Any] = {
    "openai-chat": lambda body: body["reasoning_effort"] == "low",
    "openai-responses": lambda body: body["reasoning"] == {"effort": "low"},
    "anthropic": lambda body: (
        body["thinking"]["type"] == "enabled" and body["thinking"]["budget_tokens"] in (1024, 2048)
    ),
    "gemini": lambda body: body["generation_config"]["thinking_config"]["include_thoughts"],
}


@shows("reasoning:asked", "reasoning:effort")
async def test_reasoning_is_asked_for(sim: Simulator, run: Run, column: Column) -> None:
    """One setting for all: a field, an object, a budget or a level."""
    sim.script("Hello.")
    await run(agent(column.on(sim), model_settings=thinking()))
    assert EFFORT[column.protocol](wire.body(sim.requests[0]))


@shows("reasoning:off")
async def test_reasoning_is_turned_off(sim: Simulator, run: Run, column: Column) -> None:
    """Who asks for none must not pay for it."""
    sim.script("Hello.")
    model = column.on(sim, model={"gemini": "gemini-2.5-flash", "openai": "gpt-5.2"}.get(column.provider))
    await run(agent(model, model_settings=thinking("none")))
    body = wire.body(sim.requests[0])
    if column in CLAUDE:
        assert body.get("thinking", {"type": "disabled"}) == {"type": "disabled"}
    elif column in GOOGLE:
        assert body["generation_config"]["thinking_config"]["thinking_budget"] == 0
    else:
        assert (body.get("reasoning_effort") or body["reasoning"]["effort"]) == "none"


ALWAYS = {"openai-chat": "gpt-oss-120b", "anthropic": "claude-opus-5-5", "gemini": "gemini-2.5-pro"}


@shows("reasoning:off-refused")
async def test_a_model_that_always_reasons_says_so(sim: Simulator, run: Run, column: Column) -> None:
    """Rather than think on, and bill for it, against the caller's word."""
    with pytest.raises(UserError, match="always reasons"):
        await run(agent(column.on(sim, model=ALWAYS[column.protocol]), model_settings=thinking("none")))
    assert not sim.requests


@shows("reasoning:returned")
@pytest.mark.simulator(reasoning_field="reasoning_content")
async def test_reasoning_is_shown_before_the_answer(sim: Simulator, run: Run, column: Column) -> None:
    """An item of its own, of the text that the service lets us see."""
    sim.script(Reply([FIRST, "Hello."]))
    result = await run(agent(column.on(sim), model_settings=seen_on(column)))
    assert kinds(result) == ["reasoning", "message_output"]
    (item,) = raws(result, "reasoning")
    text = shown(item) or "".join(part.text for part in item.content or ())
    assert text == "First."
    assert result.final_output == "Hello."


# --- Thoughts that go back: Claude's signed blocks, and the sealed items of Responses ---

TURNS: dict[str, tuple[list[Any], list[str]]] = {
    "reasoning:calls-keep-thinking": ([FIRST, CALL], ["thinking First.", "tool_use"]),
    "reasoning:every-signature": ([FIRST, SECOND, CALL], ["thinking First.", "thinking Second.", "tool_use"]),
    "reasoning:redacted": (
        [FIRST, SECRET, SECOND, CALL],
        ["thinking First.", "redacted_thinking c2VjcmV0", "thinking Second.", "tool_use"],
    ),
    "reasoning:text-between": ([FIRST, "Let me see.", CALL], ["thinking First.", "text Let me see.", "tool_use"]),
    "reasoning:once": ([FIRST, CALL, OTHER], ["thinking First.", "tool_use", "tool_use"]),
    "reasoning:interleaved": (
        [FIRST, "Let me see.", SECOND, CALL],
        ["thinking First.", "text Let me see.", "thinking Second.", "tool_use"],
    ),
}
"""By row: what a turn holds, and what goes back of it."""
LITELLMS = ["thinking First.", "thinking Second.", "text Let me see.", "tool_use"]
"""LiteLLM collects a turn's thinking, its text and its calls each in a place of their own."""


IN_SHORT = {"reasoning": "thinking", "function_call": "tool_use", "output_text": "text"}


def said_by_model(sent: Any) -> list[str]:
    """The parts of the assistant's messages, each in short."""
    told = []
    for part in wire.own_parts(sent):
        summary = "".join(piece["text"] for piece in part.get("summary", ()))
        text = part.get("thinking") or part.get("data") or part.get("text") or summary
        told.append(" ".join(word for word in (IN_SHORT.get(part["type"], part["type"]), text) if word))
    return told


def sealed_on(column: Column) -> ModelSettings:
    """Settings that ask for thoughts with all that is needed to give them back."""
    return thinking(reasoning={"summary": "auto"}, store=False) if column in RESPONSES else thinking()


async def replayed(sim: Simulator, run: Run, column: Column, weather: Any, said: list[Any]) -> Any:
    sim.script(Reply(said), "Windy.")
    result = await run(agent(column.on(sim), tools=[weather], model_settings=sealed_on(column)))
    second = sim.requests[1]
    thoughts = [part for part in said if isinstance(part, Thinking)]
    of_thoughts = [part for part in wire.parts(second) if part.get("type") in ("thinking", "reasoning")]
    signatures = [part.get("signature") or part["encrypted_content"] for part in of_thoughts]
    assert len(set(signatures)) == len(thoughts)
    assert [text for item in raws(result, "reasoning") if (text := shown(item))] == [part.text for part in thoughts]
    assert "c2VjcmV0" not in str(result.final_output)
    return said_by_model(second)


def turn_test(row: str) -> Any:
    """A test of one row of `TURNS`."""

    @shows(row)
    async def test(sim: Simulator, run: Run, column: Column, weather: Any) -> None:
        """The service refuses a tool turn whose signed thinking is missing, changed, or signed as another's."""
        said, expected = TURNS[row]
        found = await replayed(sim, run, column, weather, said)
        assert found == (LITELLMS if row == "reasoning:interleaved" and column is LITELLM_ANTHROPIC else expected)

    return test


test_thinking_goes_back_before_its_call = turn_test("reasoning:calls-keep-thinking")
test_every_thought_keeps_its_signature = turn_test("reasoning:every-signature")
test_redacted_thinking_goes_back_unseen = turn_test("reasoning:redacted")
test_text_of_a_thoughtful_turn_is_kept = turn_test("reasoning:text-between")
test_thinking_of_parallel_calls_goes_back_once = turn_test("reasoning:once")
test_thinking_between_texts_is_kept = turn_test("reasoning:interleaved")


@shows("reasoning:without-calls", "reasoning:own-turn")
async def test_thinking_is_kept_over_runs(sim: Simulator, run: Run, column: Column, weather: Any) -> None:
    """A second run from `to_input_list()` has every block once, in its own turn, also those of turns without a call."""
    sim.script(Reply([FIRST, CALL]), Reply([SECOND, "Windy."]), "You are welcome.")
    poet = agent(column.on(sim), tools=[weather], model_settings=sealed_on(column))
    first = await run(poet, "The weather in Oslo?")
    await run(poet, [*first.to_input_list(), {"role": "user", "content": "Thank you"}])
    expected = ["thinking First.", "tool_use", "thinking Second.", "text Windy."]
    assert said_by_model(sim.requests[2]) == expected
    assert kinds(first) == ["reasoning", "tool_call", "tool_call_output", "reasoning", "message_output"]


@shows("reasoning:alone")
async def test_thinking_alone_is_no_turn_of_its_own(sim: Simulator, run: Run, column: Column) -> None:
    """An answer of thinking alone would be refused as an empty turn, or as an orphan, in the next request."""
    sim.script(Reply([FIRST]), "Hello.")
    poet = agent(column.on(sim), model_settings=thinking())
    first = await run(poet)
    assert first.final_output == ""
    await run(poet, [*first.to_input_list(), {"role": "user", "content": "Hello?"}])
    said = [part for part in wire.own_parts(sim.requests[1]) if not part.get("thought")]
    assert not [part for part in said if part.get("text", "-") == ""]
    assert column not in CLAUDE or not said


@shows("reasoning:bound")
async def test_thinking_bound_to_its_prefix_survives_trimming(
    sim: Simulator, run: Run, column: Column, weather: Any
) -> None:
    """The newest models refuse a thought under other words than those that it was thought under."""
    sim.script(Reply([FIRST, CALL]), Reply([SECOND, "Windy."]), "You are welcome.")
    poet = agent(column.on(sim, model="claude-opus-5-5"), tools=[weather], model_settings=thinking())
    first = await run(poet, "The weather in Oslo?")
    trimmed = [{"role": "user", "content": "Hi"}, *first.to_input_list()[1:], {"role": "user", "content": "Thanks"}]
    result = await run(poet, trimmed)
    assert result.final_output == "You are welcome."


# --- Gemini ---


@shows("reasoning:gemini-signature", columns=GOOGLE)
@pytest.mark.parametrize("model", ["gemini-3-pro-preview", "gemini-2.5-pro"])
@pytest.mark.parametrize("made", [[CALL], [CALL, OTHER]], ids=["one call", "parallel calls"])
async def test_a_signature_returns_on_the_call_that_bore_it(
    sim: Simulator, run: Run, column: Column, weather: Any, model: str, made: list[Any]
) -> None:
    """Gemini 3 refuses a function call without the signature that came with it."""
    sim.script(Reply([FIRST, *made]), Reply([SECOND, "Windy."]), "You are welcome.")
    poet = agent(column.on(sim, model=model), tools=[weather], model_settings=thinking())
    first = await run(poet, "The weather in Oslo?")
    await run(poet, [*first.to_input_list(), {"role": "user", "content": "Thank you"}])
    signed = [call.provider_data.get("thought_signature") for call in raws(first, "function_call")]
    assert [bool(signature) for signature in signed] == [True, False][: len(made)]
    for sent in sim.requests[1:]:
        sent_back = [part for part in wire.parts(sent) if "function_call" in part]
        assert len(sent_back) == len(made)
        assert sent_back[0]["thought_signature"] == signed[0]
    assert [shown(item) for item in raws(first, "reasoning")] == ["First.", "Second."]


@shows("reasoning:gemini-dummy", columns=GOOGLE)
async def test_a_call_of_nobodys_is_excused_by_the_documented_dummy(
    sim: Simulator, run: Run, column: Column, weather: Any
) -> None:
    """On the first call of the current turn alone: elsewhere it would only worsen the answer."""
    history: list[Any] = [{"role": "user", "content": "The weather?"}]
    for index, city in enumerate(("Oslo", "Rome")):
        arguments = f'{{"city": "{city}"}}'
        history += [{"type": "function_call", "call_id": f"c{index}", "name": "get_weather", "arguments": arguments}]
    history += [{"type": "function_call_output", "call_id": f"c{index}", "output": "Windy"} for index in range(2)]
    sim.script("Windy.")
    await run(agent(column.on(sim), tools=[weather], model_settings=thinking()), history)
    first, second = (part for part in wire.parts(sim.requests[0]) if "function_call" in part)
    assert first["thought_signature"] == "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I="
    assert second.get("thought_signature") in (None, first["thought_signature"])


@shows("reasoning:gemini-text-signature", columns=GOOGLE)
async def test_a_signature_on_text_is_kept(sim: Simulator, run: Run, column: Column) -> None:
    """It is not enforced, but the model thinks worse without it."""
    sim.script(Reply([FIRST, "Hello."]), "You are welcome.")
    poet = agent(column.on(sim), model_settings=thinking())
    first = await run(poet, "Hi")
    await run(poet, [*first.to_input_list(), {"role": "user", "content": "Thank you"}])
    said = [part for part in wire.own_parts(sim.requests[1]) if not part.get("thought")]
    assert "".join(part.get("text", "") for part in said) == "Hello."
    assert any("thought_signature" in part for part in said)


# --- Responses ---


@shows("reasoning:sealed", columns=RESPONSES)
async def test_encrypted_reasoning_is_asked_for_and_replayed(
    sim: Simulator, run: Run, column: Column, weather: Any
) -> None:
    """Where the service stores nothing, the sealed item is all that there is; its beginning alone is no seal."""
    sim.script(Reply([FIRST, CALL]), "Windy.")
    settings = ModelSettings(reasoning=Reasoning(effort="low"), store=False)
    result = await run(agent(column.on(sim), tools=[weather], model_settings=settings))
    assert "reasoning.encrypted_content" in sim.requests[0].body["include"]
    (kept,) = raws(result, "reasoning")
    (sent,) = [item for item in sim.requests[1].body["input"] if item["type"] == "reasoning"]
    assert sent["encrypted_content"] == kept.encrypted_content
    assert len(sent["encrypted_content"]) > 8  # what the first event of the stream holds


@shows("reasoning:no-orphans", columns=RESPONSES)
@pytest.mark.parametrize("store", [None, False], ids=["stored", "not stored"])
@pytest.mark.parametrize("gone", range(7))
async def test_no_item_is_sent_without_the_one_that_belongs_to_it(
    sim: Simulator, run: Run, column: Column, weather: Any, gone: int, store: bool | None
) -> None:
    """Filters and trimming take items out: what is left must be no orphan, or the service refuses it."""
    sim.script(Reply([FIRST, "Let me see.", SECOND, CALL, OTHER]), "Windy.", "You are welcome.")
    settings = thinking(reasoning={"summary": "auto"}, store=store)
    poet = agent(column.on(sim), tools=[weather], model_settings=settings)
    first = await run(poet, "The weather in Oslo?")
    question, *made = first.to_input_list()
    del made[gone]
    result = await run(poet, [question, *made, {"role": "user", "content": "Thanks"}])
    assert result.final_output == "You are welcome."


# --- Chat Completions ---


@shows("reasoning:field-where-wanted", columns=CHAT)
@pytest.mark.simulator(reasoning_field="reasoning_content")
@pytest.mark.parametrize("wanted", [None, True, False])
async def test_visible_reasoning_goes_back_where_it_is_wanted(
    sim: Simulator, run: Run, column: Column, weather: Any, wanted: bool | None
) -> None:
    """DeepSeek refuses a tool loop without it, most others refuse the field: it is sent where somebody says so."""
    sim.script(Reply([FIRST, CALL]), "Windy.")
    options: dict[str, Any] = {}
    asked: list[str | None] = []

    def decide(context: ReasoningContentReplayContext) -> bool:
        asked.append(context.reasoning.origin_model)
        return bool(wanted)

    if column.by == "native":
        options = {"profile": {"reasoning_replay": "reasoning_content"}} if wanted else {}
    elif wanted is not None:
        options = {"should_replay_reasoning_content": decide}
    result = await run(agent(column.on(sim, **options), tools=[weather]), "The weather in Oslo?")
    assert [shown(item) for item in raws(result, "reasoning")] == ["First."]
    (turn,) = [m for m in sim.requests[1].body["messages"] if m["role"] == "assistant"]
    assert turn.get("reasoning_content") == ("First." if wanted else None)
    own_name = column.model if column.by == "litellm" else column.wire_model
    assert asked == ([] if wanted is None or column.by == "native" else [own_name])


@shows("reasoning:deepseek", columns=CHAT)
@pytest.mark.simulator(reasoning_field="reasoning_content")
async def test_visible_reasoning_goes_back_to_deepseek(sim: Simulator, run: Run, column: Column, weather: Any) -> None:
    """The service answers 400 to a tool loop whose reasoning is missing."""
    sim.script(Reply([FIRST, CALL]), Reply([SECOND, "Windy."]))
    model = column.on(sim, model="deepseek/deepseek-reasoner")
    result = await run(agent(model, tools=[weather]), "The weather in Oslo?")
    assert [shown(item) for item in raws(result, "reasoning")] == ["First.", "Second."]
    (asked,) = [m for m in sim.requests[1].body["messages"] if m["role"] == "assistant"]
    assert asked.get("reasoning_content") == "First."


ODD: dict[str, Any] = {
    "an object": {"type": "text", "text": "First."},
    "a list": [{"type": "text", "text": "First."}],
    "an empty list": [],
    "an empty object": {},
}


@shows("reasoning:odd-shapes", "reasoning:empty-lists", columns=CHAT)
@pytest.mark.parametrize("shape", ODD)
async def test_reasoning_in_odd_shapes_is_read(sim: Simulator, run: Run, column: Column, shape: str) -> None:
    """Gateways wrap it in objects and lists, or send empty ones: none of them is a reason to crash."""
    said = {"role": "assistant", "reasoning_content": ODD[shape], "content": "Hello."}
    head = {"id": "c1", "object": "chat.completion", "created": 1, "model": "gpt-5"}
    choice = {"index": 0, "finish_reason": "stop"}
    if run.__name__ == "streamed":
        chunk = {**head, "object": "chat.completion.chunk", "choices": [{**choice, "delta": said}]}
        sim.script(Raw(events=[chunk, "[DONE]"], headers={"content-type": "text/event-stream"}))
    else:
        sim.script(Raw(body={**head, "choices": [{**choice, "message": said}]}))
    result = await run(agent(column.on(sim)))
    assert result.final_output == "Hello."
    assert [shown(item) for item in raws(result, "reasoning")] == (["First."] if "empty" not in shape else [])
