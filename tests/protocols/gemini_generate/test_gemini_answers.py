"""Answers of Gemini: what is read from them, whole and streamed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from agents.protocols.base import Profile

from ..streams import check_stream
from .gemini import OLDER, PROFILE, calls, decoded, frame, frames, gist, spent, streamed, whole


def thinks(text: str, signature: str | None = None) -> dict[str, Any]:
    return {"text": text, "thought": True, **({"thoughtSignature": signature} if signature else {})}


def signed(text: str, signature: str = "s") -> dict[str, Any]:
    return {"text": text, "thoughtSignature": signature}


@dataclass(frozen=True)
class Case:
    """The parts of an answer, and what is read from them."""

    expected: list[Any]
    parts: list[Any] = field(default_factory=list)
    finish: str = "STOP"
    message: str | None = None
    profile: Profile = PROFILE

    def ending(self) -> dict[str, Any]:
        return {"candidate": {"finishMessage": self.message}} if self.message else {}


def heard(text: str | None) -> dict[str, Any]:
    return {"audioTranscription": {"text": text, "languageCode": "en"}}


A = {"city": "A"}
PNG = {"inlineData": {"mimeType": "image/png", "data": "AAAA"}}
WAV = {"inlineData": {"mimeType": "audio/wav", "data": "AAAA"}}
WITHHELD = "The provider withheld the answer: "
CASES: dict[str, Case] = {
    "text": Case([("Hello",)], ["Hel", "lo"]),
    "nothing": Case([]),
    "empty text": Case([("A",)], ["", "A", ""]),
    "thoughts, text, thoughts": Case(
        [("thought", "hm"), ("A",), ("thought", "so"), ("B",)], [thinks("h"), thinks("m"), "A", thinks("so"), "B"]
    ),
    "a signed thought ends its item": Case(
        [("thought", "hm", "s"), ("thought", "so"), ("A",)], [thinks("h"), thinks("m", "s"), thinks("so"), "A"]
    ),
    "signed text": Case([("Hello", "s")], ["Hel", signed("lo")]),
    "a signature behind the text": Case([("Hello", "s")], ["Hello", signed("")]),
    "a signature before any text": Case(
        [("thought", "hm"), ("thought_signature", "", "s"), ("A",)], [thinks("hm"), signed(""), "A"]
    ),
    "a call without id": Case([("call", "call_r1_0", "look", '{"city": "A"}')], [calls(A)]),
    "a call with id and signature": Case(
        [("call", "g1", "look", '{"city": "A"}', "s")], [calls(A, id="g1", thoughtSignature="s")]
    ),
    "parallel calls behind text": Case(
        [("Well.",), ("call", "call_r1_1", "look", "{}", "s"), ("call", "call_r1_2", "look", "{}")],
        ["Well.", calls(thoughtSignature="s"), calls()],
    ),
    "one id twice": Case([("call", "g", "look", "{}"), ("call", "call_r1_1", "look", "{}")], [calls(id="g")] * 2),
    "no arguments, and arguments as text": Case(
        [("call", "call_r1_0", "a", "{}"), ("call", "call_r1_1", "b", '{"c')],
        [{"functionCall": {"name": "a"}}, {"functionCall": {"name": "b", "args": '{"c'}}],
    ),
    "the answer by a tool": Case(
        [("Here:",), ('{"city": "A"}',)], ["Here:", calls(A, name="final_output", thoughtSignature="s")], profile=OLDER
    ),
    "a user's tool of that name": Case([("call", "call_r1_0", "final_output", "{}")], [calls(name="final_output")]),
    "code, odd data, server tools": Case(
        [("code_interpreter_call", "in_progress"), ("web_search_call", "in_progress"), ("A",)],
        [{"executableCode": {"code": "1"}}, {"inlineData": {"data": "AA=="}}, {"toolCall": {"id": "x"}}, {}, "A"],
    ),
    "images between text": Case(
        [("A",), ("image_generation_call", "completed"), ("image_generation_call", "completed"), ("B",)],
        ["A", PNG, {**PNG, "thoughtSignature": "s"}, "B"],
    ),
    "an image of a thought, and sound": Case([("A",)], [{**PNG, "thought": True}, WAV, "A"]),
    "a recording written down": Case([("Hello", "s")], ["", heard("Hel"), {**heard("lo"), "thoughtSignature": "s"}]),
    "nothing was said": Case([], [heard(None)]),
    "cut by length": Case([("Hel",)], ["Hel"], "MAX_TOKENS"),
    "withheld": Case([(("refusal", WITHHELD + "SAFETY"),)], [], "SAFETY"),
    "withheld in words": Case([(("refusal", WITHHELD + "SPII. Data."),)], [], "SPII", "Data."),
    "withheld in mid-text": Case([("Hel", ("refusal", WITHHELD + "RECITATION"))], ["Hel"], "RECITATION"),
    "ended for another reason": Case([("Hello",)], ["Hello"], "OTHER"),
    "nothing for another reason": Case([(("refusal", WITHHELD + "OTHER"),)], [], "OTHER"),
    "a reason of the future": Case([(("refusal", WITHHELD + "MOON"),)], [], "MOON"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_is_read(case: Case) -> None:
    """Plain or streamed, in one frame or in many, one answer is one list of items."""
    plain = decoded(whole(*case.parts, finish=case.finish, **case.ending()), profile=case.profile)
    assert gist(plain) == case.expected
    for groups in (case.parts, [case.parts]):
        events, response = streamed(frames(*groups, finish=case.finish, **case.ending()), profile=case.profile)
        assert response == plain
        check_stream(events, plain.output)


def test_what_goes_back_is_noted_on_the_items() -> None:
    """Who made it, its place in the text, and whether the id is Gemini's own: all that a replay needs."""
    parts = ["Hel", signed("lo"), signed("", "t"), calls(id="g1"), calls()]
    text, issued, minted = decoded(whole(*parts)).output
    made = {"provider": "gemini", "model": "gemini-3-pro", "response_id": "r1"}
    assert text.provider_data == {**made, "thought_signatures": ["s", "t"], "signed_text": [[3, 5], [5, 5]]}
    assert issued.provider_data == {**made, "call_id": "g1"}
    assert minted.provider_data == made


