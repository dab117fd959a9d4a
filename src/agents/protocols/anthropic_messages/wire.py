"""The shapes of Messages answers, whole and streamed, read tolerantly from bytes of JSON.

Unknown fields are ignored, and so are unknown events and blocks, whatever they hold: ``read_event`` and ``read_block``
look at the type first where something does not fit.
"""

from __future__ import annotations

from typing import Any, TypeVar, Union

import msgspec

from ...usage import Usage, input_details, output_details

T = TypeVar("T")

EVENTS = frozenset(
    {
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
        "error",
    }
)
BLOCKS = frozenset({"text", "thinking", "redacted_thinking", "tool_use"})
"""The blocks that become items; all others are kept as they are."""
PAUSES = frozenset({"pause_turn", "compaction"})
"""Stop reasons of a turn that the service goes on with when it is sent back: it was long, or has been summed up."""


class Delta(msgspec.Struct):
    """What an event adds: to a block, or to the message as a whole."""

    text: Union[str, None] = None
    thinking: Union[str, None] = None
    signature: Union[str, None] = None
    partial_json: Union[str, None] = None
    content: Any = None  # of a summary of the conversation, as its encrypted content is
    encrypted_content: Any = None
    citation: Any = None
    stop_reason: Union[str, None] = None
    stop_sequence: Any = None
    stop_details: Any = None
    container: Any = None


class Block(msgspec.Struct):
    """A content block, whole or as it opens in a stream."""

    type: str
    text: Union[str, None] = None
    citations: Any = None
    thinking: Union[str, None] = None
    signature: Union[str, None] = None
    data: Union[str, None] = None
    id: Union[str, None] = None
    name: Union[str, None] = None
    input: msgspec.Raw = msgspec.Raw()


class Message(msgspec.Struct):
    """A whole answer, or the head of a streamed one."""

    id: Union[str, None] = None
    model: Union[str, None] = None
    content: Union[list[msgspec.Raw], None] = None
    stop_reason: Union[str, None] = None
    stop_sequence: Any = None
    stop_details: Any = None
    container: Any = None
    usage: Any = None
    error: Any = None


class Event(msgspec.Struct):
    """One event of a stream."""

    type: Union[str, None] = None
    index: Union[int, None] = None
    message: Union[Message, None] = None
    content_block: msgspec.Raw = msgspec.Raw()
    delta: Union[Delta, None] = None
    usage: Any = None
    error: Any = None


class Citation(msgspec.Struct):
    """Where a claim comes from; of the many forms, those with a web address are read."""

    url: str
    title: Union[str, None] = None
    cited_text: Union[str, None] = None


class StopDetails(msgspec.Struct):
    """Why the answer was refused."""

    category: Union[str, None] = None
    explanation: Union[str, None] = None


class OutputDetails(msgspec.Struct):
    """The parts of the tokens written."""

    thinking_tokens: Union[int, None] = None


class TokenUsage(msgspec.Struct):
    """Tokens: what was read from or written to the cache is not part of ``input_tokens``."""

    input_tokens: Union[int, None] = None
    output_tokens: Union[int, None] = None
    cache_read_input_tokens: Union[int, None] = None
    cache_creation_input_tokens: Union[int, None] = None
    output_tokens_details: Any = None
    iterations: Any = None


class Iteration(TokenUsage):
    """One of the calls that the service made for an answer."""

    type: Union[str, None] = None


class Container(msgspec.Struct):
    """Where code was run."""

    id: str


class _Typed(msgspec.Struct):
    type: Any = None


_EVENT = msgspec.json.Decoder(Event)
_MESSAGE = msgspec.json.Decoder(Message)
_BLOCK = msgspec.json.Decoder(Block)
_TYPED = msgspec.json.Decoder(_Typed)


def read_event(payload: bytes) -> Event:
    """One event of a stream.

    Raises:
        ValueError: It is no JSON, or a known event of another shape.
        RecursionError: It is nested too deep.
    """
    try:
        return _EVENT.decode(payload)
    except msgspec.ValidationError:
        kind = _TYPED.decode(payload).type
        if isinstance(kind, str) and kind not in EVENTS:
            return Event(kind)
        raise


def read_message(payload: bytes) -> Message:
    """A whole answer.

    Raises:
        ValueError: It is no JSON, or JSON but no message.
        RecursionError: It is nested too deep.
    """
    return _MESSAGE.decode(payload)


def read_block(raw: msgspec.Raw) -> Block | dict[str, Any]:
    """A content block; one of a type that becomes no item as the data that it is.

    Raises:
        ValueError: It is no block.
        RecursionError: It is nested too deep.
    """
    kind = _TYPED.decode(raw).type
    if isinstance(kind, str) and kind in BLOCKS:
        return _BLOCK.decode(raw)
    return msgspec.json.decode(raw, type=dict[str, Any])


def read_as(kind: type[T], value: Any) -> T | None:
    """A field as ``kind``; ``None`` where it is absent, or something else altogether."""
    if value is None:
        return None
    try:
        return msgspec.convert(value, kind, strict=False)
    except (ValueError, RecursionError):
        return None


def refusal_of(raw: Any) -> str:
    """Why an answer was refused, in words."""
    details = read_as(StopDetails, raw)
    if details is not None and details.explanation:
        return details.explanation
    category = f" ({details.category})" if details is not None and details.category else ""
    return f"The provider's safety system stopped the answer{category}."


def json_text(raw: msgspec.Raw) -> str:
    """A call's input as JSON text; empty where there is none. Broken input comes as a string of what was written."""
    text = bytes(raw).decode("utf-8", "replace").strip()
    if text.startswith('"'):
        return msgspec.json.decode(text, type=str)
    return "" if text in ("{}", "null") else text


def usage_of(raw: Any) -> Usage | None:
    """Usage in neutral terms: input includes what the cache had and what it took.

    What a summary of the conversation cost stands among the iterations alone (``BetaUsage`` of Anthropic's client).
    """
    found = read_as(TokenUsage, raw)
    if found is None or (found.input_tokens is None and found.output_tokens is None):
        return None
    summaries = [each for each in read_as(list[Iteration], found.iterations) or () if each.type == "compaction"]
    parts = (found, *summaries)
    cached = sum(part.cache_read_input_tokens or 0 for part in parts)
    written = sum(part.cache_creation_input_tokens or 0 for part in parts)
    details = read_as(OutputDetails, found.output_tokens_details)
    read = sum(part.input_tokens or 0 for part in parts) + cached + written
    output = sum(part.output_tokens or 0 for part in parts)
    return Usage(
        requests=1,
        input_tokens=read,
        output_tokens=output,
        total_tokens=read + output,
        input_tokens_details=input_details(cached, written),
        output_tokens_details=output_details(details.thinking_tokens if details else 0),
    )
