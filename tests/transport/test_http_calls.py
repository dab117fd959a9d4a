"""What goes out over HTTP, and what comes back."""

from __future__ import annotations

import asyncio
import gzip
import subprocess
import sys
from typing import Any

import msgspec
import openai
import pytest

from agents.exceptions import ProviderError, UserError
from agents.testing.simulator import Raw, Simulator
from agents.transport.http import HttpTransport, Timeouts
from agents.version import __version__

from .calls import BOTH, KEY, answers, call, transport
from .raw_server import Heard, RawServer, Say, answer, chunk, head

OK = answer(b'{"n":1}')


async def sent(address: str = "", mode: str = "plain", **fields: Any) -> Heard:
    """The request that a call comes to. ``address`` goes behind the server's own."""
    options = fields.pop("options", {})
    async with RawServer(OK) as server:
        await answers(transport(server.url + address, **options), mode, **fields)
        return server.heard[0]


@BOTH
async def test_an_answer_comes_as_the_service_sent_it(sim: Simulator, mode: str) -> None:
    """The codec reads bytes; what it needs to know is in them."""
    sim.script("Here I am.")
    frames = [msgspec.json.decode(frame) for frame in await answers(transport(sim.openai_base_url), mode)]
    if mode == "plain":
        assert frames[0]["choices"][0]["message"]["content"] == "Here I am."
    else:
        assert "".join(frame["choices"][0]["delta"].get("content", "") for frame in frames) == "Here I am."
    assert not sim.refusals


@pytest.mark.parametrize("name", ["x-request-id", "request-id", "x-goog-request-id"])
async def test_the_reply_knows_its_request_id(name: str) -> None:
    """It is what a vendor's support asks for first."""
    async with RawServer(answer(b"{}", **{name: "req_7"})) as server:
        assert (await transport(server.url).send(call())).request_id == "req_7"


@pytest.mark.parametrize(
    ("address", "path", "query", "line"),
    [
        ("/v1", "/chat/completions", {}, "/v1/chat/completions"),
        ("/v1/", "/chat/completions", {}, "/v1/chat/completions"),
        ("/v1", "chat/completions", {}, "/v1/chat/completions"),
        ("", "/v1/messages", {}, "/v1/messages"),
        ("/v1", "", {}, "/v1"),
        ("/v1", "/models/gemini-3:generateContent", {"alt": "sse"}, "/v1/models/gemini-3:generateContent?alt=sse"),
        ("/v1", "/models/a%2Fb/x", {}, "/v1/models/a%2Fb/x"),
        ("/v1", "/models/ä b", {}, "/v1/models/%C3%A4%20b"),
        ("/openai?api-version=1", "/chat", {}, "/openai/chat?api-version=1"),
        ("/openai?api-version=1", "/chat", {"api-version": "2", "x": "y"}, "/openai/chat?api-version=2&x=y"),
        (
            "",
            "/x",
            {"a": True, "b": [1, "2"], "c": None, "d": 1.5, "e": "ä&="},
            "/x?a=true&b=1&b=2&d=1.5&e=%C3%A4%26%3D",
        ),
    ],
)
async def test_a_call_goes_below_the_base_url(address: str, path: str, query: dict[str, object], line: str) -> None:
    """Base URLs come with and without a slash, with versions and with queries (Azure)."""
    assert (await sent(address, path=path, query=query)).line == f"POST {line} HTTP/1.1"


async def test_headers_of_the_call_go_over_those_of_the_transport_over_ours() -> None:
    """A user can replace anything, in any case; what is no text takes a header away, as with OpenAI's client."""
    heard = await sent(
        options={"headers": {"Authorization": "Bearer a", "X-A": "a", "X-B": "b", "user-agent": "mine"}},
        headers={"authorization": "Bearer b", "x-a": openai.Omit(), "X-B": None, "X-N": 7},
    )
    assert heard.headers["authorization"] == "Bearer b"
    assert heard.headers["user-agent"] == "mine"
    assert heard.headers["x-n"] == "7"
    assert not {"x-a", "x-b"} & set(heard.headers)


