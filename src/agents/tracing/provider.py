"""The provider: decides for every trace and span whether it is recorded, and who hears of it.

Above `traces` and `spans`; below `setup`, which holds the one in use. Other packages subclass, replace and
wrap the default provider and read its `_multi_processor._processors`: these names are part of what we keep.
"""

from __future__ import annotations

import inspect
import os
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from ..logger import logger
from . import ids
from .config import TracingConfig
from .failures import loggable
from .processor_interface import TracingProcessor
from .scope import Scope
from .spans import NoOpSpan, Span, SpanImpl, TSpanData
from .traces import NoOpTrace, Trace, TraceImpl


class SynchronousMultiTracingProcessor(TracingProcessor):
    """Passes every event on to a list of processors; one that raises disturbs neither others nor the run."""

    def __init__(self) -> None:
        self._processors: tuple[TracingProcessor, ...] = ()  # replaced whole, so that readers need no lock
        self._lock = threading.Lock()

    def add_tracing_processor(self, tracing_processor: TracingProcessor) -> None:
        """Add a processor at the end of the list."""
        with self._lock:
            self._processors = (*self._processors, tracing_processor)

    def set_processors(self, processors: list[TracingProcessor]) -> None:
        """Replace the list."""
        with self._lock:
            self._processors = tuple(processors)

    def on_trace_start(self, trace: Trace) -> None:
        """Tell every processor that a trace has started."""
        self._tell("on_trace_start", trace)

    def on_trace_end(self, trace: Trace) -> None:
        """Tell every processor that a trace has ended."""
        self._tell("on_trace_end", trace)

    def on_span_start(self, span: Span[Any]) -> None:
        """Tell every processor that a span has started."""
        self._tell("on_span_start", span)

    def on_span_end(self, span: Span[Any]) -> None:
        """Tell every processor that a span has ended."""
        self._tell("on_span_end", span)

    def shutdown(self, timeout: float | None = None) -> None:
        """Shut every processor down, one after the other.

        Args:
            timeout: The seconds that they share; what is left when it is one's turn is handed to it.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        for processor in self._processors:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            try:
                shut_down(processor.shutdown, left)
            except Exception as error:  # noqa: BLE001, PERF203 - the others must be shut down too
                _report(processor, "shutdown", error)

    def force_flush(self) -> None:
        """Make every processor do now what is pending."""
        self._tell("force_flush")

    def _tell(self, event: str, *about: Trace | Span[Any]) -> None:
        for processor in self._processors:
            try:
                getattr(processor, event)(*about)
            except Exception as error:  # noqa: BLE001, PERF203 - tracing never ends a run
                _report(processor, event, error)


def shut_down(shutdown: Callable[..., None], timeout: float | None) -> None:
    """Call a `shutdown`, with the time limit if it takes one: the interface does not ask for it."""
    try:
        parameters = list(inspect.signature(shutdown).parameters.values())
    except (TypeError, ValueError):
        parameters = []
    if any(p.name == "timeout" or p.kind is p.VAR_KEYWORD for p in parameters):
        shutdown(timeout=timeout)
    else:
        shutdown()


def _report(processor: TracingProcessor, event: str, error: Exception) -> None:
    logger.error("Trace processor %s failed in %s: %s", type(processor).__name__, event, loggable(error))


class TraceProvider(ABC):
    """Makes traces and spans. Replace it with `set_trace_provider` to take over tracing whole."""

    @abstractmethod
    def register_processor(self, processor: TracingProcessor) -> None:
        """Add a processor that hears of all traces and spans from now on."""

    @abstractmethod
    def set_processors(self, processors: list[TracingProcessor]) -> None:
        """Replace all processors."""

    @abstractmethod
    def get_current_trace(self) -> Trace | None:
        """Return the current trace."""

    @abstractmethod
    def get_current_span(self) -> Span[Any] | None:
        """Return the current span."""

    @abstractmethod
    def set_disabled(self, disabled: bool) -> None:
        """Turn tracing off or on."""

    @abstractmethod
    def time_iso(self) -> str:
        """Return the time as ISO 8601 in UTC."""

    @abstractmethod
    def gen_trace_id(self) -> str:
        """Return a fresh trace id."""

    @abstractmethod
    def gen_span_id(self) -> str:
        """Return a fresh span id."""

    @abstractmethod
    def gen_group_id(self) -> str:
        """Return a fresh group id."""

    @abstractmethod
    def create_trace(
        self,
        name: str,
        trace_id: str | None = None,
        group_id: str | None = None,
        metadata: dict[str, Any] | None = None,
        disabled: bool = False,
        tracing: TracingConfig | None = None,
    ) -> Trace:
        """Make a trace, not yet started."""

    @abstractmethod
    def create_span(
        self,
        span_data: TSpanData,
        span_id: str | None = None,
        parent: Trace | Span[Any] | None = None,
        disabled: bool = False,
    ) -> Span[TSpanData]:
        """Make a span, not yet started."""

    def force_flush(self) -> None:  # noqa: B027 - a provider that holds nothing back has nothing to do
        """Do now what is pending."""

    def shutdown(self) -> None:  # noqa: B027 - a provider that holds nothing has nothing to let go
        """Finish what is pending and let go of everything held."""


class DefaultTraceProvider(TraceProvider):
    """The provider in use unless another is set. It has no processors until the user adds one.

    Attributes:
        records_unheard: Whether spans are real even while there is no processor. `setup` clears it for the
            provider that it uses directly, where nobody could tell the difference; a wrapper could.
    """

    def __init__(self) -> None:
        self._multi_processor = SynchronousMultiTracingProcessor()
        self._disabled: bool | None = None  # unknown until the environment has been asked
        self._told_no_trace = False
        self.records_unheard = True
        # A subclass may have its own time, such as that of a replayed workflow.
        ours = type(self).time_iso is DefaultTraceProvider.time_iso
        self._clock: Callable[[], int | str] = time.time_ns if ours else self.time_iso

    def register_processor(self, processor: TracingProcessor) -> None:
        """Add a processor that hears of all traces and spans from now on."""
        self._multi_processor.add_tracing_processor(processor)

    def set_processors(self, processors: list[TracingProcessor]) -> None:
        """Replace all processors."""
        self._multi_processor.set_processors(processors)

    def get_current_trace(self) -> Trace | None:
        """Return the current trace."""
        return Scope.get_current_trace()

    def get_current_span(self) -> Span[Any] | None:
        """Return the current span."""
        return Scope.get_current_span()

    def set_disabled(self, disabled: bool) -> None:
        """Turn tracing off or on, whatever the environment says."""
        self._disabled = disabled

    def time_iso(self) -> str:
        """Return the time as ISO 8601 in UTC."""
        return ids.iso_time(time.time_ns())

    def gen_trace_id(self) -> str:
        """Return a fresh trace id."""
        return ids.new_trace_id()

    def gen_span_id(self) -> str:
        """Return a fresh span id."""
        return ids.new_span_id()

    def gen_group_id(self) -> str:
        """Return a fresh group id."""
        return ids.new_group_id()

    def create_trace(
        self,
        name: str,
        trace_id: str | None = None,
        group_id: str | None = None,
        metadata: dict[str, Any] | None = None,
        disabled: bool = False,
        tracing: TracingConfig | None = None,
    ) -> Trace:
        """Make a trace, not yet started; without a processor it will not be recorded."""
        if disabled or self._is_disabled():
            return NoOpTrace()
        return TraceImpl(
            name=name,
            trace_id=trace_id or self.gen_trace_id(),
            group_id=group_id,
            metadata=metadata,
            processor=self._multi_processor,
            tracing_api_key=tracing.get("api_key") if tracing else None,
            recorded=not self._is_unheard(),
        )

    def create_span(
        self,
        span_data: TSpanData,
        span_id: str | None = None,
        parent: Trace | Span[Any] | None = None,
        disabled: bool = False,
    ) -> Span[TSpanData]:
        """Make a span, not yet started, under the given parent or what is current."""
        if disabled or self._is_unheard() or self._is_disabled() or span_id == ids.NO_OP_ID:
            return NoOpSpan(span_data)
        if parent is None or isinstance(parent, Trace):
            trace = parent or Scope.get_current_trace()
            around = None if parent else Scope.get_current_span()
            if trace is None:
                self._tell_no_trace()
                return NoOpSpan(span_data)
            if not trace.recorded or trace.trace_id == ids.NO_OP_ID or _is_no_op(around):
                return NoOpSpan(span_data)
            trace_id, key, metadata = trace.trace_id, trace.tracing_api_key, getattr(trace, "metadata", None)
        elif _is_no_op(parent):
            return NoOpSpan(span_data)
        else:
            around = parent
            trace_id, key, metadata = parent.trace_id, parent.tracing_api_key, parent.trace_metadata
        return SpanImpl(
            trace_id,
            span_id or self.gen_span_id(),
            None if around is None else around.span_id,
            self._multi_processor,
            span_data,
            key,
            metadata,
            self._clock,
        )

    def force_flush(self) -> None:
        """Make every processor do now what is pending."""
        self._multi_processor.force_flush()

    def shutdown(self, timeout: float | None = None) -> None:
        """Shut every processor down.

        Args:
            timeout: The seconds that this may take.
        """
        shut_down(self._multi_processor.shutdown, timeout)

    def _is_disabled(self) -> bool:
        if self._disabled is None:
            # Read at first use, so that a program may still set it after the import.
            value = os.environ.get("OPENAI_AGENTS_DISABLE_TRACING", "")
            self._disabled = value.strip().lower() in ("1", "true")
        return self._disabled

    def _is_unheard(self) -> bool:
        multi = self._multi_processor
        # A subclass of the fan-out may forward to anywhere: it counts as somebody who listens.
        return not self.records_unheard and type(multi) is SynchronousMultiTracingProcessor and not multi._processors

    def _tell_no_trace(self) -> None:
        if not self._told_no_trace:
            self._told_no_trace = True
            logger.debug("Spans outside any trace are not recorded; open one with `trace(...)`.")


def _is_no_op(span: Span[Any] | None) -> bool:
    return isinstance(span, NoOpSpan) or (
        span is not None and (span.span_id == ids.NO_OP_ID or span.trace_id == ids.NO_OP_ID)
    )
