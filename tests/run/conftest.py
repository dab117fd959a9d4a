"""How the tests of the run run agents: each case plain and streamed, as one loop serves both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest

from agents import (
    Agent,
    RunHooks,
    Runner,
    RunResult,
    RunResultStreaming,
    Span,
    Trace,
    TracingProcessor,
    function_tool,
)
from agents.testing import ScriptedModel, assistant_message, function_call
from agents.tracing import setup

Run = Callable[..., Awaitable["RunResult | RunResultStreaming"]]


@pytest.fixture(params=["plain", "streamed"])
async def run(request: pytest.FixtureRequest) -> AsyncIterator[Run]:
    """Runs an agent to its end, plain or streamed; afterwards nothing may still be running."""

    async def plain(agent: Agent[Any], input: Any = "Hello", **options: Any) -> RunResult:
        return await Runner.run(agent, input, **options)

    async def streamed(agent: Agent[Any], input: Any = "Hello", **options: Any) -> RunResultStreaming:
        result = Runner.run_streamed(agent, input, **options)
        async for _ in result.stream_events():
            pass
        assert result.is_complete
        return result

    before = asyncio.all_tasks()
    yield plain if request.param == "plain" else streamed
    assert not asyncio.all_tasks() - before - {asyncio.current_task()}, "a run left a task behind"


@pytest.fixture
def says() -> Callable[..., ScriptedModel]:
    """Makes a model of what it says, call by call: a text, or the items of a turn.

    A text is a message; a tuple is a tool call, its name, arguments and call id.
    """

    def item(said: Any) -> Any:
        if isinstance(said, str):
            return assistant_message(said)
        if isinstance(said, tuple):
            name, arguments, call_id = (*said, *({}, None)[len(said) - 1 :])
            return function_call(name, arguments, call_id=call_id or f"call_{name}")
        return said

    def make(*turns: Any, **options: Any) -> ScriptedModel:
        steps = [
            [item(said) for said in (turn if isinstance(turn, list) else [turn])]
            if isinstance(turn, (str, tuple, list))
            else turn
            for turn in turns
        ]
        return ScriptedModel(steps, **options)

    return make


@pytest.fixture
def weather() -> Any:
    """A tool that every test may use."""

    @function_tool
    def get_weather(city: str) -> str:
        """The weather of a city."""
        return f"Sunny in {city}."

    return get_weather


class Spans(TracingProcessor):
    """Keeps finished spans and traces, and shows them as a tree."""

    def __init__(self) -> None:
        self.spans: list[Span[Any]] = []
        self.traces: list[Trace] = []
        self.open = 0

    def on_trace_start(self, trace: Trace) -> None:
        self.open += 1

    def on_trace_end(self, trace: Trace) -> None:
        self.open -= 1
        self.traces.append(trace)

    def on_span_start(self, span: Span[Any]) -> None:
        self.open += 1

    def on_span_end(self, span: Span[Any]) -> None:
        self.open -= 1
        self.spans.append(span)

    def shutdown(self) -> None:
        pass

    def force_flush(self) -> None:
        pass

    def named(self, label: str) -> Span[Any]:
        """The one span of this label, such as ``"function get_weather"``."""
        (found,) = [span for span in self.spans if self.label(span) == label]
        return found

    def label(self, span: Span[Any]) -> str:
        data = span.span_data
        name = getattr(data, "name", None)
        if data.type == "handoff":
            name = f"{data.from_agent} -> {data.to_agent}"
        return f"{data.type} {name}" if name else str(data.type)

    @property
    def tree(self) -> list[str]:
        """The spans by start, each indented below its parent."""
        by_id = {span.span_id: span for span in self.spans}

        def depth(span: Span[Any]) -> int:
            return 0 if span.parent_id is None else 1 + depth(by_id[span.parent_id])

        in_order = sorted(self.spans, key=lambda span: span.started_at or "")
        return [f"{'  ' * depth(span)}{self.label(span)}" for span in in_order]


@pytest.fixture
def spans() -> Iterator[Spans]:
    """What the test traces; all that was opened must have been closed."""
    before = setup.GLOBAL_TRACE_PROVIDER
    setup.GLOBAL_TRACE_PROVIDER = None
    processor = Spans()
    setup.get_trace_provider().register_processor(processor)
    yield processor
    setup.GLOBAL_TRACE_PROVIDER = before
    assert processor.open == 0, "a trace or span was left open"


class Told(RunHooks[Any]):
    """Hooks that write down what they are told; ``who`` goes before each line."""

    def __init__(self, calls: list[str]) -> None:
        self.calls = calls

    async def on_agent_start(self, context: Any, agent: Any) -> None:
        self.calls.append(f"run: agent {agent.name} starts")

    async def on_agent_end(self, context: Any, agent: Any, output: Any) -> None:
        self.calls.append(f"run: agent {agent.name} ends with {output}")

    async def on_handoff(self, context: Any, from_agent: Any, to_agent: Any) -> None:
        self.calls.append(f"run: {from_agent.name} hands over to {to_agent.name}")

    async def on_llm_start(self, context: Any, agent: Any, system_prompt: Any, input_items: Any) -> None:
        self.calls.append(f"run: model of {agent.name} starts on {len(input_items)} items")

    async def on_llm_end(self, context: Any, agent: Any, response: Any) -> None:
        self.calls.append(f"run: model of {agent.name} ends")

    async def on_tool_start(self, context: Any, agent: Any, tool: Any) -> None:
        self.calls.append(f"run: tool {tool.name} of {agent.name} starts, {context.tool_call_id}")

    async def on_tool_end(self, context: Any, agent: Any, tool: Any, result: Any) -> None:
        self.calls.append(f"run: tool {tool.name} of {agent.name} ends with {result}")


@pytest.fixture
def told() -> type[Told]:
    """The class of hooks that write down what they are told."""
    return Told
