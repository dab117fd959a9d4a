"""Functions of the caller's may be sync or async: one way to take the answer of either."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias, TypeVar, Union

T = TypeVar("T")
MaybeAwaitable: TypeAlias = Union[Awaitable[T], T]


async def settled(value: Any) -> Any:
    """The value, awaited if need be."""
    return await value if inspect.isawaitable(value) else value


async def answer_of(whose: str, function: Callable[..., Any], *arguments: Any) -> Any:
    """What a function of the caller's answers to these arguments.

    An error of it stays what it is, for the caller to catch by its kind, and has a note that says whose it is.

    Args:
        whose: The function, by the option that it was given as.
        function: The function, sync or async.
        arguments: What it is called with.
    """
    try:
        return await settled(function(*arguments))
    except Exception as error:
        add_note(error, f"Raised by {whose}.")
        raise


def add_note(error: BaseException, note: str) -> None:
    """Add a note to an error, once. Python 3.10 keeps notes as well, and shows none."""
    notes: list[str] = getattr(error, "__notes__", [])
    if note not in notes:
        error.__notes__ = [*notes, note]  # type: ignore[attr-defined, unused-ignore]
