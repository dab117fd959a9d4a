"""``SQLAlchemySession``: a session in any database that SQLAlchemy reaches with an async driver.

Needs ``pip install "polyglot-agents[sqlalchemy]"``, which brings the driver of PostgreSQL; SQLite's is in the extra
``sqlite``. The tables are those of ``openai-agents``.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, nullcontext
from typing import TYPE_CHECKING, Any, TypeVar

from ...exceptions import SessionConnectionError, SessionDataError, SessionError, SessionSchemaError
from ...logger import logger
from ...memory import SessionABC, SessionSettings
from ...memory.session_settings import coerce_session_settings, resolve_session_limit
from ...memory.writing import from_text, lines, settle
from .missing import missing

try:
    from sqlalchemy import delete, event, insert, select, text, update
    from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError, SQLAlchemyError
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
    from sqlalchemy.pool import StaticPool
except ImportError as error:
    raise missing("SQLAlchemySession", "SQLAlchemy", "sqlalchemy") from error

from .sqlalchemy_tables import session_tables

if TYPE_CHECKING:
    from ...items import TResponseInputItem

T = TypeVar("T")

_BUSY_SECONDS = 30
_UNDEFINED = ("42P01", "42703")
"""PostgreSQL's codes for a table and a column that are not there."""

_gates: weakref.WeakKeyDictionary[Any, asyncio.Lock] = weakref.WeakKeyDictionary()
"""For each engine with a single connection, who may use it."""
_prepared: weakref.WeakSet[Any] = weakref.WeakSet()
"""SQLite engines whose connections wait for one another."""


