"""Function tools: declared by a decorator, called with a model's JSON, answered with a value or a message."""

from __future__ import annotations

import asyncio
import contextvars
import functools
import inspect
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pydantic import BaseModel, Field

from agents import Agent
from agents.exceptions import AgentsException, ModelBehaviorError, ToolTimeoutError, UserError
from agents.run_context import RunContextWrapper
from agents.tool import (
    FunctionTool,
    FunctionToolResult,
    ToolOutputFileContent,
    ToolOutputImage,
    ToolOutputText,
    default_tool_error_function,
    default_tool_timeout_error_message,
    function_tool,
    invoke_function_tool,
    is_tool_enabled,
)
from agents.tool_context import ToolContext
from agents.tool_output import tool_output_to_input
from agents.tracing import custom_span, set_trace_processors, set_tracing_disabled, trace
from agents.tracing.processor_interface import TracingProcessor

AGENT: Any = object()


def context_of(tool: FunctionTool, arguments: str = "", **fields: Any) -> ToolContext[Any]:
    return ToolContext(context="mine", tool_name=tool.name, tool_call_id="call_1", tool_arguments=arguments, **fields)


async def result_of(tool: FunctionTool, arguments: str, **fields: Any) -> Any:
    """What a run would get for one call."""
    return await invoke_function_tool(
        function_tool=tool, context=context_of(tool, arguments, **fields), arguments=arguments
    )


def add(a: int, b: int = 10) -> int:
    """Add two numbers.

    Args:
        a: The first.
        b: The second.
    """
    return a + b


async def add_async(a: int, b: int = 10) -> int:
    """Add two numbers."""
    await asyncio.sleep(0)
    return a + b


def add_for(ctx: RunContextWrapper[str], a: int) -> str:
    return f"{ctx.context}{a}"


async def add_for_async(ctx: ToolContext[str], a: int) -> str:
    return f"{ctx.context}{a}{ctx.tool_call_id}"


class Adder:
    def __init__(self, by: int) -> None:
        self.by = by

    def add(self, a: int) -> int:
        return a + self.by

    async def __call__(self, a: int) -> int:
        return a + self.by


def looks_sync(a: int) -> Any:
    return add_async(a)


@pytest.mark.parametrize(
    ("func", "arguments", "result"),
    [
        (add, '{"a": 1}', 11),
        (add, '{"a": 1, "b": 2}', 3),
        (add_async, '{"a": 1}', 11),
        (add_for, '{"a": 1}', "mine1"),
        (add_for_async, '{"a": 1}', "mine1call_1"),
        (Adder(5).add, '{"a": 1}', 6),
        (Adder(5), '{"a": 1}', 6),
        (functools.partial(add, b=7), '{"a": 1}', 8),
        (functools.partial(add_async, b=7), '{"a": 1}', 8),
        (looks_sync, '{"a": 1}', 11),
    ],
)
@pytest.mark.parametrize("timeout", [None, 5.0])
async def test_any_callable_answers_a_call(
    func: Callable[..., Any], arguments: str, result: object, timeout: float | None
) -> None:
    """Sync or async, with context or without, bound or partial: a tool's author need not care."""
    assert await result_of(function_tool(func, timeout=timeout), arguments) == result


def test_the_decorator_works_with_and_without_options() -> None:
    """Both spellings stand in every tutorial."""
    plain = function_tool(add)
    named = function_tool(name_override="sum", description_override="Sums.", strict_mode=False)(add)
    assert (plain.name, plain.description) == ("add", "Add two numbers.")
    assert plain.params_json_schema["properties"]["a"]["description"] == "The first."
    assert plain.params_json_schema["additionalProperties"] is False
    assert plain.strict_json_schema
    assert (named.name, named.description, named.strict_json_schema) == ("sum", "Sums.", False)
    assert named.params_json_schema["required"] == ["a"]
    assert plain.qualified_name == "add"


@pytest.mark.parametrize("arguments", ["", "  ", "{}"])
async def test_a_tool_without_parameters_takes_no_arguments_in_any_spelling(arguments: str) -> None:
    """Several vendors send an empty text where there is nothing to say."""

    @function_tool
    def ping() -> str:
        return "pong"

    assert await result_of(ping, arguments) == "pong"


