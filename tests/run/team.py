"""Agents whose run waits for approvals in every place where one can: the same ones in this process and in another.

Their models remember nothing: what they say follows from what they read. As a program, it finishes the runs whose
states it reads, one a line, and writes what became of them: ``python team.py plain < states``.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

from agents import Agent, Model, ModelResponse, Runner, RunState, function_tool, handoff
from agents.testing import ScriptedModel, assistant_message, function_call

done: list[str] = []
"""What the tools of this process have done."""


class Turns(Model):
    """Says the first of its turns whose calls are not all answered yet."""

    def __init__(self, *turns: str | list[tuple[str, dict[str, Any], str]]) -> None:
        self.turns = turns
        self.asked = 0

    def _script(self, input: Any) -> ScriptedModel:
        self.asked += 1
        answered = {item.get("call_id") for item in input if item.get("type") == "function_call_output"}
        for turn in self.turns:
            if isinstance(turn, str):
                return ScriptedModel([[assistant_message(turn)]])
            if not {call_id for _, _, call_id in turn} <= answered:
                return ScriptedModel([[function_call(name, args, call_id=call_id) for name, args, call_id in turn]])
        raise AssertionError("all is said")

    async def get_response(self, system_instructions: Any, input: Any, *args: Any, **kwargs: Any) -> ModelResponse:
        return await self._script(input).get_response(system_instructions, input, *args, **kwargs)

    async def stream_response(
        self, system_instructions: Any, input: Any, *args: Any, **kwargs: Any
    ) -> AsyncIterator[Any]:
        async for event in self._script(input).stream_response(system_instructions, input, *args, **kwargs):
            yield event


def team() -> Agent[Any]:
    """A foreman with a cleaner as a tool, and a closer to hand over to."""

    @function_tool(needs_approval=True)
    def delete(path: str) -> dict[str, str]:
        done.append(path)
        return {"deleted": path}

    @function_tool
    def note(text: str) -> str:
        done.append(text)
        return "noted"

    cleaner = Agent(
        "Cleaner",
        model=Turns(
            [("delete", {"path": "i1"}, "i1"), ("note", {"text": "i2"}, "i2"), ("delete", {"path": "i3"}, "i3")],
            [("delete", {"path": "i4"}, "i4")],
            "Cleaned.",
        ),
        tools=[delete, note],
    )
    closer = Agent("Closer", model=Turns([("delete", {"path": "c1"}, "c1")], "Closed."), tools=[delete])
    return Agent(
        "Foreman",
        model=Turns(
            [
                ("clean", {"input": "Clean."}, "o1"),
                ("note", {"text": "o2"}, "o2"),
                ("delete", {"path": "o3"}, "o3"),
                ("no_such_tool", {}, "o4"),
            ],
            [("delete", {"path": "p1"}, "p1"), ("transfer_to_closer", {}, "p2")],
        ),
        tools=[cleaner.as_tool("clean", "Cleans.", needs_approval=True), note, delete],
        handoffs=[handoff(closer)],
    )


async def finish(way: str, agent: Agent[Any], state: RunState[Any]) -> Any:
    """Go on from a state to the next pause, or the end."""
    if way == "plain":
        return await Runner.run(agent, state)
    result = Runner.run_streamed(agent, state)
    async for _ in result.stream_events():
        pass
    return result


def decide(state: RunState[Any]) -> None:
    """Decide on the first call that waits: all are approved but one."""
    call = state.get_interruptions()[0]
    if call.call_id == "i3":
        state.reject(call, rejection_message="Not i3.")
    else:
        state.approve(call)


def account(result: Any) -> dict[str, Any]:
    """All that a run has come to."""
    return {
        "output": result.final_output,
        "last": result.last_agent.name,
        "turns": result.current_turn,
        "requests": result.context_wrapper.usage.requests,
        "tokens": result.context_wrapper.usage.total_tokens,
        "tool_calls": result.context_wrapper.usage.tool_calls,
        "items": [
            [item.type, item.agent.name, getattr(item, "output", None), getattr(item, "call_id", None)]
            for item in result.new_items
        ],
        "conversation": [
            {key: value for key, value in item.items() if key not in ("id", "provider_data")}
            for item in result.to_input_list(mode="normalized")
        ],
        "responses": len(result.raw_responses),
    }


async def _main(way: str) -> None:
    for line in sys.stdin:
        agent = team()
        done.clear()
        state = await RunState.from_string(agent, line)
        while True:
            decide(state)
            result = await finish(way, agent, state)
            if not result.interruptions:
                break
            state = result.to_state()
        print(json.dumps({"account": account(result), "done": sorted(done)}))


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1]))
