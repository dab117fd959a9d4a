"""What OpenAI's Responses takes, the simulator takes, and keeps; what it refuses stands in `refusals`."""

from __future__ import annotations

from typing import Any

import pytest

from agents.testing.simulator import Redacted, Reply, Simulator, Text, Thinking, ToolCall
from agents.testing.simulator.script import Part

from .refusals.responses import ASK, CLOSED, HI, PIXEL, SAID, called, format_, strict, told, user, without

PATH = "/v1/responses"


ACCEPTED: dict[str, dict[str, Any]] = {
    "a string": {"input": "Hi"},
    "a summary alone for a model without effort": {"model": "gpt-4o", "reasoning": {"summary": "auto"}},
    "the greatest effort of the newest models": {"model": "gpt-5.6-sol", "reasoning": {"effort": "max"}},
    "without the version in the path": {"path": "/responses"},
    "nulls for optional fields": {"instructions": None, "previous_response_id": None, "temperature": None},
    "no tools and a choice of auto": {"tools": [], "tool_choice": "auto"},
    "every role": {"input": [{"role": role, "content": "x"} for role in ("system", "developer", "assistant", "user")]},
    "messages with ids, types and phases": {"input": [HI, {**SAID, "id": "msg_1", "phase": "final_answer"}, HI]},
    "calls without ids": {"input": [HI, called("a"), called("b"), told("a"), told("b")]},
    "outputs in another order": {"input": [HI, called("a"), called("b"), told("b"), told("a")]},
    "parts from a tool": {"input": [called("a"), told("a", [{"type": "input_image", "image_url": PIXEL}])]},
    "images and files": user(
        {"type": "input_text", "text": "x"},
        {"type": "input_image", "image_url": "https://example.com/a.png", "detail": "low"},
        {"type": "input_file", "file_data": "data:application/pdf;base64,aGVsbG8=", "filename": "a.pdf"},
        {"type": "input_file", "file_url": "https://example.com/a.pdf"},
    ),
    "a custom tool and its call": {
        "tools": [{"type": "custom", "name": "shout"}],
        "tool_choice": {"type": "custom", "name": "shout"},
        "input": [
            {"type": "custom_tool_call", "id": "ctc_1", "call_id": "c", "name": "shout", "input": "hey"},
            {"type": "custom_tool_call_output", "call_id": "c", "output": "HEY"},
        ],
    },
    "strict tools and formats": {**strict(CLOSED), **format_(schema=CLOSED, strict=True)},
    "json mode, said": {"input": "Answer in JSON.", "text": {"format": {"type": "json_object"}}},
    "log probabilities": {"include": ["message.output_text.logprobs"], "top_logprobs": 2},
    "a hosted tool and what it left": {
        "tools": [{"type": "web_search"}],
        "input": [{"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"type": "search"}}, HI],
    },
}


@pytest.mark.parametrize("name", ACCEPTED)
async def test_what_responses_takes(sim: Simulator, post: Any, spoiled: Any, name: str) -> None:
    """A strict server that refuses more than the service would be as useless as a lax one."""
    patch = dict(ACCEPTED[name])
    answer = await post(sim, patch.pop("path", PATH), spoiled(ASK, patch))
    assert answer.status == 200, answer.json
    assert answer.json["status"] == "completed"


# --- Reasoning and what it led to -----------------------------------------------------------------

CALLING = Reply([Thinking("I need the weather."), ToolCall("get_weather", {"city": "Oslo"}, id="c1")])


async def _issued(sim: Simulator, post: Any, reply: Reply, **fields: Any) -> list[dict[str, Any]]:
    sim.script(reply)
    output: list[dict[str, Any]] = (await post(sim, PATH, {**ASK, **fields})).json["output"]
    return output


REPLAYS: dict[str, tuple[Any, int, str]] = {
    "as it came": (lambda rs, fc: [rs, fc, told("c1")], 200, ""),
    "with a user's word after it": (lambda rs, fc: [rs, fc, told("c1"), HI], 200, ""),
    "the call without its id": (lambda rs, fc: [rs, without(fc, "id"), told("c1")], 200, ""),
    "neither id nor reasoning": (lambda rs, fc: [without(fc, "id"), told("c1")], 200, ""),
    "without its reasoning": (
        lambda rs, fc: [fc, told("c1")],
        400,
        "of type 'function_call' was provided without its required 'reasoning' item: 'rs_",
    ),
    "reasoning alone": (lambda rs, fc: [rs], 400, "of type 'reasoning' was provided without its required following"),
    "reasoning before a user's word": (lambda rs, fc: [rs, HI], 400, "required following item"),
    "reasoning before another item": (lambda rs, fc: [rs, SAID, fc, told("c1")], 400, "required following item"),
    "reasoning after its item": (lambda rs, fc: [fc, rs, told("c1")], 400, "required"),
    "a broken seal": (
        lambda rs, fc: [{**rs, "encrypted_content": "A" + rs["encrypted_content"][1:-4] + "AAA="}, fc, told("c1")],
        400,
        "could not be verified",
    ),
    "no seal": (lambda rs, fc: [{**rs, "encrypted_content": None}, fc, told("c1")], 404, "Items are not persisted"),
    "a reference": (
        lambda rs, fc: [{"type": "item_reference", "id": rs["id"]}, fc, told("c1")],
        404,
        "Items are not persisted",
    ),
}


@pytest.mark.parametrize("name", REPLAYS)
async def test_a_stateless_replay_keeps_reasoning_beside_its_item(sim: Simulator, post: Any, name: str) -> None:
    """What agents get wrong most often: a history with half of a pair, or with another server's seal."""
    reasoning, call = await _issued(sim, post, CALLING, store=False)
    replayed, status, fragment = REPLAYS[name]
    answer = await post(sim, PATH, {**ASK, "store": False, "input": [HI, *replayed(reasoning, call)]})
    assert answer.status == status, answer.json
    assert fragment in answer.content.decode()


@pytest.mark.parametrize(
    "replayed",
    [
        lambda rs, fc: [{"type": "item_reference", "id": rs["id"]}, {"id": fc["id"]}, told("c1")],
        lambda rs, fc: [without(rs, "encrypted_content"), fc, told("c1")],
    ],
    ids=["references", "reasoning without its seal"],
)
async def test_what_is_stored_can_be_pointed_at(sim: Simulator, post: Any, replayed: Any) -> None:
    """With the default of `store`, the service looks items up by id."""
    reasoning, call = await _issued(sim, post, CALLING)
    answer = await post(sim, PATH, {**ASK, "input": [HI, *replayed(reasoning, call)]})
    assert answer.status == 200, answer.json


async def test_a_message_needs_its_reasoning_too(sim: Simulator, post: Any) -> None:
    """The rule is the same for text: the message names what it misses."""
    _, message = await _issued(sim, post, Reply([Thinking("Hm."), Text("Yes.")]), store=False)
    answer = await post(sim, PATH, {**ASK, "input": [HI, message, HI]})
    assert answer.status == 400
    assert f"Item '{message['id']}' of type 'message' was provided without" in answer.json["error"]["message"]


async def test_seals_belong_to_their_item_and_their_server(sim: Simulator, post: Any) -> None:
    """A codec that mixes up two blocks of reasoning, or two services, is found out."""
    parts: list[Part] = [
        Thinking("One."),
        ToolCall("get_weather", {}, id="a"),
        Redacted("opaque"),
        ToolCall("get_weather", {}, id="b"),
    ]
    first, call, second, other = await _issued(sim, post, Reply(parts), store=False)
    assert second["encrypted_content"] == "opaque"
    results = [told("a"), told("b")]
    whole = await post(sim, PATH, {**ASK, "input": [HI, first, call, second, other, *results]})
    assert whole.status == 200, whole.json
    swapped = [
        {**first, "encrypted_content": "opaque"},
        call,
        {**second, "encrypted_content": first["encrypted_content"]},
    ]
    answer = await post(sim, PATH, {**ASK, "input": [HI, *swapped, other, *results]})
    assert answer.json["error"]["code"] == "invalid_encrypted_content"
    async with Simulator() as stranger:
        answer = await post(stranger, PATH, {**ASK, "input": [HI, first, call, second, other, *results]})
    assert answer.json["error"]["code"] == "invalid_encrypted_content"


async def test_reasoning_that_led_nowhere_is_an_orphan(sim: Simulator, post: Any) -> None:
    """An answer cut short while thinking leaves reasoning that no history may carry."""
    (reasoning,) = await _issued(sim, post, Reply([Thinking("So long")], stop="length"), store=False)
    answer = await post(sim, PATH, {**ASK, "input": [HI, reasoning, SAID, HI]})
    assert "required following item" in answer.json["error"]["message"]


async def test_a_compatible_server_takes_its_open_reasoning_back(post: Any) -> None:
    """Servers of open models show their reasoning, seal nothing, and demand nothing."""
    async with Simulator(reasoning_field="reasoning_content") as sim:
        reasoning, call = await _issued(sim, post, CALLING)
        assert reasoning["content"] == [{"type": "reasoning_text", "text": "I need the weather."}]
        assert "encrypted_content" not in reasoning
        for history in ([reasoning, call], [call]):
            answer = await post(sim, PATH, {**ASK, "input": [HI, *history, told("c1")]})
            assert answer.status == 200, answer.json


# --- What the server keeps ------------------------------------------------------------------------


async def test_a_previous_response_holds_calls_and_words(sim: Simulator, post: Any) -> None:
    """Only the new items are sent; the history before them counts."""
    sim.script(CALLING, "Rainy.")
    first = (await post(sim, PATH, ASK)).json
    unanswered = await post(sim, PATH, {**ASK, "previous_response_id": first["id"]})
    assert unanswered.json["error"]["message"] == "No tool output found for function call c1."
    follow = {**ASK, "input": [told("c1", "rain")], "previous_response_id": first["id"]}
    second = (await post(sim, PATH, follow)).json
    assert second["previous_response_id"] == first["id"]
    third = await post(sim, PATH, {**ASK, "previous_response_id": second["id"]})
    assert third.status == 200
    assert third.json["usage"]["input_tokens"] > first["usage"]["input_tokens"]
    again = await post(sim, PATH, {**follow, "input": [first["output"][1], told("c1")]})
    assert "Duplicate item found" in again.json["error"]["message"]


async def test_nothing_is_kept_without_store(sim: Simulator, post: Any) -> None:
    """The id of an unstored response leads nowhere."""
    first = (await post(sim, PATH, {**ASK, "store": False})).json
    answer = await post(sim, PATH, {**ASK, "previous_response_id": first["id"]})
    assert answer.json["error"]["code"] == "previous_response_not_found"


async def test_a_conversation_grows_by_itself(sim: Simulator, post: Any) -> None:
    """Its id stays the same, and each response adds what was said."""
    created = (await post(sim, "/v1/conversations", {"items": [HI], "metadata": {"a": "b"}})).json
    assert (created["object"], created["metadata"]) == ("conversation", {"a": "b"})
    sim.script(CALLING)
    first = (await post(sim, PATH, {**ASK, "conversation": created["id"]})).json
    assert first["conversation"] == {"id": created["id"]}
    follow = {**ASK, "conversation": {"id": created["id"]}, "input": [told("c1", "rain, 4 °C")]}
    answer = await post(sim, PATH, follow)
    assert "4 °C" in answer.json["output"][0]["content"][0]["text"]
