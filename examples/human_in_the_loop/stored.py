"""A run that waits in a file, and goes on in another process."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from agents import Agent, RunContextWrapper, Runner, RunState, function_tool
from agents.testing import ScriptedModel, assistant_message, function_call


@dataclass
class Customer:
    name: str


@function_tool(needs_approval=True)
def refund(context: RunContextWrapper[Customer], amount: int) -> str:
    """Refund an order."""
    return f"{amount} euros to {context.context.name}"


def agent(*said: Any) -> Agent[Customer]:
    """The same declaration in both processes: agents are found again by their names."""
    return Agent(name="Desk", model=ScriptedModel(said), tools=[refund])


async def ask() -> str:
    desk = agent([function_call("refund", {"amount": 30}, call_id="call_1")])
    result = await Runner.run(desk, "My order never came.", context=Customer("Ann"))
    return result.to_state().to_string(context_serializer=asdict)


async def answer(stored: str) -> None:
    desk = agent([assistant_message("You have your money back.")])
    state = await RunState.from_string(desk, stored, context_deserializer=lambda data: Customer(**data))
    for call in state.get_interruptions():
        state.approve(call)
    result = await Runner.run(desk, state)
    print([item.output for item in result.new_items if item.type == "tool_call_output_item"])
    print(result.final_output, result.context_wrapper.usage.requests)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "run.json")
        file.write_text(asyncio.run(ask()))
        asyncio.run(answer(file.read_text()))  # minutes or days later, in another process

# prints:
# ['30 euros to Ann']
# You have your money back. 2
