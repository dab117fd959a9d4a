"""Answers that break, fail or are of no use: what is raised, what is kept, and that nothing else comes out."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.exceptions import (
    AuthenticationError,
    ModelBehaviorError,
    OverloadedError,
    ProviderError,
    ProviderProtocolError,
    RateLimitError,
)
from agents.protocols.base import Profile

from ..streams import check_stream
from .gemini import CODEC, MAKER, OLDER, PROFILE, calls, decoded, frame, frames, gist, spent, streamed, whole

ERROR = {"code": 429, "message": "Slow down", "status": "RESOURCE_EXHAUSTED"}
KEY = {"@type": "ErrorInfo", "reason": "API_KEY_INVALID"}
FAILURES: dict[str, tuple[Any, type[Exception], str]] = {
    "no JSON": (b"<html>", ProviderProtocolError, "no answer of generateContent"),
    "cut bytes": (b'{"candidates": [{"con', ProviderProtocolError, "no answer of generateContent"),
    "no UTF-8": (b'{"candidates": "\xff"}', ProviderProtocolError, "no answer of generateContent"),
    "another shape": ({"candidates": "none"}, ProviderProtocolError, r"\$.candidates"),
    "a call without a name": (frame({"functionCall": {}}), ProviderProtocolError, "without a name"),
    "a call in pieces": (
        frame({"functionCall": {"name": "f", "partialArgs": [{"jsonPath": "$.a"}]}}),
        ProviderProtocolError,
        "leave streamFunctionCallArguments out",
    ),
    "an error": ({"error": ERROR}, RateLimitError, "Slow down"),
    "an error in an array": ([{"error": {**ERROR, "code": 503, "status": "UNAVAILABLE"}}], OverloadedError, "Slow"),
    "an error without a wrapper": (ERROR, RateLimitError, "Slow down"),
    "an error as text": ({"error": "out of memory"}, ProviderError, "out of memory"),
    "a wrong key": ({"error": {"code": 400, "message": "Bad", "details": [KEY]}}, AuthenticationError, "Bad"),
}


@pytest.mark.parametrize(("payload", "kind", "message"), FAILURES.values(), ids=FAILURES)
def test_a_stream_that_fails_keeps_what_came(payload: Any, kind: type[Exception], message: str) -> None:
    """The words and tokens so far are paid for; half an answer's call is never run."""
    usage = {"promptTokenCount": 5, "candidatesTokenCount": 2}
    start = frame("Let me look.", usageMetadata=usage)
    with pytest.raises(kind, match=message) as caught:
        streamed([start, payload])
    assert isinstance(caught.value, ProviderError)
    partial = caught.value.partial_response
    assert partial is not None
    assert (gist(partial), spent(partial)) == ([("Let me look.",)], (1, 5, 2, 7, 0, 0))
    with pytest.raises(kind, match=message):
        decoded(payload)


def test_an_answer_without_an_end_or_a_beginning() -> None:
    """A cut stream must not pass for a whole one; a service that says nothing did not answer."""
    with pytest.raises(ProviderProtocolError, match="without a finish reason") as caught:
        streamed([frame("Hel"), frame(calls())])
    assert caught.value.partial_response
    assert gist(caught.value.partial_response) == [("Hel",)]
    usage = {"usageMetadata": {"promptTokenCount": 1}}
    for read in (lambda: streamed([usage]), lambda: streamed([]), lambda: decoded(usage), lambda: decoded({})):
        with pytest.raises(ProviderProtocolError, match="gave no candidate"):
            read()
    assert gist(decoded(whole("A", finish=None))) == [("A",)]


BUNGLED = {
    "MALFORMED_FUNCTION_CALL": "called a tool in a form",
    "UNEXPECTED_TOOL_CALL": "called a tool where it may call none",
    "TOO_MANY_TOOL_CALLS": "called more tools",
    "MALFORMED_RESPONSE": "could not read",
    "CONTINUATION": "to be continued",
}


@pytest.mark.parametrize("finish", BUNGLED)
def test_an_answer_that_the_model_bungled(finish: str) -> None:
    """The error says what the model did wrong, with the service's words, rather than showing an empty answer."""
    said = {"finishMessage": "call:look{"}
    message = rf"{BUNGLED[finish]}.*\({finish}: call:look{{\)"
    for read in (
        lambda: decoded(whole("A", finish=finish, candidate=said)),
        lambda: streamed(frames("A", finish=finish, candidate=said)),
    ):
        with pytest.raises(ModelBehaviorError, match=message):
            read()


def test_a_signature_that_the_service_missed() -> None:
    """That is a fault of the conversation sent, not of the model's."""
    with pytest.raises(ProviderProtocolError, match="missed a thought signature"):
        decoded(whole(finish="MISSING_THOUGHT_SIGNATURE"))


def test_an_unreadable_body_is_kept_without_keys() -> None:
    """What came instead of an answer helps to find the culprit, but may echo the key that was sent."""
    with pytest.raises(ProviderProtocolError) as caught:
        decoded(b"<p>Denied: AIza" + b"a" * 35 + b"</p>" + b"x" * 5000)
    body = caught.value.body
    assert isinstance(body, str)
    assert body.startswith("<p>Denied: [redacted]")
    assert len(body) == 2000


