"""Options of function tools for programs, and what is told of failures: what cannot work is refused at once."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
from openai.types.responses import ResponseFunctionToolCall
from pydantic import BaseModel, TypeAdapter
from typing_extensions import TypedDict

from agents import FunctionTool, ItemHelpers, ProgrammaticToolCallingTool, ToolContext, UserError, function_tool
from agents.tool import (
    default_tool_error_function,
    maybe_invoke_function_tool_failure_error_function,
    resolve_function_tool_failure_error_function,
    set_function_tool_failure_error_function,
    validate_responses_programmatic_tool_calling_configuration,
    with_function_tool_failure_error_handler,
)


class Weather(BaseModel):
    city: str
    degrees: int = 0


class Place(TypedDict):
    city: str


@dataclasses.dataclass
class Wind:
    speed: float


def context() -> ToolContext[Any]:
    return ToolContext(None, tool_name="weather", tool_call_id="call_1", tool_arguments="{}")


CALL = ResponseFunctionToolCall(
    call_id="call_1",
    name="weather",
    arguments="{}",
    type="function_call",
    caller={"type": "program", "caller_id": "prog_1"},  # type: ignore[arg-type]
)


@pytest.mark.parametrize("kind", [Weather, Place, Wind])
def test_a_type_of_output_becomes_a_strict_schema(kind: Any) -> None:
    """A program reads the output as data: it must be told what that looks like."""
    tool = function_tool(lambda: None, name_override="f", output_type=kind)
    assert tool.output_json_schema is not None
    assert tool.output_json_schema["additionalProperties"] is False
    assert set(tool.output_json_schema["required"]) == set(tool.output_json_schema["properties"])


def test_the_return_annotation_counts_where_programs_may_call() -> None:
    """Whoever writes types does not write them twice."""

    def weather() -> Weather:
        return Weather(city="Oslo")

    def text() -> str:
        return ""

    found = function_tool(weather, allowed_callers=["direct", "programmatic"]).output_json_schema
    assert found is not None
    assert set(found["properties"]) == {"city", "degrees"}
    assert function_tool(weather).output_json_schema is None
    assert function_tool(text, allowed_callers=["programmatic"]).output_json_schema is None


async def test_an_output_of_another_type_is_the_tools_fault() -> None:
    """The model cannot mend it: the run ends with what is wrong."""
    tool = function_tool(lambda: {"town": "Oslo"}, name_override="weather", output_type=Place)
    with pytest.raises(UserError, match="not of its output_type"):
        await tool.on_invoke_tool(context(), "{}")


def test_an_answer_with_a_schema_is_json_and_says_who_called() -> None:
    """OpenAI gives the answer back to the program that asked."""
    item = ItemHelpers.tool_call_output_item(CALL, Weather(city="Oslo"), output_type_adapter=TypeAdapter(Weather))
    assert item["output"] == '{"city":"Oslo","degrees":0}'
    assert item["caller"] == {"type": "program", "caller_id": "prog_1"}
    plain = ItemHelpers.tool_call_output_item(CALL, Wind(1.5), output_json_schema={"type": "object"})
    assert plain["output"] == '{"speed":1.5}'
    output: dict[str, Any] = {}
    ItemHelpers.copy_tool_call_caller(CALL, output)
    assert output == {"caller": {"type": "program", "caller_id": "prog_1"}}


@pytest.mark.parametrize("output", ["no JSON", "[1]", 3, object()])
def test_an_answer_that_is_no_object_is_refused(output: Any) -> None:
    """A schema that was promised must hold."""
    with pytest.raises(UserError):
        ItemHelpers.tool_call_output_item(CALL, output, output_json_schema={"type": "object"})


WRONG: dict[str, dict[str, Any]] = {
    "two schemas": {"output_type": Weather, "output_json_schema": {"type": "object", "properties": {}}},
    "a schema of text": {"output_json_schema": {"type": "string"}},
    "a type of text": {"output_type": str},
    "no callers": {"allowed_callers": []},
    "an unknown caller": {"allowed_callers": ["anybody"]},
}


@pytest.mark.parametrize("options", WRONG.values(), ids=WRONG)
def test_options_that_cannot_work_are_refused_at_once(options: dict[str, Any]) -> None:
    """The mistake is found where it is made."""
    with pytest.raises(UserError):
        function_tool(lambda: None, name_override="f", **options)


def tool(**options: Any) -> FunctionTool:
    return function_tool(lambda: None, name_override="f", **options)


CONFIGURATIONS: dict[str, tuple[list[Any], dict[str, Any]]] = {
    "two of them": ([ProgrammaticToolCallingTool(), ProgrammaticToolCallingTool()], {}),
    "chosen, and not there": ([tool()], {"tool_choice": "programmatic_tool_calling"}),
    "a tool for programs alone": ([tool(allowed_callers=["programmatic"])], {}),
    "nothing to call": ([ProgrammaticToolCallingTool(), tool()], {}),
}


@pytest.mark.parametrize(("tools", "options"), CONFIGURATIONS.values(), ids=CONFIGURATIONS)
def test_programs_and_their_tools_go_together(tools: list[Any], options: dict[str, Any]) -> None:
    """OpenAI would refuse the request, or the tool would never be called."""
    with pytest.raises(UserError):
        validate_responses_programmatic_tool_calling_configuration(tools, **options)
    good = [ProgrammaticToolCallingTool(), tool(allowed_callers=["programmatic"])]
    validate_responses_programmatic_tool_calling_configuration(good)


async def test_what_is_told_of_failures_can_be_read_and_changed() -> None:
    """Code that wraps tools must know, and may decide, what a model hears of an error."""
    made = function_tool(lambda: 1 / 0, name_override="divide")
    assert resolve_function_tool_failure_error_function(made) is default_tool_error_function
    assert "ZeroDivisionError" in await made.on_invoke_tool(context(), "{}")
    set_function_tool_failure_error_function(made, lambda context, error: "No.")
    assert await made.on_invoke_tool(context(), "{}") == "No."
    told = await maybe_invoke_function_tool_failure_error_function(
        function_tool=made, context=context(), error=asyncio.CancelledError()
    )
    assert told == "No."
    set_function_tool_failure_error_function(made, None)
    with pytest.raises(ZeroDivisionError):
        await made.on_invoke_tool(context(), "{}")
    assert (
        await maybe_invoke_function_tool_failure_error_function(function_tool=made, context=context(), error=OSError())
        is None
    )


async def test_an_invoker_with_a_handler_tells_of_its_own_tool() -> None:
    """A copy of a tool must not report errors under the other's name."""
    heard: list[tuple[str, str]] = []

    async def fails(context: Any, arguments: str) -> str:
        raise OSError("down")

    on_error: Callable[..., None] = lambda tool, error, arguments: heard.append((tool.name, str(error)))  # noqa: E731
    first = FunctionTool("one", "", {"type": "object"}, with_function_tool_failure_error_handler(fails, on_error))
    second = dataclasses.replace(first, name="two")
    set_function_tool_failure_error_function(second, lambda context, error: "Later.")
    assert "down" in await first.on_invoke_tool(context(), "{}")
    assert await second.on_invoke_tool(context(), "{}") == "Later."
    assert heard == [("one", "down"), ("two", "down")]
