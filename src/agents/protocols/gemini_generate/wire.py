"""The shapes of generateContent answers: whole ones, and the frames of a stream, which are of the same shape.

Read with msgspec from JSON bytes. Unknown fields are ignored. What is no more than a side dish is ``Any``: what is
something else altogether should not spoil the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, Union

import msgspec

T = TypeVar("T")


class FunctionCall(msgspec.Struct, rename="camel"):
    """A function call, whole; in pieces only where the request asks for that."""

    name: Union[str, None] = None
    id: Union[str, None] = None
    args: Any = None
    partial_args: Any = None
    will_continue: Any = None


class Part(msgspec.Struct, rename="camel"):
    """A part of the answer; kinds that are not named here are not read."""

    text: Union[str, None] = None
    thought: Any = None
    thought_signature: Union[str, None] = None
    function_call: Union[FunctionCall, None] = None
    inline_data: Any = None
    audio_transcription: Any = None
    executable_code: Any = None
    code_execution_result: Any = None
    tool_call: Any = None
    tool_response: Any = None


class Blob(msgspec.Struct, rename="camel"):
    """Data within the answer, in base64."""

    data: str
    mime_type: str


class Transcription(msgspec.Struct):
    """What was said in a recording."""

    text: Union[str, None] = None


class Content(msgspec.Struct):
    """A turn."""

    parts: Union[list[Part], None] = None


class Candidate(msgspec.Struct, rename="camel"):
    """One answer; only the first is read."""

    content: Union[Content, None] = None
    finish_reason: Union[str, None] = None
    finish_message: Any = None
    index: Any = 0
    logprobs_result: Any = None
    grounding_metadata: Any = None
    citation_metadata: Any = None
    url_context_metadata: Any = None


class PromptFeedback(msgspec.Struct, rename="camel"):
    """Why the prompt was not read at all."""

    block_reason: Union[str, None] = None
    block_reason_message: Any = None


class Answer(msgspec.Struct, rename="camel"):
    """A whole answer, or a frame of a streamed one; an error may stand in its place, wrapped or not."""

    candidates: Union[list[Candidate], None] = None
    prompt_feedback: Union[PromptFeedback, None] = None
    usage_metadata: Any = None
    model_version: Union[str, None] = None
    response_id: Union[str, None] = None
    error: Any = None
    code: Any = None
    status: Any = None
    message: Any = None


class Token(msgspec.Struct, rename="camel"):
    """A token, and how likely it was."""

    token: str = ""
    log_probability: float = 0.0


class TopTokens(msgspec.Struct):
    """What else might have stood in one place."""

    candidates: Union[list[Token], None] = None


class Logprobs(msgspec.Struct, rename="camel"):
    """The log probabilities of the text in one frame."""

    chosen_candidates: Union[list[Token], None] = None
    top_candidates: Union[list[TopTokens], None] = None


class Source(msgspec.Struct):
    """A page or document."""

    uri: Union[str, None] = None
    title: Union[str, None] = None
    text: Union[str, None] = None


class GroundingChunk(msgspec.Struct, rename="camel"):
    """What the answer rests on."""

    web: Union[Source, None] = None
    retrieved_context: Union[Source, None] = None
    maps: Union[Source, None] = None


class Segment(msgspec.Struct, rename="camel"):
    """A stretch of the text, counted in bytes of UTF-8."""

    start_index: Union[int, None] = None
    end_index: Union[int, None] = None


class GroundingSupport(msgspec.Struct, rename="camel"):
    """Which chunks a stretch of text rests on."""

    segment: Union[Segment, None] = None
    grounding_chunk_indices: Union[list[int], None] = None


class Grounding(msgspec.Struct, rename="camel"):
    """What Google Search, Maps or a user's own documents gave."""

    grounding_chunks: Union[list[GroundingChunk], None] = None
    grounding_supports: Union[list[GroundingSupport], None] = None
    web_search_queries: Union[list[str], None] = None
    retrieval_queries: Union[list[str], None] = None


class Citation(Segment, rename="camel"):
    """A stretch of the text that quotes a source."""

    uri: Union[str, None] = None
    title: Union[str, None] = None


class Citations(msgspec.Struct, rename="camel"):
    """Quotations; the Gemini API has named them otherwise than Vertex."""

    citations: Union[list[Citation], None] = None
    citation_sources: Union[list[Citation], None] = None


_DECODER: msgspec.json.Decoder[Union[Answer, list[Answer]]] = msgspec.json.Decoder(Union[Answer, list[Answer]])


def read(payload: Any) -> list[Answer]:
    """Answers or frames from bytes of JSON or from parsed JSON; a stream's errors may come in an array.

    Raises:
        ValueError: It is no JSON, or JSON but no answer.
        RecursionError: It is nested too deep.
    """
    if isinstance(payload, (bytes, bytearray, str)):
        raw = payload.encode("utf-8", "surrogatepass") if isinstance(payload, str) else payload
        if not (b"finish_r" in raw or b"usage_m" in raw or b"function_c" in raw or b"block_r" in raw):
            found = _DECODER.decode(raw)
            return found if isinstance(found, list) else [found]
        payload = msgspec.json.decode(raw)  # snake_case is legal in the JSON of protocol buffers
    found = msgspec.convert(_in_camels(payload), Union[Answer, list[Answer]])
    return found if isinstance(found, list) else [found]


def read_as(kind: type[T], value: Any) -> T | None:
    """A field as ``kind``; ``None`` where it is absent, or something else altogether."""
    if value is None:
        return None
    try:
        return msgspec.convert(value, kind, strict=False)
    except (ValueError, RecursionError):
        return None


def _in_camels(value: Any) -> Any:
    """Field names in camelCase; a call's arguments are the model's own."""
    if isinstance(value, list):
        return [_in_camels(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    return {_camel(name): each if name in ("args", "response") else _in_camels(each) for name, each in value.items()}


def _camel(name: Any) -> Any:
    head, *tail = str(name).split("_")
    return head + "".join(each.title() for each in tail)
