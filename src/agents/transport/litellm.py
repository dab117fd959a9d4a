"""Calls through LiteLLM's ``acompletion``, which reaches more than a hundred providers.

``litellm`` takes 3.5 s and 100 MB to import, so it is imported by the first call, and told then to use the price list
that it ships instead of fetching one. Nothing of its global configuration is changed: what LiteLLM prints to the
terminal when a call fails is kept quiet for our calls alone.
"""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import copy
import difflib
import importlib
import importlib.util
import os
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from contextvars import ContextVar
from typing import Any

from ..exceptions import ProviderProtocolError, UserError
from ..wire_call import WireCall, WireReply
from .client_errors import cause, chain, provider_error

INSTALL = 'LiteLLM is not installed. Run: pip install "polyglot-agents[litellm]"'

_STAY_LOCAL = ("LITELLM_LOCAL_MODEL_COST_MAP", "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS")
"""LiteLLM fetches its price list at import, and a table of headers at the first Claude call that needs it, each with a
blocking request to a code host; with these it reads the copies that it ships."""
_loading = threading.Lock()
_quiet: ContextVar[bool] = ContextVar("quiet", default=False)
_PRINTERS = ("litellm_core_utils.exception_mapping_utils", "litellm_core_utils.get_llm_provider_logic")
"""The modules of LiteLLM that print advice to standard output when a call fails."""


def installed() -> bool:
    """Whether LiteLLM can be imported."""
    return importlib.util.find_spec("litellm") is not None


def require() -> None:
    """Fail early, with the way out, where LiteLLM is missing.

    Raises:
        ImportError: It is not installed.
    """
    if not installed():
        raise ImportError(INSTALL)


def _load() -> Any:
    """The ``litellm`` module, without a request to anybody."""
    with _loading:
        unset = [name for name in _STAY_LOCAL if name not in os.environ]
        os.environ.update(dict.fromkeys(unset, "True"))
        try:
            litellm = importlib.import_module("litellm")
            headers = importlib.import_module("litellm.anthropic_beta_headers_manager")
            getattr(headers, "_load_beta_headers_config", lambda: None)()  # read once, and kept by LiteLLM
        finally:
            for name in unset:
                del os.environ[name]
        for name in _PRINTERS:
            module = importlib.import_module(f"litellm.{name}")
            module.print = _print  # type: ignore[attr-defined]
        return litellm


def _print(*args: Any, **kwargs: Any) -> None:
    """``print``, but silent within our own calls."""
    if not _quiet.get():
        builtins.print(*args, **kwargs)  # noqa: T201 - it stands in for LiteLLM's own


class LitellmTransport:
    """Chat Completions in LiteLLM's dialect."""

    def __init__(self, provider: str, *, api_key: str | None = None, base_url: str | None = None) -> None:
        self.provider = provider
        self.base_url = base_url
        self._api_key = api_key
        self._module: Any = None

    async def send(self, call: WireCall) -> WireReply:
        """The whole answer, as LiteLLM's ``ModelResponse``."""
        reply = await self._complete(call)
        headers = (getattr(reply, "_hidden_params", None) or {}).get("additional_headers") or {}
        request_id = next((str(v) for name, v in headers.items() if str(name).endswith("request-id")), None)
        return WireReply(reply, request_id)

    async def stream(self, call: WireCall) -> AsyncGenerator[Any, None]:
        """The chunks, as LiteLLM's ``ModelResponseStream``."""
        chunks = await self._complete(call)
        try:
            with self._mapping():
                ending = await _Ending.of(chunks)
            while True:
                with self._mapping():
                    chunk = await anext_or_none(chunks)
                if chunk is None:
                    break
                yield chunk
            if not ending.reached():
                message = "The service ended the stream without a finish reason."
                raise ProviderProtocolError(message, provider=self.provider)
        finally:
            await _hang_up(chunks)

    async def close(self) -> None:
        """LiteLLM keeps its own connections for the whole process: nothing to close."""

    async def _complete(self, call: WireCall) -> Any:
        if self._module is None:
            require()
            # The import takes seconds: on another thread it leaves the event loop to the others.
            self._module = await asyncio.to_thread(_load)
        with self._mapping():
            return await self._module.acompletion(**self._arguments(call))

    def _arguments(self, call: WireCall) -> dict[str, Any]:
        found = {**call.body, "api_key": self._api_key, "base_url": self.base_url}
        for name in ("tools", "response_format"):  # LiteLLM rewrites schemas in place; these are the user's
            if name in found:
                found[name] = copy.deepcopy(found[name])
        if call.headers:
            found["extra_headers"] = dict(call.headers)
        if call.query:
            found["extra_query"] = dict(call.query)
        if call.extra_body:
            found["extra_body"] = dict(call.extra_body)
        if not call.retries:
            found |= {"num_retries": 0, "max_retries": 0}
        return {**found, **call.extra_args}

    @contextlib.contextmanager
    def _mapping(self) -> Iterator[None]:
        """Say in our exceptions what goes wrong, and print nothing."""
        secrets = [self._api_key] if self._api_key else []
        token = _quiet.set(True)
        try:
            yield
        except Exception as error:  # noqa: BLE001 - LiteLLM raises whatever its hundred providers do
            if _is_unknown_provider(error):
                raise UserError(self._unknown_provider(str(getattr(error, "model", "")))) from None
            raise provider_error(self.provider, error, secrets) from cause(error, secrets)
        finally:
            _quiet.reset(token)

    def _unknown_provider(self, model: str) -> str:
        known = sorted({str(getattr(p, "value", p)) for p in self._module.provider_list})
        near = difflib.get_close_matches(self.provider, known, n=3)
        hint = f" Did you mean {' or '.join(f'{name}/…' for name in near)}?" if near else ""
        return (
            f"LiteLLM knows no provider for model {model or self.provider!r}: write it as 'provider/model', such as "
            f"'anthropic/claude-sonnet-4-5'.{hint}"
        )


