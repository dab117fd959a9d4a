"""Which tools of a server an agent sees: lists of names, or a function of context and tool."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, Union

from typing_extensions import NotRequired, TypedDict

from ..awaiting import MaybeAwaitable, settled
from ..exceptions import UserError
from ..logger import logger
from ..run_context import RunContextWrapper

if TYPE_CHECKING:
    from ..agent import AgentBase


@dataclass
class ToolFilterContext:
    """What a function that filters tools may know."""

    run_context: RunContextWrapper[Any]
    """The context of the run."""
    agent: AgentBase[Any]
    """The agent that asks for the tools."""
    server_name: str
    """The server that has them."""


class ToolFilterStatic(TypedDict):
    """Tools by name: those that are allowed, without those that are blocked."""

    allowed_tool_names: NotRequired[list[str]]
    """No other tools are seen."""
    blocked_tool_names: NotRequired[list[str]]
    """These are not seen, allowed or not."""


ToolFilterCallable: TypeAlias = Callable[[ToolFilterContext, Any], MaybeAwaitable[bool]]
"""Whether an agent sees a tool (an ``mcp.types.Tool``). A tool on which the function fails is not seen."""
ToolFilter: TypeAlias = Union[ToolFilterCallable, ToolFilterStatic, None]


def create_static_tool_filter(
    allowed_tool_names: list[str] | None = None, blocked_tool_names: list[str] | None = None
) -> ToolFilterStatic | None:
    """A filter by names; ``None``, which lets everything pass, without any."""
    made: ToolFilterStatic = {}
    if allowed_tool_names is not None:
        made["allowed_tool_names"] = allowed_tool_names
    if blocked_tool_names is not None:
        made["blocked_tool_names"] = blocked_tool_names
    return made or None


async def filtered(
    tools: Sequence[Any],
    tool_filter: ToolFilter,
    server_name: str,
    run_context: RunContextWrapper[Any] | None,
    agent: AgentBase[Any] | None,
) -> list[Any]:
    """The tools that pass the filter.

    Raises:
        UserError: A function filters them, and there is no context or agent to give it.
    """
    if tool_filter is None:
        return list(tools)
    if isinstance(tool_filter, dict):
        allowed, blocked = tool_filter.get("allowed_tool_names"), tool_filter.get("blocked_tool_names", ())
        return [tool for tool in tools if (allowed is None or tool.name in allowed) and tool.name not in blocked]
    if run_context is None or agent is None:
        raise UserError(
            f"The tool_filter of MCP server {server_name!r} is a function: list_tools needs run_context and agent."
        )
    context = ToolFilterContext(run_context, agent, server_name)
    return [tool for tool in tools if await _passes(tool_filter, context, tool)]


async def _passes(tool_filter: ToolFilterCallable, context: ToolFilterContext, tool: Any) -> bool:
    try:
        return bool(await settled(tool_filter(context, tool.model_copy(deep=True))))
    except Exception as error:  # noqa: BLE001 - a filter that fails must not let a tool pass
        logger.error(
            "The tool_filter of MCP server %s failed with %s on tool %s, which the agent therefore does not see.",
            context.server_name,
            type(error).__name__,
            tool.name,
        )
        return False
