"""Guardrails of a run: one before the model, one beside it, one on the answer."""

from __future__ import annotations

import asyncio
from typing import Any

from agents import (
    Agent,
    GuardrailFunctionOutput,
    InputGuardrailTripwireTriggered,
    OutputGuardrailTripwireTriggered,
    RunContextWrapper,
    Runner,
    input_guardrail,
    output_guardrail,
)
from agents.testing import ScriptedModel, assistant_message


@input_guardrail(run_in_parallel=False)  # the model is not asked before this has passed
def not_too_long(context: RunContextWrapper[Any], agent: Agent[Any], input: Any) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput(output_info=len(input), tripwire_triggered=len(input) > 1000)


@input_guardrail  # runs beside the first model call, and hangs up on it
async def no_homework(context: RunContextWrapper[Any], agent: Agent[Any], input: Any) -> GuardrailFunctionOutput:
    asked = "homework" in str(input)  # or ask a small, fast model here
    return GuardrailFunctionOutput(output_info="homework" if asked else None, tripwire_triggered=asked)


@output_guardrail
def no_secrets(context: RunContextWrapper[Any], agent: Agent[Any], output: str) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput(output_info=None, tripwire_triggered="secret" in output)


async def main() -> None:
    model = ScriptedModel([[assistant_message("Hello.")], [assistant_message("The secret is 42.")]])
    agent = Agent(
        name="Assistant", model=model, input_guardrails=[not_too_long, no_homework], output_guardrails=[no_secrets]
    )
    print((await Runner.run(agent, "Hi!")).final_output)
    try:
        await Runner.run(agent, "What is the secret?")
    except OutputGuardrailTripwireTriggered as error:
        print(error)
    try:
        await Runner.run(agent, "Do my homework." + " Please." * 1000)
    except InputGuardrailTripwireTriggered as error:
        print(error)


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# Hello.
# Output guardrail 'no_secrets' stopped the run.
# Input guardrail 'not_too_long' stopped the run.
