"""Answers of Messages, each whole and as a stream: what they become."""

from __future__ import annotations

from typing import Any

import pytest

from agents.items import ModelResponse

from ..chat import gist, spent
from ..streams import check_stream
from .messages import decoded, encoded, end, grown, message, start, stream_of, streamed, text, thinking, use

SEARCH = {"type": "server_tool_use", "id": "srv_1", "name": "web_search", "input": {"query": "a"}}
FOUND = {
    "type": "web_search_tool_result",
    "tool_use_id": "srv_1",
    "content": [{"type": "web_search_result", "url": "u"}],
}
OTHER = {"type": "server_tool_use", "id": "srv_2", "name": "bash_code_execution", "input": {"command": "ls"}}
OTHER_FOUND = {
    "type": "bash_code_execution_tool_result",
    "tool_use_id": "srv_2",
    "content": {"type": "bash_code_execution_tool_result_error", "error_code": "unavailable"},
}
FETCH = {"type": "server_tool_use", "id": "srv_3", "name": "web_fetch", "input": {"url": "u"}}
FETCHED = {"type": "web_fetch_tool_result", "tool_use_id": "srv_3", "content": {}}
FETCH_MORE, FETCHED_MORE = {**FETCH, "id": "srv_4"}, {**FETCHED, "tool_use_id": "srv_4"}
REDACTED = {"type": "redacted_thinking", "data": "opaque"}
SUMMARY = {"type": "compaction", "content": "They spoke of snow.", "encrypted_content": "opaque", "signature": "s"}
UPLOAD = {"type": "container_upload", "file_id": "file_1"}
CODE = {"type": "server_tool_use", "id": "srv_5", "name": "bash_code_execution", "input": {"command": "ls"}}
RAN = {
    "type": "bash_code_execution_tool_result",
    "tool_use_id": "srv_5",
    "content": {"type": "bash_code_execution_result", "stdout": "a", "stderr": "", "return_code": 0, "content": []},
}
FINAL = {"type": "tool_use", "id": "toolu_9", "name": "final_output", "input": {"city": "Oslo"}}

CASES: dict[str, tuple[list[dict[str, Any]], str | None, list[tuple[Any, ...]]]] = {
    "text": ([text("Hello")], "end_turn", [("Hello",)]),
    "a stop sequence": ([text("Hello")], "stop_sequence", [("Hello",)]),
    "no stop reason": ([text("Hello")], None, [("Hello",)]),
    "nothing": ([], "end_turn", []),
    "empty text": ([text("")], "end_turn", []),
    "texts in a row": ([text("A"), text("B")], "end_turn", [("AB",)]),
    "a call": ([use("toolu_1", city="Oslo")], "tool_use", [("call", "toolu_1", "look", '{"city": "Oslo"}')]),
    "a call without arguments": ([use("toolu_1")], "tool_use", [("call", "toolu_1", "look", "{}")]),
    "calls with one id": (
        [use("toolu_1"), use("toolu_1")],
        "tool_use",
        [("call", "toolu_1", "look", "{}"), ("call", "call_r1_1", "look", "{}")],
    ),
    "thinking, text, calls": (
        [thinking("hm", "s1"), text("Well"), use("a"), use("b", n=1)],
        "tool_use",
        [("reasoning", "hm", "s1"), ("Well",), ("call", "a", "look", "{}"), ("call", "b", "look", '{"n": 1}')],
    ),
    "thinking between": (
        [thinking("a", "s1"), text("A"), thinking("b", "s2"), text("B")],
        "end_turn",
        [("reasoning", "a", "s1"), ("A",), ("reasoning", "b", "s2"), ("B",)],
    ),
    "thoughts in a row keep each its signature": (
        [thinking("a", "s1"), thinking("b", "s2"), REDACTED, text("A")],
        "end_turn",
        [("reasoning", "a", "s1"), ("reasoning", "b", "s2"), ("reasoning", "", "opaque"), ("A",)],
    ),
    "thinking that nobody signed": (
        [thinking("a", ""), thinking("b", ""), text("A")],
        "end_turn",
        [("reasoning", "a"), ("reasoning", "b"), ("A",)],
    ),
    "thinking that is not shown": ([thinking("", "s1"), text("A")], "end_turn", [("reasoning", "", "s1"), ("A",)]),
    "empty thinking": ([thinking("", ""), text("A")], "end_turn", [("A",)]),
    "blocks of the service's own tools": (
        [text("A"), SEARCH, FOUND, text("B")],
        "end_turn",
        [("A",), ("web_search_call", "completed"), ("B",)],
    ),
    "the answer by a tool": ([FINAL], "tool_use", [('{"city": "Oslo"}',)]),
    "the answer by a tool, after words": (
        [thinking("hm", "s1"), text("So:"), FINAL, text("Done.")],
        "tool_use",
        [("reasoning", "hm", "s1"), ("So:",), ('{"city": "Oslo"}',), ("Done.",)],
    ),
    "an empty answer by a tool": ([{**FINAL, "input": {}}], "tool_use", [("{}",)]),
    "cut by length": ([text("Hel")], "max_tokens", [("Hel",)]),
    "cut by length behind a call": (
        [use("a"), text("Hel")],
        "max_tokens",
        [("call", "a", "look", "{}"), ("Hel",)],
    ),
    "refused": (
        [text("Well")],
        "refusal",
        [("Well", ("refusal", "The provider's safety system stopped the answer."))],
    ),
    "refused at once": ([], "refusal", [(("refusal", "The provider's safety system stopped the answer."),)]),
    "paused": ([text("Let me see")], "pause_turn", [("Let me see",)]),
    "summed up, and on": ([SUMMARY, text("A")], "end_turn", [("A",)]),
    "summed up, and no more": ([SUMMARY], "compaction", [("",)]),
    "a block that is nobody's": ([thinking("hm", "s1"), UPLOAD], "end_turn", [("reasoning", "hm", "s1"), ("",)]),
}


