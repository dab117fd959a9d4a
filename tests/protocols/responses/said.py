"""What the tests of Responses say often: items, requests and answers, in the fewest words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from agents.items import ModelResponse
from agents.model_settings import ModelSettings
from agents.protocols.base import Maker, ModelRequest, OutputSpec, Profile, ToolSpec
from agents.protocols.responses import Responses
from agents.wire_call import WireCall

CODEC = Responses()
MAKER = Maker(provider="acme", model="one", seed="5eed", created_at=1.0)
PROFILE = Profile(provider="acme")
MARK = {"provider": "acme", "model": "one", "response_id": "resp_1"}

# Items, as the wire has them.


def message(text: str = "Hi", id: str = "msg_1", **more: Any) -> dict[str, Any]:
    content = [{"type": "output_text", "text": text, "annotations": [], "logprobs": []}]
    return {"type": "message", "id": id, "status": "completed", "role": "assistant", "content": content, **more}


def call(call_id: str = "call_1", arguments: str = "{}", id: str = "fc_1", **more: Any) -> dict[str, Any]:
    head = {"type": "function_call", "id": id, "status": "completed"}
    return {**head, "call_id": call_id, "name": "look", "arguments": arguments, **more}


def reasoning(text: str = "", seal: str | None = "s3al", id: str = "rs_1", **more: Any) -> dict[str, Any]:
    summary = [{"type": "summary_text", "text": text}] if text else []
    return {"type": "reasoning", "id": id, "summary": summary, "encrypted_content": seal, **more}


def made(item: dict[str, Any], **mark: Any) -> dict[str, Any]:
    """An item with the note that its maker leaves on it."""
    return {**item, "provider_data": {**MARK, **mark}}


def user(content: Any = "Hi") -> dict[str, Any]:
    return {"type": "message", "role": "user", "content": content}


def output(call_id: str = "call_1", result: Any = "done") -> dict[str, Any]:
    return {"type": "function_call_output", "call_id": call_id, "output": result}


# Requests.


def encoded(
    *items: Any,
    profile: Profile = PROFILE,
    instructions: str | None = None,
    tools: Sequence[ToolSpec] = (),
    output_spec: OutputSpec | None = None,
    stream: bool = False,
    settings: ModelSettings | None = None,
    **state: Any,
) -> WireCall:
    settings = settings or ModelSettings()
    request = ModelRequest("one", instructions, items, tools, output_spec, settings, stream, **state)
    return CODEC.encode(request, profile)


def inputs(*items: Any, store: bool | None = None, **profile: Any) -> list[dict[str, Any]]:
    """The conversation as the wire carries it to a reader with these features."""
    reader = Profile(**{"provider": "acme", **profile})
    found: list[dict[str, Any]] = encoded(*items, profile=reader, settings=ModelSettings(store=store)).body["input"]
    return found


# Answers.

USAGE = {
    "input_tokens": 10,
    "input_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 2},
    "output_tokens": 5,
    "output_tokens_details": {"reasoning_tokens": 3},
    "total_tokens": 15,
}


def answer(*items: Any, status: str = "completed", **more: Any) -> dict[str, Any]:
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1764000000,
        "model": "one-2026-01-01",
        "status": status,
        "error": None,
        "incomplete_details": None,
        "output": list(items),
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": USAGE,
        **more,
    }


def cut(reason: str, *items: Any, **more: Any) -> dict[str, Any]:
    return answer(*items, status="incomplete", incomplete_details={"reason": reason}, **more)


def events_of(final: dict[str, Any], pieces: int = 2) -> list[dict[str, Any]]:
    """The events of a stream that ends in this response, as OpenAI's server words them."""
    head = {**final, "status": "in_progress", "output": [], "usage": None, "error": None, "incomplete_details": None}
    found: list[dict[str, Any]] = [
        {"type": "response.created", "response": head},
        {"type": "response.in_progress", "response": head},
    ]
    for index, item in enumerate(final["output"]):
        found += _item_events(item, index, pieces)
    found.append({"type": f"response.{final['status']}", "response": final})
    return [{**event, "sequence_number": number} for number, event in enumerate(found)]


