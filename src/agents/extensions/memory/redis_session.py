"""``RedisSession``: a session in Redis. Needs ``pip install "polyglot-agents[redis]"``.

The keys are those of ``openai-agents``: a hash for the session, a list for its items, and a counter that nobody reads.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from ...exceptions import SessionConnectionError, SessionDataError, SessionSchemaError, UserError
from ...logger import logger
from ...memory import SessionABC, SessionSettings
from ...memory.session_settings import coerce_session_settings, resolve_session_limit
from ...memory.writing import from_text, lines, settle
from .missing import missing

try:
    from redis.asyncio import Redis
    from redis.exceptions import RedisError, ResponseError
except ImportError as error:
    raise missing("RedisSession", "redis", "redis") from error

if TYPE_CHECKING:
    from ...items import TResponseInputItem


class RedisSession(SessionABC):
    """A session in Redis.

    Args:
        session_id: Which conversation this is.
        redis_client: The server. It stays yours: close it when you are done.
        key_prefix: What all keys begin with.
        ttl: After how many seconds without a write the session is forgotten; ``None`` for never.
        session_settings: How the session is read.
    """

    def __init__(
        self,
        session_id: str,
        *,
        redis_client: Redis,
        key_prefix: str = "agents:session",
        ttl: int | None = None,
        session_settings: SessionSettings | Mapping[str, Any] | None = None,
    ) -> None:
        self.session_id = session_id
        self.session_settings = coerce_session_settings(session_settings or SessionSettings())
        self._redis: Any = redis_client
        self._owned = False
        self._closed = False
        self._ttl = ttl
        self._session_key = f"{key_prefix}:{session_id}"
        self._messages_key = f"{self._session_key}:messages"
        self._counter_key = f"{self._session_key}:counter"

    @classmethod
    def from_url(
        cls,
        session_id: str,
        *,
        url: str,
        redis_kwargs: dict[str, Any] | None = None,
        session_settings: SessionSettings | Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> RedisSession:
        """A session with a client of its own, which ``close`` closes.

        Args:
            session_id: Which conversation this is.
            url: The server, such as ``"redis://localhost:6379/0"``.
            redis_kwargs: Options of the client.
            session_settings: How the session is read.
            kwargs: Options of the session.
        """
        client = Redis.from_url(url, **(redis_kwargs or {}))
        session = cls(session_id, redis_client=client, session_settings=session_settings, **kwargs)
        session._owned = True
        return session

    async def get_items(self, limit: int | None = None) -> list[TResponseInputItem]:
        """The latest ``limit`` items, oldest first; without a limit as many as the settings say, or all.

        Raises:
            SessionError: The server cannot be used, or an item is damaged.
        """
        wanted = resolve_session_limit(limit, self.session_settings)
        if wanted == 0:
            return []
        async with self._failures():
            found = await self._redis.lrange(self._messages_key, 0 if wanted is None else -wanted, -1)
        return [self._item(data, position) for position, data in enumerate(found, -len(found))]

    async def add_items(self, items: list[TResponseInputItem]) -> None:
        """Store items after those that are there: all of them, or none.

        Raises:
            SessionError: The server cannot be used.
            UserError: An item is not JSON data.
        """
        rows = lines(items)
        if not rows:
            return
        now = str(int(time.time()))

        async def write() -> None:
            # A transaction does not stop at a command that fails: keys that may be of another kind are looked at first.
            async with self._redis.pipeline(transaction=False) as look:
                await look.llen(self._messages_key).hlen(self._session_key).execute()
            async with self._redis.pipeline(transaction=True) as batch:
                batch.hset(self._session_key, mapping={"session_id": self.session_id, "updated_at": now})
                batch.hsetnx(self._session_key, "created_at", now)
                batch.rpush(self._messages_key, *rows)
                if self._ttl is not None:
                    for key in (self._session_key, self._messages_key, self._counter_key):
                        batch.expire(key, self._ttl)
                await batch.execute()

        async with self._failures():
            await settle(write())

    async def pop_item(self) -> TResponseInputItem | None:
        """Remove the last item and return it; ``None`` where there is none. Damaged ones after it go as well.

        Raises:
            SessionError: The server cannot be used.
        """
        while True:
            async with self._failures():
                found = await settle(self._redis.rpop(self._messages_key))
            if found is None:
                return None
            try:
                return self._item(found, -1)
            except SessionDataError as error:
                logger.warning("%s It was removed.", error)

    async def clear_session(self) -> None:
        """Remove all items, damaged ones too.

        Raises:
            SessionError: The server cannot be used.
        """
        async with self._failures():
            await settle(self._redis.delete(self._session_key, self._messages_key, self._counter_key))

    async def ping(self) -> bool:
        """Whether the server answers."""
        try:
            async with self._failures():
                return bool(await self._redis.ping())
        except SessionConnectionError:
            return False

    async def close(self) -> None:
        """Close the client, if it is the session's own."""
        self._closed = True
        if self._owned:
            await self._redis.aclose()

    def _item(self, data: str | bytes, position: int) -> TResponseInputItem:
        return from_text(data, self.session_id, f"item {position} of the list {self._messages_key} in Redis")

    @asynccontextmanager
    async def _failures(self) -> AsyncIterator[None]:
        if self._closed:
            raise UserError(f"Session {self.session_id!r} is closed: make another.")
        try:
            yield
        except ResponseError as error:
            if "WRONGTYPE" not in str(error):
                raise SessionConnectionError(f"Redis refuses: {error}", session_id=self.session_id) from error
            said = f"a key that begins with {self._session_key} is of another kind than this version's: {error}"
            raise SessionSchemaError(said, session_id=self.session_id) from error
        except (RedisError, OSError) as error:
            said = f"Redis cannot be reached: {type(error).__name__}: {error}"
            raise SessionConnectionError(said, session_id=self.session_id) from error
