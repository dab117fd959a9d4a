"""The simulator through OpenAI's own client: what it says must be what that client reads."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import openai
import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from pydantic import BaseModel

from agents.testing.simulator import HttpError, NoTerminal, Refusal, Reply, Simulator, Text, ToolCall

HI: list[Any] = [{"role": "user", "content": "Hi"}]
ASK: list[Any] = [{"role": "user", "content": "What is the weather in Tokyo and Oslo?"}]
CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS: list[Any] = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "The weather in a city",
            "parameters": {**CITY, "additionalProperties": False},
            "strict": True,
        },
    }
]


@pytest.fixture
async def client(sim: Simulator) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(
        base_url=sim.openai_base_url, api_key=sim.api_key, max_retries=0, _strict_response_validation=True
    ) as made:
        yield made


async def test_a_conversation_with_parallel_tools(sim: Simulator, client: openai.AsyncOpenAI) -> None:
    """The default assistant calls for each place, and its haiku uses the results."""
    first = await client.chat.completions.create(model="gpt-sim", messages=ASK, tools=TOOLS)
    message = first.choices[0].message
    assert first.choices[0].finish_reason == "tool_calls"
    assert [json.loads(call.function.arguments) for call in message.tool_calls or ()] == [
        {"city": "Tokyo"},
        {"city": "Oslo"},
    ]
    results = [
        {"role": "tool", "tool_call_id": call.id, "content": f"rainy, {7 + index} °C"}
        for index, call in enumerate(message.tool_calls or ())
    ]
    second = await client.chat.completions.create(model="gpt-sim", messages=[*ASK, message, *results], tools=TOOLS)
    text = second.choices[0].message.content or ""
    assert len(text.splitlines()) == 3
    assert "7 °C" in text
    assert "8 °C" in text
    assert second.usage is not None
    assert second.usage.total_tokens == second.usage.prompt_tokens + second.usage.completion_tokens
    assert sim.refusals == []


async def test_parallel_calls_can_be_turned_off(client: openai.AsyncOpenAI) -> None:
    """Then the places are asked for one after another."""
    answer = await client.chat.completions.create(model="gpt-sim", messages=ASK, tools=TOOLS, parallel_tool_calls=False)
    call = (answer.choices[0].message.tool_calls or [])[0]
    history = [*ASK, answer.choices[0].message, {"role": "tool", "tool_call_id": call.id, "content": "dry"}]
    again = await client.chat.completions.create(
        model="gpt-sim", messages=history, tools=TOOLS, parallel_tool_calls=False
    )
    calls = [c.function.arguments for a in (answer, again) for c in a.choices[0].message.tool_calls or ()]
    assert calls == ['{"city":"Tokyo"}', '{"city":"Oslo"}']


@pytest.mark.parametrize(
    "reply",
    [
        Reply([Text("Hello, you.")]),
        Reply([Refusal("I cannot help with that.")]),
        Reply(
            [
                Text("Let me look."),
                ToolCall("get_weather", {"city": "Köln"}),
                ToolCall("get_weather", {"city": "Oslo"}),
            ]
        ),
        Reply([Text("cut of")], stop="length"),
    ],
    ids=["text", "refusal", "tools", "length"],
)
async def test_the_accumulated_stream_equals_the_plain_answer(
    sim: Simulator, client: openai.AsyncOpenAI, reply: Reply
) -> None:
    """The vendor's own accumulator judges the stream."""
    sim.script(reply, reply)
    plain = await client.chat.completions.create(model="gpt-sim", messages=HI, tools=TOOLS)
    if reply.stop == "length":
        chunks = await client.chat.completions.create(model="gpt-sim", messages=HI, tools=TOOLS, stream=True)
        assert [c.choices[0].finish_reason async for c in chunks if c.choices][-1] == "length"
        return
    async with client.chat.completions.stream(
        model="gpt-sim", messages=HI, tools=TOOLS, stream_options={"include_usage": True}
    ) as stream:
        final = await stream.get_final_completion()
    ours, theirs = plain.choices[0], final.choices[0]
    assert theirs.finish_reason == ours.finish_reason
    assert (theirs.message.content, theirs.message.refusal) == (ours.message.content, ours.message.refusal)
    assert [call.function.arguments for call in theirs.message.tool_calls or ()] == [
        call.function.arguments for call in ours.message.tool_calls or ()
    ]
    assert final.usage == plain.usage


