"""Streams as they are read: their events, their order, and what a decoder must bear."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

import pytest

from agents import ProviderError, Runner
from agents.testing.simulator import EmptyChoices, Raw, Reply, Simulator, Text, Thinking, ToolCall

from .columns import CHAT, GOOGLE, Column, Run, agent, raws, thinking
from .table import shows
from .wire import SSE, recorded

CALLS = [ToolCall("get_weather", {"city": city}) for city in ("Reykjavik", "Lisbon")]
STRAIGHT = Reply([Thinking("Both, then."), *CALLS])
TURN = Reply([Thinking("Both, then."), Text("Let me see what it is like."), *CALLS])


async def events(
    sim: Simulator, column: Column, *script: Any, tools: Any = (), **settings: Any
) -> tuple[Any, list[Any]]:
    """The result of a streamed run, and the raw events of its first response with the items' events among them."""
    sim.script(*script)
    fields = {"model_settings": settings["settings"]} if settings else {}
    result = Runner.run_streamed(agent(column.on(sim), tools=list(tools), **fields), "Hello")
    seen = [event async for event in result.stream_events()]
    return result, seen


def of_first_response(seen: list[Any]) -> list[Any]:
    """The raw events up to the end of the first response."""
    raw = [event.data for event in seen if event.type == "raw_response_event"]
    end = next(index for index, event in enumerate(raw) if event.type in ("response.completed", "response.incomplete"))
    return raw[: end + 1]


@shows("streams:indices", "streams:one-item-one-event", "streams:reasoning-closed-first", way="streamed")
@pytest.mark.parametrize("turn", [TURN, STRAIGHT], ids=["text between", "straight to the calls"])
async def test_items_are_announced_once_and_keep_their_places(
    sim: Simulator, column: Column, weather: Any, turn: Reply
) -> None:
    """A user interface is drawn by indices: they must be those of the final output, and never shift."""
    result, seen = await events(sim, column, turn, "Windy.", tools=[weather], settings=thinking())
    raw = of_first_response(seen)
    output = raw[-1].response.output
    added = {e.output_index: e.item for e in raw if e.type == "response.output_item.added"}
    done = {e.output_index: e.item for e in raw if e.type == "response.output_item.done"}
    assert sorted(added) == sorted(done) == list(range(len(output)))
    assert len([e for e in raw if e.type == "response.output_item.added"]) == len(output)
    for index, item in enumerate(output):
        assert (added[index].type, added[index].id, done[index].id) == (item.type, item.id, item.id)
    order = [(e.type, e.output_index) for e in raw if e.type.startswith("response.output_item.")]
    for index, item in enumerate(output[:-1]):
        if item.type == "reasoning":
            assert order.index(("response.output_item.done", index)) < order.index(
                ("response.output_item.added", index + 1)
            )
    assert [item.type for item in result.raw_responses[0].output] == [item.type for item in output]


@shows("streams:argument-deltas", "streams:arguments-equal", way="streamed")
async def test_arguments_stream_as_they_come(sim: Simulator, column: Column, weather: Any) -> None:
    """Long arguments (a file that is written) are watched while they grow; put together they are the whole."""
    _, seen = await events(sim, column, TURN, "Windy.", tools=[weather])
    raw = of_first_response(seen)
    pieces: dict[int, list[str]] = defaultdict(list)
    for event in raw:
        if event.type == "response.function_call_arguments.delta":
            pieces[event.output_index].append(event.delta)
    calls = {i: item for i, item in enumerate(raw[-1].response.output) if item.type == "function_call"}
    assert {index: "".join(found) for index, found in pieces.items()} == {i: c.arguments for i, c in calls.items()}
    if column not in GOOGLE:  # whose calls come whole
        assert all(len(found) > 1 for found in pieces.values())
    assert [json.loads(call.arguments) for call in calls.values()] == [call.arguments for call in CALLS]


@shows("streams:raw-first", way="streamed")
async def test_a_raw_event_comes_before_the_item_that_it_caused(sim: Simulator, column: Column, weather: Any) -> None:
    """Who draws from both would show a call before it was announced."""
    _, seen = await events(sim, column, TURN, "Windy.", tools=[weather])
    announced: set[str] = set()
    checked = 0
    for event in seen:
        if event.type == "raw_response_event" and event.data.type == "response.output_item.done":
            announced.add(event.data.item.id)
        elif event.type == "run_item_stream_event" and event.name in ("tool_called", "message_output_created"):
            assert event.item.raw_item.id in announced
            checked += 1
    assert checked >= 3