@pytest.mark.parametrize(("blocks", "stop", "expected"), CASES.values(), ids=CASES)
def test_an_answer_is_the_same_whole_and_streamed(
    blocks: list[dict[str, Any]], stop: str | None, expected: list[tuple[Any, ...]]
) -> None:
    """Who turns streaming on must get the same items, in the order in which the model made them."""
    usage = {"input_tokens": 3, "output_tokens": 2}
    plain = decoded(message(*blocks, stop=stop, usage=usage))
    events, response = streamed(stream_of(*blocks, stop=stop, usage=usage))
    assert gist(plain) == expected
    assert response == plain
    check_stream(events, plain.output)
    assert events[-1].response.status == ("incomplete" if stop == "max_tokens" else "completed")


def test_items_tell_who_made_them_and_what_must_go_back() -> None:
    """The next request can only be as faithful as this note."""
    [reasoning, redacted, said, call] = decoded(message(thinking("hm", "s1"), REDACTED, text("A"), use("a"))).output
    maker = {"provider": "acme", "model": "acme/one", "response_id": "r1"}
    assert reasoning.provider_data == {**maker, "type": "thinking"}
    assert redacted.provider_data == {**maker, "type": "redacted_thinking"}
    assert said.provider_data == call.provider_data == maker


ROUND_TRIPS: dict[str, tuple[list[dict[str, Any]], str]] = {
    "thinking and calls": ([thinking("hm", "s1"), REDACTED, text("A"), use("a", n=1), use("b")], "tool_use"),
    "thinking between": ([thinking("a", "s1"), text("A"), thinking("b", "s2"), use("a")], "tool_use"),
    "the service's own tools": ([thinking("a", "s1"), SEARCH, FOUND, text("A")], "end_turn"),
    "a pause": ([text("A"), SEARCH, FOUND, SEARCH], "pause_turn"),
    "own tools and ours": ([SEARCH, FOUND, use("a")], "tool_use"),
    "own tools at the same time": ([SEARCH, OTHER, text("A"), OTHER_FOUND, FOUND, text("B")], "end_turn"),
    "own tools of which nobody knows": (
        [FETCH, FETCHED, SEARCH, FETCH_MORE, FOUND, FETCHED_MORE, use("a")],
        "tool_use",
    ),
    "a summary of what was said": ([SUMMARY, text("A"), use("a")], "tool_use"),
    "a pause behind a summary": ([SUMMARY], "compaction"),
    "a file of the service's": ([SEARCH, FOUND, UPLOAD], "end_turn"),
}


@pytest.mark.parametrize(("blocks", "stop"), ROUND_TRIPS.values(), ids=ROUND_TRIPS)
def test_an_answer_goes_back_as_it_came(blocks: list[dict[str, Any]], stop: str) -> None:
    """Within a tool loop the service compares what comes back with what it said."""
    for response in (decoded(message(*blocks, stop=stop)), streamed(stream_of(*blocks, stop=stop))[1]):
        items = [{"role": "user", "content": "Hi"}, *response.to_input_items()]
        sent = encoded(*items).body["messages"]
        assert sent[1] == {"role": "assistant", "content": blocks}