class SQLAlchemySession(SessionABC):
    """A session in a database.

    Args:
        session_id: Which conversation this is.
        engine: The database, with an async driver. It stays yours: dispose of it when you are done.
        create_tables: Whether to make the tables where they are not there. In production a migration does.
        sessions_table: The table of sessions.
        messages_table: The table of items.
        session_settings: How the session is read.
        ensure_ascii: Whether items are stored in ASCII, as the original does by default.
    """

    def __init__(
        self,
        session_id: str,
        *,
        engine: AsyncEngine,
        create_tables: bool = False,
        sessions_table: str = "agent_sessions",
        messages_table: str = "agent_messages",
        session_settings: SessionSettings | Mapping[str, Any] | None = None,
        ensure_ascii: bool = True,
    ) -> None:
        self.session_id = session_id
        self.session_settings = coerce_session_settings(session_settings or SessionSettings())
        self._engine = engine
        self._sessions, self._messages = session_tables(sessions_table, messages_table)
        self._to_create = create_tables
        self._ensure_ascii = ensure_ascii
        self._gate = _prepare(engine)

    @classmethod
    def from_url(
        cls,
        session_id: str,
        *,
        url: str,
        engine_kwargs: dict[str, Any] | None = None,
        session_settings: SessionSettings | Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> SQLAlchemySession:
        """A session with an engine of its own, which ``await session.engine.dispose()`` closes.

        Args:
            session_id: Which conversation this is.
            url: The database, such as ``"postgresql+asyncpg://user@host/name"`` or ``"sqlite+aiosqlite:///file.db"``.
            engine_kwargs: Options of the engine.
            session_settings: How the session is read.
            kwargs: Options of the session.

        Raises:
            ImportError: The database's driver is not installed.
        """
        engine = create_async_engine(url, **(engine_kwargs or {}))
        return cls(session_id, engine=engine, session_settings=session_settings, **kwargs)

    @property
    def engine(self) -> AsyncEngine:
        """The database."""
        return self._engine

    async def get_items(self, limit: int | None = None) -> list[TResponseInputItem]:
        """The latest ``limit`` items, oldest first; without a limit as many as the settings say, or all.

        Raises:
            SessionError: The database cannot be used, or a row is damaged.
        """
        wanted = resolve_session_limit(limit, self.session_settings)

        async def read(connection: AsyncConnection) -> list[tuple[int, str]]:
            return [(row.id, row.message_data) for row in await connection.execute(self._latest(wanted))]

        rows = await self._do(read)
        return [self._item(number, data) for number, data in reversed(rows)]

    async def add_items(self, items: list[TResponseInputItem]) -> None:
        """Store items after those that are there: all of them, or none.

        Raises:
            SessionError: The database cannot be used.
            UserError: An item is not JSON data.
        """
        rows = [
            {"session_id": self.session_id, "message_data": line}
            for line in lines(items, ascii_only=self._ensure_ascii)
        ]

        async def write(connection: AsyncConnection) -> None:
            await self._lock(connection, create=True)
            await connection.execute(insert(self._messages), rows)

        if rows:
            await self._do(write)

    async def pop_item(self) -> TResponseInputItem | None:
        """Remove the last item and return it; ``None`` where there is none. Damaged rows after it go as well.

        Raises:
            SessionError: The database cannot be used.
        """

        async def pop(connection: AsyncConnection) -> TResponseInputItem | None:
            await self._lock(connection, create=False)
            while (row := (await connection.execute(self._latest(1))).first()) is not None:
                await connection.execute(delete(self._messages).where(self._messages.c.id == row.id))
                try:
                    return self._item(row.id, row.message_data)
                except SessionDataError as error:
                    logger.warning("%s It was removed.", error)
            return None

        return await self._do(pop)

    async def clear_session(self) -> None:
        """Remove all items, damaged ones too.

        Raises:
            SessionError: The database cannot be used.
        """

        async def clear(connection: AsyncConnection) -> None:
            await self._lock(connection, create=False)
            for table in (self._messages, self._sessions):
                await connection.execute(delete(table).where(table.c.session_id == self.session_id))

        await self._do(clear)

    def _latest(self, limit: int | None) -> Any:
        messages = self._messages
        mine = select(messages.c.id, messages.c.message_data).where(messages.c.session_id == self.session_id)
        return mine.order_by(messages.c.id.desc()).limit(limit)

    def _item(self, number: int, data: str) -> TResponseInputItem:
        return from_text(data, self.session_id, f"row {number} of table {self._messages.name}")

    async def _lock(self, connection: AsyncConnection, *, create: bool) -> None:
        """Let one writer at a time into this session, so that items which are stored together stay together.

        The update holds the session's row (in SQLite the file) until the transaction ends, in every database.
        """
        touch = (
            update(self._sessions)
            .where(self._sessions.c.session_id == self.session_id)
            .values(updated_at=text("CURRENT_TIMESTAMP"))
        )
        if (await connection.execute(touch)).rowcount or not create:
            return
        try:
            async with connection.begin_nested():
                await connection.execute(insert(self._sessions).values(session_id=self.session_id))
        except IntegrityError:
            await connection.execute(touch)  # another writer was first: wait for it

    async def _do(self, work: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """Do the work in a transaction, to its end."""

        async def transaction() -> T:
            async with self._gate or nullcontext():
                if self._to_create:
                    await self._create()
                async with self._engine.begin() as connection:
                    return await work(connection)

        async with self._failures():
            return await settle(transaction())

    async def _create(self) -> None:
        for attempts_left in reversed(range(1 + len(self._sessions.metadata.sorted_tables))):
            async with self._engine.connect() as connection:
                try:
                    async with connection.begin():
                        await connection.run_sync(self._sessions.metadata.create_all)
                    break
                except (IntegrityError, ProgrammingError, OperationalError):  # another has just made one of them
                    if not attempts_left:
                        raise
                    if self._gate is None:  # else the one connection may be the database itself
                        await connection.invalidate()  # on Python 3.10 a failed statement of SQLite's keeps its lock
        self._to_create = False

    @asynccontextmanager
    async def _failures(self) -> AsyncIterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise self._failure(error) from error
        except (OSError, asyncio.TimeoutError) as error:
            said = f"the database cannot be reached: {type(error).__name__}: {error}"
            raise SessionConnectionError(said, session_id=self.session_id) from error

    def _failure(self, error: SQLAlchemyError) -> SessionError:
        """What an error of the database's means. Its text is the driver's own: SQLAlchemy's would quote the items."""
        own = error.orig if isinstance(error, DBAPIError) else error
        said = str(own).strip()
        code = getattr(own, "sqlstate", None) or getattr(own, "pgcode", None)
        no_such = code in _UNDEFINED or "no such" in said or "no column" in said
        if no_such or isinstance(error, (ProgrammingError, IntegrityError)):
            hint = f"tables {self._sessions.name} and {self._messages.name} are missing, or of another version"
            hint += "" if self._to_create else " (create_tables=True makes them where they are missing)"
            return SessionSchemaError(f"{hint}: {said}", session_id=self.session_id)
        if "malformed" in said or "not a database" in said:
            return SessionDataError(f"the database is damaged: {said}", session_id=self.session_id)
        return SessionConnectionError(f"the database cannot be used: {said}", session_id=self.session_id)


def _prepare(engine: AsyncEngine) -> asyncio.Lock | None:
    """Make SQLite's connections wait for one another; say who takes turns where there is a single connection."""
    known = engine.sync_engine
    if engine.dialect.name == "sqlite" and known not in _prepared:
        _prepared.add(known)
        event.listen(known, "connect", _wait_for_writers)
    if not isinstance(engine.pool, StaticPool):
        return None
    return _gates.setdefault(known, asyncio.Lock())


def _wait_for_writers(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.close()
