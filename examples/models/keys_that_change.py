"""A key that is good for a short time: a function is asked for it with each request."""

from __future__ import annotations

import asyncio
import time

from agents import Agent, AnyModel, Runner, function_tool
from agents.testing.simulator import Reply, Simulator, ToolCall


@function_tool
def get_weather(city: str) -> str:
    """The weather of a city."""
    return f"Windy in {city}."


class Vault:
    """Hands out keys, and keeps one for as long as it is good."""

    def __init__(self) -> None:
        self.handed_out = 0
        self.key, self.good_until = "", 0.0

    async def key_of_now(self) -> str:
        if time.monotonic() >= self.good_until:
            self.handed_out += 1
            self.key, self.good_until = f"key-{self.handed_out}", time.monotonic()  # as it would expire at once
        return self.key


async def main() -> None:
    async with Simulator(keys=["key-1", "key-2"]) as server:  # stands in for a service with short-lived keys
        server.script(Reply([ToolCall("get_weather", {"city": "Oslo"})]), "Take a coat.")
        vault = Vault()
        model = AnyModel("gpt-5.2", base_url=server.openai_base_url, api="openai-chat", api_key=vault.key_of_now)
        result = await Runner.run(Agent(name="Assistant", model=model, tools=[get_weather]), "Do I need a coat?")
        print(result.final_output)
        print([request.headers["authorization"] for request in server.requests])


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# Take a coat.
# ['Bearer key-1', 'Bearer key-2']
