"""Servers and event loops, options that are wrong, and who is cancelled when a manager connects."""

from __future__ import annotations

import asyncio
import contextlib
import io
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest

from agents import UserError
from agents.mcp import MCPServer, MCPServerManager, MCPServerStdio, MCPServerStreamableHttp

from .conftest import SERVERS


class OwnServer(MCPServer):
    """A server of a user's own, which connects as it is told."""

    def __init__(self, connects: Any) -> None:
        super().__init__()
        self._connects = connects
        self.left = 0

    @property
    def name(self) -> str:
        return "own"

    async def connect(self) -> None:
        await self._connects()

    async def cleanup(self) -> None:
        self.left += 1

    async def list_tools(self, *_: Any) -> Any:
        return []

    async def call_tool(self, *_: Any) -> Any:
        raise NotImplementedError

    async def list_prompts(self) -> Any:
        raise NotImplementedError

    async def get_prompt(self, *_: Any) -> Any:
        raise NotImplementedError


async def at_once() -> None:
    """Connects."""


async def cancels_itself() -> None:
    """As servers do whose task group breaks while they connect."""
    raise asyncio.CancelledError


def test_a_server_whose_loop_is_gone_connects_anew_in_the_next(http_town: Any) -> None:
    """A script that calls asyncio.run twice must not be stuck with a server that it forgot to leave."""
    server = MCPServerStreamableHttp({"url": http_town.url}, client_session_timeout_seconds=20)
    asyncio.run(server.connect())

    async def again() -> Any:
        async with server:
            return await server.call_tool("get_weather", {"city": "Oslo"})

    assert asyncio.run(again()).content[0].text == "Windy in Oslo"
    asyncio.run(server.connect())
    asyncio.run(server.cleanup())
    assert server.session is None


async def test_a_server_of_another_loop_says_so(http: Any) -> None:
    """Nothing that waits on the one loop can be woken by the other: without the error it would hang."""

    def elsewhere(method: Any) -> None:
        asyncio.run(method())

    async with http() as server:
        for method in (server.connect, server.list_tools, server.cleanup):
            with pytest.raises(UserError, match="'town' was connected in another event loop"):
                await asyncio.to_thread(elsewhere, method)
        assert await server.list_tools()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("max_retry_attempts", -2),
        ("max_retry_attempts", 1.5),
        ("max_retry_attempts", True),
        ("retry_backoff_seconds_base", -1.0),
        ("retry_backoff_seconds_max", float("inf")),
        ("client_session_timeout_seconds", "5"),
        ("max_list_pages", 0),
    ],
)
def test_a_number_that_makes_no_sense_is_an_error(option: str, value: Any) -> None:
    """Found at the first lost connection, it would be a retry without end or without a pause."""
    with pytest.raises(UserError, match=option):
        MCPServerStreamableHttp({"url": "http://127.0.0.1/mcp"}, **{option: value})


@pytest.mark.parametrize("parallel", [False, True])
async def test_a_server_that_cancels_itself_costs_only_its_tools(parallel: bool) -> None:
    """Nobody cancelled the application: it goes on with the others."""
    broken, good = OwnServer(cancels_itself), OwnServer(at_once)
    async with MCPServerManager([broken, good], connect_in_parallel=parallel) as servers:
        assert servers.active_servers == [good]
        assert isinstance(servers.errors[broken], asyncio.CancelledError)
    with pytest.raises(asyncio.CancelledError):
        await MCPServerManager(
            [good, broken], suppress_cancelled_error=False, connect_in_parallel=parallel
        ).connect_all()
    assert good.left == 2


@pytest.mark.parametrize("parallel", [False, True])
async def test_whoever_cancels_a_manager_stops_it(parallel: bool) -> None:
    """Taken for a server's own failure, a shutdown would be answered by starting the application."""
    began = asyncio.Event()

    async def for_ever() -> None:
        began.set()
        await asyncio.Event().wait()

    stuck, good = OwnServer(for_ever), OwnServer(at_once)
    connecting = asyncio.create_task(MCPServerManager([good, stuck], connect_in_parallel=parallel).connect_all())
    await began.wait()
    connecting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await connecting
    assert (good.left, stuck.left) == (1, 1)