class Place(BaseModel):
    lat: float = Field(ge=-90, le=90)


def visit(place: Place, days: int, mood: str | None = None) -> str:
    return "visited"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("not json", ["Invalid JSON"]),
        ('{"days": 3', ["Invalid JSON", "EOF"]),
        ("[1]", ["object"]),
        ("3", ["object"]),
        ("{}", ["place: Field required", "days: Field required"]),
        ('{"place": {"lat": 100}, "days": "x"}', ["place.lat: ", "90", "days: ", "integer"]),
    ],
)
async def test_wrong_arguments_are_explained_to_the_model(arguments: str, says: list[str]) -> None:
    """A model that is told what was wrong and what is expected gets it right the next time."""
    message = await result_of(function_tool(visit), arguments)
    expected = "place (object Place), days (integer), mood (string or null, optional)"
    for part in [*says, "tool 'visit'", expected, f"Received: {arguments}"]:
        assert part in message
    assert "errors.pydantic.dev" not in message
    strict = function_tool(visit, failure_error_function=None)
    with pytest.raises(ModelBehaviorError) as caught:
        await result_of(strict, arguments)
    assert caught.value.message == message


async def test_long_wrong_arguments_are_cut_in_the_message() -> None:
    """A broken call of a megabyte must not be sent back to the model whole."""
    assert len(await result_of(function_tool(visit), "x" * 100_000)) < 1_000


async def test_a_renamed_copy_answers_under_its_own_name() -> None:
    """Copies are how people offer one tool under several names."""
    copy = replace(function_tool(visit), name="travel")
    assert "tool 'travel'" in await result_of(copy, "{}")


def broken(a: int) -> None:
    raise KeyError("no such place")


async def broken_async(a: int) -> None:
    raise KeyError("no such place")


def ends_iteration(a: int) -> Any:
    return next(iter([]))


@pytest.mark.parametrize("timeout", [None, 5.0])
@pytest.mark.parametrize(
    ("func", "says"),
    [
        (broken, ["KeyError", "no such place"]),
        (broken_async, ["KeyError", "no such place"]),
        (ends_iteration, ["StopIteration"]),
    ],
)
async def test_the_error_of_a_tool_goes_to_the_model(
    func: Callable[..., Any], says: list[str], timeout: float | None
) -> None:
    """The model can often do better with the message. A StopIteration would hang a future for ever."""
    message = await result_of(function_tool(func, timeout=timeout), '{"a": 1}')
    for part in says:
        assert part in message


async def test_without_a_failure_function_the_error_itself_is_raised() -> None:
    """Who wants a run to stop on an error needs the exception as it was raised."""
    tool = function_tool(broken, failure_error_function=None)
    with pytest.raises(KeyError, match="no such place"):
        await result_of(tool, '{"a": 1}')


async def explain_later(ctx: RunContextWrapper[Any], error: Exception) -> str:
    return f"{ctx.context}: {error.args[0]}"


def explain(ctx: RunContextWrapper[Any], error: Exception) -> str:
    return f"{ctx.context}: {error.args[0]}"


@pytest.mark.parametrize("handler", [explain, explain_later])
async def test_a_failure_function_of_the_users_own_decides_what_the_model_is_told(
    handler: Callable[..., Any],
) -> None:
    """Errors may hold what no model should read."""
    tool = function_tool(broken_async, failure_error_function=handler)
    assert await result_of(tool, '{"a": 1}') == "mine: no such place"


async def test_cancellation_passes_through_a_tool() -> None:
    """Ctrl-C and the end of a run must stop a tool, not be told to the model as its failure."""
    started = asyncio.Event()
    cleaned: list[bool] = []

    @function_tool(timeout=30)
    async def wait() -> None:
        started.set()
        try:
            await asyncio.sleep(30)
        finally:
            await asyncio.sleep(0)
            cleaned.append(True)

    call = asyncio.ensure_future(result_of(wait, ""))
    await started.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert cleaned == [True]


async def test_a_sync_tool_runs_in_a_thread_and_sees_the_context_variables() -> None:
    """A slow tool must not hold up the event loop; tracing and user code rely on context variables."""
    tenant = contextvars.ContextVar("tenant", default="nobody")
    tenant.set("me")

    def where() -> str:
        return f"{tenant.get()} {threading.current_thread() is threading.main_thread()}"

    for timeout in (None, 5.0):
        assert await result_of(function_tool(where, timeout=timeout), "") == "me False"


