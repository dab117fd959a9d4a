"""Answers of Chat Completions in all their dialects: what is read from them, whole and streamed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from .chat import calling, chunk, chunks, decoded, gist, part, streamed, whole
from .streams import check_stream


def thinking(**block: Any) -> dict[str, Any]:
    return {"thinking_blocks": [{"type": "thinking", **block}]}


def picture(url: str) -> dict[str, Any]:
    return {"type": "image_url", "image_url": {"url": url}}


@dataclass(frozen=True)
class Case:
    """An answer in one dialect."""

    expected: list[Any]
    message: dict[str, Any] | None = None
    """The whole answer, where the dialect has one; also fed as a stream of one delta."""
    deltas: list[dict[str, Any]] = field(default_factory=list)
    """The deltas of the stream, where it differs from the whole answer in one piece."""
    finish: str = "stop"

    def streams(self) -> list[list[Any]]:
        found = [self.deltas] if self.deltas else []
        if self.message is not None and not self.deltas:
            found.append([self.message])
        return [chunks(*deltas, finish=self.finish) for deltas in found]


A, B = '{"city": "A"}', '{"city": "B"}'
TWO = [("call", "a", "look", A), ("call", "b", "look", B)]
MINTED = [("call", "call_r1_0", "look", A), ("call", "call_r1_1", "look", B)]
REFUSED = "The provider's content filter withheld the answer."

CASES: dict[str, Case] = {
    "text": Case([("Hello",)], {"role": "assistant", "content": "Hello"}, [{"content": "Hel"}, {"content": "lo"}]),
    "text in parts": Case([("Hello",)], {"content": [{"type": "text", "text": "Hel"}, {"text": "lo"}, {"type": "x"}]}),
    "nothing": Case([], {"content": None}),
    "an empty string": Case([], {"content": "", "tool_calls": [], "thinking_blocks": [], "annotations": []}),
    "a refusal": Case([(("refusal", "No."),)], {"refusal": "No."}, [{"refusal": "N"}, {"refusal": "o."}]),
    "a refusal after text": Case([("Well.", ("refusal", "No."))], {"content": "Well.", "refusal": "No."}),
    "a refusal among LiteLLM's fields": Case(
        [(("refusal", "No."),)], {"content": None, "provider_specific_fields": {"refusal": "No."}}
    ),
    "images": Case(
        [("A",), ("image_generation_call", "completed"), ("image_generation_call", "completed")],
        {"content": "A", "images": [picture("data:image/png;base64,AAAA"), picture("https://a.example/1.png"), {}]},
    ),
    "images among the parts of the content": Case(
        [("A",), ("image_generation_call", "completed"), ("B",)],
        {
            "content": [
                {"type": "text", "text": "A"},
                picture("data:image/png;base64,AAAA"),
                {"type": "image_url", "image_url": 3},
                {"type": "text", "text": "B"},
            ]
        },
    ),
    "an answer that is spoken": Case(
        [("Hello",)],
        {"content": None, "audio": {"id": "audio_1", "data": "AAEC", "transcript": "Hello"}},
        [
            {"audio": {"id": "audio_1", "transcript": "Hel"}},
            {"audio": {"transcript": "lo"}},
            {"audio": {"data": "AA=="}},
            {"audio": {"data": "AQI="}},
            {"audio": {"expires_at": 9}},
        ],
    ),
    "a call that is named late": Case(
        [("call", "a", "look", A)],
        deltas=[calling(part(0, "a", arguments='{"city":')), calling(part(0, name="look", arguments=' "A"}'))],
        finish="tool_calls",
    ),
    "a call that is none": Case(
        [("call", "a", "look", A)],
        deltas=[calling(part(0, "a", "look", A)), calling(part(1, "", "", ""))],
        finish="tool_calls",
    ),
    "no audio": Case([("A",)], {"content": "A", "audio": {}, "images": "?"}),
    "reasoning_content": Case(
        [("reasoning", "hm"), ("A",)],
        {"reasoning_content": "hm", "content": "A"},
        [{"reasoning_content": "h"}, {"reasoning_content": "m", "content": ""}, {"content": "A"}],
    ),
    "reasoning": Case([("reasoning", "hm"), ("A",)], {"reasoning": "hm", "content": "A"}),
    "reasoning as an object": Case(
        [("reasoning", "hm"), ("A",)], {"reasoning_content": {"text": "hm"}, "content": "A"}
    ),
    "reasoning as parts": Case(
        [("reasoning", "hmm"), ("A",)],
        {"reasoning": [{"content": "h"}, "m", {"type": "text", "text": "m"}, 3], "content": "A"},
    ),
    "empty reasoning": Case([("A",)], {"reasoning_content": [], "reasoning": "", "content": "A"}),
    "reasoning between texts": Case(
        [("reasoning", "a"), ("A",), ("reasoning", "b"), ("B",)],
        deltas=[{"reasoning": "a"}, {"content": "A"}, {"reasoning": "b"}, {"content": "B"}],
    ),
    "signed thinking in fragments": Case(
        [("reasoning", "hm", "s1"), ("reasoning", "so", "s2"), ("A",)],
        {
            "thinking_blocks": [
                {"type": "thinking", "thinking": "hm", "signature": "s1"},
                {"type": "thinking", "thinking": "so", "signature": "s2"},
            ],
            "reasoning_content": "hmso",
            "content": "A",
        },
        [
            {**thinking(thinking="h", signature=""), "reasoning_content": "h"},
            {**thinking(thinking="m"), "reasoning_content": "m"},
            thinking(thinking="", signature="s1"),
            thinking(thinking="so"),
            thinking(signature="s2"),
            {"content": "A"},
        ],
    ),
    "redacted thinking": Case(
        [("reasoning", "", "opaque"), ("A",)],
        {"thinking_blocks": [{"type": "redacted_thinking", "data": "opaque"}], "content": "A"},
    ),
    "thinking that is withheld but signed": Case([("reasoning", "", "s1")], thinking(thinking="", signature="s1")),
    "calls": Case(
        TWO,
        calling(part(None, "a", "look", A), part(None, "b", "look", B)),
        [
            calling(part(0, "a", "look", "")),
            calling(part(0, arguments=A[:5])),
            calling(part(1, "b", "look", "")),
            calling(part(1, arguments=B[:5])),
            calling(part(0, arguments=A[5:]), part(1, arguments=B[5:])),
        ],
        "tool_calls",
    ),
    "index 0 for all, ids differ": Case(TWO, calling(part(0, "a", "look", A), part(0, "b", "look", B))),
    "index 0 for all, in fragments": Case(
        TWO,
        deltas=[
            calling(part(0, "a", "look", A[:5])),
            calling(part(0, arguments=A[5:])),
            calling(part(0, "b", "look", B[:5])),
            calling(part(0, arguments=B[5:])),
        ],
    ),
    "index 0 for all and no ids": Case(MINTED, calling(part(0, None, "look", A), part(0, None, "look", B))),
    "index 0, no ids, other names": Case(
        [("call", "call_r1_0", "look", "{}"), ("call", "call_r1_1", "see", "{}")],
        calling(part(0, None, "look", "{}"), part(0, None, "see", "{}")),
    ),
    "no index": Case(TWO, calling(part(None, "a", "look", A), part(None, "b", "look", B))),
    "no index, fragments with ids out of order": Case(
        TWO,
        deltas=[
            calling(part(None, "a", "look"), part(None, "b", "look")),
            calling(part(None, "b", arguments=B[:4]), part(None, "a", arguments=A)),
            calling(part(None, "b", arguments=B[4:])),
        ],
    ),
    "no index, no id": Case(
        MINTED,
        deltas=[
            calling(part(None, None, "look", A[:5])),
            calling(part(None, None, None, A[5:])),
            calling(part(None, None, "look", B)),
        ],
    ),
    "the id 'null'": Case(MINTED, calling(part(0, "null", "look", A), part(1, "null", "look", B))),
    "empty ids": Case(MINTED, calling(part(0, "", "look", A), part(1, "", "look", B))),
    "one id for all": Case(
        [("call", "a", "look", A), ("call", "call_r1_1", "look", B)],
        calling(part(0, "a", "look", A), part(1, "a", "look", B)),
        [
            calling(part(0, "a", "look", A)),
            calling(part(1, "a", "look", B[:5])),
            calling(part(1, "a", "look", B[5:])),
        ],
    ),
    "one id and one index for all": Case(
        [("call", "a", "look", A), ("call", "call_r1_1", "look", B)],
        calling(part(0, "a", "look", A), part(0, "a", "look", B)),
    ),
    "id and name in each fragment": Case(
        [("call", "a", "look", A)],
        calling(part(0, "a", "look", A)),
        [calling(part(0, "a", "look", piece)) for piece in ("", A[:4], A[4:9], A[9:], "")],
    ),
    "arguments as an object": Case([("call", "a", "look", A)], calling(part(0, "a", "look", {"city": "A"}))),
    "empty arguments": Case([("call", "a", "look", "{}")], calling(part(0, "a", "look", ""))),
    "no arguments": Case([("call", "a", "look", "{}")], calling(part(0, "a", "look"))),
    "broken arguments are kept": Case(
        [("call", "a", "look", '{"x')], calling(part(0, "a", "look", '{"x')), finish="stop"
    ),
    "text after a call": Case(
        [("call", "a", "look", A), ("Wait.",)],
        deltas=[
            calling(part(0, "a", "look", A[:3])),
            {"content": "Wait."},
            calling(part(0, arguments=A[3:])),
        ],
    ),
    "all at once": Case(
        [("reasoning", "hm"), ("I look.",), ("call", "a", "look", A)],
        {"reasoning_content": "hm", "content": "I look.", **calling(part(0, "a", "look", A))},
    ),
    "withheld": Case([(("refusal", REFUSED),)], {"content": None}, finish="content_filter"),
    "withheld, as Z.AI calls it": Case([(("refusal", REFUSED),)], {"content": ""}, finish="sensitive"),
    "withheld after thinking": Case(
        [("reasoning", "hm"), (("refusal", REFUSED),)], {"reasoning": "hm"}, finish="content_filter"
    ),
    "withheld after the start": Case([("Well",)], {"content": "Well"}, finish="content_filter"),
    "cut by length": Case([("Well",)], {"content": "Well"}, finish="length"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_an_answer_is_read_the_same_whole_and_streamed(case: Case) -> None:
    """What a service leaves out or spells its own way must not lose a word, a call or a thought."""
    if case.message is not None:
        plain = decoded(whole(case.message, case.finish))
        assert gist(plain) == case.expected
    for stream in case.streams():
        events, response = streamed(stream)
        assert gist(response) == case.expected
        check_stream(events, response.output)


@pytest.mark.parametrize(
    ("finish", "status", "reason"),
    [
        ("stop", "completed", None),
        ("tool_calls", "completed", None),
        ("length", "incomplete", "max_output_tokens"),
        ("model_length", "incomplete", "max_output_tokens"),
        ("model_context_window_exceeded", "incomplete", "max_output_tokens"),
        ("content_filter", "incomplete", "content_filter"),
    ],
)
def test_the_last_event_says_whether_the_answer_is_whole(finish: str, status: str, reason: str | None) -> None:
    """Who reads events alone must see that an answer was cut, and why."""
    events, _ = streamed(chunks({"content": "Well"}, finish=finish))
    last = events[-1].response
    assert (last.status, last.incomplete_details and last.incomplete_details.reason) == (status, reason)


def test_a_call_signature_is_taken_from_beside_or_behind_its_id() -> None:
    """Gemini refuses the next request without it, and LiteLLM carries it in either place."""
    beside = {**part(0, "a", "look", "{}"), "provider_specific_fields": {"thought_signature": "sig"}}
    for call in (beside, part(0, "a__thought__sig", "look", "{}")):
        both = {"content": "A", "provider_specific_fields": {"thought_signatures": ["sig"]}, **calling(call)}
        found = decoded(whole(both)).output
        assert [item.provider_data.get("thought_signature") for item in found] == [None, "sig"]
        assert found[1].call_id == "a"
    signed = decoded(whole({"content": "A", "provider_specific_fields": {"thought_signatures": ["x", "y"]}}))
    assert signed.output[0].provider_data["thought_signatures"] == ["x", "y"]


def test_every_item_remembers_its_maker() -> None:
    """Without the note nobody could tell later to whom reasoning and signatures may go."""
    response = decoded(whole({"reasoning": "hm", "content": "A", **calling(part(0, "a", "look"))}))
    note = {"provider": "acme", "model": "acme/one", "response_id": "r1"}
    assert [item.provider_data for item in response.output] == [note] * 3
    assert response.response_id == "r1"
    assert [item.id for item in response.output] == ["rs_r1_0", "msg_r1_1", "fc_r1_2"]


def test_without_a_response_id_ids_come_from_the_call() -> None:
    """Ids stay unique where a service sends no id at all."""
    response = decoded({"choices": [{"message": calling(part(None, None, "look"))}]})
    assert (response.response_id, response.output[0].call_id) == (None, "call_5eed_0")


def test_what_is_more_than_text_is_kept_with_it() -> None:
    """An image is of use where it is, and what was spoken can be heard."""
    images = [picture("data:image/png;base64,AAAA"), picture("https://a.example/1.png")]
    inline, elsewhere = decoded(whole({"images": images})).output
    assert (inline.result, inline.provider_data["mime_type"]) == ("AAAA", "image/png")
    assert (elsewhere.result, elsewhere.provider_data["url"]) == (None, "https://a.example/1.png")
    (spoken,) = decoded(whole({"audio": {"id": "audio_1", "data": "AAEC", "transcript": "Hi"}})).output
    assert spoken.provider_data["audio"] == {"id": "audio_1", "data": "AAEC"}
    (odd,) = decoded(whole({"audio": {"data": "A", "transcript": "Hi"}})).output
    assert odd.provider_data["audio"] == {"data": "A"}


def test_citations_come_in_both() -> None:
    """Sources were once lost in streams, and an answer without them cannot be checked."""
    note = {
        "type": "url_citation",
        "url_citation": {"url": "https://a.example", "title": "A", "end_index": 5},
    }
    message = {"content": "Hello", "annotations": [note, {"type": "x"}]}
    events, response = streamed(chunks({"content": "Hello"}, {"annotations": message["annotations"]}))
    check_stream(events, response.output)
    assert response.output == decoded(whole(message)).output
    (citation,) = response.output[0].content[0].annotations
    assert (citation.url, citation.title, citation.start_index, citation.end_index) == (
        "https://a.example",
        "A",
        0,
        5,
    )


def test_log_probabilities_come_in_both() -> None:
    """They are asked for to judge an answer, token by token."""
    token = {"token": "A", "logprob": -0.5, "bytes": None, "top_logprobs": [{"token": "B", "logprob": -1}]}
    logprobs = {"content": [token]}
    plain = decoded({"id": "r1", "choices": [{"message": {"content": "A"}, "logprobs": logprobs}]})
    piece = {"id": "r1", "choices": [{"delta": {"content": "A"}, "logprobs": logprobs}]}
    events, response = streamed([piece, chunk(finish="stop")])
    assert response.output == plain.output
    (found,) = plain.output[0].content[0].logprobs
    assert (found.token, found.logprob, found.bytes, found.top_logprobs[0].token) == ("A", -0.5, [], "B")
    delta = next(event for event in events if event.type == "response.output_text.delta")
    assert delta.logprobs[0].token == "A"


def test_only_the_first_choice_is_read() -> None:
    """A second choice is another answer, not more of the first."""
    both = [{"index": 0, "message": {"content": "A"}}, {"index": 1, "message": {"content": "B"}}]
    assert gist(decoded({"choices": both})) == [("A",)]


def test_a_whole_message_beside_or_behind_the_deltas_is_not_read_twice() -> None:
    """Perplexity repeats what it has said in each chunk, MiniMax in the last."""
    said = {"content": "Hello"}
    beside = {"index": 0, "delta": {"content": "lo"}, "message": said}
    behind = {"index": 0, "message": said, "finish_reason": "stop"}
    stream = [chunk({"content": "Hel"}), {"id": "r1", "choices": [beside]}, {"id": "r1", "choices": [behind]}]
    assert gist(streamed(stream)[1]) == [("Hello",)]


def test_empty_chunks_are_passed_over() -> None:
    """Azure, Together and OpenRouter send chunks without choices, or with null, before, between and after."""
    empty = [{"id": "", "choices": []}, {"choices": None}, {}, {"id": "r1", "choices": [{"index": 0}]}]
    stream = [*empty, chunk({"content": "A"}), *empty, chunk(finish="stop"), *empty]
    events, response = streamed(stream)
    check_stream(events, response.output)
    assert (gist(response), response.response_id) == ([("A",)], "r1")


USAGE = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}


def spaced(value: Any) -> Any:
    """The payload as attributes of plain objects."""
    if isinstance(value, dict):
        return SimpleNamespace(**{key: spaced(item) for key, item in value.items()})
    return [spaced(item) for item in value] if isinstance(value, list) else value


def test_payloads_are_read_as_bytes_dicts_and_objects() -> None:
    """HTTP brings bytes, OpenAI's client pydantic objects, LiteLLM its own: one codec reads them all."""
    message = {
        "role": "assistant",
        "content": "I look.",
        **calling({**part(None, "a", "look", A), "type": "function"}),
    }
    answer = whole(message, "tool_calls", usage=USAGE, created=1, model="m", object="chat.completion")
    expected = decoded(answer)
    for payload in (
        json.dumps(answer).encode(),
        json.dumps(answer),
        spaced(answer),
        ChatCompletion(**answer),
    ):
        assert decoded(payload) == expected
    more = {"created": 1, "model": "m", "object": "chat.completion.chunk"}
    stream = [
        chunk({"role": "assistant", "content": "I look."}, **more),
        chunk(calling({**part(0, "a", "look", A), "type": "function"}), **more),
        chunk(finish="tool_calls", **more),
        {"id": "r1", "choices": [], "usage": USAGE, **more},
    ]
    for form in (lambda c: json.dumps(c).encode(), spaced, lambda c: ChatCompletionChunk(**c)):
        events, response = streamed([form(each) for each in stream])
        assert response == expected
        check_stream(events, response.output)
