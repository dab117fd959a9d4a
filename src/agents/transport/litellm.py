"""Calls through LiteLLM's ``acompletion``, which reaches more than a hundred providers.

``litellm`` takes 3.5 s and 100 MB to import, so it is imported by the first call, and told then to use the price list
that it ships instead of fetching one. Nothing of its global configuration is changed: what LiteLLM prints to the
terminal when a call fails is kept quiet for our calls alone.
"""

from __future__ import annotations

import asyncio
import builtins
import contextlib
import difflib
import importlib
import importlib.util
import os
import re
import threading
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from typing import Any

from ..api_keys import ApiKey, current_key
from ..error_map import redact
from ..exceptions import ProviderProtocolError, UserError
from ..wire_call import WireCall, WireReply
from .client_errors import cause, chain, provider_error
from .litellm_stream import LitellmStream

INSTALL = 'LiteLLM is not installed. Run: pip install "polyglot-agents[litellm]"'

_STAY_LOCAL = ("LITELLM_LOCAL_MODEL_COST_MAP", "LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS")
"""LiteLLM fetches its price list at import, and a table of headers at the first Claude call that needs it, each with a
blocking request to a code host; with these it reads the copies that it ships."""
_loading = threading.Lock()
_quiet: ContextVar[bool] = ContextVar("quiet", default=False)
_PRINTERS = ("litellm_core_utils.exception_mapping_utils", "litellm_core_utils.get_llm_provider_logic")
"""The modules of LiteLLM that print advice to standard output when a call fails."""

_BODY_BY_ARGUMENT = frozenset({"anthropic", "bedrock"})
"""Providers for which LiteLLM would send a field named ``extra_body``; arguments that it does not know become fields
of the body there."""


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


def knows(provider: str) -> bool:
    """Whether LiteLLM is installed and has that provider, as its files show: to ask it takes seconds."""
    spec = importlib.util.find_spec("litellm")
    if spec is None or not spec.submodule_search_locations:
        return False
    folder = Path(spec.submodule_search_locations[0], "llms")
    if re.fullmatch(r"\w+", provider) and (folder / provider).is_dir():
        return True
    listed = folder / "openai_like" / "providers.json"
    return listed.is_file() and f'"{provider}": {{' in listed.read_text(encoding="utf-8")


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

    def __init__(self, provider: str, *, api_key: ApiKey | None = None, base_url: str | None = None) -> None:
        self.provider = provider
        self.base_url = base_url
        self._api_key = api_key
        self._module: Any = None

    async def send(self, call: WireCall) -> WireReply:
        """The whole answer, as LiteLLM's ``ModelResponse``."""
        reply = await self._complete(call, await self._key())
        return WireReply(reply, _request_id(reply))

    async def stream(self, call: WireCall) -> AsyncGenerator[Sequence[Any], None]:
        """The chunks, as LiteLLM's ``ModelResponseStream``."""
        key = await self._key()
        reply = await self._complete(call, key)
        call.receipt.request_id = _request_id(reply)
        stream = LitellmStream(reply)
        try:
            with self._mapping(key):
                await stream.open()
            while True:
                with self._mapping(key):
                    chunk = await stream.next()
                if chunk is None:
                    break
                yield (chunk,)
            if not stream.finished():
                message = "The service ended the stream without a finish reason."
                raise ProviderProtocolError(message, provider=self.provider)
        finally:
            await stream.close()

    async def close(self) -> None:
        """LiteLLM keeps its own connections for the whole process: nothing to close."""

    async def _key(self) -> str | None:
        return await current_key(self._api_key, self.provider) if self._api_key else None

    async def _complete(self, call: WireCall, key: str | None) -> Any:
        if self._module is None:
            require()
            # The import takes seconds: on another thread it leaves the event loop to the others.
            self._module = await asyncio.to_thread(_load)
        arguments = self._arguments(call, key)
        call.receipt.secrets = partial(list, [key] if key else [])
        with self._mapping(key):
            return await self._module.acompletion(**arguments)

    def _arguments(self, call: WireCall, key: str | None) -> dict[str, Any]:
        found = {**call.body, "api_key": key, "base_url": self.base_url}
        if call.headers:
            found["extra_headers"] = dict(call.headers)
        if call.query:
            raise UserError("LiteLLM carries no query parameters: leave ModelSettings.extra_query out here.")
        if self.provider in _BODY_BY_ARGUMENT:
            found |= call.extra_body
        elif call.extra_body:
            found["extra_body"] = dict(call.extra_body)
        if not call.retries:
            found |= {"num_retries": 0, "max_retries": 0}
        return {**found, **call.extra_args}

    @contextlib.contextmanager
    def _mapping(self, key: str | None) -> Iterator[None]:
        """Say in our exceptions what goes wrong, and print nothing."""
        secrets = [key] if key else []
        token = _quiet.set(True)
        try:
            yield
        except Exception as error:  # noqa: BLE001 - LiteLLM raises whatever its hundred providers do
            if _is_unknown_provider(error):
                raise UserError(self._unknown_provider(str(getattr(error, "model", "")))) from None
            if type(error).__name__ == "UnsupportedParamsError":  # nobody was asked: LiteLLM knows beforehand
                raise UserError(redact(str(error).split(" To drop these", 1)[0], secrets)) from None
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


def _request_id(reply: Any) -> str | None:
    """The service's id for the request, which LiteLLM keeps among the headers of the answer."""
    headers = (getattr(reply, "_hidden_params", None) or {}).get("additional_headers") or {}
    return next((str(value) for name, value in headers.items() if str(name).endswith("request-id")), None)


def _is_unknown_provider(error: Exception) -> bool:
    return any("LLM Provider NOT provided" in str(each) for each in chain(error))
