"""What OpenAI's Chat Completions refuses, by its sources: each rule by one request that breaks it."""

from __future__ import annotations

from typing import Any

from .table import Rule

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


RULES: dict[str, list[Rule]] = {
    "openai 3.54, types/chat: the parameter types, and the errors that the service has for them": [
        Rule("temperature below zero", {"temperature": -1}, 400, "integer_below_min_value", ">= 0"),
        Rule(
            "empty tool name",
            {"tools": [{"type": "function", "function": {"name": ""}}]},
            400,
            "empty_string",
            "length 1",
        ),
        Rule("bytes that are no JSON", {}, 400, None, "could not parse the JSON body", content=b'{"model": '),
        Rule("no model", {"model": ...}, 400, None, "must provide a model"),
        Rule("unknown model", {"model": "no-such-model"}, 404, "model_not_found", "does not exist"),
        Rule("no messages", {"messages": ...}, 400, "missing_required_parameter", "'messages'"),
        Rule("empty messages", {"messages": []}, 400, "empty_array", "empty array"),
        Rule("unknown field", {"fancy": 1}, 400, None, "Unrecognized request argument supplied: fancy"),
        Rule(
            "unknown message field",
            {"messages": [{**HI, "mood": "good"}]},
            400,
            "unknown_parameter",
            "messages[0].mood",
        ),
        Rule(
            "reasoning sent back",
            {"messages": [HI, {"role": "assistant", "content": "a", "reasoning_content": "b"}, HI]},
            400,
            "unknown_parameter",
            "messages[1].reasoning_content",
        ),
        Rule("unknown role", {"messages": [{"role": "robot", "content": "x"}]}, 400, "invalid_value", "'robot'"),
        Rule(
            "content of wrong type",
            {"messages": [{"role": "user", "content": 3}]},
            400,
            "invalid_type",
            "an integer",
        ),
        Rule(
            "unknown content part",
            {"messages": [{"role": "user", "content": [{"type": "video"}]}]},
            400,
            "invalid_value",
            "'video'",
        ),
        Rule(
            "long call id",
            {"messages": [HI, called("c" * 41), told("c" * 41)]},
            400,
            "string_above_max_length",
            "maximum length 40",
        ),
        Rule(
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
        Rule(
            "empty tool_calls",
            {"messages": [HI, {"role": "assistant", "tool_calls": []}]},
            400,
            "empty_array",
            "tool_calls",
        ),
        Rule("empty tools", {"tools": []}, 400, "empty_array", "'tools'"),
        Rule(
            "tool name",
            {"tools": [{"type": "function", "function": {"name": "a b"}}]},
            400,
            "invalid_value",
            "pattern",
        ),
        Rule("temperature", {"temperature": 3}, 400, "integer_above_max_value", "<= 2"),
        Rule("too many stops", {"stop": list("abcde")}, 400, "array_above_max_length", "'stop'"),
        Rule("effort", {"reasoning_effort": "max"}, 400, "invalid_value", "'max'"),
        Rule("metadata of wrong type", {"metadata": {"a": 1}}, 400, "invalid_type", "metadata.a"),
    ],
    "OpenAI's guide to function calling; github.com/agno-agi/agno/issues/5116": [
        Rule(
            "null content without calls",
            {"messages": [HI, {"role": "assistant", "content": None}]},
            400,
            None,
            "null",
        ),
        Rule("tool message without call", {"messages": [HI, told("c1")]}, 400, None, "must be a response to a prec"),
        Rule(
            "call without result",
            {"messages": [HI, called("c1"), HI]},
            400,
            None,
            "did not have response messages: c1",
        ),
        Rule("call without result at the end", {"messages": [HI, called("c1")]}, 400, None, "c1"),
        Rule(
            "result not directly after",
            {"messages": [HI, called("c1"), HI, told("c1")]},
            400,
            None,
            "must be followed by tool messages",
        ),
        Rule("wrong call id", {"messages": [HI, called("c1"), told("c2")]}, 400, None, "not found in 'tool_calls'"),
        Rule("two results", {"messages": [HI, called("c1"), told("c1"), told("c1")]}, 400, None, "Duplicate value"),
        Rule("one of two results", {"messages": [HI, called("c1", "c2"), told("c1"), HI]}, 400, None, "messages: c2"),
        Rule("doubled ids", {"messages": [HI, called("c1", "c1"), told("c1")]}, 400, None, "Duplicate value"),
        Rule("choice without tools", {"tools": ..., "tool_choice": "auto"}, 400, None, "only allowed when 'tools'"),
        Rule(
            "parallel without tools",
            {"tools": ..., "parallel_tool_calls": True},
            400,
            None,
            "only allowed when 'tools'",
        ),
        Rule(
            "choice of no tool",
            {"tool_choice": {"type": "function", "function": {"name": "x"}}},
            400,
            None,
            "Tool choice 'x' not found",
        ),
    ],
    "OpenAI's API reference, Chat Completions: options that need or exclude one another": [
        Rule("top_logprobs alone", {"top_logprobs": 2}, 400, None, "'logprobs' must be set to true"),
        Rule("stream_options alone", {"stream_options": {"include_usage": True}}, 400, None, "'stream' is enabled"),
        Rule("two limits", {"max_tokens": 1, "max_completion_tokens": 1}, 400, None, "at the same time"),
        Rule(
            "json mode without the word",
            {"response_format": {"type": "json_object"}},
            400,
            None,
            "must contain the word",
        ),
        Rule(
            "format without schema",
            {"response_format": {"type": "json_schema", "json_schema": {"name": "x"}}},
            400,
            "missing_required_parameter",
            "json_schema.schema",
        ),
    ],
    "github.com/AAswordman/Operit/issues/1048; github.com/coroot/coroot/issues/698": [
        *(
            Rule(
                f"an effort of {effort} for {model}",
                {"model": model, "reasoning_effort": effort},
                400,
                None,
                "Unrecognized request argument supplied: reasoning_effort",
            )
            for model, effort in (("gpt-4.1", "low"), ("gpt-4o-mini", "none"), ("gpt-5-chat-latest", "medium"))
        ),
    ],
    "github.com/egoist/chatwise-releases/issues/1257": [
        Rule(
            "an effort that the model does not know",
            {"model": "gpt-5.2-chat-latest", "reasoning_effort": "high"},
            400,
            "unsupported_value",
            "'reasoning_effort' does not support 'high' with this model. Supported values are: 'medium'.",
        ),
    ],
    "OpenAI's guide to reasoning; github.com/johny-b/llmcomp/issues/69": [
        Rule(
            "sampling while reasoning", {"model": "gpt-5", "temperature": 0.2}, 400, "unsupported_value", "default (1)"
        ),
        Rule(
            "sampling with an effort",
            {"model": "gpt-5.2", "top_p": 0.2, "reasoning_effort": "low"},
            400,
            "unsupported_value",
            "'top_p'",
        ),
        Rule("logprobs while reasoning", {"model": "o3", "logprobs": True}, 400, "unsupported_parameter", "'logprobs'"),
        Rule("stop of o3", {"model": "o3", "stop": "x"}, 400, "unsupported_parameter", "'stop'"),
    ],
    "github.com/devnullvoid/dms-ai-assistant/issues/12": [
        Rule(
            "max_tokens of old",
            {"model": "gpt-5", "max_tokens": 9},
            400,
            "unsupported_parameter",
            "max_completion_tokens",
        ),
    ],
    "github.com/pipecat-ai/pipecat/issues/4043; github.com/BerriAI/litellm/pull/34569": [
        *(
            Rule(
                f"tools of {model} with an effort of {effort}",
                {"model": model, "reasoning_effort": effort},
                400,
                None,
                f"with reasoning_effort are not supported for {model} in /v1/chat/completions. {way_out}",
            )
            for model, effort, way_out in (
                ("gpt-5.4", "low", "Please use /v1/responses instead."),
                ("gpt-5.6-luna", ..., "To use function tools, use /v1/responses or set reasoning_effort to 'none'."),
                ("gpt-6-sol", ..., "To use function tools, use /v1/responses or set reasoning_effort to 'none'."),
                ("gpt-6-astra", "low", "Please use /v1/responses instead."),
            )
        ),
    ],
    "OpenAI's guide to structured outputs: the strict subset": [
        Rule(
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
        Rule(
            "open strict tool",
            strict(WEATHER),
            400,
            "invalid_function_parameters",
            "'additionalProperties' is required",
        ),
        Rule("not all required", strict({**CLOSED, "required": []}), 400, None, "Missing 'city'"),
        Rule("open inner object", strict(field(WEATHER)), 400, None, "('properties', 'a')"),
        Rule("default", strict(field({"type": "string", "default": "x"})), 400, None, "'default' is not permitted"),
        Rule(
            "minLength",
            strict(field({"type": "string", "minLength": 1})),
            400,
            None,
            "'minLength' is not permitted",
        ),
        Rule("oneOf", strict(field({"oneOf": [{"type": "string"}]})), 400, None, "'oneOf' is not permitted"),
        Rule("untyped items", strict(field({"type": "array"})), 400, None, "missing items"),
        Rule("unknown format", strict(field({"type": "string", "format": "uri"})), 400, None, "not a valid format"),
        Rule(
            "ref with siblings",
            strict({**field({"$ref": "#/$defs/x", "title": "t"}), "$defs": {"x": {"type": "string"}}}),
            400,
            None,
            "$ref cannot have keywords",
        ),
    ],
    "github.com/nspady/google-calendar-mcp/issues/39": [
        Rule(
            "a union at the root",
            {"tools": [{"type": "function", "function": {"name": "f", "parameters": {**WEATHER, "anyOf": [WEATHER]}}}]},
            400,
            "invalid_function_parameters",
            "not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level",
        ),
        Rule(
            "root is no object",
            strict({"type": "array", "items": {"type": "string"}}),
            400,
            None,
            'type: "object"',
        ),
    ],
    "OpenAI's API reference: authentication": [
        Rule("no key", {}, 401, None, "didn't provide an API key", headers={"Authorization": ""}),
        Rule("wrong key", {}, 401, "invalid_api_key", "Incorrect API key", headers={"Authorization": "Bearer nope"}),
    ],
}
