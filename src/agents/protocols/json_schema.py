"""JSON schemas without the keywords that a service refuses.

What is taken out moves into the description, where the model may still read it: the answer is validated against the
whole schema on our side. Pure: the schema that comes in is never changed.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from typing import Any

OPENAI_STRICT = (
    *("minLength", "maxLength", "patternProperties", "unevaluatedProperties", "propertyNames", "minProperties"),
    *("maxProperties", "unevaluatedItems", "contains", "minContains", "maxContains", "uniqueItems", "default"),
)
"""Keywords that OpenAI refuses in a strict schema."""
_SILENT = frozenset({"$schema", "$id", "$comment", "default", "additionalProperties", "strict", "title"})
"""Keywords that say nothing about what is valid, or nothing that a model need be told."""
_OF_SCHEMAS = frozenset({"properties", "$defs", "definitions", "patternProperties", "dependentSchemas"})
"""Keywords that hold schemas by names of the user's own."""


_UNIONS = ("anyOf", "oneOf", "allOf")


def one_object(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of an object, without a choice between objects at its root.

    OpenAI and Anthropic refuse functions whose schema has one, as those of many MCP servers have
    (github.com/nspady/google-calendar-mcp/issues/39). The properties of all branches are its own then; required is what
    every branch requires. The choice itself moves into the description.
    """
    refused = [name for name in (*_UNIONS, "enum", "not") if name in schema]
    if not refused:
        return dict(schema)
    kept = without_keywords({name: value for name, value in schema.items() if name not in refused}, ())
    own, required = dict(kept.get("properties") or {}), list(kept.get("required") or ())
    for name in _UNIONS:
        branches = [_resolved(each, schema) for each in schema.get(name) or () if isinstance(each, Mapping)]
        offered: dict[str, list[Any]] = {}
        for key, value in [item for each in branches for item in (each.get("properties") or {}).items()]:
            if value not in offered.setdefault(key, []):
                offered[key].append(value)
        for key, values in offered.items():
            own.setdefault(key, values[0] if len(values) == 1 else {"anyOf": values})
        wanted = [each.get("required") or () for each in branches]
        whole = all if name != "allOf" else any
        for key in dict.fromkeys(key for each in wanted for key in each):
            if key not in required and whole(key in each for each in wanted):
                required.append(key)
    told = ", ".join(f"{name}: {json.dumps(schema[name], ensure_ascii=False, default=str)}" for name in refused)
    described = kept.get("description")
    found = {**kept, "type": "object", "description": f"{described} ({told})" if described else f"({told})"}
    return {**found, **({"properties": own} if own else {}), **({"required": required} if required else {})}


def _resolved(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a reference to a definition points to; anything else as it is."""
    _, _, rest = str(schema.get("$ref", "")).partition("#/")
    found: Any = root
    for step in rest.split("/") if rest else ():
        found = found.get(step) if isinstance(found, Mapping) else None
    return found if rest and isinstance(found, Mapping) else schema


def without_keywords(schema: Mapping[str, Any], refused: Collection[str]) -> dict[str, Any]:
    """The schema without some keywords, at every depth."""
    kept: dict[str, Any] = {}
    notes = []
    for name, value in schema.items():
        if name in refused and not (name == "additionalProperties" and isinstance(value, Mapping)):
            if name not in _SILENT:
                notes.append(f"{name}: {json.dumps(value, ensure_ascii=False, default=str)}")
        elif name in _OF_SCHEMAS and isinstance(value, Mapping):
            kept[name] = {key: _inner(inner, refused) for key, inner in value.items()}
        else:
            kept[name] = _value(name, value, refused)
    if notes:
        described = kept.get("description")
        told = f"({', '.join(notes)})"
        kept["description"] = f"{described} {told}" if described else told
    return kept


def _value(name: str, value: Any, refused: Collection[str]) -> Any:
    if name in ("enum", "const", "default", "examples", "required"):  # data, not schemas
        return value
    if isinstance(value, list):
        return [_inner(inner, refused) for inner in value]
    return _inner(value, refused)


def _inner(value: Any, refused: Collection[str]) -> Any:
    return without_keywords(value, refused) if isinstance(value, Mapping) else value
