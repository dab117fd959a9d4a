"""One agent with hosted tools, on two providers that host them."""

import asyncio

from agents import Agent, AnyModel, CodeInterpreterTool, Runner, Tool, WebSearchTool
from agents.testing.simulator import CodeRun, Reply, Simulator, WebSearch


async def main() -> None:
    code = CodeInterpreterTool({"type": "code_interpreter", "container": {"type": "auto"}})
    tools: list[Tool] = [WebSearchTool(), code]
    async with Simulator() as server:  # stands in for both
        addresses = {"openai/gpt-5.5": server.openai_base_url, "anthropic/claude-sonnet-4-5": server.anthropic_base_url}
        for name, address in addresses.items():
            server.script(Reply([WebSearch("height of Galdhøpiggen"), CodeRun("print(2469 / 0.3048)"), "8,100 feet."]))
            agent = Agent(name="Guide", model=AnyModel(name, base_url=address, api_key=server.api_key), tools=tools)
            result = await Runner.run(agent, "How high is Galdhøpiggen, in feet?")
            print([item.type for item in result.raw_responses[0].output], result.final_output)


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# ['web_search_call', 'code_interpreter_call', 'message'] 8,100 feet.
# ['web_search_call', 'code_interpreter_call', 'message'] 8,100 feet.
