"""What a tool may return for a model to see: text, images and files, as objects and as dicts.

``tool_output`` is below, which knows them by their base.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, model_validator
from typing_extensions import NotRequired, Self, TypedDict

from .tool_output import ToolContent


class _Content(BaseModel, ToolContent):
    def as_part(self) -> dict[str, Any]:
        """The content as a part of the Responses format."""
        fields = self.model_dump(exclude_none=True)
        return {**fields, "type": f"input_{fields['type']}"}


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
