"""What the body of a Responses request may look like, and the service's words for what it may not.

Source: the parameter types of OpenAI's own client (3.54). Null counts as absent in the body itself; inside
items only where those types say so, for the service answers `"status": null` with a 400
(github.com/openai/openai-python/issues/3008).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from agents.testing.simulator.openai_chat.shape import metadata, param_of, refuse
from agents.testing.simulator.openai_chat.shape import worded as chat_worded
from agents.testing.simulator.shape import (
    Misshapen,
    Path,
    Reader,
    anything,
    boolean,
    either,
    free,
    integer,
    list_of,
    number,
    obj,
    one_of,
    string,
    tagged,
)
from agents.testing.simulator.wire import Refused

from .hosted import ITEMS, TOOLS, namespace
from .native import NATIVE_ITEMS, NATIVE_TOOLS

__all__ = ["read_body", "read_conversation"]


def _object(fields: Mapping[str, Reader], *required: str, nulls: bool = False) -> Reader:
    """An object whose missing fields are found before its unknown ones: a tool nested as in Chat Completions is
    told that its name is missing.
    """
    inner = obj(fields, required=required, nulls=nulls)

    def read(value: Any, path: Path) -> Any:
        for name in required if isinstance(value, dict) else ():
            if name not in value:
                raise Misshapen("missing", (*path, name))
        return inner(value, path)

    return read


def _maybe(reader: Reader) -> Reader:
    return lambda value, path: None if value is None else reader(value, path)


def _item_id(prefix: str) -> Reader:
    """An item's id, which says by its first letters what the item is."""

    def read(value: Any, path: Path) -> Any:
        string(high=64)(value, path)
        if not value.startswith(prefix):
            raise Misshapen("prefix", path, prefix, value)
        if not re.fullmatch(r"[a-zA-Z0-9_-]+", value):
            raise Misshapen("letters", path, None, value)
        return value

    return read


def _loose(*names: str) -> Reader:
    """An object of OpenAI's own tools, which the simulator does not have: only these fields are looked at."""

    def read(value: Any, path: Path) -> Any:
        free(value, path)
        for name in names:
            if value.get(name) is not None:
                string()(value[name], (*path, name))
        return value

    return read


# --- Content --------------------------------------------------------------------------------------

_NAME = string(r"[a-zA-Z0-9_-]+", low=1, high=64)
_CALL_ID = string(low=1, high=64)
_STATUS = one_of("in_progress", "completed", "incomplete")
_BREAKPOINT = {"type": anything, "prompt_cache_breakpoint": free}
_DETAIL = one_of("low", "high", "auto", "original")
_INPUT_PARTS = {
    "input_text": _object({**_BREAKPOINT, "text": string()}, "text"),
    "input_image": _object(
        {**_BREAKPOINT, "image_url": _maybe(string()), "file_id": _maybe(string()), "detail": _maybe(_DETAIL)}
    ),
    "input_file": _object(
        {
            **_BREAKPOINT,
            "file_id": _maybe(string()),
            "file_data": _maybe(string()),
            "file_url": _maybe(string()),
            "filename": _maybe(string()),
            "detail": one_of("auto", "low", "high"),
        }
    ),
}
_OUTPUT_PARTS = {
    "output_text": _object(
        {"type": anything, "text": string(), "annotations": list_of(free), "logprobs": _maybe(list_of(free))}, "text"
    ),
    "refusal": _object({"type": anything, "refusal": string()}, "refusal"),
}


def _message(parts: Mapping[str, Reader]) -> Reader:
    content = either(string=anything, array=list_of(tagged("type", parts)))
    fields = {
        "type": anything,
        "role": anything,
        "id": _item_id("msg"),
        "content": content,
        "status": _STATUS,
        "phase": _maybe(one_of("commentary", "final_answer")),
    }
    return _object(fields, "role", "content")


_ROLES = {
    **dict.fromkeys(("user", "system", "developer"), _message(_INPUT_PARTS)),
    "assistant": _message(_OUTPUT_PARTS),
}

# --- Items ----------------------------------------------------------------------------------------

