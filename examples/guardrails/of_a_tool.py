"""Guardrails of a tool: before it runs, and before the model reads what it returned."""

from __future__ import annotations

import asyncio

from agents import (
    Agent,
    Runner,
    ToolGuardrailFunctionOutput,
    ToolInputGuardrailData,
    ToolOutputGuardrailData,
    function_tool,
    tool_input_guardrail,
    tool_output_guardrail,
)
from agents.testing import ScriptedModel, assistant_message, function_call


@tool_input_guardrail
def only_our_domain(data: ToolInputGuardrailData) -> ToolGuardrailFunctionOutput:
    if "@example.com" in data.context.tool_arguments:
        return ToolGuardrailFunctionOutput.allow()
    return ToolGuardrailFunctionOutput.reject_content("Write to addresses of example.com only.")


@tool_output_guardrail
def no_keys(data: ToolOutputGuardrailData) -> ToolGuardrailFunctionOutput:
    if "sk-" in str(data.output):
        return ToolGuardrailFunctionOutput.raise_exception("a key")
    return ToolGuardrailFunctionOutput.allow()


@function_tool(tool_input_guardrails=[only_our_domain], tool_output_guardrails=[no_keys])
def send_mail(to: str) -> str:
    """Send a mail."""
    return f"sent to {to}"


async def main() -> None:
    model = ScriptedModel(
        [
            [function_call("send_mail", {"to": "eve@elsewhere.net"}, call_id="call_1")],
            [function_call("send_mail", {"to": "bob@example.com"}, call_id="call_2")],
            [assistant_message("Done.")],
        ]
    )
    result = await Runner.run(Agent(name="Clerk", model=model, tools=[send_mail]), "Mail them.")
    for item in result.new_items:
        if item.type == "tool_call_output_item":
            print(item.output)


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# Write to addresses of example.com only.
# sent to bob@example.com
