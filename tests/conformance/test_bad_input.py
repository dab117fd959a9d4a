"""Bytes that no service should send: each answer is either right, or an error that keeps what came.

Faults below HTTP (cut, reset, truncated and silent connections) and odd but legal streams stand in ``test_failures``
and ``test_streams``; ids, indices and arguments of calls in ``test_tools``.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from agents import ModelRetrySettings, ModelSettings, ProviderProtocolError
from agents.testing.simulator import Raw, Reply, Simulator, Text, ToolCall

from .columns import Column, Run, agent, raws
from .table import shows
from .wire import SSE, recorded

ANSWER = "Hello there, whoever you are."
HTML = b"<!doctype html><html><body><h1>Bad gateway</h1></body></html>"
ONCE = ModelSettings(retry=ModelRetrySettings(max_retries=0), timeout=20)
Spoil = Callable[[list[bytes]], list[bytes]]


def in_the_middle(new: bytes) -> Spoil:
    """Put something into the place of an event, behind some of the text."""
    return lambda told: [*told[: len(told) // 2], new, *told[len(told) // 2 + 1 :]]


def swapped(told: list[bytes]) -> list[bytes]:
    """Two events in the middle change places."""
    middle = len(told) // 2
    return [*told[: middle - 1], told[middle], told[middle - 1], *told[middle + 1 :]]


DEEP = b'{"a":' * 100_000 + b"1" + b"}" * 100_000  # Python 3.12 bears some 10,000 levels
RUINED: dict[str, tuple[Spoil, str]] = {
    "broken JSON": (in_the_middle(b'data: {"broken": \n\n'), '{"broken":'),
    "JSON that is no object": (in_the_middle(b"data: [1, 2]\n\n"), "[1, 2]"),
    "a number": (in_the_middle(b"data: 7\n\n"), "7"),
    "a null": (in_the_middle(b"data: null\n\n"), "null"),
    "deep nesting": (in_the_middle(b"data: " + DEEP + b"\n\n"), '{"a":{"a":{"a":'),
    "only the beginning": (lambda told: told[: len(told) // 2], ""),
    "an HTML page": (lambda told: [HTML], "Bad gateway"),
    "nothing at all": (lambda told: [], ""),
}
"""Streams that no reader may take for an answer, and what must be seen of them in the error."""
ODD: dict[str, Spoil] = {
    "invalid UTF-8": in_the_middle(b'data: {"id": "\xff\xfe\xfa"}\n\n'),
    "half a surrogate": in_the_middle(b'data: {"id": "\\ud800"}\n\n'),
    "fields of other types": in_the_middle(b'data: {"type": 7, "choices": 7, "candidates": {"a": 1}, "usage": 1}\n\n'),
    "HTML in the middle": in_the_middle(HTML + b"\n\n"),
    "zero bytes": in_the_middle(b"\0\0\0\n\n"),
    "the last event first": lambda told: [told[-1], *told[:-1]],
    "events out of order": swapped,
    "without its beginning": lambda told: told[1:],
    "each event twice": lambda told: [event for event in told for _ in range(2)],
}
"""Streams that may be read, or refused."""


async def ask(run: Run, model: Any, *tools: Any) -> Any:
    """A run within a time that no answer needs."""
    return await asyncio.wait_for(run(agent(model, tools=list(tools), model_settings=ONCE)), 30)


async def genuine(column: Column, reply: Reply, *, stream: bool) -> list[bytes]:
    """What the service would say: events, or one body."""
    async with Simulator() as other:
        other.script(reply)
        return await recorded(other, column.protocol, stream=stream)


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


def check_error(error: ProviderProtocolError, column: Column, kept: str) -> None:
    """No status was made up, and what came is there: in its own bytes, or as the client that read it tells of it."""
    assert error.status in (None, 200)
    assert error.provider
    if column.by == "native":
        assert kept in (error.body or "")  # type: ignore[operator]
    assert error.body or re.search("ended|nothing|no candidate|null|None", error.message)


@shows("bad:ruined-stream")
@pytest.mark.parametrize("case", RUINED)
async def test_a_ruined_stream_is_an_error_with_what_came(sim: Simulator, run: Run, column: Column, case: str) -> None:
    """It neither hangs nor crashes, nor passes for an answer; what was said before is kept, and can be reported."""
    spoil, kept = RUINED[case]
    told = spoil(await genuine(column, Reply([Text(ANSWER)]), stream=True))
    sim.script(Raw(events=told, headers=SSE))
    with pytest.raises(ProviderProtocolError) as caught:
        await ask(run, column.on(sim))
    check_error(caught.value, column, kept)
    partial = caught.value.partial_response
    if len(told) > 1:
        assert partial is not None
        (message,) = partial.output
        assert message.content[0].text.startswith("Hello ")  # type: ignore[union-attr]
        assert ANSWER.startswith(message.content[0].text)  # type: ignore[union-attr]
    else:
        assert partial is None or not partial.output


@shows("bad:odd-stream")
@pytest.mark.parametrize("case", ODD)
async def test_an_odd_stream_is_read_or_refused(sim: Simulator, run: Run, column: Column, case: str) -> None:
    """No word is made up, and none is lost but with the event that was spoiled."""
    told = ODD[case](await genuine(column, Reply([Text(ANSWER)]), stream=True))
    sim.script(Raw(events=told, headers=SSE))
    try:
        result = await ask(run, column.on(sim))
    except ProviderProtocolError as error:
        check_error(error, column, "")
    else:
        assert len(words(ANSWER) - words(result.final_output)) <= 1
        assert words(result.final_output) <= words(ANSWER)


BODIES: dict[str, bytes] = {
    "nothing": b"",
    "HTML": HTML,
    "broken JSON": b'{"id": "x", "choices": [',
    "a list": b"[]",
    "an empty object": b"{}",
    "a number": b"7",
    "null": b"null",
    "invalid UTF-8": b'{"id": "\xff\xfe"}',
    "deep nesting": b"[" * 100_000,
    "other types": b'{"choices": 7, "output": "x", "content": {"a": 1}, "candidates": "no"}',
}


@shows("bad:answer")
@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")  # LiteLLM's, of what it could not read
@pytest.mark.parametrize("case", BODIES)
async def test_a_spoiled_answer_is_refused_with_what_came(sim: Simulator, run: Run, column: Column, case: str) -> None:
    """An empty answer that nobody gave must not look like one, nor like a fault of the caller's."""
    sim.script(Raw(body=BODIES[case]))
    with pytest.raises(ProviderProtocolError) as caught:
        await ask(run, column.on(sim))
    check_error(caught.value, column, BODIES[case].decode("utf-8", "backslashreplace")[:2000])
    partial = caught.value.partial_response
    assert partial is None or not partial.output


