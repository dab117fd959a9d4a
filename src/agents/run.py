"""``Runner``: the three ways to run an agent.

Below: :mod:`agents.run_internal.run_start` makes a run of the arguments, :mod:`agents.run_internal.run_loop` goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any, TypeAlias, Union, cast

from .agent import Agent
from .exceptions import UserError
from .lifecycle import RunHooks
from .result import RunResult, RunResultStreaming
from .run_config import (
    DEFAULT_MAX_TURNS,
    DEFAULT_WORKFLOW_NAME,
    CallModelData,
    CallModelInputFilter,
    ModelInputData,
    OutputGuardrailBlockedMessageArgs,
    OutputGuardrailBlockedMessageFormatter,
    ReasoningItemIdPolicy,
    RunConfig,
    RunOptions,
    ToolErrorFormatter,
    ToolErrorFormatterArgs,
    ToolExecutionConfig,
    ToolNameCollisionPolicy,
    ToolNotFoundBehavior,
)
from .run_context import RunContextWrapper, TContext
from .run_error_handlers import RunErrorHandlers
from .run_internal.run_loop import run_to_end
from .run_internal.run_start import start
from .run_internal.run_steps import RunScope
from .run_internal.spans import span_of_run
from .run_state import RunState
from .thread_loop import run_in_thread_loop
from .tracing import Trace, get_current_trace
from .tracing.context import create_trace_for_run
from .tracing.traces import TraceState

if TYPE_CHECKING:
    from .items import TResponseInputItem
    from .memory import Session

__all__ = [
    "DEFAULT_MAX_TURNS",
    "AgentRunner",
    "CallModelData",
    "CallModelInputFilter",
    "ModelInputData",
    "OutputGuardrailBlockedMessageArgs",
    "OutputGuardrailBlockedMessageFormatter",
    "ReasoningItemIdPolicy",
    "RunConfig",
    "RunContextWrapper",
    "RunOptions",
    "RunState",
    "Runner",
    "ToolErrorFormatter",
    "ToolErrorFormatterArgs",
    "ToolExecutionConfig",
    "ToolNameCollisionPolicy",
    "ToolNotFoundBehavior",
    "get_default_agent_runner",
    "set_default_agent_runner",
]

RunInput: TypeAlias = Union[str, "list[TResponseInputItem]", RunState[Any]]
"""What a run can begin or go on with."""


class AgentRunner:
    """Runs agents. :class:`Runner` passes every call on to one of these, which may be replaced."""

    async def run(self, starting_agent: Agent[Any], input: RunInput, **kwargs: Any) -> RunResult:
        """See :meth:`Runner.run`."""
        scope = start(RunResult, self, starting_agent, input, **kwargs)
        with _trace(scope, input):
            await run_to_end(scope)
        return cast(RunResult, scope.result)

    def run_sync(self, starting_agent: Agent[Any], input: RunInput, **kwargs: Any) -> RunResult:
        """See :meth:`Runner.run_sync`."""
        with suppress(RuntimeError):
            asyncio.get_running_loop()
            raise UserError(
                "Runner.run_sync cannot be called where an event loop is running (a coroutine, a notebook): "
                "use 'await Runner.run(...)' there."
            )
        return run_in_thread_loop(self.run(starting_agent, input, **kwargs))

    def run_streamed(self, starting_agent: Agent[Any], input: RunInput, **kwargs: Any) -> RunResultStreaming:
        """See :meth:`Runner.run_streamed`."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            raise UserError(
                "Runner.run_streamed needs a running event loop, so call it in a coroutine; "
                "code without one has Runner.run_sync."
            ) from None
        scope = start(RunResultStreaming, self, starting_agent, input, **kwargs)
        result = cast(RunResultStreaming, scope.result)
        result.follow(asyncio.ensure_future(_stream(scope, result, input)))
        return result


async def _stream(scope: RunScope, result: RunResultStreaming, input: object) -> None:
    try:
        with _trace(scope, input) as result.trace:
            await run_to_end(scope)
    finally:
        result.end()


@contextmanager
def _trace(scope: RunScope, input: object) -> Iterator[Trace | None]:
    """The trace of the run. One that goes on does so in the trace that it began, unless its settings say otherwise."""
    config = scope.config
    state = input.trace_state if isinstance(input, RunState) else None
    saved = state or TraceState()
    named = config.workflow_name if config.workflow_name != DEFAULT_WORKFLOW_NAME else None
    workflow_name = named or saved.workflow_name or DEFAULT_WORKFLOW_NAME
    opened = create_trace_for_run(
        workflow_name=workflow_name,
        trace_id=config.trace_id or saved.trace_id,
        group_id=config.group_id or saved.group_id,
        metadata=config.trace_metadata or saved.metadata,
        tracing=config.tracing,
        disabled=config.tracing_disabled,
        trace_state=state,
        reattach_resumed_trace=state is not None,
    )
    with nullcontext() if opened is None else opened:
        scope.progress.trace = opened or get_current_trace()
        try:
            with span_of_run(scope, workflow_name):
                yield opened
        finally:
            if isinstance(input, RunState):  # whoever tries again from it repeats nothing
                input.catch_up(scope.result)


_default_runner = AgentRunner()


