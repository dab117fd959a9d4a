"""What a run gives back. The loop keeps its progress in the result itself: a streamed one can be watched."""

from __future__ import annotations

import abc
import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from .cost import usage_cost
from .items import ItemHelpers, ToolApprovalItem, to_input_items, without_reasoning_id
from .run_context import RunContextWrapper
from .run_progress import RunProgress
from .run_state import RunState
from .stream_events import StreamEvent
from .tool_context import ToolContext
from .usage import Usage
from .util._pydantic import TakenAsItIs

if TYPE_CHECKING:
    from decimal import Decimal

    from .agent import Agent
    from .guardrail import InputGuardrailResult, OutputGuardrailResult
    from .items import ModelResponse, RunItem, TResponseInputItem
    from .tool_guardrails import ToolInputGuardrailResult, ToolOutputGuardrailResult
    from .tracing import Trace

T = TypeVar("T")


@dataclass(frozen=True)
class AgentToolInvocation:
    """The tool call that the run of an agent as a tool answers."""

    tool_name: str
    """The name under which the agent was called."""
    tool_call_id: str
    """The id of the call."""
    tool_arguments: str
    """The arguments as the model wrote them."""


@dataclass(eq=False)
class RunResultBase(TakenAsItIs, abc.ABC):
    """What plain and streamed results have in common."""

    input: str | list[TResponseInputItem]
    """What the run was started with."""
    new_items: list[RunItem]
    """All that the run made: messages, tool calls and their outputs, handoffs, reasoning."""
    raw_responses: list[ModelResponse]
    """The answers of the models."""
    final_output: Any
    """The output of the last agent: text, or an object of its ``output_type``."""
    input_guardrail_results: list[InputGuardrailResult]
    output_guardrail_results: list[OutputGuardrailResult]
    tool_input_guardrail_results: list[ToolInputGuardrailResult]
    tool_output_guardrail_results: list[ToolOutputGuardrailResult]
    context_wrapper: RunContextWrapper[Any]
    """The context of the run; ``context_wrapper.usage`` says what it cost."""
    current_agent: Agent[Any]
    """The agent that is running, or ran last."""
    current_turn: int = 0
    """The turn that the run is in: one turn is one model call and what follows from it."""
    max_turns: int | None = None
    """How many turns the run may take."""
    conversation: list[TResponseInputItem] = field(default_factory=list, repr=False)
    """What the next model call of this run would read: input and new items, as handoffs filtered them."""
    interruptions: list[ToolApprovalItem] = field(default_factory=list)
    """The tool calls that the run waits for approval of, those inside agents as tools too."""
    progress: RunProgress = field(default_factory=RunProgress, repr=False)
    """What the run has to remember to go on."""

    @property
    def last_agent(self) -> Agent[Any]:
        """The agent that ran last: with :meth:`to_input_list`, all that it takes to go on."""
        return self.current_agent

    @property
    def last_response_id(self) -> str | None:
        """The provider's id for the last model response."""
        return self.raw_responses[-1].response_id if self.raw_responses else None

    def cost(self) -> Decimal | None:
        """What the run has cost in US dollars, at list prices, summed over the models that answered.

        ``None`` where the price of one of them is not known, or a request did not report its tokens.

        Raises:
            ImportError: ``genai-prices`` is not installed: ``pip install "polyglot-agents[cost]"``.
        """
        return usage_cost(self.context_wrapper.usage)

    @property
    def agent_tool_invocation(self) -> AgentToolInvocation | None:
        """The call that the run answers, for a run of an agent as a tool."""
        context = self.context_wrapper
        if not isinstance(context, ToolContext):
            return None
        return AgentToolInvocation(context.tool_name, context.tool_call_id, context.tool_arguments)

    def to_state(self) -> RunState[Any]:
        """The run as a state, from which :meth:`Runner.run` goes on, in another process too.

        It is independent of this result: decisions on the state leave the result as it is.
        """
        context = self.context_wrapper
        usage = Usage()
        usage.add(context.usage)
        state = RunState(
            replace(context, usage=usage, _approvals=context.approvals.copy()),
            self.input,
            self.progress.starting_agent or self.current_agent,
            self.max_turns,
        )
        state.catch_up(self)
        state.set_trace(self.progress.trace)
        return state

    def final_output_as(self, cls: type[T], raise_if_incorrect_type: bool = False) -> T:
        """The final output, for the type checker as a ``cls``.

        Args:
            cls: The type.
            raise_if_incorrect_type: Whether to check that it is one.

        Raises:
            TypeError: It is not, and that was to be checked.
        """
        if raise_if_incorrect_type and not isinstance(self.final_output, cls):
            raise TypeError(f"The final output is {type(self.final_output).__name__}, not {cls.__name__}.")
        return cast(T, self.final_output)

    def to_input_list(
        self, *, mode: Literal["preserve_all", "normalized"] = "preserve_all"
    ) -> list[TResponseInputItem]:
        """The whole conversation, as input for another run.

        Args:
            mode: ``"preserve_all"`` gives the input and all new items; ``"normalized"`` what the last agent
                read and made, which differs where a handoff filtered the conversation.
        """
        if mode == "normalized":
            return list(self.conversation)
        made = to_input_items(self.new_items)
        if self.progress.reasoning_item_id_policy == "omit":
            made = [without_reasoning_id(item) for item in made]
        return [*ItemHelpers.input_to_new_input_list(self.input), *made]

    def release_agents(self, release_new_items: bool = True) -> None:
        """Let go of the agents, so that a result which is kept does not keep them."""
        self.progress.starting_agent = None
        if release_new_items:
            for item in self.new_items:
                item.release_agent()


