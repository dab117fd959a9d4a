"""A program with a session, for tests that run it in processes of its own: ``program.py KIND ADDRESS SESSION WHAT``.

``hang`` runs an agent until its second tool call, of which it tells, and which never ends. ``talk N`` runs N turns.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from agents import Agent, Runner, SQLiteSession, function_tool
from agents.extensions import memory
from agents.testing import ScriptedModel, assistant_message, function_call


def open_session(kind: str, address: str, session_id: str) -> Any:
    if kind == "sqlite":
        return SQLiteSession(session_id, address)
    if kind == "redis":
        return memory.RedisSession.from_url(session_id, url=address, key_prefix="program")
    return memory.SQLAlchemySession.from_url(
        session_id, url=address, create_tables=True, messages_table="program_messages"
    )


async def close(session: Any) -> None:
    done = session.engine.dispose() if hasattr(session, "engine") else session.close()
    if done is not None:
        await done


@function_tool
async def work(step: int) -> str:
    if step == 2:
        print("in the second call", flush=True)
        await asyncio.Event().wait()
    return f"did {step}"


def call(step: int, call_id: str) -> Any:
    return function_call("work", {"step": step}, call_id=call_id)


async def main(kind: str, address: str, session_id: str, what: str, *rest: str) -> None:
    session = open_session(kind, address, session_id)
    if what == "hang":
        steps = [[call(1, "first")], [call(3, "quick"), call(2, "second")]]
        await Runner.run(Agent("A", model=ScriptedModel(steps), tools=[work]), "Work!", session=session)
    for turn in range(int(rest[0]) if rest else 0):
        steps = [[call(turn + 10, f"{rest[1]}.{turn}")], [assistant_message("Done.")]]
        await Runner.run(Agent("A", model=ScriptedModel(steps), tools=[work]), rest[1], session=session)
    await close(session)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
