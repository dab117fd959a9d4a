"""A tool of a function: its signature and docstring are what the model is told."""

from __future__ import annotations

import asyncio

from agents import Agent, AnyModel, Runner, ToolCallOutputItem, function_tool
from agents.testing.simulator import Reply, Simulator, ToolCall


@function_tool(timeout=5)
async def convert(amount: float, currency: str = "EUR") -> str:
    """Converts an amount of money.

    Args:
        amount: How much, in dollars.
        currency: The code of the currency that is wanted.
    """
    return f"{amount * 0.5:.2f} {currency}"


async def main() -> None:
    async with Simulator() as server:  # stands in for Anthropic
        server.script(Reply([ToolCall("convert", {"amount": 10})]), "That is 5 euros.")
        model = AnyModel("anthropic/claude-sonnet-4-5", base_url=server.anthropic_base_url, api_key=server.api_key)
        result = await Runner.run(Agent(name="Clerk", model=model, tools=[convert]), "What are 10 dollars in euros?")
        print(*(item.output for item in result.new_items if isinstance(item, ToolCallOutputItem)))
        print(result.final_output)


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# 5.00 EUR
# That is 5 euros.
