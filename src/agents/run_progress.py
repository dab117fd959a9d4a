"""How far a run has come: what it must remember to go on, beside what its result shows.

The result of a run holds one of these, and so does a ``RunState``; the loop in ``run_internal`` keeps it true.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from .items import MCPApprovalResponseItem, RunItem, ToolApprovalItem, ToolCallOutputItem
from .native_calls import field_of
from .server_conversation import ServerConversation

if TYPE_CHECKING:
    from .agent import Agent
    from .items import ModelResponse, TResponseInputItem
    from .run_config import ReasoningItemIdPolicy
    from .run_state import RunState
    from .tracing import Trace

Stage: TypeAlias = Literal["ready", "asking", "acting", "ended"]
"""What comes next: a model call; the answer to one; what the answer asks for; nothing."""


@dataclass
class RunProgress:
    """How far a run has come."""

    starting_agent: Agent[Any] | None = None
    """The agent that the run began with: from it all others are found."""
    stage: Stage = "ready"
    turn_start: int = 0
    """Where in the run's new items those of the current turn begin."""
    finished: list[ToolCallOutputItem] = field(default_factory=list)
    """Outputs of this turn's tools that are not among the new items yet."""
    paused_runs: dict[str, RunState[Any]] = field(default_factory=dict)
    """The runs of agents as tools that wait for approvals, by the call that each answers."""
    base_input: list[TResponseInputItem] = field(default_factory=list)
    """The input as the current agent sees it: handoffs may have filtered it."""
    visible_items: list[RunItem] = field(default_factory=list)
    """The new items that the current agent sees."""
    pending_input: list[TResponseInputItem] = field(default_factory=list)
    """What was said meanwhile, for the next model call."""
    unchecked: str | list[TResponseInputItem] | None = None
    """Input that the input guardrails have not let pass yet."""
    stored: int | None = None
    """How many of the new items the run's session holds; ``None`` before it was read."""
    unsaved: list[TResponseInputItem] = field(default_factory=list)
    """The input, until the session holds it."""
    rescued: list[TResponseInputItem] = field(default_factory=list)
    """What the session holds of the items after those: the calls of a broken turn that were answered."""
    server: ServerConversation = field(default_factory=ServerConversation)
    """What of the conversation the models' service keeps."""
    reasoning_item_id_policy: ReasoningItemIdPolicy | None = None
    """Whether models read the ids of reasoning items: what the run's configuration says, or said."""
    tools_used: dict[str, list[str]] | None = None
    """The tools that each agent has called, where that was set by hand."""
    trace: Trace | None = None
    """The trace that the run is part of."""

    def copy(self) -> RunProgress:
        """The same progress, to go on independently."""
        return replace(
            self,
            finished=list(self.finished),
            paused_runs=dict(self.paused_runs),
            base_input=list(self.base_input),
            visible_items=list(self.visible_items),
            pending_input=list(self.pending_input),
            unsaved=list(self.unsaved),
            rescued=list(self.rescued),
            server=replace(self.server),
        )

    def outputs(self, new_items: Sequence[RunItem]) -> list[ToolCallOutputItem]:
        """The outputs that the current turn has: no call that has one is made again."""
        items = [item for item in new_items[self.turn_start :] if isinstance(item, ToolCallOutputItem)]
        return [*items, *self.finished]

    def interruptions(self, new_items: Sequence[RunItem], response: ModelResponse) -> list[ToolApprovalItem]:
        """The calls of the current turn that wait for approval, in their order; those inside agent tools too."""
        done = {item.call_id for item in self.outputs(new_items)}
        asked = [item for item in new_items[self.turn_start :] if isinstance(item, ToolApprovalItem)]
        found: list[ToolApprovalItem] = []
        answered = (item for item in new_items[self.turn_start :] if isinstance(item, MCPApprovalResponseItem))
        done |= {item.raw_item["approval_request_id"] for item in answered}
        for call_id in dict.fromkeys(_id_of_call(output) for output in response.output):
            if call_id in self.paused_runs:
                found += self.paused_runs[call_id].get_interruptions()
            elif call_id not in done:
                found += [item for item in asked if item.call_id == call_id]
        return found


def _id_of_call(output: object) -> object:
    """The id of a call, or of what asks for a hosted one; nothing else of an answer can wait for approval."""
    return field_of(output, "id" if field_of(output, "type") == "mcp_approval_request" else "call_id")
