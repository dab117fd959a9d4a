"""Asking about some calls only, and about a tool once and for all."""

from __future__ import annotations

import asyncio
from typing import Any

from agents import Agent, RunContextWrapper, Runner, function_tool
from agents.testing import ScriptedModel, assistant_message, function_call


async def is_much(context: RunContextWrapper[Any], arguments: dict[str, Any], call_id: str) -> bool:
    return bool(arguments["amount"] > 100)


@function_tool(needs_approval=is_much)
def transfer(amount: int) -> str:
    """Transfer money."""
    return f"{amount} sent"


async def main() -> None:
    model = ScriptedModel(
        [
            [function_call("transfer", {"amount": 50}, call_id="call_1")],
            [function_call("transfer", {"amount": 500}, call_id="call_2")],
            [function_call("transfer", {"amount": 5000}, call_id="call_3")],
            [assistant_message("All paid.")],
        ]
    )
    agent = Agent(name="Cashier", model=model, tools=[transfer])
    result = await Runner.run(agent, "Pay the bills")
    print("Waits:", [call.arguments for call in result.interruptions])

    state = result.to_state()
    state.approve(result.interruptions[0], always_approve=True)  # all calls of this tool by this agent, in this run
    result = await Runner.run(agent, state)
    print(result.final_output)


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# Waits: ['{"amount": 500}']
# All paid.
