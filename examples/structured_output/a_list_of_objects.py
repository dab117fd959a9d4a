"""An answer that is an object: the type says what the model must write, and what you get."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from agents import Agent, AnyModel, Runner
from agents.testing.simulator import Reply, Simulator, Text


@dataclass
class City:
    name: str
    inhabitants: int


async def main() -> None:
    async with Simulator() as service:
        service.script(Reply([Text('{"response": [{"name": "Oslo", "inhabitants": 717710}]}')]))
        url, key = service.anthropic_base_url, service.api_key
        model = AnyModel("anthropic/claude-sonnet-4-5", base_url=url, api_key=key)
        agent = Agent(name="Geographer", model=model, output_type=list[City])
        result = await Runner.run(agent, "The largest city of Norway?")
        (city,) = result.final_output_as(list[City])
        print(city.name, city.inhabitants)


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# Oslo 717710
