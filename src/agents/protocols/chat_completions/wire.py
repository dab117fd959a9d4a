"""The shapes of Chat Completions answers, whole and streamed, as tolerant as the services are various.

Read with msgspec from JSON bytes, or by attribute from a client's objects (``openai``'s, LiteLLM's). Unknown
fields are ignored. Fields that some service is known to send in another type are ``Any``: ``read_as`` looks
at them, and what is something else altogether is left out, as no side dish should spoil the answer.
"""

from __future__ import annotations

from typing import Any, TypeVar, Union

import msgspec

T = TypeVar("T")


class ProviderFields(msgspec.Struct):
    """What LiteLLM passes on beside the common fields: Gemini's signatures, a refusal."""

    refusal: Union[str, None] = None
    thought_signature: Union[str, None] = None
    thought_signatures: Union[list[str], None] = None


class Function(msgspec.Struct):
    """The called function; ``arguments`` is JSON text, or an object on some services."""

    name: Union[str, None] = None
    arguments: Any = None


class ToolCall(msgspec.Struct):
    """A tool call, or a fragment of one; a service may leave out ``index`` and ``id``."""

    index: Union[int, None] = None
    id: Union[str, None] = None
    function: Union[Function, None] = None
    provider_specific_fields: Any = None
    extra_content: Any = None  # Google's, on its own endpoint of this protocol


class ThinkingBlock(msgspec.Struct):
    """Anthropic's signed reasoning as LiteLLM passes it on: a whole block, or a fragment of one."""

    type: Union[str, None] = None
    thinking: Union[str, None] = None
    signature: Union[str, None] = None
    data: Union[str, None] = None


class Citation(msgspec.Struct):
    """Where a claim in the text comes from."""

    url: Union[str, None] = None
    title: Union[str, None] = None
    start_index: Union[int, None] = None
    end_index: Union[int, None] = None


class Annotation(msgspec.Struct):
    """A note on the text; only citations of web pages are read."""

    url_citation: Union[Citation, None] = None


class TokenLogprob(msgspec.Struct):
    """A token, how likely it was, and what else might have stood there."""

    token: str
    logprob: float
    bytes: Union[list[int], None] = None
    top_logprobs: Union[list[TokenLogprob], None] = None


class Logprobs(msgspec.Struct):
    """The log probabilities of a piece of text."""

    content: Union[list[TokenLogprob], None] = None


class TokenDetails(msgspec.Struct):
    """The parts of the tokens read or written."""

    cached_tokens: Union[int, None] = None
    cache_write_tokens: Union[int, None] = None
    reasoning_tokens: Union[int, None] = None


class TokenUsage(msgspec.Struct):
    """Tokens in the names of Chat Completions, and in those that DeepSeek, Kimi and LiteLLM put beside them."""

    prompt_tokens: Union[int, None] = None
    completion_tokens: Union[int, None] = None
    total_tokens: Union[int, None] = None
    prompt_tokens_details: Any = None
    completion_tokens_details: Any = None
    prompt_cache_hit_tokens: Union[int, None] = None
    cached_tokens: Union[int, None] = None
    cache_creation_input_tokens: Union[int, None] = None


class Audio(msgspec.Struct):
    """An answer that is spoken, or a fragment of one."""

    id: Union[str, None] = None
    data: Union[str, None] = None
    transcript: Union[str, None] = None


class Message(msgspec.Struct):
    """A message, or the delta of one."""

    content: Any = None
    refusal: Union[str, None] = None
    tool_calls: Union[list[ToolCall], None] = None
    reasoning_content: Any = None
    reasoning: Any = None
    thinking_blocks: Any = None
    reasoning_details: Any = None  # OpenRouter's
    extra_content: Any = None
    annotations: Any = None
    images: Any = None  # OpenRouter's, and LiteLLM's
    audio: Any = None
    provider_specific_fields: Any = None


class Choice(msgspec.Struct):
    """One choice; only the first is read."""

    index: Any = 0
    message: Union[Message, None] = None
    delta: Union[Message, None] = None
    finish_reason: Union[str, None] = None
    logprobs: Any = None
    usage: Any = None  # Kimi's place for it in a stream
    error: Any = None  # OpenRouter's, with the finish reason "error"


class GroqFields(msgspec.Struct):
    """What Groq puts beside the fields of a stream's chunk."""

    usage: Any = None
    error: Any = None


class Completion(msgspec.Struct):
    """A whole answer, or a chunk of a streamed one."""

    id: Union[str, None] = None
    model: Union[str, None] = None
    choices: Union[list[Choice], None] = None
    usage: Any = None
    error: Any = None
    x_groq: Any = None
    citations: Any = None  # Perplexity's, and with titles under the next name
    search_results: Any = None
    base_resp: Any = None  # MiniMax's own account of how it went


_completion = msgspec.json.Decoder(Completion).decode


def read(payload: Any) -> Completion:
    """A completion or chunk from bytes of JSON or from a client's object.

    Raises:
        ValueError: It is no JSON, or JSON but no completion.
        RecursionError: It is nested too deep.
    """
    if isinstance(payload, (bytes, str)):
        return _completion(payload)
    if hasattr(payload, "model_dump"):
        # Pydantic raises for each attribute that is absent: read one by one, a chunk takes fifteen times
        # as long.
        payload = payload.model_dump(exclude_unset=True, warnings=False)
    return msgspec.convert(payload, Completion, from_attributes=True)


class BaseResp(msgspec.Struct):
    """How it went, in MiniMax's words."""

    status_code: int = 0
    status_msg: Union[str, None] = None


_MINIMAX: dict[int, dict[str, Any]] = {
    1002: {"type": "rate_limit_error"},
    1004: {"type": "authentication_error"},
    1008: {"type": "insufficient_quota"},
    1026: {"type": "content_filter"},
    1027: {"type": "content_filter"},
    2013: {"type": "invalid_request_error", "status": 400},
    2049: {"type": "authentication_error"},
}
"""What its codes mean in common words; all others are faults of its own (W:platform.minimax.io, Error Codes)."""


def fault_in(raw: Any) -> dict[str, Any] | None:
    """What went wrong, where MiniMax says so with status 200."""
    found = read_as(BaseResp, raw)
    if found is None or not found.status_code:
        return None
    told = {"code": found.status_code, "message": found.status_msg or "The service could not answer."}
    return {**told, **_MINIMAX.get(found.status_code, {"type": "server_error"})}


def read_as(kind: type[T], value: Any) -> T | None:
    """A field as ``kind``; ``None`` where it is absent, or something else altogether."""
    if value is None:
        return None
    try:
        return msgspec.convert(value, kind, strict=False, from_attributes=True)
    except (ValueError, RecursionError):
        return None
