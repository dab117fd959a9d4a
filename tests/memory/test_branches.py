"""Branches of a conversation, and what its turns have cost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from agents import Agent, Runner, SessionSchemaError, SQLiteSession, Usage, UserError, function_tool
from agents.extensions.memory import AdvancedSQLiteSession
from agents.testing import ModelStep, ScriptedModel, assistant_message, function_call


@function_tool
def look(where: str) -> str:
    return f"Nothing in {where}."


def session_in(path: Path | str = ":memory:") -> AdvancedSQLiteSession:
    return AdvancedSQLiteSession(session_id="s", db_path=path, create_tables=True)


async def talk(session: Any, *questions: str) -> None:
    """Each question costs two requests, a tool call and 30 tokens, and is written down."""
    for number, question in enumerate(questions):
        cost = Usage(requests=1, input_tokens=10, output_tokens=5, total_tokens=15)
        call = function_call("look", {"where": question}, call_id=f"{question}.{number}")
        steps = [ModelStep([call], cost), ModelStep([assistant_message(f"Re: {question}")], cost)]
        result = await Runner.run(Agent("A", model=ScriptedModel(steps), tools=[look]), question, session=session)
        await session.store_run_usage(result)


def said(items: list[Any]) -> list[str]:
    return [item["content"] for item in items if item.get("role") == "user"]


async def test_a_branch_goes_its_own_way_from_a_turn_of_the_users() -> None:
    """Edit an earlier question and ask again: both ways stay."""
    session = session_in()
    await talk(session, "one", "two", "three")
    assert await session.create_branch_from_turn(2, "retry") == "retry"
    await talk(session, "other")
    assert said(await session.get_items()) == ["one", "other"]
    assert said(await session.get_items(branch_id="main")) == ["one", "two", "three"]
    assert [item.get("type") for item in await session.get_items(3)] == [
        "function_call",
        "function_call_output",
        "message",
    ]
    await session.switch_to_branch("main")
    assert said(await session.get_items()) == ["one", "two", "three"]
    names = ("branch_id", "message_count", "user_turns", "is_current")
    found = [tuple(branch[name] for name in names) for branch in await session.list_branches()]
    assert found == [("main", 12, 3, True), ("retry", 8, 2, False)]


async def test_branches_without_messages_are_branches() -> None:
    """Before the first message, and after a fork before the first turn, there is nothing to know a branch by."""
    session = session_in()
    await session.switch_to_branch("main")
    await talk(session, "one")
    await session.create_branch_from_turn(1, "empty")
    await session.switch_to_branch("empty")
    assert await session.get_items() == []
    await session.delete_branch("empty", force=True)
    assert said(await session.get_items()) == ["one"]


async def test_a_branch_can_begin_where_something_was_said() -> None:
    """People remember words, not numbers."""
    session = session_in()
    await talk(session, "Rome?", "Oslo?", "Rome again?")
    assert [turn["turn"] for turn in await session.find_turns_by_content("rome")] == [1, 3]
    name = await session.create_branch_from_content("OSLO")
    assert name.startswith("branch_from_turn_2_")
    assert said(await session.get_items()) == ["Rome?"]
    with pytest.raises(UserError, match="'Paris'"):
        await session.create_branch_from_content("Paris")


async def test_taking_back_and_removing_leave_what_other_branches_share() -> None:
    """Messages are stored once: what one branch drops, another may still need."""
    session = session_in()
    await talk(session, "one", "two")
    await session.create_branch_from_turn(2, "b")
    for _ in range(4):
        await session.pop_item()
    assert await session.get_items() == []
    assert said(await session.get_items(branch_id="main")) == ["one", "two"]
    await session.switch_to_branch("main")
    await session.create_branch_from_turn(2, "c")
    await talk(session, "alone")
    with pytest.raises(UserError, match="current one"):
        await session.delete_branch("c")
    await session.delete_branch("c", force=True)
    assert said(await session.get_items()) == ["one", "two"], "main is the current one again"
    count = await session.store.read(lambda c: c.execute("SELECT COUNT(*) FROM agent_messages").fetchone()[0])
    assert count == 8, "what stood in the removed branch alone is gone"


async def test_usage_is_told_by_turn_branch_and_session() -> None:
    """What a conversation costs is asked by its owner and by whoever pays."""
    session = session_in()
    await talk(session, "one", "two")
    await session.create_branch_from_turn(2, "b")
    await talk(session, "other")
    total = {"requests": 6, "input_tokens": 60, "output_tokens": 30, "total_tokens": 90, "total_turns": 3}
    assert await session.get_session_usage() == total
    assert (await session.get_session_usage("main") or {})["total_turns"] == 2
    assert await session.get_session_usage("nowhere") is None
    turns: Any = await session.get_turn_usage(branch_id="main")
    assert [turn["user_turn_number"] for turn in turns] == [1, 2]
    one: Any = await session.get_turn_usage(1, branch_id="main")
    assert (one["total_tokens"], one["input_tokens_details"]["cached_tokens"]) == (30, 0)
    assert await session.get_turn_usage(9) == {}
    assert await session.get_tool_usage() == [("look", 1, 1), ("look", 1, 2)]
    for _ in range(4):
        await session.pop_item()
    assert await session.get_turn_usage() == [], "a turn that was taken back is no longer told of"


async def test_a_turn_is_told_item_by_item() -> None:
    """A page that shows a conversation draws a turn as a block."""
    session = session_in()
    await talk(session, "x" * 200)
    kinds = [(item["type"], item["tool_name"]) for item in (await session.get_conversation_by_turns())[1]]
    assert kinds == [
        ("user", None),
        ("function_call", "look"),
        ("function_call_output", None),
        ("assistant", None),
    ]
    (turn,) = await session.get_conversation_turns()
    assert turn["content"] == "x" * 100 + "..."
    assert turn["full_content"] == "x" * 200
    assert turn["can_branch"]


async def test_what_cannot_be_is_refused() -> None:
    """A branch that is not there must not be made by a typing error."""
    session = session_in()
    await talk(session, "one")
    await session.create_branch_from_turn(1, "b")
    await talk(session, "other")
    for work, message in (
        (session.create_branch_from_turn(7), "has no turn 7"),
        (session.create_branch_from_turn(1, " "), "never used"),
        (session.create_branch_from_turn(1, "b"), "never used"),
        (session.switch_to_branch("nowhere"), "has no branch 'nowhere'"),
        (session.delete_branch("nowhere"), "has no branch 'nowhere'"),
        (session.delete_branch("main"), "cannot be removed"),
    ):
        with pytest.raises(UserError, match=message):
            await work


async def test_clearing_a_session_reaches_who_stands_in_a_branch(tmp_path: Path) -> None:
    """Another process that still writes into a removed branch would write where nobody reads."""
    one, two = session_in(tmp_path / "s.db"), session_in(tmp_path / "s.db")
    await talk(one, "one", "two")
    await one.create_branch_from_turn(2, "b")
    await two.clear_session()
    await talk(one, "anew")
    assert said(await one.get_items()) == said(await two.get_items()) == ["anew"]
    assert [branch["branch_id"] for branch in await two.list_branches()] == ["main"]
    one.close()
    two.close()


async def test_tables_are_made_only_where_that_was_asked_for(tmp_path: Path) -> None:
    """In production a migration makes them; a plain session's file stays a plain one."""
    plain = SQLiteSession("s", tmp_path / "s.db")
    await plain.add_items([{"role": "user", "content": "u"}])
    session = AdvancedSQLiteSession(session_id="s", db_path=tmp_path / "s.db")
    with pytest.raises(SessionSchemaError, match="create_tables=True makes it"):
        await session.get_items()
    session.close()
    plain.close()


async def test_usage_that_cannot_be_stored_does_not_cost_the_run(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The answer is there; a note on its price is not worth an exception."""
    session = session_in(tmp_path / "s.db")
    result = await Runner.run(Agent("A", model=ScriptedModel([[assistant_message("Hi.")]])), "Hello")
    session.close()
    await session.store_run_usage(result)
    assert "was not stored" in caplog.text
