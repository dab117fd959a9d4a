"""What the body of a Chat Completions request may look like, and the service's words for what it may not.

Source: the parameter types of OpenAI's own client (3.54). Null counts as absent wherever a field is optional.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from agents.testing.simulator.shape import (
    Misshapen,
    Path,
    Reader,
    anything,
    boolean,
    either,
    free,
    integer,
    json_kind,
    list_of,
    number,
    obj,
    one_of,
    string,
    tagged,
)
from agents.testing.simulator.wire import Refused

__all__ = ["body_reader", "metadata", "param_of", "refuse", "worded"]


def _object(fields: Mapping[str, Reader], *required: str) -> Reader:
    return obj(fields, required=required, nulls=True)


_NAME = string(r"[a-zA-Z0-9_-]+", low=1, high=64)
_TEXT = _object({"type": anything, "text": string(), "prompt_cache_breakpoint": free}, "type", "text")
_TEXTS = either(string=anything, array=list_of(tagged("type", {"text": _TEXT}), low=1))
_IMAGE_URL = _object({"url": string(low=1), "detail": one_of("auto", "low", "high", "original")}, "url")
_AUDIO = _object({"data": string(low=1), "format": one_of("wav", "mp3")}, "data", "format")
_FILE = _object({"file_id": string(), "file_data": string(), "filename": string()})
_USER_PARTS = {
    "text": _TEXT,
    "image_url": _object({"type": anything, "image_url": _IMAGE_URL, "prompt_cache_breakpoint": free}, "image_url"),
    "input_audio": _object({"type": anything, "input_audio": _AUDIO, "prompt_cache_breakpoint": free}, "input_audio"),
    "file": _object({"type": anything, "file": _FILE, "prompt_cache_breakpoint": free}, "file"),
}
_REFUSAL = _object({"type": anything, "refusal": string()}, "refusal")
_CALL_ID = string(low=1, high=40)
_CALLS = {
    "function": _object(
        {
            "id": _CALL_ID,
            "type": anything,
            "function": _object({"name": _NAME, "arguments": string()}, "name", "arguments"),
        },
        *("id", "type", "function"),
    ),
    "custom": _object(
        {
            "id": _CALL_ID,
            "type": anything,
            "custom": _object({"name": _NAME, "input": string()}, "name", "input"),
        },
        *("id", "type", "custom"),
    ),
}
_ASSISTANT: dict[str, Reader] = {
    "role": anything,
    "name": string(),
    "content": either(
        string=anything,
        array=list_of(tagged("type", {"text": _TEXT, "refusal": _REFUSAL}), low=1),
        null=anything,
    ),
    "refusal": string(),
    "tool_calls": list_of(tagged("type", _CALLS), low=1),
    "function_call": free,
    "audio": free,
    # The message objects of OpenAI's client and of LiteLLM carry these, and users append them as they are.
    "annotations": list_of(free),
    "provider_specific_fields": free,
}
_PLAIN_ROLE = _object({"role": anything, "content": _TEXTS, "name": string()}, "role", "content")
_ROLES: dict[str, Reader] = {
    "system": _PLAIN_ROLE,
    "developer": _PLAIN_ROLE,
    "user": _object(
        {
            "role": anything,
            "name": string(),
            "content": either(string=anything, array=list_of(tagged("type", _USER_PARTS), low=1)),
        },
        *("role", "content"),
    ),
    "assistant": _object(_ASSISTANT, "role"),
    "tool": _object(
        {"role": anything, "content": _TEXTS, "tool_call_id": string(), "name": string()},
        "content",
        "tool_call_id",
    ),
    "function": _object({"role": anything, "content": either(string=anything, null=anything), "name": _NAME}, "name"),
}
_FUNCTION = _object({"name": _NAME, "description": string(), "parameters": free, "strict": boolean}, "name")
_TOOLS = {
    "function": _object({"type": anything, "function": _FUNCTION}, "type", "function"),
    "custom": _object(
        {
            "type": anything,
            "custom": _object({"name": _NAME, "description": string(), "format": free}, "name"),
        },
        *("type", "custom"),
    ),
}
_NAMED = {
    kind: _object({"type": anything, kind: _object({"name": _NAME}, "name")}, "type", kind)
    for kind in ("function", "custom")
}
_ALLOWED = _object(
    {"mode": one_of("auto", "required"), "tools": list_of(tagged("type", _NAMED), low=1)}, "mode", "tools"
)
_CHOICES = {
    **_NAMED,
    "allowed_tools": _object({"type": anything, "allowed_tools": _ALLOWED}, "allowed_tools"),
}
_FORMATS = {
    "text": _object({"type": anything}, "type"),
    "json_object": _object({"type": anything}, "type"),
    "json_schema": _object(
        {
            "type": anything,
            "json_schema": _object({"name": _NAME, "description": string(), "schema": free, "strict": boolean}, "name"),
        },
        "json_schema",
    ),
}


def metadata(value: Any, path: Path) -> Any:
    """At most 16 pairs of short strings."""
    free(value, path)
    if len(value) > 16:
        raise Misshapen("long", path, 16, list(value))
    for key, each in value.items():
        string(high=64)(key, (*path, key))
        string(high=512)(each, (*path, key))
    return value


def _body(messages: Reader) -> Reader:
    return _object(
        {
            "model": string(),
            "messages": messages,
            "tools": list_of(tagged("type", _TOOLS), low=1),
            "tool_choice": either(string=one_of("none", "auto", "required"), object=tagged("type", _CHOICES)),
            "parallel_tool_calls": boolean,
            "response_format": tagged("type", _FORMATS),
            "stream": boolean,
            "stream_options": _object({"include_usage": boolean, "include_obfuscation": boolean}),
            "temperature": number(0, 2),
            "top_p": number(0, 1),
            "frequency_penalty": number(-2, 2),
            "presence_penalty": number(-2, 2),
            "max_tokens": integer(1),
            "max_completion_tokens": integer(1),
            "n": integer(1, 128),
            "seed": integer(),
            "stop": either(string=anything, array=list_of(string(), low=1, high=4)),
            "logprobs": boolean,
            "top_logprobs": integer(0, 20),
            "logit_bias": free,
            "reasoning_effort": one_of("none", "minimal", "low", "medium", "high", "xhigh"),
            "verbosity": one_of("low", "medium", "high"),
            "metadata": metadata,
            "store": boolean,
            "user": string(),
            "safety_identifier": string(high=128),
            "prompt_cache_key": string(),
            "prompt_cache_options": _object({"mode": one_of("implicit", "explicit"), "ttl": one_of("30m")}),
            "prompt_cache_retention": one_of("in_memory", "in-memory", "24h"),
            "service_tier": one_of("auto", "default", "flex", "scale", "priority", "fast"),
            "modalities": list_of(one_of("text", "audio"), low=1),
            "audio": free,
            "prediction": free,
            "web_search_options": free,
            "moderation": free,
            "functions": list_of(_FUNCTION, low=1, high=128),
            "function_call": either(string=one_of("none", "auto"), object=free),
        },
        "messages",
    )


@functools.lru_cache
def body_reader(reasoning_field: str | None) -> Reader:
    """The reader of a body; a compatible server that shows its reasoning takes that field back."""
    if not reasoning_field:
        return _body(list_of(tagged("role", _ROLES), low=1))
    assistant = _object({**_ASSISTANT, reasoning_field: anything}, "role")
    return _body(list_of(tagged("role", {**_ROLES, "assistant": assistant}), low=1))


# --- Findings in the service's words --------------------------------------------------------------


def refuse(message: str, param: str | None = None, code: str | None = None) -> Refused:
    """A 400 of type `invalid_request_error`."""
    return Refused(400, message, "invalid_request_error", code, param=param)


def param_of(path: Path) -> str:
    """A path as the service writes it: `input[0].content`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


