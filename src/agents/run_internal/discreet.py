"""Spans that tell no more of an exception than the run allows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from ..tracing import Span
from ..tracing.span_data import SpanData
from .run_steps import RunScope

TSpanData = TypeVar("TSpanData", bound=SpanData)


@contextmanager
def discreet(run: RunScope, span: Span[TSpanData]) -> Iterator[Span[TSpanData]]:
    """Open a span. Of an exception it notes text and traceback, which may quote what tools and models said;
    without sensitive data in traces, its kind alone.
    """
    with span:
        try:
            yield span
        except Exception as error:
            if not run.config.trace_include_sensitive_data:
                span.set_error({"message": type(error).__name__, "data": None})
            raise
