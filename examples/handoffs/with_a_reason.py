"""A handoff that says why, and what the next agent reads."""

from __future__ import annotations

import asyncio

from pydantic import BaseModel

from agents import Agent, RunContextWrapper, Runner, handoff
from agents.extensions.handoff_filters import remove_all_tools
from agents.testing import ScriptedModel, assistant_message, function_call


class Escalation(BaseModel):
    reason: str


def note(context: RunContextWrapper[None], escalation: Escalation) -> None:
    print(f"Escalated: {escalation.reason}")


manager = Agent(name="Manager", model=ScriptedModel([[assistant_message("I am sorry to hear that.")]]))
desk = Agent(
    name="Desk",
    model=ScriptedModel([[function_call("escalate", {"reason": "an angry guest"}, call_id="call_1")]]),
    handoffs=[
        handoff(
            manager,
            tool_name_override="escalate",
            on_handoff=note,
            input_type=Escalation,
            input_filter=remove_all_tools,
        )
    ],
)


async def main() -> None:
    result = await Runner.run(desk, "This is outrageous!")
    print(f"{result.last_agent.name}: {result.final_output}")


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# Escalated: an angry guest
# Manager: I am sorry to hear that.
