"""Finds models of any provider by name: the part before the first slash says who is asked."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Literal

from .. import models
from ..api_keys import ApiKey
from ..exceptions import UserError
from .catalog import find_provider, maker_of_model, near_providers
from .interface import Model, ModelProvider
from .openai_provider import OpenAIProvider

if TYPE_CHECKING:
    from openai import AsyncOpenAI


class MultiProviderMap:
    """Which provider answers for which prefix."""

    def __init__(self) -> None:
        self._mapping: dict[str, ModelProvider] = {}

    def has_prefix(self, prefix: str) -> bool:
        """Whether a provider answers for the prefix."""
        return prefix in self._mapping

    def get_mapping(self) -> dict[str, ModelProvider]:
        """A copy of the whole mapping."""
        return dict(self._mapping)

    def set_mapping(self, mapping: dict[str, ModelProvider]) -> None:
        """Replace the whole mapping."""
        self._mapping = dict(mapping)

    def get_provider(self, prefix: str) -> ModelProvider | None:
        """The provider for the prefix, if there is one."""
        return self._mapping.get(prefix)

    def add_provider(self, prefix: str, provider: ModelProvider) -> None:
        """Let a provider answer for the prefix."""
        self._mapping[prefix] = provider

    def remove_provider(self, prefix: str) -> None:
        """Let nobody answer for the prefix any more.

        Raises:
            KeyError: Nobody did.
        """
        del self._mapping[prefix]


class MultiProvider(ModelProvider):
    """Asks the provider that a model's prefix names.

    In this order: a name without a prefix is OpenAI's; ``provider_map`` adds prefixes of the caller's own;
    ``"litellm/…"`` is whatever LiteLLM reaches; ``"openai/…"`` is OpenAI's; a prefix that the catalogue knows is spoken
    to natively (:class:`AnyModel`), with ``"any-llm/"`` before it or without; any other goes to LiteLLM, if it is
    installed and knows it.

    Args:
        provider_map: Prefixes of the caller's own.
        openai_api_key: As for :class:`OpenAIProvider`, like the other ``openai_`` arguments.
        openai_base_url: Another address for OpenAI's models.
        openai_client: A client to use as it is.
        openai_organization: OpenAI organization to bill.
        openai_project: OpenAI project to bill.
        openai_use_responses: Whether OpenAI's models are asked over Responses, which is the default, or over Chat
            Completions.
        openai_strict_feature_validation: Raise for what only the Responses API has.
        openai_prefix_mode: ``"alias"`` takes ``openai/`` off the name; ``"model_id"`` leaves it on, for servers whose
            model names look like that.
        unknown_prefix_mode: ``"error"`` refuses a prefix that nobody answers for; ``"model_id"`` passes the whole name
            to OpenAI's provider.
        openai_buffer_streamed_tool_calls: As for :class:`OpenAIProvider`.
        openai_use_responses_websocket: As for :class:`OpenAIProvider`: must be unset or false.
        openai_websocket_base_url: Must be unset, like the next two.
        openai_agent_registration: Must be unset.
        openai_responses_websocket_options: Must be unset.

    Raises:
        UserError: A mode is not one of those, or an option that must be unset is not.
    """

    def __init__(
        self,
        *,
        provider_map: MultiProviderMap | None = None,
        openai_api_key: ApiKey | None = None,
        openai_base_url: str | None = None,
        openai_client: AsyncOpenAI | None = None,
        openai_organization: str | None = None,
        openai_project: str | None = None,
        openai_use_responses: bool | None = None,
        openai_strict_feature_validation: bool = False,
        openai_prefix_mode: Literal["alias", "model_id"] = "alias",
        unknown_prefix_mode: Literal["error", "model_id"] = "error",
        openai_buffer_streamed_tool_calls: bool = False,
        openai_use_responses_websocket: bool | None = None,
        openai_websocket_base_url: str | None = None,
        openai_agent_registration: object | None = None,
        openai_responses_websocket_options: object | None = None,
    ) -> None:
        if openai_prefix_mode not in ("alias", "model_id"):
            raise UserError(f"openai_prefix_mode is 'alias' or 'model_id', not {openai_prefix_mode!r}.")
        if unknown_prefix_mode not in ("error", "model_id"):
            raise UserError(f"unknown_prefix_mode is 'error' or 'model_id', not {unknown_prefix_mode!r}.")
        self.provider_map = provider_map
        self.openai_provider = OpenAIProvider(
            api_key=openai_api_key,
            base_url=openai_base_url,
            openai_client=openai_client,
            organization=openai_organization,
            project=openai_project,
            use_responses=openai_use_responses,
            strict_feature_validation=openai_strict_feature_validation,
            buffer_streamed_tool_calls=openai_buffer_streamed_tool_calls,
            use_responses_websocket=openai_use_responses_websocket,
            websocket_base_url=openai_websocket_base_url,
            agent_registration=openai_agent_registration,
            responses_websocket_options=openai_responses_websocket_options,
        )
        self._native: dict[str, Model] = {}
        self._keep_openai_prefix = openai_prefix_mode == "model_id"
        self._pass_unknown = unknown_prefix_mode == "model_id"

    def get_model(self, model_name: str | None) -> Model:
        """The model of that name; OpenAI's default model for ``None``.

        Raises:
            UserError: Nobody answers for the prefix; the message names what comes near.
        """
        prefix, slash, rest = (model_name or "").partition("/")
        if not slash:
            return self._openai_model(model_name)
        if self.provider_map is not None and (provider := self.provider_map.get_provider(prefix)) is not None:
            return provider.get_model(rest)
        if prefix == "litellm":
            return models.LitellmProvider().get_model(rest)
        if prefix == "any-llm":  # what it adapts to is what is spoken here natively
            return self._native_model(rest if "/" in rest else f"openai/{rest}")
        if prefix == "openai":
            return self.openai_provider.get_model(model_name if self._keep_openai_prefix else rest)
        if self._pass_unknown:
            return self.openai_provider.get_model(model_name)
        if find_provider(prefix) is not None:
            return self._native_model(model_name or "")
        if models.litellm_knows(prefix):
            return models.LitellmProvider().get_model(model_name)
        raise UserError(self._unknown(prefix, model_name or ""))

    def _openai_model(self, model_name: str | None) -> Model:
        """One of OpenAI's models, as no provider is named; without a key for it, the error says who may be meant."""
        try:
            return self.openai_provider.get_model(model_name)
        except UserError as error:
            maker = maker_of_model(model_name) if model_name else None
            if model_name is None or maker in (None, "openai"):
                raise
            name = re.sub(r"^\w+:", "", model_name) if model_name.lower() != maker else "..."
            raise UserError(
                f"Model {model_name!r} names no provider, and so is OpenAI's: did you mean '{maker}/{name}'? "
                f"{error.message}"
            ) from None

    def _native_model(self, model_name: str) -> Model:
        """The native model of that name: one for all turns, as making it reads the environment."""
        if model_name not in self._native:
            self._native[model_name] = models.AnyModel(model_name)
        return self._native[model_name]

    def _unknown(self, prefix: str, model_name: str) -> str:
        own = list(self.provider_map.get_mapping()) if self.provider_map else []
        near = near_providers(prefix, ["litellm", *own])
        hint = f"Did you mean {' or '.join(f'{name}/…' for name in near)}? " if near else ""
        return (
            f"No provider answers for {prefix!r} in model {model_name!r}. {hint}"
            "'agents models' lists those that are spoken to natively; a server of your own is reached with "
            "AnyModel(..., base_url=..., api=...)."
        )

    async def aclose(self) -> None:
        """Close every provider, and the native models that were asked for, even when one fails."""
        mapped = self.provider_map.get_mapping().values() if self.provider_map else ()
        providers = {id(p): p for p in (self.openai_provider, *mapped)}.values()
        others = [provider.aclose() for provider in providers if provider is not self]
        native = [model.close() for model in self._native.values()]
        closed = await asyncio.gather(*others, *native, return_exceptions=True)
        for outcome in closed:
            if isinstance(outcome, BaseException):
                raise outcome
