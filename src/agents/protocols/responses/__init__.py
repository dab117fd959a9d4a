"""OpenAI Responses, and the services that speak it too.

The conversation format of this package is that of this protocol, so there is little to translate. ``encode``
writes requests, ``conversation`` cleans the items in them, ``wire`` reads JSON, ``objects`` makes ``openai``'s
objects of it, ``decode`` reads answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...items import ModelResponse
from ...wire_call import WireCall
from ..base import Maker, ModelRequest, Profile
from ..names import OPENAI
from .decode import ResponsesDecoder, decode
from .encode import HOSTED_OPTIONS, encode


class Responses:
    """The codec: :func:`encode`, :func:`decode` and :class:`ResponsesDecoder` under one name."""

    names = OPENAI
    keeps_state = True
    hosted_options: Mapping[str, frozenset[str] | None] = HOSTED_OPTIONS

    def encode(self, request: ModelRequest, profile: Profile) -> WireCall:
        """The request as Responses wants it."""
        return encode(request, profile)

    def holds_output(self, request: ModelRequest, profile: Profile) -> bool:
        """Whether the service holds the answer to its schema: always, unless it is asked for in words."""
        return request.output is None or profile.structured_output != "prompt"

    def decode(self, payload: Any, maker: Maker, profile: Profile, *, keep_usage: bool) -> ModelResponse:
        """A whole answer."""
        return decode(payload, maker, keep_usage=keep_usage)

    def decoder(self, maker: Maker, profile: Profile, *, keep_usage: bool) -> ResponsesDecoder:
        """A reader for one streamed answer."""
        return ResponsesDecoder(maker, keep_usage=keep_usage)


__all__ = ["Responses"]
