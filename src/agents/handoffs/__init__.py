"""Handoffs: one agent passes the conversation on to another, through a tool that the model may call.

A declaration: an agent lists agents or ``Handoff`` objects, ``run_internal`` offers them to the model
as tools and moves the run to the agent that ``on_invoke_handoff`` returns.
"""

from __future__ import annotations

import inspect
import json
import weakref
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, Union, overload

from typing_extensions import TypeVar

from ..awaiting import answer_of
from ..exceptions import ModelBehaviorError, UserError
from ..run_context import RunContextWrapper, TContext
from ..strict_schema import ensure_strict_json_schema
from ..util import lazy_pydantic as pydantic
from ..util._transforms import transform_string_function_style
from .history import (
    default_handoff_history_mapper,
    get_conversation_history_wrappers,
    nest_handoff_history,
    reset_conversation_history_wrappers,
    set_conversation_history_wrappers,
)

if TYPE_CHECKING:
    from ..agent import Agent, AgentBase
    from ..items import RunItem, TResponseInputItem

__all__ = [
    "Handoff",
    "HandoffHistoryMapper",
    "HandoffInputData",
    "HandoffInputFilter",
    "default_handoff_history_mapper",
    "get_conversation_history_wrappers",
    "handoff",
    "nest_handoff_history",
    "reset_conversation_history_wrappers",
    "set_conversation_history_wrappers",
]

THandoffInput = TypeVar("THandoffInput", default=Any)
TAgent = TypeVar("TAgent", bound="AgentBase[Any]", default="Agent[Any]")

OnHandoffWithInput: TypeAlias = Callable[[RunContextWrapper[Any], THandoffInput], Any]
OnHandoffWithoutInput: TypeAlias = Callable[[RunContextWrapper[Any]], Any]


@dataclass(frozen=True)
class HandoffInputData:
    """The conversation at a handoff, as an input filter receives and returns it."""

    input_history: str | tuple[TResponseInputItem, ...]
    """The input that the run was started with."""
    pre_handoff_items: tuple[RunItem, ...]
    """What the run made before the turn of the handoff."""
    new_items: tuple[RunItem, ...]
    """What the turn of the handoff made, the call of the handoff and its output included."""
    run_context: RunContextWrapper[Any] | None = None
    """The context of the run."""
    input_items: tuple[RunItem, ...] | None = None
    """What the next agent reads instead of ``new_items``, which still go into the session as they are."""

    def clone(self, **kwargs: Any) -> HandoffInputData:
        """A copy with some fields changed: ``data.clone(new_items=())``."""
        return replace(self, **kwargs)


HandoffInputFilter: TypeAlias = Callable[[HandoffInputData], Union[HandoffInputData, Awaitable[HandoffInputData]]]
"""A function, sync or async, that decides what of the conversation the next agent reads."""

HandoffHistoryMapper: TypeAlias = Callable[["list[TResponseInputItem]"], "list[TResponseInputItem]"]
"""A function that makes of the conversation at a handoff what the next agent reads, with nested history."""

_IsEnabled: TypeAlias = Union[bool, Callable[[RunContextWrapper[Any], Any], Union[bool, Awaitable[bool]]]]


@dataclass
class Handoff(Generic[TContext, TAgent]):
    """The way from one agent to another. Most easily made with ``handoff(agent)``."""

    tool_name: str
    """The name of the tool that the model calls."""
    tool_description: str
    """What the model is told that the tool does."""
    input_json_schema: dict[str, Any]
    """The JSON schema of the tool's arguments. They go to ``on_invoke_handoff``, not to the next agent."""
    on_invoke_handoff: Callable[[RunContextWrapper[Any], str], Awaitable[TAgent]]
    """Receives the context and the arguments as JSON text; returns the agent that goes on."""
    agent_name: str
    """The name of that agent."""
    input_filter: HandoffInputFilter | None = None
    """What of the conversation the next agent reads; without it, all."""
    nest_handoff_history: bool | None = None
    """Whether the next agent reads the conversation as a story; ``None`` leaves that to the ``RunConfig``."""
    strict_json_schema: bool = True
    """Whether the provider holds the model to the schema of the arguments."""
    is_enabled: bool | Callable[[RunContextWrapper[Any], AgentBase[Any]], bool | Awaitable[bool]] = True
    """Whether the model is offered this handoff: a bool, or a function of the context and the agent."""
    agent_ref: weakref.ReferenceType[Any] | None = field(default=None, repr=False, compare=False, kw_only=True)
    """The agent that goes on, where it is known before the handoff is called: a weak reference."""
    _default_tool_identity: tuple[str, str] | None = field(default=None, repr=False, compare=False, kw_only=True)

    @property
    def tool_name_is_derived(self) -> bool:
        """Whether the tool's name was made from the agent's, so that another agent's may come out the same."""
        return self._default_tool_identity == (self.agent_name, self.tool_name)

    def get_transfer_message(self, agent: AgentBase[Any]) -> str:
        """What the model reads as the output of the tool: who goes on."""
        return json.dumps({"assistant": agent.name})

    @classmethod
    def default_tool_name(cls, agent: AgentBase[Any]) -> str:
        """``transfer_to_`` and the agent's name in the letters that tool names may have."""
        return f"transfer_to_{transform_string_function_style(agent.name, warn_on_whitespace=False)}"

    @classmethod
    def default_tool_description(cls, agent: AgentBase[Any]) -> str:
        """That the agent takes over, and what it says of itself in ``handoff_description``."""
        about = f"Hand the conversation over to the agent {agent.name!r}, which will handle the request."
        return f"{about} {agent.handoff_description or ''}".rstrip()


