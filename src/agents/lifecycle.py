"""Hooks: what a run, or one agent, tells of itself while it works.

A declaration: subclass, override what is of interest, and pass it to ``Runner.run(..., hooks=...)`` or
``Agent(hooks=...)``. ``run_internal`` calls them and waits for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic

from typing_extensions import TypeVar

from .run_context import AgentHookContext, RunContextWrapper, TContext

if TYPE_CHECKING:
    from .agent import Agent, AgentBase
    from .items import ModelResponse, TResponseInputItem
    from .tool_kinds import Tool

__all__ = ["AgentHooks", "AgentHooksBase", "RunHooks", "RunHooksBase"]

TAgent = TypeVar("TAgent", bound="AgentBase[Any]", default="AgentBase[Any]")


class RunHooksBase(Generic[TContext, TAgent]):
    """Told of everything that happens in a run, whichever agent it happens to."""

    async def on_agent_start(self, context: AgentHookContext[TContext], agent: TAgent) -> None:
        """``agent`` begins to work: at the start of the run, and after each handoff."""

    async def on_agent_end(self, context: AgentHookContext[TContext], agent: TAgent, output: Any) -> None:
        """``agent`` has given the final output."""

    async def on_handoff(self, context: RunContextWrapper[TContext], from_agent: TAgent, to_agent: TAgent) -> None:
        """``from_agent`` hands the conversation over to ``to_agent``."""

    async def on_llm_start(
        self,
        context: RunContextWrapper[TContext],
        agent: Agent[TContext],
        system_prompt: str | None,
        input_items: list[TResponseInputItem],
    ) -> None:
        """The model of ``agent`` is about to be called with this input."""

    async def on_llm_end(
        self, context: RunContextWrapper[TContext], agent: Agent[TContext], response: ModelResponse
    ) -> None:
        """The model of ``agent`` has answered."""

    async def on_tool_start(self, context: RunContextWrapper[TContext], agent: TAgent, tool: Tool) -> None:
        """A tool is about to run. For a function tool, ``context`` is a ``ToolContext``, with the call."""

    async def on_tool_end(
        self, context: RunContextWrapper[TContext], agent: TAgent, tool: Tool, result: object
    ) -> None:
        """A tool has run. For a function tool, ``context`` is a ``ToolContext``, with the call."""


class AgentHooksBase(Generic[TContext, TAgent]):
    """Told of what happens to one agent, the one whose ``hooks`` they are."""

    async def on_start(self, context: AgentHookContext[TContext], agent: TAgent) -> None:
        """The agent begins to work: at the start of the run, or after a handoff to it."""

    async def on_end(self, context: AgentHookContext[TContext], agent: TAgent, output: Any) -> None:
        """The agent has given the final output."""

    async def on_handoff(self, context: RunContextWrapper[TContext], agent: TAgent, source: TAgent) -> None:
        """This agent, ``source``, hands the conversation over to another, ``agent``."""

    async def on_llm_start(
        self,
        context: RunContextWrapper[TContext],
        agent: Agent[TContext],
        system_prompt: str | None,
        input_items: list[TResponseInputItem],
    ) -> None:
        """The agent's model is about to be called with this input."""

    async def on_llm_end(
        self, context: RunContextWrapper[TContext], agent: Agent[TContext], response: ModelResponse
    ) -> None:
        """The agent's model has answered."""

    async def on_tool_start(self, context: RunContextWrapper[TContext], agent: TAgent, tool: Tool) -> None:
        """A tool is about to run. For a function tool, ``context`` is a ``ToolContext``, with the call."""

    async def on_tool_end(
        self, context: RunContextWrapper[TContext], agent: TAgent, tool: Tool, result: object
    ) -> None:
        """A tool has run. For a function tool, ``context`` is a ``ToolContext``, with the call."""


RunHooks = RunHooksBase[TContext, "Agent[Any]"]
"""Hooks of a run of ``Agent``s: the class to derive yours from."""

AgentHooks = AgentHooksBase[TContext, "Agent[Any]"]
"""Hooks of an ``Agent``: the class to derive yours from."""
