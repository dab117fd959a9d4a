"""Guardrails of a run: on its input, before or beside the first model call, and on its final output."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from agents import (
    Agent,
    GuardrailFunctionOutput,
    InputGuardrail,
    InputGuardrailTripwireTriggered,
    OutputGuardrail,
    OutputGuardrailTripwireTriggered,
    RunConfig,
    RunHooks,
    ServerError,
    SQLiteSession,
    Usage,
    UserError,
)
from agents.testing import ModelStep, ScriptedModel, assistant_message


def verdict(triggered: bool, info: Any = None) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput(output_info=info, tripwire_triggered=triggered)


def waits_for_ever(begun: asyncio.Event, log: list[str]) -> Any:
    """A model's step that ends by cancellation alone."""

    async def respond(call: Any) -> Any:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            log.append("model stopped")
            raise

    return ModelStep.respond(respond)


async def test_a_guardrail_that_blocks_is_asked_before_anything_else(run: Any, says: Any) -> None:
    """Instructions, tools and hooks of an agent may look things up for an input that is not to be worked on."""
    done: list[str] = []

    class Watch(RunHooks[Any]):
        async def on_agent_start(self, context: Any, agent: Any) -> None:
            done.append(f"{agent.name} starts")

    def instructions(context: Any, agent: Any) -> str:
        done.append("instructions")
        return "Help."

    def check(context: Any, agent: Any, input: Any) -> GuardrailFunctionOutput:
        done.append("checked")
        return verdict("No" in str(input))

    agent = Agent(
        "A",
        instructions=instructions,
        model=says("Hi."),
        input_guardrails=[InputGuardrail(check, run_in_parallel=False)],
    )
    session = SQLiteSession("s")

    with pytest.raises(InputGuardrailTripwireTriggered):
        await run(agent, "No", hooks=Watch(), session=session)
    assert done == ["checked"]
    assert [item.get("content") for item in await session.get_items()] == ["No"]

    await run(agent, "Yes", hooks=Watch())
    assert done == ["checked", "checked", "A starts", "instructions"]


@pytest.mark.parametrize("parallel", [True, False])
async def test_a_guardrail_that_lets_pass_leaves_its_result(run: Any, says: Any, parallel: bool) -> None:
    """It sees the input as it was given, and the context."""
    seen: list[Any] = []

    async def check(context: Any, agent: Any, input: Any) -> GuardrailFunctionOutput:
        seen.append((context.context, agent.name, input))
        return verdict(False, "fine")

    guardrail = InputGuardrail(check, run_in_parallel=parallel)
    agent = Agent("A", model=says("Hi."), input_guardrails=[guardrail])

    result = await run(agent, "Hello", context="ctx")

    assert seen == [("ctx", "A", "Hello")]
    (found,) = result.input_guardrail_results
    assert (found.guardrail, found.output.output_info) == (guardrail, "fine")
    assert result.final_output == "Hi."


async def test_a_blocking_guardrail_stops_the_run_before_the_model_is_asked(run: Any, says: Any) -> None:
    """No token is spent on an input that is refused."""
    model = says()
    guardrail = InputGuardrail(lambda *_: verdict(True, "rude"), name="manners", run_in_parallel=False)

    with pytest.raises(InputGuardrailTripwireTriggered, match="'manners' stopped the run") as caught:
        await run(Agent("A", model=model, input_guardrails=[guardrail]))

    assert caught.value.guardrail_result.output.output_info == "rude"
    assert model.calls == ()


async def test_a_parallel_guardrail_stops_the_model_that_is_answering(run: Any) -> None:
    """It costs no time when all is well, and hangs up on the model when not."""
    begun, log = asyncio.Event(), []

    async def check(*_: Any) -> GuardrailFunctionOutput:
        await begun.wait()
        return verdict(True)

    model = ScriptedModel([waits_for_ever(begun, log)])

    with pytest.raises(InputGuardrailTripwireTriggered):
        await run(Agent("A", model=model, input_guardrails=[InputGuardrail(check)]))

    assert log == ["model stopped"]


async def test_what_the_model_had_cost_before_a_tripwire_is_counted(run: Any, says: Any) -> None:
    """An answer that arrived before the guardrail's verdict has been paid for; its tool calls are not run."""
    usage = Usage(requests=1, input_tokens=5, output_tokens=2, total_tokens=7)
    agent = Agent("A", model=says(("act",), default_usage=usage))

    answered = asyncio.Event()

    class Hooks(RunHooks[Any]):
        async def on_llm_end(self, *_: Any) -> None:
            answered.set()

    async def check(*_: Any) -> GuardrailFunctionOutput:
        await answered.wait()
        return verdict(True)

    agent.input_guardrails = [InputGuardrail(check)]

    with pytest.raises(InputGuardrailTripwireTriggered) as caught:
        await run(agent, hooks=Hooks())

    data = caught.value.run_data
    assert data.context_wrapper.usage.total_tokens == 7
    assert len(data.raw_responses) == 1
    assert data.new_items == []


