"""Guardrails of a run: on what goes in, and on what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ..concurrency import together
from ..exceptions import InputGuardrailTripwireTriggered, OutputGuardrailTripwireTriggered
from ..guardrail import InputGuardrail, InputGuardrailResult, OutputGuardrail, OutputGuardrailResult
from ..items import ToolCallOutputItem
from ..logger import logger
from ..native_calls import NATIVE_OUTPUTS, with_other_words
from ..run_config import OutputGuardrailBlockedMessageArgs
from ..tracing import guardrail_span
from .discreet import discreet
from .run_steps import RunScope

if TYPE_CHECKING:
    from ..items import TResponseInputItem

BLOCKED_MESSAGE = "Output withheld by an output guardrail."


def input_guardrails_of(run: RunScope) -> list[InputGuardrail[Any]]:
    """The guardrails on the run's input: those of its first agent, and of its configuration."""
    first = run.progress.starting_agent or run.agent
    return [*first.input_guardrails, *(run.config.input_guardrails or ())]


async def check_input(
    run: RunScope, guardrails: Sequence[InputGuardrail[Any]], input: str | list[TResponseInputItem]
) -> None:
    """Run input guardrails on an input, at the same time.

    Raises:
        InputGuardrailTripwireTriggered: One stopped the run; the others are stopped with it.
    """

    async def check(guardrail: InputGuardrail[Any]) -> InputGuardrailResult:
        with discreet(run, guardrail_span(guardrail.get_name())) as span:
            result = await guardrail.run(run.agent, input, run.context)
            span.span_data.triggered = result.output.tripwire_triggered
        run.result.input_guardrail_results.append(result)
        if result.output.tripwire_triggered:
            raise InputGuardrailTripwireTriggered(result)
        return result

    await together([lambda g=guardrail: check(g) for guardrail in guardrails])  # type: ignore[misc]


async def check_output(run: RunScope, output: Any) -> None:
    """Run the output guardrails of the last agent and of the configuration at the same time.

    Raises:
        OutputGuardrailTripwireTriggered: One stopped the run.
    """
    guardrails = [*run.agent.output_guardrails, *(run.config.output_guardrails or ())]

    async def check(guardrail: OutputGuardrail[Any]) -> OutputGuardrailResult:
        with discreet(run, guardrail_span(guardrail.get_name())) as span:
            result = await guardrail.run(run.context, run.agent, output)
            span.span_data.triggered = result.output.tripwire_triggered
        run.result.output_guardrail_results.append(result)
        if result.output.tripwire_triggered:
            raise OutputGuardrailTripwireTriggered(result)
        return result

    await together([lambda g=guardrail: check(g) for guardrail in guardrails])  # type: ignore[misc]


def withhold_tool_outputs(run: RunScope, stopped: OutputGuardrailTripwireTriggered) -> None:
    """Where tools made the final output that was blocked, take it out of the history. Their calls stay there."""
    message = _blocked_message(run, stopped)
    withheld: set[str | None] = set()
    for item in run.result.new_items[run.progress.turn_start :]:
        if isinstance(item, ToolCallOutputItem):
            item.output = message
            item.raw_item = with_other_words(item.to_input_item(), message)
            withheld.add(item.call_id)
    for number, told in enumerate(run.result.conversation):
        known: Any = told
        kind = known.get("type")
        if (kind == "function_call_output" or kind in NATIVE_OUTPUTS.values()) and known.get("call_id") in withheld:
            instead: Any = with_other_words(known, message)
            run.result.conversation[number] = instead


def _blocked_message(run: RunScope, stopped: OutputGuardrailTripwireTriggered) -> str:
    chosen: Any = run.config.output_guardrail_blocked_message
    if callable(chosen):
        guardrail = stopped.guardrail_result.guardrail.get_name()
        try:
            chosen = chosen(OutputGuardrailBlockedMessageArgs(BLOCKED_MESSAGE, guardrail, run.agent, run.context))
        except Exception as error:  # noqa: BLE001 - what is blocked goes out of the history whatever the function does
            logger.error("output_guardrail_blocked_message failed with %s.", type(error).__name__)
    return chosen if isinstance(chosen, str) and chosen else BLOCKED_MESSAGE
