"""Text and tool calls."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from agents import ModelSettings, function_tool
from agents.testing.simulator import DuplicateIds, Raw, Reply, Simulator, ToolCall

from . import wire
from .columns import CHAT, CLAUDE, Column, Run, agent, kinds, raws
from .table import shows


@shows("text:answer")
async def test_a_question_is_answered_as_instructed(sim: Simulator, run: Run, column: Column) -> None:
    """The least that a model must do: instructions and question arrive, and the answer comes back whole."""
    sim.script("One two three")
    result = await run(agent(column.on(sim), instructions="Be brief."), "Count")
    assert result.final_output == "One two three"
    assert kinds(result) == ["message_output"]
    (sent,) = sim.requests
    assert (sent.model, wire.instructions(sent)) == (column.wire_model, "Be brief.")
    assert not wire.tool_names(sent)


@shows("tools:call")
async def test_a_tool_is_called_and_its_result_used(sim: Simulator, run: Run, column: Column, weather: Any) -> None:
    """The project's main promise: the weather is asked for, and the haiku knows it."""
    result = await run(agent(column.on(sim), tools=[weather]), "What is the weather in Tokyo?")
    assert [kind for kind in kinds(result) if kind != "reasoning"] == [
        "tool_call",
        "tool_call_output",
        "message_output",
    ]
    assert "5 °C" in result.final_output
    first, second = sim.requests
    assert wire.tool_names(first) == wire.tool_names(second) == ["get_weather"]
    assert wire.calls(second) == [("get_weather", {"city": "Tokyo"})]
    assert wire.results(second) == ["Windy at 5 °C"]


@shows("tools:parallel", "tools:results-in-order")
async def test_results_of_parallel_calls_go_back_in_the_order_of_the_calls(
    sim: Simulator, run: Run, column: Column, weather: Any
) -> None:
    """Services pair calls and results by id or by place: an order of finishing would mix them up."""
    result = await run(agent(column.on(sim), tools=[weather]), "The weather in Lima, Oslo and Reykjavik?")
    cities = ["Lima", "Oslo", "Reykjavik"]
    assert [json.loads(call.arguments)["city"] for call in raws(result, "function_call")] == cities
    assert len({call.call_id for call in raws(result, "function_call")}) == 3
    sent = sim.requests[1]
    assert [arguments["city"] for _, arguments in wire.calls(sent)] == cities
    assert wire.results(sent) == ["Windy at 4 °C", "Windy at 4 °C", "Windy at 9 °C"]


@function_tool
def get_time() -> str:
    """The time of day."""
    return "noon"


