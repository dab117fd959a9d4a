"""Guardrails on single tool calls: allow, say something else, or stop the run; before the call and after."""

from __future__ import annotations

from typing import Any

import pytest

from agents import (
    Agent,
    ToolGuardrailFunctionOutput,
    ToolInputGuardrailTripwireTriggered,
    ToolOutputGuardrailTripwireTriggered,
    function_tool,
    tool_input_guardrail,
    tool_output_guardrail,
)

VERDICTS = {
    "allow": ToolGuardrailFunctionOutput.allow("fine"),
    "reject": ToolGuardrailFunctionOutput.reject_content("Not so.", "why"),
    "stop": ToolGuardrailFunctionOutput.raise_exception("worse"),
}


def guarded(side: str, verdict: str, log: list[str]) -> Any:
    def judge(data: Any) -> ToolGuardrailFunctionOutput:
        log.append(f"{data.context.tool_name} {data.agent.name} {getattr(data, 'output', '-')}")
        return VERDICTS[verdict]

    options: dict[str, Any] = {
        "in": {"tool_input_guardrails": [tool_input_guardrail(judge)]},
        "out": {"tool_output_guardrails": [tool_output_guardrail(judge)]},
    }[side]

    @function_tool(**options)
    def act() -> str:
        log.append("ran")
        return "result"

    return act


EXPECTED = {
    # What the log says, and what the model is told.
    ("in", "allow"): (["act A -", "ran"], "result"),
    ("in", "reject"): (["act A -"], "Not so."),
    ("out", "allow"): (["ran", "act A result"], "result"),
    ("out", "reject"): (["ran", "act A result"], "Not so."),
}


@pytest.mark.parametrize(("side", "verdict"), list(EXPECTED))
async def test_a_tool_guardrail_lets_pass_or_says_something_else(run: Any, says: Any, side: str, verdict: str) -> None:
    """A rejected call does not run, a rejected output is never seen by the model; the run goes on."""
    log: list[str] = []
    model = says(("act",), "Done.")

    result = await run(Agent("A", model=model, tools=[guarded(side, verdict, log)]))

    expected_log, told = EXPECTED[side, verdict]
    assert log == expected_log
    assert model.last_call.input[-1]["output"] == told
    assert result.final_output == "Done."
    results = {"in": result.tool_input_guardrail_results, "out": result.tool_output_guardrail_results}
    assert [found.output for found in results[side]] == [VERDICTS[verdict]]


@pytest.mark.parametrize(
    ("side", "kind", "ran"),
    [
        ("in", ToolInputGuardrailTripwireTriggered, False),
        ("out", ToolOutputGuardrailTripwireTriggered, True),
    ],
)
async def test_a_tool_guardrail_stops_the_run(run: Any, says: Any, side: str, kind: type[Any], ran: bool) -> None:
    """The exception says which guardrail it was and why, and the run's data hold its verdict."""
    log: list[str] = []

    with pytest.raises(kind, match="guardrail 'judge' stopped the run") as caught:
        await run(Agent("A", model=says(("act",)), tools=[guarded(side, "stop", log)]))

    assert caught.value.output.output_info == "worse"
    assert ("ran" in log) is ran
    data = caught.value.run_data
    assert len(data.tool_input_guardrail_results + data.tool_output_guardrail_results) == 1
