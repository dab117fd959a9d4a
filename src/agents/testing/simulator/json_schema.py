"""JSON Schema as the services see it: what is no schema at all, and the subsets that each of them accepts.

Above: the protocol modules, which put a problem into their vendor's words. Below: nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

__all__ = [
    "anthropic_size_problem",
    "anthropic_strict_problem",
    "gemini_schema_problem",
    "openai_function_problem",
    "openai_strict_problem",
    "schema_problem",
]


def _walk(schema: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Mapping[str, Any]]]:
    """Every schema inside a schema, with its path; what is no schema is passed over."""
    if not isinstance(schema, Mapping):
        return
    yield path, schema
    for key in ("properties", "$defs", "definitions", "patternProperties", "defs"):
        named = schema.get(key)
        for name, sub in named.items() if isinstance(named, Mapping) else ():
            yield from _walk(sub, (*path, key, name))
    for key in ("anyOf", "oneOf", "allOf", "prefixItems"):
        listed = schema.get(key)
        for index, sub in enumerate(listed if isinstance(listed, list) else ()):
            yield from _walk(sub, (*path, key, str(index)))
    for key in ("items", "additionalProperties", "not"):
        yield from _walk(schema.get(key), (*path, key))


def _kind(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next((each for each in kind if each != "null"), "null")
    return str(kind or ("object" if "properties" in schema else "string")).lower()


# --- What is a schema ------------------------------------------------------------------------------

Test = Callable[[Any], bool]


def _list_of(test: Test, least: int = 0) -> Test:
    return lambda value: isinstance(value, list) and len(value) >= least and all(map(test, value))


def _map_of(test: Test) -> Test:
    return lambda value: isinstance(value, Mapping) and all(map(test, value.values()))


def _is(*kinds: type) -> Test:
    # True is an int in Python, and no number in JSON.
    return lambda value: isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))


_SCHEMA, _NUMBER, _SIZE, _STRING = _is(Mapping, bool), _is(int, float), _is(int), _is(str)
_KEYWORDS: Mapping[str, Test] = {
    **dict.fromkeys(("properties", "$defs", "definitions", "patternProperties", "defs"), _map_of(_SCHEMA)),
    **dict.fromkeys(("anyOf", "oneOf", "allOf", "prefixItems"), _list_of(_SCHEMA, 1)),
    **dict.fromkeys(("items", "additionalProperties", "not"), _SCHEMA),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"), _NUMBER),
    **dict.fromkeys(("minLength", "maxLength", "minItems", "maxItems"), _SIZE),
    **dict.fromkeys(("$ref", "pattern", "format", "description", "title"), _STRING),
    "required": _list_of(_STRING),
    "enum": _list_of(lambda value: True, 1),
    "type": lambda value: _STRING(value) or _list_of(_STRING, 1)(value),
}


def schema_problem(schema: Any) -> str | None:
    """Why this is no JSON Schema at all; None when it is one."""
    if not isinstance(schema, Mapping):
        return f"{schema!r} is not of type 'object'"
    for _, sub in _walk(schema):
        for keyword, test in _KEYWORDS.items():
            if keyword in sub and not test(sub[keyword]):
                return f"{sub[keyword]!r} is not valid for '{keyword}'"
    return None


# --- What the services accept of it ----------------------------------------------------------------

_OPENAI_REFUSED = (
    "minLength maxLength patternProperties unevaluatedProperties propertyNames minProperties maxProperties "
    "unevaluatedItems contains minContains maxContains uniqueItems default oneOf allOf not if then else "
    "dependentRequired dependentSchemas"
)
_OPENAI_FORMATS = ("date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid")


def openai_function_problem(schema: Mapping[str, Any], *, strict: bool) -> str | None:
    """Why OpenAI refuses this schema of a function's parameters; None when it does not.

    Source: github.com/nspady/google-calendar-mcp/issues/39.
    """
    problem = schema_problem(schema)
    if problem or not schema:
        return problem
    if schema.get("type") != "object":
        return f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{schema.get('type')}\"'."
    if {"oneOf", "anyOf", "allOf", "enum", "not"} & set(schema):
        return "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/'not' at the top level."
    return openai_strict_problem(schema) if strict else None


def openai_strict_problem(schema: Mapping[str, Any]) -> str | None:
    """Why OpenAI refuses this schema with `strict: true`; None when it does not.

    Source: the strict subset in OpenAI's structured-outputs guide (root object; every object closed, with all
    of its properties required; no composition but anyOf; at most ten levels and 5000 properties).
    """
    if schema.get("type") != "object":
        return f"schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{schema.get('type')}\"'."
    if "anyOf" in schema:
        return "In context=(), 'anyOf' is not permitted at the root."
    count = 0
    for path, sub in _walk(schema):
        context = "(" + ", ".join(f"'{step}'" for step in path) + ("," if len(path) == 1 else "") + ")"
        properties = sub.get("properties", {})
        at = f"In context={context},"
        count += len(properties)
        if sub.get("type") == "object" or "properties" in sub:
            if sub.get("additionalProperties") is not False:
                return f"{at} 'additionalProperties' is required to be supplied and to be false."
            missing = [name for name in properties if name not in sub.get("required", [])]
            if missing:
                return (
                    f"In context={context}, 'required' is required to be supplied and to be an array "
                    "including "
                    f"every key in properties. Missing '{missing[0]}'."
                )
        if sub.get("type") == "array" and not isinstance(sub.get("items"), Mapping):
            return f"In context={context}, array schema missing items."
        if "$ref" in sub and len(sub) > 1 and set(sub) - {"$ref", "description", "$defs", "definitions"}:
            return f"In context={context}, $ref cannot have keywords {set(sub) - {'$ref'}}."
        for keyword in _OPENAI_REFUSED.split():
            if keyword in sub:
                return f"In context={context}, '{keyword}' is not permitted."
        if "format" in sub and sub["format"] not in _OPENAI_FORMATS:
            return f"In context={context}, '{sub['format']}' is not a valid format."
        if path.count("properties") > 10:
            return "schema exceeds the limit of 10 levels of nesting."
        known = {"type", "$ref", "anyOf", "enum", "const"}
        if not known & set(sub):
            return f"In context={context}, schema must have a 'type' key."
    return "schema exceeds the limit of 5000 object properties." if count > 5000 else None


_ANTHROPIC_REFUSED: Mapping[str, tuple[str, ...]] = {
    "integer": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "number": ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
    "string": ("minLength", "maxLength"),
    "array": ("maxItems", "uniqueItems"),
}


def anthropic_strict_problem(schema: Mapping[str, Any]) -> str | None:
    """Why Anthropic refuses this schema as output format or of a strict tool; None when it does not.

    Source: the keywords that the vendor's own client moves into descriptions before it sends
    (`_transform.py`).
    """
    for _, sub in _walk(schema):
        kind = _kind(sub)
        whole = not {"$ref", "anyOf", "allOf"} & set(sub)
        if kind == "object" and whole and sub.get("additionalProperties") is not False:
            return "For 'object' type, 'additionalProperties' must be explicitly set to false"
        refused = [key for key in _ANTHROPIC_REFUSED.get(kind, ()) if key in sub]
        if refused:
            return f"For '{kind}' type, properties {', '.join(refused)} are not supported"
        if kind == "array" and sub.get("minItems", 0) > 1:
            return "For 'array' type, 'minItems' values other than 0 or 1 are not supported"
        for key in ("oneOf", "definitions", "patternProperties"):
            if key in sub:
                return f"Schema type '{key}' is not supported"
    return None


def anthropic_size_problem(strict: Sequence[Mapping[str, Any]], output: Mapping[str, Any] | None) -> str | None:
    """Why Anthropic compiles these schemas of strict tools, and that of the output, into no grammar; None when it does.

    Source: its page on structured outputs (20 strict tools; 24 optional and 16 union parameters in all), and
    github.com/elie222/inbox-zero/issues/2323.
    """
    if len(strict) > 20:
        return f"Too many strict tools ({len(strict)}). The maximum number of strict tools is 20."
    parameters = [
        (name in schema.get("required", ()), each)
        for whole in (*strict, *([output] if output else ()))
        for _, schema in _walk(whole)
        for name, each in schema.get("properties", {}).items()
    ]
    optional = sum(not required for required, _ in parameters)
    if optional > 24:
        return (
            f"Schemas contains too many optional parameters ({optional}), which would make grammar compilation "
            "inefficient. Reduce the number of optional parameters in your tool schemas (limit: 24)."
        )
    unions = sum(
        isinstance(each, Mapping) and ("anyOf" in each or isinstance(each.get("type"), list)) for _, each in parameters
    )
    if unions > 16:
        return (
            f"Schemas contains too many parameters with union types ({unions} parameters with type arrays or anyOf). "
            "Reduce the number of nullable or union-typed parameters (limit: 16)."
        )
    return None


_GEMINI_KEYS = (
    "type nullable enum anyOf items properties required propertyOrdering minItems maxItems minLength "
    "maxLength "
    "minProperties maxProperties minimum maximum pattern format default title description example ref defs "
    "any_of property_ordering min_items max_items min_length max_length min_properties max_properties"
)
_GEMINI_TYPES = ("type_unspecified", "string", "number", "integer", "boolean", "array", "object", "null")


def gemini_schema_problem(schema: Any) -> tuple[tuple[str, ...], str, Any] | None:
    """Where and why Gemini's OpenAPI subset refuses a schema: (path, reason, offender).

    The reason is `unknown`, `type`, `value`, `missing` or `undefined`.
    """
    if not isinstance(schema, Mapping):
        return (), "type", schema
    known = frozenset(_GEMINI_KEYS.split())
    for path, sub in _walk(schema):
        for key in sub:
            if key not in known:
                return path, "unknown", key
        kind, values, required = sub.get("type"), sub.get("enum"), sub.get("required")
        if kind is not None and (not isinstance(kind, str) or kind.lower() not in _GEMINI_TYPES):
            return (*path, "type"), "value", kind
        if isinstance(values, list) and not all(isinstance(value, str) for value in values):
            return (*path, "enum"), "value", values
        if str(kind).lower() == "array" and "items" not in sub:
            return (*path, "items"), "missing", None
        properties = sub.get("properties", {})
        listed = required if isinstance(required, list) and isinstance(properties, Mapping) else []
        if not all(str(name) in properties for name in listed):
            return (*path, "required"), "undefined", required
    return None
