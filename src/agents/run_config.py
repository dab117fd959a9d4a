"""What is set for a whole run, over all its agents."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, Union

from typing_extensions import NotRequired, TypedDict

from . import models
from .exceptions import UserError
from .memory import SessionInputCallback, SessionSettings
from .memory.session_settings import coerce_session_settings
from .model_settings import ModelSettings, coerce_model_settings
from .models.interface import Model, ModelProvider
from .run_context import RunContextWrapper, TContext
from .tool_error_formatter import ToolErrorFormatter as ToolErrorFormatter
from .tool_error_formatter import ToolErrorFormatterArgs as ToolErrorFormatterArgs
from .usage_limits import UsageLimits

if TYPE_CHECKING:
    from .agent import Agent
    from .guardrail import InputGuardrail, OutputGuardrail
    from .handoffs import HandoffHistoryMapper, HandoffInputFilter
    from .items import TResponseInputItem
    from .lifecycle import RunHooks
    from .memory import Session
    from .run_error_handlers import RunErrorHandlers
    from .tracing import TracingConfig

DEFAULT_MAX_TURNS = 10
"""How many turns a run may take, unless it is told otherwise."""
DEFAULT_WORKFLOW_NAME = "Agent workflow"

ReasoningItemIdPolicy: TypeAlias = Literal["preserve", "omit"]
"""Whether the ids of reasoning items go back to models."""
ToolNotFoundBehavior: TypeAlias = Literal["raise_error", "return_error_to_model"]
ToolNameCollisionPolicy: TypeAlias = Literal["warn", "error"]


@dataclass
class ModelInputData:
    """What a model is about to read."""

    input: list[TResponseInputItem]
    instructions: str | None


@dataclass
class CallModelData(Generic[TContext]):
    """What a ``call_model_input_filter`` receives."""

    model_data: ModelInputData
    agent: Agent[TContext]
    context: TContext | None


CallModelInputFilter: TypeAlias = Callable[[CallModelData[Any]], Union[ModelInputData, Awaitable[ModelInputData]]]
"""Changes what a model reads, just before each call."""


@dataclass
class OutputGuardrailBlockedMessageArgs(Generic[TContext]):
    """What an ``output_guardrail_blocked_message`` function receives: nothing of what was blocked."""

    default_message: str
    """What would be written."""
    guardrail_name: str
    """The guardrail that stopped the run."""
    agent: Agent[Any]
    """The agent whose output it was."""
    run_context: RunContextWrapper[TContext]


OutputGuardrailBlockedMessageFormatter: TypeAlias = Callable[[OutputGuardrailBlockedMessageArgs[Any]], Union[str, None]]
"""Says what stands in the history for a tool's output that an output guardrail blocked; ``None`` keeps the default."""


@dataclass
class ToolExecutionConfig:
    """How the tool calls of one turn are executed."""

    max_function_tool_concurrency: int | None = None
    """How many run at the same time; ``None`` for all."""
    pre_approval_tool_input_guardrails: bool = False
    """Whether a tool's input guardrails check a call before a human is asked about it too."""

    def __post_init__(self) -> None:
        limit = self.max_function_tool_concurrency
        if limit is not None and limit < 1:
            raise UserError(f"max_function_tool_concurrency must be at least 1, not {limit}.")


def _default_trace_include_sensitive_data() -> bool:
    return os.environ.get("OPENAI_AGENTS_TRACE_INCLUDE_SENSITIVE_DATA", "true").strip().lower() in (
        "1",
        "true",
        "yes",
        "on",
    )


def _tool_execution(given: dict[str, Any]) -> ToolExecutionConfig:
    known = [each.name for each in fields(ToolExecutionConfig)]
    if unknown := [str(name) for name in given if name not in known]:
        raise UserError(f"RunConfig: tool_execution has no {', '.join(unknown)}. It has: {', '.join(known)}.")
    return ToolExecutionConfig(**given)