async def test_a_call_leaves_the_next_one_as_it_was() -> None:
    """Headers of one call must not stick to the transport that all share."""
    async with RawServer(OK) as server:
        http = transport(server.url)
        await answers(http, "plain", headers={"X-Once": "yes", "Authorization": "Bearer b"})
        await answers(http, "plain")
    assert "x-once" not in server.heard[1].headers
    assert server.heard[1].headers["authorization"] == f"Bearer {KEY}"


@BOTH
async def test_we_say_who_we_are(mode: str) -> None:
    """Vendors sort traffic by the client's name; cookies and languages are a browser's business."""
    heard = await sent(mode=mode)
    assert heard.headers["user-agent"] == f"polyglot-agents/{__version__}"
    assert heard.headers["content-type"] == "application/json"
    assert "cookie" not in heard.headers


async def test_streams_are_asked_for_uncompressed() -> None:
    """What compresses a stream waits until it has enough to compress: tokens would come in lumps."""
    assert (await sent(mode="stream")).headers["accept-encoding"] == "identity"
    assert "gzip" in (await sent()).headers["accept-encoding"]


async def test_the_body_is_json_with_the_fields_of_the_user_over_it() -> None:
    """``extra_body`` is how a user reaches what a protocol does not know yet; ``extra_args`` meets no client here."""
    heard = await sent(extra_body={"model": "mine", "top_k": 3}, extra_args={"seed": 1, "top_k": 2})
    body = msgspec.json.decode(heard.body)
    assert (body["model"], body["top_k"], body["seed"]) == ("mine", 3, 1)
    assert body["messages"] == [{"role": "user", "content": "Hi"}]


@pytest.mark.parametrize("value", [object(), {1, object()}, "\ud800"])
async def test_what_json_cannot_say_is_the_callers_error(value: object) -> None:
    """The service would never see it; the message says which call it was."""
    with pytest.raises(UserError, match=r"acme.*JSON"):
        await sent(extra_body={"x": value})


@pytest.mark.parametrize("headers", [{"X-Key": "a\n"}, {"X-Key": "a\r\nb: c"}, {"X\n": "a"}, {"X-Key": "a\0"}])
async def test_a_line_break_in_a_header_is_told_before_anything_is_sent(headers: dict[str, str]) -> None:
    """A key read from a file ends in one, and the service would call that key wrong."""
    with pytest.raises(UserError, match="line break"):
        HttpTransport("http://127.0.0.1:9", provider="acme", headers=headers)
    with pytest.raises(UserError, match="line break"):
        await answers(transport("http://127.0.0.1:9"), "plain", headers=headers)


@pytest.mark.parametrize(
    "base_url", ["", "api.example.com/v1", "ftp://a.example", "http://", "https://:443/", "http://a:b"]
)
def test_a_base_url_that_is_none_is_told_at_once(base_url: str) -> None:
    """The most common typo of a custom endpoint, found before the first call."""
    with pytest.raises(UserError, match="base URL"):
        HttpTransport(base_url, provider="acme")


async def test_a_password_in_the_base_url_is_sent_as_one() -> None:
    """Proxies in front of local servers ask for it; a header given as such goes first."""
    async with RawServer(OK) as server:
        address = server.url.replace("://", "://me:p%40ss@")
        await HttpTransport(address, provider="acme").send(call())
        await transport(address).send(call())
    assert server.heard[0].headers["authorization"] == "Basic bWU6cEBzcw=="
    assert server.heard[1].headers["authorization"] == f"Bearer {KEY}"


def test_a_transport_shows_where_it_goes_and_nothing_else() -> None:
    """Its repr ends up in logs."""
    http = HttpTransport(
        "https://me:hunter22@api.example.com/v1/?key=hunter23", provider="acme", headers={"X-Api-Key": "hunter24"}
    )
    assert repr(http) == "HttpTransport(provider='acme', base_url='https://api.example.com/v1')"


