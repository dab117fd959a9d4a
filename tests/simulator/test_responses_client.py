"""The simulator's Responses through OpenAI's own client: what it says must be what that client reads."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import openai
import pytest
from openai.types.responses import Response, ResponseFunctionToolCall, ResponseStreamEvent
from pydantic import BaseModel, TypeAdapter

from agents.testing.simulator import (
    Citation,
    DuplicateIds,
    EmptyChoices,
    ErrorInStream,
    Fault,
    HttpError,
    NoTerminal,
    NoUsage,
    Redacted,
    Refusal,
    Reply,
    Simulator,
    Text,
    Thinking,
    Tokens,
    ToolCall,
)

QUESTION = "What is the weather in Tokyo and Oslo?"
CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS: list[Any] = [
    {
        "type": "function",
        "name": "get_weather",
        "description": "The weather in a city",
        "parameters": {**CITY, "additionalProperties": False},
        "strict": True,
    },
    {"type": "custom", "name": "shout"},
]
THOUGHT = Thinking("First this.\n\nThen that.")
RICH = Reply(
    [
        THOUGHT,
        Text("Grüße aus Köln", citations=[Citation("https://example.com", "Köln", 10, 14)]),
        Text(", 今日は晴れ."),
        Refusal("No more."),
        ToolCall("get_weather", {"city": "Köln"}),
        Redacted("opaque"),
        ToolCall("shout", "HEY"),
        ToolCall("get_weather", "{}"),
    ],
    usage=Tokens(input=30, output=20, cached=10, cache_write=4, reasoning=5),
)
REPLIES = {
    "text": Reply([Text("Hello, you.")]),
    "refusal": Reply([Refusal("I cannot help with that.")]),
    "everything": RICH,
    "nothing": Reply([], faults=[EmptyChoices()]),
}


@pytest.fixture
async def client(sim: Simulator) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(
        base_url=sim.openai_base_url, api_key=sim.api_key, max_retries=0, _strict_response_validation=True
    ) as made:
        yield made


def results(response: Response) -> list[Any]:
    """An output for every call of a response."""
    calls = [item for item in response.output if isinstance(item, ResponseFunctionToolCall)]
    return [
        {"type": "function_call_output", "call_id": call.call_id, "output": f"rainy, {7 + index} °C"}
        for index, call in enumerate(calls)
    ]


async def test_a_stateless_conversation_with_reasoning_and_parallel_tools(
    sim: Simulator, client: openai.AsyncOpenAI
) -> None:
    """Nothing is stored: every output item goes back, sealed reasoning first, and the haiku uses the results."""
    asked: list[Any] = [{"role": "user", "content": QUESTION}]
    settings: dict[str, Any] = {"model": "gpt-sim", "tools": TOOLS, "store": False, "reasoning": {"effort": "low"}}
    first = await client.responses.create(input=asked, **settings)
    assert [item.type for item in first.output] == ["reasoning", "function_call", "function_call"]
    assert [json.loads(item.arguments)["city"] for item in first.output if item.type == "function_call"] == [
        "Tokyo",
        "Oslo",
    ]
    second = await client.responses.create(input=[*asked, *first.output, *results(first)], **settings)
    assert len(second.output_text.splitlines()) == 3
    assert "7 °C" in second.output_text
    assert "8 °C" in second.output_text
    assert second.usage is not None
    assert second.usage.total_tokens == second.usage.input_tokens + second.usage.output_tokens
    assert second.usage.output_tokens_details.reasoning_tokens > 0
    third: list[Any] = [*asked, *first.output, *results(first), *second.output, {"role": "user", "content": "Thanks"}]
    await client.responses.create(input=third, **settings)
    assert sim.refusals == []


async def test_a_stateful_conversation_sends_only_what_is_new(sim: Simulator, client: openai.AsyncOpenAI) -> None:
    """The server holds the calls and their reasoning; instructions are not carried over."""
    settings: dict[str, Any] = {"model": "gpt-sim", "tools": TOOLS, "reasoning": {"effort": "low"}}
    first = await client.responses.create(input=QUESTION, instructions="Be brief.", **settings)
    second = await client.responses.create(input=results(first), previous_response_id=first.id, **settings)
    assert "8 °C" in second.output_text
    assert (first.instructions, second.instructions) == ("Be brief.", None)
    kept = await client.responses.retrieve(second.id)
    assert kept.output_text == second.output_text
    assert [item.encrypted_content for item in kept.output if item.type == "reasoning"] == [None]
    await client.responses.delete(second.id)
    with pytest.raises(openai.NotFoundError):
        await client.responses.retrieve(second.id)
    with pytest.raises(openai.BadRequestError) as caught:
        await client.responses.create(input="Hi", previous_response_id=second.id, **settings)
    assert caught.value.code == "previous_response_not_found"


async def test_a_conversation_of_the_client(sim: Simulator, client: openai.AsyncOpenAI) -> None:
    """What the conversations resource creates, responses continue."""
    conversation = await client.conversations.create(metadata={"topic": "weather"})
    first = await client.responses.create(
        model="gpt-sim", input=QUESTION, tools=TOOLS, conversation=conversation.id, parallel_tool_calls=False
    )
    second = await client.responses.create(
        model="gpt-sim", input=results(first), tools=TOOLS, conversation=conversation.id
    )
    assert [item.type for item in second.output] == ["function_call"]
    assert sim.refusals == []


# --- Streams --------------------------------------------------------------------------------------


def known(item: Any) -> Any:
    """An item without what is minted anew for each answer."""
    fields = item.model_dump(exclude_none=True)
    for part in fields.get("content", ()):
        part.pop("parsed", None)
    minted = ("id", "call_id", "encrypted_content", "parsed_arguments")
    return {key: value for key, value in fields.items() if key not in minted}


@pytest.mark.parametrize("name", REPLIES)
async def test_the_accumulated_stream_equals_the_plain_answer(
    sim: Simulator, client: openai.AsyncOpenAI, name: str
) -> None:
    """The vendor's own accumulator judges the stream: it refuses changed ids, doubled indices, unfinished items."""
    sim.script(REPLIES[name], REPLIES[name])
    settings: dict[str, Any] = {"model": "gpt-sim", "input": "Hi", "tools": TOOLS, "reasoning": {"summary": "auto"}}
    plain = await client.responses.create(**settings)
    async with client.responses.stream(**settings) as stream:
        final = await stream.get_final_response()
    assert [known(item) for item in final.output] == [known(item) for item in plain.output]
    assert (final.status, final.usage) == (plain.status, plain.usage)


