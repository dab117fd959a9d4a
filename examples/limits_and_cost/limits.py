"""A run that may not use more than it is allowed."""

from __future__ import annotations

import asyncio

from agents import Agent, RunConfig, Runner, UsageLimitExceeded, UsageLimits, function_tool
from agents.testing import ScriptedModel, function_call


@function_tool
def look_again(where: str) -> str:
    """Look somewhere."""
    return "Nothing there."


async def main() -> None:
    # A model that never finds an end.
    model = ScriptedModel([[function_call("look_again", {"where": "here"}, call_id=f"call_{n}")] for n in range(9)])
    agent = Agent(name="Seeker", model=model, tools=[look_again])
    limits = UsageLimits(requests=3, tool_calls=20, total_tokens=100_000)
    try:
        await Runner.run(agent, "Find it.", run_config=RunConfig(usage_limits=limits))
    except UsageLimitExceeded as error:
        print(error)
        print(error.run_data)


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# The run may not go on: usage_limits.requests is 3, and it comes to 3.
# run of agent 'Seeker': 6 new items, 3 model responses, 3 requests, 0 tokens
