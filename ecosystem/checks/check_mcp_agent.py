"""openai-agents-mcp's agent starts the MCP server that its registry names, and builds its tools.

Running it is left out: the package puts names into ``mcp_servers``, where openai-agents has servers since it speaks MCP
itself, so that a run fails there as it does here.
"""

from __future__ import annotations

import asyncio
import sys
from types import SimpleNamespace

from agents_mcp import Agent
from mcp_agent.config import MCPServerSettings, MCPSettings

from agents import FunctionTool, RunContextWrapper

SERVER = """
import asyncio
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.types import TextContent, Tool

server = Server("clock")
schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}

@server.list_tools()
async def tools():
    return [Tool(name="tell_time", description="The time in a city.", inputSchema=schema)]

@server.call_tool()
async def call(name, arguments):
    return [TextContent(type="text", text=f"It is noon in {arguments['city']}.")]

async def main():
    async with stdio_server() as streams:
        await server.run(*streams, server.create_initialization_options())

asyncio.run(main())
"""


async def main() -> None:
    servers = {"clock": MCPServerSettings(command=sys.executable, args=["-c", SERVER])}
    context = SimpleNamespace(mcp_config=MCPSettings(servers=servers))
    agent = Agent(name="A", instructions="", mcp_servers=["clock"])
    try:
        await agent.load_mcp_tools(RunContextWrapper(context))
        (tool,) = agent.tools
        assert isinstance(tool, FunctionTool)
        assert tool.description == "The time in a city."
        assert tool.params_json_schema["required"] == ["city"]
        print("built from the server that it started:", tool.name)
    finally:
        await agent.cleanup_resources()


asyncio.run(main())
