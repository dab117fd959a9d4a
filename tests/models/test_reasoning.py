"""Reasoning that must survive: kept with its seals, and given back to its maker as it was."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from agents.models.reasoning_content_replay import ReasoningContentReplayContext
from agents.testing.simulator import Redacted, Reply, Simulator, Thinking, ToolCall

from .routes import (
    ALL,
    ANTHROPIC,
    CLIENT,
    GEMINI,
    OPENAI,
    Route,
    Run,
    agent,
    calls,
    close_clients,
    kinds,
    on_routes,
    parts,
    raws,
    results,
    thinking,
)

CALL, OTHER = (ToolCall("get_weather", {"city": city}) for city in ("Oslo", "Rome"))
FIRST, SECOND, SECRET = Thinking("First."), Thinking("Second."), Redacted("c2VjcmV0")

TURNS: dict[str, tuple[list[Any], list[str]]] = {
    "thinking": ([FIRST, CALL], ["thinking First.", "tool_use"]),
    "two thoughts": ([FIRST, SECOND, CALL], ["thinking First.", "thinking Second.", "tool_use"]),
    "redacted": ([SECRET, CALL], ["redacted_thinking c2VjcmV0", "tool_use"]),
    "between redacted": (
        [FIRST, SECRET, SECOND, CALL],
        ["thinking First.", "redacted_thinking c2VjcmV0", "thinking Second.", "tool_use"],
    ),
    "text": ([FIRST, "Let me see.", CALL], ["thinking First.", "text Let me see.", "tool_use"]),
    "two calls": ([FIRST, CALL, CALL], ["thinking First.", "tool_use", "tool_use"]),
    # LiteLLM collects a turn's thinking, its text and its calls each in a place of their own.
    "between text": (
        [FIRST, "Let me see.", SECOND, CALL],
        ["thinking First.", "thinking Second.", "text Let me see.", "tool_use"],
    ),
}
"""What a turn of Claude holds, and what goes back of it."""


def said_by_model(sent: Any) -> list[str]:
    """The parts of the assistant's messages, each in short."""
    own = [part for part in parts(sent) if part["role"] in ("assistant", "model")]
    shown = [(part["type"], part.get("thinking") or part.get("data") or part.get("text")) for part in own]
    return [" ".join(word for word in pair if word) for pair in shown]


def signatures(sent: Any) -> list[str]:
    return [part["signature"] for part in parts(sent) if part.get("type") == "thinking"]


@pytest.mark.parametrize("turn", TURNS)
async def test_claudes_thinking_goes_back_before_its_calls(sim: Simulator, run: Run, weather: Any, turn: str) -> None:
    """The service refuses a tool turn whose signed thinking is missing, changed, or signed as another's."""
    said, expected = TURNS[turn]
    sim.script(Reply(said), "Windy.")
    result = await run(agent(ANTHROPIC.on(sim), tools=[weather], model_settings=thinking()))
    first, second = sim.requests
    assert first.body["thinking"] == {"type": "enabled", "budget_tokens": 1024}
    assert said_by_model(second) == expected
    assert len(set(signatures(second))) == sum(isinstance(part, Thinking) for part in said)
    shown = [text.text for item in raws(result, "reasoning") for text in item.summary]
    assert shown == [part.text for part in said if isinstance(part, Thinking)]
    assert "c2VjcmV0" not in str(result.final_output)


async def test_claudes_thinking_is_kept_over_runs(sim: Simulator, run: Run, weather: Any) -> None:
    """A second run from `to_input_list()` has every block once, also those of turns without a call."""
    sim.script(Reply([FIRST, CALL]), Reply([SECOND, "Windy."]), "You are welcome.")
    poet = agent(ANTHROPIC.on(sim), tools=[weather], model_settings=thinking())
    first = await run(poet, "The weather in Oslo?")
    await run(poet, [*first.to_input_list(), {"role": "user", "content": "Thank you"}])
    expected = ["thinking First.", "tool_use", "thinking Second.", "text Windy."]
    assert said_by_model(sim.requests[2]) == expected
    assert kinds(first) == ["reasoning", "tool_call", "tool_call_output", "reasoning", "message_output"]


async def test_thinking_alone_is_no_turn_of_its_own(sim: Simulator, run: Run) -> None:
    """An answer of thinking alone would be refused as an empty turn in the next request."""
    sim.script(Reply([FIRST]), "Hello.")
    poet = agent(ANTHROPIC.on(sim), model_settings=thinking())
    first = await run(poet)
    assert first.final_output == ""
    await run(poet, [*first.to_input_list(), {"role": "user", "content": "Hello?"}])
    assert said_by_model(sim.requests[1]) == []