async def test_a_model_that_fails_first_stops_the_guardrail(run: Any, says: Any) -> None:
    """The first error is the run's, and nothing goes on after it."""
    log: list[str] = []

    async def check(*_: Any) -> GuardrailFunctionOutput:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            log.append("guardrail stopped")
            raise
        return verdict(False)

    agent = Agent("A", model=says(ServerError("down", provider="p")), input_guardrails=[InputGuardrail(check)])

    with pytest.raises(ServerError):
        await run(agent)

    assert log == ["guardrail stopped"]


async def test_one_tripwire_stops_the_other_guardrails(run: Any, says: Any) -> None:
    """A slow check that no longer matters must not keep the caller waiting."""
    begun, log = asyncio.Event(), []

    async def slow(*_: Any) -> GuardrailFunctionOutput:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            log.append("stopped")
            raise
        return verdict(False)

    async def quick(*_: Any) -> GuardrailFunctionOutput:
        await begun.wait()
        return verdict(True)

    guardrails = [InputGuardrail(check, run_in_parallel=False) for check in (slow, quick)]

    with pytest.raises(InputGuardrailTripwireTriggered):
        await run(Agent("A", model=says(), input_guardrails=guardrails))

    assert log == ["stopped"]


async def test_guardrails_of_agents_and_run_check_input_and_output_once(run: Any, says: Any) -> None:
    """The input is the first agent's matter, the output the last one's; the run's guardrails see both."""
    log: list[str] = []

    def on_input(name: str) -> InputGuardrail[Any]:
        return InputGuardrail(lambda *_: log.append(f"{name} in") or verdict(False))

    def on_output(name: str) -> OutputGuardrail[Any]:
        return OutputGuardrail(lambda *_: log.append(f"{name} out") or verdict(False))

    def guarded(name: str, *turns: Any, **options: Any) -> Agent[Any]:
        return Agent(
            name,
            model=says(*turns),
            input_guardrails=[on_input(name)],
            output_guardrails=[on_output(name)],
            **options,
        )

    second = guarded("second", "Done.")
    first = guarded("first", ("transfer_to_second",), handoffs=[second])
    config = RunConfig(input_guardrails=[on_input("run")], output_guardrails=[on_output("run")])

    result = await run(first, run_config=config)

    assert sorted(log) == ["first in", "run in", "run out", "second out"]
    assert len(result.input_guardrail_results) == len(result.output_guardrail_results) == 2


async def test_an_output_guardrail_sees_the_output_as_the_caller_would(run: Any, says: Any) -> None:
    """An object where there is an output type; and stopping keeps the answer from the caller."""
    seen: list[Any] = []

    async def check(context: Any, agent: Any, output: Any) -> GuardrailFunctionOutput:
        seen.append((agent.name, output))
        return verdict(True, "too long")

    model = says('{"response": [1, 2]}')
    agent = Agent("A", model=model, output_type=list[int], output_guardrails=[OutputGuardrail(check)])

    with pytest.raises(OutputGuardrailTripwireTriggered) as caught:
        await run(agent)

    assert seen == [("A", [1, 2])]
    found = caught.value.guardrail_result
    assert (found.agent_output, found.agent, found.output.output_info) == ([1, 2], agent, "too long")
    assert caught.value.run_data.output_guardrail_results == [found]


async def test_a_guardrail_that_raises_ends_the_run(run: Any, says: Any) -> None:
    """A check that cannot be made has not been passed."""

    def broken(*_: Any) -> Any:
        raise ConnectionError("no moderation service")

    with pytest.raises(ConnectionError):
        await run(Agent("A", model=says("Hi."), input_guardrails=[InputGuardrail(broken)]))


async def test_a_guardrail_that_returns_something_else_is_an_error(run: Any, says: Any) -> None:
    """A forgotten ``return`` must not count as passed."""
    guardrail = InputGuardrail(lambda *_: None, name="g", run_in_parallel=False)

    with pytest.raises(UserError, match="must return GuardrailFunctionOutput"):
        await run(Agent("A", model=says(), input_guardrails=[guardrail]))


async def test_a_run_that_is_cancelled_stops_model_and_guardrail(run: Any, says: Any) -> None:
    """Neither may go on in the background."""
    begun, log = asyncio.Event(), []

    async def check(*_: Any) -> GuardrailFunctionOutput:
        await asyncio.Event().wait()
        return verdict(False)

    model = ScriptedModel([waits_for_ever(begun, log), [assistant_message("x")]])
    task = asyncio.ensure_future(run(Agent("A", model=model, input_guardrails=[InputGuardrail(check)])))
    await begun.wait()

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert log == ["model stopped"]
