"""Answers that take more than one call: pauses, calls that nobody could read, and answers too long for a plain one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agents import Agent, BadRequestError, ModelBehaviorError, ModelSettings, Runner
from agents.testing.simulator import ErrorInStream, HttpError, Raw, Reply, Simulator, Text, Thinking, Tokens, ToolCall

ONLY_CLAUDE = pytest.mark.parametrize("protocol", ["anthropic"], indirect=True)
ONLY_CHAT = pytest.mark.parametrize("protocol", ["openai-chat"], indirect=True)
ONLY_GEMINI = pytest.mark.parametrize("protocol", ["gemini"], indirect=True)

UNREADABLE = HttpError(
    400,
    body={
        "error": {
            "message": "Failed to call a function. Please adjust your prompt.",
            "type": "invalid_request_error",
            "code": "tool_use_failed",
            "failed_generation": "<function=get_weather{city: Oslo}</function>",
        }
    },
)


@ONLY_CLAUDE
async def test_a_pause_is_gone_on_from(sim: Simulator, model: Any, run: Any) -> None:
    """Long turns of the service's own tools pause; to the run they are one answer, with one bill of two requests."""
    sim.script(
        Reply([Thinking("hm"), Text("Let me search. ")], stop="pause", usage=Tokens(10, 5)),
        Reply([Text("Found it.")], usage=Tokens(20, 6)),
    )
    result = await run(Agent(name="A", model=model(), model_settings=ModelSettings(include_usage=True)))
    assert [item.type for item in result.new_items] == ["reasoning_item", "message_output_item", "message_output_item"]
    assert result.final_output == "Found it."
    usage = result.context_wrapper.usage
    assert (usage.requests, usage.input_tokens, usage.output_tokens) == (2, 30, 11)
    assert [message["role"] for message in sim.requests[-1].body["messages"]] == ["user", "assistant"]