@pytest.fixture
def stuck() -> Iterator[Callable[[], None]]:
    """A sync function that hangs until the test is over."""
    over = threading.Event()

    def hang() -> None:
        """Hang."""
        over.wait(20)

    yield hang
    over.set()


async def sleepy() -> None:
    await asyncio.sleep(20)


async def stubborn() -> str:
    try:
        await asyncio.sleep(20)
    except asyncio.CancelledError:
        return "finished all the same"
    return "never"


@pytest.mark.parametrize("func", [sleepy, stubborn, None])
async def test_a_tool_that_takes_too_long_is_given_up(func: Any, stuck: Callable[[], None]) -> None:
    """One stuck tool must not hold up a run, be it async or in a thread that nothing can stop."""
    tool = function_tool(func or stuck, name_override="slow", timeout=0.01)
    expected = default_tool_timeout_error_message(tool_name="slow", timeout_seconds=0.01)
    assert await result_of(tool, "") == expected
    assert "slow" in expected
    assert "0.01" in expected
    raising = replace(tool, timeout_behavior="raise_exception")
    with pytest.raises(ToolTimeoutError) as caught:
        await result_of(raising, "")
    assert (caught.value.tool_name, caught.value.timeout_seconds) == ("slow", 0.01)
    for handler in (lambda ctx, error: f"{ctx.context} waits", explain_timeout):
        own = replace(tool, timeout_error_function=handler)
        assert await result_of(own, "") == "mine waits"


async def explain_timeout(ctx: RunContextWrapper[Any], error: Exception) -> str:
    assert isinstance(error, ToolTimeoutError)
    return f"{ctx.context} waits"


def test_a_stuck_tool_does_not_keep_the_program_from_ending(stuck: Callable[[], None]) -> None:
    """``asyncio.run`` waits for the threads of its pool: a tool that was given up must not be among them."""
    tool = function_tool(stuck, name_override="slow", timeout=0.01)
    assert "slow" in asyncio.run(result_of(tool, ""))


async def test_a_timeout_error_of_the_tools_own_is_an_error_like_others() -> None:
    """A database that timed out within the tool is not the tool's time-out."""

    @function_tool(timeout=20, timeout_behavior="raise_exception")
    async def query() -> None:
        raise asyncio.TimeoutError("the database")

    assert "the database" in await result_of(query, "")


async def anything(ctx: ToolContext[Any], arguments: str) -> str:
    return arguments


GOOD: dict[str, Any] = {
    "name": "t",
    "description": "d",
    "params_json_schema": {"type": "object", "properties": {}},
    "on_invoke_tool": anything,
}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", None),
        ("description", None),
        ("params_json_schema", "{}"),
        ("on_invoke_tool", "anything"),
        ("is_enabled", "yes"),
        ("timeout_seconds", 0),
        ("timeout_seconds", -1.0),
        ("timeout_seconds", float("inf")),
        ("timeout_seconds", float("nan")),
        ("timeout_seconds", True),
        ("timeout_seconds", "5"),
        ("timeout_behavior", "raise"),
        ("timeout_error_function", "message"),
    ],
)
def test_a_field_that_cannot_work_is_refused_where_it_is_written(field: str, value: object) -> None:
    """Found here, the mistake has a line number; found in a run, it has a bill."""
    with pytest.raises(UserError) as caught:
        FunctionTool(**{**GOOD, field: value})
    assert field in caught.value.message
    assert field == "name" or "'t'" in caught.value.message


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: function_tool(lambda: 1), "name_override"),
        (lambda: function_tool(add, failure_error_function="no"), "failure_error_function"),  # type: ignore[call-overload]
        (lambda: function_tool(add, timeout=0), "timeout_seconds"),
    ],
)
def test_a_wrong_option_is_refused_at_the_decorator(make: Callable[[], object], says: str) -> None:
    """See above."""
    with pytest.raises(UserError, match=says):
        make()


