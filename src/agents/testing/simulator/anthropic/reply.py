"""How the Messages service words an answer, whole and streamed, and its errors.

Source: the response and event types of Anthropic's own client (2.12) and its streaming guide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from agents.testing.simulator.script import (
    Ask,
    EmptyChoices,
    NoTerminal,
    NoUsage,
    Redacted,
    Refusal,
    Reply,
    Text,
    Thinking,
    Tokens,
    ToolCall,
)
from agents.testing.simulator.wire import House, Refused, compact, pieces, said, stop_of, tally

from .binding import note_prefix
from .hosted import hosted_blocks

__all__ = ["error", "error_event", "headers", "plain", "stream"]

_STOPS = {
    "end": "end_turn",
    "tools": "tool_use",
    "length": "max_tokens",
    "filter": "refusal",
    "refusal": "refusal",
    "pause": "pause_turn",
    "sequence": "stop_sequence",
}


def plain(ask: Ask, reply: Reply, house: House) -> Any:
    """A `message` object."""
    blocks = [whole for _, whole, _ in _blocks(ask, reply, house)]
    message = {**_head(ask, house), "content": blocks, **_ending(ask, reply)}
    if not reply.has(NoUsage):
        message["usage"] = _usage(tally(ask, reply))
    return message


def stream(ask: Ask, reply: Reply, house: House) -> Iterator[bytes]:
    """Events from `message_start` to `message_stop`, with a ping among them."""
    tokens = tally(ask, reply)
    start = {
        **_head(ask, house),
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "stop_details": None,
    }
    if not reply.has(NoUsage):
        start["usage"] = {**_usage(tokens), "output_tokens": 1}
        start["usage"].pop("output_tokens_details")
    yield _event("message_start", message=start)
    for index, (opened, _, deltas) in enumerate(_blocks(ask, reply, house)):
        yield _event("content_block_start", index=index, content_block=opened)
        if index == 0:
            yield _event("ping")
        for delta in deltas:
            yield _event("content_block_delta", index=index, delta=delta)
        yield _event("content_block_stop", index=index)
    if reply.has(NoTerminal):
        return
    # These counts are totals so far, not differences.
    usage = _usage(tokens)
    usage = {key: usage[key] for key in usage if key not in ("cache_creation", "service_tier")}
    yield _event("message_delta", delta=_ending(ask, reply), **({} if reply.has(NoUsage) else {"usage": usage}))
    yield _event("message_stop")


def _event(kind: str, **fields: Any) -> bytes:
    return f"event: {kind}\ndata: {compact({'type': kind, **fields})}\n\n".encode()


def _head(ask: Ask, house: House) -> dict[str, Any]:
    return {"id": house.mint("msg_01"), "type": "message", "role": "assistant", "model": ask.model}


def _ending(ask: Ask, reply: Reply) -> dict[str, Any]:
    stop = stop_of(reply)
    refusals = [part.text for part in reply.said() if isinstance(part, Refusal)]
    details = {"type": "refusal", "category": None, "explanation": " ".join(refusals)} if refusals else None
    matched = next(iter(ask.stops), None) if stop == "sequence" else None
    return {"stop_reason": _STOPS.get(stop, stop), "stop_sequence": matched, "stop_details": details}


def _usage(tokens: Tokens) -> dict[str, Any]:
    return {
        # What was read from or written to the cache is not part of input_tokens here.
        "input_tokens": tokens.input - tokens.cached - tokens.cache_write,
        "cache_creation_input_tokens": tokens.cache_write,
        "cache_read_input_tokens": tokens.cached,
        "cache_creation": {"ephemeral_5m_input_tokens": tokens.cache_write, "ephemeral_1h_input_tokens": 0},
        "output_tokens": tokens.output,
        "output_tokens_details": {"thinking_tokens": tokens.reasoning},
        "service_tier": "standard",
    }


Block = tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]
"""A content block as it opens in a stream, as it is in a plain answer, and the deltas that lead from one to
the other.
"""


def _blocks(ask: Ask, reply: Reply, house: House) -> list[Block]:
    if reply.has(EmptyChoices):
        return []
    thoughts: list[tuple[str, str]] = []
    blocks: list[Block] = []
    for part in said(reply, house, "toolu_01"):
        match part:
            case Thinking():
                blocks.append(_thinking(ask, part, house))
                thoughts.append((blocks[-1][1]["thinking"], blocks[-1][1]["signature"]))
                note_prefix(ask.body, thoughts[-1][1], house.seals)
            case Redacted(data=data):
                house.seals.remember("redacted", data, True)
                thoughts.append(("", data))
                note_prefix(ask.body, data, house.seals)
                block = {"type": "redacted_thinking", "data": data}
                blocks.append((block, block, []))
            case Text() if part.whole():
                blocks.append(_text(part, house))
            case ToolCall():
                # So that the next request can be held to returning the thinking with its call.
                house.seals.remember("thought", str(part.id), tuple(thoughts))
                blocks.append(_tool_use(part))
            case Text() | Refusal():
                pass  # an empty text has no block; a refusal is told in stop_details
            case _:
                blocks += hosted_blocks(part, house)
    return blocks


def _thinking(ask: Ask, part: Thinking, house: House) -> Block:
    omitted = ask.body.get("thinking", {}).get("display") == "omitted"
    shown = "" if omitted else part.text
    signature = house.seals.sign(part.text, "thinking") if part.signature is None else part.signature
    if signature and (omitted or part.signature):
        house.seals.adopt(signature, shown, "thinking")
    block = {"type": "thinking", "thinking": shown, "signature": signature}
    deltas: list[dict[str, Any]] = [
        {"type": "thinking_delta", "thinking": piece}
        for piece in (() if omitted else pieces(part, house.stream_tokens))
    ]
    if signature:
        deltas.append({"type": "signature_delta", "signature": signature})
    return {"type": "thinking", "thinking": "", "signature": ""}, block, deltas


def _text(part: Text, house: House) -> Block:
    citations = [
        {
            "type": "web_search_result_location",
            "url": c.url,
            "title": c.title,
            "encrypted_index": "c2ltdWxhdGVk",
            "cited_text": part.whole()[c.start : c.end or None],
        }
        for c in part.citations
    ]
    deltas: list[dict[str, Any]] = [{"type": "citations_delta", "citation": each} for each in citations]
    deltas += [{"type": "text_delta", "text": piece} for piece in pieces(part, house.stream_tokens)]
    opened: dict[str, Any] = {"type": "text", "text": ""}
    whole: dict[str, Any] = {"type": "text", "text": part.whole()}
    if citations:
        opened["citations"], whole["citations"] = [], citations
    return opened, whole, deltas


def _tool_use(part: ToolCall) -> Block:
    head = {"type": "tool_use", "id": part.id, "name": part.name}
    text = part.arguments if isinstance(part.arguments, str) else compact(part.arguments) if part.arguments else ""
    fragments = ["", *re.findall(r".{1,8}", text, re.DOTALL)]
    deltas = [{"type": "input_json_delta", "partial_json": fragment} for fragment in fragments]
    return {**head, "input": {}}, {**head, "input": part.arguments}, deltas


# --- Errors ---------------------------------------------------------------------------------------

_ERROR_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    409: "conflict_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}


def error(refused: Refused, request_id: str) -> Any:
    """`{type: error, error: {type, message}, request_id}`."""
    kind = refused.type or _ERROR_TYPES.get(refused.status, "api_error")
    inner: dict[str, Any] = {"type": kind, "message": refused.message}
    if refused.code:
        inner["details"] = {"error_code": refused.code}
    return {"type": "error", "error": inner, "request_id": request_id}


def error_event(ask: Ask, refused: Refused, request_id: str) -> bytes:
    """An `error` event."""
    return f"event: error\ndata: {compact(error(refused, request_id))}\n\n".encode()


def headers(request_id: str) -> Mapping[str, str]:
    """The request id, and whose it is."""
    return {"request-id": request_id, "anthropic-organization-id": "simulator"}
