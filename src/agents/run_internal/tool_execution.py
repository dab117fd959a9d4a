"""The tool calls of one turn: run at the same time, each with its hooks, guardrails and span."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from ..agent_tool import PausedRun
from ..awaiting import answer_of
from ..concurrency import is_cancelled, together
from ..exceptions import (
    AgentsException,
    ModelBehaviorError,
    ToolOutputGuardrailTripwireTriggered,
    UserError,
)
from ..function_tools import FunctionTool, FunctionToolCustomDataContext, FunctionToolResult, get_function_tool_origin
from ..items import ItemHelpers, ToolApprovalItem, ToolCallOutputItem
from ..local_tool import LocalTool
from ..native_calls import ToolAnswer, answer_item, called_name
from ..tool_context import ToolContext
from ..tool_failures import maybe_invoke_function_tool_failure_error_function
from ..tool_guardrails import (
    ToolOutputGuardrailData,
    ToolOutputGuardrailResult,
)
from ..tool_timeouts import invoke_function_tool
from ..tracing import function_span
from .approvals import JudgedCall, Rejected, checked_input, told_of
from .discreet import discreet
from .hooks import tell
from .run_steps import RunScope, ToolRunFunction

if TYPE_CHECKING:
    from ..tool_kinds import CallableTool


async def execute_function_tool_calls(run: RunScope, *, tool_runs: Sequence[JudgedCall]) -> list[FunctionToolResult]:
    """Run the called tools that may run, and return their results in the order of the calls.

    A call that waits for approval does not run: its result holds the approval item. So does one that began the run
    of an agent in which a call waits.

    Raises:
        UserError: A tool raised, and its ``failure_error_function`` is ``None``.
        AgentsException: A guardrail stopped the run, or a tool raised one on purpose.
    """
    limit = run.config.tool_execution.max_function_tool_concurrency if run.config.tool_execution else None
    before: asyncio.Future[None] | None = None
    jobs: list[Callable[[], Awaitable[FunctionToolResult]]] = []
    for call in tool_runs:
        if isinstance(call.function_tool, LocalTool) and call.function_tool.in_order:
            done = asyncio.get_running_loop().create_future()
            jobs.append(partial(_execute_after, before, run, call, done))
            before = done
        else:
            jobs.append(partial(_execute, run, call))
    return await together(jobs, limit)


async def _execute_after(
    before: asyncio.Future[None] | None, run: RunScope, call: JudgedCall, done: asyncio.Future[None]
) -> FunctionToolResult:
    """Run a call when the one before it is done: both act on one machine, as the model has ordered them."""
    try:
        if before is not None:
            await before
        return await _execute(run, call)
    finally:
        if not done.done():
            done.set_result(None)


async def _execute(run: RunScope, judged: JudgedCall) -> FunctionToolResult:
    call, tool, context, verdict = judged.call, judged.function_tool, judged.context, judged.verdict
    if isinstance(verdict, ToolApprovalItem):
        return FunctionToolResult(tool, None, verdict, [verdict])
    data = run.config.trace_include_sensitive_data
    with discreet(run, function_span(tool.qualified_name, input=call.arguments if data else None)) as span:
        rejection = await _rejection(run, judged)
        answer = await _answer(run, judged) if rejection is None else rejection
        output = answer.text if isinstance(answer, ToolAnswer) else answer
        if isinstance(output, PausedRun):
            run.progress.paused_runs[context.tool_call_id] = output.state
            return FunctionToolResult(tool, None, None, output.interruptions, output.result)
        if isinstance(verdict, Rejected):
            span.set_error({"message": "The call was rejected.", "data": {"tool_name": tool.name}})
        if data:
            span.span_data.output = output
        raw: Any = _told(call, answer)
        item = ToolCallOutputItem(run.agent, raw, output, tool_origin=get_function_tool_origin(tool))
        run.progress.finished.append(item)  # what is done is done, whatever the hooks make of it
        run.progress.paused_runs.pop(context.tool_call_id, None)
        if rejection is None:
            await tell(run, run.agent, "on_tool_end", context, run.agent, tool, output)
    if verdict is None:
        item.custom_data = await _custom_data(tool, context, answer, raw)
    return FunctionToolResult(tool, output, item)


async def _rejection(run: RunScope, judged: JudgedCall) -> Any:
    """What the model is told instead of the tool's answer, by a human or a guardrail; ``None`` where none objects."""
    if isinstance(judged.verdict, Rejected):
        judged.carry_out()
        message = judged.verdict.message
        return ToolAnswer(message, failed=True) if isinstance(judged.function_tool, LocalTool) else message
    if judged.context.paused_run is not None:
        return None
    return await checked_input(run, judged.function_tool, judged.context)


