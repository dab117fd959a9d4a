"""Answers that break, fail or are cut: what is raised, and what is kept of them."""

from __future__ import annotations

from typing import Any

import pytest

from agents.exceptions import (
    ModelBehaviorError,
    OverloadedError,
    ProviderError,
    ProviderProtocolError,
    RateLimitError,
    ServerError,
)

from .chat import calling, chunk, chunks, decoded, gist, part, spent, streamed, whole

USAGE = {"prompt_tokens": 10, "completion_tokens": 5}
SPENT = (1, 10, 5, 15, 0, 0, 0)
HALF = [chunk({"content": "Let me look."}), chunk(calling(part(0, "a", "look", '{"ci')))]
FAILURES: dict[str, tuple[list[Any], type[Exception], str]] = {
    "no end": (HALF, ProviderProtocolError, "without a finish reason"),
    "no JSON": ([*HALF, b"<html>"], ProviderProtocolError, "no chat completion"),
    "cut bytes": ([*HALF, b'{"id": "r1", "cho'], ProviderProtocolError, "no chat completion"),
    "another shape": ([*HALF, {"choices": "none"}], ProviderProtocolError, r"\$.choices"),
    "a call that is never named": (
        [*HALF, chunk(calling(part(1, "x", arguments="{}")), finish="stop")],
        ProviderProtocolError,
        "without a name",
    ),
    "MiniMax's own words": (
        [*HALF, {"choices": None, "base_resp": {"status_code": 1002, "status_msg": "rate limit"}}],
        RateLimitError,
        "rate limit",
    ),
    "a server without resources": ([*HALF, chunk(finish="insufficient_system_resource")], ServerError, "insufficient"),
    "an error object": (
        [*HALF, {"error": {"code": 429, "message": "Slow down", "metadata": {"provider_name": "x"}}}],
        RateLimitError,
        r"Slow down \(provider acme, status 429, code 429\)",
    ),
    "an error with a type": (
        [*HALF, {"error": {"type": "overloaded_error", "message": "Busy"}}],
        OverloadedError,
        "Busy",
    ),
    "an error as text": ([*HALF, {"error": "out of memory"}], ProviderError, "out of memory"),
    "Groq's error": ([*HALF, {"choices": [], "x_groq": {"error": "cut"}}], ProviderError, "cut"),
    "a finish reason that is an error": (
        [*HALF, chunk(finish="network_error")],
        ProviderError,
        "network_error",
    ),
    "an error in the choice": (
        [*HALF, {"choices": [{"finish_reason": "error", "error": {"code": 503, "message": "gone"}}]}],
        OverloadedError,
        "gone",
    ),
}


@pytest.mark.parametrize(("stream", "kind", "message"), FAILURES.values(), ids=FAILURES)
def test_a_stream_that_breaks_keeps_what_came_and_no_half_call(
    stream: list[Any], kind: type[Exception], message: str
) -> None:
    """A broken answer is an error with the words so far; half a call would be run with half its arguments."""
    usage = {"choices": [], "usage": USAGE}
    with pytest.raises(kind, match=message) as caught:
        streamed([usage, *stream])
    assert isinstance(caught.value, ProviderError)
    partial = caught.value.partial_response
    assert partial is not None
    assert gist(partial) == [("Let me look.",)]
    assert spent(partial) == SPENT


def test_a_whole_answer_without_choices_is_an_error() -> None:
    """Gateways answer 200 with nothing when what is behind them failed."""
    for empty in ({}, {"id": "", "choices": [], "model": ""}, {"choices": None}):
        with pytest.raises(ProviderProtocolError, match="gave no choices"):
            decoded(empty)
    assert gist(decoded({"choices": [{"message": {"content": "A"}, "finish_reason": ""}]})) == [("A",)]


@pytest.mark.parametrize(
    ("finish", "message"),
    [("length", "raise ModelSettings.max_tokens"), ("content_filter", "content filter")],
)
@pytest.mark.parametrize("arguments", ['{"ci', ""])
def test_a_call_that_was_cut_is_never_run(finish: str, message: str, arguments: str) -> None:
    """The error names the tool and the way out, instead of a tool failing on broken arguments."""
    cut = calling(part(0, "a", "look", arguments))
    for read in (lambda: decoded(whole(cut, finish)), lambda: streamed(chunks(cut, finish=finish))):
        with pytest.raises(ModelBehaviorError, match=f"'look'.*{message}"):
            read()


def test_a_call_that_was_cut_before_its_name_is_never_run() -> None:
    """The text before it must not pass for the answer."""
    with pytest.raises(ModelBehaviorError, match="In the middle of a call"):
        streamed(chunks({"content": "Let me look."}, calling(part(0, "a")), finish="length"))


def test_an_unreadable_body_is_kept_without_keys() -> None:
    """What came instead of an answer helps to find the culprit, but may echo the key that was sent."""
    with pytest.raises(ProviderProtocolError) as caught:
        decoded(b"<p>Denied: Bearer sk-" + b"a" * 40 + b"</p>" + b"x" * 5000)
    body = caught.value.body
    assert isinstance(body, str)
    assert body.startswith("<p>Denied: Bearer [redacted]")
    assert len(body) == 2000
