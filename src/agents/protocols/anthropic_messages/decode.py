"""Answers of Messages, whole and streamed: both tell the assembler the same story.

An answer is a list of blocks. In a stream each of them begins, grows and ends; a whole answer's blocks begin complete
and end at once. What a tool of the service's own did is an item, with its blocks verbatim in ``replay``. Blocks that
have no item are kept as they are beside the items around them, in ``blocks_before`` and ``blocks_after``, so that the
turn can go back in full, in its order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from ... import openai_types as oai
from ...error_map import stream_error, unreadable
from ...exceptions import ContextLengthError, ModelBehaviorError, ProviderProtocolError
from ...items import ModelResponse
from ..assembly import Assembler
from ..base import Maker
from ..hosted import HostedItem
from ..names import FINAL_OUTPUT
from .hosted import fields_of_result, item_of_use, tools_found
from .wire import (
    PAUSES,
    Block,
    Citation,
    Container,
    Delta,
    Event,
    Message,
    json_text,
    read_as,
    read_block,
    read_event,
    read_message,
    refusal_of,
    usage_of,
)

if TYPE_CHECKING:
    from ...items import TResponseStreamEvent

_CUT = {
    "max_tokens": "reached its token limit; raise ModelSettings.max_tokens",
    "refusal": "was stopped by the provider's safety system",
}
"""Stop reasons after which a call at the end of the answer is but half a call."""
CONTEXT_FULL = "model_context_window_exceeded"


def decode(payload: Any, maker: Maker, *, keep_usage: bool) -> ModelResponse:
    """A whole answer.

    Raises:
        ProviderStatusError: It is an error with status 200.
        ProviderProtocolError: It is no message.
        ContextLengthError: It filled what the model can read.
        ModelBehaviorError: It was cut off in the middle of a tool call.
    """
    reader = MessagesDecoder(maker, keep_usage=keep_usage, emit=False)
    reader.feed_whole(payload)
    reader.close()
    return reader.response


@dataclass(slots=True)
class _Open:
    """A block that is being read."""

    kind: str
    """Its type; ``"output"`` for the tool that is the final answer, ``"other"`` for what has no item."""
    block: Block | None = None
    data: dict[str, Any] = field(default_factory=dict)
    """All of it, where it has no item."""
    key: int = -1
    """The assembler's key of a call."""
    start: int = -1
    """Where its text begins within the message; -1 before the first of it."""
    told: bool = False
    fragments: list[str] = field(default_factory=list)
    """What cannot be told before the end: a signature, the input of a tool of the service's own."""
    citations: list[Any] = field(default_factory=list)


