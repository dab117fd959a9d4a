"""A finished answer as a stream of events.

For models that know their answers only whole: one of your own without streaming, or one that plays a script
(:mod:`agents.testing` stands above). Below are the items. The events are those that a codec's assembler would
have told of the same answer, with each text, reasoning or arguments in one delta; the items stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeAlias

from .. import openai_types as oai

if TYPE_CHECKING:
    from openai.types.responses import Response

    from ..items import ModelResponse, TResponseStreamEvent

_Told: TypeAlias = Iterator[tuple[Any, dict[str, Any]]]
"""Classes of events and their fields, without type and number."""


def events_of(response: ModelResponse, model: str) -> Iterator[TResponseStreamEvent]:
    """The events of a stream that ends in ``response``.

    Args:
        response: The finished answer. The last event holds its very items, usage and ids.
        model: The name of the model that answered.

    Example:
        ```python
        class Mine(Model):
            async def stream_response(self, *arguments, **state):
                for event in events_of(await self.get_response(*arguments, **state), "mine"):
                    yield event
        ```
    """
    for number, (event, fields) in enumerate(_told(response, model)):
        kind = event.model_fields["type"].annotation.__args__[0]
        yield event(type=kind, sequence_number=number, **fields)


def _told(response: ModelResponse, model: str) -> _Told:
    yield oai.ResponseCreatedEvent, {"response": _response(response, model, finished=False)}
    yield oai.ResponseInProgressEvent, {"response": _response(response, model, finished=False)}
    for index, item in enumerate(response.output):
        yield oai.ResponseOutputItemAddedEvent, {"item": _begun(item), "output_index": index}
        kind = getattr(item, "type", None)
        if kind in _PARTS:
            yield from _PARTS[kind](item, index)
        yield oai.ResponseOutputItemDoneEvent, {"item": item, "output_index": index}
    yield oai.ResponseCompletedEvent, {"response": _response(response, model, finished=True)}


def _begun(item: Any) -> Any:
    """An item as it looks before anything of it has arrived."""
    if item.type == "message":
        return oai.ResponseOutputMessage(id=item.id, content=[], role="assistant", status="in_progress", type="message")
    if item.type == "reasoning":
        return oai.ResponseReasoningItem(id=item.id, summary=[], type="reasoning")
    if item.type == "function_call":
        return item.model_copy(update={"arguments": "", "status": "in_progress"})
    return item  # a call that ran at the provider: there is nothing of it to tell piece by piece


def _message(item: Any, index: int) -> _Told:
    for number, part in enumerate(item.content):
        where = {"content_index": number, "item_id": item.id, "output_index": index}
        if part.type == "output_text":
            logprobs = [entry.model_dump() for entry in part.logprobs or []]
            yield oai.ResponseContentPartAddedEvent, {"part": _empty_text(), **where}
            yield oai.ResponseTextDeltaEvent, {"delta": part.text, "logprobs": logprobs, **where}
            for at, annotation in enumerate(part.annotations):
                said = {"annotation": annotation.model_dump(), "annotation_index": at}
                yield oai.ResponseOutputTextAnnotationAddedEvent, {**said, **where}
            yield oai.ResponseTextDoneEvent, {"text": part.text, "logprobs": logprobs, **where}
        else:
            empty = oai.ResponseOutputRefusal(refusal="", type="refusal")
            yield oai.ResponseContentPartAddedEvent, {"part": empty, **where}
            yield oai.ResponseRefusalDeltaEvent, {"delta": part.refusal, **where}
            yield oai.ResponseRefusalDoneEvent, {"refusal": part.refusal, **where}
        yield oai.ResponseContentPartDoneEvent, {"part": part, **where}


def _empty_text() -> Any:
    return oai.ResponseOutputText(text="", type="output_text", annotations=[], logprobs=[])


def _reasoning(item: Any, index: int) -> _Told:
    for number, part in enumerate(item.summary):
        where = {"item_id": item.id, "output_index": index, "summary_index": number}
        empty = {"text": "", "type": "summary_text"}
        yield oai.ResponseReasoningSummaryPartAddedEvent, {"part": empty, **where}
        yield oai.ResponseReasoningSummaryTextDeltaEvent, {"delta": part.text, **where}
        yield oai.ResponseReasoningSummaryTextDoneEvent, {"text": part.text, **where}
        whole = {"text": part.text, "type": "summary_text"}
        yield oai.ResponseReasoningSummaryPartDoneEvent, {"part": whole, **where}


def _call(item: Any, index: int) -> _Told:
    where = {"item_id": item.id or item.call_id, "output_index": index}
    if item.arguments:
        yield oai.ResponseFunctionCallArgumentsDeltaEvent, {"delta": item.arguments, **where}
    done = {"arguments": item.arguments, "name": item.name, **where}
    yield oai.ResponseFunctionCallArgumentsDoneEvent, done


_PARTS = {"message": _message, "reasoning": _reasoning, "function_call": _call}
"""How the content of each kind of item is told."""


def _response(response: ModelResponse, model: str, *, finished: bool) -> Response:
    usage = response.usage
    # A field of ours beside those of the type, as on items: openai's models keep what they do not know.
    kept = response.raw_usage if finished else None
    extra: dict[str, Any] = {"provider_data": {"raw_usage": kept}} if kept else {}
    made = oai.Response(
        id=response.response_id or "",
        created_at=0,
        model=model,
        object="response",
        output=list(response.output) if finished else [],
        tool_choice="auto",
        tools=[],
        parallel_tool_calls=True,
        status="completed" if finished else "in_progress",
        usage=oai.ResponseUsage(
            input_tokens=usage.input_tokens,
            input_tokens_details=usage.input_tokens_details,
            output_tokens=usage.output_tokens,
            output_tokens_details=usage.output_tokens_details,
            total_tokens=usage.total_tokens,
        )
        if finished
        else None,
        **extra,
    )
    made._request_id = response.request_id  # where openai's client keeps it too
    return made
