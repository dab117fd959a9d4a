"""What an agent's final output must be: a JSON schema for the model, and validation of what it writes.

Agents and the run loop are above; ``strict_schema`` is below.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, get_args, get_origin

from typing_extensions import TypedDict

from .exceptions import ModelBehaviorError, UserError
from .strict_schema import ensure_strict_json_schema, resolve_ref
from .tracing import get_current_span
from .util import lazy_pydantic as pydantic

_WRAPPER = "response"
"""The key under which a value that is no JSON object travels, as models can only be held to objects."""
_SHOWN_OUTPUT = 2000
"""How much of an invalid output an error repeats."""


class AgentOutputSchemaBase(ABC):
    """What an agent's output must be. Subclass it for a schema or a validation of your own."""

    @abstractmethod
    def is_plain_text(self) -> bool:
        """Whether the output is text, without a schema."""

    @abstractmethod
    def name(self) -> str:
        """The name of the output type."""

    @abstractmethod
    def json_schema(self) -> dict[str, Any]:
        """The JSON schema for the model. Asked for only when the output is not plain text."""

    @abstractmethod
    def is_strict_json_schema(self) -> bool:
        """Whether the schema is strict, so that models can be held to it while they write."""

    @abstractmethod
    def validate_json(self, json_str: str) -> Any:
        """The output from the JSON text that the model wrote.

        Raises:
            ModelBehaviorError: The text is not valid.
        """


@dataclass(init=False)
class AgentOutputSchema(AgentOutputSchemaBase):
    """An output of a Python type: a pydantic model, dataclass, TypedDict, list, union, number, ..."""

    output_type: type[Any]
    """The type of the output."""

    def __init__(self, output_type: type[Any], strict_json_schema: bool = True) -> None:
        """Take a type as the output.

        Args:
            output_type: The type; ``None`` and ``str`` mean plain text.
            strict_json_schema: Whether the schema is made strict, so that models can be held to it.

        Raises:
            UserError: The type has no JSON schema, or none that can be strict.
        """
        self.output_type = output_type
        self._strict = strict_json_schema
        self._wrapped = False
        try:
            self._adapter: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(output_type)
            schema = self._adapter.json_schema()
            if not self.is_plain_text() and not (_is_mapping(output_type) and _is_object(schema)):
                wrapper = TypedDict("OutputType", {_WRAPPER: output_type})  # type: ignore[misc]
                self._wrapped, self._adapter = True, pydantic.TypeAdapter(wrapper)
                schema = self._adapter.json_schema()
        except pydantic.PydanticUserError as error:
            raise UserError(f"No JSON schema describes the output type {self.name()}: {error.message}") from error
        if strict_json_schema and not self.is_plain_text():
            try:
                schema = ensure_strict_json_schema(schema)
            except UserError as error:
                raise UserError(
                    f"The output type {self.name()}: {error.message} "
                    f"For the latter: output_type=AgentOutputSchema({self.name()}, strict_json_schema=False)."
                ) from None
        self._schema = schema

    def is_plain_text(self) -> bool:
        """Whether the output is text, without a schema."""
        return self.output_type is None or self.output_type is str

    def is_strict_json_schema(self) -> bool:
        """Whether the schema is strict."""
        return self._strict

    def json_schema(self) -> dict[str, Any]:
        """The JSON schema for the model.

        Raises:
            UserError: The output is plain text, which has none.
        """
        if self.is_plain_text():
            raise UserError("An output of plain text has no JSON schema.")
        return self._schema

    def validate_json(self, json_str: str) -> Any:
        """The output from the JSON text that the model wrote.

        Raises:
            ModelBehaviorError: The text is not JSON or not of this type; the message says where.
        """
        try:
            value = self._adapter.validate_json(json_str)
        except pydantic.ValidationError as error:
            message = f"The output is not a valid {self.name()}: {_problems(error)}. "
            span = get_current_span()
            if span is not None:
                span.set_error({"message": "Invalid JSON", "data": {"output_type": self.name()}})
            raise ModelBehaviorError(message + f"Received: {_shortened(json_str)}") from error
        return value[_WRAPPER] if self._wrapped else value

    def validate_python(self, value: Any) -> Any:
        """The output from an object of the type, or from data that makes one.

        Raises:
            ModelBehaviorError: It is neither; the message says where.
        """
        if self.is_plain_text():
            return value
        try:
            value = self._adapter.validate_python({_WRAPPER: value} if self._wrapped else value)
        except pydantic.ValidationError as error:
            raise ModelBehaviorError(f"It is not a valid {self.name()}: {_problems(error)}.") from error
        return value[_WRAPPER] if self._wrapped else value

    def dump_json(self, value: Any) -> str:
        """An output as the JSON text that :meth:`validate_json` reads."""
        return self._adapter.dump_json({_WRAPPER: value} if self._wrapped else value).decode()

    def name(self) -> str:
        """The name of the output type, such as ``Weather`` or ``list[Weather]``."""
        return _type_name(self.output_type)


@lru_cache(maxsize=256)
def _schema_of_type(output_type: Any) -> AgentOutputSchema:
    return AgentOutputSchema(output_type)


def _is_hashable(output_type: object) -> bool:
    """Whether a type can be a key; one with a list or a dict in its ``Annotated`` cannot."""
    try:
        hash(output_type)
    except TypeError:
        return False
    return True


def output_schema_of(output_type: type[Any] | AgentOutputSchemaBase | None) -> AgentOutputSchemaBase | None:
    """The schema that an agent's ``output_type`` stands for; ``None`` for plain text.

    A type is read once, however many agents and runs use it.
    """
    if output_type is None or output_type is str:
        return None
    if isinstance(output_type, AgentOutputSchemaBase):
        return output_type
    key: Any = output_type
    return _schema_of_type(key) if _is_hashable(key) else AgentOutputSchema(output_type)


def _is_mapping(output_type: Any) -> bool:
    """Whether values of this type are sent as they stand: pydantic models, TypedDicts and dicts."""
    base = get_origin(output_type) or output_type
    return isinstance(base, type) and issubclass(base, (pydantic.BaseModel, dict))


def _is_object(schema: dict[str, Any]) -> bool:
    target = resolve_ref(root=schema, ref=schema["$ref"]) if "$ref" in schema else schema
    return isinstance(target, dict) and target.get("type") == "object"


def _problems(error: pydantic.ValidationError) -> str:
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, p['loc'])) or 'the whole'}: {p['msg']}" for p in found)


def _shortened(text: str) -> str:
    return text if len(text) <= _SHOWN_OUTPUT else f"{text[:_SHOWN_OUTPUT]}... ({len(text)} characters)"


def _type_name(output_type: Any) -> str:
    args = get_args(output_type)
    if get_origin(output_type) is Literal:
        return f"Literal[{', '.join(map(repr, args))}]"
    if not args:
        return str(getattr(output_type, "__name__", output_type))
    origin = get_origin(output_type)
    name = getattr(origin, "__name__", str(origin).removeprefix("typing."))
    return f"{'Union' if name == 'UnionType' else name}[{', '.join(map(_type_name, args))}]"
