"""Processors and exporters that come with the package. None is in use until the program adds it.

`BatchTraceProcessor` takes traces and spans off the hot path and hands them in batches to an exporter: the
console, OpenAI's trace service (`BackendSpanExporter`, in a file of its own), or the user's.
"""

from __future__ import annotations

import os
import sys
import threading
import time
import weakref
from collections import deque
from typing import Any

from ..logger import logger
from .backend_exporter import BackendSpanExporter
from .failures import loggable
from .processor_interface import TracingExporter, TracingProcessor
from .spans import Span
from .traces import Trace

__all__ = [
    "BackendSpanExporter",
    "BatchTraceProcessor",
    "ConsoleSpanExporter",
    "default_exporter",
    "default_processor",
    "set_tracing_export_api_key",
]


class ConsoleSpanExporter(TracingExporter):
    """Writes every trace and span to standard output, one line each."""

    def export(self, items: list[Trace | Span[Any]]) -> None:
        """Write a batch.

        Args:
            items: What to write.
        """
        for item in items:
            kind = "trace" if isinstance(item, Trace) else "span"
            sys.stdout.write(f"[{kind}] {item.export()}\n")
        sys.stdout.flush()


class BatchTraceProcessor(TracingProcessor):
    """Collects traces as they start and spans as they end, and exports them in batches on its own thread.

    The thread starts with the first item and does not keep the program alive; at exit, what is pending is
    exported within a few seconds. An exporter that raises loses its batch, nothing else.

    Args:
        exporter: Where the batches go.
        max_queue_size: The most items to hold; more are dropped, with one warning.
        max_batch_size: The most items in a batch.
        schedule_delay: The seconds between exports.
        export_trigger_ratio: How full the queue may be before it is exported at once.
    """

    def __init__(
        self,
        exporter: TracingExporter,
        max_queue_size: int = 8192,
        max_batch_size: int = 128,
        schedule_delay: float = 5.0,
        export_trigger_ratio: float = 0.7,
    ) -> None:
        self._exporter = exporter
        self._max_queue_size = max_queue_size
        self._max_batch_size = max(1, max_batch_size)
        self._schedule_delay = schedule_delay
        self._trigger_size = max(1, int(max_queue_size * export_trigger_ratio))
        self._closed = False
        self._deadline: float | None = None
        self._begin_afresh()
        _processors_to_renew.add(self)

    def _begin_afresh(self) -> None:
        self._queue: deque[Trace | Span[Any]] = deque()
        self._dropped = 0
        self._lock = threading.Lock()
        self._export_lock = threading.RLock()  # an exporter may itself ask for a flush
        self._wake = threading.Event()
        self._worker: threading.Thread | None = None

    def on_trace_start(self, trace: Trace) -> None:
        """Take the trace; what it exports is known from the start."""
        self._enqueue(trace)

    def on_trace_end(self, trace: Trace) -> None:
        """Do nothing: the trace was taken when it started."""

    def on_span_start(self, span: Span[Any]) -> None:
        """Do nothing: the span is taken when it ends."""

    def on_span_end(self, span: Span[Any]) -> None:
        """Take the span."""
        self._enqueue(span)

    def force_flush(self) -> None:
        """Export everything pending on the calling thread; returns when it is done."""
        self._export_all(None)

    def shutdown(self, timeout: float | None = None) -> None:
        """Export everything pending and stop; later items are ignored.

        Args:
            timeout: The most seconds to wait; what is not exported by then is lost.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        with self._lock:
            self._closed, self._deadline = True, deadline
            worker = self._worker
        self._wake.set()
        if worker is None:
            self._export_all(deadline)
        else:
            worker.join(timeout)
            if worker.is_alive():
                logger.warning("Traces were still being exported when the time for it ran out.")
        if self._dropped:
            logger.warning("%d traces and spans were dropped because the queue was full.", self._dropped)
            self._dropped = 0

    def _enqueue(self, item: Trace | Span[Any]) -> None:
        with self._lock:
            if self._closed:
                return
            waiting = len(self._queue)
            if waiting >= self._max_queue_size:
                self._dropped += 1
                if self._dropped == 1:
                    logger.warning("The trace queue is full (%d items): dropping more.", waiting)
                return
            self._queue.append(item)
            if self._worker is None:
                self._start_worker()
        if waiting + 1 >= self._trigger_size:
            self._wake.set()

    def _start_worker(self) -> None:
        worker = threading.Thread(target=self._work, name="agents-trace-export", daemon=True)
        try:
            worker.start()
        except RuntimeError:
            return  # the interpreter is going down: the shutdown at exit exports what is here
        self._worker = worker

    def _work(self) -> None:
        while True:
            self._wake.wait(self._schedule_delay)
            self._wake.clear()
            last_time = self._closed
            self._export_all(self._deadline)
            if last_time:
                return

    def _export_all(self, deadline: float | None) -> None:
        with self._export_lock:
            while batch := self._take_batch():
                if deadline is not None and time.monotonic() >= deadline:
                    return
                try:
                    self._exporter.export(batch)
                except Exception as error:  # noqa: BLE001 - an exporter's fault must not end the thread
                    exporter = type(self._exporter).__name__
                    logger.error("%s lost %d traces and spans: %s", exporter, len(batch), loggable(error))

    def _take_batch(self) -> list[Trace | Span[Any]]:
        with self._lock:
            return [self._queue.popleft() for _ in range(min(len(self._queue), self._max_batch_size))]


# A forked child has neither the thread nor a right to the parent's items, and may have inherited a held lock.
_processors_to_renew: weakref.WeakSet[BatchTraceProcessor] = weakref.WeakSet()


def _renew_after_fork() -> None:
    for processor in _processors_to_renew:
        processor._begin_afresh()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_after_fork)


_default_lock = threading.Lock()
_default_exporter: BackendSpanExporter | None = None
_default_processor: BatchTraceProcessor | None = None


def default_exporter() -> BackendSpanExporter:
    """Return the shared exporter to OpenAI's trace service; it sends nothing unless a processor uses it."""
    global _default_exporter
    with _default_lock:
        if _default_exporter is None:
            _default_exporter = BackendSpanExporter()
        return _default_exporter


def default_processor() -> BatchTraceProcessor:
    """Return the shared processor for OpenAI's trace service.

    It is not in use until you add it: `add_trace_processor(default_processor())`.
    """
    global _default_processor
    exporter = default_exporter()
    with _default_lock:
        if _default_processor is None:
            _default_processor = BatchTraceProcessor(exporter)
        return _default_processor


def set_tracing_export_api_key(api_key: str) -> None:
    """Set the key of the shared exporter to OpenAI's trace service; this alone sends nothing.

    Args:
        api_key: The key, a secret.
    """
    default_exporter().set_api_key(api_key)
