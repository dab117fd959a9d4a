"""A server of your own, and an agent that uses it: this file is both."""

from __future__ import annotations

import asyncio
import sys

from agents import Agent, Runner
from agents.mcp import MCPServerStdio, MCPServerStdioParams
from agents.testing import ScriptedModel, assistant_message, function_call


def serve() -> None:
    try:
        from mcp.server.mcpserver import MCPServer as Server  # mcp 2
    except ImportError:
        from mcp.server.fastmcp import FastMCP as Server  # type: ignore # mcp 1
    server = Server("library", log_level="ERROR")

    @server.tool(description="How many copies of a book are there?")
    def copies(title: str) -> str:
        return f"3 copies of {title}"

    server.run(transport="stdio")


async def main() -> None:
    call = function_call("copies", {"title": "Emma"}, call_id="call_1")
    model = ScriptedModel([[call], [assistant_message("We have three.")]])
    process: MCPServerStdioParams = {"command": sys.executable, "args": [__file__, "serve"]}
    async with MCPServerStdio(process, name="library", client_session_timeout_seconds=30) as library:
        result = await Runner.run(Agent("Librarian", model=model, mcp_servers=[library]), "Do we have Emma?")
        for item in result.new_items:
            if item.type == "tool_call_output_item":
                print("The server says:", item.output["text"])
        print(result.final_output)


if __name__ == "__main__":
    serve() if sys.argv[1:] == ["serve"] else asyncio.run(main())

# prints:
# The server says: 3 copies of Emma
# We have three.