def set_default_agent_runner(runner: AgentRunner | None) -> None:
    """Let :class:`Runner` pass its calls to another runner; ``None`` restores the usual one."""
    global _default_runner  # noqa: PLW0603 - one process-wide choice, as the public API has it
    _default_runner = AgentRunner() if runner is None else runner


def get_default_agent_runner() -> AgentRunner:
    """The runner that :class:`Runner` passes its calls to."""
    return _default_runner


class Runner:
    """Runs agents: plainly, synchronously, or as a stream of events."""

    @classmethod
    async def run(
        cls,
        starting_agent: Agent[TContext],
        input: str | list[TResponseInputItem] | RunState[TContext],
        *,
        context: TContext | None = None,
        max_turns: int | None = DEFAULT_MAX_TURNS,
        hooks: RunHooks[TContext] | None = None,
        run_config: RunConfig | dict[str, Any] | None = None,
        previous_response_id: str | None = None,
        auto_previous_response_id: bool = False,
        conversation_id: str | None = None,
        error_handlers: RunErrorHandlers[TContext] | None = None,
        session: Session | None = None,
    ) -> RunResult:
        """Run an agent until it gives its final output.

        The model is called; its tool calls are carried out and their outputs given back to it; a handoff lets
        another agent go on; an answer without either is the final output.

        Args:
            starting_agent: The agent that begins.
            input: What the user says, or a conversation in Responses form; or the state of a run that goes on, whose
                agents, turns and conversation are its own.
            context: Any object for the run's tools, hooks and guardrails; no model sees it.
            max_turns: How many model calls the run may make; ``None`` for no limit.
            hooks: Told of what happens in the run.
            run_config: Settings of the run.
            previous_response_id: Go on from this response (OpenAI's Responses API). Each call brings only what is new.
            auto_previous_response_id: Go on from the run's own responses, from its second call on.
            conversation_id: Go on with this stored conversation (OpenAI's Responses API).
            error_handlers: Functions that may give a final output in place of an error, by its kind:
                ``"max_turns"``, ``"model_refusal"``, ``"invalid_final_output"``, ``"usage_limit"``.
            session: Keeps the conversation: the run goes on from what it holds, and adds to it.

        Returns:
            The final output, and all that led to it; or, in ``interruptions``, the calls that wait for approval.

        Raises:
            UserError: An argument, or the agent, is wrong.
            MaxTurnsExceeded: There was no final output within ``max_turns``.
            UsageLimitExceeded: The run used what ``RunConfig.usage_limits`` allows.
            ProviderError: The model's service failed.
            ModelBehaviorError: The model answered what nobody can act on; or ``ModelRefusalError``: it refused.
            InputGuardrailTripwireTriggered: A guardrail stopped the run, as others of its kind may.
            SessionError: The session could not be read or written.
        """
        return await _default_runner.run(
            starting_agent,
            input,
            context=context,
            max_turns=max_turns,
            hooks=hooks,
            run_config=run_config,
            previous_response_id=previous_response_id,
            auto_previous_response_id=auto_previous_response_id,
            conversation_id=conversation_id,
            error_handlers=error_handlers,
            session=session,
        )

    @classmethod
    def run_sync(
        cls,
        starting_agent: Agent[TContext],
        input: str | list[TResponseInputItem] | RunState[TContext],
        *,
        context: TContext | None = None,
        max_turns: int | None = DEFAULT_MAX_TURNS,
        hooks: RunHooks[TContext] | None = None,
        run_config: RunConfig | dict[str, Any] | None = None,
        previous_response_id: str | None = None,
        auto_previous_response_id: bool = False,
        conversation_id: str | None = None,
        error_handlers: RunErrorHandlers[TContext] | None = None,
        session: Session | None = None,
    ) -> RunResult:
        """Run an agent from code without an event loop. Arguments and errors are those of :meth:`run`.

        Raises:
            UserError: An event loop is running here: use :meth:`run`.
        """
        return _default_runner.run_sync(
            starting_agent,
            input,
            context=context,
            max_turns=max_turns,
            hooks=hooks,
            run_config=run_config,
            previous_response_id=previous_response_id,
            auto_previous_response_id=auto_previous_response_id,
            conversation_id=conversation_id,
            error_handlers=error_handlers,
            session=session,
        )

    @classmethod
    def run_streamed(
        cls,
        starting_agent: Agent[TContext],
        input: str | list[TResponseInputItem] | RunState[TContext],
        context: TContext | None = None,
        max_turns: int | None = DEFAULT_MAX_TURNS,
        hooks: RunHooks[TContext] | None = None,
        run_config: RunConfig | dict[str, Any] | None = None,
        previous_response_id: str | None = None,
        auto_previous_response_id: bool = False,
        conversation_id: str | None = None,
        session: Session | None = None,
        *,
        error_handlers: RunErrorHandlers[TContext] | None = None,
    ) -> RunResultStreaming:
        """Start a run whose events can be read as they happen. Arguments and errors are those of :meth:`run`.

        Returns:
            The result, which fills while ``async for event in result.stream_events()`` is read. Errors that
            end the run are raised there.
        """
        return _default_runner.run_streamed(
            starting_agent,
            input,
            context=context,
            max_turns=max_turns,
            hooks=hooks,
            run_config=run_config,
            previous_response_id=previous_response_id,
            auto_previous_response_id=auto_previous_response_id,
            conversation_id=conversation_id,
            error_handlers=error_handlers,
            session=session,
        )
