"""``ChatCmplHelpers``: small questions about Chat Completions, answered by the codec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from openai.types.responses.response_text_delta_event import Logprob as DeltaLogprob

from ..protocols.chat_completions.decode import SIGNATURE_IN_ID
from .chatcmpl_converter import decoded
from .openai_chatcompletions import OpenAIChatCompletionsModel
from .openai_defaults import provider_of

if TYPE_CHECKING:
    from openai import AsyncOpenAI

    from ..model_settings import ModelSettings


class ChatCmplHelpers:
    """Every method is a class method."""

    @classmethod
    def is_openai(cls, client: AsyncOpenAI) -> bool:
        """Whether OpenAI itself answers the client."""
        return provider_of(client) == "openai"

    @classmethod
    def get_store_param(cls, client: AsyncOpenAI, model_settings: ModelSettings) -> bool | None:
        """Whether the answer is stored; ``None`` where the service is not told."""
        profile = OpenAIChatCompletionsModel("model", client).profile
        return profile.store_default if model_settings.store is None else model_settings.store

    @classmethod
    def get_stream_options_param(
        cls, client: AsyncOpenAI, model_settings: ModelSettings, stream: bool
    ) -> dict[str, bool] | None:
        """The options of a stream; ``None`` where the service is not told."""
        profile = OpenAIChatCompletionsModel("model", client).profile
        wanted = model_settings.include_usage
        asked = profile.stream_usage_default or None if wanted is None else wanted
        return {"include_usage": asked} if stream and asked is not None else None

    @classmethod
    def convert_logprobs_for_output_text(cls, logprobs: list[Any] | None) -> list[Any] | None:
        """Log probabilities as those of a text."""
        if not logprobs:
            return None
        content = [token.model_dump(mode="json") for token in logprobs]
        (message,) = decoded(
            {"message": {"content": "text"}, "logprobs": {"content": content}, "finish_reason": "stop"}
        )
        found: list[Any] = message.content[0].logprobs
        return found

    @classmethod
    def convert_logprobs_for_text_delta(cls, logprobs: list[Any] | None) -> list[Any] | None:
        """Log probabilities as those of a piece of text in a stream."""
        found = cls.convert_logprobs_for_output_text(logprobs)
        return None if found is None else [DeltaLogprob(**entry.model_dump(exclude={"bytes"})) for entry in found]

    @classmethod
    def convert_url_citations(cls, raw_annotations: Any) -> list[Any]:
        """Citations as annotations of a text; what is none is left out."""
        if not isinstance(raw_annotations, (list, tuple)):
            return []
        notes = [note.model_dump(mode="json") if hasattr(note, "model_dump") else note for note in raw_annotations]
        (message,) = decoded({"message": {"content": "text", "annotations": notes}, "finish_reason": "stop"})
        found: list[Any] = message.content[0].annotations
        return found

    @classmethod
    def clean_gemini_tool_call_id(cls, tool_call_id: str, model: str | None = None) -> str:
        """A call id without the signature that LiteLLM hangs on those of Gemini's models."""
        return tool_call_id.partition(SIGNATURE_IN_ID)[0]
