"""Instances satisfy their schemas, and whatever is sent to the simulator never breaks it."""

from __future__ import annotations

import copy
import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.testing.simulator.assistant import answer
from agents.testing.simulator.instances import instance
from agents.testing.simulator.json_schema import openai_strict_problem
from agents.testing.simulator.server import PROTOCOLS
from agents.testing.simulator.wire import Call, House, Refused

scalars = st.sampled_from(
    [
        {"type": "string"},
        {"type": "string", "minLength": 3, "maxLength": 5},
        {"type": "string", "format": "date-time"},
        {"enum": ["a", "b"]},
        {"const": 7},
        {"type": "integer", "minimum": 3, "multipleOf": 2},
        {"type": "integer", "exclusiveMinimum": 0},
        {"type": "number", "minimum": 0.5, "maximum": 0.75},
        {"type": "integer", "maximum": -4},
        {"type": "boolean"},
        {"type": "null"},
        {"type": ["string", "null"]},
        {"anyOf": [{"type": "null"}, {"type": "integer"}]},
        {"$ref": "#/$defs/point"},
        {"$ref": "#"},
    ]
)


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


schemas = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.dictionaries(st.sampled_from("abcd"), inner, max_size=3).map(_object),
        inner.map(lambda item: {"type": "array", "items": item, "minItems": 0}),
        st.lists(inner, min_size=1, max_size=2).map(lambda options: {"oneOf": options[:1]}),
    ),
    max_leaves=6,
)


def _recursive_for_ever(schema: dict[str, Any]) -> bool:
    return '"#"' in json.dumps(schema)


@settings(deadline=None, max_examples=100)
@given(schemas.filter(lambda schema: not _recursive_for_ever(schema)))
def test_an_instance_is_valid_for_its_schema(schema: dict[str, Any]) -> None:
    """Clients validate what the assistant answers to a schema."""
    root = {**_object({"value": schema}), "$defs": {"point": _object({"x": {"type": "number"}})}}
    jsonschema.validate(instance(root), root)


def test_a_recursive_schema_has_a_finite_instance() -> None:
    """Trees are ordinary output types."""
    node = _object({"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#/$defs/node"}}})
    root = {**node, "$defs": {"node": node}}
    jsonschema.validate(instance(root), root)


def test_the_strict_subset_accepts_what_openais_client_makes() -> None:
    """The vendor's own rewriting is the best witness of what it takes."""
    pydantic_tool = pytest.importorskip("openai").pydantic_function_tool
    from pydantic import BaseModel

    class Inner(BaseModel):
        x: int
        label: str | None

    class Outer(BaseModel):
        """An output type with nesting, lists and an optional field."""

        inner: Inner
        many: list[Inner]
        either: int | str

    assert openai_strict_problem(pydantic_tool(Outer)["function"]["parameters"]) is None


