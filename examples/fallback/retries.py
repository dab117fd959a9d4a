"""Retries and time-outs: which failures are tried again, how often, and how long an attempt may take."""

from __future__ import annotations

import asyncio

from agents import Agent, AnyModel, ModelRetrySettings, ModelSettings, Runner, retry_policies
from agents.testing.simulator import HttpError, Reply, Simulator, Text

SETTINGS = ModelSettings(
    timeout=30,  # seconds, for each attempt
    retry=ModelRetrySettings(
        max_retries=3,
        backoff={"initial_delay": 0.01, "max_delay": 8},
        policy=retry_policies.any(
            retry_policies.provider_suggested(),
            retry_policies.network_error(),
            retry_policies.http_status([429, 500, 502, 503, 529]),
        ),
    ),
)


async def main() -> None:
    async with Simulator() as server:
        server.script(HttpError(503), HttpError(503), Reply([Text("Here I am.")]))
        model = AnyModel("m", base_url=server.openai_base_url, api_key=server.api_key)
        result = await Runner.run(Agent(name="Assistant", model=model, model_settings=SETTINGS), "Are you there?")
        print(result.final_output, len(server.requests), "requests")


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# Here I am. 3 requests
