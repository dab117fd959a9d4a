"""What Anthropic's Messages refuses, the simulator refuses: one row per rule. `...` drops a field."""

from __future__ import annotations

from typing import Any

import pytest

from agents.testing.simulator import Reply, Simulator, Thinking

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


MESSAGES_TABLE: list[tuple[str, dict[str, Any], int, str, str]] = [
    ("no max_tokens", {"max_tokens": ...}, 400, "invalid_request_error", "max_tokens: Field required"),
    ("no model", {"model": ...}, 400, "invalid_request_error", "model: Field required"),
    ("unknown model", {"model": "no-such-claude"}, 404, "not_found_error", "model: no-such-claude"),
    ("unknown field", {"fancy": 1}, 400, "invalid_request_error", "fancy: Extra inputs are not permitted"),
    ("unknown message field", {"messages": [{**HI, "name": "x"}]}, 400, "", "messages.0.name: Extra inputs"),
    ("role", {"messages": [{"role": "tool", "content": "x"}]}, 400, "", "'user' or 'assistant'"),
    (
        "role system",
        {"messages": [HI, {"role": "system", "content": "x"}]},
        400,
        "",
        'Unexpected role "system"',
    ),
    ("no messages", {"messages": []}, 400, "", "messages: List should have at least 1"),
    (
        "assistant first",
        {"messages": [{"role": "assistant", "content": "x"}]},
        400,
        "",
        "first message must use",
    ),
    ("empty content", {"messages": [{"role": "user", "content": ""}]}, 400, "", "non-empty content"),
    (
        "empty text",
        {"messages": [{"role": "user", "content": [{"type": "text", "text": ""}]}]},
        400,
        "",
        "must be non-empty",
    ),
    (
        "blank text",
        {"messages": [{"role": "user", "content": [{"type": "text", "text": " "}]}]},
        400,
        "",
        "non-whitespace",
    ),
    (
        "unknown block",
        {"messages": [{"role": "user", "content": [{"type": "video"}]}]},
        400,
        "",
        "Input tag 'video'",
    ),
    (
        "unknown block field",
        {"messages": [{"role": "user", "content": [{**SAY, "x": 1}]}]},
        400,
        "",
        "messages.0.content.0.text.x: Extra inputs",
    ),
    ("use without result", {"messages": [HI, used("t1"), HI]}, 400, "", "`tool_use` ids were found without"),
    (
        "use at the end",
        {"messages": [HI, used("t1")]},
        400,
        "",
        "without `tool_result` blocks immediately after: t1",
    ),
    ("result without use", {"messages": [result("t1")]}, 400, "", "unexpected `tool_use_id`"),
    ("result too late", {"messages": [HI, used("t1"), HI, used("t2"), result("t1", "t2")]}, 400, "", "t1"),
    (
        "text before result",
        {"messages": [HI, used("t1"), result("t1", before=(SAY,))]},
        400,
        "",
        "immediately after: t1",
    ),
    (
        "half of the results",
        {"messages": [HI, used("t1", "t2"), result("t1")]},
        400,
        "",
        "immediately after: t2",
    ),
    (
        "results twice",
        {"messages": [HI, used("t1"), result("t1", "t1")]},
        400,
        "",
        "multiple `tool_result` blocks with id: t1",
    ),
    ("ids twice", {"messages": [HI, used("t1", "t1"), result("t1")]}, 400, "", "ids must be unique"),
    ("id charset", {"messages": [HI, used("a:b"), result("a:b")]}, 400, "", "^[a-zA-Z0-9_-]+$"),
    (
        "input as text",
        {
            "messages": [
                HI,
                {"role": "assistant", "content": [{**used("t")["content"][0], "input": "{}"}]},
                result("t"),
            ]
        },
        400,
        "",
        "tool_use.input: Input should be a valid dictionary",
    ),
    (
        "use by the user",
        {"messages": [{"role": "user", "content": used("t1")["content"]}]},
        400,
        "",
        "only be in `assistant`",
    ),
    (
        "tool name",
        {"tools": [{"name": "a b", "input_schema": WEATHER}]},
        400,
        "",
        "tools.0.custom.name: String should match",
    ),
    (
        "tool schema",
        {"tools": [{"name": "a", "input_schema": {}}]},
        400,
        "",
        "input_schema.type: Field required",
    ),
    (
        "no schema at all",
        {"tools": [{"name": "a", "input_schema": {"type": "object", "properties": []}}]},
        400,
        "",
        "JSON schema is invalid",
    ),
    ("OpenAI's tool shape", {"tools": [FUNCTION]}, 400, "invalid_request_error", "function"),
    ("two tools of a name", {"tools": [TOOL, TOOL]}, 400, "", "Tool names must be unique"),
    (
        "choice without tools",
        {"tools": ..., "tool_choice": {"type": "auto"}},
        400,
        "",
        "while providing tools",
    ),
    ("choice of no tool", {"tool_choice": {"type": "tool", "name": "x"}}, 400, "", "'x' not found"),
    ("choice as text", {"tool_choice": "auto"}, 400, "", "tool_choice: Input should be a valid dictionary"),
    (
        "none with a field",
        {"tool_choice": {"type": "none", "disable_parallel_tool_use": True}},
        400,
        "",
        "Extra inputs",
    ),
    ("temperature", {"temperature": 1.5}, 400, "", "less than or equal to 1"),
    (
        "budget too small",
        {"thinking": {**ENABLED, "budget_tokens": 10}},
        400,
        "",
        "greater than or equal to 1024",
    ),
    (
        "budget too large",
        {"thinking": {**ENABLED, "budget_tokens": 2000}},
        400,
        "",
        "must be greater than `thinking.budget",
    ),
    ("thinking, temperature", {"thinking": ENABLED, "temperature": 0.2}, 400, "", "may only be set to 1"),
    ("thinking, top_k", {"thinking": ENABLED, "top_k": 3}, 400, "", "`top_k` must be unset"),
    (
        "thinking, forced tool",
        {"thinking": ENABLED, "tool_choice": {"type": "any"}},
        400,
        "",
        "forces tool use",
    ),
    (
        "adaptive, forced tool",
        {"thinking": {"type": "adaptive"}, "tool_choice": {"type": "any"}},
        400,
        "",
        "forces tool use",
    ),
    (
        "budget on a new model",
        {"model": "claude-opus-4-8", "thinking": ENABLED},
        400,
        "",
        "not supported for this model",
    ),
    (
        "sampling on a new model",
        {"model": "claude-sonnet-5", "temperature": 1},
        400,
        "",
        "not supported by this model",
    ),
    (
        "prefill on a new model",
        {"model": "claude-opus-5", "messages": [HI, {"role": "assistant", "content": "x"}]},
        400,
        "",
        "prefill",
    ),
    (
        "forced on a picky model",
        {"model": "claude-opus-5-5", "tool_choice": {"type": "any"}},
        400,
        "",
        "forced tool use",
    ),
    (
        "prefill with a space",
        {"messages": [HI, {"role": "assistant", "content": "x "}]},
        400,
        "",
        "trailing whitespace",
    ),
    (
        "forged signature",
        {"messages": [HI, {"role": "assistant", "content": [FORGED, SAY]}, HI]},
        400,
        "",
        "Invalid `signature`",
    ),
    (
        "no signature",
        {
            "messages": [
                HI,
                {"role": "assistant", "content": [{"type": "thinking", "thinking": "x"}, SAY]},
                HI,
            ]
        },
        400,
        "",
        "thinking.signature: Field required",
    ),
    (
        "unknown redacted data",
        {
            "messages": [
                HI,
                {"role": "assistant", "content": [{"type": "redacted_thinking", "data": "x"}, SAY]},
                HI,
            ]
        },
        400,
        "",
        "Invalid `data`",
    ),
    (
        "thinking, foreign call",
        {"thinking": ENABLED, "messages": [HI, used("t1"), result("t1")]},
        400,
        "",
        "Expected `thinking` or `redacted_thinking`, but found `tool_use`",
    ),
    (
        "five cache marks",
        {"system": [{**SAY, "cache_control": {"type": "ephemeral"}}] * 5},
        400,
        "",
        "A maximum of 4 blocks with cache_control",
    ),
    (
        "thinking off on a model that always thinks",
        {"model": "claude-opus-5-5", "thinking": {"type": "disabled"}},
        400,
        "",
        '"thinking.type.disabled" is not supported',
    ),
    (
        "open output schema",
        {"output_config": {"format": {"type": "json_schema", "schema": WEATHER}}},
        400,
        "",
        "'additionalProperties' must be explicitly set to false",
    ),
    (
        "bounds in output schema",
        {"output_config": {"format": {"type": "json_schema", "schema": field({"type": "integer", "minimum": 1})}}},
        400,
        "",
        "properties minimum are not supported",
    ),
]