async def _answer(run: RunScope, judged: JudgedCall) -> Any:
    """What the tool answers, as its output guardrails let it pass. Of a local tool a ``ToolAnswer``."""
    tool, context = judged.function_tool, judged.context
    if context.paused_run is None:
        await tell(run, run.agent, "on_tool_start", context, run.agent, tool)
        run.context.usage.tool_calls += 1
        judged.carry_out()
    try:
        answer = await (tool.answer(context) if isinstance(tool, LocalTool) else _invoke(tool, context))
    except BaseException:
        if context.paused_run is not None:  # an agent as a tool goes on from where it was stopped
            run.progress.paused_runs[context.tool_call_id] = context.paused_run
        raise
    return answer if isinstance(answer, PausedRun) else await _checked_output(run, tool, context, answer)


def _told(call: ToolRunFunction, output: Any) -> Any:
    """The item that answers a call, in the form that the call has."""
    tool = call.function_tool
    if isinstance(tool, LocalTool):
        return answer_item(call.tool_call, output)
    schema = None if isinstance(output, str) else tool.output_json_schema  # a text is JSON already, or says what failed
    return ItemHelpers.tool_call_output_item(call.tool_call, output, output_json_schema=schema)


async def _custom_data(tool: CallableTool, context: ToolContext[Any], output: Any, raw: Any) -> dict[str, Any] | None:
    """What the application wants noted on the output.

    Raises:
        UserError: The extractor did not return JSON data by names.
    """
    whose, noted = f"custom_data_extractor of tool {tool.name!r}", None
    if isinstance(tool, LocalTool):
        noted = await answer_of(whose, tool.custom_data_of, context, output, dict(raw))
    elif tool.custom_data_extractor is not None:
        seen = FunctionToolCustomDataContext(context, tool, output, raw)
        noted = await answer_of(whose, tool.custom_data_extractor, seen)
    if not noted and (noted is None or isinstance(noted, Mapping)):
        return None
    try:
        copied: Any = json.loads(json.dumps(dict(noted), allow_nan=False))
    except (TypeError, ValueError) as error:
        raise UserError(f"{whose} must return JSON data by names: {error}") from error
    return cast("dict[str, Any]", copied)


async def _invoke(tool: FunctionTool, context: ToolContext[Any]) -> Any:
    try:
        return await invoke_function_tool(function_tool=tool, context=context, arguments=context.tool_arguments)
    except asyncio.CancelledError as error:
        if is_cancelled():
            raise
        said = await maybe_invoke_function_tool_failure_error_function(function_tool=tool, context=context, error=error)
        if said is None:
            raise UserError(f"Tool {tool.name!r} was cancelled, and the run was not.") from error
        return said
    except AgentsException:
        raise
    except Exception as error:
        raise UserError(f"Tool {tool.name!r} raised {type(error).__name__}: {error}") from error


async def _checked_output(run: RunScope, tool: CallableTool, context: ToolContext[Any], output: Any) -> Any:
    """The tool's output, or what an output guardrail says instead."""
    for guardrail in tool.tool_output_guardrails or ():
        verdict = await guardrail.run(ToolOutputGuardrailData(context, run.agent, output))
        run.result.tool_output_guardrail_results.append(ToolOutputGuardrailResult(guardrail, verdict))
        if verdict.behavior["type"] == "raise_exception":
            raise ToolOutputGuardrailTripwireTriggered(guardrail, verdict)
        if verdict.behavior["type"] == "reject_content":
            return verdict.behavior["message"]
    return output


def refuse_unknown_tools(run: RunScope, calls: Sequence[Any], known: Sequence[str]) -> None:
    """End a run that is configured so, before any tool of the turn is at work.

    Raises:
        ModelBehaviorError: A tool was called that does not exist.
    """
    if calls and run.config.tool_not_found_behavior == "raise_error":
        said = _not_found(calls[0], known)
        raise ModelBehaviorError(f"The model of agent {run.agent.name!r} called a tool that does not exist. {said}")


async def answer_unknown_tool(run: RunScope, call: Any, known: Sequence[str]) -> ToolCallOutputItem:
    """What the model is told that called a tool which does not exist."""
    message = await told_of(run, "tool_not_found", called_name(call), call.call_id, _not_found(call, known))
    return ToolCallOutputItem(run.agent, answer_item(call, ToolAnswer(message, failed=True)), message)


def _not_found(call: Any, known: Sequence[str]) -> str:
    return f"There is no tool named {called_name(call)!r}. The tools are: {', '.join(known) or 'none'}."