@dataclass(eq=False)
class RunResult(RunResultBase):
    """The result of a plain run."""

    def __str__(self) -> str:
        return _summary(self, "RunResult")


class EventBuffer:
    """Events between a run, which never waits, and the one who reads them. Empty and closed means the end."""

    def __init__(self) -> None:
        self.unread: deque[StreamEvent] = deque()
        """What waits to be read; whoever reads an event takes it away."""
        self._news = asyncio.Event()
        self._closed = False

    def put(self, event: StreamEvent) -> None:
        """Add an event. After the end there is nobody left to read it."""
        if self._closed:
            return
        if not self.unread:
            self._news.set()
        self.unread.append(event)

    def close(self) -> None:
        """There will be no more."""
        self._closed = True
        self._news.set()

    def clear(self) -> None:
        """Forget what nobody has read."""
        self.unread.clear()

    async def more(self) -> bool:
        """Wait until there is an event, or the end: then there is none."""
        while not self.unread:
            if self._closed:
                return False
            self._news.clear()
            await self._news.wait()
        return True


@dataclass(eq=False)
class RunResultStreaming(RunResultBase):
    """The result of a streamed run.

    It fills while :meth:`stream_events` is read; ``is_complete`` says when it is full.
    """

    is_complete: bool = False
    """Whether the run has ended."""
    trace: Trace | None = field(default=None, repr=False)
    """The trace of the run, if it opened one."""
    run_loop_task: asyncio.Task[None] | None = field(default=None, repr=False)
    """The task in which the run works."""
    events: EventBuffer = field(default_factory=EventBuffer, repr=False)
    """What has happened and is not read yet."""
    stop_after_turn: bool = False
    """Whether the run was asked to stop at the end of its turn."""
    _hung_up: bool = field(default=False, init=False, repr=False)

    def follow(self, task: asyncio.Task[None]) -> None:
        """Take the task in which the run works."""
        self.run_loop_task = task
        task.add_done_callback(self._ended)

    def end(self) -> None:
        """The run is over, and with it its events."""
        self.is_complete = True
        self.events.close()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.end()  # a task that was cancelled before it began did not
        if not task.cancelled():
            task.exception()  # a failure that nobody comes to hear of is no reason for asyncio to complain

    @property
    def run_loop_exception(self) -> BaseException | None:
        """What ended the run, if it was an exception."""
        task = self.run_loop_task
        return None if task is None or not task.done() or task.cancelled() else task.exception()

    def cancel(self, mode: Literal["immediate", "after_turn"] = "immediate") -> None:
        """Stop the run.

        Args:
            mode: ``"immediate"`` hangs up on the model and its tools and forgets unread events;
                ``"after_turn"`` lets the current turn finish, so that the conversation stays whole.
        """
        self.stop_after_turn = True  # also for a tool that does not let itself be cancelled
        if mode == "after_turn":
            return
        if self.run_loop_task is not None and not self.run_loop_task.done():
            self.run_loop_task.cancel()
        self.events.clear()
        self.end()
        self._hung_up = True

    async def stream_events(self) -> AsyncIterator[StreamEvent]:
        """The events of the run, as they happen. Leaving the loop before the end stops the run.

        Raises:
            AgentsException: What ended the run, after all events that came before it. Who has cancelled hears of none.
        """
        try:
            while await self.events.more():
                unread = self.events.unread
                while unread:
                    yield unread.popleft()
        finally:
            await self._settle()
        if (error := self.run_loop_exception) is not None and not self._hung_up:
            raise error

    async def _settle(self) -> None:
        """Leave nothing running behind."""
        task = self.run_loop_task
        if task is None or task.done() or task is asyncio.current_task():
            return
        if not self.is_complete:
            task.cancel()
        await asyncio.wait([task])

    def __str__(self) -> str:
        return _summary(self, "RunResultStreaming")


def _summary(result: RunResultBase, name: str) -> str:
    usage = result.context_wrapper.usage
    output = result.final_output
    return "\n".join(
        [
            f"{name}:",
            f"- Last agent: {result.last_agent.name}",
            f"- Final output ({type(output).__name__}): {output}",
            f"- {len(result.new_items)} new items, {len(result.raw_responses)} model responses, "
            f"{usage.requests} requests, {usage.total_tokens} tokens",
        ]
    )
