"""Agents of different vendors hand over to one another and back: no service refuses what it is sent."""

from __future__ import annotations

from typing import Any

import pytest
from openai.types.shared import Reasoning

from agents import (
    Agent,
    ModelRefusalError,
    ModelSettings,
    RunConfig,
    ToolOutputImage,
    ToolOutputText,
    function_tool,
    handoff,
)
from agents.testing.simulator import Refusal, Reply, Simulator, Thinking, ToolCall

from ..conformance.columns import Run
from .desks import DOT, PAIRS, Desk, calls, results, said, thoughts

EVERY_PAIR = pytest.mark.parametrize(
    ("first", "second"), PAIRS, ids=[f"{first.id} and {second.id}" for first, second in PAIRS]
)
PICTURE = f"data:image/png;base64,{DOT}"
QUESTION = [
    {
        "role": "user",
        "content": [
            {"type": "input_text", "text": "What is in this picture, and how is the weather there?"},
            {"type": "input_image", "image_url": PICTURE, "detail": "auto"},
        ],
    }
]
THINKING = ModelSettings(reasoning=Reasoning(effort="low", summary="auto"), max_tokens=4000)


@function_tool
def get_weather(city: str) -> str:
    """The weather of a city."""
    return f"Windy in {city}."


@function_tool
def look_at(city: str) -> Any:
    """A picture of a city."""
    return [ToolOutputText(text=f"A view of {city}:"), ToolOutputImage(image_url=PICTURE)]


def office(sim: Simulator, first: Desk, second: Desk) -> tuple[Agent[Any], Agent[Any]]:
    """Two agents that can hand over to one another."""
    tools: list[Any] = [get_weather, look_at]
    desk: Agent[Any] = Agent("Desk", model=first.model(sim), tools=tools, model_settings=THINKING)
    poet = Agent("Poet", model=second.model(sim, second=True), tools=tools, model_settings=THINKING)
    desk.handoffs, poet.handoffs = [poet], [handoff(desk)]
    return desk, poet


@EVERY_PAIR
async def test_a_run_goes_there_and_back_again(sim: Simulator, run: Run, first: Desk, second: Desk) -> None:
    """In mid-turn, with pictures, parallel calls and reasoning, each reads all but what the other had sealed."""
    desk, _ = office(sim, first, second)
    both = [ToolCall("get_weather", {"city": city}) for city in ("Oslo", "Lima")]
    sim.script(
        Reply([Thinking("Desk: both."), "Let me see.", *both]),
        Reply([Thinking("Desk: a poet."), ToolCall("transfer_to_poet", {})]),
        Reply([Thinking("Poet: a look."), ToolCall("look_at", {"city": "Oslo"})]),
        Reply([Thinking("Poet: enough."), ToolCall("transfer_to_desk", {})]),
        Reply([Thinking("Desk: once more."), ToolCall("get_weather", {"city": "Rome"})]),
        Reply([Thinking("Desk: done."), "Windy everywhere."]),
    )
    result = await run(desk, QUESTION)
    assert result.final_output == "Windy everywhere."
    assert result.last_agent is desk
    taken, returned, last = sim.requests[2], sim.requests[4], sim.requests[5]
    assert calls(taken) == ["get_weather", "get_weather", "transfer_to_poet"]
    assert calls(returned) == [*calls(taken), "look_at", "transfer_to_desk"]
    assert calls(last) == [*calls(returned), "get_weather"]
    assert [results(sent) for sent in (taken, returned, last)] == [3, 5, 6]
    assert [said(sent).count(DOT) for sent in (taken, returned, last)] == [1, 2, 2]
    if first.protocol != second.protocol:
        assert "Desk: " not in said(taken)
        assert thoughts(taken) == 0
        assert "Poet: " not in said(last)
    if first.thinks:
        assert thoughts(last) >= 3


@EVERY_PAIR
async def test_a_conversation_with_a_refusal_goes_on_elsewhere(
    sim: Simulator, run: Run, first: Desk, second: Desk
) -> None:
    """One vendor's model declines, another's takes the conversation from there, and gives it back."""
    desk, poet = office(sim, first, second)
    sim.script(
        Reply([Thinking("Desk: no."), Refusal("I will not do that.")]),
        Reply([Thinking("Poet: not me."), "A colleague helps.", ToolCall("transfer_to_desk", {})]),
        Reply([Thinking("Desk: well."), "A poem, then."]),
        Reply([Refusal("Nor will I.")]),
        "Here you are.",
    )
    with pytest.raises(ModelRefusalError) as refused:
        await run(desk, QUESTION)
    details = refused.value.run_data
    assert details is not None
    history = [*QUESTION, *(item.to_input_item() for item in details.new_items)]
    history.append({"role": "user", "content": "A poem about it, then?"})
    result = await run(poet, history)
    assert result.last_agent is desk
    assert result.final_output == "A poem, then."
    assert str(refused.value.refusal) in said(sim.requests[1])
    assert "A colleague helps." in said(sim.requests[2])
    with pytest.raises(ModelRefusalError) as refused:
        await run(poet, [*result.to_input_list(), {"role": "user", "content": "Another."}])
    details = refused.value.run_data
    assert details is not None
    history = [*result.to_input_list(), *(item.to_input_item() for item in details.new_items)]
    result = await run(desk, [*history, {"role": "user", "content": "And you?"}])
    assert result.final_output == "Here you are."
    assert str(refused.value.refusal) in said(sim.requests[4])


@pytest.mark.parametrize(("first", "second"), PAIRS[::2], ids=[f"{a.id} and {b.id}" for a, b in PAIRS[::2]])
async def test_nested_history_is_legal_for_any_reader(sim: Simulator, run: Run, first: Desk, second: Desk) -> None:
    """A story has no calls, no reasoning and no end that a model would write on (openai-agents #2503)."""
    desk, _ = office(sim, first, second)
    sim.script(
        Reply([Thinking("Desk: first."), ToolCall("look_at", {"city": "Oslo"})]),
        Reply([Thinking("Desk: a poet."), "A colleague helps.", ToolCall("transfer_to_poet", {})]),
        Reply([Thinking("Poet: no."), ToolCall("transfer_to_desk", {})]),
        Reply([Thinking("Desk: done."), "A harbour."]),
    )
    result = await run(desk, QUESTION, run_config=RunConfig(nest_handoff_history=True))
    assert result.final_output == "A harbour."
    taken, returned = sim.requests[2:]
    for sent in (taken, returned):
        assert calls(sent) == []
        assert thoughts(sent) == 0
        assert said(sent).count(DOT) == 1
        assert "A view of Oslo" in said(sent)
        assert "Desk: " not in said(sent)
    assert "transfer_to_desk" in said(returned)
