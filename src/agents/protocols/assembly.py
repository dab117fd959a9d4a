"""The only maker of output items and stream events.

A codec tells the assembler what it reads, in the order in which it reads it: text, reasoning, tool calls. The
assembler keeps one open item per kind, gives it an id and an output index, and says in the words of the
Responses API what happens. A plain answer goes through the same calls with ``emit=False``, so that what a
stream puts together is what the plain call returns.

Ids are derived from the response id (or the call's seed), so that the same answer always yields the same
items.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .. import openai_types as oai
from ..items import ModelResponse
from ..usage import Usage
from .events import event
from .hosted import FORMS, HostedItem, built
from .open_items import OpenCall, OpenReasoning, OpenText

if TYPE_CHECKING:
    from openai.types.responses import Response, ResponseStreamEvent, ResponseUsage

    from .base import Maker


class Assembler:
    """Builds the items of one response, and with ``emit`` the events of its stream."""

    def __init__(self, maker: Maker, *, emit: bool) -> None:
        self.maker = maker
        self.emit = emit
        self.events: list[ResponseStreamEvent] = []
        self.response_id: str | None = None
        self.model = maker.model
        self.usage: Usage | None = None
        self.raw_usage: dict[str, Any] | None = None
        self.calls: dict[object, OpenCall] = {}
        self._hosted: list[HostedItem] = []
        self._output: list[Any] = []  # finished items by output index; None while one is open
        self._message: OpenText | None = None
        self._reasoning: OpenReasoning | None = None
        self._sequence = 0
        self.begun = False

    def drain(self) -> list[ResponseStreamEvent]:
        """The events since the last call."""
        events, self.events = self.events, []
        return events

    @property
    def answered(self) -> bool:
        """Whether the answer holds text, a refusal or a call: reasoning alone is no answer."""
        said = (item is not None and item.type == "message" for item in self._output)
        return bool(self.calls) or self.has_text or any(said)

    @property
    def has_text(self) -> bool:
        """Whether a message is open."""
        return self._message is not None

    @property
    def reasons(self) -> bool:
        """Whether a reasoning item is open."""
        return self._reasoning is not None

    # What a codec tells.

    def begin(self, response_id: str | None, model: str | None = None) -> None:
        """The answer has an id; the first call also announces the response."""
        if not self.begun:
            self.begun = True
            self.response_id = response_id or None
            self.model = model or self.model
            if self.emit:
                self._say(oai.ResponseCreatedEvent, response=self._response("in_progress", []))
                self._say(oai.ResponseInProgressEvent, response=self._response("in_progress", []))

    def text(self, delta: str, logprobs: list[Any] | None = None) -> None:
        """A fragment of the answer's text."""
        message = self._message
        if message is None or message.kind != "output_text":
            message = self._part("output_text")
        message.fragments.append(delta)
        if logprobs:
            self._likely_text(message, delta, logprobs)
        elif self.emit:
            fields = {
                "content_index": message.part,
                "delta": delta,
                "item_id": message.id,
                "logprobs": [],
                "output_index": message.index,
                "sequence_number": self._sequence,
                "type": "response.output_text.delta",
            }
            self._sequence += 1
            self.events.append(oai.unchecked(oai.ResponseTextDeltaEvent, fields))

    def _likely_text(self, message: OpenText, delta: str, logprobs: list[Any]) -> None:
        message.logprobs.extend(logprobs)
        if self.emit:
            self._say(
                oai.ResponseTextDeltaEvent,
                content_index=message.part,
                delta=delta,
                item_id=message.id,
                logprobs=[entry.model_dump() for entry in logprobs],
                output_index=message.index,
            )

    def refusal(self, delta: str) -> None:
        """A fragment of a refusal."""
        message = self._part("refusal")
        message.fragments.append(delta)
        if self.emit:
            self._say(
                oai.ResponseRefusalDeltaEvent,
                content_index=message.part,
                delta=delta,
                item_id=message.id,
                output_index=message.index,
            )

    def annotate(self, annotation: Any) -> None:
        """A citation within the text."""
        message = self._part("output_text")
        message.annotations.append(annotation)
        if self.emit:
            self._say(
                oai.ResponseOutputTextAnnotationAddedEvent,
                annotation=annotation.model_dump(),
                annotation_index=len(message.annotations) - 1,
                content_index=message.part,
                item_id=message.id,
                output_index=message.index,
            )

    def message_data(self, data: Mapping[str, Any]) -> None:
        """What the provider wants back verbatim with the text, or tells of it."""
        (self._message or self._part("output_text")).data.update(data)

    def reasoning(self, delta: str, **data: Any) -> None:
        """A fragment of visible reasoning."""
        item = self._open_reasoning()
        item.data.update(data)
        if not delta:
            return
        if self.emit:
            if not item.text:
                part = {"text": "", "type": "summary_text"}
                where = {"item_id": item.id, "output_index": item.index, "summary_index": 0}
                self._say(oai.ResponseReasoningSummaryPartAddedEvent, part=part, **where)
            fields = {
                "delta": delta,
                "item_id": item.id,
                "output_index": item.index,
                "sequence_number": self._sequence,
                "summary_index": 0,
                "type": "response.reasoning_summary_text.delta",
            }
            self._sequence += 1
            self.events.append(oai.unchecked(oai.ResponseReasoningSummaryTextDeltaEvent, fields))
        item.text.append(delta)

    def seal(self, opaque: str, **data: Any) -> None:
        """The opaque part of the reasoning (a signature, encrypted text): it ends its item."""
        item = self._open_reasoning()
        item.opaque = opaque
        item.data.update(data)
        self._close_reasoning()

    def end_item(self) -> None:
        """The open text or reasoning is complete: what follows is an item of its own."""
        if self._reasoning is not None:
            self._close_reasoning()
        if self._message is not None:
            self._close_message()

    def call(self, key: object, call_id: str | None, name: str) -> None:
        """A tool call begins, by its name on the wire; ``key`` tells it from the others of this answer."""
        name = self.maker.own_name(name)
        self.end_item()
        index = self._reserve()
        if not call_id or any(call.call_id == call_id for call in self.calls.values()):
            call_id = f"call_{self._tag()}_{index}"  # some services send none, or the same for all
        call = self.calls[key] = OpenCall(f"fc_{self._tag()}_{index}", index, call_id, name)
        if self.emit:
            self._say(
                oai.ResponseOutputItemAddedEvent,
                item=self._call_item(call, "in_progress"),
                output_index=index,
            )

    def arguments(self, key: object, delta: str) -> None:
        """A fragment of a call's arguments: JSON text."""
        call = self.calls[key]
        call.arguments.append(delta)
        if self.emit and delta:
            fields = {
                "delta": delta,
                "item_id": call.id,
                "output_index": call.index,
                "sequence_number": self._sequence,
                "type": "response.function_call_arguments.delta",
            }
            self._sequence += 1
            self.events.append(oai.unchecked(oai.ResponseFunctionCallArgumentsDeltaEvent, fields))

    def hosted(self, kind: str, fields: Mapping[str, Any]) -> HostedItem:
        """A tool of the provider's own begins its work; ``hosted_done`` ends it."""
        self.end_item()
        index = self._reserve()
        item = HostedItem(kind, f"{FORMS[kind].prefix}_{self._tag()}_{index}", index, fields)
        self._hosted.append(item)
        if self.emit:
            where = {"item_id": item.id, "output_index": index}
            self._say(oai.ResponseOutputItemAddedEvent, item=self._hosted_item(item, {}), output_index=index)
            for event in item.form.opening:
                self._say(getattr(oai, event), **where)
            if item.form.spoken is not None:
                name, piece, end = item.form.spoken
                self._say(getattr(oai, piece), delta=item.fields[name], **where)
                self._say(getattr(oai, end), **{name: item.fields[name]}, **where)
        return item

    def hosted_done(self, item: HostedItem, fields: Mapping[str, Any]) -> None:
        """A tool of the provider's own has done its work."""
        item.fields.update(fields)
        item.open = False
        if self.emit:
            for event in item.form.closing:
                self._say(getattr(oai, event), item_id=item.id, output_index=item.index)
        self._done(item.index, self._hosted_item(item, item.data))

    def image(self, result: str | None, **data: Any) -> None:
        """An image that the model has made: base64, or nothing where ``data`` says where it is."""
        item = self.hosted("image_generation_call", {})
        item.data.update(data)
        self.hosted_done(item, {"status": "completed", "result": result})

    def ran_in(self, container: str) -> None:
        """The service has told where it ran code: at the end, when the items are made already."""
        for item in self._hosted:
            if item.kind == "code_interpreter_call":
                item.fields["container_id"] = container
                if (made := self._output[item.index]) is not None:
                    made.container_id = container

    def _hosted_item(self, item: HostedItem, data: Mapping[str, Any]) -> Any:
        # The status of a list of tools is not known to the type, and nobody misses it.
        status = {} if item.kind == "mcp_list_tools" else {"status": item.fields.get("status", "in_progress")}
        return built(item.form, {**item.fields, **status, "id": item.id, "type": item.kind, **self._made_by(data)})

    def finish(self, incomplete: str | None = None) -> ModelResponse:
        """The answer is complete, or was cut for the reason that ``incomplete`` gives."""
        self.begin(None)
        self.end_item()
        for item in self._hosted:
            if item.open:  # the service has paused before it was done
                self._done(item.index, self._hosted_item(item, item.data))
        for call in self.calls.values():
            self._close_call(call)
        last = self._output[-1] if self._output else None
        if incomplete and last is not None and last.type == "message":
            last.status = "incomplete"  # as Responses has it; some services tell why they stopped after the text
        if self.emit:
            response = self._response("incomplete" if incomplete else "completed", self._output, incomplete)
            self._say(oai.ResponseCompletedEvent, response=response)
        return self.result()

    def result(self) -> ModelResponse:
        """What is finished so far."""
        return ModelResponse(
            output=[item for item in self._output if item is not None],
            usage=self.usage or Usage(),
            response_id=self.response_id,
            raw_usage=self.raw_usage,
        )

    def break_off(self) -> list[ResponseStreamEvent] | None:
        """End what is open and return the last events; ``None`` where a call is open, which nothing can end."""
        if self.calls:
            return None
        self.end_item()
        return self.drain()

    def partial(self) -> ModelResponse:
        """What has been received so far: open text and reasoning are kept, half a tool call never is."""
        self.end_item()
        return self.result()

    # How it is kept.

    def _tag(self) -> str:
        return self.response_id or self.maker.seed

    def _reserve(self) -> int:
        self.begin(None)
        self._output.append(None)
        return len(self._output) - 1

    def _part(self, kind: str) -> OpenText:
        """The open message, whose open part is of this kind."""
        message = self._message or self._open_message()
        if message.kind != kind:
            message.kind, message.fragments = kind, []
            message.parts.append((kind, message.fragments))
            message.part += 1
            if self.emit:
                self._say(
                    oai.ResponseContentPartAddedEvent,
                    content_index=message.part,
                    item_id=message.id,
                    output_index=message.index,
                    part=self._content(message, message.part, final=False),
                )
        return message

    def _open_message(self) -> OpenText:
        if self._reasoning is not None:
            self._close_reasoning()
        index = self._reserve()
        message = self._message = OpenText(f"msg_{self._tag()}_{index}", index)
        if self.emit:
            item = oai.ResponseOutputMessage(
                id=message.id, content=[], role="assistant", status="in_progress", type="message"
            )
            self._say(oai.ResponseOutputItemAddedEvent, item=item, output_index=index)
        return message

    def _content(self, message: OpenText, part: int, *, final: bool) -> Any:
        kind, fragments = message.parts[part]
        if kind == "refusal":
            return oai.ResponseOutputRefusal(refusal="".join(fragments), type="refusal")
        whole = final and part == next(i for i, entry in enumerate(message.parts) if entry[0] == kind)
        return oai.ResponseOutputText(
            text="".join(fragments),
            type="output_text",
            annotations=message.annotations if whole else [],
            logprobs=message.logprobs if whole else [],
        )

    def _open_reasoning(self) -> OpenReasoning:
        if self._message is not None:
            self._close_message()
        if self._reasoning is None:
            index = self._reserve()
            self._reasoning = OpenReasoning(f"rs_{self._tag()}_{index}", index)
            if self.emit:
                item = oai.ResponseReasoningItem(id=self._reasoning.id, summary=[], type="reasoning")
                self._say(oai.ResponseOutputItemAddedEvent, item=item, output_index=index)
        return self._reasoning

    def _close_message(self) -> None:
        message, self._message = self._message, None
        assert message is not None
        content = [self._content(message, part, final=True) for part in range(len(message.parts))]
        if self.emit:
            for part, done in enumerate(content):
                self._say_part_done(message, part, done)
        item = oai.ResponseOutputMessage(
            id=message.id,
            content=content,
            role="assistant",
            status="completed",
            type="message",
            **self._made_by(message.data),
        )
        self._done(message.index, item)

    def _say_part_done(self, message: OpenText, part: int, done: Any) -> None:
        where = {"content_index": part, "item_id": message.id, "output_index": message.index}
        if done.type == "output_text":
            logprobs = [entry.model_dump() for entry in done.logprobs]
            self._say(oai.ResponseTextDoneEvent, text=done.text, logprobs=logprobs, **where)
        else:
            self._say(oai.ResponseRefusalDoneEvent, refusal=done.refusal, **where)
        self._say(oai.ResponseContentPartDoneEvent, part=done, **where)

    def _close_reasoning(self) -> None:
        item, self._reasoning = self._reasoning, None
        assert item is not None
        text = "".join(item.text)
        if self.emit and text:
            where = {"item_id": item.id, "output_index": item.index, "summary_index": 0}
            self._say(oai.ResponseReasoningSummaryTextDoneEvent, text=text, **where)
            part = {"text": text, "type": "summary_text"}
            self._say(oai.ResponseReasoningSummaryPartDoneEvent, part=part, **where)
        made = self._made_by(item.data)
        if item.opaque is not None:  # an absent field stays absent in the replayed item
            made["encrypted_content"] = item.opaque
        summary = [oai.Summary(text=text, type="summary_text")] if text else []
        done = oai.ResponseReasoningItem(id=item.id, summary=summary, type="reasoning", **made)
        self._done(item.index, done)

    def _close_call(self, call: OpenCall) -> None:
        item = self._call_item(call, "completed")
        if self.emit:
            self._say(
                oai.ResponseFunctionCallArgumentsDoneEvent,
                arguments=item.arguments,
                item_id=call.id,
                name=call.name,
                output_index=call.index,
            )
        self._done(call.index, item)

    def _call_item(self, call: OpenCall, status: str) -> Any:
        arguments = "".join(call.arguments)
        return oai.ResponseFunctionToolCall(
            id=call.id,
            call_id=call.call_id,
            name=call.name,
            arguments=(arguments or "{}") if status == "completed" else arguments,
            type="function_call",
            status=status,  # type: ignore[arg-type]
            **self._made_by(call.data),
        )

    def _made_by(self, data: Mapping[str, Any]) -> dict[str, Any]:
        maker = {"provider": self.maker.provider, "model": self.maker.model}
        if self.response_id:
            maker["response_id"] = self.response_id
        return {"provider_data": {**maker, **data}}

    def _done(self, index: int, item: Any) -> None:
        self._output[index] = item
        if self.emit:
            self._say(oai.ResponseOutputItemDoneEvent, item=item, output_index=index)

    def _say(self, kind: Any, **fields: Any) -> None:
        self.events.append(event(kind, self._sequence, fields))
        self._sequence += 1

    def _response(self, status: str, output: list[Any], incomplete: str | None = None) -> Response:
        # A field of ours beside those of the type, as on items: openai's models keep what they do not know.
        extra: dict[str, Any] = {"provider_data": {"raw_usage": self.raw_usage}} if self.raw_usage else {}
        return oai.Response(
            id=self.response_id or f"resp_{self.maker.seed}",
            created_at=self.maker.created_at,
            model=self.model,
            object="response",
            output=output,
            tool_choice="auto",
            tools=[],
            parallel_tool_calls=True,
            status=status,  # type: ignore[arg-type]
            incomplete_details={"reason": incomplete} if incomplete else None,  # type: ignore[arg-type]
            usage=self._response_usage() if status != "in_progress" else None,
            **extra,
        )

    def _response_usage(self) -> ResponseUsage:
        usage = self.usage or Usage()
        return oai.ResponseUsage(
            input_tokens=usage.input_tokens,
            input_tokens_details=usage.input_tokens_details,
            output_tokens=usage.output_tokens,
            output_tokens_details=usage.output_tokens_details,
            total_tokens=usage.total_tokens,
        )
