"""A conversation made by one model and continued by another: legal for each reader."""

from __future__ import annotations

from typing import Any

import pytest

from agents.testing.simulator import Redacted, Reply, Simulator, Text, Thinking, ToolCall

from . import wire
from .columns import COLUMNS, Column, Run, agent, raws, thinking
from .table import shows
from .test_media import DOT, DOT_URL

MAKERS = pytest.mark.parametrize("maker", COLUMNS, ids=lambda column: f"from {column.id}")


def foreign(maker: Column, reader: Column) -> bool:
    """Whether they are two makers: LiteLLM and we speak to the same one."""
    return (maker.provider, maker.protocol) != (reader.provider, reader.protocol)


CALLS = [ToolCall("get_weather", {"city": city}) for city in ("Oslo", "Lima")]


@shows("hands:any-maker", "hands:no-fake-ids", "hands:no-foreign-reasoning")
@MAKERS
async def test_a_conversation_changes_hands(
    sim: Simulator, run: Run, column: Column, maker: Column, weather: Any
) -> None:
    """Thinking stays with its maker, calls and their results go over: nothing that the reader would refuse."""
    sim.script(
        Reply([Thinking("Both, then."), "Let me see.", *CALLS]),
        Reply([Thinking("And now."), "Windy in both."]),
        Reply([Thinking("Once more."), ToolCall("get_weather", {"city": "Rome"})]),
        "Windy there, too.",
    )
    first = await run(agent(maker.on(sim), tools=[weather], model_settings=thinking()), "Oslo and Lima?")
    question = {"role": "user", "content": "And Rome?"}
    poet = agent(column.on(sim), tools=[weather], model_settings=thinking())
    second = await run(poet, [*first.to_input_list(), question])
    assert second.final_output == "Windy there, too."
    asked, answered = sim.requests[2:]
    assert [arguments["city"] for _, arguments in wire.calls(asked)] == ["Oslo", "Lima"]
    assert wire.results(asked) == ["Windy at 4 °C", "Windy at 4 °C"]
    assert [arguments["city"] for _, arguments in wire.calls(answered)] == ["Oslo", "Lima", "Rome"]
    if foreign(maker, column):
        assert "Both, then." not in str(asked.body)
        assert "And now." not in str(asked.body)
    assert "Windy in both." in [part.get("text") for part in wire.parts(asked)]
    assert "__fake_id__" not in str(asked.body)


@shows("hands:refusals")
@MAKERS
async def test_a_refusal_and_a_redacted_thought_change_hands(
    sim: Simulator, run: Run, column: Column, maker: Column
) -> None:
    """What one model declined is history to the next one, and what nobody can read stays behind."""
    sim.script(Reply([Redacted("c2VjcmV0"), Thinking("Hm."), Text("Well.")]), "Fine.")
    first = await run(agent(maker.on(sim), model_settings=thinking()), "Do it")
    history = [
        *first.to_input_list(),
        {"role": "user", "content": "Do it!"},
        {"type": "message", "role": "assistant", "content": [{"type": "refusal", "refusal": "I must not."}]},
        {"role": "user", "content": "Then not."},
    ]
    result = await run(agent(column.on(sim), model_settings=thinking()), history)
    assert result.final_output == "Fine."
    sent = str(sim.requests[1].body)
    assert "I must not." in sent
    if foreign(maker, column):
        assert "c2VjcmV0" not in sent


@shows("hands:handoff")
async def test_an_agent_hands_over_to_one_without_tools(sim: Simulator, run: Run, column: Column) -> None:
    """The call that handed over stays in the conversation: LiteLLM refuses it for Claude when no tool is declared."""
    sim.script(Reply([ToolCall("transfer_to_poet", {})]), "Here I am.")
    poet = agent(column.on(sim))
    result = await run(agent(column.on(sim), name="Desk", handoffs=[poet]))
    assert result.last_agent is poet
    assert result.final_output == "Here I am."
    assert wire.calls(sim.requests[1]) == [("transfer_to_poet", {})]


@shows("hands:interrupted")
async def test_a_call_cut_off_is_told(sim: Simulator, run: Run, column: Column) -> None:
    """A history that was stopped between a call and its result, in ids of somebody else's, is legal too."""
    history = [
        {"role": "user", "content": "The weather?"},
        {"type": "function_call", "call_id": "x" * 60, "name": "get_weather", "arguments": '{"city": "Oslo"}'},
        {"role": "user", "content": "Never mind. Say hello."},
    ]
    sim.script("Hello.")
    await run(agent(column.on(sim)), history)
    (told,) = wire.results(sim.requests[0])
    assert "interrupted" in told


