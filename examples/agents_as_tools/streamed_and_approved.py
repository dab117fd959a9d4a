"""What happens inside an agent as a tool: its events, and its question to a human."""

from __future__ import annotations

import asyncio

from agents import Agent, AgentToolStreamEvent, Runner, function_tool
from agents.testing import ScriptedModel, assistant_message, function_call


@function_tool(needs_approval=True)
def send_mail(to: str) -> str:
    """Send a mail."""
    return f"sent to {to}"


def show(event: AgentToolStreamEvent) -> None:
    if event["event"].type == "run_item_stream_event":
        print(f"  {event['agent'].name}: {event['event'].name}")


async def main() -> None:
    secretary = Agent(
        name="Secretary",
        model=ScriptedModel(
            [[function_call("send_mail", {"to": "Ann"}, call_id="call_1")], [assistant_message("Ann knows.")]]
        ),
        tools=[send_mail],
    )
    boss = Agent(
        name="Boss",
        model=ScriptedModel(
            [[function_call("secretary", {"input": "Tell Ann."}, call_id="call_2")], [assistant_message("Done.")]]
        ),
        tools=[secretary.as_tool("secretary", "Writes mails.", on_stream=show)],
    )
    result = await Runner.run(boss, "Tell Ann")
    (call,) = result.interruptions  # asked for inside, decided on outside
    print(f"{call.agent.name} wants {call.name}({call.arguments})")

    state = result.to_state()
    state.approve(call)
    result = await Runner.run(boss, state)
    print(result.final_output)


if __name__ == "__main__":
    asyncio.run(main())

# prints:
#   Secretary: tool_called
# Secretary wants send_mail({"to": "Ann"})
#   Secretary: tool_output
#   Secretary: message_output_created
# Done.
