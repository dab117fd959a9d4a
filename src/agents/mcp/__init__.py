"""Tools, prompts and resources of MCP servers (modelcontextprotocol.io), for agents on any model.

A server is given to an agent (``Agent(mcp_servers=[...])``); its tools become function tools, so that guardrails,
approvals, hooks, spans and stored runs are those of every tool. ``agent`` is above; nothing here knows the run. The
official ``mcp`` package loads with the first server of yours; where it is missing, the error says what to install.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..util._lazy import names_from

if TYPE_CHECKING:
    from .approvals import LocalMCPApprovalCallable as LocalMCPApprovalCallable
    from .base import MCPServer as MCPServer
    from .filters import ToolFilter as ToolFilter
    from .filters import ToolFilterCallable as ToolFilterCallable
    from .filters import ToolFilterContext as ToolFilterContext
    from .filters import ToolFilterStatic as ToolFilterStatic
    from .filters import create_static_tool_filter as create_static_tool_filter
    from .manager import MCPServerManager as MCPServerManager
    from .seams import MCPToolCustomDataContext as MCPToolCustomDataContext
    from .seams import MCPToolCustomDataExtractor as MCPToolCustomDataExtractor
    from .seams import MCPToolMetaContext as MCPToolMetaContext
    from .seams import MCPToolMetaResolver as MCPToolMetaResolver
    from .server import MCPServerSse as MCPServerSse
    from .server import MCPServerSseParams as MCPServerSseParams
    from .server import MCPServerStdio as MCPServerStdio
    from .server import MCPServerStdioParams as MCPServerStdioParams
    from .server import MCPServerStreamableHttp as MCPServerStreamableHttp
    from .server import MCPServerStreamableHttpParams as MCPServerStreamableHttpParams
    from .util import MCPUtil as MCPUtil

_HOME = {
    "LocalMCPApprovalCallable": "approvals",
    "MCPServer": "base",
    "MCPServerManager": "manager",
    "MCPServerSse": "server",
    "MCPServerSseParams": "server",
    "MCPServerStdio": "server",
    "MCPServerStdioParams": "server",
    "MCPServerStreamableHttp": "server",
    "MCPServerStreamableHttpParams": "server",
    "MCPToolCustomDataContext": "seams",
    "MCPToolCustomDataExtractor": "seams",
    "MCPToolMetaContext": "seams",
    "MCPToolMetaResolver": "seams",
    "MCPUtil": "util",
    "ToolFilter": "filters",
    "ToolFilterCallable": "filters",
    "ToolFilterContext": "filters",
    "ToolFilterStatic": "filters",
    "create_static_tool_filter": "filters",
}

__all__ = [
    "LocalMCPApprovalCallable",
    "MCPServer",
    "MCPServerManager",
    "MCPServerSse",
    "MCPServerSseParams",
    "MCPServerStdio",
    "MCPServerStdioParams",
    "MCPServerStreamableHttp",
    "MCPServerStreamableHttpParams",
    "MCPToolCustomDataContext",
    "MCPToolCustomDataExtractor",
    "MCPToolMetaContext",
    "MCPToolMetaResolver",
    "MCPUtil",
    "ToolFilter",
    "ToolFilterCallable",
    "ToolFilterContext",
    "ToolFilterStatic",
    "create_static_tool_filter",
]

__getattr__ = names_from(_HOME, globals(), within=".")
