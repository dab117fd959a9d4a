"""OpenAI Guardrails guards a run: on its input, on its output, and reads the history of its session."""

from __future__ import annotations

import asyncio
import os

os.environ["OPENAI_API_KEY"] = "not-used"  # the package makes a client for checks that ask a model; these ask none

from guardrails import GuardrailAgent

from agents import InputGuardrailTripwireTriggered, OutputGuardrailTripwireTriggered, Runner, SQLiteSession
from agents.testing import ScriptedModel, assistant_message


def keywords(*words: str) -> dict[str, object]:
    return {"version": 1, "guardrails": [{"name": "Keyword Filter", "config": {"keywords": list(words)}}]}


def guarded(*answers: str) -> object:
    return GuardrailAgent(
        config={"version": 1, "input": keywords("password"), "output": keywords("secret")},
        name="Guarded",
        instructions="Answer in one line.",
        model=ScriptedModel([[assistant_message(answer)] for answer in answers]),
    )


async def main() -> None:
    session = SQLiteSession("guarded")
    result = await Runner.run(guarded("Good morning."), "Hello", session=session)
    assert result.final_output == "Good morning."
    assert len(await session.get_items()) == 2
    print("what is allowed passes, and is kept in the session")
    try:
        await Runner.run(guarded("Never said."), "My password is 1234", session=session)
    except InputGuardrailTripwireTriggered as tripped:
        print("input stopped by", tripped.guardrail_result.guardrail.get_name())
    else:
        raise AssertionError("the input was not stopped")
    try:
        await Runner.run(guarded("The secret is 42."), "What is it?", session=session)
    except OutputGuardrailTripwireTriggered as tripped:
        print("output stopped by", tripped.guardrail_result.guardrail.get_name())
    else:
        raise AssertionError("the output was not stopped")


asyncio.run(main())
