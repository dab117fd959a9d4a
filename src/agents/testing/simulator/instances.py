"""A value that satisfies a JSON Schema: what the assistant answers when it is asked for structured output.

Above: :mod:`.assistant`. Below: nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["Fill", "instance"]

Fill = Callable[[str, Mapping[str, Any]], Any]
"""Asked for a value for (property name, schema) first; None leaves it to the schema."""

_MAX_DEPTH = 8


def instance(schema: Mapping[str, Any], fill: Fill | None = None) -> Any:
    """A small value that is valid for `schema`: required properties, first enum value, lowest number."""
    return _instance(schema, schema, "", fill or _nothing, 0)


def _nothing(name: str, schema: Mapping[str, Any]) -> None:
    """Fill nothing in."""


def _instance(schema: Mapping[str, Any], root: Mapping[str, Any], name: str, fill: Fill, depth: int) -> Any:
    schema = _resolved(schema, root)
    for key in ("const", "default"):
        if key in schema and (key == "const" or schema[key] is not None):
            return schema[key]
    if schema.get("enum"):
        return schema["enum"][0]
    for key in ("anyOf", "oneOf"):
        if schema.get(key):
            options = [_resolved(option, root) for option in schema[key]]
            chosen = next((option for option in options if _type(option) != "null"), options[0])
            return _instance(chosen, root, name, fill, depth + 1)
    if schema.get("allOf"):
        return _instance(_merged(schema, root), root, name, fill, depth + 1)
    kind = _type(schema)
    filled = fill(name, {**schema, "type": kind})
    if filled is not None:
        return filled
    make: Callable[..., Any] = _BY_TYPE.get(kind, _string)
    return make(schema, root, name, fill, depth)


def _resolved(schema: Any, root: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema that a reference leads to; `true` and what leads nowhere allow anything."""
    for _ in range(_MAX_DEPTH):
        if not isinstance(schema, Mapping):
            return {}
        ref = schema.get("$ref", schema.get("ref"))
        if not isinstance(ref, str) or not ref.startswith("#"):
            return schema
        target: Any = root
        for step in ref.lstrip("#/").split("/") if ref != "#" else ():
            target = target.get(step) if isinstance(target, Mapping) else None
        schema = target
    return {}


def _merged(schema: Mapping[str, Any], root: Mapping[str, Any]) -> dict[str, Any]:
    merged: dict[str, Any] = {key: value for key, value in schema.items() if key != "allOf"}
    for sub in schema["allOf"]:
        for key, value in _resolved(sub, root).items():
            if key == "properties":
                merged[key] = {**merged.get(key, {}), **value}
            elif key == "required":
                merged[key] = [*merged.get(key, []), *value]
            else:
                merged.setdefault(key, value)
    return merged


def _type(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), "null")
    if kind is None:
        kind = "object" if "properties" in schema else "array" if "items" in schema else "string"
    return str(kind).lower()


def _object(schema: Mapping[str, Any], root: Mapping[str, Any], name: str, fill: Fill, depth: int) -> Any:
    required = schema.get("required", [])
    return {
        key: _instance(sub, root, key, fill, depth + 1)
        for key, sub in schema.get("properties", {}).items()
        if key in required
    }


def _array(schema: Mapping[str, Any], root: Mapping[str, Any], name: str, fill: Fill, depth: int) -> Any:
    # One item shows the shape; a recursive schema stops growing at the depth limit.
    count = max(schema.get("minItems", 0), 1 if depth < _MAX_DEPTH else 0)
    return [_instance(schema.get("items", {}), root, name, fill, depth + 1) for _ in range(count)]


def _number(schema: Mapping[str, Any], root: Mapping[str, Any], name: str, fill: Fill, depth: int) -> Any:
    step = schema.get("multipleOf", 1)
    low = schema.get("minimum", schema.get("exclusiveMinimum", 0))
    value = -(-low // step) * step if low > 0 or "minimum" in schema or "exclusiveMinimum" in schema else 0
    if "exclusiveMinimum" in schema and value <= schema["exclusiveMinimum"]:
        value += step
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    if high is not None and value > high:
        value = high
    return int(value) if _type(schema) == "integer" else value


_FORMATS = {
    "date-time": "2026-01-01T12:00:00Z",
    "time": "12:00:00Z",
    "date": "2026-01-01",
    "duration": "PT1H",
    "email": "basho@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def _string(schema: Mapping[str, Any], root: Mapping[str, Any], name: str, fill: Fill, depth: int) -> Any:
    text = _FORMATS.get(schema.get("format", ""), name or "text")
    text = text.ljust(schema.get("minLength", 0), "-")
    return text[: schema.get("maxLength", len(text))]


_BY_TYPE: Mapping[str, Callable[..., Any]] = {
    "object": _object,
    "array": _array,
    "integer": _number,
    "number": _number,
    "string": _string,
    "boolean": lambda *_: True,
    "null": lambda *_: None,
}
