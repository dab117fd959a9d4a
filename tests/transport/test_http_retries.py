"""Retries: before the first output only, as often and as late as the service and the caller wish."""

from __future__ import annotations

import logging
import time
from email.utils import formatdate
from typing import Any

import pytest

from agents.exceptions import (
    ProviderConnectionError,
    ProviderError,
    ProviderTimeoutError,
    QuotaExceededError,
    RateLimitError,
    ServerError,
)
from agents.testing.simulator import Disconnect, Fault, HttpError, Simulator, Stall
from agents.transport.http_retry import delay

from .calls import BOTH, Waits, answers, hurried, transport
from .raw_server import RawServer, Say, answer, chunk, head

QUOTA = HttpError(429, "Pay", type="insufficient_quota", code="insufficient_quota")

# A fault, and whether it may be gone with the next try.
PASSING: dict[str, tuple[Fault, bool]] = {
    "connection reset": (Disconnect(), True),
    "408": (HttpError(408), True),
    "409": (HttpError(409), True),
    "429": (HttpError(429), True),
    "500": (HttpError(500), True),
    "502 of a gateway": (HttpError(502, body="<html>Bad gateway</html>"), True),
    "503": (HttpError(503), True),
    "529": (HttpError(529), True),
    "429 out of quota": (QUOTA, False),
    "400": (HttpError(400), False),
    "401": (HttpError(401), False),
    "403": (HttpError(403), False),
    "404": (HttpError(404), False),
    "413": (HttpError(413), False),
    "422": (HttpError(422), False),
    "500 for a long prompt": (HttpError(500, "prompt is too long: 9 tokens > 8 maximum"), False),
    "400 that throttles": (HttpError(400, "Later", type="rate_limit_error"), True),
    "says yes": (HttpError(400, headers={"x-should-retry": "true"}), True),
    "says no": (HttpError(503, headers={"x-should-retry": "false"}), False),
    "says neither": (HttpError(503, headers={"x-should-retry": "perhaps"}), True),
}


@BOTH
@pytest.mark.parametrize(("fault", "passing"), PASSING.values(), ids=PASSING)
async def test_what_may_pass_is_tried_again_and_nothing_else(
    sim: Simulator, mode: str, fault: Fault, passing: bool
) -> None:
    """A retry that cannot help costs the user time, and sometimes the ban of the key."""
    sim.script(fault, "Here I am.")
    waits = Waits()
    http = transport(sim.openai_base_url, sleep=waits)
    if passing:
        assert b"".join(await answers(http, mode))
    else:
        with pytest.raises(ProviderError):
            await answers(http, mode)
    assert len(sim.requests) == 1 + passing
    assert len(waits) == passing


@BOTH
@pytest.mark.parametrize(("retries", "requests"), [(0, 1), (1, 2), (2, 3), (5, 6)])
async def test_it_gives_up_after_the_last_retry(sim: Simulator, mode: str, retries: int, requests: int) -> None:
    """The last error is raised as it is."""
    sim.script(*[HttpError(503)] * 10)
    with pytest.raises(ServerError):
        await answers(transport(sim.openai_base_url, max_retries=retries), mode)
    assert len(sim.requests) == requests


@BOTH
async def test_two_retries_are_the_default(sim: Simulator, mode: str) -> None:
    """As with the vendors' own clients."""
    sim.script(*[Disconnect()] * 10)
    with pytest.raises(ProviderConnectionError):
        await answers(transport(sim.openai_base_url), mode)
    assert len(sim.requests) == 3


@BOTH
async def test_a_run_with_its_own_policy_has_no_second_one_below(sim: Simulator, mode: str) -> None:
    """Two authorities would multiply: three tries of three tries each."""
    sim.script(*[HttpError(503)] * 10)
    with pytest.raises(ServerError):
        await answers(transport(sim.openai_base_url), mode, retries=False)
    assert len(sim.requests) == 1


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.25"}, 0.25),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": "60"}, 60.0),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"date": "Wed, 21 Oct 2026 07:28:00 GMT", "retry-after": "Wed, 21 Oct 2026 07:28:05 GMT"}, 5.0),
    ],
)
@BOTH
async def test_the_wait_is_what_the_service_asks_for(
    sim: Simulator, mode: str, headers: dict[str, str], wait: float
) -> None:
    """Earlier is refused again; later wastes time."""
    sim.script(HttpError(429, headers=headers), "Here I am.")
    waits = Waits()
    await answers(transport(sim.openai_base_url, sleep=waits), mode)
    assert waits == [wait]


