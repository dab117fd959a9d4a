"""What the tests of Gemini say often: items, requests and answers, in the fewest words."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from agents.items import ModelResponse
from agents.model_settings import ModelSettings
from agents.protocols.base import Maker, ModelRequest, OutputSpec, Profile, ToolSpec
from agents.protocols.gemini_generate import GeminiGenerate
from agents.wire_call import WireCall

CODEC = GeminiGenerate()
MODEL = "gemini-3-pro"
MAKER = Maker(provider="gemini", model=MODEL, seed="5eed", created_at=1.0)
PROFILE = Profile(provider="gemini", reasoning_replay="thinking_blocks")
OLDER = replace(
    PROFILE, gemini_thinking="budget", gemini_demands_signatures=False, structured_output="tool", tool_media="user"
)
DUMMY = "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I="
WEATHER = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
LOOK = ToolSpec("look", "Looks.", WEATHER, strict=True)
NUMBER = {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]}
ANSWER = OutputSpec("final_output", NUMBER, strict=True)

# Items.


def user(content: Any = "Hi") -> dict[str, Any]:
    return {"type": "message", "role": "user", "content": content}


def made(item: dict[str, Any], response: str = "r1", /, **data: Any) -> dict[str, Any]:
    """An item with the note that its maker leaves on it."""
    return {**item, "provider_data": {"provider": "gemini", "model": MODEL, "response_id": response, **data}}


def said(text: str, response: str = "r1", /, **data: Any) -> dict[str, Any]:
    content = [{"type": "output_text", "text": text, "annotations": []}]
    return made({"type": "message", "role": "assistant", "id": "msg_1", "content": content}, response, **data)


def thought(text: str, seal: str | None = None, response: str = "r1", /, **data: Any) -> dict[str, Any]:
    summary = [{"type": "summary_text", "text": text}] if text else []
    item = {"type": "reasoning", "id": "rs_1", "summary": summary}
    return made({**item, "encrypted_content": seal} if seal else item, response, **data)


def call(call_id: str = "call_1", arguments: str = "{}", response: str = "r1", /, **data: Any) -> dict[str, Any]:
    item = {"type": "function_call", "call_id": call_id, "name": "look", "arguments": arguments}
    return made(item, response, **data)


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
    model: str = MODEL,
    **settings: Any,
) -> WireCall:
    request = ModelRequest(model, instructions, items, tools, output_spec, ModelSettings(**settings), stream)
    return CODEC.encode(request, profile)


def contents(*items: Any, **profile: Any) -> list[dict[str, Any]]:
    """The conversation as the wire carries it to a reader with these features."""
    found: list[dict[str, Any]] = encoded(*items, profile=replace(PROFILE, **profile)).body["contents"]
    return found


def asks(*parts: Any) -> dict[str, Any]:
    return {"role": "user", "parts": [{"text": part} if isinstance(part, str) else part for part in parts]}


def tells(*parts: Any) -> dict[str, Any]:
    return {"role": "model", "parts": [{"text": part} if isinstance(part, str) else part for part in parts]}


def calls(args: Any = None, name: str = "look", **beside: Any) -> dict[str, Any]:
    """A call's part; ``id`` goes into the call, anything else beside it."""
    issued = {"id": beside.pop("id")} if "id" in beside else {}
    return {"functionCall": {**issued, "name": name, "args": args or {}}, **beside}


def answers(result: Any = "done", key: str = "output", **more: Any) -> dict[str, Any]:
    return {"functionResponse": {"name": "look", "response": {key: result}, **more}}


# Answers.


def frame(*parts: Any, finish: str | None = None, **more: Any) -> dict[str, Any]:
    """A whole answer, or a frame of a stream; ``more`` goes to the top, or with ``candidate`` into the candidate."""
    candidate = more.pop("candidate", {})
    content = {"content": tells(*parts)} if parts else {}
    ending = {"finishReason": finish} if finish else {}
    return {"candidates": [{**content, **ending, "index": 0, **candidate}], "responseId": "r1", **more}


def whole(*parts: Any, finish: str | None = "STOP", **more: Any) -> dict[str, Any]:
    return frame(*parts, finish=finish, **more)


def frames(*groups: Any, finish: str | None = "STOP", **more: Any) -> list[dict[str, Any]]:
    """A stream with one part, or a list of parts, in each frame; the last bears the reason."""
    split = [group if isinstance(group, list) else [group] for group in groups] or [[]]
    return [*(frame(*parts) for parts in split[:-1]), frame(*split[-1], finish=finish, **more)]


def as_bytes(payload: Any) -> bytes:
    return payload if isinstance(payload, bytes) else json.dumps(payload).encode()


def decoded(payload: Any, *, profile: Profile = PROFILE, keep_usage: bool = False) -> ModelResponse:
    return CODEC.decode(as_bytes(payload), MAKER, profile, keep_usage=keep_usage)


def streamed(
    payloads: Iterable[Any], *, profile: Profile = PROFILE, keep_usage: bool = False
) -> tuple[list[Any], ModelResponse]:
    """The events of a stream, and the answer at its end."""
    decoder = CODEC.decoder(MAKER, profile, keep_usage=keep_usage)
    events = [event for payload in payloads for event in decoder.feed(as_bytes(payload))]
    events += decoder.close()
    return events, decoder.response


def gist(response: ModelResponse) -> list[tuple[Any, ...]]:
    """What was answered: the items without the particulars that every item has."""
    return [_gist(item) for item in response.output]


def _gist(item: Any) -> tuple[Any, ...]:
    data = item.provider_data
    if item.type == "function_call":
        signature = [data["thought_signature"]] if "thought_signature" in data else []
        return ("call", item.call_id, item.name, item.arguments, *signature)
    if item.type == "reasoning":
        text = "".join(part.text for part in item.summary)
        return (data["type"], text, *([item.encrypted_content] if item.encrypted_content else []))
    if item.type != "message":
        return (item.type, item.status)
    texts = [part.text if part.type == "output_text" else ("refusal", part.refusal) for part in item.content]
    return (*texts, *data.get("thought_signatures", ()))


def spent(response: ModelResponse) -> tuple[int, ...]:
    """What was counted: requests, input, output, total, read from cache, reasoning."""
    usage = response.usage
    return (
        *(usage.requests, usage.input_tokens, usage.output_tokens, usage.total_tokens),
        *(usage.input_tokens_details.cached_tokens, usage.output_tokens_details.reasoning_tokens),
    )
