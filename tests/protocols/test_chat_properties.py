"""What holds for every answer: streamed equals plain, events are in order, no bytes break the reader."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.exceptions import ModelBehaviorError, ProviderError

from .chat import chunk, decoded, part, streamed, whole
from .streams import check_stream

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
DIALECTS = {
    "OpenAI": ("index",),
    "all in each fragment": ("index", "id", "name"),
    "ids and no index": ("id",),
}


@dataclass(frozen=True)
class Answer:
    """A whole answer, and the deltas of a stream that says the same."""

    message: dict[str, Any]
    deltas: list[dict[str, Any]]
    usage: dict[str, Any]


@st.composite
def pieces(draw: st.DrawFn, text: str) -> list[str]:
    """The text, cut anywhere."""
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=4)))
    return [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]


@st.composite
def fragments(draw: st.DrawFn, calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The calls as fragments: each begins after the one before it, and then goes on whenever it likes."""
    repeated = DIALECTS[draw(st.sampled_from(sorted(DIALECTS)))]
    left = [draw(pieces(call["function"]["arguments"])) for call in calls]
    begun, found = 0, []
    while begun < len(calls) or any(left):
        ready = [index for index in range(begun) if left[index]] + ([begun] if begun < len(calls) else [])
        index = draw(st.sampled_from(ready))
        known = {"index": index, "id": calls[index]["id"], "name": calls[index]["function"]["name"]}
        first = index == begun
        begun += first
        told = {key: value for key, value in known.items() if key in repeated or (first and key != "index")}
        found.append(part(**told, arguments="" if first else left[index].pop(0)))
    return found


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    message: dict[str, Any] = {}
    deltas: list[dict[str, Any]] = []
    for kind in ("reasoning_content", "content", "refusal"):
        if text := draw(st.none() | st.text(min_size=1)):
            message[kind] = text
            deltas += [{kind: piece} for piece in draw(pieces(text))]
    ids = draw(
        st.lists(
            st.text(st.characters(codec="ascii", categories=["L"]), min_size=1, max_size=5),
            unique=True,
            max_size=4,
        )
    )
    made = [(call_id, draw(st.dictionaries(st.text(), JSON, max_size=3))) for call_id in ids if call_id != "null"]
    if made:
        calls = [
            {"id": id, "type": "function", "function": {"name": "look", "arguments": json.dumps(arguments)}}
            for id, arguments in made
        ]
        message["tool_calls"] = calls
        deltas += [{"tool_calls": [fragment]} for fragment in draw(fragments(calls))]
    counts = draw(st.tuples(*[st.integers(0, 1000)] * 3))
    usage = dict(zip(("prompt_tokens", "completion_tokens", "prompt_cache_hit_tokens"), counts, strict=True))
    return Answer(message, deltas, usage)


@given(answers(), st.booleans())
def test_streamed_equals_plain(answer: Answer, as_bytes: bool) -> None:
    """Who turns streaming on must get the same items, ids and bill, however the service cuts its answer."""
    finish = "tool_calls" if "tool_calls" in answer.message else "stop"
    plain = decoded(whole(answer.message, finish, usage=answer.usage))
    stream = [
        *map(chunk, answer.deltas),
        chunk(finish=finish),
        {"id": "r1", "choices": [], "usage": answer.usage},
    ]
    events, response = streamed([json.dumps(each).encode() for each in stream] if as_bytes else stream)
    assert response == plain
    check_stream(events, plain.output)


@given(answers(), st.data())
def test_a_stream_cut_anywhere_is_an_error_with_a_part_of_the_answer(answer: Answer, data: st.DataObject) -> None:
    """No cut may pass for an end, and what is kept of the answer holds nothing that was not said."""
    plain = decoded(whole(answer.message))
    left = data.draw(st.integers(0, len(answer.deltas)))
    with pytest.raises(ProviderError) as caught:
        streamed(map(chunk, answer.deltas[:left]))
    partial = caught.value.partial_response
    assert partial is not None
    assert all(item.type != "function_call" for item in partial.output)
    kept, full = ("".join(_words(response.output)) for response in (partial, plain))
    assert full.startswith(kept)


def _words(output: list[Any]) -> list[str]:
    """All that was said and thought."""
    parts = [part for item in output for part in getattr(item, "content", None) or getattr(item, "summary", ())]
    return [part.refusal if part.type == "refusal" else part.text for part in parts]


# Whatever a service sends, only our own errors come out.