@BOTH
async def test_a_dated_wait_without_a_clock_of_the_service_goes_by_the_local_one(mode: str) -> None:
    """Gateways strip the ``date`` header, and the service would be hammered."""
    refusal = answer(b"{}", "429 Too Many Requests", retry_after=formatdate(time.time() + 30, usegmt=True))
    async with RawServer(refusal, answer(b'{"id": "x"}')) as server:
        waits = Waits()
        await answers(transport(server.url, sleep=waits), mode)
    (wait,) = waits
    assert 0 < wait <= 30


@BOTH
async def test_a_wait_too_long_is_left_to_the_caller(sim: Simulator, mode: str) -> None:
    """A call that sleeps for an hour looks like a hang; the error says how long it would be."""
    sim.script(HttpError(429, headers={"retry-after": "61"}), "Too early")
    with pytest.raises(RateLimitError) as caught:
        await answers(transport(sim.openai_base_url), mode)
    assert caught.value.retry_after == 61
    assert len(sim.requests) == 1


def test_without_a_word_the_wait_grows_up_to_a_limit() -> None:
    """A service in trouble needs to be left alone for longer each time; jitter keeps a fleet from marching in step."""
    error = ServerError("Oh", provider="acme")
    for attempt, longest in enumerate([0.5, 1, 2, 4, 8, 8, 8], start=1):
        found = {delay(error, attempt) for _ in range(50)}
        assert len(found) > 1
        assert all(wait is not None and 0.75 * longest <= wait <= longest for wait in found)


@BOTH
async def test_silence_is_not_tried_again(sim: Simulator, mode: str, patiently: Any) -> None:
    """Who waited ten minutes once does not want to wait, and pay, for two more such answers."""

    async def attempt(seconds: float) -> None:
        sim.reset()
        sim.script(Stall(), "Too late")
        with pytest.raises(ProviderTimeoutError):
            await answers(transport(sim.openai_base_url, timeouts=hurried(seconds)), mode)
        assert len(sim.requests) == 1

    await patiently(attempt)


EVENT = b'data: {"n":1}\n\n'


@pytest.mark.parametrize(
    ("broken", "mode"),
    [
        (Say([answer(b'{"n":1}')[:-1]], "close"), "plain"),
        (Say([head(), chunk(b": hm\n\n")], "close"), "stream"),
        (Say([head(), chunk(EVENT[:-1])], "reset"), "stream"),
    ],
)
async def test_an_answer_that_breaks_before_any_of_it_was_handed_on_is_asked_for_again(broken: Say, mode: str) -> None:
    """Nobody has seen anything of it."""
    good = answer(b'{"n":1}') if mode == "plain" else head() + chunk(EVENT) + chunk(b"")
    async with RawServer(broken, good) as server:
        assert await answers(transport(server.url), mode) == [b'{"n":1}']
    assert len(server.heard) == 2


async def test_every_try_sends_the_whole_request(sim: Simulator) -> None:
    """A body that was read by the first try must be there for the second; large ones are sent in pieces."""
    sim.script(HttpError(503), HttpError(503), "Here I am.")
    text = "x" * 3_000_000
    await answers(transport(sim.openai_base_url), "plain", body={"messages": [{"role": "user", "content": text}]})
    assert [request.body["messages"][0]["content"] for request in sim.requests] == [text] * 3


async def test_a_retry_is_logged_without_anything_of_the_request(
    sim: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    """A slow call explains itself in the log, and nobody's text ends up there."""
    caplog.set_level(logging.INFO, logger="openai.agents")
    sim.script(HttpError(429, "Hi sim-key", headers={"retry-after": "7"}), "Here I am.")
    await answers(transport(sim.openai_base_url), "plain")
    assert [record.getMessage() for record in caplog.records] == [
        "Call to acme failed (RateLimitError, status 429); retry 1 of 2 in 7.00 s."
    ]


async def test_quota_is_told_from_rate(sim: Simulator) -> None:
    """Both are 429; only one is worth waiting for."""
    sim.script(QUOTA)
    with pytest.raises(QuotaExceededError):
        await answers(transport(sim.openai_base_url), "plain")
