"""What the tests of Messages say often: items, requests, answers and streams, in the fewest words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from agents.items import ModelResponse
from agents.model_settings import ModelSettings
from agents.protocols.anthropic_messages import AnthropicMessages
from agents.protocols.base import Maker, ModelRequest, OutputSpec, Profile, ToolSpec
from agents.wire_call import WireCall

CODEC = AnthropicMessages()
MAKER = Maker(provider="acme", model="acme/one", seed="5eed", created_at=1.0)
PROFILE = Profile(provider="acme", reasoning_replay="thinking_blocks", forced_tools="unless_thinking")
SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
TOOL = ToolSpec("look", "Looks.", SCHEMA, strict=True)


def profile(**features: Any) -> Profile:
    known = {"provider": "acme", "reasoning_replay": "thinking_blocks", "forced_tools": "unless_thinking"}
    return Profile(**{**known, **features})


def encoded(
    *items: Any,
    profile: Profile = PROFILE,
    instructions: str | None = None,
    tools: Sequence[ToolSpec] = (),
    output: OutputSpec | None = None,
    stream: bool = False,
    settings: dict[str, Any] | None = None,
) -> WireCall:
    request = ModelRequest("acme/one", instructions, items, tools, output, ModelSettings(**settings or {}), stream)
    return CODEC.encode(request, profile)


def turns(*items: Any, **features: Any) -> list[tuple[str, Any]]:
    """The conversation as the wire carries it: role and blocks, blocks of text as the text alone."""
    sent = encoded(*items, profile=profile(**features)).body["messages"]
    return [(turn["role"], [_plain(block) for block in turn["content"]]) for turn in sent]


def _plain(block: dict[str, Any]) -> Any:
    return block["text"] if block.keys() == {"type", "text"} else block


def use(call_id: str = "call_1", **input: Any) -> dict[str, Any]:
    return {"type": "tool_use", "id": call_id, "name": "look", "input": input}


def result(call_id: str = "call_1", content: Any = "done") -> dict[str, Any]:
    found = {"type": "tool_result", "tool_use_id": call_id, "content": content}
    return {name: value for name, value in found.items() if value is not None}


def thinking(text: str, signature: str) -> dict[str, Any]:
    return {"type": "thinking", "thinking": text, "signature": signature}


def text(words: str, *citations: Any) -> dict[str, Any]:
    return {"type": "text", "text": words, **({"citations": list(citations)} if citations else {})}


def message(*blocks: dict[str, Any], stop: str | None = "end_turn", **more: Any) -> dict[str, Any]:
    """A whole answer."""
    head = {"id": "r1", "type": "message", "role": "assistant", "model": "one-2026"}
    return {**head, "content": list(blocks), "stop_reason": stop, **more}


def start(**more: Any) -> dict[str, Any]:
    return {"type": "message_start", "message": {**message(stop=None), **more}}


def grown(index: int, block: dict[str, Any], pieces: Iterable[str] | None = None) -> list[dict[str, Any]]:
    """A block as a stream tells it, its text in these pieces."""
    kind = block["type"]
    opened, deltas = _growth(block, pieces)
    told = [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
    if kind == "text":
        told += [
            {"type": "content_block_delta", "index": index, "delta": {"type": "citations_delta", "citation": each}}
            for each in block.get("citations", ())
        ]
    begin = {"type": "content_block_start", "index": index, "content_block": opened}
    return [begin, *told, {"type": "content_block_stop", "index": index}]


def _growth(block: dict[str, Any], pieces: Iterable[str] | None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    kind = block["type"]
    if kind == "text":
        return {"type": kind, "text": ""}, [{"type": "text_delta", "text": each} for each in pieces or [block["text"]]]
    if kind == "thinking":
        deltas = [{"type": "thinking_delta", "thinking": each} for each in pieces or [block["thinking"]]]
        return {"type": kind, "thinking": "", "signature": ""}, [
            *deltas,
            {"type": "signature_delta", "signature": block["signature"]},
        ]
    if kind in ("tool_use", "server_tool_use"):
        whole = [json.dumps(block["input"])] if block["input"] else [""]
        return {**block, "input": {}}, [{"type": "input_json_delta", "partial_json": each} for each in pieces or whole]
    if kind == "compaction":
        grown = {name: block[name] for name in ("content", "encrypted_content") if name in block}
        return {**block, **dict.fromkeys(grown)}, [{"type": "compaction_delta", **grown}]
    return block, []


def end(stop: str | None = "end_turn", **more: Any) -> list[dict[str, Any]]:
    delta = {"stop_reason": stop, "stop_sequence": None, "stop_details": more.pop("stop_details", None)}
    return [{"type": "message_delta", "delta": delta, **more}, {"type": "message_stop"}]


def stream_of(*blocks: dict[str, Any], stop: str | None = "end_turn", **more: Any) -> list[dict[str, Any]]:
    """A whole answer as a stream."""
    told = [event for index, block in enumerate(blocks) for event in grown(index, block)]
    return [start(), *told, *end(stop, **more)]


def payload(data: Any) -> bytes:
    return data if isinstance(data, bytes) else json.dumps(data).encode()


def decoded(data: Any, *, keep_usage: bool = False) -> ModelResponse:
    return CODEC.decode(payload(data), MAKER, PROFILE, keep_usage=keep_usage)


def streamed(events: Iterable[Any], *, keep_usage: bool = False) -> tuple[list[Any], ModelResponse]:
    """The events of a stream, and the answer at its end."""
    decoder = CODEC.decoder(MAKER, PROFILE, keep_usage=keep_usage)
    told = [event for each in events for event in decoder.feed(payload(each))]
    told += decoder.close()
    return told, decoder.response
