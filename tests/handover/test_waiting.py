"""Runs that wait for a person in mid-conversation, over each wire protocol: put down as JSON, and gone on elsewhere."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agents import Agent, ModelSettings, RunState, function_tool
from agents.item_codec import decode_item, decode_response, encode_item, encode_response
from agents.testing.simulator import Reply, Simulator, Thinking, ToolCall

from ..conformance.columns import Run, thinking
from .desks import DESKS, Desk, results, thoughts

BESIDE = list(zip(DESKS, (*DESKS[1:], DESKS[0]), strict=True))
"""Each desk, with another for the agent that is its tool."""


def team(sim: Simulator, outer: Desk, inner: Desk, done: list[str]) -> Agent[Any]:
    """An agent with another as its tool, each with a tool that asks."""

    @function_tool(needs_approval=True)
    def delete(path: str) -> str:
        """Delete a file."""
        done.append(path)
        return f"deleted {path}"

    def settings(desk: Desk) -> ModelSettings:
        return thinking() if desk.thinks else ModelSettings(include_usage=True)

    cleaner = Agent("Cleaner", model=inner.model(sim), model_settings=settings(inner), tools=[delete])
    tools = [cleaner.as_tool("clean", "Cleans up."), delete]
    return Agent("Boss", model=outer.model(sim), model_settings=settings(outer), tools=tools)


def script(sim: Simulator, outer: Desk, inner: Desk) -> None:
    """What the two say until both wait."""

    def thought(desk: Desk, text: str) -> list[Any]:
        return [Thinking(text)] if desk.thinks else []

    sim.script(
        Reply([*thought(outer, "Both."), ToolCall("clean", {"input": "Go."}), ToolCall("delete", {"path": "a"})]),
        Reply([*thought(inner, "Only b."), ToolCall("delete", {"path": "b"})]),
    )


@pytest.mark.parametrize(("outer", "inner"), BESIDE, ids=[f"{a.id} runs {b.id}" for a, b in BESIDE])
async def test_a_stored_run_goes_on_with_all_that_its_models_want_back(
    sim: Simulator, run: Run, outer: Desk, inner: Desk
) -> None:
    """Sealed reasoning, signatures and call ids survive the JSON: the strict services refuse nothing, and each model
    reads the outputs of its own calls.
    """
    script(sim, outer, inner)
    sim.script("Cleaned.", "Done.")
    done: list[str] = []
    result = await run(team(sim, outer, inner, done), "Clean up")
    assert [(call.agent.name, call.arguments and json.loads(call.arguments)) for call in result.interruptions] == [
        ("Cleaner", {"path": "b"}),
        ("Boss", {"path": "a"}),
    ]
    agent = team(sim, outer, inner, done)  # as another process would declare it
    state = await RunState.from_string(agent, result.to_state().to_string())
    for call in state.get_interruptions():
        state.approve(call)
    result = await run(agent, state)

    assert sorted(done) == ["a", "b"]
    assert result.final_output == "Done."
    assert result.context_wrapper.usage.requests == len(sim.requests) == 4
    to_inner, to_outer = sim.requests[2:]
    assert (results(to_inner), results(to_outer)) == (1, 2)
    assert thoughts(to_inner) >= inner.thinks
    assert thoughts(to_outer) >= outer.thinks


@pytest.mark.parametrize("desk", DESKS, ids=lambda desk: desk.id)
async def test_items_of_every_protocol_come_back_as_they_were(sim: Simulator, run: Run, desk: Desk) -> None:
    """What a vendor sealed is stored byte for byte, with who made it."""
    script(sim, desk, desk)
    agent = team(sim, desk, desk, [])
    result = await run(agent, "Clean up")
    (inner,) = result.to_state().progress.paused_runs.values()
    agents = {each.name: each for each in (agent, agent.tools[0].agent)}  # type: ignore[union-attr]
    for item in (*result.new_items, *inner.new_items):
        data = json.loads(json.dumps(encode_item(item, lambda each: each.name)))
        again = decode_item(data, agents.__getitem__)
        assert again.raw_item == item.raw_item
        assert type(again) is type(item)
        assert again.agent is item.agent
        assert encode_item(again, lambda each: each.name) == data
    for response in (*result.raw_responses, *inner.raw_responses):
        assert decode_response(json.loads(json.dumps(encode_response(response)))) == response
