"""Bad input on the native path: each answer is either right, or a `ProviderError` that keeps what came.

LiteLLM and OpenAI's client read the bytes by themselves; what they make of broken ones is theirs. Faults below HTTP
(cut, reset, truncated and silent connections) stand in ``test_failures``, for every column.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from agents import ModelRetrySettings, ModelSettings, ProviderError, Runner
from agents.testing.simulator import Raw, Reply, Simulator, Text, ToolCall

from .columns import ANTHROPIC, GEMINI, NATIVE, Column, agent, raws
from .wire import SSE, recorded

ANSWER = "Hello there, whoever you are."
HTML = b"<!doctype html><html><body><h1>Bad gateway</h1></body></html>"
ONCE = ModelSettings(retry=ModelRetrySettings(max_retries=0), timeout=20)
Spoil = Callable[[list[bytes]], list[bytes]]

EACH = pytest.mark.parametrize("column", NATIVE, ids=[column.id for column in NATIVE])


def data_of(event: bytes) -> Any:
    """The JSON of an event; ``None`` where it has none."""
    found = re.search(rb"^data: (\{.*\})$", event, re.MULTILINE)
    return json.loads(found[1]) if found else None


def at(index: int, new: bytes) -> Spoil:
    """Put something into the place of an event."""
    return lambda told: [*told[:index], new, *told[index + 1 :]]


def swapped(told: list[bytes]) -> list[bytes]:
    """Two events in the middle change places."""
    middle = len(told) // 2
    return [*told[: middle - 1], told[middle], told[middle - 1], *told[middle + 1 :]]


STREAMS: dict[str, Spoil] = {
    "broken JSON": at(2, b'data: {"broken": \n\n'),
    "JSON that is no object": at(2, b"data: [1, 2]\n\n"),
    "a number": at(2, b"data: 7\n\n"),
    "deep nesting": at(2, b"data: " + b'{"a":' * 5000 + b"1" + b"}" * 5000 + b"\n\n"),
    "invalid UTF-8": at(2, b'data: {"id": "\xff\xfe\xfa"}\n\n'),
    "half a surrogate": at(2, b'data: {"id": "\\ud800"}\n\n'),
    "fields of other types": at(2, b'data: {"type": 7, "choices": 7, "candidates": {"a": 1}, "usage": "x"}\n\n'),
    "an HTML page": lambda told: [HTML],
    "HTML in the middle": at(2, HTML + b"\n\n"),
    "nothing at all": lambda told: [],
    "the last event first": lambda told: [told[-1], *told[:-1]],
    "events out of order": swapped,
    "without its beginning": lambda told: told[1:],
    "only the beginning": lambda told: told[:2],
    "each event twice": lambda told: [event for event in told for _ in range(2)],
    "a null": at(2, b"data: null\n\n"),
    "zero bytes": at(2, b"\0\0\0\n\n"),
}


async def ask(sim: Simulator, column: Column, *tools: Any, stream: bool = True) -> Any:
    """A run of one turn, within a time that no answer needs."""
    poet = agent(column.on(sim), tools=list(tools), model_settings=ONCE)
    if not stream:
        return await asyncio.wait_for(Runner.run(poet, "Hello"), 30)
    result = Runner.run_streamed(poet, "Hello")

    async def read() -> None:
        async for _ in result.stream_events():
            pass

    await asyncio.wait_for(read(), 30)
    return result


async def genuine(column: Column, reply: Reply, *, stream: bool = True) -> list[bytes]:
    async with Simulator() as other:
        other.script(reply)
        return await recorded(other, column.protocol, stream=stream)


@EACH
@pytest.mark.parametrize("case", STREAMS)
async def test_a_spoiled_stream_is_read_or_refused_with_its_bytes(sim: Simulator, column: Column, case: str) -> None:
    """It neither hangs nor crashes, and an error tells what came, so that it can be reported to the service."""
    told = STREAMS[case](await genuine(column, Reply([Text(ANSWER)])))
    sim.script(Raw(events=told, headers=SSE))
    try:
        result = await ask(sim, column)
    except ProviderError as error:
        kept = (error.body, error.partial_response, error.message)
        assert kept[0] is not None or kept[1] is not None or "ended" in kept[2], kept
    else:
        said = str(result.final_output)
        assert set(re.findall(r"\w+", said)) <= set(re.findall(r"\w+", ANSWER))  # no word that the service did not say


def without_usage(event: bytes) -> bytes:
    """The event without any count of tokens."""
    found = data_of(event)
    if found is None:
        return event
    text = json.dumps(_without(found))
    return re.sub(rb"^data: .*$", lambda _: b"data: " + text.encode(), event, count=1, flags=re.MULTILINE)


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without(each) for key, each in value.items() if key not in ("usage", "usageMetadata")}
    return [_without(each) for each in value] if isinstance(value, list) else value


@EACH
async def test_absent_usage_is_no_reason_to_fail(sim: Simulator, column: Column) -> None:
    """The answer stands, with one request and no tokens."""
    told = [without_usage(event) for event in await genuine(column, Reply([Text(ANSWER)]))]
    sim.script(Raw(events=told, headers=SSE))
    result = await ask(sim, column)
    assert result.final_output == ANSWER
    assert (result.context_wrapper.usage.requests, result.context_wrapper.usage.total_tokens) == (1, 0)


@EACH
@pytest.mark.parametrize("kind", ["text/plain", "application/json", "text/html", "application/octet-stream"])
@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "plain"])
async def test_a_wrong_content_type_is_no_reason_to_fail(
    sim: Simulator, column: Column, kind: str, stream: bool
) -> None:
    """What an answer is, its bytes say; gateways call it what they like."""
    told = await genuine(column, Reply([Text(ANSWER)]), stream=stream)
    headers = {"content-type": kind}
    sim.script(Raw(events=told, headers=headers) if stream else Raw(body=told[0], headers=headers))
    assert (await ask(sim, column, stream=stream)).final_output == ANSWER


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


@EACH
@pytest.mark.parametrize("case", BODIES)
async def test_a_spoiled_answer_is_refused_with_its_bytes(sim: Simulator, column: Column, case: str) -> None:
    """An empty answer that nobody gave must not look like one."""
    sim.script(Raw(body=BODIES[case]))
    with pytest.raises(ProviderError) as caught:
        await ask(sim, column, stream=False)
    if len(BODIES[case]) > 2:
        told = caught.value.body is not None or "candidate" in caught.value.message
        assert told or case in ("other types", "null"), caught.value


@EACH
@pytest.mark.parametrize("stream", [True, False], ids=["streamed", "plain"])
async def test_a_line_of_ten_megabytes_is_read(sim: Simulator, column: Column, stream: bool) -> None:
    """Tools write whole files; the reader must neither refuse nor crawl."""
    text = "word " * 2_000_000
    told = await genuine(column, Reply([Text(pieces=[text])]), stream=stream)
    sim.script(Raw(events=told, headers=SSE) if stream else Raw(body=told[0]))
    result = await ask(sim, column, stream=stream)
    assert result.final_output == text


@pytest.mark.parametrize("column", NATIVE[:3], ids=[column.id for column in NATIVE[:3]])
async def test_a_call_index_that_jumps_is_followed(sim: Simulator, column: Column, weather: Any) -> None:
    """From 0 to 7: services count what they like; Gemini's calls have no index."""
    calls = [ToolCall("get_weather", {"city": city}) for city in ("Oslo", "Rome")]
    told = await genuine(column, Reply(calls))
    jumped = [re.sub(rb'"(index|output_index)":1\b', rb'"\1":7', event) for event in told]
    sim.script(Raw(events=jumped, headers=SSE), "Windy.")
    result = await ask(sim, column, weather)
    assert [json.loads(call.arguments)["city"] for call in raws(result, "function_call")] == ["Oslo", "Rome"]


@pytest.mark.parametrize("column", [ANTHROPIC, GEMINI], ids=["anthropic", "gemini"])
async def test_usage_that_was_counted_is_kept_when_what_follows_is_broken(sim: Simulator, column: Column) -> None:
    """It was spent: a run that adds its costs up must see it. The other protocols count with the last event alone."""
    told = await genuine(column, Reply([Text(ANSWER)]))
    sim.script(Raw(events=[*told[:3], b"data: {broken\n\n"], headers=SSE))
    with pytest.raises(ProviderError) as caught:
        await ask(sim, column)
    assert caught.value.partial_response is not None
    assert caught.value.partial_response.usage.total_tokens > 0