async def test_every_answer_fits_the_response_types(sim: Simulator, client: openai.AsyncOpenAI) -> None:
    """Pydantic, in strict words, finds nothing wrong: required fields are there and have their types."""
    sim.script(RICH, RICH)
    settings: dict[str, Any] = {"model": "gpt-sim", "input": "Hi", "tools": TOOLS, "reasoning": {"summary": "auto"}}
    settings |= {"include": ["message.output_text.logprobs"], "top_logprobs": 1, "max_output_tokens": 100}
    raw = await client.responses.with_raw_response.create(**settings)
    Response.model_validate_json(raw.http_response.content, strict=True)
    lines = await client.responses.with_raw_response.create(**settings, stream=True)
    adapter: TypeAdapter[Any] = TypeAdapter(ResponseStreamEvent)
    data = [line[6:] async for line in lines.http_response.aiter_lines() if line.startswith("data: ")]
    assert len(data) > 40
    for event in data:
        adapter.validate_json(event, strict=True)


async def _events(sim: Simulator, post: Any, reply: Reply | Fault, **fields: Any) -> list[dict[str, Any]]:
    sim.script(reply)
    body = {"model": "gpt-sim", "input": "Hi", "tools": TOOLS, "stream": True, **fields}
    answer = await post(sim, "/v1/responses", body)
    names = [line[7:] for line in answer.content.decode().splitlines() if line.startswith("event: ")]
    events: list[dict[str, Any]] = answer.events
    assert names == [event["type"] for event in events]
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    return events


