"""A SQLite file behind a lock, whose work is done on threads: the event loop never waits for a disk."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from ..exceptions import UserError
from .sqlite_tables import SQLiteTables, columns_of, quoted
from .writing import settle

T = TypeVar("T")

BUSY_SECONDS = 30.0
"""How long a write waits for those of other connections."""


class SQLiteStore:
    """One connection, opened with its first use and closed with its owner.

    Args:
        tables: The file and its tables.
        session_id: The session, for errors.
        extra: Makes more tables, or checks them, when the connection is opened.
    """

    def __init__(
        self, tables: SQLiteTables, session_id: str, extra: Callable[[sqlite3.Connection], None] | None = None
    ) -> None:
        self.tables = tables
        self.session_id = session_id
        self._extra = extra
        self._lock = threading.RLock()
        self._opened: list[sqlite3.Connection] = []
        self._closed = False
        # A connection that is merely forgotten is a ResourceWarning, and its file stays open until then.
        weakref.finalize(self, _close_all, self._opened)

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do the work on a thread."""
        return await settle(asyncio.to_thread(self._do, work, False))

    async def write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do the work on a thread, in a transaction: all of it, or nothing.

        The lock on the file is taken first, so that no other writer comes between what is read and what is written.
        """
        return await settle(asyncio.to_thread(self._do, work, True))

    def close(self) -> None:
        """Close the file. What was in memory alone is gone."""
        with self._lock:
            self._closed = True
            _close_all(self._opened)

    def _do(self, work: Callable[[sqlite3.Connection], T], writes: bool) -> T:
        with self._lock:
            try:
                connection = self._connection()
                if not writes:
                    return work(connection)
                connection.execute("BEGIN IMMEDIATE")
                try:
                    done = work(connection)
                    connection.execute("COMMIT")
                except BaseException:
                    with suppress(sqlite3.Error):  # a failed commit may have rolled back by itself
                        connection.execute("ROLLBACK")
                    raise
                return done
            except sqlite3.Error as error:
                raise self.tables.failure(error, self.session_id) from error

    def _connection(self) -> sqlite3.Connection:
        if self._closed:
            raise UserError(f"Session {self.session_id!r} is closed: make another for {self.tables.path}.")
        if not self._opened:
            connection = sqlite3.connect(
                self.tables.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            try:
                self._set_up(connection)
            except BaseException:
                connection.close()
                raise
            self._opened.append(connection)
        return self._opened[0]

    def _set_up(self, connection: sqlite3.Connection) -> None:
        _write_ahead(connection)
        tables = self.tables
        connection.execute("BEGIN IMMEDIATE")
        for statement in tables.create:
            connection.execute(statement)
        for table in tables.columns:
            found = columns_of(connection.execute(f"PRAGMA table_info({quoted(table)})"))
            tables.check(table, found, self.session_id)
        connection.execute(tables.index)
        if self._extra is not None:
            self._extra(connection)
        connection.execute("COMMIT")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Let readers and a writer work at the same time.

    The change of mode needs the file alone, and does not wait for it by itself.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:  # noqa: PERF203 - waiting is the purpose
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _close_all(connections: list[sqlite3.Connection]) -> None:
    while connections:
        connections.pop().close()


def texts(session_id: str, lines: Sequence[str]) -> list[tuple[str, str]]:
    """The rows that an insert takes."""
    return [(session_id, line) for line in lines]
