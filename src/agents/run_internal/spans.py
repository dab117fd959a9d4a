"""The spans of a run and of its turns, with what each has used.

Above is the run, which opens them; below are traces and usage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from ..tracing import Span, task_span, turn_span
from ..tracing.config import include_task_and_turn_spans
from ..tracing.spans import NoOpSpan
from ..usage import Usage, task_usage_to_span_data, turn_usage_to_span_data
from .run_steps import RunScope


def span_of_run(run: RunScope, workflow_name: str) -> AbstractContextManager[None]:
    """The run from here on, also where it is only a part of one that was put down."""
    return _counted(run, task_span(workflow_name), task_usage_to_span_data)


def span_of_turn(run: RunScope) -> AbstractContextManager[None]:
    """The turn that begins."""
    return _counted(run, turn_span(run.result.current_turn, run.agent.name), turn_usage_to_span_data)


def _counted(run: RunScope, span: Span[Any], told: Callable[[Usage], dict[str, int]]) -> AbstractContextManager[None]:
    """The span, if anybody listens who wants it; a turn costs nothing more otherwise."""
    if isinstance(span, NoOpSpan) or not include_task_and_turn_spans(run.config.tracing):
        return nullcontext()
    return _open(span, run.context.usage, told)


@contextmanager
def _open(span: Span[Any], usage: Usage, told: Callable[[Usage], dict[str, int]]) -> Iterator[None]:
    """The span, which tells at its end what was used meanwhile. What went wrong stands in those of agent and calls."""
    before = told(usage)
    span.start(mark_as_current=True)
    try:
        yield
    finally:
        used = {name: count - before[name] for name, count in told(usage).items()}
        if any(used.values()):
            span.span_data.usage = used
        span.finish(reset_current=True)
