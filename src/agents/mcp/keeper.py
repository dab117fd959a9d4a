"""The task that a manager has for each of its servers: it connects the server, and leaves it.

What a server of another maker enters when it connects (a task group, a cancel scope) must be left by the same task,
whichever task asks for it. ``manager`` is above.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from ..logger import logger
from .base import MCPServer

Work: TypeAlias = Callable[[], Awaitable[None]]


class CancelledItself(Exception):
    """A server cancelled its own connecting or leaving: nobody cancelled the application."""

    def __init__(self, error: asyncio.CancelledError) -> None:
        self.error = error
        super().__init__()


class Keeper:
    """Connects a server and leaves it, in one task, which ends when the server is left."""

    def __init__(self, server: MCPServer) -> None:
        self._server = server
        self._orders: asyncio.Queue[tuple[Work, asyncio.Future[BaseException | None]]] = asyncio.Queue()
        self._gives_up = False
        self._task = asyncio.create_task(self._keep(), name="agents-mcp-keeper")

    @property
    def is_at_work(self) -> bool:
        """Whether anything can be asked of it. One of an event loop that is gone waits there for ever."""
        return not self.has_left and self._task.get_loop() is asyncio.get_running_loop()

    @property
    def has_left(self) -> bool:
        """Whether it is done, as it was told, or as it was cancelled together with what the server had entered."""
        return self._task.done()

    async def connect(self, seconds: float | None) -> None:
        """Connect the server.

        Raises:
            TimeoutError: It took longer than this, and was stopped.
            CancelledItself: It was cancelled, and not by us.
            Exception: Whatever else it failed with.
        """
        await self._do(self._server.connect, seconds)

    async def leave(self, seconds: float | None) -> None:
        """Leave the server, unless it is left already. Errors are those of :meth:`connect`."""
        try:
            await self._do(self._server.cleanup, seconds)
        finally:
            await asyncio.wait({self._task})

    async def _do(self, work: Work, seconds: float | None) -> None:
        done: asyncio.Future[BaseException | None] = asyncio.get_running_loop().create_future()
        self._orders.put_nowait((work, done))
        either: set[asyncio.Future[Any]] = {done, self._task}
        is_late = False
        try:
            await asyncio.wait(either, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            if is_late := not done.done() and not self._task.done():
                await self._give_up(either)
        if not done.done() and work == self._server.cleanup:
            return  # the server was left as the task was cancelled
        error = done.result() if done.done() else asyncio.CancelledError()
        if isinstance(error, asyncio.CancelledError):
            raise asyncio.TimeoutError if is_late else CancelledItself(error) from None
        if error is not None:
            raise error

    async def _give_up(self, either: set[asyncio.Future[Any]]) -> None:
        """Stop the work, and leave the task where it can be asked again."""
        self._gives_up = True
        self._task.cancel()
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        self._gives_up = False
        if hasattr(self._task, "uncancel"):  # from Python 3.11 on
            self._task.uncancel()

    async def _keep(self) -> None:
        work: Work | None = None
        try:
            while work != self._server.cleanup:
                work, done = await self._orders.get()
                try:
                    await work()
                except asyncio.CancelledError as error:
                    done.set_result(error)
                    if not self._gives_up:
                        raise
                except Exception as error:  # noqa: BLE001 - it is raised where the work was asked for
                    done.set_result(error)
                else:
                    done.set_result(None)
        except asyncio.CancelledError:  # by what the server has entered here and what broke, or with the event loop
            if work != self._server.cleanup:
                await self._leave_quietly()
            raise

    async def _leave_quietly(self) -> None:
        try:
            await self._server.cleanup()
        except Exception as error:  # noqa: BLE001 - nobody asked for it
            logger.debug("MCP server %s could not be left: %s", self._server.name, type(error).__name__)
