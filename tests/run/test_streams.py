"""Streamed runs: which events come in which order, and every way of not reading them to the end."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Iterator
from typing import Any

import pytest
from openai.types.responses import ResponseReasoningItem
from openai.types.responses.response_reasoning_item import Summary

from agents import Agent, MaxTurnsExceeded, Runner, ServerError, SQLiteSession, function_tool
from agents.models.replay import events_of
from agents.testing import ModelStep, ScriptedModel


@pytest.fixture(autouse=True)
async def nothing_stays_behind() -> Any:
    """However a stream is left: no task goes on."""
    before = asyncio.all_tasks()
    yield
    await turns_of_the_loop()
    assert not asyncio.all_tasks() - before - {asyncio.current_task()}


async def turns_of_the_loop(count: int = 20) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


class Gate:
    """A tool that tells when it has begun, when it was stopped, and that ends when told."""

    def __init__(self) -> None:
        self.begun, self.open, self.stopped = asyncio.Event(), asyncio.Event(), False

        @function_tool
        async def wait() -> str:
            self.begun.set()
            try:
                await self.open.wait()
            except asyncio.CancelledError:
                self.stopped = True
                raise
            return "opened"

        self.tool = wait


def short(event: Any) -> str:
    if event.type == "agent_updated_stream_event":
        return f"agent {event.new_agent.name}"
    return str(event.data.type if event.type == "raw_response_event" else event.name)


async def read(result: Any, names: list[str]) -> None:
    async for event in result.stream_events():
        names.append(short(event))


async def test_events_come_in_the_order_in_which_things_happen(says: Any, weather: Any) -> None:
    """First the agent, then each model's raw events, after them the finished items and tools' outputs."""
    thought = ResponseReasoningItem(id="rs", summary=[Summary(text="Hm.", type="summary_text")], type="reasoning")
    model = says([thought, ("get_weather", {"city": "Rome"})], "Sunny.")
    result = Runner.run_streamed(Agent("A", model=model, tools=[weather]), "Rome?")

    events = [short(event) async for event in result.stream_events()]

    assert events == [
        "agent A",
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.reasoning_summary_part.added",
        "response.reasoning_summary_text.delta",
        "response.reasoning_summary_text.done",
        "response.reasoning_summary_part.done",
        "response.output_item.done",
        "response.output_item.added",
        "response.function_call_arguments.delta",
        "response.function_call_arguments.done",
        "response.output_item.done",
        "response.completed",
        "reasoning_item_created",
        "tool_called",
        "tool_output",
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
        "message_output_created",
    ]


async def test_the_items_of_the_events_are_those_of_the_result(says: Any, weather: Any) -> None:
    """Who builds a page from events and who reads the result see the same."""
    model = says(("get_weather", {"city": "Rome"}), ["One.", "Two."])
    result = Runner.run_streamed(Agent("A", model=model, tools=[weather]), "Rome?")

    items = [e.item async for e in result.stream_events() if e.type == "run_item_stream_event"]

    assert items == result.new_items
    assert len(items) == 4


async def test_the_result_fills_while_it_is_read(says: Any) -> None:
    """At each event all that came before it is there, and a tool call is seen before its tool has ended."""
    gate = Gate()
    model = says(("wait",), "Done.")
    result = Runner.run_streamed(Agent("A", model=model, tools=[gate.tool]), "Go.")
    assert (result.is_complete, result.final_output, result.current_turn) == (False, None, 0)

    async for event in result.stream_events():
        if short(event) == "tool_called":
            await gate.begun.wait()
            assert [item.type for item in result.new_items] == ["tool_call_item"]
            assert (len(result.raw_responses), result.current_turn) == (1, 1)
            assert (result.is_complete, result.final_output) == (False, None)
            gate.open.set()

    assert (result.is_complete, result.final_output, result.current_turn) == (True, "Done.", 2)


async def test_cancel_stops_at_once(says: Any) -> None:
    """The tool is stopped, unread events are dropped, and the reader's loop ends without an error."""
    gate = Gate()
    result = Runner.run_streamed(Agent("A", model=says(("wait",)), tools=[gate.tool]), "Go.")
    events = []

    async for event in result.stream_events():
        events.append(short(event))
        await gate.begun.wait()
        result.cancel()

    assert events == ["agent A"]
    assert gate.stopped
    assert (result.is_complete, result.final_output) == (True, None)
    assert result.run_loop_exception is None
    assert [item.type for item in result.new_items] == ["tool_call_item"]


