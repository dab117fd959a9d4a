"""An answer that is not of the type: an exception, or what the run's error handler makes of it."""

from __future__ import annotations

import asyncio
from typing import Any

from pydantic import BaseModel

from agents import Agent, ModelBehaviorError, RunErrorHandlerInput, Runner
from agents.testing import ScriptedModel, assistant_message


class Weather(BaseModel):
    city: str
    degrees: int | None


def no_weather(data: RunErrorHandlerInput[Any]) -> Weather:
    return Weather(city="unknown", degrees=None)


async def main() -> None:
    model = ScriptedModel([[assistant_message("It is warm.")], [assistant_message("It is warm.")]])
    agent = Agent(name="Reporter", model=model, output_type=Weather)
    try:
        await Runner.run(agent, "Weather?")
    except ModelBehaviorError as error:
        print(str(error).partition(".")[0])
    result = await Runner.run(agent, "Weather?", error_handlers={"invalid_final_output": no_weather})
    print(repr(result.final_output))


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# The output is not a valid Weather: the whole: Invalid JSON: expected ident at line 1 column 2
# Weather(city='unknown', degrees=None)
