"""What a session is: a list of items that outlives the run.

Write one of your own against :class:`Session`; the run asks no more of it than this.
"""

from __future__ import annotations

import abc
from typing import TYPE_CHECKING, Literal, Protocol, runtime_checkable

from typing_extensions import TypedDict, TypeIs

from .session_settings import SessionSettings

if TYPE_CHECKING:
    from ..items import TResponseInputItem


@runtime_checkable
class Session(Protocol):
    """Keeps the items of one conversation, in order.

    Two runs may write one session at once: ``add_items`` stores all of its items or none, and keeps them together.
    A method that also takes ``wrapper=`` is given the run's context.
    """

    session_id: str
    """Which conversation this is."""
    session_settings: SessionSettings | None = None
    """How it is read."""

    async def get_items(self, limit: int | None = None) -> list[TResponseInputItem]:
        """The latest ``limit`` items, oldest first; without a limit as many as the settings say, or all."""
        ...

    async def add_items(self, items: list[TResponseInputItem]) -> None:
        """Store items after those that are there."""
        ...

    async def pop_item(self) -> TResponseInputItem | None:
        """Remove the last item and return it; ``None`` where there is none."""
        ...

    async def clear_session(self) -> None:
        """Remove all items."""
        ...


class SessionABC(abc.ABC):
    """The base of the sessions of this package. For your own, :class:`Session` is enough."""

    session_id: str
    """Which conversation this is."""
    session_settings: SessionSettings | None = None
    """How it is read."""

    @abc.abstractmethod
    async def get_items(self, limit: int | None = None) -> list[TResponseInputItem]:
        """The latest ``limit`` items, oldest first; without a limit as many as the settings say, or all."""

    @abc.abstractmethod
    async def add_items(self, items: list[TResponseInputItem]) -> None:
        """Store items after those that are there: all of them, or none."""

    @abc.abstractmethod
    async def pop_item(self) -> TResponseInputItem | None:
        """Remove the last item and return it; ``None`` where there is none."""

    @abc.abstractmethod
    async def clear_session(self) -> None:
        """Remove all items."""


class OpenAIResponsesCompactionArgs(TypedDict, total=False):
    """What a session is told when it may shorten itself."""

    response_id: str
    """The last response, from which the service can go on."""
    compaction_mode: Literal["previous_response_id", "input", "auto"]
    """Whether the service is told the response or the items; ``"auto"`` decides by what there is."""
    store: bool
    """Whether the service has stored the last response."""
    force: bool
    """Whether to compact in any case."""


@runtime_checkable
class OpenAIResponsesCompactionAwareSession(Session, Protocol):
    """A session that shortens itself after a run."""

    async def run_compaction(self, args: OpenAIResponsesCompactionArgs | None = None) -> None:
        """Shorten what is stored, if it is time."""
        ...


def is_openai_responses_compaction_aware_session(
    session: Session | None,
) -> TypeIs[OpenAIResponsesCompactionAwareSession]:
    """Whether a session shortens itself after a run."""
    return callable(getattr(session, "run_compaction", None))
