"""Real servers on the official package: a process over standard streams, and two over HTTP on loopback."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from agents.mcp import MCPServerSse, MCPServerStdio, MCPServerStreamableHttp

from ..run.conftest import says as says
from .servers.town import make_town

SERVERS = Path(__file__).parent / "servers"


@dataclass
class Town:
    """A server over HTTP in a thread of its own."""

    url: str
    events: list[str] = field(default_factory=list)


def serve(path: str, app_of: str) -> Iterator[Town]:
    events: list[str] = []
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        town = Town(f"http://127.0.0.1:{listening.getsockname()[1]}{path}", events)
        config = uvicorn.Config(getattr(make_town(events), app_of)(), log_config=None, ws="none", lifespan="on")
        config.timeout_graceful_shutdown = 1
        server = uvicorn.Server(config)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])), daemon=True)
        thread.start()
        yield town
        server.should_exit = True
        thread.join(5)


@pytest.fixture(scope="session")
def sse_town() -> Iterator[Town]:
    """One server for all tests over SSE."""
    yield from serve("/sse", "sse_app")


@pytest.fixture(scope="session")
def http_town() -> Iterator[Town]:
    """One server for all tests over streamable HTTP."""
    yield from serve("/mcp", "streamable_http_app")


@pytest.fixture
async def made() -> AsyncIterator[list[Any]]:
    """The servers that a test makes: when it is over, each is left, and none may leave a task behind."""
    servers: list[Any] = []
    before = asyncio.all_tasks()
    yield servers
    for server in servers:
        await server.cleanup()
    assert not asyncio.all_tasks() - before - {asyncio.current_task()}, "a server left a task behind"


@pytest.fixture
def stdio(made: list[Any]) -> Callable[..., MCPServerStdio]:
    """Makes servers that are processes of their own. That takes a second each: for what is about processes."""

    def make(script: str = "town", *args: str, **options: Any) -> MCPServerStdio:
        options = {"name": script, "client_session_timeout_seconds": 20, **options}
        made.append(
            MCPServerStdio({"command": sys.executable, "args": [str(SERVERS / f"{script}.py"), *args]}, **options)
        )
        return made[-1]

    return make


def connections(kind: type[Any], town: Town, made: list[Any]) -> Callable[..., Any]:
    """Makes servers of a kind that are connections to the same one."""

    def make(**options: Any) -> Any:
        made.append(kind({"url": town.url}, **{"name": "town", "client_session_timeout_seconds": 20, **options}))
        return made[-1]

    return make


@pytest.fixture
def http(made: list[Any], http_town: Town) -> Callable[..., MCPServerStreamableHttp]:
    """Makes servers that are connections to the one that all tests share: for what is alike on each transport."""
    return connections(MCPServerStreamableHttp, http_town, made)


@pytest.fixture
def sse(made: list[Any], sse_town: Town) -> Callable[..., MCPServerSse]:
    """The same over SSE."""
    return connections(MCPServerSse, sse_town, made)


@pytest.fixture(params=["stdio", "sse", "http"])
def town(request: pytest.FixtureRequest) -> Callable[..., Any]:
    """Makes the same server on each transport."""
    make: Callable[..., Any] = request.getfixturevalue(request.param)
    return make


class RestartableTown:
    """A server over HTTP that is a process, which a test may kill and start again.

    The socket that listens is the test's own. So nobody else can take the port in between, and whoever connects while
    the process starts is served when it has.
    """

    def __init__(self, transport: str) -> None:
        self._transport = transport
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it is, for as long as the test lasts."""
        path = "/sse" if self._transport == "sse" else "/mcp"
        return f"http://127.0.0.1:{self._listening.getsockname()[1]}{path}"

    def start(self) -> None:
        """Start the process, which need not be waited for."""
        self.stop()
        fd = self._listening.fileno()
        program = [sys.executable, str(SERVERS / "town.py"), self._transport, str(fd)]
        self._process = subprocess.Popen(program, pass_fds=[fd])

    def stop(self) -> None:
        """Kill the process; then its connections are closed."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def close(self) -> None:
        """Kill the process, and give the address back."""
        self.stop()
        self._listening.close()


@pytest.fixture(params=["sse", "streamable_http"])
def restartable(request: pytest.FixtureRequest) -> Iterator[RestartableTown]:
    """A server over each HTTP transport that can be killed."""
    town = RestartableTown(request.param)
    town.start()
    yield town
    town.close()


@pytest.fixture
def connection_to(made: list[Any]) -> Callable[..., Any]:
    """Makes connections to a restartable server, which are patient with a process that starts."""

    def make(town: RestartableTown, **options: Any) -> Any:
        kind = MCPServerSse if town.url.endswith("/sse") else MCPServerStreamableHttp
        options = {"name": "town", "client_session_timeout_seconds": 50, **options}
        made.append(kind({"url": town.url, "timeout": 300}, **options))
        return made[-1]

    return make
