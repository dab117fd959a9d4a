"""Images on Messages: what they are must be what they are said to be, within the limits of size.

Above: `rules`. Sources: Anthropic's page on vision (8000 pixels, 2000 in requests of more than twenty images, five
megabytes of base64 each), and the errors that users report (github.com/anthropics/claude-code/issues/15746, 19631,
24630, 4778 and 56511).
"""

from __future__ import annotations

import base64
import binascii
import struct
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .shape import refuse
from .turns import Turn

__all__ = ["check_images"]

_MOST_BYTES = 5 * 1024 * 1024
_SIGNS = ((b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"))


def check_images(turns: Sequence[Turn]) -> None:
    """Every image that came as base64."""
    found = [each for turn in turns for each in _images(f"messages.{turn.index}", turn.blocks)]
    sent = [(where, block["source"]) for where, block in found if block["source"]["type"] == "base64"]
    limit, why = (2000, " for many-image requests") if len(found) > 20 else (8000, "")
    for where, source in sent:
        at = f"{where}.image.source.base64"
        if len(source["data"]) > _MOST_BYTES:
            raise refuse(f"{at}: image exceeds 5 MB maximum: {len(source['data'])} bytes > {_MOST_BYTES} bytes")
        data = _decoded(source["data"])
        kind = _kind(data)
        if kind is None:
            raise refuse("Could not process image")
        if kind != source["media_type"]:
            raise refuse(f"{at}.data: Image does not match the provided media type {source['media_type']}")
        if max(_size(data, kind), default=0) > limit:
            raise refuse(
                f"{at}.data: At least one of the image dimensions exceed max allowed size{why}: {limit} pixels"
            )


def _images(where: str, blocks: Any) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for index, block in enumerate(blocks if isinstance(blocks, list) else ()):
        at = f"{where}.content.{index}"
        if block["type"] == "image":
            yield at, block
        elif block["type"] == "tool_result":
            yield from _images(f"{at}.tool_result", block.get("content"))


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""


def _kind(data: bytes) -> str | None:
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for sign, kind in _SIGNS if data.startswith(sign)), None)


def _size(data: bytes, kind: str) -> tuple[int, ...]:
    """Width and height, of the formats that tell them in their first bytes."""
    if kind == "image/png" and len(data) >= 24:
        return struct.unpack(">II", data[16:24])
    return struct.unpack("<HH", data[6:10]) if kind == "image/gif" and len(data) >= 10 else ()
