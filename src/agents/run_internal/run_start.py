"""The start of a run: from the arguments of ``Runner.run`` to the scope that the loop works on.

``run`` is above. A run that goes on from its state starts here, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, TypeVar

from ..agent import Agent
from ..agent_graph import AgentGraph
from ..exceptions import UserError
from ..items import HandoffCallItem, ToolCallItem, to_input_items
from ..lifecycle import RunHooks
from ..result import RunResultBase, RunResultStreaming
from ..run_config import DEFAULT_MAX_TURNS, RunConfig
from ..run_context import RunContextWrapper
from ..run_error_handlers import RunErrorHandlers
from ..run_state import CARRIED, RunState
from ..tool_context import AgentToolRunner
from .error_handlers import check_handlers
from .run_steps import RunScope

if TYPE_CHECKING:
    from ..items import TResponseInputItem
    from ..memory import Session

R = TypeVar("R", bound=RunResultBase)


def start(
    kind: type[R],
    runner: AgentToolRunner,
    agent: Agent[Any],
    input: str | list[TResponseInputItem] | RunState[Any],
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
        hooks=hooks,
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
    server = state.progress.server
    known = {
        "conversation_id": kept["conversation_id"] == server.conversation_id,
        "previous_response_id": server.previous_response_id is not None,  # by now the run may have gone on from it
        "auto_previous_response_id": server.auto,
    }
    if given := [name for name, value in kept.items() if value and not known[name]]:
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
