"""Error handlers: a final output in place of an exception."""

from __future__ import annotations

import asyncio
from typing import Any

from agents import Agent, RunErrorHandlerInput, RunErrorHandlerResult, Runner, function_tool
from agents.testing import ScriptedModel, function_call


@function_tool
def look_again(where: str) -> str:
    """Look somewhere."""
    return "Nothing there."


def out_of_turns(data: RunErrorHandlerInput[Any]) -> RunErrorHandlerResult:
    looked = sum(item.type == "tool_call_item" for item in data.run_data.new_items)
    return RunErrorHandlerResult(f"I looked {looked} times and found nothing.", include_in_history=False)


async def main() -> None:
    model = ScriptedModel([[function_call("look_again", {"where": "here"}, call_id=f"call_{n}")] for n in range(9)])
    agent = Agent(name="Seeker", model=model, tools=[look_again])
    result = await Runner.run(agent, "Find it.", max_turns=2, error_handlers={"max_turns": out_of_turns})
    print(result.final_output)


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# I looked 2 times and found nothing.
