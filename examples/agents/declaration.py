"""An agent whose instructions depend on the user, and whose first tool call ends the run."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from agents import (
    Agent,
    AgentBase,
    AgentHookContext,
    AgentHooks,
    ModelSettings,
    RunContextWrapper,
    Runner,
    function_tool,
)
from agents.testing import ScriptedModel, function_call


@dataclass
class Guest:
    name: str
    nights: int


@function_tool
def price(context: RunContextWrapper[Guest]) -> str:
    """What the stay costs."""
    return f"{context.context.nights * 90} euros"


def instructions(context: RunContextWrapper[Guest], agent: Agent[Guest]) -> str:
    return f"You are the {agent.name}. You speak with {context.context.name}."


class Watch(AgentHooks[Guest]):
    async def on_start(self, context: AgentHookContext[Guest], agent: AgentBase[Guest]) -> None:
        print(f"{agent.name} speaks with {context.context.name}")


clerk = Agent[Guest](
    name="clerk",
    instructions=instructions,
    model=ScriptedModel([[function_call("price", {}, call_id="call_1")]]),
    model_settings=ModelSettings(tool_choice="required"),
    tools=[price],
    tool_use_behavior="stop_on_first_tool",
    hooks=Watch(),
)


async def main() -> None:
    result = await Runner.run(clerk, "What do I owe?", context=Guest("Ann", 3))
    print(result.final_output)


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# clerk speaks with Ann
# 270 euros
