"""The one map from what a service says went wrong to the exception that says it here.

Services agree on little: the same fault comes under several statuses, codes and wordings. The few wordings
that tell more than any code decide first, then the vendor's code, then the status. Bodies of the OpenAI
family, Anthropic, Google, FastAPI gateways, plain text or HTML are read, and those that a client put words
around. Facts are from the vendors' error references and client libraries.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from .exceptions import (
    AuthenticationError,
    BadRequestError,
    ConflictError,
    ContentPolicyError,
    ContextLengthError,
    ModelBehaviorError,
    NotFoundError,
    OverloadedError,
    PermissionDeniedError,
    ProviderError,
    ProviderProtocolError,
    ProviderStatusError,
    QuotaExceededError,
    RateLimitError,
    ServerError,
)

if TYPE_CHECKING:
    from .items import ModelResponse

Kind = type[ProviderStatusError]

_BY_CODE: dict[str, Kind] = {
    "context_length_exceeded": ContextLengthError,
    "insufficient_quota": QuotaExceededError,
    "credit_balance_exhausted": QuotaExceededError,
    "billing_hard_limit_reached": QuotaExceededError,
    "billing_error": QuotaExceededError,
    "organization_spend_limit_exceeded": QuotaExceededError,
    "project_spend_limit_exceeded": QuotaExceededError,
    "organization_usage_limit_exceeded": QuotaExceededError,
    "enforced_spend_limit_reached": QuotaExceededError,
    "exceeded_current_quota_error": QuotaExceededError,
    **dict.fromkeys(("1113", *map(str, range(1308, 1322))), QuotaExceededError),  # Z.AI
    "3051": ContextLengthError,  # Mistral
    "server_is_overloaded": OverloadedError,
    "overloaded_error": OverloadedError,
    "unavailable": OverloadedError,
    "slow_down": RateLimitError,
    "rate_limit_error": RateLimitError,
    "rate_limit_exceeded": RateLimitError,
    "resource_exhausted": RateLimitError,
    "service_tier_capacity_exceeded": RateLimitError,
    "3505": RateLimitError,  # Mistral
    "servicequotaexceededexception": RateLimitError,  # Bedrock, with status 400
    "throttlingexception": RateLimitError,
    "authentication_error": AuthenticationError,
    "invalid_api_key": AuthenticationError,
    "api_key_invalid": AuthenticationError,
    "permission_error": PermissionDeniedError,
    "not_found_error": NotFoundError,
    "model_not_found": NotFoundError,
    "content_policy_violation": ContentPolicyError,
    "content_filter": ContentPolicyError,
    "responsibleaipolicyviolation": ContentPolicyError,
    "api_error": ServerError,
    "server_error": ServerError,
    "internal": ServerError,
}
"""Codes and types that say more than the status under which they come."""

_BY_WORDING: tuple[tuple[re.Pattern[str], Kind], ...] = (
    (
        re.compile(
            r"maximum context length|prompt is too long|exceed context limit|maximum number of tokens allowed"
            r"|reduce the length of the messages|exceeded model token limit|too many tokens|input is too long"
            r"|exceeds the available context size|too many input tokens|current length is \d+ while limit",
            re.IGNORECASE,
        ),
        ContextLengthError,
    ),
    (re.compile(r"credit balance is too low", re.IGNORECASE), QuotaExceededError),
    (re.compile(r"API key not valid", re.IGNORECASE), AuthenticationError),
    (re.compile(r'"quotaId": ?"[^"]*PerDay', re.IGNORECASE), QuotaExceededError),
)

_BY_STATUS: dict[int, Kind] = {
    400: BadRequestError,
    401: AuthenticationError,
    402: QuotaExceededError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    413: BadRequestError,
    422: BadRequestError,
    429: RateLimitError,
    498: RateLimitError,
    503: OverloadedError,
    529: OverloadedError,
}

_REQUEST_ID_HEADERS = ("x-request-id", "request-id", "x-goog-request-id", "x-amzn-requestid", "cf-ray")
_BODY_LIMIT = 2000
_STATUS = re.compile(r"[45][0-9][0-9]")

_SECRETS = re.compile(
    # The prefixes by which vendors mark their keys, and JSON web tokens ...
    r"(?<![A-Za-z0-9])(?:(?:c?sk|pk|rk|gsk|xai|nvapi|pplx|fw|tgp|hf|r8|gh[pousr]|github_pat)[-_]"
    r"|AIza|ya29\.|AQ\.|AKIA|ABSK|eyJ)[A-Za-z0-9_.*+/=-]{12,}"
    # ... and whatever stands where a key stands.
    r"|(?i:(?<=bearer )[^\s\"',]+|(?<=key=)[^&\s\"']+|(?<=api-key: )[^\s\"',]+)"
)


def redact(text: str, secrets: Sequence[str] = ()) -> str:
    """The text without anything that is, or looks like, a key."""
    for secret in sorted(secrets, key=len, reverse=True):  # one may be part of another
        if len(secret) >= 4:
            text = text.replace(secret, "[redacted]")
    return _SECRETS.sub("[redacted]", text)


def _redacted(value: Any, secrets: Sequence[str]) -> Any:
    """JSON data without keys: in the data itself, as its text may spell a key with escapes."""
    if isinstance(value, str):
        return redact(value, secrets)
    if isinstance(value, dict):
        return {redact(str(name), secrets): _redacted(item, secrets) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_redacted(item, secrets) for item in value]
    return value if value is None or isinstance(value, (bool, int, float)) else redact(str(value), secrets)


def conceal(error: ProviderError | ModelBehaviorError, secrets: Sequence[str]) -> None:
    """Take secrets out of an error that was made of an answer by who knows nothing of the key in use."""
    if not secrets:
        return
    reword(error, redact(error.message, secrets))
    if isinstance(error, ProviderError):
        error.body = _redacted(error.body, secrets)
        error.code = error.code and redact(error.code, secrets)


def reword(error: ProviderError | ModelBehaviorError, message: str) -> None:
    """Give an error another message, wherever it is looked for."""
    error.message = message
    error.args = (message,)


def status_error(
    provider: str,
    status: int,
    headers: Mapping[str, str],
    body: Any,
    *,
    secrets: Sequence[str] = (),
    now: float | None = None,
) -> ProviderStatusError:
    """The exception for an answer with an error status.

    Args:
        provider: Who answered.
        status: The HTTP status.
        headers: The answer's headers, in any case.
        body: The answer's body: bytes, text, or parsed JSON.
        secrets: Texts that must not appear in the exception, such as the key in use.
        now: The time, in seconds since the epoch, for an answer that says no time of its own.
    """
    lower = {str(name).lower(): str(value) for name, value in headers.items()}
    parsed, text = _parse(body, secrets)
    codes, message = _codes_and_message(parsed)
    if header_code := lower.get("x-amzn-errortype"):  # Bedrock: "Code:namespace"
        codes.insert(0, redact(header_code.partition(":")[0], secrets))
    kind = _kind(status, codes, text)
    return kind(
        message or _first_words(text) or f"The service answered with status {status}.",
        provider=provider,
        status=status,
        code=codes[0] if codes else None,
        request_id=request_id(lower) or _request_id(parsed),
        retry_after=retry_after(lower, text, now=now),
        body=parsed if parsed is not None else text or None,
    )


def request_id(headers: Mapping[str, str]) -> str | None:
    """The vendor's id for a request, from headers in lower case (or of a mapping that knows no case)."""
    return next((headers[name] for name in _REQUEST_ID_HEADERS if name in headers), None)


