"""The spans of a run and of its turns, with what each has used.

Above is the run, which opens them; below are traces and usage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ..tracing import Span, task_span, turn_span
from ..tracing.config import include_task_and_turn_spans
from ..tracing.spans import NoOpSpan
from ..usage import Usage, task_usage_to_span_data, turn_usage_to_span_data
from .run_steps import RunScope


@contextmanager
def span_of_run(run: RunScope, workflow_name: str) -> Iterator[None]:
    """The run from here on, also where it is only a part of one that was put down."""
    if not include_task_and_turn_spans(run.config.tracing):
        yield
        return
    with _counted(task_span(workflow_name), run.context.usage, task_usage_to_span_data):
        yield


@contextmanager
def span_of_turn(run: RunScope) -> Iterator[None]:
    """The turn that begins."""
    if not include_task_and_turn_spans(run.config.tracing):
        yield
        return
    span = turn_span(run.result.current_turn, run.agent.name)
    with _counted(span, run.context.usage, turn_usage_to_span_data):
        yield


@contextmanager
def _counted(span: Span[Any], usage: Usage, told: Callable[[Usage], dict[str, int]]) -> Iterator[None]:
    """The span, which tells at its end what was used meanwhile. What went wrong stands in those of agent and calls."""
    if isinstance(span, NoOpSpan):  # nobody listens: a turn costs nothing more then
        yield
        return
    before = told(usage)
    span.start(mark_as_current=True)
    try:
        yield
    finally:
        used = {name: count - before[name] for name, count in told(usage).items()}
        if any(used.values()):
            span.span_data.usage = used
        span.finish(reset_current=True)
