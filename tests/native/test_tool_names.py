"""Tools whose names a wire cannot carry, over every protocol."""

from __future__ import annotations

from typing import Any

import pytest

from agents import Agent, FunctionTool, ModelSettings
from agents.testing.simulator import Ask, Reply, Simulator, ToolCall

NAMES = {
    "other characters": "weather.of/city ü",
    "too long": "weather_" * 20,
    "a digit first": "2nd_look",
    "the name of ours": "final_output",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("forced", [False, True], ids=["free", "forced"])
async def test_a_tool_of_any_name_is_called_by_it(
    sim: Simulator, model: Any, run: Any, name: str, forced: bool
) -> None:
    """MCP servers name tools as they please: the model calls a legal name, and the run sees the tool's own."""
    called: list[str] = []

    async def look(context: Any, arguments: str) -> str:
        called.append(context.tool_name)
        return "windy"

    schema = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
    tool = FunctionTool(name, "Looks.", schema, look)
    sim.script(lambda ask: Reply([ToolCall(ask.tools[0].name, {})]), Reply(["Windy."]))
    settings = ModelSettings(tool_choice=name if forced else None)
    result = await run(Agent(name="A", model=model(), tools=[tool], model_settings=settings))
    assert called == [name]
    assert result.new_items[0].raw_item.name == name
    assert result.final_output == "Windy."


async def test_calls_of_the_past_keep_their_legal_names(sim: Simulator, model: Any, run: Any) -> None:
    """A history may hold calls of tools that the next agent does not have."""
    call = {"type": "function_call", "call_id": "call_1", "name": "a.b c" * 30, "arguments": "{}"}
    output = {"type": "function_call_output", "call_id": "call_1", "output": "done"}

    def answer(ask: Ask) -> Reply:
        return Reply(["Yes."])

    sim.script(answer)
    hello = {"role": "user", "content": "Hello"}
    result = await run(Agent(name="A", model=model()), [hello, call, output, hello])
    assert result.final_output == "Yes."
