"""What hosted tools did, in conversations that change hands: each reader takes it, its maker takes it back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agents import Agent, CodeInterpreterTool, ModelSettings, SQLiteSession, WebSearchTool, function_tool, handoff
from agents.testing.simulator import CodeRun, Reply, Simulator, Text, Thinking, ToolCall, WebSearch

from ..conformance.columns import Run
from .desks import DESKS, NATIVE, Desk, said

HOSTS = tuple(desk for desk in NATIVE if desk.id != "chat")
PAIRS = [(first, second) for first in HOSTS for second in DESKS]
EVERY_PAIR = pytest.mark.parametrize(
    ("first", "second"), PAIRS, ids=[f"{first.id} and {second.id}" for first, second in PAIRS]
)
CODE = CodeInterpreterTool({"type": "code_interpreter", "container": {"type": "auto"}})
THINKING = ModelSettings(reasoning={"effort": "low"}, max_tokens=4000)  # type: ignore[arg-type]


@function_tool
def look_up(name: str) -> str:
    """Look somebody up."""
    return f"{name} is here."


def replayed(sent: Any) -> int:
    """How many items, blocks or parts of hosted tools a request holds."""
    marks = ("web_search_call", "code_interpreter_call", "server_tool_use", "toolCall", "executableCode")
    if sent.protocol == "openai-responses":
        return sum(item["type"] in marks for item in sent.body["input"])
    text = json.dumps(sent.body.get("messages") or sent.body.get("contents"))
    return sum(text.count(f'"{mark}"') for mark in marks)


@EVERY_PAIR
async def test_hosted_work_goes_there_and_back_again(sim: Simulator, run: Run, first: Desk, second: Desk) -> None:
    """The other reads in words what was found, and the host gets its own back, with a call and thoughts around it."""
    tools: list[Any] = [WebSearchTool(), CODE, look_up]
    desk: Agent[Any] = Agent("Desk", model=first.model(sim), tools=tools, model_settings=THINKING)
    poet: Agent[Any] = Agent("Poet", model=second.model(sim, second=True), model_settings=THINKING)
    desk.handoffs, poet.handoffs = [poet], [handoff(desk)]
    work = [WebSearch("snow", ["https://a.example"]), CodeRun("print(6 * 7)", "42")]
    sim.script(
        Reply([Thinking("Search."), work[0], Thinking("Run."), work[1], ToolCall("look_up", {"name": "Ann"})]),
        Reply([Text("Over."), ToolCall("transfer_to_poet", {})]),
        Reply([Text("Back."), ToolCall("transfer_to_desk", {})]),
        Reply(["It snows."]),
    )
    result = await run(desk, "Snow?")
    assert result.final_output == "It snows."
    own, taken, returned = sim.requests[1:4]
    assert replayed(own) == replayed(returned) == 2
    if first.protocol != second.protocol or second.by_litellm:
        assert replayed(taken) == 0
        assert "Web search: snow" in said(taken)
        assert "print(6 * 7)" in said(taken)


@pytest.mark.parametrize("desk", HOSTS, ids=lambda desk: desk.id)
async def test_a_session_keeps_hosted_work_for_its_maker_and_for_others(sim: Simulator, run: Run, desk: Desk) -> None:
    """A conversation goes on tomorrow, with the same model or with another."""
    session = SQLiteSession("s")
    sim.script(Reply([CodeRun("print(6 * 7)", "42"), Text("It is 42.")]), "Yes.", "Indeed.")
    agent: Agent[Any] = Agent("Clerk", model=desk.model(sim), tools=[CODE])
    await run(agent, "What is it?", session=session)
    await run(agent, "Sure?", session=session)
    assert replayed(sim.requests[1]) == 1
    other = next(each for each in HOSTS if each is not desk)
    await run(Agent("Other", model=other.model(sim)), "And you?", session=session)
    assert replayed(sim.requests[2]) == 0
    assert "print(6 * 7)" in said(sim.requests[2])
    session.close()
