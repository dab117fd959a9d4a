"""What hangs on an exception: whose fault it was, and all that the run had made."""

from __future__ import annotations

import asyncio

from agents import Agent, AnyModel, ProviderError, Runner, function_tool
from agents.testing.simulator import HttpError, Reply, Simulator, ToolCall


@function_tool
def get_weather(city: str) -> str:
    """The weather of a city."""
    return f"Windy in {city}."


async def main() -> None:
    async with Simulator() as service:
        service.script(Reply([ToolCall("get_weather", {"city": "Oslo"})]), HttpError(401))
        model = AnyModel("openai/gpt-5.2", base_url=service.openai_base_url, api_key=service.api_key)
        agent = Agent(name="Assistant", model=model, tools=[get_weather])
        try:
            await Runner.run(agent, "What's the weather in Oslo?")
        except ProviderError as error:
            print(type(error).__name__, error.provider, error.status)
            print(error.run_data)  # its fields: input, new_items, raw_responses, last_agent, context_wrapper, ...


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# AuthenticationError openai 401
# run of agent 'Assistant': 2 new items, 1 model responses, 1 requests, 92 tokens
