"""Calls over HTTP, straight to the service: the native transport.

Above: :mod:`agents.models`. Below: :mod:`.http_exchange` (one request and its answer), :mod:`.http_retry` (when to try
again), :mod:`.http_pool` (connections). This module imports aiohttp, so only what makes a native model imports it.
"""

from __future__ import annotations

import asyncio
import base64
import urllib.request
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import msgspec
from multidict import CIMultiDict
from yarl import URL

from ..error_map import redact
from ..exceptions import ProviderError, UserError
from ..logger import logger
from ..version import __version__
from ..wire_call import WireCall, WireReply
from . import http_pool
from .http_exchange import Exchange, Line, Request, Timeouts
from .http_pool import Verify
from .http_retry import delay

__all__ = ["HttpTransport", "Timeouts", "Verify"]

USER_AGENT = f"polyglot-agents/{__version__}"


class HttpTransport:
    """JSON over HTTP, answers whole or as server-sent events.

    All transports on one event loop share their connections, which are closed with the loop.

    Args:
        base_url: Where the service lives; a call's path goes below it. It may hold query fields and a password.
        provider: Who answers, as errors name it.
        headers: Headers of every call, such as the key.
        key_hint: What an error says of the key where the service refuses it, such as where it comes from.
        sign: Gives more headers for each request, such as a key that changes; those that the call has already stay.
        secrets: Texts that no error may show; values of headers that look like keys are kept back anyway.
        timeouts: How long to wait for what.
        verify: Whom to trust: ``True`` for the system's authorities, a path to a file or folder of CA certificates,
            an ``ssl.SSLContext``, or ``False`` for anybody.
        proxy: Address of an HTTP proxy; without it the environment decides.
        trust_env: Whether ``HTTPS_PROXY``, ``HTTP_PROXY``, ``ALL_PROXY`` and ``NO_PROXY`` count, as they are now.
        max_retries: How often a failed call is tried again, unless the run has a retry policy.
        sleep: How to wait before that.

    Raises:
        UserError: An argument cannot be used.
    """

    def __init__(
        self,
        base_url: str,
        *,
        provider: str,
        headers: Mapping[str, str] | None = None,
        key_hint: str = "",
        sign: Callable[[], Awaitable[Mapping[str, str]]] | None = None,
        secrets: Sequence[str] = (),
        timeouts: Timeouts | None = None,
        verify: Verify = True,
        proxy: str | None = None,
        trust_env: bool = True,
        max_retries: int = 2,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.provider = provider
        self.max_retries = max_retries
        self._address = _address(base_url)
        self._headers = CIMultiDict({"User-Agent": USER_AGENT, "Content-Type": "application/json"})
        self._sign = sign
        if self._address.login and sign is None:
            self._headers["Authorization"] = self._address.login
        _merge(self._headers, headers or {})
        via = _proxy(proxy, self._address.root, trust_env)
        passwords = [via.password] if via is not None and via.password else []
        self._line = Line(provider, [*secrets, *passwords], timeouts or Timeouts(), via, key_hint)
        self._tls = http_pool.tls(verify)
        self._sleep = sleep

    def __repr__(self) -> str:
        return f"{type(self).__name__}(provider={self.provider!r}, base_url={self.base_url!r})"

    @property
    def base_url(self) -> str:
        """Where the service lives, without anything secret."""
        return redact(str(self._address.root), self._line.secrets)

    async def send(self, call: WireCall) -> WireReply:
        """The whole answer, as bytes of JSON; see :meth:`Transport.send`."""
        request = self._request(call)
        attempt = 1
        while True:
            exchange = await self._exchange(request)
            call.receipt.secrets = exchange.secrets
            try:
                return await exchange.whole()
            except ProviderError as error:
                wait = self._wait(call, exchange, error, attempt)
                if wait is None:
                    raise
            finally:
                exchange.close()
            await self._sleep(wait)
            attempt += 1

    async def stream(self, call: WireCall) -> AsyncGenerator[Sequence[bytes], None]:
        """The data of the events, as many as have come; the whole answer at once where the service does not stream."""
        request = self._request(call)
        attempt = 1
        while True:
            exchange = await self._exchange(request)
            call.receipt.secrets = exchange.secrets
            begun = False
            try:
                while frames := await exchange.frames():
                    if not begun:
                        begun = True
                        call.receipt.request_id = exchange.request_id
                    yield frames
                return
            except ProviderError as error:
                wait = None if begun else self._wait(call, exchange, error, attempt)
                if wait is None:
                    raise
            finally:
                exchange.close()
            await self._sleep(wait)
            attempt += 1

    async def close(self) -> None:
        """Let go of the connections on this loop: they are closed, unless another transport uses them.

        The transport can be used again.
        """
        await http_pool.leave(self._tls, self)

    async def _exchange(self, request: Request) -> Exchange:
        if self._sign is not None:
            request = await self._signed(request, self._sign)
        pool = await http_pool.pool(self._tls)
        pool.users.add(self)
        return Exchange(pool.session, self._line, request)

    async def _signed(self, request: Request, sign: Callable[[], Awaitable[Mapping[str, str]]]) -> Request:
        headers = request.headers.copy()
        _merge(headers, {name: value for name, value in (await sign()).items() if name not in headers})
        return replace(request, headers=headers)

    def _request(self, call: WireCall) -> Request:
        headers = self._headers
        if call.stream or call.headers:
            headers = headers.copy()
            if call.stream:
                headers.setdefault("Accept-Encoding", "identity")  # what compresses a stream also holds it back
            _merge(headers, call.headers)
        body: Mapping[str, Any] = call.body
        if call.extra_args or call.extra_body:  # what a client would take as an argument is a field of the body here
            body = {**body, **call.extra_args, **call.extra_body}
        try:
            return Request(self._url(call), headers, msgspec.json.encode(body))
        except (TypeError, ValueError, OverflowError, RecursionError) as error:
            what = redact(str(error), self._line.secrets)
            raise UserError(f"The request to {self.provider} holds what JSON cannot say: {what}") from None

    def _url(self, call: WireCall) -> URL:
        root, query = self._address.root, self._address.query
        url = URL(f"{root}/{call.path.lstrip('/')}") if call.path else root
        if query:
            url = url.extend_query(query)
        return url.update_query(_fields(call.query)) if call.query else url

    def _wait(self, call: WireCall, exchange: Exchange, error: ProviderError, attempt: int) -> float | None:
        """Seconds until the next try; ``None`` where there is none."""
        if not (call.retries and exchange.passing and attempt <= self.max_retries):
            return None
        wait = delay(error, attempt)
        if wait is not None:
            facts = f"{type(error).__name__}, status {error.status}" if error.status else type(error).__name__
            logger.info(
                "Call to %s failed (%s); retry %d of %d in %.2f s.",
                self.provider,
                facts,
                attempt,
                self.max_retries,
                wait,
            )
        return wait


class _Address(NamedTuple):
    """A base URL in its parts."""

    root: URL
    query: list[tuple[str, str]]
    login: str | None
    """The ``Authorization`` header that a user name and password in the URL come to."""


def _address(base_url: str) -> _Address:
    try:
        url = URL(base_url.strip())
        host = url.host
    except ValueError:
        host = None
    if not host or url.scheme not in ("http", "https"):
        shown = redact(base_url.rpartition("@")[2])
        raise UserError(f"A base URL looks like 'https://api.example.com/v1'; {shown!r} does not.")
    login = None
    if url.user or url.password:
        pair = f"{url.user or ''}:{url.password or ''}".encode()
        login = f"Basic {base64.b64encode(pair).decode()}"
    root = URL(str(url.with_user(None).with_query(None).with_fragment(None)).rstrip("/"))
    return _Address(root, list(url.query.items()), login)


def _proxy(given: str | None, target: URL, trust_env: bool) -> URL | None:
    """The proxy on the way to the target, if there is one."""
    found = given
    if found is None and trust_env and target.host and (proxies := urllib.request.getproxies()):
        found = proxies.get(target.scheme) or proxies.get("all")
        if found and urllib.request.proxy_bypass(target.host):  # each of the two looks through the whole environment
            found = None
    if not found:
        return None
    try:
        url = URL(found if "://" in found else f"http://{found}")
        usable = url.scheme in ("http", "https") and bool(url.host)
    except ValueError:
        usable = False
    if not usable:
        shown = redact(found.rpartition("@")[2])
        raise UserError(
            f"{shown!r} is no HTTP proxy. Set HTTPS_PROXY to one, such as 'http://proxy.example.com:8080', "
            "list the host in NO_PROXY, or pass trust_env=False."
        )
    return url


def _merge(headers: CIMultiDict[str], more: Mapping[str, Any]) -> None:
    """Add headers over others; one that is no text (``None``, ``openai.Omit()``) takes the other away."""
    for name, value in more.items():
        if isinstance(value, (str, int, float)):
            text = str(value)
            if any(mark in name + text for mark in "\r\n\0"):
                raise UserError(f"Header {name!r} holds a line break: is there one at the end of the key?")
            headers[name] = text
        else:
            headers.popall(name, None)


def _fields(query: Mapping[str, object]) -> list[tuple[str, str]]:
    """Query fields as text, lists as repeated fields, ``None`` as none."""
    return [
        (name, str(each).lower() if isinstance(each, bool) else str(each))
        for name, value in query.items()
        for each in (value if isinstance(value, (list, tuple)) else [value])
        if each is not None
    ]