@ONLY_CLAUDE
async def test_an_answer_that_pauses_behind_a_summary_is_gone_on_from(sim: Simulator, model: Any, run: Any) -> None:
    """Who asked for summaries of the conversation gets answers all the same, and pays for both."""
    summary = {"type": "compaction", "content": "They spoke of snow."}
    head = {"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "stop_reason": "compaction"}
    spent = {"input_tokens": 0, "output_tokens": 0, "iterations": [{"type": "compaction", "input_tokens": 90}]}
    sim.script(Raw(body={**head, "content": [summary], "usage": spent}), Reply([Text("Yes.")], usage=Tokens(10, 5)))
    edits = {"context_management": {"edits": [{"type": "compact_20260112", "pause_after_compaction": True}]}}
    headers = {"anthropic-beta": "compact-2026-01-12"}
    settings = ModelSettings(extra_body=edits, extra_headers=headers, include_usage=True)
    result = await run(Agent(name="A", model=model(), model_settings=settings))
    assert result.final_output == "Yes."
    assert sim.requests[-1].body["messages"][1] == {"role": "assistant", "content": [summary]}
    assert result.context_wrapper.usage.input_tokens == 100


@ONLY_CLAUDE
async def test_the_events_of_a_pause_are_those_of_one_answer(sim: Simulator, model: Any) -> None:
    """A user interface counts output indexes and sequence numbers: they must go on, not begin again."""
    sim.script(Reply([Text("One. ")], stop="pause"), Reply([Thinking("hm"), Text("Two.")]))
    result = Runner.run_streamed(Agent(name="A", model=model()), "Hello")
    raw = [event.data async for event in result.stream_events() if event.type == "raw_response_event"]
    assert [event.sequence_number for event in raw] == list(range(len(raw)))
    added = [event.output_index for event in raw if event.type == "response.output_item.added"]
    assert added == [0, 1, 2]
    done = [event.item for event in raw if event.type == "response.output_item.done"]
    assert raw[-1].response.output == done
    assert [event.type for event in raw].count("response.created") == 1


@ONLY_CHAT
async def test_a_call_that_the_service_could_not_read_is_tried_again(
    sim: Simulator, model: Any, run: Any, weather: Any
) -> None:
    """Groq answers 400 for its own model's slip: the model is told what it wrote, and the run goes on."""
    sim.script(UNREADABLE, Reply([ToolCall("get_weather", {"city": "Oslo"})]), Reply(["Windy."]))
    result = await run(Agent(name="A", model=model(), tools=[weather]))
    assert result.final_output == "Windy."
    told = json.dumps(sim.requests[1].body["messages"][-1])
    assert "<function=get_weather" in told
    assert result.context_wrapper.usage.requests == 3


@ONLY_CHAT
async def test_a_model_that_goes_on_so_is_given_up(sim: Simulator, model: Any, run: Any, weather: Any) -> None:
    """Each try costs money: there are three, and then the model is to blame, not the service."""
    sim.script(*[UNREADABLE] * 3)
    with pytest.raises(ModelBehaviorError, match="<function=get_weather") as caught:
        await run(Agent(name="A", model=model(), tools=[weather]))
    assert isinstance(caught.value.__cause__, BadRequestError)
    assert len(sim.requests) == 3


@ONLY_GEMINI
async def test_geminis_malformed_call_is_tried_again(sim: Simulator, model: Any, run: Any, weather: Any) -> None:
    """What was said before the slip stays; the model is told, and calls as it should."""
    sim.script(
        Reply([Text("Let me see.")], stop="MALFORMED_FUNCTION_CALL", usage=Tokens(10, 5)),
        Reply([ToolCall("get_weather", {"city": "Oslo"})], usage=Tokens(10, 5)),
        Reply(["Windy."], usage=Tokens(10, 5)),
    )
    result = await run(Agent(name="A", model=model(), tools=[weather]))
    assert [item.type for item in result.new_items] == [
        "message_output_item",
        "tool_call_item",
        "tool_call_output_item",
        "message_output_item",
    ]
    usage = result.context_wrapper.usage
    assert (usage.requests, usage.input_tokens) == (3, 30)
    assert "could not be read" in json.dumps(sim.requests[1].body)


@ONLY_GEMINI
async def test_the_bill_of_malformed_calls_is_on_the_error(sim: Simulator, model: Any, run: Any, weather: Any) -> None:
    """Tokens that were paid for are counted even where no answer came of them."""
    sim.script(*[Reply(["Hm."], stop="MALFORMED_FUNCTION_CALL", usage=Tokens(10, 5))] * 3)
    with pytest.raises(ModelBehaviorError) as caught:
        await run(Agent(name="A", model=model(), tools=[weather]))
    assert caught.value.run_data is not None
    usage = caught.value.run_data.context_wrapper.usage
    assert (usage.requests, usage.input_tokens, usage.output_tokens) == (3, 30, 15)


@ONLY_CLAUDE
@pytest.mark.parametrize(("limit", "streams"), [(8000, False), (64_000, True)])
async def test_an_answer_too_long_for_a_plain_call_is_streamed_inside(
    sim: Simulator, model: Any, limit: int, streams: bool
) -> None:
    """Anthropic refuses plain calls that may take more than ten minutes; the caller must not notice."""
    sim.script(Reply([Thinking("hm"), Text("A long story.")], usage=Tokens(10, 5)))
    agent = Agent(name="A", model=model(), model_settings=ModelSettings(max_tokens=limit))
    result = await Runner.run(agent, "Tell me a story.")
    assert bool(sim.requests[-1].body.get("stream")) is streams
    assert [item.type for item in result.new_items] == ["reasoning_item", "message_output_item"]
    assert result.final_output == "A long story."
    assert result.context_wrapper.usage.total_tokens == 15


async def test_a_service_that_only_streams_is_asked_for_streams(sim: Simulator, model: Any, run: Any) -> None:
    """Some hosts refuse plain calls altogether: that is theirs to know, not the caller's."""
    sim.script(Reply([Text("Hello.")]))
    result = await run(Agent(name="A", model=model(profile={"always_stream": True})))
    assert result.final_output == "Hello."
    assert sim.requests[-1].stream


async def test_a_cut_in_a_call_counts_what_was_paid(
    sim: Simulator, protocol: str, model: Any, run: Any, weather: Any
) -> None:
    """An error that says why there is no call is no reason to lose the bill."""
    if protocol == "gemini":
        pytest.skip("Gemini's calls come whole: one that is cut does not arrive at all")
    sim.script(Reply([ToolCall("get_weather", '{"city": "Os')], stop="length", usage=Tokens(10, 5)))
    agent = Agent(name="A", model=model(), tools=[weather], model_settings=ModelSettings(include_usage=True))
    with pytest.raises(ModelBehaviorError, match="token limit") as caught:
        await run(agent)
    assert caught.value.run_data is not None
    assert caught.value.run_data.context_wrapper.usage.total_tokens == 15


@ONLY_CHAT
async def test_a_slip_in_mid_stream_ends_what_was_said_and_goes_on(sim: Simulator, model: Any, weather: Any) -> None:
    """Groq may say so within the stream: what was shown stays, is closed, and the next items follow it."""
    slip = ErrorInStream(after=3, status=400, message="Failed to call a function.", code="tool_use_failed")
    sim.script(
        Reply([Text(pieces=["Let ", "me ", "see."])], faults=[slip]),
        Reply([ToolCall("get_weather", {"city": "Oslo"})]),
        Reply(["Windy."]),
    )
    result = Runner.run_streamed(Agent(name="A", model=model(), tools=[weather]), "Hello")
    raw = [event.data async for event in result.stream_events() if event.type == "raw_response_event"]
    assert result.final_output == "Windy."
    kinds = [item.type for item in result.new_items]
    assert kinds == ["message_output_item", "tool_call_item", "tool_call_output_item", "message_output_item"]
    first = raw[: [event.type for event in raw].index("response.completed") + 1]
    assert [event.sequence_number for event in first] == list(range(len(first)))
    done = [event.item for event in first if event.type == "response.output_item.done"]
    assert first[-1].response.output == done
    assert [event.output_index for event in first if event.type == "response.output_item.added"] == [0, 1]
