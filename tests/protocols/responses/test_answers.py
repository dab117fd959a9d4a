"""How answers are read, whole and streamed: the server's own items, typed and marked with their maker."""

from __future__ import annotations

import copy
from types import SimpleNamespace
from typing import Any

import openai.types.responses as oai
import pytest

from agents.exceptions import ProviderProtocolError
from agents.protocols.responses.decode import WITHHELD

from ..chat import spent
from ..streams import check_stream
from .said import CODEC, MAKER, MARK, PROFILE, USAGE, answer, call, cut, decoded, dumped, events_of, message, streamed
from .said import reasoning as thought

Item = dict[str, Any]

NOTE = {"type": "url_citation", "url": "https://x", "title": "X", "start_index": 0, "end_index": 2}
TWO_PARTS = [
    {"type": "output_text", "text": "Well, ", "annotations": [NOTE], "logprobs": []},
    {"type": "refusal", "refusal": "no."},
]
ANSWERS: dict[str, list[Item]] = {
    "text": [message("Hello there")],
    "a phase": [message("Let me see.", phase="commentary")],
    "text, citation and refusal": [message(content=TWO_PARTS)],
    "calls": [call(arguments='{"city": "Oslo"}'), call("call_2", arguments="{}", id="fc_2")],
    "reasoning": [thought("I think."), message("So.")],
    "reasoning of two parts": [thought(summary=[{"type": "summary_text", "text": t} for t in ("One.", "Two.")])],
    "reasoning in the open": [thought(seal=None, content=[{"type": "reasoning_text", "text": "Hm."}]), message()],
    "thinking between calls": [thought(), message("I look."), thought(id="rs_2"), call()],
    "a search of the server": [
        {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"type": "search", "query": "x"}},
        message(),
    ],
    "nothing": [],
}


@pytest.mark.parametrize("items", ANSWERS.values(), ids=ANSWERS)
def test_items_come_back_as_the_server_made_them(items: list[Item]) -> None:
    """What is changed on the way cannot be replayed; and a stream must tell the same as a plain answer."""
    plain = decoded(answer(*items))
    assert dumped(plain) == items
    assert (plain.response_id, spent(plain)) == ("resp_1", (1, 10, 5, 15, 4, 2, 3))
    events, response = streamed(events_of(answer(*items)))
    assert response == plain
    check_stream(events, plain.output)


def test_items_and_events_are_of_the_types_that_users_know() -> None:
    """Code written against openai's types must find them here."""
    items = [thought("Hm."), message(content=TWO_PARTS), call()]
    events, response = streamed(events_of(answer(*items)))
    kinds = [oai.ResponseReasoningItem, oai.ResponseOutputMessage, oai.ResponseFunctionToolCall]
    assert [type(item) for item in response.output] == kinds
    assert [type(part) for part in response.output[1].content] == [oai.ResponseOutputText, oai.ResponseOutputRefusal]
    names = {type(event).__name__ for event in events}
    assert {"ResponseTextDeltaEvent", "ResponseFunctionCallArgumentsDeltaEvent", "ResponseCompletedEvent"} <= names
    assert response.output[1].provider_data == MARK
    assert response.output[0].provider_data == {**MARK, "followed_by": "msg_1"}


def test_events_keep_the_numbers_of_the_server() -> None:
    """A client that resumes a stream counts on them."""
    frames = [{**frame, "sequence_number": 2 * frame["sequence_number"] + 7} for frame in events_of(answer(message()))]
    events, _ = streamed(frames)
    assert [event.sequence_number for event in events] == [frame["sequence_number"] for frame in frames]


def test_sealed_reasoning_is_taken_from_the_done_event() -> None:
    """The seal in the added event may be incomplete, and would be refused on replay."""
    frames = events_of(answer(thought(seal="whole"), message()))
    frames[2]["item"]["encrypted_content"] = "who"
    _, response = streamed(frames)
    assert response.output[0].encrypted_content == "whole"


@pytest.mark.parametrize("left", [None, []])
def test_items_are_those_that_were_done_where_the_last_event_shows_none(left: Any) -> None:
    """Some backends end with an empty output, which would lose the answer."""
    frames = events_of(answer(thought(), call()))
    frames[-1]["response"] = {**answer(), "output": left}
    events, response = streamed(frames)
    assert response == decoded(answer(thought(), call()))
    assert events[-1].response.output == response.output


def test_items_of_the_last_event_count_where_no_other_showed_them() -> None:
    """A server that streams text alone still tells its items at the end."""
    frames = events_of(answer(message("a"), call()))
    few = [frame for frame in frames if not frame["type"].startswith("response.output_item")]
    _, response = streamed(few)
    assert response == decoded(answer(message("a"), call()))


