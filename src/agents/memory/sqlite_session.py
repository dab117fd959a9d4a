"""A session in a SQLite file, or in memory: it needs no package and no server."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..exceptions import SessionDataError
from ..logger import logger
from .session import SessionABC
from .session_settings import SessionSettings, coerce_session_settings, resolve_session_limit
from .sqlite_store import SQLiteStore, texts
from .sqlite_tables import SQLiteTables
from .writing import from_text, lines

if TYPE_CHECKING:
    from ..items import TResponseInputItem


class SQLiteSessionBase(SessionABC):
    """What sessions in SQLite have in common; they differ in how they are closed."""

    def __init__(
        self,
        session_id: str,
        db_path: str | Path = ":memory:",
        sessions_table: str = "agent_sessions",
        messages_table: str = "agent_messages",
        session_settings: SessionSettings | Mapping[str, Any] | None = None,
    ) -> None:
        self.session_id = session_id
        self.session_settings = coerce_session_settings(session_settings or SessionSettings())
        self.db_path = db_path
        self.sessions_table = sessions_table
        self.messages_table = messages_table
        self.tables = SQLiteTables(str(db_path), sessions_table, messages_table)
        self.store = SQLiteStore(self.tables, session_id)

    async def get_items(self, limit: int | None = None) -> list[TResponseInputItem]:
        """The latest ``limit`` items, oldest first; without a limit as many as the settings say, or all.

        Raises:
            SessionError: The file cannot be used, or a row is damaged.
        """
        wanted = resolve_session_limit(limit, self.session_settings)

        def read(connection: sqlite3.Connection) -> list[tuple[int, str]]:
            return connection.execute(
                self.tables.latest, (self.session_id, -1 if wanted is None else wanted)
            ).fetchall()

        rows = await self.store.read(read)
        return [from_text(text, self.session_id, self.tables.row(number)) for number, text in reversed(rows)]

    async def add_items(self, items: list[TResponseInputItem]) -> None:
        """Store items after those that are there: all of them, or none.

        Raises:
            SessionError: The file cannot be used.
            UserError: An item is not JSON data.
        """
        rows = texts(self.session_id, lines(items))

        def write(connection: sqlite3.Connection) -> None:
            for statement in self.tables.touch:
                connection.execute(statement, (self.session_id,))
            connection.executemany(self.tables.insert, rows)

        if rows:
            await self.store.write(write)

    async def pop_item(self) -> TResponseInputItem | None:
        """Remove the last item and return it; ``None`` where there is none. Damaged rows after it go as well.

        Raises:
            SessionError: The file cannot be used.
        """

        def pop(connection: sqlite3.Connection) -> TResponseInputItem | None:
            while row := connection.execute(self.tables.latest, (self.session_id, 1)).fetchone():
                number, text = row
                connection.execute(self.tables.remove, (number,))
                try:
                    return from_text(text, self.session_id, self.tables.row(number))
                except SessionDataError as error:
                    logger.warning("%s It was removed.", error)
            return None

        return await self.store.write(pop)

    async def clear_session(self) -> None:
        """Remove all items, damaged ones too.

        Raises:
            SessionError: The file cannot be used.
        """

        def clear(connection: sqlite3.Connection) -> None:
            for statement in self.tables.clear:
                connection.execute(statement, (self.session_id,))

        await self.store.write(clear)


class SQLiteSession(SQLiteSessionBase):
    """A session in a SQLite file, which other sessions and other processes may use at the same time.

    Args:
        session_id: Which conversation this is.
        db_path: The file; ``":memory:"`` keeps the session in this object alone.
        sessions_table: The table of sessions.
        messages_table: The table of items.
        session_settings: How the session is read.
    """

    def close(self) -> None:
        """Close the file. What was in memory alone is gone."""
        self.store.close()