REASONS = [("MAX_TOKENS", "max_output_tokens"), ("SAFETY", "content_filter"), ("STOP", None)]


@pytest.mark.parametrize(("finish", "reason"), REASONS)
def test_an_incomplete_answer_says_why(finish: str, reason: str | None) -> None:
    """The last event tells a cut answer from a whole one."""
    events, _ = streamed(frames("A", finish=finish))
    details = events[-1].response.incomplete_details
    assert (details and details.reason) == reason


@pytest.mark.parametrize(
    ("feedback", "refusal"),
    [
        ({"blockReason": "SAFETY"}, "The provider refused the prompt: SAFETY"),
        ({"blockReason": "JAILBREAK", "blockReasonMessage": "No."}, "The provider refused the prompt: JAILBREAK. No."),
    ],
)
def test_a_blocked_prompt_is_a_refusal(feedback: dict[str, Any], refusal: str) -> None:
    """There are no candidates then, which is no fault of the service's."""
    blocked = {"promptFeedback": feedback, "usageMetadata": {"promptTokenCount": 7}}
    for response in (decoded(blocked), streamed([blocked])[1]):
        assert gist(response) == [(("refusal", refusal),)]
        assert spent(response) == (1, 7, 0, 7, 0, 0)


def test_other_candidates_and_other_spellings() -> None:
    """Only the first candidate is read; snake_case is legal protocol-buffer JSON; arguments keep their own names."""
    second = {"index": 1, "content": {"parts": [{"text": "B"}]}, "finishReason": "SAFETY"}
    two = {**whole("A"), "candidates": [*whole("A")["candidates"], second]}
    assert gist(decoded(two)) == [("A",)]
    part = {"function_call": {"name": "f", "args": {"finish_reason": {"a_b": 1}}}, "thought_signature": "s"}
    snake = {
        "candidates": [{"content": {"parts": [part]}, "finish_reason": "STOP"}],
        "usage_metadata": {"prompt_token_count": 3},
        "response_id": "r1",
    }
    _, response = streamed([snake])
    assert gist(response) == [("call", "call_r1_0", "f", '{"finish_reason": {"a_b": 1}}', "s")]
    assert spent(response)[:2] == (1, 3)


USAGE: list[tuple[str, list[dict[str, int]], tuple[int, ...]]] = [
    ("plain", [{"promptTokenCount": 9, "candidatesTokenCount": 4}], (1, 9, 4, 13, 0, 0)),
    (
        "all parts",
        [
            {"promptTokenCount": 9, "cachedContentTokenCount": 5, "toolUsePromptTokenCount": 3}
            | {"candidatesTokenCount": 4, "thoughtsTokenCount": 2, "totalTokenCount": 18}
        ],
        (1, 12, 6, 18, 5, 2),
    ),
    (
        "a later frame leaves fields out",
        [{"promptTokenCount": 9, "thoughtsTokenCount": 2}, {"candidatesTokenCount": 1}, {"candidatesTokenCount": 4}],
        (1, 9, 6, 15, 0, 2),
    ),
    (
        "thoughts among what was written",
        [{"promptTokenCount": 9, "candidatesTokenCount": 4, "thoughtsTokenCount": 2, "totalTokenCount": 13}],
        (1, 9, 4, 13, 0, 2),
    ),
    ("zeros", [{"promptTokenCount": 0}], (1, 0, 0, 0, 0, 0)),
    ("none", [], (0, 0, 0, 0, 0, 0)),
]


