"""The simulator through Anthropic's own client, thinking and its replay included."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Callable
from typing import Any

import anthropic
import pytest
from pydantic import BaseModel

from agents.testing.simulator import (
    ErrorInStream,
    HttpError,
    Redacted,
    Reply,
    Simulator,
    Text,
    Thinking,
    ToolCall,
)

HI: list[Any] = [{"role": "user", "content": "Hi"}]
ASK: list[Any] = [{"role": "user", "content": "What is the weather in Tokyo?"}]
TOOLS: list[Any] = [
    {
        "name": "get_weather",
        "description": "The weather in a city",
        "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    }
]
THINK: Any = {"type": "enabled", "budget_tokens": 1024}
BASE: dict[str, Any] = {"model": "claude-sim", "max_tokens": 2000}


@pytest.fixture
async def client(sim: Simulator) -> AsyncIterator[anthropic.AsyncAnthropic]:
    async with anthropic.AsyncAnthropic(base_url=sim.anthropic_base_url, api_key=sim.api_key, max_retries=0) as made:
        yield made


def results(message: Any, text: str = "foggy, 3 °C") -> dict[str, Any]:
    """The tool results that answer a message."""
    uses = [block for block in message.content if block.type == "tool_use"]
    return {
        "role": "user",
        "content": [{"type": "tool_result", "tool_use_id": use.id, "content": text} for use in uses],
    }


@pytest.mark.parametrize("thinking", [{}, {"thinking": THINK}, {"thinking": {"type": "adaptive"}}], ids=str)
async def test_a_conversation_with_a_tool(
    sim: Simulator, client: anthropic.AsyncAnthropic, thinking: dict[str, Any]
) -> None:
    """The client's own content blocks go back as they are, thinking first."""
    first = await client.messages.create(**BASE, **thinking, messages=ASK, tools=TOOLS)
    kinds = [block.type for block in first.content]
    assert kinds == (["thinking", "tool_use"] if thinking else ["tool_use"])
    assert (first.stop_reason, first.content[-1].input) == ("tool_use", {"city": "Tokyo"})
    history = [*ASK, {"role": "assistant", "content": first.content}, results(first)]
    second = await client.messages.create(**BASE, **thinking, messages=history, tools=TOOLS)
    text = second.content[-1].text
    assert len(text.splitlines()) == 3
    assert "3 °C" in text
    assert sim.requests[0].headers["anthropic-version"] == "2026-10-21"
    assert sim.refusals == []


async def test_the_accumulated_stream_equals_the_plain_answer(sim: Simulator, client: anthropic.AsyncAnthropic) -> None:
    """The vendor's own accumulator judges the stream, blocks of every kind included."""
    reply = Reply(
        [
            Thinking("First. "),
            Redacted("b3BhcXVl"),
            Thinking("Second."),
            Text("Let me look, 今日は."),
            ToolCall("get_weather", {"city": "Köln", "more": [1, {"x": None}]}),
            ToolCall("get_weather", {}),
        ]
    )
    sim.script(reply, reply)
    plain = await client.messages.create(**BASE, messages=HI, tools=TOOLS)
    async with client.messages.stream(**BASE, messages=HI, tools=TOOLS) as stream:
        final = await stream.get_final_message()

    def without_ids(message: Any) -> list[dict[str, Any]]:
        keep = ("type", "text", "thinking", "signature", "data", "name", "input")
        return [{k: v for k, v in block.model_dump().items() if k in keep} for block in message.content]

    assert without_ids(final) == without_ids(plain)
    assert final.stop_reason == plain.stop_reason == "tool_use"
    assert final.usage.output_tokens == plain.usage.output_tokens
    assert final.usage.output_tokens_details == plain.usage.output_tokens_details


SPOIL: dict[str, tuple[Callable[[list[dict[str, Any]]], Any], str]] = {
    "dropped": (lambda blocks: blocks[3:], "Expected `thinking`"),
    "one dropped": (lambda blocks: blocks[:2] + blocks[3:], "cannot be modified"),
    "swapped": (lambda blocks: [blocks[2], blocks[1], blocks[0], *blocks[3:]], "cannot be modified"),
    "doubled": (lambda blocks: [blocks[0], *blocks], "cannot be modified"),
    "behind the call": (lambda blocks: [*blocks[3:4], *blocks[:3], *blocks[4:]], "Expected `thinking`"),
    "text altered": (lambda blocks: [{**blocks[0], "thinking": "x"}, *blocks[1:]], "Invalid `signature`"),
    "signature altered": (
        lambda blocks: [{**blocks[0], "signature": "eA=="}, *blocks[1:]],
        "Invalid `signature`",
    ),
    "signature of the other": (
        lambda blocks: [{**blocks[0], "signature": blocks[2]["signature"]}, *blocks[1:]],
        "Invalid `signature`",
    ),
    "redacted altered": (
        lambda blocks: [blocks[0], {**blocks[1], "data": "x"}, *blocks[2:]],
        "Invalid `data`",
    ),
}