@pytest.mark.parametrize(
    ("patch", "status", "kind", "fragment"),
    [row[1:] for row in MESSAGES_TABLE],
    ids=[row[0] for row in MESSAGES_TABLE],
)
async def test_messages_refuses(
    sim: Simulator, post: Any, spoiled: Any, patch: dict[str, Any], status: int, kind: str, fragment: str
) -> None:
    """A client that passes here must not be surprised by Anthropic itself."""
    answer = await post(sim, "/v1/messages", spoiled(MESSAGES, patch))
    body = answer.json
    assert (answer.status, body["type"]) == (status, "error")
    assert body["error"]["type"] == (kind or "invalid_request_error")
    assert fragment in body["error"]["message"]
    assert body["request_id"] == answer.headers["request-id"]


MESSAGES_ACCEPTED: dict[str, dict[str, Any]] = {
    "the base request": {},
    "results first, then text": {
        "messages": [HI, used("t1"), {"role": "user", "content": [*result("t1")["content"], SAY]}]
    },
    "results split over consecutive messages": {"messages": [HI, used("t1", "t2"), result("t1"), result("t2")]},
    "a foreign call without thinking": {"messages": [HI, used("t1"), result("t1")]},
    "a foreign call with adaptive thinking": {
        "thinking": {"type": "adaptive"},
        "messages": [HI, used("t1"), result("t1")],
    },
    "thinking of a finished turn left out": {
        "thinking": ENABLED,
        "messages": [HI, used("t1"), result("t1"), {"role": "assistant", "content": "a"}, HI],
    },
    "a server tool": {"tools": [{"type": "web_search_20250305", "name": "web_search", "max_uses": 3}]},
    "four cache marks": {"system": [{**SAY, "cache_control": {"type": "ephemeral", "ttl": "1h"}}] * 4},
    "null citations": {"messages": [HI, {"role": "assistant", "content": [{**SAY, "citations": None}]}, HI]},
    "an empty tool result": {
        "messages": [
            HI,
            used("t1"),
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1"}]},
        ]
    },
    "a system turn where the model reads it": {
        "model": "claude-opus-5",
        "messages": [HI, {"role": "system", "content": "x"}],
    },
}


