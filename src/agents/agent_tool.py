"""An agent as a tool of another: what ``Agent.as_tool`` makes, and how one call of it becomes a run.

``agent`` is above. The run itself is the business of the runner that the tool's context names, or of the usual one
where a tool is called by hand: declarations never import the loop.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

from typing_extensions import TypedDict

from .agent_tool_input import ToolInput
from .awaiting import MaybeAwaitable, answer_of, settled
from .exceptions import (
    AgentsException,
    InputGuardrailTripwireTriggered,
    MaxTurnsExceeded,
    ModelBehaviorError,
    ModelRefusalError,
    OutputGuardrailTripwireTriggered,
    ToolInputGuardrailTripwireTriggered,
    ToolOutputGuardrailTripwireTriggered,
)
from .items import ItemHelpers, MessageOutputItem, ToolApprovalItem, ToolCallOutputItem
from .logger import logger
from .run_context import RunContextWrapper
from .stream_events import AgentUpdatedStreamEvent, StreamEvent
from .tool_context import AgentToolRunner, ToolContext
from .tool_invocation import ToolErrorFunction, record_on_span

if TYPE_CHECKING:
    from openai.types.responses import ResponseFunctionToolCall

    from .agent import Agent
    from .exceptions import RunErrorDetails
    from .result import RunResult, RunResultStreaming
    from .run_state import RunState


class AgentToolStreamEvent(TypedDict):
    """An event of the run of an agent as a tool, as ``on_stream`` receives it."""

    event: StreamEvent
    """What happened."""
    agent: Agent[Any]
    """The agent that it happened to."""
    tool_call: ResponseFunctionToolCall | None
    """The call that the run answers."""


OutputExtractor: TypeAlias = "Callable[[RunResult | RunResultStreaming], Awaitable[str]]"
OnStream: TypeAlias = Callable[[AgentToolStreamEvent], MaybeAwaitable[None]]


@dataclass(frozen=True)
class PausedRun:
    """What a call of an agent as a tool returns while calls inside it wait for approval."""

    result: RunResult | RunResultStreaming
    state: RunState[Any]
    interruptions: list[ToolApprovalItem]


class OverflowingStream(AgentsException):
    """The ``on_stream`` of an agent as a tool does not keep up with the events."""


_TRIPWIRES = (
    InputGuardrailTripwireTriggered,
    OutputGuardrailTripwireTriggered,
    ToolInputGuardrailTripwireTriggered,
    ToolOutputGuardrailTripwireTriggered,
)
_FOR_GOOD = (MaxTurnsExceeded, ModelBehaviorError, ModelRefusalError, *_TRIPWIRES)
"""What a run raises again that goes on from there: its call is better made anew."""


def _left_behind(stream: RunResultStreaming | None, error: BaseException) -> RunState[Any] | None:
    """The run that was stopped by an error, or cancelled, to go on with when its call is made again."""
    details: RunErrorDetails | None = getattr(error, "run_data", None)
    if isinstance(error, _FOR_GOOD) or (stream is None and details is None):
        return None
    state: RunState[Any] = stream.to_state() if stream is not None else details.to_state()  # type: ignore[union-attr]
    return None if state.progress.stage == "ended" else state


def _usual_runner() -> AgentToolRunner:
    """What runs agents where no run calls their tool: it stands above this module, and is looked up by name."""
    runner: AgentToolRunner = import_module("agents.run").get_default_agent_runner()
    return runner


@dataclass
class AgentToolInvoker:
    """The ``on_invoke_tool`` of an agent as a tool."""

    agent: Agent[Any]
    tool_name: str
    input: ToolInput
    on_failure: ToolErrorFunction | None
    extract: OutputExtractor | None = None
    on_stream: OnStream | None = None
    most_pending: int | None = None
    """How many events may wait for ``on_stream``."""
    run_options: dict[str, Any] = field(default_factory=dict)
    """How the agent is run: what the caller gave of ``Runner.run``'s arguments."""

    async def __call__(self, context: RunContextWrapper[Any], arguments: str) -> Any:
        """Run the agent on one call; an error becomes a message to the model, or is raised without ``on_failure``."""
        if not isinstance(context, ToolContext):
            context = ToolContext.from_agent_context(context, "", tool_name=self.tool_name, tool_arguments=arguments)
        try:
            return await self._run(context.runner or _usual_runner(), context, arguments)
        except Exception as error:
            if self.on_failure is None:
                raise
            record_on_span(context, self.tool_name, error)
            return await answer_of(
                f"failure_error_function of tool {self.tool_name!r}", self.on_failure, context, error
            )

    async def _run(self, runner: AgentToolRunner, context: ToolContext[Any], arguments: str) -> Any:
        params = self.input.parse(context.tool_name or self.tool_name, arguments)
        inner = self._context(context, params)
        options = dict(self.run_options)
        options.setdefault("run_config", context.run_config)
        state = context.paused_run
        if state is not None:
            state.context_wrapper = inner
            for unneeded in ("previous_response_id", "conversation_id"):
                options.pop(unneeded, None)
            given: Any = state
        else:
            given = await self.input.build(params)
            options["context"] = inner
        stream: RunResultStreaming | None = None
        result: RunResult | RunResultStreaming
        try:
            if self.on_stream is None:
                result = await runner.run(self.agent, given, **options)
            else:
                result = stream = runner.run_streamed(self.agent, given, **options)
                await self._tell(stream, context.tool_call)
        except BaseException as error:
            context.paused_run = _left_behind(stream, error)
            raise
        if result.interruptions:
            return PausedRun(result, result.to_state(), list(result.interruptions))
        return await self._output(result)

    def _context(self, context: ToolContext[Any], params: Any) -> ToolContext[Any]:
        """The context of the inner run: it counts on the outer one's usage, and asks in its name."""
        return dataclasses.replace(
            context,
            turn_input=[],
            tool_input=params if self.input.is_structured else None,
            call_path=(*context.call_path, context.tool_call_id),
            paused_run=None,
        )

    async def _output(self, result: RunResult | RunResultStreaming) -> Any:
        if self.extract is not None:
            return await answer_of(f"custom_output_extractor of tool {self.tool_name!r}", self.extract, result)
        output = result.final_output
        if (output is not None and output != "") or result.output_guardrail_results:
            return output  # what guardrails have checked is the final output, not what led to it
        for item in reversed(result.new_items):
            if isinstance(item, MessageOutputItem) and (text := ItemHelpers.text_message_output(item)):
                return text
            if isinstance(item, ToolCallOutputItem) and isinstance(item.output, str) and item.output:
                return item.output
        return output

    async def _tell(self, result: RunResultStreaming, call: ResponseFunctionToolCall | None) -> None:
        """Pass the events of the run on, in order. The run does not wait for who listens, but for so long only.

        Raises:
            OverflowingStream: Too many events wait.
        """
        pending: deque[AgentToolStreamEvent | None] = deque()
        news = asyncio.Event()
        listening = asyncio.ensure_future(self._listen(pending, news))
        agent = result.current_agent
        try:
            async with aclosing(result.stream_events()) as events:  # type: ignore[type-var]
                async for event in events:
                    if isinstance(event, AgentUpdatedStreamEvent):
                        agent = event.new_agent
                    if self.most_pending is not None and len(pending) >= self.most_pending:
                        await asyncio.sleep(0)  # a burst must let a listener that is ready catch up
                        if len(pending) >= self.most_pending:
                            raise OverflowingStream(
                                f"More than {self.most_pending} events wait for the on_stream of agent tool "
                                f"{self.tool_name!r}. Make it quicker, or raise on_stream_max_pending_events."
                            )
                    pending.append({"event": event, "agent": agent, "tool_call": call})
                    news.set()
            pending.append(None)
            news.set()
            await listening
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    async def _listen(self, pending: deque[AgentToolStreamEvent | None], news: asyncio.Event) -> None:
        assert self.on_stream is not None
        while True:
            while not pending:
                news.clear()
                await news.wait()
            event = pending.popleft()
            if event is None:
                return
            try:
                await settled(self.on_stream(event))
            except Exception as error:  # noqa: BLE001 - who only listens must not end the run
                logger.error("on_stream of agent tool %s failed with %s", self.tool_name, type(error).__name__)