async def test_a_server_that_takes_too_long_is_left_out() -> None:
    """The time-out is the manager's, whatever the server's own may be."""

    async def for_ever() -> None:
        await asyncio.Event().wait()

    stuck = OwnServer(for_ever)
    async with MCPServerManager([stuck], connect_timeout_seconds=0.01) as servers:
        assert servers.active_servers == []
        assert isinstance(servers.errors[stuck], asyncio.TimeoutError)


class ScopedServer(OwnServer):
    """A server that holds a task group open, as those do that are built on the mcp package's context managers."""

    def __init__(self, breaks: asyncio.Event | None = None) -> None:
        super().__init__(at_once)
        self._breaks = breaks
        self._group: Any = None
        self.was_left = asyncio.Event()

    async def connect(self) -> None:
        self._group = await anyio.create_task_group().__aenter__()
        self._group.start_soon(self._work)

    async def _work(self) -> None:
        await (self._breaks or asyncio.Event()).wait()
        raise OSError("the server is gone")

    async def cleanup(self) -> None:
        self.left += 1
        self.was_left.set()
        if self._group is not None:  # another task than that which entered it gets a RuntimeError here
            self._group.cancel_scope.cancel()
            await self._group.__aexit__(None, None, None)
            self._group = None


@pytest.mark.parametrize("parallel", [False, True])
async def test_a_server_is_left_by_the_task_that_connected_it(parallel: bool) -> None:
    """Cancel scopes must be left where they were entered, whoever connects, connects anew and leaves."""
    servers = [ScopedServer(), ScopedServer()]
    manager = MCPServerManager(servers, connect_in_parallel=parallel)

    for work in (manager.connect_all, lambda: manager.reconnect(failed_only=False), manager.cleanup_all):
        await asyncio.create_task(work())
        assert manager.errors == {}

    assert [server.left for server in servers] == [2, 2]


@pytest.mark.parametrize("parallel", [False, True])
async def test_a_server_that_breaks_later_is_left_where_it_was_entered(parallel: bool) -> None:
    """Its task group cancels the task that has entered it: that must be neither the application's nor a dead end."""
    breaks = asyncio.Event()
    broken, good = ScopedServer(breaks), ScopedServer()
    async with MCPServerManager([broken, good], connect_in_parallel=parallel) as manager:
        breaks.set()
        await broken.was_left.wait()
        breaks.clear()
        assert await manager.reconnect(failed_only=False) == [broken, good]
    assert manager.errors == {}
    assert (broken.left, good.left) == (2, 2)


async def test_a_connecting_that_took_too_long_is_tried_again_by_the_same_task() -> None:
    """What it had entered by then is left there."""
    tasks: list[Any] = []

    async def slow_at_first() -> None:
        tasks.append(asyncio.current_task())
        if len(tasks) == 1:
            await asyncio.Event().wait()

    manager = MCPServerManager([server := OwnServer(slow_at_first)], connect_timeout_seconds=0.01)
    assert await manager.connect_all() == []
    manager.connect_timeout_seconds = None
    assert await manager.connect_all() == [server]
    await manager.cleanup_all()
    assert tasks[0] is tasks[1]
    assert server.left == 1


@pytest.mark.parametrize("is_file", [True, False], ids=["a file", "no file"])
async def test_a_process_writes_its_errors_where_ours_go_now(made: Any, tmp_path: Path, is_file: bool) -> None:
    """In a notebook, or under a test's capture, standard error is no file: a process must start all the same."""
    said = "print('the town wakes', file=sys.stderr, flush=True)"
    script = f"import runpy, sys; {said}; runpy.run_path({str(SERVERS / 'town.py')!r}, run_name='__main__')"
    server = MCPServerStdio({"command": sys.executable, "args": ["-c", script]}, client_session_timeout_seconds=20)
    made.append(server)
    errors = tmp_path / "errors"

    with errors.open("w") if is_file else io.StringIO() as current, contextlib.redirect_stderr(current):
        await server.connect()

    assert await server.list_tools()
    assert not is_file or "the town wakes" in errors.read_text()
