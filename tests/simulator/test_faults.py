"""Faults: what a test orders is what a client sees, and the simulator knows when the client has gone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from agents.testing.simulator import (
    Ask,
    Disconnect,
    DuplicateIds,
    EmptyChoices,
    ErrorInStream,
    Fault,
    HttpError,
    IndexJump,
    NoTerminal,
    NoUsage,
    Raw,
    Reply,
    Simulator,
    Stall,
    Text,
    ToolCall,
    Truncated,
    serve_in_thread,
)

HI = [{"role": "user", "content": "Hi"}]
GENERATE = {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]}
PLAIN: dict[str, tuple[str, dict[str, Any]]] = {
    "chat": ("/v1/chat/completions", {"model": "m", "messages": HI}),
    "responses": ("/v1/responses", {"model": "m", "input": "Hi"}),
    "messages": ("/v1/messages", {"model": "m", "max_tokens": 100, "messages": HI}),
    "gemini": ("/v1beta/models/m:generateContent", GENERATE),
}
STREAMED: dict[str, tuple[str, dict[str, Any]]] = {
    "chat": ("/v1/chat/completions", {"model": "m", "messages": HI, "stream": True}),
    "responses": ("/v1/responses", {"model": "m", "input": "Hi", "stream": True}),
    "messages": ("/v1/messages", {"model": "m", "max_tokens": 100, "messages": HI, "stream": True}),
    "gemini": ("/v1beta/models/m:streamGenerateContent?alt=sse", GENERATE),
}
HEADERS = {
    "authorization": "Bearer sim-key",
    "x-goog-api-key": "sim-key",
    "anthropic-version": "2023-06-01",
}
PROTOCOLS = pytest.mark.parametrize("protocol", PLAIN)

ERRORS: list[tuple[str, HttpError, dict[str, Any]]] = [
    ("chat", HttpError(429), {"type": "requests", "code": "rate_limit_exceeded"}),
    (
        "chat",
        HttpError(429, "Out of money", "insufficient_quota", "insufficient_quota"),
        {"code": "insufficient_quota"},
    ),
    ("chat", HttpError(500), {"type": "server_error"}),
    ("messages", HttpError(429), {"type": "rate_limit_error"}),
    ("messages", HttpError(529), {"type": "overloaded_error"}),
    ("messages", HttpError(400, "prompt is too long"), {"message": "prompt is too long"}),
    ("gemini", HttpError(429), {"status": "RESOURCE_EXHAUSTED", "code": 429}),
    ("gemini", HttpError(503, "Overloaded"), {"status": "UNAVAILABLE", "message": "Overloaded"}),
]


@pytest.mark.parametrize(("protocol", "fault", "expected"), ERRORS)
async def test_an_ordered_error_has_the_vendors_shape(
    sim: Simulator, post: Any, protocol: str, fault: HttpError, expected: dict[str, Any]
) -> None:
    """Error mapping is tested on the bodies that vendors send, so the status alone must not decide."""
    sim.script(fault)
    answer = await post(sim, *PLAIN[protocol])
    error = answer.json["error"]
    assert answer.status == fault.status
    assert {key: error[key] for key in expected} == expected
    assert sim.refusals == []


async def test_an_ordered_error_carries_headers_and_any_body(sim: Simulator, post: Any) -> None:
    """Wait hints are headers, and gateways answer in HTML."""
    sim.script(HttpError(429, headers={"retry-after-ms": "20"}), HttpError(502, body="<html>Bad gateway</html>"))
    first, second = [await post(sim, *PLAIN["chat"]) for _ in range(2)]
    assert first.headers["retry-after-ms"] == "20"
    assert (second.status, second.content) == (502, b"<html>Bad gateway</html>")


@PROTOCOLS
@pytest.mark.parametrize("fault", [Disconnect(), Disconnect(after=1), Disconnect(after=1, reset=True)], ids=repr)
@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "streamed"])
async def test_a_broken_connection_is_an_error_below_http(
    sim: Simulator, post: Any, protocol: str, fault: Fault, streamed: bool
) -> None:
    """The client's transport sees it, not its decoder: the body has no orderly end."""
    sim.script(Reply(["one two three four"], faults=[fault]))
    with pytest.raises((aiohttp.ClientError, ConnectionError)):
        await post(sim, *(STREAMED if streamed else PLAIN)[protocol])
    await sim.wait_idle()
    assert sim.disconnects == 0  # it was not the client who left