_CALL = {"type": anything, "call_id": _CALL_ID, "caller": _maybe(free), "namespace": string(), "async": boolean}
_OUTPUT = {
    "type": anything,
    "call_id": _CALL_ID,
    "output": either(string=anything, array=list_of(tagged("type", _INPUT_PARTS))),
    "caller": _maybe(free),
    "name": _maybe(string()),
    "namespace": _maybe(string()),
    "status": _maybe(_STATUS),
}
_TEXTS = {
    kind: _object({"type": anything, "text": string()}, "type", "text") for kind in ("summary_text", "reasoning_text")
}
_HOSTED = (
    "file_search_call web_search_call computer_call computer_call_output code_interpreter_call image_generation_call "
    "mcp_call mcp_list_tools mcp_approval_request mcp_approval_response tool_search_call tool_search_output "
    "additional_tools compaction compaction_trigger configuration_update program program_output"
)
_ITEMS: Mapping[str, Reader] = {
    "message": tagged("role", _ROLES),
    "function_call": _object(
        {**_CALL, "id": _item_id("fc"), "name": _NAME, "arguments": string(), "status": _STATUS},
        *("call_id", "name", "arguments"),
    ),
    "function_call_output": _object({**_OUTPUT, "id": _maybe(_item_id("fc"))}, "call_id", "output"),
    "custom_tool_call": _object(
        {**_CALL, "id": _item_id("ctc"), "name": _NAME, "input": string(), "status": _STATUS},
        *("call_id", "name", "input"),
    ),
    "custom_tool_call_output": _object({**_OUTPUT, "id": _maybe(_item_id("ctc"))}, "call_id", "output"),
    "reasoning": _object(
        {
            "type": anything,
            "id": _item_id("rs"),
            "summary": list_of(tagged("type", {"summary_text": _TEXTS["summary_text"]})),
            "content": list_of(tagged("type", {"reasoning_text": _TEXTS["reasoning_text"]})),
            "encrypted_content": _maybe(string()),
            "status": _STATUS,
        },
        "summary",
    ),
    "item_reference": _object({"type": anything, "id": string(low=1, high=64)}, "id"),
    # What OpenAI's own tools leave behind goes back as it came.
    **dict.fromkeys(_HOSTED.split(), _loose("id")),
    **ITEMS,
    **NATIVE_ITEMS,
}


def _item(value: Any, path: Path) -> Any:
    """An item; a message may leave its type out, and an id alone is a reference."""
    free(value, path)
    kind = value.get("type")
    if kind is None:
        kind = "message" if "role" in value else "item_reference" if set(value) <= {"id", "type"} else None
    if kind is None:
        raise Misshapen("missing", (*path, "type"))
    if not isinstance(kind, str) or kind not in _ITEMS:
        raise Misshapen("choice", (*path, "type"), tuple(_ITEMS), kind)
    return {**_ITEMS[kind](value, path), "type": kind}


# --- Tools, formats, the body ---------------------------------------------------------------------

