"""JSON schemas in the subset that Messages holds an answer or a strict tool to.

What the subset lacks (lengths, ranges, patterns, ...) moves into the description, where the model may still read it: we
validate against the schema as it was. The subset is the one that Anthropic's own client writes, see
https://docs.claude.com/en/docs/build-with-claude/structured-outputs. Pure: the schema that comes in is never changed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_FORMATS = frozenset({"date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"})
_UNSAID = frozenset({"$schema", "$id", "$comment", "examples", "discriminator"})
_AS_IT_IS = ("title", "description")
_UNIONS = ("anyOf", "oneOf")


def restricted(schema: Mapping[str, Any]) -> dict[str, Any] | None:
    """The schema within the subset; ``None`` where it cannot be said there without refusing what it accepts.

    Such are objects whose properties have no names (a ``dict``), recursive types, and schemas that say nothing of
    a value's type.
    """
    try:
        written = _restricted(schema)
        definitions = {f"#/$defs/{name}": inner for name, inner in written.get("$defs", {}).items()}
        _follow(definitions, definitions, set(), ())
    except (_Inexpressible, RecursionError):
        return None
    return written


class _Inexpressible(Exception):
    """A schema accepts values that nothing in the subset accepts."""


def _restricted(schema: Any) -> dict[str, Any]:
    if not isinstance(schema, Mapping):
        raise _Inexpressible
    left = {key: value for key, value in schema.items() if key not in _UNSAID}
    found: dict[str, Any] = {}
    defined = {**_mapping(left.pop("definitions", {})), **_mapping(left.pop("$defs", {}))}
    if defined:
        found["$defs"] = {name: _restricted(inner) for name, inner in defined.items()}
    if isinstance(left.get("allOf"), list) and len(left["allOf"]) == 1:
        left = {**left, **_mapping(left.pop("allOf")[0])}
    if "$ref" in left:  # it stands alone
        reference = str(left["$ref"]).replace("#/definitions/", "#/$defs/", 1)
        if not reference.startswith("#/$defs/"):
            raise _Inexpressible
        return {**found, "$ref": reference}
    if "allOf" in left or "patternProperties" in left:  # objects that are closed have nothing in common
        raise _Inexpressible
    return _value(found, left)


def _value(found: dict[str, Any], left: dict[str, Any]) -> dict[str, Any]:
    """A schema that is no reference; ``left`` is what has not been written yet."""
    found |= {key: left.pop(key) for key in _AS_IT_IS if key in left}
    kind = left.pop("type", None)
    values = [*left.get("enum", ()), *([left["const"]] if "const" in left else ())]
    if values:
        if not all(value is None or isinstance(value, (str, int, float, bool)) for value in values):
            raise _Inexpressible
        found |= {key: left.pop(key) for key in ("enum", "const") if key in left}  # they tell their types
    elif isinstance(kind, list):
        found["anyOf"] = _of_types(kind, left)
        left = {}
    elif unions := [left.pop(key) for key in _UNIONS if key in left]:
        if len(unions) > 1 or "properties" in left:
            raise _Inexpressible
        found["anyOf"] = [_restricted(inner) for inner in unions[0]]
    else:
        found["type"] = kind = kind or ("object" if "properties" in left else None)
        _inner(found, left, kind)
    return _with_notes(found, left)


def _of_types(kinds: list[Any], left: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A value of several types: one schema for each, with the keywords that are about it."""
    about = {"object": ("properties", "required", "additionalProperties"), "array": ("items", "minItems", "maxItems")}
    others = {key for keys in about.values() for key in keys}
    parts = []
    for kind in kinds:
        mine = {key: value for key, value in left.items() if key in about.get(kind, ()) or key not in others}
        parts.append(_restricted({"type": kind} if kind in ("null", "boolean") else {**mine, "type": kind}))
    return parts


def _inner(found: dict[str, Any], left: dict[str, Any], kind: object) -> None:
    """What a schema of one type says of the parts of a value.

    An object that does not say whether it is open is written as closed: it is one to whoever fills it in.
    """
    if kind is None:
        raise _Inexpressible
    if kind == "object":
        properties = _mapping(left.pop("properties", {}))
        extra = left.pop("additionalProperties", None)
        if extra not in (None, False) or (extra is None and not properties):
            raise _Inexpressible
        found["properties"] = {name: _restricted(inner) for name, inner in properties.items()}
        found["required"] = list(left.pop("required", ()))
        found["additionalProperties"] = False
    elif kind == "array":
        if isinstance(left.get("items"), Mapping):
            found["items"] = _restricted(left.pop("items"))
        if left.get("minItems") in (0, 1):
            found["minItems"] = left.pop("minItems")
    elif kind == "string" and left.get("format") in _FORMATS:
        found["format"] = left.pop("format")


def _with_notes(found: dict[str, Any], left: Mapping[str, Any]) -> dict[str, Any]:
    """What could not be said in the subset, as words for the model."""
    if left:
        notes = ", ".join(f"{key}: {json.dumps(value, default=str)}" for key, value in left.items())
        described = found.get("description")
        found["description"] = f"{described}\n\n({notes})" if described else f"({notes})"
    return found


def _follow(names: Iterable[str], definitions: Mapping[str, Any], known: set[str], around: tuple[str, ...]) -> None:
    """Follow the references of definitions: one that comes back to itself is recursive, which is refused."""
    for name in names:
        if name in around:
            raise _Inexpressible
        if name not in known:
            _follow(_references(definitions.get(name)), definitions, known, (*around, name))
            known.add(name)


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"]
        for inner in schema.values():
            yield from _references(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from _references(inner)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
