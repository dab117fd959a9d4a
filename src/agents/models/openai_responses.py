"""OpenAI's models over Responses, and whatever else speaks it to an ``AsyncOpenAI`` client."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .. import openai_types as oai
from ..protocols.json_schema import OPENAI_STRICT
from ..protocols.responses import Responses
from ..transport.openai_client import OpenAIClientTransport
from .catalog.profiles import OPENAI_HOSTS, make_profile, profile_fields
from .on_paper import PaperModel
from .openai_defaults import address_of, provider_of
from .wire_model import WireModel

if TYPE_CHECKING:
    from openai import AsyncOpenAI

    from ..agent_output import AgentOutputSchemaBase
    from ..handoffs import Handoff
    from ..model_settings import MCPToolChoice
    from ..tool_kinds import Tool


@dataclass
class ConvertedTools:
    """Tools as Responses has them."""

    tools: list[Any]
    includes: list[Any]
    """What the answer should hold for them besides."""


class Converter:
    """Tools, choices and schemas in the words of Responses, for code that calls the original's converter.

    It is the Responses codec under the names of the public API. Every method is a class method. A ``model`` matters to
    computer tools alone, which this package leaves to others.
    """

    @classmethod
    def convert_tools(
        cls,
        tools: list[Tool],
        handoffs: list[Handoff[Any, Any]],
        *,
        allow_opaque_tool_search_surface: bool = False,
        model: str | None = None,
        tool_choice: str | MCPToolChoice | None = None,
    ) -> ConvertedTools:
        """The tools and handoffs, and what the answer should hold for them besides."""
        body = PaperModel(Responses()).body(tools, handoffs, tool_choice=tool_choice)
        return ConvertedTools(body.get("tools", []), body.get("include", []))

    @classmethod
    def convert_tool_choice(
        cls,
        tool_choice: str | MCPToolChoice | None,
        *,
        tools: Sequence[Tool] | None = None,
        handoffs: Sequence[Handoff[Any, Any]] | None = None,
        model: str | None = None,
    ) -> Any:
        """A tool choice; ``openai.omit`` where none is made."""
        if tool_choice is None:
            return oai.omit
        return PaperModel(Responses()).choice(tool_choice, tools or (), handoffs or ())

    @classmethod
    def resolve_computer_tool_model(cls, *, request_model: str | None, tools: Sequence[Tool] | None) -> str | None:
        """The model that the form of a computer tool depends on; ``None`` without such a tool."""
        return request_model if any(tool.name.startswith("computer") for tool in tools or ()) else None

    @classmethod
    def get_response_format(cls, output_schema: AgentOutputSchemaBase | None) -> Any:
        """The form of the answer; ``openai.omit`` for plain text."""
        return PaperModel(Responses()).body(output_schema=output_schema).get("text", oai.omit)


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
            profile=make_profile(
                provider,
                profile_fields("openai-responses", str(model)),
                {"refused_keywords": OPENAI_STRICT} if provider == "openai" else {},
                {"hosts": OPENAI_HOSTS},  # whoever stands behind the client: the caller has chosen OpenAI's own class
            ),
        )
        self.base_url = address_of(openai_client)
        self._model_is_explicit = model_is_explicit

    def _name_beside(self, prompt: object) -> str:
        return self.model if prompt is None or self._model_is_explicit else ""

    def _trace_config(self) -> Mapping[str, Any]:
        return {"base_url": self.base_url}
