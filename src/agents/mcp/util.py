"""The tools of servers as the tools of an agent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ..exceptions import MCPServerError, UserError
from ..run_context import RunContextWrapper
from ..tool_invocation import ToolErrorFunction, default_tool_error_function
from ..tracing import mcp_tools_span
from .conversion import call, function_tool_of
from .filters import ToolFilterContext as ToolFilterContext
from .filters import ToolFilterStatic as ToolFilterStatic
from .filters import create_static_tool_filter as create_static_tool_filter
from .names import prefixed_names
from .seams import HttpClientFactory as HttpClientFactory
from .seams import MCPToolCustomDataContext as MCPToolCustomDataContext
from .seams import MCPToolMetaContext as MCPToolMetaContext

if TYPE_CHECKING:
    from mcp.types import Tool as MCPTool

    from ..agent import AgentBase
    from ..function_tools import FunctionTool
    from ..tool_kinds import Tool
    from .base import MCPServer


class MCPUtil:
    """Makes function tools of servers' tools."""

    @classmethod
    async def get_all_function_tools(
        cls,
        servers: list[MCPServer],
        convert_schemas_to_strict: bool,
        run_context: RunContextWrapper[Any],
        agent: AgentBase[Any],
        failure_error_function: ToolErrorFunction | None = default_tool_error_function,
        include_server_in_tool_names: bool = False,
        reserved_tool_names: set[str] | None = None,
    ) -> list[Tool]:
        """The tools of several servers.

        Raises:
            UserError: Two servers have a tool of one name.
            MCPServerError: A server cannot be asked, or its list cannot be used.
        """
        listed = [(server, tool) for server in servers for tool in await _listed(server, run_context, agent)]
        names = [tool.name for _, tool in listed]
        if include_server_in_tool_names:
            pairs = [(server.name, tool.name) for server, tool in listed]
            names = prefixed_names(pairs, reserved_tool_names or set())
        twice = [name for name, count in Counter(names).items() if count > 1]
        if twice:
            owners = [server.name for server, tool in listed if tool.name == twice[0]]
            raise UserError(
                f"The MCP servers {owners} of agent {agent.name!r} all have a tool named {twice[0]!r}. Tell them apart "
                "with mcp_config={'include_server_in_tool_names': True}, or leave one out with a tool_filter."
            )
        return [
            function_tool_of(tool, server, convert_schemas_to_strict, agent, failure_error_function, name)
            for (server, tool), name in zip(listed, names, strict=True)
        ]

    @classmethod
    async def get_function_tools(
        cls,
        server: MCPServer,
        convert_schemas_to_strict: bool,
        run_context: RunContextWrapper[Any],
        agent: AgentBase[Any],
        failure_error_function: ToolErrorFunction | None = default_tool_error_function,
        include_server_in_tool_names: bool = False,
        tool_name_override: Callable[[MCPTool], str] | None = None,
        reserved_tool_names: set[str] | None = None,
        server_index: int = 0,
    ) -> list[Tool]:
        """The tools of one server.

        Raises:
            MCPServerError: The server cannot be asked, or its list cannot be used.
        """
        tools = await _listed(server, run_context, agent)
        names = [tool.name if tool_name_override is None else tool_name_override(tool) for tool in tools]
        if include_server_in_tool_names and tool_name_override is None:
            names = prefixed_names([(server.name, tool.name) for tool in tools], reserved_tool_names or set())
        return [
            function_tool_of(tool, server, convert_schemas_to_strict, agent, failure_error_function, name)
            for tool, name in zip(tools, names, strict=True)
        ]

    @classmethod
    def to_function_tool(
        cls,
        tool: MCPTool,
        server: MCPServer,
        convert_schemas_to_strict: bool,
        agent: AgentBase[Any] | None = None,
        failure_error_function: ToolErrorFunction | None = default_tool_error_function,
        tool_name_override: str | None = None,
    ) -> FunctionTool:
        """One tool of a server. Without an agent, a ``require_approval`` that is a function asks about every call."""
        name = tool_name_override or tool.name
        return function_tool_of(tool, server, convert_schemas_to_strict, agent, failure_error_function, name)

    @classmethod
    async def invoke_mcp_tool(
        cls,
        server: MCPServer,
        tool: MCPTool,
        context: RunContextWrapper[Any],
        input_json: str,
        *,
        meta: dict[str, Any] | None = None,
        tool_display_name: str | None = None,
    ) -> Any:
        """Call a tool with arguments as a model wrote them, and return what the model is told."""
        return (await call(server, tool, context, input_json, meta, tool_display_name or tool.name)).tool_output


async def _listed(server: MCPServer, run_context: RunContextWrapper[Any], agent: AgentBase[Any]) -> Sequence[MCPTool]:
    with mcp_tools_span(server=server.name) as span:
        tools = await server.list_tools(run_context, agent)
        span.span_data.result = [tool.name for tool in tools]
    for name, count in Counter(tool.name for tool in tools).items():
        if count > 1:
            raise MCPServerError(f"it lists the tool {count} times.", server=server.name, tool=name)
    return tools
