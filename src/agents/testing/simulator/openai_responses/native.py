"""Tools that the client runs and OpenAI's models call in a form of their own: shell, local shell, apply_patch, custom.

Above: `shape` and `items`. Source: the parameter, item and event types of OpenAI's own client (3.54), and its guides,
which answer a local shell's call by its `call_id`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from agents.testing.simulator.script import Ask, ToolCall
from agents.testing.simulator.shape import (
    Path,
    Reader,
    anything,
    boolean,
    free,
    integer,
    list_of,
    obj,
    one_of,
    string,
    tagged,
)
from agents.testing.simulator.wire import House, compact

__all__ = ["CALLS", "NATIVE_ITEMS", "NATIVE_TOOLS", "native_call", "native_events", "opened_call"]

Event = tuple[str, dict[str, Any]]


def _maybe(reader: Reader) -> Reader:
    def read(value: Any, path: Path) -> Any:
        return None if value is None else reader(value, path)

    return read


def _all(fields: Mapping[str, Reader], *required: str) -> Reader:
    return obj({"type": anything, **fields}, required=required)


# --- Tools ----------------------------------------------------------------------------------------

_CALLERS = _maybe(list_of(one_of("direct", "programmatic"), low=1))
_SKILL = obj({"name": string(), "description": string(), "path": string()}, required=("name", "description", "path"))
_ENVIRONMENTS = {
    "local": _all({"skills": list_of(_SKILL)}),
    "container_auto": _all(
        {
            "file_ids": list_of(string()),
            "memory_limit": _maybe(one_of("1g", "4g", "16g", "64g")),
            "network_policy": free,
            "skills": list_of(free),
        }
    ),
    "container_reference": _all({"container_id": string()}, "container_id"),
}
_FORMATS = {
    "text": _all({}),
    "grammar": _all({"syntax": one_of("lark", "regex"), "definition": string(low=1)}, "syntax", "definition"),
}
_NAME = string(r"[a-zA-Z0-9_-]+", low=1, high=64)
NATIVE_TOOLS: Mapping[str, Reader] = {
    "shell": _all({"environment": _maybe(tagged("type", _ENVIRONMENTS)), "allowed_callers": _CALLERS}),
    "local_shell": _all({}),
    "apply_patch": _all({"allowed_callers": _CALLERS}),
    "custom": _all(
        {
            "name": _NAME,
            "description": string(),
            "format": tagged("type", _FORMATS),
            "defer_loading": boolean,
            "allowed_callers": _CALLERS,
            "async": boolean,
        },
        "name",
    ),
}
"""What a request may say of these tools."""

# --- Items of the conversation --------------------------------------------------------------------

_STATUS = one_of("in_progress", "completed", "incomplete")
_CALL = {"id": _maybe(string(low=1, high=64)), "call_id": string(low=1, high=64), "caller": _maybe(free)}
_OUTCOMES = {"timeout": _all({}), "exit": _all({"exit_code": integer()}, "exit_code")}
_PRINTED = obj(
    {"stdout": string(), "stderr": string(), "outcome": tagged("type", _OUTCOMES)},
    required=("stdout", "stderr", "outcome"),
)
_OPERATIONS = {
    **dict.fromkeys(("create_file", "update_file"), _all({"path": string(low=1), "diff": string()}, "path", "diff")),
    "delete_file": _all({"path": string(low=1)}, "path"),
}
_ACTION = obj(
    {
        "commands": list_of(string()),
        "timeout_ms": _maybe(integer()),
        "max_output_length": _maybe(integer()),
    },
    required=("commands",),
)
_EXEC = _all(
    {
        "command": list_of(string()),
        "env": free,
        "timeout_ms": _maybe(integer()),
        "user": _maybe(string()),
        "working_directory": _maybe(string()),
    },
    "command",
    "env",
)
NATIVE_ITEMS: Mapping[str, Reader] = {
    "shell_call": _all(
        {
            **_CALL,
            "action": _ACTION,
            "environment": _maybe(tagged("type", _ENVIRONMENTS)),
            "status": _maybe(_STATUS),
        },
        *("call_id", "action"),
    ),
    "shell_call_output": _all(
        {**_CALL, "output": list_of(_PRINTED), "max_output_length": _maybe(integer()), "status": _maybe(_STATUS)},
        *("call_id", "output"),
    ),
    "local_shell_call": _all(
        {**_CALL, "id": string(low=1, high=64), "action": _EXEC, "status": _STATUS},
        *("id", "call_id", "action", "status"),
    ),
    "local_shell_call_output": _all(
        {"id": _CALL["id"], "call_id": _CALL["call_id"], "output": string(), "status": _maybe(_STATUS)},
        *("call_id", "output"),
    ),
    "apply_patch_call": _all(
        {**_CALL, "operation": tagged("type", _OPERATIONS), "status": one_of("in_progress", "completed")},
        *("call_id", "operation", "status"),
    ),
    "apply_patch_call_output": _all(
        {**_CALL, "status": one_of("completed", "failed"), "output": _maybe(string())}, *("call_id", "status")
    ),
}
"""What a request may say of their calls and outputs; those of custom tools are beside those of functions."""
CALLS = {
    "shell_call": "shell call",
    "local_shell_call": "local shell call",
    "apply_patch_call": "apply patch call",
}
"""The calls, as error messages name them."""

# --- Items of an answer ---------------------------------------------------------------------------


def native_call(ask: Ask, part: ToolCall, house: House) -> dict[str, Any] | None:
    """The call of a tool that the request offers in a form of its own; `None` where it offers none of that name."""
    arguments: Any = part.arguments
    offered = {tool.get("name", tool["type"]): tool["type"] for tool in ask.body.get("tools", ())}
    kind = offered.get(part.name)
    head: dict[str, Any] = {"status": "completed", "call_id": part.id}
    if kind == "custom":
        given = arguments.get("input", compact(arguments)) if isinstance(arguments, Mapping) else arguments
        return {"id": house.mint("ctc_", 48), "type": "custom_tool_call", **head, "name": part.name, "input": given}
    if kind == "shell":
        head["environment"] = {"type": "local"}
        return {"id": house.mint("sh_", 48), "type": "shell_call", **head, "action": arguments}
    if kind == "local_shell":
        action = {"type": "exec", "env": {}, **arguments}
        return {"id": house.mint("lsh_", 48), "type": "local_shell_call", **head, "action": action}
    if kind == "apply_patch":
        (operation,) = arguments["operations"]
        return {"id": house.mint("apc_", 48), "type": "apply_patch_call", **head, "operation": operation}
    return None


def opened_call(item: Mapping[str, Any]) -> dict[str, Any]:
    """A call as it is announced: nothing is said of what it wants."""
    if item["type"] == "shell_call":
        return {**item, "action": {"commands": []}, "status": "in_progress"}
    if item["type"] == "apply_patch_call":
        return {**item, "operation": {**item["operation"], **({"diff": ""} if "diff" in item["operation"] else {})}}
    return dict(item)


def native_events(item: Mapping[str, Any]) -> Iterator[Event]:
    """What a stream tells between the first and the last word of such a call."""
    if item["type"] != "shell_call":
        return
    for index, command in enumerate(item["action"]["commands"]):
        yield "response.shell_call_command.added", {"command_index": index, "command": ""}
        for piece in re.findall(r".{1,8}", command, re.DOTALL):
            yield "response.shell_call_command.delta", {"command_index": index, "delta": piece}
        yield "response.shell_call_command.done", {"command_index": index, "command": command}
