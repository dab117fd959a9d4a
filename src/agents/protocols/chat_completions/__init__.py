"""OpenAI Chat Completions, and the many services that speak its dialects (LiteLLM among them).

``encode`` writes requests, with ``messages`` (the conversation), ``arrange`` (what services want of its form) and
``effort`` (reasoning); ``wire`` names the shapes of answers, ``decode`` reads them, with ``said`` and ``content`` for
what they say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...items import ModelResponse
from ...wire_call import WireCall
from ..base import Maker, ModelRequest, Profile
from ..names import OPENAI
from .decode import ChatDecoder, decode
from .encode import encode, holds_output


class ChatCompletions:
    """The codec: :func:`encode`, :func:`decode` and :class:`ChatDecoder` under one name."""

    names = OPENAI
    keeps_state = False
    hosted_options: Mapping[str, frozenset[str] | None] = {}

    def encode(self, request: ModelRequest, profile: Profile) -> WireCall:
        """The request as Chat Completions wants it."""
        return encode(request, profile)

    def holds_output(self, request: ModelRequest, profile: Profile) -> bool:
        """Whether the service holds the answer to its schema."""
        return holds_output(request, profile)

    def decode(self, payload: Any, maker: Maker, profile: Profile, *, keep_usage: bool) -> ModelResponse:
        """A whole answer."""
        return decode(payload, maker, profile, keep_usage=keep_usage)

    def decoder(self, maker: Maker, profile: Profile, *, keep_usage: bool) -> ChatDecoder:
        """A reader for one streamed answer."""
        return ChatDecoder(maker, profile, keep_usage=keep_usage)


__all__ = ["ChatCompletions"]
