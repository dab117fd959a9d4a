"""The provider in use: nothing by default, the switch, faulty processors, wrappers and subclasses."""

from __future__ import annotations

import logging
import subprocess
import sys
from typing import Any

import pytest

from agents.tracing import (
    Trace,
    add_trace_processor,
    agent_span,
    custom_span,
    flush_traces,
    gen_span_id,
    gen_trace_id,
    get_trace_provider,
    set_trace_processors,
    set_trace_provider,
    set_tracing_disabled,
    trace,
)
from agents.tracing.provider import DefaultTraceProvider, SynchronousMultiTracingProcessor
from agents.tracing.spans import NoOpSpan, SpanImpl
from agents.tracing.traces import NoOpTrace
from agents.tracing.util import time_iso

_LOOK_AT_A_FRESH_PROCESS = """
import sys, threading
seen = []
sys.addaudithook(lambda event, _: seen.append(event) if event.startswith("socket.") else None)
import agents.tracing as tracing
with tracing.trace("w") as t, tracing.agent_span("a"), tracing.function_span("f"):
    assert t.trace_id.startswith("trace_")
tracing.flush_traces()
assert tracing.get_trace_provider()._multi_processor._processors == ()
assert threading.active_count() == 1, threading.enumerate()
assert not seen, seen
heavy = {"openai", "pydantic", "httpx", "aiohttp", "urllib.request", "http.client", "ssl", "hashlib"}
heavy &= set(sys.modules)
assert not heavy, heavy
"""


def test_a_fresh_process_records_and_sends_nothing() -> None:
    """Traces stay at home: no processor, no thread, no socket, and no library loaded to make one."""
    done = subprocess.run([sys.executable, "-c", _LOOK_AT_A_FRESH_PROCESS], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("value", "off"), [("1", True), ("true", True), ("TRUE", True), ("0", False), ("", False), ("no", False)]
)
def test_the_environment_turns_tracing_off(monkeypatch: Any, new_recorder: Any, value: str, off: bool) -> None:
    """It is read at first use: programs load their settings after the import."""
    fresh = DefaultTraceProvider()
    fresh.register_processor(new_recorder())
    monkeypatch.setenv("OPENAI_AGENTS_DISABLE_TRACING", value)
    assert isinstance(fresh.create_trace("w"), NoOpTrace) is off
    monkeypatch.setenv("OPENAI_AGENTS_DISABLE_TRACING", "0" if off else "1")
    assert isinstance(fresh.create_trace("w"), NoOpTrace) is off, "it changed in the middle of the program"


def test_the_switch_overrides_the_environment(monkeypatch: Any, recorder: Any) -> None:
    """What the program says counts more than where it runs."""
    monkeypatch.setenv("OPENAI_AGENTS_DISABLE_TRACING", "1")
    with trace("off"), custom_span("off"):
        pass
    set_tracing_disabled(False)
    with trace("on"), custom_span("on"):
        pass
    set_tracing_disabled(True)
    with trace("off again"), custom_span("off again"):
        pass
    assert [t.name for t in recorder.traces] == ["on"]
    assert [s.span_data.name for s in recorder.spans] == ["on"]


def test_processors_are_added_and_replaced(new_recorder: Any) -> None:
    """Packages read the tuple that holds them, so its place is part of the interface."""
    a, b, c = new_recorder(), new_recorder(), new_recorder()
    add_trace_processor(a)
    add_trace_processor(b)
    assert get_trace_provider()._multi_processor._processors == (a, b)  # type: ignore[attr-defined]
    with trace("one"):
        pass
    set_trace_processors([c])
    with trace("two"):
        pass
    assert [len(r.traces) for r in (a, b, c)] == [1, 1, 1]
    flush_traces()
    assert c.events[-1] == ("flush", "")


@pytest.mark.parametrize("event", ["on_trace_start", "on_trace_end", "on_span_start", "on_span_end", "force_flush"])
def test_a_processor_that_raises_disturbs_nobody(event: str, new_recorder: Any, caplog: Any) -> None:
    """A broken trace backend must not break an agent; the log says which, not what it was about."""
    bad, good = new_recorder(), new_recorder()

    def fail(*_: Any) -> None:
        raise ValueError("sk-secret in the text")

    setattr(bad, event, fail)
    set_trace_processors([bad, good])
    with caplog.at_level(logging.ERROR, "openai.agents"), trace("w"), custom_span("c"):
        pass
    flush_traces()
    assert [kind for kind, _ in good.events] == [
        "trace start",
        "span start",
        "span end",
        "trace end",
        "flush",
    ]
    assert "Recorder" in caplog.text
    assert event in caplog.text
    assert "ValueError" in caplog.text
    assert "test_provider.py" in caplog.text
    assert "sk-secret" not in caplog.text


