"""Spans: timed steps inside a trace, recorded or not.

Above `scope` and `span_data`; below `provider`, which decides for each step between a `SpanImpl` and a
`NoOpSpan`. A span costs little until somebody exports it: times are kept as integers, text is made on
demand.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from types import TracebackType
from typing import Any, Generic, TypeVar

from . import ids
from .failures import SpanError, span_error
from .processor_interface import TracingProcessor
from .scope import Scope
from .span_data import SpanData

__all__ = ["NoOpSpan", "Span", "SpanError", "SpanImpl", "TSpanData"]

TSpanData = TypeVar("TSpanData", bound=SpanData)


class Span(ABC, Generic[TSpanData]):
    """A step of a workflow: when it ran, inside what, with which data and outcome.

    Use it as a context manager, or call `start` and `finish`:

        with custom_span("look_up", {"table": "users"}) as span:
            span.span_data.data["rows"] = look_up()
    """

    @property
    @abstractmethod
    def trace_id(self) -> str:
        """The trace to which the span belongs."""

    @property
    @abstractmethod
    def span_id(self) -> str:
        """The span's own id."""

    @property
    @abstractmethod
    def span_data(self) -> TSpanData:
        """What the span says about its step; may be filled in while it runs."""

    @property
    @abstractmethod
    def parent_id(self) -> str | None:
        """The span around this one, if there is one."""

    @abstractmethod
    def start(self, mark_as_current: bool = False) -> None:
        """Start the clock.

        Args:
            mark_as_current: Also make it the parent of spans to come.
        """

    @abstractmethod
    def finish(self, reset_current: bool = False) -> None:
        """Stop the clock and report the span.

        Args:
            reset_current: Also give its place as current span back.
        """

    @abstractmethod
    def __enter__(self) -> Span[TSpanData]: ...

    @abstractmethod
    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None: ...

    @abstractmethod
    def set_error(self, error: SpanError) -> None:
        """Say what went wrong, as `{"message": ..., "data": ...}`."""

    @property
    @abstractmethod
    def error(self) -> SpanError | None:
        """What went wrong, if anything did."""

    @abstractmethod
    def export(self) -> dict[str, Any] | None:
        """Return the span as a dictionary, or None when it is not recorded."""

    @property
    @abstractmethod
    def started_at(self) -> str | None:
        """When it started, ISO 8601 in UTC."""

    @property
    @abstractmethod
    def ended_at(self) -> str | None:
        """When it ended, ISO 8601 in UTC."""

    @property
    def tracing_api_key(self) -> str | None:
        """The key under which the span is to be sent, if its trace has one of its own."""
        return None

    @property
    def trace_metadata(self) -> dict[str, Any] | None:
        """The metadata of the trace to which the span belongs."""
        return None


class NoOpSpan(Span[TSpanData]):
    """A span that nobody records. It can be current, so that code asking for the current span finds one."""

    __slots__ = ("_span_data",)

    def __init__(self, span_data: TSpanData) -> None:
        self._span_data = span_data

    @property
    def trace_id(self) -> str:
        """Always `no-op`."""
        return ids.NO_OP_ID

    @property
    def span_id(self) -> str:
        """Always `no-op`."""
        return ids.NO_OP_ID

    @property
    def span_data(self) -> TSpanData:
        """The data it was made with."""
        return self._span_data

    @property
    def parent_id(self) -> str | None:
        """Always None."""
        return None

    def start(self, mark_as_current: bool = False) -> None:
        """Become current if asked to."""
        if mark_as_current:
            Scope.enter_span(self)

    def finish(self, reset_current: bool = False) -> None:
        """Stop being current if asked to."""
        if reset_current:
            Scope.leave_span(self)

    def __enter__(self) -> NoOpSpan[TSpanData]:
        Scope.enter_span(self)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        Scope.leave_span(self)

    def set_error(self, error: SpanError) -> None:
        """Do nothing."""

    @property
    def error(self) -> SpanError | None:
        """Always None."""
        return None

    def export(self) -> dict[str, Any] | None:
        """Return None: there is nothing to export."""
        return None

    @property
    def started_at(self) -> str | None:
        """Always None."""
        return None

    @property
    def ended_at(self) -> str | None:
        """Always None."""
        return None


