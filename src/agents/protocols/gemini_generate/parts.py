"""Content parts of messages and tool outputs as Gemini's parts: text, inline data, files by address.

``contents`` is above. The parts of Chat Completions are read as well, since users write them.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from ...exceptions import UserError

_TYPES = {
    ending: f"{kind}/{ending}"
    for kind, endings in {
        "application": ("json", "pdf"),
        "audio": ("aac", "aiff", "flac", "m4a", "mp3", "ogg", "wav"),
        "image": ("gif", "heic", "heif", "jpeg", "png", "webp"),
        "text": ("css", "csv", "html", "rtf", "xml"),
        "video": ("avi", "mov", "mp4", "mpeg", "mpg", "webm", "wmv"),
    }.items()
    for ending in endings
} | {
    "3gp": "video/3gpp",
    "jpg": "image/jpeg",
    "js": "text/javascript",
    "md": "text/markdown",
    "py": "text/x-python",
    "txt": "text/plain",
}
"""Media types by the ending of a name; Gemini reads no other kinds."""
_DATA_URL = re.compile(r"data:([^;,]*)((?:;[^;,]*)*?)(;base64)?,(.*)", re.DOTALL)


def part_of(part: Mapping[str, Any]) -> dict[str, Any] | None:
    """A content part as Gemini takes it; ``None`` for empty text, which Vertex refuses.

    Raises:
        UserError: Gemini has no such part, or it holds nothing.
    """
    kind = part.get("type")
    if kind in ("input_text", "output_text", "text", "refusal"):
        text = str(part.get("refusal" if kind == "refusal" else "text") or "")
        return {"text": text} if text else None
    if kind in ("input_image", "image_url", "video_url", "input_file", "file", "input_audio"):
        return _media(str(kind), part)
    raise UserError(f"Gemini cannot carry a content part of type {kind!r}.")


def _media(kind: str, part: Mapping[str, Any]) -> dict[str, Any]:
    nested = part.get(kind)
    fields = nested if isinstance(nested, Mapping) else {**part, "url": nested} if nested else part
    if kind == "input_audio" and fields.get("data"):
        return _inline(f"audio/{fields.get('format') or 'wav'}", str(fields["data"]))
    if kind == "input_image" and isinstance(url := fields.get("image_url"), Mapping):
        fields = url
    named = _type_of(str(fields.get("filename") or ""))
    if data := fields.get("file_data"):
        text = str(data)
        # A file without type or name: OpenAI's API, whose part this is, began with PDF alone.
        return _from_url(text, named) if text.startswith("data:") else _inline(named or "application/pdf", text)
    for name in ("url", "image_url", "file_url", "file_id"):
        if address := fields.get(name):
            return _from_url(str(address), named)
    raise UserError(f"A content part of type {kind!r} needs a URL, a data URL, a file id or data; it has none.")


def _from_url(url: str, named: str | None) -> dict[str, Any]:
    """A data URL as inline data, any other address as it is: of the web, of Cloud Storage, or an uploaded file's."""
    if not url.startswith("data:"):
        media_type = named or _type_of(urlsplit(url).path)
        return {"fileData": {"fileUri": url, **({"mimeType": media_type} if media_type else {})}}
    found = _DATA_URL.match(url)
    if found is None:
        raise UserError("A data URL must have the form 'data:TYPE;base64,DATA'.")
    media_type, data = found[1] or named or "text/plain", found[4]
    return _inline(media_type, data if found[3] else base64.b64encode(unquote_to_bytes(data)).decode())


def _inline(media_type: str, data: str) -> dict[str, Any]:
    if not data:
        raise UserError(f"A content part of type {media_type!r} holds no data.")
    return {"inlineData": {"mimeType": media_type, "data": data}}


def _type_of(name: str) -> str | None:
    return _TYPES.get(name.rpartition(".")[2].lower())