@PROTOCOLS
async def test_a_break_in_mid_stream_comes_after_the_events(sim: Simulator, post: Any, protocol: str) -> None:
    """What was said before the break was said: partial output can be tested."""
    sim.script(Reply(["one two three four"], faults=[Disconnect(after=2)]))
    path, body = STREAMED[protocol]
    seen: list[bytes] = []

    async def read() -> None:
        async with aiohttp.ClientSession() as session:
            async with session.post(sim.url + path, json=body, headers=HEADERS) as response:
                async for chunk in response.content.iter_any():
                    seen.append(chunk)

    with pytest.raises(aiohttp.ClientPayloadError):
        await read()
    assert b"".join(seen).count(b"data: ") == 2


def announced(asked: asyncio.Event, fault: Fault) -> Callable[[Ask], Fault]:
    """A script item that says when its request has come."""

    def item(ask: Ask) -> Fault:
        asked.set()
        return fault

    return item


@PROTOCOLS
@pytest.mark.parametrize("after", [None, 1])
async def test_a_stall_ends_when_the_client_leaves(sim: Simulator, protocol: str, after: int | None) -> None:
    """`wait_idle` and `disconnects` prove that a client closed what it abandoned."""
    asked = asyncio.Event()
    sim.script(announced(asked, Stall(after)))
    path, body = STREAMED[protocol]
    async with aiohttp.ClientSession() as session:
        waiting = asyncio.ensure_future(session.post(sim.url + path, json=body, headers=HEADERS))
        # With `after`, the headers are there, and the first event.
        await (asked.wait() if after is None else waiting)
        with pytest.raises(TimeoutError, match="1 request"):
            await sim.wait_idle(0.01)
        waiting.cancel() if after is None else waiting.result().close()
        await sim.wait_idle()
    assert sim.disconnects == 1


async def test_stopping_releases_what_stalls() -> None:
    """A test that forgets a stalled request ends all the same."""
    async with aiohttp.ClientSession() as session:
        async with Simulator() as sim:
            asked = asyncio.Event()
            sim.script(announced(asked, Stall()))
            path, body = PLAIN["chat"]
            waiting = asyncio.ensure_future(session.post(sim.url + path, json=body, headers=HEADERS))
            await asked.wait()
        with pytest.raises((aiohttp.ClientError, ConnectionError)):
            await waiting
    assert sim.disconnects == 0


@PROTOCOLS
@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "streamed"])
async def test_a_truncated_body_is_in_order_for_http_only(
    sim: Simulator, post: Any, protocol: str, streamed: bool
) -> None:
    """The transport is content; the decoder must notice."""
    sim.script(Reply(["one two three four"]), Reply(["one two three four"], faults=[Truncated(0.6)]))
    path, body = (STREAMED if streamed else PLAIN)[protocol]
    whole, short = [await post(sim, path, body) for _ in range(2)]
    assert short.status == 200
    assert abs(len(short.content) - 0.6 * len(whole.content)) < 2
    with pytest.raises(ValueError, match="line 1"):
        json.loads(short.content.split(b"data: ")[-1])


@PROTOCOLS
async def test_an_error_inside_a_good_stream(sim: Simulator, post: Any, protocol: str) -> None:
    """Status 200 is a promise about the headers only."""
    sim.script(Reply(["one two three"], faults=[ErrorInStream(2, 529, "Overloaded")]))
    answer = await post(sim, *STREAMED[protocol])
    assert answer.status == 200
    last = answer.events[-1]
    assert last.get("error", last)["message"] == "Overloaded"
    assert len(answer.events) == 3


@PROTOCOLS
async def test_a_stream_without_its_terminal_event(sim: Simulator, post: Any, protocol: str) -> None:
    """An orderly end of bytes is not the end of an answer."""
    sim.script(Reply(["one two"], faults=[NoTerminal()]))
    text = (await post(sim, *STREAMED[protocol])).content.decode()
    assert "two" in text
    assert not any(
        word in text for word in ("[DONE]", '"finish_reason":"', "message_stop", "finishReason", 'completed_at":1')
    )


