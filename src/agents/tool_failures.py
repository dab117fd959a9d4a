"""What the model is told when a function tool fails: read, changed, and put around other code, for tools about tools.

``function_tool(failure_error_function=...)`` says it for a function of one's own; here are the same choices for code
that makes ``FunctionTool`` objects of something else.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from .awaiting import settled
from .run_context import RunContextWrapper
from .tool_context import ToolContext
from .tool_invocation import FunctionInvoker, ToolErrorFunction, default_tool_error_function

if TYPE_CHECKING:
    from .function_tools import FunctionTool

_DEFAULT: Any = object()


class HandledInvoker:
    """An ``on_invoke_tool`` whose errors are told to the model, as the tool that it belongs to says."""

    def __init__(
        self,
        invoke: Callable[[ToolContext[Any], str], Awaitable[Any]],
        on_handled_error: Callable[[FunctionTool, Exception, str], None] | None = None,
        on_failure: ToolErrorFunction | None = default_tool_error_function,
    ) -> None:
        self.invoke = invoke
        self.on_handled_error = on_handled_error
        self.on_failure = on_failure
        self.tool: FunctionTool | None = None

    def bound_to(self, tool: FunctionTool) -> HandledInvoker:
        """The same for one tool: a copy of a tool has errors of its own."""
        bound = HandledInvoker(self.invoke, self.on_handled_error, self.on_failure)
        bound.tool = tool
        return bound

    async def __call__(self, context: ToolContext[Any], arguments: str) -> Any:
        """Run one call; an error becomes a message to the model, or is raised without ``on_failure``."""
        try:
            return await self.invoke(context, arguments)
        except Exception as error:
            if self.on_failure is None:
                raise
            said = await settled(self.on_failure(context, error))
            if self.on_handled_error is not None and self.tool is not None:
                self.on_handled_error(self.tool, error, arguments)
            return said


def with_function_tool_failure_error_handler(
    invoke_tool_impl: Callable[[ToolContext[Any], str], Awaitable[Any]],
    on_handled_error: Callable[[FunctionTool, Exception, str], None],
) -> Callable[[ToolContext[Any], str], Awaitable[Any]]:
    """An ``on_invoke_tool`` that tells the model of errors.

    Args:
        invoke_tool_impl: Runs one call.
        on_handled_error: Hears of each error that the model was told of, with the tool and the arguments.
    """
    return HandledInvoker(invoke_tool_impl, on_handled_error)


def set_function_tool_failure_error_function(
    function_tool: FunctionTool, failure_error_function: ToolErrorFunction | None = _DEFAULT
) -> FunctionTool:
    """Say what the model is told when this tool fails: by default its error; with ``None`` errors end the run."""
    chosen = default_tool_error_function if failure_error_function is _DEFAULT else failure_error_function
    invoker = function_tool.on_invoke_tool
    if isinstance(invoker, FunctionInvoker):
        function_tool.on_invoke_tool = invoker.with_on_failure(chosen)
    else:
        around = invoker if isinstance(invoker, HandledInvoker) else HandledInvoker(invoker)
        around = around.bound_to(function_tool)
        around.on_failure = chosen
        function_tool.on_invoke_tool = around
    return function_tool


def resolve_function_tool_failure_error_function(
    function_tool: FunctionTool, context: RunContextWrapper[Any] | None = None
) -> ToolErrorFunction | None:
    """What makes the message to the model when this tool fails; ``None`` where errors end the run."""
    invoker = function_tool.on_invoke_tool
    return invoker.on_failure if isinstance(invoker, (FunctionInvoker, HandledInvoker)) else None


async def maybe_invoke_function_tool_failure_error_function(
    *, function_tool: FunctionTool, context: RunContextWrapper[Any], error: BaseException
) -> str | None:
    """What the model is told of an error of this tool; ``None`` where errors end the run."""
    failure_error_function = resolve_function_tool_failure_error_function(function_tool, context)
    if failure_error_function is None:
        return None
    if not isinstance(error, Exception):
        stopped = isinstance(error, asyncio.CancelledError)
        error = RuntimeError(str(error) or ("The call was cancelled." if stopped else type(error).__name__))
    said: str = await settled(failure_error_function(context, error))
    return said
