"""``function_tool``: makes a ``FunctionTool`` of a function, by its signature and its docstring.

Below: ``function_schema`` (what the model is told) and ``tool_invocation`` (how its JSON becomes a call).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeAlias, Union, get_type_hints, overload

from .docstrings import DocstringStyle, underlying_function
from .exceptions import UserError
from .function_schema import function_schema
from .function_tools import FunctionTool, FunctionToolCustomDataExtractor, ToolApproval, ToolEnabled
from .run_context import RunContextWrapper
from .tool_callers import ToolCaller
from .tool_context import ToolContext
from .tool_invocation import FunctionInvoker, ToolErrorFunction, default_tool_error_function
from .tool_output_schema import output_schema_of
from .tool_timeouts import ToolTimeoutBehavior

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    from .tool_guardrails import ToolInputGuardrail, ToolOutputGuardrail

ToolParams = ParamSpec("ToolParams")
ToolFunction: TypeAlias = Union[
    Callable[ToolParams, Any],
    Callable[Concatenate[RunContextWrapper[Any], ToolParams], Any],
    Callable[Concatenate[ToolContext[Any], ToolParams], Any],
]
"""A function that can be a tool: sync or async, with or without the context before its own parameters."""


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
