"""``Runner``: the three ways to run an agent. What happens then is in :mod:`agents.run_internal.run_loop`."""

from __future__ import annotations

import asyncio
import threading
import warnings
import weakref
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, Union, cast

from .agent import Agent
from .agent_graph import AgentGraph
from .exceptions import UserError
from .items import HandoffCallItem, ToolCallItem, to_input_items
from .lifecycle import RunHooks
from .result import RunResult, RunResultBase, RunResultStreaming
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
from .run_internal.error_handlers import check_handlers
from .run_internal.run_loop import run_to_end
from .run_internal.run_steps import RunScope
from .run_internal.spans import span_of_run
from .run_state import CARRIED, RunState
from .tracing import TraceCtxManager, get_current_trace
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
R = TypeVar("R", bound=RunResultBase)
T = TypeVar("T")


class AgentRunner:
    """Runs agents. :class:`Runner` passes every call on to one of these, which may be replaced."""

    async def run(self, starting_agent: Agent[Any], input: RunInput, **kwargs: Any) -> RunResult:
        """See :meth:`Runner.run`."""
        scope = _start(RunResult, self, starting_agent, input, **kwargs)
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
        return _run_in_thread_loop(self.run(starting_agent, input, **kwargs))

    def run_streamed(self, starting_agent: Agent[Any], input: RunInput, **kwargs: Any) -> RunResultStreaming:
        """See :meth:`Runner.run_streamed`."""
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            raise UserError(
                "Runner.run_streamed needs a running event loop, so call it in a coroutine; "
                "code without one has Runner.run_sync."
            ) from None
        scope = _start(RunResultStreaming, self, starting_agent, input, **kwargs)
        result = cast(RunResultStreaming, scope.result)
        result.follow(asyncio.ensure_future(_stream(scope, result, input)))
        return result


async def _stream(scope: RunScope, result: RunResultStreaming, input: object) -> None:
    try:
        with _trace(scope, input) as tracing:
            result.trace = tracing.trace
            await run_to_end(scope)
    finally:
        result.end()


@contextmanager
def _trace(scope: RunScope, input: object) -> Iterator[TraceCtxManager]:
    """The trace of the run. One that goes on does so in the trace that it began, unless its settings say otherwise."""
    config = scope.config
    state = input.trace_state if isinstance(input, RunState) else None
    saved = state or TraceState()
    named = config.workflow_name if config.workflow_name != DEFAULT_WORKFLOW_NAME else None
    workflow_name = named or saved.workflow_name or DEFAULT_WORKFLOW_NAME
    with TraceCtxManager(
        workflow_name=workflow_name,
        trace_id=config.trace_id or saved.trace_id,
        group_id=config.group_id or saved.group_id,
        metadata=config.trace_metadata or saved.metadata,
        tracing=config.tracing,
        disabled=config.tracing_disabled,
        trace_state=state,
        reattach_resumed_trace=state is not None,
    ) as tracing:
        scope.progress.trace = tracing.trace or get_current_trace()
        try:
            with span_of_run(scope, workflow_name):
                yield tracing
        finally:
            if isinstance(input, RunState):  # whoever tries again from it repeats nothing
                input.catch_up(scope.result)


