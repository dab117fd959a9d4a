"""What applications may add to the calls of a server's tools: metadata going out, notes on what comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from ..awaiting import MaybeAwaitable
from ..run_context import RunContextWrapper


class HttpClientFactory(Protocol):
    """Makes the HTTP client of a server: an ``httpx2.AsyncClient`` for ``mcp`` 2, an ``httpx.AsyncClient`` for 1."""

    def __call__(self, headers: dict[str, str] | None = None, timeout: Any = None, auth: Any = None) -> Any:
        """A client with these headers, time-outs and authentication."""


@dataclass
class MCPToolMetaContext:
    """What a ``tool_meta_resolver`` may know."""

    run_context: RunContextWrapper[Any]
    server_name: str
    tool_name: str
    arguments: dict[str, Any] | None
    """A copy of what the model wrote."""


MCPToolMetaResolver: TypeAlias = Callable[[MCPToolMetaContext], MaybeAwaitable["dict[str, Any] | None"]]
"""Makes the ``_meta`` that a call takes along."""


@dataclass(frozen=True)
class MCPToolCustomDataContext:
    """What a ``custom_data_extractor`` of a server may know."""

    run_context: RunContextWrapper[Any]
    server_name: str
    tool_name: str
    """The tool's name on the server."""
    tool_display_name: str
    """Its name as the model calls it."""
    arguments: Mapping[str, Any]
    result_meta: Mapping[str, Any] | None
    """The ``_meta`` of the result."""
    structured_content: Mapping[str, Any] | None
    is_error: bool | None
    """Whether the server says that the tool failed."""
    tool_output: Any
    """What the model is told."""


MCPToolCustomDataExtractor: TypeAlias = Callable[[MCPToolCustomDataContext], MaybeAwaitable["Mapping[str, Any] | None"]]
"""Notes JSON data on the item of an output, for the application: no model is told of it."""
