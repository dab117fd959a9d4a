"""What the tools have in common that this process answers and that OpenAI's models are taught in a form of their own.

Above: ``shell_tool``, ``patch_tool`` and ``custom_tool``, and the run, which calls them like functions: the same hooks,
approvals, spans and limits. Below: ``native_calls``, which knows both forms of a call.
"""

from __future__ import annotations

import asyncio
import inspect
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias

from typing_extensions import NotRequired, TypedDict

from .awaiting import MaybeAwaitable, settled
from .docstrings import underlying_function
from .exceptions import ModelBehaviorError
from .native_calls import ToolAnswer, arguments_of
from .run_context import RunContextWrapper
from .tool_callers import ToolCaller
from .tool_context import ToolContext
from .tool_error_formatter import ToolErrorFormatterArgs, in_other_words
from .tool_invocation import default_tool_error_function, record_on_span

if TYPE_CHECKING:
    from .items import ToolApprovalItem


class OnApprovalResult(TypedDict):
    """What an ``on_approval`` function decides."""

    approve: bool
    """Whether the call is carried out."""
    reason: NotRequired[str]
    """What the model is told of a rejection."""


OnApproval: TypeAlias = "Callable[[RunContextWrapper[Any], ToolApprovalItem], MaybeAwaitable[OnApprovalResult]]"
"""Decides on a call in a human's place; what it leaves open is asked of a human."""


class LocalTool(ABC):
    """A tool that this process answers. A model that was not taught its own form is offered a function."""

    name: str
    call_type: ClassVar[str]
    """The kind of items by which models call it in its own form."""
    kind: ClassVar[Literal["shell", "apply_patch", "custom"]]
    """The kind of tool, for a ``tool_error_formatter``."""
    in_order: ClassVar[bool] = True
    """Whether calls of one turn wait for one another, as they act on the same machine."""
    strict_json_schema: ClassVar[bool] = True

    # What the run asks of any tool.

    namespace: ClassVar[None] = None
    tool_input_guardrails: ClassVar[tuple[()]] = ()
    tool_output_guardrails: ClassVar[tuple[()]] = ()

    @property
    def qualified_name(self) -> str:
        """The name, as people read it."""
        return self.name

    @property
    def hosted(self) -> bool:
        """Whether OpenAI carries its calls out, and this process only hears of them."""
        return False

    @property
    def call_name(self) -> str:
        """The name under which a model calls the function."""
        return self.name

    @property
    def allowed(self) -> dict[str, list[ToolCaller]]:
        """Who may call it, as OpenAI wants it told."""
        callers = getattr(self, "allowed_callers", None)
        return {"allowed_callers": list(callers)} if callers is not None else {}

    # What a model is told.

    @property
    @abstractmethod
    def told_description(self) -> str:
        """What the tool does, for a model that calls a function."""

    @property
    @abstractmethod
    def params_json_schema(self) -> dict[str, Any]:
        """The JSON schema of that function's arguments."""

    @abstractmethod
    def native_tool(self) -> dict[str, Any]:
        """The tool in its own form, as Responses wants it."""

    # What comes of a call.

    def arguments(self, call: Any) -> str:
        """The arguments of a call, as a human or a hook reads them."""
        return arguments_of(call)

    @abstractmethod
    def requested(self, context: ToolContext[Any]) -> Sequence[Any]:
        """What a call asks for, one after the other.

        Raises:
            ModelBehaviorError: Nobody can tell.
        """

    @abstractmethod
    async def carry_out(self, context: ToolContext[Any], requested: Sequence[Any]) -> ToolAnswer:
        """Do what is asked for. What this raises is told to the model."""

    def custom_data_of(self, context: ToolContext[Any], answer: ToolAnswer, raw_item: Mapping[str, Any]) -> Any:
        """What the ``custom_data_extractor`` says of a call; ``None`` without one."""
        return None

    async def asks(self, context: ToolContext[Any]) -> bool:
        """Whether a human has to approve a call; never one that cannot be carried out."""
        needed: Any = getattr(self, "needs_approval", False)
        if needed is False:
            return False
        try:
            requested = self.requested(context)
        except ModelBehaviorError:
            return False
        if needed is True:
            return True
        for each in requested:
            if await settled(needed(context, each, context.tool_call_id)):
                return True
        return False

    async def answer(self, context: ToolContext[Any]) -> ToolAnswer:
        """Carry out a call; an error becomes an answer that says so."""
        try:
            return await self.carry_out(context, self.requested(context))
        except Exception as error:  # noqa: BLE001 - the model is told
            record_on_span(context, self.name, error)
            return ToolAnswer(await told_of_error(self, context, error), failed=True)


async def told_of_error(tool: LocalTool, context: ToolContext[Any], error: Exception) -> str:
    """What the model is told of an error, as the run's ``tool_error_formatter`` puts it."""
    message = default_tool_error_function(context, error)
    formatter = getattr(context.run_config, "tool_error_formatter", None)
    args = ToolErrorFormatterArgs("tool_exception", tool.kind, tool.name, context.tool_call_id, message, context, error)
    return await in_other_words(formatter, args)


async def called(function: Callable[..., Any], *arguments: Any) -> Any:
    """What a user's function returns: a sync one runs in a thread, so that it holds up nobody."""
    if inspect.iscoroutinefunction(underlying_function(function)):
        return await function(*arguments)
    return await settled(await asyncio.to_thread(function, *arguments))


def arguments_as_object(context: ToolContext[Any]) -> dict[str, Any]:
    """The arguments of a call, which are a JSON object.

    Raises:
        ModelBehaviorError: They are none; the message is for the model.
    """
    try:
        found = json.loads(context.tool_arguments or "{}")
    except ValueError as error:
        raise ModelBehaviorError(f"The arguments of {context.tool_name!r} are no JSON: {error}.") from None
    if not isinstance(found, dict):
        raise ModelBehaviorError(f"The arguments of {context.tool_name!r} must be a JSON object, not {found!r}.")
    return found


def whole_number(arguments: Mapping[str, Any], name: str) -> int | None:
    """An argument that is a whole number, or absent.

    Raises:
        ModelBehaviorError: It is something else; the message is for the model.
    """
    value = arguments.get(name)
    if value is None or value == 0:
        return value if name == "max_output_length" else None
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value != int(value) or value < 0:
        raise ModelBehaviorError(f"{name} must be a whole number above 0, or null, not {value!r}.")
    return int(value)


def texts(arguments: Mapping[str, Any], name: str) -> list[str]:
    """An argument that is a list of texts, with one at least.

    Raises:
        ModelBehaviorError: It is something else; the message is for the model.
    """
    value = arguments.get(name)
    if not isinstance(value, list) or not value or not all(isinstance(each, str) for each in value):
        raise ModelBehaviorError(f"{name} must be a list of one text or more, not {value!r}.")
    return list(value)


def optional(schema: Mapping[str, Any], description: str) -> dict[str, Any]:
    """The schema of an argument that may be null."""
    return {"anyOf": [dict(schema), {"type": "null"}], "description": description}


def object_of(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of an object that has exactly these fields: strict models must name them all."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }
