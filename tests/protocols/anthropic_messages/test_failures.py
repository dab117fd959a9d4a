"""Answers that break, fail or are cut: what is raised, and what is kept of them."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agents.exceptions import (
    ContextLengthError,
    ModelBehaviorError,
    OverloadedError,
    ProviderError,
    ProviderProtocolError,
    RateLimitError,
)

from ..chat import gist, spent
from ..streams import check_stream
from .messages import decoded, end, grown, message, start, stream_of, streamed, text, thinking, use

USAGE = {"input_tokens": 10, "output_tokens": 5}
SAID = [start(usage=USAGE), *grown(0, text("Let me look."))]
HALF = [*SAID, *grown(1, use("a", city="Oslo"), ['{"ci'])[:2]]
DELTA = {"type": "content_block_delta", "index": 7, "delta": {"type": "text_delta", "text": "A"}}
FAILURES: dict[str, tuple[list[Any], type[ProviderError], str]] = {
    "no end": (HALF, ProviderProtocolError, "before the message stopped"),
    "no last event": ([*SAID, *end()[:1]], ProviderProtocolError, "before the message stopped"),
    "no JSON": ([*HALF, b"<html>"], ProviderProtocolError, "no event of a message"),
    "cut bytes": ([*HALF, json.dumps(DELTA)[:-3].encode()], ProviderProtocolError, "no event of a message"),
    "another shape": ([*HALF, {**DELTA, "delta": "A"}], ProviderProtocolError, r"\$.delta"),
    "a block of another shape": (
        [*SAID, {"type": "content_block_start", "index": 1, "content_block": {"type": "text", "text": []}}],
        ProviderProtocolError,
        r"\$.text",
    ),
    "no block": ([*SAID, {"type": "content_block_start", "index": 1}], ProviderProtocolError, "no event"),
    "a block that is not open": ([*HALF, DELTA], ProviderProtocolError, "block 7, which is not open"),
    "a call without a name": ([*HALF, *grown(2, {**use("b"), "name": ""})], ProviderProtocolError, "without a name"),
    "overload": (
        [*HALF, {"type": "error", "error": {"type": "overloaded_error", "message": "Busy"}}],
        OverloadedError,
        "Busy",
    ),
    "a rate limit": (
        [*HALF, {"type": "error", "error": {"type": "rate_limit_error", "message": "Slow down"}}],
        RateLimitError,
        r"Slow down \(provider acme",
    ),
    "an error without a type": ([*HALF, {"error": {"message": "gone", "code": 503}}], OverloadedError, "gone"),
    "an error without a word": ([*HALF, {"type": "error"}], ProviderError, "error"),
    "a full context": (
        [*SAID, *end("model_context_window_exceeded")],
        ContextLengthError,
        "context window",
    ),
}


@pytest.mark.parametrize(("events", "kind", "message"), FAILURES.values(), ids=FAILURES)
def test_a_stream_that_breaks_keeps_what_came_and_no_half_call(
    events: list[Any], kind: type[ProviderError], message: str
) -> None:
    """A broken answer is an error with the words so far; half a call would be run with half its arguments."""
    with pytest.raises(kind, match=message) as caught:
        streamed(events)
    partial = caught.value.partial_response
    assert partial is not None
    assert gist(partial) == [("Let me look.",)]
    assert spent(partial) == (1, 10, 5, 15, 0, 0, 0)


WHOLE: dict[str, tuple[Any, type[Exception], str]] = {
    "a page": (b"<html>", ProviderProtocolError, "no message"),
    "a list": ([], ProviderProtocolError, "no message"),
    "no content": ({"id": "r1"}, ProviderProtocolError, "gave no content"),
    "an error with status 200": (
        {"type": "error", "error": {"type": "overloaded_error", "message": "Busy"}},
        OverloadedError,
        "Busy",
    ),
    "a block that is none": (message(3), ProviderProtocolError, "no message"),  # type: ignore[arg-type]
    "a full context": (message(text("A"), stop="model_context_window_exceeded"), ContextLengthError, "context window"),
}


@pytest.mark.parametrize(("data", "kind", "words"), WHOLE.values(), ids=WHOLE)
def test_a_whole_answer_that_is_none_is_an_error(data: Any, kind: type[Exception], words: str) -> None:
    """Gateways answer 200 with whatever they have."""
    with pytest.raises(kind, match=words):
        decoded(data)


@pytest.mark.parametrize(("stop", "words"), [("max_tokens", "raise ModelSettings.max_tokens"), ("refusal", "safety")])
@pytest.mark.parametrize("name", ["look", "final_output"])
@pytest.mark.parametrize("input", [{}, {"city": "Os"}])
def test_a_call_that_was_cut_is_never_run(stop: str, words: str, name: str, input: Any) -> None:
    """The service closes the JSON of a cut call, so that only the stop reason tells it from a whole one."""
    cut = {**use("a", **input), "name": name}
    for read in (lambda: decoded(message(cut, stop=stop)), lambda: streamed(stream_of(cut, stop=stop))):
        with pytest.raises(ModelBehaviorError, match=f"'{name}'.*{words}"):
            read()


def test_an_unreadable_body_is_kept_without_keys() -> None:
    """What came instead of an answer helps to find the culprit, but may echo the key that was sent."""
    with pytest.raises(ProviderProtocolError) as caught:
        decoded(b"<p>Denied: Bearer sk-" + b"a" * 40 + b"</p>" + b"x" * 5000)
    assert str(caught.value.body).startswith("<p>Denied: Bearer [redacted]")
    assert len(str(caught.value.body)) == 2000


# Whatever comes.

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)
KINDS = (
    *("message_start", "content_block_start", "content_block_delta", "content_block_stop"),
    *("message_delta", "message_stop", "ping", "error"),
)
BLOCKS = ("text", "thinking", "redacted_thinking", "tool_use", "server_tool_use")


def nearly(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """An object with some of these fields, now and then with another value in them."""
    return st.fixed_dictionaries({}, optional={name: value | value | JUNK for name, value in fields.items()})


TEXT = st.text(max_size=4)
USAGES = nearly(input_tokens=st.integers(), output_tokens=st.integers(), output_tokens_details=JUNK)
BLOCK = nearly(
    type=st.sampled_from(BLOCKS),
    text=TEXT,
    thinking=TEXT,
    signature=TEXT,
    data=TEXT,
    id=TEXT,
    name=st.sampled_from(["look", "final_output"]),
    input=JUNK,
    citations=st.lists(nearly(url=TEXT)),
)
PARTS = nearly(
    text=TEXT,
    thinking=TEXT,
    signature=TEXT,
    partial_json=TEXT,
    citation=JUNK,
    stop_reason=st.sampled_from(["tool_use", "max_tokens", "refusal", "pause_turn"]),
)
MESSAGE = nearly(id=TEXT, content=st.lists(BLOCK, max_size=3), stop_reason=TEXT, usage=USAGES, stop_details=JUNK)
EVENT = nearly(
    type=st.sampled_from(KINDS),
    index=st.integers(0, 1),
    message=MESSAGE,
    content_block=BLOCK,
    delta=PARTS,
    usage=USAGES,
    error=JUNK,
)


def survive(payloads: list[Any]) -> None:
    """Read the payloads; an error of ours ends the reading, any other fails the test."""
    with suppress(ProviderError, ModelBehaviorError):
        events, response = streamed(payloads)
        check_stream(events, response.output)
    for each in payloads:
        with suppress(ProviderError, ModelBehaviorError):
            decoded(each, keep_usage=True)


@settings(max_examples=60, deadline=None)
@example([{"content": [{"type": []}]}], False)
@given(st.lists(EVENT | MESSAGE | JUNK, max_size=5), st.booleans())
def test_any_json_is_an_answer_or_one_of_our_errors(payloads: list[Any], ends: bool) -> None:
    """A service's whim must never reach the caller as ``KeyError`` or ``TypeError``."""
    survive([*payloads, *(end() if ends else [])])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from([*stream_of(thinking("a", "b"), text("c"), use("d", e=1)), *HALF]), max_size=12))
