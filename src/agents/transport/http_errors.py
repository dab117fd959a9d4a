"""What goes wrong below HTTP, as our own exceptions: the one place that knows aiohttp's.

Above: :mod:`.http_exchange`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from urllib.parse import quote, unquote

import aiohttp

from ..error_map import redact
from ..exceptions import ProviderConnectionError, ProviderError, ProviderProtocolError, ProviderTimeoutError

FOREIGN = (aiohttp.ClientError, OSError, asyncio.TimeoutError)
"""What aiohttp raises when a call fails."""

_TELLING = ("authorization", "key", "token", "secret", "cookie")
_TRUST = "Pass verify='/path/to/ca.pem' (or an ssl.SSLContext) if the service has a certificate authority of its own."


class Failure(NamedTuple):
    """An exception to raise, and whether another try may fare better."""

    error: ProviderError
    passing: bool


def failure(
    error: BaseException, *, provider: str, secrets: Sequence[str], request_id: str | None, waited: str
) -> Failure:
    """The exception to raise for one of aiohttp's; it names no secret.

    Args:
        error: What aiohttp raised.
        provider: Whose service it is.
        secrets: Texts that must not appear.
        request_id: The service's id for the request, where its answer had begun.
        waited: What a time-out says: for what, and how long.
    """
    kind, message, passing = _told(error, waited)
    what = redact(str(error), secrets).strip()
    text = f"{message} ({what})" if what and kind is not ProviderTimeoutError else message
    return Failure(kind(text, provider=provider, request_id=request_id), passing)


def _told(error: BaseException, waited: str) -> tuple[type[ProviderError], str, bool]:
    """Kind, sentence, and whether it may pass."""
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return ProviderTimeoutError, "The service could not be reached in time.", True
    if isinstance(error, (asyncio.TimeoutError, TimeoutError)):
        return ProviderTimeoutError, waited, False
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return ProviderConnectionError, f"The service's certificate is not trusted. {_TRUST}", False
    if isinstance(error, aiohttp.ClientProxyConnectionError):
        return ProviderConnectionError, "The proxy could not be reached.", True
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return ProviderConnectionError, f"The proxy refused with status {error.status}.", error.status >= 500
    if isinstance(error, aiohttp.ClientConnectorError):
        return ProviderConnectionError, "The service could not be reached.", True
    if isinstance(error, aiohttp.ClientResponseError):
        return ProviderProtocolError, "The service answered what is not HTTP.", False
    if isinstance(error, aiohttp.ClientPayloadError):
        if "decode content-encoding" in str(error):
            return ProviderProtocolError, "The service compressed its answer in a way nobody can read.", False
        return ProviderConnectionError, "The service hung up in the middle of its answer.", True
    return ProviderConnectionError, "The connection to the service broke.", True


def secrets_of(*sources: Mapping[str, object] | None) -> Iterable[str]:
    """The values of headers and query fields that are keys by their names."""
    for source in sources:
        for name, value in (source or {}).items():
            if isinstance(value, str) and any(word in name.lower() for word in _TELLING):
                yield from value.split()[-1:]  # without the scheme that stands before a token
                yield from {value, quote(value, safe=""), unquote(value)}
