"""What is current, across orders of finishing, tasks, threads and abandoned generators."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.tracing import custom_span, get_current_span, get_current_trace, trace
from agents.tracing.scope import Scope
from agents.tracing.span_data import CustomSpanData
from agents.tracing.spans import NoOpSpan, Span
from agents.tracing.traces import NO_OP_TRACE


@given(st.permutations(range(5)))
def test_spans_may_finish_in_any_order(order: list[int]) -> None:
    """Steps that overlap end as they please; the current span is always the innermost that is open."""
    spans: list[Span[Any]] = [NoOpSpan(CustomSpanData(str(i), {})) for i in range(5)]
    for span in spans:
        span.start(mark_as_current=True)
    open_spans = list(spans)
    for i in order:
        spans[i].finish(reset_current=True)
        open_spans.remove(spans[i])
        assert get_current_span() is (open_spans[-1] if open_spans else None)


def test_traces_may_finish_in_any_order(recorder: Any) -> None:
    """The inner trace stays current when the outer one ends first, and leaves nothing behind."""
    outer, inner = trace("outer"), trace("inner")
    outer.start(mark_as_current=True)
    with custom_span("before"):
        inner.start(mark_as_current=True)
        span = custom_span("left open")
        span.start(mark_as_current=True)
        outer.finish(reset_current=True)
        assert get_current_trace() is inner
        assert get_current_span() is span
        inner.finish(reset_current=True)
        assert get_current_trace() is None
    assert get_current_span() is None


def test_a_trace_hides_the_spans_around_it(recorder: Any) -> None:
    """A span of one trace must not become the parent of a span of another."""
    with trace("outer"), custom_span("around") as around:
        with trace("inner") as inner:
            assert get_current_span() is None
            with custom_span("inside") as inside:
                pass
        assert get_current_span() is around
    assert (inside.trace_id, inside.parent_id) == (inner.trace_id, None)


async def test_each_task_has_its_own_current_span(recorder: Any) -> None:
    """Tools that run at the same time are siblings, whatever the order of their awaits."""

    async def step(name: str, mine: asyncio.Event, other: asyncio.Event) -> Span[Any]:
        with custom_span(name) as span:
            mine.set()
            await other.wait()
            assert get_current_span() is span
        return span

    one, two = asyncio.Event(), asyncio.Event()
    with trace("w"), custom_span("parent") as parent:
        spans = await asyncio.gather(step("a", one, two), step("b", two, one))
    assert [s.parent_id for s in spans] == [parent.span_id] * 2


async def test_a_task_that_outlives_its_parent_span_stays_under_it(recorder: Any) -> None:
    """Background work belongs to the step that began it, also after that step has ended."""
    go = asyncio.Event()

    async def later() -> list[str | None]:
        await go.wait()
        with custom_span("first") as first:
            pass
        with custom_span("second") as second:
            pass
        return [first.parent_id, second.parent_id]

    with trace("w"), custom_span("parent") as parent:
        task = asyncio.create_task(later())
    go.set()
    assert await task == [parent.span_id] * 2


async def test_an_async_generator_finalised_in_another_task_raises_nothing(recorder: Any) -> None:
    """A stream that is dropped half-read is closed by whoever finds it."""

    async def stream() -> AsyncIterator[int]:
        with trace("inner"), custom_span("streaming"):
            yield 1
            yield 2

    generator = stream()
    await contextvars.copy_context().run(asyncio.ensure_future, anext(generator))
    await asyncio.create_task(generator.aclose())  # type: ignore[attr-defined]
    assert recorder.spans[0].ended_at is not None
    assert recorder.spans[0].error is None
    assert (get_current_trace(), get_current_span()) == (None, None)


def test_threads_do_not_see_each_others_spans(recorder: Any) -> None:
    """A bare thread starts with nothing current; one given a context starts with that."""
    seen: dict[str, Span[Any] | None] = {}
    with trace("w"), custom_span("c") as span:
        context = contextvars.copy_context()
        bare = threading.Thread(target=lambda: seen.update(bare=get_current_span()))
        given_one = threading.Thread(target=lambda: context.run(lambda: seen.update(given=get_current_span())))
        for thread in (bare, given_one):
            thread.start()
            thread.join()
    assert seen == {"bare": None, "given": span}


def test_many_threads_keep_their_own_trees(recorder: Any) -> None:
    """A server runs many agents at once in one process."""

    def work(n: int) -> None:
        with trace(f"w{n}"):
            for _ in range(20):
                with custom_span("outer", {"n": n}), custom_span("inner", {"n": n}):
                    pass

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    by_id = {s.span_id: s for s in recorder.spans}
    assert len(by_id) == 8 * 40
    for span in recorder.spans:
        if span.span_data.name == "inner":
            assert by_id[span.parent_id].span_data.data == span.span_data.data
            assert by_id[span.parent_id].trace_id == span.trace_id


def test_set_and_reset_bring_back_what_was(recorder: Any) -> None:
    """Wrappers around openai-agents tracing drive the scope by hand, with tokens."""
    a, b = NoOpSpan(CustomSpanData("a", {})), NoOpSpan(CustomSpanData("b", {}))
    trace_token = Scope.set_current_trace(NO_OP_TRACE)
    first = Scope.set_current_span(a)
    second = Scope.set_current_span(b)
    assert (Scope.get_current_trace(), Scope.get_current_span()) == (NO_OP_TRACE, b)
    Scope.reset_current_span(second)
    assert Scope.get_current_span() is a
    Scope.reset_current_trace(trace_token)
    assert (Scope.get_current_trace(), Scope.get_current_span()) == (None, a)
    Scope.reset_current_span(first)
    assert Scope.get_current_span() is None


def test_setting_the_current_span_again_and_again_holds_no_old_ones() -> None:
    """A worker that sets and never resets must not grow."""
    for i in range(50):
        Scope.set_current_span(NoOpSpan(CustomSpanData(str(i), {})))
    last = Scope.get_current_span()
    assert last is not None
    last.finish(reset_current=True)
    assert Scope.get_current_span() is None


def test_a_span_set_by_hand_inside_a_trace_leaves_with_it(recorder: Any) -> None:
    """Replacing the current span must not break the border between two traces."""
    with trace("outer"), custom_span("around") as around:
        with trace("inner"):
            Scope.set_current_span(None)
            assert get_current_span() is None
        assert get_current_span() is around


@pytest.mark.parametrize("spent", [True, False])
def test_a_foreign_or_spent_token_is_ignored(spent: bool) -> None:
    """An async generator may be closed in a context that never set the token."""
    span = NoOpSpan(CustomSpanData("c", {}))
    if spent:
        span_token, trace_token = Scope.set_current_span(span), Scope.set_current_trace(NO_OP_TRACE)
        Scope.reset_current_span(span_token)
        Scope.reset_current_trace(trace_token)
    else:
        context = contextvars.copy_context()
        span_token = context.run(Scope.set_current_span, span)
        trace_token = context.run(Scope.set_current_trace, NO_OP_TRACE)
    Scope.reset_current_span(span_token)
    Scope.reset_current_trace(trace_token)
    assert (Scope.get_current_span(), Scope.get_current_trace()) == (None, None)


def test_the_shared_no_op_trace_can_be_entered_inside_itself() -> None:
    """It keeps no state, so anyone may use it at any time."""
    with NO_OP_TRACE:
        with NO_OP_TRACE:
            assert get_current_trace() is NO_OP_TRACE
        assert get_current_trace() is NO_OP_TRACE
    assert get_current_trace() is None
