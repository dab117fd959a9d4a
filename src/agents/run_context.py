"""The context of a run: the caller's own object, and what the run counts beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic

from typing_extensions import TypeVar

from .tool_approvals import ApprovalTable
from .usage import Usage

if TYPE_CHECKING:
    from .items import ToolApprovalItem, TResponseInputItem
else:
    TResponseInputItem = Any  # what pydantic reads below: such an item is a dict of many forms

TContext = TypeVar("TContext", default=Any)


@dataclass(eq=False)
class RunContextWrapper(Generic[TContext]):
    """Holds the caller's context for tools, hooks and guardrails. It is never sent to a model."""

    context: TContext
    """The object passed as ``Runner.run(..., context=...)``, or ``None``."""
    usage: Usage = field(default_factory=Usage)
    """What the run has cost so far. In a stream, a call is counted when it has ended."""
    turn_input: list[TResponseInputItem] = field(default_factory=list)
    """The input of the current turn."""
    _approvals: ApprovalTable = field(default_factory=ApprovalTable, repr=False)
    tool_input: Any | None = None
    """The structured input of an agent that runs as a tool."""
    call_path: tuple[str, ...] = field(default=(), kw_only=True, repr=False)
    """For a run of an agent as a tool: the ids of the calls that it answers, from the outermost on."""

    @property
    def approvals(self) -> ApprovalTable:
        """What was decided on tool calls. A context that is made with ``_approvals=`` of another shares it."""
        return self._approvals

    @approvals.setter
    def approvals(self, table: ApprovalTable) -> None:
        self._approvals = table

    def approve_tool(self, approval_item: ToolApprovalItem, always_approve: bool = False) -> None:
        """Approve a tool call that waits for it.

        Args:
            approval_item: The call, from ``result.interruptions``.
            always_approve: Whether all calls of this tool by the same agent are approved, for the rest of the run.
        """
        self.approvals.decide(approval_item, approved=True, always=always_approve)

    def reject_tool(
        self, approval_item: ToolApprovalItem, always_reject: bool = False, rejection_message: str | None = None
    ) -> None:
        """Reject a tool call that waits for approval: the model is told so.

        Args:
            approval_item: The call, from ``result.interruptions``.
            always_reject: Whether all calls of this tool by the same agent are rejected, for the rest of the run.
            rejection_message: What the model is told, word for word.
        """
        self.approvals.decide(approval_item, approved=False, always=always_reject, message=rejection_message)

    def is_tool_approved(self, tool_name: str, call_id: str) -> bool | None:
        """Whether a call was approved: ``None`` while nobody has decided."""
        return self.get_approval_status(tool_name, call_id)

    def get_approval_status(
        self,
        tool_name: str,
        call_id: str,
        *,
        tool_namespace: str | None = None,
        existing_pending: ToolApprovalItem | None = None,
        tool_lookup_key: tuple[str, ...] | None = None,
        current_invocation: ToolApprovalItem | None = None,
    ) -> bool | None:
        """Whether a call was approved: ``None`` while nobody has decided.

        Args:
            tool_name: The tool.
            call_id: The call.
            tool_namespace: The namespace of the tool, if it has one.
            existing_pending: The call as it waits, which says where it was made and by which agent.
            tool_lookup_key: The ``tool_lookup_key`` of an approval item, in place of name and namespace.
            current_invocation: The call as it is made now, which says the same.
        """
        name = _full_name(tool_name, tool_namespace, tool_lookup_key)
        found = self._decision(name, call_id, current_invocation or existing_pending)
        return None if found is None else bool(found.approved)

    def get_rejection_message(
        self,
        tool_name: str,
        call_id: str,
        *,
        tool_namespace: str | None = None,
        existing_pending: ToolApprovalItem | None = None,
        tool_lookup_key: tuple[str, ...] | None = None,
    ) -> str | None:
        """What the model is told of a rejected call, where whoever rejected it said so."""
        found = self._decision(_full_name(tool_name, tool_namespace, tool_lookup_key), call_id, existing_pending)
        return None if found is None or found.approved else found.message

    def _decision(self, name: str, call_id: str, item: ToolApprovalItem | None) -> Any:
        path, agent = (self.call_path, None) if item is None else (item.call_path, item.agent)
        return self.approvals.find(path, name, call_id, agent)


@dataclass(eq=False)
class AgentHookContext(RunContextWrapper[TContext]):
    """The context that hooks of agents receive."""


def _full_name(name: str, namespace: str | None, key: tuple[str, ...] | None) -> str:
    """A tool's name with its namespace before it; a look-up key names both after its kind."""
    return ".".join(key[1:]) if key else f"{namespace}.{name}" if namespace else name