@pytest.mark.parametrize(("counts", "expected"), [case[1:] for case in USAGE], ids=[case[0] for case in USAGE])
def test_usage_means_the_same_for_every_provider(counts: list[dict[str, int]], expected: tuple[int, ...]) -> None:
    """Input is all that was read, output all that was written, and a count is counted once."""
    _, response = streamed([*(frame("A", usageMetadata=each) for each in counts), *frames()], keep_usage=True)
    assert spent(response) == expected
    whole_of_it = {name: value for each in counts for name, value in each.items()}
    assert (response.raw_usage or {}) == whole_of_it
    if len(counts) == 1:
        assert spent(decoded(whole("A", usageMetadata=counts[0]))) == expected


def _cited(response: Any) -> list[Any]:
    (item,) = response.output
    return [(note.url, note.title, note.start_index, note.end_index) for note in item.content[0].annotations]


def test_citations_are_annotations_with_places_in_characters() -> None:
    """The service counts bytes; who shows the text counts characters."""
    grounding = {
        "groundingChunks": [{"web": {"uri": "u:a", "title": "A"}}, {"retrievedContext": {"uri": "u:b"}}, {}],
        "groundingSupports": [
            {"segment": {"endIndex": 2}, "groundingChunkIndices": [0, 1, 2, 7]},
            {"segment": {"startIndex": 2, "endIndex": 99}, "groundingChunkIndices": [0]},
        ],
    }
    quoted = {"citationSources": [{"startIndex": 0, "endIndex": 2, "uri": "u:c"}, {"startIndex": 1}]}
    candidate = {"groundingMetadata": grounding, "citationMetadata": quoted}
    expected = [("u:a", "A", 0, 1), ("u:b", "", 0, 1), ("u:a", "A", 1, 3), ("u:c", "", 0, 1)]
    assert _cited(decoded(whole("éab", candidate=candidate))) == expected
    events, response = streamed(frames("é", "ab", candidate=candidate))
    assert _cited(response) == expected
    check_stream(events, response.output)
    assert not _cited(decoded(whole("A", candidate={"groundingMetadata": "?", "citationMetadata": [1]})))


def test_what_the_answer_rests_on_is_kept_as_it_came() -> None:
    """Google asks whoever uses its search to show the suggestions that come with it, and they come here alone."""
    grounding = {"searchEntryPoint": {"renderedContent": "<div>"}, "webSearchQueries": ["snow"]}
    pages = {"urlMetadata": [{"retrievedUrl": "u:a", "urlRetrievalStatus": "URL_RETRIEVAL_STATUS_SUCCESS"}]}
    candidate = {"groundingMetadata": grounding, "urlContextMetadata": pages}
    plain = decoded(whole("A", candidate=candidate))
    # The last frame may hold usage alone.
    stream = [frame("A", candidate=candidate), *frames(), {"usageMetadata": {"promptTokenCount": 3}}]
    events, response = streamed(stream)
    check_stream(events, response.output)
    assert response.output == plain.output
    made = response.output[0].provider_data
    assert made["grounding_metadata"] == grounding
    assert made["url_context_metadata"] == pages


def test_log_probabilities() -> None:
    """They stand beside the text, each with what else might have stood there."""

    def result(*tokens: str) -> dict[str, Any]:
        entries = [{"token": token, "logProbability": -1} for token in tokens]
        return {"logprobsResult": {"chosenCandidates": entries, "topCandidates": [{"candidates": entries[:1]}]}}

    stream = [frame("Hel", candidate=result("Hel")), *frames("lo", candidate=result("l", "o"))]
    for response in (streamed(stream)[1], decoded(whole("Hello", candidate=result("Hel", "l", "o")))):
        found = response.output[0].content[0].logprobs  # type: ignore[union-attr]
        assert [(entry.token, entry.logprob, entry.bytes) for entry in found or ()] == [
            (token, -1.0, list(token.encode())) for token in ("Hel", "l", "o")
        ]
        assert found
        assert [top.token for top in found[0].top_logprobs] == ["Hel"]


def test_an_answer_in_an_array() -> None:
    """Without ``alt=sse`` the service sends its frames as one array."""
    assert gist(decoded(json.dumps(frames("Hel", "lo")).encode())) == [("Hello",)]
