"""The caller's own context in a stored run: how it is written, and how it comes back. Nothing is dropped in silence."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, is_dataclass
from typing import Any, TypeAlias

from .exceptions import UserError
from .logger import logger
from .run_state_schema import StoredContext

ContextSerializer: TypeAlias = Callable[[Any], Mapping[str, Any]]
"""Makes a mapping of a context."""
ContextDeserializer: TypeAlias = Callable[[Mapping[str, Any]], Any]
"""Makes a context of such a mapping."""


def encode_context(value: Any, serializer: ContextSerializer | None, strict: bool) -> dict[str, Any]:
    """A context as JSON data, and by which way it became that.

    Raises:
        UserError: ``strict``, and it is no mapping and there is no serializer; or the serializer failed.
    """
    kind = f"{type(value).__module__}.{type(value).__qualname__}"
    if value is None:
        return {"by": "none", "type": kind, "value": None}
    if serializer is not None:
        return {"by": "serializer", "type": kind, "value": _serialized(value, serializer)}
    if isinstance(value, Mapping):
        made = _as_json(dict(value))
        if made is None:
            raise UserError(
                "The context holds what JSON cannot: pass to_json a context_serializer that makes data of it."
            )
        return {"by": "mapping", "type": kind, "value": made}
    if strict:
        raise UserError(f"With strict_context, a context of type {kind} needs a context_serializer.")
    by = "model" if hasattr(value, "model_dump") else "dataclass"
    made = _as_json(_fields_of(value))
    if made is None:
        logger.warning(
            "A run state is stored without its context, a %s, which has no JSON form: the run needs it again to go on. "
            "Pass a context_serializer to store it.",
            kind,
        )
        return {"by": "omitted", "type": kind, "value": None}
    return {"by": by, "type": kind, "value": made}


def _serialized(value: Any, serializer: ContextSerializer) -> Any:
    try:
        made = serializer(value)
    except Exception as error:
        raise UserError(f"The context_serializer raised {type(error).__name__}: {error}") from error
    if not isinstance(made, Mapping) or (data := _as_json(dict(made))) is None:
        raise UserError("The context_serializer must return a mapping of JSON data.")
    return data


def _fields_of(value: Any) -> Any:
    """The data of an object, if it can be made: beside data it may hold clients and locks."""
    try:
        if hasattr(value, "model_dump"):
            return value.model_dump(mode="json")
        return asdict(value) if is_dataclass(value) and not isinstance(value, type) else None
    except Exception:  # noqa: BLE001 - whatever its parts raise: it has no such form
        return None


def _as_json(value: Any) -> Any:
    """The value, if JSON can hold it."""
    try:
        return json.loads(json.dumps(value, allow_nan=False))
    except (TypeError, ValueError):
        return None


def decode_context(
    data: StoredContext, deserializer: ContextDeserializer | None, strict: bool
) -> tuple[Any, str | None]:
    """The context, and the type of one that is missing.

    Raises:
        UserError: ``strict``, and the context's own type cannot be made; or the deserializer failed.
    """
    by, value, kind = data.by, data.value, data.type
    if by == "none":
        return None, None
    if deserializer is not None and by != "omitted":
        try:
            return deserializer(value), None
        except Exception as error:
            raise UserError(f"The context_deserializer raised {type(error).__name__}: {error}") from error
    if by == "mapping":
        return value, None
    if strict:
        raise UserError(
            f"With strict_context, a stored context of type {kind} needs a context_deserializer or override."
        )
    if by == "omitted":
        return None, kind
    logger.warning(
        "The context of a run state was a %s, and comes back as a dict. Pass a context_deserializer, or the context.",
        kind,
    )
    return value, None
