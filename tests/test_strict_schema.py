"""Strict schemas: what a model can be held to, and what is refused with a way out."""

from __future__ import annotations

import copy
import json
from typing import Any, Literal, Optional

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from agents.exceptions import UserError
from agents.strict_schema import (
    ensure_strict_json_schema,
    has_more_than_n_keys,
    is_dict,
    is_list,
    resolve_ref,
)

CLOSED = {"additionalProperties": False}
TEXT = {"type": "string"}


def an_object(**properties: Any) -> dict[str, Any]:
    """A closed object that requires all its properties, as strict schemas have it."""
    return {"type": "object", "properties": properties, "required": list(properties), **CLOSED}


def within(value: Any) -> dict[str, Any]:
    """A schema with one property, as the cases vary below the root."""
    return {"type": "object", "properties": {"x": value}}


@pytest.mark.parametrize(
    ("given_schema", "strict"),
    [
        pytest.param({}, an_object(), id="an empty schema takes no arguments"),
        pytest.param({"properties": {"x": TEXT}}, an_object(x=TEXT), id="properties make an object"),
        pytest.param({"type": ["object"], "properties": {}}, an_object(), id="a list of one type"),
        pytest.param(within(TEXT) | {"required": []}, an_object(x=TEXT), id="all is required"),
        pytest.param(within(within(TEXT)), an_object(x=an_object(x=TEXT)), id="inner objects too"),
        pytest.param(
            within({"type": "array", "items": within(TEXT)}),
            an_object(x={"type": "array", "items": an_object(x=TEXT)}),
            id="objects in arrays",
        ),
        pytest.param(
            within({"type": "array", "prefixItems": [within(TEXT)]}),
            an_object(x={"type": "array", "prefixItems": [an_object(x=TEXT)]}),
            id="objects in tuples",
        ),
        pytest.param(
            within({"oneOf": [within(TEXT), TEXT]}),
            an_object(x={"anyOf": [an_object(x=TEXT), TEXT]}),
            id="oneOf is spelled anyOf",
        ),
        pytest.param(
            within({"anyOf": [{"type": "integer"}], "oneOf": [TEXT]}),
            an_object(x={"anyOf": [{"type": "integer"}, TEXT]}),
            id="oneOf beside anyOf",
        ),
        pytest.param(within(TEXT | {"default": None}), an_object(x=TEXT), id="a null default says nothing"),
        pytest.param(
            within(TEXT | {"default": "a"}),
            an_object(x=TEXT | {"description": '(default: "a")'}),
            id="a default is told",
        ),
        pytest.param(
            within({"allOf": [TEXT], "description": "d"}),
            an_object(x=TEXT | {"description": "d"}),
            id="a single allOf is merged",
        ),
        pytest.param(
            within({"allOf": [within(TEXT), {"properties": {"y": TEXT}}]}),
            an_object(x=an_object(x=TEXT, y=TEXT)),
            id="allOf of disjoint objects is one object",
        ),
        pytest.param(
            within({"$ref": "#/properties/y"}) | {"properties": {"x": {"$ref": "#/properties/y"}, "y": TEXT}},
            an_object(x=TEXT, y=TEXT),
            id="a reference to no definition is inlined",
        ),
    ],
)
def test_a_schema_becomes_strict(given_schema: dict[str, Any], strict: dict[str, Any]) -> None:
    """The service refuses a whole request for one object that is not closed."""
    assert ensure_strict_json_schema(given_schema) == strict


DEFINED = {"$defs": {"Foo": within(TEXT)}}


@pytest.mark.parametrize(
    ("reference", "strict"),
    [
        pytest.param({"$ref": "#/$defs/Foo"}, {"$ref": "#/$defs/Foo"}, id="alone: it stays"),
        pytest.param(
            {"$ref": "#/$defs/Foo", "description": "d"},
            an_object(x=TEXT) | {"description": "d"},
            id="described: inlined",
        ),
        pytest.param(
            {"allOf": [{"$ref": "#/$defs/Foo"}], "title": "t"},
            an_object(x=TEXT) | {"title": "t"},
            id="in an allOf: inlined",
        ),
        pytest.param(
            {"$ref": "#/$defs/Foo", "default": None},
            an_object(x=TEXT),
            id="with a null default: inlined, without the default",
        ),
    ],
)
def test_a_reference_stands_alone_or_is_inlined(reference: dict[str, Any], strict: dict[str, Any]) -> None:
    """A description beside ``$ref`` is refused by the service, and dropping it would lose what it says."""
    result = ensure_strict_json_schema(within(reference) | DEFINED)
    assert result["properties"]["x"] == strict
    assert result["$defs"]["Foo"] == an_object(x=TEXT)


