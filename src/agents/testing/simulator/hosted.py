"""What a script says of tools that run at the vendor: a search, code, a hosted MCP server. Each protocol words them.

Above: :mod:`.script`. Below: nothing. A protocol that hosts no such tool refuses to play it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Union

__all__ = [
    "CodeRun",
    "FileSearch",
    "Hosted",
    "ImageMade",
    "McpApproval",
    "McpCall",
    "McpTools",
    "ToolSearch",
    "WebSearch",
]


@dataclass(frozen=True)
class WebSearch:
    """A search of the web, and the addresses that it found."""

    query: str
    found: Sequence[str] = ()


@dataclass(frozen=True)
class CodeRun:
    """Code that ran in the vendor's sandbox, and what it printed."""

    code: str
    output: str = ""


@dataclass(frozen=True)
class FileSearch:
    """A search of stored files, and what it found: text by file name."""

    query: str
    found: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ImageMade:
    """An image, as base64, and what it shows."""

    data: str
    shows: str = ""


@dataclass(frozen=True)
class McpTools:
    """The tools that a hosted MCP server has listed."""

    server: str
    names: Sequence[str]


@dataclass(frozen=True)
class McpCall:
    """A call of such a tool, and its output, or its error."""

    server: str
    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    output: str = ""
    error: str | None = None


@dataclass(frozen=True)
class McpApproval:
    """The question whether such a tool may be called; Responses alone asks it."""

    server: str
    name: str
    arguments: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ToolSearch:
    """A search for tools that were not loaded, and the names of those found."""

    query: str
    found: Sequence[str] = ()


Hosted = Union[WebSearch, CodeRun, FileSearch, ImageMade, McpTools, McpCall, McpApproval, ToolSearch]
