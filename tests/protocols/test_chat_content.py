"""Text of Chat Completions that is more than text: reasoning between tags, calls as JSON, parts, sources."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agents.exceptions import ProviderProtocolError
from agents.items import ModelResponse
from agents.protocols.base import Profile

from .chat import CODEC, MAKER, calling, chunk, chunks, gist, messages, part, whole
from .streams import check_stream

THINKS = {"think_tag": "think"}
IMPLIED = {"think_tag": "think", "think_tag_implied": True}
IN_TEXT = {"calls_in_text": True}
CALL = '{"name": "look", "arguments": {"city": "A"}}'


def both(features: dict[str, Any], message: dict[str, Any], deltas: list[Any], **more: Any) -> ModelResponse:
    """The answer, read whole and as a stream, which must be the same."""
    profile = Profile(provider="acme", **features)
    plain = CODEC.decode(whole(message, **more), MAKER, profile, keep_usage=False)
    decoder = CODEC.decoder(MAKER, profile, keep_usage=False)
    payloads = [{**each, **more} for each in chunks(*deltas)]
    events = [event for payload in payloads for event in decoder.feed(payload)] + decoder.close()
    check_stream(events, decoder.response.output)
    assert decoder.response == plain
    return plain


@dataclass(frozen=True)
class Case:
    """A text, and what it says."""

    features: dict[str, Any]
    text: str
    expected: list[Any]


CASES = {
    "thinking, then text": Case(THINKS, "<think>hm</think>Hello", [("reasoning", "hm"), ("Hello",)]),
    "blanks around": Case(THINKS, "\n<think>\nhm\n</think>\n\nHello\n", [("reasoning", "\nhm\n"), ("Hello\n",)]),
    "twice": Case(THINKS, "<think>a</think> <think>b</think>Hello", [("reasoning", "ab"), ("Hello",)]),
    "an empty tag": Case(THINKS, "<think>\n\n</think>\n\nHello", [("Hello",)]),
    "no tag": Case(THINKS, " Hello <b>", [(" Hello <b>",)]),
    "a tag in the text is text": Case(THINKS, "Use <think>x</think>.", [("Use <think>x</think>.",)]),
    "a tag that is not closed": Case(THINKS, "<think>hm", [("reasoning", "hm")]),
    "something like its end": Case(THINKS, "<think>a</thin b</think>c", [("reasoning", "a</thin b"), ("c",)]),
    "something like its beginning": Case(THINKS, "<thin>a", [("<thin>a",)]),
    "only a part of a tag": Case(THINKS, "<thi", [("<thi",)]),
    "an implied tag": Case(IMPLIED, "hm</think>\nHello", [("reasoning", "hm"), ("Hello",)]),
    "an implied tag that is there": Case(IMPLIED, "<think>hm</think>Hello", [("reasoning", "hm"), ("Hello",)]),
    "another tag": Case({"think_tag": "thought"}, "<thought>hm</thought>Hello", [("reasoning", "hm"), ("Hello",)]),
    "a call": Case(IN_TEXT, CALL, [("call", "call_r1_0", "look", '{"city": "A"}')]),
    "a call in OpenAI's form": Case(
        IN_TEXT,
        '{"type": "function", "function": {"name": "look", "parameters": "{}"}}',
        [("call", "call_r1_0", "look", "{}")],
    ),
    "calls": Case(
        IN_TEXT,
        f"[{CALL}, {CALL}]",
        [("call", "call_r1_0", "look", '{"city": "A"}'), ("call", "call_r1_1", "look", '{"city": "A"}')],
    ),
    "JSON that is no call": Case(IN_TEXT, '{"name": "Oslo", "degrees": 4}', [('{"name": "Oslo", "degrees": 4}',)]),
    "text with JSON in it": Case(IN_TEXT, f"So: {CALL}", [(f"So: {CALL}",)]),
    "thinking, then a call": Case(
        {**THINKS, **IN_TEXT},
        f"<think>hm</think>\n{CALL}",
        [("reasoning", "hm"), ("call", "call_r1_1", "look", '{"city": "A"}')],
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_text_is_read_for_what_it_is_however_it_is_cut(case: Case, size: int) -> None:
    """A user must never see half a tag, nor read thoughts as an answer."""
    deltas = [{"content": case.text[at : at + size]} for at in range(0, len(case.text), size)]
    assert gist(both(case.features, {"content": case.text}, deltas)) == case.expected


PIECES = st.lists(st.sampled_from(["<think>", "</think>", "<", "/", "think>", "\n", " ", "hm", "Hello"]), max_size=12)


@example(["<think>", "<", "</think>", "<think>", "think>"], THINKS)
@given(PIECES, st.sampled_from([THINKS, IMPLIED]))
def test_no_character_is_lost_between_tags_and_text(pieces: list[str], features: dict[str, Any]) -> None:
    """Whatever the tags look like, streamed equals plain, and what is neither tag nor blank is told."""
    text = "".join(pieces)
    found = both(features, {"content": text}, [{"content": piece} for piece in pieces])
    told = ["".join(entry[1:] if entry[0] == "reasoning" else entry) for entry in gist(found)]

    def bare(value: str) -> str:
        shorter = re.sub(r"</?think>|\s", "", value)
        return shorter if shorter == value else bare(shorter)  # as in '<<think>think>'

    assert bare("".join(told)) == bare(text)


@pytest.mark.parametrize("text", ["<think>\nhm\n</think>\n\nHello", "<think>hm</think>Hello"])
def test_tagged_reasoning_goes_back_to_the_letter(text: str) -> None:
    """MiniMax and GLM reason on from what they wrote: another blank is another prompt."""
    response = both(THINKS, {"content": text}, [{"content": text}])
    items = response.to_input_items()
    assert messages(*items, reasoning_replay="think_tags", **THINKS) == [{"role": "assistant", "content": text}]


def test_a_real_call_leaves_json_in_the_text_alone() -> None:
    """Who calls as it should is not to be called twice."""
    calls = calling(part(index=0, id="a", name="look", arguments="{}"))
    found = both(IN_TEXT, {"content": CALL, **calls}, [{"content": CALL}, calls])
    assert ("call", "a", "look", "{}") in gist(found)
    assert (CALL,) in gist(found)


def test_thinking_chunks_of_mistral_are_reasoning_and_go_back_as_they_came() -> None:
    """They stand in the content, whole or in fragments."""
    thinking = {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}], "signature": "s"}
    message = {"content": [thinking, {"type": "text", "text": "Hello"}]}
    half = {"type": "thinking", "thinking": [{"type": "text", "text": "h"}]}
    rest = {"type": "thinking", "thinking": [{"type": "text", "text": "m"}], "signature": "s"}
    found = both({}, message, [{"content": [half]}, {"content": [rest]}, {"content": "Hello"}])
    assert gist(found) == [("reasoning", "hm", "s"), ("Hello",)]
    again = messages(*found.to_input_items(), reasoning_replay="thinking_chunks")
    assert again == [{"role": "assistant", **message}]


def test_reasoning_details_go_back_as_they_came() -> None:
    """OpenRouter checks the sequence: fragments are put together, nothing else is changed."""
    text = {"type": "reasoning.text", "text": "hm so", "signature": "s", "index": 0, "format": "f"}
    sealed = {"type": "reasoning.encrypted", "data": "xyz", "id": "r", "index": 1}
    message = {"reasoning": "hm so", "reasoning_details": [text, sealed], "content": "Hello"}
    deltas = [
        {"reasoning": "hm ", "reasoning_details": [{**text, "text": "hm ", "signature": None}]},
        {"reasoning": "so", "reasoning_details": [{"type": "reasoning.text", "text": "so", "index": 0}]},
        {"reasoning_details": [{"type": "reasoning.text", "signature": "s", "index": 0}]},
        {"reasoning_details": [sealed]},
        {"content": "Hello"},
    ]
    found = both({}, message, deltas)
    assert gist(found) == [("reasoning", "hm so"), ("Hello",)]
    [again] = messages(*found.to_input_items(), reasoning_replay="reasoning_details")
    assert again == {"role": "assistant", "reasoning_details": [text, sealed], "content": "Hello"}


def test_details_behind_the_answer_are_kept_with_it() -> None:
    """OpenAI's sealed reasoning comes last on OpenRouter, when the text has begun."""
    sealed = {"type": "reasoning.encrypted", "data": "xyz"}
    profile = Profile(provider="acme")
    decoder = CODEC.decoder(MAKER, profile, keep_usage=False)
    for payload in chunks({"reasoning": "hm"}, {"content": "Hello"}, {"reasoning_details": [sealed]}):
        decoder.feed(payload)
    decoder.close()
    assert gist(decoder.response) == [("reasoning", "hm"), ("Hello",)]
    [again] = messages(*decoder.response.to_input_items(), reasoning_replay="reasoning_details")
    assert again["reasoning_details"] == [sealed]


