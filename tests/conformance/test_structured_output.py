"""An `output_type`: by JSON schema, by a tool, or where LiteLLM makes a tool of it, by that tool."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import BaseModel, Field

from agents import ModelBehaviorError, ModelSettings
from agents.testing.simulator import Reply, Simulator, Text, Thinking, ToolCall

from . import wire
from .columns import CLAUDE, GEMINI, GOOGLE, LITELLM_ANTHROPIC, NATIVE, Column, Run, agent, kinds, raws, thinking
from .table import shows

OLD_CLAUDE = "claude-3-7-sonnet-20250219"
"""A model without schemas of its own: LiteLLM asks it for JSON by forcing a tool of its making on it."""


class Forecast(BaseModel):
    city: str
    degrees: int


ANSWER = '{"city": "Oslo", "degrees": 11}'
OSLO = Forecast(city="Oslo", degrees=11)


@shows("output:native")
async def test_an_output_type_is_filled(sim: Simulator, run: Run, column: Column) -> None:
    """The schema goes over the wire, and the answer is an instance of the type."""
    sim.script(ANSWER)
    result = await run(agent(column.on(sim), output_type=Forecast), "The weather in Oslo?")
    assert result.final_output == OSLO
    assert kinds(result) == ["message_output"]
    assert sorted(wire.schema(sim.requests[0])["properties"]) == ["city", "degrees"]


@shows("output:native-with-tools", "output:with-tools")
async def test_an_output_type_is_filled_beside_tools(sim: Simulator, run: Run, column: Column, weather: Any) -> None:
    """The schema goes over the wire on each turn."""
    sim.script(Reply([ToolCall("get_weather", {"city": "Oslo"})]), ANSWER)
    result = await run(agent(column.on(sim), tools=[weather], output_type=Forecast), "The weather in Oslo?")
    assert result.final_output == OSLO
    assert kinds(result) == ["tool_call", "tool_call_output", "message_output"]
    for sent in sim.requests:
        assert sorted(wire.schema(sent)["properties"]) == ["city", "degrees"]


@shows("output:by-tool")
async def test_an_output_type_is_filled_by_a_tool_alone(sim: Simulator, run: Run, column: Column) -> None:
    """It is the only tool then, and the model has to call it; Gemini takes the schema as long as there are no tools."""
    model = column.on(sim, profile={"structured_output": "tool"})
    result = await run(agent(model, output_type=Forecast), "The weather in Oslo?")
    assert result.final_output.city == "Oslo"
    assert kinds(result) == ["message_output"]
    assert wire.tool_names(sim.requests[0]) == ([] if column is GEMINI else ["final_output"])
    assert (wire.schema(sim.requests[0]) is not None) is (column is GEMINI)


@shows("output:by-tool")
async def test_an_output_type_is_filled_by_a_tool(sim: Simulator, run: Run, column: Column, weather: Any) -> None:
    """Where the service takes no schema, or none beside tools: never shown as a tool call, real tools still usable."""
    sim.script(
        Reply([ToolCall("get_weather", {"city": "Oslo"})]),
        Reply([ToolCall("final_output", {"city": "Oslo", "degrees": 11})]),
    )
    model = column.on(sim, profile={"structured_output": "tool"})
    result = await run(agent(model, tools=[weather], output_type=Forecast), "The weather in Oslo?")
    assert result.final_output == OSLO
    assert kinds(result) == ["tool_call", "tool_call_output", "message_output"]
    assert wire.tool_names(sim.requests[0]) == ["get_weather", "final_output"]


@shows("output:prompted", "output:among-prose", columns=NATIVE)
@pytest.mark.parametrize("said", [ANSWER, f"```json\n{ANSWER}\n```", f"Here it is: {ANSWER} Anything else?"])
async def test_an_output_type_is_filled_by_asking_for_it(sim: Simulator, run: Run, column: Column, said: str) -> None:
    """Where nothing else is to be had: the schema in words, and the JSON found in what the model says."""
    sim.script(Reply([Text(said)]))
    model = column.on(sim, profile={"structured_output": "prompt"})
    result = await run(agent(model, output_type=Forecast))
    assert result.final_output == OSLO
    assert wire.schema(sim.requests[0]) is None
    assert "degrees" in str(sim.requests[0].body)


@shows("output:asked-again", columns=NATIVE)
async def test_a_wrong_answer_is_sent_back_once(sim: Simulator, run: Run, column: Column) -> None:
    """With the error; after a second one the run ends with its text."""
    sim.script('{"city": "Oslo", "deg', ANSWER, "No.", "Never.")
    poet = agent(column.on(sim, profile={"structured_output": "prompt"}), output_type=Forecast)
    assert (await run(poet)).final_output == OSLO
    assert len(sim.requests) == 2
    with pytest.raises(ModelBehaviorError, match="Never"):
        await run(poet)


@shows("output:after-reasoning")
async def test_an_output_type_is_filled_after_reasoning(sim: Simulator, run: Run, column: Column) -> None:
    """Reasoning before the JSON must not end up in it."""
    sim.script(Reply([Thinking("Hm."), Text(ANSWER)]))
    result = await run(agent(column.on(sim), output_type=Forecast, model_settings=thinking()))
    assert result.final_output == OSLO
    if column in CLAUDE or column in GOOGLE:
        assert [item.summary[0].text for item in raws(result, "reasoning")] == ["Hm."]


class Bounded(BaseModel):
    """Keywords that one vendor or another refuses."""

    city: str = Field(min_length=2, max_length=20, pattern="^[A-Z]")
    degrees: int = Field(ge=-90, le=60)
    tags: list[str] = Field(default_factory=list, max_length=3)
    wind: float | None = None


@shows("output:schema-keywords")
async def test_keywords_that_a_vendor_refuses_are_rewritten(sim: Simulator, run: Run, column: Column) -> None:
    """What is validated on our side stays; the strict simulator refuses what its service would."""
    sim.script('{"city": "Oslo", "degrees": 99, "tags": [], "wind": null}')
    with pytest.raises(ModelBehaviorError, match="degrees"):
        await run(agent(column.official(sim), output_type=Bounded))
    sent = wire.schema(sim.requests[0])["properties"]
    if column.provider == "openai":
        assert "maxItems" not in sent["tags"] or "minLength" not in sent["city"]


@shows("output:litellms-tool", columns=(LITELLM_ANTHROPIC,))
async def test_litellms_tool_for_json_is_the_final_output(sim: Simulator, run: Run, column: Column) -> None:
    """Models without a schema of their own get one as a tool; the user asked for JSON, not for a tool call."""
    result = await run(agent(column.on(sim, model=OLD_CLAUDE), output_type=Forecast), "The weather in Oslo?")
    assert sim.requests[0].body["tool_choice"] == {"name": "json_tool_call", "type": "tool"}
    assert result.final_output.city == "Oslo"
    assert kinds(result) == ["message_output"]
    assert json.loads(raws(result, "message")[0].content[0].text)["city"] == "Oslo"


@shows("output:litellms-tool", columns=(LITELLM_ANTHROPIC,))
@pytest.mark.parametrize("settings", [ModelSettings(), thinking()], ids=["forced", "thinking"])
@pytest.mark.parametrize("thought", [[], [Thinking("Hm.")]], ids=["silent", "thoughtful"])
async def test_litellms_tool_for_json_may_come_after_other_tools(
    sim: Simulator, run: Run, column: Column, weather: Any, settings: ModelSettings, thought: list[Any]
) -> None:
    """LiteLLM forces its tool only while the model does not think: with thinking, real tools come first."""
    sim.script(
        Reply([*thought, ToolCall("get_weather", {"city": "Oslo"})]),
        Reply([*thought, ToolCall("json_tool_call", {"city": "Oslo", "degrees": 11})]),
    )
    model = column.on(sim, model=OLD_CLAUDE)
    result = await run(agent(model, tools=[weather], output_type=Forecast, model_settings=settings))
    assert result.final_output == OSLO
    assert [call.name for call in raws(result, "function_call")] == ["get_weather"]


@shows("output:wrong-answer")
async def test_a_strange_answer_names_the_type(sim: Simulator, run: Run, column: Column) -> None:
    """What is not the type is an error of the model's, and its text is in the message."""
    sim.script(*["I would rather not say."] * 3)
    with pytest.raises(ModelBehaviorError, match=r"Forecast.*rather not say"):
        await run(agent(column.on(sim), output_type=Forecast))


@shows("output:no-earlier-text")
async def test_an_answer_of_thinking_alone_takes_no_earlier_text(
    sim: Simulator, run: Run, column: Column, weather: Any
) -> None:
    """What was said before a tool call is no answer to what came out of it."""
    sim.script(
        Reply([Text(ANSWER), ToolCall("get_weather", {"city": "Oslo"})]),
        Reply([Thinking("Hm.")]),
        '{"city": "Rome", "degrees": 30}',
    )
    result = await run(agent(column.on(sim), tools=[weather], output_type=Forecast, model_settings=thinking()))
    assert result.final_output == Forecast(city="Rome", degrees=30)
    assert len(sim.requests) == 3
