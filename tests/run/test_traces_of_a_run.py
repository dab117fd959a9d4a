"""What a run leaves in a trace: one tree of spans, with as much of the data as the run allows."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agents import (
    Agent,
    GuardrailFunctionOutput,
    InputGuardrail,
    InputGuardrailTripwireTriggered,
    ModelBehaviorError,
    OutputGuardrail,
    RunConfig,
    ServerError,
    Usage,
    UserError,
    custom_span,
    function_tool,
    handoff,
    trace,
)
from agents.testing import ModelStep, ScriptedModel, assistant_message, function_call
from agents.usage import input_details, output_details

SECRET = "swordfish"


def passes(*_: Any) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput(output_info=None, tripwire_triggered=False)


async def test_the_spans_of_a_run_form_the_tree_of_what_happened(run: Any, says: Any, weather: Any, spans: Any) -> None:
    """Below the run its agents, below an agent its turns, and below a turn the model call, tools and handoffs."""
    second = Agent("Second", model=says("Done.", emit_traces=True), output_guardrails=[OutputGuardrail(passes)])
    first = Agent(
        "First",
        model=says(("get_weather", {"city": "Rome"}), ("transfer_to_second",), emit_traces=True),
        tools=[weather],
        handoffs=[second],
        input_guardrails=[InputGuardrail(passes, run_in_parallel=False)],
        output_type=list[int],
    )
    config = RunConfig(workflow_name="W", group_id="g", trace_metadata={"k": "v"})

    await run(first, "Go.", run_config=config)

    assert spans.whole_tree == [
        "task W",
        "  agent First",
        "    turn 1 of First",
        "      guardrail passes",
        "      generation",
        "      function get_weather",
        "    turn 2 of First",
        "      generation",
        "      handoff First -> Second",
        "  agent Second",
        "    turn 3 of Second",
        "      generation",
        "    guardrail passes",
    ]
    (whole,) = spans.traces
    assert (whole.name, whole.export()["group_id"], whole.export()["metadata"]) == ("W", "g", {"k": "v"})
    agent = spans.named("agent First").span_data
    assert (agent.tools, agent.handoffs, agent.output_type) == (["get_weather"], ["Second"], "list[int]")
    function = spans.named("function get_weather").span_data
    assert (function.input, function.output) == ('{"city": "Rome"}', "Sunny in Rome.")
    assert all(span.error is None for span in spans.spans)


def step(*items: Any, tokens: int = 10) -> ModelStep:
    usage = Usage(1, tokens, input_details(2, 1), 3, output_details(0), tokens + 3)
    return ModelStep(list(items), usage)


async def test_the_spans_of_run_and_turns_tell_what_each_has_used(run: Any, spans: Any) -> None:
    """Backends add up nothing themselves; a turn counts what the agents did that ran in it as tools."""
    inner = Agent("Inner", model=ScriptedModel([step(assistant_message("In."), tokens=5)]))
    calls = function_call("ask", {"input": "x"}, call_id="c")
    model = ScriptedModel([step(calls), step(assistant_message("Done."))])

    await run(Agent("Outer", model=model, tools=[inner.as_tool("ask", "Asks.")]))

    used = {
        span.export()["span_data"]["data"].get("turn"): span.span_data.usage
        for span in spans.spans
        if span.span_data.type in ("task", "turn") and "Inner" not in spans.label(span)
    }
    cached = {"cached_input_tokens": 4, "cache_write_input_tokens": 2}
    assert used[1] == {"input_tokens": 15, "output_tokens": 6, **cached}
    assert used[2]["input_tokens"] == 10
    assert used[None] == {
        "requests": 3,
        "input_tokens": 25,
        "output_tokens": 9,
        "total_tokens": 34,
        "cached_input_tokens": 6,
        "cache_write_input_tokens": 3,
    }


async def test_a_run_that_goes_on_has_a_span_of_its_own_for_what_it_does_then(run: Any, spans: Any) -> None:
    """What was used before the pause was told before it."""

    @function_tool(needs_approval=True)
    def act() -> str:
        return "Acted."

    model = ScriptedModel([step(function_call("act", {}, call_id="c")), step(assistant_message("Done."), tokens=5)])
    agent = Agent("A", model=model, tools=[act])
    paused = await run(agent, run_config=RunConfig(workflow_name="W"))
    state = paused.to_state()
    state.approve(paused.interruptions[0])

    await run(agent, state)

    assert spans.whole_tree == [
        "task W",
        "  agent A",
        "    turn 1 of A",
        "task W",
        "  agent A",
        "    function act",
        "    turn 2 of A",
    ]
    assert [span.span_data.usage["input_tokens"] for span in spans.spans if span.span_data.type == "task"] == [10, 5]


async def test_spans_of_run_and_turns_can_be_left_out(run: Any, says: Any, spans: Any) -> None:
    """Whoever pays by the span, or counts on agents at the top, says so."""
    config = RunConfig(tracing={"include_task_and_turn_spans": False})

    await run(Agent("A", model=says("Hi.", emit_traces=True)), run_config=config)

    assert spans.whole_tree == ["agent A", "  generation"]


async def test_parallel_work_hangs_below_the_same_turn(run: Any, says: Any, spans: Any) -> None:
    """Tasks of their own must not lose their parent; a user's spans stand below the tool that opened them."""

    @function_tool
    async def look(place: str) -> str:
        with custom_span(f"in {place}"):
            return place

    model = says([("look", {"place": name}, name) for name in "ab"], "Done.", emit_traces=True)

    await run(Agent("A", model=model, tools=[look], input_guardrails=[InputGuardrail(passes)]))

    turn = spans.named("turn 1 of A")
    functions = [span for span in spans.spans if span.span_data.type == "function"]
    below = [span for span in spans.spans if span.parent_id == turn.span_id]
    assert len(functions) == 2
    assert len(below) == 4
    assert {spans.named(f"custom in {name}").parent_id for name in "ab"} == {s.span_id for s in functions}


