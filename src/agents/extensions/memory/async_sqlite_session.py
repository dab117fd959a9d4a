"""``AsyncSQLiteSession``: a SQLite session whose ``close`` is awaited.

:class:`~agents.memory.SQLiteSession` works off the event loop as well; this one is for code written for the original,
where only this one does. It needs no package.
"""

from __future__ import annotations

import asyncio

from ...memory.sqlite_session import SQLiteSessionBase
from ...memory.writing import settle


class AsyncSQLiteSession(SQLiteSessionBase):
    """A session in a SQLite file, which other sessions and other processes may use at the same time.

    Args:
        session_id: Which conversation this is.
        db_path: The file; ``":memory:"`` keeps the session in this object alone.
        sessions_table: The table of sessions.
        messages_table: The table of items.
        session_settings: How the session is read.
    """

    async def close(self) -> None:
        """Close the file. What was in memory alone is gone."""
        await settle(asyncio.to_thread(self.store.close))
