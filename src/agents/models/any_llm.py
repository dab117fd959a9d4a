"""The original's any-llm names on the native path: no adapter library is needed, or asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from ..api_keys import ApiKey
from ..exceptions import UserError
from ..model_defaults import get_default_model
from .any_model import AnyModel
from .catalog import Protocol, find_provider
from .interface import Model, ModelProvider

AnyLLMApi: TypeAlias = Literal["responses", "chat_completions"]

_OPENAI: Mapping[AnyLLMApi, Protocol] = {"responses": "openai-responses", "chat_completions": "openai-chat"}


class AnyLLMModel(AnyModel):
    """:class:`AnyModel` with the arguments that ``openai-agents`` has for any-llm.

    Args:
        model: The provider, a slash, and the provider's name for the model; without a slash, one of OpenAI's.
        base_url: Another address for the provider.
        api_key: The key, or a function that is asked for it with each request; by default that of the
            provider's environment variable.
        api: For providers that speak as OpenAI does, which of the two APIs. Others are spoken to in their own
            protocol, which any-llm's chat completions stand for.

    Raises:
        UserError: There is no such API, or the provider has none like it.
    """

    def __init__(
        self, model: str, base_url: str | None = None, api_key: ApiKey | None = None, api: AnyLLMApi | None = None
    ) -> None:
        if api not in (None, "responses", "chat_completions"):
            raise UserError(f"AnyLLMModel's api is 'responses', 'chat_completions' or None, not {api!r}.")
        name = model if "/" in model else f"openai/{model}"
        super().__init__(name, api_key=api_key, base_url=base_url, api=_protocol(name, api))
        self.api = api
        self.api_key = api_key


def _protocol(model: str, api: AnyLLMApi | None) -> Protocol | None:
    record = find_provider(model.partition("/")[0])
    if api is None or record is None:
        return None if api is None else _OPENAI[api]
    if record.protocol not in ("openai-chat", "openai-responses"):
        if api == "responses":
            raise UserError(f"{record.name} has no Responses API: leave api out.")
        return None
    return _OPENAI[api]


class AnyLLMProvider(ModelProvider):
    """Finds models by any-llm's names: ``"provider/model"``.

    Args:
        api_key: As for :class:`AnyLLMModel`, like the other arguments.
        base_url: Another address.
        api: Which of OpenAI's APIs.
    """

    def __init__(
        self, *, api_key: ApiKey | None = None, base_url: str | None = None, api: AnyLLMApi | None = None
    ) -> None:
        self.api_key = api_key
        self.base_url = base_url
        self.api = api
        self._models: dict[str, AnyLLMModel] = {}

    def get_model(self, model_name: str | None) -> Model:
        """The model of that name; OpenAI's default model for ``None``.

        Raises:
            UserError: The provider is unknown, or has no key.
        """
        name = model_name or get_default_model()
        if name not in self._models:
            self._models[name] = AnyLLMModel(name, self.base_url, self.api_key, self.api)
        return self._models[name]

    async def aclose(self) -> None:
        """Let go of the models' connections."""
        for model in self._models.values():
            await model.close()
