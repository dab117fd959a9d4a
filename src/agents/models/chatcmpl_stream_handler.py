"""``ChatCmplStreamHandler``: a stream of Chat Completions as events, by the codec's decoder."""

from __future__ import annotations

import time
import uuid
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from ..protocols.base import Maker, Profile
from ..protocols.chat_completions import ChatCompletions
from ..transport.openai_client import calls_last

if TYPE_CHECKING:
    from ..items import TResponseStreamEvent


class ChatCmplStreamHandler:
    """Reads streams that somebody else has opened."""

    @classmethod
    async def handle_stream(
        cls,
        response: Any,
        stream: AsyncIterator[Any],
        model: str | None = None,
        strict_feature_validation: bool = False,
        preserve_raw_usage: bool = False,
        raise_on_length_truncation: bool = False,
        require_finish_reason: bool = False,
    ) -> AsyncIterator[TResponseStreamEvent]:
        """The events of a stream, the last of which holds the whole answer.

        Args:
            response: A ``Response`` whose id and model are those of the answer, where the stream has none.
            stream: The chunks.
            model: Who answers.
            strict_feature_validation: As the next but one, always on: what cannot be read is an error.
            preserve_raw_usage: Whether the service's own usage record is kept.
            raise_on_length_truncation: Always on, within a tool call: half of one cannot be carried out.
            require_finish_reason: Always on: a stream without one was cut.

        Raises:
            ProviderError: The service failed within the stream, or the stream broke off.
            ModelBehaviorError: The answer was cut off in the middle of a tool call.
        """
        maker = Maker("openai", model or response.model, uuid.uuid4().hex, time.time())
        decoder = ChatCompletions().decoder(maker, Profile(provider="openai"), keep_usage=preserve_raw_usage)
        async for chunk in stream:
            for event in decoder.feed(chunk):
                yield event
        for event in decoder.close():
            yield event

    @classmethod
    def buffer_tool_call_stream(cls, stream: AsyncIterator[Any]) -> AsyncIterator[Any]:
        """The same chunks, with the pieces of tool calls at the end, one call after the other."""
        return calls_last(stream)