def stream_error(provider: str, error: Any, *, secrets: Sequence[str] = ()) -> ProviderStatusError:
    """The exception for an error object within a stream that had begun with status 200."""
    parsed, text = _parse({"error": error}, secrets)
    codes, message = _codes_and_message(parsed)
    status = next((int(code) for code in codes if _STATUS.fullmatch(code)), None)
    kind = _kind(status or 500, codes, text)
    return kind(
        message or _first_words(text) or "The service reported an error within the stream.",
        provider=provider,
        status=status,
        code=codes[0] if codes else None,
        retry_after=retry_after({}, text),
        body=parsed,
    )


def unreadable(
    provider: str, what: str, payload: Any, *, secrets: Sequence[str] = (), partial: ModelResponse | None = None
) -> ProviderProtocolError:
    r"""The exception for what came and could not be read, which it keeps.

    Args:
        provider: Who sent it.
        what: What the service did, as in "sent what is no message".
        payload: The bytes or text, in which bytes that are no UTF-8 show as ``\xff``; or the object that was made of
            them, which is kept as Python shows it.
        secrets: Texts that must not appear in the exception.
        partial: What had been read before.
    """
    text = payload.decode("utf-8", "backslashreplace") if isinstance(payload, bytes) else payload
    if text is not None and not isinstance(text, str):
        text = repr(text)
    return ProviderProtocolError(
        redact(f"The service {what}.", secrets),
        provider=provider,
        body=None if text is None else redact(text, secrets)[:_BODY_LIMIT],
        partial_response=partial,
    )