@pytest.mark.parametrize("patch", MESSAGES_ACCEPTED.values(), ids=MESSAGES_ACCEPTED.keys())
async def test_messages_accepts(sim: Simulator, post: Any, spoiled: Any, patch: dict[str, Any]) -> None:
    """Strict is not stubborn: what the service takes must pass."""
    answer = await post(sim, "/v1/messages", spoiled(MESSAGES, patch))
    assert answer.status == 200, answer.content


@pytest.mark.parametrize("name", ["temperature", "top_p", "top_k"])
async def test_messages_in_the_new_version_has_no_sampling(sim: Simulator, post: Any, name: str) -> None:
    """Version 2026-10-21 refuses sampling parameters even at their default values."""
    body, new = {**MESSAGES, name: 1}, {"anthropic-version": "2026-10-21"}
    assert (await post(sim, "/v1/messages", body)).status == 200
    answer = await post(sim, "/v1/messages", body, new)
    assert (answer.status, answer.json["error"]["type"]) == (400, "invalid_request_error")


BOUND = {**MESSAGES, "model": "claude-opus-5-5", "thinking": {"type": "adaptive"}}
PREFIXES: dict[str, tuple[dict[str, Any], int]] = {
    "as it was": ({}, 200),
    "a cache mark more": ({"system": [{**SAY, "cache_control": {"type": "ephemeral"}}]}, 200),
    "another system text": ({"system": "Be brief."}, 400),
    "other tools": ({"tools": [{**TOOL, "name": "weather"}]}, 400),
    "another beginning": ({"messages": [{"role": "user", "content": "Ho"}]}, 400),
    "a model that does not bind": ({"model": "claude-opus-5", "system": "Be brief."}, 200),
    "leave to drop": (
        {
            "system": "Be brief.",
            "thinking": {"type": "adaptive", "block_binding": {"prefix_mismatch_behavior": "drop_block"}},
        },
        200,
    ),
}


@pytest.mark.parametrize("name", PREFIXES)
async def test_bound_thinking_holds_behind_its_own_words_alone(sim: Simulator, post: Any, name: str) -> None:
    """Who trims a history or changes the instructions hears of it where the newest models are asked."""
    patch, status = PREFIXES[name]
    base = {**BOUND, "system": [SAY]}
    sim.script(Reply([Thinking("hm"), "Hello."]), "Bye.")
    said = (await post(sim, "/v1/messages", base)).json["content"]
    later = {**base, **patch}
    later["messages"] = [*later["messages"], {"role": "assistant", "content": said}, HI]
    answer = await post(sim, "/v1/messages", later)
    assert answer.status == status, answer.content
    assert status == 200 or "does not match the conversation" in answer.json["error"]["message"]


@pytest.mark.parametrize(("version", "fragment"), [("", "header is required"), ("2024-01-01", "not a valid version")])
async def test_messages_needs_a_version_that_there_is(sim: Simulator, post: Any, version: str, fragment: str) -> None:
    """A client without it works nowhere."""
    answer = await post(sim, "/v1/messages", MESSAGES, {"anthropic-version": version})
    assert (answer.status, fragment in answer.json["error"]["message"]) == (400, True)


async def test_messages_in_the_new_version_has_no_documents_of_the_assistant(sim: Simulator, post: Any) -> None:
    """They were allowed before 2026-10-21."""
    source = {"type": "text", "media_type": "text/plain", "data": "x"}
    said = {"role": "assistant", "content": [{"type": "document", "source": source}]}
    body, new = {**MESSAGES, "messages": [HI, said, HI]}, {"anthropic-version": "2026-10-21"}
    assert (await post(sim, "/v1/messages", body)).status == 200
    answer = await post(sim, "/v1/messages", body, new)
    assert (answer.status, "only be in `user`" in answer.json["error"]["message"]) == (400, True)
