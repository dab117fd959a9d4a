"""Dataclasses whose values pydantic checks, which loads with their first object: the class itself stays cheap."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, TypeVar

from . import lazy_pydantic as pydantic

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

T = TypeVar("T")


def checked(cls: type[T]) -> type[T]:
    """Refuse wrong names and values where an object of a dataclass is made, as its annotations say.

    The check raises ``pydantic.ValidationError``. Pydantic's own dataclasses do the same, but load it with the class.
    """
    kind: Any = cls
    kind.__pydantic_config__ = {"extra": "forbid"}  # where pydantic looks for it on a dataclass of Python's own

    @cache
    def validator() -> Any:
        return pydantic.TypeAdapter(cls).validator

    @wraps(kind.__init__)
    def fill(self: T, *args: Any, **kwargs: Any) -> None:
        validator().validate_python(pydantic.ArgsKwargs(args, kwargs), self_instance=self)

    kind.__init__ = fill
    return cls


class CheckedBy:
    """In ``Annotated``: the value becomes what a function makes of it, which raises ``ValueError`` on a wrong one."""

    def __init__(self, check: Callable[[Any], Any]) -> None:
        self.check = check

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> CoreSchema:
        return pydantic.PlainValidator(self.check).__get_pydantic_core_schema__(source, handler)