_HOSTED_TOOLS = (
    "file_search computer computer_use_preview web_search web_search_2025_08_26 web_search_preview "
    "web_search_preview_2025_03_11 mcp code_interpreter programmatic_tool_calling image_generation namespace "
    "tool_search"
)
_HOSTED_CHOICES = (
    "file_search web_search web_search_preview web_search_preview_2025_03_11 computer computer_use_preview "
    "computer_use image_generation code_interpreter programmatic_tool_calling apply_patch shell"
)
_FUNCTION = _object(
    {
        "type": anything,
        "name": _NAME,
        "description": string(),
        "parameters": free,
        "strict": boolean,
        "defer_loading": boolean,
        "allowed_callers": list_of(one_of("direct", "programmatic")),
        "output_schema": free,
        "async": boolean,
    },
    "name",
    nulls=True,
)
_TOOLS: Mapping[str, Reader] = {
    "function": _FUNCTION,
    **dict.fromkeys(_HOSTED_TOOLS.split(), _loose("name")),
    **TOOLS,
    **NATIVE_TOOLS,
    "namespace": namespace(_FUNCTION),
}
_NAMED = _object({"type": anything, "name": _NAME}, "name")
_CHOICES: Mapping[str, Reader] = {
    "function": _NAMED,
    "custom": _NAMED,
    "mcp": _object({"type": anything, "server_label": string(), "name": _maybe(string())}, "server_label"),
    "allowed_tools": _object(
        {"type": anything, "mode": one_of("auto", "required"), "tools": list_of(_loose("type", "name"), low=1)},
        "mode",
        "tools",
    ),
    **dict.fromkeys(_HOSTED_CHOICES.split(), _object({"type": anything})),
}
_FORMATS = {
    "text": _object({"type": anything}),
    "json_object": _object({"type": anything}),
    "json_schema": _object(
        {"type": anything, "name": _NAME, "description": string(), "schema": free, "strict": _maybe(boolean)},
        *("name", "schema"),
    ),
}
_SUMMARY = one_of("auto", "concise", "detailed")
_REASONING = _object(
    {
        "effort": one_of("none", "minimal", "low", "medium", "high", "xhigh", "max"),
        "summary": _SUMMARY,
        "generate_summary": _SUMMARY,
        "context": one_of("auto", "current_turn", "all_turns"),
        "mode": one_of("standard", "pro"),
    },
    nulls=True,
)
_INCLUDE = one_of(
    "file_search_call.results",
    "web_search_call.results",
    "web_search_call.action.sources",
    "message.input_image.image_url",
    "computer_call_output.output.image_url",
    "code_interpreter_call.outputs",
    "reasoning.encrypted_content",
    "message.output_text.logprobs",
)
_CONVERSATION = either(string=_item_id("conv"), object=_object({"id": _item_id("conv")}, "id"))
_NEW_CONVERSATION = _object({"items": list_of(_item, high=20), "metadata": metadata}, nulls=True)
_CACHE_OPTIONS = _object(
    {
        "mode": one_of("implicit", "explicit"),
        "ttl": one_of("30m", "12h"),
        "prewarm": boolean,
        "comparison_response_id": string(),
    },
    nulls=True,
)
_BODY = _object(
    {
        "model": string(),
        "input": either(string=anything, array=list_of(_item)),
        "instructions": string(),
        "previous_response_id": _item_id("resp"),
        "conversation": _CONVERSATION,
        "store": boolean,
        "stream": boolean,
        "stream_options": _object({"include_obfuscation": boolean}),
        "tools": list_of(tagged("type", _TOOLS)),
        "tool_choice": either(string=one_of("none", "auto", "required"), object=tagged("type", _CHOICES)),
        "parallel_tool_calls": boolean,
        "max_tool_calls": integer(1),
        "text": _object({"format": tagged("type", _FORMATS), "verbosity": one_of("low", "medium", "high")}, nulls=True),
        "reasoning": _REASONING,
        "include": list_of(_INCLUDE),
        "max_output_tokens": integer(16),
        "temperature": number(0, 2),
        "top_p": number(0, 1),
        "top_logprobs": integer(0, 20),
        "truncation": one_of("auto", "disabled"),
        "metadata": metadata,
        "user": string(),
        "safety_identifier": string(high=128),
        "prompt_cache_key": string(),
        "prompt_cache_options": _CACHE_OPTIONS,
        "prompt_cache_retention": one_of("in_memory", "24h"),
        "service_tier": one_of("auto", "default", "flex", "scale", "priority", "fast", "ultrafast"),
        "background": boolean,
        "background_options": free,
        "prompt": free,
        "context_management": list_of(free),
        "access_programs": free,
        "image": free,
        "moderation": free,
    },
    nulls=True,
)


def _read(reader: Reader, raw: Any) -> dict[str, Any]:
    try:
        found: dict[str, Any] = reader(raw, ())
    except Misshapen as exc:
        raise _worded(exc) from None
    return found


def read_conversation(raw: Any) -> dict[str, Any]:
    """The body that creates a conversation; raises `Refused`."""
    return _read(_NEW_CONVERSATION, raw)


def read_body(raw: Any) -> dict[str, Any]:
    """The body as understood, its input as a list of items each with its type; raises `Refused`."""
    body = _read(_BODY, raw)
    given = body.get("input") or []
    body["input"] = [{"type": "message", "role": "user", "content": given}] if isinstance(given, str) else given
    return body


# --- Findings in the service's words --------------------------------------------------------------

_MOVED = {
    "messages": "input",
    "max_tokens": "max_output_tokens",
    "max_completion_tokens": "max_output_tokens",
    "response_format": "text.format",
    "reasoning_effort": "reasoning.effort",
}
"""What users of Chat Completions send out of habit, and where it went."""


def _worded(found: Misshapen) -> Refused:
    """The error for a finding: its parameter and a sentence about it."""
    param = param_of(found.path)
    if found.kind == "unknown" and param in _MOVED:
        moved = f"In the Responses API, this parameter has moved to '{_MOVED[param]}'."
        message = f"Unsupported parameter: '{param}'. {moved} Try again with the new parameter."
        return refuse(message, param, "unsupported_parameter")
    if found.kind == "unknown":
        return refuse(f"Unknown parameter: '{param}'.", param, "unknown_parameter")
    if found.kind == "prefix":
        expected = f"Expected an ID that begins with '{found.expected}'."
        return refuse(f"Invalid '{param}': '{found.got}'. {expected}", param, "invalid_value")
    if found.kind == "letters":
        expected = (
            "Expected an ID that contains letters, numbers, underscores, or dashes, but this value contained "
            "additional characters."
        )
        return refuse(f"Invalid '{param}': '{found.got}'. {expected}", param, "invalid_value")
    return chat_worded(found)
