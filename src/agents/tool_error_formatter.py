"""In which words a model is told of a tool call that failed: the run's ``tool_error_formatter``.

``RunConfig`` above holds it; whoever answers a failed call asks it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeAlias, Union

from .awaiting import answer_of
from .run_context import RunContextWrapper, TContext

__all__ = ["ToolErrorFormatter", "ToolErrorFormatterArgs", "in_other_words"]


@dataclass
class ToolErrorFormatterArgs(Generic[TContext]):
    """What a ``tool_error_formatter`` receives."""

    kind: Literal["approval_rejected", "tool_not_found", "tool_exception"]
    """What went wrong. ``"tool_exception"``: the tool raised, and has no ``failure_error_function`` of its own."""
    tool_type: Literal["function", "shell", "apply_patch", "custom"]
    tool_name: str
    call_id: str
    default_message: str
    """What the model would be told."""
    run_context: RunContextWrapper[TContext]
    error: Exception | None = None
    """What the tool raised, for ``"tool_exception"``. It may hold what the model should not read."""


ToolErrorFormatter: TypeAlias = Callable[[ToolErrorFormatterArgs[Any]], Union[str, Awaitable[Union[str, None]], None]]
"""Says in other words what the model is told of a failed tool call; ``None`` keeps the default message."""


async def in_other_words(formatter: ToolErrorFormatter | None, args: ToolErrorFormatterArgs[Any]) -> str:
    """What the model is told, as the run's formatter puts it."""
    if formatter is None:
        return args.default_message
    said: str | None = await answer_of("tool_error_formatter", formatter, args)
    return said or args.default_message
