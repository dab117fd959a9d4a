"""The assembler by itself: how parts, items and ids come about from what a codec tells."""

from __future__ import annotations

from typing import Any

import pytest

from agents import openai_types as oai
from agents.protocols.assembly import Assembler

from .chat import MAKER, gist
from .streams import check_stream


@pytest.fixture(params=[True, False], ids=["events", "silent"])
def assembler(request: pytest.FixtureRequest) -> Assembler:
    return Assembler(MAKER, emit=request.param)


def finished(assembler: Assembler) -> list[tuple[Any, ...]]:
    """What came about; its events, if there are any, told the same."""
    response = assembler.finish()
    events = assembler.drain()
    assert bool(events) == assembler.emit
    if events:
        check_stream(events, response.output)
    return gist(response)


def test_a_refusal_after_text_is_a_second_part(assembler: Assembler) -> None:
    """Text and refusal are different kinds of part; mixed, a refusal would be shown as the answer."""
    assembler.text("We")
    assembler.text("ll.")
    assembler.refusal("No.")
    assert finished(assembler) == [("Well.", ("refusal", "No."))]


def test_notes_stay_with_the_first_text_part(assembler: Assembler) -> None:
    """A citation is told once, in the part that it is about."""
    note = oai.AnnotationURLCitation(type="url_citation", url="u", title="t", start_index=0, end_index=1)
    assembler.text("A")
    assembler.annotate(note)
    assembler.refusal("No.")
    assembler.text("B")
    response = assembler.finish()
    annotations = [getattr(part, "annotations", None) for part in response.output[0].content]
    assert annotations == [[note], None, []]


def test_what_the_provider_wants_back_is_kept_beside_the_makers_name(assembler: Assembler) -> None:
    """Signatures travel in ``provider_data``, where a stranger's reader never looks."""
    assembler.begin("r1")
    assembler.text("A")
    assembler.message_data({"thought_signatures": ["x"]})
    (item,) = assembler.finish().output
    note = {"provider": "acme", "model": "acme/one", "response_id": "r1", "thought_signatures": ["x"]}
    assert item.provider_data == note


def test_a_seal_ends_its_block_even_without_text(assembler: Assembler) -> None:
    """A redacted block has nothing to show, but must go back; the next thought is another block."""
    assembler.seal("opaque", type="redacted_thinking")
    assembler.reasoning("hm", type="thinking")
    assembler.seal("s1")
    assembler.reasoning("so")
    assert finished(assembler) == [
        ("reasoning", "", "opaque"),
        ("reasoning", "hm", "s1"),
        ("reasoning", "so"),
    ]


def test_parallel_calls_keep_their_places(assembler: Assembler) -> None:
    """Calls stay open side by side, so their places are given when they begin, not when they end."""
    assembler.call("x", "a", "look")
    assembler.call("y", None, "see")
    assembler.call("z", "a", "hear")
    for key, delta in (("y", '{"b"'), ("x", "{}"), ("y", ": 1}"), ("z", "")):
        assembler.arguments(key, delta)
    assert finished(assembler) == [
        ("call", "a", "look", "{}"),
        ("call", "call_5eed_1", "see", '{"b": 1}'),
        ("call", "call_5eed_2", "hear", "{}"),
    ]


def test_a_partial_answer_keeps_open_text_and_no_call(assembler: Assembler) -> None:
    """What the user has read already is worth keeping; half a call is a danger."""
    assembler.reasoning("hm")
    assembler.call("x", "a", "look")
    assembler.arguments("x", "{}")
    assembler.text("Wait")
    assert gist(assembler.partial()) == [("reasoning", "hm"), ("Wait",)]
    assert gist(assembler.partial()) == [("reasoning", "hm"), ("Wait",)]


def test_an_answer_of_nothing_is_still_a_whole_stream() -> None:
    """Whoever waits for the last event must get it."""
    assembler = Assembler(MAKER, emit=True)
    assert finished(assembler) == []


def test_only_words_and_calls_are_an_answer(assembler: Assembler) -> None:
    """Reasoning alone must not pass for an answer, or a withheld one would be an empty turn."""
    assembler.reasoning("hm")
    assert not assembler.answered
    assembler.text("A")
    assert assembler.answered
    assembler.reasoning("hm")
    assert assembler.answered


def test_the_same_answer_has_the_same_ids() -> None:
    """Replays, retries and stored conversations are compared by id."""
    first, second = Assembler(MAKER, emit=True), Assembler(MAKER, emit=False)
    for each in (first, second):
        each.begin("r9", "a-model")
        each.begin("other")
        each.text("A")
        each.call(0, None, "look")
    assert first.finish() == second.finish()
    assert first.model == "a-model"
