"""What is current: the stack of open traces and spans of the running context.

Below `spans` and `traces`, which enter and leave it; above nothing. Each context (task, thread) sees its
own stack. Leaving takes an entry out wherever it stands in *this* context's stack and is silent when it is
not there, so spans that end out of order, or in another task (an async generator that is finalised
elsewhere), disturb nobody. A trace raises a fence in the span stack: spans of the caller are no parents of
what happens inside it.
"""

from __future__ import annotations

from contextlib import suppress
from contextvars import ContextVar, Token
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from .spans import Span
    from .traces import Trace


class _Fence:
    """Marks in the span stack where the spans of a trace begin."""

    __slots__ = ("trace",)

    def __init__(self, trace: Trace) -> None:
        self.trace = trace


_SpanStack: TypeAlias = "tuple[Span[Any] | _Fence | None, ...]"
_TraceStack: TypeAlias = "tuple[Trace | None, ...]"

_spans: ContextVar[_SpanStack] = ContextVar("agents_current_spans", default=())
_traces: ContextVar[_TraceStack] = ContextVar("agents_current_traces", default=())


class Scope:
    """Reads and changes the current trace and the current span."""

    @classmethod
    def get_current_span(cls) -> Span[Any] | None:
        """Return the innermost open span of the current trace."""
        stack = _spans.get()
        top = stack[-1] if stack else None
        return None if isinstance(top, _Fence) else top

    @classmethod
    def get_current_trace(cls) -> Trace | None:
        """Return the innermost open trace."""
        stack = _traces.get()
        return stack[-1] if stack else None

    @classmethod
    def set_current_span(cls, span: Span[Any] | None) -> Token[_SpanStack]:
        """Put a span in the place of the current one; the token brings the old state back."""
        stack = _spans.get()
        below = stack if not stack or isinstance(stack[-1], _Fence) else stack[:-1]
        return _spans.set((*below, span))

    @classmethod
    def set_current_trace(cls, trace: Trace | None) -> Token[_TraceStack]:
        """Put a trace in the place of the current one; the token brings the old state back."""
        return _traces.set((*_traces.get()[:-1], trace))

    @classmethod
    def reset_current_span(cls, token: Token[_SpanStack]) -> None:
        """Undo a `set_current_span`; a token that is spent or of another context is ignored."""
        with suppress(ValueError, RuntimeError):
            _spans.reset(token)

    @classmethod
    def reset_current_trace(cls, token: Token[_TraceStack]) -> None:
        """Undo a `set_current_trace`; a token that is spent or of another context is ignored."""
        with suppress(ValueError, RuntimeError):
            _traces.reset(token)

    @classmethod
    def enter_span(cls, span: Span[Any]) -> None:
        """Make a span current, on top of the one that was."""
        _spans.set((*_spans.get(), span))

    @classmethod
    def leave_span(cls, span: Span[Any]) -> None:
        """Take a span off the stack of this context, wherever it stands."""
        stack = _spans.get()
        if stack and stack[-1] is span:
            _spans.set(stack[:-1])
        else:
            position = _last_index(stack, span)
            if position is not None:
                _spans.set(stack[:position] + stack[position + 1 :])

    @classmethod
    def enter_trace(cls, trace: Trace) -> None:
        """Make a trace current, with no current span yet."""
        _traces.set((*_traces.get(), trace))
        _spans.set((*_spans.get(), _Fence(trace)))

    @classmethod
    def leave_trace(cls, trace: Trace) -> None:
        """Take a trace off the stack of this context, and with it the spans that it left open."""
        traces = _traces.get()
        position = _last_index(traces, trace)
        if position is None:
            return
        _traces.set(traces[:position] + traces[position + 1 :])
        spans = _spans.get()
        end = len(spans)
        for start in range(len(spans) - 1, -1, -1):
            entry = spans[start]
            if isinstance(entry, _Fence):
                if entry.trace is trace:
                    _spans.set(spans[:start] + spans[end:])
                    return
                end = start


def _last_index(stack: tuple[object, ...], entry: object) -> int | None:
    for position in range(len(stack) - 1, -1, -1):
        if stack[position] is entry:
            return position
    return None
