"""An `output_type` on every route: by JSON schema, or where LiteLLM makes a tool of it, by that tool."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import BaseModel

from agents import ModelBehaviorError, ModelSettings
from agents.testing.simulator import Reply, Simulator, Text, Thinking, ToolCall

from .routes import ANTHROPIC, EVERY_ROUTE, GEMINI, Route, Run, agent, kinds, raws, thinking

OLD_CLAUDE = "anthropic/claude-3-7-sonnet-20250219"
"""LiteLLM asks this model for JSON by forcing a tool of its own making on it."""


class Forecast(BaseModel):
    city: str
    degrees: int


def schema_on(sent: Any) -> Any:
    """The schema in a request, in whichever field the protocol has it."""
    body = sent.body
    if sent.protocol == "openai-chat":
        return body["response_format"]["json_schema"]["schema"]
    if sent.protocol == "anthropic":
        return body["output_format"]["schema"]
    if sent.protocol == "openai-responses":
        return body["text"]["format"]["schema"]
    return body["generationConfig"]["response_schema"]


@EVERY_ROUTE
@pytest.mark.parametrize("tools", [False, True], ids=["alone", "with tools"])
async def test_an_output_type_is_filled(sim: Simulator, run: Run, route: Route, weather: Any, tools: bool) -> None:
    """The schema goes over the wire on each turn, and the last answer is an instance of the type."""
    sim.script(*([Reply([ToolCall("get_weather", {"city": "Oslo"})])] if tools else []))
    sim.script('{"city": "Oslo", "degrees": 11}')
    poet = agent(route.on(sim), tools=[weather] if tools else [], output_type=Forecast)
    result = await run(poet, "The weather in Oslo?")
    assert result.final_output == Forecast(city="Oslo", degrees=11)
    assert kinds(result) == ["tool_call", "tool_call_output"] * tools + ["message_output"]
    for sent in sim.requests:
        assert sorted(schema_on(sent)["properties"]) == ["city", "degrees"]


@EVERY_ROUTE
async def test_an_output_type_is_filled_after_reasoning(sim: Simulator, run: Run, route: Route) -> None:
    """Reasoning before the JSON must not end up in it."""
    sim.script(Reply([Thinking("Hm."), Text('{"city": "Oslo", "degrees": 11}')]))
    result = await run(agent(route.on(sim), output_type=Forecast, model_settings=thinking()))
    assert result.final_output == Forecast(city="Oslo", degrees=11)
    shown = [part.text for item in raws(result, "reasoning") for part in item.summary]
    assert shown == (["Hm."] if route in (ANTHROPIC, GEMINI) else [])


async def test_litellms_tool_for_json_is_the_final_output(sim: Simulator, run: Run) -> None:
    """Models without a schema of their own get one as a tool; the user asked for JSON, not for a tool call."""
    result = await run(agent(ANTHROPIC.on(sim, model=OLD_CLAUDE), output_type=Forecast), "The weather in Oslo?")
    assert sim.requests[0].body["tool_choice"] == {"name": "json_tool_call", "type": "tool"}
    assert result.final_output.city == "Oslo"
    assert kinds(result) == ["message_output"]
    assert json.loads(raws(result, "message")[0].content[0].text)["city"] == "Oslo"


@pytest.mark.parametrize("settings", [ModelSettings(), thinking()], ids=["forced", "thinking"])
@pytest.mark.parametrize("thought", [[], [Thinking("Hm.")]], ids=["silent", "thoughtful"])
async def test_litellms_tool_for_json_may_come_after_other_tools(
    sim: Simulator, run: Run, weather: Any, settings: ModelSettings, thought: list[Any]
) -> None:
    """LiteLLM forces its tool only while the model does not think: with thinking, real tools come first."""
    sim.script(
        Reply([*thought, ToolCall("get_weather", {"city": "Oslo"})]),
        Reply([*thought, ToolCall("json_tool_call", {"city": "Oslo", "degrees": 11})]),
    )
    poet = agent(ANTHROPIC.on(sim, model=OLD_CLAUDE), tools=[weather], output_type=Forecast, model_settings=settings)
    result = await run(poet)
    assert result.final_output == Forecast(city="Oslo", degrees=11)
    assert [call.name for call in raws(result, "function_call")] == ["get_weather"]


@EVERY_ROUTE
async def test_a_strange_answer_names_the_type(sim: Simulator, run: Run, route: Route) -> None:
    """What is not the type is an error of the model's, and its text is in the message."""
    sim.script("I would rather not say.")
    with pytest.raises(ModelBehaviorError, match=r"Forecast.*rather not say"):
        await run(agent(route.on(sim), output_type=Forecast))
