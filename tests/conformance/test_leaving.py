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

from ..conftest import tasks_since
from .columns import Column, agent
from .table import shows


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


@shows("streams:left", way="streamed")
@pytest.mark.parametrize("leave", [by_break, by_cancel, by_cancelled_task, by_exception])
async def test_a_stream_that_is_left_is_hung_up(sim: Simulator, column: Column, leave: Any) -> None:
    """An open connection costs tokens, and one leaked per request is an outage in the end."""
    sim.script(Reply(["one two three four five six"], faults=[Stall(5)]))
    before = asyncio.all_tasks()
    result = Runner.run_streamed(agent(column.on(sim)), "Count")
    await leave(result)
    await sim.wait_idle()
    assert sim.disconnects == 1
    assert not tasks_since(before)
    assert result.is_complete


@shows("streams:connections")
async def test_connections_are_used_again(sim: Simulator, column: Column, run: Any) -> None:
    """A stream that was read to its end gives its connection back."""
    poet = agent(column.on(sim))
    for _ in range(3):
        await run(poet)
        await sim.wait_idle()
        await asyncio.sleep(0.02)  # what hangs up is seen to
        assert sim.open_connections == 1


# The child says that it reads once it waits: an interrupt that strikes while the stream begins may fall into a
# finalizer, where Python (before 3.11 most of all) drops it.
INTERRUPTED = """
import asyncio, sys
from agents import Agent, Runner

def model(by, name, protocol, address):
    if by == "native":
        from agents import AnyModel
        return AnyModel(name, base_url=address, api_key="sim-key", api=protocol)
    if by == "litellm":
        from agents.extensions.models.litellm_model import LitellmModel
        return LitellmModel(name, base_url=address, api_key="sim-key")
    from openai import AsyncOpenAI
    from agents import OpenAIChatCompletionsModel, OpenAIResponsesModel
    kind = OpenAIChatCompletionsModel if protocol == "openai-chat" else OpenAIResponsesModel
    return kind(name.rpartition("/")[2], AsyncOpenAI(base_url=address, api_key="sim-key"))

async def main(*told):
    result = Runner.run_streamed(Agent("Poet", model=model(*told)), "Hello")
    async for event in result.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            asyncio.get_running_loop().call_later(0.02, lambda: print("reading", flush=True))

asyncio.run(main(*sys.argv[1:]))
"""


@shows("streams:ctrl-c", way="streamed")
async def test_ctrl_c_ends_a_stream_at_once_and_quietly(sim: Simulator, column: Column) -> None:
    """The user wants the prompt back: no task, thread or socket may hold the process, or complain on the way out."""
    sim.script(Reply(["one two three four five six"], faults=[Stall(5)]))
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-X", "dev", "-W", "ignore::DeprecationWarning"),
        *("-c", INTERRUPTED, column.by, column.model, column.protocol, getattr(sim, column.address)),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        assert child.stdout is not None
        assert (await child.stdout.readline()).strip() == b"reading"
        child.send_signal(signal.SIGINT)
        _, noise = await child.communicate()  # bounded by pytest alone: a busy machine is slow, not wrong
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
