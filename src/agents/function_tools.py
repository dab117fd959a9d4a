"""``FunctionTool``: a tool that a Python function answers, whatever made it: the decorator, an agent, an MCP server.

``tool_decorator``, ``agent_tool``, ``mcp`` and the run are above. Below: ``tool_invocation``, which makes a call of a
model's JSON, and ``tool_timeouts``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from .awaiting import MaybeAwaitable, answer_of
from .concurrency import together
from .exceptions import UserError
from .item_helpers import call_name_of
from .local_tool import LocalTool
from .run_context import RunContextWrapper
from .strict_schema import ensure_strict_json_schema
from .tool_callers import ToolCaller, checked_callers
from .tool_context import ToolContext
from .tool_failures import HandledInvoker
from .tool_invocation import FunctionInvoker, ToolErrorFunction
from .tool_origin import ToolOrigin, ToolOriginType
from .tool_output_schema import checked_output_schema
from .tool_timeouts import ToolTimeoutBehavior, is_duration

if TYPE_CHECKING:
    from .agent import AgentBase
    from .items import RunItem, ToolApprovalItem
    from .result import RunResult, RunResultStreaming
    from .tool_guardrails import ToolInputGuardrail, ToolOutputGuardrail
    from .tool_kinds import CallableTool, Tool

ToolEnabled: TypeAlias = "bool | Callable[[RunContextWrapper[Any], AgentBase[Any]], MaybeAwaitable[bool]]"
"""Whether a model may see a tool: always, never, or as a function of context and agent says."""

ToolApproval: TypeAlias = "bool | Callable[[RunContextWrapper[Any], dict[str, Any], str], MaybeAwaitable[bool]]"
"""Whether a human has to approve a call: always, never, or as a function of context, arguments and call id says."""


@dataclass(frozen=True)
class FunctionToolCustomDataContext:
    """What a ``custom_data_extractor`` of a function tool may know."""

    tool_context: ToolContext[Any]
    """The context of the call."""
    tool: FunctionTool
    output: Any
    """What the tool returned, or what a guardrail says instead."""
    raw_item: Mapping[str, Any]
    """What the model is told of it."""


FunctionToolCustomDataExtractor: TypeAlias = Callable[
    [FunctionToolCustomDataContext], MaybeAwaitable["Mapping[str, Any] | None"]
]


@dataclass
class FunctionTool:
    """A tool that a Python function answers. ``function_tool`` makes one from a function's signature.

    Raises:
        UserError: A field has a value that cannot work; the message names tool and field.
    """

    name: str
    """The name that the model calls."""
    description: str
    """What the tool does, for the model."""
    params_json_schema: dict[str, Any]
    """The JSON schema of its arguments."""
    on_invoke_tool: Callable[[ToolContext[Any], str], Awaitable[Any]]
    """Runs one call, from the context and the arguments as the model wrote them. The model is told what it
    returns (see ``tool_output_to_input``); what it raises ends the run."""
    strict_json_schema: bool = True
    """Whether the schema is made strict, so that models can be held to it while they write."""
    is_enabled: ToolEnabled = True
    """Whether the model sees the tool: a bool, or a sync or async function of context and agent."""
    tool_input_guardrails: list[ToolInputGuardrail[Any]] | None = None
    """Checks on the arguments, before the call."""
    tool_output_guardrails: list[ToolOutputGuardrail[Any]] | None = None
    """Checks on the output, after the call."""
    needs_approval: ToolApproval = False
    """Whether a human has to approve a call before it runs: a bool, or a sync or async function of context, arguments
    and call id."""
    timeout_seconds: float | None = None
    """How long one call may take. A sync function runs in a thread, which nothing can stop: when its time is
    over it is no longer waited for, and runs on unseen to its end (or the end of the process)."""
    timeout_behavior: ToolTimeoutBehavior = "error_as_result"
    """Whether the model is told of a time-out, or the run ends with ``ToolTimeoutError``."""
    timeout_error_function: ToolErrorFunction | None = None
    """Makes the message to the model, with ``timeout_behavior="error_as_result"``."""
    defer_loading: bool = False
    """Whether the model need not see the tool before it looks for it. A model without a search for tools sees it at
    once."""
    agent: AgentBase[Any] | None = field(default=None, kw_only=True, repr=False)
    """The agent that runs, for a tool that ``Agent.as_tool`` made."""
    custom_data_extractor: FunctionToolCustomDataExtractor | None = field(default=None, kw_only=True)
    """Notes JSON data on the item of an output, for the application: no model is told of it."""
    tool_origin: ToolOrigin | None = field(default=None, kw_only=True)
    """Where the tool came from; ``get_function_tool_origin`` knows without it that of functions and agents."""
    title: str | None = field(default=None, kw_only=True)
    """A short label of the tool, for display; models are not told."""
    mcp_annotations: Any = field(default=None, kw_only=True, repr=False)
    """What its MCP server says of the tool (``mcp.types.ToolAnnotations``): hints, which nobody has checked."""
    namespace: str | None = field(default=None, kw_only=True)
    """The group that the tool is in: see ``tool_namespace``."""
    namespace_description: str | None = field(default=None, kw_only=True)
    """What the tools of the group have in common."""
    allowed_callers: list[ToolCaller] | None = field(default=None, kw_only=True)
    """Who may call it, on OpenAI's models: the model, or a program that it writes (``ProgrammaticToolCallingTool``)."""
    output_json_schema: dict[str, Any] | None = field(default=None, kw_only=True)
    """The schema of its output, an object, for such programs. The output is told as JSON."""

    def __getattr__(self, name: str) -> Any:
        """``__wrapped__``: the function that ``function_tool`` made this of, as ``inspect.unwrap`` looks for it."""
        if name == "__wrapped__" and isinstance(invoker := vars(self).get("on_invoke_tool"), FunctionInvoker):
            return invoker.function
        raise AttributeError(f"A FunctionTool has no {name!r}.")

    def __post_init__(self) -> None:
        for name, valid, wanted in (
            ("name", isinstance(self.name, str) and self.name.strip() != "", "a string that is not empty"),
            ("description", isinstance(self.description, str), "a string"),
            ("params_json_schema", isinstance(self.params_json_schema, dict), "a dict"),
            ("on_invoke_tool", callable(self.on_invoke_tool), "an async function of context and arguments"),
            (
                "is_enabled",
                isinstance(self.is_enabled, bool) or callable(self.is_enabled),
                "a bool or a function",
            ),
            (
                "defer_loading",
                isinstance(self.defer_loading, bool),
                "a bool",
            ),
            (
                "needs_approval",
                isinstance(self.needs_approval, bool) or callable(self.needs_approval),
                "a bool or a function",
            ),
            ("timeout_seconds", is_duration(self.timeout_seconds), "a number above 0, or None"),
            (
                "timeout_behavior",
                self.timeout_behavior in ("error_as_result", "raise_exception"),
                "'error_as_result' or 'raise_exception'",
            ),
            (
                "timeout_error_function",
                self.timeout_error_function is None or callable(self.timeout_error_function),
                "a function of context and error, or None",
            ),
        ):
            if not valid:
                raise UserError(f"Tool {self.name!r}: {name} must be {wanted}, not {getattr(self, name)!r}.")
        if self.strict_json_schema:
            self.params_json_schema = ensure_strict_json_schema(self.params_json_schema)
        self.allowed_callers = checked_callers(self.allowed_callers, self.name)
        if self.output_json_schema is not None:
            self.output_json_schema = checked_output_schema(self.name, self.output_json_schema)
        if isinstance(self.on_invoke_tool, HandledInvoker):
            self.on_invoke_tool = self.on_invoke_tool.bound_to(self)

    @property
    def qualified_name(self) -> str:
        """The tool's name with its namespace before it, as people read it."""
        return f"{self.namespace}.{self.name}" if self.namespace else self.name

    @property
    def call_name(self) -> str:
        """The name under which a model calls the tool."""
        return call_name_of(self.name, self.namespace)

    @property
    def told_description(self) -> str:
        """What a model reads of the tool, and of its namespace."""
        if not self.namespace:
            return self.description
        return f"{self.description}\n({self.namespace}: {self.namespace_description})".strip()


