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
