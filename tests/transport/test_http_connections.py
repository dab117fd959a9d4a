"""Connections: used again, hung up when nobody listens, and gone with their event loop."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import ssl
import subprocess
import sys
import threading
import warnings
from contextlib import aclosing, suppress
from pathlib import Path

import pytest

from agents.exceptions import ProviderConnectionError, ProviderError, UserError
from agents.testing.simulator import HttpError, Simulator, Stall, serve_in_thread
from agents.transport.http import HttpTransport, Timeouts

from .calls import BOTH, Waits, answers, call, transport
from .raw_server import RawServer, Say, answer, chunk, head

OK = answer(b'{"n":1}')
EVENT = chunk(b'data: {"n":1}\n\n')
DONE = chunk(b"data: [DONE]\n\n")


@BOTH
async def test_calls_one_after_another_share_a_connection(sim: Simulator, mode: str) -> None:
    """A TLS handshake costs more than most answers; errors leave the connection intact too."""
    http = transport(sim.openai_base_url, max_retries=0)
    for fault in ["One", HttpError(400), "Two", HttpError(429), "Three"]:
        sim.script(fault)
        with suppress(ProviderError):
            await answers(http, mode)
    assert sim.open_connections == 1
    assert len(sim.requests) == 5


async def test_transports_of_one_loop_share_their_connections() -> None:
    """A hundred agents with one provider need one pool."""
    async with RawServer(OK) as server:
        for key in "abc":
            await answers(transport(server.url, headers={"X-Api-Key": key}), "plain")
    assert server.connections == 1
    assert [heard.headers["x-api-key"] for heard in server.heard] == ["a", "b", "c"]


async def test_calls_at_the_same_time_have_a_connection_each(sim: Simulator) -> None:
    """There is no limit: a hundred agents wait for their models, not for each other."""
    http = transport(sim.openai_base_url)
    await asyncio.gather(*(answers(http, "plain") for _ in range(120)))
    assert 100 < sim.open_connections <= 120


async def test_cookies_are_forgotten() -> None:
    """Gateways set them for browsers; one user's must not go with another's request."""
    async with RawServer(answer(b"{}", set_cookie="session=1; Path=/")) as server:
        http = transport(server.url)
        await answers(http, "plain")
        await answers(http, "plain")
    assert "cookie" not in server.heard[1].headers


@pytest.mark.parametrize(
    ("ending", "connections"),
    [
        (Say([head(), EVENT, DONE, chunk(b"")]), 1),
        (Say([head(), EVENT + DONE, chunk(b": bye\n\n") + chunk(b"")]), 1),
        (Say([head(), EVENT, DONE, chunk(b": and another thing\n\n")], "stall"), 2),
        (Say([head(), EVENT, DONE], "close"), 2),
        (Say([head(), EVENT, DONE], "reset"), 2),
    ],
)
async def test_a_stream_that_said_all_frees_its_connection(ending: Say, connections: int) -> None:
    """The mark of the end comes before the end of HTTP; a service that goes on, or breaks, has answered nonetheless."""
    async with RawServer(ending) as server:
        http = transport(server.url)
        for _ in range(2):
            assert await answers(http, "stream") == [b'{"n":1}']
    assert server.connections == connections


async def test_an_abandoned_stream_is_hung_up_at_once() -> None:
    """The service would go on generating, and charging, for nobody; the connection cannot be used again."""
    async with RawServer(Say([head(), EVENT], "stall"), OK) as server:
        http = transport(server.url)
        async with aclosing(http.stream(call(stream=True))) as frames:
            async for _ in frames:
                break
        await server.wait_closed()
        await answers(http, "plain")
        assert server.connections == 2


@BOTH
async def test_a_cancelled_call_is_hung_up_at_once(mode: str) -> None:
    """As above, when the run is stopped from outside; the cancellation itself must come through."""
    async with RawServer(Say([head(), EVENT], "stall")) as server:
        task = asyncio.ensure_future(answers(transport(server.url), mode))
        await server.wait_said()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await server.wait_closed()


async def test_a_connection_that_the_service_closed_meanwhile_is_replaced() -> None:
    """Services close idle connections without a word; the next call must not fail for it, nor be sent twice."""
    async with RawServer(Say([OK], "close"), Say([OK])) as server:
        http = transport(server.url, max_retries=0)
        await answers(http, "plain")
        await server.wait_closed()
        for _ in range(10):
            await asyncio.sleep(0.001)  # the news must come through the loop
        await answers(http, "plain")
    assert len(server.heard) == server.connections == 2


async def test_close_lets_go_of_connections_and_the_next_call_opens_them_again() -> None:
    """A server that makes a model for each of its users must be able to end it."""
    async with RawServer(OK) as server:
        http = transport(server.url)
        await http.close()
        await answers(http, "plain")
        await http.close()
        await http.close()
        await server.wait_closed()
        await answers(http, "plain")
        assert server.open == 1


async def test_close_leaves_the_connections_of_others() -> None:
    """They share a pool and do not know of one another."""
    async with RawServer(OK) as server:
        one, other = transport(server.url), transport(server.url)
        await answers(one, "plain")
        await answers(other, "plain")
        await one.close()
        await answers(other, "plain")
        assert server.connections == 1
        await other.close()
        await server.wait_closed()


@BOTH
async def test_close_ends_a_call_under_way(mode: str) -> None:
    """Aiohttp would leave its reader waiting for ever."""
    async with RawServer(Say([head(), EVENT[:9]], "stall")) as server:
        http = transport(server.url)
        task = asyncio.ensure_future(answers(http, mode, retries=False))
        await server.wait_said()
        await http.close()
        with pytest.raises(ProviderConnectionError):
            await task


LOOP_ENDS = {
    "asyncio.run": asyncio.run,
    "by hand": lambda work: _by_hand(work, orderly=True),
    "carelessly": lambda work: _by_hand(work, orderly=False),
}


def _by_hand(work: object, *, orderly: bool) -> None:
    loop = asyncio.new_event_loop()
    loop.run_until_complete(work)  # type: ignore[arg-type]
    if orderly:
        loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()


@pytest.mark.parametrize("ending", LOOP_ENDS)
def test_connections_end_with_their_loop(ending: str, caplog: pytest.LogCaptureFixture) -> None:
    """Nobody has to close anything, and nothing complains: each loop has its pool, which goes with it."""
    with serve_in_thread() as sim, warnings.catch_warnings():
        # Who closes a loop without shutting it down leaves its sockets to the garbage collector, which says so.
        warnings.simplefilter("ignore" if ending == "carelessly" else "error", ResourceWarning)
        http = transport(sim.openai_base_url)

        async def two_calls() -> None:
            await answers(http, "plain")
            await answers(http, "stream")
            assert sim.open_connections == 1

        for _ in range(3):
            LOOP_ENDS[ending](two_calls())
            gc.collect()
            for _ in range(200):
                if not sim.open_connections:
                    break
                threading.Event().wait(0.01)
            assert sim.open_connections == 0
    assert not caplog.records


def test_a_loop_that_goes_on_after_it_shut_its_generators_down_still_calls() -> None:
    """Synchronous runs do so between one run and the next."""
    with serve_in_thread() as sim:
        http = transport(sim.openai_base_url)
        loop = asyncio.new_event_loop()
        for _ in range(3):
            loop.run_until_complete(http.send(call()))
            loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
        assert len(sim.requests) == 3


def test_loops_in_threads_do_not_meet() -> None:
    """A connection belongs to the loop that opened it; one transport may serve them all."""
    failures: list[BaseException] = []
    with serve_in_thread() as sim:
        http = transport(sim.openai_base_url)

        async def calls() -> None:
            for _ in range(5):
                await answers(http, "plain")

        def work() -> None:
            try:
                asyncio.run(calls())
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(sim.requests) == 20
    assert not failures


async def test_the_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """In many companies there is no other way out."""
    async with RawServer(OK) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url.replace("://", "://me:p%40ss@"))
        await answers(transport("http://api.example.com/v1"), "plain")
    assert proxy.heard[0].line == "POST http://api.example.com/v1/chat/completions HTTP/1.1"
    assert proxy.heard[0].headers["proxy-authorization"] == "Basic bWU6cEBzcw=="


@pytest.mark.parametrize(
    ("environment", "options", "used"),
    [
        ({"http_proxy": "PROXY"}, {}, True),
        ({"HTTP_PROXY": "PROXY"}, {}, True),
        ({"all_proxy": "PROXY"}, {}, True),
        ({"https_proxy": "PROXY"}, {}, False),
        ({"http_proxy": "PROXY", "no_proxy": "127.0.0.1"}, {}, False),
        ({"http_proxy": "PROXY", "no_proxy": "*"}, {}, False),
        ({"http_proxy": "PROXY", "no_proxy": "b.example"}, {}, True),
        ({"http_proxy": "PROXY"}, {"trust_env": False}, False),
        ({}, {"proxy": "PROXY"}, True),
        ({"http_proxy": "http://127.0.0.1:9", "no_proxy": "*"}, {"proxy": "PROXY"}, True),
        ({}, {}, False),
    ],
)
async def test_whether_there_is_a_proxy_is_decided_as_elsewhere(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], options: dict[str, object], used: bool
) -> None:
    """The variables mean what they mean to every other program; an argument goes over them."""
    async with RawServer(OK) as server, RawServer(OK) as proxy:
        for name, value in environment.items():
            monkeypatch.setenv(name, value.replace("PROXY", proxy.url))
        options = {name: proxy.url if value == "PROXY" else value for name, value in options.items()}
        await answers(transport(server.url, **options), "plain")
    assert (len(proxy.heard), len(server.heard)) == ((1, 0) if used else (0, 1))


@pytest.mark.parametrize("proxy", ["socks5://me:hunter22@127.0.0.1:9", "http://", "http://a:b"])
def test_a_proxy_of_another_kind_is_told(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """To go around a proxy in silence would be worse than not to go at all."""
    monkeypatch.setenv("all_proxy", proxy)
    with pytest.raises(UserError, match="HTTP proxy") as caught:
        transport("http://api.example.com")
    assert "hunter22" not in str(caught.value)


async def test_a_proxy_that_is_not_there_is_named_without_its_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who reads the error must not go looking for a fault of the service."""
    monkeypatch.setenv("http_proxy", "http://me:hunter22@127.0.0.1:9")
    with pytest.raises(ProviderConnectionError, match="proxy could not be reached") as caught:
        await answers(transport("http://api.example.com"), "plain")
    assert "hunter22" not in f"{caught.value}{caught.value.__cause__!r}{caught.value.__cause__}"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for this machine that nobody knows, and its key."""
    if shutil.which("openssl") is None:
        pytest.skip("makes a certificate with the openssl command, which is not here")
    folder = tmp_path_factory.mktemp("ca")
    cert, key = folder / "cert.pem", folder / "key.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    made += ["-addext", "subjectAltName=IP:127.0.0.1", "-out", str(cert), "-keyout", str(key)]
    subprocess.run(made, check=True, capture_output=True)
    return cert, key


@pytest.mark.parametrize("way", ["path", "text", "context", "anybody", "system"])
async def test_whom_to_trust_is_the_users_choice(certificate: tuple[Path, Path], way: str) -> None:
    """Companies sign their own certificates; one that nobody vouches for is refused, with the way out."""
    cert, key = certificate
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_side.load_cert_chain(cert, key)
    ways = {"path": cert, "text": str(cert), "context": ssl.create_default_context(cafile=str(cert)), "anybody": False}
    async with RawServer(OK, tls=server_side) as server:
        waits = Waits()
        http = transport(server.url, verify=ways.get(way, True), sleep=waits)
        if way == "system":
            with pytest.raises(ProviderConnectionError, match="verify=") as caught:
                await answers(http, "plain")
            assert not waits, "a certificate will not get better with another try"
            assert "not trusted" in caught.value.message
        else:
            assert await answers(http, "plain") == [b'{"n":1}']
        await http.close()


def test_a_ca_file_that_is_none_is_told_at_once(tmp_path: Path) -> None:
    """Before the first call, and by name."""
    (tmp_path / "ca.pem").write_text("no certificate")
    for name in ("ca.pem", "missing.pem"):
        with pytest.raises(UserError, match=name):
            HttpTransport("https://127.0.0.1", provider="acme", verify=tmp_path / name)


async def test_a_stall_of_the_service_ends_with_the_callers_patience(sim: Simulator) -> None:
    """Whoever sets a limit of their own around a call gets their own exception, and the line is free."""
    sim.script(Stall())
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(answers(transport(sim.openai_base_url, timeouts=Timeouts()), "plain"), 0.05)
    await sim.wait_idle()


TRUSTING = """
import asyncio, sys
from agents import Agent, AnyModel, Runner

model = AnyModel("m", base_url=sys.argv[1], api_key="k-for-tests", api="openai-chat", max_retries=0)
print(asyncio.run(Runner.run(Agent("A", model=model), "Hello")).final_output)
"""
HELLO = b'{"choices":[{"message":{"role":"assistant","content":"Hello."},"finish_reason":"stop"}]}'


@pytest.mark.parametrize("trusted", [True, False])
async def test_authorities_of_the_environment_are_trusted(certificate: tuple[Path, Path], trusted: bool) -> None:
    """``SSL_CERT_FILE`` is how companies tell every program of their own authority: model strings have no other way."""
    cert, key = certificate
    server_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_side.load_cert_chain(cert, key)
    environment = {name: value for name, value in os.environ.items() if name != "SSL_CERT_FILE"}
    async with RawServer(answer(HELLO), tls=server_side) as server:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-X", "dev", "-c", TRUSTING, server.url),
            env={**environment, **({"SSL_CERT_FILE": str(cert)} if trusted else {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        said, noise = (text.decode() for text in await child.communicate())
    assert said.strip() == ("Hello." if trusted else "")
    assert ("certificate is not trusted" in noise) is not trusted
    assert "Unclosed" not in noise