def test_unknown_events_are_passed_over_and_unknown_items_kept() -> None:
    """Tomorrow's server must not break today's client, and what it made goes back to it (A#4077)."""
    item = {"type": "dream_call", "id": "dr_1", "vivid": True}
    frames = events_of(answer(item, message()))
    frames.insert(3, {"type": "response.dream.delta", "sequence_number": 3, "delta": "zzz"})
    events, response = streamed(frames)
    assert dumped(response) == [item, message()]
    assert response == decoded(answer(item, message()))
    assert "response.dream.delta" not in {event.type for event in events}


def test_items_that_a_gateway_leaves_open_are_ended() -> None:
    """One that shows no output at the end, and ends no item, has said the answer all the same."""
    said = [thought("hm", None), message("Hello")]
    frames = [frame for frame in events_of(answer(*said)) if frame["type"] != "response.output_item.done"]
    frames[-1]["response"]["output"] = []
    events, response = streamed(frames)
    assert [item.type for item in response.output] == ["reasoning", "message"]
    assert (response.output[1].content[0].text, response.output[1].status) == ("Hello", "completed")  # type: ignore[union-attr]
    done = [event.item for event in events if event.type == "response.output_item.done"]
    assert done == response.output == events[-1].response.output
    assert [event.sequence_number for event in events] == sorted({event.sequence_number for event in events})
    frames = [frame for frame in events_of(answer(call())) if frame["type"] != "response.output_item.done"]
    frames[-1]["response"]["output"] = []
    with pytest.raises(ProviderProtocolError, match="never finished a call of tool 'look'"):
        streamed(frames)


def test_values_newer_than_the_types_are_kept() -> None:
    """A new status is no reason to lose the answer."""
    frames = events_of(
        answer(message(status="pondered"), service_tier="warp", tools=[{"type": "dream"}, {}, {"type": []}])
    )
    _, response = streamed(frames)
    assert dumped(response)[0]["status"] == "pondered"


SLOPPY: dict[str, tuple[list[Item], list[Item]]] = {
    "no status, annotations and ids": (
        [{"type": "message", "content": [{"type": "output_text", "text": "Hi"}]}],
        [message(id="msg_resp_1_0", content=[{"type": "output_text", "text": "Hi", "annotations": []}])],
    ),
    "content as text": (
        [{"type": "message", "id": "msg_1", "content": "Hi"}],
        [message(content=[{"type": "output_text", "text": "Hi", "annotations": []}])],
    ),
    "no call id": (
        [{"type": "function_call", "name": "look", "arguments": "{}"}],
        [{"type": "function_call", "id": "fc_resp_1_0", "call_id": "call_resp_1_0", "name": "look", "arguments": "{}"}],
    ),
    "the same call id twice": (
        [call("x"), call("x", id="fc_2")],
        [call("x"), call("call_resp_1_1", id="fc_2")],
    ),
    "call id null as text": ([call("null")], [call("call_resp_1_0")]),
    "arguments as an object": ([call(arguments={"a": 1})], [call(arguments='{"a": 1}')]),
    "no arguments": ([call(arguments="")], [call(arguments="{}")]),
    "reasoning without a summary": (
        [{"type": "reasoning", "id": "rs_1", "summary": None}],
        [{"type": "reasoning", "id": "rs_1", "summary": []}],
    ),
}


@pytest.mark.parametrize(("sent", "expected"), SLOPPY.values(), ids=SLOPPY)
def test_compatible_servers_may_be_sloppy(sent: list[Item], expected: list[Item]) -> None:
    """Ids that are missing or repeated, and other loose ends, are mended the same way in both modes."""
    plain = decoded(answer(*sent))
    assert dumped(plain) == expected
    frames: list[dict[str, Any]] = [{"type": "response.created", "response": {"id": "resp_1"}}]
    frames += [{"type": "response.output_item.done", "output_index": i, "item": item} for i, item in enumerate(sent)]
    events, response = streamed([*frames, {"type": "response.completed", "response": answer(*sent)}])
    assert response == plain
    assert [event.sequence_number for event in events] == list(range(len(events)))


def test_events_without_their_lesser_fields_are_filled_in() -> None:
    """Older compatible servers leave out what openai's types require."""
    frames = [
        {name: value for name, value in frame.items() if name not in ("logprobs", "item_id", "name", "content_index")}
        for frame in events_of(answer(message("Hi"), call(arguments='{"a": 1}')))
    ]
    events, response = streamed(frames)
    check_stream(events, response.output)


def test_a_bare_response_is_filled_in() -> None:
    """A server that tells only the answer still gives a response that can be read."""
    events, response = streamed([{"type": "response.completed", "response": {"output": [message()]}}])
    last = events[-1].response
    assert (last.id, last.model, last.created_at, last.status) == ("resp_5eed", "one", 1.0, None)
    assert (last.usage, response.usage.requests, response.response_id) == (None, 0, None)


def test_a_whole_answer_in_place_of_a_stream() -> None:
    """Some gateways do not stream: then the answer comes at once, as a stream of few events."""
    events, response = streamed([answer(thought(), message(), call())])
    assert response == decoded(answer(thought(), message(), call()))
    check_stream(events, response.output)


