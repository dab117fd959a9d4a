"""A conversation made by one model and continued by another: legal for each reader."""

from __future__ import annotations

from typing import Any

import pytest

from agents.testing.simulator import Reply, Simulator, Thinking, ToolCall

from .routes import ALL, Route, Run, agent, calls, parts, raws, results, thinking

PAIRS = [(maker, reader) for maker in ALL for reader in ALL if maker is not reader]


@pytest.mark.parametrize(("maker", "reader"), PAIRS, ids=[f"{a.id} to {b.id}" for a, b in PAIRS])
async def test_a_conversation_changes_hands(
    sim: Simulator, run: Run, maker: Route, reader: Route, weather: Any
) -> None:
    """Thinking stays with its maker, calls and their results go over: nothing that the reader would refuse."""
    sim.script(
        Reply([Thinking("Both, then."), *(ToolCall("get_weather", {"city": c}) for c in ("Oslo", "Lima"))]),
        Reply([Thinking("And now."), "Windy in both."]),
        Reply([Thinking("Once more."), ToolCall("get_weather", {"city": "Rome"})]),
        "Windy there, too.",
    )
    first = await run(agent(maker.on(sim), tools=[weather], model_settings=thinking()), "Oslo and Lima?")
    question = {"role": "user", "content": "And Rome?"}
    poet = agent(reader.on(sim), tools=[weather], model_settings=thinking())
    second = await run(poet, [*first.to_input_list(), question])
    assert second.final_output == "Windy there, too."
    asked, answered = sim.requests[2:]
    assert [arguments["city"] for _, arguments in calls(asked)] == ["Oslo", "Lima"]
    assert results(asked) == ["Windy at 4 °C", "Windy at 4 °C"]
    assert [arguments["city"] for _, arguments in calls(answered)] == ["Oslo", "Lima", "Rome"]
    assert "Both, then." not in str(asked.body)
    assert "And now." not in str(asked.body)
    assert "Windy in both." in [part.get("text") for part in parts(asked)]


READERS = pytest.mark.parametrize("reader", ALL, ids=lambda route: route.id)


@READERS
async def test_an_agent_hands_over_to_one_without_tools(sim: Simulator, run: Run, reader: Route) -> None:
    """The call that handed over stays in the conversation: LiteLLM refuses it for Claude when no tool is declared."""
    sim.script(Reply([ToolCall("transfer_to_poet", {})]), "Here I am.")
    poet = agent(reader.on(sim))
    result = await run(agent(reader.on(sim), name="Desk", handoffs=[poet]))
    assert result.last_agent is poet
    assert result.final_output == "Here I am."
    assert calls(sim.requests[1]) == [("transfer_to_poet", {})]


@READERS
async def test_a_call_cut_off_is_told(sim: Simulator, run: Run, reader: Route) -> None:
    """A history that was stopped between a call and its result, in ids of somebody else's, is legal too."""
    history = [
        {"role": "user", "content": "The weather?"},
        {"type": "function_call", "call_id": "x" * 60, "name": "get_weather", "arguments": '{"city": "Oslo"}'},
        {"role": "user", "content": "Never mind. Say hello."},
    ]
    sim.script("Hello.")
    await run(agent(reader.on(sim)), history)
    (told,) = results(sim.requests[0])
    assert "interrupted" in told


@READERS
async def test_system_messages_in_mid_conversation_are_read(sim: Simulator, run: Run, reader: Route) -> None:
    """Developers put them where they please; two of the protocols know only one place."""
    history = [
        {"role": "user", "content": "Hi"},
        {"role": "developer", "content": "Speak Latin."},
        {"role": "user", "content": "How are you?"},
    ]
    sim.script("Bene.")
    result = await run(agent(reader.on(sim), instructions="Be kind."), history)
    assert raws(result, "message")
    body = str(sim.requests[0].body)
    assert all(text in body for text in ("Be kind.", "Speak Latin.", "How are you?"))
