"""What an answer has begun and not ended: the items that the assembler, which is above, has open."""

from __future__ import annotations

from typing import Any


class OpenText:
    """An open message."""

    __slots__ = ("annotations", "data", "fragments", "id", "index", "kind", "logprobs", "part", "parts")

    def __init__(self, id: str, index: int) -> None:
        self.id = id
        self.index = index
        self.parts: list[tuple[str, list[str]]] = []  # (kind, fragments), kind is output_text or refusal
        self.part = -1  # the open one is the last
        self.kind = ""
        self.fragments: list[str] = []
        self.annotations: list[Any] = []
        self.logprobs: list[Any] = []
        self.data: dict[str, Any] = {}


class OpenReasoning:
    """An open reasoning item."""

    __slots__ = ("data", "id", "index", "opaque", "text")

    def __init__(self, id: str, index: int) -> None:
        self.id = id
        self.index = index
        self.text: list[str] = []
        self.opaque: str | None = None
        self.data: dict[str, Any] = {}


class OpenCall:
    """An open tool call."""

    __slots__ = ("arguments", "call_id", "data", "id", "index", "name")

    def __init__(self, id: str, index: int, call_id: str, name: str) -> None:
        self.id = id
        self.index = index
        self.call_id = call_id
        self.name = name
        self.arguments: list[str] = []
        self.data: dict[str, Any] = {}
