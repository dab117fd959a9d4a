"""What the tests of Chat Completions say often: items, requests and answers, in the fewest words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from agents.items import ModelResponse
from agents.model_settings import ModelSettings
from agents.protocols.base import Maker, ModelRequest, OutputSpec, Profile, ToolSpec
from agents.protocols.chat_completions import ChatCompletions
from agents.wire_call import WireCall

CODEC = ChatCompletions()
MAKER = Maker(provider="acme", model="acme/one", seed="5eed", created_at=1.0)
PROFILE = Profile(provider="acme")

# Items.


def user(content: Any = "Hi") -> dict[str, Any]:
    return {"type": "message", "role": "user", "content": content}


def made(item: dict[str, Any], response: str | None = "r1", **data: Any) -> dict[str, Any]:
    """An item with the note that its maker leaves on it."""
    note = {
        "provider": "acme",
        "model": "acme/one",
        **({"response_id": response} if response else {}),
        **data,
    }
    return {**item, "provider_data": note}


def said(text: str, response: str | None = "r1", **data: Any) -> dict[str, Any]:
    content = [{"type": "output_text", "text": text, "annotations": []}]
    return made({"type": "message", "role": "assistant", "id": "msg_1", "content": content}, response, **data)


def thought(text: str, seal: str | None = None, response: str | None = "r1", **data: Any) -> dict[str, Any]:
    summary = [{"type": "summary_text", "text": text}] if text else []
    item = {"type": "reasoning", "id": "rs_1", "summary": summary}
    return made({**item, "encrypted_content": seal} if seal else item, response, **data)


def call(call_id: str = "call_1", response: str | None = "r1", arguments: Any = "{}", **data: Any) -> dict[str, Any]:
    item = {"type": "function_call", "call_id": call_id, "name": "look", "arguments": arguments}
    return made(item, response, **data)


def output(call_id: str = "call_1", result: Any = "done") -> dict[str, Any]:
    return {"type": "function_call_output", "call_id": call_id, "output": result}


def unmade(item: dict[str, Any]) -> dict[str, Any]:
    """The item as a person would write it."""
    return {name: value for name, value in item.items() if name != "provider_data"}


# Requests.


def encoded(
    *items: Any,
    profile: Profile = PROFILE,
    instructions: str | None = None,
    tools: Sequence[ToolSpec] = (),
    output_spec: OutputSpec | None = None,
    stream: bool = False,
    settings: ModelSettings | None = None,
) -> WireCall:
    settings = settings or ModelSettings()
    request = ModelRequest("acme/one", instructions, items, tools, output_spec, settings, stream)
    return CODEC.encode(request, profile)


def messages(*items: Any, **profile: Any) -> list[dict[str, Any]]:
    """The conversation as the wire carries it to a reader with these features."""
    found: list[dict[str, Any]] = encoded(*items, profile=Profile(provider="acme", **profile)).body["messages"]
    return found


def wire_call(call_id: str = "call_1", arguments: str = "{}", **more: Any) -> dict[str, Any]:
    return {"id": call_id, "type": "function", "function": {"name": "look", "arguments": arguments}, **more}


# Answers.


def whole(message: dict[str, Any], finish: str | None = "stop", **more: Any) -> dict[str, Any]:
    return {"id": "r1", "choices": [{"index": 0, "message": message, "finish_reason": finish}], **more}


def chunk(delta: dict[str, Any] | None = None, finish: str | None = None, **more: Any) -> dict[str, Any]:
    return {"id": "r1", "choices": [{"index": 0, "delta": delta or {}, "finish_reason": finish}], **more}


def chunks(*deltas: dict[str, Any], finish: str = "stop") -> list[dict[str, Any]]:
    """A whole stream of these deltas."""
    return [*map(chunk, deltas), chunk(finish=finish)]


def decoded(payload: Any, *, keep_usage: bool = False) -> ModelResponse:
    return CODEC.decode(payload, MAKER, PROFILE, keep_usage=keep_usage)


def streamed(payloads: Iterable[Any], *, keep_usage: bool = False) -> tuple[list[Any], ModelResponse]:
    """The events of a stream, and the answer at its end."""
    decoder = CODEC.decoder(MAKER, PROFILE, keep_usage=keep_usage)
    events = [event for payload in payloads for event in decoder.feed(payload)]
    events += decoder.close()
    return events, decoder.response


def gist(response: ModelResponse) -> list[tuple[Any, ...]]:
    """What was answered: the items without the particulars that every item has."""
    return [_gist(item) for item in response.output]


def _gist(item: Any) -> tuple[Any, ...]:
    if item.type == "function_call":
        return ("call", item.call_id, item.name, item.arguments)
    if item.type == "reasoning":
        text = "".join(part.text for part in item.summary)
        return ("reasoning", text, *([item.encrypted_content] if item.encrypted_content else []))
    if item.type != "message":
        return (item.type, item.status)
    return tuple(part.text if part.type == "output_text" else ("refusal", part.refusal) for part in item.content)


def part(index: int | None = None, id: str | None = None, name: str | None = None, arguments: Any = None) -> Any:
    """A tool call, or a fragment of one, with the fields that are given."""
    function = {"name": name, "arguments": arguments}
    found = {"index": index, "id": id, "function": {key: v for key, v in function.items() if v is not None}}
    return {key: value for key, value in found.items() if value is not None}


def calling(*parts: Any) -> dict[str, Any]:
    """A delta or message with these calls."""
    return {"tool_calls": list(parts)}


def spent(response: ModelResponse) -> tuple[int, ...]:
    """What was counted: requests, input, output, total, read from cache, written to cache, reasoning."""
    usage = response.usage
    cache = usage.input_tokens_details
    return (
        usage.requests,
        usage.input_tokens,
        usage.output_tokens,
        usage.total_tokens,
        cache.cached_tokens,
        getattr(cache, "cache_write_tokens", 0),
        usage.output_tokens_details.reasoning_tokens,
    )
