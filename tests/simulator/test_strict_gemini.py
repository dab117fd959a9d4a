"""What Gemini refuses, the simulator refuses: one row per rule. `...` drops a field."""

from __future__ import annotations

from typing import Any

import pytest

from agents.testing.simulator import Simulator

WEATHER = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
CLOSED = {**WEATHER, "additionalProperties": False}
HI = {"role": "user", "content": "Hi"}
TURN = {"role": "user", "parts": [{"text": "Hi"}]}
DECLARED = {"functionDeclarations": [{"name": "get_weather", "parameters": WEATHER}]}
GENERATE: dict[str, Any] = {"contents": [TURN], "tools": [DECLARED]}
DUMMY = "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I="


def calling(*names: str, signature: str | None = DUMMY) -> dict[str, Any]:
    parts: list[dict[str, Any]] = [{"functionCall": {"name": name, "args": {}}} for name in names]
    if signature:
        parts[0]["thoughtSignature"] = signature
    return {"role": "model", "parts": parts}


def responding(*names: str, role: str = "user") -> dict[str, Any]:
    return {
        "role": role,
        "parts": [{"functionResponse": {"name": n, "response": {"result": "x"}}} for n in names],
    }


def declared(schema: dict[str, Any], key: str = "parameters") -> dict[str, Any]:
    return {"tools": [{"functionDeclarations": [{"name": "f", key: schema}]}]}


