"""A running simulator, and requests that the real services would accept, for the tables to spoil."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from agents.testing.simulator import Simulator

from ..conformance.columns import close_clients


@dataclass(frozen=True)
class Answer:
    """A whole HTTP answer."""

    status: int
    headers: Any
    content: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.content)

    @property
    def events(self) -> list[Any]:
        """The data of each server-sent event."""
        lines = self.content.decode().splitlines()
        data = [line[6:] for line in lines if line.startswith("data: ")]
        return [each if each == "[DONE]" else json.loads(each) for each in data]


Post = Callable[..., Awaitable[Answer]]


@pytest.fixture
def spoiled() -> Callable[[dict[str, Any], dict[str, Any]], dict[str, Any]]:
    """A request with fields replaced, or dropped where the patch says `...`."""

    def patched(base: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in {**base, **patch}.items() if value is not ...}

    return patched


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    """A simulator with default options."""
    async with Simulator() as simulator:
        yield simulator
        await close_clients()


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    """POST JSON (or bytes) to a simulator, with the key where each protocol wants it."""
    async with aiohttp.ClientSession() as session:

        async def send(sim: Simulator, path: str, body: Any, headers: dict[str, str] | None = None) -> Answer:
            base = {
                "authorization": "Bearer sim-key",
                "anthropic-version": "2023-06-01",
                "x-goog-api-key": "sim-key",
                "content-type": "application/json",
            }
            sent = {name: value for name, value in {**base, **(headers or {})}.items() if value}
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
            async with session.post(sim.url + path, data=data, headers=sent) as response:
                return Answer(response.status, response.headers, await response.read())

        yield send
