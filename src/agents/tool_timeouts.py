"""The time that one call of a function tool may take, and what happens when it is over.

``function_tools`` is above, and the run, which calls tools by ``invoke_function_tool``.
"""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from .awaiting import answer_of
from .exceptions import ToolTimeoutError
from .tool_context import ToolContext
from .tool_invocation import finished_within, record_on_span

if TYPE_CHECKING:
    from .function_tools import FunctionTool

ToolTimeoutBehavior: TypeAlias = Literal["error_as_result", "raise_exception"]
"""What happens when a tool takes too long: the model is told, or the run ends with ``ToolTimeoutError``."""


def is_duration(seconds: object) -> bool:
    """Whether a value can be a time-out: a number above 0, or none at all."""
    if seconds is None:
        return True
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        return False
    return math.isfinite(seconds) and seconds > 0


def default_tool_timeout_error_message(*, tool_name: str, timeout_seconds: float) -> str:
    """What the model is told of a time-out by default."""
    return f"Tool {tool_name!r} was stopped: it took longer than {timeout_seconds:g} seconds."


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
        whose = f"timeout_error_function of tool {function_tool.name!r}"
        return await answer_of(whose, function_tool.timeout_error_function, context, error)
    return default_tool_timeout_error_message(tool_name=function_tool.name, timeout_seconds=seconds)
