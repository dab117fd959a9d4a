"""Several servers: one that is down is left out, and some tools need a human's approval."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from agents import Agent, Runner
from agents.mcp import MCPServerManager, MCPServerStdio, create_static_tool_filter
from agents.testing import ScriptedModel, assistant_message, function_call


async def main() -> None:
    own = str(Path(__file__).with_name("server.py"))
    library = MCPServerStdio(
        {"command": sys.executable, "args": [own, "serve"]},
        name="library",
        client_session_timeout_seconds=30,
        cache_tools_list=True,
        tool_filter=create_static_tool_filter(allowed_tool_names=["copies"]),
        require_approval={"copies": "always"},
    )
    missing = MCPServerStdio({"command": "no-such-server"}, name="archive")
    call = function_call("mcp_library__copies", {"title": "Emma"}, call_id="call_1")
    model = ScriptedModel([[call], [assistant_message("Three.")]])
    async with MCPServerManager([library, missing], connect_timeout_seconds=60) as servers:
        print("down:", [server.name for server in servers.failed_servers])
        agent = Agent(
            "Librarian",
            model=model,
            mcp_servers=servers.active_servers,
            mcp_config={"include_server_in_tool_names": True, "convert_schemas_to_strict": True},
        )
        result = await Runner.run(agent, "Do we have Emma?")
        state = result.to_state()
        for asked in result.interruptions:
            print("asked:", asked.name)
            state.approve(asked)
        print((await Runner.run(agent, state)).final_output)


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# down: ['archive']
# asked: mcp_library__copies
# Three.
