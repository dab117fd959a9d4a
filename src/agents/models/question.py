"""What a model is asked, as one object: the long signature of ``Model`` is written here once for all models of ours.

``interface`` is below, the models are above. Models of users' own keep to ``Model``.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .interface import Model, ModelTracing

if TYPE_CHECKING:
    from ..agent_output import AgentOutputSchemaBase
    from ..handoffs import Handoff
    from ..items import ModelResponse, TResponseInputItem
    from ..model_settings import ModelSettings
    from ..tool_kinds import Tool


@dataclass(slots=True)
class Question:
    """The arguments of :meth:`Model.get_response`, which says what they are."""

    system_instructions: str | None
    input: str | list[TResponseInputItem]
    model_settings: ModelSettings
    tools: list[Tool]
    output_schema: AgentOutputSchemaBase | None
    handoffs: list[Handoff]
    tracing: ModelTracing
    previous_response_id: str | None = None
    conversation_id: str | None = None
    prompt: Any | None = None

    @property
    def state(self) -> dict[str, Any]:
        """What names something that a service stores."""
        return {
            "previous_response_id": self.previous_response_id,
            "conversation_id": self.conversation_id,
            "prompt": self.prompt,
        }

    @property
    def goes_on(self) -> bool:
        """Whether the call continues what a service stores."""
        return bool(self.previous_response_id or self.conversation_id)

    def arguments(self, settings: ModelSettings) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The same question to another model, with these settings, as ``Model`` takes it: by position and by name."""
        asked = (self.system_instructions, self.input, settings, self.tools, self.output_schema, self.handoffs)
        return (*asked, self.tracing), self.state


class QuestionedModel(Model):
    """A model that is asked by a :class:`Question`."""

    @abstractmethod
    async def answer(self, question: Question) -> ModelResponse:
        """The whole answer."""

    @abstractmethod
    def answer_in_events(self, question: Question) -> AsyncIterator[Any]:
        """The answer as events of the Responses API."""

    async def get_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],
        model_settings: ModelSettings,
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,
        handoffs: list[Handoff],
        tracing: ModelTracing,
        previous_response_id: str | None = None,
        conversation_id: str | None = None,
        prompt: Any | None = None,
    ) -> ModelResponse:
        """The whole answer; see :meth:`Model.get_response`."""
        asked = (system_instructions, input, model_settings, tools, output_schema, handoffs, tracing)
        return await self.answer(Question(*asked, previous_response_id, conversation_id, prompt))

    def stream_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],
        model_settings: ModelSettings,
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,
        handoffs: list[Handoff],
        tracing: ModelTracing,
        previous_response_id: str | None = None,
        conversation_id: str | None = None,
        prompt: Any | None = None,
    ) -> AsyncIterator[Any]:
        """The answer as events; see :meth:`Model.stream_response`."""
        asked = (system_instructions, input, model_settings, tools, output_schema, handoffs, tracing)
        return self.answer_in_events(Question(*asked, previous_response_id, conversation_id, prompt))
