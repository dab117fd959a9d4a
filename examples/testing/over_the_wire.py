"""The same agent over a real wire protocol, with a service that is overloaded once."""

from __future__ import annotations

import asyncio

from agents import Agent, AnyModel, Runner
from agents.testing.simulator import HttpError, Reply, Simulator, ToolCall


async def main() -> None:
    async with Simulator() as service:
        service.script(
            HttpError(529, headers={"retry-after": "0"}),
            Reply([ToolCall("get_weather", {"city": "Oslo"})]),
            "There is no such tool here.",
        )
        model = AnyModel("anthropic/claude-sonnet-4-5", base_url=service.anthropic_base_url, api_key=service.api_key)
        result = await Runner.run(Agent(name="Assistant", model=model), "Oslo?")
        print(result.final_output)
        print(len(service.requests), "requests, refused:", service.refusals)


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# There is no such tool here.
# 3 requests, refused: []
