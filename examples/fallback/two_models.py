"""Two models in place of one: the second answers while the first one's service is overloaded."""

from __future__ import annotations

import asyncio

from agents import Agent, AnyModel, FallbackModel, Runner
from agents.testing.simulator import HttpError, Reply, Simulator, Text


async def main() -> None:
    async with Simulator() as services:  # stands in for both
        services.script(HttpError(529), model="claude-sonnet-4-5")
        services.script(Reply([Text("Paris.")]), model="gpt-5.2")
        key = services.api_key
        model = FallbackModel(
            [  # with keys in the environment, the names alone: ["anthropic/claude-sonnet-4-5", "openai/gpt-5.2"]
                AnyModel("anthropic/claude-sonnet-4-5", base_url=services.anthropic_base_url, api_key=key),
                AnyModel("openai/gpt-5.2", base_url=services.openai_base_url, api_key=key),
            ]
        )
        result = await Runner.run(Agent(name="Guide", model=model), "What is the capital of France?")
        answered = result.context_wrapper.usage.request_usage_entries[-1]
        print(result.final_output, "says", answered.model)


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# Paris. says gpt-5.2
