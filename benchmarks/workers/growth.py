"""CPU of one run as its work grows: items of history, tools, bytes of a tool's arguments, tokens of a stream.

For each kind of work the values are ``<kind>:<size>``, the seconds of one run, and ``<kind>_full`` and
``<kind>_quarter``, the seconds for each unit at the largest size and at a quarter of it. What the same run takes with
next to no such work is left out of these two.
"""

import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from ways import model

from agents import Agent, ModelSettings, Runner, function_tool, set_tracing_disabled

URL, SIZE, WAY, KEYS = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
Run = Callable[[], Awaitable[Any]]
LONG_ENOUGH = 1.0
"""Seconds: what takes so long is not disturbed by little things, and need not be repeated."""


def history(items: int) -> Run:
    """A question behind so many items of conversation: questions, answers, tool calls and their outputs."""
    talk: list[Any] = []
    for number in range(items // 4):
        call = {"type": "function_call", "call_id": f"call_{number}", "name": "look_up", "arguments": '{"page": 7}'}
        talk += [
            {"role": "user", "content": f"Question {number}: what does the next page say?"},
            call,
            {"type": "function_call_output", "call_id": f"call_{number}", "output": "The page tells of a journey."},
            {"role": "assistant", "content": "It tells of a journey that nobody has made before."},
        ]
    talk.append({"role": "user", "content": "And what is the weather?"})
    agent = Agent(name="Guide", model=model(WAY, URL))
    return lambda: Runner.run(agent, talk)


def tools(count: int) -> Run:
    """A question to an agent with so many tools; the model calls one of them."""

    def make(number: int) -> Any:
        async def look_up(book: str, page: int, whole: bool = False) -> str:
            """Look something up.

            Args:
                book: Which book.
                page: Which page.
                whole: Whether the whole page is wanted.
            """
            return f"Page {page} of {book}."

        return function_tool(look_up, name_override=f"look_up_{number}")

    @function_tool
    def get_weather(city: str, days: int) -> str:
        """The weather of the next days."""
        return f"{days} days of sun in {city}"

    agent = Agent(name="Guide", model=model(WAY, URL), tools=[get_weather, *map(make, range(count))])
    return lambda: Runner.run(agent, "What is the weather?")


def arguments(size: int) -> Run:
    """A streamed call of a tool with so many bytes of arguments, eight in each fragment."""

    @function_tool
    def save(text: str) -> str:
        """Save a text."""
        assert len(text) == size
        return "Saved."

    return streamed(f"arguments-{size}", tools=[save])


def stream(tokens: int) -> Run:
    """A streamed answer of so many tokens."""
    return streamed(f"tokens-{tokens}", tools=[])


def streamed(name: str, tools: list[Any]) -> Run:
    settings = ModelSettings(include_usage=True)
    agent = Agent(name="Guide", model=model(WAY, URL, name), tools=tools, model_settings=settings)

    async def run() -> None:
        result = Runner.run_streamed(agent, "Tell me.")
        async for _ in result.stream_events():
            pass
        assert result.final_output

    return run


@dataclass
class Kind:
    make: Callable[[int], Run]
    least: int
    most: int

    @property
    def sizes(self) -> list[int]:
        return [self.least, *(self.most // part for part in (8, 4, 2, 1))]


KINDS = {
    "history": Kind(history, 0, 2_000),
    "tools": Kind(tools, 0, 500),
    "arguments": Kind(arguments, 8, 100_000),
    "stream": Kind(stream, 1, 20_000),
}


async def cpu(run: Run) -> float:
    """CPU of one run: the least of several, as only what disturbs a run can make it take longer."""
    taken: list[float] = []
    while len(taken) < (2 if SIZE == "quick" else 6) and sum(taken) < LONG_ENOUGH:
        start = time.process_time()
        await run()
        taken.append(time.process_time() - start)
    return min(taken)


async def main() -> None:
    set_tracing_disabled(True)
    values: dict[str, float] = {}
    for name, kind in KINDS.items():
        if not any(key.startswith(name) for key in KEYS):
            continue
        found = {size: await cpu(kind.make(size)) for size in kind.sizes}
        base = found[kind.least]
        values |= {f"{name}:{size}": seconds for size, seconds in found.items()}
        for share, size in {"full": kind.most, "quarter": kind.most // 4}.items():
            values[f"{name}_{share}"] = (found[size] - base) / size
    print(json.dumps(values))


asyncio.run(main())
