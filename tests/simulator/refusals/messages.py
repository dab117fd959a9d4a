"""What Anthropic's Messages refuses, by its sources: each rule by one request that breaks it."""

from __future__ import annotations

import base64
import struct
from typing import Any

from agents.testing.simulator import Reply, Thinking, ToolCall

from .table import Rule

WEATHER = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}

HI = {"role": "user", "content": "Hi"}

FUNCTION = {"type": "function", "function": {"name": "get_weather", "parameters": WEATHER}}

TOOL = {"name": "get_weather", "input_schema": WEATHER}

MESSAGES: dict[str, Any] = {"model": "claude-sim", "max_tokens": 2000, "messages": [HI], "tools": [TOOL]}


def used(*ids: str, first: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    blocks = [{"type": "tool_use", "id": i, "name": "get_weather", "input": {}} for i in ids]
    return {"role": "assistant", "content": [*first, *blocks]}


def result(*ids: str, before: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    blocks = [{"type": "tool_result", "tool_use_id": i, "content": "sunny"} for i in ids]
    return {"role": "user", "content": [*before, *blocks]}


SAY = {"type": "text", "text": "hm"}

ENABLED = {"type": "enabled", "budget_tokens": 1024}

FORGED = {"type": "thinking", "thinking": "x", "signature": "Zm9yZ2Vk"}


def field(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {"a": schema}, "required": ["a"], "additionalProperties": False}


TOOLSET = {"type": "mcp_toolset", "mcp_server_name": "d"}
SEARCH = {"type": "web_search_20250305", "name": "web_search"}
FOUND = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []}
SEARCHES = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
CALLS = (Reply([Thinking("Hm."), ToolCall("get_weather", {}, id="t1")]), {"thinking": ENABLED})
VERTEX = "/v1/projects/p/locations/l/publishers/anthropic/models/claude-sim:rawPredict"
ON_VERTEX = {"anthropic_version": "vertex-2023-10-16"}


def assistant(content: list[dict[str, Any]]) -> dict[str, Any]:
    return {"role": "assistant", "content": content}


def closed(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def required(**properties: Any) -> dict[str, Any]:
    return {**closed(**properties), "required": list(properties)}


def output(schema: dict[str, Any]) -> dict[str, Any]:
    return {"format": {"type": "json_schema", "schema": schema}}


def png(width: int, height: int) -> bytes:
    """The beginning of an image of this size."""
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height)


def picture(data: bytes) -> dict[str, Any]:
    source = {"type": "base64", "media_type": "image/png", "data": base64.b64encode(data).decode()}
    return {"type": "image", "source": source}


def seen(*pictures: dict[str, Any]) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": list(pictures)}]}


RULES: dict[str, list[Rule]] = {
    "anthropic 2.12, types: the parameter types, and the errors that the service has for them": [
        Rule("empty model", {"model": ""}, 400, None, "model: String should have at least 1 character"),
        Rule(
            "long user",
            {"metadata": {"user_id": "x" * 257}},
            400,
            None,
            "metadata.user_id: String should have at most 256",
        ),
        Rule("bytes that are no JSON", {}, 400, None, "not valid JSON", content=b'{"model": '),
        Rule("blank stop", {"stop_sequences": [" "]}, 400, None, "must contain non-whitespace"),
        Rule("no max_tokens", {"max_tokens": ...}, 400, None, "max_tokens: Field required"),
        Rule("no model", {"model": ...}, 400, None, "model: Field required"),
        Rule("unknown model", {"model": "no-such-claude"}, 404, None, "model: no-such-claude"),
        Rule("unknown field", {"fancy": 1}, 400, None, "fancy: Extra inputs are not permitted"),
        Rule("unknown message field", {"messages": [{**HI, "name": "x"}]}, 400, None, "messages.0.name: Extra inputs"),
        Rule("role", {"messages": [{"role": "tool", "content": "x"}]}, 400, None, "'user' or 'assistant'"),
        Rule("no messages", {"messages": []}, 400, None, "messages: List should have at least 1"),
        Rule(
            "unknown block",
            {"messages": [{"role": "user", "content": [{"type": "video"}]}]},
            400,
            None,
            "Input tag 'video'",
        ),
        Rule(
            "unknown block field",
            {"messages": [{"role": "user", "content": [{**SAY, "x": 1}]}]},
            400,
            None,
            "messages.0.content.0.text.x: Extra inputs",
        ),
        Rule("id charset", {"messages": [HI, used("a:b"), result("a:b")]}, 400, None, "^[a-zA-Z0-9_-]+$"),
        Rule(
            "input as text",
            {
                "messages": [
                    HI,
                    {"role": "assistant", "content": [{**used("t")["content"][0], "input": "{}"}]},
                    result("t"),
                ]
            },
            400,
            None,
            "tool_use.input: Input should be a valid dictionary",
        ),
        Rule(
            "tool name",
            {"tools": [{"name": "a b", "input_schema": WEATHER}]},
            400,
            None,
            "tools.0.custom.name: String should match",
        ),
        Rule(
            "tool schema",
            {"tools": [{"name": "a", "input_schema": {}}]},
            400,
            None,
            "input_schema.type: Field required",
        ),
        Rule("OpenAI's tool shape", {"tools": [FUNCTION]}, 400, None, "function"),
        Rule("choice as text", {"tool_choice": "auto"}, 400, None, "tool_choice: Input should be a valid dictionary"),
        Rule(
            "none with a field",
            {"tool_choice": {"type": "none", "disable_parallel_tool_use": True}},
            400,
            None,
            "Extra inputs",
        ),
        Rule("temperature", {"temperature": 1.5}, 400, None, "less than or equal to 1"),
        Rule(
            "budget too small",
            {"thinking": {**ENABLED, "budget_tokens": 10}},
            400,
            None,
            "greater than or equal to 1024",
        ),
        Rule(
            "no signature",
            {
                "messages": [
                    HI,
                    {"role": "assistant", "content": [{"type": "thinking", "thinking": "x"}, SAY]},
                    HI,
                ]
            },
            400,
            None,
            "thinking.signature: Field required",
        ),
    ],
    "Anthropic's guide to tool use; github.com/openai/openai-agents-python/issues/1797": [
        Rule("use without result", {"messages": [HI, used("t1"), HI]}, 400, None, "`tool_use` ids were found without"),
        Rule(
            "use at the end",
            {"messages": [HI, used("t1")]},
            400,
            None,
            "without `tool_result` blocks immediately after: t1",
        ),
        Rule("result without use", {"messages": [result("t1")]}, 400, None, "unexpected `tool_use_id`"),
        Rule("result too late", {"messages": [HI, used("t1"), HI, used("t2"), result("t1", "t2")]}, 400, None, "t1"),
        Rule(
            "text before result",
            {"messages": [HI, used("t1"), result("t1", before=(SAY,))]},
            400,
            None,
            "immediately after: t1",
        ),
        Rule(
            "half of the results",
            {"messages": [HI, used("t1", "t2"), result("t1")]},
            400,
            None,
            "immediately after: t2",
        ),
        Rule(
            "results twice",
            {"messages": [HI, used("t1"), result("t1", "t1")]},
            400,
            None,
            "multiple `tool_result` blocks with id: t1",
        ),
        Rule("ids twice", {"messages": [HI, used("t1", "t1"), result("t1")]}, 400, None, "ids must be unique"),
        Rule(
            "use by the user",
            {"messages": [{"role": "user", "content": used("t1")["content"]}]},
            400,
            None,
            "only be in `assistant`",
        ),
        Rule("two tools of a name", {"tools": [TOOL, TOOL]}, 400, None, "Tool names must be unique"),
        Rule(
            "choice without tools", {"tools": ..., "tool_choice": {"type": "auto"}}, 400, None, "while providing tools"
        ),
        Rule("choice of no tool", {"tool_choice": {"type": "tool", "name": "x"}}, 400, None, "'x' not found"),
    ],
    "Anthropic's API reference, Messages: the form of a conversation": [
        Rule(
            "role system", {"messages": [HI, {"role": "system", "content": "x"}]}, 400, None, 'Unexpected role "system"'
        ),
        Rule(
            "assistant first",
            {"messages": [{"role": "assistant", "content": "x"}]},
            400,
            None,
            "first message must use",
        ),
        Rule("empty content", {"messages": [{"role": "user", "content": ""}]}, 400, None, "non-empty content"),
        Rule(
            "empty text",
            {"messages": [{"role": "user", "content": [{"type": "text", "text": ""}]}]},
            400,
            None,
            "must be non-empty",
        ),
        Rule(
            "blank text",
            {"messages": [{"role": "user", "content": [{"type": "text", "text": " "}]}]},
            400,
            None,
            "non-whitespace",
        ),
        Rule(
            "prefill with a space",
            {"messages": [HI, {"role": "assistant", "content": "x "}]},
            400,
            None,
            "trailing whitespace",
        ),
    ],
    "Anthropic's page on extended thinking": [
        Rule(
            "thinking, top_p",
            {"thinking": ENABLED, "top_p": 0.5},
            400,
            None,
            "`top_p` must be greater than or equal to 0.95",
        ),
        Rule(
            "thinking at the end",
            lambda said: {"messages": [HI, {"role": "assistant", "content": said["content"][:1]}, HI]},
            400,
            None,
            "The final block in an assistant message cannot be `thinking`",
            after=CALLS,
        ),
        Rule(
            "thinking of a loop left out",
            lambda said: {"thinking": ENABLED, "messages": [HI, assistant(said["content"][1:]), result("t1")]},
            400,
            None,
            "Expected `thinking` or `redacted_thinking`, but found `tool_use`",
            after=CALLS,
        ),
        Rule(
            "thinking of another loop",
            lambda said: {
                "thinking": ENABLED,
                "messages": [HI, assistant([*said["content"][:1], *said["content"]]), result("t1")],
            },
            400,
            None,
            "cannot be modified",
            after=CALLS,
        ),
        Rule(
            "thinking behind its call",
            lambda said: {
                "thinking": ENABLED,
                "messages": [HI, assistant([SAY, *said["content"]]), result("t1")],
            },
            400,
            None,
            "Expected `thinking` or `redacted_thinking`, but found `text`",
            after=CALLS,
        ),
        Rule(
            "budget too large",
            {"thinking": {**ENABLED, "budget_tokens": 2000}},
            400,
            None,
            "must be greater than `thinking.budget",
        ),
        Rule("thinking, temperature", {"thinking": ENABLED, "temperature": 0.2}, 400, None, "may only be set to 1"),
        Rule("thinking, top_k", {"thinking": ENABLED, "top_k": 3}, 400, None, "`top_k` must be unset"),
        Rule(
            "thinking, forced tool", {"thinking": ENABLED, "tool_choice": {"type": "any"}}, 400, None, "forces tool use"
        ),
        Rule(
            "adaptive, forced tool",
            {"thinking": {"type": "adaptive"}, "tool_choice": {"type": "any"}},
            400,
            None,
            "forces tool use",
        ),
        Rule(
            "forged signature",
            {"messages": [HI, {"role": "assistant", "content": [FORGED, SAY]}, HI]},
            400,
            None,
            "Invalid `signature`",
        ),
        Rule(
            "unknown redacted data",
            {
                "messages": [
                    HI,
                    {"role": "assistant", "content": [{"type": "redacted_thinking", "data": "x"}, SAY]},
                    HI,
                ]
            },
            400,
            None,
            "Invalid `data`",
        ),
        Rule(
            "thinking, foreign call",
            {"thinking": ENABLED, "messages": [HI, used("t1"), result("t1")]},
            400,
            None,
            "Expected `thinking` or `redacted_thinking`, but found `tool_use`",
        ),
    ],
    "github.com/NousResearch/hermes-agent/issues/11137": [
        Rule(
            "budget on a new model",
            {"model": "claude-opus-4-8", "thinking": ENABLED},
            400,
            None,
            "not supported for this model",
        ),
        Rule(
            "sampling on a new model",
            {"model": "claude-sonnet-5", "temperature": 1},
            400,
            None,
            "not supported by this model",
        ),
    ],
    "pydantic-ai 2.68, profiles/anthropic.py": [
        Rule(
            "prefill on a new model",
            {"model": "claude-opus-5", "messages": [HI, {"role": "assistant", "content": "x"}]},
            400,
            None,
            "prefill",
        ),
        Rule(
            "forced on a picky model",
            {"model": "claude-opus-5-5", "tool_choice": {"type": "any"}},
            400,
            None,
            "forced tool use",
        ),
        Rule(
            "thinking off on a model that always thinks",
            {"model": "claude-opus-5-5", "thinking": {"type": "disabled"}},
            400,
            None,
            '"thinking.type.disabled" is not supported',
        ),
    ],
    "Anthropic's page on prompt caching": [
        Rule(
            "five cache marks",
            {"system": [{**SAY, "cache_control": {"type": "ephemeral"}}] * 5},
            400,
            None,
            "A maximum of 4 blocks with cache_control",
        ),
    ],
    "anthropic 2.12, lib/_parse/_transform.py: what its client takes out of a schema": [
        Rule(
            "open strict tool",
            {"tools": [{**TOOL, "strict": True}]},
            400,
            None,
            "tools.0.custom.input_schema: For 'object' type, 'additionalProperties' must be explicitly set to false",
        ),
        Rule(
            "no schema at all",
            {"tools": [{"name": "a", "input_schema": {"type": "object", "properties": []}}]},
            400,
            None,
            "JSON schema is invalid",
        ),
        Rule(
            "open output schema",
            {"output_config": {"format": {"type": "json_schema", "schema": WEATHER}}},
            400,
            None,
            "'additionalProperties' must be explicitly set to false",
        ),
        Rule(
            "bounds in output schema",
            {"output_config": {"format": {"type": "json_schema", "schema": field({"type": "integer", "minimum": 1})}}},
            400,
            None,
            "properties minimum are not supported",
        ),
    ],
    "github.com/nspady/google-calendar-mcp/issues/39": [
        Rule(
            "a union at the root",
            {"tools": [{"name": "a", "input_schema": {**WEATHER, "anyOf": [WEATHER]}}]},
            400,
            None,
            "tools.0.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level",
        ),
    ],
    "Anthropic's page on structured outputs; github.com/elie222/inbox-zero/issues/2323": [
        Rule(
            "many strict tools",
            {"tools": [{"name": f"t{n}", "input_schema": closed(), "strict": True} for n in range(21)]},
            400,
            None,
            "Too many strict tools (21)",
        ),
        Rule(
            "many optional parameters",
            {"output_config": output(closed(**{f"p{n}": {"type": "string"} for n in range(25)}))},
            400,
            None,
            "too many optional parameters (25)",
        ),
        Rule(
            "many unions",
            {"output_config": output(required(**{f"p{n}": {"type": ["string", "null"]} for n in range(17)}))},
            400,
            None,
            "too many parameters with union types (17",
        ),
        Rule(
            "an output format before it was",
            {"model": "claude-sonnet-4-20250514", "output_config": output(closed())},
            400,
            None,
            "'claude-sonnet-4-20250514' does not support output format.",
        ),
    ],
    "platform.claude.com/docs/en/models/overview; github.com/anthropics/claude-code/issues/24451": [
        Rule(
            f"more than {model} can say",
            {"model": model, "max_tokens": limit + 1},
            400,
            None,
            f"max_tokens: {limit + 1} > {limit}, which is the maximum allowed number of output tokens for {model}",
        )
        for model, limit in (
            ("claude-3-haiku-20240307", 4096),
            ("claude-3-5-sonnet-20241022", 8192),
            ("claude-opus-4-1-20250805", 32_000),
            ("claude-opus-4-5-20251101", 64_000),
            ("claude-sonnet-4-20250514", 64_000),
            ("claude-opus-4-6", 128_000),
            ("claude-sonnet-5", 128_000),
        )
    ],
    "github.com/anthropics/claude-code/issues/11388; github.com/pensarai/apex/pull/890": [
        Rule(
            "thinking before Claude 3.7",
            {"model": "claude-3-5-haiku-20241022", "thinking": ENABLED},
            400,
            None,
            "'claude-3-5-haiku-20241022' does not support thinking.",
        ),
        Rule(
            "adaptive thinking before Claude 4.6",
            {"model": "claude-haiku-4-5", "thinking": {"type": "adaptive"}},
            400,
            None,
            "adaptive thinking is not supported on this model",
        ),
    ],
    "platform.claude.com/docs/en/build-with-claude/effort; github.com/Oaklight/llm-rosetta/pull/289": [
        Rule(
            "an effort for a model that takes none",
            {"model": "claude-haiku-4-5", "output_config": {"effort": "low"}},
            400,
            None,
            "This model does not support the effort parameter.",
        ),
        *(
            Rule(
                f"an effort of {effort} for {model}",
                {"model": model, "output_config": {"effort": effort}},
                400,
                None,
                f"effort level '{effort}'",
            )
            for model, effort in (
                ("claude-opus-4-5", "max"),
                ("claude-opus-4-6", "xhigh"),
                ("claude-sonnet-4-6", "xhigh"),
            )
        ),
    ],
    "platform.claude.com/docs/en/models/opus-5/migration-guide; github.com/anthropics/claude-code/issues/76689": [
        Rule(
            "the greatest effort without thinking",
            {"model": "claude-opus-5", "thinking": {"type": "disabled"}, "output_config": {"effort": "xhigh"}},
            400,
            None,
            "'xhigh' is not supported when thinking is disabled on this model",
        ),
    ],
    "Anthropic's page on vision; github.com/anthropics/claude-code/issues/15746, 19631, 24630, 4778, 56511": [
        Rule("no image at all", seen(picture(b"hello")), 400, None, "Could not process image"),
        Rule(
            "another kind of image",
            seen(picture(b"GIF89a" + bytes(8))),
            400,
            None,
            "messages.0.content.0.image.source.base64.data: Image does not match the provided media type image/png",
        ),
        Rule("a large image", seen(picture(png(8, 8) + bytes(4_000_000))), 400, None, "image exceeds 5 MB maximum: "),
        Rule("a wide image", seen(picture(png(8001, 8))), 400, None, "exceed max allowed size: 8000 pixels"),
        Rule(
            "a wide image among many",
            seen(*[picture(png(8, 8))] * 20, picture(png(2001, 8))),
            400,
            None,
            "exceed max allowed size for many-image requests: 2000 pixels",
        ),
        Rule(
            "an image from a tool",
            {
                "messages": [
                    HI,
                    used("t1"),
                    {
                        "role": "user",
                        "content": [{"type": "tool_result", "tool_use_id": "t1", "content": [picture(b"hello")]}],
                    },
                ]
            },
            400,
            None,
            "Could not process image",
        ),
    ],
    "Anthropic's page on preserved thinking": [
        Rule(
            "thinking behind other words",
            lambda said: {
                "model": "claude-opus-5-5",
                "system": "Be brief.",
                "messages": [HI, assistant(said["content"]), HI],
            },
            400,
            None,
            "does not match the conversation that precedes it",
            after=(Reply([Thinking("Hm."), "Hello."]), {"model": "claude-opus-5-5"}),
        ),
    ],
    "Anthropic's page on API versions": [
        Rule("no version", {}, 400, None, "anthropic-version: header is required", headers={"anthropic-version": ""}),
        Rule(
            "a version that never was",
            {},
            400,
            None,
            "not a valid version",
            headers={"anthropic-version": "2020-01-01"},
        ),
        Rule(
            "sampling in the new version",
            {"temperature": 1},
            400,
            None,
            "temperature: Extra inputs are not permitted",
            headers={"anthropic-version": "2026-10-21"},
        ),
        Rule(
            "citations of the user in the new version",
            {"messages": [{"role": "user", "content": [{**SAY, "citations": [{}]}]}]},
            400,
            None,
            "`citations` may not be set on user text blocks",
            headers={"anthropic-version": "2026-10-21"},
        ),
    ],
    "anthropic 2.12, types and beta headers: hosted tools; github.com/anthropics/claude-code/issues/95406": [
        Rule("servers without their beta", {"tools": [TOOLSET]}, 400, None, "mcp_servers: Extra inputs"),
        Rule(
            "a server without its tools",
            {"mcp_servers": [{"type": "url", "name": "d", "url": "https://d.example"}]},
            400,
            None,
            "exactly one `mcp_toolset`",
            headers={"anthropic-beta": "mcp-client-2025-11-20"},
        ),
        Rule("a search by another name", {"tools": [{**SEARCH, "name": "search"}]}, 400, None, "web_search"),
        Rule("a field that a search lacks", {"tools": [{**SEARCH, "max_results": 3}]}, 400, None, "max_results"),
        Rule(
            "allowed and blocked",
            {"tools": [{**SEARCH, "allowed_domains": ["a.example"], "blocked_domains": ["b.example"]}]},
            400,
            None,
            "cannot both be set",
        ),
        Rule(
            "nothing but waiting tools", {"tools": [{**SEARCH, "defer_loading": True}]}, 400, None, "At least one tool"
        ),
        Rule(
            "a hosted result without its use",
            {"messages": [HI, assistant([FOUND]), HI]},
            400,
            None,
            "unexpected `tool_use_id` found in `web_search_tool_result`",
        ),
        Rule(
            "a hosted use without its result",
            {"messages": [HI, assistant([SEARCHES]), HI]},
            400,
            None,
            "without a corresponding `web_search_tool_result`",
        ),
    ],
    "docs.cloud.google.com: Claude on Vertex": [
        Rule("no version on Vertex", {}, 400, None, "anthropic_version: Field required", path=VERTEX),
        Rule("a model on Vertex", ON_VERTEX, 400, None, "model: Extra inputs are not permitted", path=VERTEX),
        Rule(
            "a stream on the plain path of Vertex",
            {**ON_VERTEX, "model": ..., "stream": True},
            400,
            None,
            "stream: does not fit",
            path=VERTEX,
        ),
    ],
    "Anthropic's API reference: authentication": [
        Rule("no key", {}, 401, None, "x-api-key header is required", headers={"Authorization": ""}),
        Rule("wrong token", {}, 401, None, "Invalid bearer token", headers={"Authorization": "Bearer nope"}),
        Rule("wrong key beside a right token", {}, 401, None, "invalid x-api-key", headers={"x-api-key": "nope"}),
    ],
}
