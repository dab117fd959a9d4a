"""The one loop. A plain run is a streamed run whose events nobody reads.

A turn is: prepare, call the model, resolve its response, act on it. Turns follow until one ends the run.
"""

from __future__ import annotations

import asyncio
from typing import Any

from ..exceptions import AgentsException, RunErrorDetails
from ..items import (
    HandoffCallItem,
    HandoffOutputItem,
    MessageOutputItem,
    ModelResponse,
    ReasoningItem,
    RunItem,
    ToolCallItem,
    ToolCallOutputItem,
)
from ..run_context import AgentHookContext
from ..stream_events import AgentUpdatedStreamEvent, RunItemStreamEvent
from ..tracing import AgentSpanData, Span, agent_span
from .error_handlers import handled, resolve_answer
from .guardrails import beside, check_input, check_output, input_guardrails_of
from .handoffs import execute_handoffs
from .limits import limit_reached, tool_limit_reached
from .model_call import call_model, keeper_of
from .run_steps import (
    NextStep,
    NextStepFinalOutput,
    NextStepHandoff,
    PreparedTurn,
    ProcessedResponse,
    RunScope,
)
from .session_history import compact, read_history, save_turn, save_what_is_whole
from .tool_execution import answer_unknown_tool, execute_function_tools
from .turn_preparation import prepare_turn
from .turn_resolution import process_model_response, resolve_tool_use

_EVENT_NAMES: dict[type[Any], str] = {
    MessageOutputItem: "message_output_created",
    ReasoningItem: "reasoning_item_created",
    ToolCallItem: "tool_called",
    ToolCallOutputItem: "tool_output",
    HandoffCallItem: "handoff_requested",
    HandoffOutputItem: "handoff_occured",
}


async def run_to_end(run: RunScope) -> None:
    """Take turns until the run has its final output, which stands in its result then.

    Raises:
        AgentsException: What ended the run otherwise; its ``run_data`` holds all that the run had made.
    """
    span: Span[AgentSpanData] | None = None
    try:
        await read_history(run)
        while True:
            if span is None:
                span = agent_span(run.agent.name)
                span.start(mark_as_current=True)
                await _enter_agent(run)
            step = await _take_turn(run, span)
            await save_turn(run)
            if isinstance(step, NextStepFinalOutput):
                run.result.final_output = step.output
                await compact(run)
                return
            if isinstance(step, NextStepHandoff):
                span.finish(reset_current=True)
                span = None
                run.result.current_agent = step.new_agent
            if getattr(run.result, "stop_after_turn", False):
                return
    except Exception as error:
        if span is not None:
            span.set_error({"message": "The run ended with an error.", "data": {"type": type(error).__name__}})
        if isinstance(error, AgentsException):  # of runs within runs, the outermost has the whole story
            error.run_data = _run_data(run)
        await save_what_is_whole(run)
        raise
    except asyncio.CancelledError:
        await save_what_is_whole(run)
        raise
    finally:
        if span is not None:
            span.finish(reset_current=True)


async def _enter_agent(run: RunScope) -> None:
    """Another agent begins to work."""
    agent = run.agent
    if run.events is not None:
        run.events.put(AgentUpdatedStreamEvent(agent))
    context = _hook_context(run)
    await run.hooks.on_agent_start(context, agent)
    if agent.hooks is not None:
        await agent.hooks.on_start(context, agent)


async def _take_turn(run: RunScope, span: Span[AgentSpanData]) -> NextStep:
    result = run.result
    if (stopped := limit_reached(run)) is not None:
        return await _end(run, await handled(run, stopped))
    result.current_turn += 1
    turn = await prepare_turn(run)
    _describe(turn, span)
    if result.current_turn == 1:
        await save_turn(run)  # the input: whatever happens from here on, it was said
    response = await _guarded_call(run, turn)
    processed = process_model_response(turn, response)
    turn_items: list[RunItem] = []
    for item in processed.new_items:
        _add(run, item, turn_items)
    run.server.answered(keeper_of(turn.model), response.response_id, len(result.conversation))
    if not processed.asks_for_action:
        step = await resolve_answer(run, turn, processed)
    else:
        step = await _act(run, turn, processed, turn_items)
    return await _end(run, step) if isinstance(step, NextStepFinalOutput) else step


