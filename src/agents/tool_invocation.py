"""One call of a Python function by a model: JSON in, the function's value or a message about its error out.

``function_tools`` is above. Below: ``function_schema`` validates the arguments, ``tracing`` keeps the errors that the
model is told of.
"""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any, TypeAlias, TypeVar

from .awaiting import MaybeAwaitable, answer_of, settled
from .docstrings import underlying_function
from .exceptions import ModelBehaviorError
from .function_schema import FuncSchema
from .logger import logger
from .run_context import RunContextWrapper
from .tool_context import ToolContext
from .tool_error_formatter import ToolErrorFormatterArgs, in_other_words
from .tool_output_schema import checked_output
from .tracing import get_current_span
from .util import lazy_pydantic as pydantic

T = TypeVar("T")

ToolErrorFunction: TypeAlias = Callable[[RunContextWrapper[Any], Exception], MaybeAwaitable[str]]
"""Turns the error of a tool into what the model is told."""

_CLEANUP_SECONDS = 1.0
"""How long a tool that was cancelled may take to clean up before it is left alone."""
_SHOWN_ARGUMENTS = 500
"""How much of wrong arguments an error repeats."""


def default_tool_error_function(ctx: RunContextWrapper[Any], error: Exception) -> str:
    """What the model is told of an error by default: its message, so that the model may do better.

    A ``failure_error_function`` of your own says less, or more.
    """
    if isinstance(error, ModelBehaviorError):
        return error.message
    return f"The tool failed with {type(error).__name__}: {error}"


