"""Several servers as one: connected together, left together, and those that fail left out."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import Any

from ..concurrency import together
from ..exceptions import UserError
from ..logger import logger
from .base import MCPServer
from .keeper import CancelledItself, Keeper


class MCPServerManager(AbstractAsyncContextManager["MCPServerManager"]):
    """Connects servers and leaves them again: ``async with MCPServerManager([a, b]) as servers: ...``.

    An agent gets ``servers.active_servers``. Each server is connected and left by a task of its own, whichever asks.

    Args:
        servers: The servers; one that stands twice counts once.
        connect_timeout_seconds: How long one server may take to connect; ``None`` for ever.
        cleanup_timeout_seconds: How long one may take to leave.
        drop_failed_servers: Whether ``active_servers`` leaves out those that are not connected.
        strict: Whether the first failure to connect is raised, and all others are left.
        suppress_cancelled_error: Whether a server that cancels its own connecting counts as failed. Whoever cancels
            the manager stops it all the same.
        connect_in_parallel: Whether all connect at the same time.

    Raises:
        UserError: A time-out is no number above 0.
    """

    def __init__(
        self,
        servers: Iterable[MCPServer],
        *,
        connect_timeout_seconds: float | None = 10.0,
        cleanup_timeout_seconds: float | None = 10.0,
        drop_failed_servers: bool = True,
        strict: bool = False,
        suppress_cancelled_error: bool = True,
        connect_in_parallel: bool = False,
    ) -> None:
        self._servers = list(dict.fromkeys(servers))
        self.connect_timeout_seconds = connect_timeout_seconds
        self.cleanup_timeout_seconds = cleanup_timeout_seconds
        self.drop_failed_servers = drop_failed_servers
        self.strict = strict
        self.suppress_cancelled_error = suppress_cancelled_error
        self.connect_in_parallel = connect_in_parallel
        self._keepers: dict[MCPServer, Keeper] = {}
        self._connected: set[MCPServer] = set()
        self._errors: dict[MCPServer, BaseException] = {}
        self._failed: list[MCPServer] = []
        self._tried = False
        self._lock = asyncio.Lock()

    @property
    def active_servers(self) -> list[MCPServer]:
        """The servers for an agent."""
        if not self._tried or not self.drop_failed_servers:
            return list(self._servers)
        return [server for server in self._servers if server in self._connected]

    @property
    def all_servers(self) -> list[MCPServer]:
        """All servers, connected or not."""
        return list(self._servers)

    @property
    def failed_servers(self) -> list[MCPServer]:
        """The servers that did not connect."""
        return list(self._failed)

    @property
    def errors(self) -> dict[MCPServer, BaseException]:
        """What went wrong, by server."""
        return dict(self._errors)

    @property
    def connect_timeout_seconds(self) -> float | None:
        """How long one server may take to connect."""
        return self._connect_seconds

    @connect_timeout_seconds.setter
    def connect_timeout_seconds(self, seconds: float | None) -> None:
        self._connect_seconds = _checked("connect_timeout_seconds", seconds)

    @property
    def cleanup_timeout_seconds(self) -> float | None:
        """How long one server may take to leave."""
        return self._cleanup_seconds

    @cleanup_timeout_seconds.setter
    def cleanup_timeout_seconds(self, seconds: float | None) -> None:
        self._cleanup_seconds = _checked("cleanup_timeout_seconds", seconds)

    async def __aenter__(self) -> MCPServerManager:
        await self.connect_all()
        return self

    async def __aexit__(self, *exc_info: Any) -> None:
        await self.cleanup_all()

    async def connect_all(self) -> list[MCPServer]:
        """Connect the servers that are not connected, and return the active ones.

        Raises:
            Exception: With ``strict``, what the first that failed failed with.
        """
        async with self._lock:
            self._failed, self._errors = [], {}
            return await self._connect([server for server in self._servers if server not in self._connected])

    async def reconnect(self, *, failed_only: bool = True) -> list[MCPServer]:
        """Connect those that failed once more, or leave all and connect them anew; return the active servers."""
        async with self._lock:
            again = list(self._failed) if failed_only else list(self._servers)
            for server in reversed(again):
                await self._leave(server)
            self._failed = [server for server in self._failed if server not in again]
            return await self._connect(again)

    async def cleanup_all(self) -> None:
        """Leave all servers, the last one first. What goes wrong is in ``errors``."""
        async with self._lock:
            for server in reversed(self._servers):
                await self._leave(server)

    async def _connect(self, servers: list[MCPServer]) -> list[MCPServer]:
        self._tried = True
        try:
            if self.connect_in_parallel:
                await together([partial(self._connect_one, server) for server in servers])
            else:
                for server in servers:
                    await self._connect_one(server)
                    self._raise_if_strict()
            self._raise_if_strict()
        except BaseException:
            for server in reversed(servers):
                await self._leave(server)
            raise
        return self.active_servers

    def _raise_if_strict(self) -> None:
        if self.strict and self._failed:
            raise self._errors[self._failed[0]]

    async def _connect_one(self, server: MCPServer) -> None:
        keeper = self._keepers.get(server)
        if keeper is None or not keeper.is_at_work:
            keeper = self._keepers[server] = Keeper(server)
        try:
            await keeper.connect(self.connect_timeout_seconds)
        except CancelledItself as stopped:
            if not self.suppress_cancelled_error:
                raise stopped.error from None
            self._note(server, stopped.error)
        except Exception as error:  # noqa: BLE001 - it is kept, and raised where strict
            self._note(server, error)
        else:
            self._connected.add(server)
            self._errors.pop(server, None)

    def _note(self, server: MCPServer, error: BaseException) -> None:
        logger.warning("MCP server %s did not connect: %s", server.name, type(error).__name__)
        self._failed.append(server)
        self._errors[server] = error

    async def _leave(self, server: MCPServer) -> None:
        keeper = self._keepers.pop(server, None)
        if keeper is None or (not keeper.is_at_work and not keeper.has_left):
            keeper = Keeper(server)
        try:
            await keeper.leave(self.cleanup_timeout_seconds)
        except CancelledItself as stopped:
            if not self.suppress_cancelled_error:
                raise stopped.error from None
            self._errors[server] = stopped.error
        except Exception as error:  # noqa: BLE001 - the other servers have to be left, too
            logger.warning("MCP server %s could not be left: %s", server.name, type(error).__name__)
            self._errors[server] = error
        finally:
            self._connected.discard(server)


def _checked(option: str, seconds: float | None) -> float | None:
    valid = isinstance(seconds, (int, float)) and not isinstance(seconds, bool) and 0 < seconds < math.inf
    if seconds is not None and not valid:
        raise UserError(f"{option} must be a number of seconds above 0, or None, not {seconds!r}.")
    return seconds
