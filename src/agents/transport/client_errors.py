"""Exceptions of OpenAI's client and of LiteLLM as our own.

Clients wrap what happened in layers of their own making, and LiteLLM rewords it on the way: a lost connection becomes
an internal server error there. What happened first tells the truth, so the chain of causes is read from its far end.
"""

from __future__ import annotations

import ast
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..error_map import redact, status_error, stream_error, unreadable
from ..exceptions import (
    ProviderConnectionError,
    ProviderError,
    ProviderProtocolError,
    ProviderTimeoutError,
)

# By the names of classes and their parents, so that no client has to be imported to recognise its errors.
_TIMEOUT = frozenset({"TimeoutError", "TimeoutException", "APITimeoutError", "ServerTimeoutError"})
_NETWORK = frozenset({"ConnectionError", "gaierror", "TransportError", "ClientConnectionError", "ClientPayloadError"})
_UNREADABLE = frozenset({"JSONDecodeError", "APIResponseValidationError", "UnicodeDecodeError", "RecursionError"})

_STATUS_UNKNOWN = frozenset({"APIConnectionError", "MidStreamFallbackError"})
"""LiteLLM's wrappers for what it knows nothing of: it gives them a status that no service has sent."""
_NO_ANSWER = (
    "Empty or invalid response from LLM",
    "Invalid response object",
    "Error converting to valid response block",
)
"""What LiteLLM says of an answer that it cannot read; the status that it adds, no service has sent."""


def provider_error(provider: str, error: Exception, secrets: Sequence[str]) -> ProviderError:
    """The exception to raise for what a client raised; it names no secret."""
    links = list(chain(error))
    text = redact(str(error), secrets)
    for link in reversed(links):
        if isinstance(link, ProviderError):  # one of ours that went through the client
            link.provider = link.provider or provider
            return link
        names = {cls.__name__ for cls in type(link).__mro__}
        if names & _TIMEOUT:
            return ProviderTimeoutError("The service did not answer in time.", provider=provider, body=text)
        if names & _NETWORK:
            what = redact(str(link), secrets) or type(link).__name__
            return ProviderConnectionError(f"The connection to the service failed: {what}", provider=provider)
        if names & _UNREADABLE or any(words in str(link) for words in _NO_ANSWER):
            came = getattr(link, "doc", None) or getattr(link, "object", None) or text  # of JSON, of UTF-8
            return unreadable(provider, "sent what nobody could read", came, secrets=secrets)
        if (status := _status(link)) is not None:
            return _answered(provider, status, link, links, secrets)
        if isinstance(body := getattr(link, "body", None), dict):  # an error within a stream, as OpenAI's client has it
            return stream_error(provider, body, secrets=secrets)
    first_line = text.partition("\n")[0].removesuffix(" Traceback (most recent call last):")
    return ProviderProtocolError(first_line or type(error).__name__, provider=provider, body=text or None)


def cause(error: Exception, secrets: Sequence[str]) -> Exception | None:
    """The error as the cause to keep, unless a secret stands in it, or it is only a wrapper of one of ours."""
    if any(isinstance(link, ProviderError) for link in chain(error)):
        return None
    seen = "".join(f"{link!s}{link!r}" for link in chain(error))
    return None if redact(seen, secrets) != seen else error


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """An error and what it came from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _status(link: BaseException) -> int | None:
    if type(link).__name__ in _STATUS_UNKNOWN:
        return None
    for holder in (link, getattr(link, "response", None)):
        status = getattr(holder, "status_code", None)
        if isinstance(status, int) and status >= 400:
            return status
    return None


def _answered(
    provider: str, status: int, link: BaseException, links: Sequence[BaseException], secrets: Sequence[str]
) -> ProviderError:
    inward = list(reversed(links))
    headers = next((found for each in inward if (found := _headers(each))), {})
    parsed = next((body for each in inward if (body := getattr(each, "body", None))), None)
    quoted = next((text for each in inward if (text := getattr(each, "message", None))), None)
    body = parsed or _unquoted(str(quoted or link))
    return status_error(provider, status, headers, body, secrets=secrets, now=time.time())


def _headers(link: BaseException) -> Mapping[str, str]:
    response = getattr(link, "response", None)
    for holder, name in ((response, "headers"), (link, "headers"), (link, "litellm_response_headers")):
        if found := getattr(holder, name, None):
            return dict(found)
    return {}


def _unquoted(text: str) -> Any:
    """What the service said, out of the sentence that LiteLLM puts it in; bytes and dicts stand there as in Python."""
    quoted = text.split(" - ", 1)[1] if text.startswith("litellm.") and " - " in text else text
    try:
        value = ast.literal_eval(quoted)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return quoted
    return value if isinstance(value, (bytes, dict)) else quoted
