"""Groups of function tools under one name: ``tool_namespace``."""

from __future__ import annotations

from copy import copy

from .exceptions import UserError
from .function_tools import FunctionTool

MAX_CALL_NAME = 64
"""How long the name of a tool may be; OpenAI, Anthropic and Gemini agree."""


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
        made = copy(tool)  # as it is: a class of one's own may be made of other arguments
        made.namespace, made.namespace_description = name.strip(), (description or "").strip()
        if len(made.call_name) > MAX_CALL_NAME:
            raise UserError(
                f"Tool {made.qualified_name!r} is offered to models as {made.call_name!r}, which is longer than the"
                f" {MAX_CALL_NAME} characters that they take. Shorten the name of the tool or of its namespace."
            )
        grouped.append(made)
    return grouped
