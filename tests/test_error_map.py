"""What services say went wrong, in all their spellings, and the exception that says it here."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.error_map import redact, retry_after, status_error, stream_error
from agents.exceptions import (
    AuthenticationError,
    BadRequestError,
    ConflictError,
    ContentPolicyError,
    ContextLengthError,
    NotFoundError,
    OverloadedError,
    PermissionDeniedError,
    ProviderStatusError,
    QuotaExceededError,
    RateLimitError,
    ServerError,
)


def openai(message: str = "No.", **fields: Any) -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None, **fields}}


def anthropic(kind: str, message: str = "No.", **fields: Any) -> dict[str, Any]:
    return {"type": "error", "error": {"type": kind, "message": message, **fields}, "request_id": "req_1"}


def google(status: str, message: str = "No.", *details: dict[str, Any]) -> dict[str, Any]:
    return {"error": {"code": 400, "message": message, "status": status, "details": list(details)}}


PER_DAY = {
    "@type": "type.googleapis.com/google.rpc.QuotaFailure",
    "violations": [{"quotaId": "GenerateRequestsPerDayPerProjectPerModel"}],
}
BAD_KEY = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}
TOO_LONG = (
    "This model's maximum context length is 8192 tokens.",
    "Please reduce the length of the messages or completion.",
    "prompt is too long: 210000 tokens > 200000 maximum",
    "input length and `max_tokens` exceed context limit: 1 + 2 > 3",
    "The input token count (9) exceeds the maximum number of tokens allowed (8).",
    "Your request exceeded model token limit: 8192",
    "too many tokens: size limit exceeded",
    "current length is 9 while limit is 8",
    "the request exceeds the available context size",
    "Input is too long for requested model.",
    "too many input tokens",
)
NO_MONEY = (
    "insufficient_quota",
    "credit_balance_exhausted",
    "billing_hard_limit_reached",
    "organization_spend_limit_exceeded",
    "project_spend_limit_exceeded",
    "organization_usage_limit_exceeded",
)
STATUSES: dict[int, type[ProviderStatusError]] = {
    **dict.fromkeys((400, 413, 418, 422), BadRequestError),
    **dict.fromkeys((500, 502, 504), ServerError),
    **dict.fromkeys((503, 529), OverloadedError),
    **dict.fromkeys((429, 498), RateLimitError),  # 498: Groq has no flex capacity
    401: AuthenticationError,
    402: QuotaExceededError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
}
ANTHROPIC: list[tuple[int, str, type[ProviderStatusError]]] = [
    (400, "invalid_request_error", BadRequestError),
    (401, "authentication_error", AuthenticationError),
    (402, "billing_error", QuotaExceededError),
    (403, "permission_error", PermissionDeniedError),
    (404, "not_found_error", NotFoundError),
    (409, "conflict_error", ConflictError),
    (413, "request_too_large", BadRequestError),
    (429, "rate_limit_error", RateLimitError),
    (500, "api_error", ServerError),
    (504, "timeout_error", ServerError),
    (529, "overloaded_error", OverloadedError),
]

CASES: list[tuple[int, Any, type[ProviderStatusError]]] = [
    # The status alone.
    *((status, openai(), kind) for status, kind in STATUSES.items()),
    *((status, text, kind) for text in ("", "<html>Gone</html>") for status, kind in STATUSES.items()),
    (422, {"detail": [{"loc": ["body"], "msg": "field required", "type": "missing"}]}, BadRequestError),
    # A general word for failures does not outweigh a status that says whose fault it was.
    (402, openai(type="server_error"), QuotaExceededError),
    (404, openai(code="internal"), NotFoundError),
    # Anthropic's types.
    *((status, anthropic(kind), error) for status, kind, error in ANTHROPIC),
    (400, anthropic("invalid_request_error", "Your credit balance is too low"), QuotaExceededError),
    (
        429,
        anthropic("rate_limit_error", details={"error_code": "enforced_spend_limit_reached"}),
        QuotaExceededError,
    ),
    # A conversation that is too long.
    (400, openai(code="context_length_exceeded"), ContextLengthError),
    *((400, openai(text), ContextLengthError) for text in TOO_LONG),
    (
        400,
        {"object": "error", "message": "No.", "type": "invalid_request_error", "code": "3051"},
        ContextLengthError,
    ),
    (400, {"object": "error", "message": "No.", "code": 3051}, ContextLengthError),
    (429, openai("Too many tokens, please wait before trying again."), RateLimitError),  # Bedrock's throttle
    # No money, no quota: waiting does not help.
    *((429, openai(code=code), QuotaExceededError) for code in NO_MONEY),
    (429, openai(type="insufficient_quota"), QuotaExceededError),
    (429, openai(type="exceeded_current_quota_error"), QuotaExceededError),  # Kimi
    (429, openai(code="1113"), QuotaExceededError),  # Z.AI
    (429, openai(code="1308"), QuotaExceededError),
    (429, openai(code=1321), QuotaExceededError),
    (429, google("RESOURCE_EXHAUSTED", "Quota", PER_DAY), QuotaExceededError),
    # Throttles under their own and under other statuses.
    (429, google("RESOURCE_EXHAUSTED"), RateLimitError),
    (503, google("UNAVAILABLE"), OverloadedError),
    (503, google("RESOURCE_EXHAUSTED"), RateLimitError),
    (503, openai(code="server_is_overloaded"), OverloadedError),
    (503, openai(code="slow_down"), RateLimitError),
    (429, openai(code="rate_limit_exceeded"), RateLimitError),
    (429, {"message": "No.", "type": "service_tier_capacity_exceeded", "code": "3505"}, RateLimitError),
    # Keys, policies and unknown models.
    (400, google("INVALID_ARGUMENT", "API key not valid.", BAD_KEY), AuthenticationError),
    (400, google("INVALID_ARGUMENT", "No.", BAD_KEY), AuthenticationError),
    (400, [google("INVALID_ARGUMENT", "No.", BAD_KEY)], AuthenticationError),
    (401, openai(code="invalid_api_key"), AuthenticationError),
    (400, openai(code="content_policy_violation"), ContentPolicyError),
    (400, openai(code="content_filter"), ContentPolicyError),
    (400, openai(code="ResponsibleAIPolicyViolation"), ContentPolicyError),
    (400, openai(code="model_not_found"), NotFoundError),
]


@pytest.mark.parametrize("form", ["parsed", "text", "bytes", "within a client's words"])
@pytest.mark.parametrize(("status", "body", "kind"), CASES)
def test_the_kind_of_error_is_what_the_service_meant(
    status: int, body: Any, kind: type[ProviderStatusError], form: str
) -> None:
    """Retries, fallbacks and the user's next step hang on the kind, and services share no spelling for it."""
    if form != "parsed" and not isinstance(body, str):
        body = json.dumps(body, indent=2 if form == "text" else None)
    if form == "bytes":
        body = body.encode()
    if form == "within a client's words" and not body.startswith("["):
        body = f"litellm.SomeError: AcmeException - {body}. Received Model Group=x"
    error = status_error("acme", status, {}, body)
    assert type(error) is kind
    assert (error.provider, error.status, error.status_code) == ("acme", status, status)


