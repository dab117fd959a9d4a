"""A run as a stream: text while it is written, then each finished item, then the result."""

from __future__ import annotations

import asyncio

from agents import Agent, Runner, function_tool
from agents.testing import ScriptedModel, assistant_message, function_call


@function_tool
def get_weather(city: str) -> str:
    """The weather of a city."""
    return f"Windy in {city}."


calls = [function_call("get_weather", {"city": "Oslo"}, call_id="call_1")]
model = ScriptedModel([calls, [assistant_message("Take a coat.")]])
agent = Agent(name="Assistant", model=model, tools=[get_weather])


async def main() -> None:
    result = Runner.run_streamed(agent, "Do I need a coat?")
    async for event in result.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            print("text:", event.data.delta)
        elif event.type == "run_item_stream_event":
            print("item:", event.name)
        elif event.type == "agent_updated_stream_event":
            print("agent:", event.new_agent.name)
    print("result:", result.final_output)


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# agent: Assistant
# item: tool_called
# item: tool_output
# text: Take a coat.
# item: message_output_created
# result: Take a coat.
