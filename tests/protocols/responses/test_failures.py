"""Answers that break, fail or are cut: what is raised, and what is kept of them."""

from __future__ import annotations

from typing import Any

import pytest

from agents.exceptions import (
    BadRequestError,
    ContentPolicyError,
    ModelBehaviorError,
    ProviderError,
    ProviderProtocolError,
    RateLimitError,
    ServerError,
)

from ..chat import spent
from .said import answer, call, cut, decoded, events_of, message, reasoning, streamed

WHOLE = events_of(answer(reasoning("I think."), message("Let me look."), call(arguments='{"city": "Oslo"}')))
BEGUN = WHOLE[: [frame["type"] for frame in WHOLE].index("response.output_item.done") + 4]
"""Reasoning, and a message of which half has been said."""


def failed(code: str | None, message: str = "Boom") -> dict[str, Any]:
    return answer(status="failed", error={"code": code, "message": message})


FAILURES: dict[str, tuple[Any, type[Exception], str]] = {
    "an error event": (
        {"type": "error", "code": "rate_limit_exceeded", "message": "Slow down", "param": None},
        RateLimitError,
        "Slow down",
    ),
    "an error event with the error within": (
        {"type": "error", "error": {"type": "server_error", "code": None, "message": "Boom"}},
        ServerError,
        "Boom",
    ),
    "an error without a type": ({"error": {"code": 429, "message": "Slow down"}}, RateLimitError, "Slow down"),
    "an error as text": ({"error": "out of memory"}, ProviderError, "out of memory"),
    "a failed response": ({"type": "response.failed", "response": failed("server_error")}, ServerError, "Boom"),
    "a failure without a reason": (
        {"type": "response.failed", "response": answer(status="failed")},
        ProviderError,
        "The response failed",
    ),
    "no JSON": (b"<html>", ProviderProtocolError, "no event of a response"),
    "cut bytes": (b'{"type": "response.comp', ProviderProtocolError, "no event of a response"),
    "no object": (b"[1]", ProviderProtocolError, "expected an object, got list"),
    "no UTF-8": (b'{"type": "\xff"}', ProviderProtocolError, "no event of a response"),
    "an end without its response": ({"type": "response.completed"}, ProviderProtocolError, "without its response"),
    "an item that is none": (
        {"type": "response.output_item.done", "output_index": 1, "item": "x"},
        ProviderProtocolError,
        "no object with a type",
    ),
    "a call without a name": (
        {"type": "response.output_item.done", "output_index": 1, "item": {"type": "function_call"}},
        ProviderProtocolError,
        "a call without a name",
    ),
    "an output that is no list": (
        {"type": "response.completed", "response": {**answer(), "output": "x"}},
        ProviderProtocolError,
        "is a list",
    ),
}


@pytest.mark.parametrize(("frame", "kind", "words"), FAILURES.values(), ids=FAILURES)
def test_a_stream_that_breaks_keeps_what_was_said(frame: Any, kind: type[Exception], words: str) -> None:
    """A broken answer is an error with the words so far."""
    with pytest.raises(kind, match=words) as caught:
        streamed([*BEGUN, frame])
    assert isinstance(caught.value, ProviderError)
    partial = caught.value.partial_response
    assert partial is not None
    assert [item.type for item in partial.output] == ["reasoning", "message"]
    assert (partial.output[1].content[0].text, partial.output[1].status) == ("Let me", "incomplete")
    assert partial.response_id == "resp_1"


@pytest.mark.parametrize("length", range(len(WHOLE)))
def test_a_stream_cut_anywhere_is_an_error_without_half_a_call(length: int) -> None:
    """No cut may pass for an end, and half a call would be run with half its arguments (L#4963)."""
    with pytest.raises(ProviderProtocolError, match="without a final event") as caught:
        streamed(WHOLE[:length])
    assert caught.value.partial_response is not None
    calls = [item for item in caught.value.partial_response.output if item.type == "function_call"]
    assert all(item.arguments == '{"city": "Oslo"}' for item in calls)


