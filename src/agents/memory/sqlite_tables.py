"""The tables of a SQLite session, as ``openai-agents`` has them: either opens what the other wrote.

Pure: names and statements, and what a failure means.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ..exceptions import SessionConnectionError, SessionDataError, SessionError, SessionSchemaError


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


@dataclass(frozen=True)
class SQLiteTables:
    """Two tables in a file: sessions, and their messages."""

    path: str
    sessions: str = "agent_sessions"
    messages: str = "agent_messages"

    @property
    def columns(self) -> dict[str, frozenset[str]]:
        """What each table must have."""
        return {
            self.sessions: frozenset({"session_id", "created_at", "updated_at"}),
            self.messages: frozenset({"id", "session_id", "message_data", "created_at"}),
        }

    @property
    def create(self) -> tuple[str, ...]:
        """Makes the tables that are not there yet."""
        sessions, messages = quoted(self.sessions), quoted(self.messages)
        return (
            f"""CREATE TABLE IF NOT EXISTS {sessions} (
                session_id TEXT PRIMARY KEY,
                created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
                updated_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP
            )""",
            f"""CREATE TABLE IF NOT EXISTS {messages} (
                id INTEGER PRIMARY KEY AUTOINCREMENT,
                session_id TEXT NOT NULL,
                message_data TEXT NOT NULL,
                created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
                FOREIGN KEY (session_id) REFERENCES {sessions} (session_id) ON DELETE CASCADE
            )""",
        )

    @property
    def index(self) -> str:
        """Makes reading one of many sessions quick."""
        name = quoted(f"idx_{self.messages}_session_id")
        return f"CREATE INDEX IF NOT EXISTS {name} ON {quoted(self.messages)} (session_id, id)"

    @property
    def touch(self) -> tuple[str, ...]:
        """Notes that the session is written to; the parameter of each is the session's id."""
        sessions = quoted(self.sessions)
        return (
            f"INSERT OR IGNORE INTO {sessions} (session_id) VALUES (?)",
            f"UPDATE {sessions} SET updated_at = CURRENT_TIMESTAMP WHERE session_id = ?",
        )

    @property
    def insert(self) -> str:
        """Adds a message: session id, text."""
        return f"INSERT INTO {quoted(self.messages)} (session_id, message_data) VALUES (?, ?)"

    @property
    def latest(self) -> str:
        """The last messages, last first: session id, how many (-1 for all)."""
        table = quoted(self.messages)
        return f"SELECT id, message_data FROM {table} WHERE session_id = ? ORDER BY id DESC LIMIT ?"

    @property
    def remove(self) -> str:
        """Removes one message by its row."""
        return f"DELETE FROM {quoted(self.messages)} WHERE id = ?"

    @property
    def clear(self) -> tuple[str, ...]:
        """Removes a session; the parameter of each is its id."""
        return tuple(f"DELETE FROM {quoted(table)} WHERE session_id = ?" for table in (self.messages, self.sessions))

    def row(self, number: int) -> str:
        """How an error names a row."""
        return f"row {number} of table {self.messages} in {self.path}"

    def check(self, table: str, found: Collection[str], session_id: str) -> None:
        """See that a table has what it must.

        Raises:
            SessionSchemaError: It has not.
        """
        if missing := sorted(self.columns[table] - set(found)):
            raise SessionSchemaError(
                f"table {table} in {self.path} is not of this version: it has no column {', '.join(missing)}, "
                f"only {', '.join(sorted(found)) or 'none'}",
                session_id=session_id,
            )

    def failure(self, error: sqlite3.Error, session_id: str) -> SessionError:
        """What an error of SQLite's means."""
        said = str(error)
        if type(error) is sqlite3.DatabaseError or "decode" in said:  # SQLITE_CORRUPT and SQLITE_NOTADB have no class
            return SessionDataError(f"{self.path} is damaged, or no SQLite file: {said}", session_id=session_id)
        if isinstance(error, sqlite3.IntegrityError) or "no such" in said or "no column" in said:
            return SessionSchemaError(f"{self.path} has tables of another version: {said}", session_id=session_id)
        return SessionConnectionError(f"{self.path} cannot be used: {said}", session_id=session_id)


def columns_of(rows: Iterable[tuple[object, ...]]) -> list[str]:
    """The columns in what ``PRAGMA table_info`` answers."""
    return [str(row[1]) for row in rows]