@shows("streams:equals-plain", "reasoning:streamed-equals-plain", way="streamed")
async def test_a_stream_makes_the_items_of_the_plain_call(sim: Simulator, column: Column, weather: Any) -> None:
    """Whoever streams must be able to go on exactly as who does not: replay included."""
    made = []
    for streamed in (False, True):
        sim.script(TURN, Reply([Thinking("So."), "Windy."]))
        poet = agent(column.on(sim), tools=[weather], model_settings=thinking())
        if streamed:
            result: Any = Runner.run_streamed(poet, "Hello")
            async for _ in result.stream_events():
                pass
        else:
            result = await Runner.run(poet, "Hello")
        made.append([_without_ids(item) for item in result.to_input_list()])
    plain, watched = made
    assert watched == plain


def _without_ids(item: Any) -> Any:
    """An item without what differs from call to call: ids, and the seals that are bound to them."""
    told = ("provider", "model", "type") if item.get("encrypted_content") else ("provider", "model")
    data = {key: value for key, value in item.get("provider_data", {}).items() if key in told}
    dropped = ("id", "call_id", "provider_data", "encrypted_content")
    kept = {key: value for key, value in item.items() if key not in dropped}
    if "arguments" in kept:  # the same object, however it is spaced
        kept["arguments"] = json.loads(kept["arguments"])
    return {**kept, "provider_data": data, "sealed": bool(item.get("encrypted_content"))}


@shows("streams:cut-anywhere")
@pytest.mark.simulator(chop=1)
async def test_a_stream_may_be_cut_anywhere(sim: Simulator, run: Run, column: Column, weather: Any) -> None:
    """Byte by byte: through characters, numbers, line ends and events."""
    sim.script(Reply([Text("Höchst windig: 🌬️ ĳs."), ToolCall("get_weather", {"city": "Malmö"})]), "Jaha, blåsigt.")
    result = await run(agent(column.on(sim), tools=[weather]))
    assert raws(result, "message")[0].content[0].text == "Höchst windig: 🌬️ ĳs."
    assert json.loads(raws(result, "function_call")[0].arguments) == {"city": "Malmö"}
    assert result.final_output == "Jaha, blåsigt."


@shows("streams:empty-choices", columns=CHAT)
async def test_empty_and_null_choices_are_passed_over(sim: Simulator, run: Run, column: Column) -> None:
    """Azure begins with one for its filters, and others end with one."""
    head = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-5"}
    said = {"index": 0, "delta": {"role": "assistant", "content": "Hello."}, "finish_reason": None}
    end = {"index": 0, "delta": {}, "finish_reason": "stop"}
    choices: list[Any] = [[], [said], [], [end], None]
    sim.script(Raw(events=[*({**head, "choices": each} for each in choices), "[DONE]"], headers=SSE))
    result = await run(agent(column.on(sim)))
    assert result.final_output == "Hello."


@shows("streams:line-ends")
@pytest.mark.simulator(chop=1)
async def test_line_ends_comments_and_marks_are_read(sim: Simulator, run: Run, column: Column) -> None:
    """Proxies send comments to keep a line open, and servers have line ends and byte order marks of their own."""
    told: list[bytes] = []
    async with Simulator() as other:  # what the service would say
        other.script("Hello there.")
        told = await recorded(other, column.protocol)
    odd = [part.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n") for part in told]
    first, *others = odd  # the mark stands straight before the first event, which is lost with it otherwise
    sim.script(Raw(events=[b"\xef\xbb\xbf" + first, b": ping\r\n\r\n", *others], headers=SSE))
    result = await run(agent(column.on(sim)))
    assert result.final_output == "Hello there."


@shows("streams:unknown-events", way="streamed")
async def test_unknown_events_and_fields_are_passed_over(sim: Simulator, column: Column) -> None:
    """Services add some without notice."""
    async with Simulator() as other:
        other.script("Hello there.")
        told = await recorded(other, column.protocol)
    unknown = {
        "openai-chat": b'data: {"id":"x","object":"moderation","created":1,"model":"m","choices":[],"new":1}\n\n',
        "openai-responses": b'event: response.new\ndata: {"type":"response.new","sequence_number":2,"new":1}\n\n',
        "anthropic": b'event: new\ndata: {"type":"new","index":7}\n\n',
        "gemini": b'data: {"newThing":{"a":[1]}}\n\n',
    }[column.protocol]
    told.insert(2, unknown)
    told = [part.replace(b'data: {"', b'data: {"brand_new_field":[{}],"', 1) for part in told]
    sim.script(Raw(events=told, headers=SSE))
    result = Runner.run_streamed(agent(column.on(sim)), "Hello")
    async for _ in result.stream_events():
        pass
    assert result.final_output == "Hello there."


@shows("streams:nothing")
async def test_an_answer_of_nothing_is_no_crash(sim: Simulator, run: Run, column: Column) -> None:
    """Either an empty answer or an error that says so: both are words that a caller can act on."""
    sim.script(Reply([], faults=[EmptyChoices()]))
    try:
        result = await run(agent(column.on(sim)))
    except ProviderError as error:
        assert str(error)  # noqa: PT017
    else:
        assert result.final_output == ""