FIELDS = [
    "id",
    "model",
    "choices",
    "usage",
    "error",
    "x_groq",
    "index",
    "message",
    "delta",
    "finish_reason",
    "logprobs",
    "content",
    "refusal",
    "tool_calls",
    "function",
    "name",
    "arguments",
    "reasoning",
    "reasoning_content",
    "thinking_blocks",
    "type",
    "thinking",
    "signature",
    "data",
    "annotations",
    "url_citation",
    "url",
    "title",
    "start_index",
    "end_index",
    "provider_specific_fields",
    "thought_signature",
    "thought_signatures",
    "token",
    "logprob",
    "bytes",
    "top_logprobs",
    "prompt_tokens",
    "completion_tokens",
    "total_tokens",
    "prompt_tokens_details",
    "cached_tokens",
    "completion_tokens_details",
    "reasoning_tokens",
    "text",
    "code",
    "details",
    "reason",
    "retryDelay",
]
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=5)  # lone surrogates included
    | st.sampled_from(["stop", "length", "content_filter", "error", "redacted_thinking", "²", "429", '{"a"'])
)
JUNK = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5),
    max_leaves=20,
)


def nearly(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """An object with these fields, any of which may be missing or junk."""
    return st.fixed_dictionaries({}, optional={name: kind | JUNK for name, kind in fields.items()})


CALL = nearly(
    index=st.integers(0, 1),
    id=st.sampled_from(["a", "b", "null", "a__thought__s"]),
    function=nearly(name=st.sampled_from(["look", "see"]), arguments=st.sampled_from(["{}", '{"a"', ""])),
    provider_specific_fields=nearly(thought_signature=st.text()),
)
BLOCK = nearly(type=st.just("thinking"), thinking=st.text(), signature=st.text(), data=st.text())
MESSAGE = nearly(
    content=st.text(),
    refusal=st.text(),
    tool_calls=st.lists(CALL, max_size=3),
    reasoning=st.text(),
    thinking_blocks=st.lists(BLOCK, max_size=3),
    annotations=st.lists(nearly(url_citation=nearly(url=st.text(), start_index=st.integers())), max_size=2),
)
LOGPROBS = nearly(content=st.lists(nearly(token=st.text(), logprob=st.floats(), top_logprobs=JUNK), max_size=2))
CHOICE = nearly(index=st.just(0), message=MESSAGE, delta=MESSAGE, finish_reason=st.just("stop"), logprobs=LOGPROBS)
COMPLETION = nearly(
    id=st.just("r1"),
    choices=st.lists(CHOICE, max_size=3),
    usage=nearly(prompt_tokens=st.integers(), prompt_tokens_details=nearly(cached_tokens=st.integers())),
    error=nearly(code=st.integers() | st.text(), message=st.text(), details=st.lists(nearly(retryDelay=st.text()))),
)


def objects(value: Any) -> Any:
    """The value as attributes of plain objects, as clients build them."""
    if isinstance(value, dict):
        return SimpleNamespace(**{key: objects(item) for key, item in value.items()})
    return [objects(item) for item in value] if isinstance(value, list) else value


def survive(payloads: list[Any]) -> None:
    """Read the payloads; an error of ours ends the reading, any other fails the test."""
    with suppress(ProviderError, ModelBehaviorError):
        events, response = streamed(payloads)
        check_stream(events, response.output)
    for payload in payloads:
        with suppress(ProviderError, ModelBehaviorError):
            decoded(payload, keep_usage=True)


@given(st.lists(COMPLETION | JUNK, max_size=4))
def test_any_json_is_an_answer_or_one_of_our_errors(payloads: list[Any]) -> None:
    """A service's whim must never reach the caller as ``KeyError`` or ``TypeError``."""
    survive(payloads)
    survive([json.dumps(payload).encode() for payload in payloads])
    survive([objects(payload) for payload in payloads])


@given(st.lists(st.binary(max_size=40) | COMPLETION.map(lambda each: json.dumps(each).encode()[:-3]), max_size=3))
def test_any_bytes_are_an_answer_or_one_of_our_errors(payloads: list[bytes]) -> None:
    """Gateways send pages, cut JSON and noise with status 200."""
    survive(list(payloads))


@pytest.mark.parametrize("depth", [100, 900, 5_000, 200_000])
@pytest.mark.parametrize(
    ("before", "nest", "after"),
    [
        (b"", (b"[", b"]"), b""),
        (b'{"choices": [{"delta": {"content": ', (b"[", b"]"), b"}}]}"),
        (b'{"choices": [{"delta": {"reasoning": ', (b"[", b"]"), b"}}]}"),
        (b'{"usage": ', (b'{"prompt_tokens_details": ', b"}"), b"}"),
        (b'{"error": ', (b'{"error": ', b"}"), b"}"),
        (
            b'{"choices": [{"delta": {"tool_calls": [{"function": {"name": "f", "arguments": ',
            (b"[", b"]"),
            b"}}]}}]}",
        ),
    ],
    ids=["bare", "content", "reasoning", "usage", "error", "arguments"],
)
def test_depth_is_no_weapon(depth: int, before: bytes, nest: tuple[bytes, bytes], after: bytes) -> None:
    """A nest of brackets deeper than the stack must end in an error of ours too."""
    survive([before + nest[0] * depth + b"1" + nest[1] * depth + after])
