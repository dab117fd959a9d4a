"""Who may call a tool: the model itself, or a program that it writes and OpenAI runs."""

from __future__ import annotations

from typing import Literal, TypeAlias, cast, get_args

from .exceptions import UserError

ToolCaller: TypeAlias = Literal["direct", "programmatic"]
"""The model, or a program that it has written."""


def checked_callers(callers: object, tool_name: str) -> list[ToolCaller] | None:
    """The callers of a tool, as a list of its own.

    Raises:
        UserError: They are not a list of different callers.
    """
    if callers is None:
        return None
    known = get_args(ToolCaller)
    if not isinstance(callers, list) or not callers or any(each not in known for each in callers):
        raise UserError(
            f"Tool {tool_name!r}: allowed_callers must be None, or a list of 'direct', 'programmatic' or both, "
            f"not {callers!r}."
        )
    if len(set(callers)) < len(callers):
        raise UserError(f"Tool {tool_name!r}: allowed_callers names a caller twice: {callers!r}.")
    return cast("list[ToolCaller]", list(callers))