@shows("hands:results-apart", "tools:results-in-order")
async def test_results_that_came_late_stand_behind_their_calls(sim: Simulator, run: Run, column: Column) -> None:
    """Approvals and filters leave messages in between, and results in another order: services refuse both."""
    calls = [
        {
            "type": "function_call",
            "call_id": f"call_{city}",
            "name": "get_weather",
            "arguments": f'{{"city": "{city}"}}',
        }
        for city in ("Oslo", "Rome")
    ]
    history = [
        {"role": "user", "content": "The weather?"},
        *calls,
        {"type": "function_call_output", "call_id": "call_Rome", "output": "Sunny"},
        {"role": "user", "content": "Well?"},
        {"type": "function_call_output", "call_id": "call_Oslo", "output": "Windy"},
        {"type": "function_call_output", "call_id": "call_nobodys", "output": "Rain"},
    ]
    sim.script("Windy and sunny.")
    await run(agent(column.on(sim)), history)
    assert [arguments["city"] for _, arguments in wire.calls(sim.requests[0])] == ["Oslo", "Rome"]
    assert wire.results(sim.requests[0]) == ["Windy", "Sunny"]
    assert "Rain" in str(sim.requests[0].body)  # whoever asked for it, it is known


@shows("tools:duplicate-ids")
async def test_results_of_one_id_answer_its_calls_in_order(sim: Simulator, run: Run, column: Column) -> None:
    """Histories of other programs hold them, too."""
    call = {"type": "function_call", "call_id": "call_0", "name": "get_weather"}
    told = {"type": "function_call_output", "call_id": "call_0"}
    history = [
        {"role": "user", "content": "The weather?"},
        *({**call, "arguments": f'{{"city": "{city}"}}'} for city in ("Oslo", "Rome")),
        *({**told, "output": weather} for weather in ("Windy", "Sunny")),
    ]
    sim.script("Windy and sunny.")
    await run(agent(column.on(sim)), history)
    assert [arguments["city"] for _, arguments in wire.calls(sim.requests[0])] == ["Oslo", "Rome"]
    assert wire.results(sim.requests[0]) == ["Windy", "Sunny"]
    made, answered = wire.call_ids(sim.requests[0])
    assert made == answered


@shows("hands:system-in-between")
async def test_system_messages_in_mid_conversation_are_read(sim: Simulator, run: Run, column: Column) -> None:
    """Developers put them where they please; two of the protocols know only one place."""
    history = [
        {"role": "user", "content": "Hi"},
        {"role": "developer", "content": "Speak Latin."},
        {"role": "user", "content": "How are you?"},
    ]
    sim.script("Bene.")
    result = await run(agent(column.on(sim), instructions="Be kind."), history)
    assert raws(result, "message")
    (sent,) = sim.requests
    told = [part["text"] for part in wire.parts(sent) if part["role"] in ("system", "developer", "user")]
    assert wire.instructions(sent) in ("Be kind.", "Be kind.\n\nSpeak Latin.", "Be kind.Speak Latin.")
    assert (wire.instructions(sent) == "Be kind.") is any("Speak Latin." in text for text in told)
    assert "How are you?" in told


@shows("hands:image")
async def test_an_image_changes_hands(sim: Simulator, run: Run, column: Column) -> None:
    """In the words of its reader, whoever it was shown to first."""
    history = [
        {"role": "user", "content": [{"type": "input_image", "image_url": DOT_URL}]},
        {"role": "assistant", "content": "A dot."},
        {"role": "user", "content": "Which colour?"},
    ]
    sim.script("Red.")
    await run(agent(column.on(sim)), history)
    assert DOT in str(wire.parts(sim.requests[0])[0])


@shows("hands:first-is-the-models")
async def test_a_conversation_may_begin_with_the_model(sim: Simulator, run: Run, column: Column) -> None:
    """Trimmed histories do, and two of the protocols refuse it."""
    history = [{"role": "assistant", "content": "Welcome."}, {"role": "user", "content": "Hi"}]
    sim.script("Hello.")
    result = await run(agent(column.on(sim)), history)
    assert result.final_output == "Hello."
    assert "Welcome." in str(sim.requests[0].body)
