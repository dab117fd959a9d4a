"""Prompts that are stored with OpenAI: an agent names one, or a function that chooses one for the run."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, Union, cast

from typing_extensions import NotRequired, Required, TypedDict

from .awaiting import answer_of
from .exceptions import UserError
from .run_context import RunContextWrapper

if TYPE_CHECKING:
    from openai.types.responses.response_prompt_param import ResponsePromptParam

    from .agent import Agent


class Prompt(TypedDict):
    """A stored prompt."""

    id: Required[str]
    version: NotRequired[str]
    variables: NotRequired[dict[str, Any]]


@dataclass
class GenerateDynamicPromptData:
    """What a function that chooses a prompt may know."""

    context: RunContextWrapper[Any]
    agent: Agent[Any]


DynamicPromptFunction: TypeAlias = Callable[[GenerateDynamicPromptData], Union[Prompt, Awaitable[Prompt]]]


class PromptUtil:
    """From an agent's declaration to what a model call takes."""

    @staticmethod
    async def to_model_input(
        prompt: Prompt | DynamicPromptFunction | None,
        context: RunContextWrapper[Any],
        agent: Agent[Any],
    ) -> ResponsePromptParam | None:
        """The prompt of an agent for this run.

        Raises:
            UserError: The function returned something that is no prompt.
        """
        if prompt is None:
            return None
        chosen: Any = prompt
        if callable(prompt):
            given = GenerateDynamicPromptData(context, agent)
            chosen = await answer_of(f"prompt function of agent {agent.name!r}", prompt, given)
        if not isinstance(chosen, dict) or "id" not in chosen:
            raise UserError(f"The prompt of agent {agent.name!r} must be a dict with an 'id', not {chosen!r}.")
        return cast("ResponsePromptParam", dict(chosen))
