"""How the Responses service words an answer, whole and streamed, and how a stream says that it failed.

Source: OpenAI's API reference and the response types of its own client (3.54). The error bodies are those of
Chat Completions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agents.testing.simulator.openai_chat.reply import error, headers
from agents.testing.simulator.script import Ask, NoTerminal, NoUsage, Reply, Tokens
from agents.testing.simulator.wire import House, Refused, compact, stop_of, tally

from .history import Turn, remember
from .items import Made, events, made

__all__ = ["error", "error_event", "headers", "plain", "stream"]

_COMPLETE = ("end", "tools", "refusal", "sequence", "pause", "completed")
_REASONS = {"length": "max_output_tokens", "filter": "content_filter", "blocked": "content_filter"}


def plain(ask: Ask, reply: Reply, house: House) -> Any:
    """A `response` object."""
    return _finished(ask, reply, house, _made(ask, reply, house))


def stream(ask: Ask, reply: Reply, house: House) -> Iterator[bytes]:
    """Events from `response.created` to `response.completed`, `response.incomplete` or `response.failed`."""
    turn: Turn = ask.wire["turn"]
    padded = ask.body.get("stream_options", {}).get("include_obfuscation", True)
    opening = {**_head(ask, turn), "status": "in_progress", "completed_at": None, "output": []}
    if not reply.has(NoUsage):
        opening["usage"] = None
    yield _event(turn, "response.created", response=opening)
    yield _event(turn, "response.in_progress", response=opening)
    items = _made(ask, reply, house)
    for index, one in enumerate(items):
        for kind, fields in events(ask, one, house):
            where = {"output_index": index}
            if not {"item", "command_index"} & fields.keys():
                where["item_id"] = one.item["id"]
            padding = {"obfuscation": "aB3"} if padded and kind.endswith(".delta") else {}
            yield _event(turn, kind, **where, **fields, **padding)
    if reply.has(NoTerminal):
        return
    final = _finished(ask, reply, house, items)
    yield _event(turn, f"response.{final['status']}", response=final)


def error_event(ask: Ask, refused: Refused, request_id: str) -> bytes:
    """A failure in mid-stream, in one of three spellings that the service has.

    Without a type it is the documented `error` event; with one, the nested form that has been seen instead
    (github.com/openai/openai-dotnet/issues/881); with the type `response.failed`, that event.
    """
    turn: Turn = ask.wire["turn"]
    code = refused.code or ("rate_limit_exceeded" if refused.status == 429 else "server_error")
    if refused.type == "response.failed":
        failure = {"code": code, "message": refused.message}
        failed = {**_head(ask, turn), "status": "failed", "completed_at": None, "error": failure}
        return _event(turn, "response.failed", response={**failed, "output": [], "usage": None})
    told = {"code": code, "message": refused.message, "param": None}
    if refused.type:
        return _event(turn, "error", error={"type": refused.type, **told})
    return _event(turn, "error", **told)


def _event(turn: Turn, kind: str, **fields: Any) -> bytes:
    data = compact({"type": kind, "sequence_number": next(turn.numbers), **fields})
    return f"event: {kind}\ndata: {data}\n\n".encode()


# --- The response object --------------------------------------------------------------------------


def _made(ask: Ask, reply: Reply, house: House) -> list[Made]:
    items = made(ask, reply, house, complete=stop_of(reply) in _COMPLETE)
    remember([one.item for one in items], house, kept=False)
    return items


def _finished(ask: Ask, reply: Reply, house: House, items: list[Made]) -> dict[str, Any]:
    """The response as it ended, kept if the request wants it."""
    turn: Turn = ask.wire["turn"]
    output = [one.item for one in items]
    response = {**_head(ask, turn), **_ending(stop_of(reply), house), "output": output}
    if not reply.has(NoUsage):
        response["usage"] = _usage(tally(ask, reply))
    if response["store"]:
        remember(list(output), house, kept=True)
    turn.keep(response, response["store"], house)
    return response


def _ending(stop: str, house: House) -> dict[str, Any]:
    if stop in _COMPLETE:
        return {"status": "completed", "completed_at": house.now()}
    if stop == "failed":
        failure = {"code": "server_error", "message": "The server had an error processing your request."}
        return {"status": "failed", "completed_at": None, "error": failure}
    reason = {"reason": _REASONS.get(stop, stop)}
    return {"status": "incomplete", "completed_at": None, "incomplete_details": reason}


def _usage(tokens: Tokens) -> dict[str, Any]:
    return {
        "input_tokens": tokens.input,
        "input_tokens_details": {"cached_tokens": tokens.cached, "cache_write_tokens": tokens.cache_write},
        "output_tokens": tokens.output,
        "output_tokens_details": {"reasoning_tokens": tokens.reasoning},
        "total_tokens": tokens.input + tokens.output,
    }


_DEFAULTS: Mapping[str, Any] = {
    "instructions": None,
    "max_output_tokens": None,
    "max_tool_calls": None,
    "metadata": {},
    "parallel_tool_calls": True,
    "previous_response_id": None,
    "prompt_cache_key": None,
    "safety_identifier": None,
    "store": True,
    "temperature": 1.0,
    "tool_choice": "auto",
    "top_logprobs": 0,
    "top_p": 1.0,
    "truncation": "disabled",
    "user": None,
}


def _head(ask: Ask, turn: Turn) -> dict[str, Any]:
    """Who answers, and the request's own settings, told back with their defaults."""
    body = ask.body
    text = body.get("text", {})
    wanted = {"effort": None, "summary": None, **body.get("reasoning", {})}
    return {
        "id": turn.id,
        "object": "response",
        "created_at": turn.created,
        "model": ask.model,
        "background": False,
        "error": None,
        "incomplete_details": None,
        "service_tier": "default",
        **{key: body.get(key, value) for key, value in _DEFAULTS.items()},
        "conversation": {"id": turn.conversation} if turn.conversation else None,
        "reasoning": wanted,
        "text": {"format": {"type": "text"}, "verbosity": "medium", **text},
        "tools": [_told(tool) for tool in body.get("tools", ())],
    }


def _told(tool: Mapping[str, Any]) -> Mapping[str, Any]:
    """A tool as the service tells it back: functions are strict unless the request says otherwise."""
    if tool["type"] != "function":
        return tool
    return {"description": None, "parameters": None, **tool, "strict": tool.get("strict", True)}
