"""The tables of branches and usage beside those of a SQLite session, as ``openai-agents`` has them.

A message is stored once; rows of ``message_structure`` say in which branches it stands, and where. Plain functions over
a connection: the session calls them on its thread, inside its transaction.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...exceptions import SessionSchemaError, UserError
from ...memory.sqlite_tables import SQLiteTables, columns_of, quoted

MAIN = "main"
_COLUMNS = {
    "message_structure": "id session_id message_id branch_id message_type sequence_number user_turn_number "
    "branch_turn_number tool_name created_at",
    "turn_usage": "id session_id branch_id user_turn_number requests input_tokens output_tokens total_tokens "
    "input_tokens_details output_tokens_details created_at",
}
_INDEXES = {
    "idx_structure_session_seq": "message_structure(session_id, sequence_number)",
    "idx_structure_branch": "message_structure(session_id, branch_id)",
    "idx_structure_turn": "message_structure(session_id, branch_id, user_turn_number)",
    "idx_structure_branch_seq": "message_structure(session_id, branch_id, sequence_number)",
    "idx_turn_usage_session_turn": "turn_usage(session_id, branch_id, user_turn_number)",
}
_NAMELESS_TOOLS = frozenset(
    f"{kind}_call" for kind in ("computer", "file_search", "web_search", "code_interpreter", "shell", "apply_patch")
)


@dataclass(frozen=True)
class BranchTables:
    """The branches of one session."""

    tables: SQLiteTables
    session_id: str
    create: bool
    """Whether to make the tables where they are not there."""

    def set_up(self, connection: sqlite3.Connection) -> None:
        """Make the tables, and see that they are those of this version.

        Raises:
            SessionSchemaError: They are not, or are not there and must not be made.
        """
        for statement in _ddl(self.tables) if self.create else ():
            connection.execute(statement)
        for table, columns in _COLUMNS.items():
            found = columns_of(connection.execute(f"PRAGMA table_info({table})"))
            if missing := [column for column in columns.split() if column not in found]:
                hint = "has no such table: create_tables=True makes it" if not found else f"lacks {', '.join(missing)}"
                said = f"{self.tables.path}, table {table}: not of this version, {hint}"
                raise SessionSchemaError(said, session_id=self.session_id)
        for name, on in _INDEXES.items():
            connection.execute(f"CREATE INDEX IF NOT EXISTS {name} ON {on}")

    def generation(self, connection: sqlite3.Connection) -> int:
        """How often the session was cleared, by whomever: its branches are gone with that."""
        found = connection.execute("SELECT generation FROM session_clear_generations WHERE session_id = ?", self._me)
        row = found.fetchone()
        return int(row[0]) if row else 0

    def latest(self, connection: sqlite3.Connection, branch: str, limit: int | None) -> list[tuple[int, str]]:
        """The last messages of a branch, last first."""
        rows = connection.execute(
            f"""SELECT m.id, m.message_data FROM message_structure s JOIN {quoted(self.tables.messages)} m
                ON m.id = s.message_id WHERE s.session_id = ? AND s.branch_id = ?
                ORDER BY s.sequence_number DESC LIMIT ?""",
            (self.session_id, branch, -1 if limit is None else limit),
        )
        return rows.fetchall()

    def add(self, connection: sqlite3.Connection, branch: str, items: Sequence[Any], texts: Sequence[str]) -> None:
        """Store messages at the end of a branch. A user's message begins a turn."""
        sequence, turn, branch_turn = self._end(connection, branch)
        rows = []
        for item, text in zip(items, texts, strict=True):
            number = connection.execute(self.tables.insert, (self.session_id, text)).lastrowid
            kind, tool = _kind(item), _tool(item)
            if kind == "user":
                turn, branch_turn = turn + 1, branch_turn + 1
            sequence += 1
            rows.append((self.session_id, number, branch, kind, sequence, turn, branch_turn, tool))
        self._insert(connection, rows)
        self._reserve(connection, branch)

    def take(self, connection: sqlite3.Connection, branch: str) -> tuple[int, str] | None:
        """Remove the last message of a branch; its turn's usage goes with the turn's last message."""
        row = connection.execute(
            """SELECT id, message_id, user_turn_number FROM message_structure
               WHERE session_id = ? AND branch_id = ? ORDER BY sequence_number DESC LIMIT 1""",
            (self.session_id, branch),
        ).fetchone()
        if row is None:
            return None
        place, number, turn = row
        text = connection.execute(
            f"SELECT message_data FROM {quoted(self.tables.messages)} WHERE id = ?", (number,)
        ).fetchone()
        connection.execute("DELETE FROM message_structure WHERE id = ?", (place,))
        self._forget_unused(connection, number)
        connection.execute(
            """DELETE FROM turn_usage WHERE session_id = :session AND branch_id = :branch AND user_turn_number = :turn
               AND NOT EXISTS (SELECT 1 FROM message_structure WHERE session_id = :session AND branch_id = :branch
                               AND user_turn_number = :turn)""",
            {"session": self.session_id, "branch": branch, "turn": turn},
        )
        return number, text[0] if text else ""

    def clear(self, connection: sqlite3.Connection) -> None:
        """Remove all branches. Their names stay taken, so that nobody who still holds one writes into another."""
        for statement in self.tables.clear:
            connection.execute(statement, self._me)
        for table in ("message_structure", "turn_usage"):
            connection.execute(f"DELETE FROM {table} WHERE session_id = ?", self._me)
        connection.execute("INSERT OR IGNORE INTO session_clear_generations (session_id) VALUES (?)", self._me)
        connection.execute(
            "UPDATE session_clear_generations SET generation = generation + 1 WHERE session_id = ?", self._me
        )

    def exists(self, connection: sqlite3.Connection, branch: str) -> bool:
        """Whether a branch has messages."""
        mine = (self.session_id, branch)
        found = connection.execute(
            "SELECT 1 FROM message_structure WHERE session_id = ? AND branch_id = ? LIMIT 1", mine
        )
        return found.fetchone() is not None

    def fork(self, connection: sqlite3.Connection, source: str, turn: int, name: str | None) -> str:
        """A new branch of all that came before a user's turn.

        Raises:
            UserError: There is no such turn, or the name was used before.
        """
        begins = connection.execute(
            """SELECT 1 FROM message_structure WHERE session_id = ? AND branch_id = ? AND branch_turn_number = ?
               AND message_type = 'user'""",
            (self.session_id, source, turn),
        ).fetchone()
        if begins is None:
            raise UserError(f"Branch {source!r} of session {self.session_id!r} has no turn {turn} of the user's.")
        branch = self._new_name(connection, name, turn)
        rows = connection.execute(
            """SELECT message_id, message_type, user_turn_number, branch_turn_number, tool_name FROM message_structure
               WHERE session_id = ? AND branch_id = ? AND branch_turn_number < ? ORDER BY sequence_number""",
            (self.session_id, source, turn),
        ).fetchall()
        after, _, _ = self._end(connection, source)
        self._insert(
            connection,
            [
                (self.session_id, message, branch, kind, after + at, user_turn, branch_turn, tool)
                for at, (message, kind, user_turn, branch_turn, tool) in enumerate(rows, 1)
            ],
        )
        return branch

    def delete(self, connection: sqlite3.Connection, branch: str) -> None:
        """Remove a branch, and the messages that stand in no other. Its name stays taken."""
        mine = (self.session_id, branch)
        numbers = connection.execute(
            "SELECT message_id FROM message_structure WHERE session_id = ? AND branch_id = ?", mine
        ).fetchall()
        self._reserve(connection, branch)
        for table in ("turn_usage", "message_structure"):
            connection.execute(f"DELETE FROM {table} WHERE session_id = ? AND branch_id = ?", mine)
        for (number,) in numbers:
            self._forget_unused(connection, number)

    def last_turn(self, connection: sqlite3.Connection, branch: str) -> int:
        """The number of the user's last turn in a branch; 0 where there is none."""
        return self._end(connection, branch)[1]

    @property
    def _me(self) -> tuple[str]:
        return (self.session_id,)

    def _end(self, connection: sqlite3.Connection, branch: str) -> tuple[int, int, int]:
        """The last place in the session, and the last turns in the branch."""
        row = connection.execute(
            """SELECT COALESCE((SELECT MAX(sequence_number) FROM message_structure WHERE session_id = :session), 0),
                      COALESCE(MAX(user_turn_number), 0), COALESCE(MAX(branch_turn_number), 0)
               FROM message_structure WHERE session_id = :session AND branch_id = :branch""",
            {"session": self.session_id, "branch": branch},
        ).fetchone()
        return int(row[0]), int(row[1]), int(row[2])

    def _insert(self, connection: sqlite3.Connection, rows: Sequence[tuple[Any, ...]]) -> None:
        connection.executemany(
            """INSERT INTO message_structure (session_id, message_id, branch_id, message_type, sequence_number,
               user_turn_number, branch_turn_number, tool_name) VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
            rows,
        )

    def _forget_unused(self, connection: sqlite3.Connection, number: int) -> None:
        connection.execute(
            f"""DELETE FROM {quoted(self.tables.messages)} WHERE id = :message
                AND NOT EXISTS (SELECT 1 FROM message_structure WHERE message_id = :message)""",
            {"message": number},
        )

    def _reserve(self, connection: sqlite3.Connection, branch: str) -> bool:
        """Take a name for ever; whether it was free."""
        statement = "INSERT OR IGNORE INTO branch_reservations (session_id, branch_id) VALUES (?, ?)"
        return connection.execute(statement, (self.session_id, branch)).rowcount == 1

    def _new_name(self, connection: sqlite3.Connection, name: str | None, turn: int) -> str:
        connection.execute(
            """INSERT OR IGNORE INTO branch_reservations (session_id, branch_id)
               SELECT DISTINCT session_id, branch_id FROM message_structure WHERE session_id = ?""",
            self._me,
        )
        if name is not None:
            if not name.strip() or not self._reserve(connection, name):
                raise UserError(f"A branch needs a name that was never used in its session, not {name!r}.")
            return name
        base = f"branch_from_turn_{turn}_{int(time.time())}"
        chosen, count = base, 1
        while not self._reserve(connection, chosen):
            count += 1
            chosen = f"{base}_{count}"
        return chosen


def _kind(item: Mapping[str, Any]) -> str:
    return item["role"] if item.get("role") in ("user", "assistant") else str(item.get("type") or "other")


def _tool(item: Mapping[str, Any]) -> str | None:
    kind, name = item.get("type"), item.get("name")
    if kind in _NAMELESS_TOOLS:
        return str(kind)
    if kind in ("tool_search_call", "tool_search_output"):
        return "tool_search"
    home = item.get("server_label") if kind in ("mcp_call", "mcp_approval_request") else item.get("namespace")
    return ".".join(str(part) for part in (home, name) if part) or None


def _ddl(tables: SQLiteTables) -> tuple[str, ...]:
    session = f"FOREIGN KEY (session_id) REFERENCES {quoted(tables.sessions)}(session_id) ON DELETE CASCADE"
    return (
        f"""CREATE TABLE IF NOT EXISTS message_structure (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            session_id TEXT NOT NULL,
            message_id INTEGER NOT NULL,
            branch_id TEXT NOT NULL DEFAULT 'main',
            message_type TEXT NOT NULL,
            sequence_number INTEGER NOT NULL,
            user_turn_number INTEGER,
            branch_turn_number INTEGER,
            tool_name TEXT,
            created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
            {session},
            FOREIGN KEY (message_id) REFERENCES {quoted(tables.messages)}(id) ON DELETE CASCADE
        )""",
        f"""CREATE TABLE IF NOT EXISTS turn_usage (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            session_id TEXT NOT NULL,
            branch_id TEXT NOT NULL DEFAULT 'main',
            user_turn_number INTEGER NOT NULL,
            requests INTEGER DEFAULT 0,
            input_tokens INTEGER DEFAULT 0,
            output_tokens INTEGER DEFAULT 0,
            total_tokens INTEGER DEFAULT 0,
            input_tokens_details JSON,
            output_tokens_details JSON,
            created_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,
            {session},
            UNIQUE(session_id, branch_id, user_turn_number)
        )""",
        """CREATE TABLE IF NOT EXISTS branch_reservations (
            session_id TEXT NOT NULL,
            branch_id TEXT NOT NULL,
            PRIMARY KEY (session_id, branch_id)
        )""",
        """CREATE TABLE IF NOT EXISTS session_clear_generations (
            session_id TEXT PRIMARY KEY,
            generation INTEGER NOT NULL DEFAULT 0
        )""",
    )


def details_text(details: object) -> str | None:
    """The parts of a token count as JSON."""
    dump = getattr(details, "model_dump", None)
    return json.dumps(dump(), default=str) if dump is not None else None