@pytest.mark.parametrize(
    ("schema", "path", "problem"),
    [
        ({"type": "object", "additionalProperties": True}, "$,", "without declared names"),
        (within({"type": "object", "additionalProperties": {}}), "$.properties.x,", "without declared names"),
        (
            within({"type": "object", "additionalProperties": TEXT}),
            "$.properties.x,",
            "without declared names",
        ),
        (
            within({"type": "object", "patternProperties": {"^x": TEXT}}),
            "$.properties.x,",
            "without declared",
        ),
        (within({"additionalProperties": True}), "$.properties.x,", "additionalProperties"),
        (
            within(
                {
                    "type": "array",
                    "items": {"anyOf": [TEXT, {"type": "object", "additionalProperties": TEXT}]},
                }
            ),
            "$.properties.x.items.anyOf.1,",
            "without declared names",
        ),
        ({"anyOf": [within(TEXT), within(TEXT)]}, "$,", "union"),
        ({"oneOf": [within(TEXT)]}, "$,", "union"),
        ({"type": ["object", "null"], "properties": {}}, "$,", "'null'"),
        (within(True), "$.properties.x,", "must be an object"),
        (within({"$ref": "#/$defs/None"}), "$.properties.x,", "points to nothing"),
        (within({"$ref": "https://example.com/a.json"}), "$.properties.x,", "its own document"),
        (
            within({"$ref": "#/$defs/Foo", "type": "string"}) | DEFINED,
            "$.properties.x,",
            "disagree about type",
        ),
        (
            within({"$ref": "#/$defs/Foo", "properties": {"x": {"type": "integer"}}}) | DEFINED,
            "$",
            "properties",
        ),
        (
            within({"type": "object", **CLOSED, "allOf": [{"properties": {"y": TEXT}}]}),
            "$.properties.x,",
            "disagree about properties",
        ),
        (within({"allOf": TEXT}), "$.properties.x,", "allOf must be a list"),
        (
            within({"$ref": "#/properties/x", "title": "t"}),
            "$.properties.x,",
            "leads back to itself",
        ),
    ],
)
def test_what_cannot_be_strict_is_refused_with_place_and_way_out(
    schema: dict[str, Any], path: str, problem: str
) -> None:
    """A schema silently made strict would reject values that the user's code accepts."""
    with pytest.raises(UserError) as caught:
        ensure_strict_json_schema(schema)
    assert path in caught.value.message
    assert problem in caught.value.message
    assert "strict_mode=False" in caught.value.message
    assert "pydantic model" in caught.value.message


def test_a_strangers_open_object_is_refused_on_request() -> None:
    """A server's `{"type": "object"}` means any object; closed, it would mean the empty one."""
    schema = within({"type": "object"})
    assert ensure_strict_json_schema(schema)["properties"]["x"] == {"type": "object", **CLOSED}
    with pytest.raises(UserError, match="may hold any"):
        ensure_strict_json_schema(schema, _reject_open_objects=True)
    closed = within({"type": "object", **CLOSED})
    assert ensure_strict_json_schema(closed, _reject_open_objects=True)["properties"]["x"] == closed["properties"]["x"]


class Node(BaseModel):
    value: int = 3
    parent: Optional[Node] = Field(None, description="above")  # noqa: UP045 - the older spelling is common
    children: list[Node] = Field(default_factory=list, description="below")


class Cat(BaseModel):
    kind: Literal["cat"]


class Dog(BaseModel):
    kind: Literal["dog"]
    owner: Node = Field(description="whose")


class Pets(BaseModel):
    favourite: Cat | Dog = Field(discriminator="kind")
    pair: tuple[Cat, Dog]


