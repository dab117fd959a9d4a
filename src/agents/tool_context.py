"""The context of one tool call."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from .run_context import RunContextWrapper, TContext
from .tool_approvals import ApprovalTable
from .util._pydantic import TakenAsItIs

if TYPE_CHECKING:
    from openai.types.responses import ResponseFunctionToolCall

    from .agent import AgentBase
    from .items import TResponseInputItem
    from .result import RunResult, RunResultStreaming
    from .run_config import RunConfig
    from .run_state import RunState


class AgentToolRunner(Protocol):
    """What runs an agent as a tool: the runner of the run that calls it."""

    async def run(self, starting_agent: Any, input: Any, **kwargs: Any) -> RunResult:
        """Run an agent to its end."""

    def run_streamed(self, starting_agent: Any, input: Any, **kwargs: Any) -> RunResultStreaming:
        """Start a run whose events can be read."""


@dataclass(eq=False)
class ToolContext(TakenAsItIs, RunContextWrapper[TContext]):
    """What a tool may know of the call that it answers, beside the context of the run."""

    # By position, a call's own facts come right after the usage: what else a context has is given by name.
    turn_input: list[TResponseInputItem] = field(default_factory=list, kw_only=True)
    _approvals: ApprovalTable = field(default_factory=ApprovalTable, kw_only=True, repr=False)
    tool_input: Any | None = field(default=None, kw_only=True)
    tool_name: str = ""
    """The name under which the tool was called."""
    tool_call_id: str = ""
    """The id that links the call and its output."""
    tool_arguments: str = ""
    """The arguments as the model wrote them: JSON text, perhaps broken."""
    tool_call: ResponseFunctionToolCall | None = None
    """The call itself."""
    tool_namespace: str | None = field(default=None, kw_only=True)
    """The namespace of the called tool, if it has one."""
    agent: AgentBase[Any] | None = field(default=None, kw_only=True)
    """The agent that called."""
    run_config: RunConfig | None = field(default=None, kw_only=True)
    """The configuration of the run."""
    runner: AgentToolRunner | None = field(default=None, kw_only=True, repr=False)
    """What runs an agent as a tool; ``None`` outside a run."""
    paused_run: RunState[Any] | None = field(default=None, kw_only=True, repr=False)
    """The run of an agent as a tool that this call began, and that goes on when the call is made again."""

    def __post_init__(self) -> None:
        if self.tool_namespace is None:
            self.tool_namespace = getattr(self.tool_call, "namespace", None)

    @property
    def qualified_tool_name(self) -> str:
        """The tool's name with its namespace before it."""
        return f"{self.tool_namespace}.{self.tool_name}" if self.tool_namespace else self.tool_name

    @classmethod
    def from_agent_context(
        cls,
        context: RunContextWrapper[TContext],
        tool_call_id: str,
        tool_call: ResponseFunctionToolCall | None = None,
        agent: AgentBase[Any] | None = None,
        *,
        tool_name: str | None = None,
        tool_arguments: str | None = None,
        tool_namespace: str | None = None,
        run_config: RunConfig | None = None,
        runner: AgentToolRunner | None = None,
        paused_run: RunState[Any] | None = None,
    ) -> ToolContext[TContext]:
        """The context of a call within a run: it shares the run's own context and usage."""
        return cls(
            context=context.context,
            usage=context.usage,
            turn_input=context.turn_input,
            tool_input=context.tool_input,
            _approvals=context.approvals,
            call_path=context.call_path,
            tool_name=tool_name if tool_name is not None else (tool_call.name if tool_call else ""),
            tool_call_id=tool_call_id,
            tool_arguments=tool_arguments if tool_arguments is not None else (tool_call.arguments if tool_call else ""),
            tool_call=tool_call,
            tool_namespace=tool_namespace,
            agent=agent or getattr(context, "agent", None),
            run_config=run_config or getattr(context, "run_config", None),
            runner=runner or getattr(context, "runner", None),
            paused_run=paused_run,
        )
