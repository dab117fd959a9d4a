"""Sessions that outlive their process, however it ends, and that several processes write."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from agents import Agent, Runner
from agents.testing import ScriptedModel, assistant_message

pytestmark = pytest.mark.timeout(180)  # a busy machine takes long to start processes

PROGRAM = Path(__file__).parent / "program.py"
_spec = importlib.util.spec_from_file_location("program", PROGRAM)
assert _spec is not None
assert _spec.loader is not None
program: Any = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(program)


@pytest.fixture(params=["sqlite", "postgres", "redis"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str, str]:
    """A kind of session, where it is, and its id."""
    if request.param == "sqlite":
        return "sqlite", str(tmp_path / "chat.db"), "chat"
    return request.param, request.getfixturevalue(f"{request.param}_url"), os.urandom(8).hex()


async def test_a_process_killed_in_mid_turn_leaves_a_conversation_that_goes_on(place: tuple[str, str, str]) -> None:
    """Machines lose power and platforms kill: the turn that had ended is there, and of the other no half."""
    command = [sys.executable, str(PROGRAM), *place, "hang"]
    child = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert child.stdout is not None
    assert await child.stdout.readline() == b"in the second call\n"
    child.kill()
    await child.communicate()
    session = program.open_session(*place)
    kinds = [item.get("type") or item["role"] for item in await session.get_items()]
    assert kinds == ["user", "function_call", "function_call_output"]
    model = ScriptedModel([[assistant_message("Here we are again.")]])
    await Runner.run(Agent("A", model=model), "Go on.", session=session)
    assert [item.get("call_id") or item["content"] for item in model.calls[0].input] == [
        "Work!",
        "first",
        "first",
        "Go on.",
    ]
    await session.clear_session()
    await program.close(session)


async def test_processes_that_write_one_session_lose_nothing(place: tuple[str, str, str]) -> None:
    """Workers behind a load balancer share a user's conversation."""
    names = [f"p{n}" for n in range(2)]
    commands = [[sys.executable, str(PROGRAM), *place, "talk", "4", name] for name in names]
    children = [await asyncio.create_subprocess_exec(*command) for command in commands]
    assert [await child.wait() for child in children] == [0, 0]
    session = program.open_session(*place)
    items = await session.get_items()
    calls = [(at, item["call_id"]) for at, item in enumerate(items) if item.get("type") == "function_call"]
    assert sorted(call_id for _, call_id in calls) == sorted(f"{name}.{turn}" for name in names for turn in range(4))
    assert all(items[at + 1]["call_id"] == call_id for at, call_id in calls)
    assert len(items) == 2 * 4 * 4
    await session.clear_session()
    await program.close(session)