AS_SENT: dict[str, dict[str, Any]] = {
    "auto": {
        "openai-chat": "auto",
        "openai-responses": "auto",
        "anthropic": {"type": "auto"},
        "gemini": {"mode": "AUTO"},
    },
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


async def choose(sim: Simulator, run: Run, column: Column, tools: list[Any], choice: str, question: str) -> Any:
    """Run with a tool choice, and see it on the wire as the protocol spells it."""
    result = await run(agent(column.on(sim), tools=tools, model_settings=ModelSettings(tool_choice=choice)), question)
    assert wire.tool_choice(sim.requests[0]) == AS_SENT[choice][column.protocol]
    assert "\n" in result.final_output  # and then it speaks
    return [call.name for call in raws(result, "function_call")]


@shows("tools:choice-auto")
async def test_a_model_may_choose(sim: Simulator, run: Run, column: Column, weather: Any) -> None:
    """Said aloud, it is the default: no call where none is needed."""
    assert await choose(sim, run, column, [weather, get_time], "auto", "Hello") == []


@shows("tools:choice-required")
async def test_a_call_can_be_demanded(sim: Simulator, run: Run, column: Column, weather: Any) -> None:
    """Any tool, but one; after it the model may speak."""
    assert await choose(sim, run, column, [weather, get_time], "required", "Hello") == ["get_weather"]


@shows("tools:choice-none")
async def test_calls_can_be_ruled_out(sim: Simulator, run: Run, column: Column, weather: Any) -> None:
    """Though the question asks for one."""
    assert await choose(sim, run, column, [weather, get_time], "none", "What is the weather in Oslo?") == []


@shows("tools:choice-by-name")
async def test_a_tool_can_be_demanded_by_name(sim: Simulator, run: Run, column: Column, weather: Any) -> None:
    """Each vendor spells it differently; it once failed in streams only."""
    assert await choose(sim, run, column, [weather, get_time], "get_time", "Hello") == ["get_time"]


@shows("tools:parallel-switch")
async def test_parallel_calls_can_be_ruled_out(sim: Simulator, run: Run, column: Column, weather: Any) -> None:
    """Where the vendor has a switch for it."""
    settings = ModelSettings(parallel_tool_calls=False)
    await run(agent(column.on(sim), tools=[weather], model_settings=settings), "The weather in Oslo and Rome?")
    sent = sim.requests[0].body
    if column in CLAUDE:
        assert sent["tool_choice"]["disable_parallel_tool_use"] is True
    else:
        assert sent["parallel_tool_calls"] is False


@shows("tools:parallel-switch-without-tools")
@pytest.mark.parametrize("choice", [None, "auto"])
async def test_without_tools_no_switch_is_sent(sim: Simulator, run: Run, column: Column, choice: Any) -> None:
    """Services refuse switches of what is not there."""
    settings = ModelSettings(parallel_tool_calls=False, tool_choice=choice)
    await run(agent(column.on(sim), model_settings=settings))
    assert not {"parallel_tool_calls", "tool_choice", "tool_config"} & set(wire.body(sim.requests[0]))


@shows("tools:no-parameters", "tools:arguments-absent")
async def test_a_tool_without_parameters_is_called(sim: Simulator, run: Run, column: Column) -> None:
    """Its arguments are an empty object, or nothing at all: so on Chat Completions, and Anthropic in a stream."""
    text = column in CHAT or column.protocol == "openai-responses"
    sim.script(Reply([ToolCall("get_time", "" if text else {})]), "It is noon.")
    result = await run(agent(column.on(sim), tools=[get_time]))
    assert result.final_output == "It is noon."
    assert raws(result, "function_call")[0].arguments == "{}"
    assert wire.calls(sim.requests[1]) == [("get_time", {})]
    assert wire.results(sim.requests[1]) == ["noon"]


@shows("tools:broken-arguments")
async def test_broken_arguments_are_told_to_the_model(sim: Simulator, run: Run, column: Column, weather: Any) -> None:
    """The run goes on, and the model reads what was wrong."""
    broken = '{"city": "Os'
    sim.script(
        Reply([ToolCall("get_weather", broken)]), Reply([ToolCall("get_weather", {"city": "Oslo"})]), "It is windy."
    )
    result = await run(agent(column.on(sim), tools=[weather]), "The weather in Oslo?")
    assert raws(result, "function_call")[0].arguments == broken
    told, right = wire.results(sim.requests[2])
    assert "JSON" in told
    assert right == "Windy at 4 °C"


@shows("tools:unknown")
async def test_a_tool_that_does_not_exist_is_told_to_the_model(
    sim: Simulator, run: Run, column: Column, weather: Any
) -> None:
    """Models make names up; they mend it when they read which there are."""
    sim.script(Reply([ToolCall("get_wether", {"city": "Oslo"})]), "I cannot.")
    result = await run(agent(column.on(sim), tools=[weather]))
    assert result.final_output == "I cannot."
    (told,) = wire.results(sim.requests[1])
    assert "get_wether" in told
    assert "get_weather" in told


TWICE = [ToolCall("get_weather", {"city": "Oslo"}), ToolCall("get_weather", {"city": "Lisbon"})]


@shows("tools:duplicate-ids")
async def test_the_same_id_for_all_calls_is_told_apart(sim: Simulator, run: Run, column: Column, weather: Any) -> None:
    """Some services repeat ids within one answer; each result must still find its call."""
    sim.script(Reply(TWICE, faults=[DuplicateIds()]), "Windy.")
    result = await run(agent(column.on(sim), tools=[weather]))
    assert len({call.call_id for call in raws(result, "function_call")}) == 2
    assert wire.results(sim.requests[1]) == ["Windy at 4 °C", "Windy at 6 °C"]


@shows("tools:ids-over-turns")
async def test_ids_that_return_in_a_later_turn_are_told_apart(
    sim: Simulator, run: Run, column: Column, weather: Any
) -> None:
    """Services that count their calls from zero in each answer would answer the wrong call."""
    first, second = (ToolCall("get_weather", {"city": city}, id="call_0") for city in ("Oslo", "Lisbon"))
    sim.script(Reply([first]), Reply([second]), "Windy.")
    await run(agent(column.on(sim), tools=[weather]))
    sent = sim.requests[2]
    assert [arguments["city"] for _, arguments in wire.calls(sent)] == ["Oslo", "Lisbon"]
    assert wire.results(sent) == ["Windy at 4 °C", "Windy at 6 °C"]
    made, answered = wire.call_ids(sent)
    assert made == answered


@shows("tools:same-call-twice")
async def test_the_same_call_twice_in_a_turn_has_two_results(
    sim: Simulator, run: Run, column: Column, weather: Any
) -> None:
    """LiteLLM drops the second of two equal calls for Gemini, which then refuses its result."""
    sim.script(Reply([TWICE[0]] * 2), "Windy.")
    await run(agent(column.on(sim), tools=[weather]))
    assert wire.calls(sim.requests[1]) == [("get_weather", {"city": "Oslo"})] * 2
    assert wire.results(sim.requests[1]) == ["Windy at 4 °C"] * 2


@shows("tools:structured-result")
async def test_a_structured_result_is_json(sim: Simulator, run: Run, column: Column) -> None:
    """A Python repr is no language that models were taught."""

    @function_tool
    def measure() -> dict[str, Any]:
        """Measure."""
        return {"wind": {"speed": 9, "gusts": None}, "sunny": False}

    sim.script(Reply([ToolCall("measure")]), "Windy.")
    await run(agent(column.on(sim), tools=[measure]))
    (told,) = wire.results(sim.requests[1])
    told = told if isinstance(told, dict) else json.loads(told)  # LiteLLM makes Gemini's own structure of it
    assert told == {"wind": {"speed": 9, "gusts": None}, "sunny": False}


@shows("tools:foreign-ids")
async def test_ids_that_a_reader_refuses_are_rewritten(sim: Simulator, run: Run, column: Column) -> None:
    """Call and output alike, and the same on each request, or caches and pairs break."""
    strange = "call with spaces|and:much/too_long" * 4
    history = [
        {"role": "user", "content": "The weather?"},
        {"type": "function_call", "call_id": strange, "name": "get_weather", "arguments": '{"city": "Oslo"}'},
        {"type": "function_call_output", "call_id": strange, "output": "Windy."},
        {"role": "user", "content": "Thank you."},
    ]
    sim.script("You are welcome.", "You are welcome.")
    for _ in range(2):
        await run(agent(column.on(sim)), history)
    first, second = (wire.call_ids(sent) for sent in sim.requests)
    assert first == second
    made, answered = first
    assert made == answered
    assert strange not in str(sim.requests[0].body)


@shows("tools:schema")
async def test_the_callers_schema_arrives_and_stays(sim: Simulator, run: Run, column: Column, weather: Any) -> None:
    """LiteLLM takes keywords out of schemas in place, and the next model would be sent what is left."""
    before = json.dumps(weather.params_json_schema)
    await run(agent(column.on(sim), tools=[weather]))
    assert json.dumps(weather.params_json_schema) == before
    (sent,) = wire.tools(sim.requests[0])
    found = sent.get("parameters") or sent.get("input_schema") or sent.get("parameters_json_schema")
    assert found["properties"]["city"]["type"].lower() == "string"
    assert found["required"] == ["city"]
    assert sent["description"] == "The weather of a city."


Change = tuple[bytes, bytes, int]
"""A pattern, what to put in its place, and how often in one piece of the bytes; 0 is everywhere."""


# Deviations of servers that speak Chat Completions, which the simulator does not imitate: their own bytes.

HEAD = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-5"}


def chunks(*deltas: dict[str, Any], id: str = "c1") -> Raw:
    """A stream of these deltas."""
    told = [{**HEAD, "id": id, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    end = {**HEAD, "id": id, "choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}
    return Raw(events=[*told, end, "[DONE]"], headers={"content-type": "text/event-stream"})


def call(city: str, **fields: Any) -> dict[str, Any]:
    arguments = fields.pop("arguments", json.dumps({"city": city}))
    return {"type": "function", "function": {"name": "get_weather", "arguments": arguments}, **fields}


def whole(*calls: dict[str, Any], id: str = "c1") -> Raw:
    message = {"role": "assistant", "content": None, "tool_calls": list(calls)}
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls"}
    return Raw(body={**HEAD, "id": id, "object": "chat.completion", "choices": [choice]})


@shows("tools:no-index", columns=CHAT)
async def test_calls_without_an_index_or_all_of_index_0_are_told_apart(
    sim: Simulator, run: Run, column: Column, weather: Any
) -> None:
    """Gemini's shim and others send so: a new id or a new name begins a new call."""
    made = [{**call("Oslo", id="a"), "index": 0}, {**call("Lisbon", id="b"), "index": 0}]
    sim.script(chunks({"tool_calls": [made[0]]}, {"tool_calls": [made[1]]}), "Windy.")
    result = await run(agent(column.on(sim), tools=[weather]))
    assert [json.loads(each.arguments)["city"] for each in raws(result, "function_call")] == ["Oslo", "Lisbon"]
    assert wire.results(sim.requests[1]) == ["Windy at 4 °C", "Windy at 6 °C"]


async def misspelled(sim: Simulator, column: Column, run: Run, calls: list[ToolCall], *changes: Change) -> Raw:
    """The service's own bytes of an answer with these calls, changed by patterns."""
    stream = run.__name__ == "streamed"
    sim.script(Reply(calls))
    told = await wire.recorded(sim, column.protocol, stream=stream)
    for pattern, new, count in changes:
        told = [re.sub(pattern, new, part, count=count) for part in told]
    return Raw(events=told, headers=wire.SSE) if stream else Raw(body=told[0])


NO_IDS: dict[str, list[Change]] = {
    "openai-chat": [(rb'"id":"call_[^"]*"', b'"id":"null"', 1), (rb'"id":"call_[^"]*"', b'"id":""', 0)],
    "openai-responses": [(rb'"call_id":"[^"]*"', b'"call_id":""', 0)],
    "anthropic": [(rb'"id":"toolu_[^"]*"', b'"id":""', 0)],
    "gemini": [(rb'"functionCall":{"id":"[^"]*",', b'"functionCall":{', 0)],
}


@shows("tools:missing-ids")
async def test_ids_that_are_missing_are_minted(sim: Simulator, run: Run, column: Column, weather: Any) -> None:
    """Ollama and Gemini send none, Mistral's client says "null": unique in the conversation, and stable on replay."""
    answers = [await misspelled(sim, column, run, TWICE, *NO_IDS[column.protocol]) for _ in range(2)]
    sim.script(*answers, "Windy.")
    result = await run(agent(column.on(sim), tools=[weather]))
    ids = {each.call_id for each in raws(result, "function_call")}
    assert len(ids) == 4
    assert not ids & {"", "null"}
    again, last = sim.requests[-2:]
    made_ids, answered = wire.call_ids(last)
    assert made_ids == answered
    assert wire.call_ids(again)[0] == made_ids[:2]
    assert wire.results(last) == ["Windy at 4 °C", "Windy at 6 °C"] * 2


@shows("tools:arguments-object")
async def test_arguments_that_are_an_object_are_read(sim: Simulator, run: Run, column: Column, weather: Any) -> None:
    """Mistral and others send JSON where the protocol has JSON text."""
    if column.protocol == "openai-chat":
        made = call("Oslo", id="a", arguments={"city": "Oslo"})
        sim.script(chunks({"tool_calls": [{**made, "index": 0}]}) if run.__name__ == "streamed" else whole(made))
    else:
        text = rb'"arguments":"{\\"city\\": ?\\"Oslo\\"}"'
        sim.script(await misspelled(sim, column, run, [TWICE[0]], (text, b'"arguments":{"city":"Oslo"}', 0)))
    sim.script("Windy.")
    result = await run(agent(column.on(sim), tools=[weather]))
    assert [json.loads(each.arguments) for each in raws(result, "function_call")] == [{"city": "Oslo"}]
    assert wire.results(sim.requests[-1]) == ["Windy at 4 °C"]
