"""Runs whose handoffs nest the history."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from agents import Agent, RunConfig, UserError, handoff

NESTED = RunConfig(nest_handoff_history=True)


def roles(agent: Agent[Any]) -> list[Any]:
    """What the model of an agent read last: roles of messages, types of all else."""
    return [item.get("role", item.get("type")) for item in agent.model.last_call.input]


@pytest.mark.parametrize(
    ("of_run", "of_handoff", "nested"),
    [(False, None, False), (True, None, True), (False, True, True), (True, False, False)],
)
async def test_the_handoff_decides_before_the_run(
    run: Any, says: Any, weather: Any, of_run: bool, of_handoff: bool | None, nested: bool
) -> None:
    """One agent may need the whole conversation where the others do with its story."""
    second = Agent("Second", model=says("Done."))
    model = says(("get_weather", {"city": "Rome"}), ("transfer_to_second",))
    first = Agent("First", model=model, tools=[weather], handoffs=[handoff(second, nest_handoff_history=of_handoff)])

    result = await run(first, run_config=RunConfig(nest_handoff_history=of_run))

    whole = ["user", *["function_call", "function_call_output"] * 2]
    assert roles(second) == (["assistant", "user"] if nested else whole)
    assert len(result.to_input_list()) == 6
    assert len(result.new_items) == 5


async def test_the_next_agent_reads_a_story_that_it_may_answer(run: Any, says: Any, weather: Any) -> None:
    """A conversation that ends with the assistant is written on by Claude, and refused by newer ones."""
    third = Agent("Third", model=says("Done."))
    second = Agent("Second", model=says(("transfer_to_third",)), handoffs=[third])
    first = Agent("First", model=says(["Wait.", ("transfer_to_second",)]), handoffs=[second])

    await run(first, "Hello", run_config=NESTED)

    story, said, last, go_on = second.model.last_call.input
    assert "1. user: Hello" in story["content"]
    assert said["content"][0]["text"] == "Wait."
    assert "transfer_to_second" in last["content"]
    assert go_on == {"role": "user", "content": "Please go on from here."}
    story, go_on = third.model.last_call.input
    assert "1. user: Hello\n2. assistant: Wait.\n" in story["content"]
    assert "transfer_to_third" in story["content"]
    assert "go on" not in story["content"]


async def test_a_mapper_says_all_that_the_next_agent_reads(run: Any, says: Any) -> None:
    """Its result is the input, to the letter."""
    seen: list[Any] = []

    def mapper(transcript: list[Any]) -> list[Any]:
        seen.extend(item.get("type", item.get("role")) for item in transcript)
        return [{"role": "user", "content": f"{len(transcript)} items."}]

    second = Agent("Second", model=says("Done."))
    first = Agent("First", model=says(("transfer_to_second",)), handoffs=[second])

    await run(first, run_config=RunConfig(nest_handoff_history=True, handoff_history_mapper=mapper))

    assert seen == ["user", "function_call", "function_call_output"]
    assert second.model.last_call.input == [{"role": "user", "content": "3 items."}]


async def test_a_filter_goes_before_nesting(run: Any, says: Any) -> None:
    """Who filters decides all; the filter may nest by itself."""
    second = Agent("Second", model=says("Done."))
    way = handoff(second, input_filter=lambda data: data.clone(new_items=()), nest_handoff_history=True)
    first = Agent("First", model=says(("transfer_to_second",)), handoffs=[way])

    await run(first, run_config=NESTED)

    assert roles(second) == ["user"]


@pytest.mark.parametrize("kept", [{"conversation_id": "conv_1"}, {"previous_response_id": "resp_1"}])
async def test_where_the_server_keeps_the_conversation_nothing_is_nested_or_filtered(
    run: Any, says: Any, kept: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    """What is filtered here would still be there: a filter that filters nothing must not look like one."""
    second = Agent("Second", model=says("Done."))
    first = Agent("First", model=says(("transfer_to_second",)), handoffs=[second])
    with caplog.at_level(logging.WARNING, "openai.agents"):
        await run(first, run_config=NESTED, **kept)
    assert "not nested at the handoff 'transfer_to_second'" in caplog.text
    assert "assistant" not in roles(second)

    filtered = handoff(second, input_filter=lambda data: data)
    first = Agent("First", model=says(("transfer_to_second",)), handoffs=[filtered])
    with pytest.raises(UserError, match="the server keeps the conversation"):
        await run(first, **kept)
