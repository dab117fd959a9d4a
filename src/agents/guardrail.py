"""Checks on what goes into a run and on what comes out of it.

A declaration: an agent or a run configuration lists guardrails, ``run_internal`` runs them and stops the run
where a tripwire is triggered.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar, Union, overload

from .awaiting import answer_of
from .exceptions import UserError
from .run_context import RunContextWrapper, TContext

if TYPE_CHECKING:
    from .agent import Agent
    from .items import TResponseInputItem

__all__ = [
    "GuardrailFunctionOutput",
    "InputGuardrail",
    "InputGuardrailResult",
    "OutputGuardrail",
    "OutputGuardrailResult",
    "input_guardrail",
    "output_guardrail",
]

T = TypeVar("T")


@dataclass
class GuardrailFunctionOutput:
    """What a guardrail function returns."""

    output_info: Any
    """Whatever there is to say about the check; it is kept with the result."""
    tripwire_triggered: bool
    """Whether to stop the run."""


@dataclass
class InputGuardrailResult:
    """The outcome of one input guardrail."""

    guardrail: InputGuardrail[Any]
    """The guardrail that ran."""
    output: GuardrailFunctionOutput
    """What its function returned."""


@dataclass
class OutputGuardrailResult:
    """The outcome of one output guardrail."""

    guardrail: OutputGuardrail[Any]
    """The guardrail that ran."""
    agent_output: Any
    """The output that it checked."""
    agent: Agent[Any]
    """The agent whose output that is."""
    output: GuardrailFunctionOutput
    """What its function returned."""


_InputFunction: TypeAlias = Callable[
    [RunContextWrapper[TContext], "Agent[Any]", "Union[str, list[TResponseInputItem]]"],
    Union[GuardrailFunctionOutput, Awaitable[GuardrailFunctionOutput]],
]
_OutputFunction: TypeAlias = Callable[
    [RunContextWrapper[TContext], "Agent[Any]", Any],
    Union[GuardrailFunctionOutput, Awaitable[GuardrailFunctionOutput]],
]


def function_name(function: object) -> str:
    """A name for a function, a partial or any other callable."""
    name: str = getattr(function, "__name__", type(function).__name__)
    return name


async def call_guardrail(function: object, returns: type[T], *arguments: object) -> T:
    """What a guardrail's function answers, sync or async.

    Raises:
        UserError: It cannot be called, or answers something else than ``returns``.
    """
    if not callable(function):
        raise UserError(f"A guardrail needs a function, not {function!r}.")
    name = function_name(function)
    answer = await answer_of(f"guardrail function {name!r}", function, *arguments)
    if not isinstance(answer, returns):
        raise UserError(f"Guardrail function {name!r} must return {returns.__name__}, not {type(answer).__name__}.")
    return answer


@dataclass
class InputGuardrail(Generic[TContext]):
    """A check on the input of a run: of its first agent only, before or while the agent works.

    Most easily made with ``@input_guardrail``.
    """

    guardrail_function: _InputFunction[TContext]
    """Receives the context, the agent and the input."""
    name: str | None = None
    """The name to show in traces and errors; by default the function's."""
    run_in_parallel: bool = True
    """Whether the agent starts at once, or only after this check has passed, so that no tokens are lost."""

    def get_name(self) -> str:
        """The name to show in traces and errors."""
        return self.name or function_name(self.guardrail_function)

    async def run(
        self, agent: Agent[Any], input: str | list[TResponseInputItem], context: RunContextWrapper[TContext]
    ) -> InputGuardrailResult:
        """Check this input.

        Raises:
            UserError: The guardrail's function is none, or does not return a ``GuardrailFunctionOutput``.
        """
        output = await call_guardrail(self.guardrail_function, GuardrailFunctionOutput, context, agent, input)
        return InputGuardrailResult(guardrail=self, output=output)


@dataclass
class OutputGuardrail(Generic[TContext]):
    """A check on the final output of a run. Most easily made with ``@output_guardrail``."""

    guardrail_function: _OutputFunction[TContext]
    """Receives the context, the agent and its output."""
    name: str | None = None
    """The name to show in traces and errors; by default the function's."""

    def get_name(self) -> str:
        """The name to show in traces and errors."""
        return self.name or function_name(self.guardrail_function)

    async def run(
        self, context: RunContextWrapper[TContext], agent: Agent[Any], agent_output: Any
    ) -> OutputGuardrailResult:
        """Check this output.

        Raises:
            UserError: The guardrail's function is none, or does not return a ``GuardrailFunctionOutput``.
        """
        output = await call_guardrail(self.guardrail_function, GuardrailFunctionOutput, context, agent, agent_output)
        return OutputGuardrailResult(guardrail=self, agent_output=agent_output, agent=agent, output=output)


@overload
def input_guardrail(func: _InputFunction[TContext]) -> InputGuardrail[TContext]: ...


@overload
def input_guardrail(
    *, name: str | None = None, run_in_parallel: bool = True
) -> Callable[[_InputFunction[TContext]], InputGuardrail[TContext]]: ...


def input_guardrail(
    func: _InputFunction[TContext] | None = None, *, name: str | None = None, run_in_parallel: bool = True
) -> InputGuardrail[TContext] | Callable[[_InputFunction[TContext]], InputGuardrail[TContext]]:
    """Make a sync or async function an ``InputGuardrail``; with or without arguments.

    Args:
        func: The function, which receives the context, the agent and the input.
        name: The name to show in traces and errors; by default the function's.
        run_in_parallel: Whether the agent starts at once, or only after the check has passed.

    Example:
        ```python
        @input_guardrail(run_in_parallel=False)
        async def is_polite(context, agent, input):
            return GuardrailFunctionOutput(output_info=None, tripwire_triggered="idiot" in str(input))
        ```
    """

    def decorate(function: _InputFunction[TContext]) -> InputGuardrail[TContext]:
        return InputGuardrail(function, name or function_name(function), run_in_parallel)

    return decorate if func is None else decorate(func)


@overload
def output_guardrail(func: _OutputFunction[TContext]) -> OutputGuardrail[TContext]: ...


@overload
def output_guardrail(
    *, name: str | None = None
) -> Callable[[_OutputFunction[TContext]], OutputGuardrail[TContext]]: ...


def output_guardrail(
    func: _OutputFunction[TContext] | None = None, *, name: str | None = None
) -> OutputGuardrail[TContext] | Callable[[_OutputFunction[TContext]], OutputGuardrail[TContext]]:
    """Make a sync or async function an ``OutputGuardrail``; with or without arguments.

    Args:
        func: The function, which receives the context, the agent and its output.
        name: The name to show in traces and errors; by default the function's.
    """

    def decorate(function: _OutputFunction[TContext]) -> OutputGuardrail[TContext]:
        return OutputGuardrail(function, name or function_name(function))

    return decorate if func is None else decorate(func)
