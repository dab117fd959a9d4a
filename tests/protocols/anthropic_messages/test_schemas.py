"""Schemas in the subset that answers are held to."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, Field

from agents.protocols.anthropic_messages.schema import restricted
from agents.testing.simulator.json_schema import anthropic_strict_problem

Schema = dict[str, Any]


def obj(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": [], "additionalProperties": False}


TEXT = {"type": "string"}
CASES: dict[str, tuple[Schema, Schema]] = {
    "what is in it already": (obj(a=TEXT), obj(a=TEXT)),
    "objects are closed": ({"type": "object", "properties": {"a": TEXT}}, obj(a=TEXT)),
    "an object without its type": ({"properties": {}, "additionalProperties": False}, obj()),
    "ranges become words": (
        {"type": "integer", "minimum": 1, "maximum": 3},
        {"type": "integer", "description": "(minimum: 1, maximum: 3)"},
    ),
    "words join those that are there": (
        {"type": "string", "pattern": "^a", "description": "A word."},
        {"type": "string", "description": 'A word.\n\n(pattern: "^a")'},
    ),
    "a format that is known": ({"type": "string", "format": "date"}, {"type": "string", "format": "date"}),
    "a format that is not": (
        {"type": "string", "format": "password"},
        {"type": "string", "description": '(format: "password")'},
    ),
    "one item at least": (
        {"type": "array", "items": TEXT, "minItems": 1, "maxItems": 2},
        {"type": "array", "items": TEXT, "minItems": 1, "description": "(maxItems: 2)"},
    ),
    "more items at least": (
        {"type": "array", "items": TEXT, "minItems": 2},
        {"type": "array", "items": TEXT, "description": "(minItems: 2)"},
    ),
    "oneOf": (
        {"oneOf": [TEXT, {"type": "null"}], "discriminator": {}},
        {"anyOf": [TEXT, {"type": "null"}]},
    ),
    "several types": (
        {"type": ["string", "array", "null"], "items": TEXT, "title": "T"},
        {"title": "T", "anyOf": [TEXT, {"type": "array", "items": TEXT}, {"type": "null"}]},
    ),
    "values tell their types": ({"type": ["string", "null"], "enum": ["a", None]}, {"enum": ["a", None]}),
    "a constant": ({"const": 1, "type": "integer"}, {"const": 1}),
    "definitions": (
        {**obj(a={"$ref": "#/definitions/A"}), "definitions": {"A": TEXT}},
        {"$defs": {"A": TEXT}, **obj(a={"$ref": "#/$defs/A"})},
    ),
    "a reference with company": (
        {**obj(a={"allOf": [{"$ref": "#/$defs/A"}], "description": "D"}), "$defs": {"A": TEXT}},
        {"$defs": {"A": TEXT}, **obj(a={"$ref": "#/$defs/A"})},
    ),
}


@pytest.mark.parametrize(("schema", "expected"), CASES.values(), ids=CASES)
def test_what_the_subset_lacks_becomes_words(schema: Schema, expected: Schema) -> None:
    """A keyword outside the subset is a 400; one that is dropped is a rule that the model never hears of."""
    assert restricted(schema) == expected
    assert restricted(expected) == expected


INEXPRESSIBLE: dict[str, Schema] = {
    "names that are not known": {"type": "object", "additionalProperties": TEXT},
    "an open object": {"type": "object", "properties": {"a": TEXT}, "additionalProperties": True},
    "any object": {"type": "object"},
    "names by pattern": {"type": "object", "properties": {"a": TEXT}, "patternProperties": {"^b": TEXT}},
    "anything": obj(a={}),
    "anything at all": obj(a=True),  # type: ignore[arg-type]
    "all of several": {"allOf": [obj(a=TEXT), obj(b=TEXT)]},
    "a recursive type": {**obj(a={"$ref": "#/$defs/A"}), "$defs": {"A": obj(a={"$ref": "#/$defs/A"})}},
    "a reference to elsewhere": obj(a={"$ref": "#"}),
    "values that are objects": {"enum": [{"a": 1}]},
}


@pytest.mark.parametrize("schema", INEXPRESSIBLE.values(), ids=INEXPRESSIBLE)
def test_a_schema_that_would_lose_values_is_left_to_a_tool(schema: Schema) -> None:
    """Closing a dict would make the model answer with an empty one."""
    assert restricted(schema) is None


class Place(BaseModel):
    name: str = Field(min_length=1, max_length=9)
    height: float | None = Field(None, gt=0, le=9000)
    tags: list[str] = Field(default_factory=list, max_length=3)


class Trip(BaseModel):
    """A trip."""

    places: list[Place]
    home: Place
    kind: str | int = Field(description="What kind.")


def test_a_schema_of_pydantic_is_one_that_the_service_takes() -> None:
    """Most schemas come from pydantic models; none of their keywords may be a 400."""
    schema = restricted(Trip.model_json_schema())
    assert schema is not None
    assert anthropic_strict_problem(schema) is None
    assert schema["$defs"]["Place"]["properties"]["name"]["description"] == "(maxLength: 9, minLength: 1)"
