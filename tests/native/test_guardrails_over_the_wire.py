"""Guardrails over each wire protocol: what they stop is stopped on the wire too, and what it cost is counted."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from agents import (
    Agent,
    GuardrailFunctionOutput,
    InputGuardrail,
    InputGuardrailTripwireTriggered,
    ModelSettings,
    ModelTimeoutError,
    OutputGuardrail,
    OutputGuardrailTripwireTriggered,
    Runner,
    RunResultStreaming,
    ToolGuardrailFunctionOutput,
    ToolInputGuardrailTripwireTriggered,
    ToolOutputGuardrailTripwireTriggered,
    function_tool,
    tool_input_guardrail,
    tool_output_guardrail,
)
from agents.testing.simulator import Reply, Simulator, Stall, Text, Tokens, ToolCall

LONG = Text(pieces=[f"word{number} " for number in range(30)])
TOKENS = Tokens(input=100, output=40)
EARLY = {"anthropic": 100, "gemini": 100, "openai-chat": 0, "openai-responses": 0}
"""The input tokens that a protocol has told of before its stream is over."""


@pytest.fixture(autouse=True)
async def nothing_left(sim: Simulator) -> Any:
    """No task of a run, and no connection on which an answer is still coming."""
    yield
    await sim.wait_idle()
    coroutines: list[Any] = [task.get_coro() for task in asyncio.all_tasks()]
    files = [getattr(getattr(each, "cr_code", None), "co_filename", "") for each in coroutines]
    assert not [name for name in files if "/agents/run" in name or "/agents/models/" in name]


def trips(*_: Any) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput(None, tripwire_triggered=True)


async def read(result: RunResultStreaming, writing: asyncio.Event) -> None:
    """Read a stream to its end, and tell when the model has begun to write."""
    async for event in result.stream_events():
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            writing.set()


async def test_a_parallel_guardrail_hangs_up_on_the_model(sim: Simulator, run: Any, model: Any, protocol: str) -> None:
    """An answer that nobody will read is not waited for."""
    sim.script(Reply([LONG], faults=[Stall(after=4)]))

    async def check(*_: Any) -> GuardrailFunctionOutput:
        await asyncio.sleep(0.03)  # the model is writing by then
        return trips()

    agent = Agent("A", model=model(), input_guardrails=[InputGuardrail(check)])

    with pytest.raises(InputGuardrailTripwireTriggered):
        await run(agent)


async def test_a_blocking_guardrail_sends_nothing(sim: Simulator, run: Any, model: Any) -> None:
    """What is refused costs nothing."""
    guardrail = InputGuardrail(trips, run_in_parallel=False)

    with pytest.raises(InputGuardrailTripwireTriggered):
        await run(Agent("A", model=model(), input_guardrails=[guardrail]))

    assert sim.requests == []


async def test_what_a_stopped_stream_had_reported_is_counted(sim: Simulator, model: Any, protocol: str) -> None:
    """The tokens that a service has told of were read, whoever hung up afterwards."""
    sim.script(Reply([LONG], usage=TOKENS, faults=[Stall(after=6)]))
    writing = asyncio.Event()

    async def check(*_: Any) -> GuardrailFunctionOutput:
        await writing.wait()
        return trips()

    agent = Agent("A", model=model(), input_guardrails=[InputGuardrail(check)])
    result = Runner.run_streamed(agent, "Hello")

    with pytest.raises(InputGuardrailTripwireTriggered) as caught:
        await read(result, writing)

    assert caught.value.run_data.context_wrapper.usage.input_tokens == EARLY[protocol]


async def test_what_a_stream_had_reported_before_its_time_was_over_is_counted(
    sim: Simulator, model: Any, protocol: str, patiently: Any
) -> None:
    """A time-out is no discount."""

    async def attempt(seconds: float) -> None:
        sim.reset()
        sim.script(Reply([LONG], usage=TOKENS, faults=[Stall(after=6)]))
        agent = Agent("A", model=model(), model_settings=ModelSettings(timeout=seconds))
        result = Runner.run_streamed(agent, "Hello")

        with pytest.raises(ModelTimeoutError) as caught:
            await read(result, asyncio.Event())

        assert caught.value.run_data.context_wrapper.usage.input_tokens == EARLY[protocol]

    await patiently(attempt)


async def test_an_output_guardrail_keeps_the_usage(sim: Simulator, run: Any, model: Any) -> None:
    """The answer was paid for, though nobody gets it."""
    sim.script(Reply([Text("Rude.")], usage=TOKENS))
    settings = ModelSettings(include_usage=True)
    agent = Agent("A", model=model(), model_settings=settings, output_guardrails=[OutputGuardrail(trips)])

    with pytest.raises(OutputGuardrailTripwireTriggered) as caught:
        await run(agent)

    assert caught.value.run_data.context_wrapper.usage.total_tokens == 140


BEHAVIORS = {
    "allow": ToolGuardrailFunctionOutput.allow(),
    "reject_content": ToolGuardrailFunctionOutput.reject_content("Not in this town."),
    "raise_exception": ToolGuardrailFunctionOutput.raise_exception(),
}


@pytest.mark.parametrize("side", ["input", "output"])
@pytest.mark.parametrize("behavior", list(BEHAVIORS))
async def test_a_guardrail_of_a_tool_lets_pass_rejects_or_raises(
    sim: Simulator, run: Any, model: Any, side: str, behavior: str
) -> None:
    """The model reads what a guardrail says in the tool's place; the tool runs where its input passed."""
    ran: list[str] = []
    make: Any = tool_input_guardrail if side == "input" else tool_output_guardrail
    guardrail = make(lambda data: BEHAVIORS[behavior])

    @function_tool(**{f"tool_{side}_guardrails": [guardrail]})
    def get_weather(city: str) -> str:
        """The weather of a city."""
        ran.append(city)
        return "Sunny."

    sim.script(Reply([ToolCall("get_weather", {"city": "Oslo"})], usage=TOKENS), Reply([Text("Done.")]))
    settings = ModelSettings(include_usage=True)
    agent = Agent("A", model=model(), tools=[get_weather], model_settings=settings)

    if behavior == "raise_exception":
        error = ToolInputGuardrailTripwireTriggered if side == "input" else ToolOutputGuardrailTripwireTriggered
        with pytest.raises(error) as caught:
            await run(agent)
        assert caught.value.run_data.context_wrapper.usage.total_tokens == 140
        assert len(sim.requests) == 1
    else:
        assert (await run(agent)).final_output == "Done."
        told = {"allow": "Sunny.", "reject_content": "Not in this town."}[behavior]
        assert told in str(sim.requests[-1].body)
    assert ran == ([] if side == "input" and behavior != "allow" else ["Oslo"])