def _start(
    kind: type[R],
    runner: AgentRunner,
    agent: Agent[Any],
    input: RunInput,
    *,
    context: Any = None,
    max_turns: int | None = DEFAULT_MAX_TURNS,
    hooks: RunHooks[Any] | None = None,
    run_config: RunConfig | dict[str, Any] | None = None,
    previous_response_id: str | None = None,
    auto_previous_response_id: bool = False,
    conversation_id: str | None = None,
    error_handlers: RunErrorHandlers[Any] | None = None,
    session: Session | None = None,
) -> RunScope:
    """Check the arguments of a run, and make its scope: of a new run, or of one that goes on.

    Raises:
        UserError: One of them is of the wrong kind.
    """
    for valid, said in _requirements(agent, input, max_turns, hooks, run_config):
        if not valid:
            raise UserError(said)
    check_handlers(error_handlers)
    kept = {
        "conversation_id": conversation_id,
        "previous_response_id": previous_response_id,
        "auto_previous_response_id": auto_previous_response_id,
    }
    if isinstance(input, RunState):
        state = _resumed(input, context, kept)
    else:
        wrapper = context if isinstance(context, RunContextWrapper) else RunContextWrapper(context=context)
        state = RunState(wrapper, input, agent, max_turns, **kept)  # type: ignore[arg-type]
    config, progress = _config(run_config), state.progress
    progress.reasoning_item_id_policy = config.reasoning_item_id_policy or progress.reasoning_item_id_policy
    if session is not None:
        _check_session(session, progress.server.active)
    result = kind(
        input=state.input,
        final_output=None,
        context_wrapper=state.context_wrapper,
        current_agent=state.current_agent,
        current_turn=state.current_turn,
        max_turns=state.max_turns,
        conversation=[*progress.base_input, *to_input_items(progress.visible_items)],
        progress=progress,
        **{name: getattr(state, name) for name in CARRIED},
    )
    return RunScope(
        result=result,
        config=config,
        hooks=hooks or RunHooks(),
        events=result.events if isinstance(result, RunResultStreaming) else None,
        error_handlers=error_handlers,
        session=session,
        runner=runner,
        tool_users=_tool_users(state),
    )


def _tool_users(state: RunState[Any]) -> set[int]:
    """The agents that have called a tool before the run was put down: nothing forces them to go on with that."""
    used = state.progress.tools_used
    if used is None:
        return {id(item.agent) for item in state.new_items if isinstance(item, (ToolCallItem, HandoffCallItem))}
    graph = AgentGraph(state.progress.starting_agent or state.current_agent)
    return {id(agent) for agent in graph.agents if used.get(agent.name)}


def _resumed(state: RunState[Any], context: Any, kept: dict[str, Any]) -> RunState[Any]:
    """What to go on with: a copy of the state, with the context that the caller gives for it, if any.

    Its usage and its decisions stay those of the state.

    Raises:
        UserError: The run has ended, its context is missing, or it is told to go on from another conversation.
    """
    if given := [name for name, value in kept.items() if value]:
        raise UserError(f"A run that goes on from its state knows its conversation: leave out {', '.join(given)}.")
    if state.progress.stage == "ended":
        raise UserError(
            "The run of this state has ended. To go on with its conversation, give result.to_input_list() and what is "
            "said next to a new run."
        )
    if context is not None:
        given = context.context if isinstance(context, RunContextWrapper) else context
        state.context_wrapper.context, state.missing_context = given, None
    if state.missing_context is not None:
        raise UserError(
            f"The state was stored without its context, a {state.missing_context}, as that has no form that could be "
            "stored. Pass it again: Runner.run(agent, state, context=...)."
        )
    going = RunState(state.context_wrapper, state.input, state.current_agent, state.max_turns)
    going.catch_up(state)
    return going


def _check_session(session: object, on_server: bool) -> None:
    if not hasattr(session, "get_items") or not hasattr(session, "add_items"):
        said = "SQLiteSession, or another with the methods of agents.memory.Session"
        raise UserError(f"session must be a {said}, not {type(session).__name__}.")
    if on_server:
        raise UserError(
            "A session cannot be combined with conversation_id, previous_response_id or auto_previous_response_id: the "
            "conversation would be kept twice, and told twice to the model. Leave one of them out."
        )


def _requirements(
    agent: object, input: object, max_turns: object, hooks: object, config: object
) -> Iterator[tuple[bool, str]]:
    """What a run's arguments must be, and what to say of those that are not."""
    kind = {name: type(value).__name__ for name, value in locals().items()}
    yield isinstance(agent, Agent), f"The first argument must be an Agent, not {kind['agent']}."
    said = f"The input must be a string, a list of items or a RunState, not {kind['input']}."
    yield isinstance(input, (str, list, RunState)), said
    for index, item in enumerate(input if isinstance(input, list) else ()):
        said = f"Input item {index} must be an item in Responses form, not {type(item).__name__}"
        valid = isinstance(item, Mapping) or hasattr(item, "model_dump")
        yield valid, f"{said}: result.to_input_list() makes such items of what a run made."
    valid = max_turns is None or (type(max_turns) is int and max_turns >= 0)
    yield valid, f"max_turns must be at least 0, or None for no limit, not {max_turns!r}."
    said = f"hooks must be a RunHooks object, not {kind['hooks']}; AgentHooks go to Agent(hooks=...)."
    yield hooks is None or hasattr(hooks, "on_agent_start"), said
    said = f"run_config must be a RunConfig, or a dict of its fields, not {kind['config']}."
    yield config is None or isinstance(config, (RunConfig, dict)), said


