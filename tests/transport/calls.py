"""Calls for the tests, and both ways to make them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from agents.transport.http import HttpTransport, Timeouts
from agents.wire_call import WireCall

KEY = "sim-key"
MODES = ["plain", "stream"]
BOTH = pytest.mark.parametrize("mode", MODES)


def hurried(seconds: float = 0.3) -> Timeouts:
    """For tests of silence: it is over soon."""
    return Timeouts(connect=2, first_byte=seconds, between_bytes=seconds)


def call(*, stream: bool = False, **fields: Any) -> WireCall:
    """A Chat Completions call."""
    body = {"model": "m", "messages": [{"role": "user", "content": "Hi"}], **fields.pop("body", {})}
    if stream:
        body["stream"] = True
    return WireCall(body=body, stream=stream, path=fields.pop("path", "/chat/completions"), **fields)


class Waits(list[float]):
    """Stands in for sleeping, and notes how long it would have been."""

    async def __call__(self, seconds: float) -> None:
        self.append(seconds)


def transport(base_url: str, **options: Any) -> HttpTransport:
    """A transport that has a key and does not really wait between tries."""
    options.setdefault("sleep", Waits())
    options.setdefault("headers", {"Authorization": f"Bearer {KEY}"})
    return HttpTransport(base_url, provider="acme", **options)


Answers = Callable[..., Awaitable[list[bytes]]]


async def answers(transport: HttpTransport, mode: str, frames: list[bytes] | None = None, **fields: Any) -> list[bytes]:
    """What comes back, plain or streamed; ``frames`` keeps what came before an error."""
    found = [] if frames is None else frames
    if mode == "plain":
        found.append((await transport.send(call(**fields))).payload)
    else:
        async for frames_read in transport.stream(call(stream=True, **fields)):
            found += frames_read
    return found
