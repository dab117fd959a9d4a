"""Run items and model responses as JSON data, and back: one tagged form for all of them. Pure.

``run_state_codec`` is above. An item is ``{"type": ..., "agent": name, "raw_item": ..., and its own fields}``; a raw
item says whether it was a dict or an object of the ``openai`` types.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from functools import partial
from typing import Any, cast, get_args

import msgspec

from .agent_references import agent_fields
from .exceptions import UserError
from .items import ModelResponse, RunItem
from .output_items import read_item
from .tool_origin import ToolOrigin
from .usage import Usage, deserialize_usage, serialize_usage
from .util import lazy_pydantic as pydantic

NameOf = Callable[[Any], str]
AgentOf = Callable[[str], Any]

_KINDS: dict[str, type[Any]] = {cls.type: cls for cls in get_args(RunItem)}

_READERS: dict[str, Callable[[Any], Any]] = {
    "_allow_bare_name_alias": partial(msgspec.convert, type=bool),
    "_resolved_tool_name": partial(msgspec.convert, type=str | None),
    "call_path": partial(msgspec.convert, type=tuple[str, ...]),
    "tool_lookup_key": partial(msgspec.convert, type=tuple[str, ...] | None),
    "tool_name": partial(msgspec.convert, type=str | None),
    "tool_namespace": partial(msgspec.convert, type=str | None),
    "tool_origin": ToolOrigin.from_json_dict,
}
"""How the fields are read that are more than JSON data, or that much hangs on."""


def plain(value: Any) -> Any:
    """Any value as JSON data; what has no such form becomes its text."""
    try:
        return pydantic.from_json(
            pydantic.to_json(value, bytes_mode="base64", inf_nan_mode="strings", fallback=str, serialize_unknown=True)
        )
    except pydantic.PydanticSerializationError:
        # Half a surrogate pair, as in names of files that are no UTF-8: JSON can hold it.
        return pydantic.to_jsonable_python(value, bytes_mode="base64", fallback=str, serialize_unknown=True)


def encode_raw(raw: Any) -> dict[str, Any]:
    """A Responses item, be it a dict or an object."""
    if isinstance(raw, Mapping):
        return {"dict": plain(raw)}
    return {"object": plain(raw.model_dump(mode="python", exclude_unset=True))}


def decode_raw(data: Mapping[str, Any]) -> Any:
    """The Responses item that ``encode_raw`` wrote.

    Raises:
        ValueError: It is none.
    """
    if "dict" in data:
        return dict(data["dict"])
    return read_item(data["object"])


def encode_item(item: RunItem, name_of: NameOf) -> dict[str, Any]:
    """A run item, whose agents go by their names."""
    agents = agent_fields(type(item))
    data: dict[str, Any] = {"type": item.type}
    for each in fields(item):
        if each.name in agents:
            data[each.name] = name_of(getattr(item, each.name))
        elif each.name == "raw_item":
            data["raw_item"] = encode_raw(item.raw_item)
        elif each.name != "type":
            data[each.name] = plain(getattr(item, each.name))
    return data


def decode_item(data: Mapping[str, Any], agent_of: AgentOf) -> RunItem:
    """The run item that ``encode_item`` wrote. Fields that it does not know have their defaults.

    Raises:
        UserError: It is of a kind that this version does not know, or names an agent that is not there.
        ValueError: It is none.
    """
    cls = _KINDS.get(data["type"])
    if cls is None:
        raise UserError(f"An item of kind {data['type']!r}, which this version does not know.")
    agents = agent_fields(cls)
    values: dict[str, Any] = {}
    for each in fields(cls):
        if each.name == "type" or each.name not in data:
            continue
        value = data[each.name]
        if each.name in agents:
            value = agent_of(value)
        elif each.name == "raw_item":
            value = decode_raw(value)
        elif each.name in _READERS:
            value = _READERS[each.name](value)
        values[each.name] = value
    return cast(RunItem, cls(**values))


def decode_usage(data: Any) -> Usage:
    """The usage that ``serialize_usage`` wrote.

    Raises:
        ValueError: It is none.
    """
    for counts in (data, *data["request_usage_entries"]):
        numbers = {
            name: value for name, value in counts.items() if name not in ("request_usage_entries", "provider", "model")
        }
        msgspec.convert(numbers, dict[str, int | dict[str, int]])
    return deserialize_usage(data)


def encode_response(response: ModelResponse) -> dict[str, Any]:
    """An answer of a model."""
    return {
        "output": [encode_raw(item) for item in response.output],
        "usage": serialize_usage(response.usage),
        "response_id": response.response_id,
        "request_id": response.request_id,
        "raw_usage": plain(response.raw_usage),
    }


def decode_response(data: Mapping[str, Any]) -> ModelResponse:
    """The answer that ``encode_response`` wrote."""
    return ModelResponse(
        output=[decode_raw(item) for item in data["output"]],
        usage=decode_usage(data["usage"]),
        response_id=data["response_id"],
        request_id=data.get("request_id"),
        raw_usage=data.get("raw_usage"),
    )