def test_bedrock_names_the_code_in_a_header() -> None:
    """Its body holds a message alone, and a throttle comes as a 400."""
    headers = {"X-Amzn-ErrorType": "ServiceQuotaExceededException:http://internal.amazon.com/"}
    error = status_error("bedrock", 400, headers, {"message": "Slow down"})
    assert type(error) is RateLimitError
    assert (error.code, error.message) == ("ServiceQuotaExceededException", "Slow down")


MESSAGES: dict[str, tuple[Any, str, str | None]] = {
    "OpenAI": (openai("Bad tool.", code="bad"), "Bad tool.", "bad"),
    "Google": (google("INVALID_ARGUMENT", "Bad tool."), "Bad tool.", "INVALID_ARGUMENT"),
    "OpenRouter": (
        {"error": {"code": 400, "message": "Bad tool.", "metadata": {"raw": "x"}}},
        "Bad tool.",
        "400",
    ),
    "Cohere": ({"message": "Bad tool."}, "Bad tool.", None),
    "Ollama": ({"error": "Bad tool."}, "Bad tool.", None),
    "FastAPI": ({"detail": "Bad tool."}, "Bad tool.", None),
    "FastAPI's list": ({"detail": [{"msg": "Bad tool."}]}, '[{"msg": "Bad tool."}]', None),
    "an error within an error": (
        {"error": {"error": {"message": "Bad tool.", "code": "bad"}}},
        "Bad tool.",
        "bad",
    ),
    "a flag and a message": ({"error": True, "message": "Bad tool."}, "Bad tool.", None),
    "no error, but a message": ({"error": None, "message": "Bad tool."}, "Bad tool.", None),
    "two errors": ([{"message": "a"}, {"message": "b"}], '[{"message": "a"}, {"message": "b"}]', None),
    "a page": (
        b"<html><style>p{}</style><script>var x = {};</script><h1>502</h1>\n<p>Bad  gateway</p></html>",
        "502 Bad gateway",
        None,
    ),
    "text": ("upstream connect error", "upstream connect error", None),
    "text about JSON": ('unexpected token in {"a": 1}', 'unexpected token in {"a": 1}', None),
    "noise": (b"\x00\xff\x1b[31mred\n\x07", "\ufffd [31mred", None),
    "a number": ("42", "42", None),
    "nothing": (None, "The service answered with status 400.", None),
    "no bytes": (b"", "The service answered with status 400.", None),
    "no text": ("", "The service answered with status 400.", None),
    "an empty object": ({}, "{}", None),
}


