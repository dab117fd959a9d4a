"""What a model is told of the value that a tool returned: pure functions.

A string is told as it is. Text, images and files become content parts. Everything else becomes JSON text, as
models read JSON better than Python's ``repr``. ``items`` and ``function_tools`` are above, and ``tool_output_content``.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any

from .exceptions import UserError
from .util import lazy_pydantic as pydantic


class ToolContent(ABC):
    """What a tool returns to be told as a part of its own: text, an image, a file. ``tool_output_content`` has them."""

    @abstractmethod
    def as_part(self) -> dict[str, Any]:
        """The content as a part of the Responses format."""


_CONTENT: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "text": (frozenset({"text"}), frozenset()),
    "image": (frozenset({"image_url", "file_id"}), frozenset({"detail"})),
    "file": (frozenset({"file_data", "file_url", "file_id"}), frozenset({"filename"})),
}
"""Content as a dict: the keys of which it needs one at least, and the others that it may have."""
_DETAILS = ("low", "high", "auto")
_PART_KEYS: dict[str, frozenset[str]] = {
    "input_text": frozenset({"text"}),
    "input_image": frozenset({"image_url", "file_id", "detail"}),
    "input_file": frozenset({"file_data", "file_url", "file_id", "filename", "detail"}),
}
"""Content parts as the Responses format spells them: a tool may return them itself."""


def tool_output_to_input(output: Any) -> str | list[dict[str, Any]]:
    """What the model is told of a tool's return value: text, or content parts of the Responses format.

    Args:
        output: Whatever the tool returned. A list or tuple becomes several parts when it holds a
            ``ToolOutputText``, ``ToolOutputImage`` or ``ToolOutputFileContent`` (what else it holds then
            becomes text), or when all that it holds are dicts of such shape.
    """
    if isinstance(output, str):
        return output
    part = _part(output)
    if part is not None:
        return [part]
    if isinstance(output, (list, tuple)) and output:
        parts = [_part(value) for value in output]
        if all(parts) or any(isinstance(value, ToolContent) for value in output):
            pairs = zip(parts, output, strict=True)
            return [part or {"type": "input_text", "text": _text(value)} for part, value in pairs]
    return _text(output)


def json_object(output: Any, adapter: pydantic.TypeAdapter[Any] | None = None) -> str:
    """A tool's output as the JSON of an object.

    Raises:
        UserError: It is none, or not of the adapter's type.
    """
    try:
        if adapter is not None:
            checked = adapter.validate_json(output) if isinstance(output, str) else adapter.validate_python(output)
            data = adapter.dump_python(checked, mode="json", by_alias=True)
        else:
            data = pydantic.from_json(output) if isinstance(output, str) else pydantic.to_jsonable_python(output)
    except ValueError as error:
        raise UserError(f"A tool's output is not as its schema says: {error}") from error
    if not isinstance(data, dict):
        raise UserError(f"A tool with an output schema returns an object, not {type(data).__name__}.")
    return pydantic.to_json(data).decode()


def _part(value: Any) -> dict[str, Any] | None:
    """A value as one content part, if it is one."""
    if isinstance(value, ToolContent):
        return value.as_part()
    return _from_dict(value) if isinstance(value, Mapping) else None


def _from_dict(value: Mapping[Any, Any]) -> dict[str, Any] | None:
    """A dict that is a content part in all its keys. One that only looks like it is data, and loses none."""
    kind = value.get("type")
    if not isinstance(kind, str):
        return None
    if kind in _PART_KEYS:
        return dict(value) if len(value) > 1 and value.keys() - {"type"} <= _PART_KEYS[kind] else None
    if kind not in _CONTENT or not value.keys() - {"type"} <= frozenset().union(*_CONTENT[kind]):
        return None
    part = {**{name: each for name, each in value.items() if each is not None}, "type": f"input_{kind}"}
    fits = all(isinstance(each, str) for each in part.values()) and part.get("detail", "auto") in _DETAILS
    return part if fits and part.keys() & _CONTENT[kind][0] else None


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return "None"
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f"({len(value)} bytes of binary data, not shown)"

    def fallback(inner: Any) -> str:
        if inner is value:
            raise TypeError("not JSON at all")
        return _described(inner)

    try:
        return pydantic.to_json(value, bytes_mode="base64", inf_nan_mode="strings", fallback=fallback).decode()
    except (ValueError, TypeError):  # no JSON form, a cycle, or a serializer of the user's own that failed
        return _described(value)


def _described(value: Any) -> str:
    return f"({type(value).__name__}, which has no JSON form, as text) {value}"
