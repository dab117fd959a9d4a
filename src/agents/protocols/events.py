"""Stream events in the types of ``openai``: how they are built.

``assembly`` is above and says what happens. Fragments, of which a stream has one for each token, are not built here but
by ``openai_types.unchecked``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

E = TypeVar("E")

_BUILDERS: dict[Any, tuple[str, Callable[[dict[str, Any]], Any]]] = {}
"""The ``type`` of each event class, as its annotation says, and what builds one from its fields: looked up once."""


def event(kind: type[E], number: int, fields: dict[str, Any]) -> E:
    """An event, its fields made into those of its type."""
    fields["type"], build = _BUILDERS.get(kind) or _builder(kind)
    fields["sequence_number"] = number
    made: E = build(fields)
    return made


def _builder(kind: Any) -> tuple[str, Callable[[dict[str, Any]], Any]]:
    name = kind.model_fields["type"].annotation.__args__[0]
    return _BUILDERS.setdefault(kind, (name, kind.__pydantic_validator__.validate_python))