async def test_events_follow_the_grammar(sim: Simulator, post: Any) -> None:
    """Each item is opened, filled and closed before the next; deltas name their item and never their call."""
    events = await _events(sim, post, RICH, reasoning={"summary": "auto"})
    kinds = [event["type"].removeprefix("response.") for event in events if not event["type"].endswith(".delta")]
    summary = ["reasoning_summary_part.added", "reasoning_summary_text.done", "reasoning_summary_part.done"]
    text = ["content_part.added", "output_text.done", "content_part.done"]
    assert kinds == [
        *("created", "in_progress"),
        *("output_item.added", *summary, *summary, "output_item.done"),
        *("output_item.added", text[0], "output_text.annotation.added", *text[1:], *text),
        *("content_part.added", "refusal.done", "content_part.done", "output_item.done"),
        *("output_item.added", "function_call_arguments.done", "output_item.done"),
        *("output_item.added", "output_item.done"),
        *("output_item.added", "custom_tool_call_input.done", "output_item.done"),
        *("output_item.added", "function_call_arguments.done", "output_item.done"),
        "completed",
    ]
    opened = [event["item"] for event in events if event["type"] == "response.output_item.added"]
    closed = [event["item"] for event in events if event["type"] == "response.output_item.done"]
    assert [item["id"] for item in opened] == [item["id"] for item in closed]
    assert closed == events[-1]["response"]["output"]
    assert opened[0]["encrypted_content"] != closed[0]["encrypted_content"]
    assert not any("call_id" in event for event in events)
    assert all(event["obfuscation"] for event in events if event["type"].endswith(".delta"))


async def test_padding_can_be_turned_off(sim: Simulator, post: Any) -> None:
    """`include_obfuscation` saves the bytes on a trusted line."""
    events = await _events(sim, post, Reply(["Hi"]), stream_options={"include_obfuscation": False})
    assert not any("obfuscation" in event for event in events)


async def test_reasoning_is_shown_in_summary_only_when_asked_for(sim: Simulator, post: Any) -> None:
    """The sealed content is always there; the words are not."""
    events = await _events(sim, post, Reply([THOUGHT, "Yes."]))
    reasoning = events[-1]["response"]["output"][0]
    assert reasoning["summary"] == []
    assert reasoning["encrypted_content"]
    assert "First this" not in json.dumps(events)


async def test_a_server_that_shows_its_reasoning_streams_it(post: Any) -> None:
    """Hosts of open models send reasoning text with content indices."""
    async with Simulator(reasoning_field="reasoning_content") as sim:
        events = await _events(sim, post, Reply([THOUGHT, "Yes."]))
    deltas = [event for event in events if event["type"] == "response.reasoning_text.delta"]
    assert "".join(event["delta"] for event in deltas) == THOUGHT.text
    assert {event["content_index"] for event in deltas} == {0}


@pytest.mark.parametrize(
    ("stop", "status", "reason"),
    [
        ("length", "incomplete", "max_output_tokens"),
        ("filter", "incomplete", "content_filter"),
        ("steered", "incomplete", "steered"),
        ("failed", "failed", None),
    ],
)
async def test_an_answer_that_is_not_complete_says_why(
    sim: Simulator, client: openai.AsyncOpenAI, stop: str, status: str, reason: str | None
) -> None:
    """There is no finish reason: status and details tell, and the last event is named for the status."""
    reply = Reply(["cut of"], stop=stop)
    sim.script(reply, reply)
    plain = await client.responses.create(model="gpt-sim", input="Hi")
    assert plain.status == status
    assert (plain.incomplete_details and plain.incomplete_details.reason) == reason
    assert bool(plain.error) == (status == "failed")
    assert [getattr(item, "status", None) for item in plain.output] == ["incomplete"]
    stream = await client.responses.create(model="gpt-sim", input="Hi", stream=True)
    assert [event.type async for event in stream][-1] == f"response.{status}"


# --- Structured output, faults --------------------------------------------------------------------


class Forecast(BaseModel):
    city: str
    degrees: float
    sky: str | None
    hours: list[int]