@PROTOCOLS
@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "streamed"])
async def test_no_usage(sim: Simulator, post: Any, protocol: str, streamed: bool) -> None:
    """Some servers report nothing; counting must survive it."""
    sim.script(NoUsage())
    answer = await post(sim, *(STREAMED if streamed else PLAIN)[protocol])
    assert answer.status == 200
    assert b"usage" not in answer.content


@PROTOCOLS
@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "streamed"])
async def test_empty_choices(sim: Simulator, post: Any, protocol: str, streamed: bool) -> None:
    """An answer with nothing in it is not an IndexError."""
    sim.script(EmptyChoices())
    answer = await post(sim, *(STREAMED if streamed else PLAIN)[protocol])
    assert answer.status == 200
    assert b'"text":"' not in answer.content


@pytest.mark.parametrize("protocol", ["chat", "messages"])
async def test_duplicated_ids(sim: Simulator, post: Any, protocol: str) -> None:
    """Parallel calls under one id are told apart by their order only."""
    sim.script(Reply([ToolCall("f"), ToolCall("g")], faults=[DuplicateIds()]))
    answer = (await post(sim, *PLAIN[protocol])).json
    if protocol == "chat":
        ids = [call["id"] for call in answer["choices"][0]["message"]["tool_calls"]]
    else:
        ids = [block["id"] for block in answer["content"]]
    assert ids[0] == ids[1]


async def test_indexes_of_calls_that_jump(sim: Simulator, post: Any) -> None:
    """An index names a call, it does not count: a list that is filled by it breaks."""
    sim.script(Reply([ToolCall("f"), ToolCall("g")], faults=[IndexJump()]))
    chunks = (await post(sim, *STREAMED["chat"])).events[:-1]
    calls = [call for chunk in chunks for choice in chunk["choices"] for call in choice["delta"].get("tool_calls", ())]
    assert [call["index"] for call in calls if "id" in call] == [4, 9]


RETRY_INFO = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "14s"}
DATE = "Wed, 25 Nov 2026 12:00:14 GMT"
SPELLINGS: dict[str, HttpError] = {
    "seconds": HttpError(429, headers={"retry-after": "14"}),
    "milliseconds": HttpError(503, headers={"retry-after-ms": "14000"}),
    "a date": HttpError(529, headers={"retry-after": DATE, "date": "Wed, 25 Nov 2026 12:00:00 GMT"}),
    "RetryInfo": HttpError(429, body={"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "details": [RETRY_INFO]}}),
    "out of money": HttpError(402, "Your balance is too low."),
}


@PROTOCOLS
@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_every_spelling_of_a_wait_can_be_ordered(sim: Simulator, post: Any, protocol: str, spelling: str) -> None:
    """Gateways put one vendor's hint before another vendor's protocol, so each must go with each."""
    fault = SPELLINGS[spelling]
    sim.script(fault)
    answer = await post(sim, *STREAMED[protocol])
    assert answer.status == fault.status
    assert {name: answer.headers[name] for name in fault.headers} == fault.headers
    assert answer.json == fault.body if fault.body else fault.message in answer.json["error"]["message"]


@PROTOCOLS
@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "streamed"])
async def test_a_page_of_html_where_an_answer_should_be(
    sim: Simulator, post: Any, protocol: str, streamed: bool
) -> None:
    """A proxy that asks for a login answers 200, with a content type of its own."""
    sim.script(Raw(headers={"content-type": "text/html"}, body="<html>Log in</html>"))
    answer = await post(sim, *(STREAMED if streamed else PLAIN)[protocol])
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html")
    assert answer.content == b"<html>Log in</html>"


async def test_malformed_arguments_go_out_verbatim(sim: Simulator, post: Any) -> None:
    """Broken JSON reaches the client as the model wrote it; Gemini reports it instead."""
    broken = Reply([ToolCall("f", '{"a": ')])
    sim.script(*[broken] * 3)
    chat = (await post(sim, *PLAIN["chat"])).json["choices"][0]["message"]["tool_calls"][0]
    assert chat["function"]["arguments"] == '{"a": '
    events = (await post(sim, *STREAMED["messages"])).events
    assert "".join(e.get("delta", {}).get("partial_json", "") for e in events) == '{"a": '
    gemini = (await post(sim, *PLAIN["gemini"])).json["candidates"][0]
    assert (gemini["finishReason"], "content" in gemini) == ("MALFORMED_FUNCTION_CALL", False)


