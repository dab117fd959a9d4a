"""A model on a server of your own: where it is, and what it speaks."""

from __future__ import annotations

import asyncio

from agents import Agent, AnyModel, Runner
from agents.testing.simulator import Reply, Simulator, Text


async def main() -> None:
    async with Simulator() as server:  # stands in for vLLM, a gateway, a proxy
        server.script(Reply([Text("Hello from your own machine.")]))
        model = AnyModel("qwen3", base_url=server.openai_base_url, api_key=server.api_key, api="openai-chat")
        result = await Runner.run(Agent(name="Assistant", model=model), "Who is there?")
        print(result.final_output)


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# Hello from your own machine.