# --- Anything at all ---

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.sampled_from(["", "x", "tool", "object"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["type", "name", "properties", "required", "items"]), inner, max_size=2)
    ),
    max_leaves=5,
)
SCHEMA = {
    "type": "object",
    "properties": {"a": {"type": "array", "items": {"type": "string"}}},
    "required": ["a"],
}
CHAT = {
    "model": "m",
    "messages": [
        {"role": "user", "content": [{"type": "text", "text": "Hi"}]},
        {
            "role": "assistant",
            "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}],
        },
        {"role": "tool", "tool_call_id": "c", "content": "x"},
    ],
    "tools": [{"type": "function", "function": {"name": "f", "parameters": SCHEMA}}],
    "tool_choice": {"type": "function", "function": {"name": "f"}},
    "response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": SCHEMA}},
    "stop": ["x"],
    "metadata": {"a": "b"},
}
RESPONSES = {
    "model": "m",
    "instructions": "s",
    "input": [
        {"role": "user", "content": [{"type": "input_text", "text": "Hi"}]},
        {"type": "message", "id": "msg_1", "role": "assistant", "content": [{"type": "output_text", "text": "x"}]},
        {"type": "function_call", "id": "fc_1", "call_id": "c", "name": "f", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c", "output": [{"type": "input_text", "text": "x"}]},
        {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": {"type": "search"}},
    ],
    "tools": [{"type": "function", "name": "f", "parameters": SCHEMA}, {"type": "web_search"}],
    "tool_choice": {"type": "allowed_tools", "mode": "required", "tools": [{"type": "function", "name": "f"}]},
    "text": {"format": {"type": "json_schema", "name": "x", "schema": SCHEMA}},
    "reasoning": {"effort": "low", "summary": "auto"},
    "include": ["message.output_text.logprobs"],
    "metadata": {"a": "b"},
}
MESSAGES = {
    "model": "m",
    "max_tokens": 2000,
    "system": [{"type": "text", "text": "s", "cache_control": {"type": "ephemeral"}}],
    "messages": [
        {"role": "user", "content": "Hi"},
        {"role": "assistant", "content": [{"type": "tool_use", "id": "c", "name": "f", "input": {}}]},
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "c", "content": "x"}]},
    ],
    "tools": [{"name": "f", "input_schema": SCHEMA}],
    "tool_choice": {"type": "auto"},
    "thinking": {"type": "adaptive"},
    "stop_sequences": ["x"],
}
GENERATE = {
    "systemInstruction": {"parts": [{"text": "s"}]},
    "contents": [
        {"role": "user", "parts": [{"text": "Hi"}]},
        {
            "role": "model",
            "parts": [{"functionCall": {"name": "f"}, "thoughtSignature": "skip_thought_signature_validator"}],
        },
        {"role": "user", "parts": [{"functionResponse": {"name": "f", "response": {"result": 1}}}]},
    ],
    "tools": [{"functionDeclarations": [{"name": "f", "parameters": SCHEMA}]}],
    "toolConfig": {"functionCallingConfig": {"mode": "ANY", "allowedFunctionNames": ["f"]}},
    "generationConfig": {"responseMimeType": "application/json", "responseJsonSchema": SCHEMA},
}
BASES: dict[str, tuple[str, dict[str, Any]]] = {
    "openai-chat": ("/v1/chat/completions", CHAT),
    "openai-responses": ("/v1/responses", RESPONSES),
    "anthropic": ("/v1/messages", MESSAGES),
    "gemini": ("/v1/models/m:generateContent", GENERATE),
}
HEADERS = {"authorization": "Bearer k", "x-goog-api-key": "k", "anthropic-version": "2023-06-01"}


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of everything inside a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in inner for place in _places(each, (*path, key)))]


def _replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copied = copy.copy(value)
    copied[path[0]] = _replaced(value[path[0]], path[1:], new)
    return copied


def _answered(protocol: Any, body: Any) -> bool:
    """Whether a body is answered, plain and streamed; False when it is refused."""
    path = BASES[protocol.NAME][0]
    house = House(["k"], [], None, None)
    call = Call("POST", path, {}, HEADERS, json.dumps(body).encode())
    refused: Refused | None = None
    try:
        ask = protocol.read(call, protocol.route("POST", path, {}), house)
    except Refused as exc:
        refused = exc
    if refused:
        assert 400 <= refused.status < 500
        assert json.dumps(protocol.error(refused, "req"))
        return False
    reply = answer(ask)
    assert json.dumps(protocol.plain(ask, reply, house))
    assert b"".join(protocol.stream(ask, reply, house))
    return True


EVERY_PROTOCOL = pytest.mark.parametrize("protocol", PROTOCOLS, ids=lambda protocol: protocol.NAME)


@EVERY_PROTOCOL
def test_the_base_requests_are_accepted(protocol: Any) -> None:
    """Else the next test would only ever see refusals."""
    assert _answered(protocol, BASES[protocol.NAME][1])


@EVERY_PROTOCOL
@settings(deadline=None, max_examples=100)
@given(data=st.data())
def test_any_json_anywhere_is_answered_or_refused(protocol: Any, data: st.DataObject) -> None:
    """A bug of the simulator must not look like an answer of the vendor: only refusals are raised."""
    base = BASES[protocol.NAME][1]
    place = data.draw(st.sampled_from(_places(base)))
    _answered(protocol, _replaced(base, place, data.draw(json_values)))
