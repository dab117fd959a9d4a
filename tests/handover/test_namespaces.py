"""Tools in namespaces on every protocol: the matrix has the models, and this is a row of it."""

from __future__ import annotations

import pytest

from agents import Agent, function_tool, tool_namespace
from agents.testing.simulator import Reply, Simulator, ToolCall

from ..conformance.columns import Run
from .desks import DESKS, Desk, calls, results


@function_tool
def find(name: str) -> str:
    """Find somebody."""
    return f"{name} is here"


@function_tool(name_override="find", defer_loading=True)
def find_order(name: str) -> str:
    """Find an order."""
    return f"{name} is on its way"


@pytest.mark.parametrize("desk", DESKS, ids=lambda desk: desk.id)
async def test_two_tools_of_one_name_are_two_tools_on_every_protocol(sim: Simulator, run: Run, desk: Desk) -> None:
    """No protocol but one knows namespaces: a name that holds both parts passes all of them."""
    sim.script(Reply([ToolCall("crm__find", {"name": "Ann"}), ToolCall("shop__find", {"name": "Tea"})]), "Done.")
    people = tool_namespace(name="crm", description="Customers.", tools=[find])
    orders = tool_namespace(name="shop", description="Orders.", tools=[find_order])
    result = await run(Agent("Clerk", model=desk.model(sim), tools=[*people, *orders]))
    outputs = [item.output for item in result.new_items if item.type == "tool_call_output_item"]
    assert outputs == ["Ann is here", "Tea is on its way"]
    assert calls(sim.requests[1]) == ["crm__find", "shop__find"]
    assert results(sim.requests[1]) == 2
    assert "Find somebody.\\n(crm: Customers.)" in str(sim.requests[0].body)
