"""A conversation in a terminal, for the tests to type into: an agent with a script, and a clerk to hand over to."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any

from agents import Agent, ProviderError, function_tool, run_demo_loop
from agents.testing import ModelStep, ScriptedModel, assistant_message, function_call


@function_tool
def count(items: int) -> str:
    """Count."""
    return f"{items} items"


@function_tool(needs_approval=True)
def delete(name: str) -> str:
    """Delete."""
    return f"{name} is gone"


async def never(call: Any) -> Any:
    """An answer that somebody has to stop."""
    print("thinking", flush=True)
    await asyncio.Event().wait()


async def heard(call: Any) -> Any:
    """What the model was sent, by roles and types."""
    return [assistant_message(" ".join(str(item.get("role") or item["type"]) for item in call.input))]


async def outputs(call: Any) -> Any:
    """The outputs that the model was sent."""
    return [assistant_message(" / ".join(item["output"] for item in call.input if "output" in item))]


TURNS: dict[str, list[Any]] = {
    "tools": [
        [function_call("count", {"items": 3}, call_id="c")],
        [function_call("transfer_to_clerk", {}, call_id="t")],
    ],
    "approval": [
        [function_call("delete", {"name": n}, call_id=n) for n in ("one", "two")],
        ModelStep(responder=outputs),
    ],
    "hello": [[assistant_message("Hello there.")]],
    "never": [ModelStep(responder=never), ModelStep(responder=heard)],
    "fails": [ProviderError("The service is down."), ModelStep(responder=heard)],
    "fails behind a pause": [
        [function_call("delete", {"name": "one"}, call_id="one")],
        ProviderError("The service is down."),
        ModelStep(responder=heard),
    ],
    "stops behind a tool": [
        [function_call("count", {"items": 3}, call_id="c")],
        ModelStep(responder=never),
        ModelStep(responder=heard),
    ],
    "one turn": [[function_call("count", {"items": 3}, call_id="c")], ModelStep(responder=heard)],
}


def main(script: str, stream: str) -> None:
    if sys.stdin.isatty():  # the first terminal that the leader of a session opens is the one whose Ctrl-C it hears
        os.open(os.ttyname(0), os.O_RDWR)
    clerk = Agent("Clerk", model=ScriptedModel([ModelStep(responder=heard)] * 2))
    desk = Agent("Desk", model=ScriptedModel(TURNS[script]), tools=[count, delete], handoffs=[clerk])
    turns = 1 if script == "one turn" else 10
    asyncio.run(run_demo_loop(desk, stream=stream == "stream", max_turns=turns))
    print("bye")


if __name__ == "__main__":
    main(*sys.argv[1:])
