"""The tool calls of one turn: run at the same time, each with its hooks, guardrails and span."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from ..exceptions import (
    AgentsException,
    ModelBehaviorError,
    ToolInputGuardrailTripwireTriggered,
    ToolOutputGuardrailTripwireTriggered,
    UserError,
)
from ..items import ItemHelpers, ToolCallOutputItem
from ..run_config import ToolErrorFormatterArgs
from ..tool import FunctionTool, FunctionToolResult, invoke_function_tool
from ..tool_context import ToolContext
from ..tool_guardrails import (
    ToolInputGuardrailData,
    ToolInputGuardrailResult,
    ToolOutputGuardrailData,
    ToolOutputGuardrailResult,
)
from ..tracing import function_span
from .discreet import discreet
from .run_steps import RunScope, ToolRunFunction

T = TypeVar("T")


async def execute_function_tools(run: RunScope, calls: Sequence[ToolRunFunction]) -> list[FunctionToolResult]:
    """Run the called tools, and return their results in the order of the calls.

    Raises:
        UserError: A tool raised, and its ``failure_error_function`` is ``None``.
        AgentsException: A guardrail stopped the run, or a tool raised one on purpose.
    """
    limit = run.config.tool_execution.max_function_tool_concurrency if run.config.tool_execution else None
    jobs: list[Callable[[], Awaitable[FunctionToolResult]]] = [
        lambda call=call: _execute(run, call)  # type: ignore[misc]
        for call in calls
    ]
    return await together(jobs, limit)


async def together(jobs: Sequence[Callable[[], Awaitable[T]]], limit: int | None = None) -> list[T]:
    """Do all jobs at the same time. When one fails, or all are cancelled, the others are stopped, once, and
    waited for.
    """
    if len(jobs) < 2:
        return [await job() for job in jobs]
    gate = asyncio.Semaphore(limit or len(jobs))

    async def do(job: Callable[[], Awaitable[T]]) -> T:
        async with gate:
            return await job()

    tasks = [asyncio.ensure_future(do(job)) for job in jobs]
    try:
        # Not gather: it passes a cancellation on, and the one below, a second, would end a tool's clean-up.
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        failed = [task for task in tasks if task.done() and not task.cancelled() and task.exception()]
        return [task.result() for task in failed or tasks]
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _execute(run: RunScope, call: ToolRunFunction) -> FunctionToolResult:
    tool, agent = call.function_tool, run.agent
    context: ToolContext[Any] = ToolContext.from_agent_context(
        run.context, call.tool_call.call_id, call.tool_call, agent, run_config=run.config
    )
    data = run.config.trace_include_sensitive_data
    with discreet(run, function_span(tool.name, input=call.tool_call.arguments if data else None)) as span:
        output = await _checked_input(run, tool, context)
        if output is None:
            await run.hooks.on_tool_start(context, agent, tool)
            if agent.hooks is not None:
                await agent.hooks.on_tool_start(context, agent, tool)
            run.context.usage.tool_calls += 1
            output = await _invoke(tool, context)
            output = await _checked_output(run, tool, context, output)
            await run.hooks.on_tool_end(context, agent, tool, output)
            if agent.hooks is not None:
                await agent.hooks.on_tool_end(context, agent, tool, output)
        if data:
            span.span_data.output = output
    answer = ToolCallOutputItem(agent, ItemHelpers.tool_call_output_item(call.tool_call, output), output)
    run.answered(answer)
    return FunctionToolResult(tool, output, answer)


async def _invoke(tool: FunctionTool, context: ToolContext[Any]) -> Any:
    try:
        return await invoke_function_tool(function_tool=tool, context=context, arguments=context.tool_arguments)
    except AgentsException:
        raise
    except Exception as error:
        raise UserError(f"Tool {tool.name!r} raised {type(error).__name__}: {error}") from error


async def _checked_input(run: RunScope, tool: FunctionTool, context: ToolContext[Any]) -> str | None:
    """What an input guardrail says instead of the tool; ``None`` where none does."""
    for guardrail in tool.tool_input_guardrails or ():
        output = await guardrail.run(ToolInputGuardrailData(context, run.agent))
        run.result.tool_input_guardrail_results.append(ToolInputGuardrailResult(guardrail, output))
        if output.behavior["type"] == "raise_exception":
            raise ToolInputGuardrailTripwireTriggered(guardrail, output)
        if output.behavior["type"] == "reject_content":
            return output.behavior["message"]
    return None


async def _checked_output(run: RunScope, tool: FunctionTool, context: ToolContext[Any], output: Any) -> Any:
    """The tool's output, or what an output guardrail says instead."""
    for guardrail in tool.tool_output_guardrails or ():
        verdict = await guardrail.run(ToolOutputGuardrailData(context, run.agent, output))
        run.result.tool_output_guardrail_results.append(ToolOutputGuardrailResult(guardrail, verdict))
        if verdict.behavior["type"] == "raise_exception":
            raise ToolOutputGuardrailTripwireTriggered(guardrail, verdict)
        if verdict.behavior["type"] == "reject_content":
            return verdict.behavior["message"]
    return output


async def answer_unknown_tool(run: RunScope, call: Any, known: Sequence[str]) -> ToolCallOutputItem:
    """What the model is told that called a tool which does not exist.

    Raises:
        ModelBehaviorError: The run is configured to end instead.
    """
    names = ", ".join(known) or "none"
    message = f"There is no tool named {call.name!r}. The tools are: {names}."
    if run.config.tool_not_found_behavior == "raise_error":
        raise ModelBehaviorError(f"The model of agent {run.agent.name!r} called a tool that does not exist. {message}")
    if run.config.tool_error_formatter is not None:
        said = run.config.tool_error_formatter(
            ToolErrorFormatterArgs("tool_not_found", "function", call.name, call.call_id, message, run.context)
        )
        message = (await said if inspect.isawaitable(said) else said) or message
    raw = {"call_id": call.call_id, "output": message, "type": "function_call_output"}
    return ToolCallOutputItem(run.agent, raw, message)