GENERATE_TABLE: list[tuple[str, str, dict[str, Any], int, str, str]] = [
    (
        "unknown model",
        "no-such-gemini",
        {},
        404,
        "NOT_FOUND",
        "models/no-such-gemini is not found for API version v1beta",
    ),
    ("unknown field", "", {"fancy": 1}, 400, "", 'Unknown name "fancy": Cannot find field.'),
    ("unknown inner field", "", {"generationConfig": {"fancy": 1}}, 400, "", "at 'generation_config'"),
    ("OpenAI's messages", "", {"contents": ..., "messages": [HI]}, 400, "", 'Unknown name "messages"'),
    ("no contents", "", {"contents": ...}, 400, "", "contents is not specified"),
    ("empty contents", "", {"contents": []}, 400, "", "contents is not specified"),
    ("empty parts", "", {"contents": [{"role": "user", "parts": []}]}, 400, "", "must not be empty"),
    (
        "empty part",
        "",
        {"contents": [{"role": "user", "parts": [{}]}]},
        400,
        "",
        "must have one initialized field",
    ),
    ("role", "", {"contents": [{**TURN, "role": "assistant"}]}, 400, "", "valid role: user, model"),
    (
        "role function",
        "",
        {"contents": [TURN, calling("f"), responding("f", role="function")]},
        400,
        "",
        "valid role",
    ),
    (
        "fewer responses",
        "",
        {"contents": [TURN, calling("f", "g"), responding("f")]},
        400,
        "",
        "number of function response parts",
    ),
    (
        "more responses",
        "",
        {"contents": [TURN, calling("f"), responding("f", "f")]},
        400,
        "",
        "number of function response parts",
    ),
    (
        "no responses",
        "",
        {"contents": [TURN, calling("f"), TURN]},
        400,
        "",
        "number of function response parts",
    ),
    (
        "responses without calls",
        "",
        {"contents": [TURN, responding("f")]},
        400,
        "",
        "immediately after a function call turn",
    ),
    ("responses of others", "", {"contents": [TURN, calling("f"), responding("g")]}, 400, "", "names match"),
    (
        "call first",
        "",
        {"contents": [calling("f"), responding("f")]},
        400,
        "",
        "immediately after a user turn",
    ),
    (
        "no signature",
        "",
        {"contents": [TURN, calling("f", signature=None), responding("f")]},
        400,
        "",
        "missing a thought_signature in functionCall parts",
    ),
    (
        "forged signature",
        "",
        {"contents": [TURN, calling("f", signature="Zm9yZ2Vk"), responding("f")]},
        400,
        "",
        "Thought signature is not valid",
    ),
    (
        "response as text",
        "",
        {
            "contents": [
                TURN,
                calling("f"),
                {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": "x"}}]},
            ]
        },
        400,
        "",
        "Invalid value at",
    ),
    (
        "function name",
        "",
        {"tools": [{"functionDeclarations": [{"name": "2f"}]}]},
        400,
        "",
        "Invalid function name",
    ),
    ("two of a name", "", {"tools": [DECLARED, DECLARED]}, 400, "", "Duplicate function declaration"),
    (
        "closed schema",
        "",
        declared(CLOSED),
        400,
        "",
        "Unknown name \"additionalProperties\" at 'tools[0].function_declarations[0].parameters'",
    ),
    (
        "type list",
        "",
        declared({"type": "object", "properties": {"a": {"type": ["string", "null"]}}}),
        400,
        "",
        "parameters.properties.a.type",
    ),
    (
        "const",
        "",
        declared({"type": "object", "properties": {"a": {"const": 1}}}),
        400,
        "",
        'Unknown name "const"',
    ),
    (
        "array without items",
        "",
        declared({"type": "object", "properties": {"a": {"type": "array"}}}),
        400,
        "",
        "items: missing field",
    ),
    (
        "required but not there",
        "",
        declared({"type": "object", "required": ["a"]}),
        400,
        "",
        "property is not defined",
    ),
    (
        "config without tools",
        "",
        {"tools": ..., "toolConfig": {"functionCallingConfig": {"mode": "ANY"}}},
        400,
        "",
        "set without function_declarations",
    ),
    (
        "allowed names with AUTO",
        "",
        {"toolConfig": {"functionCallingConfig": {"allowedFunctionNames": ["get_weather"]}}},
        400,
        "",
        "mode is ANY or VALIDATED",
    ),
    (
        "mode",
        "",
        {"toolConfig": {"functionCallingConfig": {"mode": "MUST"}}},
        400,
        "",
        "Invalid value at 'tool_config.function_calling_config.mode'",
    ),
    (
        "built-in and functions",
        "",
        {"tools": [DECLARED, {"googleSearch": {}}]},
        400,
        "",
        "include_server_side_tool_invocations",
    ),
    (
        "schema as text",
        "",
        {"generationConfig": {"responseSchema": {"type": "string"}}},
        400,
        "",
        "response_mime_type",
    ),
    (
        "json and tools before 3",
        "gemini-2.5-flash",
        {"generationConfig": {"responseMimeType": "application/json"}},
        400,
        "",
        "Function calling with a response mime type",
    ),
    (
        "level and budget",
        "",
        {"generationConfig": {"thinkingConfig": {"thinkingLevel": "LOW", "thinkingBudget": 1}}},
        400,
        "",
        "only set only one",
    ),
    (
        "no budget for 2.5 Pro",
        "gemini-2.5-pro",
        {"generationConfig": {"thinkingConfig": {"thinkingBudget": 0}}},
        400,
        "",
        "only works in thinking mode",
    ),
    (
        "level before 3",
        "gemini-2.5-flash",
        {"generationConfig": {"thinkingConfig": {"thinkingLevel": "LOW"}}},
        400,
        "",
        "level is not supported",
    ),
]


@pytest.mark.parametrize(
    ("model", "patch", "status", "kind", "fragment"),
    [row[1:] for row in GENERATE_TABLE],
    ids=[row[0] for row in GENERATE_TABLE],
)
async def test_generate_content_refuses(
    sim: Simulator,
    post: Any,
    spoiled: Any,
    model: str,
    patch: dict[str, Any],
    status: int,
    kind: str,
    fragment: str,
) -> None:
    """A client that passes here must not be surprised by Gemini itself."""
    path = f"/v1beta/models/{model or 'gemini-3-pro'}:generateContent"
    answer = await post(sim, path, spoiled(GENERATE, patch))
    error = answer.json["error"]
    assert (answer.status, error["code"], error["status"]) == (status, status, kind or "INVALID_ARGUMENT")
    assert fragment in error["message"]


GENERATE_ACCEPTED: dict[str, tuple[str, dict[str, Any]]] = {
    "the base request": ("gemini-3-pro", {}),
    "snake case": (
        "gemini-3-pro",
        {
            "tools": [{"function_declarations": DECLARED["functionDeclarations"]}],
            "system_instruction": {"parts": [{"text": "s"}]},
        },
    ),
    "closed JSON schema in its own field": ("gemini-3-pro", declared(CLOSED, "parametersJsonSchema")),
    "the dummy signature": ("gemini-3-pro", {"contents": [TURN, calling("f", "g"), responding("f", "g")]}),
    "the dummy signature in plain": (
        "gemini-3-pro",
        {"contents": [TURN, calling("f", signature="skip_thought_signature_validator"), responding("f")]},
    ),
    "an unsigned call of an earlier turn": (
        "gemini-3-pro",
        {
            "contents": [
                TURN,
                calling("f", signature=None),
                responding("f"),
                {"role": "model", "parts": [{"text": "a"}]},
                TURN,
            ]
        },
    ),
    "an unsigned call before Gemini 3": (
        "gemini-2.5-pro",
        {"contents": [TURN, calling("f", signature=None), responding("f")]},
    ),
    "the role function before Gemini 3": (
        "gemini-2.5-pro",
        {"contents": [TURN, calling("f"), responding("f", role="function")]},
    ),
    "built-in tools and functions, told so": (
        "gemini-3-pro",
        {"tools": [DECLARED, {"googleSearch": {}}], "toolConfig": {"includeServerSideToolInvocations": True}},
    ),
}


@pytest.mark.parametrize(("model", "patch"), GENERATE_ACCEPTED.values(), ids=GENERATE_ACCEPTED.keys())
async def test_generate_content_accepts(
    sim: Simulator, post: Any, spoiled: Any, model: str, patch: dict[str, Any]
) -> None:
    """Strict is not stubborn: what the service takes must pass."""
    answer = await post(sim, f"/v1beta/models/{model}:generateContent", spoiled(GENERATE, patch))
    assert answer.status == 200, answer.content
