"""Spans: how they nest, what they record, and what they cost when nobody listens."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.tracing import (
    SpanData,
    agent_span,
    custom_span,
    function_span,
    gen_group_id,
    gen_span_id,
    gen_trace_id,
    generation_span,
    get_current_span,
    get_current_trace,
    get_trace_provider,
    guardrail_span,
    handoff_span,
    mcp_tools_span,
    response_span,
    set_trace_processors,
    set_tracing_disabled,
    task_span,
    trace,
    turn_span,
)
from agents.tracing.ids import iso_time
from agents.tracing.span_data import AgentSpanData, FunctionSpanData
from agents.tracing.spans import NoOpSpan, SpanImpl


def test_spans_nest_under_what_is_current(recorder: Any) -> None:
    """The tree of a run is told by parent ids alone."""
    with trace("w") as t:
        with agent_span("a") as outer:
            with function_span("f") as inner:
                assert get_current_span() is inner
            assert get_current_span() is outer
        with custom_span("c") as sibling:
            pass
    assert (outer.parent_id, inner.parent_id, sibling.parent_id) == (None, outer.span_id, None)
    assert {s.trace_id for s in recorder.spans} == {t.trace_id}
    assert get_current_span() is None
    assert [kind for kind, _ in recorder.events] == [
        "trace start",
        "span start",
        "span start",
        "span end",
        "span end",
        "span start",
        "span end",
        "trace end",
    ]


def test_an_explicit_parent_wins_over_the_current_one(recorder: Any) -> None:
    """Work that is handed to a pool must be able to name its parent."""
    with trace("one", metadata={"k": 1}) as one:
        with agent_span("a") as a:
            pass
    with trace("two"):
        with custom_span("under span", parent=a) as under_span:
            pass
        with custom_span("under trace", parent=one) as under_trace:
            pass
    assert (under_span.trace_id, under_span.parent_id) == (one.trace_id, a.span_id)
    assert (under_trace.trace_id, under_trace.parent_id) == (one.trace_id, None)
    assert under_span.trace_metadata == under_trace.trace_metadata == {"k": 1}


def test_a_span_knows_key_and_metadata_of_its_trace_but_exports_neither(recorder: Any) -> None:
    """Exporters route by them; a stored span must not carry a secret."""
    with trace("w", metadata={"customer": 7}, tracing={"api_key": "sk-secret"}), custom_span("c") as span:
        pass
    assert (span.tracing_api_key, span.trace_metadata) == ("sk-secret", {"customer": 7})
    assert "sk-secret" not in str(span.export()) + repr(span) + repr(recorder.traces[0])


def test_an_exported_span_has_the_public_shape(recorder: Any) -> None:
    """Backends for openai-agents read these very fields."""
    with trace("w") as t, agent_span("a", tools=["x"]) as outer:
        outer.span_data.metadata = {"tier": "gold"}
        with function_span("f", input="{}", span_id="span_mine") as span:
            span.span_data.output = 42
    exported = span.export()
    assert exported == {
        "object": "trace.span",
        "id": "span_mine",
        "trace_id": t.trace_id,
        "parent_id": outer.span_id,
        "started_at": span.started_at,
        "ended_at": span.ended_at,
        "span_data": {"type": "function", "name": "f", "input": "{}", "output": "42", "mcp_data": None},
        "error": None,
    }
    assert outer.export()["metadata"] == {"tier": "gold"}  # type: ignore[index]


@pytest.mark.parametrize(
    ("make", "exported"),
    [
        (
            lambda: agent_span("a", handoffs=["b"], tools=["t"], output_type="str"),
            {"type": "agent", "name": "a", "handoffs": ["b"], "tools": ["t"], "output_type": "str"},
        ),
        (
            lambda: task_span("w"),
            {"type": "custom", "name": "task", "data": {"sdk_span_type": "task", "name": "w"}},
        ),
        (
            lambda: turn_span(2, "a"),
            {
                "type": "custom",
                "name": "turn",
                "data": {"sdk_span_type": "turn", "turn": 2, "agent_name": "a"},
            },
        ),
        (
            lambda: function_span("f"),
            {"type": "function", "name": "f", "input": None, "output": None, "mcp_data": None},
        ),
        (
            lambda: generation_span([{"role": "user"}], [{"role": "assistant"}], "m", {"t": 1}, {"n": 1}),
            {
                "type": "generation",
                "input": [{"role": "user"}],
                "output": [{"role": "assistant"}],
                "model": "m",
                "model_config": {"t": 1},
                "usage": {"n": 1},
            },
        ),
        (
            lambda: response_span(SimpleNamespace(id="resp_1")),  # type: ignore[arg-type]
            {"type": "response", "response_id": "resp_1", "usage": None},
        ),
        (lambda: response_span(), {"type": "response", "response_id": None, "usage": None}),
        (lambda: handoff_span("a", "b"), {"type": "handoff", "from_agent": "a", "to_agent": "b"}),
        (lambda: custom_span("c", {"k": 1}), {"type": "custom", "name": "c", "data": {"k": 1}}),
        (lambda: custom_span("c"), {"type": "custom", "name": "c", "data": {}}),
        (lambda: guardrail_span("g", True), {"type": "guardrail", "name": "g", "triggered": True}),
        (lambda: mcp_tools_span("s", ["t"]), {"type": "mcp_tools", "server": "s", "result": ["t"]}),
    ],
)
def test_each_kind_of_span_exports_its_fields(make: Any, exported: dict[str, Any]) -> None:
    """One table holds the content of every kind, as other tools read it."""
    assert make().span_data.export() == exported


def test_usage_of_tasks_and_turns_is_exported_when_it_is_known() -> None:
    """A dashboard sums the turns; a turn without usage must not look like one that was free."""
    for span in (task_span("w"), turn_span(1, "a")):
        span.span_data.usage = {"input_tokens": 3}
        assert span.span_data.export()["data"]["usage"] == {"input_tokens": 3}
        assert span.span_data.type in ("task", "turn")


def test_an_exception_that_leaves_a_span_is_its_error(recorder: Any) -> None:
    """A failed step must not look like a good one in the trace."""
    with pytest.raises(ValueError, match="bad input"), trace("w"), custom_span("c"):
        raise ValueError("bad input")
    error = recorder.spans[0].error
    assert error["message"] == "ValueError: bad input"
    assert "test_spans.py" in error["data"]["traceback"]


def test_an_error_that_was_set_is_kept_when_an_exception_follows(recorder: Any) -> None:
    """The code that knows what happened, or what must not be told, has the word."""

    def step() -> None:
        with custom_span("c") as span:
            span.set_error({"message": "told by hand", "data": None})
            raise ValueError("secret text")

    with pytest.raises(ValueError, match="secret text"), trace("w"):
        step()
    assert recorder.spans[0].error == {"message": "told by hand", "data": None}


def test_an_exception_whose_text_cannot_be_read_still_leaves_the_span(recorder: Any) -> None:
    """Tracing must never replace the exception on its way to the user."""

    class Broken(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no text")

    with pytest.raises(Broken), trace("w"), custom_span("c"):
        raise Broken
    assert recorder.spans[0].error["message"].startswith("Broken")


async def test_a_cancelled_span_says_so(recorder: Any) -> None:
    """A cut-off model call is no successful one."""
    with pytest.raises(asyncio.CancelledError), trace("w"), custom_span("c"):
        raise asyncio.CancelledError
    assert recorder.spans[0].error["message"] == "CancelledError"


def test_a_closed_generator_is_no_error(recorder: Any) -> None:
    """A reader that stops early has not failed."""

    def steps() -> Any:
        with custom_span("c"):
            yield 1

    with trace("w"):
        generator = steps()
        next(generator)
        generator.close()
    assert recorder.spans[0].error is None
    assert recorder.spans[0].ended_at is not None


def test_starting_and_finishing_twice_reports_once(recorder: Any) -> None:
    """Manual calls inside a `with` block happen, and must not count double."""
    with trace("w"):
        span = custom_span("c")
        span.start(mark_as_current=True)
        began = span.started_at
        span.start(mark_as_current=True)
        span.finish()
        ended = span.ended_at
        span.finish(reset_current=True)
        assert get_current_span() is None
    assert (span.started_at, span.ended_at) == (began, ended)
    assert [kind for kind, _ in recorder.events].count("span end") == 1


def test_a_span_that_is_not_marked_current_is_not_current(recorder: Any) -> None:
    """`start()` alone only starts the clock."""
    with trace("w"):
        span = custom_span("c")
        span.start()
        assert get_current_span() is None
        span.finish(reset_current=True)
    assert recorder.spans == [span]


@pytest.mark.parametrize("case", ["no trace", "no processor", "disabled span", "disabled trace", "disabled all"])
def test_a_span_nobody_records_still_works(case: str, new_recorder: Any) -> None:
    """Tools write to the current span without asking whether tracing is on."""
    processor = new_recorder()
    set_trace_processors([] if case == "no processor" else [processor])
    set_tracing_disabled(case == "disabled all")
    around = custom_span("outside") if case == "no trace" else trace("w", disabled=case == "disabled trace")
    with around, function_span("f", disabled=case == "disabled span") as span:
        assert isinstance(span, NoOpSpan)
        current = get_current_span()
        assert current is span
        current.span_data.output = "x"
        current.set_error({"message": "m", "data": None})
        assert current.error is None
        assert current.export() is None
        assert (current.trace_id, current.span_id, current.parent_id) == ("no-op", "no-op", None)
        assert (current.started_at, current.ended_at, current.tracing_api_key) == (None, None, None)
        assert span.span_data.output == "x"
    assert get_current_span() is None
    assert processor.spans == []


def test_nothing_inside_a_disabled_span_is_recorded(recorder: Any) -> None:
    """A part of a run that is kept out of the trace is kept out whole."""
    with trace("w"):
        with custom_span("hidden", disabled=True) as hidden:
            with custom_span("inside"):
                pass
            with custom_span("named", parent=hidden):
                pass
        with custom_span("after"):
            pass
    assert [s.span_data.name for s in recorder.spans] == ["after"]


def test_kinds_of_spans_may_be_added_by_users(recorder: Any) -> None:
    """Other packages bring their own span data."""

    class Query(SpanData):
        type = "query"

        def export(self) -> dict[str, Any]:
            return {"type": self.type, "rows": 3}

    with trace("w"), get_trace_provider().create_span(Query()):
        pass
    assert recorder.spans[0].export()["span_data"] == {"type": "query", "rows": 3}


def test_span_impl_can_be_made_directly(new_recorder: Any) -> None:
    """Packages around openai-agents do so in their tests, with these names."""
    processor = new_recorder()
    span = SpanImpl(
        trace_id="t",
        span_id=None,
        parent_id=None,
        processor=processor,
        span_data=AgentSpanData(name="a"),
        tracing_api_key=None,
    )
    span.start()
    span.finish()
    assert processor.spans == [span]
    assert span.span_id.startswith("span_")


def test_the_output_of_a_function_is_kept_as_it_is_until_export() -> None:
    """Text is made for who reads it, not on the hot path."""
    output = {"a": 1}
    data = FunctionSpanData("f", None, output)
    assert data.output is output
    assert data.export()["output"] == "{'a': 1}"


@pytest.mark.parametrize(
    ("make", "prefix", "digits"),
    [(gen_trace_id, "trace_", 32), (gen_span_id, "span_", 24), (gen_group_id, "group_", 24)],
)
def test_ids_have_their_form_and_differ(make: Any, prefix: str, digits: int) -> None:
    """Trace services refuse ids of another form."""
    made = {make() for _ in range(200)}
    assert len(made) == 200
    for one in made:
        assert one.startswith(prefix)
        assert len(one) == len(prefix) + digits
        int(one.removeprefix(prefix), 16)


@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2200, 1, 1)))
def test_times_are_written_to_the_microsecond_and_read_back(moment: datetime) -> None:
    """A time on the full second must look like any other, or text order breaks."""
    moment = moment.replace(tzinfo=timezone.utc)
    since = moment - datetime(1970, 1, 1, tzinfo=timezone.utc)
    text = iso_time(since // timedelta(microseconds=1) * 1000)
    assert datetime.fromisoformat(text) == moment
    assert len(text) == len("2025-01-01T00:00:00.000000+00:00")


def test_a_span_ends_no_earlier_than_it_starts(recorder: Any) -> None:
    """Durations are computed from the two texts."""
    with trace("w"), custom_span("c") as span:
        assert get_current_trace() is not None
    assert span.started_at is not None
    assert span.ended_at is not None
    assert span.started_at <= span.ended_at
