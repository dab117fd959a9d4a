"""One model call between a codec, which knows how it looks, and a transport, which knows how it moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Receipt:
    """What a transport learns beside the frames of a stream."""

    request_id: str | None = None
    """The service's id for the request; it stands once the first frame has come."""
    secrets: Callable[[], Sequence[str]] = tuple
    """Gives the texts, such as the key in use, that may stand in an answer and that no error may show."""


@dataclass(frozen=True, slots=True)
class WireCall:
    """One call as its protocol wants it, before any transport has touched it."""

    body: dict[str, Any]
    """The request body, as JSON data. It belongs to the call: what the transport does to it, no caller sees."""
    stream: bool
    path: str = ""
    """Where the call goes, below the service's base address; clients that know the way do not look at it."""
    headers: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, object] = field(default_factory=dict)
    extra_body: Mapping[str, Any] = field(default_factory=dict)
    """Fields that the user adds to the body."""
    extra_args: Mapping[str, Any] = field(default_factory=dict)
    """Arguments that the user gives to the client or adapter underneath."""
    retries: bool = True
    """Whether the transport may try again by itself: not when the run has a retry policy."""
    receipt: Receipt = field(default_factory=Receipt, compare=False)


@dataclass(frozen=True, slots=True)
class WireReply:
    """A whole answer: its payload in whatever form the codec reads, and what came beside it."""

    payload: Any
    request_id: str | None = None
