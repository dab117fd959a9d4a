"""OpenAI's models over Chat Completions, and whatever else an ``AsyncOpenAI`` client is pointed at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..protocols.base import Profile
from ..protocols.chat_completions import ChatCompletions
from ..protocols.json_schema import OPENAI_STRICT
from ..transport.openai_client import CallsLast, OpenAIClientTransport
from .catalog.profiles import provider_fields
from .openai_defaults import address_of, provider_of
from .reasoning_content_replay import ShouldReplayReasoningContent, replay_filter
from .wire_model import WireModel

if TYPE_CHECKING:
    from openai import AsyncOpenAI


class OpenAIChatCompletionsModel(WireModel):
    """A model over Chat Completions, through the caller's client.

    Args:
        model: The model's name, as the service knows it.
        openai_client: The client; its ``base_url`` decides which service answers.
        should_replay_reasoning_content: Decides whether a reasoning item goes back as ``reasoning_content``.
        strict_feature_validation: Raise ``UserError`` for what only the Responses API has, instead of a warning.
        buffer_streamed_tool_calls: Hold the pieces of tool calls back until the stream has ended: for servers that
            mix them up with the text.
    """

    def __init__(
        self,
        model: str,
        openai_client: AsyncOpenAI,
        should_replay_reasoning_content: ShouldReplayReasoningContent | None = None,
        strict_feature_validation: bool = False,
        buffer_streamed_tool_calls: bool = False,
    ) -> None:
        base_url, provider = address_of(openai_client), provider_of(openai_client)
        official = provider == "openai"
        transport = OpenAIClientTransport(openai_client, provider, "chat.completions")
        super().__init__(
            str(model) if model else "",
            codec=ChatCompletions(),
            transport=CallsLast(transport) if buffer_streamed_tool_calls else transport,
            profile=Profile(
                provider=provider,
                # OpenAI's reasoning models refuse `max_tokens`; most other services know nothing else.
                max_tokens_field="max_completion_tokens" if official else "max_tokens",
                reasoning_replay="reasoning_content" if should_replay_reasoning_content else "never",
                replay_filter=replay_filter(should_replay_reasoning_content, str(model), base_url),
                stream_usage_default=official,
                store_default=True if official else None,
                refused_keywords=OPENAI_STRICT if official else (),
                **(provider_fields(provider, "openai-chat", str(model)) if official else {}),
            ),
            strict_feature_validation=strict_feature_validation,
        )
        self.base_url = base_url

    def _trace_config(self) -> Mapping[str, Any]:
        return {"base_url": self.base_url}
