"""What sessions have in common that show a summary in place of old turns, over another session that stores."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..exceptions import UserError
from .compaction import is_summary, originals, still_true, summary_item, visible
from .session import Session, SessionABC
from .session_settings import SessionSettings, coerce_session_settings, resolve_session_limit
from .writing import call_session, settle

if TYPE_CHECKING:
    from ..items import TResponseInputItem
    from ..run_context import RunContextWrapper

_ALL = 2**31 - 1


class SummarizedSession(SessionABC):
    """Shows the last summary, and the items that it does not cover. The other session keeps every item as it was.

    Args:
        session: The session that stores.
        session_id: Which conversation this is; by default as the other session says.
        session_settings: How the session is read.

    Raises:
        UserError: The other session shows summaries itself, or does not keep items as they are.
    """

    def __init__(
        self,
        session: Session | SessionABC,
        *,
        session_id: str | None = None,
        session_settings: SessionSettings | Mapping[str, Any] | None = None,
    ) -> None:
        if isinstance(session, SummarizedSession) or not getattr(session, "verbatim", True):
            said = f"{type(self).__name__} needs a session below it that keeps items as they are"
            raise UserError(f"{said}, such as SQLiteSession, not {type(session).__name__}.")
        self.session_id = session.session_id if session_id is None else session_id
        self.session_settings = coerce_session_settings(session_settings or SessionSettings())
        self.session = session
        self.lock = asyncio.Lock()
        """Held while a summary is made or given up, or all are removed."""

    async def get_items(
        self, limit: int | None = None, *, wrapper: RunContextWrapper[Any] | None = None
    ) -> list[TResponseInputItem]:
        """The summary and the latest items. A limit counts the summary, and never leaves it out unless it is 0."""
        wanted = resolve_session_limit(limit, self.session_settings)
        shown, items = visible(await self.stored(wrapper))
        if wanted == 0:
            return []
        if wanted is not None:
            items = items[max(len(items) - max(wanted - len(shown), 0), 0) :]
        return [*shown, *items]

    async def get_original_items(self, limit: int | None = None) -> list[TResponseInputItem]:
        """The conversation as it was, without summaries: the latest ``limit`` items, or all."""
        items = originals(await self.stored(None))
        return items if limit is None else items[max(len(items) - limit, 0) :]

    async def add_items(
        self, items: list[TResponseInputItem], *, wrapper: RunContextWrapper[Any] | None = None
    ) -> None:
        """Store items after those that are there: all of them, or none."""
        await call_session(self.session.add_items, items, wrapper=wrapper)

    async def pop_item(self, *, wrapper: RunContextWrapper[Any] | None = None) -> TResponseInputItem | None:
        """Remove the last item of the conversation and return it.

        A summary that covers what is removed is given up: what was shown in its place is shown again.
        """
        async with self.lock:
            return await settle(self._pop(wrapper))

    async def clear_session(self, *, wrapper: RunContextWrapper[Any] | None = None) -> None:
        """Remove all items and summaries. A summary that is being made is waited for, and removed with the others."""
        async with self.lock:
            await call_session(self.session.clear_session, wrapper=wrapper)

    def close(self) -> Any:
        """Close the session that stores: await what this returns, if that session's ``close`` is awaited."""
        closing = getattr(self.session, "close", None)
        return closing() if closing is not None else None

    async def stored(self, wrapper: RunContextWrapper[Any] | None) -> list[TResponseInputItem]:
        """All that the other session holds, summaries too."""
        return await call_session(self.session.get_items, _ALL, wrapper=wrapper)

    async def store_summary(
        self,
        text: str,
        covered: Sequence[TResponseInputItem],
        wrapper: RunContextWrapper[Any] | None,
        items: Sequence[TResponseInputItem] | None = None,
    ) -> None:
        """From now on show a summary in place of the items that it covers."""
        mark = summary_item(text, covered, items)
        await settle(call_session(self.session.add_items, [mark], wrapper=wrapper))

    async def _pop(self, wrapper: RunContextWrapper[Any] | None) -> TResponseInputItem | None:
        marks: list[TResponseInputItem] = []
        while (item := await call_session(self.session.pop_item, wrapper=wrapper)) is not None and is_summary(item):
            marks.insert(0, item)
        if marks:
            left = originals(await self.stored(wrapper))
            if kept := [mark for mark in marks if still_true(mark, left)]:
                await call_session(self.session.add_items, kept, wrapper=wrapper)
        return item
