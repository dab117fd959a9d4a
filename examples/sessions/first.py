"""A conversation that goes on from run to run."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from agents import Agent, AnyModel, Runner, SQLiteSession
from agents.testing.simulator import Simulator


async def main(file: Path) -> None:
    async with Simulator() as server:  # stands in for Anthropic
        server.script("In San Francisco.", "California.")
        model = AnyModel("anthropic/claude-sonnet-4-5", base_url=server.anthropic_base_url, api_key=server.api_key)
        agent = Agent(name="Assistant", model=model)

        session = SQLiteSession("user_123", file)
        await Runner.run(agent, "In which city is the Golden Gate Bridge?", session=session)
        result = await Runner.run(agent, "And in which state?", session=session)
        print(result.final_output)

        for item in await session.get_items():
            print(f"- {item.get('role')}")
        session.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as directory:
        asyncio.run(main(Path(directory) / "conversations.db"))

# prints:
# California.
# - user
# - assistant
# - user
# - assistant