class MessagesDecoder:
    """Reads the events of one stream."""

    def __init__(self, maker: Maker, *, keep_usage: bool, emit: bool = True) -> None:
        self.maker = maker
        self.keep_usage = keep_usage
        self.response: ModelResponse
        self._assembler = Assembler(maker, emit=emit)
        self._usage: dict[str, Any] = {}
        self._blocks: dict[int | None, _Open] = {}
        self._last: _Open | None = None
        self._stop: str | None = None
        self._stop_sequence: Any = None
        self._details: Any = None
        self._container = ""  # where code was run
        self._begun = False
        self._ended = False
        self._held: list[dict[str, Any]] = []  # blocks without an item, since the last item
        self._at_work: dict[str, HostedItem] = {}  # the service's own tools, by the id of the use
        self._last_hosted: HostedItem | None = None  # the item of such a tool, while nothing else has followed it
        self._written = 0  # characters of the open message
        self._citations: list[Any] = []  # of the open message, where they have no web address

    def feed(self, payload: Any) -> list[TResponseStreamEvent]:
        """Read one event.

        Raises:
            ProviderStatusError: The service says within the stream that it failed.
            ProviderProtocolError: The event is nothing that a stream of this protocol may hold.
        """
        if self._ended:  # a gateway's "[DONE]", say, cannot spoil an answer that stands
            return []
        try:
            self._handle(read_event(payload), payload)
        except (ValueError, RecursionError) as error:
            raise self._unreadable(f"sent what is no event of a message: {error}", payload) from error
        return self._assembler.drain()

    def feed_whole(self, payload: Any) -> None:
        """Read a whole answer; the errors are those of ``feed``."""
        try:
            message = read_message(payload)
            if message.error is not None:
                raise self._failed(message.error)
            if message.content is None:
                raise self._unreadable("gave no content", payload)
            self._begin(message)
            for index, raw in enumerate(message.content):
                self._open(index, raw)
                self._close(index)
        except (ValueError, RecursionError) as error:
            raise self._unreadable(f"sent what is no message: {error}", payload) from error
        self._stopped(message)
        self._ended = True

    def close(self) -> list[TResponseStreamEvent]:
        """The answer has ended; ``response`` stands from here on.

        Raises:
            ProviderProtocolError: It ended before it was finished.
            ContextLengthError: It filled what the model can read.
            ModelBehaviorError: It was cut off in the middle of a tool call.
        """
        if not self._ended:
            raise self._unreadable("ended the stream before the message stopped", None)
        if self._stop == CONTEXT_FULL:
            raise ContextLengthError(
                "The conversation and the answer filled the model's context window.",
                provider=self.maker.provider,
                code=CONTEXT_FULL,
                partial_response=self.partial(),
            )
        if self._stop in _CUT and self._last is not None and self._last.kind in ("tool_use", "output"):
            name = self.maker.own_name((self._last.block and self._last.block.name) or "")
            raise ModelBehaviorError(
                f"In the middle of a call of tool {name!r} the answer {_CUT[self._stop]}.",
                partial_response=self.partial(),
            )
        self._conclude()
        self.response = self._assembler.finish("max_output_tokens" if self._stop == "max_tokens" else None)
        return self._assembler.drain()

    @property
    def finished(self) -> bool:
        """Whether the service has said all."""
        return self._ended

    def break_off(self) -> list[TResponseStreamEvent] | None:
        """The answer ends here, and another one goes on from it; see ``Decoder.break_off``."""
        return self._assembler.break_off()

    def partial(self) -> ModelResponse:
        """What has been received so far."""
        return self._assembler.partial()

    def _handle(self, event: Event, payload: Any) -> None:
        if event.type == "content_block_delta":
            if event.index not in self._blocks:
                raise self._unreadable(f"went on with block {event.index}, which is not open", event)
            if event.delta is not None:
                self._grow(self._blocks[event.index], event.delta)
        elif event.type == "content_block_start":
            self._open(event.index, event.content_block)
        elif event.type == "content_block_stop":
            self._close(event.index)
        elif event.type == "message_start" and event.message is not None:
            self._begin(event.message)
        elif event.type == "message_delta":
            if event.delta is not None:
                self._stopped(event.delta)
            self._count(event.usage)
        elif event.type == "message_stop":
            if not self._begun and self._stop is None:  # what follows it is no answer that nobody gave
                raise self._unreadable("ended a message that it had not begun", event)
            for index in list(self._blocks):
                self._close(index)
            self._ended = True
        elif event.type == "error" or (event.type is None and event.error is not None):
            raise self._failed(event.error)
        elif event.type == "message":  # the service did not stream
            self.feed_whole(payload)

    def _begin(self, message: Message) -> None:
        self._begun = True
        self._assembler.begin(message.id, message.model)
        self._count(message.usage)

    def _stopped(self, said: Message | Delta) -> None:
        """What the service says of the end, and of the place where it ran code."""
        self._stop = said.stop_reason or self._stop
        self._stop_sequence = said.stop_sequence or self._stop_sequence
        self._details = said.stop_details or self._details
        if (container := read_as(Container, said.container)) is not None:
            self._container = container.id

    def _conclude(self) -> None:
        """What the stop reason says, and what no item has taken along."""
        assembler = self._assembler
        if self._stop == "refusal":
            assembler.refusal(refusal_of(self._details))
            if self._details:
                assembler.message_data({"stop_details": self._details})
        elif self._stop_sequence and assembler.has_text:
            assembler.message_data({"stop_sequence": self._stop_sequence})
        left: dict[str, Any] = {"blocks_after": self._held} if self._held else {}
        if self._stop in PAUSES and self._last_hosted is not None and self._last_hosted.open and not left:
            self._last_hosted.data["stop_reason"] = self._stop
        elif self._stop in PAUSES:
            assembler.message_data({"stop_reason": self._stop, **left})
        elif left and assembler.calls and not assembler.has_text:
            list(assembler.calls.values())[-1].data.update(left)
        elif left:
            assembler.message_data(left)
        if self._container:
            assembler.ran_in(self._container)

    # Blocks.

    def _open(self, index: int | None, raw: msgspec.Raw) -> None:
        for other, before in list(self._blocks.items()):
            if other == index or before.kind != "tool_use":  # only calls may grow side by side
                self._close(other)
        block = read_block(raw)
        if isinstance(block, dict):
            opened = _Open("other", data=block)
        else:
            self._last_hosted = None
        if isinstance(block, dict):
            pass
        elif block.type == "tool_use":
            opened = self._open_call(block)
        else:
            opened = _Open(block.type, block)
            self._grow(opened, Delta(text=block.text, thinking=block.thinking, signature=block.signature))
            opened.citations += block.citations if isinstance(block.citations, list) else ()
        self._blocks[index] = self._last = opened

    def _open_call(self, block: Block) -> _Open:
        if not block.name:
            raise self._unreadable("sent a tool call without a name", block)
        if block.name == FINAL_OUTPUT:
            self._assembler.end_item()
            return _Open("output", block)
        key = len(self._assembler.calls)
        self._assembler.call(key, block.id, block.name)
        self._assembler.calls[key].data.update(self._before())
        return _Open("tool_use", block, key=key)

    def _grow(self, opened: _Open, delta: Delta) -> None:
        """Add to a block what a delta of its kind brings."""
        kind = opened.kind
        if kind == "text":
            if delta.text:
                self._text(opened, delta.text)
            if delta.citation is not None:
                opened.citations.append(delta.citation)
        elif kind == "other":
            self._grow_other(opened, delta)
        elif kind == "thinking":
            if delta.thinking:
                self._assembler.reasoning(delta.thinking, type="thinking", **self._before())
                opened.told = True
            if delta.signature:
                opened.fragments.append(delta.signature)
        elif delta.partial_json:
            opened.told = True
            if kind == "tool_use":
                self._assembler.arguments(opened.key, delta.partial_json)
            elif kind == "output":
                self._assembler.text(delta.partial_json)

    def _grow_other(self, opened: _Open, delta: Delta) -> None:
        """A block without an item: the input of a tool of the service's own, or a summary of the conversation."""
        if delta.partial_json:
            opened.fragments.append(delta.partial_json)
        for name, value in (("content", delta.content), ("encrypted_content", delta.encrypted_content)):
            if isinstance(value, str):
                opened.data[name] = f"{opened.data.get(name) or ''}{value}"

    def _text(self, opened: _Open, text: str) -> None:
        assembler = self._assembler
        if self._held:
            assembler.end_item()
        if not assembler.has_text:
            self._written, self._citations = 0, []
        if self._held:
            assembler.message_data(self._before())
        if opened.start < 0:
            opened.start = self._written
        assembler.text(text)
        self._written += len(text)

    def _close(self, index: int | None) -> None:
        opened = self._blocks.pop(index, None)
        if opened is not None:
            _CLOSE[opened.kind](self, opened)

    def _close_text(self, opened: _Open) -> None:
        for citation in opened.citations if opened.start >= 0 else ():
            if (found := read_as(Citation, citation)) is None:
                self._citations.append(citation)
                self._assembler.message_data({"citations": self._citations})
                continue
            self._assembler.annotate(
                oai.AnnotationURLCitation(
                    type="url_citation",
                    url=found.url,
                    title=found.title or "",
                    start_index=opened.start,
                    end_index=self._written,
                    **({"cited_text": found.cited_text} if found.cited_text else {}),
                )
            )

    def _close_thinking(self, opened: _Open) -> None:
        if opened.fragments:
            self._assembler.seal("".join(opened.fragments), type="thinking", **self._before())
        elif opened.told:
            self._assembler.end_item()  # without a signature it is kept to be shown

    def _close_redacted(self, opened: _Open) -> None:
        if opened.block and opened.block.data:
            self._assembler.seal(opened.block.data, type="redacted_thinking", **self._before())

    def _close_call(self, opened: _Open) -> None:
        """Arguments come in fragments, or all at once where the block began."""
        if not opened.told and opened.block and (text := json_text(opened.block.input)):
            self._assembler.arguments(opened.key, text)

    def _close_output(self, opened: _Open) -> None:
        if not opened.told and opened.block:
            self._assembler.text(json_text(opened.block.input) or "{}")
        self._assembler.end_item()

    def _close_other(self, opened: _Open) -> None:
        block = opened.data
        if opened.fragments:
            try:
                block["input"] = msgspec.json.decode("".join(opened.fragments))
            except (ValueError, RecursionError):
                return  # the answer was cut off within it: half a use is none
        used = self._at_work.pop(str(block.get("tool_use_id")), None)
        if used is not None:
            self._hosted_result(used, block)
        elif block.get("type") == "mcp_tool_listing":
            listed = {"server_label": str(block.get("mcp_server_name") or ""), "tools": block.get("tools") or []}
            self._assembler.hosted_done(self._hosted("mcp_list_tools", listed, block), {})
        elif (use := item_of_use(block)) is not None:
            self._at_work[str(block.get("id"))] = self._hosted(*use, block)
        else:
            self._keep(block)

    def _keep(self, block: dict[str, Any]) -> None:
        """Keep a block where it stands: with the hosted tool that is still at work, or for the next item."""
        last = self._last_hosted
        if last is not None and last.open:
            last.data["replay"].append(block)
        else:
            self._held.append(block)

    def _hosted(self, kind: str, fields: dict[str, Any], block: dict[str, Any]) -> HostedItem:
        item = self._last_hosted = self._assembler.hosted(kind, fields)
        item.data["replay"] = [*self._before().get("blocks_before", ()), block]
        return item

    def _hosted_result(self, item: HostedItem, block: dict[str, Any]) -> None:
        if item.kind == "tool_search_call":
            self._assembler.hosted_done(item, {"status": "completed"})
            found = {**item.fields, "tools": tools_found(block)}
            found.pop("arguments")
            self._assembler.hosted_done(self._hosted("tool_search_output", found, block), {})
            return
        self._keep(block)
        self._assembler.hosted_done(item, fields_of_result(item.kind, item.fields, block))

    def _before(self) -> dict[str, Any]:
        """The blocks that came before an item, for it to take along."""
        held, self._held = self._held, []
        return {"blocks_before": held} if held else {}

    # Usage and errors.

    def _count(self, raw: Any) -> None:
        """Counts are totals so far; what an event leaves out, or gives as zero, stays as it was."""
        if not isinstance(raw, dict):
            return
        self._usage |= {name: value for name, value in raw.items() if value or name not in self._usage}
        usage = usage_of(self._usage)
        if usage is not None:
            self._assembler.usage = usage
            if self.keep_usage:
                self._assembler.raw_usage = self._usage

    def _unreadable(self, what: str, payload: Any) -> ProviderProtocolError:
        return unreadable(self.maker.provider, what, payload, partial=self.partial())

    def _failed(self, failure: Any) -> Exception:
        error = stream_error(self.maker.provider, failure)
        error.partial_response = self.partial()
        return error


_CLOSE: dict[str, Callable[[MessagesDecoder, _Open], None]] = {
    "text": MessagesDecoder._close_text,
    "thinking": MessagesDecoder._close_thinking,
    "redacted_thinking": MessagesDecoder._close_redacted,
    "tool_use": MessagesDecoder._close_call,
    "output": MessagesDecoder._close_output,
    "other": MessagesDecoder._close_other,
}