def test_reasoning_in_the_open_is_kept_of_a_stream_that_breaks() -> None:
    """Servers of open models seal nothing: what was thought is in the text alone."""
    place = {"output_index": 0, "item_id": "rs_1", "content_index": 0}
    frames = [
        *events_of(answer())[:2],
        {"type": "response.output_item.added", "output_index": 0, "item": {"type": "reasoning", "id": "rs_1"}},
        *({"type": "response.reasoning_text.delta", "delta": delta, **place} for delta in ("h", "m")),
    ]
    with pytest.raises(ProviderProtocolError) as caught:
        streamed(frames)
    assert caught.value.partial_response is not None
    thought: Any = caught.value.partial_response.output[0]
    assert ([part.text for part in thought.content], thought.summary) == (["hm"], [])


CODES: dict[str, type[ProviderError]] = {
    "server_error": ServerError,
    "rate_limit_exceeded": RateLimitError,
    "invalid_prompt": BadRequestError,
    "invalid_image_url": BadRequestError,
    "bio_policy": ContentPolicyError,
    "image_content_policy_violation": ContentPolicyError,
    "vector_store_timeout": ServerError,
}


@pytest.mark.parametrize(("code", "kind"), CODES.items())
def test_the_code_of_a_failed_response_says_whose_fault_it_is(code: str, kind: type[ProviderError]) -> None:
    """What a retry cannot mend must not look like the server's fault, and the other way round."""
    with pytest.raises(kind) as plain:
        decoded(failed(code))
    with pytest.raises(kind) as stream:
        streamed(events_of(failed(code)))
    assert plain.value.code == stream.value.code == code


def test_a_failed_response_is_paid_for() -> None:
    """What the provider counted before it failed is on the bill."""
    with pytest.raises(ServerError) as caught:
        decoded(failed("server_error"))
    assert caught.value.partial_response is not None
    assert spent(caught.value.partial_response)[:3] == (1, 10, 5)


HALF_CALLS = {
    "said to be incomplete": call(arguments="{}", status="incomplete"),
    "broken arguments": call(arguments='{"city": "Os'),
}


@pytest.mark.parametrize("item", HALF_CALLS.values(), ids=HALF_CALLS)
@pytest.mark.parametrize(
    ("reason", "words"), [("max_output_tokens", "raise ModelSettings.max_tokens"), ("content_filter", "content filter")]
)
def test_a_call_that_was_cut_is_an_error_that_says_so(item: dict[str, Any], reason: str, words: str) -> None:
    """Half a call must not run, nor come back to the model as if it had written broken JSON."""
    with pytest.raises(ModelBehaviorError, match=f"In the middle of a call of tool 'look' .*{words}"):
        decoded(cut(reason, item))
    with pytest.raises(ModelBehaviorError, match=words):
        streamed(events_of(cut(reason, item)))


def test_a_call_that_was_cut_and_left_out_of_the_end_is_an_error() -> None:
    """A backend that ends with an empty output does not make half a call whole."""
    frames = events_of(cut("max_output_tokens", call(arguments='{"a": "b')))
    done = next(index for index, frame in enumerate(frames) if frame["type"] == "response.output_item.done")
    with pytest.raises(ModelBehaviorError, match="token limit"):
        streamed([*frames[:done], {**frames[-1], "response": cut("max_output_tokens")}])


WHOLE_ANSWERS: dict[str, tuple[Any, type[Exception], str]] = {
    "no JSON": (b"<html>Bad gateway</html>", ProviderProtocolError, "no response"),
    "another shape": ({"choices": []}, ProviderProtocolError, "neither output nor status"),
    "an error with status 200": ({"error": {"code": 503, "message": "gone"}}, ProviderError, "gone"),
    "not yet answered": (answer(status="queued"), ProviderProtocolError, "its status is 'queued'"),
    "given up": (answer(status="cancelled"), ProviderProtocolError, "its status is 'cancelled'"),
    "an item that is none": (answer("x"), ProviderProtocolError, "no object with a type"),
}


@pytest.mark.parametrize(("payload", "kind", "words"), WHOLE_ANSWERS.values(), ids=WHOLE_ANSWERS)
def test_a_plain_answer_that_cannot_be_read(payload: Any, kind: type[Exception], words: str) -> None:
    """Each says what is wrong, and keeps the body."""
    with pytest.raises(kind, match=words) as caught:
        decoded(payload)
    if isinstance(payload, bytes):
        assert getattr(caught.value, "body", None) == payload.decode()
