"""Functions of the caller's may be sync or async: one way to take the answer of either."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable
from typing import Any, TypeAlias, TypeVar, Union

T = TypeVar("T")
MaybeAwaitable: TypeAlias = Union[Awaitable[T], T]


async def settled(value: Any) -> Any:
    """The value, awaited if need be."""
    return await value if inspect.isawaitable(value) else value
