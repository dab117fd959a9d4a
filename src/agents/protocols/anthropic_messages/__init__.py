"""Anthropic Messages: Claude, and the services that speak its protocol.

``encode`` writes the request, with ``conversation`` and ``content`` for its messages, ``schema`` for what answers must
be, and ``names`` for tools; ``wire`` names the shapes of answers, ``decode`` reads them. Facts are from Anthropic's API
reference and the types of its client (2.12).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...items import ModelResponse
from ...wire_call import WireCall
from ..base import Maker, ModelRequest, Profile
from ..names import ANTHROPIC
from .decode import MessagesDecoder, decode
from .encode import encode, holds_output
from .hosted import HOSTED_OPTIONS


class AnthropicMessages:
    """The codec: :func:`encode`, :func:`decode` and :class:`MessagesDecoder` under one name."""

    names = ANTHROPIC
    keeps_state = False
    hosted_options: Mapping[str, frozenset[str] | None] = HOSTED_OPTIONS

    def encode(self, request: ModelRequest, profile: Profile) -> WireCall:
        """The request as Messages wants it."""
        return encode(request, profile)

    def holds_output(self, request: ModelRequest, profile: Profile) -> bool:
        """Whether the service holds the answer to its schema."""
        return holds_output(request, profile)

    def decode(self, payload: Any, maker: Maker, profile: Profile, *, keep_usage: bool) -> ModelResponse:
        """A whole answer: bytes of JSON."""
        return decode(payload, maker, keep_usage=keep_usage)

    def decoder(self, maker: Maker, profile: Profile, *, keep_usage: bool) -> MessagesDecoder:
        """A reader for one streamed answer."""
        return MessagesDecoder(maker, keep_usage=keep_usage)


__all__ = ["AnthropicMessages"]
