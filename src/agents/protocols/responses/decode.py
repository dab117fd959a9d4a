"""Answers of Responses, whole and streamed.

The server speaks the language of this package itself: it says which items there are, gives them their ids and
indices, and numbers its events. So this reader passes them on, typed and marked with their maker, and does not
tell them to the ``Assembler``, which would make items and ids of its own. The items of a stream are those that
its ``response.output_item.done`` events hold (sealed reasoning may be incomplete in the ``added`` event); a
whole answer holds the same items, and goes through the same steps at its end.
"""

from __future__ import annotations

import json
from collections import defaultdict
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from ... import openai_types as oai
from ...error_map import stream_error, unreadable
from ...exceptions import ModelBehaviorError, ProviderProtocolError
from ...items import ModelResponse
from ...native_calls import NATIVE_OUTPUTS, called_name
from ...usage import Usage
from ..base import Maker
from ..hosted import HOSTED
from .objects import Objects, event_types, usage_object
from .wire import in_common_words, read, usage_of

if TYPE_CHECKING:
    from ...items import TResponseStreamEvent

WITHHELD = "The provider's content filter withheld the answer."
_BEGINNINGS = frozenset({"response.created", "response.queued", "response.in_progress"})
_ITEMS = frozenset({"response.output_item.added", "response.output_item.done"})
_ENDS = {"response.completed": "completed", "response.incomplete": "incomplete", "response.failed": "failed"}
_UNFINISHED = frozenset({"queued", "in_progress", "cancelled"})
_DELTAS = frozenset(
    {
        "response.output_text.delta",
        "response.refusal.delta",
        "response.reasoning_summary_text.delta",
        "response.reasoning_text.delta",
    }
)
"""What is kept of an answer that breaks off."""
_CUT = {
    "max_output_tokens": "reached its token limit; raise ModelSettings.max_tokens",
    "content_filter": "was stopped by the provider's content filter",
}


def decode(payload: Any, maker: Maker, *, keep_usage: bool) -> ModelResponse:
    """A whole answer.

    Raises:
        ProviderStatusError: The response failed, or is an error with status 200.
        ProviderProtocolError: It is no response, or one that is not finished.
        ModelBehaviorError: It was cut off in the middle of a tool call.
    """
    reader = ResponsesDecoder(maker, keep_usage=keep_usage)
    reader.whole(payload)
    return reader.response


