"""How the Chat Completions service words an answer, whole and streamed, and its errors.

Source: OpenAI's API reference and the response types of its own client (3.54).
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from agents.testing.simulator.script import (
    Ask,
    EmptyChoices,
    IndexJump,
    NoTerminal,
    NoUsage,
    Part,
    Redacted,
    Refusal,
    Reply,
    Text,
    Thinking,
    Tokens,
    ToolCall,
)
from agents.testing.simulator.wire import House, Refused, compact, pieces, said, stop_of, tally

__all__ = ["error", "error_event", "headers", "plain", "stream"]

_STOPS = {
    "end": "stop",
    "tools": "tool_calls",
    "filter": "content_filter",
    "refusal": "stop",
    "sequence": "stop",
}


def _arguments(call: ToolCall) -> str:
    return call.arguments if isinstance(call.arguments, str) else compact(call.arguments)


def _usage(tokens: Tokens) -> dict[str, Any]:
    return {
        "prompt_tokens": tokens.input,
        "completion_tokens": tokens.output,
        "total_tokens": tokens.input + tokens.output,
        "prompt_tokens_details": {
            "cached_tokens": tokens.cached,
            "cache_write_tokens": tokens.cache_write,
            "audio_tokens": 0,
        },
        "completion_tokens_details": {
            "reasoning_tokens": tokens.reasoning,
            "audio_tokens": 0,
            "accepted_prediction_tokens": 0,
            "rejected_prediction_tokens": 0,
        },
    }


def _logprobs(ask: Ask, tokens: list[str]) -> dict[str, Any] | None:
    if not ask.body.get("logprobs"):
        return None

    def entry(token: str, rank: int) -> dict[str, Any]:
        return {"token": token, "logprob": -0.25 * (rank + 1), "bytes": list(token.encode())}

    count = ask.body.get("top_logprobs", 0)
    found = [
        {
            **entry(token, 0),
            "top_logprobs": [entry(token if rank == 0 else f"{token}{rank}", rank) for rank in range(count)],
        }
        for token in tokens
    ]
    return {"content": found, "refusal": None}


def _annotations(part: Text) -> list[dict[str, Any]]:
    return [
        {
            "type": "url_citation",
            "url_citation": {"url": c.url, "title": c.title, "start_index": c.start, "end_index": c.end},
        }
        for c in part.citations
    ]


def plain(ask: Ask, reply: Reply, house: House) -> Any:
    """A `chat.completion` object."""
    parts = said(reply, house, "call_")
    texts = [part for part in parts if isinstance(part, Text)]
    refusals = [part.text for part in parts if isinstance(part, Refusal)]
    calls = [part for part in parts if isinstance(part, ToolCall)]
    message: dict[str, Any] = {
        "role": "assistant",
        "content": "".join(part.whole() for part in texts) if texts else None,
        "refusal": "".join(refusals) if refusals else None,
        "annotations": [note for part in texts for note in _annotations(part)],
    }
    if calls:
        message["tool_calls"] = [
            {"id": c.id, "type": "function", "function": {"name": c.name, "arguments": _arguments(c)}} for c in calls
        ]
    thought = "".join(part.text for part in parts if isinstance(part, Thinking))
    if house.reasoning_field and thought:
        message[house.reasoning_field] = thought
    stop = stop_of(reply)
    tokens = [piece for part in texts for piece in pieces(part, house.stream_tokens)]
    choice = {"message": message, "logprobs": _logprobs(ask, tokens), "finish_reason": _STOPS.get(stop, stop)}
    count = 0 if reply.has(EmptyChoices) else ask.body.get("n", 1)
    answer = {
        **_head(ask, house, "chat.completion"),
        "choices": [{"index": i, **choice} for i in range(count)],
    }
    if not reply.has(NoUsage):
        answer["usage"] = _usage(tally(ask, reply))
    return answer


def _head(ask: Ask, house: House, kind: str) -> dict[str, Any]:
    return {
        "id": house.mint("chatcmpl-"),
        "object": kind,
        "created": house.now(),
        "model": ask.model,
        "service_tier": "default",
        "system_fingerprint": "fp_simulator",
    }


def stream(ask: Ask, reply: Reply, house: House) -> Iterator[bytes]:
    """`chat.completion.chunk` events, the usage chunk when asked for, and `[DONE]`."""
    options = ask.body.get("stream_options", {})
    head = _head(ask, house, "chat.completion.chunk")
    padding = {"obfuscation": "aB3"} if options.get("include_obfuscation", True) else {}
    tail: dict[str, Any] = ({"usage": None} if options.get("include_usage") else {}) | padding

    def chunk(choices: list[dict[str, Any]], **last: Any) -> bytes:
        return b"data: " + compact({**head, "choices": choices, **tail, **last}).encode() + b"\n\n"

    parts = said(reply, house, "call_")
    if reply.has(EmptyChoices):
        yield chunk([])
        parts = []
    stop = stop_of(reply)
    for index in range(0 if reply.has(EmptyChoices) else ask.body.get("n", 1)):
        for delta, logprobs in _deltas(ask, parts, house, step=5 if reply.has(IndexJump) else 1):
            yield chunk([{"index": index, "delta": delta, "logprobs": logprobs, "finish_reason": None}])
        if not reply.has(NoTerminal):
            end = {"index": index, "delta": {}, "logprobs": None, "finish_reason": _STOPS.get(stop, stop)}
            yield chunk([end])
    if reply.has(NoTerminal):
        return
    if options.get("include_usage") and not reply.has(NoUsage):
        yield chunk([], usage=_usage(tally(ask, reply)))
    yield b"data: [DONE]\n\n"


def _deltas(ask: Ask, parts: list[Part], house: House, *, step: int) -> Iterator[tuple[dict[str, Any], Any]]:
    speaks = any(isinstance(part, Text) for part in parts)
    yield {"role": "assistant", "content": "" if speaks else None, "refusal": None}, None
    ordinal = itertools.count(step - 1, step)
    for part in parts:
        match part:
            case Thinking() if house.reasoning_field:
                for piece in pieces(part, house.stream_tokens):
                    yield {house.reasoning_field: piece}, None
            case Text():
                for piece in pieces(part, house.stream_tokens):
                    yield {"content": piece}, _logprobs(ask, [piece])
                if part.citations:
                    yield {"annotations": _annotations(part)}, None
            case Refusal():
                for piece in pieces(part, house.stream_tokens):
                    yield {"refusal": piece}, None
            case ToolCall():
                at = {"index": next(ordinal)}
                start = {"id": part.id, "type": "function", "function": {"name": part.name, "arguments": ""}}
                yield {"tool_calls": [{**at, **start}]}, None
                for piece in re.findall(r".{1,8}", _arguments(part), re.DOTALL):
                    yield {"tool_calls": [{**at, "function": {"arguments": piece}}]}, None
            case Thinking() | Redacted():
                pass  # OpenAI counts its reasoning and keeps it to itself.


# --- Errors ---------------------------------------------------------------------------------------

_ERROR_TYPES = {
    400: "invalid_request_error",
    401: "invalid_request_error",
    403: "invalid_request_error",
    404: "invalid_request_error",
    429: "requests",  # or "tokens": what there were too many of
}


def error(refused: Refused, request_id: str) -> Any:
    """`{error: {message, type, param, code}}`."""
    kind = refused.type or _ERROR_TYPES.get(refused.status, "server_error")
    code = refused.code or ("rate_limit_exceeded" if refused.status == 429 else None)
    return {"error": {"message": refused.message, "type": kind, "param": refused.extra.get("param"), "code": code}}


def error_event(ask: Ask, refused: Refused, request_id: str) -> bytes:
    """An error object where a chunk is expected."""
    return b"data: " + compact(error(refused, request_id)).encode() + b"\n\n"


def headers(request_id: str) -> Mapping[str, str]:
    """The request id."""
    return {"x-request-id": request_id, "openai-processing-ms": "1"}