async def test_a_run_within_a_trace_joins_it(run: Any, says: Any, spans: Any) -> None:
    """A workflow of several runs is one trace."""
    with trace("Whole") as whole:
        await run(Agent("One", model=says("1")))
        await run(Agent("Two", model=says("2")))

    assert [found.name for found in spans.traces] == ["Whole"]
    assert {span.trace_id for span in spans.spans} == {whole.trace_id}
    assert spans.tree == ["agent One", "agent Two"]


@pytest.mark.parametrize("disabled", [True, False])
async def test_tracing_can_be_turned_off_for_a_run(
    run: Any, says: Any, weather: Any, spans: Any, disabled: bool
) -> None:
    """Off means that nothing at all is heard of it."""
    model = says(("get_weather", {"city": "Rome"}), "Sunny.", emit_traces=True)

    await run(Agent("A", model=model, tools=[weather]), run_config=RunConfig(tracing_disabled=disabled))

    assert (spans.tree == []) is disabled
    assert (spans.traces == []) is disabled
    assert model.last_call.tracing.is_disabled() is disabled


@function_tool(failure_error_function=None)
def quotes(word: str) -> str:
    raise ValueError(f"cannot take {word}")


@function_tool
def tells(word: str) -> str:
    raise ValueError(f"cannot take {word}")


@function_tool
def echoes(word: str) -> str:
    return word


def breaks(*_: Any) -> Any:
    raise ValueError(SECRET)


RUNS: dict[str, tuple[Any, dict[str, Any], type[Exception] | None]] = {
    # What the model says, fields of the agent, how the run ends.
    "a tool's output": ([("echoes", {"word": SECRET}), SECRET], {}, None),
    "a tool's error that ends the run": ([("quotes", {"word": SECRET})], {}, UserError),
    "a tool's error that the model is told": ([("tells", {"word": SECRET}), "Oh."], {}, None),
    "broken arguments": ([("echoes", f'{{"word": "{SECRET}', "c"), "Oh."], {}, None),
    "a wrong output": ([SECRET], {"output_type": list[int]}, ModelBehaviorError),
    "a failing guardrail": ([SECRET], {"output_guardrails": [OutputGuardrail(breaks)]}, ValueError),
    "a failing handoff": (
        [("transfer_to_b", SECRET, "c")],
        {"handoffs": [handoff(Agent("B"), on_handoff=breaks)]},
        ValueError,
    ),
    "a failing service": ([ServerError(SECRET, provider="p")], {}, ServerError),
}


@pytest.mark.parametrize("case", list(RUNS))
@pytest.mark.parametrize("sensitive", [True, False])
async def test_without_sensitive_data_a_trace_quotes_nobody(
    run: Any, says: Any, spans: Any, case: str, sensitive: bool
) -> None:
    """Neither inputs and outputs nor the texts of errors, which quote them; the tree itself stays."""
    turns, fields, ending = RUNS[case]
    model = says(*turns, emit_traces=True)
    agent = Agent("A", model=model, tools=[quotes, tells, echoes], **fields)
    config = RunConfig(trace_include_sensitive_data=sensitive)

    if ending is None:
        await run(agent, SECRET, run_config=config)
    else:
        with pytest.raises(ending):
            await run(agent, SECRET, run_config=config)

    exported = json.dumps([span.export() for span in spans.spans], default=str)
    assert (SECRET in exported) is sensitive
    assert spans.tree[:2] == ["agent A", "  generation"]
    assert model.last_call.tracing.include_data() is sensitive
    if ending is not None:
        assert spans.named("agent A").error["data"] == {"type": ending.__name__}


async def test_a_generation_span_holds_the_call_and_its_cost(run: Any, says: Any, spans: Any) -> None:
    """It is what backends show as the prompt, the answer and the price."""
    usage = Usage(requests=1, input_tokens=3, output_tokens=2, total_tokens=5)

    await run(Agent("A", model=says("Hi.", emit_traces=True, default_usage=usage)), "Hello")

    data = spans.named("generation").span_data
    assert data.input == [{"role": "user", "content": "Hello"}]
    assert data.output[0]["content"][0]["text"] == "Hi."
    assert data.usage["total_tokens"] == 5


async def test_a_tripwire_shows_on_its_span(run: Any, says: Any, spans: Any) -> None:
    """The span says which guardrail it was, and that it stopped the run."""

    def stops(*_: Any) -> GuardrailFunctionOutput:
        return GuardrailFunctionOutput(output_info=None, tripwire_triggered=True)

    guardrail = InputGuardrail(stops, run_in_parallel=False)

    with pytest.raises(InputGuardrailTripwireTriggered):
        await run(Agent("A", model=says(), input_guardrails=[guardrail]))

    assert spans.named("guardrail stops").span_data.triggered is True
    assert spans.named("agent A").error is not None


async def test_several_handoffs_in_one_turn_show_on_the_span(run: Any, says: Any, spans: Any) -> None:
    """A model that does so has misunderstood something, which its developer should see."""
    agents = [Agent(name, model=says("Hi.")) for name in ("B", "C")]
    model = says([("transfer_to_b",), ("transfer_to_c",)])

    await run(Agent("A", model=model, handoffs=agents))

    assert spans.named("handoff A -> B").error["data"] == {"carried_out": "B"}
