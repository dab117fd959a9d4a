"""openai-agents-mcp's agent starts the MCP server that its registry names, and builds its tools.

Calling them is left out: the package wants an mcp-agent so old that it cannot pass a call on to any mcp release that
works with the pydantic of today ("unexpected keyword argument 'progress_callback'"), whatever runs the agent.
"""

from __future__ import annotations

import asyncio
import sys
from types import SimpleNamespace

from agents_mcp import Agent
from mcp_agent.config import MCPServerSettings, MCPSettings

from agents import FunctionTool, Runner
from agents.testing import ScriptedModel, assistant_message

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
    agent = Agent(name="A", instructions="", model=ScriptedModel([[assistant_message("Noon.")]]), mcp_servers=["clock"])
    try:
        await Runner.run(agent, "What time is it?", context=context)
        (tool,) = agent.tools
        assert isinstance(tool, FunctionTool)
        assert tool.description == "The time in a city."
        assert tool.params_json_schema["required"] == ["city"]
        print("built from the server that it started:", tool.name)
    finally:
        await agent.cleanup_resources()


asyncio.run(main())
