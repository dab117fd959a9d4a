"""The door: keys, versions, addresses, and bytes that are no JSON."""

from __future__ import annotations

from typing import Any

import pytest

from agents.testing.simulator import Simulator

HI = {"role": "user", "content": "Hi"}
CHAT = {"model": "gpt-sim", "messages": [HI]}
MESSAGES = {"model": "claude-sim", "max_tokens": 100, "messages": [HI]}
GENERATE = {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]}
PATHS: dict[str, tuple[str, dict[str, Any]]] = {
    "chat": ("/v1/chat/completions", CHAT),
    "responses": ("/v1/responses", {"model": "gpt-sim", "input": "Hi"}),
    "messages": ("/v1/messages", MESSAGES),
    "gemini": ("/v1beta/models/gemini-3-pro:generateContent", GENERATE),
}
NO_KEY = {"authorization": "", "x-goog-api-key": ""}
BAD_KEY = {"authorization": "Bearer nope", "x-goog-api-key": "nope"}
DOORS: list[tuple[str, str, dict[str, str], int, str]] = [
    ("chat", "no key", NO_KEY, 401, "didn't provide an API key"),
    ("chat", "wrong key", BAD_KEY, 401, "invalid_api_key"),
    ("responses", "no key", NO_KEY, 401, "didn't provide an API key"),
    ("responses", "wrong key", BAD_KEY, 401, "invalid_api_key"),
    ("messages", "no key", NO_KEY, 401, "authentication_error"),
    ("messages", "wrong key", BAD_KEY, 401, "authentication_error"),
    ("messages", "wrong x-api-key beside a right token", {"x-api-key": "nope"}, 401, "invalid x-api-key"),
    ("messages", "no version", {"anthropic-version": ""}, 400, "anthropic-version: header is required"),
    ("messages", "unknown version", {"anthropic-version": "2020-01-01"}, 400, "not a valid version"),
    ("gemini", "no key", NO_KEY, 403, "PERMISSION_DENIED"),
    ("gemini", "wrong key", BAD_KEY, 400, "API_KEY_INVALID"),
]


@pytest.mark.parametrize(
    ("protocol", "headers", "status", "fragment"),
    [(protocol, headers, status, text) for protocol, _, headers, status, text in DOORS],
    ids=[f"{row[0]}: {row[1]}" for row in DOORS],
)
async def test_the_door_is_kept(
    sim: Simulator, post: Any, protocol: str, headers: dict[str, str], status: int, fragment: str
) -> None:
    """Wrong keys and versions are the first thing users meet, and no answer repeats the key."""
    path, body = PATHS[protocol]
    answer = await post(sim, path, body, headers)
    assert answer.status == status
    assert fragment in answer.content.decode()
    assert "nope" not in answer.content.decode()


@pytest.mark.parametrize("headers", [{"x-api-key": "sim-key", "authorization": ""}, {}], ids=["x-api-key", "bearer"])
@pytest.mark.parametrize("version", ["2023-06-01", "2026-10-21"])
async def test_anthropic_takes_both_keys_and_both_versions(
    sim: Simulator, post: Any, headers: dict[str, str], version: str
) -> None:
    """The vendor's client changed both within a year, and older ones are still in use."""
    answer = await post(sim, "/v1/messages", MESSAGES, {**headers, "anthropic-version": version})
    assert answer.status == 200


@pytest.mark.parametrize("protocol", PATHS)
async def test_a_body_that_is_not_json_is_a_400(sim: Simulator, post: Any, protocol: str) -> None:
    """Broken bytes get the vendor's error shape, never a 500."""
    answer = await post(sim, PATHS[protocol][0], b'{"model": ')
    assert answer.status == 400
    assert "error" in answer.json


async def test_an_unknown_address_is_a_404(sim: Simulator, post: Any) -> None:
    """A base URL with `/v1` too many or too few must be seen at once."""
    answer = await post(sim, "/v1/v1/chat/completions", CHAT)
    assert (answer.status, answer.json["error"]["type"]) == (404, "invalid_request_error")


async def test_a_refused_json_array_stream_reports_in_an_array(sim: Simulator, post: Any) -> None:
    """Without `alt=sse` Gemini wraps even its errors, which trips clients that expect an object."""
    answer = await post(sim, "/v1beta/models/no-such-x:streamGenerateContent", GENERATE)
    assert (answer.status, answer.json[0]["error"]["status"]) == (404, "NOT_FOUND")
