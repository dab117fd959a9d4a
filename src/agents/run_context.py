"""The context of a run: the caller's own object, and what the run counts beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic

from typing_extensions import TypeVar

from .usage import Usage

if TYPE_CHECKING:
    from .items import TResponseInputItem

TContext = TypeVar("TContext", default=Any)


@dataclass(eq=False)
class RunContextWrapper(Generic[TContext]):
    """Holds the caller's context for tools, hooks and guardrails. It is never sent to a model."""

    context: TContext
    """The object passed as ``Runner.run(..., context=...)``, or ``None``."""
    usage: Usage = field(default_factory=Usage)
    """What the run has cost so far. In a stream, a call is counted when it has ended."""
    turn_input: list[TResponseInputItem] = field(default_factory=list, kw_only=True)
    """The input of the current turn."""
    tool_input: Any | None = field(default=None, kw_only=True)
    """The structured input of an agent that runs as a tool."""


@dataclass(eq=False)
class AgentHookContext(RunContextWrapper[TContext]):
    """The context that hooks of agents receive."""
