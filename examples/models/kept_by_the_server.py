"""The server keeps the conversation: each call brings only what is new."""

from __future__ import annotations

import asyncio

from agents import Agent, AnyModel, Runner, function_tool
from agents.testing.simulator import Reply, Simulator, ToolCall


@function_tool
def get_weather(city: str) -> str:
    """The weather of a city."""
    return f"Windy in {city}."


async def main() -> None:
    async with Simulator() as server:  # stands in for OpenAI
        server.script(Reply([ToolCall("get_weather", {"city": "Oslo"})]), "Take a coat.", "Yes, in Oslo.")
        model = AnyModel("openai/gpt-5.2", base_url=server.openai_base_url, api_key=server.api_key)
        agent = Agent(name="Assistant", model=model, tools=[get_weather])
        first = await Runner.run(agent, "Do I need a coat?", auto_previous_response_id=True)
        second = await Runner.run(agent, "Really?", previous_response_id=first.last_response_id)
        print(first.final_output, second.final_output)
        print([len(request.body["input"]) for request in server.requests], "items in each call")


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# Take a coat. Yes, in Oslo.
# [1, 1, 1] items in each call