async def test_who_has_cancelled_does_not_hear_of_an_error(says: Any) -> None:
    """Whoever has left does not care how it would have gone on, and has no handler for it around the loop."""
    result = Runner.run_streamed(Agent("A", model=says(ServerError("down", provider="p"))), "Hello")
    seen = 0

    async for _ in result.stream_events():
        seen += 1
        await asyncio.wait([result.run_loop_task])  # the run has failed before it is cancelled
        result.cancel()

    assert seen == 1
    assert isinstance(result.run_loop_exception, ServerError)


async def test_a_run_can_be_cancelled_before_it_begins(says: Any) -> None:
    """No step of it is taken, and reading ends at once."""
    model = says()
    result = Runner.run_streamed(Agent("A", model=model), "Go.")

    result.cancel()

    assert [event async for event in result.stream_events()] == []
    assert model.calls == ()


async def test_a_tool_that_ignores_its_cancellation_does_not_keep_the_run_going(says: Any) -> None:
    """The run ends with its turn, and asks no model again."""
    begun = asyncio.Event()

    @function_tool
    async def stubborn() -> str:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return "so what"
        return ""

    model = says(("stubborn",))
    result = Runner.run_streamed(Agent("A", model=model, tools=[stubborn]), "Go.")

    async for _ in result.stream_events():
        await begun.wait()
        result.cancel()

    assert len(model.calls) == 1
    assert result.run_loop_exception is None


async def test_cancel_after_the_turn_leaves_a_whole_conversation(says: Any, weather: Any) -> None:
    """Each call has its output, so that another run can go on from there."""
    model = says(("get_weather", {"city": "Rome"}))
    result = Runner.run_streamed(Agent("A", model=model, tools=[weather]), "Go.")

    async for event in result.stream_events():
        if short(event) == "tool_called":
            result.cancel(mode="after_turn")

    assert [item.type for item in result.new_items] == ["tool_call_item", "tool_call_output_item"]
    assert (result.is_complete, result.final_output) == (True, None)
    following = await Runner.run(Agent("A", model=says("Sunny.")), result.to_input_list())
    assert following.final_output == "Sunny."


async def test_a_reader_can_stop_the_run_by_the_last_event_of_a_turn(says: Any, weather: Any) -> None:
    """Who has seen the output of a tool may want no more; the next model call would cost money."""
    model = says(("get_weather", {"city": "Rome"}), "Sunny.")
    result = Runner.run_streamed(Agent("A", model=model, tools=[weather]), "Go.")

    async for event in result.stream_events():
        if short(event) == "tool_output":
            result.cancel(mode="after_turn")

    assert len(model.calls) == 1
    assert result.final_output is None


async def test_cancel_after_the_last_turn_changes_nothing(says: Any) -> None:
    """The answer that was on its way is the final output."""
    result = Runner.run_streamed(Agent("A", model=says("Hi.")), "Go.")

    async for event in result.stream_events():
        if short(event) == "response.created":
            result.cancel(mode="after_turn")

    assert result.final_output == "Hi."


@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "by its first event"])
async def test_a_run_that_is_to_stop_before_its_first_turn_takes_none_and_may_go_on(
    says: Any, told: Any, at_once: bool
) -> None:
    """Whoever has changed their mind pays for nothing; nothing was said yet, and the session holds nothing."""
    calls: list[str] = []
    session = SQLiteSession("s")
    agent = Agent("A", model=says("Hi."))
    result = Runner.run_streamed(agent, "Go.", session=session, hooks=told(calls))
    if at_once:
        result.cancel(mode="after_turn")

    async for _ in result.stream_events():
        result.cancel(mode="after_turn")

    assert (result.is_complete, result.final_output, result.current_turn) == (True, None, 0)
    assert (agent.model.calls, calls, await session.get_items()) == ((), [], [])
    following = await Runner.run(agent, result.to_state(), session=session)
    assert following.final_output == "Hi."
    assert [item["role"] for item in await session.get_items()] == ["user", "assistant"]
    session.close()


async def test_a_run_that_is_to_stop_before_it_goes_on_finishes_the_turn_that_waited(says: Any) -> None:
    """What was approved is carried out, and no model is asked after it."""

    @function_tool(needs_approval=True)
    def pay() -> str:
        return "paid"

    agent = Agent("A", model=says(("pay",)), tools=[pay])
    state = (await Runner.run(agent, "Pay!")).to_state()
    state.approve(state.get_interruptions()[0])
    result = Runner.run_streamed(agent, state)
    result.cancel(mode="after_turn")

    async for _ in result.stream_events():
        pass

    assert result.new_items[-1].output == "paid"
    assert len(agent.model.calls) == 1