@pytest.mark.parametrize(("body", "message", "code"), MESSAGES.values(), ids=MESSAGES)
def test_the_message_is_the_services_own(body: Any, message: str, code: str | None) -> None:
    """The user reads what the service said, not a dump of its page, and never nothing."""
    error = status_error("acme", 400, {}, body)
    assert (error.message, error.code) == (message, code)
    assert str(error).startswith(message)


def test_the_request_id_comes_from_the_headers_or_the_body() -> None:
    """It is the first thing that a vendor's support asks for."""
    assert status_error("acme", 500, {"X-Request-ID": "a"}, anthropic("api_error")).request_id == "a"
    assert status_error("acme", 500, {"request-id": "b"}, "").request_id == "b"
    assert status_error("acme", 500, {}, anthropic("api_error")).request_id == "req_1"
    assert status_error("acme", 500, {}, {"request_id": 5}).request_id is None


def test_bodies_are_bounded() -> None:
    """A gateway's novel must not fill the logs."""
    for body in ("x" * 10**6, openai("x" * 10**6), [["x" * 10**6], []], b"[" * 10**6):
        error = status_error("acme", 500, {}, body)
        assert len(str(error.body)) <= 40_000
        assert len(error.message) <= 2_000


DATED = {"date": "Wed, 21 Oct 2026 07:28:00 GMT"}
RETRY_INFO = json.dumps(google("X", "", {"retryDelay": "14.5s"}))
WAITS: dict[str, tuple[dict[str, str], str, float | None]] = {
    "nothing": ({}, "", None),
    "seconds": ({"retry-after": "7"}, "", 7.0),
    "a fraction": ({"retry-after": "0.25"}, "", 0.25),
    "none at all": ({"retry-after": "0"}, "", 0.0),
    "milliseconds first": ({"retry-after-ms": "1500", "retry-after": "7"}, "", 1.5),
    "a date": ({"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT", **DATED}, "", 30.0),
    "a date in the past": ({"retry-after": "Wed, 21 Oct 2026 07:27:00 GMT", **DATED}, "", 0.0),
    "a date without a clock": ({"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT"}, "", None),
    "a date without a zone": ({"retry-after": "Wed, 21 Oct 2026 07:28:30 -0000", **DATED}, "", None),
    "an impossible date": ({"retry-after": "Wed, 99 Oct 99999 07:28:30 GMT", **DATED}, "", None),
    "Google's": ({}, RETRY_INFO, 14.5),
    "Google's, within other words": ({}, f"VertexAIException - {RETRY_INFO}", 14.5),
    "the header before the body": ({"retry-after": "7"}, RETRY_INFO, 7.0),
    "negative": ({"retry-after": "-5"}, "", None),
    "not a number": ({"retry-after": "nan"}, "", None),
    "for ever": ({"retry-after": "inf"}, "", None),
    "words": ({"retry-after": "soon", **DATED}, "", None),
    "broken milliseconds": ({"retry-after-ms": "x", "retry-after": "7"}, "", 7.0),
    "dots": ({}, '{"retryDelay": "1.2.3s"}', None),
    "too many digits": ({}, '{"retryDelay": "' + "9" * 400 + 's"}', None),
}