async def test_raw_bytes_go_out_as_they_are(sim: Simulator, post: Any) -> None:
    """What no reply can say, a test spells out: a body, or the events of a stream."""
    sim.script(
        Raw(418, {"x-tea": "yes"}, {"short": "stout"}),
        Raw(events=[b": comment\r\n\r\n", {"choices": []}, "[DONE]"]),
    )
    body = await post(sim, *PLAIN["chat"])
    stream = await post(sim, *STREAMED["chat"])
    assert (body.status, body.headers["x-tea"], body.json) == (418, "yes", {"short": "stout"})
    assert stream.content == b': comment\r\n\r\ndata: {"choices":[]}\n\ndata: [DONE]\n\n'


# --- Scripts and records ---


async def test_scripts_by_model_do_not_interfere(sim: Simulator, post: Any) -> None:
    """Conversations that run at the same time each have their own queue."""
    sim.script("for everybody").script("for a", model="a").script("for b", model="b")
    said = []
    for model in ("b", "a", "a"):
        answer = await post(sim, "/v1/chat/completions", {"model": model, "messages": HI})
        said.append(answer.json["choices"][0]["message"]["content"])
    assert said == ["for b", "for a", "for everybody"]
    assert sim.unsaid == 0


async def test_a_callable_answers_what_it_was_asked(sim: Simulator, post: Any) -> None:
    """A script can look at the request before it speaks."""

    def echo(ask: Ask) -> Reply:
        return Reply([Text(f"{ask.user_text} {ask.model} {ask.body['messages'][0]['role']}")])

    sim.script(echo)
    answer = await post(sim, *PLAIN["chat"])
    assert answer.json["choices"][0]["message"]["content"] == "Hi m user"


async def test_a_strict_script_ends_loudly(post: Any) -> None:
    """A test that expects two requests hears of the third."""
    async with Simulator(strict_script=True) as sim:
        sim.script("once")
        statuses = [(await post(sim, *PLAIN["chat"])).status for _ in range(2)]
    assert statuses == [200, 500]


async def test_requests_are_recorded_and_hide_their_keys(sim: Simulator, post: Any) -> None:
    """Tests assert what went over the wire; a failing assertion prints no key."""
    await post(sim, *STREAMED["gemini"])
    await post(sim, "/v1/chat/completions", {"model": "no-such-model", "messages": HI})
    first, second = sim.requests
    assert (first.protocol, first.model, first.stream, first.body) == ("gemini", "m", True, GENERATE)
    assert (second.protocol, second.model, second.stream) == ("openai-chat", "no-such-model", False)
    assert second.headers["authorization"] == "Bearer sim-key"
    assert "sim-key" not in repr(sim.requests)
    assert [(record.model, refused.status) for record, refused in sim.refusals] == [("no-such-model", 404)]


async def test_a_refused_request_leaves_the_script_alone(sim: Simulator, post: Any) -> None:
    """The next good request gets the item."""
    sim.script("still here")
    await post(sim, "/v1/chat/completions", {"model": "m", "messages": []})
    answer = await post(sim, *PLAIN["chat"])
    assert answer.json["choices"][0]["message"]["content"] == "still here"


async def test_the_observer_hears_each_request(post: Any) -> None:
    """The command line logs with it."""
    heard: list[tuple[str | None, int]] = []
    async with Simulator(observer=lambda record, status: heard.append((record.model, status))) as sim:
        await post(sim, *PLAIN["chat"])
        await post(sim, "/v1/chat/completions", {"model": "no-such-model", "messages": HI})
    assert heard == [("m", 200), ("no-such-model", 404)]


def test_serving_in_a_thread_needs_no_event_loop() -> None:
    """Benchmarks and synchronous tests use it, and leave no thread behind."""

    async def ask(url: str) -> int:
        async with aiohttp.ClientSession() as session:
            path, body = PLAIN["chat"]
            async with session.post(url + path, json=body, headers={"authorization": "Bearer k"}) as response:
                return response.status

    with serve_in_thread(keys=["k"]) as sim:
        assert asyncio.run(ask(sim.url)) == 200
        sim.wait_idle_blocking()
        assert sim.api_key == "k"
    assert sim.open_connections == 0
