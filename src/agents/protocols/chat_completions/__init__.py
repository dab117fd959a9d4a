"""OpenAI Chat Completions, and the many services that speak its dialects (LiteLLM among them).

``encode`` writes requests, ``wire`` names the shapes of answers, ``decode`` reads them.
"""

from __future__ import annotations

from typing import Any

from ...items import ModelResponse
from ...wire_call import WireCall
from ..base import Maker, ModelRequest, Profile
from .decode import ChatDecoder, decode
from .encode import encode


class ChatCompletions:
    """The codec: :func:`encode`, :func:`decode` and :class:`ChatDecoder` under one name."""

    keeps_state = False

    def encode(self, request: ModelRequest, profile: Profile) -> WireCall:
        """The request as Chat Completions wants it."""
        return encode(request, profile)

    def decode(self, payload: Any, maker: Maker, profile: Profile, *, keep_usage: bool) -> ModelResponse:
        """A whole answer."""
        return decode(payload, maker, keep_usage=keep_usage, by_tool=profile.structured_output == "tool")

    def decoder(self, maker: Maker, profile: Profile, *, keep_usage: bool) -> ChatDecoder:
        """A reader for one streamed answer."""
        return ChatDecoder(maker, keep_usage=keep_usage, by_tool=profile.structured_output == "tool")


__all__ = ["ChatCompletions"]