def test_signatures_of_googles_endpoint_are_kept() -> None:
    """Gemini refuses its own calls without them."""
    extra = {"google": {"thought_signature": "s"}}
    made = {**part(index=0, id="a", name="look", arguments="{}"), "extra_content": extra}
    [call] = both({}, calling(made), [calling(made)]).output
    assert call.provider_data["thought_signature"] == "s"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "more", [{"citations": ["https://a.example"]}, {"search_results": [{"url": "https://a.example", "title": "A"}]}]
)
def test_sources_beside_the_choices_are_citations(more: dict[str, Any]) -> None:
    """Perplexity names them there, and in every chunk again."""
    found = both({}, {"content": "Hello"}, [{"content": "Hel"}, {"content": "lo"}], **more)
    [note] = found.output[0].content[0].annotations  # type: ignore[union-attr]
    assert note.url == "https://a.example"


def test_a_blank_finish_reason_ends_an_answer_where_it_does() -> None:
    """XAI ends answers of calls so; elsewhere it is no end, and the stream was cut."""
    calls = calling(part(index=0, id="a", name="look", arguments="{}"))
    for features, ended in (({"blank_finish": True}, True), ({}, False)):
        decoder = CODEC.decoder(MAKER, Profile(provider="acme", **features), keep_usage=False)
        decoder.feed(chunk(calls))
        decoder.feed(chunk(finish=""))
        if ended:
            decoder.close()
            assert gist(decoder.response) == [("call", "a", "look", "{}")]
        else:
            with pytest.raises(ProviderProtocolError):
                decoder.close()