@pytest.mark.parametrize("spoil", SPOIL)
async def test_thinking_must_come_back_as_it_was(sim: Simulator, client: anthropic.AsyncAnthropic, spoil: str) -> None:
    """Every way in which other projects have lost or bent a thinking block is a 400 here, too."""
    sim.script(
        Reply([Thinking("One."), Redacted("b3BhcXVl"), Thinking("Two."), Text("Hm."), ToolCall("get_weather")]),
        "Done.",
    )
    first = await client.messages.create(**BASE, thinking=THINK, messages=ASK, tools=TOOLS)
    blocks = [block.model_dump(exclude_none=True) for block in first.content]
    change, fragment = SPOIL[spoil]

    async def send(content: Any) -> Any:
        history = [*ASK, {"role": "assistant", "content": content}, results(first)]
        return await client.messages.create(**BASE, thinking=THINK, messages=history, tools=TOOLS)

    with pytest.raises(anthropic.BadRequestError, match=fragment):
        await send(change(copy.deepcopy(blocks)))
    assert (await send(blocks)).stop_reason == "end_turn"


async def test_a_signature_worded_by_the_script_holds(sim: Simulator, client: anthropic.AsyncAnthropic) -> None:
    """Tests may name signatures, to see them again in a request."""
    sim.script(Reply([Thinking("One.", signature="sig-1"), ToolCall("get_weather", {"city": "x"})]))
    async with client.messages.stream(**BASE, thinking=THINK, messages=ASK, tools=TOOLS) as stream:
        first = await stream.get_final_message()
    assert first.content[0].signature == "sig-1"
    history = [*ASK, {"role": "assistant", "content": first.content}, results(first)]
    await client.messages.create(**BASE, thinking=THINK, messages=history, tools=TOOLS)
    assert sim.requests[-1].body["messages"][1]["content"][0]["signature"] == "sig-1"


async def test_omitted_thinking_is_a_signature_alone(sim: Simulator, client: anthropic.AsyncAnthropic) -> None:
    """With `display: omitted` the block is empty, and goes back all the same."""
    thinking: Any = {"type": "adaptive", "display": "omitted"}
    async with client.messages.stream(**BASE, thinking=thinking, messages=ASK, tools=TOOLS) as stream:
        first = await stream.get_final_message()
    assert first.content[0].thinking == ""
    assert first.content[0].signature
    history = [*ASK, {"role": "assistant", "content": first.content}, results(first)]
    await client.messages.create(**BASE, thinking=thinking, messages=history, tools=TOOLS)
    assert sim.refusals == []


class Forecast(BaseModel):
    city: str
    degrees: int


async def test_a_json_schema_gets_a_valid_instance(client: anthropic.AsyncAnthropic) -> None:
    """`parse` rewrites the schema to the accepted subset and validates the answer."""
    ask: Any = [{"role": "user", "content": "The forecast for Oslo is 4 degrees"}]
    answer = await client.messages.parse(**BASE, messages=ask, output_format=Forecast)
    assert answer.parsed_output == Forecast(city="Oslo", degrees=4)


@pytest.mark.parametrize(
    ("item", "error"),
    [
        (HttpError(429), anthropic.RateLimitError),
        (HttpError(529), anthropic.InternalServerError),
        (Reply(["a b"], faults=[ErrorInStream(2, 529)]), anthropic.APIStatusError),
    ],
)
async def test_errors_are_the_clients_own_exceptions(
    sim: Simulator, client: anthropic.AsyncAnthropic, item: Any, error: type[Exception]
) -> None:
    """Before the stream and in the middle of it."""
    sim.script(item)
    with pytest.raises(error):
        async with client.messages.stream(**BASE, messages=HI) as stream:
            await stream.get_final_message()


async def test_a_stop_sequence_ends_the_answer(client: anthropic.AsyncAnthropic) -> None:
    """The assistant keeps to the limits of the request."""
    stopped = await client.messages.create(**BASE, messages=HI, stop_sequences=["lantern"])
    assert (stopped.stop_reason, stopped.stop_sequence) == ("stop_sequence", "lantern")
    cut = await client.messages.create(model="claude-sim", max_tokens=3, messages=HI)
    assert (cut.stop_reason, cut.usage.output_tokens) == ("max_tokens", 3)
