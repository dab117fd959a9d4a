"""Calls of the tools that OpenAI's models are taught, as Responses spells them and as calls of functions. Pure.

A model that was taught such a tool calls it in a form of its own (``shell_call``); any other model is offered a
function of the same powers. Here is what the two have in common: the arguments of a call, as JSON, and the item that
answers it. So one tool serves both, and a conversation can change from one to the other. Sources: the item types of
``openai`` and OpenAI's guides to these tools.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

NATIVE_OUTPUTS: Mapping[str, str] = {
    "shell_call": "shell_call_output",
    "local_shell_call": "local_shell_call_output",
    "apply_patch_call": "apply_patch_call_output",
    "custom_tool_call": "custom_tool_call_output",
}
"""The kinds of calls, and the kinds of items that answer them."""
NATIVE_TOOLS: Mapping[str, str] = {
    "shell_call": "shell",
    "local_shell_call": "local_shell",
    "apply_patch_call": "apply_patch",
    "custom_tool_call": "custom",
}
"""The kinds of calls, and the kinds of tools that they call. A call has the tool's name where it names none itself."""
_CALLS = {output: call for call, output in NATIVE_OUTPUTS.items()}


@dataclass(frozen=True, slots=True)
class ToolAnswer:
    """What came of a call, for the application and for a model of either kind."""

    text: str
    """What a model is told that called a function."""
    failed: bool = False
    parts: str | Sequence[Mapping[str, Any]] | None = None
    """What it is told instead of the text, where a tool answers with more than text."""
    fields: Mapping[str, Any] = field(default_factory=dict)
    """What the native answer says besides, or instead."""


def field_of(item: Any, name: str) -> Any:
    """A field of an item, be it a dict or an object; ``None`` where it is absent."""
    return item.get(name) if isinstance(item, Mapping) else getattr(item, name, None)


def called_name(call: Any) -> str:
    """The name of the tool that a call is for."""
    return str(field_of(call, "name") or NATIVE_TOOLS.get(field_of(call, "type"), ""))


def arguments_of(call: Any) -> str:
    """The arguments of a call, as the JSON text of a function call; that of a function as it is."""
    kind = field_of(call, "type")
    if kind == "custom_tool_call":
        return _json({"input": field_of(call, "input")})
    if kind == "apply_patch_call":
        return _json({"operations": [_given(field_of(call, "operation"))]})
    if kind in NATIVE_OUTPUTS:
        return _json({name: value for name, value in _given(field_of(call, "action")).items() if name != "type"})
    return str(field_of(call, "arguments") or "")


def answer_item(call: Any, answer: ToolAnswer) -> dict[str, Any]:
    """The item that answers a call, in the form that the call has."""
    kind = NATIVE_OUTPUTS.get(field_of(call, "type"), "function_call_output")
    item: dict[str, Any] = {"type": kind, "call_id": field_of(call, "call_id")}
    if kind == "shell_call_output":
        outcome = {"type": "exit", "exit_code": int(answer.failed)}
        item["output"] = [{"stdout": answer.text, "stderr": "", "outcome": outcome}]
        item["status"] = "completed"
    elif kind == "apply_patch_call_output":
        item["status"] = "failed" if answer.failed else "completed"
        item["output"] = answer.text
    else:
        item["output"] = answer.text if answer.parts is None or kind == "local_shell_call_output" else answer.parts
    copy_caller(call, item)
    return {**item, **answer.fields} if kind in _CALLS else item


def with_other_words(item: Mapping[str, Any], text: str) -> dict[str, Any]:
    """The answer to a call, in its form, with this text in place of what it told."""
    if item.get("type") == "shell_call_output":
        outcome = {"type": "exit", "exit_code": 0}
        return {**item, "output": [{"stdout": text, "stderr": "", "outcome": outcome}]}
    return {**item, "output": text}


def copy_caller(call: Any, item: dict[str, Any]) -> None:
    """Note on the answer to a call who called, where the call says it: a program of the model's, or the model."""
    caller = field_of(call, "caller")
    if caller is not None:
        item["caller"] = _given(caller)


def function_call_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """A native call as the call of a function."""
    found = {"type": "function_call", "call_id": item.get("call_id") or item.get("id"), "name": called_name(item)}
    found["arguments"] = arguments_of(item)
    return {**found, "provider_data": item["provider_data"]} if "provider_data" in item else found


def function_output_of(item: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to a native call as the answer to the call of a function."""
    output = item.get("output")
    if item["type"] == "shell_call_output":
        output = shell_text(output if isinstance(output, list) else ())
    elif item["type"] == "apply_patch_call_output":
        output = output or f"The patch {'failed' if item.get('status') == 'failed' else 'was applied'}."
    call_id = item.get("call_id") or item.get("id")
    return {"type": "function_call_output", "call_id": call_id, "output": "" if output is None else output}


def shell_text(outputs: Iterable[Mapping[str, Any]]) -> str:
    """What commands have printed and how they ended, as a model reads it."""
    texts = (_command_text(each) for each in outputs if isinstance(each, Mapping))
    return "\n\n".join(texts) or "(no output)"


def _command_text(output: Mapping[str, Any]) -> str:
    lines = [f"$ {output['command']}"] if output.get("command") else []
    if stdout := str(output.get("stdout") or "").rstrip("\n"):
        lines.append(stdout)
    if stderr := str(output.get("stderr") or "").rstrip("\n"):
        lines.append(f"[stderr]\n{stderr}")
    outcome = _given(output.get("outcome"))
    if outcome.get("type") == "timeout":
        lines.append("[stopped: it took too long]")
    elif outcome.get("exit_code"):
        lines.append(f"[exit code {outcome['exit_code']}]")
    elif not (stdout or stderr):
        lines.append("(no output)")
    return "\n".join(lines)


def _given(value: Any) -> dict[str, Any]:
    """The fields that are set, of a dict or an object; what is neither has none."""
    fields = value.model_dump(exclude_unset=True) if hasattr(value, "model_dump") else value
    if not isinstance(fields, Mapping):
        return {}
    return {name: each for name, each in fields.items() if each is not None}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