def test_a_pause_can_be_told() -> None:
    """The run goes on with the same request and this answer; somebody has to see that it must."""
    for blocks in ([text("A"), SEARCH], [SEARCH], [thinking("a", "s1"), SEARCH]):
        for response in (
            decoded(message(*blocks, stop="pause_turn")),
            streamed(stream_of(*blocks, stop="pause_turn"))[1],
        ):
            last = response.output[-1]
            assert (last.type, last.status) == ("web_search_call", "in_progress")
            assert (last.provider_data["stop_reason"], last.provider_data["replay"]) == ("pause_turn", [SEARCH])


def test_half_a_use_of_the_services_own_tool_is_left_out() -> None:
    """An answer that is cut within it is still an answer, with a reason that says why it ends."""
    events = [start(), *grown(0, text("A")), *grown(1, SEARCH, ['{"que']), *end("max_tokens")]
    told, response = streamed(events)
    assert gist(response) == [("A",)]
    assert told[-1].response.incomplete_details.reason == "max_output_tokens"


@pytest.mark.parametrize("stop", ["end_turn", "pause_turn"])
def test_the_place_where_code_was_run_is_noted(stop: str) -> None:
    """Files that it wrote are there; the service tells of it behind the items that need it."""
    container = {"id": "container_1", "expires_at": "2026-11-26T00:00:00Z"}
    blocks = [CODE] if stop == "pause_turn" else [CODE, RAN, text("Done.")]
    delta = {"stop_reason": stop, "container": container}
    pieces = [event for index, block in enumerate(blocks) for event in grown(index, block)]
    events, response = streamed([start(), *pieces, {"type": "message_delta", "delta": delta}, {"type": "message_stop"}])
    assert decoded(message(*blocks, stop=stop, container=container)) == response
    check_stream(events, response.output)
    assert response.output[0].container_id == "container_1"


def test_what_ended_the_answer_is_noted_where_there_is_more_to_say() -> None:
    """Which of the stop sequences it was, and why exactly the answer was refused, is told nowhere else."""
    details = {"type": "refusal", "category": "bio", "explanation": "No."}
    stopped = decoded(message(text("A"), stop="stop_sequence", stop_sequence="END"))
    refused = decoded(message(text("A"), stop="refusal", stop_details=details))
    assert streamed([start(), *grown(0, text("A")), *end("refusal", stop_details=details)])[1] == refused
    assert stopped.output[0].provider_data["stop_sequence"] == "END"
    assert refused.output[0].provider_data["stop_details"] == details
    assert [part.type for part in refused.output[0].content] == ["output_text", "refusal"]


WEB = {"type": "web_search_result_location", "url": "https://a", "title": "A", "cited_text": "x"}
PAGE = {"type": "page_location", "document_index": 0, "start_page_number": 1, "cited_text": "x"}


def test_citations_are_annotations_where_they_have_an_address() -> None:
    """What cites a page of a document has no place in the public types, and is kept beside the text."""
    blocks = [text("One. "), text("Two.", WEB, PAGE), text(" Three."), use("a"), text("Four", {**WEB, "title": None})]
    plain = decoded(message(*blocks))
    events, response = streamed(stream_of(*blocks))
    assert response == plain
    check_stream(events, plain.output)
    said, _, more = plain.output
    [note] = said.content[0].annotations
    assert (note.url, note.title, note.start_index, note.end_index) == ("https://a", "A", 5, 9)
    assert note.cited_text == "x"
    assert said.provider_data["citations"] == [PAGE]
    assert more.content[0].annotations[0].title == ""
    assert "citations" not in more.provider_data


REFUSALS = {
    "in its own words": ({"type": "refusal", "category": "bio", "explanation": "No."}, "No."),
    "by category": ({"category": "cyber"}, "The provider's safety system stopped the answer (cyber)."),
    "in a way that nobody knows": ("?", "The provider's safety system stopped the answer."),
}


@pytest.mark.parametrize(("details", "expected"), REFUSALS.values(), ids=REFUSALS)
def test_a_refusal_says_why(details: Any, expected: str) -> None:
    """An empty answer would be asked for again and again."""
    for response in (
        decoded(message(stop="refusal", stop_details=details)),
        streamed(stream_of(stop="refusal", stop_details=details))[1],
    ):
        assert gist(response) == [(("refusal", expected),)]


