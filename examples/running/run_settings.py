"""The settings of a run: what the model reads, what it is told of errors, and how tools are carried out."""

from __future__ import annotations

import asyncio
from typing import Any

from agents import Agent, RunConfig, RunContextWrapper, RunHooks, Runner, Tool, ToolExecutionConfig, function_tool
from agents.run import CallModelData, ModelInputData, ToolErrorFormatterArgs
from agents.testing import ScriptedModel, assistant_message, function_call


def with_the_date(call: CallModelData[Any]) -> ModelInputData:
    """Tell the model what day it is, in each call; the result and the session do not hold it."""
    return ModelInputData([*call.model_data.input, {"role": "user", "content": "It is Monday."}], "Be polite.")


def in_our_words(error: ToolErrorFormatterArgs[Any]) -> str:
    return f"{error.tool_name} is out of order. Do without it."


class Watch(RunHooks[Any]):
    async def on_tool_start(self, context: RunContextWrapper[Any], agent: Any, tool: Tool) -> None:
        print("begins:", tool.name)


@function_tool
def charge(amount: int) -> str:
    """Charge the card."""
    raise ConnectionError("bank.internal:443 does not answer")


calls = [function_call("charge", {"amount": 90}, call_id="call_1")]
model = ScriptedModel([calls, [assistant_message("Please pay in cash.")]])
agent = Agent(name="Clerk", model=model, tools=[charge])
config = RunConfig(
    call_model_input_filter=with_the_date,
    tool_error_formatter=in_our_words,
    tool_execution=ToolExecutionConfig(max_function_tool_concurrency=2),
    workflow_name="Hotel",
)


async def main() -> None:
    result = await Runner.run(agent, "Charge my card.", run_config=config, hooks=Watch(), max_turns=5)
    for item in model.calls[-1].input:
        print("the model reads:", item.get("content") or item.get("output") or item.get("name"))
    print(result.final_output)
    print(len(result.to_input_list()), "items in the result")


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# begins: charge
# the model reads: Charge my card.
# the model reads: charge
# the model reads: charge is out of order. Do without it.
# the model reads: It is Monday.
# Please pay in cash.
# 4 items in the result
