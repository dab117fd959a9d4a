"""What every codec takes and gives: the request in neutral terms, the call as the wire wants it, the profile between."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from typing_extensions import TypeAlias

if TYPE_CHECKING:
    from ..items import ModelResponse, TResponseStreamEvent
    from ..model_settings import ModelSettings
    from ..wire_call import WireCall

Item: TypeAlias = Mapping[str, Any]
"""A Responses input item."""


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A function that the model may call; a handoff looks the same to a model."""

    name: str
    description: str
    parameters: Mapping[str, Any]
    """JSON Schema of the arguments: an object."""
    strict: bool


@dataclass(frozen=True, slots=True)
class OutputSpec:
    """The JSON that the final answer must be."""

    name: str
    schema: Mapping[str, Any]
    strict: bool


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """One model call in neutral terms."""

    model: str
    instructions: str | None
    items: Sequence[Item]
    tools: Sequence[ToolSpec]
    output: OutputSpec | None
    settings: ModelSettings
    stream: bool


@dataclass(frozen=True, slots=True)
class CallIds:
    """Which tool call ids a reader accepts, and how a foreign one is rewritten."""

    pattern: re.Pattern[str]
    prefix: str
    length: int
    """Length of a rewritten id, prefix included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Who a model is and what it can do. All differences between readers of one protocol are fields here."""

    provider: str
    """Whose model it is; recorded on every item that it makes."""
    call_ids: CallIds = CallIds(re.compile(r"[a-zA-Z0-9_-]{1,40}\Z"), "call_", 29)
    """OpenAI refuses ids of more than 40 characters; Anthropic allows this alphabet only."""
    max_tokens_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    """OpenAI's reasoning models refuse ``max_tokens``; many compatible servers know nothing else."""
    reasoning_replay: Literal["never", "reasoning_content", "thinking_blocks"] = "never"
    """In which field, if in any, the model's own reasoning goes back to it."""
    replay_filter: Callable[[Item], bool | None] | None = None
    """A user's own decision whether a reasoning item goes back as ``reasoning_content``."""
    signs_calls: bool = False
    """Whether the signature that came with a tool call must return with it (Gemini through LiteLLM)."""
    tool_media: Literal["native", "user"] = "user"
    """Whether a tool message may hold images and files, or they follow in a user message."""
    json_schema: bool = True
    """Whether the model takes a JSON schema for its answer."""
    stream_usage_default: bool = False
    """Whether usage is asked for in streams without ``ModelSettings(include_usage=True)``."""
    store_default: bool | None = None
    """What ``store`` is when the settings are silent."""


@dataclass(frozen=True, slots=True)
class Maker:
    """Who makes the items of one response, and what makes their ids unique."""

    provider: str
    model: str
    seed: str
    """Unique for the call: stands in where the provider sends no response id or call id."""
    created_at: float
    """Seconds since the epoch."""


class Decoder(Protocol):
    """Turns the frames of one stream into events."""

    response: ModelResponse
    """The whole answer; it stands once ``close`` has returned."""

    def feed(self, payload: Any) -> list[TResponseStreamEvent]:
        """Read one frame: bytes of JSON, or a client's object of the same shape."""

    def close(self) -> list[TResponseStreamEvent]:
        """The stream has ended: the last events.

        Raises:
            ProviderProtocolError: It ended before the answer did.
        """

    def partial(self) -> ModelResponse:
        """What has been received so far."""


class Codec(Protocol):
    """One wire protocol."""

    def encode(self, request: ModelRequest, profile: Profile) -> WireCall:
        """The request as the wire wants it."""

    def decode(self, payload: Any, maker: Maker, profile: Profile, *, keep_usage: bool) -> ModelResponse:
        """A whole answer: bytes of JSON, or a client's object of the same shape."""

    def decoder(self, maker: Maker, profile: Profile, *, keep_usage: bool) -> Decoder:
        """A reader for one streamed answer."""
