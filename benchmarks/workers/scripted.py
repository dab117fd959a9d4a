"""CPU of a long run without any wire: 50 turns with 4 tool calls each, on the scripted model of ``agents.testing``."""

import asyncio
import cProfile
import json
import pstats
import sys
import time

from agents import Agent, Runner, function_tool, set_tracing_disabled
from agents.testing import ScriptedModel, assistant_message, function_call

SIZE = sys.argv[2]
TURNS, CALLS = 50, 4


@function_tool
def add(a: int, b: int) -> int:
    """Add two numbers.

    Args:
        a: The first.
        b: The second.
    """
    return a + b


def script() -> ScriptedModel:
    turns = [
        [function_call("add", {"a": turn, "b": call}, call_id=f"call_{turn}_{call}") for call in range(CALLS)]
        for turn in range(TURNS - 1)
    ]
    return ScriptedModel([*turns, [assistant_message("Done.")]])


async def run(model: ScriptedModel) -> None:
    agent = Agent(name="Adder", instructions="Add.", model=model, tools=[add])
    result = await Runner.run(agent, "Add them all.", max_turns=TURNS)
    assert result.final_output == "Done."
    assert len(result.new_items) == 2 * CALLS * (TURNS - 1) + 1


async def main() -> None:
    set_tracing_disabled(True)
    await run(script())
    scripts = [script() for _ in range(1 if SIZE == "quick" else 4)]
    start = time.process_time()
    for model in scripts:
        await run(model)
    cpu = (time.process_time() - start) / len(scripts)
    last = script()
    with cProfile.Profile() as profile:
        await run(last)
    calls: int = pstats.Stats(profile).total_calls  # type: ignore[attr-defined]
    print(json.dumps({"scripted": cpu, "scripted_calls": calls}))


asyncio.run(main())
