"""Telling the hooks: first those of the run, then those of the agent that it happens to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from ..awaiting import answer_of
from ..run_context import AgentHookContext, RunContextWrapper

if TYPE_CHECKING:
    from ..agent import Agent
    from .run_steps import RunScope

Moment: TypeAlias = Literal[
    "on_agent_start", "on_agent_end", "on_handoff", "on_llm_start", "on_llm_end", "on_tool_start", "on_tool_end"
]
"""When hooks are told, by the name that ``RunHooks`` has for it."""

_OF_AGENTS: Mapping[str, str] = {"on_agent_start": "on_start", "on_agent_end": "on_end"}
"""Where ``AgentHooks`` has another name for the same moment."""


async def tell(run: RunScope, agent: Agent[Any], moment: Moment, context: RunContextWrapper[Any], *told: Any) -> None:
    """Tell all hooks of one moment, one after the other. What one of them raises ends the run.

    Args:
        run: The run.
        agent: The agent whose own hooks are told.
        moment: What has happened.
        context: The context of the run, or of the call. When an agent starts or ends, hooks get one of their own kind.
        told: What else the hooks of the run are called with.
    """
    if run.hooks is None and agent.hooks is None:
        return
    if moment in _OF_AGENTS:
        context = _of_agent(context)
    if run.hooks is not None:
        await answer_of(f"{moment} of the run's hooks", getattr(run.hooks, moment), context, *told)
    if agent.hooks is not None:
        if moment == "on_handoff":
            source, target = told
            told = (target, source)
        name = _OF_AGENTS.get(moment, moment)
        await answer_of(f"{name} of the hooks of agent {agent.name!r}", getattr(agent.hooks, name), context, *told)


def _of_agent(context: RunContextWrapper[Any]) -> AgentHookContext[Any]:
    return AgentHookContext(
        context.context,
        context.usage,
        turn_input=context.turn_input,
        tool_input=context.tool_input,
        _approvals=context.approvals,
        call_path=context.call_path,
    )