def test_events_in_any_order_are_an_answer_or_one_of_our_errors(events: list[Any]) -> None:
    """Proxies drop, repeat and reorder."""
    survive(events)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.binary(max_size=40) | EVENT.map(lambda each: json.dumps(each).encode()[:-2]), max_size=3))
def test_any_bytes_are_an_answer_or_one_of_our_errors(payloads: list[bytes]) -> None:
    """Gateways send pages, cut JSON and noise with status 200."""
    survive(list(payloads))


@pytest.mark.parametrize("depth", [100, 900, 5_000, 200_000])
@pytest.mark.parametrize(
    ("before", "nest", "after"),
    [
        (b"", (b"[", b"]"), b""),
        (b'{"type": "error", "error": ', (b'{"error": ', b"}"), b"}"),
        (b'{"type": "message_delta", "usage": ', (b'{"output_tokens_details": ', b"}"), b"}"),
        (b'{"type": "content_block_start", "content_block": {"type": "new", "a": ', (b"[", b"]"), b"}}"),
        (
            b'{"type": "content_block_start", "content_block": {"type": "tool_use", "name": "a", "input": ',
            (b"[", b"]"),
            b"}}",
        ),
        (b'{"content": [{"type": "text", "text": "a", "citations": ', (b"[", b"]"), b"}]}"),
    ],
    ids=["bare", "error", "usage", "unknown block", "input", "citations"],
)
def test_depth_is_no_weapon(depth: int, before: bytes, nest: tuple[bytes, bytes], after: bytes) -> None:
    """A nest of brackets deeper than the stack must end in an error of ours too."""
    deep = before + nest[0] * depth + b"1" + nest[1] * depth + after
    survive([deep])
    survive([start(), deep, *grown(3, text("A")), *end()])
