"""What went wrong between us and a server, in our words: once, for every transport and both lines of ``mcp``.

The text of an HTTP error holds its URL, and a URL may hold a key: such errors are told by kind and status, and are not
kept as causes.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from ..exceptions import MCPConnectionError, MCPServerError, MCPTimeoutError
from . import library
from .connection import ConnectionLost

_STREAMS = frozenset({"ClosedResourceError", "BrokenResourceError", "EndOfStream"})
"""What anyio raises on a stream whose other end is gone."""


@dataclass(frozen=True)
class Failure:
    """A request that did not do."""

    what: str
    kind: type[MCPServerError] = MCPServerError
    is_lost: bool = False
    """Whether the connection is of no more use."""
    sent: bool = True
    """Whether the server may have acted."""
    cause: BaseException | None = None

    @classmethod
    def of(cls, error: BaseException, sent: bool) -> Failure:
        """What an exception says."""
        if isinstance(error, MCPServerError):  # connecting anew failed
            return cls(error.message, type(error), is_lost=True, sent=False, cause=error.__cause__)
        error = _first(error)
        code = library.error_code(error)
        name = type(error).__name__
        if isinstance(error, (asyncio.TimeoutError, TimeoutError)) or code in library.REQUEST_TIMEOUTS:
            return cls("no answer came in time", MCPTimeoutError, sent=sent)
        if isinstance(error, ConnectionLost):
            return cls("the connection was lost", MCPConnectionError, is_lost=True, sent=error.sent)
        if name in _STREAMS or code == library.CONNECTION_CLOSED:
            return cls("the connection was lost", MCPConnectionError, is_lost=True, sent=sent)
        if code in library.SESSION_GONE and "ession" in str(error):
            return cls("the server has dropped the session", MCPConnectionError, is_lost=True, sent=False)
        if type(error).__module__.split(".")[0] in ("httpx", "httpx2", "httpcore"):
            status = getattr(getattr(error, "response", None), "status_code", None)
            what = f"HTTP status {status}" if status else f"{name} while speaking HTTP"
            return cls(what, MCPConnectionError, is_lost=True, sent=sent)
        if isinstance(error, OSError):
            return cls(f"{name}: {error}", MCPConnectionError, is_lost=True, sent=sent, cause=error)
        return cls(str(error) or name, sent=sent, cause=error)

    def told(
        self, operation: str, server: str, tool: str | None = None, seconds: float | None = None
    ) -> MCPServerError:
        """The exception for whoever asked."""
        within = f" ({seconds:g} seconds)" if self.kind is MCPTimeoutError and seconds else ""
        return self.kind(f"{operation} failed: {self.what}{within}.", server=server, tool=tool)


def _first(error: BaseException) -> Any:
    """The error within a group, as task groups raise them."""
    while inner := getattr(error, "exceptions", None):
        error = next((each for each in inner if not isinstance(each, asyncio.CancelledError)), inner[0])
    return error
