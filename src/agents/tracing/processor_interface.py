"""The two interfaces through which traces leave: processors hear events, exporters get finished batches.

This is the seam for users and for other packages; nothing in the SDK looks past it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .spans import Span
    from .traces import Trace


class TracingProcessor(ABC):
    """Hears of every trace and span as it starts and ends.

    The calls come on the thread or task that does the work, so they should be quick and safe from any thread.
    What they raise is logged and never reaches the run.
    """

    @abstractmethod
    def on_trace_start(self, trace: Trace) -> None:
        """Hear that a trace has started."""

    @abstractmethod
    def on_trace_end(self, trace: Trace) -> None:
        """Hear that a trace has ended."""

    @abstractmethod
    def on_span_start(self, span: Span[Any]) -> None:
        """Hear that a span has started; its data may still be filled in."""

    @abstractmethod
    def on_span_end(self, span: Span[Any]) -> None:
        """Hear that a span has ended."""

    @abstractmethod
    def shutdown(self) -> None:
        """Finish what is pending and let go of everything held. May take a `timeout` in seconds."""

    @abstractmethod
    def force_flush(self) -> None:
        """Do now what is pending, before returning."""


class TracingExporter(ABC):
    """Sends finished traces and spans somewhere."""

    @abstractmethod
    def export(self, items: list[Trace | Span[Any]]) -> None:
        """Send a batch.

        Args:
            items: Traces and spans in the order in which they came.
        """
