"""``OpenAIConversationsSession``: a conversation that OpenAI keeps (its Conversations API)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from ..exceptions import UserError
from ..models.openai_provider import OpenAIProvider
from .openai_items import for_openai, openai_failures
from .session import SessionABC
from .session_settings import SessionSettings, coerce_session_settings, resolve_session_limit
from .writing import lines, settle

if TYPE_CHECKING:
    from openai import AsyncOpenAI

    from ..items import TResponseInputItem

_MOST_AT_ONCE = 20
"""How many items one request may add."""


class OpenAIConversationsSession(SessionABC):
    """A conversation that OpenAI keeps. It is made with the first item, unless its id is given.

    More than 20 items are stored in several requests: where one of those fails, the ones before it stay stored.

    Args:
        conversation_id: A conversation that there is.
        openai_client: A client; the default one otherwise.
        session_settings: How the session is read.
    """

    verbatim = False
    """Items get other ids, and lose what only we can read."""

    def __init__(
        self,
        *,
        conversation_id: str | None = None,
        openai_client: AsyncOpenAI | None = None,
        session_settings: SessionSettings | Mapping[str, Any] | None = None,
    ) -> None:
        self.session_settings = coerce_session_settings(session_settings or SessionSettings())
        self._id = conversation_id
        self._client = openai_client
        self._lock = asyncio.Lock()

    @property
    def session_id(self) -> str:
        """The id of the conversation.

        Raises:
            UserError: It is not made yet.
        """
        if self._id is None:
            raise UserError("The conversation has no id yet: OpenAI gives it one when the first item is stored.")
        return self._id

    @session_id.setter
    def session_id(self, value: str) -> None:
        self._id = value

    async def get_items(self, limit: int | None = None) -> list[TResponseInputItem]:
        """The latest ``limit`` items, oldest first; without a limit as many as the settings say, or all.

        Raises:
            SessionError: OpenAI cannot be reached, or refuses.
        """
        wanted = resolve_session_limit(limit, self.session_settings)
        async with self._lock:
            return await self._latest(wanted)

    async def add_items(self, items: list[TResponseInputItem]) -> None:
        """Store items after those that are there.

        Raises:
            SessionError: OpenAI cannot be reached, or refuses.
            UserError: An item is not JSON data.
        """
        lines(items)  # all of them are JSON data, before the first is sent
        sent: list[Any] = for_openai(items)
        if not sent:
            return
        async with self._lock:
            await settle(self._add(sent))

    async def pop_item(self) -> TResponseInputItem | None:
        """Remove the last item and return it; ``None`` where there is none.

        Raises:
            SessionError: OpenAI cannot be reached, or refuses.
        """
        async with self._lock:
            return await settle(self._pop())

    async def clear_session(self) -> None:
        """Delete the conversation. The next item begins another one.

        Raises:
            SessionError: OpenAI cannot be reached, or refuses.
        """
        async with self._lock:
            if self._id is not None:
                with openai_failures(self._id):
                    await settle(self._get_client().conversations.delete(conversation_id=self._id))
                self._id = None

    def _get_client(self) -> AsyncOpenAI:
        return self._client or OpenAIProvider().get_client()

    async def _latest(self, limit: int | None) -> list[TResponseInputItem]:
        if self._id is None or limit == 0:
            return []
        found: list[Any] = []
        with openai_failures(self._id):
            # The last ones first, so that a limit reads no more pages than it needs.
            listed = self._get_client().conversations.items.list(conversation_id=self._id, order="desc", limit=100)
            async for item in listed:
                found.append(item.model_dump(exclude_unset=True))
                if len(found) == limit:
                    break
        return cast("list[TResponseInputItem]", found[::-1])

    async def _add(self, items: list[Any]) -> None:
        client = self._get_client()
        with openai_failures(self._id or ""):
            if self._id is None:
                self._id = (await client.conversations.create(items=[])).id
            if len(items) > _MOST_AT_ONCE:
                client = client.with_options(max_retries=0)  # a repeated request could store its items twice
            for at in range(0, len(items), _MOST_AT_ONCE):
                await client.conversations.items.create(conversation_id=self._id, items=items[at : at + _MOST_AT_ONCE])

    async def _pop(self) -> TResponseInputItem | None:
        items: list[Any] = await self._latest(1)
        if not items:
            return None
        with openai_failures(self.session_id):
            await self._get_client().conversations.items.delete(items[0]["id"], conversation_id=self.session_id)
        return cast("TResponseInputItem", items[0])