class ResponsesDecoder:
    """Reads the events of one stream, or one whole answer."""

    def __init__(self, maker: Maker, *, keep_usage: bool) -> None:
        self.maker = maker
        self.keep_usage = keep_usage
        self.response: ModelResponse
        self._objects = Objects(maker)
        self._usage = Usage()
        self._raw_usage: dict[str, Any] | None = None
        self._open: dict[int, Any] = {}  # items by output index
        self._done: dict[int, Any] = {}
        self._said: dict[tuple[str, int, int], list[str]] = defaultdict(list)  # (event type, item, part)
        self._sequence = 0
        self._last: list[TResponseStreamEvent] | None = None  # held back until the stream has ended

    def feed(self, payload: Any) -> list[TResponseStreamEvent]:
        """Read one event.

        Raises:
            ProviderStatusError: The service says within the stream that it failed.
            ProviderProtocolError: The payload is no event of this protocol.
            ModelBehaviorError: The answer was cut off in the middle of a tool call.
        """
        if self._last is not None or payload == b"[DONE]":
            return []  # the answer stands, whatever follows it; some servers end as Chat Completions does
        try:
            return self._event(self._read(payload))
        except (ValueError, RecursionError) as error:
            raise self._unreadable(f"sent what is no event of a response: {error}", payload) from error

    def whole(self, payload: Any) -> None:
        """Read a whole answer; ``response`` stands from here on."""
        try:
            data = read(payload)
            if data.get("error") is None and "output" not in data and "status" not in data:
                raise ValueError("it has neither output nor status")
            self._begin(data)
            self._finish(data, str(data.get("status") or "completed"))
        except (ValueError, RecursionError) as error:
            raise self._unreadable(f"sent what is no response: {error}", payload) from error

    def close(self) -> list[TResponseStreamEvent]:
        """The stream has ended; ``response`` stands from here on.

        Raises:
            ProviderProtocolError: It ended before the answer did.
        """
        if self._last is None:
            raise self._unreadable("ended the stream without a final event", None)
        return self._last

    @property
    def finished(self) -> bool:
        """Whether the service has said all."""
        return self._last is not None

    def break_off(self) -> list[TResponseStreamEvent] | None:
        """Nothing here goes on from an answer that broke off."""
        return None

    def partial(self) -> ModelResponse:
        """What has been received so far: open text and reasoning are kept, half a tool call never is."""
        known = {**{index: self._cut(index, item) for index, item in self._open.items()}, **self._done}
        output = [item for _, item in sorted(known.items()) if item is not None]
        return ModelResponse(output, self._usage, self._objects.response_id, raw_usage=self._raw_usage)

    # Events.

    def _read(self, payload: Any) -> dict[str, Any]:
        data = read(payload)
        number = data.get("sequence_number")
        if not isinstance(number, int):
            number = data["sequence_number"] = self._sequence
        self._sequence = number + 1
        return data

    def _event(self, data: dict[str, Any]) -> list[TResponseStreamEvent]:
        name = data.get("type")
        if not isinstance(name, str) or name == "error":
            return self._untyped(data)
        if name in _DELTAS:
            event = self._objects.event(name, data, self._open)
            self._keep(name, event)
            return [event]
        if name not in event_types():
            return []
        if name in _ENDS:
            self._end(name, data)
            return []
        if name in _BEGINNINGS:
            data["response"] = self._announced(_object(data, "response"))
        elif name in _ITEMS:
            data["item"] = self._item(data, done=name == "response.output_item.done")
        elif name == "response.function_call_arguments.done" and isinstance(data.get("name"), str):
            data["name"] = self.maker.own_name(data["name"])
        elif "part" in data:
            data["part"] = self._objects.part(data["part"])
        return [self._objects.event(name, data, self._open)]

    def _untyped(self, data: dict[str, Any]) -> list[TResponseStreamEvent]:
        """An error, in one of the forms that have been seen, or a whole answer, where the server did not stream."""
        if data.get("type") == "error" or data.get("error") is not None:
            raise self._failed(data.get("error") or {name: data.get(name) for name in ("code", "message", "param")})
        return self._at_once(data) if "output" in data else []

    def _announced(self, response: dict[str, Any]) -> Any:
        self._begin(response)
        return self._objects.response(response, [])

    def _begin(self, response: dict[str, Any]) -> None:
        id = response.get("id")
        if isinstance(id, str) and id:
            self._objects.response_id = id

    def _item(self, data: dict[str, Any], *, done: bool) -> Any:
        index = data.get("output_index")
        if not isinstance(index, int):  # the item that is open, or another one
            index = data["output_index"] = next(iter(self._open), len(self._done)) if done else len(self._done)
        item = self._objects.item(data.get("item"), index, done=done)
        if done:
            self._open.pop(index, None)
            self._done[index] = item
        else:
            self._open[index] = item
        return item

    def _keep(self, name: str, event: Any) -> None:
        part = event.summary_index if name == "response.reasoning_summary_text.delta" else event.content_index
        if isinstance(event.delta, str) and isinstance(event.output_index, int) and isinstance(part, int):
            self._said[name, event.output_index, part].append(event.delta)

    def _cut(self, index: int, item: Any) -> Any:
        """An open item as far as it got; ``None`` for what is nothing in part."""
        said = sorted((part, name, "".join(told)) for (name, at, part), told in self._said.items() if at == index)
        if item.type == "message" and said:
            content = [_content(name, text) for _, name, text in said]
            return item.model_copy(update={"content": content, "status": "incomplete"})
        if item.type == "reasoning" and said:
            open_ones = [text for _, name, text in said if name == "response.reasoning_text.delta"]
            summary = [text for _, name, text in said if name != "response.reasoning_text.delta"]
            told: dict[str, Any] = {"summary": [oai.Summary(text=text, type="summary_text") for text in summary]}
            if open_ones:
                told["content"] = [oai.Content(text=text, type="reasoning_text") for text in open_ones]
            return item.model_copy(update=told)
        return None

    # The end.

    def _at_once(self, raw: dict[str, Any]) -> list[TResponseStreamEvent]:
        """The events of a stream whose server did not stream, but sent the whole answer."""
        first, status = self._sequence - 1, raw.get("status")
        self._begin(raw)
        begun = self._objects.response({**raw, "status": "in_progress"}, [])
        told: list[tuple[str, dict[str, Any]]] = [
            ("response.created", {"response": begun}),
            ("response.in_progress", {"response": begun}),
        ]
        for index, item in enumerate(self._output(raw["output"])):
            told += [
                ("response.output_item.added", {"output_index": index, "item": item}),
                ("response.output_item.done", {"output_index": index, "item": item}),
            ]
            self._done[index] = item
        events = self._numbered(told, first)
        kind = "response.incomplete" if status == "incomplete" else "response.completed"
        self._sequence = first + len(events) + 1
        self._end(kind, {"type": kind, "sequence_number": self._sequence - 1, "response": raw})
        return events

    def _end(self, name: str, data: dict[str, Any]) -> None:
        raw = _object(data, "response")
        known = self._objects.response_id
        self._begin(raw)
        if known != self._objects.response_id and raw.get("output"):
            self._done.clear()  # the response was not announced: these items do not bear its id
        status = str(raw["status"]) if raw.get("status") in ("failed", "incomplete") else _ENDS[name]
        left_open = self._open if status == "completed" and not raw.get("output") else {}
        events = self._ended(left_open, raw)
        events += self._finish(raw, status)
        more: dict[str, Any] = {"provider_data": {"raw_usage": self._raw_usage}} if self._raw_usage else {}
        usage = usage_object(raw["usage"], self._usage) if self._usage.requests else None
        data["response"] = self._objects.response(raw, self.response.output, usage, **more)
        data["sequence_number"] += len(events)
        self._last = [*events, self._objects.event(name, data)]

    def _ended(self, left_open: dict[int, Any], raw: dict[str, Any]) -> list[TResponseStreamEvent]:
        """The events that end items which a gateway has neither ended nor shown whole in the last event."""
        told = []
        for index, item in sorted(left_open.items()):
            if item.type == "function_call":
                raise self._unreadable(f"never finished a call of tool {item.name!r}", raw)
            if (said := self._cut(index, item)) is not None:
                done = said.model_copy(update={"status": "completed"}) if said.type == "message" else said
                self._done[index] = done
                told.append(("response.output_item.done", {"output_index": index, "item": done}))
        events = self._numbered(told, self._sequence - 1)
        self._sequence += len(events)
        return events

    def _finish(self, raw: dict[str, Any], status: str) -> list[TResponseStreamEvent]:
        """Make ``response`` of the final state; returns events that the server did not send."""
        self._count(raw.get("usage"))
        if status == "failed" or raw.get("error"):
            raise self._failed(raw.get("error") or "The response failed.")
        output = self._output(raw.get("output"))
        _link(output)
        if status in _UNFINISHED:
            raise self._unreadable(f"gave a response that is not finished: its status is {status!r}", raw)
        events: list[TResponseStreamEvent] = []
        if status == "incomplete":
            details = raw.get("incomplete_details")
            reason = details.get("reason") if isinstance(details, dict) else None
            if reason in _CUT:
                self._refuse_half_calls(output, reason)
            if reason == "content_filter" and not any(map(_answers, output)):
                events = self._withheld(output)
        self.response = ModelResponse(output, self._usage, self._objects.response_id, raw_usage=self._raw_usage)
        return events

    def _output(self, raw: Any) -> list[Any]:
        """The items: those that were done, where they are those of the final state, or where it shows none."""
        if raw is not None and not isinstance(raw, list):
            raise ValueError("the output of a response is a list")
        done = [item for _, item in sorted(self._done.items())]
        if not raw or (len(raw) == len(done) and all(map(_same, raw, done))):
            return done
        objects = Objects(self.maker)
        objects.response_id = self._objects.response_id
        return [objects.item(each, index) for index, each in enumerate(raw)]

    def _refuse_half_calls(self, output: list[Any], reason: str) -> None:
        left_open = [item for _, item in sorted(self._open.items())]
        for item in (*output, *left_open):
            if _half(item) or (item in left_open and item.type in NATIVE_OUTPUTS):
                raise ModelBehaviorError(
                    f"In the middle of a call of tool {called_name(item)!r} the answer {_CUT[reason]}.",
                    partial_response=self.partial(),
                )

    def _withheld(self, output: list[Any]) -> list[TResponseStreamEvent]:
        """Add a refusal to an answer of which the filter left nothing; returns the events that say so."""
        index = len(output)
        part = {"type": "refusal", "refusal": WITHHELD}
        item = self._objects.item({"type": "message", "content": [part]}, index)
        output.append(item)
        where = {"output_index": index, "item_id": item.id, "content_index": 0}
        empty = item.model_copy(update={"content": [], "status": "in_progress"})
        told: list[tuple[str, dict[str, Any]]] = [
            ("response.output_item.added", {"output_index": index, "item": empty}),
            ("response.content_part.added", {**where, "part": {**part, "refusal": ""}}),
            ("response.refusal.delta", {**where, "delta": WITHHELD}),
            ("response.refusal.done", {**where, "refusal": WITHHELD}),
            ("response.content_part.done", {**where, "part": part}),
            ("response.output_item.done", {"output_index": index, "item": item}),
        ]
        return self._numbered(told, self._sequence - 1)  # the number of the final event, which follows these

    def _numbered(self, told: list[tuple[str, dict[str, Any]]], first: int) -> list[TResponseStreamEvent]:
        return [
            self._objects.event(name, {"type": name, "sequence_number": number, **fields})
            for number, (name, fields) in enumerate(told, first)
        ]

    def _count(self, raw: Any) -> None:
        usage = usage_of(raw)
        if usage is not None:
            self._usage = usage
            self._raw_usage = dict(raw) if self.keep_usage else None

    # Errors.

    def _unreadable(self, what: str, payload: Any) -> ProviderProtocolError:
        return unreadable(self.maker.provider, what, payload, partial=self.partial())

    def _failed(self, failure: Any) -> Exception:
        error = stream_error(self.maker.provider, in_common_words(failure))
        error.partial_response = self.partial()
        return error


