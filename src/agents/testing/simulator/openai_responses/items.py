"""The output items of a reply, whole, and the stream events that lead to each of them.

Above: `reply`. Source: the item and event types of OpenAI's own client (3.54), and its streaming guide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from agents.testing.simulator.script import Ask, EmptyChoices, Part, Redacted, Refusal, Reply, Text, Thinking, ToolCall
from agents.testing.simulator.wire import House, compact, pieces, said

from .hosted import hosted_events, hosted_items
from .native import CALLS, native_call, native_events, opened_call

__all__ = ["Made", "events", "made"]

Event = tuple[str, dict[str, Any]]
"""The type of an event and its fields, without those that say where in the response it belongs."""


@dataclass(frozen=True)
class Made:
    """An output item, and the parts of the reply that it words: their fragments are its deltas."""

    item: dict[str, Any]
    parts: list[Part]


def made(ask: Ask, reply: Reply, house: House, *, complete: bool) -> list[Made]:
    """The items of a reply; texts and refusals beside each other are parts of one message."""
    if reply.has(EmptyChoices):
        return []
    found: list[Made] = []
    parts = said(reply, house, "call_")
    for index, part in enumerate(parts):
        match part:
            case Text() | Refusal():
                if found and found[-1].item["type"] == "message":
                    found[-1].item["content"].append(_content(ask, part, house))
                    found[-1].parts.append(part)
                else:
                    calls = any(isinstance(later, ToolCall) for later in parts[index:])
                    found.append(Made(_message(ask, part, house, "commentary" if calls else "final_answer"), [part]))
            case ToolCall():
                found.append(Made(_call(ask, part, house), [part]))
            case Thinking() | Redacted():
                found.append(_reasoning(ask, part, house))
            case _:
                found += [Made(item, [part]) for item in hosted_items(ask, part, house)]
    if found and not complete and "status" in found[-1].item:
        found[-1].item["status"] = "incomplete"
    return found


def events(ask: Ask, one: Made, house: House) -> Iterator[Event]:
    """From `output_item.added` to `output_item.done`."""
    yield "response.output_item.added", {"item": _opened(one.item)}
    match one.item["type"]:
        case "message":
            for index, (content, part) in enumerate(zip(one.item["content"], one.parts, strict=True)):
                for kind, fields in _content_events(ask, content, part, house):
                    yield kind, {"content_index": index, **fields}
        case "reasoning":
            yield from _reasoning_events(one.item, house)
        case "function_call":
            yield from _argument_events("function_call_arguments", "arguments", one.item["arguments"])
        case "custom_tool_call":
            yield from _argument_events("custom_tool_call_input", "input", one.item["input"])
        case kind if kind in CALLS:
            yield from native_events(one.item)
        case _:
            yield from hosted_events(one.item)
    yield "response.output_item.done", {"item": one.item}


def _opened(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item as it is announced: who it is, and nothing said yet."""
    if item["type"] in CALLS:
        return opened_call(item)
    empty = {"content": [], "summary": [], "arguments": "", "input": "", "status": "in_progress"}
    opened = {key: empty.get(key, value) for key, value in item.items()}
    if isinstance(item.get("encrypted_content"), str):
        # The seal may still be growing: only the done event has it whole.
        opened["encrypted_content"] = item["encrypted_content"][:8]
    return opened


# --- Messages -------------------------------------------------------------------------------------


def _message(ask: Ask, part: Text | Refusal, house: House, phase: str) -> dict[str, Any]:
    return {
        "id": house.mint("msg_", 48),
        "type": "message",
        "status": "completed",
        "role": "assistant",
        "phase": phase,
        "content": [_content(ask, part, house)],
    }


def _content(ask: Ask, part: Text | Refusal, house: House) -> dict[str, Any]:
    if isinstance(part, Refusal):
        return {"type": "refusal", "refusal": part.text}
    notes = [
        {"type": "url_citation", "url": c.url, "title": c.title, "start_index": c.start, "end_index": c.end}
        for c in part.citations
    ]
    tokens = [each for piece in pieces(part, house.stream_tokens) for each in _logprobs(ask, piece)]
    return {"type": "output_text", "text": part.whole(), "annotations": notes, "logprobs": tokens}


