"""The schema of what a function tool returns, for programs that read its output as data."""

from __future__ import annotations

import copy
from typing import Any

from .exceptions import UserError
from .strict_schema import ensure_strict_json_schema
from .util import lazy_pydantic as pydantic


def checked_output_schema(tool_name: str, schema: object) -> dict[str, Any]:
    """A copy of the schema, made strict.

    Raises:
        UserError: It is no schema of an object, or cannot be strict.
    """
    if not isinstance(schema, dict) or not _is_object(schema):
        raise UserError(f"Tool {tool_name!r}: output_json_schema must be the JSON schema of an object, not {schema!r}.")
    return ensure_strict_json_schema(copy.deepcopy(schema))


def output_schema_of(tool_name: str, output_type: Any) -> tuple[dict[str, Any], pydantic.TypeAdapter[Any]]:
    """The schema of a type, and what checks that a value is of it.

    Raises:
        UserError: The type has no schema of an object.
    """
    try:
        adapter: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(output_type)
        schema = adapter.json_schema(mode="serialization")
    except (pydantic.PydanticSchemaGenerationError, pydantic.PydanticUserError) as error:
        raise UserError(f"Tool {tool_name!r}: output_type {output_type!r} has no JSON schema: {error}") from error
    if not _is_object(schema):
        raise UserError(
            f"Tool {tool_name!r}: output_type must be a pydantic model, TypedDict or dataclass, not {output_type!r}."
        )
    return ensure_strict_json_schema(schema), adapter


def checked_output(tool_name: str, output: Any, adapter: pydantic.TypeAdapter[Any]) -> Any:
    """What a tool returned, as its type.

    Raises:
        UserError: It is of another.
    """
    try:
        return adapter.validate_python(output)
    except pydantic.ValidationError as error:
        raise UserError(f"Tool {tool_name!r} returned what is not of its output_type: {error}") from error


def _is_object(schema: dict[str, Any]) -> bool:
    """Whether a schema is that of an object, perhaps by reference to a definition of its own."""
    found: Any = schema
    for _ in range(len(schema.get("$defs", ())) + 1):
        if not isinstance(found, dict) or "$ref" not in found:
            break
        found = schema.get("$defs", {}).get(str(found["$ref"]).rpartition("/")[2])
    return isinstance(found, dict) and found.get("type") in ("object", ["object"])
