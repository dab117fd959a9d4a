"""Carrying out a handoff: who goes on, and what of the conversation that agent sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..agent import Agent
from ..awaiting import answer_of
from ..exceptions import UserError
from ..handoffs import Handoff, HandoffHistoryMapper, HandoffInputData, HandoffInputFilter, nest_handoff_history
from ..items import HandoffOutputItem, ItemHelpers, RunItem, ToolCallOutputItem
from ..logger import logger
from ..tracing import handoff_span
from .discreet import discreet
from .hooks import tell
from .run_steps import NextStepHandoff, RunScope, ToolRunHandoff

GO_ON: dict[str, Any] = {"role": "user", "content": "Please go on from here."}
"""Stands behind a story that would end the conversation: Claude would write on in the assistant's words, or refuse."""
IGNORED = "Another handoff was made in the same turn: this one was not carried out."


async def execute_handoffs(
    run: RunScope, handoffs: Sequence[ToolRunHandoff], turn_items: list[RunItem]
) -> NextStepHandoff:
    """Hand over to the agent of the first call; the other calls are answered as not carried out.

    A handoff that was made before the run was put down is not made again: the rest of it follows.

    Args:
        run: The run.
        handoffs: The calls, at least one.
        turn_items: What the turn has made so far; the outputs of the handoffs are added.

    Raises:
        UserError: The handoff did not return an agent, or its filter no ``HandoffInputData``.
    """
    before = len(run.progress.visible_items) - len(turn_items)
    chosen, source = handoffs[0], run.agent
    made = next((item.target_agent for item in turn_items if isinstance(item, HandoffOutputItem)), None)
    target = made or await _hand_over(run, handoffs, turn_items)
    await tell(run, source, "on_handoff", run.context, source, target)
    chosen_filter = _filter_of(run, chosen.handoff)
    if chosen_filter is not None:
        await _filter(run, chosen_filter, before, turn_items)
    return NextStepHandoff(target)


async def _hand_over(run: RunScope, handoffs: Sequence[ToolRunHandoff], turn_items: list[RunItem]) -> Agent[Any]:
    """Make the first handoff, and answer all."""
    chosen, source = handoffs[0], run.agent
    with discreet(run, handoff_span(from_agent=source.name)) as span:
        name, invoke = chosen.handoff.tool_name, chosen.handoff.on_invoke_handoff
        target = await answer_of(f"handoff {name!r}", invoke, run.context, chosen.tool_call.arguments)
        if not isinstance(target, Agent):
            raise UserError(f"Handoff {name!r} returned {type(target).__name__}, not an agent.")
        span.span_data.to_agent = target.name
        if len(handoffs) > 1:
            span.set_error({"message": "Several handoffs in one turn", "data": {"carried_out": target.name}})
    for other in handoffs[1:]:
        _add(run, turn_items, ToolCallOutputItem(source, _output(other, IGNORED), IGNORED))
    said = chosen.handoff.get_transfer_message(target)
    _add(run, turn_items, HandoffOutputItem(source, _output(chosen, said), source, target))
    return target


def _filter_of(run: RunScope, handoff: Handoff[Any, Any]) -> HandoffInputFilter | None:
    """What decides what the next agent reads, if anything does.

    Raises:
        UserError: A filter of the user's is set, and the server keeps the conversation, where nothing can be filtered.
    """
    config = run.config
    chosen = handoff.input_filter or config.handoff_input_filter
    own = handoff.nest_handoff_history
    nested = chosen is None and (config.nest_handoff_history if own is None else own)
    if not run.server.active:
        return _nested(config.handoff_history_mapper) if nested else chosen
    if chosen is not None:
        raise UserError(
            f"The handoff {handoff.tool_name!r} has an input filter, and the server keeps the conversation, where"
            " nothing can be filtered. Remove the filter, or conversation_id, previous_response_id and"
            " auto_previous_response_id."
        )
    if nested:
        logger.warning(
            "The history is not nested at the handoff %r, as the server keeps the conversation.", handoff.tool_name
        )
    return None


def _nested(mapper: HandoffHistoryMapper | None) -> HandoffInputFilter:
    """The filter that tells the conversation as a story."""

    def nest(data: HandoffInputData) -> HandoffInputData:
        given = data.input_history
        history = given if isinstance(given, str) else tuple(item for item in given if item != GO_ON)
        nested = nest_handoff_history(data.clone(input_history=history), history_mapper=mapper)
        last = nested.input_history[-1] if nested.input_history else None
        if mapper is not None or not (isinstance(last, dict) and last.get("role") == "assistant"):
            return nested
        return nested.clone(input_history=(*nested.input_history, GO_ON))

    return nest


def _add(run: RunScope, turn_items: list[RunItem], item: RunItem) -> None:
    run.add(item)
    turn_items.append(item)


def _output(call: ToolRunHandoff, text: str) -> Any:
    return {"call_id": call.tool_call.call_id, "output": text, "type": "function_call_output"}


async def _filter(run: RunScope, input_filter: HandoffInputFilter, before: int, turn_items: Sequence[RunItem]) -> None:
    given, base_input = run.result.input, run.progress.base_input
    as_given = isinstance(given, str) and base_input == ItemHelpers.input_to_new_input_list(given)
    data = HandoffInputData(
        input_history=given if as_given else tuple(base_input),  # type: ignore[arg-type]
        pre_handoff_items=tuple(run.progress.visible_items[:before]),
        new_items=tuple(turn_items),
        run_context=run.context,
    )
    filtered: Any = await answer_of("input filter of the handoff", input_filter, data)
    if not isinstance(filtered, HandoffInputData):
        raise UserError(f"A handoff input filter returns HandoffInputData, not {type(filtered).__name__}.")
    history = filtered.input_history
    base: Any = [{"role": "user", "content": history}] if isinstance(history, str) else list(history)
    new = filtered.new_items if filtered.input_items is None else filtered.input_items
    run.show(base, [*filtered.pre_handoff_items, *new])
