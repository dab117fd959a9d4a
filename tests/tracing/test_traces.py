"""Traces: their facts, their secrets, and how a paused run finds its own again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.tracing import (
    TraceCtxManager,
    add_trace_processor,
    custom_span,
    get_current_trace,
    set_tracing_disabled,
    trace,
)
from agents.tracing.config import TracingConfig, include_task_and_turn_spans
from agents.tracing.context import create_trace_for_run
from agents.tracing.traces import (
    NoOpTrace,
    ReattachedTrace,
    TraceImpl,
    TraceState,
    reattach_trace,
    remember_started,
    was_started,
)


def test_a_trace_is_current_in_its_block_and_exports_its_facts(recorder: Any) -> None:
    """Backends for openai-agents read these very fields."""
    with trace("w", trace_id="trace_1", group_id="g", metadata={"k": 1}) as t:
        assert get_current_trace() is t
    assert get_current_trace() is None
    assert t.export() == {
        "object": "trace",
        "id": "trace_1",
        "workflow_name": "w",
        "group_id": "g",
        "metadata": {"k": 1},
    }
    assert recorder.events == [("trace start", "trace_1"), ("trace end", "trace_1")]


def test_a_trace_without_listeners_still_has_an_id_and_a_place() -> None:
    """Users print `trace_id` and log it, whether or not anything is recorded."""
    with trace("w") as t:
        assert get_current_trace() is t
        assert t.trace_id.startswith("trace_")
        assert t.name == "w"
    assert t.export() is not None


def test_a_trace_begun_before_anyone_listened_is_not_recorded(new_recorder: Any) -> None:
    """A processor must never hear of a span whose trace it did not see begin."""
    late = new_recorder()
    with trace("w"):
        add_trace_processor(late)
        with custom_span("c"):
            pass
        with trace("inner"), custom_span("recorded"):
            pass
    assert [s.span_data.name for s in late.spans] == ["recorded"]
    assert [t.name for t in late.traces] == ["inner"]


def test_a_trace_by_hand_starts_and_finishes_once(recorder: Any) -> None:
    """`start` and `finish` are the way for workflows that are no block."""
    t = trace("w")
    t.finish()
    t.start(mark_as_current=True)
    t.start(mark_as_current=True)
    assert get_current_trace() is t
    t.finish()
    t.finish(reset_current=True)
    assert get_current_trace() is None
    assert [kind for kind, _ in recorder.events] == ["trace start", "trace end"]


@pytest.mark.parametrize("by", ["argument", "switch"])
def test_a_disabled_trace_records_nothing_inside(recorder: Any, by: str) -> None:
    """One argument, or one call, keeps a whole workflow out."""
    if by == "switch":
        set_tracing_disabled(True)
    with trace("w", disabled=by == "argument") as t, custom_span("c"):
        assert isinstance(t, NoOpTrace)
        assert get_current_trace() is t
        assert (t.trace_id, t.name, t.export(), t.to_json(), t.tracing_api_key) == (
            "no-op",
            "no-op",
            None,
            None,
            None,
        )
    t.start(mark_as_current=True)
    t.finish(reset_current=True)
    assert get_current_trace() is None
    assert recorder.events == []


def test_the_key_is_stored_only_when_asked_for(recorder: Any) -> None:
    """What is written to disk by default holds no secret."""
    t = trace("w", tracing={"api_key": "sk-secret"})
    state = TraceState.from_trace(t)
    assert state is not None
    assert "sk-secret" not in str(t.to_json()) + repr(state) + str(state.to_json()) + str(vars(type(t)))
    assert t.to_json(include_tracing_api_key=True)["tracing_api_key"] == "sk-secret"  # type: ignore[index]
    assert state.to_json(include_tracing_api_key=True)["tracing_api_key"] == "sk-secret"  # type: ignore[index]


_texts = st.none() | st.text(min_size=1)


@given(
    st.builds(
        TraceState,
        trace_id=_texts,
        workflow_name=_texts,
        group_id=_texts,
        metadata=st.none() | st.dictionaries(st.text(), st.integers()),
        object_type=_texts,
        extra=st.dictionaries(st.sampled_from(["other", "more"]), st.integers()),
    )
)
def test_a_trace_state_survives_being_stored(state: TraceState) -> None:
    """A run that is resumed elsewhere must know its trace exactly."""
    stored = state.to_json()
    assert TraceState.from_json(stored) == (state if stored else None)


def test_a_stored_state_with_wrong_types_is_read_without_them() -> None:
    """Saved runs come from disks and from other versions."""
    state = TraceState.from_json({"trace_id": "t", "workflow_name": 3, "metadata": "x", "tracing_api_key": 1})
    assert state == TraceState(trace_id="t")
    assert TraceState.from_json(None) is None
    assert TraceState.from_trace(None) is None
    assert TraceState().to_json() is None


def _run(name: str = "w", disabled: bool = False, **more: Any) -> TraceCtxManager:
    arguments: dict[str, Any] = {
        "trace_id": None,
        "group_id": None,
        "metadata": None,
        "tracing": None,
        **more,
    }
    return TraceCtxManager(name, disabled=disabled, **arguments)


def test_a_run_opens_a_trace_of_its_own(recorder: Any) -> None:
    """Every run is a trace, unless it is part of one."""
    with _run("mine", group_id="g") as manager:
        assert manager.trace is get_current_trace()
    assert manager.trace is not None
    assert manager.trace.name == "mine"
    assert [kind for kind, _ in recorder.events] == ["trace start", "trace end"]


def test_a_run_inside_a_trace_joins_it(recorder: Any) -> None:
    """Several runs under one `trace()` are one workflow."""
    with trace("outer") as outer, _run() as manager:
        assert manager.trace is None
        assert get_current_trace() is outer
    assert len(recorder.traces) == 1


def test_a_disabled_run_hides_the_callers_trace(recorder: Any) -> None:
    """`tracing_disabled` on one run keeps its steps out of the trace around it."""
    with trace("outer") as outer, custom_span("around") as around:
        with _run(disabled=True), custom_span("hidden"):
            assert isinstance(get_current_trace(), NoOpTrace)
        assert get_current_trace() is outer
        with custom_span("seen") as seen:
            pass
    assert recorder.spans == [seen, around]


def test_a_run_that_raises_still_ends_its_trace(recorder: Any) -> None:
    """Failed runs are the ones people look at."""
    with pytest.raises(RuntimeError), _run():
        raise RuntimeError("boom")
    assert [kind for kind, _ in recorder.events] == ["trace start", "trace end"]
    assert get_current_trace() is None


_same: dict[str, Any] = {"trace_id": "trace_resumed", "group_id": "g", "metadata": {"k": 1}}


def _saved(key: str | None = None, keep_key: bool = True) -> TraceState:
    tracing: TracingConfig | None = {"api_key": key} if key else None
    with _run("resumed", **_same, tracing=tracing) as first:
        state = TraceState.from_trace(first.trace)
    assert state is not None
    loaded = TraceState.from_json(state.to_json(include_tracing_api_key=keep_key))
    assert loaded is not None
    return loaded


@pytest.mark.parametrize(("key", "keep_key"), [(None, False), ("sk-1", True), ("sk-1", False)])
def test_a_resumed_run_goes_on_in_its_trace(recorder: Any, key: str | None, keep_key: bool) -> None:
    """A pause for an approval must not split a workflow in two."""
    state = _saved(key, keep_key)
    tracing = {"api_key": key} if key else None
    more: dict[str, Any] = {"trace_state": state, "reattach_resumed_trace": True, "tracing": tracing}
    with _run("resumed", **_same, **more) as second, custom_span("after") as span:
        assert isinstance(second.trace, ReattachedTrace)
        assert get_current_trace() is second.trace
    assert (span.trace_id, span.tracing_api_key) == ("trace_resumed", key)
    assert [kind for kind, _ in recorder.events].count("trace start") == 1
    assert second.trace.export() == trace("resumed", **_same).export()


@pytest.mark.parametrize(
    "change",
    [
        {"trace_id": "trace_other"},
        {"group_id": None},
        {"metadata": {"k": 2}},
        {"tracing": {"api_key": "sk-other"}},
        {"reattach_resumed_trace": False},
    ],
)
def test_a_resumed_run_with_other_settings_begins_a_new_trace(recorder: Any, change: dict[str, Any]) -> None:
    """What was asked for now counts, not what was saved."""
    state = _saved("sk-1")
    same = {**_same, "trace_state": state, "reattach_resumed_trace": True, "tracing": {"api_key": "sk-1"}}
    with _run("resumed", **{**same, **change}) as second:
        assert isinstance(second.trace, TraceImpl)
    assert [kind for kind, _ in recorder.events].count("trace start") == 2


def test_a_trace_that_this_process_never_reported_is_reported_on_resuming(recorder: Any) -> None:
    """On another machine the processor has not seen the start: spans without a trace would be lost."""
    state = TraceState("trace_elsewhere", "w")
    made = create_trace_for_run(
        workflow_name="w",
        trace_id="trace_elsewhere",
        group_id=None,
        metadata=None,
        tracing=None,
        disabled=False,
        trace_state=state,
        reattach_resumed_trace=True,
    )
    assert isinstance(made, TraceImpl)


def test_reattaching_needs_an_id() -> None:
    """A state that names no trace has nothing to go on with."""
    assert reattach_trace(TraceState(workflow_name="w")) is None
    made = reattach_trace(TraceState(trace_id="t"), tracing_api_key="sk-1")
    assert made is not None
    assert (made.name, made.tracing_api_key) == ("Agent workflow", "sk-1")


def test_the_memory_of_reported_traces_is_bounded() -> None:
    """A server that runs for months must not grow by every trace."""
    for i in range(5000):
        remember_started(f"trace_bound_{i}")
    assert was_started("trace_bound_4999")
    assert not was_started("trace_bound_0")
    assert not was_started(None)


def test_task_and_turn_spans_are_on_unless_turned_off() -> None:
    """The runner asks this for every run."""
    assert include_task_and_turn_spans(None)
    assert include_task_and_turn_spans({"api_key": "k"})
    assert not include_task_and_turn_spans({"include_task_and_turn_spans": False})
