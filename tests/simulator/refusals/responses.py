"""What OpenAI's Responses refuses, by its sources: each rule by one request that breaks it."""

from __future__ import annotations

from typing import Any

from agents.testing.simulator import McpApproval, Reply, Thinking, ToolCall

from .table import Rule

WEATHER = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}

CLOSED = {**WEATHER, "additionalProperties": False}

HI = {"role": "user", "content": "Hi"}

FUNCTION = {"type": "function", "name": "get_weather", "parameters": WEATHER, "strict": False}

ASK: dict[str, Any] = {"model": "gpt-sim", "input": [HI], "tools": [FUNCTION]}


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

RUN = {"type": "shell_call", "call_id": "c", "action": {"commands": ["ls"]}}
RAN = {
    "type": "shell_call_output",
    "call_id": "c",
    "output": [{"stdout": "", "stderr": "", "outcome": {"type": "exit", "exit_code": 0}}],
}
PATCH = {
    "type": "apply_patch_call",
    "call_id": "c",
    "status": "completed",
    "operation": {"type": "delete_file", "path": "a"},
}
PATCHED = {"type": "apply_patch_call_output", "call_id": "c", "status": "completed"}
THINKS = (Reply([Thinking("I need the weather."), ToolCall("get_weather", {}, id="c1")]), {"store": False})


def without(item: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name != key}


