"""What a protocol module is to the server, and the few things that all of them need.

Above: :mod:`.server` and the protocol modules, each of which *is* a `WireProtocol` (a module with these
functions). Below: :mod:`.script` and :mod:`.seals`. To add a protocol, write one such module and add it to
the server's table.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import re
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from .script import (
    Ask,
    DuplicateIds,
    Part,
    Redacted,
    Refusal,
    Reply,
    Text,
    Thinking,
    Tokens,
    ToolCall,
)
from .seals import Seals

__all__ = [
    "Call",
    "House",
    "Refused",
    "Route",
    "Settled",
    "WireProtocol",
    "compact",
    "encoded",
    "estimate",
    "pieces",
    "said",
    "stop_of",
    "tally",
]


@dataclass(frozen=True)
class Route:
    """What the address alone says: the model and whether to stream, where the protocol puts them there."""

    model: str | None = None
    stream: bool | None = None


@dataclass(frozen=True)
class Call:
    """A request as it came: header names in lower case, body unread."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Settled:
    """The answer to a request that needs no model: something kept, or the word that it is gone."""

    body: Any


class Refused(Exception):  # noqa: N818 - the vendors' word for it
    """The real service would answer this request with an error; `extra` goes into the error object as the
    vendor has it.
    """

    def __init__(
        self, status: int, message: str, type: str | None = None, code: str | None = None, **extra: Any
    ) -> None:
        super().__init__(f"{status}: {message}")
        self.status, self.message, self.type, self.code, self.extra = status, message, type, code, extra


class House:
    """What belongs to one server: its keys, the models it does not know, its seals and its supply of ids."""

    def __init__(
        self,
        keys: Collection[str],
        unknown_models: Collection[str],
        stream_tokens: int | None,
        reasoning_field: str | None,
    ) -> None:
        self.keys = frozenset(keys)
        self.seals = Seals()
        self.stream_tokens = stream_tokens
        self.reasoning_field = reasoning_field
        self._unknown = frozenset(unknown_models)
        self._count = itertools.count(1)

    def knows(self, model: str) -> bool:
        """Whether there is a model of this name."""
        return bool(model) and model not in self._unknown and not model.startswith("no-such-")

    def mint(self, prefix: str, length: int = 24) -> str:
        """A fresh id; unlike any other of this server, and the same from run to run."""
        return prefix + hashlib.sha256(f"{next(self._count)}".encode()).hexdigest()[:length]

    def now(self) -> int:
        """Seconds since the epoch."""
        return int(time.time())


class WireProtocol(Protocol):
    """A protocol module: reads and checks requests, renders replies and errors, all without any I/O."""

    NAME: str

    def route(self, method: str, path: str, query: Mapping[str, str], /) -> Route | None:
        """What the address says, or None when it is not this protocol's."""

    def read(self, call: Call, route: Route, house: House, /) -> Ask | Settled:
        """Check a request as strictly as the real service does; raises `Refused`."""

    def plain(self, ask: Ask, reply: Reply, house: House, /) -> Any:
        """The whole answer as one JSON value."""

    def stream(self, ask: Ask, reply: Reply, house: House, /) -> Iterator[bytes]:
        """The answer as framed events."""

    def error(self, refused: Refused, request_id: str, /) -> Any:
        """The vendor's error body."""

    def error_event(self, ask: Ask, refused: Refused, request_id: str, /) -> bytes:
        """The vendor's way to say in the middle of a 200 stream that it failed."""

    def headers(self, request_id: str, /) -> Mapping[str, str]:
        """The headers every answer of this vendor has."""


def compact(value: Any) -> str:
    """JSON without spaces, as the services send it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def encoded(value: Any) -> bytes:
    """A body as bytes: bytes and text as they are, anything else as JSON."""
    if isinstance(value, bytes):
        return value
    return (value if isinstance(value, str) else compact(value)).encode()


def estimate(text: str) -> int:
    """Tokens of a text: a quarter of its characters, rounded up."""
    return -(-len(text) // 4)


def pieces(part: Text | Thinking | Refusal, limit: int | None = None) -> list[str]:
    """The fragments in which a stream delivers a text: by hand, else word by word, in at most `limit` of
    them.
    """
    if isinstance(part, Text) and part.pieces is not None:
        return list(part.pieces)
    words = re.findall(r"\S+\s*|\s+", part.whole() if isinstance(part, Text) else part.text)
    if limit is None or len(words) <= limit:
        return words
    size = -(-len(words) // limit)
    return ["".join(words[start : start + size]) for start in range(0, len(words), size)]


def said(reply: Reply, house: House, prefix: str) -> list[Part]:
    """The parts of a reply, every call with an id."""
    parts: list[Part] = [
        replace(part, id=house.mint(prefix)) if isinstance(part, ToolCall) and part.id is None else part
        for part in reply.said()
    ]
    if reply.has(DuplicateIds):
        first = next((part.id for part in parts if isinstance(part, ToolCall)), None)
        parts = [replace(part, id=first) if isinstance(part, ToolCall) else part for part in parts]
    return parts


def stop_of(reply: Reply) -> str:
    """Why the reply ended, in neutral words."""
    if reply.stop:
        return reply.stop
    kinds = {type(part) for part in reply.said()}
    return "tools" if ToolCall in kinds else "refusal" if Refusal in kinds else "end"


def tally(ask: Ask, reply: Reply) -> Tokens:
    """The usage of a reply: as scripted, else counted from the lengths of its texts."""
    if reply.usage:
        return reply.usage
    spoken, thought = 0, 0
    for part in reply.said():
        match part:
            case Thinking(text=text):
                thought += estimate(text)
            case Redacted(data=data):
                thought += estimate(data)
            case ToolCall(name=name, arguments=arguments):
                spoken += estimate(name + (arguments if isinstance(arguments, str) else compact(arguments)))
            case Refusal(text=text):
                spoken += estimate(text)
            case Text():
                spoken += estimate(part.whole())
    return Tokens(input=max(ask.prompt_tokens, 1), output=max(spoken + thought, 1), reasoning=thought)