def _logprobs(ask: Ask, token: str) -> list[dict[str, Any]]:
    if "message.output_text.logprobs" not in ask.body.get("include", ()):
        return []

    def entry(text: str, rank: int) -> dict[str, Any]:
        return {"token": text, "logprob": -0.25 * (rank + 1), "bytes": list(text.encode())}

    ranks = range(ask.body.get("top_logprobs", 0))
    return [{**entry(token, 0), "top_logprobs": [entry(f"{token}{rank or ''}", rank) for rank in ranks]}]


def _content_events(ask: Ask, content: Mapping[str, Any], part: Part, house: House) -> Iterator[Event]:
    if isinstance(part, Refusal):
        yield "response.content_part.added", {"part": {**content, "refusal": ""}}
        for piece in pieces(part, house.stream_tokens):
            yield "response.refusal.delta", {"delta": piece}
        yield "response.refusal.done", {"refusal": part.text}
    elif isinstance(part, Text):
        yield "response.content_part.added", {"part": {**content, "text": "", "annotations": [], "logprobs": []}}
        for piece in pieces(part, house.stream_tokens):
            yield "response.output_text.delta", {"delta": piece, "logprobs": _logprobs(ask, piece)}
        for index, note in enumerate(content["annotations"]):
            yield "response.output_text.annotation.added", {"annotation_index": index, "annotation": note}
        yield "response.output_text.done", {"text": content["text"], "logprobs": content["logprobs"]}
    yield "response.content_part.done", {"part": content}


# --- Calls ----------------------------------------------------------------------------------------


def _call(ask: Ask, part: ToolCall, house: House) -> dict[str, Any]:
    text = part.arguments if isinstance(part.arguments, str) else compact(part.arguments)
    head = {"status": "completed", "call_id": part.id, "name": part.name}
    if (native := native_call(ask, part, house)) is not None:
        return native
    if part.namespace:
        head["namespace"] = part.namespace
    return {"id": house.mint("fc_", 48), "type": "function_call", **head, "arguments": text}


def _argument_events(kind: str, field: str, text: str) -> Iterator[Event]:
    for piece in re.findall(r".{1,8}", text, re.DOTALL):
        yield f"response.{kind}.delta", {"delta": piece}
    yield f"response.{kind}.done", {field: text}


# --- Reasoning ------------------------------------------------------------------------------------


def _reasoning(ask: Ask, part: Thinking | Redacted, house: House) -> Made:
    """Sealed, with a summary when the request asks for one; a compatible server shows all of it and seals
    nothing.
    """
    item: dict[str, Any] = {"id": house.mint("rs_", 48), "type": "reasoning", "summary": []}
    text, seal = (part.text, part.signature) if isinstance(part, Thinking) else (part.data, part.data)
    if house.reasoning_field:
        return Made({**item, "content": [{"type": "reasoning_text", "text": text}]}, [part])
    if seal:
        house.seals.adopt(seal, text, item["id"])
    item["encrypted_content"] = house.seals.sign(text, item["id"]) if seal is None else seal or None
    wanted = ask.body.get("reasoning", {})
    if isinstance(part, Thinking) and (wanted.get("summary") or wanted.get("generate_summary")):
        item["summary"] = [{"type": "summary_text", "text": text} for text in part.text.split("\n\n")]
    return Made(item, [part])


def _reasoning_events(item: Mapping[str, Any], house: House) -> Iterator[Event]:
    for index, part in enumerate(item["summary"]):
        at = {"summary_index": index}
        yield "response.reasoning_summary_part.added", {**at, "part": {**part, "text": ""}}
        for piece in pieces(Thinking(part["text"]), house.stream_tokens):
            yield "response.reasoning_summary_text.delta", {**at, "delta": piece}
        yield "response.reasoning_summary_text.done", {**at, "text": part["text"]}
        yield "response.reasoning_summary_part.done", {**at, "part": part}
    for index, part in enumerate(item.get("content", ())):
        at = {"content_index": index}
        yield "response.content_part.added", {**at, "part": {**part, "text": ""}}
        for piece in pieces(Thinking(part["text"]), house.stream_tokens):
            yield "response.reasoning_text.delta", {**at, "delta": piece}
        yield "response.reasoning_text.done", {**at, "text": part["text"]}
        yield "response.content_part.done", {**at, "part": part}
