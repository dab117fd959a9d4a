"""A long conversation, of which the model reads a summary and the latest turns."""

from __future__ import annotations

import asyncio

from agents import Agent, AnyModel, Runner, SQLiteSession
from agents.memory import CompactingSession
from agents.testing.simulator import Simulator


async def main() -> None:
    async with Simulator() as server:  # stands in for Anthropic and Google
        key = server.api_key
        server.script("A long story. " * 50, "Thank you.", model="claude-sonnet-4-5")
        server.script("The assistant told a long story.", model="gemini-3-flash")
        claude = AnyModel("anthropic/claude-sonnet-4-5", base_url=server.anthropic_base_url, api_key=key)
        gemini = AnyModel("gemini/gemini-3-flash", base_url=server.gemini_base_url, api_key=key)

        session = CompactingSession(SQLiteSession("user_123"), model=gemini, max_tokens=100, keep_tokens=20)
        agent = Agent(name="Assistant", model=claude)
        await Runner.run(agent, "Tell me a story.", session=session)
        await Runner.run(agent, "That was nice.", session=session)

        messages = server.requests[-1].body["messages"]
        print(messages[0]["content"][0]["text"])
        print("kept:", len(await session.get_original_items()), "items as they were")


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# Summary of the conversation so far:
#
# The assistant told a long story.
# kept: 4 items as they were
