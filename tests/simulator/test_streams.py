"""Streams: each vendor's own grammar, equal to the plain answer, whatever way the bytes are cut."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agents.testing.simulator import (
    Citation,
    Redacted,
    Refusal,
    Reply,
    Simulator,
    Text,
    Thinking,
    Tokens,
    ToolCall,
)

CHAT = {"model": "gpt-sim", "messages": [{"role": "user", "content": "Hi"}]}
MESSAGES = {"model": "claude-sim", "max_tokens": 100, "messages": [{"role": "user", "content": "Hi"}]}
GENERATE = {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]}
THINKING = {"generationConfig": {"thinkingConfig": {"includeThoughts": True}}}
GEMINI = "/v1beta/models/gemini-3-pro:"
SPOKEN = Reply(
    [Thinking("Let me see."), Text("Grüße aus Köln, 今日は晴れ."), ToolCall("get_weather", {"city": "Köln"})],
    usage=Tokens(input=30, output=20, cached=10, reasoning=5),
)


async def test_chat_chunks_share_their_head_and_end_with_done(sim: Simulator, post: Any) -> None:
    """Clients take id, model and creation time from any chunk, and stop at `[DONE]`."""
    sim.script(SPOKEN)
    events = (await post(sim, "/v1/chat/completions", {**CHAT, "stream": True})).events
    assert events.pop() == "[DONE]"
    assert {(e["id"], e["object"], e["model"], e["created"]) for e in events} == {
        (events[0]["id"], "chat.completion.chunk", "gpt-sim", events[0]["created"])
    }
    assert events[0]["choices"][0]["delta"]["role"] == "assistant"
    assert events[-1]["choices"][0] == {
        "index": 0,
        "delta": {},
        "logprobs": None,
        "finish_reason": "tool_calls",
    }
    assert not any("usage" in event for event in events)
    assert "Let me see" not in json.dumps(events)


async def test_chat_usage_comes_in_a_chunk_of_its_own_when_asked_for(sim: Simulator, post: Any) -> None:
    """`include_usage` adds `usage: null` everywhere and one chunk without choices before the end."""
    sim.script(SPOKEN)
    body = {**CHAT, "stream": True, "stream_options": {"include_usage": True, "include_obfuscation": False}}
    *chunks, usage, done = (await post(sim, "/v1/chat/completions", body)).events
    assert done == "[DONE]"
    assert all(chunk["usage"] is None and "obfuscation" not in chunk for chunk in chunks)
    assert usage["choices"] == []
    assert usage["usage"]["prompt_tokens_details"]["cached_tokens"] == 10
    assert usage["usage"]["completion_tokens_details"]["reasoning_tokens"] == 5
    assert usage["usage"]["total_tokens"] == 50


async def test_chat_tool_calls_give_id_and_name_once(sim: Simulator, post: Any) -> None:
    """Later fragments of a call carry its index and text only."""
    sim.script(Reply([ToolCall("a", {"x": "long enough"}), ToolCall("b", {"y": 1})]))
    events = (await post(sim, "/v1/chat/completions", {**CHAT, "stream": True})).events[:-1]
    deltas = [c for e in events for c in e["choices"][0]["delta"].get("tool_calls", ())]
    assert [(d["index"], d["function"]["name"]) for d in deltas if "id" in d] == [(0, "a"), (1, "b")]
    first = "".join(d["function"]["arguments"] for d in deltas if d["index"] == 0)
    assert json.loads(first) == {"x": "long enough"}


async def test_messages_events_follow_the_grammar(sim: Simulator, post: Any) -> None:
    """message_start, blocks one by one, message_delta, message_stop; event names repeat the type."""
    sim.script(Reply([Thinking("Hm."), Redacted("b3BhcXVl"), Text("Yes."), ToolCall("f", {})]))
    answer = await post(sim, "/v1/messages", {**MESSAGES, "stream": True})
    names = [line[7:] for line in answer.content.decode().splitlines() if line.startswith("event: ")]
    assert names == [event["type"] for event in answer.events]
    assert [name for name in names if name != "content_block_delta"] == [
        "message_start",
        *("content_block_start", "ping", "content_block_stop"),
        *("content_block_start", "content_block_stop") * 3,
        "message_delta",
        "message_stop",
    ]
    starts = [e["content_block"]["type"] for e in answer.events if e["type"] == "content_block_start"]
    assert starts == ["thinking", "redacted_thinking", "text", "tool_use"]
    deltas = [e["delta"]["type"] for e in answer.events if e["type"] == "content_block_delta"]
    assert deltas == ["thinking_delta", "signature_delta", "text_delta", "input_json_delta"]


async def test_messages_usage_is_cumulative_and_excludes_the_cache(sim: Simulator, post: Any) -> None:
    """message_delta repeats totals: a client that adds them counts twice."""
    sim.script(Reply(["Hi"], usage=Tokens(input=30, output=20, cached=10, cache_write=5)))
    events = (await post(sim, "/v1/messages", {**MESSAGES, "stream": True})).events
    start, delta = events[0]["message"]["usage"], events[-2]["usage"]
    for usage in (start, delta):
        assert (usage["input_tokens"], usage["cache_read_input_tokens"]) == (15, 10)
        assert usage["cache_creation_input_tokens"] == 5
    assert (start["output_tokens"], delta["output_tokens"]) == (1, 20)


async def test_gemini_chunks_hold_new_parts_and_usage_so_far(sim: Simulator, post: Any) -> None:
    """Whole responses one after another, finish reason on the last, no closing mark."""
    sim.script(SPOKEN)
    events = (await post(sim, GEMINI + "streamGenerateContent?alt=sse", {**GENERATE, **THINKING})).events
    candidates = [event["candidates"][0] for event in events]
    assert [c.get("finishReason") for c in candidates] == [None] * (len(events) - 1) + ["STOP"]
    assert candidates[-1]["content"]["parts"][0]["functionCall"]["args"] == {"city": "Köln"}
    counts = [event["usageMetadata"]["totalTokenCount"] for event in events]
    assert counts == sorted(counts)
    last = events[-1]["usageMetadata"]
    assert (last["candidatesTokenCount"], last["thoughtsTokenCount"], last["totalTokenCount"]) == (15, 5, 50)


async def test_gemini_text_is_signed_on_an_empty_part(sim: Simulator, post: Any) -> None:
    """The signature of a text answer arrives after the text, on a part that clients are tempted to drop."""
    sim.script("Two words")
    events = (await post(sim, GEMINI + "streamGenerateContent?alt=sse", GENERATE)).events
    parts = [part for event in events for part in event["candidates"][0]["content"]["parts"]]
    assert [part["text"] for part in parts] == ["Two ", "words", ""]
    assert [set(part) for part in parts[:2]] == [{"text"}, {"text"}]
    assert parts[-1]["thoughtSignature"]


async def test_gemini_without_sse_streams_one_json_array(sim: Simulator, post: Any) -> None:
    """The default framing of the service, which is not server-sent events."""
    sim.script(SPOKEN)
    answer = await post(sim, GEMINI + "streamGenerateContent", GENERATE)
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.json[-1]["candidates"][0]["finishReason"] == "STOP"


def _text_of(protocol: str, events: list[Any]) -> str:
    if protocol == "chat":
        return "".join(c["delta"].get("content") or "" for e in events[:-1] for c in e["choices"])
    if protocol == "messages":
        return "".join(e["delta"].get("text", "") for e in events if e["type"] == "content_block_delta")
    return "".join(p.get("text", "") for e in events for p in e["candidates"][0]["content"]["parts"])


STREAMS: dict[str, tuple[str, dict[str, Any]]] = {
    "chat": ("/v1/chat/completions", {**CHAT, "stream": True}),
    "messages": ("/v1/messages", {**MESSAGES, "stream": True}),
    "gemini": (GEMINI + "streamGenerateContent?alt=sse", GENERATE),
}


@pytest.mark.parametrize("chop", [1, 2, 7, 64])
@pytest.mark.parametrize("protocol", STREAMS)
async def test_chopped_bytes_say_the_same(post: Any, protocol: str, chop: int) -> None:
    """Events cut anywhere, in the middle of a character too, are the same events."""
    async with Simulator(chop=chop) as sim:
        sim.script("Grüße aus Köln, 今日は晴れ.")
        path, body = STREAMS[protocol]
        assert _text_of(protocol, (await post(sim, path, body)).events) == "Grüße aus Köln, 今日は晴れ."


@pytest.mark.parametrize(("limit", "count"), [(None, 10), (3, 3), (1, 1), (50, 10)])
async def test_stream_tokens_bounds_the_fragments(post: Any, limit: int | None, count: int) -> None:
    """Benchmarks choose how many events a text costs."""
    async with Simulator(stream_tokens=limit) as sim:
        sim.script("a b c d e f g h i j")
        path, body = STREAMS["chat"]
        events = (await post(sim, path, body)).events[:-1]
        assert sum(bool(e["choices"][0]["delta"].get("content")) for e in events) == count


async def test_pieces_are_cut_by_hand(sim: Simulator, post: Any) -> None:
    """A test that needs a tag split over two chunks says where."""
    sim.script(Reply([Text(pieces=["<thi", "nk>", "x"])]))
    path, body = STREAMS["chat"]
    events = (await post(sim, path, body)).events[:-1]
    found = [e["choices"][0]["delta"].get("content") for e in events]
    assert [text for text in found if text] == ["<thi", "nk>", "x"]


async def test_logprobs_come_plain_and_streamed(sim: Simulator, post: Any) -> None:
    """The same tokens with the same probabilities on both ways."""
    sim.script("Two words", "Two words")
    body = {**CHAT, "logprobs": True, "top_logprobs": 2}
    whole = (await post(sim, "/v1/chat/completions", body)).json["choices"][0]["logprobs"]["content"]
    events = (await post(sim, "/v1/chat/completions", {**body, "stream": True})).events[:-1]
    parts = [e["choices"][0]["logprobs"] for e in events]
    assert [token for part in parts if part for token in part["content"]] == whole
    assert [len(token["top_logprobs"]) for token in whole] == [2, 2]


async def test_a_refusal_is_told_in_each_vendors_way(sim: Simulator, post: Any) -> None:
    """One word in the script, three wire forms, none of them an error status."""
    sim.script(*[Reply([Refusal("I cannot.")])] * 3)
    chat = (await post(sim, "/v1/chat/completions", CHAT)).json["choices"][0]
    assert (chat["message"]["refusal"], chat["message"]["content"], chat["finish_reason"]) == (
        "I cannot.",
        None,
        "stop",
    )
    message = (await post(sim, "/v1/messages", MESSAGES)).json
    assert (message["stop_reason"], message["content"]) == ("refusal", [])
    assert message["stop_details"]["explanation"] == "I cannot."
    gemini = (await post(sim, GEMINI + "generateContent", GENERATE)).json["candidates"][0]
    assert (gemini["finishReason"], gemini["finishMessage"]) == ("SAFETY", "I cannot.")


async def test_gemini_blocks_a_prompt_without_candidates(sim: Simulator, post: Any) -> None:
    """The one refusal that has no candidate at all, plain and streamed."""
    sim.script(Reply(stop="blocked"), Reply(stop="blocked"))
    plain = (await post(sim, GEMINI + "generateContent", GENERATE)).json
    (streamed,) = (await post(sim, GEMINI + "streamGenerateContent?alt=sse", GENERATE)).events
    for answer in (plain, streamed):
        assert answer["promptFeedback"] == {"blockReason": "SAFETY"}
        assert "candidates" not in answer


async def test_citations_are_told_in_each_vendors_way(sim: Simulator, post: Any) -> None:
    """Annotations, citations and grounding all point at the same source."""
    sim.script(*[Reply([Text("It rains.", citations=[Citation("https://e.org", "E", 0, 9)])])] * 4)
    chat = (await post(sim, "/v1/chat/completions", CHAT)).json["choices"][0]["message"]["annotations"]
    assert chat[0]["url_citation"] == {"url": "https://e.org", "title": "E", "start_index": 0, "end_index": 9}
    block = (await post(sim, "/v1/messages", MESSAGES)).json["content"][0]
    assert (block["citations"][0]["url"], block["citations"][0]["cited_text"]) == (
        "https://e.org",
        "It rains.",
    )
    events = (await post(sim, "/v1/messages", {**MESSAGES, "stream": True})).events
    streamed = [e["delta"]["citation"] for e in events if e.get("delta", {}).get("type") == "citations_delta"]
    assert streamed == block["citations"]
    gemini = (await post(sim, GEMINI + "generateContent", GENERATE)).json["candidates"][0]["groundingMetadata"]
    assert gemini["groundingChunks"] == [{"web": {"uri": "https://e.org", "title": "E"}}]


async def test_a_compatible_server_shows_its_reasoning_and_takes_it_back(post: Any) -> None:
    """With `reasoning_field` the chat protocol is that of DeepSeek and its like."""
    async with Simulator(reasoning_field="reasoning_content") as sim:
        sim.script(Reply([Thinking("Hm."), "Yes."]), Reply([Thinking("Hm, hm."), "No."]))
        message = (await post(sim, "/v1/chat/completions", CHAT)).json["choices"][0]["message"]
        assert message["reasoning_content"] == "Hm."
        history = [*CHAT["messages"], message, CHAT["messages"][0]]
        body = {**CHAT, "messages": history, "stream": True}
        events = (await post(sim, "/v1/chat/completions", body)).events[:-1]
        thoughts = [e["choices"][0]["delta"].get("reasoning_content") for e in events]
        assert [thought for thought in thoughts if thought] == ["Hm, ", "hm."]


async def test_n_choices_are_all_there(sim: Simulator, post: Any) -> None:
    """`n` multiplies the choices of an answer, each with its index."""
    body = {**CHAT, "n": 2}
    plain = (await post(sim, "/v1/chat/completions", body)).json
    events = (await post(sim, "/v1/chat/completions", {**body, "stream": True})).events[:-1]
    assert [choice["index"] for choice in plain["choices"]] == [0, 1]
    assert {choice["index"] for event in events for choice in event["choices"]} == {0, 1}
