"""Where sessions keep things: each kind of store behind one face, so that one suite serves all of them."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from openai import AsyncOpenAI
from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from agents import SQLiteSession
from agents.extensions.memory import (
    AdvancedSQLiteSession,
    AsyncSQLiteSession,
    EncryptedSession,
    RedisSession,
    SQLAlchemySession,
)
from agents.memory import CompactingSession, OpenAIConversationsSession
from agents.testing import ScriptedModel

DAMAGED = '{"role": "user", "content": "half'
KEY = "a secret of high entropy, as far as tests are concerned"


class Store:
    """One place for many sessions.

    Attributes:
        lasts: Whether another object of the same id finds what the first has stored.
        tables: Whether there are tables that may be of another version.
        rows: Whether there are rows that may be damaged.
        far: Whether it may be out of reach.
    """

    lasts = True
    tables = True
    rows = True
    far = True

    def __init__(self) -> None:
        self.closers: list[Callable[[], Awaitable[object] | None]] = []

    def open(self, session_id: str = "chat", **options: Any) -> Any:
        """A session in this store."""
        raise NotImplementedError

    def plain(self, items: list[Any]) -> list[Any]:
        """Items without what this kind of store adds to them, or leaves out on purpose."""
        return items

    def lost(self) -> Any:
        """A session whose store cannot be reached."""
        raise NotImplementedError

    async def spoil(self, session: Any) -> None:
        """Store half an item after the others."""
        raise NotImplementedError

    async def age(self) -> None:
        """Make the tables those of another version."""
        raise NotImplementedError

    async def close(self) -> None:
        """Let go of everything."""
        for closer in self.closers:
            if (waiting := closer()) is not None:
                await waiting

    def remember(self, session: Any) -> Any:
        """Close the session with the store."""
        self.closers.append(session.close)
        return session


class SQLiteFile(Store):
    session_class: Any = SQLiteSession

    def __init__(self, directory: Path) -> None:
        super().__init__()
        self.path = directory / "sessions.db"

    def open(self, session_id: str = "chat", **options: Any) -> Any:
        return self.remember(self.session_class(session_id, self.path, **options))

    def lost(self) -> Any:
        return self.remember(self.session_class("chat", self.path.parent / "no" / "such" / "directory.db"))

    def execute(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)

    async def spoil(self, session: Any) -> None:
        row = f"('{session.session_id}', '{DAMAGED}')"
        self.execute(f"INSERT INTO agent_messages (session_id, message_data) VALUES {row}")

    async def age(self) -> None:
        self.execute("CREATE TABLE agent_messages (id INTEGER PRIMARY KEY, session_id TEXT, body TEXT)")


class AsyncSQLiteFile(SQLiteFile):
    session_class = AsyncSQLiteSession


class SQLiteMemory(Store):
    lasts = False
    tables = False
    far = False

    def open(self, session_id: str = "chat", **options: Any) -> Any:
        return self.remember(SQLiteSession(session_id, **options))

    async def spoil(self, session: Any) -> None:
        row = (session.session_id, DAMAGED)
        await session.store.write(lambda connection: connection.execute(session.tables.insert, row))


class Database(Store):
    """SQLAlchemy over any database; each store has tables of its own there."""

    made = 0

    def __init__(self, url: str) -> None:
        super().__init__()
        Database.made += 1
        name = f"{os.getpid()}_{Database.made}"  # several processes of the tests may share a server
        self.names = {"sessions_table": f"sessions_{name}", "messages_table": f"messages_{name}"}
        self.engine = create_async_engine(url)
        self.closers.append(self.engine.dispose)

    def open(self, session_id: str = "chat", **options: Any) -> Any:
        return SQLAlchemySession(session_id, engine=self.engine, create_tables=True, **self.names, **options)

    def lost(self) -> Any:
        session = SQLAlchemySession.from_url("chat", url="postgresql+asyncpg://nobody@127.0.0.1:1/none")
        self.closers.append(session.engine.dispose)
        return session

    async def execute(self, statement: str, **values: Any) -> None:
        async with self.engine.begin() as connection:
            await connection.execute(text(statement), values)

    async def spoil(self, session: Any) -> None:
        into = f"INSERT INTO {self.names['messages_table']} (session_id, message_data) VALUES (:session, :data)"
        await self.execute(into, session=session.session_id, data=DAMAGED)

    async def age(self) -> None:
        await self.execute(f"CREATE TABLE {self.names['messages_table']} (id INTEGER PRIMARY KEY, body TEXT)")

    async def close(self) -> None:
        for table in ("messages_table", "sessions_table"):
            await self.execute(f"DROP TABLE IF EXISTS {self.names[table]}")
        await super().close()


class RedisStore(Store):
    made = 0

    def __init__(self, url: str) -> None:
        super().__init__()
        RedisStore.made += 1
        self.prefix = f"test{os.getpid()}.{RedisStore.made}"
        self.client = Redis.from_url(url)
        self.closers.append(self.client.aclose)

    def open(self, session_id: str = "chat", **options: Any) -> Any:
        return RedisSession(session_id, redis_client=self.client, key_prefix=self.prefix, **options)

    def lost(self) -> Any:
        return self.remember(RedisSession.from_url("chat", url="redis://127.0.0.1:1/0"))

    async def spoil(self, session: Any) -> None:
        await self.client.rpush(f"{self.prefix}:{session.session_id}:messages", DAMAGED)

    async def age(self) -> None:
        await self.client.set(f"{self.prefix}:chat:messages", "a string")

    async def close(self) -> None:
        if keys := await self.client.keys(f"{self.prefix}:*"):
            await self.client.delete(*keys)
        await super().close()


class Sealed(SQLiteFile):
    """An encrypted session over a SQLite file."""

    def open(self, session_id: str = "chat", **options: Any) -> Any:
        return EncryptedSession(session_id, super().open(session_id, **options), KEY)

    def lost(self) -> Any:
        return EncryptedSession("chat", super().lost(), KEY)

    async def spoil(self, session: Any) -> None:
        envelope = json.dumps({"__enc__": 1, "v": 1, "kid": "hkdf-v1", "payload": "gAAAAAhalf"})
        row = f"('{session.session_id}', '{envelope}')"
        self.execute(f"INSERT INTO agent_messages (session_id, message_data) VALUES {row}")


class Compacted(SQLiteFile):
    """A session that may shorten itself, over a SQLite file; nothing here is long enough for it."""

    def open(self, session_id: str = "chat", **options: Any) -> Any:
        return CompactingSession(super().open(session_id), model=ScriptedModel(), max_tokens=10_000_000, **options)

    def lost(self) -> Any:
        return CompactingSession(super().lost(), model=ScriptedModel())


class Branching(SQLiteFile):
    """A session with branches."""

    def open(self, session_id: str = "chat", **options: Any) -> Any:
        return self.remember(
            AdvancedSQLiteSession(session_id=session_id, db_path=self.path, create_tables=True, **options)
        )

    def lost(self) -> Any:
        return self.remember(AdvancedSQLiteSession(session_id="chat", db_path=self.path.parent / "no" / "such.db"))

    async def spoil(self, session: Any) -> None:
        await super().spoil(session)
        self.execute(
            "INSERT INTO message_structure (session_id, message_id, message_type, sequence_number) "
            "SELECT session_id, MAX(id), 'user', 1000 FROM agent_messages"
        )

    async def age(self) -> None:
        self.execute("CREATE TABLE message_structure (id INTEGER PRIMARY KEY, session_id TEXT, branch TEXT)")


class Conversations(Store):
    """Conversations at OpenAI, of which a server here plays the part."""

    tables = False
    rows = False

    def __init__(self, url: str) -> None:
        super().__init__()
        self.client = AsyncOpenAI(base_url=url, api_key="sk-test", max_retries=0)
        self.closers.append(self.client.close)

    def open(self, session_id: str = "chat", **options: Any) -> Any:
        return OpenAIConversationsSession(conversation_id=session_id, openai_client=self.client, **options)

    def plain(self, items: list[Any]) -> list[Any]:
        def text(content: Any) -> Any:
            said = isinstance(content, list) and len(content) == 1 and content[0].get("text")
            return said if isinstance(said, str) else content

        added = ("id", "provider_data", "status")
        plain = [{name: value for name, value in item.items() if name not in added} for item in items]
        return [{"type": "message", **item, "content": text(item.get("content"))} for item in plain]

    def lost(self) -> Any:
        client = AsyncOpenAI(base_url="http://127.0.0.1:1", api_key="sk-test", max_retries=0)
        self.closers.append(client.close)
        return OpenAIConversationsSession(conversation_id="chat", openai_client=client)