def test_the_end_mark_of_chat_completions_is_no_event() -> None:
    """Compatible servers send it out of habit."""
    _, response = streamed([*events_of(answer(message())), b"[DONE]"])
    assert dumped(response) == [message()]


def test_the_answer_stands_whatever_follows_its_end() -> None:
    """A failure behind the last event is not the answer's (A#4077)."""
    _, response = streamed([*events_of(answer(message())), {"type": "error", "message": "late"}, b"<html>"])
    assert dumped(response) == [message()]


USAGES: dict[str, tuple[Any, tuple[int, ...]]] = {
    "all": (USAGE, (1, 10, 5, 15, 4, 2, 3)),
    "no details": ({"input_tokens": 10, "output_tokens": 5}, (1, 10, 5, 15, 0, 0, 0)),
    "null details": (
        {"input_tokens": 1, "output_tokens": 2, "total_tokens": 3, "input_tokens_details": None},
        (1, 1, 2, 3, 0, 0, 0),
    ),
    "floats": ({"input_tokens": 1.0, "output_tokens": 2.0}, (1, 1, 2, 3, 0, 0, 0)),
    "a total alone": ({"total_tokens": 7}, (1, 0, 0, 7, 0, 0, 0)),
    "none": (None, (0, 0, 0, 0, 0, 0, 0)),
    "nonsense": ("much", (0, 0, 0, 0, 0, 0, 0)),
}


@pytest.mark.parametrize(("usage", "expected"), USAGES.values(), ids=USAGES)
def test_usage_is_counted_alike_plain_and_streamed(usage: Any, expected: tuple[int, ...]) -> None:
    """The bill must not depend on how the answer was fetched (A#948)."""
    plain = decoded(answer(message(), usage=usage), keep_usage=True)
    events, response = streamed(events_of(answer(message(), usage=usage)), keep_usage=True)
    assert spent(plain) == expected
    assert response == plain
    told = events[-1].response.usage
    assert (told.input_tokens, told.output_tokens) == expected[1:3] if expected[0] else told is None
    assert plain.raw_usage == (usage if expected[0] else None)


def test_the_last_event_carries_the_raw_usage_that_was_asked_for() -> None:
    """The run loop knows a streamed answer by its events alone."""
    for keep in (True, False):
        events, _ = streamed(events_of(answer(message())), keep_usage=keep)
        kept = getattr(events[-1].response, "provider_data", {})
        assert kept == ({"raw_usage": USAGE} if keep else {})


def test_an_answer_cut_by_length_is_kept() -> None:
    """Half a text is worth something, and says that it is half."""
    plain = decoded(cut("max_output_tokens", message("Once upon", status="incomplete")))
    events, response = streamed(events_of(cut("max_output_tokens", message("Once upon", status="incomplete"))))
    assert response == plain
    assert (events[-1].type, events[-1].response.status) == ("response.incomplete", "incomplete")
    assert plain.output[0].status == "incomplete"


@pytest.mark.parametrize("items", [[], [thought()]], ids=["nothing", "reasoning alone"])
def test_a_withheld_answer_becomes_a_refusal(items: list[Item]) -> None:
    """An empty turn would be asked for again and again (A#746, A#3769)."""
    plain = decoded(cut("content_filter", *items))
    events, response = streamed(events_of(cut("content_filter", *items)))
    assert response == plain
    assert plain.output[-1].content[0].refusal == WITHHELD
    assert events[-1].response.output == response.output
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert [event.delta for event in events if event.type == "response.refusal.delta"] == [WITHHELD]


def test_what_the_filter_left_is_no_refusal() -> None:
    """Text that was said stays the answer."""
    assert dumped(decoded(cut("content_filter", message("Well")))) == [message("Well")]


@pytest.mark.parametrize("as_dicts", [True, False])
def test_objects_of_a_client_are_read_as_bytes_are(as_dicts: bool) -> None:
    """The same codec reads what the caller's own client hands over, and leaves it as it is."""
    final = answer(thought("Hm."), message(), call())
    frames = events_of(final)
    given: list[Any] = copy.deepcopy(frames) if as_dicts else [_client_object(frame) for frame in frames]
    decoder = CODEC.decoder(MAKER, PROFILE, keep_usage=False)
    events = [event for frame in given for event in decoder.feed(frame)] + decoder.close()
    check_stream(events, decoder.response.output)
    assert decoder.response == decoded(final)
    assert CODEC.decode(oai.Response(**final), MAKER, PROFILE, keep_usage=False) == decoded(final)
    if as_dicts:
        assert given == frames


def _client_object(frame: dict[str, Any]) -> Any:
    """What openai's client makes of an event."""
    nested = {"response": oai.Response}
    built = {name: nested[name](**value) if name in nested else value for name, value in frame.items()}
    return SimpleNamespace(
        model_dump=lambda **_: {n: v.model_dump(**_) if n in nested else v for n, v in built.items()}
    )
