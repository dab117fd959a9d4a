"""Calls through an ``AsyncOpenAI`` client: the caller's own, or the default one.

The client builds its objects from the answer, which costs time that a transport of ours would not; it is the caller's
choice of client, with its proxies, headers and instrumentation, that this path honours.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from json import JSONDecodeError
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Literal

from .. import openai_types as oai
from ..error_map import request_id
from ..wire_call import WireCall, WireReply
from .client_errors import cause, provider_error

if TYPE_CHECKING:
    from openai import AsyncOpenAI


class OpenAIClientTransport:
    """One of the APIs of an OpenAI client.

    Args:
        client: The client.
        provider: Who answers, as errors name it.
        resource: Where on the client the API's ``create`` is.
    """

    def __init__(self, client: AsyncOpenAI, provider: str, resource: Literal["chat.completions", "responses"]) -> None:
        self.client = client
        self.provider = provider
        self._resource = attrgetter(resource)

    async def send(self, call: WireCall) -> WireReply:
        """The whole answer, as the client's object."""
        reply = await self._create(call)
        return WireReply(reply, getattr(reply, "_request_id", None))

    async def stream(self, call: WireCall) -> AsyncGenerator[Sequence[Any], None]:
        """The chunks or events, as the client's objects."""
        frames = await self._create(call)
        call.receipt.request_id = request_id(getattr(getattr(frames, "response", None), "headers", {}))
        try:
            async for frame in frames:
                yield (frame,)
        except Exception as error:  # noqa: BLE001 - a client may be anybody's: what is foreign is raised on
            raise self._mapped(error) from cause(error, self._secrets())
        finally:
            await (frames.close if hasattr(frames, "close") else frames.aclose)()

    async def close(self) -> None:
        """The client belongs to its owner: nothing to close."""

    async def _create(self, call: WireCall) -> Any:
        call.receipt.secrets = self._secrets
        client = self.client if call.retries else self.client.with_options(max_retries=0)
        try:
            return await self._resource(client).create(
                **call.body,
                extra_headers=dict(call.headers) or None,
                extra_query=dict(call.query) or None,
                extra_body=dict(call.extra_body) or None,
                **call.extra_args,
            )
        except Exception as error:  # noqa: BLE001 - a client may be anybody's: what is foreign is raised on
            raise self._mapped(error) from cause(error, self._secrets())

    def _mapped(self, error: Exception) -> Exception:
        unreadable = isinstance(error, (JSONDecodeError, UnicodeDecodeError, RecursionError))
        if unreadable or isinstance(error, (oai.OpenAIError, OSError)) or hasattr(error, "request"):
            return provider_error(self.provider, error, self._secrets())
        return error

    def _secrets(self) -> list[str]:
        key = getattr(self.client, "api_key", None)
        return [key] if isinstance(key, str) else []


class CallsLast:
    """A transport of Chat Completions that tells of tool calls when the stream has ended, one call after the other.

    Args:
        transport: Carries the calls.
    """

    def __init__(self, transport: OpenAIClientTransport) -> None:
        self.client = transport.client
        self._transport = transport

    async def send(self, call: WireCall) -> WireReply:
        """The whole answer."""
        return await self._transport.send(call)

    async def stream(self, call: WireCall) -> AsyncGenerator[Sequence[Any], None]:
        """The chunks; those with pieces of tool calls, and the last ones, when all have come."""
        async with aclosing(self._transport.stream(call)) as batches:
            async for frame in calls_last(frame async for batch in batches for frame in batch):
                yield (frame,)

    async def close(self) -> None:
        """Nothing to close, as below."""
        await self._transport.close()


async def calls_last(frames: AsyncIterator[Any]) -> AsyncGenerator[Any, None]:
    """The chunks of a stream with those that hold pieces of tool calls behind the others, call by call."""
    calls: list[Any] = []
    last: list[Any] = []
    async for frame in frames:
        choices = frame.choices or ()
        if any(choice.delta and choice.delta.tool_calls for choice in choices):
            calls.append(frame)
        elif last or any(choice.finish_reason for choice in choices):
            last.append(frame)
        else:
            yield frame
    for frame in (*sorted(calls, key=_place), *last):
        yield frame


def _place(frame: Any) -> int:
    """The index of the call that a chunk goes on with."""
    pieces = (piece for choice in frame.choices for piece in (choice.delta and choice.delta.tool_calls) or ())
    return next((piece.index or 0 for piece in pieces), 0)
