"""A ``RunState`` as JSON data, and back. Pure: agents are found in the graph that the caller gives.

``run_state`` is above; below are ``item_codec`` and ``run_state_schema``. The states of agents as tools are inside that
of the run that called them: they have its context, usage and decisions, which are stored once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from .agent_graph import AgentGraph
from .exceptions import UserError
from .function_tools import FunctionTool
from .guardrail import (
    GuardrailFunctionOutput,
    InputGuardrail,
    InputGuardrailResult,
    OutputGuardrail,
    OutputGuardrailResult,
)
from .item_codec import decode_item, decode_response, decode_usage, encode_item, encode_response, plain
from .items import RunItem, ToolCallOutputItem
from .run_context import RunContextWrapper
from .run_progress import RunProgress
from .run_state_schema import StoredRun, StoredState
from .tool_approvals import ApprovalTable, StandingDecision
from .tool_guardrails import (
    ToolGuardrailFunctionOutput,
    ToolInputGuardrail,
    ToolInputGuardrailResult,
    ToolOutputGuardrail,
    ToolOutputGuardrailResult,
)
from .tracing.traces import TraceState
from .usage import serialize_usage
from .util import lazy_pydantic as pydantic

if TYPE_CHECKING:
    from .run_state import RunState

T = TypeVar("T")

_PLAIN_OF_STATE = ("input", "current_turn", "max_turns")
_PLAIN_OF_PROGRESS = (
    "stage",
    "turn_start",
    "stored",
    "unsaved",
    "rescued",
    "base_input",
    "pending_input",
    "unchecked",
    "reasoning_item_id_policy",
    "tools_used",
)
"""What is stored under its own name, as the data that it is."""


def encode_state(state: RunState[Any, Any], graph: AgentGraph) -> dict[str, Any]:
    """How far a run has come, without its context.

    Raises:
        UserError: It holds an agent that could not be found again.
    """
    progress, name_of = state.progress, graph.name_of
    places = {id(item): place for place, item in enumerate(state.new_items)}
    return {
        **{name: plain(getattr(state, name)) for name in _PLAIN_OF_STATE},
        "starting_agent": name_of(progress.starting_agent),
        "current_agent": name_of(state.current_agent),
        **{name: plain(getattr(progress, name)) for name in _PLAIN_OF_PROGRESS},
        "new_items": [encode_item(item, name_of) for item in state.new_items],
        "visible_items": [
            places[id(item)] if id(item) in places else encode_item(item, name_of) for item in progress.visible_items
        ],
        "finished": [encode_item(item, name_of) for item in progress.finished],
        "responses": [encode_response(response) for response in state.raw_responses],
        "server": asdict(progress.server),
        "guardrail_results": {
            kind: [_encode_guardrail(result, name_of) for result in getattr(state, f"{kind}_guardrail_results")]
            for kind in _GUARDRAILS
        },
        "paused_runs": {call_id: encode_state(inner, graph) for call_id, inner in progress.paused_runs.items()},
        "tool_input": plain(state.context_wrapper.tool_input),
    }


def decode_state(
    data: StoredRun,
    graph: AgentGraph,
    context: RunContextWrapper[Any],
    build: Callable[[dict[str, Any]], RunState[Any]],
) -> RunState[Any]:
    """The state that ``encode_state`` wrote.

    Args:
        data: The data.
        graph: Where its agents are.
        context: The context of the run.
        build: Makes a state of its fields.

    Raises:
        UserError: The data is damaged, or names agents that are not there.
    """
    agent_of = graph.agent_of
    new_items = _each("new_items", data.new_items, partial(decode_item, agent_of=agent_of))
    context.tool_input = data.tool_input
    progress = _decode_progress(data, new_items, agent_of)
    for call_id, inner in data.paused_runs.items():
        inside = replace(context, call_path=(*context.call_path, call_id))
        progress.paused_runs[call_id] = decode_state(inner, graph, inside, build)
    fields: dict[str, Any] = {
        **{name: getattr(data, name) for name in _PLAIN_OF_STATE},
        "context_wrapper": context,
        "current_agent": agent_of(data.current_agent),
        "progress": progress,
        "new_items": new_items,
        "raw_responses": _each("responses", data.responses, decode_response),
    }
    for kind in _GUARDRAILS:
        results = data.guardrail_results.get(kind, [])
        fields[f"{kind}_guardrail_results"] = _each(
            f"guardrail_results.{kind}", results, partial(_decode_guardrail, kind, graph)
        )
    return build(fields)


def _decode_progress(data: StoredRun, new_items: Sequence[RunItem], agent_of: Callable[[str], Any]) -> RunProgress:
    """How far the run has come, without the runs inside it."""

    def seen(item: Any) -> RunItem:
        return new_items[item] if isinstance(item, int) else decode_item(item, agent_of)

    finished = _each("finished", data.finished, seen)
    return RunProgress(
        starting_agent=agent_of(data.starting_agent),
        finished=[item for item in finished if isinstance(item, ToolCallOutputItem)],
        visible_items=_each("visible_items", data.visible_items, seen),
        server=data.server,
        **{name: getattr(data, name) for name in _PLAIN_OF_PROGRESS},
    )


def _each(key: str, entries: Sequence[Any], decode: Callable[[Any], T]) -> list[T]:
    """Decode each entry of a list; an error says which."""
    made: list[T] = []
    try:
        for each in entries:
            made.append(decode(each))  # noqa: PERF401 - its length says where an error was
    except UserError as error:
        raise UserError(f"The run state holds, at {key}[{len(made)}], what cannot be read: {error.message}") from None
    except pydantic.ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
            for problem in error.errors(include_url=False, include_context=False, include_input=False)
        )
        raise UserError(f"The run state is damaged at {key}[{len(made)}]: {wrong}") from None
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise UserError(f"The run state is damaged at {key}[{len(made)}]: {type(error).__name__} {error}") from None
    return made


# --- Context: what the run has used and what was decided ---


def encode_usage_and_decisions(context: RunContextWrapper[Any], graph: AgentGraph) -> dict[str, Any]:
    """What belongs to the outermost run, for all runs inside it."""
    return {
        "usage": serialize_usage(context.usage),
        "calls": [
            {"path": list(path), "decision": asdict(decision)} for path, decision in context.approvals.calls.items()
        ],
        "standing": [
            {**{name: getattr(each, name) for name in _STANDING}, "agent": graph.name_of(each.agent)}
            for each in context.approvals.standing
        ],
    }


_STANDING = ("tool_name", "approved", "message")


def decode_usage_and_decisions(data: StoredState, context: RunContextWrapper[Any], graph: AgentGraph) -> None:
    """Put what ``encode_usage_and_decisions`` wrote into a context."""
    (context.usage,) = _each("usage", [data.usage], decode_usage)
    context.approvals = ApprovalTable(
        {tuple(each.path): each.decision for each in data.calls},
        [
            StandingDecision(graph.agent_of(each.agent), each.tool_name, each.approved, each.message)
            for each in data.standing
        ],
    )


def encode_trace(trace: TraceState | None, include_key: bool) -> dict[str, Any] | None:
    """What is remembered of the trace; its key only where that is asked for."""
    return None if trace is None else trace.to_json(include_tracing_api_key=include_key)


# --- Results of guardrails ---

_GUARDRAILS: dict[str, tuple[type[Any], type[Any], type[Any]]] = {
    "input": (InputGuardrailResult, InputGuardrail, GuardrailFunctionOutput),
    "output": (OutputGuardrailResult, OutputGuardrail, GuardrailFunctionOutput),
    "tool_input": (ToolInputGuardrailResult, ToolInputGuardrail, ToolGuardrailFunctionOutput),
    "tool_output": (ToolOutputGuardrailResult, ToolOutputGuardrail, ToolGuardrailFunctionOutput),
}


def _encode_guardrail(result: Any, name_of: Callable[[Any], str]) -> dict[str, Any]:
    data = {"guardrail": result.guardrail.get_name(), "output": plain(result.output)}
    if isinstance(result, OutputGuardrailResult):
        data |= {"agent": name_of(result.agent), "agent_output": plain(result.agent_output)}
    return data


def _decode_guardrail(kind: str, graph: AgentGraph, data: Mapping[str, Any]) -> Any:
    result, guardrail, output = _GUARDRAILS[kind]
    more = {"agent": graph.agent_of(data["agent"]), "agent_output": data["agent_output"]} if "agent" in data else {}
    found = next((each for each in _guardrails(kind, graph) if each.get_name() == data["guardrail"]), None)
    return result(
        guardrail=found or guardrail(guardrail_function=_no_longer_here, name=data["guardrail"]),
        output=output(**data["output"]),
        **more,
    )


def _guardrails(kind: str, graph: AgentGraph) -> list[Any]:
    """All guardrails of a kind in the graph. Those of a ``RunConfig`` are not there."""
    if kind in ("input", "output"):
        return [each for agent in graph.agents for each in getattr(agent, f"{kind}_guardrails")]
    tools = (tool for agent in graph.agents for tool in agent.tools if isinstance(tool, FunctionTool))
    return [each for tool in tools for each in getattr(tool, f"{kind}_guardrails") or ()]


def _no_longer_here(*arguments: Any) -> Any:
    raise UserError("This guardrail is known by its name only: the run that it checked was stored, and loaded again.")
