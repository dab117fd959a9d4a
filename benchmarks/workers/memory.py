"""Memory of one process while it makes ten thousand runs, 64 at a time, every second one streamed.

The values are ``rss:<runs>``, the resident memory in MB after so many runs, and ``rss_tenth`` and ``rss_end``, the
same after a tenth of them and after all.
"""

import asyncio
import json
import os
import resource
import sys
from collections.abc import Iterator
from itertools import count

from ways import model

from agents import Agent, ModelSettings, Runner, function_tool, set_tracing_disabled

URL, SIZE, WAY = sys.argv[1:4]
RUNS = 1_000 if SIZE == "quick" else 10_000
SAMPLES = 20
IN_FLIGHT = 64


@function_tool
def get_weather(city: str, days: int) -> str:
    """The weather of the next days."""
    return f"{days} days of sun in {city}, 22 degrees"


def rss() -> float:
    """MB that the process holds now; where the system does not tell, the most that it has held."""
    try:
        with open("/proc/self/statm") as statm:
            return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)


async def client(agent: Agent, numbers: Iterator[int], values: dict[str, float]) -> None:
    for number in numbers:
        if number > RUNS:
            return
        if number % 2:
            streamed = Runner.run_streamed(agent, "Will it rain in Tokyo?")
            async for _ in streamed.stream_events():
                pass
            assert streamed.final_output
        else:
            assert (await Runner.run(agent, "Will it rain in Tokyo?")).final_output
        if number % (RUNS // SAMPLES) == 0:
            values[f"rss:{number}"] = rss()


async def main() -> None:
    set_tracing_disabled(True)
    settings = ModelSettings(include_usage=True)
    agent = Agent(name="Guide", model=model(WAY, URL), tools=[get_weather], model_settings=settings)
    values: dict[str, float] = {}
    numbers = count(1)
    await asyncio.gather(*(client(agent, numbers, values) for _ in range(IN_FLIGHT)))
    print(json.dumps(values | {"rss_tenth": values[f"rss:{RUNS // 10}"], "rss_end": values[f"rss:{RUNS}"]}))


asyncio.run(main())
