"""What OpenAI's Responses refuses, the simulator refuses: one row per rule. `...` drops a field."""

from __future__ import annotations

from typing import Any

import pytest

from agents.testing.simulator import Redacted, Reply, Simulator, Text, Thinking, ToolCall
from agents.testing.simulator.script import Part

WEATHER = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
CLOSED = {**WEATHER, "additionalProperties": False}
HI = {"role": "user", "content": "Hi"}
FUNCTION = {"type": "function", "name": "get_weather", "parameters": WEATHER, "strict": False}
ASK: dict[str, Any] = {"model": "gpt-sim", "input": [HI], "tools": [FUNCTION]}
PATH = "/v1/responses"


def called(call_id: str, **fields: Any) -> dict[str, Any]:
    return {"type": "function_call", "call_id": call_id, "name": "get_weather", "arguments": "{}", **fields}


def told(call_id: str, output: Any = "sunny", **fields: Any) -> dict[str, Any]:
    return {"type": "function_call_output", "call_id": call_id, "output": output, **fields}


def user(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"input": [{"role": "user", "content": list(parts)}]}


def strict(schema: dict[str, Any]) -> dict[str, Any]:
    return {"tools": [{"type": "function", "name": "f", "parameters": schema, "strict": True}]}


def format_(**fields: Any) -> dict[str, Any]:
    return {"text": {"format": {"type": "json_schema", "name": "out", **fields}}}


SAID = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Hi."}]}
THOUGHT = {"type": "reasoning", "id": "rs_1", "summary": []}
PIXEL = "data:image/png;base64,aGVsbG8="
NO_NAME = "Missing required parameter: 'tools[0].name'."
NESTED = {"type": "function", "function": {"name": "f", "parameters": WEATHER}}

