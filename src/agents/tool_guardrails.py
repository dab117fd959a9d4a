"""Checks on one call of a function tool: on its arguments before it runs, on its output after.

A declaration: a tool lists its guardrails, ``run_internal`` runs them and does as they answer.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, Union, overload

from typing_extensions import TypedDict

from .guardrail import call_guardrail, function_name
from .run_context import TContext

if TYPE_CHECKING:
    from .agent import Agent
    from .tool_context import ToolContext

__all__ = [
    "AllowBehavior",
    "RaiseExceptionBehavior",
    "RejectContentBehavior",
    "ToolGuardrailFunctionOutput",
    "ToolInputGuardrail",
    "ToolInputGuardrailData",
    "ToolInputGuardrailResult",
    "ToolOutputGuardrail",
    "ToolOutputGuardrailData",
    "ToolOutputGuardrailResult",
    "tool_input_guardrail",
    "tool_output_guardrail",
]


class AllowBehavior(TypedDict):
    """Go on as if there were no guardrail."""

    type: Literal["allow"]


class RejectContentBehavior(TypedDict):
    """Give the model this message instead of the tool's output, and go on."""

    type: Literal["reject_content"]
    message: str


class RaiseExceptionBehavior(TypedDict):
    """Stop the run."""

    type: Literal["raise_exception"]


def _allow() -> AllowBehavior | RejectContentBehavior | RaiseExceptionBehavior:
    return AllowBehavior(type="allow")


@dataclass
class ToolGuardrailFunctionOutput:
    """What a tool guardrail's function returns; by ``allow``, ``reject_content`` or ``raise_exception``."""

    output_info: Any
    """Whatever there is to say about the check; it is kept with the result."""
    behavior: AllowBehavior | RejectContentBehavior | RaiseExceptionBehavior = field(default_factory=_allow)
    """How the run goes on."""

    @classmethod
    def allow(cls, output_info: Any = None) -> ToolGuardrailFunctionOutput:
        """Go on as if there were no guardrail."""
        return cls(output_info)

    @classmethod
    def reject_content(cls, message: str, output_info: Any = None) -> ToolGuardrailFunctionOutput:
        """Give the model ``message`` instead of the tool's output, and go on."""
        return cls(output_info, RejectContentBehavior(type="reject_content", message=message))

    @classmethod
    def raise_exception(cls, output_info: Any = None) -> ToolGuardrailFunctionOutput:
        """Stop the run with an exception."""
        return cls(output_info, RaiseExceptionBehavior(type="raise_exception"))


@dataclass
class ToolInputGuardrailData:
    """What the function of a tool input guardrail receives."""

    context: ToolContext[Any]
    """The context of the call, with the tool's name and the arguments as the model wrote them."""
    agent: Agent[Any]
    """The agent that called the tool."""


@dataclass
class ToolOutputGuardrailData(ToolInputGuardrailData):
    """What the function of a tool output guardrail receives."""

    output: Any
    """What the tool returned."""


_InputFunction: TypeAlias = Callable[
    [ToolInputGuardrailData], Union[ToolGuardrailFunctionOutput, Awaitable[ToolGuardrailFunctionOutput]]
]
_OutputFunction: TypeAlias = Callable[
    [ToolOutputGuardrailData], Union[ToolGuardrailFunctionOutput, Awaitable[ToolGuardrailFunctionOutput]]
]


@dataclass
class ToolInputGuardrail(Generic[TContext]):
    """A check before a function tool runs. Most easily made with ``@tool_input_guardrail``."""

    guardrail_function: _InputFunction
    """Receives the call; answers how to go on."""
    name: str | None = None
    """The name to show in errors; by default the function's."""

    def get_name(self) -> str:
        """The name to show in errors."""
        return self.name or function_name(self.guardrail_function)

    async def run(self, data: ToolInputGuardrailData) -> ToolGuardrailFunctionOutput:
        """Check this call.

        Raises:
            UserError: The guardrail's function is none, or does not return a ``ToolGuardrailFunctionOutput``.
        """
        return await call_guardrail(self.guardrail_function, ToolGuardrailFunctionOutput, data)


@dataclass
class ToolOutputGuardrail(Generic[TContext]):
    """A check after a function tool has run. Most easily made with ``@tool_output_guardrail``."""

    guardrail_function: _OutputFunction
    """Receives the call and its output; answers how to go on."""
    name: str | None = None
    """The name to show in errors; by default the function's."""

    def get_name(self) -> str:
        """The name to show in errors."""
        return self.name or function_name(self.guardrail_function)

    async def run(self, data: ToolOutputGuardrailData) -> ToolGuardrailFunctionOutput:
        """Check this output.

        Raises:
            UserError: The guardrail's function is none, or does not return a ``ToolGuardrailFunctionOutput``.
        """
        return await call_guardrail(self.guardrail_function, ToolGuardrailFunctionOutput, data)


@dataclass
class ToolInputGuardrailResult:
    """The outcome of one tool input guardrail."""

    guardrail: ToolInputGuardrail[Any]
    """The guardrail that ran."""
    output: ToolGuardrailFunctionOutput
    """What its function returned."""


@dataclass
class ToolOutputGuardrailResult:
    """The outcome of one tool output guardrail."""

    guardrail: ToolOutputGuardrail[Any]
    """The guardrail that ran."""
    output: ToolGuardrailFunctionOutput
    """What its function returned."""


@overload
def tool_input_guardrail(func: _InputFunction) -> ToolInputGuardrail[Any]: ...


@overload
def tool_input_guardrail(*, name: str | None = None) -> Callable[[_InputFunction], ToolInputGuardrail[Any]]: ...


def tool_input_guardrail(
    func: _InputFunction | None = None, *, name: str | None = None
) -> ToolInputGuardrail[Any] | Callable[[_InputFunction], ToolInputGuardrail[Any]]:
    """Make a sync or async function a ``ToolInputGuardrail``; with or without arguments.

    Args:
        func: The function, which receives a ``ToolInputGuardrailData``.
        name: The name to show in errors; by default the function's.

    Example:
        ```python
        @tool_input_guardrail
        def no_home_directory(data: ToolInputGuardrailData) -> ToolGuardrailFunctionOutput:
            if "/home" in data.context.tool_arguments:
                return ToolGuardrailFunctionOutput.reject_content("Paths under /home are out of bounds.")
            return ToolGuardrailFunctionOutput.allow()
        ```
    """

    def decorate(function: _InputFunction) -> ToolInputGuardrail[Any]:
        return ToolInputGuardrail(function, name or function_name(function))

    return decorate if func is None else decorate(func)


@overload
def tool_output_guardrail(func: _OutputFunction) -> ToolOutputGuardrail[Any]: ...


@overload
def tool_output_guardrail(*, name: str | None = None) -> Callable[[_OutputFunction], ToolOutputGuardrail[Any]]: ...


def tool_output_guardrail(
    func: _OutputFunction | None = None, *, name: str | None = None
) -> ToolOutputGuardrail[Any] | Callable[[_OutputFunction], ToolOutputGuardrail[Any]]:
    """Make a sync or async function a ``ToolOutputGuardrail``; with or without arguments.

    Args:
        func: The function, which receives a ``ToolOutputGuardrailData``.
        name: The name to show in errors; by default the function's.
    """

    def decorate(function: _OutputFunction) -> ToolOutputGuardrail[Any]:
        return ToolOutputGuardrail(function, name or function_name(function))

    return decorate if func is None else decorate(func)
