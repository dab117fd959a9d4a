"""Output items as ``openai``'s objects, also where a service says what these do not foresee.

Vocabulary: the Responses codec makes items of bytes with it, stored runs and scripted models of dicts. What an item's
type does not allow, such as a status that is newer than the installed ``openai``, is built without validation, as that
client itself does.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, get_args

from . import openai_types as oai
from .util import lazy_pydantic as pydantic

_FREQUENT = {
    "message": "ResponseOutputMessage",
    "reasoning": "ResponseReasoningItem",
    "function_call": "ResponseFunctionToolCall",
}
"""The classes of the most frequent items; to know all others takes long."""


def build(kind: Any, fields: Mapping[str, Any]) -> Any:
    """An object of the kind, validated if it can be."""
    try:
        return kind(**fields)
    except pydantic.ValidationError:
        return _construct(kind, fields)


def members_by_type(annotated: Any) -> dict[str, Any]:
    """The members of an annotated union, by their type."""
    members = get_args(get_args(annotated)[0])
    return {name: member for member in members for name in get_args(member.model_fields["type"].annotation)}


@cache
def item_types() -> dict[str, Any]:
    """The kinds of output items by their type."""
    return members_by_type(oai.ResponseOutputItem)


def kind_of(fields: Mapping[str, Any]) -> Any:
    """The kind that an item of these fields is of.

    Raises:
        ValueError: They have no type.
    """
    name = fields.get("type")
    if not isinstance(name, str):
        raise ValueError(f"an output item needs a type, not {name!r}")
    frequent = _FREQUENT.get(name)
    return getattr(oai, frequent) if frequent is not None else item_types().get(name, oai.OtherItem)


def read_item(fields: Mapping[str, Any]) -> Any:
    """The item that was stored as these fields. It may have values that are newer than its kind.

    Raises:
        ValueError: There never was such an item.
    """
    kind = kind_of(fields)
    try:
        return kind.model_validate(dict(fields))
    except pydantic.ValidationError as error:
        if any(each["type"] not in ("literal_error", "union_tag_invalid") for each in error.errors()):
            raise
        return _construct(kind, fields)


def _construct(kind: Any, fields: Mapping[str, Any]) -> Any:
    return kind.construct(**{name: value for name, value in fields.items() if not name.startswith("_")})