def _item_events(item: dict[str, Any], index: int, pieces: int) -> list[dict[str, Any]]:
    where = {"output_index": index}
    empty = {"content": [], "summary": [], "arguments": "", "status": "in_progress"}
    opened = {name: empty.get(name, value) for name, value in item.items()}
    told = [{"type": "response.output_item.added", **where, "item": opened}]
    at = {**where, "item_id": item["id"]}
    if item["type"] == "message":
        for number, part in enumerate(item["content"]):
            told += _part_events(part, {**at, "content_index": number}, pieces)
    elif item["type"] == "reasoning":
        for number, part in enumerate(item["summary"]):
            told += _summary_events(part, {**at, "summary_index": number}, pieces)
    elif item["type"] == "function_call":
        kind = "response.function_call_arguments"
        told += [{"type": f"{kind}.delta", **at, "delta": each} for each in split(item["arguments"], pieces)]
        told.append({"type": f"{kind}.done", **at, "name": item["name"], "arguments": item["arguments"]})
    return [*told, {"type": "response.output_item.done", **where, "item": item}]


def _part_events(part: dict[str, Any], at: dict[str, Any], pieces: int) -> list[dict[str, Any]]:
    field, kind = ("refusal", "refusal") if part["type"] == "refusal" else ("text", "output_text")
    more = {} if kind == "refusal" else {"logprobs": []}
    empty = {**part, field: "", **({} if kind == "refusal" else {"annotations": []})}
    told = [{"type": "response.content_part.added", **at, "part": empty}]
    for each in split(part[field], pieces):
        told.append({"type": f"response.{kind}.delta", **at, **more, "delta": each, "obfuscation": "x8"})
    for number, note in enumerate(part.get("annotations") or ()):
        kind_of_note = "response.output_text.annotation.added"
        told.append({"type": kind_of_note, **at, "annotation_index": number, "annotation": note})
    told.append({"type": f"response.{kind}.done", **at, **more, field: part[field]})
    return [*told, {"type": "response.content_part.done", **at, "part": part}]


def _summary_events(part: dict[str, Any], at: dict[str, Any], pieces: int) -> list[dict[str, Any]]:
    kind = "response.reasoning_summary"
    return [
        {"type": f"{kind}_part.added", **at, "part": {**part, "text": ""}},
        *({"type": f"{kind}_text.delta", **at, "delta": each} for each in split(part["text"], pieces)),
        {"type": f"{kind}_text.done", **at, "text": part["text"]},
        {"type": f"{kind}_part.done", **at, "part": part},
    ]


def split(text: str, pieces: int) -> list[str]:
    size = max(1, -(-len(text) // pieces))
    return [text[start : start + size] for start in range(0, len(text), size)]


def decoded(payload: Any, *, keep_usage: bool = False) -> ModelResponse:
    data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return CODEC.decode(data, MAKER, PROFILE, keep_usage=keep_usage)


def streamed(frames: Iterable[Any], *, keep_usage: bool = False) -> tuple[list[Any], ModelResponse]:
    """The events of a stream, and the answer at its end."""
    decoder = CODEC.decoder(MAKER, PROFILE, keep_usage=keep_usage)
    events = []
    for frame in frames:
        events += decoder.feed(frame if isinstance(frame, bytes) else json.dumps(frame).encode())
    events += decoder.close()
    return events, decoder.response


def dumped(response: ModelResponse) -> list[dict[str, Any]]:
    """The items of an answer as plain data, without the mark of their maker."""
    items = [item.model_dump(exclude_unset=True, by_alias=True) for item in response.output]
    for item in items:
        mark = item.pop("provider_data")
        assert ("followed_by" in mark) == (item["type"] == "reasoning")
        assert {name: value for name, value in mark.items() if name != "followed_by"} == MARK
    return items