def test_a_date_without_a_date_header_is_counted_from_the_callers_clock() -> None:
    """A proxy may have stripped the header; a clock that is a little off is better than no wait at all."""
    headers = {"retry-after": "Wed, 21 Oct 2026 07:28:30 GMT"}
    now = datetime(2026, 10, 21, 7, 28, tzinfo=timezone.utc).timestamp()
    assert retry_after(headers, now=now) == 30
    assert status_error("acme", 429, headers, "", now=now + 60).retry_after == 0
    assert retry_after({**headers, "date": "Wed, 21 Oct 2026 07:28:20 GMT"}, now=now) == 10
    assert retry_after({**headers, "date": "today"}, now=now) == 30


@pytest.mark.parametrize(("headers", "body", "expected"), WAITS.values(), ids=WAITS)
def test_the_wait_is_read_in_every_spelling(headers: dict[str, str], body: str, expected: float | None) -> None:
    """A wait that is missed hammers a service that asked for peace; one that is no number breaks sleep."""
    assert retry_after(headers, body) == expected
    shown = status_error("acme", 429, {k.title(): v for k, v in headers.items()}, body)
    assert shown.retry_after == expected


@pytest.mark.parametrize(
    ("error", "kind", "status"),
    [
        ({"code": 429, "message": "No."}, RateLimitError, 429),
        ({"code": "502", "message": "No."}, ServerError, 502),
        ({"type": "overloaded_error", "message": "No."}, OverloadedError, None),
        ({"code": "²", "message": "No."}, ServerError, None),
        ({"code": 1e400, "message": "No."}, ServerError, None),
        ({"message": "prompt is too long"}, ContextLengthError, None),
        ("No.", ServerError, None),
        (None, ServerError, None),
        ([1], ServerError, None),
    ],
)
def test_an_error_within_a_stream_has_its_own_status(error: Any, kind: type[Exception], status: int | None) -> None:
    """The stream began with 200, so that the status inside is the only one that means anything."""
    found = stream_error("acme", error)
    assert (type(found), found.status) == (kind, status)
    assert found.message


VENDOR_KEYS = {
    "OpenAI": "sk-proj-AbCd1234_efGH-5678ijklMNOP",
    "Anthropic": "sk-ant-api03-AbCd1234_efGH-5678ijklMNOP-AA",
    "OpenRouter": "sk-or-v1-0123456789abcdef0123456789abcdef",
    "Groq": "gsk_AbCd1234efGH5678ijklMNOP",
    "xAI": "xai-AbCd1234efGH5678ijklMNOP",
    "Google": "AIzaSyAbCd1234_efGH-5678ijklMNOPqrstuv",
    "Google OAuth": "ya29.a0AbCd1234_efGH-5678ijkl",
    "Gemini, new form": "AQ.Ab8RN6AbCd1234efGH5678",
    "Hugging Face": "hf_AbCd1234efGH5678ijklMNOP",
    "Replicate": "r8_AbCd1234efGH5678ijklMNOP",
    "Cerebras": "csk-abcd1234efgh5678ijkl",
    "NVIDIA": "nvapi-AbCd1234_efGH-5678ijkl",
    "Perplexity": "pplx-AbCd1234efGH5678ijkl",
    "Fireworks": "fw_AbCd1234efGH5678ijkl",
    "Together": "tgp_v1_AbCd1234efGH5678ijkl",
    "GitHub": "ghp_AbCd1234efGH5678ijklMNOP",
    "AWS": "AKIAIOSFODNN7EXAMPLE",
    "a web token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.AbCd-1234_efGH",
}