class FunctionInvoker:
    """The ``on_invoke_tool`` of a decorated function."""

    def __init__(
        self,
        function: Callable[..., Any],
        schema: FuncSchema,
        on_failure: ToolErrorFunction | None,
        has_timeout: bool,
        output_adapter: pydantic.TypeAdapter[Any] | None = None,
    ) -> None:
        self.function = function
        self.schema = schema
        self.on_failure = on_failure
        self.has_timeout = has_timeout
        self.output_adapter = output_adapter
        self.is_async = inspect.iscoroutinefunction(underlying_function(function))

    async def __call__(self, context: ToolContext[Any], arguments: str) -> Any:
        """Run one call; an error becomes a message to the model, or is raised without ``on_failure``."""
        name = getattr(context, "tool_name", "") or self.schema.name
        logger.debug("Calling tool %s", name)
        try:
            output = await self._call(context, self._parse(name, arguments))
        except Exception as error:
            logger.debug("Tool %s failed with %s", name, type(error).__name__)
            if self.on_failure is None:
                raise
            return await told_of_failure(context, name, error, self.on_failure)
        return output if self.output_adapter is None else checked_output(name, output, self.output_adapter)

    def with_on_failure(self, on_failure: ToolErrorFunction | None) -> FunctionInvoker:
        """The same, with other words to the model."""
        return FunctionInvoker(self.function, self.schema, on_failure, self.has_timeout, self.output_adapter)

    def with_defaults(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Arguments as the function will have them: what the model left out has its default."""
        defaults = {
            info.alias or name: pydantic.to_jsonable_python(info.get_default(call_default_factory=True), fallback=str)
            for name, info in self.schema.params_pydantic_model.model_fields.items()
            if not info.is_required()
        }
        return {**defaults, **arguments}

    def _parse(self, name: str, arguments: str) -> partial[Any]:
        """The call that the arguments ask for, still without the context."""
        try:
            data = self.schema.params_pydantic_model.model_validate_json((arguments or "").strip() or "{}")
        except pydantic.ValidationError as error:
            raise ModelBehaviorError(_explain(name, self.schema, arguments, error)) from error
        args, kwargs = self.schema.to_call_args(data)
        return partial(self.function, *args, **kwargs)

    async def _call(self, context: ToolContext[Any], call: partial[Any]) -> Any:
        if self.schema.takes_context:
            call = partial(call.func, context, *call.args, **call.keywords)
        if self.is_async:
            return await call()
        in_thread = _in_own_thread if self.has_timeout else asyncio.to_thread
        return await settled(await in_thread(_no_stop_iteration, call))


async def told_of_failure(context: ToolContext[Any], name: str, error: Exception, on_failure: ToolErrorFunction) -> str:
    """What the model is told of an error, which the trace keeps."""
    record_on_span(context, name, error)
    said = await answer_of(f"failure_error_function of tool {name!r}", on_failure, context, error)
    return said if on_failure is not default_tool_error_function else await _told(context, said, error)


async def _told(context: ToolContext[Any], message: str, error: Exception) -> str:
    """The default message as the run puts it; a tool's own ``failure_error_function`` has the last word instead."""
    formatter = getattr(getattr(context, "run_config", None), "tool_error_formatter", None)
    if formatter is None:
        return message
    name = context.qualified_tool_name
    return await in_other_words(
        formatter,
        ToolErrorFormatterArgs("tool_exception", "function", name, context.tool_call_id, message, context, error),
    )


def _explain(name: str, schema: FuncSchema, arguments: str, error: pydantic.ValidationError) -> str:
    """What was wrong with arguments, and what would be right, for a model that may try again."""
    problems = [
        f"{'.'.join(str(step) for step in problem['loc']) or 'arguments'}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    fields = schema.params_pydantic_model.model_fields
    required = {info.alias or field_name for field_name, info in fields.items() if info.is_required()}
    expected = [
        f"{param} ({_type_of(description)}{'' if param in required else ', optional'})"
        for param, description in schema.params_json_schema.get("properties", {}).items()
    ]
    shown = arguments if len(arguments) <= _SHOWN_ARGUMENTS else arguments[:_SHOWN_ARGUMENTS] + "..."
    return (
        f"Invalid arguments for tool {name!r}: {'; '.join(problems)}. "
        f"Expected a JSON object with: {', '.join(expected) or 'nothing'}. Received: {shown}"
    )


def _type_of(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return f"one of {', '.join(map(str, schema['enum']))}"
    if "anyOf" in schema:
        return " or ".join(_type_of(choice) for choice in schema["anyOf"])
    if "$ref" in schema:
        return f"object {schema['$ref'].rsplit('/', 1)[-1]}"
    types = schema.get("type", "any")
    return " or ".join(types) if isinstance(types, list) else str(types)


def _no_stop_iteration(call: partial[Any]) -> Any:
    """Call a sync function. A future cannot carry a ``StopIteration``: it would never be done."""
    try:
        return call()
    except StopIteration as error:
        raise RuntimeError("The tool raised StopIteration (a next() without a default?).") from error


async def _in_own_thread(function: Callable[..., T], *args: Any) -> T:
    """Like ``asyncio.to_thread``, in a thread that keeps neither the event loop nor the process from ending.

    It is for calls that may be given up: the threads of ``to_thread`` are few, and ``asyncio.run`` waits for
    them all.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()
    context = contextvars.copy_context()

    def settle(set_outcome: Callable[[Any], None], outcome: Any) -> None:
        if not future.done():
            set_outcome(outcome)

    def work() -> None:
        try:
            settled = partial(settle, future.set_result, context.run(function, *args))
        except BaseException as error:  # noqa: BLE001 - it is raised again where the tool is awaited
            settled = partial(settle, future.set_exception, error)
        with suppress(RuntimeError):  # the loop was closed meanwhile: nobody waits
            loop.call_soon_threadsafe(settled)

    threading.Thread(target=work, name="agents-tool", daemon=True).start()
    return await future


async def finished_within(seconds: float, call: asyncio.Future[Any]) -> bool:
    """Wait for a call, and cancel it when its time is over or when the waiting is cancelled."""
    # Not wait_for: a TimeoutError that the tool itself raises is an error like any other.
    call.add_done_callback(_mark_retrieved)
    try:
        return bool((await asyncio.wait({call}, timeout=seconds))[0])
    finally:
        if not call.done():
            call.cancel()
            await asyncio.wait({call}, timeout=_CLEANUP_SECONDS)


def _mark_retrieved(call: asyncio.Future[Any]) -> None:
    """Keep asyncio from reporting as lost the error of a call that nobody waits for any more."""
    if not call.cancelled():
        call.exception()


def record_on_span(context: RunContextWrapper[Any], name: str, error: Exception) -> None:
    """Put an error that the model is told of into the trace, where its developer can see it whole."""
    span = get_current_span()
    if span is None:
        return
    config = getattr(context, "run_config", None)
    data: dict[str, Any] = {"tool_name": name, "error_type": type(error).__name__}
    if config is None or config.trace_include_sensitive_data:
        data["error"] = str(error)
        data["traceback"] = "".join(traceback.format_exception(error))
    span.set_error({"message": "Error running tool (non-fatal)", "data": data})