async def test_a_json_schema_gets_a_valid_instance(client: openai.AsyncOpenAI) -> None:
    """`parse` sends the strict subset and validates the answer."""
    answer = await client.responses.parse(
        model="gpt-sim", input="The forecast for Oslo: 4.5 degrees", text_format=Forecast
    )
    assert answer.output_parsed is not None
    assert (answer.output_parsed.city, answer.output_parsed.degrees) == ("Oslo", 4.5)


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
        await speaking.responses.create(model=model, input="Hi")
    assert caught.value.request_id
    assert caught.value.code in ("model_not_found", "invalid_api_key")


async def test_the_client_retries_what_it_is_told_to(sim: Simulator, client: openai.AsyncOpenAI) -> None:
    """A 429 with a wait hint, then an answer."""
    sim.script(HttpError(429, headers={"retry-after-ms": "1"}), "Here now.")
    answer = await client.with_options(max_retries=1).responses.create(model="gpt-sim", input="Hi")
    assert answer.output_text == "Here now."
    assert len(sim.requests) == 2


async def test_a_stream_fails_in_three_spellings(sim: Simulator, client: openai.AsyncOpenAI, post: Any) -> None:
    """The documented event, the nested one that is sent as well, and a failed response; all keep their number."""
    flat = (await _events(sim, post, Reply(["a b"], faults=[ErrorInStream(3)])))[-1]
    assert flat == {
        "type": "error",
        "sequence_number": 3,
        "code": "server_error",
        "message": "Overloaded",
        "param": None,
    }
    nested = (await _events(sim, post, Reply(["a b"], faults=[ErrorInStream(3, 429, "Wait", type="requests")])))[-1]
    assert nested["error"] == {"type": "requests", "code": "rate_limit_exceeded", "message": "Wait", "param": None}
    failed = (await _events(sim, post, Reply(["a b"], faults=[ErrorInStream(3, type="response.failed")])))[-1]
    assert failed["type"] == "response.failed"
    assert failed["response"]["error"] == {"code": "server_error", "message": "Overloaded"}
    sim.script(Reply(["a b"], faults=[ErrorInStream(3, 429, "Wait", type="requests")]))
    stream = await client.responses.create(model="gpt-sim", input="Hi", stream=True)
    with pytest.raises(openai.APIError, match="Wait"):
        _ = [event async for event in stream]


async def test_a_stream_without_its_end_is_not_kept(sim: Simulator, post: Any) -> None:
    """What never completed cannot be continued, nor pointed at."""
    events = await _events(sim, post, Reply(["a b"], faults=[NoTerminal()]))
    assert events[-1]["type"] == "response.output_item.done"
    body = {"model": "gpt-sim", "input": "Hi", "previous_response_id": events[0]["response"]["id"]}
    assert (await post(sim, "/v1/responses", body)).json["error"]["code"] == "previous_response_not_found"
    body = {"model": "gpt-sim", "input": [{"type": "item_reference", "id": events[-1]["item"]["id"]}]}
    assert (await post(sim, "/v1/responses", body)).status == 404


async def test_usage_can_be_missing_and_call_ids_doubled(sim: Simulator, post: Any) -> None:
    """Two faults of hosts that only resemble the service."""
    calls = [ToolCall("get_weather", {}), ToolCall("get_weather", {})]
    events = await _events(sim, post, Reply(calls, faults=[NoUsage(), DuplicateIds()]))
    response = events[-1]["response"]
    assert "usage" not in response
    assert len({item["call_id"] for item in response["output"]}) == 1
    assert len({item["id"] for item in response["output"]}) == 2


async def test_usage_counts_all_that_was_read_and_written(sim: Simulator, post: Any) -> None:
    """Input includes the cache, output the reasoning."""
    usage = (await _events(sim, post, RICH))[-1]["response"]["usage"]
    assert (usage["input_tokens"], usage["output_tokens"], usage["total_tokens"]) == (30, 20, 50)
    assert usage["input_tokens_details"] == {"cached_tokens": 10, "cache_write_tokens": 4}
    assert usage["output_tokens_details"] == {"reasoning_tokens": 5}
