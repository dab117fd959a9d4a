"""LiteLLM's streams, with what LiteLLM leaves out of them.

It gives any stream that stops a finish reason of its own making, drops what OpenAI says in refusing, passes over
errors of Gemini's, and keeps no hold on the connection. Above stands :mod:`.litellm`; below are LiteLLM's objects,
looked at by their attributes, so that nothing has to be imported.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..error_map import stream_error
from ..exceptions import ProviderProtocolError

_MENDED = frozenset({"gemini", "vertex_ai", "vertex_ai_beta"})
"""Providers whose finish reasons LiteLLM mends on the way: there the raw chunks are looked at as they pass."""


class LitellmStream:
    """One streamed answer. :meth:`open` comes first, :meth:`close` last, whatever happens between."""

    def __init__(self, chunks: Any) -> None:
        self._chunks = chunks
        self._response: Any = None
        self._watched = False
        self._finished = False

    async def open(self) -> None:
        """Wait for the answer to begin. The request of some providers is sent here."""
        chunks = self._chunks
        if getattr(chunks, "completion_stream", None) is None and hasattr(chunks, "fetch_stream"):
            await chunks.fetch_stream()
        raw = getattr(chunks, "completion_stream", None)
        if type(raw).__name__ == "AsyncStream":  # of OpenAI's client
            self._response = raw
            chunks.completion_stream = _Refusing(raw)
            return
        self._response = _response_behind(raw)
        if getattr(chunks, "custom_llm_provider", None) in _MENDED and hasattr(raw, "chunk_parser"):
            self._watch(raw)

    async def next(self) -> Any:
        """The next chunk; ``None`` at the end."""
        try:
            return await self._chunks.__anext__()
        except StopAsyncIteration:
            return None

    def finished(self) -> bool:
        """Whether a finish reason of the service's own has come."""
        if self._response is None:  # LiteLLM made the answer up: one of its cache, or of its mocks
            return True
        if self._watched:
            return self._finished
        reasons = ("received_finish_reason", "intermittent_finish_reason")
        return any(getattr(self._chunks, name, "unknown") is not None for name in reasons)

    async def close(self) -> None:
        """Hang up: LiteLLM's wrapper does not close the vendor's stream that it reads."""
        for stream in (self._chunks, getattr(self._chunks, "completion_stream", None), self._response):
            for name in ("aclose", "close"):
                closer = getattr(stream, name, None)
                if callable(closer):
                    result = closer()
                    if hasattr(result, "__await__"):
                        await result
                    break

    def _watch(self, raw: Any) -> None:
        parse = raw.chunk_parser

        def watched(chunk: dict[str, Any]) -> Any:
            if failure := chunk.get("error"):  # LiteLLM would end the stream here and say nothing
                raise stream_error("", failure)
            candidates = chunk.get("candidates") or ()
            self._finished |= any(candidate.get("finishReason") for candidate in candidates)
            self._finished |= bool((chunk.get("promptFeedback") or {}).get("blockReason"))
            return parse(chunk)

        raw.chunk_parser = watched
        self._watched = True
        if (accumulate := getattr(raw, "handle_accumulated_json_chunk", None)) is not None:
            raw.handle_accumulated_json_chunk = _ending_at_the_end(accumulate)


def _ending_at_the_end(accumulate: Callable[..., Any]) -> Callable[..., Any]:
    """LiteLLM asks for the rest of half a chunk with an empty one, for ever: the stream was cut there."""

    def accumulate_or_fail(chunk: str) -> Any:
        parsed = accumulate(chunk=chunk)
        if parsed is None and not chunk:
            raise ProviderProtocolError("The service ended the stream in the middle of a chunk.")
        return parsed

    return accumulate_or_fail


class _Refusing:
    """A stream of OpenAI's client whose refusals LiteLLM lets pass.

    It drops the chunks that hold nothing else, unless a field of the provider's own is set in them.
    """

    def __init__(self, raw: Any) -> None:
        self._raw = raw
        self.close = raw.close

    def __aiter__(self) -> _Refusing:
        return self

    async def __anext__(self) -> Any:
        chunk = await self._raw.__anext__()
        for choice in chunk.choices or ():
            if refusal := getattr(choice.delta, "refusal", None):
                choice.delta.provider_specific_fields = {"refusal": refusal}
        return chunk


def _response_behind(raw: Any) -> Any:
    """The HTTP response that a raw stream reads: nobody but the frames of generators that LiteLLM made knows it.

    Left to the garbage collector, the connection of an abandoned stream stays open.
    """
    for _ in range(5):
        if raw is None or hasattr(raw, "aiter_raw"):  # httpx.Response
            return raw
        frame = getattr(raw, "ag_frame", None)
        inner = (frame.f_locals.get(name) for name in ("iterator", "self")) if frame is not None else ()
        raw = next((each for each in inner if each is not None), getattr(raw, "streaming_response", None))
    return None
