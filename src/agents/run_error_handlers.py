"""Error handlers of a run: they may turn what would end it with an exception into a final output.

``Runner.run(..., error_handlers={"max_turns": handler})``; ``run_internal.error_handlers`` asks them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, Union

from typing_extensions import TypedDict

from .run_context import RunContextWrapper, TContext

if TYPE_CHECKING:
    from .agent import Agent
    from .exceptions import MaxTurnsExceeded, ModelBehaviorError, ModelRefusalError, UsageLimitExceeded
    from .items import ModelResponse, RunItem, TResponseInputItem

__all__ = [
    "RunErrorData",
    "RunErrorHandler",
    "RunErrorHandlerInput",
    "RunErrorHandlerResult",
    "RunErrorHandlers",
]


@dataclass
class RunErrorData:
    """What the run had made when the error came."""

    input: str | list[TResponseInputItem]
    """What the run was started with."""
    new_items: list[RunItem]
    """The items made so far, the faulty answer among them."""
    history: list[TResponseInputItem]
    """Input and new items, as input for another run."""
    output: list[TResponseInputItem]
    """The new items alone, in the same form."""
    raw_responses: list[ModelResponse]
    """The answers of the models so far."""
    last_agent: Agent[Any]
    """The agent that was running."""


@dataclass
class RunErrorHandlerInput(Generic[TContext]):
    """What a handler is told."""

    error: MaxTurnsExceeded | ModelRefusalError | ModelBehaviorError | UsageLimitExceeded
    """What the run would raise."""
    context: RunContextWrapper[TContext]
    """The context of the run, its usage included."""
    run_data: RunErrorData
    """What the run had made."""


@dataclass
class RunErrorHandlerResult:
    """A handler's answer: the run ends with this output."""

    final_output: Any
    """The output; where the agent has an ``output_type``, an object of it or data that makes one."""
    include_in_history: bool = True
    """Whether the output is also added to the conversation, as a message of the agent."""


RunErrorHandler: TypeAlias = Callable[
    [RunErrorHandlerInput[TContext]],
    Union[RunErrorHandlerResult, dict[str, Any], Any, Awaitable[Union[RunErrorHandlerResult, dict[str, Any], Any]]],
]
"""A function, sync or async. It returns a result, a dict of one, or the final output itself; after ``None`` the error
takes its course."""


class RunErrorHandlers(TypedDict, Generic[TContext], total=False):
    """One handler for each kind of error."""

    max_turns: RunErrorHandler[TContext]
    """The run took more turns than it may: ``MaxTurnsExceeded``."""
    model_refusal: RunErrorHandler[TContext]
    """The model refused: ``ModelRefusalError``."""
    invalid_final_output: RunErrorHandler[TContext]
    """The final answer is not of the agent's ``output_type``, or there is none: ``ModelBehaviorError``."""
    usage_limit: RunErrorHandler[TContext]
    """The run used what ``RunConfig.usage_limits`` allows: ``UsageLimitExceeded``."""
