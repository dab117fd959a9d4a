"""Structured output of models that nobody holds to a schema: asked for, looked for, checked, asked for once more."""

from __future__ import annotations

from typing import Any

import pytest
from openai.types.shared import Reasoning
from pydantic import BaseModel, Field

from agents import Agent, ModelBehaviorError, ModelRefusalError, ModelSettings, Runner
from agents.testing.simulator import Refusal, Reply, Simulator, Text, Thinking, Tokens, ToolCall

RIGHT = '{"city": "Oslo", "degrees": 4}'


class Report(BaseModel):
    city: str
    degrees: int = Field(le=60)


@pytest.fixture
def reporter(model: Any) -> Agent[Any]:
    """An agent whose model can be held to a schema by words alone."""
    prompted = model(profile={"structured_output": "prompt"})
    return Agent(name="Reporter", instructions="Report.", model=prompted, output_type=Report)


def text_of(protocol: str, body: Any) -> str:
    """The instructions of a request."""
    if protocol == "openai-chat":
        return str(body["messages"][0]["content"])
    if protocol == "openai-responses":
        return str(body["input"][0]["content"])  # where the service looks for the word "JSON"
    if protocol == "anthropic":
        return str(body["system"][0]["text"])
    return str(body["systemInstruction"]["parts"][0]["text"])


SAID = {
    "as it should be": RIGHT,
    "in a fence": f"```json\n{RIGHT}\n```",
    "in a fence among prose": f"Here it is:\n\n```\n{RIGHT}\n```\nAnything else?",
    "in a fence that is not closed": f"```json\n{RIGHT}",
    "among prose": f"Sure {{thing}}! The report: {RIGHT} (Note that {{}} is empty.)",
}


@pytest.mark.parametrize("said", SAID.values(), ids=SAID)
async def test_the_json_is_found_in_what_the_model_says(
    sim: Simulator, protocol: str, reporter: Agent[Any], run: Any, said: str
) -> None:
    """Small models wrap their JSON in words: that is no reason to pay for another answer."""
    sim.script(Reply([said]))
    result = await run(reporter)
    assert result.final_output == Report(city="Oslo", degrees=4)
    assert result.new_items[-1].raw_item.content[0].text == RIGHT
    assert result.context_wrapper.usage.requests == 1
    instructions = text_of(protocol, sim.requests[-1].body)
    assert instructions.startswith("Report.\n\n")
    assert '"degrees"' in instructions