@pytest.mark.parametrize("key", VENDOR_KEYS.values(), ids=VENDOR_KEYS)
@pytest.mark.parametrize(
    "text",
    [
        "Incorrect API key provided: {}.",
        '{{"key": "{}"}}',
        "Bearer {}",
        "?key={}&alt=sse",
        "x-api-key: {}",
        "'{}'",
    ],
)
def test_keys_of_known_vendors_never_survive(key: str, text: str) -> None:
    """Services echo the key that was wrong, and errors are pasted into trackers."""
    said = text.format(key)
    assert key not in redact(said)
    assert key not in f"{status_error('acme', 401, {}, openai(said))!r} {status_error('acme', 401, {}, said).body}"


@pytest.mark.parametrize(
    "text", ["Bearer 0123456789", "authorization: bearer abcdef", "?key=abcdef&x=1", "X-Api-Key: abc"]
)
def test_what_stands_where_a_key_stands_is_hidden(text: str) -> None:
    """Mistral's and Azure's keys have no mark of their own."""
    assert "[redacted]" in redact(text)


@pytest.mark.parametrize(
    "text",
    [
        "skip_special_tokens is unknown",
        "task-management-software",
        "skeleton_key_of_the_house",
        "gpt-4o-mini-2024-07-18",
    ],
)
def test_plain_words_are_no_keys(text: str) -> None:
    """An error whose telling word is hidden helps nobody."""
    assert redact(text) == text


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
# What a key may be made of, and what JSON spells with escapes; none of it is in our own words.
SECRETS = st.text(st.sampled_from('QZ57_-."\\/é\n'), min_size=6).filter(lambda text: len(set(text)) > 2)


@st.composite
def bodies(draw: st.DrawFn, secret: str) -> Any:
    """A body with the secret somewhere in it."""
    said = draw(st.text()) + secret + draw(st.text())
    place = draw(st.sampled_from(["message", "code", "key", "list", "deep", "text", "page", "bytes", "words"]))
    made = {
        "message": openai(said),
        "code": openai(code=said),
        "key": {"error": {said: draw(JSON)}},
        "list": [said, {"error": said}],
        "deep": {"detail": [{"a": [draw(JSON), said]}]},
        "text": said,
        "page": f"<html><p>{said}</p></html>",
        "bytes": json.dumps(openai(said)).encode(),
        "words": f"AcmeException - {json.dumps(openai(said))}",
    }
    return made[place]


@given(
    SECRETS.flatmap(lambda secret: st.tuples(st.just(secret), bodies(secret))),
    st.sampled_from([400, 401, 500]),
)
def test_a_known_secret_is_in_no_part_of_an_exception(drawn: tuple[str, Any], status: int) -> None:
    """The key in use must not get out by any echo, however it is spelled in JSON."""
    secret, body = drawn
    for error in (
        status_error("acme", status, {}, body, secrets=[secret]),
        stream_error("acme", body if not isinstance(body, bytes) else body.decode(), secrets=[secret]),
    ):
        for shown in (str(error), error.message, str(error.code), *_texts(error.body)):
            assert secret not in shown
        assert secret not in repr(error)


def _texts(value: Any) -> list[str]:
    """All text in JSON data."""
    if isinstance(value, dict):
        return [text for pair in value.items() for each in pair for text in _texts(each)]
    return [text for each in value for text in _texts(each)] if isinstance(value, list) else [str(value)]


@given(st.integers(400, 599), JSON | st.binary() | st.text(), st.dictionaries(st.text(), st.text(), max_size=3))
def test_any_body_makes_an_error(status: int, body: Any, headers: dict[str, str]) -> None:
    """The one who reports a failure must not fail."""
    for error in (status_error("acme", status, headers, body), stream_error("acme", body)):
        assert error.message
        assert isinstance(error.body, (dict, str, type(None)))
