"""What pydantic is told of our classes, for models and endpoints of users that hold them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from pydantic_core import core_schema


class TakenAsItIs:
    """Within a pydantic model, an object of this class is neither checked inside nor copied."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        return core_schema.is_instance_schema(cls)


def schema_of_fields(source: Any, handler: Any, **types: Any) -> core_schema.CoreSchema:
    """The schema of a dataclass, whose annotations name types that are loaded only now."""
    vars(sys.modules[source.__module__]).update(types)
    schema: core_schema.CoreSchema = handler(source)
    return schema


def schema_of_stored(
    cls: type[Any], stored: core_schema.CoreSchema, load: Callable[[Any], Any], dump: Callable[[Any], Any]
) -> core_schema.CoreSchema:
    """The schema of a class whose objects are taken as they are, and made of what was stored of one."""
    return core_schema.union_schema(
        [core_schema.is_instance_schema(cls), core_schema.no_info_after_validator_function(load, stored)],
        serialization=core_schema.plain_serializer_function_ser_schema(dump, return_schema=stored),
    )