async def test_a_tool_of_the_users_own_making_gets_raw_arguments_and_a_strict_schema() -> None:
    """``FunctionTool`` is for tools whose schema comes from elsewhere; the given schema is not changed."""
    schema = {"type": "object", "properties": {"a": {"type": "string"}}}
    tool = FunctionTool(**{**GOOD, "params_json_schema": schema})
    assert await result_of(tool, "raw") == "raw"
    assert tool.params_json_schema["required"] == ["a"]
    assert "required" not in schema
    loose = FunctionTool(**{**GOOD, "params_json_schema": schema}, strict_json_schema=False)
    assert loose.params_json_schema == schema
    with pytest.raises(UserError, match="strict"):
        FunctionTool(**{**GOOD, "params_json_schema": {"type": "object", "additionalProperties": True}})
    assert FunctionToolResult(tool, "output", None).output == "output"


async def enabled_later(ctx: RunContextWrapper[Any], agent: Any) -> bool:
    return ctx.context == "mine" and agent is AGENT


@pytest.mark.parametrize(
    ("is_enabled", "seen"),
    [
        (True, True),
        (False, False),
        (lambda ctx, agent: ctx.context == "mine" and agent is AGENT, True),
        (lambda ctx, agent: False, False),
        (enabled_later, True),
    ],
)
async def test_a_tool_is_offered_by_bool_or_function(is_enabled: Any, seen: bool) -> None:
    """What a user may do depends on who the user is."""
    tool = function_tool(add, is_enabled=is_enabled)
    assert await is_tool_enabled(tool, RunContextWrapper(context="mine"), AGENT) is seen


class Spans(TracingProcessor):
    """Keeps the errors of finished spans."""

    def __init__(self) -> None:
        self.errors: list[Any] = []

    def on_span_end(self, span: Any) -> None:
        self.errors.append(span.error)

    def on_trace_start(self, trace: Any) -> None: ...
    def on_trace_end(self, trace: Any) -> None: ...
    def on_span_start(self, span: Any) -> None: ...
    def shutdown(self) -> None: ...
    def force_flush(self) -> None: ...


@pytest.fixture
def spans() -> Iterator[Spans]:
    spans = Spans()
    set_tracing_disabled(False)
    set_trace_processors([spans])
    yield spans
    set_trace_processors([])


@pytest.mark.parametrize("sensitive", [None, True, False])
async def test_the_traceback_of_a_failed_tool_goes_to_the_span(spans: Spans, sensitive: bool | None) -> None:
    """The model reads the message; the developer needs the line, unless the trace is to hold no data."""
    config = None if sensitive is None else SimpleNamespace(trace_include_sensitive_data=sensitive)
    with trace("t"), custom_span("call"):
        await result_of(function_tool(broken), '{"a": 1}', run_config=config)
    (error,) = spans.errors
    assert error["data"]["tool_name"] == "broken"
    assert error["data"]["error_type"] == "KeyError"
    assert ("in broken" in error["data"].get("traceback", "")) is (sensitive is not False)
    assert ("no such place" in str(error)) is (sensitive is not False)


async def test_a_timeout_is_on_the_span_too(spans: Spans) -> None:
    """The model is told in passing; in the trace it must be seen."""
    with trace("t"), custom_span("call"):
        await result_of(function_tool(sleepy, timeout=0.01), "")
    assert spans.errors[0]["data"]["error_type"] == "ToolTimeoutError"


def test_the_default_message_names_the_error_and_keeps_ours_as_they_are() -> None:
    """``KeyError('x')`` prints as ``'x'``, which says nothing without its type."""
    ctx: RunContextWrapper[None] = RunContextWrapper(None)
    assert "KeyError" in default_tool_error_function(ctx, KeyError("x"))
    assert default_tool_error_function(ctx, ModelBehaviorError("wrong call")) == "wrong call"
    assert "stopped" in default_tool_error_function(ctx, AgentsException("stopped"))


@dataclass
class Row:
    name: str
    price: Decimal


class Opaque:
    def __str__(self) -> str:
        return "opaque thing"


CYCLE: list[Any] = []
CYCLE.append(CYCLE)
PNG = "data:image/png;base64,AA=="


