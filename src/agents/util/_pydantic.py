"""What pydantic is told of our classes, for models and endpoints of users that hold them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import lazy_pydantic as pydantic

if TYPE_CHECKING:
    from pydantic_core import CoreSchema


class TakenAsItIs:
    """Within a pydantic model, an object of this class is neither checked inside nor copied."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> CoreSchema:
        return pydantic.core_schema.is_instance_schema(cls)


def schema_of_fields(source: Any, handler: Any, **types: Any) -> CoreSchema:
    """The schema of a dataclass, whose annotations name types that are loaded only now."""
    vars(sys.modules[source.__module__]).update(types)
    schema: CoreSchema = handler(source)
    return schema


def schema_of_stored(
    cls: type[Any], stored: CoreSchema, load: Callable[[Any], Any], dump: Callable[[Any], Any]
) -> CoreSchema:
    """The schema of a class whose objects are taken as they are, and made of what was stored of one."""
    return pydantic.core_schema.union_schema(
        [
            pydantic.core_schema.is_instance_schema(cls),
            pydantic.core_schema.no_info_after_validator_function(load, stored),
        ],
        serialization=pydantic.core_schema.plain_serializer_function_ser_schema(dump, return_schema=stored),
    )
