"""What a human decided on tool calls: once, or for all calls of a tool to come.

Vocabulary: ``run_context`` holds the decisions of a run, ``run_internal.approvals`` asks them. Agents that run as
tools share the table of the run that they run in, so that a decision has one place, however deep it was asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from .exceptions import UserError
from .util._pydantic import schema_of_stored

if TYPE_CHECKING:
    from pydantic_core import core_schema

    from .items import ToolApprovalItem


@dataclass
class CallDecision:
    """What was decided on one call. It holds for this very call: for its tool, with these arguments, once."""

    tool_name: str
    arguments: str
    approved: bool
    message: str | None = None
    """What the model is told of a rejection."""
    used: bool = False
    """Whether the call was carried out, or its rejection told."""


@dataclass(frozen=True)
class StandingDecision:
    """What was decided on all calls of one agent's tool."""

    agent: Any
    tool_name: str
    approved: bool
    message: str | None = None


@dataclass
class ApprovalTable:
    """The decisions of a run, and of the runs of agents as tools inside it."""

    calls: dict[tuple[str, ...], CallDecision] = field(default_factory=dict)
    """By the ids of the agent tools around a call, and then its own."""
    standing: list[StandingDecision] = field(default_factory=list)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        """JSON holds what was decided on single calls. An agent has no such form: what stands for it is left out."""
        stored = handler.generate_schema(list[tuple[tuple[str, ...], CallDecision]])
        return schema_of_stored(cls, stored, lambda calls: cls(dict(calls)), lambda table: list(table.calls.items()))

    def copy(self) -> ApprovalTable:
        """The same decisions, to go on independently."""
        return ApprovalTable({key: replace(decision) for key, decision in self.calls.items()}, list(self.standing))

    def decide(self, item: ToolApprovalItem, approved: bool, *, always: bool, message: str | None = None) -> None:
        """Note a decision on a call; with ``always``, on those of its agent's tool to come as well.

        Raises:
            UserError: The call has no id, or (with ``always``) its agent was let go of.
        """
        if not item.call_id:
            raise UserError(
                f"The call of tool {item.qualified_name!r} has no id, so that nobody can tell what was decided on it."
            )
        call = CallDecision(item.qualified_name, item.arguments or "", approved, message)
        key: tuple[str, ...] = (*item.call_path, item.call_id)
        self.calls[key] = call
        if not always:
            return
        if item.agent is None:
            raise UserError(
                f"A decision on all calls of {item.qualified_name!r} needs its agent, which no longer exists."
            )
        names = item.standing_names
        others = [each for each in self.standing if not any(_stands_for(each, item.agent, name) for name in names)]
        self.standing = [*others, *(StandingDecision(item.agent, name, approved, message) for name in names)]

    def take(self, item: ToolApprovalItem) -> CallDecision | StandingDecision | None:
        """The decision on a call, to be acted on now: one that holds for one call is used up."""
        decision = self.open(item)
        if isinstance(decision, CallDecision):
            decision.used = True
        return decision

    def open(self, item: ToolApprovalItem) -> CallDecision | StandingDecision | None:
        """The decision on a call that is not used up."""
        call = self.calls.get((*item.call_path, item.call_id or ""))
        asked = (item.qualified_name, item.arguments or "")
        if call is not None and not call.used and (call.tool_name, call.arguments) == asked:
            return call
        return self.find_standing(item.qualified_name, item.agent)

    def find(self, path: tuple[str, ...], tool_name: str, call_id: str, agent: Any = None) -> Any:
        """The decision on a call, used or not; ``None`` where there is none."""
        call = self.calls.get((*path, call_id))
        if call is not None and call.tool_name == tool_name:
            return call
        return self.find_standing(tool_name, agent)

    def find_standing(self, tool_name: str, agent: Any) -> StandingDecision | None:
        """The decision on all calls of a tool; without an agent, the one that holds for all who have it."""
        found = [each for each in self.standing if _stands_for(each, agent, tool_name)]
        return found[0] if len({each.approved for each in found}) == 1 else None


def _stands_for(decision: StandingDecision, agent: Any, tool_name: str) -> bool:
    return decision.tool_name == tool_name and (agent is None or decision.agent is agent)
