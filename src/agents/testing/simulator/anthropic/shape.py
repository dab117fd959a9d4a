"""What the body of a Messages request may look like, and the service's words for what it may not.

Source: the parameter types of Anthropic's own client (2.12), and its page on API versions for 2026-10-21.
"""

from __future__ import annotations

import functools
import re
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
    list_of,
    number,
    obj,
    one_of,
    string,
    tagged,
)
from agents.testing.simulator.wire import Refused

from .hosted import BLOCKS, MCP_SERVERS, SERVER_TOOLS

__all__ = ["body_reader", "refuse", "worded"]


def refuse(message: str) -> Refused:
    """A 400 of type `invalid_request_error`."""
    return Refused(400, message, "invalid_request_error")


# --- Content blocks -------------------------------------------------------------------------------


def _optional(reader: Reader) -> Reader:
    """The few fields whose type in the client allows null."""
    return lambda value, path: None if value is None else reader(value, path)


_CACHE = _optional(obj({"type": one_of("ephemeral"), "ttl": one_of("5m", "1h")}, required=["type"]))
_BASE64_IMAGE = one_of("image/jpeg", "image/png", "image/gif", "image/webp")


def _block(fields: Mapping[str, Reader], *required: str, cache: bool = True) -> Reader:
    base: dict[str, Reader] = {"type": anything, **({"cache_control": _CACHE} if cache else {})}
    return obj({**base, **fields}, required=required)


def _source(**kinds: Reader) -> Reader:
    return tagged("type", kinds, mark=True)


_URL = obj({"type": anything, "url": string(low=1)}, required=["url"])
_FILE_ID = obj({"type": anything, "file_id": string(low=1)}, required=["file_id"])
_IMAGE = _block(
    {
        "source": _source(
            base64=obj(
                {"type": anything, "media_type": _BASE64_IMAGE, "data": string(low=1)},
                required=["media_type", "data"],
            ),
            url=_URL,
            file=_FILE_ID,
        )
    },
    "source",
)
_DATA = {"type": anything, "data": string(low=1)}
_DOCUMENT = _block(
    {
        "source": _source(
            base64=obj({**_DATA, "media_type": one_of("application/pdf")}, required=["media_type", "data"]),
            text=obj({**_DATA, "media_type": one_of("text/plain")}, required=["media_type", "data"]),
            content=free,
            url=_URL,
            file=_FILE_ID,
        ),
        "title": _optional(string()),
        "context": _optional(string()),
        "citations": _optional(obj({"enabled": boolean})),
    },
    "source",
)
_TEXT = _block({"text": string(), "citations": _optional(list_of(free))}, "text")
_SEARCH = _block(
    {"source": string(), "title": string(), "content": list_of(_TEXT), "citations": free}, "source", "title"
)
_ID = string("[a-zA-Z0-9_-]+")
_NAME = string("[a-zA-Z0-9_-]{1,128}")
_TOOL_USE = _block(
    {"id": _ID, "name": _NAME, "input": free, "caller": free, "toolset_name": _optional(string())},
    *("id", "name", "input"),
)
_IN_RESULTS = {
    "text": _TEXT,
    "image": _IMAGE,
    "document": _DOCUMENT,
    "search_result": _SEARCH,
    "tool_reference": _block({"tool_name": string()}, "tool_name"),
}
_RESULT = _block(
    {
        "tool_use_id": _ID,
        "content": either(string=anything, array=list_of(tagged("type", _IN_RESULTS, mark=True))),
        "is_error": boolean,
        "toolset_name": _optional(string()),
    },
    "tool_use_id",
)
_THINKING = _block({"thinking": string(), "signature": string()}, "thinking", "signature", cache=False)
_REDACTED = _block({"data": string()}, "data", cache=False)
_SERVER_BLOCKS = ("container_upload", "compaction")
_BLOCKS: dict[str, Reader] = {
    "text": _TEXT,
    "image": _IMAGE,
    "document": _DOCUMENT,
    "search_result": _SEARCH,
    "tool_use": _TOOL_USE,
    "tool_result": _RESULT,
    "thinking": _THINKING,
    "redacted_thinking": _REDACTED,
    **dict.fromkeys(_SERVER_BLOCKS, free),
    **BLOCKS,
}
_MESSAGE = obj(
    {
        "role": one_of("user", "assistant", "system"),
        "content": either(string=anything, array=list_of(tagged("type", _BLOCKS, mark=True))),
    },
    required=["role", "content"],
)

# --- Tools and options ----------------------------------------------------------------------------


_SERVER_TOOL = re.compile(r"[a-z_]+_\d{8}|mcp_toolset")


def _tool(value: Any, path: Path) -> Any:
    """A custom tool, or one of the service's own, told by a type such as `web_search_20250305`."""
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in (None, "custom"):
        if isinstance(kind, str) and kind in SERVER_TOOLS:
            return SERVER_TOOLS[kind](value, (*path, kind))
        if not _SERVER_TOOL.fullmatch(str(kind)):
            raise Misshapen("choice", (*path, "type"), ("custom", "web_search_20250305", "bash_20250124"), kind)
        if kind != "mcp_toolset":
            string(low=1)(value.get("name"), (*path, "name"))
        return free(value, path)
    return _CUSTOM(value, (*path, "custom"))


