"""The OpenAPI subset: what it keeps, what it says in words, and that the service takes it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.protocols.gemini_generate.schema import openapi
from agents.testing.simulator.json_schema import gemini_schema_problem

STRING, INTEGER = {"type": "STRING"}, {"type": "INTEGER"}
NODE = {
    "$defs": {"Node": {"type": "object", "description": "A node", "properties": {"next": {"$ref": "#/$defs/Node"}}}},
    "$ref": "#/$defs/Node",
}
INNER = {"type": "OBJECT", "description": "A node"}

CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "bounds and texts": (
        {"type": "string", "minLength": 1, "title": "T", "pattern": "a", "examples": ["x"]},
        {"type": "STRING", "minLength": 1, "title": "T", "pattern": "a"},
    ),
    "an unknown format": ({"type": "string", "format": "email"}, STRING),
    "a known format": ({"type": "string", "format": "date-time"}, {"type": "STRING", "format": "date-time"}),
    "null among the types": ({"type": ["string", "null"]}, {"type": "STRING", "nullable": True}),
    "several types": ({"type": ["string", "integer"]}, {"anyOf": [STRING, INTEGER]}),
    "an optional": ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, {"type": "INTEGER", "nullable": True}),
    "oneOf": ({"oneOf": [{"type": "integer"}, {"type": "string"}]}, {"anyOf": [INTEGER, STRING]}),
    "a choice of texts": ({"enum": ["a", "b", None]}, {"type": "STRING", "enum": ["a", "b"], "nullable": True}),
    "a choice of numbers": (
        {"type": "integer", "enum": [1, 2], "description": "How many."},
        {"type": "INTEGER", "description": "How many. One of: 1, 2."},
    ),
    "a constant": ({"const": "a"}, {"type": "STRING", "enum": ["a"]}),
    "a constant truth": ({"const": True}, {"type": "BOOLEAN", "description": "One of: True."}),
    "exclusive bounds": (
        {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 9},
        {"type": "NUMBER", "description": "Greater than 0. Less than 9."},
    ),
    "a closed object": (
        {"properties": {"a": {"type": "string"}}, "required": ["a", "b"], "additionalProperties": False},
        {"type": "OBJECT", "properties": {"a": STRING}, "required": ["a"], "propertyOrdering": ["a"]},
    ),
    "a map": ({"type": "object", "additionalProperties": {"type": "string"}}, {"type": "OBJECT"}),
    "a list of anything": ({"type": "array"}, {"type": "ARRAY", "items": STRING}),
    "a tuple": (
        {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "maxItems": 2},
        {"type": "ARRAY", "items": {"anyOf": [STRING, INTEGER]}, "maxItems": 2},
    ),
    "a reference that holds itself": (
        NODE,
        {**INNER, "properties": {"next": {"type": "OBJECT"}}, "propertyOrdering": ["next"]},
    ),
    "a reference with words of its own": (
        {"$ref": "#/definitions/a~1b", "description": "Mine", "definitions": {"a/b": {"type": "integer"}}},
        {"type": "INTEGER", "description": "Mine"},
    ),
    "a reference to nothing": ({"$ref": "#/$defs/gone"}, STRING),
    "allOf": (
        {"allOf": [{"$ref": "#/$defs/A"}, {"properties": {"b": {}}}], "$defs": {"A": {"properties": {"a": {}}}}},
        {"type": "OBJECT", "properties": {"a": STRING, "b": STRING}, "propertyOrdering": ["a", "b"]},
    ),
    "allOf that holds itself": (
        {"allOf": [{"$ref": "#"}], "type": "string"},
        STRING,
    ),
    "a loop through allOf": (
        {"$defs": {"A": {"properties": {"a": {"allOf": [{"$ref": "#/$defs/A"}]}}}}, "$ref": "#/$defs/A"},
        {"type": "OBJECT", "properties": {"a": {"type": "OBJECT"}}, "propertyOrdering": ["a"]},
    ),
    "an optional's own words": (
        {"anyOf": [{"type": "integer", "description": "Inner"}, {"type": "null"}], "description": "Outer"},
        {"type": "INTEGER", "description": "Outer", "nullable": True},
    ),
    "anything at all": ({}, STRING),
}


@pytest.mark.parametrize(("schema", "expected"), CASES.values(), ids=CASES)
def test_the_subset_of_a_schema(schema: dict[str, Any], expected: dict[str, Any]) -> None:
    """What the service would refuse is rewritten or told in words, so that pydantic's schemas all work."""
    assert openapi(schema) == expected
    assert gemini_schema_problem(expected) is None


PLAIN = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["string", "integer", "array", "object", ["string", "null"], ["array", "integer"]]),
        "enum": st.lists(st.sampled_from(["a", 1, None, True]), min_size=1, max_size=3),
        "const": st.sampled_from(["a", 1, None]),
        "format": st.sampled_from(["uri", "date-time"]),
        "exclusiveMinimum": st.integers(),
        "$ref": st.sampled_from(["#/$defs/a", "#", "#/$defs/none"]),
    },
)


def _nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    named, listed = st.dictionaries(st.sampled_from("ab"), inner, max_size=2), st.lists(inner, min_size=1, max_size=2)
    return st.fixed_dictionaries(
        {},
        optional={
            "properties": named,
            "$defs": named,
            "required": st.lists(st.sampled_from("abc"), max_size=2),
            "items": inner,
            "prefixItems": listed,
            **dict.fromkeys(("anyOf", "oneOf", "allOf"), listed),
            "additionalProperties": inner,
        },
    )


@settings(max_examples=60)
@given(st.recursive(PLAIN, _nested, max_leaves=6))
def test_whatever_goes_in_the_service_takes_what_comes_out(schema: dict[str, Any]) -> None:
    """No combination of keywords may end in a refusal, or in a loop."""
    assert gemini_schema_problem(openapi(schema)) is None