def _object(data: dict[str, Any], name: str) -> dict[str, Any]:
    value = data.get(name)
    if not isinstance(value, dict):
        raise ValueError(f"{data.get('type')} without its {name}")
    return value


def _same(raw: Any, item: Any) -> bool:
    """Whether an item of the final state is one that an event has already shown."""
    return isinstance(raw, dict) and raw.get("type") == item.type and raw.get("id") in (item.id, None, "")


def _link(output: list[Any]) -> None:
    """Note on reasoning what it led to, nothing included: the server refuses its replay with anything else."""
    for item, following in zip_longest(output, output[1:]):
        if item.type == "reasoning":
            item.provider_data["followed_by"] = getattr(following, "id", None) or ""
            if following is not None and following.type in HOSTED:  # refused without its reasoning, as messages are
                following.provider_data["after_reasoning"] = True


def _answers(item: Any) -> bool:
    return item.type in ("function_call", *NATIVE_OUTPUTS) or (item.type == "message" and bool(item.content))


def _half(item: Any) -> bool:
    """Whether an item is a call that was cut off."""
    if item.type == "function_call" and not _is_json(item.arguments):
        return True
    return item.type in ("function_call", *NATIVE_OUTPUTS) and getattr(item, "status", None) == "incomplete"


def _content(name: str, text: str) -> Any:
    if name == "response.refusal.delta":
        return oai.ResponseOutputRefusal(refusal=text, type="refusal")
    return oai.ResponseOutputText(text=text, type="output_text", annotations=[])


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
