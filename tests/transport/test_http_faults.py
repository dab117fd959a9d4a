"""What goes wrong on the way is one of our exceptions, keeps what came, and never hangs."""

from __future__ import annotations

from typing import Any

import pytest

from agents.exceptions import (
    AuthenticationError,
    ContextLengthError,
    OverloadedError,
    ProviderConnectionError,
    ProviderError,
    ProviderProtocolError,
    ProviderTimeoutError,
    RateLimitError,
    ServerError,
)
from agents.testing.simulator import Disconnect, Fault, HttpError, Simulator, Stall, Truncated
from agents.transport.http import Timeouts

from .calls import BOTH, KEY, answers, hurried, transport
from .raw_server import RawServer, Say, answer, chunk, head

HTML = b"<!doctype html><html><body><h1>502 Bad Gateway</h1></body></html>"
EVENT = b'data: {"n":1}\n\n'
GZIPPED = head("application/json", content_encoding="gzip")

# What the server says; the exception; words of its message.
FAULTS: dict[str, tuple[Say, type[ProviderError], str]] = {
    "hangs up at once": (Say([], "close"), ProviderConnectionError, "broke"),
    "resets at once": (Say([], "reset"), ProviderConnectionError, "broke"),
    "hangs up in its head": (Say([b"HTTP/1.1 200 OK\r\ncontent-"], "close"), ProviderConnectionError, "broke"),
    "speaks no HTTP": (Say([b"SSH-2.0-OpenSSH_9.6\r\n\r\n"], "close"), ProviderProtocolError, "not HTTP"),
    "says nothing": (Say([], "stall"), ProviderTimeoutError, "did not answer within {seconds} seconds"),
    "says nothing after its head": (Say([head()], "stall"), ProviderTimeoutError, "did not answer within"),
    "falls silent": (Say([head(), chunk(b": hm\n")], "stall"), ProviderTimeoutError, "sent nothing within {seconds}"),
    "hangs up in a chunk": (Say([head(), b"ff\r\n: hm"], "close"), ProviderConnectionError, "hung up in the middle"),
    "hangs up between chunks": (Say([head(), chunk(b": hm\n")], "close"), ProviderConnectionError, "hung up in the"),
    "resets in its answer": (Say([head(), chunk(b": hm\n")], "reset"), ProviderConnectionError, "Connection reset"),
    "says less than it promised": (Say([answer(HTML)[:-9]], "close"), ProviderConnectionError, "hung up in the middle"),
    "sends a chunk of no size": (Say([head(), b"xyz\r\n\r\n"], "close"), ProviderConnectionError, "hung up in the"),
    "compresses what is not": (Say([GZIPPED, chunk(b'{"n":1}' * 9), chunk(b"")]), ProviderProtocolError, "compressed"),
    "sends a page": (Say([answer(HTML, kind="text/html")]), ProviderProtocolError, "text/html: '<!doctype html>"),
    "calls a page JSON": (Say([answer(HTML)]), ProviderProtocolError, "application/json: '<!doctype"),
    "calls a page events": (Say([answer(HTML, kind="text/event-stream")]), ProviderProtocolError, "event-stream: '<!"),
    "sends plain words": (Say([answer(b"upstream error", kind="text/plain")]), ProviderProtocolError, "upstream"),
    "sends an empty body": (Say([answer(b"")]), ProviderProtocolError, "nothing"),
    "has no content": (Say([b"HTTP/1.1 204 No Content\r\n\r\n"]), ProviderProtocolError, "nothing"),
    "sends bytes that are no text": (Say([answer(b"\xff\xfe\0")]), ProviderProtocolError, r"\xff"),
    "redirects": (
        Say([answer(b"", "307 Over There", location="https://b.example/v2")]),
        ProviderProtocolError,
        "b.exa",
    ),
    "fails in half a sentence": (Say([answer(b"Oh n", "500 Oops")[:-1]], "close"), ServerError, "Oh"),
}


@BOTH
@pytest.mark.parametrize(("say", "error", "words"), FAULTS.values(), ids=FAULTS)
async def test_each_fault_of_the_network_has_its_exception(
    mode: str, say: Say, error: type[ProviderError], words: str, patiently: Any
) -> None:
    """Whoever catches ``ProviderError`` must learn what to do: wait, fix the address, or call the service."""

    async def attempt(seconds: float) -> None:
        async with RawServer(say) as server:
            http = transport(server.url, max_retries=0, timeouts=hurried(seconds))
            with pytest.raises(error) as caught:
                await answers(http, mode)
            await http.close()
        assert words.format(seconds=seconds) in str(caught.value)
        assert caught.value.provider == "acme"
        assert len(server.heard) == 1

    await patiently(attempt)


@BOTH
async def test_what_could_not_be_read_is_kept(mode: str) -> None:
    """A page of a gateway says what is wrong there; its start, status and request id are worth a look."""
    async with RawServer(answer(HTML + b"x" * 10_000, kind="text/html", x_request_id="req_7")) as server:
        with pytest.raises(ProviderProtocolError) as caught:
            await answers(transport(server.url), mode)
    assert str(caught.value.body).startswith(HTML.decode())
    assert len(str(caught.value.body)) == 2000
    assert (caught.value.status, caught.value.request_id) == (200, "req_7")


