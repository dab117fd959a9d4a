"""One connection to a server: a task that opens the session, keeps it open, and closes it.

The ``mcp`` package's context managers must be left by the task that entered them. As one task owns them, a server may
be connected in one task, called from many, and cleaned up in yet another; a session that breaks ends that task, and so
everybody who waits for an answer hears of it at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, suppress
from typing import Any, TypeVar

from ..logger import logger
from .library import is_second_line, sent_request, tell_of_cancellation

T = TypeVar("T")

_GOODBYE_SECONDS = 1.0
"""How long a server that is given up may keep us: to be told so, or to close."""


class ConnectionLost(Exception):
    """The session is not there any more, or never was."""

    def __init__(self, sent: bool) -> None:
        self.sent = sent
        """Whether the request may have reached the server."""
        super().__init__("the connection was lost")


class Connection:
    """A session that is open, from ``open`` to ``close`` or until it breaks."""

    def __init__(self, session: Callable[[], AbstractAsyncContextManager[Any]]) -> None:
        self.loop = asyncio.get_running_loop()
        self.session: Any = None
        self._make = session
        self._ready = asyncio.Event()
        self._leave = asyncio.Event()
        self._lost = False
        self._task = asyncio.create_task(self._keep(), name="agents-mcp-connection")

    async def _keep(self) -> None:
        async with self._make() as self.session:
            self._ready.set()
            await self._leave.wait()

    @property
    def is_open(self) -> bool:
        """Whether requests can be sent."""
        return self._ready.is_set() and not self._lost and not self._task.done()

    @property
    def error(self) -> BaseException | None:
        """What ended the connection."""
        return None if not self._task.done() or self._task.cancelled() else self._task.exception()

    async def open(self, seconds: float | None) -> None:
        """Wait until the session is open.

        Raises:
            TimeoutError: It was not within this time, and is given up.
            Exception: Whatever the opening failed with.
        """
        ready = asyncio.ensure_future(self._ready.wait())
        try:
            await asyncio.wait({ready, self._task}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            if self.is_open:
                return
            if not self._task.done():
                raise asyncio.TimeoutError
            raise self.error or ConnectionLost(sent=False)
        finally:
            ready.cancel()
            if not self.is_open:
                await self.abandon()

    async def request(self, ask: Callable[[Any], Awaitable[T]], seconds: float | None) -> T:
        """Send a request and wait for its answer. When it is cancelled or its time is over, the server is told.

        Raises:
            ConnectionLost: The connection was, or is, gone.
            TimeoutError: There was no answer in time.
            Exception: Whatever the session raises.
        """
        if not self.is_open:
            raise ConnectionLost(sent=False)
        noted: list[Any] = []
        request = asyncio.create_task(_noting(ask, self.session, noted))
        try:
            await asyncio.wait({request, self._task}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if not request.done():
                await self._give_up(request, noted)
        if request.cancelled():
            if self._task.done():
                raise ConnectionLost(sent=True)
            raise asyncio.TimeoutError
        return request.result()

    async def _give_up(self, request: asyncio.Task[Any], noted: list[Any]) -> None:
        request.cancel()
        jobs: set[asyncio.Future[Any]] = {request}
        if noted and self.is_open and not is_second_line():
            jobs.add(asyncio.ensure_future(tell_of_cancellation(self.session, noted[0])))
        await _within(_GOODBYE_SECONDS, jobs)

    def mark_lost(self) -> None:
        """The server does not know the session any more, whatever its streams say."""
        self._lost = True

    async def close(self, seconds: float | None) -> None:
        """Leave the session, or after this time abandon it. It does not matter which task asks."""
        if not self._task.done():
            self._leave.set()
            try:
                await asyncio.wait({self._task}, timeout=seconds)
            finally:
                await self.abandon()
        if self.error is not None:
            logger.debug("An MCP connection closed with %s.", type(self.error).__name__)

    async def abandon(self) -> None:
        """Leave at once."""
        if not self._task.done():  # a task that is done may belong to a loop that is closed
            self._task.cancel()
            await asyncio.wait({self._task})
        if not self._task.cancelled():
            self._task.exception()


async def _noting(ask: Callable[[Any], Awaitable[T]], session: Any, noted: list[Any]) -> T:
    sent_request.set(noted)
    return await ask(session)


async def _within(seconds: float, jobs: set[asyncio.Future[Any]]) -> None:
    _, late = await asyncio.wait(jobs, timeout=seconds)
    for job in jobs:
        if job in late:
            job.cancel()
        elif not job.cancelled():
            with suppress(Exception):
                job.exception()
