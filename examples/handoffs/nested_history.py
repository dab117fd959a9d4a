"""What the next agent reads when the history is nested."""

from __future__ import annotations

import asyncio

from agents import Agent, RunConfig, Runner
from agents.testing import ScriptedModel, assistant_message, function_call

expert_model = ScriptedModel([[assistant_message("It is in the east.")]])
expert = Agent(name="Expert", model=expert_model)
desk = Agent(
    name="Desk",
    model=ScriptedModel([[function_call("transfer_to_expert", {}, call_id="call_1")]]),
    handoffs=[expert],
)


async def main() -> None:
    await Runner.run(desk, "Where does the sun rise?", run_config=RunConfig(nest_handoff_history=True))
    for call in expert_model.calls:
        for item in call.input:
            print(item["content"])


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# For context, here is the conversation so far between the user and the previous agent:
# <CONVERSATION HISTORY>
# 1. user: Where does the sun rise?
# 2. {"arguments": "{}", "call_id": "call_1", "name": "transfer_to_expert", "type": "function_call"}
# 3. {"call_id": "call_1", "output": "{\"assistant\": \"Expert\"}", "type": "function_call_output"}
# </CONVERSATION HISTORY>
# Please go on from here.