def _describe(turn: PreparedTurn, span: Span[AgentSpanData]) -> None:
    data = span.span_data
    data.tools = [tool.name for tool in turn.tools]
    data.handoffs = [handoff.agent_name for handoff in turn.handoffs]
    data.output_type = turn.output_schema.name() if turn.output_schema else "str"


async def _guarded_call(run: RunScope, turn: PreparedTurn) -> ModelResponse:
    """The model call; on the first turn after the input guardrails, or beside those that run in parallel."""
    guardrails = input_guardrails_of(run) if run.result.current_turn == 1 else []
    if not guardrails:
        return await call_model(run, turn)
    await check_input(run, [guardrail for guardrail in guardrails if not guardrail.run_in_parallel])
    parallel = [guardrail for guardrail in guardrails if guardrail.run_in_parallel]
    if not parallel:
        return await call_model(run, turn)
    return await beside(check_input(run, parallel), call_model(run, turn))


async def _act(run: RunScope, turn: PreparedTurn, processed: ProcessedResponse, turn_items: list[RunItem]) -> NextStep:
    """Do what the response asks for: run tools, answer calls of none, hand over."""
    if (stopped := tool_limit_reached(run, len(processed.functions))) is not None:
        return await handled(run, stopped)
    run.tool_users.add(id(turn.agent))
    results = await execute_function_tools(run, processed.functions) if processed.functions else []
    for result in results:
        if result.run_item is not None:
            _add(run, result.run_item, turn_items)
    for call in processed.unknown:
        _add(run, await answer_unknown_tool(run, call, list(turn.callable_names)), turn_items)
    if processed.handoffs:
        made = len(turn_items)
        step = await execute_handoffs(run, processed.handoffs, turn_items)
        for item in turn_items[made:]:
            _announce(run, item)
        return step
    return await resolve_tool_use(turn, results, run.context)


async def _end(run: RunScope, step: NextStepFinalOutput) -> NextStepFinalOutput:
    """Tell hooks and guardrails of the final output."""
    context, output = _hook_context(run), step.output
    await run.hooks.on_agent_end(context, run.agent, output)
    if run.agent.hooks is not None:
        await run.agent.hooks.on_end(context, run.agent, output)
    await check_output(run, output)
    if step.item is not None:
        _add(run, step.item, [])
    return step


def _add(run: RunScope, item: RunItem, turn_items: list[RunItem]) -> None:
    run.add(item)
    turn_items.append(item)
    _announce(run, item)


def _announce(run: RunScope, item: RunItem) -> None:
    if run.events is not None:
        run.events.put(RunItemStreamEvent(_EVENT_NAMES[type(item)], item))  # type: ignore[arg-type]


def _hook_context(run: RunScope) -> AgentHookContext[Any]:
    context = run.context
    return AgentHookContext(
        context.context, context.usage, turn_input=context.turn_input, tool_input=context.tool_input
    )


def _run_data(run: RunScope) -> RunErrorDetails:
    result = run.result
    return RunErrorDetails(
        input=result.input,
        new_items=list(result.new_items),
        raw_responses=list(result.raw_responses),
        last_agent=result.last_agent,
        context_wrapper=result.context_wrapper,
        input_guardrail_results=list(result.input_guardrail_results),
        output_guardrail_results=list(result.output_guardrail_results),
        tool_input_guardrail_results=list(result.tool_input_guardrail_results),
        tool_output_guardrail_results=list(result.tool_output_guardrail_results),
    )
