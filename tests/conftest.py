"""Every test runs as on a machine that has no network, no keys and no settings of its owner's.

The environment is cleaned before any test module is imported. The guard is Python's own audit hook, so that
nothing is patched and no library slips past it: whatever asks for an address off this machine gets the error
of an unplugged cable, and the test that asked fails, even where the code under test swallowed the error.
"""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from agents import Agent, AgentsException, Runner, RunResult, RunResultStreaming, Span, Trace, TracingProcessor
from agents.tracing import setup

Run = Callable[..., Awaitable["RunResult | RunResultStreaming"]]
Patiently = Callable[[Callable[[float], Awaitable[None]]], Awaitable[None]]

# A developer's keys, endpoints, proxies and model choices would make tests differ from machine to machine.
for _name in list(os.environ):
    if _name.upper().endswith(("_API_KEY", "_API_BASE", "_BASE_URL", "_PROXY")) or _name.startswith("OPENAI_"):
        del os.environ[_name]
# A shell that starts the tests in its background takes Ctrl-C from them, and from the programs that they interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
# Where a test imports litellm itself: its price list comes from the package, not from the network.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"

# No test fails because a machine is slow. CI tries the same examples each time: who changed nothing breaks nothing.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("patient"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "patient")

# Names that never resolve (RFC 6761, section 6.4): a test may ask for one to see what an unknown host does.
_UNRESOLVABLE = (".invalid", ".invalid.")
_refused: list[str] = []


def _is_here(host: object) -> bool:
    """Whether an address is of this machine: loopback, or the wildcard that servers bind."""
    name = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(str(name).partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _guard(event: str, args: tuple[Any, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = args[0].decode("ascii", "replace") if isinstance(args[0], bytes) else args[0]
        if _is_here(host):
            return
        if not str(host).endswith(_UNRESOLVABLE):
            _refused.append(f"look-up of {host!r}")
        raise socket.gaierror(socket.EAI_NONAME, f"tests have no network: {host!r} was looked up")
    if event in ("socket.connect", "socket.sendto"):
        address = args[1]
        if not isinstance(address, tuple) or _is_here(address[0]):  # a path is a Unix socket
            return
        _refused.append(f"connection to {address!r}")
        raise OSError(errno.ENETUNREACH, f"tests have no network: a connection to {address!r} was tried")


sys.addaudithook(_guard)


@pytest.fixture
def patiently() -> Patiently:
    """For what must get somewhere before a time-out strikes: a busy machine may need longer than an idle one.

    An attempt takes the seconds of its time-out. One that fails is made again with ten times as many.
    """

    async def make(attempt: Callable[[float], Awaitable[None]]) -> None:
        try:
            await attempt(0.3)
        except (AssertionError, pytest.fail.Exception, AgentsException):
            await attempt(3)

    return make


@pytest.fixture(autouse=True)
def nothing_leaves_the_machine() -> Iterator[None]:
    """Fails a test that tried to reach another machine, whatever the code under test made of the refusal."""
    _refused.clear()
    yield
    assert not _refused, f"a test must stay on this machine, but there was a {'; a '.join(_refused)}"


# --- How agents are run ---


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
    assert not tasks_since(before), "a run left a task behind"


def tasks_since(before: set[asyncio.Task[Any]]) -> set[asyncio.Task[Any]]:
    """The tasks that began since: not this one, nor those of the simulator's server, nor LiteLLM's own."""

    def guest(task: asyncio.Task[Any]) -> bool:
        coro: Any = task.get_coro()
        code = getattr(coro, "cr_code", None)  # none: a generator that is being closed
        return code is None or coro.__qualname__.startswith("RequestHandler") or "litellm" in code.co_filename

    found = asyncio.all_tasks() - before - {asyncio.current_task()}
    return {task for task in found if not guest(task)}


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
        if data.type == "turn":
            name = f"{data.turn} of {data.agent_name}"
        if data.type == "handoff":
            name = f"{data.from_agent} -> {data.to_agent}"
        return f"{data.type} {name}" if name else str(data.type)

    @property
    def tree(self) -> list[str]:
        """The spans by start, each indented below its parent, without those of whole runs and of turns."""
        return self._tree(without=("task", "turn"))

    @property
    def whole_tree(self) -> list[str]:
        """The spans by start, each indented below its parent."""
        return self._tree(without=())

    def _tree(self, without: tuple[str, ...]) -> list[str]:
        by_id = {span.span_id: span for span in self.spans}

        def depth(span: Span[Any]) -> int:
            """How many of those that are shown are around it."""
            around = by_id.get(span.parent_id or "")
            return 0 if around is None else depth(around) + (around.span_data.type not in without)

        in_order = sorted(self.spans, key=lambda span: (span.started_at or "", depth(span)))
        shown = [span for span in in_order if span.span_data.type not in without]
        return [f"{'  ' * depth(span)}{self.label(span)}" for span in shown]


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
