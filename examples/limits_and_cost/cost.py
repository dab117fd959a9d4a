"""What a run cost, in tokens and in dollars, by the model that answered."""

from __future__ import annotations

import asyncio

from agents import Agent, AnyModel, Runner
from agents.cost import request_cost
from agents.testing.simulator import Reply, Simulator, Text, Tokens


async def main() -> None:
    async with Simulator() as service:
        service.script(Reply([Text("Paris.")], usage=Tokens(input=1000, output=100)))
        model = AnyModel("openai/gpt-4.1", base_url=service.openai_base_url, api_key=service.api_key)
        result = await Runner.run(Agent(name="Guide", model=model), "What is the capital of France?")
        print(result.cost(), "dollars")
        for request in result.context_wrapper.usage.request_usage_entries:
            print(request.provider, request.model, request.total_tokens, request_cost(request))


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# 0.0028 dollars
# openai gpt-4.1 1100 0.0028
