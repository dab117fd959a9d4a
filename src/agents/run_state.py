"""``RunState``: a run that was put down, and can be picked up again, by another process too.

Above stands ``result``, which makes states; ``run`` goes on from them. How a state looks as JSON is the business of
``run_state_codec`` and ``run_state_context``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, cast

from typing_extensions import TypeVar

from .agent import Agent
from .agent_graph import AgentGraph
from .exceptions import UserError
from .items import ItemHelpers
from .run_context import RunContextWrapper, TContext
from .run_progress import RunProgress
from .run_state_codec import (
    decode_state,
    decode_usage_and_decisions,
    encode_state,
    encode_trace,
    encode_usage_and_decisions,
)
from .run_state_context import ContextDeserializer, ContextSerializer, decode_context, encode_context
from .run_state_schema import FORMAT, VERSION, checked
from .server_conversation import ServerConversation
from .tracing.traces import Trace, TraceState

if TYPE_CHECKING:
    from .guardrail import InputGuardrailResult, OutputGuardrailResult
    from .items import ModelResponse, RunItem, ToolApprovalItem, TResponseInputItem
    from .result import RunResultBase
    from .run_config import ReasoningItemIdPolicy
    from .tool_guardrails import ToolInputGuardrailResult, ToolOutputGuardrailResult

TAgent = TypeVar("TAgent", bound="Agent[Any]", default="Agent[Any]")


CARRIED = (
    "new_items",
    "raw_responses",
    "input_guardrail_results",
    "output_guardrail_results",
    "tool_input_guardrail_results",
    "tool_output_guardrail_results",
)
"""The lists that a state and a result have in common."""


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

    def catch_up(self, result: RunResultBase | RunState[Any, Any]) -> None:
        """Be where a run has come to, however it ended: what it has done is not done again from here."""
        self.input, self.current_turn = result.input, result.current_turn
        self.current_agent = cast("TAgent", result.current_agent)
        self.progress = result.progress.copy()
        if self.progress.stage == "asking":  # the answer never came: the turn is yet to be taken
            self.current_turn, self.progress.stage = result.current_turn - 1, "ready"
        for name in CARRIED:
            setattr(self, name, list(getattr(result, name)))

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

    def set_reasoning_item_id_policy(self, policy: ReasoningItemIdPolicy | None) -> None:
        """Say whether models read the ids of reasoning items; a ``RunConfig`` that says so goes before it."""
        self.progress.reasoning_item_id_policy = policy

    def set_tool_use_tracker_snapshot(self, snapshot: Mapping[str, Sequence[str]] | None) -> None:
        """Say which tools each agent has called, by the agents' names: those are not forced to call one again.

        ``None`` goes back to what the run itself has noted.
        """
        self.progress.tools_used = None if snapshot is None else {name: list(snapshot[name]) for name in snapshot}

    def get_tool_use_tracker_snapshot(self) -> dict[str, list[str]]:
        """The tools that each agent has called, by the agents' names."""
        if self.progress.tools_used is not None:
            return {name: list(tools) for name, tools in self.progress.tools_used.items()}
        used: dict[str, list[str]] = {}
        for item in self.new_items:
            if item.type in ("tool_call_item", "handoff_call_item") and item.agent is not None:
                name = getattr(item.raw_item, "name", None) or item.raw_item.type
                used.setdefault(item.agent.name, []).append(name)
        return used

    def to_json(
        self,
        *,
        context_serializer: ContextSerializer | None = None,
        strict_context: bool = False,
        include_tracing_api_key: bool = False,
    ) -> dict[str, Any]:
        """The state as JSON data, for :meth:`from_json` in this or another process.

        It holds the conversation, what tools returned and what was decided: keep it where only those come to it who
        may read that, and change it.

        Args:
            context_serializer: Makes a mapping of the context. Mappings need none; pydantic models and dataclasses
                become one, too. Any other context is left out, with a warning, and has to be given again.
            strict_context: Whether only mappings and what a serializer makes are stored; all else is an error.
            include_tracing_api_key: Whether a key of the trace's own is stored, a secret.

        Raises:
            UserError: The context cannot be stored, or an agent of the run could not be found again.
        """
        graph = AgentGraph(self.progress.starting_agent or self.current_agent)
        context = encode_context(self.context_wrapper.context, context_serializer, strict_context)
        if self.missing_context is not None:
            context = {"by": "omitted", "type": self.missing_context, "value": None}
        return {
            "format": FORMAT,
            "version": VERSION,
            "run": encode_state(self, graph),
            "context": context,
            **encode_usage_and_decisions(self.context_wrapper, graph),
            "trace": encode_trace(self.trace_state, include_tracing_api_key),
        }

    def to_string(
        self,
        *,
        context_serializer: ContextSerializer | None = None,
        strict_context: bool = False,
        include_tracing_api_key: bool = False,
    ) -> str:
        """The state as JSON text. Arguments and errors are those of :meth:`to_json`."""
        data = self.to_json(
            context_serializer=context_serializer,
            strict_context=strict_context,
            include_tracing_api_key=include_tracing_api_key,
        )
        return json.dumps(data)

    @staticmethod
    async def from_json(
        initial_agent: Agent[Any],
        state_json: Mapping[str, Any],
        *,
        context_override: Any = None,
        context_deserializer: ContextDeserializer | None = None,
        strict_context: bool = False,
    ) -> RunState[Any, Agent[Any]]:
        """The state that :meth:`to_json` wrote, by this version or an older one.

        Args:
            initial_agent: The agent that the run started with: all its agents are found from there, by their names.
            state_json: The data. Load only what you stored yourself: it says which calls are approved.
            context_override: A context in place of the stored one.
            context_deserializer: Makes the context of the mapping that was stored.
            strict_context: Whether a context that was no mapping needs a deserializer or an override.

        Raises:
            UserError: The data is no state, is damaged, is of a newer version, or names an agent that is not there.
        """
        data, graph = checked(state_json), AgentGraph(initial_agent)
        override = context_override
        context = override if isinstance(override, RunContextWrapper) else RunContextWrapper(context=override)
        missing: str | None = None
        if override is None:
            context.context, missing = decode_context(data.context, context_deserializer, strict_context)
        decode_usage_and_decisions(data, context, graph)
        state = decode_state(data.run, graph, context, _built)
        state.missing_context = missing
        state.trace_state = TraceState.from_json(data.trace)
        return state

    @staticmethod
    async def from_string(
        initial_agent: Agent[Any],
        state_string: str,
        *,
        context_override: Any = None,
        context_deserializer: ContextDeserializer | None = None,
        strict_context: bool = False,
    ) -> RunState[Any, Agent[Any]]:
        """The state that :meth:`to_string` wrote. Arguments and errors are those of :meth:`from_json`."""
        try:
            data = json.loads(state_string)
        except ValueError as error:
            raise UserError(f"This is no run state, as it is no JSON: {error}") from None
        return await RunState.from_json(
            initial_agent,
            data,
            context_override=context_override,
            context_deserializer=context_deserializer,
            strict_context=strict_context,
        )


def _built(fields: dict[str, Any]) -> RunState[Any]:
    """A state of its fields, as the codec reads them."""
    state: RunState[Any] = RunState(fields["context_wrapper"], fields["input"], fields["current_agent"])
    for name, value in fields.items():
        setattr(state, name, value)
    return state