def test_shutdown_shares_its_time_and_goes_on_after_a_failure(new_recorder: Any, caplog: Any) -> None:
    """Every processor gets its chance at exit, also those that know of no time limit."""

    class Plain(SynchronousMultiTracingProcessor):
        def shutdown(self) -> None:  # type: ignore[override]
            called.append("plain")
            raise OSError("disk")

    called: list[str] = []
    last = new_recorder()
    provider = get_trace_provider()
    provider.set_processors([Plain(), last])
    provider.shutdown(timeout=5.0)  # type: ignore[call-arg]
    assert called == ["plain"]
    event, timeout = last.events[0]
    assert event == "shutdown"
    assert 0 < float(timeout) <= 5.0
    provider.shutdown()
    assert last.events[-1] == ("shutdown", "None")


def test_spans_outside_a_trace_are_told_of_once_and_quietly(recorder: Any, caplog: Any) -> None:
    """A library that opens spans must not fill the log of a program that opens no trace."""
    with caplog.at_level(logging.DEBUG, "openai.agents"):
        for _ in range(3):
            with agent_span("a"):
                pass
    assert [r.levelname for r in caplog.records] == ["DEBUG"]
    assert recorder.spans == []


class _Wrapper:
    """Records by wrapping what the provider makes, as Logfire does."""

    def __init__(self, wrapped: Any) -> None:
        self.wrapped = wrapped
        self.seen: list[Any] = []

    def create_span(self, *args: Any, **kwargs: Any) -> Any:
        span = self.wrapped.create_span(*args, **kwargs)
        self.seen.append(span)
        return span

    def __getattr__(self, name: str) -> Any:
        return getattr(self.wrapped, name)


def test_a_wrapped_provider_makes_real_spans_without_a_processor() -> None:
    """Packages that wrap the provider record by themselves, and skip what is a no-op."""
    wrapper = _Wrapper(get_trace_provider())
    set_trace_provider(wrapper)  # type: ignore[arg-type]
    with trace("w"), custom_span("outer") as outer, custom_span("inner") as inner:
        pass
    assert all(isinstance(span, SpanImpl) for span in wrapper.seen)
    assert inner.parent_id == outer.span_id


def test_a_subclass_may_forward_elsewhere_and_keep_its_own_time_and_ids(new_recorder: Any) -> None:
    """Durable engines replay a run: ids and times must be the engine's, as Temporal does it."""
    target = new_recorder()

    class Forward(SynchronousMultiTracingProcessor):
        def on_trace_start(self, trace: Trace) -> None:
            target.on_trace_start(trace)

        def on_span_end(self, span: Any) -> None:
            target.on_span_end(span)

    class Replayed(DefaultTraceProvider):
        def __init__(self) -> None:
            super().__init__()
            self._multi_processor = Forward()

        def time_iso(self) -> str:
            return "2001-01-01T00:00:00+00:00"

        def gen_trace_id(self) -> str:
            return "trace_replayed"

        def gen_span_id(self) -> str:
            return "span_replayed"

    set_trace_provider(Replayed())
    with trace("w"), custom_span("c"):
        pass
    exported = target.spans[0].export()
    assert (exported["id"], exported["trace_id"]) == ("span_replayed", "trace_replayed")
    assert exported["started_at"] == exported["ended_at"] == time_iso() == "2001-01-01T00:00:00+00:00"
    assert (gen_trace_id(), gen_span_id()) == ("trace_replayed", "span_replayed")


def test_a_provider_in_direct_use_makes_no_spans_that_nobody_hears() -> None:
    """Runs without tracing pay next to nothing for it."""
    set_trace_provider(DefaultTraceProvider())
    with trace("w"), custom_span("c") as span:
        assert isinstance(span, NoOpSpan)


def test_a_no_op_span_id_makes_a_no_op_span(recorder: Any) -> None:
    """Ids are passed on by hand between processes; that of a no-op stays one."""
    with trace("w"), custom_span("c", span_id="no-op") as span:
        assert isinstance(span, NoOpSpan)
    assert recorder.spans == []
