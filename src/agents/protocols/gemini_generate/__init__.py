"""Gemini's generateContent, on the Gemini API and on Vertex AI.

``encode`` writes requests, with ``contents`` (the conversation), ``parts`` (text and media), ``schema`` and ``names``
beneath it; ``wire`` names the shapes of answers, ``decode`` reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...items import ModelResponse
from ...wire_call import WireCall
from ..base import Maker, ModelRequest, Profile
from ..names import GEMINI
from .decode import GeminiDecoder, decode
from .encode import encode
from .hosted import HOSTED_OPTIONS


class GeminiGenerate:
    """The codec: :func:`encode`, :func:`decode` and :class:`GeminiDecoder` under one name."""

    names = GEMINI
    keeps_state = False
    hosted_options: Mapping[str, frozenset[str] | None] = HOSTED_OPTIONS

    def encode(self, request: ModelRequest, profile: Profile) -> WireCall:
        """The request as generateContent wants it."""
        return encode(request, profile)

    def holds_output(self, request: ModelRequest, profile: Profile) -> bool:
        """Whether the service holds the answer to its schema: always, unless it is asked for in words."""
        return request.output is None or profile.structured_output != "prompt"

    def decode(self, payload: Any, maker: Maker, profile: Profile, *, keep_usage: bool) -> ModelResponse:
        """A whole answer."""
        return decode(payload, maker, profile, keep_usage=keep_usage)

    def decoder(self, maker: Maker, profile: Profile, *, keep_usage: bool) -> GeminiDecoder:
        """A reader for one streamed answer."""
        return GeminiDecoder(maker, profile, keep_usage=keep_usage)


__all__ = ["GeminiGenerate"]