@shows("bad:content-type")
@pytest.mark.parametrize("kind", ["text/plain", "application/json", "text/html", "application/octet-stream"])
async def test_a_wrong_content_type_is_no_reason_to_fail(sim: Simulator, run: Run, column: Column, kind: str) -> None:
    """What an answer is, its bytes say; gateways call it what they like."""
    stream = run.__name__ == "streamed"
    told = await genuine(column, Reply([Text(ANSWER)]), stream=stream)
    headers = {"content-type": kind}
    sim.script(Raw(events=told, headers=headers) if stream else Raw(body=told[0], headers=headers))
    assert (await ask(run, column.on(sim))).final_output == ANSWER


@shows("bad:long-line")
async def test_a_line_of_ten_megabytes_is_read(sim: Simulator, run: Run, column: Column) -> None:
    """Tools write whole files; the reader must neither refuse nor crawl."""
    stream = run.__name__ == "streamed"
    text = "word " * 2_000_000
    told = await genuine(column, Reply([Text(pieces=[text])]), stream=stream)
    sim.script(Raw(events=told, headers=SSE) if stream else Raw(body=told[0]))
    assert (await ask(run, column.on(sim))).final_output == text


@shows("bad:index-jumps")
async def test_a_call_index_that_jumps_is_followed(sim: Simulator, run: Run, column: Column, weather: Any) -> None:
    """From 0 to 7: services count what they like."""
    calls = [ToolCall("get_weather", {"city": city}) for city in ("Oslo", "Rome")]
    told = await genuine(column, Reply(calls), stream=True)
    jumped = [re.sub(rb'"(index|output_index)":1\b', rb'"\1":7', event) for event in told]
    assert jumped != told
    sim.script(Raw(events=jumped, headers=SSE), "Windy.")
    result = await ask(run, column.on(sim), weather)
    assert [json.loads(call.arguments)["city"] for call in raws(result, "function_call")] == ["Oslo", "Rome"]