@pytest.mark.parametrize(
    ("output", "told"),
    [
        ("text", "text"),
        ("", ""),
        (None, "None"),
        (True, "true"),
        (3, "3"),
        (2.5, "2.5"),
        (float("nan"), '"NaN"'),
        ({"a": "é", "b": None}, '{"a":"é","b":null}'),
        ([1, "b"], '[1,"b"]'),
        ((), "[]"),
        ({"only"}, '["only"]'),
        (Place(lat=1), '{"lat":1.0}'),
        ([Place(lat=1)], '[{"lat":1.0}]'),
        (Row("a", Decimal("1.50")), '{"name":"a","price":"1.50"}'),
        (b"\xff\x00", "(2 bytes of binary data, not shown)"),
        ({"raw": b"\xff"}, '{"raw":"_w=="}'),
        (Opaque(), "(Opaque, which has no JSON form, as text) opaque thing"),
        ([Opaque()], '["(Opaque, which has no JSON form, as text) opaque thing"]'),
        (CYCLE, "(list, which has no JSON form, as text) [[...]]"),
        (ToolOutputText(text="t"), [{"type": "input_text", "text": "t"}]),
        ({"type": "text", "text": "t"}, [{"type": "input_text", "text": "t"}]),
        (
            ToolOutputImage(image_url=PNG, detail="low"),
            [{"type": "input_image", "image_url": PNG, "detail": "low"}],
        ),
        ({"type": "image", "file_id": "f"}, [{"type": "input_image", "file_id": "f"}]),
        (
            ToolOutputFileContent(file_data="AA==", filename="a.pdf"),
            [{"type": "input_file", "file_data": "AA==", "filename": "a.pdf"}],
        ),
        ({"type": "file", "file_id": "f", "filename": None}, [{"type": "input_file", "file_id": "f"}]),
        ({"type": "input_image", "image_url": PNG}, [{"type": "input_image", "image_url": PNG}]),
        (
            [{"type": "text", "text": "t"}, ToolOutputImage(file_id="f")],
            [{"type": "input_text", "text": "t"}, {"type": "input_image", "file_id": "f"}],
        ),
        (
            ("caption", ToolOutputImage(file_id="f"), {"width": 3}),
            [
                {"type": "input_text", "text": "caption"},
                {"type": "input_image", "file_id": "f"},
                {"type": "input_text", "text": '{"width":3}'},
            ],
        ),
        # What only looks like content is data, and none of it may be lost.
        ({"type": "text", "text": "t", "score": 1}, '{"type":"text","text":"t","score":1}'),
        ({"type": "image", "name": "x"}, '{"type":"image","name":"x"}'),
        ({"type": "image"}, '{"type":"image"}'),
        ({"type": "image", "image_url": 3}, '{"type":"image","image_url":3}'),
        ({"type": "image", "file_id": "f", "detail": "fine"}, '{"type":"image","file_id":"f","detail":"fine"}'),
        ({"type": "image", "detail": "low"}, '{"type":"image","detail":"low"}'),
        ({"type": "file", "filename": "a.pdf"}, '{"type":"file","filename":"a.pdf"}'),
        ({"type": "text", "text": None}, '{"type":"text","text":null}'),
        ({"type": ["text"]}, '{"type":["text"]}'),
        ([{"type": "text", "text": "t"}, {"a": 1}], '[{"type":"text","text":"t"},{"a":1}]'),
    ],
)
def test_the_model_is_told_a_value_in_words_it_can_read(output: object, told: object) -> None:
    """Python's ``repr`` (single quotes, ``True``, object addresses) is read badly, and images not at all."""
    assert tool_output_to_input(output) == told


@pytest.mark.parametrize("empty", [ToolOutputImage, ToolOutputFileContent])
def test_content_without_a_source_is_refused(empty: Callable[[], object]) -> None:
    """An image from nowhere would be refused by the service, in the middle of a run."""
    with pytest.raises(ValueError, match="needs"):
        empty()


async def test_the_function_of_a_tool_is_where_python_looks_for_it() -> None:
    """Tests call the plain function, and tools that document code unwrap it."""

    def double(x: int) -> int:
        return 2 * x

    tool = function_tool(double)

    assert inspect.unwrap(cast(Any, tool)) is double
    assert replace(tool, name="twice").__wrapped__ is double
    assert not hasattr(Agent("A").as_tool("ask", "Asks."), "__wrapped__")
    assert "name" in inspect.signature(FunctionTool).parameters  # the class itself wraps nothing