@pytest.mark.parametrize("model", [Node, Pets])
def test_recursive_and_discriminated_models_become_strict_through_and_through(model: type[BaseModel]) -> None:
    """Pydantic writes these with references, oneOf and siblings: all that the subset refuses."""
    strict = ensure_strict_json_schema(model.model_json_schema())
    assert_strict(strict)
    assert ensure_strict_json_schema(strict) == strict


def test_a_described_reference_to_a_type_that_holds_itself_does_not_grow_without_end() -> None:
    """Inlining such a reference again and again would never end; `anyOf` holds description and reference."""
    node = within({"$ref": "#/$defs/Node", "description": "the next"})
    strict = ensure_strict_json_schema({"$ref": "#/$defs/Node", "$defs": {"Node": node}})
    assert_strict(strict)
    assert strict["properties"]["x"] == {"description": "the next", "anyOf": [{"$ref": "#/$defs/Node"}]}


def assert_strict(schema: Any) -> None:
    """Every object is closed and complete, every reference stands alone, no refused keyword is left."""
    if isinstance(schema, list):
        for child in schema:
            assert_strict(child)
    if not isinstance(schema, dict):
        return
    assert not schema.keys() & {"oneOf", "allOf"}
    if "$ref" in schema:
        assert schema.keys() == {"$ref"}
    if schema.get("type") == "object":
        assert schema["additionalProperties"] is False
        assert schema.get("required", []) == list(schema.get("properties", {}))
    for key in ("items", "anyOf", "prefixItems"):
        assert_strict(schema.get(key))
    for key in ("properties", "$defs"):
        assert_strict(list(schema.get(key, {}).values()))


def test_a_schema_that_multiplies_is_refused() -> None:
    """A few lines from a server must not make the program build a schema of millions of nodes."""
    bomb: dict[str, Any] = {"D0": TEXT}
    for level in range(1, 40):
        below = {"$ref": f"#/$defs/D{level - 1}", "description": "d"}
        bomb[f"D{level}"] = {"type": "object", "properties": {"a": below, "b": below, "c": below}}
    with pytest.raises(UserError, match="too large"):
        ensure_strict_json_schema(within({"$ref": "#/$defs/D39", "description": "d"}) | {"$defs": bomb})
    deep: dict[str, Any] = TEXT
    for _ in range(300):
        deep = {"type": "array", "items": deep}
    with pytest.raises(UserError, match="too deeply"):
        ensure_strict_json_schema(within(deep))


KEYWORDS = ["type", "properties", "items", "anyOf", "oneOf", "allOf", "$ref", "$defs", "additionalProperties"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["object", "string", "#", "#/$defs/a"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*KEYWORDS, "a", "b"]), inner),
    max_leaves=25,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from([*KEYWORDS, "a"]), JSON))
def test_any_json_is_made_strict_or_refused_and_never_changed(schema: dict[str, Any]) -> None:
    """Schemas come from servers too: none may crash us, nor be changed behind its owner's back."""
    before = copy.deepcopy(schema)
    try:
        result = ensure_strict_json_schema(schema)
        json.dumps(result)
    except UserError:
        pass
    assert schema == before


def test_references_follow_json_pointers() -> None:
    """Generic models have names such as ``Page[a/b]``, which pointers and URLs escape."""
    root: dict[str, object] = {"$defs": {"Page[a/b]~": {"type": "null"}}}
    assert resolve_ref(root=root, ref="#/$defs/Page%5Ba~1b%5D~0") == {"type": "null"}
    assert resolve_ref(root=root, ref="#") is root
    for ref in ("other.json", "#/$defs/None", "#/$defs/Page[a~1b]~0/type/deeper"):
        with pytest.raises(ValueError, match=r"\$ref"):
            resolve_ref(root=root, ref=ref)


def test_the_small_predicates_tell_json_apart() -> None:
    """They are part of the public API, and other packages call them."""
    assert is_dict({})
    assert not is_dict([])
    assert is_list([])
    assert not is_list(())
    assert has_more_than_n_keys({"a": 1, "b": 2}, 1)
    assert not has_more_than_n_keys({"a": 1}, 1)
