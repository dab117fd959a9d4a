"""Edit an earlier question and go on from there: both ways stay, and what they cost is known."""

from __future__ import annotations

import asyncio

from agents import Agent, Runner, Usage
from agents.extensions.memory import AdvancedSQLiteSession
from agents.testing import ModelStep, ScriptedModel, assistant_message


async def main() -> None:
    session = AdvancedSQLiteSession(session_id="user_123", create_tables=True)
    cost = Usage(requests=1, input_tokens=40, output_tokens=10, total_tokens=50)
    steps = [ModelStep([assistant_message(text)], cost) for text in ("Red.", "Then roses.", "Then the sea.")]
    agent = Agent(name="Florist", model=ScriptedModel(steps))

    async def ask(question: str) -> None:
        await session.store_run_usage(await Runner.run(agent, question, session=session))

    await ask("Which colour?")
    await ask("I like warm ones.")
    await session.create_branch_from_content("warm", "cold ones")
    await ask("I like cold ones.")

    for branch in await session.list_branches():
        name = branch["branch_id"]
        turns = [turn["content"] for turn in await session.get_conversation_turns(name)]
        print(name, turns, (await session.get_session_usage(name) or {}).get("total_tokens"))
    session.close()


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# main ['Which colour?', 'I like warm ones.'] 100
# cold ones ['Which colour?', 'I like cold ones.'] 50
