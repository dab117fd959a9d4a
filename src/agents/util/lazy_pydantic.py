"""What we use of pydantic, loaded with its first use.

Importing pydantic would be a third of what ``from agents import Agent, Runner, function_tool`` costs; the first agent
or tool loads it. Modules write ``from .util import lazy_pydantic as pydantic`` and name ``pydantic.TypeAdapter`` where
they use one, as they do with ``agents.openai_types``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ._lazy import names_from

if TYPE_CHECKING:
    from pydantic import BaseModel as BaseModel
    from pydantic import ConfigDict as ConfigDict
    from pydantic import Field as Field
    from pydantic import PlainValidator as PlainValidator
    from pydantic import PydanticSchemaGenerationError as PydanticSchemaGenerationError
    from pydantic import PydanticUserError as PydanticUserError
    from pydantic import StrictBool as StrictBool
    from pydantic import StrictInt as StrictInt
    from pydantic import TypeAdapter as TypeAdapter
    from pydantic import ValidationError as ValidationError
    from pydantic import create_model as create_model
    from pydantic_core import ArgsKwargs as ArgsKwargs
    from pydantic_core import PydanticSerializationError as PydanticSerializationError
    from pydantic_core import core_schema as core_schema
    from pydantic_core import from_json as from_json
    from pydantic_core import to_json as to_json
    from pydantic_core import to_jsonable_python as to_jsonable_python

_HOME = {
    "ArgsKwargs": "pydantic_core",
    "BaseModel": "pydantic",
    "ConfigDict": "pydantic",
    "Field": "pydantic",
    "PlainValidator": "pydantic",
    "PydanticSchemaGenerationError": "pydantic",
    "PydanticSerializationError": "pydantic_core",
    "PydanticUserError": "pydantic",
    "StrictBool": "pydantic",
    "StrictInt": "pydantic",
    "TypeAdapter": "pydantic",
    "ValidationError": "pydantic",
    "core_schema": "pydantic_core",
    "create_model": "pydantic",
    "from_json": "pydantic_core",
    "to_json": "pydantic_core",
    "to_jsonable_python": "pydantic_core",
}

__getattr__ = names_from(_HOME, globals())
