"""What the tracing tests share: a provider of their own, and a processor that remembers."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from agents.tracing import Span, Trace, TracingProcessor, setup
from agents.tracing.processor_interface import TracingExporter
from agents.tracing.provider import DefaultTraceProvider


class Recorder(TracingProcessor):
    """Remembers what it hears, in order."""

    def __init__(self) -> None:
        self.events: list[tuple[str, str]] = []
        self.traces: list[Trace] = []
        self.spans: list[Span[Any]] = []

    def on_trace_start(self, trace: Trace) -> None:
        self.events.append(("trace start", trace.trace_id))

    def on_trace_end(self, trace: Trace) -> None:
        self.events.append(("trace end", trace.trace_id))
        self.traces.append(trace)

    def on_span_start(self, span: Span[Any]) -> None:
        self.events.append(("span start", span.span_id))

    def on_span_end(self, span: Span[Any]) -> None:
        self.events.append(("span end", span.span_id))
        self.spans.append(span)

    def shutdown(self, timeout: float | None = None) -> None:
        self.events.append(("shutdown", str(timeout)))

    def force_flush(self) -> None:
        self.events.append(("flush", ""))


class Collector(TracingExporter):
    """Keeps the batches it is given; `arrived` is set with each."""

    def __init__(self) -> None:
        self.batches: list[list[Trace | Span[Any]]] = []
        self.arrived = threading.Event()

    def export(self, items: list[Trace | Span[Any]]) -> None:
        self.batches.append(list(items))
        self.arrived.set()

    @property
    def items(self) -> list[Trace | Span[Any]]:
        return [item for batch in self.batches for item in batch]


@pytest.fixture(autouse=True)
def provider() -> Iterator[DefaultTraceProvider]:
    """The provider in use, fresh for this test."""
    before = setup.GLOBAL_TRACE_PROVIDER
    setup.GLOBAL_TRACE_PROVIDER = None
    fresh = setup.get_trace_provider()
    assert isinstance(fresh, DefaultTraceProvider)
    yield fresh
    setup.GLOBAL_TRACE_PROVIDER = before


@pytest.fixture
def recorder(provider: DefaultTraceProvider) -> Recorder:
    """A processor that is in use."""
    made = Recorder()
    provider.register_processor(made)
    return made


@pytest.fixture
def new_recorder() -> type[Recorder]:
    """The class, for tests that need several or register late."""
    return Recorder


@pytest.fixture
def collector() -> Collector:
    """An exporter that keeps what it is given."""
    return Collector()