def _config(given: RunConfig | dict[str, Any] | None) -> RunConfig:
    if not isinstance(given, dict):
        return given or RunConfig()
    known = [each.name for each in fields(RunConfig)]
    if unknown := [str(name) for name in given if name not in known]:
        raise UserError(f"RunConfig has no {', '.join(unknown)}. It has: {', '.join(known)}.")
    return RunConfig(**given)


class _ThreadLoop(threading.local):
    """One event loop a thread for all its synchronous runs, so that connections can be used again.

    It is the loop that the thread has already, where servers may be connected, or else it becomes that. It is closed
    with its thread, or with the process.
    """

    def __init__(self) -> None:
        self.used: dict[asyncio.AbstractEventLoop, _Owner] = {}

    def get(self) -> asyncio.AbstractEventLoop:
        self.used = {loop: owner for loop, owner in self.used.items() if not loop.is_closed()}
        current = _current_loop()
        if current is None:
            current = next(iter(self.used), None) or asyncio.new_event_loop()
            asyncio.set_event_loop(current)
        if current not in self.used:
            self.used[current] = _Owner()
            weakref.finalize(self.used[current], _wind_up, current)
        return current


def _current_loop() -> asyncio.AbstractEventLoop | None:
    """The loop that was set for this thread, if it is open."""
    with warnings.catch_warnings(), suppress(RuntimeError, DeprecationWarning):
        warnings.simplefilter("error", DeprecationWarning)  # by which Python 3.12 says that it would make one
        loop = asyncio.get_event_loop()
        return None if loop.is_closed() else loop
    return None


class _Owner:
    """Lives as long as the thread that holds it."""


def _wind_up(loop: asyncio.AbstractEventLoop) -> None:
    """Close a loop as ``asyncio.run`` does: what client libraries left waiting on it is cancelled, and may end."""
    if loop.is_closed() or loop.is_running():
        return
    waiting = asyncio.all_tasks(loop)
    for task in waiting:
        task.cancel()
    with suppress(RuntimeError):  # the thread that lets it go runs a loop of its own
        if waiting:
            loop.run_until_complete(asyncio.gather(*waiting, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


_thread_loop = _ThreadLoop()


def _run_in_thread_loop(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end on this thread's loop. Ctrl-C stops the run and waits until it has cleaned up."""
    loop = _thread_loop.get()
    task = loop.create_task(work)
    try:
        return loop.run_until_complete(task)
    except BaseException:
        if not task.done():
            task.cancel()
            with suppress(BaseException):  # whatever comes of it: the caller hears why the run was stopped
                loop.run_until_complete(task)
        if task.done() and not task.cancelled():
            task.exception()  # asyncio need not report it as lost
        raise


_default_runner = AgentRunner()


def set_default_agent_runner(runner: AgentRunner | None) -> None:
    """Let :class:`Runner` pass its calls to another runner; ``None`` restores the usual one."""
    global _default_runner  # noqa: PLW0603 - one process-wide choice, as the public API has it
    _default_runner = runner or AgentRunner()


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
            previous_response_id: Go on from this response (models of OpenAI's Responses API). As with the next two,
                each call brings only what is new.
            auto_previous_response_id: Go on from the run's own responses, from its second call on.
            conversation_id: Go on with this stored conversation (models of OpenAI's Responses API).
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
            ModelBehaviorError: The model answered what nobody can act on.
            ModelRefusalError: The model refused.
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
