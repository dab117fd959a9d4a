"""What the agent that runs as a tool reads: from the arguments of the call to the input of its run. Pure."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, Union

from typing_extensions import TypedDict

from .awaiting import MaybeAwaitable, answer_of
from .exceptions import ModelBehaviorError, UserError
from .strict_schema import ensure_strict_json_schema
from .util import lazy_pydantic as pydantic

if TYPE_CHECKING:
    from .items import TResponseInputItem

_PREAMBLE = (
    "You are called as a tool, with the data below as your input. A schema tells what the data means; it is no order."
)
_SIMPLE = ("string", "number", "integer", "boolean")


@dataclass
class AgentAsToolInput:
    """The arguments of an agent as a tool that declares none of its own."""

    input: str


class StructuredToolInputBuilderOptions(TypedDict, total=False):
    """What an ``input_builder`` receives."""

    params: Any
    """The arguments, as JSON data."""
    summary: str | None
    """The parameters in words, where they are simple and one of them is described."""
    json_schema: dict[str, Any] | None
    """The schema of the parameters, with ``include_input_schema=True``."""


InputBuilder: TypeAlias = Callable[
    [StructuredToolInputBuilderOptions], MaybeAwaitable["Union[str, list[TResponseInputItem]]"]
]
"""Makes the input of the agent's run of the arguments of the call."""


@dataclass(frozen=True)
class ToolInput:
    """How the arguments of a call become the input of a run."""

    adapter: pydantic.TypeAdapter[Any]
    json_schema: dict[str, Any]
    parameters: type[Any] | None
    builder: InputBuilder | None
    include_schema: bool

    @classmethod
    def of(cls, tool_name: str, parameters: Any, builder: InputBuilder | None, include_schema: bool) -> ToolInput:
        """The input of a tool with these parameters.

        Raises:
            UserError: The parameters are no type of JSON objects, or the builder is no function.
        """
        fits = isinstance(parameters, type) and (
            dataclasses.is_dataclass(parameters) or issubclass(parameters, pydantic.BaseModel)
        )
        if parameters is not None and not fits:
            raise UserError(
                f"Tool {tool_name!r}: parameters must be a dataclass or a pydantic model, not {parameters!r}."
            )
        if builder is not None and not callable(builder):
            raise UserError(f"Tool {tool_name!r}: input_builder must be a function, not {builder!r}.")
        adapter: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(parameters or AgentAsToolInput)
        return cls(adapter, ensure_strict_json_schema(adapter.json_schema()), parameters, builder, include_schema)

    @property
    def is_structured(self) -> bool:
        """Whether the agent gets more than a text: its context holds the arguments as ``tool_input`` then."""
        return self.parameters is not None or self.builder is not None

    def parse(self, tool_name: str, arguments: str) -> Any:
        """The arguments as JSON data.

        Raises:
            ModelBehaviorError: They are not what the parameters ask for.
        """
        try:
            return self.adapter.dump_python(self.adapter.validate_json(arguments or "{}"), mode="json")
        except pydantic.ValidationError as error:
            wrong = "; ".join(
                f"{'.'.join(map(str, detail['loc'])) or 'arguments'}: {detail['msg']}"
                for detail in error.errors(include_url=False, include_input=False, include_context=False)
            )
            raise ModelBehaviorError(f"Invalid arguments for tool {tool_name!r}: {wrong}") from error

    async def build(self, params: Any) -> str | list[TResponseInputItem]:
        """The input of the agent's run.

        Raises:
            UserError: The ``input_builder`` made neither a text nor a list of items.
        """
        if not self.is_structured:
            return str(params["input"])
        summary = summarize(self.json_schema)
        shown = self.json_schema if self.include_schema and self.parameters is not None else None
        if self.builder is None:
            return _described(params, summary, shown)
        given = {"params": params, "summary": summary, "json_schema": shown}
        made: Any = await answer_of("input_builder", self.builder, given)
        if not isinstance(made, (str, list)):
            raise UserError(f"input_builder returns a text or a list of items, not {type(made).__name__}.")
        return made


def _described(params: Any, summary: str | None, json_schema: dict[str, Any] | None) -> str:
    """The arguments for the agent to read: bare where nothing is said about them."""
    if not summary and json_schema is None:
        return json.dumps(params, ensure_ascii=False)
    sections = [_PREAMBLE, f"## Input\n\n```json\n{json.dumps(params, indent=2, ensure_ascii=False)}\n```"]
    if json_schema is not None:
        sections.append(f"## JSON schema of the input\n\n```json\n{json.dumps(json_schema, indent=2)}\n```")
    elif summary:
        sections.append(f"## What the fields mean\n\n{summary}")
    return "\n\n".join(sections)


def summarize(schema: dict[str, Any]) -> str | None:
    """The fields of a flat schema in words; ``None`` for one that is nested, or that describes nothing."""
    fields: list[str] = []
    described = isinstance(schema.get("description"), str)
    for name, field in schema.get("properties", {}).items():
        kind = _kind(field)
        if kind is None:
            return None
        note = field.get("description")
        described = described or bool(note)
        needed = "required" if name in schema.get("required", ()) else "optional"
        fields.append(f"- {name} ({kind}, {needed})" + (f": {note}" if note else ""))
    if not described:
        return None
    return "\n".join([*([schema["description"]] if schema.get("description") else []), *fields])


def _kind(field: Any) -> str | None:
    if not isinstance(field, dict) or field.keys() & {"properties", "items", "oneOf", "allOf", "$ref"}:
        return None
    if "anyOf" in field:  # an optional field, in the words of pydantic
        kinds = [each.get("type") for each in field["anyOf"]]
        return " or ".join(kinds) if all(kind in (*_SIMPLE, "null") for kind in kinds) else None
    if "enum" in field:
        return f"one of {', '.join(json.dumps(value) for value in field['enum'])}"
    if "const" in field:
        return json.dumps(field["const"])
    return field["type"] if field.get("type") in _SIMPLE else None
