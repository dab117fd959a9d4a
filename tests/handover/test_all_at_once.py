"""Handoffs, agents as tools, approvals, sessions, fallback, guardrails and prices in one run, between vendors."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agents import (
    Agent,
    FallbackModel,
    GuardrailFunctionOutput,
    InputGuardrail,
    RunConfig,
    RunState,
    SQLiteSession,
    UsageLimits,
    function_tool,
)
from agents.cost import request_cost
from agents.testing.simulator import HttpError, Reply, Simulator, Text, Thinking, Tokens, ToolCall

from ..conformance.columns import Run, thinking
from .desks import NATIVE, Desk, thoughts

TURNS = [(NATIVE[at], NATIVE[(at + 1) % 4], NATIVE[(at + 2) % 4]) for at in range(4)]
TOKENS = Tokens(input=1000, output=100)


class Office:
    """A front desk that hands over to a boss, whose tool is an agent that deletes files when somebody approves it."""

    def __init__(self, sim: Simulator, front: Desk, boss: Desk, cleaner: Desk) -> None:
        self.done: list[str] = []
        self.checked = 0

        @function_tool(needs_approval=True)
        def delete(path: str) -> str:
            """Delete a file."""
            self.done.append(path)
            return f"deleted {path}"

        def check(*_: Any) -> GuardrailFunctionOutput:
            self.checked += 1
            return GuardrailFunctionOutput(None, tripwire_triggered=False)

        def model(desk: Desk) -> FallbackModel:
            return FallbackModel([desk.model(sim), desk.model(sim, second=True)])

        self.cleaner = Agent("Cleaner", model=model(cleaner), model_settings=thinking(), tools=[delete])
        tools = [self.cleaner.as_tool("clean", "Cleans."), delete]
        self.boss = Agent("Boss", model=model(boss), model_settings=thinking(), tools=tools)
        self.front = Agent(
            "Front",
            model=model(front),
            model_settings=thinking(),
            handoffs=[self.boss],
            input_guardrails=[InputGuardrail(check)],
        )


def said(desk: Desk, *parts: Any) -> Reply:
    """An answer, with a thought before it where the vendor lets thoughts return."""
    return Reply([*([Thinking("Hm.")] if desk.thinks else []), *parts], usage=TOKENS)


@pytest.mark.parametrize(("front", "boss", "cleaner"), TURNS, ids=["-".join(d.id for d in t) for t in TURNS])
async def test_a_run_through_three_vendors_is_put_down_and_gone_on_with(
    sim: Simulator, run: Run, tmp_path: Path, front: Desk, boss: Desk, cleaner: Desk
) -> None:
    """Each part holds beside all others: nothing is repeated, lost, refused, or left out of the bill."""
    sim.script(
        said(front, ToolCall("transfer_to_boss", {})),
        HttpError(503),
        said(boss, ToolCall("clean", {"input": "Go."}), ToolCall("delete", {"path": "a"})),
        said(cleaner, ToolCall("delete", {"path": "b"})),
        said(cleaner, Text("Cleaned.")),
        said(boss, Text("Done.")),
        said(boss, Text("Yes.")),
    )
    session = SQLiteSession("office", tmp_path / "office.db")
    config = RunConfig(usage_limits=UsageLimits(requests=20, tool_calls=3))
    office = Office(sim, front, boss, cleaner)
    result = await run(office.front, "Clean up", session=session, run_config=config)
    assert [call.agent.name for call in result.interruptions] == ["Cleaner", "Boss"]
    assert office.checked == 1
    session.close()

    elsewhere = Office(sim, front, boss, cleaner)  # as another process would declare it
    session = SQLiteSession("office", tmp_path / "office.db")
    state = await RunState.from_string(elsewhere.front, result.to_state().to_string())
    inner, outer = state.get_interruptions()
    state.approve(inner)
    state.reject(outer, rejection_message="Keep a.")
    result = await run(elsewhere.front, state, session=session, run_config=config)

    assert (result.final_output, result.last_agent, elsewhere.done) == ("Done.", elsewhere.boss, ["b"])
    assert elsewhere.checked == 0
    last = sim.requests[-1]
    assert "Keep a." in str(last.body)
    assert "Cleaned." in str(last.body)
    # Gemini's signatures are a model's own: what the other one sealed is not shown to this one.
    assert thoughts(last) == (boss.thinks and boss.protocol != "gemini")

    usage = result.context_wrapper.usage
    assert (usage.requests, usage.tool_calls) == (5, 2)
    answered = [front.models[0], boss.models[1], cleaner.models[0], cleaner.models[0], boss.models[0]]
    assert [entry.model for entry in usage.request_usage_entries] == [name.partition("/")[2] for name in answered]
    prices = [request_cost(entry) for entry in usage.request_usage_entries]
    known = [price for price in prices if price is not None]
    assert result.cost() == (sum(known, Decimal(0)) if len(known) == len(prices) else None)
    assert Decimal("0.0004") < min(known) <= max(known) < Decimal("0.01")

    assert await session.get_items() == result.to_input_list()
    again = await run(elsewhere.boss, "Really?", session=session)
    assert again.final_output == "Yes."
    session.close()
