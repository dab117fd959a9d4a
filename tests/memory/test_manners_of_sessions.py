"""How sessions behave towards the program around them: its event loop, its threads, its files, its packages."""

from __future__ import annotations

import asyncio
import gc
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from agents import SessionConnectionError, SessionDataError, SessionSchemaError, SQLiteSession, UserError
from agents.extensions.memory import AsyncSQLiteSession, EncryptedSession, RedisSession, SQLAlchemySession

from .stores import KEY

ITEM: Any = {"role": "user", "content": "Hello"}


@pytest.mark.parametrize("kind", [SQLiteSession, AsyncSQLiteSession])
async def test_a_file_that_another_holds_does_not_stop_the_loop(kind: Any, tmp_path: Path) -> None:
    """One slow disk would otherwise stop every other conversation of the process."""
    session = kind("chat", tmp_path / "chat.db")
    await session.add_items([ITEM])
    with closing(sqlite3.connect(tmp_path / "chat.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writing = asyncio.create_task(session.add_items([ITEM]))
        await asyncio.sleep(0.02)
        assert not writing.done()
        other.execute("COMMIT")
    await writing
    assert len(await session.get_items()) == 2
    if (closed := session.close()) is not None:
        await closed


async def test_a_forgotten_session_closes_its_file(tmp_path: Path) -> None:
    """Web handlers make a session for each request and forget it: neither files nor warnings may pile up."""
    session = SQLiteSession("chat", tmp_path / "chat.db")
    await session.add_items([ITEM])
    opened = session.store._opened
    assert len(opened) == 1
    del session
    gc.collect()
    assert opened == []


async def test_a_closed_session_says_so(tmp_path: Path) -> None:
    """To open the file anew in silence would hide a mistake in the program's order."""
    session = SQLiteSession("chat", tmp_path / "chat.db")
    await session.add_items([ITEM])
    session.close()
    session.close()
    with pytest.raises(UserError, match="is closed"):
        await session.get_items()


@pytest.mark.parametrize(
    "content", [b"no database at all, but long enough to look", b"SQLite format 3\0" + b"\xff" * 200]
)
async def test_a_file_that_is_no_database_is_named(content: bytes, tmp_path: Path) -> None:
    """A file cut short by a full disk, or a wrong path: the error says which file."""
    path = tmp_path / "chat.db"
    path.write_bytes(content)
    with pytest.raises(SessionDataError, match=r"chat\.db is damaged, or no SQLite file"):
        await SQLiteSession("chat", path).get_items()
    assert path.read_bytes() == content, "whatever it is, it is not ours to write"


async def test_a_damaged_page_is_named(tmp_path: Path) -> None:
    """Disks fail in the middle of files, too."""
    path = tmp_path / "chat.db"
    session = SQLiteSession("chat", path)
    await session.add_items([{"role": "user", "content": str(n) * 500} for n in range(200)])
    session.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 2)
        file.write(b"\xff" * 20_000)
    with pytest.raises(SessionDataError, match="damaged"):
        await SQLiteSession("chat", path).get_items()


def test_one_session_serves_several_event_loops(tmp_path: Path) -> None:
    """Scripts call asyncio.run again and again, and workers have a loop for each thread."""
    session = SQLiteSession("chat", tmp_path / "chat.db")
    for _ in range(3):
        asyncio.run(session.add_items([ITEM]))
    assert len(asyncio.run(session.get_items())) == 3
    session.close()


async def test_names_of_tables_may_be_any(tmp_path: Path) -> None:
    """Names come from configuration; a dash must not become a subtraction."""
    session = SQLiteSession("chat", tmp_path / "chat.db", sessions_table="my-sessions", messages_table='my "items"')
    await session.add_items([ITEM])
    assert await session.get_items() == [ITEM]
    session.close()


async def test_only_the_right_key_opens_an_item_and_only_in_time(tmp_path: Path) -> None:
    """An empty history in place of an error would send the user's conversation into oblivion."""
    inner = SQLiteSession("chat", tmp_path / "chat.db")
    await EncryptedSession("chat", inner, KEY).add_items([ITEM])
    assert "Hello" not in str(await inner.get_items())
    for other in (EncryptedSession("chat", inner, "another"), EncryptedSession("other", inner, KEY)):
        with pytest.raises(SessionDataError, match="another key or for another session_id"):
            await other.get_items()
    assert await EncryptedSession("chat", inner, KEY, ttl=-10).get_items() == []
    assert KEY not in repr(EncryptedSession("chat", inner, KEY))


async def test_a_limit_counts_items_that_can_be_read(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Items that are expired, or were stored before encryption, must not take the places of others."""
    inner = SQLiteSession("chat", tmp_path / "chat.db")
    sealed = EncryptedSession("chat", inner, KEY)
    await sealed.add_items([ITEM, ITEM])
    await inner.add_items([ITEM] * 5)
    assert await sealed.get_items(2) == [ITEM, ITEM]
    assert "not encrypted" in caplog.text
    with pytest.raises(Exception, match="raise max_scan_items"):
        await EncryptedSession("chat", inner, KEY, max_scan_items=4).get_items(2)


@pytest.mark.parametrize("wrong", [{"encryption_key": ""}, {"encryption_key": KEY, "max_scan_items": 0}])
def test_settings_of_an_encrypted_session_are_checked(wrong: dict[str, Any]) -> None:
    """A key that is not set is found out at the start, not after the first conversation in plain text."""
    with pytest.raises(UserError, match="EncryptedSession"):
        EncryptedSession("chat", SQLiteSession("chat"), **wrong)


async def test_redis_forgets_after_its_time_and_says_whether_it_is_there(redis_url: str) -> None:
    """Conversations of guests should not stay for ever."""
    guest = os.urandom(8).hex()
    session = RedisSession.from_url(guest, url=redis_url, ttl=600, redis_kwargs={"decode_responses": True})
    await session.add_items([ITEM])
    assert await session.ping()
    assert await session.get_items() == [ITEM]
    raw: Any = session._redis
    times = [await raw.ttl(key) for key in (f"agents:session:{guest}", f"agents:session:{guest}:messages")]
    assert all(590 < left <= 600 for left in times)
    await session.clear_session()
    await session.close()
    with pytest.raises(UserError, match="is closed"):
        await session.get_items()
    away = RedisSession.from_url("guest", url="redis://127.0.0.1:1/0")
    assert not await away.ping()
    await away.close()


async def test_tables_that_nobody_made_are_named(tmp_path: Path) -> None:
    """In production a migration makes them; whoever forgot it is told so."""
    session = SQLAlchemySession.from_url("chat", url=f"sqlite+aiosqlite:///{tmp_path / 'chat.db'}")
    with pytest.raises(Exception, match="create_tables=True makes them"):
        await session.get_items()
    await session.engine.dispose()


async def test_an_error_of_a_database_tells_no_password_and_no_item() -> None:
    """Errors go to logs, which more people read than conversations."""
    url = "postgresql+asyncpg://nobody:geheim@127.0.0.1:1/none"
    session = SQLAlchemySession.from_url("chat", url=url)
    with pytest.raises(SessionConnectionError) as caught:
        await session.add_items([{"role": "user", "content": "private"}])
    assert "geheim" not in str(caught.value)
    assert "private" not in str(caught.value)
    await session.engine.dispose()


@pytest.mark.parametrize("kind", ["postgres", "redis"])
async def test_a_server_that_hangs_up_or_is_killed_is_a_connection_error(kind: str) -> None:
    """Servers are restarted under us: the run ends with an error that says so, not with a driver's own."""

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        place = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        session: Any
        if kind == "redis":
            session = RedisSession.from_url("chat", url=f"redis://{place}")
        else:
            session = SQLAlchemySession.from_url("chat", url=f"postgresql+asyncpg://app@{place}/chat")
        for work in (session.get_items(), session.add_items([ITEM])):
            with pytest.raises(SessionConnectionError, match="Session 'chat'"):
                await work
        await (session.close() if kind == "redis" else session.engine.dispose())


async def test_a_connection_that_is_killed_in_mid_call_is_an_error_and_the_next_call_goes_on(postgres_url: str) -> None:
    """An administrator ends a connection, a fail-over does: nothing of the broken write is there."""
    session = SQLAlchemySession.from_url("killed", url=postgres_url, create_tables=True, messages_table="killed")
    await session.add_items([ITEM])
    other = create_async_engine(postgres_url)
    async with other.begin() as holding:
        await holding.execute(text("LOCK TABLE killed IN EXCLUSIVE MODE"))
        writing = asyncio.create_task(session.add_items([ITEM, ITEM]))
        waiting = text("SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        async with other.connect() as watching:
            while not (found := (await watching.execute(waiting)).all()):  # noqa: ASYNC110 - only who asks is told
                await asyncio.sleep(0.01)
            await watching.execute(text(f"SELECT pg_terminate_backend({found[0].pid})"))
        with pytest.raises(SessionConnectionError, match="Session 'killed'"):
            await writing
    await other.dispose()
    assert await session.get_items() == [ITEM]
    await session.clear_session()
    await session.engine.dispose()


@pytest.mark.parametrize(
    ("name", "package", "extra"),
    [
        ("SQLAlchemySession", "sqlalchemy", "sqlalchemy"),
        ("RedisSession", "redis", "redis"),
        ("EncryptedSession", "cryptography", "encrypt"),
    ],
)
def test_a_missing_package_is_named_with_what_to_install(name: str, package: str, extra: str) -> None:
    """The error is all that a user sees who has not read the page."""
    program = f"""
import sys
sys.modules[{package!r}] = None
import agents.extensions.memory as memory
try:
    memory.{name}
except ImportError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert f'pip install "polyglot-agents[{extra}]"' in done.stdout


def test_a_session_loads_only_what_it_needs() -> None:
    """A program with a file needs no database driver."""
    program = "from agents import SQLiteSession; import sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"sqlalchemy", "redis", "cryptography", "openai", "aiohttp", "aiosqlite"} & set(done.stdout.split())


@pytest.mark.parametrize("attempt", range(20))
async def test_sessions_that_make_the_same_tables_at_once_do_not_disturb_one_another(
    attempt: int, tmp_path: Path
) -> None:
    """The first requests of a new deployment come together; one in ten pairs used to meet half the tables."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{tmp_path / 'new.db'}")
    try:
        sessions = [SQLAlchemySession(f"chat {i}", engine=engine, create_tables=True) for i in range(2)]

        await asyncio.gather(*(session.add_items([ITEM]) for session in sessions))

        assert [await session.get_items() for session in sessions] == [[ITEM]] * 2
    finally:
        await engine.dispose()


@pytest.mark.parametrize("key", ["s", "s:messages"])
async def test_redis_stores_nothing_beside_keys_of_another_kind(redis_url: str, key: str) -> None:
    """A transaction of Redis goes on after a command that fails: half a write would be reported as none."""
    async with Redis.from_url(redis_url) as client:
        prefix = f"kind{os.getpid()}"
        await client.set(f"{prefix}:{key}", "a string")
        session = RedisSession("s", redis_client=client, key_prefix=prefix)
        with pytest.raises(SessionSchemaError):
            await session.add_items([{"role": "user", "content": "u"}])
        assert await client.keys(f"{prefix}:*") == [f"{prefix}:{key}".encode()]
        await session.clear_session()


async def test_an_item_that_cannot_be_opened_stays_even_where_the_popping_is_cancelled() -> None:
    """It is taken out to be looked at: cancelled in between, it would be lost for whoever has the key."""
    inner = SQLiteSession("s")
    mine, other = (EncryptedSession("s", inner, secret) for secret in ("one secret", "another secret"))
    await mine.add_items([{"role": "user", "content": "u"}])
    for loops in range(12):
        popping = asyncio.create_task(other.pop_item())
        for _ in range(loops):
            await asyncio.sleep(0)
        popping.cancel()
        with pytest.raises((asyncio.CancelledError, SessionDataError)):
            await popping
    await asyncio.sleep(0.02)
    assert len(await inner.get_items()) == 1