@dataclass
class RunConfig:
    """Settings of a run.

    Raises:
        UserError: A field has a value that it cannot have.
    """

    model: str | Model | None = None
    """A model for all agents of the run, whatever they name themselves."""
    model_provider: ModelProvider = field(default_factory=lambda: models.MultiProvider())
    """Finds models by their names."""
    model_settings: ModelSettings | None = None
    """Settings that go over those of the agents."""
    handoff_input_filter: HandoffInputFilter | None = None
    """What the next agent reads after a handoff, where the handoff does not say so itself."""
    nest_handoff_history: bool = False
    """Whether the next agent reads the conversation before the handoff as a story, where no filter and no setting of
    the handoff decides that. Nothing is redacted: what tools were told and answered is in the story."""
    handoff_history_mapper: HandoffHistoryMapper | None = None
    """Makes that story in its own way: what it returns is all that the next agent reads."""
    input_guardrails: list[InputGuardrail[Any]] | None = None
    """Checks on the run's input, beside those of the first agent."""
    output_guardrails: list[OutputGuardrail[Any]] | None = None
    """Checks on the final output, beside those of the last agent."""
    tracing_disabled: bool = False
    """Whether the run is left out of traces."""
    tracing: TracingConfig | None = None
    """Settings of this run's trace."""
    trace_include_sensitive_data: bool = field(default_factory=_default_trace_include_sensitive_data)
    """Whether traces hold what models and tools read and write, and the texts of errors, which may quote it.
    ``OPENAI_AGENTS_TRACE_INCLUDE_SENSITIVE_DATA`` sets the default."""
    workflow_name: str = DEFAULT_WORKFLOW_NAME
    """The name of the trace."""
    trace_id: str | None = None
    """The id of the trace; one is made where none is given."""
    group_id: str | None = None
    """Links the traces of one conversation."""
    trace_metadata: dict[str, Any] | None = None
    """Whatever the trace should carry besides."""
    session_input_callback: SessionInputCallback | None = None
    """Puts together what a run reads, from its session's history and its input."""
    call_model_input_filter: CallModelInputFilter | None = None
    """Changes what a model reads, just before each call."""
    tool_error_formatter: ToolErrorFormatter | None = None
    """Says in other words what the model is told of a failed tool call."""
    session_settings: SessionSettings | None = None
    """How the run reads its session: over the session's own settings."""
    reasoning_item_id_policy: ReasoningItemIdPolicy | None = None
    """``"omit"`` leaves out the ids of reasoning items in what models read: a service that stores nothing may refuse
    them as unknown."""
    sandbox: None = None
    """Always ``None``: the original's sandboxes are not part of this package."""
    tool_execution: ToolExecutionConfig | None = None
    """How tool calls are executed."""
    tool_not_found_behavior: ToolNotFoundBehavior = "return_error_to_model"
    """What happens when a model calls a tool that does not exist: it is told so, or the run ends."""
    tool_name_collision_policy: ToolNameCollisionPolicy = "warn"
    """What happens when two tools or handoffs have one name: the last is used, or the run ends."""
    output_guardrail_blocked_message: str | OutputGuardrailBlockedMessageFormatter | None = None
    """What stands in the history for the output of a tool that was to be the final output (``tool_use_behavior``) and
    that an output guardrail blocked: a text, or a function that says it."""
    usage_limits: UsageLimits | None = None
    """How much the run may use, in requests, tokens, tool calls and money."""

    def __post_init__(self) -> None:
        if self.sandbox is not None:
            raise UserError(
                "RunConfig: sandbox asks for the original's sandboxes, which are not part of this package. Give the"
                " agent tools that work in a container of yours instead."
            )
        if self.model_settings is not None:  # a dict is welcome too
            self.model_settings = coerce_model_settings(self.model_settings)
        if self.session_settings is not None:
            self.session_settings = coerce_session_settings(self.session_settings)
        not_found, collision = self.tool_not_found_behavior, self.tool_name_collision_policy
        execution: object = self.tool_execution  # annotations bind no caller
        if isinstance(execution, dict):
            self.tool_execution = _tool_execution(execution)
        limits: object = self.usage_limits
        blocked = self.output_guardrail_blocked_message
        named = self.model is None or isinstance(self.model, str)
        for name, valid, wanted in (
            ("model", named or hasattr(self.model, "get_response"), "a model, its name, or None"),
            ("model_provider", hasattr(self.model_provider, "get_model"), "a ModelProvider"),
            (
                "tool_not_found_behavior",
                not_found in ("raise_error", "return_error_to_model"),
                "'raise_error' or 'return_error_to_model'",
            ),
            (
                "output_guardrail_blocked_message",
                blocked is None or (isinstance(blocked, str) and blocked != "") or callable(blocked),
                "a text, a function, or None",
            ),
            ("usage_limits", limits is None or isinstance(limits, UsageLimits), "UsageLimits or None"),
            (
                "session_input_callback",
                self.session_input_callback is None or callable(self.session_input_callback),
                "a function of history and new input, or None",
            ),
            (
                "reasoning_item_id_policy",
                self.reasoning_item_id_policy in (None, "preserve", "omit"),
                "'preserve', 'omit' or None",
            ),
            ("tool_name_collision_policy", collision in ("warn", "error"), "'warn' or 'error'"),
        ):
            if not valid:
                raise UserError(f"RunConfig: {name} must be {wanted}, not {getattr(self, name)!r}.")


class RunOptions(TypedDict, Generic[TContext]):
    """The options of ``Runner.run``, for code that passes them on."""

    context: NotRequired[TContext | None]
    max_turns: NotRequired[int | None]
    hooks: NotRequired[RunHooks[TContext] | None]
    run_config: NotRequired[RunConfig | dict[str, Any] | None]
    previous_response_id: NotRequired[str | None]
    auto_previous_response_id: NotRequired[bool]
    conversation_id: NotRequired[str | None]
    session: NotRequired[Session | None]
    error_handlers: NotRequired[RunErrorHandlers[TContext] | None]
