"""What all sessions have in common: items as text, writes that come to their end, calls that may take the context."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

from ..awaiting import answer_of
from ..exceptions import SessionDataError, UserError
from ..items import output_to_input

if TYPE_CHECKING:
    from ..items import TResponseInputItem
    from ..run_context import RunContextWrapper

T = TypeVar("T")


def to_text(item: TResponseInputItem, *, ascii_only: bool = True) -> str:
    """An item as one line of JSON.

    Raises:
        UserError: It holds what JSON cannot say.
    """
    try:
        text = json.dumps(output_to_input(item), ensure_ascii=ascii_only, separators=(",", ":"))
        text.encode()  # half a surrogate pair, written plainly, would fail in the store
    except UnicodeEncodeError:
        return to_text(item)
    except (TypeError, ValueError, RecursionError) as error:
        raise UserError(f"An item cannot be stored in a session: {error}. Items are JSON data.") from error
    return text


def from_text(text: str | bytes, session_id: str, where: str) -> TResponseInputItem:
    """The item that ``to_text`` wrote.

    Args:
        text: What is stored.
        session_id: The session, for the error.
        where: The row, for the error.

    Raises:
        SessionDataError: It is damaged.
    """
    try:
        item = json.loads(text)
    except (TypeError, ValueError, RecursionError) as error:
        raise SessionDataError(f"{where} is damaged: {error}", session_id=session_id) from error
    if not isinstance(item, dict):
        raise SessionDataError(f"{where} holds {type(item).__name__}, not an item", session_id=session_id)
    return cast("TResponseInputItem", item)


def lines(items: Iterable[TResponseInputItem], *, ascii_only: bool = True) -> list[str]:
    """Items as text; all of them, before the first is written."""
    return [to_text(item, ascii_only=ascii_only) for item in items]


async def settle(work: Awaitable[T]) -> T:
    """Wait for a write until it is done, even where the waiter is cancelled, which then follows.

    Half a write is worse than a late cancellation: nobody would know what is stored.
    """
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:  # noqa: PERF203 - waiting is the purpose
            cancelled = cancelled or error
    if cancelled is not None:
        if not task.cancelled():
            task.exception()  # it was asked for, so asyncio need not report it as lost
        raise cancelled
    return task.result()


async def call_session(
    method: Callable[..., Awaitable[T]], *arguments: Any, wrapper: RunContextWrapper[Any] | None, **options: Any
) -> T:
    """Call a method of a session, with the run's context where it asks for one."""
    if wrapper is not None and "wrapper" in inspect.signature(method).parameters:
        options["wrapper"] = wrapper
    name = getattr(method, "__qualname__", repr(method))
    made: T = await answer_of(f"{name} of the session", partial(method, *arguments, **options))
    return made
