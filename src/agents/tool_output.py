"""What a model is told of the value that a tool returned: pure functions and the three kinds of content.

A string is told as it is. Text, images and files become content parts. Everything else becomes JSON text, as
models read JSON better than Python's ``repr``. ``items`` and ``function_tools`` are above.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, model_validator
from pydantic_core import from_json, to_json, to_jsonable_python
from typing_extensions import NotRequired, Self, TypedDict

from .exceptions import UserError


class _Content(BaseModel):
    # Pydantic's first validator loads much of pydantic: the first use of content pays for it, not the import.
    model_config = ConfigDict(defer_build=True)


class ToolOutputText(_Content):
    """A tool's output as text."""

    type: Literal["text"] = "text"
    text: str


class ToolOutputImage(_Content):
    """A tool's output as an image: a URL (``data:`` URLs too), or the id of an uploaded file."""

    type: Literal["image"] = "image"
    image_url: str | None = None
    file_id: str | None = None
    detail: Literal["low", "high", "auto"] | None = None
    """How closely the model looks."""

    @model_validator(mode="after")
    def check_at_least_one_required_field(self) -> Self:
        """An image must come from somewhere."""
        if self.image_url is None and self.file_id is None:
            raise ValueError("an image needs image_url or file_id")
        return self


class ToolOutputFileContent(_Content):
    """A tool's output as a file: base64 data, a URL, or the id of an uploaded file."""

    type: Literal["file"] = "file"
    file_data: str | None = None
    file_url: str | None = None
    file_id: str | None = None
    filename: str | None = None

    @model_validator(mode="after")
    def check_at_least_one_required_field(self) -> Self:
        """A file must come from somewhere."""
        if self.file_data is None and self.file_url is None and self.file_id is None:
            raise ValueError("a file needs file_data, file_url or file_id")
        return self


class ToolOutputTextDict(TypedDict):
    """``ToolOutputText`` as a dict."""

    type: Literal["text"]
    text: str


class ToolOutputImageDict(TypedDict):
    """``ToolOutputImage`` as a dict."""

    type: Literal["image"]
    image_url: NotRequired[str]
    file_id: NotRequired[str]
    detail: NotRequired[Literal["low", "high", "auto"]]


class ToolOutputFileContentDict(TypedDict):
    """``ToolOutputFileContent`` as a dict."""

    type: Literal["file"]
    file_data: NotRequired[str]
    file_url: NotRequired[str]
    file_id: NotRequired[str]
    filename: NotRequired[str]


_MODELS = (ToolOutputText, ToolOutputImage, ToolOutputFileContent)
_KINDS: dict[str, type[BaseModel]] = {"text": _MODELS[0], "image": _MODELS[1], "file": _MODELS[2]}
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
        if all(parts) or any(isinstance(value, _MODELS) for value in output):
            pairs = zip(parts, output, strict=True)
            return [part or {"type": "input_text", "text": _text(value)} for part, value in pairs]
    return _text(output)


def json_object(output: Any, adapter: TypeAdapter[Any] | None = None) -> str:
    """A tool's output as the JSON of an object.

    Raises:
        UserError: It is none, or not of the adapter's type.
    """
    try:
        if adapter is not None:
            checked = adapter.validate_json(output) if isinstance(output, str) else adapter.validate_python(output)
            data = adapter.dump_python(checked, mode="json", by_alias=True)
        else:
            data = from_json(output) if isinstance(output, str) else to_jsonable_python(output)
    except ValueError as error:
        raise UserError(f"A tool's output is not as its schema says: {error}") from error
    if not isinstance(data, dict):
        raise UserError(f"A tool with an output schema returns an object, not {type(data).__name__}.")
    return to_json(data).decode()


def _part(value: Any) -> dict[str, Any] | None:
    """A value as one content part, if it is one."""
    if isinstance(value, Mapping):
        value = _from_dict(value)
    if isinstance(value, _MODELS):
        return {**value.model_dump(exclude_none=True), "type": f"input_{value.type}"}
    return value if isinstance(value, dict) else None


def _from_dict(value: Mapping[Any, Any]) -> BaseModel | dict[str, Any] | None:
    """A dict that is a content part in all its keys. One that only looks like it is data, and loses none."""
    kind = value.get("type")
    if not isinstance(kind, str):
        return None
    if kind in _PART_KEYS:
        return dict(value) if len(value) > 1 and value.keys() - {"type"} <= _PART_KEYS[kind] else None
    model = _KINDS.get(kind)
    if model is None or not value.keys() <= model.model_fields.keys():
        return None
    try:
        return model.model_validate(value)
    except ValidationError:
        return None


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
        return to_json(value, bytes_mode="base64", inf_nan_mode="strings", fallback=fallback).decode()
    except (ValueError, TypeError):  # no JSON form, a cycle, or a serializer of the user's own that failed
        return _described(value)


def _described(value: Any) -> str:
    return f"({type(value).__name__}, which has no JSON form, as text) {value}"