class _Ending:
    """Whether the service itself ended a stream: LiteLLM gives any stream that stops a finish reason of its own making.

    LiteLLM keeps the service's reason beside the chunks. Gemini's it mends on the way, so there the raw chunks are
    looked at as they pass.
    """

    def __init__(self, chunks: Any) -> None:
        self._chunks = chunks
        self._watching = False
        self._seen = False

    @classmethod
    async def of(cls, chunks: Any) -> _Ending:
        """Watch a stream from its start."""
        ending = cls(chunks)
        if getattr(chunks, "custom_llm_provider", None) in _MENDED:
            if getattr(chunks, "completion_stream", None) is None and hasattr(chunks, "fetch_stream"):
                await chunks.fetch_stream()
            ending._watch(getattr(chunks, "completion_stream", None))
        return ending

    def _watch(self, iterator: Any) -> None:
        parse = getattr(iterator, "chunk_parser", None)
        if parse is None:
            return

        def watched(chunk: dict[str, Any]) -> Any:
            candidates = chunk.get("candidates") or ()
            self._seen |= any(candidate.get("finishReason") for candidate in candidates)
            self._seen |= bool((chunk.get("promptFeedback") or {}).get("blockReason"))
            return parse(chunk)

        iterator.chunk_parser = watched
        self._watching = True
        if (accumulate := getattr(iterator, "handle_accumulated_json_chunk", None)) is not None:
            iterator.handle_accumulated_json_chunk = _ending_at_the_end(accumulate)

    def reached(self) -> bool:
        """Whether a finish reason of the service's own has come."""
        if self._watching:
            return self._seen
        reasons = ("received_finish_reason", "intermittent_finish_reason")
        return any(getattr(self._chunks, name, "unknown") is not None for name in reasons)


def _ending_at_the_end(accumulate: Callable[..., Any]) -> Callable[..., Any]:
    """LiteLLM asks for the rest of half a chunk with an empty one, for ever: the stream was cut there."""

    def accumulate_or_fail(chunk: str) -> Any:
        parsed = accumulate(chunk=chunk)
        if parsed is None and not chunk:
            raise ProviderProtocolError("The service ended the stream in the middle of a chunk.")
        return parsed

    return accumulate_or_fail


_MENDED = frozenset({"gemini", "vertex_ai", "vertex_ai_beta"})


async def anext_or_none(chunks: Any) -> Any:
    """The next chunk; ``None`` at the end."""
    try:
        return await chunks.__anext__()
    except StopAsyncIteration:
        return None


async def _hang_up(chunks: Any) -> None:
    """Close a stream: LiteLLM's wrapper does not close the vendor's stream that it reads."""
    for stream in (chunks, getattr(chunks, "completion_stream", None)):
        for name in ("aclose", "close"):
            closer = getattr(stream, name, None)
            if callable(closer):
                result = closer()
                if hasattr(result, "__await__"):
                    await result
                break


def _is_unknown_provider(error: Exception) -> bool:
    return any("LLM Provider NOT provided" in str(each) for each in chain(error))
