"""What works by itself, together: approvals in agents as tools, handoffs, limits, guardrails, sessions and hooks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from agents import (
    Agent,
    FallbackModel,
    GuardrailFunctionOutput,
    MaxTurnsExceeded,
    Model,
    ModelResponse,
    ModelSettings,
    OutputGuardrail,
    OutputGuardrailTripwireTriggered,
    RunConfig,
    Runner,
    RunState,
    SQLiteSession,
    ToolGuardrailFunctionOutput,
    ToolsToFinalOutputResult,
    UsageLimitExceeded,
    UsageLimits,
    UserError,
    function_tool,
    tool_input_guardrail,
)


class Report(BaseModel):
    lines: int


@function_tool(needs_approval=True)
def delete(path: str) -> str:
    """Delete a file."""
    return f"deleted {path}"


@function_tool
def note(text: str) -> str:
    """Write down."""
    return f"noted {text}"


async def stored(agent: Agent[Any], result: Any) -> RunState[Any]:
    """The state of a run, as another process would load it."""
    return await RunState.from_string(agent, result.to_state().to_string())


def outputs(result: Any) -> list[tuple[Any, Any]]:
    return [(item.call_id, item.output) for item in result.new_items if item.type == "tool_call_output_item"]


async def test_a_call_within_an_agent_tool_after_a_handoff(
    run: Any, says: Any, spans: Any, told: Any, tmp_path: Path
) -> None:
    """Session, hooks, spans, turns and error handlers see one run, however it was put down in between."""
    inner = Agent("Inner", model=says(("delete", {"path": "a"}, "d1"), "inner done"), tools=[delete])
    second = Agent(
        "Second",
        model=says(("inner", {"input": "go"}, "i1"), ("note", {"text": "x"}, "n1")),
        tools=[inner.as_tool("inner", "Works."), note],
    )
    first = Agent("First", model=says(("transfer_to_second", {}, "h1")), handoffs=[second])
    heard: list[str] = []
    options: dict[str, Any] = {"hooks": told(heard), "error_handlers": {"max_turns": lambda _: "gave up"}}

    session = SQLiteSession("s", tmp_path / "s.db")
    result = await run(first, session=session, max_turns=3, **options)
    assert [call.call_id for call in result.interruptions] == ["d1"]
    assert await session.get_items() == result.to_input_list()[:3]
    session.close()
    state = await stored(first, result)
    state.approve(state.get_interruptions()[0])
    session = SQLiteSession("s", tmp_path / "s.db")
    result = await run(first, state, session=session, **options)

    assert result.final_output == "gave up"
    assert await session.get_items() == result.to_input_list() == result.to_input_list(mode="normalized")
    session.close()
    assert [line for line in heard if "model" not in line] == [
        "run: agent First starts",
        "run: First hands over to Second",
        "run: agent Second starts",
        "run: tool inner of Second starts, i1",
        "run: tool inner of Second ends with inner done",
        "run: tool note of Second starts, n1",
        "run: tool note of Second ends with noted x",
        "run: agent Second ends with gave up",
    ]
    assert spans.tree == [
        "agent First",
        "  handoff First -> Second",
        "agent Second",
        "  function inner",
        "    agent Inner",
        "agent Second",
        "  function inner",
        "    agent Inner",
        "      function delete",
        "  function note",
    ]


async def test_calls_of_one_id_wait_behind_a_handoff_within_two_calls_of_an_agent(run: Any, says: Any) -> None:
    """Decided one at a time, and the other way round: each decision meets its own call, and no run begins again."""
    deep = Agent("Deep", tools=[delete])
    deep.model = says(("delete", {"path": "z"}, "c"), ("delete", {"path": "y"}, "c"), "first end", "second end")
    inner = Agent("Inner", model=says(("transfer_to_deep", {}, "h"), ("transfer_to_deep", {}, "h")), handoffs=[deep])
    outer = says([("inner", {"input": "1"}, "i1"), ("inner", {"input": "2"}, "i2")], "end")
    agent = Agent("Outer", model=outer, tools=[inner.as_tool("inner", "Works.")])

    result = await run(agent, run_config=RunConfig(tool_execution={"max_function_tool_concurrency": 1}))  # type: ignore[arg-type]
    state = await stored(agent, result)
    first, second = state.get_interruptions()
    assert (first.call_path, second.call_path) == (("i1",), ("i2",))
    state.approve(second)
    result = await run(agent, state)
    assert [call.call_path for call in result.interruptions] == [("i1",)]
    state = await stored(agent, result)
    state.reject(state.get_interruptions()[0])
    result = await run(agent, state)

    assert result.final_output == "end"
    assert dict(outputs(result)) == {"i1": "second end", "i2": "first end"}
    assert (result.context_wrapper.usage.requests, result.context_wrapper.usage.tool_calls) == (8, 3)


@pytest.mark.parametrize(("limit", "ends"), [(2, ["i1"]), (3, ["i1"]), (4, None)])
async def test_limits_count_on_over_runs_within_runs_that_wait(
    run: Any, says: Any, limit: int, ends: list[str] | None
) -> None:
    """The requests before and after the pause, inside and outside, are those of one run."""
    inner = Agent("Inner", model=says(("delete", {"path": "a"}, "d1"), "inner done"), tools=[delete])
    tool = inner.as_tool("inner", "Works.", failure_error_function=None)
    agent = Agent("Outer", model=says(("inner", {"input": "go"}, "i1"), "end"), tools=[tool])
    config = RunConfig(usage_limits=UsageLimits(requests=limit))
    state = await stored(agent, await run(agent, run_config=config))
    state.approve(state.get_interruptions()[0])
    if ends is None:
        assert (await run(agent, state, run_config=config)).final_output == "end"
        return
    with pytest.raises(UsageLimitExceeded) as raised:
        await run(agent, state, run_config=config)
    assert raised.value.run_data is not None
    assert raised.value.run_data.last_agent is agent
    assert raised.value.run_data.context_wrapper.usage.requests == limit
    # What stopped at its limit goes on where there is more.
    result = await run(agent, raised.value.run_data.to_state())
    assert (result.final_output, outputs(result)) == ("end", [("i1", "inner done")])


async def test_an_output_guardrail_within_an_agent_tool_trips_after_an_approval(
    run: Any, says: Any, spans: Any
) -> None:
    """The approved call has been made: whoever goes on without the guardrail does not make it again."""
    trip = OutputGuardrail(lambda *_: GuardrailFunctionOutput(None, tripwire_triggered=True), name="no")
    inner = Agent("Inner", model=says(("delete", {"path": "a"}, "d1"), "inner done"), tools=[delete])
    inner.output_guardrails = [trip]
    tool = inner.as_tool("inner", "Works.", failure_error_function=None)
    agent = Agent("Outer", model=says(("inner", {"input": "go"}, "i1"), "end"), tools=[tool])
    state = await stored(agent, await run(agent))
    state.approve(state.get_interruptions()[0])
    with pytest.raises(OutputGuardrailTripwireTriggered) as raised:
        await run(agent, state)
    assert spans.tree[-1] == "      guardrail no"

    inner.output_guardrails = []
    assert raised.value.run_data is not None
    result = await run(agent, raised.value.run_data.to_state())
    assert (result.final_output, result.context_wrapper.usage.tool_calls) == ("end", 2)


async def test_a_guardrail_of_a_tool_rejects_beside_calls_that_wait(run: Any, says: Any) -> None:
    """The rejected call is answered at once and once; an approved call still meets its own guardrail."""

    @tool_input_guardrail
    def refuse(data: Any) -> ToolGuardrailFunctionOutput:
        return ToolGuardrailFunctionOutput.reject_content("refused")

    @function_tool(tool_input_guardrails=[refuse])
    def guarded() -> str:
        raise AssertionError("it must not run")

    @function_tool(tool_input_guardrails=[refuse], needs_approval=True)
    def asked() -> str:
        raise AssertionError("it must not run")

    calls = [("guarded", {}, "g"), ("delete", {"path": "a"}, "d"), ("asked", {}, "k")]
    agent = Agent("A", model=says(calls, "done"), tools=[guarded, delete, asked])
    result = await run(agent)
    assert len(result.tool_input_guardrail_results) == 1
    state = await stored(agent, result)
    assert [call.call_id for call in state.get_interruptions()] == ["d", "k"]
    for call in state.get_interruptions():
        state.approve(call)
    result = await run(agent, state)
    assert outputs(result) == [("g", "refused"), ("d", "deleted a"), ("k", "refused")]
    assert len(result.tool_input_guardrail_results) == 2


async def test_a_function_of_tool_use_sees_all_results_of_a_turn_that_waited(run: Any, says: Any) -> None:
    """It decides once for each turn, on the whole of it; the forced choice of a tool is let go of meanwhile."""
    seen: list[list[Any]] = []

    async def decide(context: Any, results: list[Any]) -> ToolsToFinalOutputResult:
        seen.append([result.output for result in results])
        return ToolsToFinalOutputResult(len(seen) > 1, results[-1].output)

    model = says([("delete", {"path": "a"}, "d"), ("note", {"text": "n"}, "n")], ("note", {"text": "m"}, "m"))
    agent = Agent(
        "A",
        model=model,
        tools=[delete, note],
        tool_use_behavior=decide,
        model_settings=ModelSettings(tool_choice="required"),
    )
    state = await stored(agent, await run(agent))
    state.approve(state.get_interruptions()[0])
    result = await run(agent, state)
    assert (result.final_output, seen) == ("noted m", [["deleted a", "noted n"], ["noted m"]])
    assert [call.model_settings.tool_choice for call in model.calls] == ["required", None]


async def test_an_output_of_a_tool_is_of_the_agents_type_after_json_too(run: Any, says: Any) -> None:
    """The caller reads attributes of the final output, whichever process the tool ran in."""

    @function_tool
    def count() -> Report:
        return Report(lines=3)

    agent: Agent[Any] = Agent(
        "A",
        model=says([("count", {}, "c"), ("delete", {"path": "a"}, "d")]),
        tools=[count, delete],
        output_type=Report,
        tool_use_behavior="stop_on_first_tool",
    )
    state = await stored(agent, await run(agent))
    state.approve(state.get_interruptions()[0])
    assert (await run(agent, state)).final_output == Report(lines=3)


async def test_an_input_filter_and_nested_history_over_a_pause(run: Any, says: Any) -> None:
    """The story that the second agent reads is the same before and after, and what the filter adds is in neither."""
    second = Agent("Second", model=says(("delete", {"path": "a"}, "d"), "end"), tools=[delete])
    first = Agent("First", model=says(("transfer_to_second", {}, "h")), handoffs=[second])
    read: list[list[Any]] = []

    def add(call: Any) -> Any:
        read.append(list(call.model_data.input))
        call.model_data.input.append({"role": "user", "content": "ADDED"})
        return call.model_data

    config = RunConfig(call_model_input_filter=add, nest_handoff_history=True)
    state = await stored(first, await run(first, run_config=config))
    state.approve(state.get_interruptions()[0])
    result = await run(first, state, run_config=config)
    assert read[2][: len(read[1])] == read[1]
    normalized = result.to_input_list(mode="normalized")
    assert normalized[: len(read[2])] == read[2]
    assert "ADDED" not in str(normalized + result.to_input_list())


async def test_the_turns_of_a_state_are_its_own(run: Any, says: Any) -> None:
    """A pause is no way around the limit that the run began with."""
    agent = Agent("A", model=says(("delete", {"path": "a"}), ("note", {"text": "a"}), "end"), tools=[delete, note])
    state = await stored(agent, await run(agent, max_turns=2))
    state.approve(state.get_interruptions()[0])
    with pytest.raises(MaxTurnsExceeded):
        await run(agent, state, max_turns=50)


async def test_a_call_waits_beside_one_that_failed_the_run(run: Any, says: Any) -> None:
    """Whoever goes on from the exception is asked, and the call that failed is tried again."""
    tries: list[int] = []

    @function_tool(failure_error_function=None)
    def wobble() -> str:
        tries.append(1)
        if len(tries) == 1:
            raise ValueError("once")
        return "ok"

    agent = Agent(
        "A", model=says([("delete", {"path": "a"}, "d"), ("wobble", {}, "w")], "done"), tools=[delete, wobble]
    )
    with pytest.raises(UserError) as raised:
        await run(agent)
    assert raised.value.run_data is not None
    result = await run(agent, raised.value.run_data.to_state())
    state = await stored(agent, result)
    state.approve(state.get_interruptions()[0])
    result = await run(agent, state)
    assert sorted(outputs(result)) == [("d", "deleted a"), ("w", "ok")]
    assert len(tries) == 2


class Hanging(Model):
    """Never answers, and tells when it was asked and stopped."""

    def __init__(self, asked: Any) -> None:
        self.asked = asked
        self.stopped = 0

    async def get_response(self, *args: Any, **kwargs: Any) -> ModelResponse:
        self.asked()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.stopped += 1
            raise
        raise AssertionError

    async def stream_response(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        yield await self.get_response()


@pytest.mark.parametrize("watched", [False, True], ids=["plain inside", "streamed inside"])
async def test_cancelling_a_run_stops_the_model_of_an_agent_tool_and_asks_no_fallback(says: Any, watched: bool) -> None:
    """A cancellation is no failure that another model could mend."""
    asked = asyncio.Event()
    hanging, other = Hanging(asked.set), says("never")
    inner = Agent("Inner", model=FallbackModel([hanging, other]))
    tool = inner.as_tool("inner", "Works.", on_stream=(lambda event: None) if watched else None)
    running = asyncio.ensure_future(Runner.run(Agent("O", model=says(("inner", {"input": "go"})), tools=[tool]), "Hi"))
    await asked.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert (hanging.stopped, len(other.calls)) == (1, 0)


def test_ctrl_c_reaches_the_model_of_an_agent_tool(says: Any, spans: Any) -> None:
    """The run within the run cleans up, no span stays open, and the thread's next run works."""
    asked = asyncio.Event()
    hanging = Hanging(asked.set)

    @function_tool
    async def press() -> str:
        """Ctrl-C, at the moment when the inner model is asked."""
        await asked.wait()
        raise KeyboardInterrupt

    tools = [Agent("Inner", model=hanging).as_tool("inner", "Works."), press]
    with pytest.raises(KeyboardInterrupt):
        Runner.run_sync(Agent("Outer", model=says([("inner", {"input": "go"}), ("press",)]), tools=tools), "Hi")
    assert hanging.stopped == 1
    assert sorted(spans.tree[1:]) == ["    agent Inner", "  function inner", "  function press"]
    assert Runner.run_sync(Agent("Next", model=says("fine")), "Hi").final_output == "fine"
