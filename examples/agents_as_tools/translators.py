"""One agent that asks two others, and goes on itself."""

from __future__ import annotations

import asyncio

from agents import Agent, Runner
from agents.testing import ScriptedModel, assistant_message, function_call


async def main() -> None:
    french = Agent(name="French", instructions="Translate.", model=ScriptedModel([[assistant_message("Bonjour")]]))
    german = Agent(name="German", instructions="Translate.", model=ScriptedModel([[assistant_message("Guten Tag")]]))
    model = ScriptedModel(
        [
            [
                function_call("to_french", {"input": "Hello"}, call_id="call_1"),
                function_call("to_german", {"input": "Hello"}, call_id="call_2"),
            ],
            [assistant_message("Bonjour, and Guten Tag.")],
        ]
    )
    agent = Agent(
        name="Translator",
        model=model,
        tools=[
            french.as_tool("to_french", "Translates to French."),
            german.as_tool("to_german", "Translates to German."),
        ],
    )
    result = await Runner.run(agent, "Say hello in French and German")
    print([item.output for item in result.new_items if item.type == "tool_call_output_item"])
    print(result.final_output)
    print(result.context_wrapper.usage.requests, "requests, those of all three")


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# ['Bonjour', 'Guten Tag']
# Bonjour, and Guten Tag.
# 4 requests, those of all three
