"""``OpenAIResponsesCompactionSession``: has OpenAI shorten a conversation (``/responses/compact``), for its own models.

What it gives back is sealed: only OpenAI's models can read it. :class:`~agents.memory.CompactingSession` serves any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Literal

from ..exceptions import UserError
from ..items import output_to_input
from ..models.openai_provider import OpenAIProvider
from ..native_calls import field_of
from ..usage import Usage
from .compaction import originals, visible
from .openai_conversations_session import OpenAIConversationsSession
from .openai_items import for_openai, openai_failures
from .session import OpenAIResponsesCompactionArgs, Session, SessionABC
from .summarized_session import SummarizedSession

if TYPE_CHECKING:
    from openai import AsyncOpenAI

    from ..items import TResponseInputItem
    from ..run_context import RunContextWrapper

CompactionMode = Literal["previous_response_id", "input", "auto"]

_ENOUGH = 10
_SEALED = "(An account of the conversation so far, which OpenAI's models alone can read.)"


def default_should_trigger_compaction(context: dict[str, Any]) -> bool:
    """Whether ten items or more could be shortened: all but the user's messages."""
    return len(context["compaction_candidate_items"]) >= _ENOUGH


class OpenAIResponsesCompactionSession(SummarizedSession):
    """A session that OpenAI shortens after a run, once it is long.

    The other session keeps every item as it was, and what OpenAI gave in their place among them.

    Args:
        session_id: Which conversation this is.
        underlying_session: The session that stores.
        client: A client; the default one otherwise.
        model: The model that will read what comes of it.
        compaction_mode: Whether OpenAI is told the last response, or the items; ``"auto"`` tells the response where
            there is one that OpenAI has stored.
        should_trigger_compaction: Decides whether it is time, by ``compaction_candidate_items``, ``session_items``,
            ``response_id`` and ``compaction_mode``.
        max_rollback_items: How many items may be shortened at once; ``None`` for any number.

    Raises:
        UserError: The other session is kept by OpenAI itself, the model is not OpenAI's, or the number not positive.
    """

    def __init__(
        self,
        session_id: str,
        underlying_session: Session | SessionABC,
        *,
        client: AsyncOpenAI | None = None,
        model: str = "gpt-4.1",
        compaction_mode: CompactionMode = "auto",
        should_trigger_compaction: Callable[[dict[str, Any]], bool] | None = None,
        max_rollback_items: int | None = None,
    ) -> None:
        if isinstance(underlying_session, OpenAIConversationsSession):
            raise UserError("OpenAI keeps that conversation itself: it needs no OpenAIResponsesCompactionSession.")
        if not _is_openai_model(model):
            raise UserError(f"OpenAI shortens conversations for its own models only, not for {model!r}.")
        if max_rollback_items is not None and max_rollback_items < 1:
            raise UserError(f"max_rollback_items must be positive or None, not {max_rollback_items}.")
        super().__init__(underlying_session, session_id=session_id)
        self.underlying_session = underlying_session
        self.model = model
        self.compaction_mode = compaction_mode
        self.max_rollback_items = max_rollback_items
        self.should_trigger_compaction = should_trigger_compaction or default_should_trigger_compaction
        self._client = client
        self._response_id: str | None = None

    @property
    def client(self) -> AsyncOpenAI:
        """The client that asks OpenAI.

        Raises:
            UserError: None was given, and there is no key for OpenAI.
        """
        return self._client or OpenAIProvider().get_client()

    async def run_compaction(
        self, args: OpenAIResponsesCompactionArgs | None = None, *, wrapper: RunContextWrapper[Any] | None = None
    ) -> None:
        """Have the conversation shortened, if it is time. A run calls this when it has ended.

        Raises:
            SessionError: OpenAI cannot be reached or refuses, or the session that stores fails.
            UserError: The last response is to be told, and is not known; or there are more items than may be shortened.
        """
        given: Any = args or {}
        self._response_id = given.get("response_id") or self._response_id
        mode = given.get("compaction_mode") or self.compaction_mode
        if mode == "auto":
            known = self._response_id is not None and given.get("store") is not False
            mode = "previous_response_id" if known else "input"
        async with self.lock:
            stored = await self.stored(wrapper)
            shown, items = visible(stored)
            context = {
                "response_id": self._response_id,
                "compaction_mode": mode,
                "compaction_candidate_items": list(_candidates([*shown, *items])),
                "session_items": [*shown, *items],
            }
            if not given.get("force") and not self.should_trigger_compaction(context):
                return
            self._check(mode, len(shown) + len(items))
            output = await self._ask(mode, [*shown, *items], wrapper)
            await self.store_summary(_SEALED, originals(stored), wrapper, output)

    def _check(self, mode: str, count: int) -> None:
        if mode == "previous_response_id" and self._response_id is None:
            raise UserError("Compaction by previous_response_id needs a response_id.")
        if self.max_rollback_items is not None and count > self.max_rollback_items:
            raise UserError(f"Session {self.session_id!r} has {count} items, more than max_rollback_items.")

    async def _ask(
        self, mode: str, items: list[TResponseInputItem], wrapper: RunContextWrapper[Any] | None
    ) -> list[TResponseInputItem]:
        told: dict[str, Any] = {"input": for_openai(items)}
        if mode == "previous_response_id":
            told = {"previous_response_id": self._response_id}
        with openai_failures(self.session_id):
            answer = await self.client.responses.compact(model=self.model, **told)
        if wrapper is not None and answer.usage is not None:
            usage = answer.usage
            wrapper.usage.add(
                Usage(
                    requests=1,
                    input_tokens=usage.input_tokens,
                    output_tokens=usage.output_tokens,
                    total_tokens=usage.total_tokens,
                    input_tokens_details=usage.input_tokens_details,
                    output_tokens_details=usage.output_tokens_details,
                )
            )
        return [output_to_input(item) for item in answer.output]


def _candidates(items: Iterable[TResponseInputItem]) -> Iterable[TResponseInputItem]:
    return (item for item in items if field_of(item, "role") != "user" and field_of(item, "type") != "compaction")


def _is_openai_model(name: str) -> bool:
    base = name.strip().rpartition("/")[2].removeprefix("ft:").partition(":")[0]
    return base.startswith("gpt-") or (base.startswith("o") and base[1:2].isdigit())
