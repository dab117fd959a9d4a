"""Tools: Python functions that a model may call.

``function_tool`` makes a ``FunctionTool`` of a function; ``invoke_function_tool`` runs one call of it. The
loop in ``run_internal`` is above; below are ``function_schema`` (what the model is told) and
``tool_invocation`` (how its JSON becomes a call).
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Concatenate, Literal, ParamSpec, TypeAlias, Union, get_type_hints, overload

from .awaiting import MaybeAwaitable, settled
from .custom_tool import (
    CustomTool,
    CustomToolApprovalFunction,
    CustomToolCustomDataContext,
    CustomToolCustomDataExtractor,
    CustomToolExecutor,
    CustomToolOnApprovalFunction,
    CustomToolOnApprovalFunctionResult,
)
from .docstrings import DocstringStyle, underlying_function
from .exceptions import ToolTimeoutError, UserError
from .function_schema import function_schema
from .hosted_tools import (
    CodeInterpreterTool,
    FileSearchTool,
    HostedMCPTool,
    HostedTool,
    ImageGenerationTool,
    ImageGenerationToolConfig,
    MCPToolApprovalFunction,
    MCPToolApprovalFunctionResult,
    MCPToolApprovalRequest,
    ToolSearchTool,
    WebSearchTool,
    WebSearchToolImageSettings,
    ensure_function_tool_supports_responses_only_features,
    ensure_tool_choice_supports_backend,
    get_function_tool_responses_only_features,
    has_required_tool_search_surface,
    has_responses_tool_search_surface,
    is_required_tool_search_surface,
    is_responses_tool_search_surface,
    prune_orphaned_tool_search_tools,
    validate_responses_tool_search_configuration,
)
from .items import call_name_of
from .local_tool import LocalTool
from .patch_tool import (
    ApplyPatchApprovalFunction,
    ApplyPatchOnApprovalFunction,
    ApplyPatchOnApprovalFunctionResult,
    ApplyPatchTool,
    ApplyPatchToolCustomDataContext,
    ApplyPatchToolCustomDataExtractor,
)
from .programmatic_tools import ProgrammaticToolCallingTool, validate_responses_programmatic_tool_calling_configuration
from .run_context import RunContextWrapper
from .shell_environments import (
    ShellToolContainerAutoEnvironment,
    ShellToolContainerNetworkPolicy,
    ShellToolContainerNetworkPolicyAllowlist,
    ShellToolContainerNetworkPolicyDisabled,
    ShellToolContainerNetworkPolicyDomainSecret,
    ShellToolContainerReferenceEnvironment,
    ShellToolContainerSkill,
    ShellToolEnvironment,
    ShellToolHostedEnvironment,
    ShellToolInlineSkill,
    ShellToolInlineSkillSource,
    ShellToolLocalEnvironment,
    ShellToolLocalSkill,
    ShellToolSkillReference,
)
from .shell_tool import (
    LocalShellCommandRequest,
    LocalShellExecutor,
    LocalShellTool,
    ShellActionRequest,
    ShellApprovalFunction,
    ShellCallData,
    ShellCallOutcome,
    ShellCommandOutput,
    ShellCommandRequest,
    ShellExecutor,
    ShellOnApprovalFunction,
    ShellOnApprovalFunctionResult,
    ShellResult,
    ShellTool,
)
from .strict_schema import ensure_strict_json_schema
from .tool_callers import ToolCaller, checked_callers
from .tool_context import ToolContext
from .tool_failures import (
    HandledInvoker,
    maybe_invoke_function_tool_failure_error_function,
    resolve_function_tool_failure_error_function,
    set_function_tool_failure_error_function,
    with_function_tool_failure_error_handler,
)
from .tool_invocation import (
    FunctionInvoker,
    ToolErrorFunction,
    default_tool_error_function,
    finished_within,
    record_on_span,
)
from .tool_origin import ToolOrigin, ToolOriginType
from .tool_output import (
    ToolOutputFileContent,
    ToolOutputFileContentDict,
    ToolOutputImage,
    ToolOutputImageDict,
    ToolOutputText,
    ToolOutputTextDict,
)
from .tool_output_schema import checked_output_schema, output_schema_of

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from .agent import AgentBase
    from .items import RunItem, ToolApprovalItem
    from .result import RunResult, RunResultStreaming
    from .tool_guardrails import ToolInputGuardrail, ToolOutputGuardrail

__all__ = [
    "ApplyPatchApprovalFunction",
    "ApplyPatchOnApprovalFunction",
    "ApplyPatchOnApprovalFunctionResult",
    "ApplyPatchTool",
    "ApplyPatchToolCustomDataContext",
    "ApplyPatchToolCustomDataExtractor",
    "CallableTool",
    "CodeInterpreterTool",
    "CustomTool",
    "CustomToolApprovalFunction",
    "CustomToolCustomDataContext",
    "CustomToolCustomDataExtractor",
    "CustomToolExecutor",
    "CustomToolOnApprovalFunction",
    "CustomToolOnApprovalFunctionResult",
    "FileSearchTool",
    "FunctionTool",
    "FunctionToolCustomDataContext",
    "FunctionToolCustomDataExtractor",
    "FunctionToolResult",
    "HostedMCPTool",
    "ImageGenerationTool",
    "ImageGenerationToolConfig",
    "LocalShellCommandRequest",
    "LocalShellExecutor",
    "LocalShellTool",
    "LocalTool",
    "MCPToolApprovalFunction",
    "MCPToolApprovalFunctionResult",
    "MCPToolApprovalRequest",
    "ProgrammaticToolCallingTool",
    "ShellActionRequest",
    "ShellApprovalFunction",
    "ShellCallData",
    "ShellCallOutcome",
    "ShellCommandOutput",
    "ShellCommandRequest",
    "ShellExecutor",
    "ShellOnApprovalFunction",
    "ShellOnApprovalFunctionResult",
    "ShellResult",
    "ShellTool",
    "ShellToolContainerAutoEnvironment",
    "ShellToolContainerNetworkPolicy",
    "ShellToolContainerNetworkPolicyAllowlist",
    "ShellToolContainerNetworkPolicyDisabled",
    "ShellToolContainerNetworkPolicyDomainSecret",
    "ShellToolContainerReferenceEnvironment",
    "ShellToolContainerSkill",
    "ShellToolEnvironment",
    "ShellToolHostedEnvironment",
    "ShellToolInlineSkill",
    "ShellToolInlineSkillSource",
    "ShellToolLocalEnvironment",
    "ShellToolLocalSkill",
    "ShellToolSkillReference",
    "Tool",
    "ToolApproval",
    "ToolCaller",
    "ToolEnabled",
    "ToolErrorFunction",
    "ToolFunction",
    "ToolOrigin",
    "ToolOriginType",
    "ToolOutputFileContent",
    "ToolOutputFileContentDict",
    "ToolOutputImage",
    "ToolOutputImageDict",
    "ToolOutputText",
    "ToolOutputTextDict",
    "ToolParams",
    "ToolSearchTool",
    "ToolTimeoutBehavior",
    "WebSearchTool",
    "WebSearchToolImageSettings",
    "default_tool_error_function",
    "default_tool_timeout_error_message",
    "ensure_function_tool_supports_responses_only_features",
    "ensure_tool_choice_supports_backend",
    "function_tool",
    "get_function_tool_origin",
    "get_function_tool_responses_only_features",
    "has_required_tool_search_surface",
    "has_responses_tool_search_surface",
    "invoke_function_tool",
    "is_required_tool_search_surface",
    "is_responses_tool_search_surface",
    "is_tool_enabled",
    "maybe_invoke_function_tool_failure_error_function",
    "prune_orphaned_tool_search_tools",
    "resolve_function_tool_failure_error_function",
    "set_function_tool_failure_error_function",
    "tool_namespace",
    "validate_responses_programmatic_tool_calling_configuration",
    "validate_responses_tool_search_configuration",
    "with_function_tool_failure_error_handler",
]

ToolParams = ParamSpec("ToolParams")
ToolFunction: TypeAlias = Union[
    Callable[ToolParams, Any],
    Callable[Concatenate[RunContextWrapper[Any], ToolParams], Any],
    Callable[Concatenate[ToolContext[Any], ToolParams], Any],
]
"""A function that can be a tool: sync or async, with or without the context before its own parameters."""
ToolTimeoutBehavior: TypeAlias = Literal["error_as_result", "raise_exception"]
"""What happens when a tool takes too long: the model is told, or the run ends with ``ToolTimeoutError``."""
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
    timeout_seconds: float | None = field(default=None, kw_only=True)
    """How long one call may take. A sync function runs in a thread, which nothing can stop: when its time is
    over it is no longer waited for, and runs on unseen to its end (or the end of the process)."""
    timeout_behavior: ToolTimeoutBehavior = field(default="error_as_result", kw_only=True)
    """Whether the model is told of a time-out, or the run ends with ``ToolTimeoutError``."""
    timeout_error_function: ToolErrorFunction | None = field(default=None, kw_only=True)
    """Makes the message to the model, with ``timeout_behavior="error_as_result"``."""
    agent: AgentBase[Any] | None = field(default=None, kw_only=True, repr=False)
    """The agent that runs, for a tool that ``Agent.as_tool`` made."""
    defer_loading: bool = field(default=False, kw_only=True)
    """Whether the model need not see the tool before it looks for it. A model without a search for tools sees it at
    once."""
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

    @property
    def __wrapped__(self) -> Callable[..., Any]:
        """The function that ``function_tool`` made this of, as ``inspect.unwrap`` and tests of it look for it."""
        if isinstance(self.on_invoke_tool, FunctionInvoker):
            return self.on_invoke_tool.function
        raise AttributeError(f"Tool {self.name!r} was not made of a function.")

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
            ("timeout_seconds", _is_duration(self.timeout_seconds), "a number above 0, or None"),
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


MAX_CALL_NAME = 64
"""How long the name of a tool may be; OpenAI, Anthropic and Gemini agree."""


CallableTool: TypeAlias = Union[FunctionTool, ShellTool, LocalShellTool, ApplyPatchTool, CustomTool]
"""A tool whose calls this process answers."""
Tool: TypeAlias = Union[CallableTool, HostedTool]
"""Whatever a model may be offered to call."""


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


def _is_duration(seconds: object) -> bool:
    if seconds is None:
        return True
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        return False
    return math.isfinite(seconds) and seconds > 0


def default_tool_timeout_error_message(*, tool_name: str, timeout_seconds: float) -> str:
    """What the model is told of a time-out by default."""
    return f"Tool {tool_name!r} was stopped: it took longer than {timeout_seconds:g} seconds."


async def is_tool_enabled(tool: Tool, context: RunContextWrapper[Any], agent: AgentBase[Any]) -> bool:
    """Whether the model of this agent may see a tool now; tools of other kinds than functions it always sees."""
    enabled: Any = getattr(tool, "is_enabled", True)
    return enabled if isinstance(enabled, bool) else bool(await settled(enabled(context, agent)))


async def invoke_function_tool(*, function_tool: FunctionTool, context: ToolContext[Any], arguments: str) -> Any:
    """Run one call of a tool within its time-out, and return what the tool returned.

    Args:
        function_tool: The tool.
        context: The context of this call.
        arguments: The arguments as the model wrote them.

    Raises:
        ToolTimeoutError: It took too long, and ``timeout_behavior`` is ``"raise_exception"``.
    """
    seconds = function_tool.timeout_seconds
    if seconds is None:
        return await function_tool.on_invoke_tool(context, arguments)
    call = asyncio.ensure_future(function_tool.on_invoke_tool(context, arguments))
    if await finished_within(seconds, call):
        return call.result()
    error = ToolTimeoutError(function_tool.name, seconds)
    if function_tool.timeout_behavior == "raise_exception":
        raise error
    record_on_span(context, function_tool.name, error)
    if function_tool.timeout_error_function is not None:
        return await settled(function_tool.timeout_error_function(context, error))
    return default_tool_timeout_error_message(tool_name=function_tool.name, timeout_seconds=seconds)


@overload
def function_tool(
    func: ToolFunction[...],
    *,
    name_override: str | None = None,
    description_override: str | None = None,
    docstring_style: DocstringStyle | None = None,
    use_docstring_info: bool = True,
    failure_error_function: ToolErrorFunction | None = default_tool_error_function,
    strict_mode: bool = True,
    is_enabled: ToolEnabled = True,
    needs_approval: ToolApproval = False,
    tool_input_guardrails: list[ToolInputGuardrail[Any]] | None = None,
    tool_output_guardrails: list[ToolOutputGuardrail[Any]] | None = None,
    timeout: float | None = None,
    timeout_behavior: ToolTimeoutBehavior = "error_as_result",
    timeout_error_function: ToolErrorFunction | None = None,
    defer_loading: bool = False,
    custom_data_extractor: FunctionToolCustomDataExtractor | None = None,
    allowed_callers: list[ToolCaller] | None = None,
    output_type: Any | None = None,
    output_json_schema: dict[str, Any] | None = None,
) -> FunctionTool: ...


@overload
def function_tool(
    *,
    name_override: str | None = None,
    description_override: str | None = None,
    docstring_style: DocstringStyle | None = None,
    use_docstring_info: bool = True,
    failure_error_function: ToolErrorFunction | None = default_tool_error_function,
    strict_mode: bool = True,
    is_enabled: ToolEnabled = True,
    needs_approval: ToolApproval = False,
    tool_input_guardrails: list[ToolInputGuardrail[Any]] | None = None,
    tool_output_guardrails: list[ToolOutputGuardrail[Any]] | None = None,
    timeout: float | None = None,
    timeout_behavior: ToolTimeoutBehavior = "error_as_result",
    timeout_error_function: ToolErrorFunction | None = None,
    defer_loading: bool = False,
    custom_data_extractor: FunctionToolCustomDataExtractor | None = None,
    allowed_callers: list[ToolCaller] | None = None,
    output_type: Any | None = None,
    output_json_schema: dict[str, Any] | None = None,
) -> Callable[[ToolFunction[...]], FunctionTool]: ...


def function_tool(
    func: ToolFunction[...] | None = None,
    *,
    name_override: str | None = None,
    description_override: str | None = None,
    docstring_style: DocstringStyle | None = None,
    use_docstring_info: bool = True,
    failure_error_function: ToolErrorFunction | None = default_tool_error_function,
    strict_mode: bool = True,
    is_enabled: ToolEnabled = True,
    needs_approval: ToolApproval = False,
    tool_input_guardrails: list[ToolInputGuardrail[Any]] | None = None,
    tool_output_guardrails: list[ToolOutputGuardrail[Any]] | None = None,
    timeout: float | None = None,
    timeout_behavior: ToolTimeoutBehavior = "error_as_result",
    timeout_error_function: ToolErrorFunction | None = None,
    defer_loading: bool = False,
    custom_data_extractor: FunctionToolCustomDataExtractor | None = None,
    allowed_callers: list[ToolCaller] | None = None,
    output_type: Any | None = None,
    output_json_schema: dict[str, Any] | None = None,
) -> FunctionTool | Callable[[ToolFunction[...]], FunctionTool]:
    """Make a tool of a function: ``@function_tool`` or ``@function_tool(...)``.

    The signature gives the schema, the docstring the descriptions. A first parameter annotated as
    ``RunContextWrapper`` or ``ToolContext`` receives the context and is not shown to the model. An async
    function runs on the event loop, a sync one in a thread, so that it holds up nobody.

    Args:
        func: The function, method or other callable.
        name_override: A name in place of the function's own.
        description_override: A description in place of the docstring's.
        docstring_style: The style of the docstring; detected when not given.
        use_docstring_info: Whether the docstring is read at all.
        failure_error_function: Makes a message to the model of an error: of the function's own, or of
            arguments that do not fit. By default the model is told the error's message; with ``None`` errors
            end the run.
        strict_mode: Whether the schema is made strict, so that models can be held to it while they write.
        is_enabled: Whether the model sees the tool: a bool, or a sync or async function of context and agent.
        needs_approval: Whether a human has to approve a call before it runs: a bool, or a sync or async function
            of context, arguments and call id.
        tool_input_guardrails: Checks on the arguments, before the call.
        tool_output_guardrails: Checks on the output, after the call.
        timeout: How many seconds one call may take. A sync function cannot be stopped: it is left behind.
        timeout_behavior: Whether the model is told of a time-out, or the run ends with ``ToolTimeoutError``.
        timeout_error_function: Makes the message to the model of a time-out.
        defer_loading: Whether the model need not see the tool before it looks for it. A model without a search for
            tools sees it at once.
        custom_data_extractor: Notes JSON data on the item of an output, for the application: no model is told of it.
        allowed_callers: Who may call it, on OpenAI's models: the model, or a program that it writes.
        output_type: What it returns: a pydantic model, a TypedDict or a dataclass. The output is checked, and told as
            JSON. Where programs may call the tool, it is read from the function's return annotation.
        output_json_schema: The schema of what it returns, where there is no type.

    Raises:
        UserError: The function cannot be described to a model, or an option has a wrong value.
    """

    def make(function: ToolFunction[...]) -> FunctionTool:
        schema = function_schema(
            function,
            docstring_style=docstring_style,
            name_override=name_override,
            description_override=description_override,
            use_docstring_info=use_docstring_info,
            strict_json_schema=strict_mode,
        )
        if not schema.name.isidentifier() and name_override is None:
            raise UserError(f"A function named {schema.name!r} needs a name_override to be a tool.")
        if failure_error_function is not None and not callable(failure_error_function):
            raise UserError(f"Tool {schema.name!r}: failure_error_function must be a function or None.")
        output_schema, adapter = _output_schema(schema.name, function, allowed_callers, output_type, output_json_schema)
        return FunctionTool(
            name=schema.name,
            description=schema.description or "",
            params_json_schema=schema.params_json_schema,
            on_invoke_tool=FunctionInvoker(function, schema, failure_error_function, timeout is not None, adapter),
            strict_json_schema=strict_mode,
            is_enabled=is_enabled,
            needs_approval=needs_approval,
            tool_input_guardrails=tool_input_guardrails,
            tool_output_guardrails=tool_output_guardrails,
            timeout_seconds=timeout,
            timeout_behavior=timeout_behavior,
            timeout_error_function=timeout_error_function,
            defer_loading=defer_loading,
            custom_data_extractor=custom_data_extractor,
            allowed_callers=allowed_callers,
            output_json_schema=output_schema,
        )

    return make if func is None else make(func)


def _output_schema(
    name: str, function: Any, callers: Any, output_type: Any, schema: dict[str, Any] | None
) -> tuple[dict[str, Any] | None, TypeAdapter[Any] | None]:
    """The schema of what a function returns, and what checks that it does.

    Raises:
        UserError: There are two, or one that is no schema of an object.
    """
    if output_type is not None and schema is not None:
        raise UserError(f"Tool {name!r}: give output_type or output_json_schema, not both.")
    if output_type is None and schema is None and "programmatic" in (callers or ()):
        output_type = get_type_hints(underlying_function(function), include_extras=True).get("return")
        if output_type in (None, Any, str, type(None)):
            return None, None
    return (schema, None) if output_type is None else output_schema_of(name, output_type)


def tool_namespace(*, name: str, description: str | None, tools: list[FunctionTool]) -> list[FunctionTool]:
    """Copies of function tools, in a namespace.

    A model is offered ``crm__find_customer``: every protocol takes such a name, so that namespaces work on any model.
    People read ``crm.find_customer``.

    Args:
        name: The name of the namespace.
        description: What its tools have in common; the model reads it with each of them.
        tools: The tools.

    Raises:
        UserError: Name or description is missing, something is no function tool, or a name becomes too long.
    """
    for what, given in (("name", name), ("description", description)):
        if not isinstance(given, str) or not given.strip():
            raise UserError(f"tool_namespace: {what} must be a string that is not empty, not {given!r}.")
    grouped: list[FunctionTool] = []
    for tool in tools:
        if not isinstance(tool, FunctionTool):
            raise UserError(f"tool_namespace {name!r}: only function tools can be in it, not {type(tool).__name__}.")
        made = replace(tool, namespace=name.strip(), namespace_description=(description or "").strip())
        if len(made.call_name) > MAX_CALL_NAME:
            raise UserError(
                f"Tool {made.qualified_name!r} is offered to models as {made.call_name!r}, which is longer than the"
                f" {MAX_CALL_NAME} characters that they take. Shorten the name of the tool or of its namespace."
            )
        grouped.append(made)
    return grouped