@pytest.mark.parametrize("model", ["gemini/gemini-3-pro-preview", "gemini/gemini-2.5-pro"])
@pytest.mark.parametrize("made", [[CALL], [CALL, OTHER]], ids=["one call", "parallel calls"])
async def test_geminis_signature_returns_on_the_call_that_bore_it(
    sim: Simulator, run: Run, weather: Any, model: str, made: list[Any]
) -> None:
    """Gemini 3 refuses a function call without the signature that came with it."""
    sim.script(Reply([FIRST, *made]), Reply([SECOND, "Windy."]), "You are welcome.")
    poet = agent(GEMINI.on(sim, model=model), tools=[weather], model_settings=thinking())
    first = await run(poet, "The weather in Oslo?")
    await run(poet, [*first.to_input_list(), {"role": "user", "content": "Thank you"}])
    signed = [call.provider_data.get("thought_signature") for call in raws(first, "function_call")]
    assert [bool(signature) for signature in signed] == [True, False][: len(made)]
    for sent in sim.requests[1:]:
        sent_back = [part for part in parts(sent) if "function_call" in part]
        assert len(sent_back) == len(made)
        assert sent_back[0]["thoughtSignature"] == signed[0]
    assert [item.summary[0].text for item in raws(first, "reasoning")] == ["First.", "Second."]


@on_routes(*ALL)
async def test_the_same_call_twice_in_a_turn_has_two_results(
    sim: Simulator, run: Run, route: Route, weather: Any
) -> None:
    """LiteLLM drops the second of two equal calls for Gemini, which then refuses its result."""
    sim.script(Reply([CALL, CALL]), "Windy.")
    await run(agent(route.on(sim), tools=[weather], model_settings=thinking()))
    assert calls(sim.requests[1]) == [("get_weather", {"city": "Oslo"})] * 2
    assert results(sim.requests[1]) == ["Windy at 4 °C"] * 2


async def test_geminis_signature_on_text_is_kept(sim: Simulator, run: Run) -> None:
    """It is not enforced, but the model thinks worse without it."""
    sim.script(Reply([FIRST, "Hello."]), "You are welcome.")
    poet = agent(GEMINI.on(sim), model_settings=thinking())
    first = await run(poet, "Hi")
    await run(poet, [*first.to_input_list(), {"role": "user", "content": "Thank you"}])
    said = [part for part in parts(sim.requests[1]) if part["role"] == "model"]
    assert [part.get("text") for part in said] == ["Hello."]
    assert "thoughtSignature" in said[0]


class TestVisibleReasoning:
    """Services that show their reasoning in a field of the message: DeepSeek wants it back within a tool loop."""

    @pytest.fixture
    async def sim(self) -> AsyncIterator[Simulator]:
        async with Simulator(reasoning_field="reasoning_content") as simulator:
            yield simulator
            await close_clients()
            assert not simulator.refusals

    async def test_it_goes_back_to_deepseek(self, sim: Simulator, run: Run, weather: Any) -> None:
        """The service answers 400 to a tool loop whose reasoning is missing."""
        sim.script(Reply([FIRST, CALL]), Reply([SECOND, "Windy."]))
        model = OPENAI.on(sim, model="deepseek/deepseek-reasoner")
        result = await run(agent(model, tools=[weather]), "The weather in Oslo?")
        assert [item.summary[0].text for item in raws(result, "reasoning")] == ["First.", "Second."]
        (asked,) = [m for m in sim.requests[1].body["messages"] if m["role"] == "assistant"]
        assert asked["reasoning_content"] == "First."

    @on_routes(OPENAI, CLIENT)
    @pytest.mark.parametrize("wanted", [None, True, False])
    async def test_the_user_decides_elsewhere(
        self, sim: Simulator, run: Run, route: Route, weather: Any, wanted: bool | None
    ) -> None:
        """Most services refuse the field, so it is sent only where somebody says that it is wanted."""
        sim.script(Reply([FIRST, CALL]), "Windy.")
        asked: list[str | None] = []

        def decide(context: ReasoningContentReplayContext) -> bool:
            asked.append(context.reasoning.origin_model)
            return bool(wanted)

        options = {} if wanted is None else {"should_replay_reasoning_content": decide}
        model = route.on(sim, **options)
        result = await run(agent(model, tools=[weather]), "The weather in Oslo?")
        assert [item.summary[0].text for item in raws(result, "reasoning")] == ["First."]
        (turn,) = [m for m in sim.requests[1].body["messages"] if m["role"] == "assistant"]
        assert turn.get("reasoning_content") == ("First." if wanted else None)
        assert asked == ([] if wanted is None else [route.model])
