"""``RunState``: a run that was put down, and can be picked up again, by another process too.

Above stands ``result``, which makes states; ``run`` goes on from them. How a state looks as JSON is the business of
``run_state_codec``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic

from typing_extensions import TypeVar

from .agent import Agent
from .exceptions import UserError
from .items import ItemHelpers
from .run_context import RunContextWrapper, TContext
from .run_progress import RunProgress
from .server_conversation import ServerConversation
from .tracing.traces import Trace, TraceState

if TYPE_CHECKING:
    from .guardrail import InputGuardrailResult, OutputGuardrailResult
    from .items import ModelResponse, RunItem, ToolApprovalItem, TResponseInputItem
    from .tool_guardrails import ToolInputGuardrailResult, ToolOutputGuardrailResult

TAgent = TypeVar("TAgent", bound="Agent[Any]", default="Agent[Any]")


@dataclass(init=False, eq=False)
class RunState(Generic[TContext, TAgent]):
    """A run that was put down. ``result.to_state()`` makes one; ``Runner.run(agent, state)`` goes on from it.

    ```python
    result = await Runner.run(agent, "Clean up")
    while result.interruptions:
        state = result.to_state()
        for call in result.interruptions:
            state.approve(call)
        result = await Runner.run(agent, state)
    ```
    """

    input: str | list[TResponseInputItem]
    """What the run was started with."""
    context_wrapper: RunContextWrapper[TContext]
    """The context of the run, with its usage and what was decided on tool calls."""
    current_agent: TAgent
    """The agent that goes on."""
    progress: RunProgress = field(repr=False)
    """How far the run has come."""
    max_turns: int | None
    current_turn: int = 0
    new_items: list[RunItem] = field(default_factory=list)
    raw_responses: list[ModelResponse] = field(default_factory=list)
    input_guardrail_results: list[InputGuardrailResult] = field(default_factory=list)
    output_guardrail_results: list[OutputGuardrailResult] = field(default_factory=list)
    tool_input_guardrail_results: list[ToolInputGuardrailResult] = field(default_factory=list)
    tool_output_guardrail_results: list[ToolOutputGuardrailResult] = field(default_factory=list)
    trace_state: TraceState | None = None
    """What is remembered of the trace."""
    missing_context: str | None = None
    """The type of a context that could not be stored: the run needs it again to go on."""

    def __init__(
        self,
        context: RunContextWrapper[TContext],
        original_input: str | list[TResponseInputItem],
        starting_agent: TAgent,
        max_turns: int | None = 10,
        *,
        conversation_id: str | None = None,
        previous_response_id: str | None = None,
        auto_previous_response_id: bool = False,
    ) -> None:
        self.context_wrapper = context
        items = ItemHelpers.input_to_new_input_list(original_input)
        self.input = original_input if isinstance(original_input, str) else items
        self.current_agent = starting_agent
        self.max_turns = max_turns
        self.progress = RunProgress(
            starting_agent=starting_agent,
            unchecked=self.input,
            base_input=items,
            server=ServerConversation(
                conversation_id,
                previous_response_id,
                auto=auto_previous_response_id,
                began_before=bool(previous_response_id or conversation_id),
            ),
        )
        self.new_items, self.raw_responses = [], []
        self.input_guardrail_results, self.output_guardrail_results = [], []
        self.tool_input_guardrail_results, self.tool_output_guardrail_results = [], []

    def get_interruptions(self) -> list[ToolApprovalItem]:
        """The tool calls that wait for approval; those inside agents that run as tools too."""
        if self.progress.stage != "acting" or not self.raw_responses:
            return []
        return self.progress.interruptions(self.new_items, self.raw_responses[-1])

    def approve(self, approval_item: ToolApprovalItem, always_approve: bool = False) -> None:
        """Approve a tool call.

        Args:
            approval_item: The call, from :meth:`get_interruptions` or ``result.interruptions``.
            always_approve: Whether all calls of this tool by the same agent are approved, for the rest of the run.
        """
        self.context_wrapper.approve_tool(approval_item, always_approve)

    def reject(
        self, approval_item: ToolApprovalItem, always_reject: bool = False, *, rejection_message: str | None = None
    ) -> None:
        """Reject a tool call: it is not carried out, and the model is told so.

        Args:
            approval_item: The call, from :meth:`get_interruptions` or ``result.interruptions``.
            always_reject: Whether all calls of this tool by the same agent are rejected, for the rest of the run.
            rejection_message: What the model is told, word for word.
        """
        self.context_wrapper.reject_tool(approval_item, always_reject, rejection_message)

    @property
    def pending_input(self) -> list[TResponseInputItem]:
        """What was added by :meth:`add_input`, for the next model call."""
        return list(self.progress.pending_input)

    def add_input(self, input: str | list[TResponseInputItem]) -> None:
        """Say something to the run: its next model call reads it, after what the run has made until then.

        Raises:
            UserError: There is no next model call: the run has ended, or has no turns left.
        """
        if self.progress.stage == "ended":
            raise UserError("The run of this state has ended: give result.to_input_list() and the input to a new run.")
        if self.max_turns is not None and self.current_turn >= self.max_turns:
            raise UserError(f"The run of this state has no turn left (max_turns={self.max_turns}) to read an input in.")
        self.progress.pending_input += ItemHelpers.input_to_new_input_list(input)

    def clear_pending_input(self) -> None:
        """Take back what :meth:`add_input` added."""
        self.progress.pending_input.clear()

    def set_trace(self, trace: Trace | None) -> None:
        """Let the run go on in this trace."""
        self.trace_state = TraceState.from_trace(trace)

    def get_tool_use_tracker_snapshot(self) -> dict[str, list[str]]:
        """The tools that each agent has called, by the agents' names."""
        used: dict[str, list[str]] = {}
        for item in self.new_items:
            if item.type in ("tool_call_item", "handoff_call_item") and item.agent is not None:
                name = getattr(item.raw_item, "name", None) or item.raw_item.type
                used.setdefault(item.agent.name, []).append(name)
        return used
