"""Model strings with a prefix of your own, for whatever stands behind it."""

from __future__ import annotations

import asyncio

from agents import Agent, AnyModel, Model, ModelProvider, MultiProvider, RunConfig, Runner
from agents.models.multi_provider import MultiProviderMap
from agents.testing.simulator import Simulator


class Gateway(ModelProvider):
    """The models behind the company's gateway."""

    def __init__(self, address: str, key: str) -> None:
        self.address = address
        self.key = key

    def get_model(self, model_name: str | None) -> Model:
        return AnyModel(model_name or "gpt-5-mini", base_url=self.address, api_key=self.key, api="openai-chat")


async def main() -> None:
    async with Simulator() as server:  # stands in for the gateway
        server.script("Hello from the gateway.")
        prefixes = MultiProviderMap()
        prefixes.add_provider("acme", Gateway(server.openai_base_url, server.api_key))
        config = RunConfig(model_provider=MultiProvider(provider_map=prefixes))
        result = await Runner.run(Agent(name="Assistant", model="acme/gpt-5-mini"), "Who is there?", run_config=config)
        print(result.final_output)


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# Hello from the gateway.
