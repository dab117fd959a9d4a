"""A call of a hosted MCP server's tool that a human approves."""

import asyncio

from agents import Agent, AnyModel, HostedMCPTool, Runner
from agents.testing.simulator import McpApproval, McpCall, Reply, Simulator


async def main() -> None:
    async with Simulator() as server:  # stands in for OpenAI, which calls the MCP server
        server.script(
            Reply([McpApproval("docs", "delete_page", {"page": "drafts"})]),
            Reply([McpCall("docs", "delete_page", {"page": "drafts"}, "Deleted."), "The page is gone."]),
        )
        docs = HostedMCPTool({"type": "mcp", "server_label": "docs", "server_url": "https://docs.example/mcp"})
        model = AnyModel("openai/gpt-5.5", base_url=server.openai_base_url, api_key=server.api_key)
        agent = Agent(name="Librarian", model=model, tools=[docs])
        result = await Runner.run(agent, "Delete the drafts.")
        state = result.to_state()
        for question in result.interruptions:
            print("May it call", question.qualified_name, question.arguments)
            state.approve(question)
        result = await Runner.run(agent, state)
        print(result.final_output)


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# May it call docs.delete_page {"page":"drafts"}
# The page is gone.