class Forecast(BaseModel):
    city: str
    degrees: float
    sky: str | None
    hours: list[int]


async def test_a_json_schema_gets_a_valid_instance(client: openai.AsyncOpenAI) -> None:
    """`parse` sends the strict subset and validates the answer."""
    answer = await client.chat.completions.parse(
        model="gpt-sim",
        messages=[{"role": "user", "content": "The forecast for Oslo: 4.5 degrees"}],
        response_format=Forecast,
    )
    parsed = answer.choices[0].message.parsed
    assert parsed is not None
    assert (parsed.city, parsed.degrees) == ("Oslo", 4.5)


@pytest.mark.parametrize("effort", ["none", "low"])
async def test_reasoning_is_counted_and_not_shown(client: openai.AsyncOpenAI, effort: Any) -> None:
    """OpenAI's chat protocol keeps its reasoning to itself."""
    answer = await client.chat.completions.create(model="gpt-sim", messages=HI, reasoning_effort=effort)
    assert answer.usage is not None
    assert answer.usage.completion_tokens_details is not None
    assert bool(answer.usage.completion_tokens_details.reasoning_tokens) == (effort == "low")


async def test_every_answer_fits_the_response_types(sim: Simulator, client: openai.AsyncOpenAI) -> None:
    """Pydantic, in strict words, finds nothing wrong: required fields are there and have their types."""
    sim.script(*[Reply([Text("Hi."), ToolCall("get_weather", {"city": "x"})])] * 2)
    raw = await client.chat.completions.with_raw_response.create(model="gpt-sim", messages=HI, logprobs=True)
    ChatCompletion.model_validate_json(raw.http_response.content, strict=True)
    stream = await client.chat.completions.create(model="gpt-sim", messages=HI, stream=True)
    async for chunk in stream:
        ChatCompletionChunk.model_validate(chunk.model_dump(), strict=True)


@pytest.mark.parametrize(
    ("model", "key", "error"),
    [("no-such-model", None, openai.NotFoundError), ("gpt-sim", "wrong", openai.AuthenticationError)],
)
async def test_refusals_are_the_clients_own_exceptions(
    client: openai.AsyncOpenAI, model: str, key: str | None, error: type[openai.APIStatusError]
) -> None:
    """The client maps status and body as it does with the real service."""
    speaking = client.with_options(api_key=key) if key else client
    with pytest.raises(error) as caught:
        await speaking.chat.completions.create(model=model, messages=HI)
    assert caught.value.request_id
    assert caught.value.code in ("model_not_found", "invalid_api_key")


async def test_the_client_retries_what_it_is_told_to(sim: Simulator, client: openai.AsyncOpenAI) -> None:
    """A 429 with a wait hint, then an answer."""
    sim.script(HttpError(429, headers={"retry-after-ms": "1"}), "Here now.")
    answer = await client.with_options(max_retries=1).chat.completions.create(model="gpt-sim", messages=HI)
    assert answer.choices[0].message.content == "Here now."
    assert len(sim.requests) == 2


async def test_a_client_that_leaves_a_stream_is_seen_to_leave(sim: Simulator, client: openai.AsyncOpenAI) -> None:
    """Closing the stream closes the request."""
    sim.script(Reply(["a b c d"], faults=[NoTerminal()]))
    stream = await client.chat.completions.create(model="gpt-sim", messages=HI, stream=True)
    async for _ in stream:
        break
    await stream.close()
    await sim.wait_idle()
