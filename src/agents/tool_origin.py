"""Where the tool of a call came from: data that run items carry, for user interfaces and stored runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import Enum
from typing import Any

__all__ = ["ToolOrigin", "ToolOriginType"]


class ToolOriginType(str, Enum):
    """The kinds of sources of a tool."""

    FUNCTION = "function"
    MCP = "mcp"
    AGENT_AS_TOOL = "agent_as_tool"


@dataclass(frozen=True)
class ToolOrigin:
    """Where a tool came from."""

    type: ToolOriginType
    mcp_server_name: str | None = None
    """The MCP server that has the tool."""
    agent_name: str | None = None
    """The agent that runs as the tool."""
    agent_tool_name: str | None = None
    """The name of that tool."""

    def to_json_dict(self) -> dict[str, str]:
        """The origin as JSON data."""
        given = {name: value for name, value in asdict(self).items() if value is not None}
        return {**given, "type": self.type.value}

    @classmethod
    def from_json_dict(cls, data: Any) -> ToolOrigin | None:
        """The origin that JSON data describes; ``None`` where it describes none that is known."""
        kinds = {kind.value: kind for kind in ToolOriginType}
        kind = kinds.get(str(data.get("type"))) if isinstance(data, Mapping) else None
        if kind is None:
            return None
        names = {each.name for each in fields(cls)} - {"type"}
        given = {name: value for name, value in data.items() if name in names and isinstance(value, str)}
        return cls(kind, **given)