async def test_leaving_the_loop_stops_the_run(says: Any) -> None:
    """Nobody reads on, so nothing needs to be made."""
    gate = Gate()
    result = Runner.run_streamed(Agent("A", model=says(("wait",)), tools=[gate.tool]), "Go.")

    async for _ in result.stream_events():
        await gate.begun.wait()
        break
    gc.collect()
    await turns_of_the_loop()

    assert gate.stopped
    assert result.is_complete


async def test_a_reader_that_is_cancelled_stops_the_run(says: Any) -> None:
    """A web server cancels the handler of a client that has gone; the model must not write on."""
    gate = Gate()
    result = Runner.run_streamed(Agent("A", model=says(("wait",)), tools=[gate.tool]), "Go.")

    reader = asyncio.ensure_future(read(result, []))
    await gate.begun.wait()
    await turns_of_the_loop()
    reader.cancel()

    with pytest.raises(asyncio.CancelledError):
        await reader
    assert gate.stopped
    assert result.is_complete


async def test_an_exception_comes_after_the_events_before_it(says: Any, weather: Any) -> None:
    """What had been made until then is shown before the error."""
    model = says(("get_weather", {"city": "Rome"}), ServerError("down", provider="p"))
    result = Runner.run_streamed(Agent("A", model=model, tools=[weather]), "Go.")
    names: list[str] = []

    with pytest.raises(ServerError):
        await read(result, names)

    assert names[-1] == "tool_output"
    assert isinstance(result.run_loop_exception, ServerError)
    assert result.is_complete


async def test_a_stream_that_nobody_reads_comes_to_its_end(says: Any, weather: Any) -> None:
    """The run never waits for its reader."""
    model = says(*[("get_weather", {"city": "Rome"}, f"c{n}") for n in range(5)], "Sunny.")
    result = Runner.run_streamed(Agent("A", model=model, tools=[weather]), "Go.")

    await result.run_loop_task

    assert (result.is_complete, result.final_output) == (True, "Sunny.")
    assert len([event async for event in result.stream_events()]) > 50
    assert [event async for event in result.stream_events()] == []


async def test_a_failure_that_nobody_hears_of_makes_no_noise(says: Any, caplog: pytest.LogCaptureFixture) -> None:
    """That an "exception was never retrieved" would be noise: the result holds the exception."""
    result = Runner.run_streamed(Agent("A", model=says(ServerError("down", provider="p"))), "Go.")
    await turns_of_the_loop()

    assert isinstance(result.run_loop_exception, ServerError)
    del result
    gc.collect()
    assert caplog.text == ""


async def test_a_run_whose_task_is_killed_before_its_first_step_ends_for_its_reader(says: Any) -> None:
    """A framework may cancel all tasks of a scope, this one too: the reader must not wait for ever."""
    result = Runner.run_streamed(Agent("A", model=says()), "Go.")
    result.run_loop_task.cancel()

    assert [event async for event in result.stream_events()] == []
    assert result.is_complete


@pytest.mark.parametrize("limit", [1, 2])
async def test_too_many_turns_end_a_stream_too(says: Any, weather: Any, limit: int) -> None:
    """After as many model calls as are allowed, and after their events."""
    model = says(*[("get_weather", {"city": "Rome"}, f"c{n}") for n in range(5)])
    result = Runner.run_streamed(Agent("A", model=model, tools=[weather]), "Go.", max_turns=limit)
    names: list[str] = []

    with pytest.raises(MaxTurnsExceeded):
        await read(result, names)

    assert names.count("response.completed") == names.count("tool_output") == limit


async def test_text_can_be_shown_while_it_is_written(says: Any) -> None:
    """Events reach the reader when the model sends them, not at the end of its answer."""
    more = asyncio.Event()

    async def slowly(call: Any) -> Any:
        asked = (None, [], call.model_settings, [], None, [], call.tracing)
        events: Iterator[Any] = events_of(await says("Hello.").get_response(*asked), "m")
        for event in events:
            yield event
            if event.type == "response.output_text.delta":
                await more.wait()

    model = ScriptedModel([ModelStep.stream(slowly)])
    result = Runner.run_streamed(Agent("A", model=model), "Go.")

    async for event in result.stream_events():
        if short(event) == "response.output_text.delta":
            assert event.data.delta == "Hello."
            assert result.raw_responses == []
            more.set()

    assert result.final_output == "Hello."
