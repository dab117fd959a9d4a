"""What a run gives back, and what it gives to whoever catches its exception."""

from __future__ import annotations

import asyncio
import gc
import json
from typing import Any

import pytest
from openai.types.responses import ResponseComputerToolCall, ResponseOutputMessage, ResponseOutputRefusal

from agents import (
    Agent,
    GuardrailFunctionOutput,
    InputGuardrail,
    InputGuardrailTripwireTriggered,
    ItemHelpers,
    MaxTurnsExceeded,
    ModelBehaviorError,
    ModelRefusalError,
    ModelResponse,
    ModelSettings,
    OutputGuardrail,
    OutputGuardrailTripwireTriggered,
    ProviderError,
    RunConfig,
    RunContextWrapper,
    ServerError,
    ToolTimeoutError,
    Usage,
    UserError,
    function_tool,
    handoff,
)
from agents.testing import ModelStep, ScriptedModel, assistant_message, function_call
from agents.usage import input_details, output_details


def tokens(read: int, wrote: int) -> Usage:
    return Usage(
        requests=1,
        input_tokens=read,
        input_tokens_details=input_details(read // 2, 1),
        output_tokens=wrote,
        output_tokens_details=output_details(wrote // 2),
        total_tokens=read + wrote,
    )


async def test_a_run_ends_with_the_answer_of_its_model(run: Any, says: Any) -> None:
    """The simplest promise of all."""
    agent = Agent("Poet", model=says("A haiku."))

    result = await run(agent, "Write one.")

    assert result.final_output == "A haiku."
    assert result.last_agent is agent
    assert result.input == "Write one."
    assert result.last_response_id == "resp-789"
    assert [item.type for item in result.new_items] == ["message_output_item"]
    assert "A haiku." in str(result)


async def test_a_tool_call_and_its_output_stand_between_question_and_answer(run: Any, says: Any, weather: Any) -> None:
    """All that happened is in the result, in order, and the model saw the tool's output."""
    model = says(["Let me see.", ("get_weather", {"city": "Tokyo"}, "c1")], "It is sunny.")

    result = await run(Agent("Helper", model=model, tools=[weather]), "Tokyo?")

    assert result.final_output == "It is sunny."
    assert [item.type for item in result.new_items] == [
        "message_output_item",
        "tool_call_item",
        "tool_call_output_item",
        "message_output_item",
    ]
    call, output = result.new_items[1], result.new_items[2]
    assert (call.tool_name, call.call_id, call.description) == ("get_weather", "c1", "The weather of a city.")
    assert (output.call_id, output.output) == ("c1", "Sunny in Tokyo.")
    assert len(result.raw_responses) == 2
    assert model.last_call.input == result.to_input_list()[:-1]
    assert model.last_call.input[-1] == {
        "call_id": "c1",
        "output": "Sunny in Tokyo.",
        "type": "function_call_output",
    }
    assert ItemHelpers.text_message_outputs(result.new_items) == "Let me see.It is sunny."


@pytest.mark.parametrize("mode", ["preserve_all", "normalized"])
async def test_a_result_goes_on_as_the_input_of_the_next_run(run: Any, says: Any, weather: Any, mode: Any) -> None:
    """A conversation over several runs is the usual way of use, and its items must be plain JSON."""
    agent = Agent("Helper", model=says(("get_weather", {"city": "Rome"}), "Sunny."), tools=[weather])
    first = await run(agent, "Rome?")
    kept = json.loads(json.dumps(first.to_input_list(mode=mode)))
    second_model = says("You are welcome.")

    second = await run(Agent("Helper", model=second_model), [*kept, {"role": "user", "content": "Thanks."}])

    assert [item.get("role") or item.get("type") for item in second_model.last_call.input] == [
        "user",
        "function_call",
        "function_call_output",
        "assistant",
        "user",
    ]
    assert second.to_input_list(mode=mode)[:-1] == second_model.last_call.input


async def test_output_items_may_be_input_items_as_they_are(run: Any, says: Any) -> None:
    """Who keeps raw responses need not turn objects into dicts."""
    items = [{"role": "user", "content": "Hi"}, assistant_message("Hello.")]
    model = says("Hm.")

    result = await run(Agent("A", model=model), items)

    assert [item["role"] for item in model.last_call.input] == ["user", "assistant"]
    assert result.to_input_list()[:2] == model.last_call.input


async def test_the_input_list_is_the_callers_own(run: Any, says: Any) -> None:
    """A run that changed the list it was given would change the next run's input too."""
    items: list[Any] = [{"role": "user", "content": "Hi"}]

    result = await run(Agent("A", model=says("Hello.")), items)
    result.to_input_list().clear()

    assert items == [{"role": "user", "content": "Hi"}]
    assert len(result.to_input_list()) == 2
    assert len(result.to_input_list(mode="normalized")) == 2


async def test_usage_adds_up_with_one_entry_for_each_request(run: Any, says: Any, weather: Any) -> None:
    """An exact price needs each request by itself."""
    model = ScriptedModel(
        [
            ModelStep([function_call("get_weather", {"city": "Rome"}, call_id="c")], usage=tokens(10, 4)),
            ModelStep([assistant_message("Sunny.")], usage=tokens(20, 6)),
        ]
    )

    result = await run(Agent("Helper", model=model, tools=[weather]))
    usage = result.context_wrapper.usage

    assert (usage.requests, usage.input_tokens, usage.output_tokens, usage.total_tokens) == (2, 30, 10, 40)
    assert (usage.input_tokens_details.cached_tokens, usage.output_tokens_details.reasoning_tokens) == (15, 5)
    assert [entry.total_tokens for entry in usage.request_usage_entries] == [14, 26]
    assert [response.usage.total_tokens for response in result.raw_responses] == [14, 26]


async def test_a_context_wrapper_counts_over_several_runs(run: Any, says: Any) -> None:
    """Who passes a wrapper of their own sums up a conversation."""
    wrapper: RunContextWrapper[Any] = RunContextWrapper(context=None)
    agent = Agent("A", model=says("One.", "Two.", default_usage=tokens(1, 1)))

    await run(agent, context=wrapper)
    await run(agent, context=wrapper)

    assert (wrapper.usage.requests, wrapper.usage.total_tokens) == (2, 4)


async def test_final_output_as_checks_only_when_asked(run: Any, says: Any) -> None:
    """It is a cast for type checkers, and a check for those who want one."""
    result = await run(Agent("A", model=says("text")))

    assert result.final_output_as(int) == "text"
    assert result.final_output_as(str, raise_if_incorrect_type=True) == "text"
    with pytest.raises(TypeError, match="str, not int"):
        result.final_output_as(int, raise_if_incorrect_type=True)


@pytest.mark.parametrize("limit", [0, 1, 3])
async def test_max_turns_is_the_number_of_model_calls(run: Any, says: Any, weather: Any, limit: int) -> None:
    """A run in circles costs money: the limit is exact."""
    model = says(*[("get_weather", {"city": "Rome"}, f"c{i}") for i in range(9)])

    with pytest.raises(MaxTurnsExceeded, match=f"{limit} turns") as caught:
        await run(Agent("A", model=model, tools=[weather]), max_turns=limit)

    assert len(model.calls) == limit
    assert len(caught.value.run_data.raw_responses) == limit


async def test_without_max_turns_a_run_may_take_as_many_as_it_needs(run: Any, says: Any, weather: Any) -> None:
    """``None`` means no limit, not the default one."""
    model = says(*[("get_weather", {"city": "Rome"}, f"c{i}") for i in range(12)], "Done.")

    result = await run(Agent("A", model=model, tools=[weather]), max_turns=None)

    assert result.final_output == "Done."
    assert len(model.calls) == 13


def refusal() -> Any:
    part = ResponseOutputRefusal(refusal="No.", type="refusal")
    return ResponseOutputMessage(id="m", content=[part], role="assistant", status="completed", type="message")


def unknown_item() -> Any:
    return ResponseComputerToolCall.model_validate(
        {
            "id": "c",
            "call_id": "call_c",
            "status": "completed",
            "type": "computer_call",
            "pending_safety_checks": [],
            "action": {"type": "screenshot"},
        }
    )


def tripwire(*_: Any) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput(output_info="because", tripwire_triggered=True)


@function_tool(failure_error_function=None)
def breaks() -> str:
    raise ValueError("broken")


@function_tool(timeout=0.01, timeout_behavior="raise_exception")
async def hangs() -> str:
    await asyncio.Event().wait()
    return ""


ENDINGS: dict[str, tuple[type[Exception], Any, dict[str, Any], dict[str, Any]]] = {
    # The exception, what the model says last, the agent's fields, the run's configuration.
    "the service fails": (ServerError, ServerError("down", provider="p", status=500), {}, {}),
    "a tool raises": (UserError, ("breaks",), {"tools": [breaks]}, {}),
    "a tool takes too long": (ToolTimeoutError, ("hangs",), {"tools": [hangs]}, {}),
    "there is no such tool": (
        ModelBehaviorError,
        ("nothing",),
        {},
        {"tool_not_found_behavior": "raise_error"},
    ),
    "an item of an unknown kind": (ModelBehaviorError, [unknown_item()], {}, {}),
    "the output is not of its type": (ModelBehaviorError, "no JSON", {"output_type": list[int]}, {}),
    "the model refuses": (ModelRefusalError, [refusal()], {}, {}),
    "an output guardrail": (
        OutputGuardrailTripwireTriggered,
        "Bad.",
        {"output_guardrails": [OutputGuardrail(tripwire)]},
        {},
    ),
}


@pytest.mark.parametrize("case", ENDINGS, ids=list(ENDINGS))
async def test_every_exception_that_ends_a_run_carries_what_the_run_had_made(run: Any, says: Any, case: str) -> None:
    """Half a run has cost money and may be worth keeping: the exception has input, items, usage and agent."""
    kind, last, fields, config = ENDINGS[case]
    second = Agent("Second", model=says(last, default_usage=tokens(3, 2)), **fields)
    first = Agent("First", model=says(("transfer_to_second",), default_usage=tokens(5, 1)), handoffs=[second])

    with pytest.raises(kind) as caught:
        await run(first, "Go.", run_config=RunConfig(**config))

    data = caught.value.run_data
    assert data is not None
    assert data.input == "Go."
    assert data.last_agent is second
    assert [item.type for item in data.new_items][:2] == ["handoff_call_item", "handoff_output_item"]
    answered = not isinstance(last, Exception)
    assert len(data.raw_responses) == 1 + answered
    assert data.context_wrapper.usage.total_tokens == 6 + 5 * answered
    assert "agent 'Second'" in str(data)


async def test_an_input_guardrails_exception_carries_the_run_too(run: Any, says: Any) -> None:
    """It comes before there is anything but the input, and before the model is asked."""
    guardrail = InputGuardrail(tripwire, run_in_parallel=False)
    agent = Agent("A", model=says(), input_guardrails=[guardrail])

    with pytest.raises(InputGuardrailTripwireTriggered) as caught:
        await run(agent, "Go.")

    data = caught.value.run_data
    assert (data.input, data.new_items, data.last_agent) == ("Go.", [], agent)
    assert [result.output.output_info for result in data.input_guardrail_results] == ["because"]


async def test_an_exception_that_ends_two_runs_tells_of_the_later_one(run: Any, says: Any) -> None:
    """A run in a tool of another run, or an error object that is raised twice, must not mix the two up."""
    error = ServerError("down", provider="p", status=500)
    for text in ("one", "two"):
        with pytest.raises(ServerError) as caught:
            await run(Agent("A", model=says(error)), text)
        assert caught.value.run_data.input == text


async def test_what_a_broken_stream_had_cost_is_counted(run: Any, says: Any) -> None:
    """A service that breaks off has written, and will charge, half an answer."""
    partial = ModelResponse([], tokens(7, 2), "r")
    error = ProviderError("cut", provider="p", partial_response=partial)

    with pytest.raises(ProviderError) as caught:
        await run(Agent("A", model=says(error), model_settings=ModelSettings()))

    assert caught.value.run_data.context_wrapper.usage.total_tokens == 9


async def test_a_released_result_keeps_its_items_but_not_their_agents(run: Any, says: Any) -> None:
    """A server that stores results must be able to let its agents go."""
    result = await run(Agent("Gone", model=says("Hi."), handoffs=[handoff(Agent("Other"))]))
    result.current_agent = Agent("Kept")

    result.release_agents()
    gc.collect()

    assert result.new_items[0].agent is None
    assert result.final_output == "Hi."
