"""OpenAI's models over Responses, and whatever else speaks it to an ``AsyncOpenAI`` client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..protocols.responses import Responses
from ..transport.openai_client import OpenAIClientTransport
from .catalog.profiles import make_profile, profile_fields
from .openai_defaults import provider_of
from .wire_model import WireModel

if TYPE_CHECKING:
    from openai import AsyncOpenAI


class OpenAIResponsesModel(WireModel):
    """A model over Responses, through the caller's client.

    Args:
        model: The model's name, as the service knows it.
        openai_client: The client; its ``base_url`` decides which service answers.
        model_is_explicit: Whether the name counts where a stored prompt names a model as well. Of the two, the
            prompt's is asked when nobody has chosen this one.

    Raises:
        UserError: The model has no name.
    """

    def __init__(self, model: str, openai_client: AsyncOpenAI, *, model_is_explicit: bool = True) -> None:
        provider = provider_of(openai_client)
        super().__init__(
            str(model) if model else "",
            codec=Responses(),
            transport=OpenAIClientTransport(openai_client, provider, "responses"),
            profile=make_profile(provider, profile_fields("openai-responses", str(model))),
        )
        self.base_url = str(openai_client.base_url)
        self._model_is_explicit = model_is_explicit

    def _name_beside(self, prompt: object) -> str:
        return self.model if prompt is None or self._model_is_explicit else ""

    def _trace_config(self) -> Mapping[str, Any]:
        return {"base_url": self.base_url}