def _input_schema(value: Any, path: Path) -> Any:
    free(value, path)
    if "type" not in value:
        raise Misshapen("missing", (*path, "type"))
    one_of("object")(value["type"], (*path, "type"))
    return value


_CUSTOM = obj(
    {
        "type": _optional(one_of("custom")),
        "name": _NAME,
        "description": string(),
        "input_schema": _input_schema,
        "strict": boolean,
        "cache_control": _CACHE,
        "defer_loading": boolean,
        "eager_input_streaming": _optional(boolean),
        "input_examples": list_of(free),
        "allowed_callers": list_of(string()),
    },
    required=["name", "input_schema"],
)
_PARALLEL: dict[str, Reader] = {"type": anything, "disable_parallel_tool_use": boolean}
_CHOICE = tagged(
    "type",
    {
        "auto": obj(_PARALLEL),
        "any": obj(_PARALLEL),
        "tool": obj({**_PARALLEL, "name": string()}, required=["name"]),
        "none": obj({"type": anything}),
    },
    mark=True,
)
_DISPLAY: dict[str, Reader] = {
    "type": anything,
    "display": _optional(one_of("summarized", "omitted")),
    "block_binding": free,
}
_THINK = tagged(
    "type",
    {
        "enabled": obj({**_DISPLAY, "budget_tokens": integer(1024)}, required=["budget_tokens"]),
        "adaptive": obj(_DISPLAY),
        "disabled": obj({"type": anything}),
        "between_tools": obj(_DISPLAY),
    },
    mark=True,
)
_FORMAT = obj({"type": one_of("json_schema"), "schema": free}, required=["type", "schema"])
_FIELDS: dict[str, Reader] = {
    "model": string(low=1),
    "messages": list_of(_MESSAGE, low=1, high=100_000),
    "max_tokens": integer(0),
    "system": either(string=anything, array=list_of(tagged("type", {"text": _TEXT}, mark=True))),
    "tools": list_of(_tool),
    "tool_choice": _CHOICE,
    "thinking": _THINK,
    "output_config": obj(
        {
            "effort": _optional(one_of("low", "medium", "high", "xhigh", "max")),
            "format": _optional(_FORMAT),
        }
    ),
    "stream": boolean,
    "stop_sequences": list_of(string()),
    "metadata": obj({"user_id": _optional(string(high=256))}),
    "service_tier": one_of("auto", "standard_only"),
    "speed": _optional(one_of("standard", "fast")),
    "cache_control": _CACHE,
    "container": _optional(anything),
    "diagnostics": _optional(free),
    "inference_geo": _optional(string()),
}
_SAMPLING: dict[str, Reader] = {"temperature": number(0, 1), "top_p": number(0, 1), "top_k": integer(0)}
_BETA_FIELDS: dict[str, Reader] = {
    "output_format": _FORMAT,
    "context_management": free,
    "mcp_servers": MCP_SERVERS,
}


@functools.lru_cache
def body_reader(version: str, beta: bool) -> Reader:
    """The reader of a body: 2026-10-21 has no sampling parameters; some fields need a beta header."""
    fields = {
        **_FIELDS,
        **(_SAMPLING if version == "2023-06-01" else {}),
        **(_BETA_FIELDS if beta else {}),
    }
    return obj(fields, required=["model", "messages", "max_tokens"])


# --- Findings in the service's words --------------------------------------------------------------

_TYPES = {
    "string": "valid string",
    "integer": "valid integer",
    "number": "valid number",
    "array": "valid list",
    "object": "valid dictionary",
    "boolean": "valid boolean",
}


_WORDS = {
    "unknown": "Extra inputs are not permitted",
    "missing": "Field required",
    "type": "Input should be a {wanted}",
    "choice": "Input should be {choices}",
    "pattern": "String should match pattern '^{expected}$'",
    "low": "Input should be greater than or equal to {expected}",
    "high": "Input should be less than or equal to {expected}",
    "short": "String should have at least {expected} character",
    "empty": "List should have at least {expected} item after validation, not 0",
    "long": "{kind} should have at most {expected} items",
}


def worded(found: Misshapen) -> Refused:
    """The error for a finding: a path with dots, and a sentence about it."""
    path, expected = ".".join(map(str, found.path)), found.expected
    if found.kind == "choice" and path.endswith(".role"):
        expected = ("user", "assistant")  # what else is accepted depends on the model
    if found.kind == "choice" and path.endswith(".type"):
        kinds = ", ".join(f"'{each}'" for each in expected)
        tag = f"Input tag '{found.got}' found using 'type' does not match any of the expected tags: {kinds}"
        return refuse(f"{path[: -len('.type')]}: {tag}")
    facts = {
        "expected": expected,
        "wanted": _TYPES.get(str(expected).split(" or ")[0], expected),
        "choices": " or ".join(f"'{each}'" for each in expected) if found.kind == "choice" else "",
        "kind": "String" if isinstance(found.got, str) else "List",
    }
    message = _WORDS[found.kind].format(**facts)
    return refuse(f"{path}: {message}" if path else message)
