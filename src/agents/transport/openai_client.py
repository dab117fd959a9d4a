"""Calls through an ``AsyncOpenAI`` client: the caller's own, or the default one.

The client builds its objects from the answer, which costs time that a transport of ours would not; it is the caller's
choice of client, with its proxies, headers and instrumentation, that this path honours.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from json import JSONDecodeError
from typing import TYPE_CHECKING, Any

from .. import openai_types as oai
from ..wire_call import WireCall, WireReply
from .client_errors import cause, provider_error

if TYPE_CHECKING:
    from openai import AsyncOpenAI


class OpenAIChatTransport:
    """Chat Completions through an OpenAI client."""

    def __init__(self, client: AsyncOpenAI, provider: str) -> None:
        self.client = client
        self.provider = provider

    async def send(self, call: WireCall) -> WireReply:
        """The whole answer, as the client's ``ChatCompletion``."""
        completion = await self._create(call)
        return WireReply(completion, getattr(completion, "_request_id", None))

    async def stream(self, call: WireCall) -> AsyncGenerator[Any, None]:
        """The chunks, as the client's ``ChatCompletionChunk``."""
        chunks = await self._create(call)
        try:
            async for chunk in chunks:
                yield chunk
        except Exception as error:  # noqa: BLE001 - a client may be anybody's: what is foreign is raised on
            raise self._mapped(error) from cause(error, self._secrets())
        finally:
            await chunks.close()

    async def close(self) -> None:
        """The client belongs to its owner: nothing to close."""

    async def _create(self, call: WireCall) -> Any:
        client = self.client if call.retries else self.client.with_options(max_retries=0)
        try:
            return await client.chat.completions.create(
                **call.body,
                extra_headers=dict(call.headers) or None,
                extra_query=dict(call.query) or None,
                extra_body=dict(call.extra_body) or None,
                **call.extra_args,
            )
        except Exception as error:  # noqa: BLE001 - a client may be anybody's: what is foreign is raised on
            raise self._mapped(error) from cause(error, self._secrets())

    def _mapped(self, error: Exception) -> Exception:
        unreadable = isinstance(error, (JSONDecodeError, UnicodeDecodeError))
        if unreadable or isinstance(error, (oai.OpenAIError, OSError)) or hasattr(error, "request"):
            return provider_error(self.provider, error, self._secrets())
        return error

    def _secrets(self) -> list[str]:
        key = getattr(self.client, "api_key", None)
        return [key] if isinstance(key, str) else []