Row = tuple[str, dict[str, Any], int, "str | None", str]
BODY: list[Row] = [
    ("no model", {"model": ...}, 400, "missing_required_parameter", "'model'"),
    ("unknown model", {"model": "no-such-model"}, 404, "model_not_found", "does not exist"),
    ("no input", {"input": ...}, 400, "missing_required_parameter", "must be provided"),
    ("empty input", {"input": []}, 400, "missing_required_parameter", "must be provided"),
    ("empty text", {"input": ""}, 400, "missing_required_parameter", "must be provided"),
    ("input of wrong type", {"input": 3}, 400, "invalid_type", "'input'"),
    ("unknown field", {"fancy": 1}, 400, "unknown_parameter", "Unknown parameter: 'fancy'."),
    ("stop sequences", {"stop": ["x"]}, 400, "unknown_parameter", "'stop'"),
    ("a seed", {"seed": 1}, 400, "unknown_parameter", "'seed'"),
    ("chat messages", {"messages": [HI]}, 400, "unsupported_parameter", "has moved to 'input'"),
    ("chat token limit", {"max_tokens": 50}, 400, "unsupported_parameter", "moved to 'max_output_tokens'"),
    ("chat response format", {"response_format": {}}, 400, "unsupported_parameter", "moved to 'text.format'"),
    ("low token limit", {"max_output_tokens": 15}, 400, "integer_below_min_value", ">= 16"),
    ("hot", {"temperature": 2.1}, 400, "decimal_above_max_value", "temperature"),
    ("unknown effort", {"reasoning": {"effort": "lots"}}, 400, "invalid_value", "'minimal'"),
    ("unknown summary", {"reasoning": {"summary": "long"}}, 400, "invalid_value", "'concise'"),
    ("unknown include", {"include": ["everything"]}, 400, "invalid_value", "'reasoning.encrypted_content'"),
    ("unknown truncation", {"truncation": "middle"}, 400, "invalid_value", "'disabled'"),
    ("log probabilities not included", {"top_logprobs": 2}, 400, None, "'include' must contain"),
    ("many log probabilities", {"top_logprobs": 21}, 400, "integer_above_max_value", "<= 20"),
    ("metadata with a number", {"metadata": {"a": 1}}, 400, "invalid_type", "metadata.a"),
    ("long metadata", {"metadata": {"a": "x" * 513}}, 400, "string_above_max_length", "metadata.a"),
    ("much metadata", {"metadata": {str(n): "" for n in range(17)}}, 400, None, "metadata"),
    ("stream options without stream", {"stream_options": {}}, 400, None, "only allowed when 'stream'"),
    ("usage in stream options", {"stream": True, "stream_options": {"include_usage": True}}, 400, None, "Unknown"),
    ("background", {"background": True}, 400, "unsupported_parameter", "Background"),
    (
        "two histories",
        {"previous_response_id": "resp_1", "conversation": "conv_1"},
        400,
        "mutually_exclusive_parameters",
        "previous_response_id",
    ),
    ("unknown previous", {"previous_response_id": "resp_1"}, 400, "previous_response_not_found", "'resp_1' not found"),
    ("previous of wrong kind", {"previous_response_id": "msg_1"}, 400, "invalid_value", "begins with 'resp'"),
    ("unknown conversation", {"conversation": "conv_1"}, 404, None, "'conv_1' not found"),
]
TOOLS: list[Row] = [
    ("choice without tools", {"tools": ..., "tool_choice": "required"}, 400, None, "must be specified with 'tools'"),
    ("choice with empty tools", {"tools": [], "tool_choice": "required"}, 400, None, "must be specified"),
    ("parallel without tools", {"tools": ..., "parallel_tool_calls": True}, 400, None, "only allowed when 'tools'"),
    ("unknown choice", {"tool_choice": "any"}, 400, "invalid_value", "'required'"),
    ("choice of no tool", {"tool_choice": {"type": "function", "name": "x"}}, 400, None, "'x' not found in 'tools'"),
    (
        "choice as in chat",
        {"tool_choice": {"type": "function", "function": {"name": "get_weather"}}},
        400,
        "missing_required_parameter",
        "'tool_choice.name'",
    ),
    (
        "allowed tool that is none",
        {"tool_choice": {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "x"}]}},
        400,
        None,
        "'x' not found",
    ),
    ("tool as in chat", {"tools": [NESTED]}, 400, "missing_required_parameter", NO_NAME),
    ("unknown kind of tool", {"tools": [{"type": "magic"}]}, 400, "invalid_value", "'magic'"),
    ("unknown tool field", {"tools": [{**FUNCTION, "x": 1}]}, 400, "unknown_parameter", "tools[0].x"),
    ("bad tool name", {"tools": [{**FUNCTION, "name": "a b"}]}, 400, "invalid_value", "does not match pattern"),
    ("long tool name", {"tools": [{**FUNCTION, "name": "x" * 65}]}, 400, "string_above_max_length", "64"),
    (
        "no object schema",
        {"tools": [{**FUNCTION, "parameters": {"type": "string"}}]},
        400,
        "invalid_function_parameters",
        "'type: \"object\"'",
    ),
    ("open strict tool", strict(WEATHER), 400, "invalid_function_parameters", "'additionalProperties' is required"),
    ("strict tool with optional", strict({**CLOSED, "required": []}), 400, None, "Missing 'city'"),
    ("format without name", {"text": {"format": {"type": "json_schema", "schema": CLOSED}}}, 400, None, "format.name"),
    ("format without schema", format_(), 400, "missing_required_parameter", "text.format.schema"),
    (
        "format as in chat",
        {"text": {"format": {"type": "json_schema", "json_schema": {"name": "out", "schema": CLOSED}}}},
        400,
        "missing_required_parameter",
        "text.format",
    ),
    ("open strict format", format_(schema=WEATHER, strict=True), 400, "invalid_json_schema", "additionalProperties"),
    ("no schema in format", format_(schema={"type": 3}), 400, "invalid_json_schema", "is not valid"),
    ("json mode unsaid", {"text": {"format": {"type": "json_object"}}}, 400, None, "the word 'json'"),
    ("sampling while reasoning", {"model": "gpt-5", "temperature": 0.2}, 400, "unsupported_parameter", "'temperature'"),
    (
        "sampling with an effort",
        {"model": "gpt-5.2", "top_p": 0.2, "reasoning": {"effort": "low"}},
        400,
        "unsupported_parameter",
        "'top_p'",
    ),
    *(
        (
            f"an effort of {effort} for {model}",
            {"model": model, "reasoning": {"effort": effort}},
            400,
            "unsupported_parameter",
            "'reasoning.effort' is not supported with this model",
        )
        for model, effort in (("gpt-4.1", "low"), ("gpt-4o-mini", "none"), ("gpt-5-chat-latest", "medium"))
    ),
    *(
        (
            f"an effort of {effort} for {model}",
            {"model": model, "reasoning": {"effort": effort}},
            400,
            "unsupported_value",
            f"'{effort}' is not supported with the '{model}' model. Supported values are: {known}.",
        )
        for model, effort, known in (
            ("gpt-5.1", "minimal", "'none', 'low', 'medium', and 'high'"),
            ("gpt-5.1-codex", "none", "'low', 'medium', and 'high'"),
            ("gpt-5.2-chat-latest", "high", "'medium'"),
            ("gpt-5.4", "max", "'none', 'low', 'medium', 'high', and 'xhigh'"),
            ("o3", "minimal", "'low', 'medium', and 'high'"),
        )
    ),
    ("unknown verbosity", {"text": {"verbosity": "huge"}}, 400, "invalid_value", "'medium'"),
]
ITEMS: list[Row] = [
    ("unknown item", {"input": [{"type": "thought"}]}, 400, "invalid_value", "'thought'"),
    ("item without type", {"input": [{"text": "x"}]}, 400, "missing_required_parameter", "input[0].type"),
    ("unknown role", {"input": [{"role": "tool", "content": "x"}]}, 400, "invalid_value", "'tool'"),
    (
        "unknown item field",
        {"input": [{**HI, "provider_data": {}}]},
        400,
        "unknown_parameter",
        "input[0].provider_data",
    ),
    ("null status", {"input": [{**SAID, "status": None}]}, 400, "invalid_type", "input[0].status"),
    (
        "input text of an assistant",
        {"input": [{**SAID, "content": [{"type": "input_text", "text": "x"}]}]},
        400,
        None,
        "'output_text'",
    ),
    ("output text of a user", user({"type": "output_text", "text": "x"}), 400, "invalid_value", "'input_text'"),
    ("chat text part", user({"type": "text", "text": "x"}), 400, "invalid_value", "'input_text'"),
    ("fake id", {"input": [{**SAID, "id": "__fake_id__"}]}, 400, "invalid_value", "begins with 'msg'"),
    ("message id of chat", {"input": [{**SAID, "id": "chatcmpl-1"}]}, 400, "invalid_value", "begins with 'msg'"),
    ("long id", {"input": [{**SAID, "id": "msg_" + "x" * 61}]}, 400, "string_above_max_length", "maximum length 64"),
    ("odd id", {"input": [{**SAID, "id": "msg_:1"}]}, 400, "invalid_value", "underscores, or dashes"),
    ("call id as item id", {"input": [called("c", id="call_1"), told("c")]}, 400, "invalid_value", "with 'fc'"),
    ("reasoning id of another kind", {"input": [{**THOUGHT, "id": "msg_1"}]}, 400, "invalid_value", "with 'rs'"),
    (
        "reasoning without id",
        {"input": [{"type": "reasoning", "summary": []}]},
        400,
        "missing_required_parameter",
        "input[0].id",
    ),
    ("doubled id", {"input": [{**SAID, "id": "msg_1"}] * 2}, 400, None, "Duplicate item found with id msg_1"),
    ("long call id", {"input": [called("c" * 65), told("c" * 65)]}, 400, "string_above_max_length", "length 64"),
    ("arguments as object", {"input": [called("c", arguments={}), told("c")]}, 400, "invalid_type", "a string"),
    ("output as object", {"input": [called("c"), told("c", {"a": 1})]}, 400, "invalid_type", "input[1].output"),
    ("output without call", {"input": [HI, told("c1")]}, 400, None, "No tool call found for function call output with"),
    ("output before its call", {"input": [told("c1"), called("c1")]}, 400, None, "No tool call found"),
    (
        "output of another kind",
        {"input": [called("c"), {**told("c"), "type": "custom_tool_call_output"}]},
        400,
        None,
        "No tool call found for custom tool call output",
    ),
    ("call without output", {"input": [HI, called("c1"), HI]}, 400, None, "No tool output found for function call c1"),
    ("one of two outputs", {"input": [called("a"), called("b"), told("a")]}, 400, None, "function call b."),
    ("two outputs", {"input": [called("a"), told("a"), told("a")]}, 400, None, "Duplicate function_call_output"),
    ("unknown reference", {"input": [HI, {"type": "item_reference", "id": "msg_9"}]}, 404, None, "'msg_9' not found"),
    ("bare reasoning of a stranger", {"input": [THOUGHT, SAID]}, 404, None, "'rs_1' not found"),
    (
        "sealed by a stranger",
        {"input": [{**THOUGHT, "encrypted_content": "gAAA"}, SAID]},
        400,
        "invalid_encrypted_content",
        "could not be verified",
    ),
    ("image without source", user({"type": "input_image"}), 400, "missing_required_parameter", "[0].image_url"),
    ("image as in chat", user({"type": "input_image", "image_url": {"url": PIXEL}}), 400, "invalid_type", "image_url"),
    (
        "two image sources",
        user({"type": "input_image", "image_url": PIXEL, "file_id": "file-1"}),
        400,
        "mutually_exclusive_parameters",
        "image_url",
    ),
    ("bare image data", user({"type": "input_image", "image_url": "aGVsbG8="}), 400, "invalid_value", "MIME type"),
    (
        "file without source",
        user({"type": "input_file", "filename": "a"}),
        400,
        "missing_required_parameter",
        "file_id",
    ),
    (
        "file data without name",
        user({"type": "input_file", "file_data": PIXEL}),
        400,
        "missing_required_parameter",
        "filename",
    ),
    (
        "bare file data",
        user({"type": "input_file", "file_data": "aGVsbG8=", "filename": "a"}),
        400,
        "invalid_value",
        "data URL",
    ),
    ("audio", user({"type": "input_audio", "input_audio": {}}), 400, "invalid_value", "'input_audio'"),
    (
        "bad image from a tool",
        {"input": [called("c"), told("c", [{"type": "input_image", "image_url": "x"}])]},
        400,
        "invalid_value",
        "input[1].output[0].image_url",
    ),
]


@pytest.mark.parametrize(
    ("patch", "status", "code", "fragment"),
    [row[1:] for row in BODY + TOOLS + ITEMS],
    ids=[row[0] for row in BODY + TOOLS + ITEMS],
)
async def test_what_responses_refuses(
    sim: Simulator,
    post: Any,
    spoiled: Any,
    patch: dict[str, Any],
    status: int,
    code: str | None,
    fragment: str,
) -> None:
    """Each rule by one request that breaks it and nothing else."""
    answer = await post(sim, PATH, spoiled(ASK, patch))
    error = answer.json["error"]
    assert (answer.status, error["type"]) == (status, "invalid_request_error"), error
    assert fragment in error["message"]
    assert code is None or error["code"] == code
    assert len(sim.refusals) == 1


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


def without(item: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name != key}


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
