"""The trace of a run: a new one, the caller's, or one that goes on after a pause.

Above `create` and `traces`; used by the run loop alone.
"""

from __future__ import annotations

from types import TracebackType
from typing import Any

from .config import TracingConfig
from .create import get_current_trace, trace
from .setup import get_trace_provider
from .traces import Trace, TraceState, key_fingerprint, reattach_trace, was_started


def create_trace_for_run(
    *,
    workflow_name: str,
    trace_id: str | None,
    group_id: str | None,
    metadata: dict[str, Any] | None,
    tracing: TracingConfig | None,
    disabled: bool,
    trace_state: TraceState | None = None,
    reattach_resumed_trace: bool = False,
) -> Trace | None:
    """Return the trace that a run has to open, or None when it runs inside one.

    Args:
        workflow_name: The name for a new trace.
        trace_id: The id for a new trace; made up when None.
        group_id: Ties traces together.
        metadata: Anything worth remembering about it.
        tracing: Settings for this trace.
        disabled: True to record nothing, even inside a trace of the caller's.
        trace_state: What a paused run remembers of its trace.
        reattach_resumed_trace: Whether a resumed run goes on in the trace that it began, if nothing changed.
    """
    if disabled:
        return get_trace_provider().create_trace(workflow_name, disabled=True)
    if get_current_trace() is not None:
        return None
    wanted = TraceState(trace_id, workflow_name, group_id, metadata, (tracing or {}).get("api_key"))
    if reattach_resumed_trace and trace_state is not None and _may_go_on(trace_state, wanted):
        return reattach_trace(trace_state, tracing_api_key=wanted.tracing_api_key)
    return trace(workflow_name, trace_id, group_id, metadata, tracing)


def _may_go_on(saved: TraceState, wanted: TraceState) -> bool:
    """Whether a resumed run asks for the very trace that this process has reported before it was paused."""
    saved_key = saved.tracing_api_key_hash or key_fingerprint(saved.tracing_api_key)
    return (
        was_started(saved.trace_id)
        and saved.trace_id == wanted.trace_id
        and saved.workflow_name == wanted.workflow_name
        and saved.group_id == wanted.group_id
        and saved.metadata == wanted.metadata
        and saved_key == key_fingerprint(wanted.tracing_api_key)
    )


class TraceCtxManager:
    """Holds the trace of a run open; leaves a trace of the caller's alone.

    The arguments are those of `create_trace_for_run`. `trace` is the trace that was opened, or None.
    """

    def __init__(
        self,
        workflow_name: str,
        trace_id: str | None,
        group_id: str | None,
        metadata: dict[str, Any] | None,
        tracing: TracingConfig | None,
        disabled: bool,
        trace_state: TraceState | None = None,
        reattach_resumed_trace: bool = False,
    ) -> None:
        self.trace: Trace | None = None
        self.workflow_name = workflow_name
        self.trace_id = trace_id
        self.group_id = group_id
        self.metadata = metadata
        self.tracing = tracing
        self.disabled = disabled
        self.trace_state = trace_state
        self.reattach_resumed_trace = reattach_resumed_trace

    def __enter__(self) -> TraceCtxManager:
        self.trace = create_trace_for_run(
            workflow_name=self.workflow_name,
            trace_id=self.trace_id,
            group_id=self.group_id,
            metadata=self.metadata,
            tracing=self.tracing,
            disabled=self.disabled,
            trace_state=self.trace_state,
            reattach_resumed_trace=self.reattach_resumed_trace,
        )
        if self.trace is not None:
            self.trace.start(mark_as_current=True)
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        if self.trace is not None:
            self.trace.finish(reset_current=True)
