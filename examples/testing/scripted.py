"""A test of an agent without a model: what it did with each answer, and what it was asked."""

from __future__ import annotations

import asyncio

from agents import Agent, Runner, function_tool
from agents.testing import ModelStep, ScriptedModel, assistant_message, function_call


@function_tool
def get_weather(city: str) -> str:
    """The weather of a city."""
    return f"Windy in {city}."


async def main() -> None:
    model = ScriptedModel(
        [
            [function_call("get_weather", {"city": "Oslo"}, call_id="call_1")],
            ModelStep.respond(lambda call: [assistant_message(f"I read {len(call.input)} items.")]),
        ]
    )
    result = await Runner.run(Agent(name="Assistant", model=model, tools=[get_weather]), "Oslo?")
    assert result.final_output == "I read 3 items."
    assert [tool.name for tool in model.calls[0].tools] == ["get_weather"]
    assert model.calls[1].input[-1]["output"] == "Windy in Oslo."
    model.assert_complete()  # every step was played
    print("passed")


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# passed
