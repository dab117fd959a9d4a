"""JSON Schema in the OpenAPI subset that Gemini's ``Schema`` message is: pure, and only ever wider than the original.

What the subset cannot say is left out, or told in the description: the answer is validated against the real schema on
our side. References are written out; where a schema contains itself, the inner one is any object. The subset is that of
``Schema`` in Google's API reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_KEPT = (
    *("title", "description", "default", "nullable", "pattern", "minItems", "maxItems", "minLength", "maxLength"),
    *("minProperties", "maxProperties", "minimum", "maximum"),
)
_FORMATS = frozenset({"date-time", "enum", "float", "double", "int32", "int64"})
"""Any other format is refused, an e-mail's for one."""


def openapi(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema in Gemini's subset of OpenAPI."""
    return _Writer(schema).written(schema, ())


class _Writer:
    def __init__(self, root: Mapping[str, Any]) -> None:
        self.root = root

    def written(self, schema: Any, within: tuple[str, ...]) -> dict[str, Any]:
        """One schema; ``within`` names the references that led to it."""
        if not isinstance(schema, Mapping):
            return {"type": "STRING"}  # true: anything goes, and each schema must have a type
        schema, within = self._flat(schema, within)
        found = {name: schema[name] for name in _KEPT if schema.get(name) is not None}
        if schema.get("format") in _FORMATS:
            found["format"] = schema["format"]
        members = schema.get("anyOf") or schema.get("oneOf")
        found = {**(self._any_of(members, within) if members else self._typed(schema, within)), **found}
        _narrow(schema, found)
        return found

    def _flat(self, schema: Mapping[str, Any], within: tuple[str, ...]) -> tuple[Mapping[str, Any], tuple[str, ...]]:
        """A schema with its own ``$ref`` and ``allOf`` written out, and the references that this took."""
        parts = [part for part in schema.get("allOf") or () if isinstance(part, Mapping)]
        if isinstance(reference := schema.get("$ref"), str):
            if reference in within:
                return {"type": "object", **_told(schema)}, within
            parts.insert(0, self._target(reference))
            within = (*within, reference)
        whole: Mapping[str, Any] = {}
        for part in parts:
            flat, within = self._flat(part, within)
            whole = _joined(whole, flat)
        own = {name: value for name, value in schema.items() if name not in ("$ref", "allOf")}
        return _joined(whole, own), within

    def _target(self, reference: str) -> Mapping[str, Any]:
        target: Any = self.root
        for step in reference.removeprefix("#").split("/")[1:]:
            step = step.replace("~1", "/").replace("~0", "~")
            target = target.get(step) if isinstance(target, Mapping) else None
        return target if isinstance(target, Mapping) else {}

    def _any_of(self, members: Sequence[Any], within: tuple[str, ...]) -> dict[str, Any]:
        real = [each for each in members if not (isinstance(each, Mapping) and each.get("type") == "null")]
        nullable = {"nullable": True} if len(real) < len(members) else {}
        written = [self.written(each, within) for each in real]
        return (
            {**(written[0] if len(written) == 1 else {"anyOf": written}), **nullable} if written else {"type": "NULL"}
        )

    def _typed(self, schema: Mapping[str, Any], within: tuple[str, ...]) -> dict[str, Any]:
        kind = schema.get("type") or _kind_of(schema)
        if isinstance(kind, Sequence) and not isinstance(kind, str):
            return self._any_of([{**schema, "type": each} for each in kind], within)
        found: dict[str, Any] = {"type": str(kind).upper()}
        if kind == "array":
            items, slots = schema.get("items"), schema.get("prefixItems")
            found["items"] = self._any_of(slots, within) if slots and not items else self.written(items, within)
        if kind == "object" and schema.get("properties"):
            found["properties"] = {name: self.written(each, within) for name, each in schema["properties"].items()}
            if required := [name for name in found["properties"] if name in (schema.get("required") or ())]:
                found["required"] = required
            found["propertyOrdering"] = list(found["properties"])
        return found


def _joined(one: Mapping[str, Any], other: Mapping[str, Any]) -> Mapping[str, Any]:
    """Two schemas as one: the properties and requirements of both, and else the last word."""
    if not one:
        return other
    both: dict[str, Any] = {**one, **other}
    if "properties" in one or "properties" in other:
        both["properties"] = {**(one.get("properties") or {}), **(other.get("properties") or {})}
        both["required"] = [*(one.get("required") or ()), *(other.get("required") or ())]
    return both


def _told(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {name: schema[name] for name in ("title", "description") if schema.get(name)}


def _kind_of(schema: Mapping[str, Any]) -> str:
    """The type of a schema that names none."""
    if "properties" in schema:
        return "object"
    if "items" in schema or "prefixItems" in schema:
        return "array"
    values = schema.get("enum") or [schema.get("const")]
    kinds = {bool: "boolean", int: "integer", float: "number"}
    return kinds.get(type(values[0]), "string")


def _narrow(schema: Mapping[str, Any], found: dict[str, Any]) -> None:
    """Values and exclusive bounds: only texts can be enumerated, the rest goes into the description."""
    notes = []
    values = [schema["const"]] if "const" in schema else list(schema.get("enum") or ())
    real = [value for value in values if value is not None]
    if len(real) < len(values):
        found["nullable"] = True
    if real and found.get("type") == "STRING" and all(isinstance(value, str) for value in real):
        found["enum"] = real
    elif real:
        notes.append("One of: " + ", ".join(map(str, real)) + ".")
    for bound, words in (("exclusiveMinimum", "Greater than"), ("exclusiveMaximum", "Less than")):
        if schema.get(bound) is not None:
            notes.append(f"{words} {schema[bound]}.")
    if notes:
        found["description"] = " ".join(filter(None, [found.get("description"), *notes]))
