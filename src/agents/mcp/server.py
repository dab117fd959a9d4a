"""The three transports: a process's standard streams, HTTP with server-sent events, and streamable HTTP.

All three take the options of ``transport_server``.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from typing_extensions import NotRequired, TypedDict

from ..exceptions import UserError
from . import library
from .approvals import RequireApprovalObject as RequireApprovalObject
from .approvals import RequireApprovalToolList as RequireApprovalToolList
from .base import MCPServer as MCPServer
from .endings import tell_of_the_end
from .seams import HttpClientFactory
from .session_server import MCPServerWithClientSession as MCPServerWithClientSession
from .transport_server import TransportServer


class MCPServerStdioParams(TypedDict):
    """The process that is the server."""

    command: str
    """What to run, such as ``"python"`` or ``"npx"``."""
    args: NotRequired[list[str]]
    """Its arguments."""
    env: NotRequired[dict[str, str]]
    """Environment variables beside the few that it inherits."""
    cwd: NotRequired[str | Path]
    """Where it runs."""
    encoding: NotRequired[str]
    """The encoding of its streams, ``utf-8`` by default."""
    encoding_error_handler: NotRequired[Literal["strict", "ignore", "replace"]]
    """What is done about bytes that are not in this encoding."""


class MCPServerStdio(TransportServer[MCPServerStdioParams]):
    """A server that is a process of ours, over its standard input and output.

    It starts with ``connect()`` and ends with ``cleanup()``. For the options, see `MCPServerWithClientSession` and
    `MCPServer`.
    """

    def _set_params(self, params: MCPServerStdioParams) -> None:
        self.params = library.load().StdioServerParameters(**params)

    def _default_name(self) -> str:
        return f"stdio: {self.params.command}"

    @property
    def _seconds_to_leave(self) -> float | None:
        return None  # the package kills a process that does not end; interrupted, it might leave it running

    def create_streams(self) -> AbstractAsyncContextManager[Any]:
        """Start the process."""
        open_streams: Any = library.load("mcp.client.stdio").stdio_client
        streams: AbstractAsyncContextManager[Any] = open_streams(self.params, errlog=library.standard_error())
        return streams


class MCPServerSseParams(TypedDict):
    """Where a server with server-sent events is."""

    url: str
    headers: NotRequired[dict[str, str]]
    """Headers of every request."""
    timeout: NotRequired[float]
    """How long a request may take, 5 seconds by default."""
    sse_read_timeout: NotRequired[float]
    """How long the stream of events may be silent, 5 minutes by default."""
    auth: NotRequired[Any]
    """Authentication: ``httpx2.Auth`` for ``mcp`` 2, ``httpx.Auth`` for 1."""
    httpx_client_factory: NotRequired[HttpClientFactory]
    """Makes the HTTP client."""


class MCPServerSse(TransportServer[MCPServerSseParams]):
    """A server over HTTP with server-sent events, the older of the two HTTP transports.

    For the options, see `MCPServerWithClientSession` and `MCPServer`.
    """

    def _set_params(self, params: MCPServerSseParams) -> None:
        self.params = params

    def _default_name(self) -> str:
        return f"sse: {_without_secrets(self.params['url'])}"

    def create_streams(self) -> AbstractAsyncContextManager[Any]:
        """Open the stream of events."""
        streams: AbstractAsyncContextManager[Any] = library.load("mcp.client.sse").sse_client(
            url=self.params["url"],
            headers=self.params.get("headers"),
            timeout=self.params.get("timeout", 5),
            sse_read_timeout=self.params.get("sse_read_timeout", 300),
            httpx_client_factory=self.params.get("httpx_client_factory", library.http_client),
            auth=self.params.get("auth"),
        )
        return streams


class MCPServerStreamableHttpParams(TypedDict):
    """Where a server with streamable HTTP is."""

    url: str
    headers: NotRequired[dict[str, str]]
    """Headers of every request."""
    timeout: NotRequired[float]
    """How long a request may take, 5 seconds by default."""
    sse_read_timeout: NotRequired[float]
    """How long a stream of events may be silent, 5 minutes by default."""
    terminate_on_close: NotRequired[bool]
    """Whether the server is told that its session is over; by default it is."""
    httpx_client_factory: NotRequired[HttpClientFactory]
    """Makes the HTTP client."""
    auth: NotRequired[Any]
    """Authentication: ``httpx2.Auth`` for ``mcp`` 2, ``httpx.Auth`` for 1."""
    ignore_initialized_notification_failure: NotRequired[bool]
    """Not supported: ``mcp`` has no public way to do so."""


class MCPServerStreamableHttp(TransportServer[MCPServerStreamableHttpParams]):
    """A server over streamable HTTP.

    For the options, see `MCPServerWithClientSession` and `MCPServer`.

    Raises:
        UserError: An option asks for what the ``mcp`` package cannot do.
    """

    _session_id: str | None = None

    def _set_params(self, params: MCPServerStreamableHttpParams) -> None:
        if params.get("ignore_initialized_notification_failure"):
            raise UserError(
                "ignore_initialized_notification_failure is not supported: the mcp package does not tell whether that "
                "notification failed. Leave it out."
            )
        self.params = params

    def _default_name(self) -> str:
        return f"streamable_http: {_without_secrets(self.params['url'])}"

    @property
    def session_id(self) -> str | None:
        """The id that the server gave our session. Servers of MCP 2026-07-28 keep none."""
        return self._session_id

    def create_streams(self) -> AbstractAsyncContextManager[Any]:
        """Open an HTTP client."""
        self._session_id = None
        timeout = self.params.get("timeout", 5)
        return library.streamable_http(
            self.params["url"],
            factory=self._client,
            headers=self.params.get("headers"),
            timeout=library.http_library().Timeout(timeout, read=self.params.get("sse_read_timeout", 300)),
            auth=self.params.get("auth"),
            terminate_on_close=self.params.get("terminate_on_close", True),
        )

    def _client(self, headers: dict[str, str] | None = None, timeout: Any = None, auth: Any = None) -> Any:
        """A client that tells us the id of the session, and of answers that break off."""
        factory: Callable[..., Any] = self.params.get("httpx_client_factory", library.http_client)
        client = factory(headers=headers, timeout=timeout, auth=auth)
        client.event_hooks.setdefault("response", []).extend([self._note_session, tell_of_the_end])
        return client

    async def _note_session(self, response: Any) -> None:
        self._session_id = response.headers.get("mcp-session-id", self._session_id)


def _without_secrets(url: str) -> str:
    """A URL for people to read: who logs in, and what is asked, may be a key."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="").geturl()