RULES: dict[str, list[Rule]] = {
    "openai 3.54, types/responses: the parameter types, and the errors that the service has for them": [
        Rule("bytes that are no JSON", {}, 400, None, "could not parse the JSON body", content=b'{"model": '),
        Rule("empty tool name", {"tools": [{**FUNCTION, "name": ""}]}, 400, "empty_string", "length 1"),
        Rule(
            "search in no store",
            {"tools": [{"type": "file_search", "vector_store_ids": []}]},
            400,
            "empty_array",
            "empty array",
        ),
        Rule("no model", {"model": ...}, 400, "missing_required_parameter", "'model'"),
        Rule("unknown model", {"model": "no-such-model"}, 404, "model_not_found", "does not exist"),
        Rule("input of wrong type", {"input": 3}, 400, "invalid_type", "'input'"),
        Rule("unknown field", {"fancy": 1}, 400, "unknown_parameter", "Unknown parameter: 'fancy'."),
        Rule("stop sequences", {"stop": ["x"]}, 400, "unknown_parameter", "'stop'"),
        Rule("a seed", {"seed": 1}, 400, "unknown_parameter", "'seed'"),
        Rule("low token limit", {"max_output_tokens": 15}, 400, "integer_below_min_value", ">= 16"),
        Rule("hot", {"temperature": 2.1}, 400, "decimal_above_max_value", "temperature"),
        Rule("unknown effort", {"reasoning": {"effort": "lots"}}, 400, "invalid_value", "'minimal'"),
        Rule("unknown summary", {"reasoning": {"summary": "long"}}, 400, "invalid_value", "'concise'"),
        Rule("unknown include", {"include": ["everything"]}, 400, "invalid_value", "'reasoning.encrypted_content'"),
        Rule("unknown truncation", {"truncation": "middle"}, 400, "invalid_value", "'disabled'"),
        Rule("many log probabilities", {"top_logprobs": 21}, 400, "integer_above_max_value", "<= 20"),
        Rule("metadata with a number", {"metadata": {"a": 1}}, 400, "invalid_type", "metadata.a"),
        Rule("long metadata", {"metadata": {"a": "x" * 513}}, 400, "string_above_max_length", "metadata.a"),
        Rule("much metadata", {"metadata": {str(n): "" for n in range(17)}}, 400, None, "metadata"),
        Rule(
            "usage in stream options", {"stream": True, "stream_options": {"include_usage": True}}, 400, None, "Unknown"
        ),
        Rule("previous of wrong kind", {"previous_response_id": "msg_1"}, 400, "invalid_value", "begins with 'resp'"),
        Rule("unknown choice", {"tool_choice": "any"}, 400, "invalid_value", "'required'"),
        Rule(
            "choice as in chat",
            {"tool_choice": {"type": "function", "function": {"name": "get_weather"}}},
            400,
            "missing_required_parameter",
            "'tool_choice.name'",
        ),
        Rule("tool as in chat", {"tools": [NESTED]}, 400, "missing_required_parameter", NO_NAME),
        Rule("unknown kind of tool", {"tools": [{"type": "magic"}]}, 400, "invalid_value", "'magic'"),
        Rule("unknown tool field", {"tools": [{**FUNCTION, "x": 1}]}, 400, "unknown_parameter", "tools[0].x"),
        Rule("bad tool name", {"tools": [{**FUNCTION, "name": "a b"}]}, 400, "invalid_value", "does not match pattern"),
        Rule("long tool name", {"tools": [{**FUNCTION, "name": "x" * 65}]}, 400, "string_above_max_length", "64"),
        Rule(
            "format without name",
            {"text": {"format": {"type": "json_schema", "schema": CLOSED}}},
            400,
            None,
            "format.name",
        ),
        Rule("format without schema", format_(), 400, "missing_required_parameter", "text.format.schema"),
        Rule(
            "format as in chat",
            {"text": {"format": {"type": "json_schema", "json_schema": {"name": "out", "schema": CLOSED}}}},
            400,
            "missing_required_parameter",
            "text.format",
        ),
        Rule("unknown verbosity", {"text": {"verbosity": "huge"}}, 400, "invalid_value", "'medium'"),
        Rule("unknown item", {"input": [{"type": "thought"}]}, 400, "invalid_value", "'thought'"),
        Rule("item without type", {"input": [{"text": "x"}]}, 400, "missing_required_parameter", "input[0].type"),
        Rule("unknown role", {"input": [{"role": "tool", "content": "x"}]}, 400, "invalid_value", "'tool'"),
        Rule(
            "unknown item field",
            {"input": [{**HI, "provider_data": {}}]},
            400,
            "unknown_parameter",
            "input[0].provider_data",
        ),
        Rule(
            "input text of an assistant",
            {"input": [{**SAID, "content": [{"type": "input_text", "text": "x"}]}]},
            400,
            None,
            "'output_text'",
        ),
        Rule("output text of a user", user({"type": "output_text", "text": "x"}), 400, "invalid_value", "'input_text'"),
        Rule("chat text part", user({"type": "text", "text": "x"}), 400, "invalid_value", "'input_text'"),
        Rule(
            "reasoning without id",
            {"input": [{"type": "reasoning", "summary": []}]},
            400,
            "missing_required_parameter",
            "input[0].id",
        ),
        Rule(
            "long call id", {"input": [called("c" * 65), told("c" * 65)]}, 400, "string_above_max_length", "length 64"
        ),
        Rule("arguments as object", {"input": [called("c", arguments={}), told("c")]}, 400, "invalid_type", "a string"),
        Rule("output as object", {"input": [called("c"), told("c", {"a": 1})]}, 400, "invalid_type", "input[1].output"),
        Rule(
            "image as in chat",
            user({"type": "input_image", "image_url": {"url": PIXEL}}),
            400,
            "invalid_type",
            "image_url",
        ),
        Rule("audio", user({"type": "input_audio", "input_audio": {}}), 400, "invalid_value", "'input_audio'"),
    ],
    "OpenAI's API reference, Responses: options that need or exclude one another": [
        Rule("a response that is not kept", {}, 404, None, "'resp_1' not found", path="/responses/resp_1", verb="GET"),
        Rule("no input", {"input": ...}, 400, "missing_required_parameter", "must be provided"),
        Rule("empty input", {"input": []}, 400, "missing_required_parameter", "must be provided"),
        Rule("empty text", {"input": ""}, 400, "missing_required_parameter", "must be provided"),
        Rule("log probabilities not included", {"top_logprobs": 2}, 400, None, "'include' must contain"),
        Rule("stream options without stream", {"stream_options": {}}, 400, None, "only allowed when 'stream'"),
        Rule("background", {"background": True}, 400, "unsupported_parameter", "Background"),
        Rule(
            "two histories",
            {"previous_response_id": "resp_1", "conversation": "conv_1"},
            400,
            "mutually_exclusive_parameters",
            "previous_response_id",
        ),
        Rule(
            "unknown previous",
            {"previous_response_id": "resp_1"},
            400,
            "previous_response_not_found",
            "'resp_1' not found",
        ),
        Rule("unknown conversation", {"conversation": "conv_1"}, 404, None, "'conv_1' not found"),
        Rule(
            "choice without tools",
            {"tools": ..., "tool_choice": "required"},
            400,
            None,
            "must be specified with 'tools'",
        ),
        Rule("choice with empty tools", {"tools": [], "tool_choice": "required"}, 400, None, "must be specified"),
        Rule(
            "parallel without tools",
            {"tools": ..., "parallel_tool_calls": True},
            400,
            None,
            "only allowed when 'tools'",
        ),
        Rule(
            "choice of no tool",
            {"tool_choice": {"type": "function", "name": "x"}},
            400,
            None,
            "'x' not found in 'tools'",
        ),
        Rule(
            "allowed tool that is none",
            {"tool_choice": {"type": "allowed_tools", "mode": "auto", "tools": [{"type": "function", "name": "x"}]}},
            400,
            None,
            "'x' not found",
        ),
        Rule("json mode unsaid", {"text": {"format": {"type": "json_object"}}}, 400, None, "the word 'json'"),
    ],
    "github.com/lobehub/lobehub/issues/8116": [
        Rule("chat messages", {"messages": [HI]}, 400, "unsupported_parameter", "has moved to 'input'"),
        Rule("chat token limit", {"max_tokens": 50}, 400, "unsupported_parameter", "moved to 'max_output_tokens'"),
        Rule("chat response format", {"response_format": {}}, 400, "unsupported_parameter", "moved to 'text.format'"),
    ],
    "OpenAI's guide to structured outputs: the strict subset": [
        Rule(
            "a union at the root",
            {"tools": [{**FUNCTION, "parameters": {**WEATHER, "oneOf": [WEATHER]}}]},
            400,
            "invalid_function_parameters",
            "at the top level",
        ),
        Rule(
            "no object schema",
            {"tools": [{**FUNCTION, "parameters": {"type": "string"}}]},
            400,
            "invalid_function_parameters",
            "'type: \"object\"'",
        ),
        Rule(
            "open strict tool",
            strict(WEATHER),
            400,
            "invalid_function_parameters",
            "'additionalProperties' is required",
        ),
        Rule("strict tool with optional", strict({**CLOSED, "required": []}), 400, None, "Missing 'city'"),
        Rule(
            "open strict format",
            format_(schema=WEATHER, strict=True),
            400,
            "invalid_json_schema",
            "additionalProperties",
        ),
        Rule("no schema in format", format_(schema={"type": 3}), 400, "invalid_json_schema", "is not valid"),
    ],
    "github.com/OpenHands/software-agent-sdk/issues/1837; github.com/brainlid/langchain/pull/419": [
        Rule(
            "log probabilities while reasoning",
            {"model": "o3", "top_logprobs": 2, "include": ["message.output_text.logprobs"]},
            400,
            "unsupported_parameter",
            "'top_logprobs'",
        ),
        Rule(
            "sampling while reasoning",
            {"model": "gpt-5", "temperature": 0.2},
            400,
            "unsupported_parameter",
            "'temperature'",
        ),
        Rule(
            "sampling with an effort",
            {"model": "gpt-5.2", "top_p": 0.2, "reasoning": {"effort": "low"}},
            400,
            "unsupported_parameter",
            "'top_p'",
        ),
    ],
    "github.com/BoundaryML/baml/pull/2708; github.com/Laisky/one-api/issues/120; github.com/openai/codex/issues/6647": [
        *(
            Rule(
                f"an effort of {effort} for {model}",
                {"model": model, "reasoning": {"effort": effort}},
                400,
                "unsupported_parameter",
                "'reasoning.effort' is not supported with this model",
            )
            for model, effort in (("gpt-4.1", "low"), ("gpt-4o-mini", "none"), ("gpt-5-chat-latest", "medium"))
        ),
        *(
            Rule(
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
    ],
    "github.com/openai/openai-python/issues/3008": [
        Rule("null status", {"input": [{**SAID, "status": None}]}, 400, "invalid_type", "input[0].status"),
    ],
    "github.com/nodetool-ai/nodetool/pull/4252": [
        Rule("fake id", {"input": [{**SAID, "id": "__fake_id__"}]}, 400, "invalid_value", "begins with 'msg'"),
        Rule(
            "message id of chat", {"input": [{**SAID, "id": "chatcmpl-1"}]}, 400, "invalid_value", "begins with 'msg'"
        ),
        Rule(
            "long id",
            {"input": [{**SAID, "id": "msg_" + "x" * 61}]},
            400,
            "string_above_max_length",
            "maximum length 64",
        ),
        Rule("odd id", {"input": [{**SAID, "id": "msg_:1"}]}, 400, "invalid_value", "underscores, or dashes"),
        Rule("call id as item id", {"input": [called("c", id="call_1"), told("c")]}, 400, "invalid_value", "with 'fc'"),
        Rule(
            "reasoning id of another kind", {"input": [{**THOUGHT, "id": "msg_1"}]}, 400, "invalid_value", "with 'rs'"
        ),
    ],
    "github.com/MacPaw/OpenAI/issues/432; github.com/NousResearch/hermes-agent/issues/102629": [
        Rule("doubled id", {"input": [{**SAID, "id": "msg_1"}] * 2}, 400, None, "Duplicate item found with id msg_1"),
        Rule(
            "output without call",
            {"input": [HI, told("c1")]},
            400,
            None,
            "No tool call found for function call output with",
        ),
        Rule("output before its call", {"input": [told("c1"), called("c1")]}, 400, None, "No tool call found"),
        Rule(
            "output of another kind",
            {"input": [called("c"), {**told("c"), "type": "custom_tool_call_output"}]},
            400,
            None,
            "No tool call found for custom tool call output",
        ),
        Rule(
            "call without output",
            {"input": [HI, called("c1"), HI]},
            400,
            None,
            "No tool output found for function call c1",
        ),
        Rule("one of two outputs", {"input": [called("a"), called("b"), told("a")]}, 400, None, "function call b."),
        Rule(
            "two outputs", {"input": [called("a"), told("a"), told("a")]}, 400, None, "Duplicate function_call_output"
        ),
    ],
    "OpenAI's guide to conversation state: what is kept, and what is sealed": [
        Rule(
            "unknown reference",
            {"input": [HI, {"type": "item_reference", "id": "msg_9"}]},
            404,
            None,
            "'msg_9' not found",
        ),
        Rule("bare reasoning of a stranger", {"input": [THOUGHT, SAID]}, 404, None, "'rs_1' not found"),
        Rule(
            "sealed by a stranger",
            {"input": [{**THOUGHT, "encrypted_content": "gAAA"}, SAID]},
            400,
            "invalid_encrypted_content",
            "could not be verified",
        ),
    ],
    "github.com/anomalyco/opencode/issues/23983": [
        Rule("image without source", user({"type": "input_image"}), 400, "missing_required_parameter", "[0].image_url"),
        Rule(
            "two image sources",
            user({"type": "input_image", "image_url": PIXEL, "file_id": "file-1"}),
            400,
            "mutually_exclusive_parameters",
            "image_url",
        ),
        Rule(
            "bare image data", user({"type": "input_image", "image_url": "aGVsbG8="}), 400, "invalid_value", "MIME type"
        ),
        Rule(
            "file without source",
            user({"type": "input_file", "filename": "a"}),
            400,
            "missing_required_parameter",
            "file_id",
        ),
        Rule(
            "file data without name",
            user({"type": "input_file", "file_data": PIXEL}),
            400,
            "missing_required_parameter",
            "filename",
        ),
        Rule(
            "bare file data",
            user({"type": "input_file", "file_data": "aGVsbG8=", "filename": "a"}),
            400,
            "invalid_value",
            "data URL",
        ),
        Rule(
            "bad image from a tool",
            {"input": [called("c"), told("c", [{"type": "input_image", "image_url": "x"}])]},
            400,
            "invalid_value",
            "input[1].output[0].image_url",
        ),
    ],
    "OpenAI's guide to reasoning; github.com/coder/mux/pull/59": [
        Rule(
            "reasoning alone",
            lambda said: {"input": [HI, said["output"][0]]},
            400,
            None,
            "of type 'reasoning' was provided without its required following item",
            after=THINKS,
        ),
        Rule(
            "a call without its reasoning",
            lambda said: {"input": [HI, said["output"][1], told("c1")]},
            400,
            None,
            "of type 'function_call' was provided without its required 'reasoning' item: 'rs_",
            after=THINKS,
        ),
    ],
    "OpenAI's guide to remote MCP servers": [
        Rule(
            "a server without an address", {"tools": [{"type": "mcp", "server_label": "d"}]}, 400, None, "'server_url'"
        ),
        Rule(
            "a request for approval without an answer",
            lambda said: {"input": [HI, said["output"][0]]},
            400,
            None,
            "No approval response found",
            after=(Reply([McpApproval("docs", "find", {})]), {}),
        ),
        Rule(
            "an answer without a request",
            {"input": [HI, {"type": "mcp_approval_response", "approval_request_id": "mcpr_1", "approve": True}]},
            400,
            None,
            "No approval request found",
        ),
    ],
    "OpenAI's guide to tool search": [
        Rule("a tool that nobody finds", {"tools": [{**FUNCTION, "defer_loading": True}]}, 400, None, "'tool_search'"),
        Rule("two searches", {"tools": [{"type": "tool_search"}] * 2}, 400, None, "Only one tool"),
    ],
    "openai 3.54, types/responses: the tools that the client runs": [
        Rule(
            "a field that the tool lacks",
            {"tools": [{"type": "shell", "name": "bash"}]},
            400,
            "unknown_parameter",
            "name",
        ),
        Rule(
            "an environment of no kind",
            {"tools": [{"type": "shell", "environment": {"type": "moon"}}]},
            400,
            "invalid_value",
            "'moon'",
        ),
        Rule(
            "a container without an id",
            {"tools": [{"type": "shell", "environment": {"type": "container_reference"}}]},
            400,
            "missing_required_parameter",
            "container_id",
        ),
        Rule(
            "a grammar without a definition",
            {"tools": [{"type": "custom", "name": "a", "format": {"type": "grammar", "syntax": "lark"}}]},
            400,
            "missing_required_parameter",
            "definition",
        ),
        Rule("a shell's call without an output", {"input": [HI, RUN]}, 400, None, "No tool output found"),
        Rule("a shell's output without a call", {"input": [HI, RAN]}, 400, None, "No tool call found"),
        Rule("a shell's output of another kind", {"input": [HI, RUN, told("c")]}, 400, None, "No tool call found"),
        Rule(
            "a shell's output as text", {"input": [HI, RUN, {**RAN, "output": "done"}]}, 400, "invalid_type", "output"
        ),
        Rule(
            "an exit without a code",
            {"input": [HI, RUN, {**RAN, "output": [{"stdout": "", "stderr": "", "outcome": {"type": "exit"}}]}]},
            400,
            "missing_required_parameter",
            "exit_code",
        ),
        Rule("a note of our own", {"input": [HI, RUN, {**RAN, "provider_data": {}}]}, 400, "unknown_parameter", "data"),
        Rule("a patch without a status", {"input": [HI, PATCH, without(PATCHED, "status")]}, 400, None, "status"),
        Rule(
            "an update without a diff",
            {"input": [HI, {**PATCH, "operation": {"type": "update_file", "path": "a"}}, PATCHED]},
            400,
            "missing_required_parameter",
            "diff",
        ),
    ],
    "OpenAI's API reference: authentication": [
        Rule("no key", {}, 401, None, "didn't provide an API key", headers={"Authorization": ""}),
        Rule("wrong key", {}, 401, "invalid_api_key", "Incorrect API key", headers={"Authorization": "Bearer nope"}),
    ],
}
