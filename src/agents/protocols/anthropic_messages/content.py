"""What messages and tool outputs hold, as the blocks of Messages: text, images, documents."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from ...exceptions import UserError
from ..history import content_parts

Block = dict[str, Any]

_IMAGES = ("image/jpeg", "image/png", "image/gif", "image/webp")
_PDF = "application/pdf"
_BY_SUFFIX = {
    ".pdf": _PDF,
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".webp": "image/webp",
}
_OWN = frozenset({"image", "document", "search_result"})
"""Blocks in the protocol's own spelling, taken as they are."""


def blocks_of(content: object) -> list[Block]:
    """A message's content, or a tool's output, as blocks; blank text, which the service refuses, is left out.

    Raises:
        UserError: It holds what this protocol cannot carry.
    """
    blocks = [_block(part) for part in content_parts(content)]
    return [block for block in blocks if block["type"] != "text" or block["text"].strip()]


def text_block(text: str) -> Block:
    """A block of text."""
    return {"type": "text", "text": text}


def _block(part: Mapping[str, Any]) -> Block:
    kind = part.get("type")
    if kind in ("input_text", "output_text", "text"):
        return text_block(str(part.get("text") or ""))
    if kind == "refusal":
        return text_block(str(part.get("refusal") or ""))
    if kind in ("input_image", "image_url"):
        return {"type": "image", "source": _image_source(part)}
    if kind == "input_file":
        return _file(part)
    if kind == "file" and isinstance(part.get("file"), Mapping):
        return _file(part["file"])
    if kind in _OWN and "source" in part:
        return dict(part)
    raise UserError(f"Anthropic Messages cannot carry a content part of type {kind!r}.")


def _image_source(part: Mapping[str, Any]) -> Block:
    if part.get("file_id"):
        return {"type": "file", "file_id": part["file_id"]}
    url = part.get("image_url")
    url = url.get("url") if isinstance(url, Mapping) else url
    if not isinstance(url, str) or not url:
        raise UserError("An image needs 'image_url' (a URL or a data URL) or 'file_id'.")
    if not url.startswith("data:"):
        return {"type": "url", "url": url}
    kind, data = _data_url(url)
    return _image_data(kind, data)


def _image_data(kind: str, data: bytes) -> Block:
    kind = "image/jpeg" if kind == "image/jpg" else kind
    if kind not in _IMAGES:
        raise UserError(f"Anthropic Messages takes images as {', '.join(_IMAGES)}, not as {kind!r}.")
    return {"type": "base64", "media_type": kind, "data": base64.b64encode(data).decode()}


def _file(part: Mapping[str, Any]) -> Block:
    name = str(part.get("filename") or "")
    titled = {"title": name} if name else {}
    if part.get("file_id"):
        return {"type": "document", "source": {"type": "file", "file_id": part["file_id"]}, **titled}
    if part.get("file_url"):
        return {"type": "document", "source": {"type": "url", "url": part["file_url"]}, **titled}
    encoded = part.get("file_data")
    if not isinstance(encoded, str) or not encoded:
        raise UserError("A file needs 'file_data' (a data URL, or base64), 'file_url' or 'file_id'.")
    kind, data = _data_url(encoded) if encoded.startswith("data:") else ("", _base64(encoded))
    if kind in ("", "application/octet-stream"):
        kind = _kind_of(name, data)
    if kind.startswith("image/"):
        return {"type": "image", "source": _image_data(kind, data)}
    return {"type": "document", "source": _document_source(kind, name, data), **titled}


def _document_source(kind: str, name: str, data: bytes) -> Block:
    if kind == _PDF:
        return {"type": "base64", "media_type": _PDF, "data": base64.b64encode(data).decode()}
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if not text.strip() or "\0" in text:  # JSON, CSV, source code and the like are text, whatever they are called
        raise UserError(
            f"Anthropic Messages takes files as PDF, image or text; {name or kind or 'this file'!r} is none."
        )
    return {"type": "text", "media_type": "text/plain", "data": text}


def _kind_of(name: str, data: bytes) -> str:
    """The media type of a file that comes without one."""
    if data.startswith(b"%PDF-"):
        return _PDF
    return next((kind for suffix, kind in _BY_SUFFIX.items() if name.lower().endswith(suffix)), "")


def _data_url(url: str) -> tuple[str, bytes]:
    """Media type and data of a ``data:`` URL (RFC 2397)."""
    head, comma, data = url[len("data:") :].partition(",")
    if not comma:
        raise UserError("A data URL reads 'data:<media type>;base64,<data>'; this one has no comma.")
    kind, *parameters = head.lower().split(";")
    return kind.strip(), _base64(data) if "base64" in parameters else unquote_to_bytes(data)


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text.translate(_FROM_URLSAFE), validate=True)
    except (binascii.Error, ValueError) as error:
        raise UserError(f"The data of an image or file is no base64: {error}.") from None


_FROM_URLSAFE = str.maketrans({"-": "+", "_": "/", "\n": None, "\r": None, " ": None})
