"""How agents run on the simulator: each case plain and streamed, and nothing that it would refuse."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from agents import Agent, Runner, RunResult, RunResultStreaming, Span, TracingProcessor, function_tool
from agents.testing.simulator import Simulator
from agents.tracing import setup

from .routes import Run, close_clients


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    """A strict simulator: what it refuses as the real services do, we should not have sent."""
    async with Simulator() as simulator:
        yield simulator
        await close_clients()
        assert not simulator.refusals


@pytest.fixture(params=["plain", "streamed"])
def run(request: pytest.FixtureRequest) -> Run:
    """Runs an agent to its end, plain or streamed."""

    async def plain(agent: Agent[Any], input: Any = "Hello", **options: Any) -> RunResult:
        return await Runner.run(agent, input, **options)

    async def streamed(agent: Agent[Any], input: Any = "Hello", **options: Any) -> RunResultStreaming:
        result = Runner.run_streamed(agent, input, **options)
        async for _ in result.stream_events():
            pass
        return result

    return plain if request.param == "plain" else streamed


@pytest.fixture
def weather() -> Any:
    """The tool that the simulator's assistant looks for."""

    @function_tool
    def get_weather(city: str) -> str:
        """The weather of a city."""
        return f"Windy at {len(city)} °C"

    return get_weather


class Spans(TracingProcessor):
    """Keeps finished spans."""

    def __init__(self) -> None:
        self.spans: list[Span[Any]] = []

    def on_trace_start(self, trace: Any) -> None: ...
    def on_trace_end(self, trace: Any) -> None: ...
    def on_span_start(self, span: Span[Any]) -> None: ...
    def shutdown(self) -> None: ...
    def force_flush(self) -> None: ...

    def on_span_end(self, span: Span[Any]) -> None:
        self.spans.append(span)


@pytest.fixture
def spans() -> Iterator[Spans]:
    """What the test traces."""
    before = setup.GLOBAL_TRACE_PROVIDER
    setup.GLOBAL_TRACE_PROVIDER = None
    processor = Spans()
    setup.get_trace_provider().register_processor(processor)
    yield processor
    setup.GLOBAL_TRACE_PROVIDER = before