@dataclass
class FunctionToolResult:
    """What came of one call of a function tool."""

    tool: CallableTool
    """The tool that ran."""
    output: Any
    """What it returned."""
    run_item: RunItem | None
    """The item that the call produced."""
    interruptions: list[ToolApprovalItem] = field(default_factory=list)
    """What has to be approved before the call can finish."""
    agent_run_result: RunResult | RunResultStreaming | None = None
    """The run of an agent as a tool that waits for approvals."""


def get_function_tool_origin(function_tool: CallableTool) -> ToolOrigin | None:
    """Where a function tool came from; ``None`` for tools of other kinds."""
    if isinstance(function_tool, LocalTool):
        return None
    if function_tool.tool_origin is not None:
        return function_tool.tool_origin
    if function_tool.agent is None:
        return ToolOrigin(ToolOriginType.FUNCTION)
    agent = function_tool.agent
    return ToolOrigin(ToolOriginType.AGENT_AS_TOOL, agent_name=agent.name, agent_tool_name=function_tool.name)


async def is_tool_enabled(tool: Tool, context: RunContextWrapper[Any], agent: AgentBase[Any]) -> bool:
    """Whether the model of this agent may see a tool now; tools of other kinds than functions it always sees."""
    enabled: Any = getattr(tool, "is_enabled", True)
    if isinstance(enabled, bool):
        return enabled
    return bool(await answer_of(f"is_enabled of tool {tool.name!r}", enabled, context, agent))


async def enabled_tools(tools: Sequence[Tool], context: RunContextWrapper[Any], agent: AgentBase[Any]) -> list[Tool]:
    """Those that the model of this agent may see now; all are asked at the same time."""
    switches = [(tool, getattr(tool, "is_enabled", True)) for tool in tools]  # as they are before anybody is asked
    asked = [tool for tool, switch in switches if callable(switch)]
    answers = await together([partial(is_tool_enabled, tool, context, agent) for tool in asked])
    seen = {id(tool) for tool, answer in zip(asked, answers, strict=True) if answer}
    return [tool for tool, switch in switches if (id(tool) in seen if callable(switch) else switch)]
