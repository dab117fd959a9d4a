"""What OpenAI's Chat Completions refuses, the simulator refuses: one row per rule. `...` drops a field."""

from __future__ import annotations

from typing import Any

import pytest

from agents.testing.simulator import Simulator

WEATHER = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
CLOSED = {**WEATHER, "additionalProperties": False}
HI = {"role": "user", "content": "Hi"}
FUNCTION = {"type": "function", "function": {"name": "get_weather", "parameters": WEATHER}}
STRICT = {"type": "function", "function": {"name": "get_weather", "parameters": CLOSED, "strict": True}}
CHAT: dict[str, Any] = {"model": "gpt-sim", "messages": [HI], "tools": [FUNCTION]}


def called(*ids: str) -> dict[str, Any]:
    calls = [{"id": i, "type": "function", "function": {"name": "get_weather", "arguments": "{}"}} for i in ids]
    return {"role": "assistant", "content": None, "tool_calls": calls}


def told(call_id: str) -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": call_id, "content": "sunny"}


def strict(schema: dict[str, Any]) -> dict[str, Any]:
    return {"tools": [{"type": "function", "function": {"name": "f", "parameters": schema, "strict": True}}]}


def field(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {"a": schema}, "required": ["a"], "additionalProperties": False}


CHAT_TABLE: list[tuple[str, dict[str, Any], int, str | None, str]] = [
    ("no model", {"model": ...}, 400, None, "must provide a model"),
    ("unknown model", {"model": "no-such-model"}, 404, "model_not_found", "does not exist"),
    ("no messages", {"messages": ...}, 400, "missing_required_parameter", "'messages'"),
    ("empty messages", {"messages": []}, 400, "empty_array", "empty array"),
    ("unknown field", {"fancy": 1}, 400, None, "Unrecognized request argument supplied: fancy"),
    (
        "unknown message field",
        {"messages": [{**HI, "mood": "good"}]},
        400,
        "unknown_parameter",
        "messages[0].mood",
    ),
    (
        "reasoning sent back",
        {"messages": [HI, {"role": "assistant", "content": "a", "reasoning_content": "b"}, HI]},
        400,
        "unknown_parameter",
        "messages[1].reasoning_content",
    ),
    ("unknown role", {"messages": [{"role": "robot", "content": "x"}]}, 400, "invalid_value", "'robot'"),
    (
        "content of wrong type",
        {"messages": [{"role": "user", "content": 3}]},
        400,
        "invalid_type",
        "an integer",
    ),
    (
        "unknown content part",
        {"messages": [{"role": "user", "content": [{"type": "video"}]}]},
        400,
        "invalid_value",
        "'video'",
    ),
    (
        "null content without calls",
        {"messages": [HI, {"role": "assistant", "content": None}]},
        400,
        None,
        "null",
    ),
    ("tool message without call", {"messages": [HI, told("c1")]}, 400, None, "must be a response to a prec"),
    (
        "call without result",
        {"messages": [HI, called("c1"), HI]},
        400,
        None,
        "did not have response messages: c1",
    ),
    ("call without result at the end", {"messages": [HI, called("c1")]}, 400, None, "c1"),
    (
        "result not directly after",
        {"messages": [HI, called("c1"), HI, told("c1")]},
        400,
        None,
        "must be followed by tool messages",
    ),
    ("wrong call id", {"messages": [HI, called("c1"), told("c2")]}, 400, None, "not found in 'tool_calls'"),
    ("two results", {"messages": [HI, called("c1"), told("c1"), told("c1")]}, 400, None, "Duplicate value"),
    ("one of two results", {"messages": [HI, called("c1", "c2"), told("c1"), HI]}, 400, None, "messages: c2"),
    ("doubled ids", {"messages": [HI, called("c1", "c1"), told("c1")]}, 400, None, "Duplicate value"),
    (
        "long call id",
        {"messages": [HI, called("c" * 41), told("c" * 41)]},
        400,
        "string_above_max_length",
        "maximum length 40",
    ),
    (
        "arguments as object",
        {
            "messages": [
                HI,
                {
                    "role": "assistant",
                    "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": {}}}],
                },
                told("c"),
            ]
        },
        400,
        "invalid_type",
        "expected a string",
    ),
    (
        "empty tool_calls",
        {"messages": [HI, {"role": "assistant", "tool_calls": []}]},
        400,
        "empty_array",
        "tool_calls",
    ),
    ("empty tools", {"tools": []}, 400, "empty_array", "'tools'"),
    (
        "tool name",
        {"tools": [{"type": "function", "function": {"name": "a b"}}]},
        400,
        "invalid_value",
        "pattern",
    ),
    ("choice without tools", {"tools": ..., "tool_choice": "auto"}, 400, None, "only allowed when 'tools'"),
    (
        "parallel without tools",
        {"tools": ..., "parallel_tool_calls": True},
        400,
        None,
        "only allowed when 'tools'",
    ),
    (
        "choice of no tool",
        {"tool_choice": {"type": "function", "function": {"name": "x"}}},
        400,
        None,
        "Tool choice 'x' not found",
    ),
    ("top_logprobs alone", {"top_logprobs": 2}, 400, None, "'logprobs' must be set to true"),
    ("stream_options alone", {"stream_options": {"include_usage": True}}, 400, None, "'stream' is enabled"),
    ("temperature", {"temperature": 3}, 400, "integer_above_max_value", "<= 2"),
    ("too many stops", {"stop": list("abcde")}, 400, "array_above_max_length", "'stop'"),
    ("two limits", {"max_tokens": 1, "max_completion_tokens": 1}, 400, None, "at the same time"),
    *(
        (
            f"an effort of {effort} for {model}",
            {"model": model, "reasoning_effort": effort},
            400,
            None,
            "Unrecognized request argument supplied: reasoning_effort",
        )
        for model, effort in (("gpt-4.1", "low"), ("gpt-4o-mini", "none"), ("gpt-5-chat-latest", "medium"))
    ),
    (
        "an effort that the model does not know",
        {"model": "gpt-5.2-chat-latest", "reasoning_effort": "high"},
        400,
        "unsupported_value",
        "'reasoning_effort' does not support 'high' with this model. Supported values are: 'medium'.",
    ),
    ("sampling while reasoning", {"model": "gpt-5", "temperature": 0.2}, 400, "unsupported_value", "default (1)"),
    (
        "sampling with an effort",
        {"model": "gpt-5.2", "top_p": 0.2, "reasoning_effort": "low"},
        400,
        "unsupported_value",
        "'top_p'",
    ),
    ("logprobs while reasoning", {"model": "o3", "logprobs": True}, 400, "unsupported_parameter", "'logprobs'"),
    ("max_tokens of old", {"model": "gpt-5", "max_tokens": 9}, 400, "unsupported_parameter", "max_completion_tokens"),
    ("stop of o3", {"model": "o3", "stop": "x"}, 400, "unsupported_parameter", "'stop'"),
    *(
        (
            f"tools of {model} with an effort of {effort}",
            {"model": model, "reasoning_effort": effort},
            400,
            None,
            f"Function tools with reasoning_effort are not supported for {model} in /v1/chat/completions. {way_out}",
        )
        for model, effort, way_out in (
            ("gpt-5.4", "low", "Please use /v1/responses instead."),
            ("gpt-5.6-luna", ..., "To use function tools, use /v1/responses or set reasoning_effort to 'none'."),
            ("gpt-6-sol", ..., "To use function tools, use /v1/responses or set reasoning_effort to 'none'."),
            ("gpt-6-astra", "low", "Please use /v1/responses instead."),
        )
    ),
    ("effort", {"reasoning_effort": "max"}, 400, "invalid_value", "'max'"),
    ("metadata of wrong type", {"metadata": {"a": 1}}, 400, "invalid_type", "metadata.a"),
    (
        "json mode without the word",
        {"response_format": {"type": "json_object"}},
        400,
        None,
        "must contain the word",
    ),
    (
        "format without schema",
        {"response_format": {"type": "json_schema", "json_schema": {"name": "x"}}},
        400,
        "missing_required_parameter",
        "json_schema.schema",
    ),
    (
        "open format schema",
        {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "x", "schema": WEATHER, "strict": True},
            }
        },
        400,
        None,
        "'additionalProperties' is required",
    ),
    (
        "open strict tool",
        strict(WEATHER),
        400,
        "invalid_function_parameters",
        "'additionalProperties' is required",
    ),
    ("not all required", strict({**CLOSED, "required": []}), 400, None, "Missing 'city'"),
    ("open inner object", strict(field(WEATHER)), 400, None, "('properties', 'a')"),
    ("default", strict(field({"type": "string", "default": "x"})), 400, None, "'default' is not permitted"),
    (
        "minLength",
        strict(field({"type": "string", "minLength": 1})),
        400,
        None,
        "'minLength' is not permitted",
    ),
    ("oneOf", strict(field({"oneOf": [{"type": "string"}]})), 400, None, "'oneOf' is not permitted"),
    ("untyped items", strict(field({"type": "array"})), 400, None, "missing items"),
    ("unknown format", strict(field({"type": "string", "format": "uri"})), 400, None, "not a valid format"),
    (
        "ref with siblings",
        strict({**field({"$ref": "#/$defs/x", "title": "t"}), "$defs": {"x": {"type": "string"}}}),
        400,
        None,
        "$ref cannot have keywords",
    ),
    (
        "root is no object",
        strict({"type": "array", "items": {"type": "string"}}),
        400,
        None,
        'type: "object"',
    ),
]


