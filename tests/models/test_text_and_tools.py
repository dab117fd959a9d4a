"""Text and tool calls, on every route, plain and streamed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agents import ModelSettings, function_tool
from agents.testing.simulator import DuplicateIds, Reply, Simulator, ToolCall

from .routes import (
    ANTHROPIC,
    CLIENTS,
    EVERY_ROUTE,
    OPENAI,
    Route,
    Run,
    agent,
    calls,
    instructions,
    kinds,
    on_routes,
    raws,
    results,
    tool_names,
)


@EVERY_ROUTE
async def test_a_question_is_answered_as_instructed(sim: Simulator, run: Run, route: Route) -> None:
    """The least that a model must do: instructions and question arrive, and the answer comes back whole."""
    sim.script("One two three")
    result = await run(agent(route.on(sim), instructions="Be brief."), "Count")
    assert result.final_output == "One two three"
    assert kinds(result) == ["message_output"]
    (sent,) = sim.requests
    assert (sent.model, instructions(sent)) == (route.wire_model, "Be brief.")
    assert not tool_names(sent)


@EVERY_ROUTE
async def test_a_tool_is_called_and_its_result_used(sim: Simulator, run: Run, route: Route, weather: Any) -> None:
    """The project's main promise: the weather is asked for, and the haiku knows it."""
    result = await run(agent(route.on(sim), tools=[weather]), "What is the weather in Tokyo?")
    assert kinds(result) == ["tool_call", "tool_call_output", "message_output"]
    assert "5 °C" in result.final_output
    first, second = sim.requests
    assert tool_names(first) == tool_names(second) == ["get_weather"]
    assert calls(second) == [("get_weather", {"city": "Tokyo"})]
    assert results(second) == ["Windy at 5 °C"]


@EVERY_ROUTE
async def test_results_of_parallel_calls_go_back_in_the_order_of_the_calls(
    sim: Simulator, run: Run, route: Route, weather: Any
) -> None:
    """Services pair calls and results by id or by place: an order of finishing would mix them up."""
    result = await run(agent(route.on(sim), tools=[weather]), "The weather in Lima, Oslo and Reykjavik?")
    assert [json.loads(call.arguments)["city"] for call in raws(result, "function_call")] == [
        "Lima",
        "Oslo",
        "Reykjavik",
    ]
    assert len({call.call_id for call in raws(result, "function_call")}) == 3
    sent = sim.requests[1]
    assert [arguments["city"] for _, arguments in calls(sent)] == ["Lima", "Oslo", "Reykjavik"]
    assert results(sent) == ["Windy at 4 °C", "Windy at 4 °C", "Windy at 9 °C"]


CHOICES: dict[str, dict[str, Any]] = {
    "required": {
        "openai-chat": "required",
        "openai-responses": "required",
        "anthropic": {"type": "any"},
        "gemini": {"mode": "ANY"},
    },
    "none": {
        "openai-chat": "none",
        "openai-responses": "none",
        "anthropic": {"type": "none"},
        "gemini": {"mode": "NONE"},
    },
    "get_time": {
        "openai-chat": {"type": "function", "function": {"name": "get_time"}},
        "openai-responses": {"type": "function", "name": "get_time"},
        "anthropic": {"type": "tool", "name": "get_time"},
        "gemini": {"mode": "ANY", "allowed_function_names": ["get_time"]},
    },
}


@function_tool
def get_time() -> str:
    """The time of day."""
    return "noon"


@EVERY_ROUTE
@pytest.mark.parametrize("choice", CHOICES)
async def test_a_tool_choice_is_obeyed(sim: Simulator, run: Run, route: Route, weather: Any, choice: str) -> None:
    """Each vendor spells it differently; a choice by name once failed in streams only."""
    poet = agent(route.on(sim), tools=[weather, get_time], model_settings=ModelSettings(tool_choice=choice))
    result = await run(poet, "What is the weather in Oslo?" if choice == "none" else "Hello")
    sent = sim.requests[0]
    if sent.protocol == "gemini":
        assert sent.body["toolConfig"]["functionCallingConfig"] == CHOICES[choice]["gemini"]
    else:
        assert sent.body["tool_choice"] == CHOICES[choice][sent.protocol]
    called = [call.name for call in raws(result, "function_call")]
    assert called == {"required": ["get_weather"], "none": [], "get_time": ["get_time"]}[choice]
    assert "\n" in result.final_output  # and then it speaks


@EVERY_ROUTE
async def test_a_tool_without_parameters_is_called(sim: Simulator, run: Run, route: Route) -> None:
    """Its arguments are an empty object, or nothing at all: so Chat Completions, and Anthropic in a stream."""
    sim.script(Reply([ToolCall("get_time", "" if route in (OPENAI, *CLIENTS) else {})]), "It is noon.")
    result = await run(agent(route.on(sim), tools=[get_time]))
    assert result.final_output == "It is noon."
    assert raws(result, "function_call")[0].arguments == "{}"
    assert calls(sim.requests[1]) == [("get_time", {})]
    assert results(sim.requests[1]) == ["noon"]


@on_routes(OPENAI, ANTHROPIC, *CLIENTS)
async def test_broken_arguments_are_told_to_the_model(sim: Simulator, run: Run, route: Route, weather: Any) -> None:
    """The run goes on, and the model reads what was wrong. Where arguments are objects they cannot be broken."""
    if route is ANTHROPIC and run.__name__ == "plain":
        pytest.skip("Anthropic's plain answers hold arguments as an object; only a stream brings text")
    broken = '{"city": "Os'
    sim.script(Reply([ToolCall("get_weather", broken)]), Reply([ToolCall("get_weather", {"city": "Oslo"})]))
    result = await run(agent(route.on(sim), tools=[weather]), "The weather in Oslo?")
    assert raws(result, "function_call")[0].arguments == broken
    told, right = results(sim.requests[2])
    assert "JSON" in told
    assert right == "Windy at 4 °C"


@EVERY_ROUTE
async def test_the_same_id_for_all_calls_is_told_apart(sim: Simulator, run: Run, route: Route, weather: Any) -> None:
    """Some services repeat ids within one answer; each result must still find its call."""
    twice = [ToolCall("get_weather", {"city": "Oslo"}), ToolCall("get_weather", {"city": "Lisbon"})]
    sim.script(Reply(twice, faults=[DuplicateIds()]), "Windy.")
    result = await run(agent(route.on(sim), tools=[weather]))
    assert len({call.call_id for call in raws(result, "function_call")}) == 2
    assert results(sim.requests[1]) == ["Windy at 4 °C", "Windy at 6 °C"]
