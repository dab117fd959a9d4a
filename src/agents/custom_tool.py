"""``CustomTool``: a tool whose input is one free text, such as code or a query, perhaps held to a grammar."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias, Union

from .awaiting import MaybeAwaitable
from .exceptions import ModelBehaviorError
from .local_tool import LocalTool, OnApproval, OnApprovalResult, called, object_of
from .native_calls import ToolAnswer, arguments_of, field_of
from .run_context import RunContextWrapper
from .tool_callers import ToolCaller, checked_callers
from .tool_context import ToolContext
from .tool_output import tool_output_to_input

if TYPE_CHECKING:
    from openai.types.responses import CustomToolParam

CustomToolExecutor: TypeAlias = Callable[[ToolContext[Any], str], MaybeAwaitable[Any]]
"""Runs one call, of its context and its input. The model is told what it returns; a sync one runs in a thread."""
CustomToolApprovalFunction: TypeAlias = Callable[[RunContextWrapper[Any], str, str], MaybeAwaitable[bool]]
"""Whether a human has to approve a call, of context, input and call id."""
CustomToolOnApprovalFunctionResult = OnApprovalResult
CustomToolOnApprovalFunction: TypeAlias = OnApproval


@dataclass(frozen=True)
class CustomToolCustomDataContext:
    """What a ``custom_data_extractor`` of a ``CustomTool`` may know."""

    tool_context: ToolContext[Any]
    """The context of the call."""
    tool: CustomTool
    input: str
    """What the model gave."""
    output: str
    """What the model is told."""
    raw_item: Mapping[str, Any]
    """The item that tells the model."""


CustomToolCustomDataExtractor: TypeAlias = Callable[
    [CustomToolCustomDataContext], MaybeAwaitable[Union[Mapping[str, Any], None]]
]


@dataclass
class CustomTool(LocalTool):
    """A tool that takes one text, as the model writes it.

    Models of OpenAI's that were taught such tools write the text itself, held to the grammar while they write; all
    others call a function of one argument, ``input``, and are told the grammar.
    """

    name: str
    """The name that the model calls."""
    description: str
    """What the tool does, for the model."""
    on_invoke_tool: CustomToolExecutor
    """Runs one call. What it raises is told to the model."""
    format: object | None = None
    """What the input must be, any text by default. In OpenAI's form: ``{"type": "grammar", "syntax": "lark" or "regex",
    "definition": ...}``."""
    needs_approval: bool | CustomToolApprovalFunction = False
    """Whether a human has to approve a call before it runs."""
    on_approval: CustomToolOnApprovalFunction | None = None
    """Decides in the human's place, at once."""
    defer_loading: bool = False
    """Whether the model need not see the tool before it looks for it. A model without a search for tools sees it at
    once."""
    custom_data_extractor: CustomToolCustomDataExtractor | None = field(default=None, kw_only=True)
    """Notes JSON data on the item of an output, for the application: no model is told of it."""
    allowed_callers: list[ToolCaller] | None = field(default=None, kw_only=True)
    """Who may call it, on OpenAI's models: the model, or a program that it writes."""
    tool_config: CustomToolParam = field(init=False, repr=False)
    """The tool in its own form, as Responses wants it."""

    call_type: ClassVar[str] = "custom_tool_call"
    kind: ClassVar[Literal["custom"]] = "custom"
    in_order: ClassVar[bool] = False

    def __post_init__(self) -> None:
        self.allowed_callers = checked_callers(self.allowed_callers, self.name)
        config: Any = {"type": "custom", "name": self.name, "description": self.description, **self.allowed}
        if self.format is not None:
            config["format"] = self.format
        if self.defer_loading:
            config["defer_loading"] = True
        self.tool_config = config

    @property
    def type(self) -> str:
        """What the tool is called in OpenAI's API."""
        return "custom"

    def runtime_needs_approval(self) -> bool | CustomToolApprovalFunction:
        """Whether a human has to approve a call."""
        return self.needs_approval

    def runtime_on_approval(self) -> CustomToolOnApprovalFunction | None:
        """What decides in the human's place."""
        return self.on_approval

    @property
    def told_description(self) -> str:
        """What the tool does and what its input must be, for a model that calls a function."""
        grammar: Any = self.format
        if not isinstance(grammar, Mapping) or grammar.get("type") != "grammar":
            return self.description
        syntax = {"lark": "Lark grammar", "regex": "regular expression"}.get(grammar.get("syntax", ""), "grammar")
        return f"{self.description}\nThe input must be as this {syntax} says:\n{grammar.get('definition')}"

    @property
    def params_json_schema(self) -> dict[str, Any]:
        """The JSON schema of that function's arguments."""
        return object_of({"input": {"type": "string", "description": "The input, as plain text."}})

    def native_tool(self) -> dict[str, Any]:
        """The tool in its own form, as Responses wants it."""
        return dict(self.tool_config)

    def arguments(self, call: Any) -> str:
        """The input itself, whichever way the model called; arguments that hold none are shown as they are."""
        if field_of(call, "type") == self.call_type:
            return str(field_of(call, "input") or "")
        found = _input_in(arguments_of(call))
        return arguments_of(call) if found is None else found

    def requested(self, context: ToolContext[Any]) -> Sequence[str]:
        """The input."""
        call = context.tool_call
        if field_of(call, "type") == "function_call" and _input_in(arguments_of(call)) is None:
            raise ModelBehaviorError(f'The arguments of {self.name!r} must be {{"input": "..."}}, with one text.')
        return [context.tool_arguments]

    async def carry_out(self, context: ToolContext[Any], requested: Sequence[str]) -> ToolAnswer:
        """Have the tool's function run."""
        output = await called(self.on_invoke_tool, context, requested[0])
        told: Any = tool_output_to_input(output)
        if isinstance(told, str):
            return ToolAnswer(told)
        return ToolAnswer("".join(str(part.get("text") or "") for part in told) or str(output), parts=told)

    def custom_data_of(self, context: ToolContext[Any], answer: ToolAnswer, raw_item: Mapping[str, Any]) -> Any:
        """What the ``custom_data_extractor`` says of a call; ``None`` without one."""
        if self.custom_data_extractor is None:
            return None
        noted = CustomToolCustomDataContext(context, self, context.tool_arguments, answer.text, raw_item)
        return self.custom_data_extractor(noted)


def _input_in(arguments: str) -> str | None:
    """The input in the arguments of a function call; ``None`` where there is none."""
    try:
        given = json.loads(arguments)
    except ValueError:
        return None
    found = given.get("input") if isinstance(given, dict) else None
    return found if isinstance(found, str) else None
