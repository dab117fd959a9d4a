"""Runs over HTTP, by one of the ways to a model: CPU of one run, and the time that each takes with 64 in flight.

The values of CPU are means over many runs in one process and on one event loop, what the garbage collector takes
included.
The way ``aiohttp`` is the floor: the same requests, made by hand, their answers read and no more.
"""

import asyncio
import cProfile
import json
import pstats
import sys
import time
from collections.abc import Awaitable, Callable
from itertools import count
from typing import Any

from ways import KEY, model

from agents import Agent, ModelSettings, Runner, function_tool, set_tracing_disabled

URL, SIZE, WAY, KEYS = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
INSTRUCTIONS, QUESTION = "Answer in one line.", "Will it rain in Tokyo?"
IN_FLIGHT = 64
Run = Callable[[], Awaitable[Any]]


@function_tool
def get_weather(city: str, days: int) -> str:
    """The weather of the next days.

    Args:
        city: Where.
        days: How many days.
    """
    return f"{days} days of sun in {city}, 22 degrees"


def agent_runs() -> dict[str, Run]:
    asked = model(WAY, URL)
    guide = Agent(name="Guide", instructions=INSTRUCTIONS, model=asked)
    with_tool = Agent(name="Guide", instructions=INSTRUCTIONS, model=asked, tools=[get_weather])
    settings = ModelSettings(include_usage=True)
    streaming = Agent(name="Guide", instructions=INSTRUCTIONS, model=asked, model_settings=settings)

    async def text() -> Any:
        return (await Runner.run(guide, QUESTION)).final_output

    async def tool() -> Any:
        return (await Runner.run(with_tool, QUESTION)).final_output

    async def stream() -> Any:
        result = Runner.run_streamed(streaming, QUESTION)
        async for _ in result.stream_events():
            pass
        return result.final_output

    return {"text": text, "tool": tool, "stream": stream}


def bare_runs(session: Any) -> dict[str, Run]:
    said = [{"role": "system", "content": INSTRUCTIONS}, {"role": "user", "content": QUESTION}]
    body = {"model": "gpt-4o-mini", "messages": said}
    streamed = {**body, "stream": True, "stream_options": {"include_usage": True}}
    address, headers = f"{URL}/chat/completions", {"Authorization": f"Bearer {KEY}"}

    async def text() -> Any:
        async with session.post(address, json=body, headers=headers) as response:
            return (await response.json())["choices"][0]["message"]["content"]

    async def stream() -> Any:
        async with session.post(address, json=streamed, headers=headers) as response:
            return b"".join([chunk async for chunk in response.content.iter_any()]).decode()

    return {"text": text, "stream": stream}


async def cpu(run: Run, long_enough: float) -> float:
    """CPU of one run, in seconds, threads included: the mean of as many as take so long together."""
    start = time.process_time()
    for times in count(1):  # noqa: B007 - what it ends with is wanted
        await run()
        if (taken := time.process_time() - start) >= long_enough:
            break
    return taken / times


async def in_flight(run: Run, times: int) -> float:
    """Seconds on the clock for each run, with 64 on their way at any time."""

    async def client() -> None:
        for _ in range(times // IN_FLIGHT):
            await run()

    start = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(IN_FLIGHT)))
    return (time.perf_counter() - start) / times


async def calls(run: Run) -> float:
    """How many functions one run calls: a count, which no other work on the machine can change."""
    with cProfile.Profile() as profile:
        for _ in range(3):
            await run()
    total: int = pstats.Stats(profile).total_calls  # type: ignore[attr-defined]
    return total / 3


async def measured(runs: dict[str, Run]) -> dict[str, float]:
    long_enough = 0.2 if SIZE == "quick" else 1.0
    for key, answer in {"text": "22 degrees", "tool": "22 degrees", "stream": "word199 "}.items():
        for _ in range(5 if key in runs else 0):  # the first ones warm up
            assert answer in await runs[key](), key
    values = {}
    if "many_wall" in KEYS:
        await in_flight(runs["text"], IN_FLIGHT)
        # The quickest of several: what else the machine does can only take time away.
        rounds = [await in_flight(runs["text"], 2 * IN_FLIGHT) for _ in range(2 if SIZE == "quick" else 4)]
        values["many_wall"] = min(rounds)
    for key in ("text", "tool", "stream"):
        if key in KEYS:
            values[key] = await cpu(runs[key], long_enough)
        if f"{key}_calls" in KEYS:
            values[f"{key}_calls"] = await calls(runs[key])
    return values


async def main() -> None:
    set_tracing_disabled(True)
    if WAY != "aiohttp":
        values = await measured(agent_runs())
    else:
        import aiohttp

        async with aiohttp.ClientSession() as session:
            values = await measured(bare_runs(session))
    print(json.dumps(values))


asyncio.run(main())
