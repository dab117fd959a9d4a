"""Schemas of tools that services refuse as they are, on the way to a strict service and back."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from agents import Agent, AnyModel, FunctionTool, Runner
from agents.testing.simulator import Reply, Simulator, ToolCall

EITHER = {
    "type": "object",
    "oneOf": [
        {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]},
        {"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]},
    ],
}


async def test_a_tool_with_a_union_at_its_root_is_offered_and_called(
    sim: Simulator, model: Callable[..., AnyModel]
) -> None:
    """Many MCP servers have one, and a service that refuses it refuses the whole request."""
    given: list[dict[str, Any]] = []

    async def find(context: Any, arguments: str) -> str:
        given.append(json.loads(arguments))
        return "Found."

    tool = FunctionTool(
        name="find",
        description="Finds a thing",
        params_json_schema=EITHER,
        on_invoke_tool=find,
        strict_json_schema=False,
    )
    sim.script(Reply([ToolCall("find", {"name": "key"})]), "It is in the drawer.")
    result = await Runner.run(Agent(name="Finder", model=model(), tools=[tool]), "Where is the key?")
    assert (given, result.final_output) == ([{"name": "key"}], "It is in the drawer.")
