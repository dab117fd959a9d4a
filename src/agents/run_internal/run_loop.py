"""The one loop. A plain run is a streamed run whose events nobody reads.

A turn is: prepare, call the model, resolve its response, act on it. Turns follow until one ends the run. A run that was
put down in the middle of a turn goes on with the response which that turn has already.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence

from ..concurrency import beside
from ..exceptions import InputGuardrailTripwireTriggered, OutputGuardrailTripwireTriggered, RunErrorDetails
from ..function_tools import FunctionToolResult
from ..items import InputItem, ItemHelpers, ModelResponse, RunItem, ToolApprovalItem
from ..run_progress import RunProgress
from ..stream_events import AgentUpdatedStreamEvent
from ..tracing import AgentSpanData, Span, agent_span
from .approvals import judge
from .error_handlers import handled, resolve_answer
from .guardrails import check_input, check_output, input_guardrails_of, withhold_tool_outputs
from .handoffs import execute_handoffs
from .hooks import tell
from .hosted_approvals import answer_approval_requests
from .limits import limit_reached, tool_limit_reached
from .model_call import call_model, keeper_of
from .run_steps import (
    NextStep,
    NextStepFinalOutput,
    NextStepHandoff,
    NextStepInterruption,
    PreparedTurn,
    ProcessedResponse,
    RunScope,
    ToolRunFunction,
)
from .session_history import compact, read_history, save_turn, save_what_is_whole
from .spans import span_of_turn
from .tool_execution import answer_unknown_tool, execute_function_tool_calls, refuse_unknown_tools
from .turn_preparation import prepare_turn
from .turn_resolution import process_model_response, resolve_tool_use


async def run_to_end(run: RunScope) -> None:
    """Take turns until the run has its final output, which stands in its result then, or waits for approvals.

    Raises:
        AgentsException: What ended the run otherwise; its ``run_data`` holds all that the run had made.
    """
    span: Span[AgentSpanData] | None = None
    try:
        await read_history(run)
        _announce_agent(run)
        while not await _is_to_stop(run):
            if span is None:
                span = agent_span(run.agent.name)
                span.start(mark_as_current=True)
                is_new = run.progress.stage != "acting"  # or it goes on with a turn that was put down
            step = await _take_turn(run, span, is_new)
            is_new = False
            if isinstance(step, NextStepInterruption):
                return  # what waits is no whole turn: the session gets it when it is
            if isinstance(step, NextStepFinalOutput):
                run.result.final_output = step.output  # it is there, whatever comes of storing it
            await save_turn(run)
            if isinstance(step, NextStepFinalOutput):
                await compact(run)
                return
            if isinstance(step, NextStepHandoff):
                span.finish(reset_current=True)
                span = None
                _announce_agent(run)
    except GeneratorExit:  # the event loop is gone: nothing can be awaited
        raise
    except BaseException as error:
        if span is not None and isinstance(error, Exception):
            span.set_error({"message": "The run ended with an error.", "data": {"type": type(error).__name__}})
        _add_outputs(run, run.progress.finished)
        error.run_data = _run_data(run)  # type: ignore[attr-defined]  # of runs in runs, the outermost has all of it
        await save_what_is_whole(run)
        raise
    finally:
        if span is not None:
            span.finish(reset_current=True)


async def _is_to_stop(run: RunScope) -> bool:
    """Whether who reads the events wants no further turn. One that was put down is finished first."""
    if run.events is None:
        return False
    await asyncio.sleep(0)  # a reader that waits may stop the run by what it sees of the last turn
    return run.progress.stage == "ready" and getattr(run.result, "stop_after_turn", False)


def _announce_agent(run: RunScope) -> None:
    if run.events is not None:
        run.events.put(AgentUpdatedStreamEvent(run.agent))


async def _take_turn(run: RunScope, span: Span[AgentSpanData], is_new: bool) -> NextStep:
    """One turn; ``is_new`` says whether the agent begins to work with it."""
    step: NextStep
    if run.progress.stage == "acting":
        turn = await prepare_turn(run)
        _describe(turn, span)
        step = await _follow(run, turn, process_model_response(turn, run.result.raw_responses[-1]))
    elif (stopped := limit_reached(run)) is not None:
        step = await handled(run, stopped)
    else:
        run.result.current_turn += 1
        with span_of_turn(run):
            step = await _follow(run, *await _ask(run, span, is_new))
    if isinstance(step, NextStepFinalOutput):
        return await _end(run, step)
    if isinstance(step, NextStepInterruption):
        run.result.interruptions = step.interruptions
    else:
        run.progress.stage = "ready"
    return step


async def _follow(run: RunScope, turn: PreparedTurn, processed: ProcessedResponse) -> NextStep:
    """What follows from the answer of the model."""
    if not processed.asks_for_action:
        return await resolve_answer(run, turn, processed)
    return await _act(run, turn, processed)


async def _ask(run: RunScope, span: Span[AgentSpanData], is_new: bool) -> tuple[PreparedTurn, ProcessedResponse]:
    """Begin a turn: ask the model, and note what it made."""
    result, progress = run.result, run.progress
    progress.stage = "asking"
    if progress.pending_input:
        _admit(run, progress)
    if is_new:
        run.context.turn_input = list(progress.base_input)
    await _guard(run)
    if is_new:
        await tell(run, run.agent, "on_agent_start", run.context, run.agent)
    turn = await prepare_turn(run)
    _describe(turn, span)
    if progress.unsaved:
        await save_turn(run)  # the input: whatever happens from here on, it was said
    response = await _guarded_call(run, turn)
    processed = process_model_response(turn, response)
    progress.turn_start = len(result.new_items)
    progress.stage = "acting"
    for item in processed.new_items:
        run.add(item)
    run.server.answered(keeper_of(turn.model), response.response_id, len(result.conversation))
    return turn, processed


def _admit(run: RunScope, progress: RunProgress) -> None:
    """Take up what was said to the run meanwhile. Input guardrails have not seen it."""
    said = list(progress.pending_input)
    progress.pending_input.clear()
    before = [] if progress.unchecked is None else ItemHelpers.input_to_new_input_list(progress.unchecked)
    progress.unchecked = [*before, *said]
    for item in said:
        run.add(InputItem(run.agent, item, input_id=os.urandom(16).hex()))


def _describe(turn: PreparedTurn, span: Span[AgentSpanData]) -> None:
    data = span.span_data
    data.tools = [tool.qualified_name for tool in turn.tools]
    data.handoffs = [handoff.agent_name for handoff in turn.handoffs]
    data.output_type = turn.output_schema.name() if turn.output_schema else "str"


async def _guard(run: RunScope) -> None:
    """The input guardrails that run before anything else does: what they stop was said all the same."""
    unchecked = run.progress.unchecked
    if unchecked is None:
        return
    if guardrails := [each for each in input_guardrails_of(run) if not each.run_in_parallel]:
        try:
            await check_input(run, guardrails, unchecked)
        except InputGuardrailTripwireTriggered:
            await save_turn(run)
            raise


async def _guarded_call(run: RunScope, turn: PreparedTurn) -> ModelResponse:
    """The model call, beside the input guardrails that run in parallel, if there is input that they have not seen."""
    unchecked = run.progress.unchecked
    parallel = [] if unchecked is None else [each for each in input_guardrails_of(run) if each.run_in_parallel]
    if unchecked is None or not parallel:
        response = await call_model(run, turn)
    else:
        response = await beside(check_input(run, parallel, unchecked), call_model(run, turn))
    run.progress.unchecked = None
    return response


async def _act(run: RunScope, turn: PreparedTurn, processed: ProcessedResponse) -> NextStep:
    """Do what the response asks for and is not done yet: run tools, answer calls of none, hand over."""
    answered = {item.call_id for item in run.progress.outputs(run.result.new_items)}
    unknown, known = [call for call in processed.unknown if call.call_id not in answered], list(turn.callable_names)
    refuse_unknown_tools(run, unknown, known)
    results = _finished_calls(run, processed.functions)
    to_run = [call for call, result in zip(processed.functions, results, strict=True) if result is None]
    judged = await judge(run, to_run)
    if (stopped := tool_limit_reached(run, sum(call.begins for call in judged))) is not None:
        return await handled(run, stopped)
    run.tool_users.add(id(turn.agent))
    made = iter(await execute_function_tool_calls(run, tool_runs=judged) if judged else ())
    all_results = [next(made) if result is None else result for result in results]
    _add_outputs(run, [result.run_item for result in all_results if result.run_item is not None])
    for call in unknown:
        run.add(await answer_unknown_tool(run, call, known))
    waiting = [item for result in all_results for item in result.interruptions]
    if processed.mcp_approval_requests:
        waiting += await answer_approval_requests(run, processed.mcp_approval_requests)
    if waiting:
        return NextStepInterruption(waiting)
    if processed.handoffs:
        turn_items = run.result.new_items[run.progress.turn_start :]
        turn_items = [item for item in turn_items if not isinstance(item, ToolApprovalItem)]
        step = await execute_handoffs(run, processed.handoffs, turn_items)
        run.result.current_agent = step.new_agent
        return step
    return await resolve_tool_use(turn, all_results, run.context)


def _finished_calls(run: RunScope, calls: Sequence[ToolRunFunction]) -> list[FunctionToolResult | None]:
    """For each call what came of it, if it ran before the run was put down."""
    outputs = run.progress.outputs(run.result.new_items)
    results: list[FunctionToolResult | None] = []
    for call in calls:
        output = next((each for each in outputs if each.call_id == call.tool_call.call_id), None)
        outputs = [each for each in outputs if each is not output]
        results.append(None if output is None else FunctionToolResult(call.function_tool, output.output, output))
    return results


def _add_outputs(run: RunScope, items: Sequence[RunItem]) -> None:
    """Add what came of the calls of the turn, where it is not there already."""
    there = {id(item) for item in run.result.new_items[run.progress.turn_start :]}
    for item in items:
        if id(item) not in there:
            run.add(item)
    run.progress.finished = []


async def _end(run: RunScope, step: NextStepFinalOutput) -> NextStepFinalOutput:
    """Tell hooks and guardrails of the final output."""
    await tell(run, run.agent, "on_agent_end", run.context, run.agent, step.output)
    try:
        await check_output(run, step.output)
    except OutputGuardrailTripwireTriggered as stopped:
        withhold_tool_outputs(run, stopped)
        raise
    if step.item is not None:
        run.add(step.item)
    run.progress.stage = "ended"
    return step


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
        make_state=result.to_state,
    )
