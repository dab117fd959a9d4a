"""A choice between objects at the root of a schema, which OpenAI and Anthropic refuse, becomes one object."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from agents.protocols.json_schema import one_object

TEXT, NUMBER = {"type": "string"}, {"type": "integer"}


def branch(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required}


CASES: dict[str, tuple[dict[str, Any], dict[str, Any], list[str]]] = {
    "either of two": (
        {"type": "object", "oneOf": [branch(["id"], id=TEXT), branch(["name"], name=TEXT)]},
        {"id": TEXT, "name": TEXT},
        [],
    ),
    "what both require": (
        {"anyOf": [branch(["kind", "id"], kind={"const": "a"}, id=TEXT), branch(["kind"], kind={"const": "b"})]},
        {"kind": {"anyOf": [{"const": "a"}, {"const": "b"}]}, "id": TEXT},
        ["kind"],
    ),
    "requirements beside properties": (
        {**branch(["a"], a=TEXT, b=TEXT, c=TEXT), "anyOf": [{"required": ["b"]}, {"required": ["c"]}]},
        {"a": TEXT, "b": TEXT, "c": TEXT},
        ["a"],
    ),
    "all of them": (
        {"allOf": [branch(["a"], a=TEXT), branch(["b"], b=NUMBER)]},
        {"a": TEXT, "b": NUMBER},
        ["a", "b"],
    ),
    "by reference": (
        {"$defs": {"A": branch(["a"], a=TEXT)}, "anyOf": [{"$ref": "#/$defs/A"}, {"$ref": "#/$defs/none"}]},
        {"a": TEXT},
        [],
    ),
    "a property of its own": ({**branch([], a=NUMBER), "oneOf": [branch([], a=TEXT)]}, {"a": NUMBER}, []),
}


@pytest.mark.parametrize(("schema", "properties", "required"), CASES.values(), ids=CASES)
def test_a_union_at_the_root_becomes_one_object(
    schema: dict[str, Any], properties: dict[str, Any], required: list[str]
) -> None:
    """The servers of MCP that have such tools must not cost an agent all of its tools."""
    before = json.dumps(schema)
    found = one_object(schema)
    assert (found["type"], found.get("properties"), found.get("required", [])) == ("object", properties, required)
    assert not {"anyOf", "oneOf", "allOf", "enum", "not"} & set(found)
    assert "Of: [" in found["description"]
    assert json.dumps(schema) == before
    jsonschema.Draft202012Validator.check_schema(found)


def test_what_has_no_union_stays_as_it_is() -> None:
    """Most schemas: their descriptions are their writers' own."""
    schema = {**branch(["a"], a={"anyOf": [TEXT, NUMBER]}), "description": "As it is."}
    assert one_object(schema) == schema
    assert one_object({**schema, "not": {"required": ["b"]}})["description"] == 'As it is. (not: {"required": ["b"]})'
