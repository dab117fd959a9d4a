"""A desk on Claude hands over to a poet on Gemini, in mid-conversation, and gets the conversation back."""

from __future__ import annotations

import asyncio

from agents import Agent, AnyModel, Runner
from agents.testing.simulator import Reply, Simulator, Thinking, ToolCall


async def main() -> None:
    async with Simulator() as vendors:  # stands in for Anthropic and Google
        vendors.script(
            Reply([Thinking("A poem? Not mine."), ToolCall("transfer_to_poet", {})]),
            Reply([Thinking("Short."), "Grey sky, grey sea.", ToolCall("transfer_to_desk", {})]),
            "That was the poet. Anything else?",
        )
        key = vendors.api_key
        claude = AnyModel("anthropic/claude-sonnet-4-5", base_url=vendors.anthropic_base_url, api_key=key)
        gemini = AnyModel("gemini/gemini-3-pro", base_url=vendors.gemini_base_url, api_key=key)
        desk = Agent(name="Desk", model=claude)
        poet = Agent(name="Poet", model=gemini, handoff_description="Writes poems.", handoffs=[desk])
        desk.handoffs = [poet]

        result = await Runner.run(desk, "A poem about Oslo, please.")
        print([request.protocol for request in vendors.requests])
        print(result.final_output)


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# ['anthropic', 'gemini', 'anthropic']
# That was the poet. Anything else?