def retry_after(headers: Mapping[str, str], body: str = "", *, now: float | None = None) -> float | None:
    """Seconds that a service asks to wait, in whatever spelling; what is no wait at all is left out.

    ``retry-after-ms`` (Azure), ``retry-after`` as seconds or as a date (counted from the answer's own
    ``date``, or from ``now`` where it has none), or Google's ``RetryInfo`` in the body.
    """
    if (ms := _number(headers.get("retry-after-ms"))) is not None:
        return ms / 1000
    spelled = headers.get("retry-after")
    if (seconds := _number(spelled)) is not None:
        return seconds
    if spelled and (until := _instant(spelled)) is not None:
        said = _instant(headers.get("date", ""))
        since = said if said is not None else now
        return None if since is None else max(0.0, until - since)
    found = re.search(r'"retryDelay":\s*"([0-9]+(?:\.[0-9]+)?)s"', body)
    return _number(found.group(1)) if found else None


def _instant(date: str) -> float | None:
    """An HTTP date in seconds since the epoch; one without a zone tells none."""
    try:
        found = parsedate_to_datetime(date)
        return found.timestamp() if found.tzinfo is not None else None
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def _number(text: str | None) -> float | None:
    try:
        value = float(text) if text is not None else None
    except ValueError:
        return None
    return value if value is not None and 0 <= value < float("inf") else None


def _parse(body: Any, secrets: Sequence[str]) -> tuple[Any, str]:
    """The body as a JSON object, where there is one, and as text; both bounded, and without secrets."""
    if isinstance(body, (bytes, bytearray)):
        body = body.decode("utf-8", "replace")
    parsed = _json_in(body) if isinstance(body, str) else body
    if isinstance(parsed, list) and len(parsed) == 1:  # Google wraps the error of a stream in an array
        parsed = parsed[0]
    if not isinstance(parsed, (dict, list)):
        return None, redact("" if body is None else str(body), secrets)[:_BODY_LIMIT]
    try:
        parsed = _redacted(parsed, secrets)
        text = json.dumps(parsed, ensure_ascii=False)
    except (RecursionError, ValueError):
        return None, "The answer is nested too deep to be read."
    if not isinstance(parsed, dict) or len(text) > 20 * _BODY_LIMIT:
        return None, text[:_BODY_LIMIT]
    return parsed, text


def _json_in(text: str) -> Any:
    """JSON data in a text: the whole of it, or an object that a client has put its own words around."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        found = json.JSONDecoder().raw_decode(text, text.index("{"))[0]
    except (ValueError, RecursionError):
        return None
    return found if "error" in found or "message" in found else None


def _codes_and_message(parsed: Any) -> tuple[list[str], str | None]:
    """The vendor's codes, the telling one first, and its message."""
    error = parsed
    while isinstance(error, dict) and isinstance(error.get("error"), (dict, str)):
        error = error["error"]  # gateways wrap what they pass on, sometimes more than once
    if not isinstance(error, dict):
        return [], error
    details = error.get("details")
    inner = [d.get("reason") for d in details if isinstance(d, dict)] if isinstance(details, list) else []
    if isinstance(details, dict):
        inner.append(details.get("error_code"))
    found = [*inner, error.get("code"), error.get("type"), error.get("status")]
    message = error.get("message") or parsed.get("message") or parsed.get("detail")
    if message is not None and not isinstance(message, str):
        message = json.dumps(message, ensure_ascii=False)
    codes = [str(code)[:100] for code in found if code not in (None, "", "error")]
    codes.sort(key=lambda code: bool(_STATUS.fullmatch(code)))  # the status again tells least
    return codes, message and message[:_BODY_LIMIT]


def _kind(status: int, codes: Sequence[str], text: str) -> Kind:
    for pattern, kind in _BY_WORDING:
        # Bedrock's throttle speaks of "too many tokens" too: a 429 is never about the length of one request.
        if pattern.search(text) and not (status == 429 and kind is ContextLengthError):
            return kind
    for code in codes:
        kind_of_code = _BY_CODE.get(code.lower())
        if kind_of_code is ServerError and 400 <= status < 500:
            continue  # a word for whatever failed: the status says whose fault it was
        if kind_of_code is not None:
            return kind_of_code
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    return ServerError if status >= 500 else BadRequestError


def _request_id(parsed: Any) -> str | None:
    found = parsed.get("request_id") if isinstance(parsed, dict) else None
    return found if isinstance(found, str) else None


_MARKUP = re.compile(r"<(script|style).*?</\1>|<[^>]*>", re.DOTALL | re.IGNORECASE)


def _first_words(text: str) -> str:
    """The start of an answer that is not JSON; of an HTML page, its words."""
    words = "".join(char if char.isprintable() else " " for char in _MARKUP.sub(" ", text))
    return " ".join(words.split())[:300]
