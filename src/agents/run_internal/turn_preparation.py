"""Before a model call: which model, with which settings, tools and instructions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from ..agent_output import output_schema_of
from ..awaiting import answer_of
from ..concurrency import together
from ..exceptions import UserError
from ..function_tools import FunctionTool
from ..handoffs import Handoff, handoff
from ..hosted_tool import HostedTool
from ..logger import logger
from ..model_defaults import settings_for
from ..model_settings import ModelSettings
from ..models.fallback import FallbackModel
from ..models.interface import Model, ModelTracing
from .run_steps import PreparedTurn, RunScope

if TYPE_CHECKING:
    from ..tool_kinds import CallableTool, Tool


async def prepare_turn(run: RunScope) -> PreparedTurn:
    """All that the current agent's next model call needs.

    Raises:
        UserError: The model is unknown, or two tools have one name and that is forbidden.
    """
    agent, context = run.agent, run.context
    tools = await agent.get_all_tools(context)
    handoffs = await _enabled_handoffs(run)
    tools, handoffs, names = _without_collisions(run, tools, handoffs)
    return PreparedTurn(
        agent=agent,
        model=_model(run),
        settings=_settings(run, tools),
        instructions=await agent.get_system_prompt(context),
        prompt=await agent.get_prompt(context),
        tools=tools,
        handoffs=handoffs,
        callable_names=names,
        output_schema=output_schema_of(agent.output_type),
        tracing=_tracing(run),
    )


def _model(run: RunScope) -> Model:
    """The run's model goes before the agent's; a name goes to the run's provider."""
    chosen = run.config.model if run.config.model is not None else run.agent.model
    if chosen is None or isinstance(chosen, str):
        return run.config.model_provider.get_model(chosen)
    return chosen.found_by(run.config.model_provider) if isinstance(chosen, FallbackModel) else chosen


def _settings(run: RunScope, tools: Iterable[Tool]) -> ModelSettings:
    """What the agent chose, or what suits the run's model if it chose nothing, under what the run chose."""
    agent = run.agent
    settings = agent.model_settings
    if run.config.model is not None and settings == settings_for(agent.model):
        settings = settings_for(run.config.model)
    elif agent.prompt is not None and agent.model is None and settings == settings_for(None):
        settings = ModelSettings()  # a stored prompt names its own model, which may know no such effort
    settings = settings.resolve(run.config.model_settings)
    if agent.reset_tool_choice and id(agent) in run.tool_users and settings.tool_choice is not None:
        return replace(settings, tool_choice=None)
    chosen = _call_name(settings.tool_choice, tools)
    return settings if chosen == settings.tool_choice else replace(settings, tool_choice=chosen)


def _call_name(choice: Any, tools: Iterable[object]) -> Any:
    """A ``tool_choice`` that names a tool in a namespace, in the words of the model."""
    for tool in tools:
        if isinstance(tool, FunctionTool) and tool.namespace and choice in (tool.name, tool.qualified_name):
            return tool.call_name
    return choice


def _tracing(run: RunScope) -> ModelTracing:
    if run.config.tracing_disabled:
        return ModelTracing.DISABLED
    sensitive = run.config.trace_include_sensitive_data
    return ModelTracing.ENABLED if sensitive else ModelTracing.ENABLED_WITHOUT_DATA


async def _enabled_handoffs(run: RunScope) -> list[Handoff[Any, Any]]:
    declared = [each if isinstance(each, Handoff) else handoff(each) for each in run.agent.handoffs]

    async def is_enabled(each: Handoff[Any, Any]) -> Any:
        enabled: Any = each.is_enabled
        return await answer_of(f"is_enabled of handoff {each.tool_name!r}", enabled, run.context, run.agent)

    asked = [each for each in declared if callable(each.is_enabled)]
    answers = await together([partial(is_enabled, each) for each in asked])
    seen = {id(each) for each, answer in zip(asked, answers, strict=True) if answer}
    return [each for each in declared if (id(each) in seen if callable(each.is_enabled) else each.is_enabled)]


def _without_collisions(
    run: RunScope, tools: Iterable[Tool], handoffs: Iterable[Handoff[Any, Any]]
) -> tuple[list[Tool], list[Handoff[Any, Any]], dict[str, CallableTool | Handoff[Any, Any]]]:
    """Tools and handoffs with unique names: of two with one name a model could only mean one. The last goes first."""
    names: dict[str, CallableTool | Handoff[Any, Any]] = {}
    kept_handoffs = [each for each in reversed(list(handoffs)) if _claim(run, names, each.tool_name, each)]
    kept_tools = [
        tool
        for tool in reversed(list(tools))
        if isinstance(tool, HostedTool) or _claim(run, names, tool.call_name, tool)
    ]
    return kept_tools[::-1], kept_handoffs[::-1], dict(reversed(names.items()))


def _claim(
    run: RunScope,
    names: dict[str, CallableTool | Handoff[Any, Any]],
    name: str,
    what: CallableTool | Handoff[Any, Any],
) -> bool:
    if name not in names:
        names[name] = what
        return True
    message = f"Agent {run.agent.name!r} has two tools or handoffs named {name!r}: {_remedy(what, names[name])}."
    if run.config.tool_name_collision_policy == "error":
        raise UserError(message)
    logger.warning("%s The last is used.", message)
    return False


def _remedy(one: object, other: object) -> str:
    """What to do about two things of one name."""
    derived = [each.agent_name for each in (one, other) if isinstance(each, Handoff) and each.tool_name_is_derived]
    if not derived:
        return "rename one"
    return (
        f"it is made from the name of agent {' and of '.join(map(repr, derived))}; set tool_name_override of handoff()"
    )
