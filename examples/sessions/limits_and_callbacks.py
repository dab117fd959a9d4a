"""What a run reads of its session: the latest items, or what a function makes of them."""

from __future__ import annotations

import asyncio

from agents import Agent, RunConfig, Runner, SessionSettings, SQLiteSession, TResponseInputItem
from agents.testing import ScriptedModel, assistant_message


def with_a_reminder(history: list[TResponseInputItem], new: list[TResponseInputItem]) -> list[TResponseInputItem]:
    reminder: TResponseInputItem = {"role": "developer", "content": "The user prefers metric units."}
    return [reminder, *history[-2:], *new]


async def main() -> None:
    session = SQLiteSession("user_123", session_settings=SessionSettings(limit=20))
    model = ScriptedModel([[assistant_message(f"Answer {number}.")] for number in (1, 2, 3)])
    agent = Agent(name="Assistant", model=model)

    await Runner.run(agent, "First question", session=session)
    config = RunConfig(session_settings=SessionSettings(limit=1))
    await Runner.run(agent, "Second question", session=session, run_config=config)
    print("with a limit of 1, the model read", len(model.calls[-1].input), "items")

    config = RunConfig(session_input_callback=with_a_reminder)
    await Runner.run(agent, "Third question", session=session, run_config=config)
    print("with the callback,", [item.get("role") for item in model.calls[-1].input])
    print("stored:", len(await session.get_items()), "items")

    await session.pop_item()
    question = await session.pop_item()
    print("taken back:", question and question.get("content"))


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# with a limit of 1, the model read 2 items
# with the callback, ['developer', 'user', 'assistant', 'user']
# stored: 7 items
# taken back: Third question
