"""A streamed run waits in the same way: its events end, and the result says what it waits for."""

from __future__ import annotations

import asyncio

from agents import Agent, Runner, function_tool
from agents.testing import ScriptedModel, assistant_message, function_call


@function_tool(needs_approval=True)
def publish(title: str) -> str:
    """Publish an article."""
    return f"{title} is out"


async def main() -> None:
    model = ScriptedModel(
        [[function_call("publish", {"title": "Owls"}, call_id="call_1")], [assistant_message("Published.")]]
    )
    agent = Agent(name="Editor", model=model, tools=[publish])

    result = Runner.run_streamed(agent, "Publish it")
    while True:
        async for event in result.stream_events():
            if event.type == "run_item_stream_event":
                print(event.name)
        if not result.interruptions:
            break
        state = result.to_state()
        state.approve(result.interruptions[0])
        state.add_input("And tell me briefly.")  # read by the next model call
        result = Runner.run_streamed(agent, state)
    print(result.final_output)


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# tool_called
# tool_output
# message_output_created
# Published.
