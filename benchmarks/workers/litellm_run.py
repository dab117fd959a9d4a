"""CPU of a run through LiteLLM, above the CPU of the same requests made by hand with ``litellm.acompletion``.

Bare and agent take turns, run by run, in one process and on one event loop: what an agent's run takes more than the
bare one before it is the SDK's own share. The values are medians over all pairs, in seconds for one run.
"""

import asyncio
import cProfile
import json
import pstats
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import litellm

from agents import Agent, ModelSettings, Runner, function_tool, set_tracing_disabled
from agents.extensions.models.litellm_model import LitellmModel

MODEL, KEY = "openai/gpt-4o-mini", "sim-key"
INSTRUCTIONS, QUESTION = "Answer in one line.", "Will it rain in Tokyo?"
URL, SIZE, KEYS = sys.argv[1], sys.argv[2], sys.argv[4:]


@function_tool
def get_weather(city: str, days: int) -> str:
    """The weather of the next days.

    Args:
        city: Where.
        days: How many days.
    """
    return f"{days} days of sun in {city}, 22 degrees"


def forecast(city: str, days: int) -> str:
    """The tool, for the requests made by hand."""
    return f"{days} days of sun in {city}, 22 degrees"


TOOL = {
    "type": "function",
    "function": {
        "name": get_weather.name,
        "description": get_weather.description,
        "parameters": get_weather.params_json_schema,
        "strict": True,
    },
}


def model() -> LitellmModel:
    return LitellmModel(MODEL, base_url=URL, api_key=KEY)


def messages() -> list[Any]:
    return [{"role": "system", "content": INSTRUCTIONS}, {"role": "user", "content": QUESTION}]


async def complete(messages: list[Any], **more: Any) -> Any:
    return await litellm.acompletion(model=MODEL, messages=messages, api_key=KEY, base_url=URL, **more)


TEXT = Agent(name="Guide", instructions=INSTRUCTIONS, model=model())
WITH_TOOL = Agent(name="Guide", instructions=INSTRUCTIONS, model=model(), tools=[get_weather])
STREAM = Agent(name="Guide", instructions=INSTRUCTIONS, model=model(), model_settings=ModelSettings(include_usage=True))


async def text_bare() -> Any:
    return (await complete(messages())).choices[0].message.content


async def text() -> Any:
    return (await Runner.run(TEXT, QUESTION)).final_output


async def tool_bare() -> Any:
    talk = messages()
    said = (await complete(talk, tools=[TOOL])).choices[0].message
    call = said.tool_calls[0]
    function = {"name": call.function.name, "arguments": call.function.arguments}
    talk.append({"role": "assistant", "tool_calls": [{"id": call.id, "type": "function", "function": function}]})
    talk.append({"role": "tool", "tool_call_id": call.id, "content": forecast(**json.loads(function["arguments"]))})
    return (await complete(talk, tools=[TOOL])).choices[0].message.content


async def tool() -> Any:
    return (await Runner.run(WITH_TOOL, QUESTION)).final_output


async def stream_bare() -> Any:
    chunks = await complete(messages(), stream=True, stream_options={"include_usage": True})
    deltas = [chunk.choices[0].delta.content async for chunk in chunks if chunk.choices]
    return "".join(delta for delta in deltas if delta)


async def stream() -> Any:
    result = Runner.run_streamed(STREAM, QUESTION)
    async for _ in result.stream_events():
        pass
    return result.final_output


@dataclass
class Case:
    bare: Callable[[], Awaitable[Any]]
    agent: Callable[[], Awaitable[Any]]
    pairs: int


CASES = {
    "text": Case(text_bare, text, 120),
    "tool": Case(tool_bare, tool, 80),
    "stream": Case(stream_bare, stream, 20),
}


async def cpu(run: Callable[[], Awaitable[Any]]) -> float:
    """CPU of one run, in seconds: threads, and what LiteLLM does after its answer, included."""
    start = time.process_time()
    await run()
    await asyncio.sleep(0.002)
    return time.process_time() - start


async def calls(run: Callable[[], Awaitable[Any]]) -> float:
    """How many functions one run calls: a count, which no other work on the machine can change."""
    with cProfile.Profile() as profile:
        for _ in range(3):
            await run()
    total: int = pstats.Stats(profile).total_calls  # type: ignore[attr-defined]
    return total / 3


async def main() -> None:
    set_tracing_disabled(True)
    values = {}
    for key, case in CASES.items():
        if key not in KEYS:
            continue
        assert await case.bare() == await case.agent(), f"{key}: both ways must get the same answer"
        pairs = case.pairs // 8 if SIZE == "quick" else case.pairs
        taken = [(await cpu(case.bare), await cpu(case.agent)) for _ in range(pairs + 5)][5:]  # the first warm up
        values[f"{key}_bare"] = statistics.median(bare for bare, _ in taken)
        values[key] = statistics.median(agent - bare for bare, agent in taken)
        values[f"{key}_calls"] = await calls(case.agent) - await calls(case.bare)
    print(json.dumps(values))


asyncio.run(main())