@pytest.mark.parametrize(
    ("patch", "status", "code", "fragment"),
    [row[1:] for row in CHAT_TABLE],
    ids=[row[0] for row in CHAT_TABLE],
)
async def test_chat_completions_refuses(
    sim: Simulator,
    post: Any,
    spoiled: Any,
    patch: dict[str, Any],
    status: int,
    code: str | None,
    fragment: str,
) -> None:
    """A client that passes here must not be surprised by OpenAI itself."""
    answer = await post(sim, "/v1/chat/completions", spoiled(CHAT, patch))
    error = answer.json["error"]
    assert (answer.status, error["type"]) == (status, "invalid_request_error")
    assert set(error) == {"message", "type", "param", "code"}
    assert fragment in error["message"]
    assert code is None or error["code"] == code
    assert len(sim.refusals) == 1


CHAT_ACCEPTED: dict[str, dict[str, Any]] = {
    "the base request": {},
    "parallel calls and their results in any order": {"messages": [HI, called("c1", "c2"), told("c2"), told("c1"), HI]},
    "a strict tool": {"tools": [STRICT]},
    "an effort of null for a model without": {"model": "gpt-4.1", "reasoning_effort": None},
    "tools of GPT-5.4, which reasons when asked to": {"model": "gpt-5.4"},
    "tools of GPT-5.2 and an effort": {"model": "gpt-5.2", "reasoning_effort": "low"},
    "sampling where reasoning is off": {"model": "gpt-5.2", "temperature": 0.2, "reasoning_effort": "none"},
    "tools of GPT-6 without reasoning": {"model": "gpt-6-sol", "reasoning_effort": "none"},
    "nulls for optional fields": {"temperature": None, "stop": None, "tool_choice": None},
    "the client's own message object": {
        "messages": [HI, {"role": "assistant", "content": "a", "refusal": None, "annotations": []}, HI]
    },
    "text parts": {"messages": [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]},
    "an image": {
        "messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://x/y.png"}}]}]
    },
    "a developer message": {"messages": [{"role": "developer", "content": "d"}, HI]},
    "allowed tools": {
        "tool_choice": {
            "type": "allowed_tools",
            "allowed_tools": {
                "mode": "auto",
                "tools": [{"type": "function", "function": {"name": "get_weather"}}],
            },
        }
    },
}


@pytest.mark.parametrize("patch", CHAT_ACCEPTED.values(), ids=CHAT_ACCEPTED.keys())
async def test_chat_completions_accepts(sim: Simulator, post: Any, spoiled: Any, patch: dict[str, Any]) -> None:
    """Strict is not stubborn: what the service takes must pass."""
    answer = await post(sim, "/v1/chat/completions", spoiled(CHAT, patch))
    assert answer.status == 200, answer.content
