"""What holds for every answer: streamed equals plain, events are in order, no cut passes for an end."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.exceptions import ProviderError

from ..streams import check_stream
from .messages import decoded, encoded, end, grown, message, start, streamed, text, thinking

WORDS = st.text(max_size=8)
CITATION = st.fixed_dictionaries({"cited_text": WORDS}, optional={"url": WORDS, "title": WORDS | st.none()})
CALL = st.fixed_dictionaries(
    {
        "type": st.just("tool_use"),
        "id": st.sampled_from("abc"),
        "name": st.sampled_from(["look", "final_output"]),
        "input": st.dictionaries(WORDS, st.integers() | WORDS, max_size=2),
    }
)
SERVER = st.fixed_dictionaries(
    {
        "type": st.just("server_tool_use"),
        "id": st.just("srv_1"),
        "name": st.just("web_search"),
        "input": st.dictionaries(WORDS, WORDS, max_size=1),
    }
)
FOUND = st.just({"type": "web_search_tool_result", "tool_use_id": "srv_1", "content": []})
REDACTED = st.builds(lambda data: {"type": "redacted_thinking", "data": data}, WORDS)
BLOCK = (
    st.builds(lambda words, notes: text(words, *notes), WORDS, st.lists(CITATION, max_size=2))
    | st.builds(thinking, WORDS, WORDS)
    | REDACTED
    | CALL
    | SERVER
    | FOUND
)
BLOCKS = st.lists(BLOCK, max_size=6)
STOPS = st.sampled_from(["end_turn", "tool_use", "refusal", "pause_turn"])


@st.composite
def pieces(draw: st.DrawFn, block: dict[str, Any]) -> list[str]:
    """What a block grows by, cut anywhere."""
    whole = {"text": block.get("text"), "thinking": block.get("thinking")}.get(block["type"])
    whole = json.dumps(block["input"]) if "input" in block else whole or ""
    cuts = sorted(draw(st.lists(st.integers(0, len(whole)), max_size=3)))
    return [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]


def told(blocks: list[dict[str, Any]], data: st.DataObject) -> list[dict[str, Any]]:
    """The events of an answer's blocks."""
    return [event for index, each in enumerate(blocks) for event in grown(index, each, data.draw(pieces(each)))]


@settings(max_examples=60, deadline=None)
@given(BLOCKS, STOPS, st.data())
def test_streamed_equals_plain(blocks: list[dict[str, Any]], stop: str, data: st.DataObject) -> None:
    """Who turns streaming on must get the same items, ids and bill, however the service cuts its answer."""
    if stop == "refusal":
        blocks = [block for block in blocks if block["type"] != "tool_use"]
    usage = {"input_tokens": 5, "cache_read_input_tokens": 7, "output_tokens": 3}
    plain = decoded(message(*blocks, stop=stop, usage=usage))
    events, response = streamed([start(usage=usage), *told(blocks, data), *end(stop)])
    assert response == plain
    check_stream(events, plain.output)


@settings(max_examples=40, deadline=None)
@given(BLOCKS, st.data())
def test_a_stream_cut_anywhere_is_an_error_with_a_part_of_the_answer(
    blocks: list[dict[str, Any]], data: st.DataObject
) -> None:
    """No cut may pass for an end, and what is kept of the answer holds no call."""
    events = [start(), *told(blocks, data), *end()]
    with pytest.raises(ProviderError) as caught:
        streamed(events[: data.draw(st.integers(0, len(events) - 1))])
    partial = caught.value.partial_response
    assert partial is not None
    assert all(item.type != "function_call" for item in partial.output)


@settings(max_examples=60, deadline=None)
@given(BLOCKS, st.booleans())
def test_any_answer_makes_a_legal_next_request(blocks: list[dict[str, Any]], prefill: bool) -> None:
    """What the service said is what it must take back: its turns, pairs and ends keep the rules."""
    items = [{"role": "user", "content": "Hi"}, *decoded(message(*blocks)).to_input_items()]
    turns = encoded(*items).body["messages"]
    assert [turn["role"] for turn in turns] == [("user", "assistant")[at % 2] for at in range(len(turns))]
    for turn, after in zip(turns, [*turns[1:], {"content": []}], strict=True):
        assert turn["content"]
        assert all(block["text"].strip() for block in turn["content"] if block["type"] == "text")
        calls = [block["id"] for block in turn["content"] if block["type"] == "tool_use"]
        results = [block.get("tool_use_id") for block in after["content"] if block["type"] == "tool_result"]
        assert calls == results
        assert turn["content"][-1]["type"] not in ("thinking", "redacted_thinking")