@overload
def handoff(
    agent: Agent[TContext],
    *,
    tool_name_override: str | None = None,
    tool_description_override: str | None = None,
    on_handoff: OnHandoffWithoutInput | None = None,
    input_filter: HandoffInputFilter | None = None,
    nest_handoff_history: bool | None = None,
    is_enabled: bool | Callable[[RunContextWrapper[Any], Agent[Any]], bool | Awaitable[bool]] = True,
) -> Handoff[TContext, Agent[TContext]]: ...


@overload
def handoff(
    agent: Agent[TContext],
    *,
    tool_name_override: str | None = None,
    tool_description_override: str | None = None,
    on_handoff: OnHandoffWithInput[THandoffInput],
    input_type: type[THandoffInput],
    input_filter: HandoffInputFilter | None = None,
    nest_handoff_history: bool | None = None,
    is_enabled: bool | Callable[[RunContextWrapper[Any], Agent[Any]], bool | Awaitable[bool]] = True,
) -> Handoff[TContext, Agent[TContext]]: ...


def handoff(
    agent: Agent[TContext],
    tool_name_override: str | None = None,
    tool_description_override: str | None = None,
    on_handoff: Callable[..., Any] | None = None,
    input_type: type[Any] | None = None,
    input_filter: HandoffInputFilter | None = None,
    nest_handoff_history: bool | None = None,
    is_enabled: _IsEnabled = True,
) -> Handoff[TContext, Agent[TContext]]:
    """A handoff to ``agent``.

    Args:
        agent: The agent that goes on.
        tool_name_override: The name of the tool that the model calls, instead of ``transfer_to_<agent>``.
        tool_description_override: What the model is told that the tool does.
        on_handoff: A function, sync or async, to call when the handoff happens: with the context and, given
            an ``input_type``, with what the model wrote.
        input_type: What the model has to say when it hands over: a pydantic model, dataclass, ``TypedDict``.
        input_filter: What of the conversation ``agent`` reads.
        nest_handoff_history: Whether ``agent`` reads the conversation as a story, where no filter decides that;
            ``None`` leaves it to the ``RunConfig``.
        is_enabled: Whether the model is offered this handoff: a bool, or a function of the context and of the
            agent that has the handoff.

    Raises:
        UserError: ``on_handoff`` does not fit ``input_type``, or ``input_type`` has no strict JSON schema.
    """
    _check_signature(agent.name, on_handoff, input_type)
    adapter = None if input_type is None else pydantic.TypeAdapter(input_type)
    schema = {} if adapter is None else adapter.json_schema()
    if schema.get("type", "object") != "object":
        raise UserError(
            f"The handoff to agent {agent.name!r} needs an input_type with fields, such as a pydantic model:"
            f" the arguments of a tool are a JSON object, and {input_type!r} makes a JSON {schema['type']}."
        )
    tool_name = tool_name_override or Handoff.default_tool_name(agent)

    async def invoke(context: RunContextWrapper[Any], input_json: str | None = None) -> Agent[TContext]:
        if on_handoff is not None:
            said = [] if adapter is None else [_parse(tool_name, adapter, input_json)]
            await answer_of(f"on_handoff of handoff {tool_name!r}", on_handoff, context, *said)
        return agent

    return Handoff(
        tool_name=tool_name,
        tool_description=tool_description_override or Handoff.default_tool_description(agent),
        input_json_schema=ensure_strict_json_schema(schema),
        on_invoke_handoff=invoke,
        agent_name=agent.name,
        input_filter=input_filter,
        nest_handoff_history=nest_handoff_history,
        is_enabled=is_enabled,
        agent_ref=weakref.ref(agent),
        _default_tool_identity=None if tool_name_override else (agent.name, tool_name),
    )


def _check_signature(agent_name: str, on_handoff: Callable[..., Any] | None, input_type: type[Any] | None) -> None:
    """That ``on_handoff`` takes what it will be called with: better now than in the middle of a run."""
    if on_handoff is None:
        if input_type is not None:
            raise UserError(f"The handoff to agent {agent_name!r} has an input_type, but no on_handoff to receive it.")
        return
    if not callable(on_handoff):
        raise UserError(f"on_handoff of the handoff to agent {agent_name!r} must be a function, not {on_handoff!r}.")
    expected = ["context"] if input_type is None else ["context", "input"]
    try:
        inspect.signature(on_handoff).bind(*expected)
    except TypeError as error:
        without = "without an input_type" if input_type is None else "with an input_type"
        raise UserError(
            f"on_handoff of the handoff to agent {agent_name!r} must, {without}, take these arguments:"
            f" {', '.join(expected)} ({error})."
        ) from None


def _parse(tool_name: str, adapter: pydantic.TypeAdapter[Any], input_json: str | None) -> Any:
    """What the model wrote, as the input type. No text at all is how some models write no arguments."""
    try:
        return adapter.validate_json(input_json or "{}")
    except pydantic.ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, detail['loc'])) or 'arguments'}: {detail['msg']}"
            for detail in error.errors(include_url=False, include_input=False)
        )
        raise ModelBehaviorError(f"The model called the handoff {tool_name!r} with wrong arguments: {wrong}") from error
