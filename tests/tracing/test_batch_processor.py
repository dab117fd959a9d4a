"""The batch processor: lazily started, bounded, sturdy, and done in time."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
from typing import Any

import pytest

from agents.tracing import custom_span, set_trace_processors, trace
from agents.tracing.processor_interface import TracingExporter
from agents.tracing.processors import BatchTraceProcessor, ConsoleSpanExporter
from agents.tracing.span_data import CustomSpanData
from agents.tracing.spans import NoOpSpan


def _span(name: str = "c") -> NoOpSpan[CustomSpanData]:
    return NoOpSpan(CustomSpanData(name, {}))


def _names(items: list[Any]) -> list[str]:
    return [item.span_data.name for item in items]


def _workers() -> int:
    return sum(thread.name == "agents-trace-export" for thread in threading.enumerate())


def test_the_thread_starts_with_the_first_item(collector: Any) -> None:
    """A processor that is made at import must not start threads there."""
    before = _workers()
    processor = BatchTraceProcessor(collector)
    assert _workers() == before
    processor.on_span_end(_span())
    processor.on_span_end(_span())
    assert _workers() == before + 1
    processor.shutdown(5)
    assert _workers() == before
    assert len(collector.items) == 2


def test_traces_and_spans_arrive_in_order_in_bounded_batches(collector: Any) -> None:
    """A trace is known to the backend before its spans."""
    processor = BatchTraceProcessor(collector, max_batch_size=4)
    set_trace_processors([processor])
    with trace("w") as t:
        for i in range(10):
            with custom_span(str(i)):
                pass
    processor.force_flush()
    assert [len(batch) for batch in collector.batches] == [4, 4, 3]
    assert collector.items[0] is t
    assert _names(collector.items[1:]) == [str(i) for i in range(10)]
    processor.shutdown(5)


def test_the_schedule_exports_without_being_asked(collector: Any) -> None:
    """Long runs become visible while they run."""
    processor = BatchTraceProcessor(collector, schedule_delay=0.01)
    processor.on_span_end(_span())
    assert collector.arrived.wait(5)
    processor.shutdown(5)


def test_a_queue_that_fills_is_exported_at_once(collector: Any) -> None:
    """A burst must not wait for the schedule until the queue overflows."""
    processor = BatchTraceProcessor(collector, max_queue_size=10, schedule_delay=3600, export_trigger_ratio=0.5)
    for _ in range(5):
        processor.on_span_end(_span())
    assert collector.arrived.wait(5)
    processor.shutdown(5)
    assert len(collector.items) == 5


def test_a_full_queue_drops_with_one_warning(caplog: Any) -> None:
    """When the backend hangs, memory stays bounded and the log readable."""
    gate, begun, exported = threading.Event(), threading.Event(), []

    class Slow(TracingExporter):
        def export(self, items: list[Any]) -> None:
            begun.set()
            gate.wait(5)
            exported.extend(items)

    processor = BatchTraceProcessor(Slow(), max_queue_size=3, max_batch_size=1, schedule_delay=0)
    processor.on_span_end(_span("first"))
    assert begun.wait(5)
    with caplog.at_level(logging.WARNING, "openai.agents"):
        for i in range(8):
            processor.on_span_end(_span(str(i)))
    assert [r.getMessage() for r in caplog.records] == ["The trace queue is full (3 items): dropping more."]
    gate.set()
    with caplog.at_level(logging.WARNING, "openai.agents"):
        processor.shutdown(5)
    assert _names(exported) == ["first", "0", "1", "2"]
    assert "5 traces and spans were dropped" in caplog.text


def test_an_exporter_that_raises_loses_its_batch_and_nothing_else(collector: Any, caplog: Any) -> None:
    """One bad answer must not end tracing for the life of the process, nor put content in the log."""

    class Flaky(TracingExporter):
        def export(self, items: list[Any]) -> None:
            if _names(items) == ["bad"]:
                raise RuntimeError("sk-secret content")
            collector.export(items)

    processor = BatchTraceProcessor(Flaky(), max_batch_size=1)
    for name in ("good", "bad", "good again"):
        processor.on_span_end(_span(name))
    processor.shutdown(5)
    assert _names(collector.items) == ["good", "good again"]
    assert "Flaky lost 1 traces and spans: RuntimeError" in caplog.text
    assert "sk-secret" not in caplog.text


def test_shutdown_waits_no_longer_than_told(caplog: Any) -> None:
    """A program must be able to leave while its trace backend hangs."""
    gate, begun = threading.Event(), threading.Event()

    class Stuck(TracingExporter):
        def export(self, items: list[Any]) -> None:
            begun.set()
            gate.wait(30)

    processor = BatchTraceProcessor(Stuck(), schedule_delay=0)
    processor.on_span_end(_span())
    assert begun.wait(5)
    with caplog.at_level(logging.WARNING, "openai.agents"):
        processor.shutdown(timeout=0.01)
    assert "ran out" in caplog.text
    gate.set()


def test_after_shutdown_items_are_ignored(collector: Any) -> None:
    """Late spans of a dying program start no new thread."""
    processor = BatchTraceProcessor(collector)
    processor.shutdown()
    processor.on_span_end(_span())
    processor.force_flush()
    processor.shutdown()
    assert collector.items == []


def test_an_exporter_may_ask_for_a_flush(collector: Any) -> None:
    """Exporters that end their own batch early must not wait for themselves."""

    class Impatient(TracingExporter):
        def export(self, items: list[Any]) -> None:
            collector.export(items)
            processor.force_flush()

    processor = BatchTraceProcessor(Impatient(), max_batch_size=1)
    for i in range(3):
        processor.on_span_end(_span(str(i)))
    processor.force_flush()
    processor.shutdown(5)
    assert _names(collector.items) == ["0", "1", "2"]


def test_many_threads_lose_and_double_nothing(collector: Any) -> None:
    """Tools run on threads, and the flush of one meets the schedule of another."""
    processor = BatchTraceProcessor(collector, schedule_delay=0.001, max_batch_size=7)

    def work(n: int) -> None:
        for i in range(50):
            processor.on_span_end(_span(f"{n}-{i}"))
            if i % 20 == 0:
                processor.force_flush()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    processor.shutdown(5)
    assert sorted(_names(collector.items)) == sorted(f"{n}-{i}" for n in range(8) for i in range(50))


_LEAVE_WITHOUT_A_WORD = """
import agents.tracing as tracing
from agents.tracing.processors import BatchTraceProcessor, ConsoleSpanExporter
tracing.add_trace_processor(BatchTraceProcessor(ConsoleSpanExporter(), schedule_delay=3600))
with tracing.trace("w"), tracing.custom_span("last words"):
    pass
