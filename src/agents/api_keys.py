"""Keys that may change: a text, or a function that is asked for the key of each request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias, Union

from .awaiting import settled
from .exceptions import UserError

__all__ = ["ApiKey", "current_key"]

ApiKey: TypeAlias = Union[str, Callable[[], Union[str, Awaitable[str]]]]
"""A key, or a function, sync or async, that returns the key of now. It is called for each request, on the event loop:
one that has to wait for a key should be async, and keep what it got for as long as it is good."""


async def current_key(api_key: ApiKey, whose: str) -> str:
    """The key of now.

    Args:
        api_key: The key, or who knows it.
        whose: Which service it is for, as the error names it.

    Raises:
        UserError: The function returned no key.
    """
    key = api_key if isinstance(api_key, str) else await settled(api_key())
    if isinstance(key, str) and key:
        return key
    what = "an empty text" if isinstance(key, str) else type(key).__name__
    raise UserError(f"The function given as api_key for {whose} must return a key; it returned {what}.")