# What a service sends as a stream, and the frames of it.
STREAMS: dict[str, tuple[list[bytes], list[bytes]]] = {
    "the mark of the end is none": ([b'data: {"n":1}\n\ndata: [DONE]\n\n'], [b'{"n":1}']),
    "nothing after it counts": ([b'data: {"n":1}\n\ndata: [DONE]\n\ndata: {"n":2}\n\n'], [b'{"n":1}']),
    "nothing but it": ([b"data: [DONE]\n\n"], []),
    "it has no blank line": ([b'data: {"n":1}\n\ndata: [DONE]'], [b'{"n":1}']),
    "there is none": ([b'event: e\ndata: {"n":1}\n\n'], [b'{"n":1}']),
    "the last blank line is missing": ([b'data: {"n":1}\n\ndata: {"n":2}\n'], [b'{"n":1}', b'{"n":2}']),
    "the last event is cut": ([b'data: {"n":1}\n\ndata: {"n":'], [b'{"n":1}']),
    "a word about patience first": ([b": hold on\n\n", b"\n", b'data: {"n":1}\n\n'], [b'{"n":1}']),
    "empty data": ([b"data:\n\n", b'data: {"n":1}\n\n', b"data\n\n"], [b'{"n":1}']),
    "events cut anywhere": ([bytes([b]) for b in b'data: {"n":1}\r\n\r\ndata: [DONE]\r\n\r\n'], [b'{"n":1}']),
    "no stream at all": ([b'{"n":1}'], [b'{"n":1}']),
    "no stream at all, in pieces": ([b"\n ", b'{"n"', b":1}"], [b'\n {"n":1}']),
    "an array": ([b'[{"n":1}]'], [b'[{"n":1}]']),
}


@pytest.mark.parametrize(("pieces", "frames"), STREAMS.values(), ids=STREAMS)
@pytest.mark.parametrize("kind", ["text/event-stream", "application/json", "text/plain; charset=utf-8"])
async def test_frames_are_the_json_of_a_stream(pieces: list[bytes], frames: list[bytes], kind: str) -> None:
    """Services differ in how they begin, end and name a stream; a codec sees JSON alone, under any content type."""
    async with RawServer(Say([head(kind), *map(chunk, pieces), chunk(b"")])) as server:
        assert await answers(transport(server.url), "stream") == frames


@BOTH
async def test_compressed_answers_are_read(mode: str) -> None:
    """Gateways compress whether asked to or not."""
    text = b'data: {"n":1}\n\n' if mode == "stream" else b'{"n":1}'
    say = Say([head("text/plain", content_encoding="gzip"), chunk(gzip.compress(text)), chunk(b"")])
    async with RawServer(say) as server:
        assert await answers(transport(server.url), mode) == [b'{"n":1}']


@BOTH
async def test_a_long_answer_in_many_pieces_is_one(mode: str) -> None:
    """An image or a long text as one JSON string."""
    text = msgspec.json.encode({"text": "x" * 5_000_000})
    body = b"data: " + text + b"\n\n" if mode == "stream" else text
    pieces = [chunk(body[at : at + 500_000]) for at in range(0, len(body), 500_000)]
    async with RawServer(Say([head(), *pieces, chunk(b"")])) as server:
        assert await answers(transport(server.url), mode) == [text]


async def test_long_headers_are_no_error() -> None:
    """Gateways add policies of many kilobytes."""
    async with RawServer(answer(b"{}", x_policy="x" * 30_000)) as server:
        assert await answers(transport(server.url), "plain") == [b"{}"]


async def test_a_service_that_is_slow_but_alive_is_waited_for() -> None:
    """The limits are for silence, not for the whole answer."""
    pieces = [chunk(b'data: {"n":1}\n\n') for _ in range(60)]
    async with RawServer(Say([head(), *pieces, chunk(b"")])) as server:
        http = transport(server.url, timeouts=Timeouts(connect=None, first_byte=None, between_bytes=1.0))
        began = asyncio.get_running_loop().time()
        assert len(await answers(http, "stream")) == 60
        assert asyncio.get_running_loop().time() - began >= 0.05


async def test_an_error_of_a_stream_is_raised_before_any_frame(sim: Simulator) -> None:
    """So that the caller's retry policy may still act."""
    sim.script(Raw(status=404, body={"error": {"message": "No such model", "code": "model_not_found"}}))
    frames: list[bytes] = []
    with pytest.raises(ProviderError, match="No such model"):
        await answers(transport(sim.openai_base_url), "stream", frames)
    assert frames == []


def test_agents_start_without_http() -> None:
    """Who runs on LiteLLM or a client of OpenAI's pays nothing for this module: aiohttp takes a tenth of a second."""
    code = "import sys; from agents import Agent, Runner, function_tool; print('aiohttp' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
