"""The official ``mcp`` package, of both its lines: the one place that knows how 1.x and 2.x differ.

In 2.x, fields are in snake case and a client negotiates by itself; in 1.x they are in camel case, and a session that
gives a request up does not tell the server. Nothing is imported before the first server is made.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from typing import Any

INSTALL = 'MCP servers need the mcp package: pip install "polyglot-agents[mcp]"'

REQUEST_TIMEOUTS = (408, -32001)
"""How the package says that no answer came in time: 1.x by HTTP's code, 2.x by one of its own."""
CONNECTION_CLOSED = -32000
SESSION_GONE = (32600, -32600, 404)
"""An HTTP session that the server does not know any more: the request was refused, and a new session is needed."""

sent_request: ContextVar[list[Any] | None] = ContextVar("sent_request", default=None)
"""Where the id of the request is noted that the current task sends, for 1.x."""


def load(module: str = "mcp") -> Any:
    """A module of the package.

    Raises:
        ImportError: It is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise ImportError(INSTALL) from error


def is_second_line() -> bool:
    """Whether this is 2.x."""
    return hasattr(load(), "Client")


def http_library() -> Any:
    """The HTTP library that the package uses."""
    return importlib.import_module("httpx2" if is_second_line() else "httpx")


def field(value: Any, snake: str) -> Any:
    """A field of one of the package's types, whichever way it is written."""
    if hasattr(value, snake):
        return getattr(value, snake)
    first, *rest = snake.split("_")
    return getattr(value, first + "".join(word.capitalize() for word in rest), None)


def error_code(error: BaseException) -> int | None:
    """The JSON-RPC code of an error that a server, or the package in its place, answered with."""
    return getattr(getattr(error, "error", None), "code", None)


@asynccontextmanager
async def open_session(
    streams: AbstractAsyncContextManager[Any], timeout: float | None, handler: Callable[[Any], Any]
) -> AsyncIterator[Any]:
    """A session that has shaken hands with its server."""
    mcp = load()
    if is_second_line():
        # One page at a time and nothing cached: lists are kept, and made stale, by the server objects.
        client = mcp.Client(streams, mode="auto", cache=None, read_timeout_seconds=timeout, message_handler=handler)
        async with client as connected:
            yield connected.session
        return
    async with streams as (read, write, *_):
        async with mcp.ClientSession(read, _Noting(write), message_handler=handler) as session:
            session.initialize_result = await session.initialize()  # where 2.x has it
            yield session


class _Noting:
    """A 1.x write stream that notes the ids of requests, which nothing public tells."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    async def send(self, message: Any) -> None:
        noted, root = sent_request.get(), message.message.root
        if noted is not None and hasattr(root, "id") and hasattr(root, "method"):
            noted.append(root.id)
        await self._stream.send(message)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def __aenter__(self) -> _Noting:
        await self._stream.__aenter__()
        return self

    async def __aexit__(self, *exc_info: Any) -> Any:
        return await self._stream.__aexit__(*exc_info)


async def tell_of_cancellation(session: Any, request_id: Any) -> None:
    """Tell a server that nobody waits for a request any more. A 2.x session does it by itself."""
    types = load("mcp.types")
    params = types.CancelledNotificationParams(requestId=request_id, reason="The client gave up waiting.")
    notification = types.CancelledNotification(method="notifications/cancelled", params=params)
    await session.send_notification(types.ClientNotification(notification))


def page(cursor: str | None) -> dict[str, Any]:
    """The arguments of a list request for the page at a cursor."""
    return {} if cursor is None else {"params": load("mcp.types").PaginatedRequestParams(cursor=cursor)}


def uri(text: str) -> Any:
    """A URI as ``read_resource`` takes it."""
    return text if is_second_line() else importlib.import_module("pydantic").AnyUrl(text)


def streamable_http(
    url: str, *, factory: Callable[..., Any], headers: Any, timeout: Any, auth: Any, terminate_on_close: bool
) -> AbstractAsyncContextManager[Any]:
    """The streams of a streamable HTTP connection, over a client that ``factory`` makes."""
    module = load("mcp.client.streamable_http")
    if hasattr(module, "streamable_http_client"):
        return _with_client(module, url, factory(headers=headers, timeout=timeout, auth=auth), terminate_on_close)
    made: AbstractAsyncContextManager[Any] = module.streamablehttp_client(  # before 1.24
        url,
        headers=headers,
        timeout=timeout.connect,
        sse_read_timeout=timeout.read,
        terminate_on_close=terminate_on_close,
        httpx_client_factory=factory,
        auth=auth,
    )
    return made


@asynccontextmanager
async def _with_client(module: Any, url: str, client: Any, terminate_on_close: bool) -> AsyncIterator[Any]:
    async with client:
        async with module.streamable_http_client(
            url, http_client=client, terminate_on_close=terminate_on_close
        ) as streams:
            yield streams


def standard_error() -> Any:
    """Where a server's process writes its errors: where ours go now. By default the package takes ``sys.stderr`` as it
    was at its import; under a test's capture, or in a notebook, that is no file, and no process could be started.
    """
    try:
        sys.stderr.fileno()
    except (AttributeError, OSError, ValueError):
        return None  # the process writes to the file that ours has inherited
    return sys.stderr


def http_client(headers: dict[str, str] | None = None, timeout: Any = None, auth: Any = None) -> Any:
    """The HTTP client of a server that was given no factory. It follows no redirect: a header may hold a key."""
    return http_library().AsyncClient(headers=headers, timeout=timeout, auth=auth, follow_redirects=False)