@pytest.mark.parametrize(
    ("say", "error"),
    [
        (Say([head(), chunk(EVENT), chunk(EVENT)], "close"), ProviderConnectionError),
        (Say([head(), chunk(EVENT), chunk(EVENT)], "reset"), ProviderConnectionError),
        (Say([head(), chunk(EVENT), chunk(EVENT + b"data: ")], "stall"), ProviderTimeoutError),
    ],
)
async def test_frames_before_a_fault_are_handed_on_and_never_asked_for_again(
    say: Say, error: type[ProviderError], patiently: Any
) -> None:
    """Text that a user has seen cannot be taken back by a second try, which would say it in other words."""

    async def attempt(seconds: float) -> None:
        frames: list[bytes] = []
        async with RawServer(say) as server:
            http = transport(server.url, timeouts=hurried(seconds))
            with pytest.raises(error):
                await answers(http, "stream", frames)
        assert frames == [b'{"n":1}'] * 2
        assert len(server.heard) == 1

    await patiently(attempt)


@pytest.mark.parametrize(
    ("fault", "plain", "streamed"),
    [
        (HttpError(401), AuthenticationError, AuthenticationError),
        (HttpError(400, "prompt is too long: 9 tokens"), ContextLengthError, ContextLengthError),
        (HttpError(429, headers={"retry-after": "7"}), RateLimitError, RateLimitError),
        (HttpError(529, type="overloaded_error"), OverloadedError, OverloadedError),
        (HttpError(502, body="<html>Bad gateway</html>"), ServerError, ServerError),
        (Disconnect(), ProviderConnectionError, ProviderConnectionError),
        (Disconnect(3, reset=True), ProviderConnectionError, ProviderConnectionError),
        (Stall(), ProviderTimeoutError, ProviderTimeoutError),
        (Stall(3), ProviderTimeoutError, ProviderTimeoutError),
        (Truncated(), None, None),  # HTTP is in order: the codec sees that the answer is not
    ],
)
@BOTH
async def test_each_fault_of_a_service_has_its_exception(
    sim: Simulator, mode: str, fault: Fault, plain: type[ProviderError] | None, streamed: type[ProviderError] | None
) -> None:
    """The same table over a server that speaks as the vendors do."""
    sim.script(fault)
    error = plain if mode == "plain" else streamed
    timeouts = hurried() if error is ProviderTimeoutError else Timeouts()
    http = transport(sim.openai_base_url, max_retries=0, timeouts=timeouts)
    if error is None:
        assert await answers(http, mode)
        return
    with pytest.raises(error) as caught:
        await answers(http, mode)
    assert type(caught.value) is error


async def test_an_error_carries_what_the_service_said(sim: Simulator) -> None:
    """Request id, wait and code are what its support asks for, and what a retry needs."""
    sim.script(HttpError(429, "Slow down", code="rate_limit_exceeded", headers={"retry-after": "7"}))
    with pytest.raises(RateLimitError) as caught:
        await answers(transport(sim.openai_base_url, max_retries=0), "plain")
    error = caught.value
    assert (error.message, error.status, error.code, error.retry_after) == ("Slow down", 429, "rate_limit_exceeded", 7)
    assert str(error.request_id).startswith("req_")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("http://127.0.0.1:9", "could not be reached"),  # the port of "discard": nobody listens
        ("http://nobody.invalid", "could not be reached"),
    ],
)
@BOTH
async def test_a_service_that_is_not_there_is_named(mode: str, address: str, words: str) -> None:
    """The first thing that goes wrong with a local server is that it does not run."""
    with pytest.raises(ProviderConnectionError) as caught:
        await answers(transport(address), mode)
    assert words in str(caught.value)
    assert address.removeprefix("http://").partition(":")[0] in str(caught.value)


async def test_tls_to_a_server_that_has_none_is_a_lost_connection(sim: Simulator) -> None:
    """A wrong scheme in a base URL must not look like a fault of ours."""
    with pytest.raises(ProviderConnectionError):
        await answers(transport(sim.url.replace("http:", "https:"), max_retries=0), "plain")


async def test_a_service_that_does_not_read_the_request_is_given_up() -> None:
    """A large request that nobody takes would else wait for ever: the clock of the answer has not begun."""
    async with RawServer(deaf=True) as server:
        http = transport(server.url, max_retries=0, timeouts=hurried())
        with pytest.raises(ProviderTimeoutError):
            await answers(http, "plain", body={"image": "x" * 20_000_000})
        await http.close()


SECRETS = ["sk-or-v1-0123456789abcdef", "hunter22", "s3cr3t-tenant"]


@pytest.mark.parametrize(
    "say",
    [
        *(say for say, _, _ in FAULTS.values()),
        Say([answer(f'{{"error":{{"message":"Wrong key: {" ".join(SECRETS)}"}}}}'.encode(), "401 No")]),
        Say([answer(f"<p>{' '.join(SECRETS)}</p>".encode(), kind="text/html")]),
        Say([answer(b"", "302 Go", location=f"https://b.example/?a={SECRETS[1]}&b={SECRETS[2]}")]),
    ],
)
@BOTH
async def test_no_error_shows_a_secret(mode: str, say: Say, caplog: pytest.LogCaptureFixture) -> None:
    """Errors end up in logs, traces and bug reports; a key in one is a key lost."""
    caplog.set_level("DEBUG")
    async with RawServer(say) as server:
        address = server.url.replace("://", f"://me:{SECRETS[1]}@") + f"/v1?api_key={SECRETS[1]}"
        http = transport(
            address, max_retries=1, timeouts=hurried(), headers={"X-Api-Key": SECRETS[0]}, secrets=[SECRETS[2]]
        )
        with pytest.raises(ProviderError) as caught:
            await answers(http, mode, headers={"Authorization": f"Bearer {KEY}{SECRETS[0]}"})
        shown = [repr(http), str(http), http.base_url, caplog.text]
        link: BaseException | None = caught.value
        while link is not None:
            shown += [str(link), repr(link), repr(vars(link)) if isinstance(link, ProviderError) else ""]
            link = link.__cause__
        await http.close()
    for secret in SECRETS:
        assert secret not in "\n".join(shown)
