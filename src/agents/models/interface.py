"""What the run loop knows of a model, and of those who provide models."""

from __future__ import annotations

import abc
import enum
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from openai.types.responses.response_prompt_param import ResponsePromptParam

    from ..agent_output import AgentOutputSchemaBase
    from ..handoffs import Handoff
    from ..items import ModelResponse, TResponseInputItem, TResponseStreamEvent
    from ..model_settings import ModelSettings
    from ..retry import ModelRetryAdvice, ModelRetryAdviceRequest
    from ..tool_kinds import Tool


class ModelTracing(enum.Enum):
    """What a model call may write into its trace."""

    DISABLED = 0
    """Nothing."""
    ENABLED = 1
    """All, inputs and outputs included."""
    ENABLED_WITHOUT_DATA = 2
    """That the call took place, without inputs and outputs."""

    def is_disabled(self) -> bool:
        """Whether nothing is traced."""
        return self is ModelTracing.DISABLED

    def include_data(self) -> bool:
        """Whether inputs and outputs are traced."""
        return self is ModelTracing.ENABLED


class Model(abc.ABC):
    """Something that answers a conversation. Subclass it to bring a model of your own.

    Input items are dicts in Responses form, output items and events are ``openai.types.responses`` objects. Every tool
    call in the output needs a call id that is unique in the conversation.
    """

    @property
    def conversation_keeper(self) -> str | None:
        """Who keeps conversations for this model, so that a call needs to bring only what is new; ``None`` for nobody.

        A run goes on from a stored response or conversation with the models that have the same keeper, and tells the
        others all.
        """
        return ""

    async def close(self) -> None:
        """Let go of connections. Nothing by default."""
        return

    def get_retry_advice(self, request: ModelRetryAdviceRequest) -> ModelRetryAdvice | None:
        """What the model knows about trying a failed call again; ``None`` for nothing."""
        return None

    @abc.abstractmethod
    async def get_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],
        model_settings: ModelSettings,
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,
        handoffs: list[Handoff],
        tracing: ModelTracing,
        *,
        previous_response_id: str | None,
        conversation_id: str | None,
        prompt: ResponsePromptParam | None,
    ) -> ModelResponse:
        """The whole answer.

        Args:
            system_instructions: What the model should be and do.
            input: The conversation: a string, or items in Responses form.
            model_settings: How to answer.
            tools: What the model may call.
            output_schema: The form of the final answer; ``None`` for plain text.
            handoffs: The agents that may take over; to the model they are tools.
            tracing: What may be traced.
            previous_response_id: Continue from this response (OpenAI's Responses API).
            conversation_id: Continue this stored conversation (OpenAI's Responses API).
            prompt: A stored prompt to use (OpenAI's Responses API).
        """

    @abc.abstractmethod
    def stream_response(
        self,
        system_instructions: str | None,
        input: str | list[TResponseInputItem],
        model_settings: ModelSettings,
        tools: list[Tool],
        output_schema: AgentOutputSchemaBase | None,
        handoffs: list[Handoff],
        tracing: ModelTracing,
        *,
        previous_response_id: str | None,
        conversation_id: str | None,
        prompt: ResponsePromptParam | None,
    ) -> AsyncIterator[TResponseStreamEvent]:
        """The answer as events of the Responses API, the last of which is ``response.completed``.

        The arguments are those of :meth:`get_response`.
        """


class ModelProvider(abc.ABC):
    """Finds models by name."""

    @abc.abstractmethod
    def get_model(self, model_name: str | None) -> Model:
        """The model of that name, or the provider's default for ``None``.

        Raises:
            UserError: There is no such model.
        """

    async def aclose(self) -> None:
        """Let go of connections. Nothing by default."""
        return