"""


def test_what_is_pending_is_exported_when_the_program_ends() -> None:
    """A script is over long before the schedule comes round."""
    done = subprocess.run([sys.executable, "-c", _LEAVE_WITHOUT_A_WORD], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0].startswith("[trace] ")
    assert lines[1].startswith("[span] ")
    assert "last words" in lines[1]


_FORK_WHILE_BUSY = """
import os, sys, threading, warnings
warnings.simplefilter("ignore", DeprecationWarning)
import agents.tracing as tracing
from agents.tracing.processors import BatchTraceProcessor
from agents.tracing.processor_interface import TracingExporter
gate, begun = threading.Event(), threading.Event()
class Where(TracingExporter):
    def export(self, items):
        begun.set()
        if os.getpid() == parent:
            gate.wait(20)
        os.write(1, ("".join(f"{os.getpid() == parent} {i.span_data.name}\\n" for i in items)).encode())
parent = os.getpid()
processor = BatchTraceProcessor(Where(), schedule_delay=0, max_batch_size=1)
def say(name):
    processor.on_span_end(tracing.spans.NoOpSpan(tracing.CustomSpanData(name, {})))
say("exporting")
begun.wait(20)
say("waiting")
child = os.fork()
if child == 0:
    say("child")
    processor.shutdown(10)
    os._exit(0)
os.waitpid(child, 0)
gate.set()
processor.shutdown(10)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_child_exports_its_own_items_only() -> None:
    """Servers fork after set-up: a child has no thread, and the parent's lock and items are not its own."""
    done = subprocess.run([sys.executable, "-c", _FORK_WHILE_BUSY], capture_output=True, text=True, timeout=50)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == ["False child", "True exporting", "True waiting"]


def test_the_console_exporter_writes_a_line_for_each(capsys: Any) -> None:
    """The quickest way to see what a run does."""
    processor = BatchTraceProcessor(ConsoleSpanExporter())
    set_trace_processors([processor])
    with trace("w", trace_id="trace_1"), custom_span("c"):
        pass
    processor.shutdown(5)
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("[trace] {")
    assert "trace_1" in first
    assert second.startswith("[span] {")
