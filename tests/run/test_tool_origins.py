"""Where a tool came from, and what an application notes on its output."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from agents import Agent, ToolOrigin, ToolOriginType, UserError, function_tool


async def test_items_say_where_their_tool_came_from(run: Any, says: Any, weather: Any) -> None:
    """A user interface shows an agent at work otherwise than a function."""
    expert = Agent("Expert", model=says("East."))
    tool = expert.as_tool("ask_expert", "Ask.")
    model = says([("get_weather", {"city": "Rome"}), ("ask_expert", {"input": "Sun?"}), ("nobody",)], "Done.")
    result = await run(Agent("Desk", model=model, tools=[weather, tool]))
    origins = {item.call_id: item.tool_origin for item in result.new_items if item.type == "tool_call_item"}
    function = ToolOrigin(ToolOriginType.FUNCTION)
    agent = ToolOrigin(ToolOriginType.AGENT_AS_TOOL, agent_name="Expert", agent_tool_name="ask_expert")
    assert origins == {"call_get_weather": function, "call_ask_expert": agent, "call_nobody": None}
    outputs = {item.call_id: item.tool_origin for item in result.new_items if item.type == "tool_call_output_item"}
    assert outputs == origins


@pytest.mark.parametrize(
    "origin",
    [
        ToolOrigin(ToolOriginType.FUNCTION),
        ToolOrigin(ToolOriginType.MCP, mcp_server_name="files"),
        ToolOrigin(ToolOriginType.AGENT_AS_TOOL, agent_name="A", agent_tool_name="a"),
    ],
)
def test_an_origin_survives_json(origin: ToolOrigin) -> None:
    """Runs are stored, and shown again later."""
    data = origin.to_json_dict()
    assert all(type(value) is str for value in data.values())
    assert ToolOrigin.from_json_dict(data) == origin


@pytest.mark.parametrize("data", [None, [], {}, {"type": "later"}, {"type": 3}, {"type": []}])
def test_data_of_no_known_origin_is_none(data: Any) -> None:
    """A newer version may know more sources."""
    assert ToolOrigin.from_json_dict(data) is None


def noting(extractor: Any) -> Any:
    @function_tool(custom_data_extractor=extractor)
    def look(city: str) -> str:
        """Look."""
        return f"A view of {city}"

    return look


async def later(seen: Any) -> Any:
    return {"of": seen.output}


NOTES = {
    "sync": (lambda seen: {"id": seen.tool_context.tool_call_id, "told": seen.raw_item["output"]}, True),
    "async": (later, {"of": "A view of Rome"}),
    "none": (lambda seen: None, None),
    "empty": (lambda seen: {}, None),
}


@pytest.mark.parametrize("name", list(NOTES))
async def test_an_application_notes_what_no_model_reads(run: Any, says: Any, name: str) -> None:
    """Links, ids and pictures for the screen belong to the item, and would confuse a model."""
    extractor, expected = NOTES[name]
    model = says(("look", {"city": "Rome"}), "Done.")
    result = await run(Agent("Desk", model=model, tools=[noting(extractor)]))
    (output,) = [item for item in result.new_items if item.type == "tool_call_output_item"]
    wanted = {"id": "call_look", "told": "A view of Rome"} if expected is True else expected
    assert output.custom_data == wanted
    assert set(model.last_call.input[-1]) == {"type", "call_id", "output"}


@pytest.mark.parametrize("noted", [3, [1], {"x": object()}, {"x": float("nan")}])
async def test_a_note_that_is_no_data_is_named(run: Any, says: Any, noted: Any) -> None:
    """It could not be stored: better said at once than when the run is saved."""
    model = says(("look", {"city": "Rome"}), "Done.")
    with pytest.raises(UserError, match="custom_data_extractor of tool 'look' must return JSON data"):
        await run(Agent("Desk", model=model, tools=[noting(lambda seen: noted)]))


async def test_a_call_has_the_title_of_its_tool(run: Any, says: Any, weather: Any) -> None:
    """A user interface shows people the label, not the name that the model uses."""
    tool = replace(weather, title="Weather report")
    result = await run(Agent("Desk", model=says(("get_weather", {"city": "Rome"}), "Done."), tools=[tool]))

    assert [item.title for item in result.new_items if item.type == "tool_call_item"] == ["Weather report"]