class SpanImpl(Span[TSpanData]):
    """A span that is reported to a processor when it starts and when it ends.

    Args:
        trace_id: The trace to which it belongs.
        span_id: Its id; made up when None.
        parent_id: The span around it.
        processor: Who hears of it.
        span_data: What it says about its step.
        tracing_api_key: The key of its trace; kept out of every export.
        trace_metadata: The metadata of its trace.
        clock: Gives the time, in nanoseconds since 1970 or as text that is ISO 8601 already.
    """

    __slots__ = (
        "_clock",
        "_ended",
        "_error",
        "_parent_id",
        "_processor",
        "_span_data",
        "_span_id",
        "_started",
        "_trace_id",
        "_trace_metadata",
        "_tracing_api_key",
    )

    def __init__(
        self,
        trace_id: str,
        span_id: str | None,
        parent_id: str | None,
        processor: TracingProcessor,
        span_data: TSpanData,
        tracing_api_key: str | None,
        trace_metadata: dict[str, Any] | None = None,
        clock: Callable[[], int | str] = time.time_ns,
    ) -> None:
        self._trace_id = trace_id
        self._span_id = span_id or ids.new_span_id()
        self._parent_id = parent_id
        self._processor = processor
        self._span_data = span_data
        self._tracing_api_key = tracing_api_key
        self._trace_metadata = trace_metadata
        self._clock = clock
        self._started: int | str | None = None
        self._ended: int | str | None = None
        self._error: SpanError | None = None

    @property
    def trace_id(self) -> str:
        """The trace to which the span belongs."""
        return self._trace_id

    @property
    def span_id(self) -> str:
        """The span's own id."""
        return self._span_id

    @property
    def span_data(self) -> TSpanData:
        """What the span says about its step."""
        return self._span_data

    @property
    def parent_id(self) -> str | None:
        """The span around this one, if there is one."""
        return self._parent_id

    def start(self, mark_as_current: bool = False) -> None:
        """Start the clock; a second call changes nothing."""
        if self._started is not None:
            return
        self._started = self._clock()
        try:
            self._processor.on_span_start(self)
        finally:
            if mark_as_current:
                Scope.enter_span(self)

    def finish(self, reset_current: bool = False) -> None:
        """Stop the clock and report the span; a second call reports nothing."""
        try:
            if self._ended is None:
                self._ended = self._clock()
                self._processor.on_span_end(self)
        finally:
            if reset_current:
                Scope.leave_span(self)

    def __enter__(self) -> SpanImpl[TSpanData]:
        self.start(mark_as_current=True)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        # A closed generator is no failure of the step.
        if exc_val is not None and self._error is None and not isinstance(exc_val, GeneratorExit):
            self._error = span_error(exc_val)
        self.finish(reset_current=True)

    def set_error(self, error: SpanError) -> None:
        """Say what went wrong, as `{"message": ..., "data": ...}`."""
        self._error = error

    @property
    def error(self) -> SpanError | None:
        """What went wrong, if anything did."""
        return self._error

    @property
    def started_at(self) -> str | None:
        """When it started, ISO 8601 in UTC."""
        return ids.iso_time(self._started) if isinstance(self._started, int) else self._started

    @property
    def ended_at(self) -> str | None:
        """When it ended, ISO 8601 in UTC."""
        return ids.iso_time(self._ended) if isinstance(self._ended, int) else self._ended

    @property
    def tracing_api_key(self) -> str | None:
        """The key under which the span is to be sent, if its trace has one of its own."""
        return self._tracing_api_key

    @property
    def trace_metadata(self) -> dict[str, Any] | None:
        """The metadata of the trace to which the span belongs."""
        return self._trace_metadata

    def export(self) -> dict[str, Any] | None:
        """Return the span as a dictionary."""
        exported = {
            "object": "trace.span",
            "id": self._span_id,
            "trace_id": self._trace_id,
            "parent_id": self._parent_id,
            "started_at": self.started_at,
            "ended_at": self.ended_at,
            "span_data": self._span_data.export(),
            "error": self._error,
        }
        metadata = getattr(self._span_data, "metadata", None)
        if isinstance(metadata, dict) and metadata:
            exported["metadata"] = dict(metadata)
        return exported