_ARTICLES = {
    "string": "a string",
    "integer": "an integer",
    "number": "a decimal",
    "array": "an array of objects",
    "object": "an object",
    "boolean": "a boolean",
    "null": "null",
}


_WORDS = {
    "unknown": ("Unknown parameter: '{param}'.", "unknown_parameter"),
    "missing": ("Missing required parameter: '{param}'.", "missing_required_parameter"),
    "type": ("Invalid type for '{param}': expected {wanted}, but got {found} instead.", "invalid_type"),
    "choice": ("Invalid value: '{got}'. Supported values are: {choices}.", "invalid_value"),
    "pattern": (
        "Invalid '{param}': string does not match pattern. Expected a string that matches the pattern '^{expected}$'.",
        "invalid_value",
    ),
    "low": (
        "Invalid '{param}': {number} below minimum value. Expected a value >= {expected}, but got {got} instead.",
        "{number}_below_min_value",
    ),
    "high": (
        "Invalid '{param}': {number} above maximum value. Expected a value <= {expected}, but got {got} instead.",
        "{number}_above_max_value",
    ),
    "short": ("Invalid '{param}': empty string. Expected a string with minimum length 1.", "empty_string"),
    "empty": (
        "Invalid '{param}': empty array. Expected an array with minimum length 1, but got an empty array instead.",
        "empty_array",
    ),
    "long": (
        "Invalid '{param}': {kind} too long. Expected {found} with maximum length {expected}, but got one "
        "with "
        "length {length} instead.",
        "{kind}_above_max_length",
    ),
}


def worded(found: Misshapen) -> Refused:
    """The error for a finding: its parameter and a sentence about it."""
    param, got, kind = param_of(found.path), found.got, json_kind(found.got)
    if found.kind == "unknown" and len(found.path) == 1:
        return refuse(f"Unrecognized request argument supplied: {param}")
    facts = {
        "param": param,
        "got": got,
        "kind": kind,
        "expected": found.expected,
        "found": _ARTICLES[kind],
        "wanted": " or ".join(_ARTICLES.get(each, each) for each in str(found.expected).split(" or ")),
        "choices": ", ".join(f"'{each}'" for each in found.expected) if found.kind == "choice" else "",
        "number": "integer" if kind == "integer" else "decimal",
        "length": len(got) if isinstance(got, (str, list)) else 0,
    }
    message, code = _WORDS[found.kind]
    return refuse(message.format(**facts), param, code.format(**facts))
