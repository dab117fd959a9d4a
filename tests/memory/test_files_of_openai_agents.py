"""What ``openai-agents`` has stored opens here, and what we store it can open: ``made_by_openai_agents/make.py``."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from agents import SQLiteSession
from agents.extensions.memory import AdvancedSQLiteSession, AsyncSQLiteSession, EncryptedSession, SQLAlchemySession

from .stores import KEY

MADE = Path(__file__).parent / "made_by_openai_agents"
ITEMS = json.loads((MADE / "items.json").read_text(encoding="utf-8"))


def sqlalchemy(path: Path) -> SQLAlchemySession:
    return SQLAlchemySession.from_url("chat", url=f"sqlite+aiosqlite:///{path}", create_tables=True)


async def close(session: Any) -> None:
    done = session.engine.dispose() if isinstance(session, SQLAlchemySession) else session.close()
    if done is not None:
        await done


def advanced(path: Path) -> AdvancedSQLiteSession:
    return AdvancedSQLiteSession(session_id="chat", db_path=path, create_tables=True)


KINDS: dict[str, Callable[[Path], Any]] = {
    "sqlite": lambda path: SQLiteSession("chat", path),
    "async_sqlite": lambda path: AsyncSQLiteSession("chat", path),
    "sqlalchemy": sqlalchemy,
    "advanced": advanced,
    "encrypted": lambda path: EncryptedSession("chat", SQLiteSession("chat", path), KEY, ttl=10**9),
}


def tables(path: Path) -> dict[str, Any]:
    """The tables of a file: their columns, keys and indexes, however the statements were written."""
    found: dict[str, Any] = {}
    with closing(sqlite3.connect(path)) as connection:
        for kind, name in connection.execute("SELECT type, name FROM sqlite_master").fetchall():
            pragmas = ("table_info", "foreign_key_list") if kind == "table" else ("index_info",)
            found[name] = [connection.execute(f'PRAGMA {pragma}("{name}")').fetchall() for pragma in pragmas]
    return found


@pytest.fixture
def restored(tmp_path: Path) -> Callable[[str], Path]:
    """A file as the original left it."""

    def restore(name: str) -> Path:
        path = tmp_path / f"{name}.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript((MADE / f"{name}.sql").read_text(encoding="utf-8"))
        return path

    return restore


@pytest.mark.parametrize("name", list(KINDS))
async def test_a_conversation_of_the_originals_goes_on_here(name: str, restored: Callable[[str], Path]) -> None:
    """Who changes over keeps the conversations of all users."""
    session = KINDS[name](restored(name))
    assert await session.get_items() == ITEMS
    await session.add_items([{"role": "user", "content": "Thanks."}])
    assert (await session.get_items(1))[0]["content"] == "Thanks."
    assert await session.pop_item() == {"role": "user", "content": "Thanks."}
    await close(session)


@pytest.mark.parametrize("name", list(KINDS))
async def test_the_tables_that_we_make_are_those_of_the_original(
    name: str, restored: Callable[[str], Path], tmp_path: Path
) -> None:
    """Changing back must be as easy: nobody should have to decide for ever."""
    made: Path = tmp_path / "made.db"
    session = KINDS[name](made)
    await session.add_items(ITEMS)
    await close(session)
    assert tables(made) == tables(restored(name))


async def test_what_we_seal_is_an_envelope_of_the_original(restored: Callable[[str], Path], tmp_path: Path) -> None:
    """The same secret must open it there."""
    inner = SQLiteSession("chat", tmp_path / "made.db")
    await EncryptedSession("chat", inner, KEY).add_items(ITEMS[:1])
    ours: Any = (await inner.get_items())[0]
    theirs: Any = (await SQLiteSession("chat", restored("encrypted")).get_items())[0]
    assert ours.keys() == theirs.keys()
    assert {k: v for k, v in ours.items() if k != "payload"} == {k: v for k, v in theirs.items() if k != "payload"}


async def test_branches_of_the_originals_go_on_here(restored: Callable[[str], Path]) -> None:
    """A branch is a choice that a user has made: it must be there after the change, with what it cost."""
    session = advanced(restored("advanced"))
    assert [(b["branch_id"], b["message_count"]) for b in await session.list_branches()] == [("main", 6), ("other", 5)]
    await session.switch_to_branch("other")
    assert (await session.get_items())[:-1] == ITEMS[:4]
    assert (await session.get_items())[-1]["content"] == "And tomorrow?"
    assert await session.get_tool_usage("main") == [("get_weather", 1, 1)]
    assert await session.get_session_usage() == {
        "requests": 3,
        "input_tokens": 0,
        "output_tokens": 0,
        "total_tokens": 0,
        "total_turns": 2,
    }
    with pytest.raises(Exception, match="never used"):
        await session.create_branch_from_turn(1, "main")
    session.close()
