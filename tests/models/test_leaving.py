"""A stream that its reader leaves: the service sees the client go, and nothing stays behind on our side."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from agents import Runner, RunResultStreaming
from agents.testing.simulator import Reply, Simulator, Stall

from .routes import ALL, EVERY_ROUTE, Route, agent


async def read_until_text(result: RunResultStreaming, then: Callable[[], bool]) -> None:
    async for event in result.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta" and then():
            break


async def by_break(result: RunResultStreaming) -> None:
    await read_until_text(result, lambda: True)


async def by_cancel(result: RunResultStreaming) -> None:
    def stop() -> bool:
        result.cancel()
        return False

    await read_until_text(result, stop)


async def by_cancelled_task(result: RunResultStreaming) -> None:
    begun = asyncio.Event()

    def told() -> bool:
        begun.set()
        return False

    task = asyncio.ensure_future(read_until_text(result, told))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def by_exception(result: RunResultStreaming) -> None:
    def fail() -> bool:
        raise LookupError

    with pytest.raises(LookupError):
        await read_until_text(result, fail)


@EVERY_ROUTE
@pytest.mark.parametrize("leave", [by_break, by_cancel, by_cancelled_task, by_exception])
async def test_a_stream_that_is_left_is_hung_up(sim: Simulator, route: Route, leave: Any) -> None:
    """An open connection costs tokens, and one leaked per request is an outage in the end."""
    sim.script(Reply(["one two three four five six"], faults=[Stall(5)]))
    before = asyncio.all_tasks()
    result = Runner.run_streamed(agent(route.on(sim)), "Count")
    await leave(result)
    await sim.wait_idle()
    assert sim.disconnects == 1
    served = ("RequestHandler", "LoggingWorker")  # the simulator's own, and the one that LiteLLM keeps
    left = [task for task in asyncio.all_tasks() - before if not task.get_coro().__qualname__.startswith(served)]
    assert not left
    assert result.is_complete


@EVERY_ROUTE
async def test_connections_are_used_again(sim: Simulator, route: Route, run: Any) -> None:
    """A stream that was read to its end gives its connection back."""
    poet = agent(route.on(sim))
    for _ in range(3):
        await run(poet)
    assert sim.open_connections == 1


INTERRUPTED = """
import asyncio, sys
from openai import AsyncOpenAI
from agents import Agent, OpenAIChatCompletionsModel, Runner
from agents.extensions.models.litellm_model import LitellmModel

async def main(model, address):
    if model == "client":
        chosen = OpenAIChatCompletionsModel("gpt-5", AsyncOpenAI(base_url=address, api_key="sim-key"))
    else:
        chosen = LitellmModel(model, base_url=address, api_key="sim-key")
    result = Runner.run_streamed(Agent("Poet", model=chosen), "Hello")
    async for event in result.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            print("reading", flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize("route", ALL, ids=lambda route: route.id)
async def test_ctrl_c_ends_a_stream_at_once_and_quietly(sim: Simulator, route: Route) -> None:
    """The user wants the prompt back: no task, thread or socket may hold the process, or complain on the way out."""
    sim.script(Reply(["one two three four five six"], faults=[Stall(5)]))
    model = route.model if route.id != "client" else "client"
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-X", "dev", "-W", "ignore::DeprecationWarning"),
        *("-c", INTERRUPTED, model, getattr(sim, route.address)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        assert child.stdout is not None
        assert (await child.stdout.readline()).strip() == b"reading"
        child.send_signal(signal.SIGINT)
        _, noise = await asyncio.wait_for(child.communicate(), 20)
    finally:
        if child.returncode is None:
            child.kill()
    text = noise.decode()
    assert text.rstrip().endswith("KeyboardInterrupt"), text
    assert child.returncode == -signal.SIGINT
    for complaint in ("was destroyed", "never retrieved", "never awaited", "Unclosed", "ResourceWarning"):
        assert complaint not in text, text
    await sim.wait_idle()
    assert sim.disconnects == 1
