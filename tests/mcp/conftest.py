"""Real servers on the official package: a process over standard streams, and two over HTTP on loopback."""

from __future__ import annotations

import asyncio
import socket
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
TRANSPORTS = ("stdio", "sse", "streamable_http")


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
async def stdio() -> AsyncIterator[Callable[..., MCPServerStdio]]:
    """Makes servers that are processes; when the test is over, none may still be connected or running."""
    made: list[MCPServerStdio] = []

    def make(script: str = "town", *args: str, **options: Any) -> MCPServerStdio:
        options = {"name": script, "client_session_timeout_seconds": 20, **options}
        made.append(
            MCPServerStdio({"command": sys.executable, "args": [str(SERVERS / f"{script}.py"), *args]}, **options)
        )
        return made[-1]

    before = asyncio.all_tasks()
    yield make
    for server in made:
        await server.cleanup()
    assert not asyncio.all_tasks() - before - {asyncio.current_task()}, "a server left a task behind"


@pytest.fixture(params=TRANSPORTS)
def town(request: pytest.FixtureRequest, stdio: Any) -> Callable[..., Any]:
    """Makes the same server on each transport."""

    def make(**options: Any) -> Any:
        if request.param == "stdio":
            return stdio(**options)
        kind, where = {"sse": (MCPServerSse, "sse_town"), "streamable_http": (MCPServerStreamableHttp, "http_town")}[
            request.param
        ]
        return kind({"url": request.getfixturevalue(where).url}, **{"name": "town", **options})

    return make