# Streamed equals plain, however the service cuts its answer.

WORDS = st.text(max_size=8)
SIGNATURES = st.sampled_from(["s", "t"])
PARTS = st.one_of(
    st.fixed_dictionaries({"text": WORDS}, optional={"thoughtSignature": SIGNATURES, "thought": st.booleans()}),
    st.fixed_dictionaries(
        {
            "functionCall": st.fixed_dictionaries(
                {"name": st.sampled_from(["look", "final_output"])},
                optional={"args": st.dictionaries(WORDS, WORDS, max_size=2), "id": st.sampled_from(["a", "b"])},
            )
        },
        optional={"thoughtSignature": SIGNATURES},
    ),
)
ENDINGS = st.sampled_from(["STOP", "MAX_TOKENS", "SAFETY", "OTHER"])
COUNTS = st.dictionaries(
    st.sampled_from(["promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount"]), st.integers(0, 9)
)


@settings(max_examples=60)
@given(st.lists(PARTS, max_size=6), st.data(), ENDINGS, COUNTS, st.sampled_from([PROFILE, OLDER]))
def test_streamed_equals_plain(
    parts: list[Any], data: st.DataObject, finish: str, usage: dict[str, int], profile: Profile
) -> None:
    """Who turns streaming on must get the same items, ids and bill."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(parts)), max_size=3)))
    groups = [parts[start:end] for start, end in zip([0, *cuts], [*cuts, len(parts)], strict=True)]
    plain = decoded(whole(*parts, finish=finish, usageMetadata=usage), profile=profile)
    events, response = streamed(frames(*groups, finish=finish, usageMetadata=usage), profile=profile)
    assert response == plain
    check_stream(events, plain.output)


FIELDS = [
    *("candidates", "content", "parts", "text", "thought", "thoughtSignature", "functionCall", "name", "id", "args"),
    *("finishReason", "finishMessage", "finish_reason", "index", "promptFeedback", "blockReason", "usageMetadata"),
    *("promptTokenCount", "candidatesTokenCount", "totalTokenCount", "responseId", "modelVersion", "error", "code"),
    *("logprobsResult", "chosenCandidates", "topCandidates", "token", "logProbability", "groundingMetadata"),
    *("groundingChunks", "groundingSupports", "segment", "startIndex", "groundingChunkIndices", "web", "uri"),
    *("citationMetadata", "citations", "status", "message", "details", "partialArgs", "willContinue"),
]
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=5)  # lone surrogates included
    | st.sampled_from(["STOP", "SAFETY", "MALFORMED_FUNCTION_CALL", "look", "429"])
)
JUNK = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5),
    max_leaves=15,
)


def nearly(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """An object with these fields, any of which may be missing or junk."""
    return st.fixed_dictionaries({}, optional={name: kind | JUNK for name, kind in fields.items()})


CANDIDATES = nearly(
    content=nearly(parts=st.lists(nearly(text=WORDS, functionCall=nearly(name=WORDS, args=JUNK)), max_size=3)),
    finishReason=ENDINGS,
    groundingMetadata=nearly(
        groundingChunks=st.lists(nearly(web=nearly(uri=WORDS)), max_size=2),
        groundingSupports=st.lists(nearly(segment=nearly(startIndex=st.integers())), max_size=2),
    ),
    logprobsResult=nearly(chosenCandidates=st.lists(nearly(token=WORDS), max_size=2)),
)
PAYLOADS = st.one_of(
    st.binary(max_size=20),
    JUNK.map(lambda junk: json.dumps(junk).encode()),
    nearly(candidates=st.lists(CANDIDATES, max_size=2), usageMetadata=COUNTS, responseId=WORDS).map(
        lambda answer: json.dumps(answer).encode()
    ),
)


@settings(max_examples=60)
@given(st.lists(PAYLOADS, max_size=3), st.sampled_from([PROFILE, OLDER]))
def test_whatever_comes_only_our_own_errors_come_out(payloads: list[bytes], profile: Profile) -> None:
    """A gateway may send anything; a run ends with an error that says so, or with an answer."""
    decoder = CODEC.decoder(MAKER, profile, keep_usage=True)
    try:
        for payload in payloads:
            decoder.feed(payload)
        decoder.close()
    except (ProviderError, ModelBehaviorError):
        decoder.partial()
    for payload in payloads:
        try:
            CODEC.decode(payload, MAKER, profile, keep_usage=True)
        except (ProviderError, ModelBehaviorError):
            continue


@pytest.mark.parametrize(
    "nesting", [b"[", b'{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"a":']
)
def test_an_answer_that_is_nested_too_deep(nesting: bytes) -> None:
    """A hostile body must not end the process, nor come out as a bare RecursionError."""
    with pytest.raises(ProviderProtocolError):
        decoded(nesting + b"[" * 100_000)
    deep = nesting + b"[" * 900 + b"]" * 900 + b"}}}]}}]}"
    with suppress(ProviderError):
        decoded(deep)
