"""Shortens what tools answered long ago, just before each model call.

Search results, logs and pages fill a conversation, and matter for a turn or two::

    RunConfig(call_model_input_filter=ToolOutputTrimmer(recent_turns=2, trimmable_tools={"search"}))
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..exceptions import UserError
from ..run_config import CallModelData, ModelInputData

__all__ = ["ToolOutputTrimmer"]

_SHORT = "[Trimmed]"
_OUTPUTS = ("function_call_output", "custom_tool_call_output", "shell_call_output", "tool_search_output")
_CALLS = ("function_call", "custom_tool_call", "shell_call", "tool_search_call")


@dataclass
class ToolOutputTrimmer:
    """A ``call_model_input_filter`` that shortens long outputs of tools, but for those of the latest turns.

    The conversation itself stays as it is: only what the model reads is shortened.

    Args:
        recent_turns: How many of the user's last messages, with all that follows them, stay whole.
        max_output_chars: How long an output may be. A picture or a file counts with all its data.
        preview_chars: How much of the text of a longer one is shown.
        trimmable_tools: The tools whose outputs may be shortened, by name, or as ``namespace.name``; ``None`` for all.

    Raises:
        UserError: A number is too small to mean anything.
    """

    recent_turns: int = 2
    max_output_chars: int = 500
    preview_chars: int = 200
    trimmable_tools: str | Iterable[str] | None = None

    def __post_init__(self) -> None:
        for name, least in (("recent_turns", 1), ("max_output_chars", 1), ("preview_chars", 0)):
            if getattr(self, name) < least:
                raise UserError(f"ToolOutputTrimmer: {name} must be at least {least}, not {getattr(self, name)!r}.")
        if self.trimmable_tools is not None:
            given = self.trimmable_tools
            self.trimmable_tools = frozenset([given] if isinstance(given, str) else given)

    def __call__(self, data: CallModelData[Any]) -> ModelInputData:
        """What the model should read."""
        items: list[Any] = data.model_data.input
        recent = self._recent(items)
        names = _names_of_calls(items)
        trimmed = [self._trimmed(item, names) if at < recent else item for at, item in enumerate(items)]
        return ModelInputData(input=trimmed, instructions=data.model_data.instructions)

    def _recent(self, items: list[Any]) -> int:
        """Where the turns begin that stay whole; 0 when there are no older ones."""
        said = [at for at, item in enumerate(items) if item.get("role") == "user"]
        return said[-self.recent_turns] if len(said) >= self.recent_turns else 0

    def _trimmed(self, item: Any, names: Mapping[str, tuple[str, ...]]) -> Any:
        if item.get("type") not in _OUTPUTS:
            return item
        known = names.get(str(item.get("call_id") or item.get("id") or ""), ())
        allowed = self.trimmable_tools
        if allowed is not None and not set(known) & set(allowed):
            return item
        field = "output" if "output" in item else "tools"
        output = item.get(field)
        length = _length(output)
        if length <= self.max_output_chars:
            return item
        if item["type"] == "tool_search_output":  # its tools must stay tools
            return {**item, field: [_plainer(tool, self.preview_chars) for tool in output or ()]}
        summary = self._summary(known[0] if known else "unknown tool", output, length)
        return {**item, field: summary} if len(summary) < length else item

    def _summary(self, name: str, output: object, length: int) -> str:
        """A line on what was here, and the beginning of its text: within ``max_output_chars``, if that can be."""
        text, left_out = _text(output)
        gone = ", ".join(f"{count} {kind}" for kind, count in sorted(left_out.items()))
        head = f"[Trimmed: {name}, {length} characters{f', without {gone}' if gone else ''}]"
        if len(head) > self.max_output_chars:
            head = _SHORT
        shown = text[: max(0, min(self.preview_chars, self.max_output_chars - len(head) - len("\n...")))]
        more = "..." if len(shown) < len(text) else ""
        return f"{head}\n{shown}{more}" if shown else head


def _names_of_calls(items: Iterable[Any]) -> dict[str, tuple[str, ...]]:
    """The names under which the tool of each call may be meant, the fullest first."""
    found: dict[str, tuple[str, ...]] = {}
    for item in items:
        if item.get("type") in _CALLS:
            name = str(item.get("name") or item["type"].removesuffix("_call"))
            namespace = item.get("namespace")
            names = (f"{namespace}.{name}", name) if namespace else (name,)
            found[str(item.get("call_id") or item.get("id") or "")] = names
    return found


def _parts(output: object) -> list[Any]:
    return list(output) if isinstance(output, list) else [output]


def _length(output: object) -> int:
    """How many characters of an output the model is sent."""
    total = 0
    for part in _parts(output):
        if isinstance(part, str):
            total += len(part)
        elif isinstance(part, Mapping) and str(part.get("type")).startswith("input_"):
            total += sum(len(value) for key, value in part.items() if key != "type" and isinstance(value, str))
        else:
            total += len(json.dumps(part, ensure_ascii=False, default=str))
    return total


def _text(output: object) -> tuple[str, Counter[str]]:
    """The text of an output, and the kinds of parts that have none."""
    texts: list[str] = []
    others: Counter[str] = Counter()
    for part in _parts(output):
        if isinstance(part, str):
            texts.append(part)
        elif isinstance(part, Mapping) and isinstance(part.get("text"), str):
            texts.append(part["text"])
        elif isinstance(part, Mapping) and str(part.get("type")).startswith("input_"):
            others[str(part["type"]).removeprefix("input_")] += 1
        else:
            texts.append(json.dumps(part, ensure_ascii=False, default=str))
    return "\n".join(texts), others


_PROSE = frozenset({"title", "$comment", "examples"})
_NAMED = frozenset({"$defs", "definitions", "dependentSchemas", "patternProperties", "properties"})


def _plainer(tool: Any, preview: int) -> Any:
    """A found tool with less prose: it can still be called."""
    if not isinstance(tool, Mapping):
        return tool
    kept = dict(tool)
    description = kept.get("description")
    if isinstance(description, str) and len(description) > preview:
        kept["description"] = f"{description[:preview]}..."
    if isinstance(kept.get("tools"), list):
        kept["tools"] = [_plainer(each, preview) for each in kept["tools"]]
    if isinstance(kept.get("parameters"), Mapping):
        kept["parameters"] = _without_prose(kept["parameters"])
    return kept


def _without_prose(schema: Any) -> Any:
    """A JSON schema without its words; what users named themselves, and values such as ``enum``, stay."""
    if isinstance(schema, list):
        return [_without_prose(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    kept: dict[str, Any] = {}
    for key, value in schema.items():
        if key in _PROSE or (key == "description" and isinstance(value, str)):
            continue
        if key in _NAMED and isinstance(value, Mapping):
            kept[key] = {name: _without_prose(each) for name, each in value.items()}
        elif key in ("enum", "const", "default", "required"):
            kept[key] = value
        else:
            kept[key] = _without_prose(value)
    return kept