WRONG = {
    "cut off": '{"city": "Oslo", "deg',
    "not of the type": '{"city": "Oslo", "degrees": 99}',
    "prose": "It is four degrees in Oslo.",
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
async def test_a_wrong_answer_is_sent_back_once_with_the_error(
    sim: Simulator, reporter: Agent[Any], run: Any, wrong: str
) -> None:
    """Most models mend their JSON when they are told what is wrong with it; both answers are paid for."""
    sim.script(Reply([wrong], usage=Tokens(10, 5)), Reply([Text(RIGHT)], usage=Tokens(20, 6)))
    result = await run(reporter)
    assert result.final_output == Report(city="Oslo", degrees=4)
    assert [item.type for item in result.new_items] == ["message_output_item"]
    assert "degrees" in str(sim.requests[-1].body)
    assert "That is not the JSON object that was asked for." in str(sim.requests[-1].body)
    usage = result.context_wrapper.usage
    assert usage.requests == 2
    assert len(usage.request_usage_entries) in (0, 2)


@pytest.mark.parametrize("protocol", ["anthropic"], indirect=True)
async def test_thinking_of_a_wrong_answer_is_kept_and_its_text_is_not(
    sim: Simulator, reporter: Agent[Any], run: Any
) -> None:
    """Reasoning is shown as it comes, so it must be in the result as well; thrown away is only the answer."""
    sim.script(Reply([Thinking("hm"), "No JSON."]), Reply([Thinking("oh"), RIGHT]))
    result = await run(reporter)
    assert [item.type for item in result.new_items] == ["reasoning_item", "reasoning_item", "message_output_item"]
    sim.script(Reply([RIGHT]))
    again = await run(reporter, [*result.to_input_list(), {"role": "user", "content": "And Rome?"}])
    assert again.final_output == Report(city="Oslo", degrees=4)


async def test_a_second_wrong_answer_ends_the_run_with_text_and_usage(
    sim: Simulator, reporter: Agent[Any], run: Any
) -> None:
    """Who reads the error must see what the model said, and the bill must be whole."""
    sim.script(Reply(["Four."], usage=Tokens(10, 5)), Reply(["Still four."], usage=Tokens(20, 6)))
    reporter.model_settings = ModelSettings(include_usage=True)
    with pytest.raises(ModelBehaviorError, match="Still four") as caught:
        await run(reporter)
    assert caught.value.run_data is not None
    assert caught.value.run_data.new_items[-1].raw_item.content[0].text == "Still four."
    usage = caught.value.run_data.context_wrapper.usage
    assert (usage.requests, usage.input_tokens, usage.output_tokens) == (2, 30, 11)
    assert [entry.input_tokens for entry in usage.request_usage_entries] == [10, 20]


async def test_a_second_wrong_answer_goes_to_the_error_handler(sim: Simulator, reporter: Agent[Any], run: Any) -> None:
    """The caller's handler is asked, however the model was held to the form."""
    sim.script(Reply(["Four."]), Reply(["Still four."]))
    result = await run(reporter, error_handlers={"invalid_final_output": lambda data: Report(city="?", degrees=0)})
    assert result.final_output == Report(city="?", degrees=0)


async def test_text_of_an_earlier_turn_is_never_the_output(
    sim: Simulator, reporter: Agent[Any], run: Any, weather: Any
) -> None:
    """What was said beside a tool call looks like an answer, and is none; neither is an empty one."""
    reporter.tools = [weather]
    sim.script(
        Reply([Text('{"city": "Rome", "degrees": 1}'), ToolCall("get_weather", {"city": "Oslo"})]),
        Reply([Thinking("hm")]),
        Reply([Text(RIGHT)]),
    )
    result = await run(reporter)
    assert result.final_output == Report(city="Oslo", degrees=4)
    assert "tool_call_item" in [item.type for item in result.new_items]


async def test_a_refusal_is_not_taken_for_bad_json(sim: Simulator, reporter: Agent[Any], run: Any) -> None:
    """A model that declines should not be asked again for JSON."""
    sim.script(Reply([Refusal("I would rather not.")]))
    with pytest.raises(ModelRefusalError):
        await run(reporter)
    assert len(sim.requests) == 1


async def test_a_stream_shows_the_clean_answer_and_nothing_of_the_wrong_one(
    sim: Simulator, reporter: Agent[Any]
) -> None:
    """The deltas must add up to the final output: a user interface has nothing else."""
    sim.script(Reply(["Four degrees."]), Reply([f"Here: {RIGHT}"]))
    result = Runner.run_streamed(reporter, "Hello")
    raw = [event.data async for event in result.stream_events() if event.type == "raw_response_event"]
    assert "".join(event.delta for event in raw if event.type == "response.output_text.delta") == RIGHT
    assert [event.sequence_number for event in raw] == list(range(len(raw)))
    kinds = [event.type for event in raw]
    assert [kinds.count(f"response.{kind}") for kind in ("created", "in_progress", "completed")] == [1, 1, 1]
    assert kinds[-1] == "response.completed"
    assert raw[-1].response.output == [event.item for event in raw if event.type == "response.output_item.done"]


UNFORCED = {
    "never forced": ({"structured_output": "tool", "forced_tools": "never"}, ModelSettings()),
    "never forced, beside tools": ({"structured_output": "tool", "forced_tools": "never"}, ModelSettings()),
    "not while it thinks": (
        {"structured_output": "tool", "forced_tools": "unless_thinking"},
        ModelSettings(reasoning=Reasoning(effort="low")),
    ),
}


@pytest.mark.parametrize("protocol", ["openai-chat", "anthropic"], indirect=True)
@pytest.mark.parametrize("case", UNFORCED)
@pytest.mark.parametrize("second", [ToolCall("final_output", {"city": "Oslo", "degrees": 4}), Text(RIGHT)])
async def test_text_in_place_of_a_tool_that_nobody_forces_is_sent_back_once(
    sim: Simulator, model: Any, run: Any, weather: Any, case: str, second: Any
) -> None:
    """A model that may choose may also chat: one that is told so gives the answer, by the tool or without it."""
    profile, settings = UNFORCED[case]
    reporter = Agent(
        name="Reporter",
        model=model(profile=profile),
        output_type=Report,
        model_settings=settings,
        tools=[weather] if "tools" in case else [],
    )
    sim.script(Reply(["It is four degrees in Oslo."], usage=Tokens(10, 5)), Reply([second], usage=Tokens(20, 6)))
    result = await run(reporter)
    assert result.final_output == Report(city="Oslo", degrees=4)
    assert result.context_wrapper.usage.requests == 2
    assert "That is not the JSON object that was asked for." in str(sim.requests[-1].body)


@pytest.mark.parametrize("protocol", ["openai-chat", "anthropic"], indirect=True)
async def test_an_answer_by_a_forced_tool_streams_as_it_comes(sim: Simulator, model: Any) -> None:
    """What the service holds to the schema need not wait for a check."""
    reporter = Agent(name="Reporter", model=model(profile={"structured_output": "tool"}), output_type=Report)
    sim.script(Reply([ToolCall("final_output", {"city": "Oslo", "degrees": 4})]))
    result = Runner.run_streamed(reporter, "Hello")
    raw = [event.data async for event in result.stream_events() if event.type == "raw_response_event"]
    assert sum(event.type == "response.output_text.delta" for event in raw) > 1
    assert result.final_output == Report(city="Oslo", degrees=4)
