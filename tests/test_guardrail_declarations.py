"""Guardrails and hooks as a user writes them down; the run that obeys them is tested elsewhere."""

from __future__ import annotations

import inspect
from functools import partial
from typing import Any

import pytest

from agents.exceptions import UserError
from agents.guardrail import (
    GuardrailFunctionOutput,
    InputGuardrail,
    InputGuardrailResult,
    OutputGuardrail,
    OutputGuardrailResult,
    input_guardrail,
    output_guardrail,
)
from agents.lifecycle import AgentHooks, AgentHooksBase, RunHooks, RunHooksBase
from agents.run_context import RunContextWrapper
from agents.tool_context import ToolContext
from agents.tool_guardrails import (
    ToolGuardrailFunctionOutput,
    ToolInputGuardrail,
    ToolInputGuardrailData,
    ToolOutputGuardrail,
    ToolOutputGuardrailData,
    tool_input_guardrail,
    tool_output_guardrail,
)

AGENT: Any = object()
"""Guardrails pass the agent on and look at nothing of it."""
CONTEXT: RunContextWrapper[Any] = RunContextWrapper(context="mine")


def long_text(context: RunContextWrapper[Any], agent: Any, text: Any) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput((context, agent), tripwire_triggered=len(text) > 3)


async def long_text_async(context: RunContextWrapper[Any], agent: Any, text: Any) -> GuardrailFunctionOutput:
    return long_text(context, agent, text)


class LongText:
    """A guardrail function that is no function."""

    def __call__(self, context: RunContextWrapper[Any], agent: Any, text: Any) -> GuardrailFunctionOutput:
        return long_text(context, agent, text)


FUNCTIONS = [
    (long_text, "long_text"),
    (long_text_async, "long_text_async"),
    (partial(long_text_async), "partial"),
    (LongText(), "LongText"),
]


@pytest.mark.parametrize(("function", "name"), FUNCTIONS)
@pytest.mark.parametrize(("text", "triggered"), [("hi", False), ("hello", True)])
async def test_any_callable_can_guard_input_and_output(function: Any, name: str, text: str, triggered: bool) -> None:
    """Checks come as functions, sync or async, as partials and as objects, and the run need not care."""
    output = GuardrailFunctionOutput((CONTEXT, AGENT), triggered)
    before, after = input_guardrail(function), output_guardrail(function)

    assert await before.run(AGENT, text, CONTEXT) == InputGuardrailResult(before, output)
    assert await after.run(CONTEXT, AGENT, text) == OutputGuardrailResult(after, text, AGENT, output)
    assert (before.get_name(), after.get_name()) == (name, name)


@pytest.mark.parametrize(
    ("made", "written"),
    [
        (input_guardrail(long_text), InputGuardrail(long_text, "long_text", True)),
        (input_guardrail()(long_text), InputGuardrail(long_text, "long_text", True)),
        (input_guardrail(name="n", run_in_parallel=False)(long_text), InputGuardrail(long_text, "n", False)),
        (output_guardrail(long_text), OutputGuardrail(long_text, "long_text")),
        (output_guardrail(name="n")(long_text), OutputGuardrail(long_text, "n")),
    ],
)
def test_a_decorator_makes_the_guardrail_that_one_would_write(made: object, written: object) -> None:
    """Decorated and written-out guardrails can be mixed in one list."""
    assert made == written


def test_a_guardrail_without_a_name_has_its_functions() -> None:
    """Traces and errors must name the check that stopped a run."""
    assert InputGuardrail(long_text).get_name() == "long_text"
    assert OutputGuardrail(long_text, name="polite").get_name() == "polite"


def allow(data: ToolInputGuardrailData) -> ToolGuardrailFunctionOutput:
    return ToolGuardrailFunctionOutput.allow(data.context.tool_name)


async def reject(data: ToolOutputGuardrailData) -> ToolGuardrailFunctionOutput:
    return ToolGuardrailFunctionOutput.reject_content(f"not {data.output}", data.agent)


TOOL_CONTEXT: ToolContext[Any] = ToolContext(context=None, tool_name="search", tool_call_id="call_1")


async def test_tool_guardrails_see_the_call_and_answer_how_to_go_on() -> None:
    """The check before a tool knows its arguments, the one after it also its output."""
    before, after = tool_input_guardrail(allow), tool_output_guardrail(name="n")(reject)

    assert await before.run(ToolInputGuardrailData(TOOL_CONTEXT, AGENT)) == ToolGuardrailFunctionOutput("search")
    assert await after.run(ToolOutputGuardrailData(TOOL_CONTEXT, AGENT, output=42)) == ToolGuardrailFunctionOutput(
        AGENT, {"type": "reject_content", "message": "not 42"}
    )
    assert (before, after) == (ToolInputGuardrail(allow, "allow"), ToolOutputGuardrail(reject, "n"))
    assert (before.get_name(), after.get_name()) == ("allow", "n")
    assert ToolOutputGuardrail(reject).get_name() == "reject"


@pytest.mark.parametrize(
    ("output", "behavior"),
    [
        (ToolGuardrailFunctionOutput("info"), {"type": "allow"}),
        (ToolGuardrailFunctionOutput.allow("info"), {"type": "allow"}),
        (
            ToolGuardrailFunctionOutput.reject_content("no", "info"),
            {"type": "reject_content", "message": "no"},
        ),
        (ToolGuardrailFunctionOutput.raise_exception("info"), {"type": "raise_exception"}),
    ],
)
def test_a_tool_guardrail_has_three_answers(output: ToolGuardrailFunctionOutput, behavior: object) -> None:
    """The run reads the behaviour by its type, so each constructor must write the right one."""
    assert (output.behavior, output.output_info) == (behavior, "info")


@pytest.mark.parametrize(
    ("function", "words"),
    [("no function", "needs a function"), (lambda *_: True, "must return .*, not bool")],
)
async def test_a_guardrail_that_cannot_work_says_so(function: Any, words: str) -> None:
    """A check that answers "True" would otherwise pass everything, or stop everything, in silence."""
    data = ToolOutputGuardrailData(TOOL_CONTEXT, AGENT, output=None)
    for run in (
        InputGuardrail(function).run(AGENT, "hi", CONTEXT),
        OutputGuardrail(function).run(CONTEXT, AGENT, "hi"),
        ToolInputGuardrail(function).run(data),
        ToolOutputGuardrail(function).run(data),
    ):
        with pytest.raises(UserError, match=words):
            await run


@pytest.mark.parametrize("hooks", [RunHooksBase, AgentHooksBase])
async def test_hooks_do_nothing_until_they_are_overridden(hooks: type) -> None:
    """A user overrides the one hook of interest, and the run awaits them all."""
    told = [method for name, method in inspect.getmembers(hooks()) if name.startswith("on_")]

    assert len(told) == 7
    for method in told:
        assert await method(*range(len(inspect.signature(method).parameters))) is None


def test_hooks_are_derived_from_the_plain_and_the_parametrized_name() -> None:
    """Both spellings stand in existing programs: ``RunHooks`` and ``RunHooks[MyContext]``."""

    class Mine(RunHooks[str]):
        pass

    class Yours(RunHooks):
        pass

    class Agents(AgentHooks[str]):
        pass

    assert isinstance(Mine(), RunHooksBase)
    assert isinstance(Yours(), RunHooksBase)
    assert isinstance(Agents(), AgentHooksBase)
