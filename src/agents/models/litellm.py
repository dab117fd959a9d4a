"""Any model that LiteLLM reaches: LiteLLM as a transport under the Chat Completions codec."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..api_keys import ApiKey
from ..exceptions import UserError
from ..protocols.base import EFFORTS, CallIds, Profile
from ..protocols.chat_completions import ChatCompletions
from ..protocols.json_schema import OPENAI_STRICT
from ..transport.litellm import LitellmTransport, knows, require
from .interface import Model, ModelProvider
from .reasoning_content_replay import ShouldReplayReasoningContent, replay_filter
from .wire_model import WireModel

_CLAUDE = {
    "reasoning_replay": "thinking_blocks",
    "calls_need_tools": True,
    "user_first": True,
    "tool_media": "images",
    "prompt_cache": "marks",
}
_GEMINI = {"signs_calls": True, "repeats_calls": False, "tool_media": "native"}
_REASONING_TEXT = {"reasoning_replay": "reasoning_content"}

PROFILES: Mapping[str, Mapping[str, Any]] = {
    "openai": {"refused_keywords": OPENAI_STRICT},
    # Anthropic refuses a tool-use turn whose signed thinking does not come back; LiteLLM carries it in
    # `thinking_blocks`, and images within tool messages, where it drops files. It refuses calls in a conversation
    # without tools, as when an agent hands over to one that has none.
    # For `reasoning_effort="none"` LiteLLM (1.83) makes thinking None, and breaks on reading it: Claude thinks only
    # when asked to, so that the effort is left out.
    "anthropic": {**_CLAUDE, "efforts": EFFORTS[1:]},
    "bedrock": _CLAUDE,
    "azure_ai": _CLAUDE,
    "databricks": {"reasoning_replay": "thinking_blocks"},
    # Gemini 3 refuses a function call without the signature that came with it; LiteLLM carries it in the call's
    # `provider_specific_fields`, and drops the second of two equal calls (in 1.83), so that the outputs are too many.
    "gemini": _GEMINI,
    "vertex_ai": {**_CLAUDE, **_GEMINI},
    # With tools in the request, earlier turns need their `reasoning_content` back (400 otherwise).
    "deepseek": _REASONING_TEXT,
    "moonshot": _REASONING_TEXT,
    "zai": _REASONING_TEXT,
    # Mistral takes call ids of nine alphanumerics only.
    "mistral": {"call_ids": CallIds(re.compile(r"[a-zA-Z0-9]{9}\Z"), "", 9)},
}
"""What LiteLLM's providers need beyond the plain dialect, by the first part of the model's name."""


def litellm_or_error() -> None:
    """Fail early, with the way out, where LiteLLM is missing.

    Raises:
        ImportError: It is not installed.
    """
    require()


def litellm_knows(provider: str) -> bool:
    """Whether LiteLLM is installed and has that provider."""
    return knows(provider)


class LitellmModel(WireModel):
    """A model reached through LiteLLM, by LiteLLM's name for it: ``"anthropic/claude-sonnet-4-5"``.

    Args:
        model: The name, with the provider before the slash; see LiteLLM's list of providers.
        base_url: Another address for the provider.
        api_key: The provider's key, or a function that is asked for it with each request; LiteLLM reads it from
            the provider's environment variable otherwise.
        should_replay_reasoning_content: Decides whether a reasoning item goes back to the model as
            ``reasoning_content``; by default it does where the provider is known to want it.

    Raises:
        ImportError: LiteLLM is not installed.
        UserError: The model has no name.
    """

    def __init__(
        self,
        model: str,
        base_url: str | None = None,
        api_key: ApiKey | None = None,
        should_replay_reasoning_content: ShouldReplayReasoningContent | None = None,
    ) -> None:
        require()
        provider = model.split("/", 1)[0] if model else ""
        super().__init__(
            model,
            codec=ChatCompletions(),
            transport=LitellmTransport(provider, api_key=api_key, base_url=base_url),
            profile=Profile(
                provider=provider,
                replay_filter=replay_filter(should_replay_reasoning_content, model, base_url),
                **PROFILES.get(provider, {}),
            ),
        )
        self.base_url = base_url
        self.api_key = api_key

    def _trace_config(self) -> Mapping[str, Any]:
        return {"model_impl": "litellm", "base_url": self.base_url or ""}


class LitellmProvider(ModelProvider):
    """Finds models by LiteLLM's names; keys come from the providers' environment variables."""

    def get_model(self, model_name: str | None) -> Model:
        """The model of that name.

        Raises:
            UserError: No name is given: LiteLLM has no default model.
        """
        if not model_name:
            raise UserError("LiteLLM has no default model: name one, such as 'litellm/anthropic/claude-sonnet-4-5'.")
        return LitellmModel(model_name)
