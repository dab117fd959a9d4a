"""The events of several calls as those of one answer: numbered through, announced once, ended once.

``wire_model`` is above; ``exchange`` says which calls there are. Text that is yet to be checked is held back, so that
nobody is shown an answer that is thrown away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from .. import openai_types as oai
from ..usage import serialize_usage
from .exchange import reasoning_before_text, waits

if TYPE_CHECKING:
    from ..items import ModelResponse, TResponseStreamEvent

_BEGIN = frozenset({"response.created", "response.queued", "response.in_progress"})
_END = frozenset({"response.completed", "response.incomplete", "response.failed"})


class Splice:
    """Joins the events of calls that follow one another."""

    def __init__(self, *, holds_text: bool) -> None:
        self._plain = not holds_text  # one call whose events are handed on as they are
        self._holds_text = holds_text
        self._held: list[Any] | None = None  # since the first message of the current call
        self._told = 0
        self._base = 0  # the output index at which the current call's items begin
        self._begun = False

    def take(self, events: list[Any]) -> list[TResponseStreamEvent]:
        """Events of the current call; returned are those to hand on now."""
        if self._plain:
            self._told += len(events)
            return events
        passed: list[TResponseStreamEvent] = []
        for event in events:
            if self._holds_text and event.type == "response.output_item.added":
                if event.item.type == "message" and self._held is None:
                    self._held = []
                elif waits(event.item):  # then what was said is no final answer
                    passed += self._released()
                    self._holds_text = False
            if self._held is not None:
                self._held.append(event)
            else:
                passed += self._passed(event)
        return passed

    def go_on(self, kept: int) -> None:
        """Another call follows, behind this many items; what is held back is thrown away."""
        self._plain, self._base, self._held = False, kept, None
        self._begun = self._begun or self._told > 0

    def end(self, last: Sequence[Any], own: ModelResponse, answer: ModelResponse) -> list[TResponseStreamEvent]:
        """The last events: ``own`` is the current call's response, ``answer`` the whole answer."""
        if self._plain:
            return list(last)
        passed = self.take(without_end(last))
        ours = answer.output[self._base :]
        if ours == own.output:
            passed += self._released()
        else:  # the text was cleaned
            start = len(reasoning_before_text(own))
            for index, item in enumerate(ours[start:], self._base + start):
                passed += map(self._numbered, _events_of(item, index))
        terminal = next(event for event in last if event.type in _END)
        terminal.response = _of_answer(terminal.response, answer)
        return [*passed, self._numbered(terminal)]

    def _released(self) -> list[TResponseStreamEvent]:
        held, self._held = self._held or [], None
        return [passed for event in held for passed in self._passed(event)]

    def _passed(self, event: Any) -> list[TResponseStreamEvent]:
        if event.type in _BEGIN:
            if self._begun:
                return []
            self._begun = event.type == "response.in_progress"
        elif hasattr(event, "output_index"):
            event.output_index += self._base
        return [self._numbered(event)]

    def _numbered(self, event: Any) -> TResponseStreamEvent:
        event.sequence_number = self._told
        self._told += 1
        return event  # type: ignore[no-any-return]


def without_end(events: Sequence[Any]) -> list[Any]:
    """The events without the one that ends an answer: it goes on."""
    return [event for event in events if event.type not in _END]


def _of_answer(response: Any, answer: ModelResponse) -> Any:
    """The last event's response, as one of the whole answer; its usage counts each call."""
    usage = answer.usage
    changed: dict[str, Any] = {"output": answer.output}
    if usage.requests > 1:
        extra = getattr(response, "provider_data", None) or {}
        changed["provider_data"] = {**extra, "usage": serialize_usage(usage)}
    if response.usage is not None or usage.total_tokens:
        changed["usage"] = oai.ResponseUsage(
            input_tokens=usage.input_tokens,
            input_tokens_details=usage.input_tokens_details,
            output_tokens=usage.output_tokens,
            output_tokens_details=usage.output_tokens_details,
            total_tokens=usage.total_tokens,
        )
    return response.model_copy(update=changed)


def _events_of(item: Any, index: int) -> Iterator[Any]:
    """The events of an item that is there at once."""

    def event(kind: Any, name: str, **fields: Any) -> Any:
        return kind(type=name, sequence_number=0, output_index=index, **fields)

    empty = item.model_copy(update={"content": [], "status": "in_progress"}) if item.type == "message" else item
    yield event(oai.ResponseOutputItemAddedEvent, "response.output_item.added", item=empty)
    for at, part in enumerate(item.content if item.type == "message" else ()):
        where = {"item_id": item.id, "content_index": at}
        blank = part.model_copy(update={"text" if part.type == "output_text" else "refusal": ""})
        yield event(oai.ResponseContentPartAddedEvent, "response.content_part.added", part=blank, **where)
        if part.type == "output_text":
            where["logprobs"] = []
            yield event(oai.ResponseTextDeltaEvent, "response.output_text.delta", delta=part.text, **where)
            yield event(oai.ResponseTextDoneEvent, "response.output_text.done", text=part.text, **where)
            del where["logprobs"]
        yield event(oai.ResponseContentPartDoneEvent, "response.content_part.done", part=part, **where)
    yield event(oai.ResponseOutputItemDoneEvent, "response.output_item.done", item=item)