FULL = {
    "input_tokens": 10,
    "cache_read_input_tokens": 100,
    "cache_creation_input_tokens": 1000,
    "output_tokens": 7,
    "output_tokens_details": {"thinking_tokens": 3},
}
SPENT = (1, 1110, 7, 1117, 100, 1000, 3)
USAGE: dict[str, tuple[dict[str, Any], dict[str, Any], tuple[int, ...]]] = {
    "all at the end": ({}, FULL, SPENT),
    "totals so far overwrite": ({**FULL, "output_tokens": 1}, {"output_tokens": 7}, SPENT),
    "zero and null take nothing back": (FULL, {**dict.fromkeys(FULL, 0), "input_tokens": None}, SPENT),
    "a summary of the conversation costs as well": (
        {},
        {
            **FULL,
            "iterations": [
                {"type": "compaction", "input_tokens": 5, "cache_read_input_tokens": 50, "output_tokens": 2},
                {"type": "message", "input_tokens": 10, "output_tokens": 7},
            ],
        },
        (1, 1165, 9, 1174, 150, 1000, 3),
    ),
    "iterations of another shape": ({}, {**FULL, "iterations": [1]}, SPENT),
    "no cache": ({"input_tokens": 3, "output_tokens": 1}, {"output_tokens": 2}, (1, 3, 2, 5, 0, 0, 0)),
    "none": ({}, {}, (0, 0, 0, 0, 0, 0, 0)),
    "another shape": ({"input_tokens": []}, {"output_tokens": "many"}, (0, 0, 0, 0, 0, 0, 0)),
    "odd details": ({"input_tokens": 3}, {"output_tokens_details": [1]}, (1, 3, 0, 3, 0, 0, 0)),
}


@pytest.mark.parametrize(("first", "last", "expected"), USAGE.values(), ids=USAGE)
def test_usage_counts_all_that_was_read_and_written(
    first: dict[str, Any], last: dict[str, Any], expected: tuple[int, ...]
) -> None:
    """This service leaves the cache out of its input, and every budget depends on the sum."""
    events = [start(usage=first), *grown(0, text("A")), *end(usage=last)]
    _, response = streamed(events, keep_usage=True)
    assert spent(response) == expected
    if expected == SPENT and "iterations" not in last:
        assert response.raw_usage == FULL
        plain = decoded(message(text("A"), usage=FULL), keep_usage=True)
        assert (spent(plain), plain.raw_usage) == (SPENT, FULL)


def oddities() -> dict[str, tuple[list[Any], list[tuple[Any, ...]]]]:
    """Streams that no document describes, and that services send."""
    head, said, last = start(), grown(0, text("A")), end()
    whole_call = {"type": "content_block_start", "index": 1, "content_block": use("a", n=1)}
    call = ("call", "a", "look", '{"n": 1}')
    side_by_side = [
        *grown(0, use("a", n=1))[:2],
        *grown(1, use("b"))[:1],
        *grown(0, use("a"))[2:],
        *grown(1, use("b"))[1:],
    ]
    return {
        "pings and news": ([head, {"type": "ping"}, *said, {"type": "news", "delta": 3}, {"n": 1}, *last], [("A",)]),
        "something behind the end": ([head, *said, *last, b"[DONE]", b"{"], [("A",)]),
        "text with the beginning of its block": (
            [head, {"type": "content_block_start", "index": 0, "content_block": text("A")}, *said[1:], *last],
            [("AA",)],
        ),
        "a call that comes whole, and blocks that do not end": ([head, *said, whole_call, *last], [("A",), call]),
        "calls side by side": ([head, *side_by_side, *last], [call, ("call", "b", "look", "{}")]),
        "one index for all blocks": ([head, *said[:-1], *grown(0, use("a", n=1)), *last], [("A",), call]),
        "a delta of another kind": (
            [head, *said[:2], {**said[1], "delta": {"type": "input_json_delta", "partial_json": "{"}}, *last],
            [("A",)],
        ),
        "no beginning": ([*said, *last], [("A",)]),
        "no stream": ([message(text("A"), use("a", n=1))], [("A",), call]),
    }


@pytest.mark.parametrize(("events", "expected"), oddities().values(), ids=oddities())
def test_what_is_odd_is_borne_with(events: list[Any], expected: list[tuple[Any, ...]]) -> None:
    """Gateways and compatible services bend the protocol, and the answer is there all the same."""
    told, response = streamed(events)
    assert gist(response) == [*expected]
    check_stream(told, response.output)


def test_arguments_stream_as_they_come() -> None:
    """A long document written as an argument must be seen to grow."""
    pieces = ["", '{"ci', 'ty": "Os', 'lo"}']
    events, response = streamed([start(), *grown(0, use("a", city="Oslo"), pieces), *end("tool_use")])
    deltas = [event.delta for event in events if event.type == "response.function_call_arguments.delta"]
    assert deltas == pieces[1:]
    assert isinstance(response, ModelResponse)
    assert gist(response) == [("call", "a", "look", '{"city": "Oslo"}')]
