"""Error handlers: what would end a run with an exception ends it with an output, where the caller wants that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from openai.types.responses import ResponseOutputMessage, ResponseOutputRefusal
from pydantic import BaseModel

from agents import (
    Agent,
    AgentOutputSchemaBase,
    GuardrailFunctionOutput,
    MaxTurnsExceeded,
    ModelBehaviorError,
    ModelRefusalError,
    OutputGuardrail,
    OutputGuardrailTripwireTriggered,
    RunConfig,
    RunErrorHandlerResult,
    UsageLimitExceeded,
    UsageLimits,
    UserError,
)


class Weather(BaseModel):
    city: str
    degrees: int


@dataclass
class Point:
    x: int


class Csv(AgentOutputSchemaBase):
    """A schema of the caller's own."""

    def is_plain_text(self) -> bool:
        return False

    def name(self) -> str:
        return "Csv"

    def json_schema(self) -> dict[str, Any]:
        return {"type": "object", "properties": {"csv": {"type": "string"}}}

    def is_strict_json_schema(self) -> bool:
        return False

    def validate_json(self, json_str: str) -> Any:
        raise ModelBehaviorError(f"not csv: {json_str}")


def refusal(text: str = "I would rather not.") -> ResponseOutputMessage:
    part = ResponseOutputRefusal(refusal=text, type="refusal")
    return ResponseOutputMessage(id="m", content=[part], role="assistant", status="completed", type="message")


WAYS: dict[str, tuple[type[Exception], dict[str, Any], list[Any], dict[str, Any]]] = {
    "max_turns": (MaxTurnsExceeded, {}, [("get_weather", {"city": "Rome"})], {"max_turns": 1}),
    "model_refusal": (ModelRefusalError, {}, [[refusal()]], {}),
    "invalid_final_output": (ModelBehaviorError, {"output_type": Weather}, ["It is warm."], {}),
    "usage_limit": (
        UsageLimitExceeded,
        {},
        [("get_weather", {"city": "Rome"})],
        {"run_config": RunConfig(usage_limits=UsageLimits(requests=1))},
    ),
}
"""For each kind: the error, the agent, what the model says, and the options that lead to it."""


HISTORY = {"max_turns": [], "model_refusal": [None], "invalid_final_output": ["It is warm."], "usage_limit": []}
"""The texts of the messages that the model itself wrote, of which a refusal is none."""


@pytest.fixture(params=list(WAYS))
def failing(request: pytest.FixtureRequest, says: Any, weather: Any) -> Any:
    """A kind of error, its class, an agent and the options whose run meets it."""
    kind = str(request.param)
    error, fields, turns, options = WAYS[kind]
    return kind, error, Agent("A", model=says(*turns), tools=[weather], **fields), options


async def test_a_handler_gives_the_final_output_in_place_of_an_error(run: Any, failing: Any, told: Any) -> None:
    """An application that must answer its user writes that answer in one place, whatever went wrong."""
    kind, error, agent, options = failing
    output = Weather(city="Rome", degrees=0) if agent.output_type else "Sorry."
    seen, calls = [], []

    async def handler(data: Any) -> Any:
        seen.append(data)
        return output

    result = await run(agent, "Weather?", error_handlers={kind: handler}, hooks=told(calls), **options)

    assert result.final_output == output
    (data,) = seen
    assert isinstance(data.error, error)
    assert data.context is result.context_wrapper
    assert data.run_data.last_agent is agent
    assert data.run_data.input == "Weather?"
    assert data.run_data.new_items == result.new_items[:-1]
    assert data.run_data.history == [{"role": "user", "content": "Weather?"}, *data.run_data.output]
    assert len(data.run_data.raw_responses) == 1
    said = result.new_items[-1].raw_item
    assert said.content[0].text == ('{"city":"Rome","degrees":0}' if agent.output_type else "Sorry.")
    assert calls[-1] == f"run: agent A ends with {output}"


@pytest.mark.parametrize("form", [0, 1], ids=["result", "dict"])
async def test_an_output_that_is_not_to_be_remembered_stays_out_of_the_history(
    run: Any, failing: Any, form: int
) -> None:
    """An apology for the user need not be what the model believes to have said."""
    kind, _, agent, options = failing
    output = Weather(city="Rome", degrees=0) if agent.output_type else "Sorry."
    answers = (
        RunErrorHandlerResult(output, include_in_history=False),
        {"final_output": output, "include_in_history": False},
    )

    result = await run(agent, error_handlers={kind: lambda data: answers[form]}, **options)

    assert result.final_output == output
    said = [item.raw_item.content[0] for item in result.new_items if item.type == "message_output_item"]
    assert [getattr(part, "text", None) for part in said] == HISTORY[kind]


@pytest.mark.parametrize("handlers", ["none", "empty", "other", "silent"])
async def test_without_an_answer_the_error_takes_its_course(run: Any, failing: Any, handlers: Any) -> None:
    """A handler for one kind hides no other, and one that returns nothing hides nothing."""
    kind, error, agent, options = failing
    others = {name: lambda data: "hidden" for name in WAYS if name != kind}
    given = {"none": None, "empty": {}, "other": others, "silent": {kind: lambda data: None}}[handlers]

    with pytest.raises(error) as caught:
        await run(agent, error_handlers=given, **options)

    assert caught.value.run_data.last_agent is agent


async def test_a_handlers_output_passes_the_output_guardrails(run: Any, says: Any) -> None:
    """What a handler says goes to the user too."""
    checked: list[Any] = []

    def check(context: Any, agent: Any, output: Any) -> GuardrailFunctionOutput:
        checked.append(output)
        return GuardrailFunctionOutput(None, tripwire_triggered=True)

    agent = Agent("A", model=says([refusal()]), output_guardrails=[OutputGuardrail(check)])

    with pytest.raises(OutputGuardrailTripwireTriggered):
        await run(agent, error_handlers={"model_refusal": lambda data: "Sorry."})

    assert checked == ["Sorry."]


OUTPUTS: dict[str, tuple[Any, Any, Any, str]] = {
    "pydantic": (Weather, {"city": "Rome", "degrees": 1}, Weather(city="Rome", degrees=1), '"Rome"'),
    "dataclass": (Point, Point(1), Point(1), '{"response":{"x":1}}'),
    "dataclass from data": (Point, {"x": 1}, Point(1), '{"response":{"x":1}}'),
    "list": (list[Point], [{"x": 1}], [Point(1)], '{"response":[{"x":1}]}'),
    "union": (Point | None, Point(2), Point(2), '{"response":{"x":2}}'),
    "a schema of one's own": (Csv(), ["a", "b"], ["a", "b"], '["a", "b"]'),
}


@pytest.mark.parametrize("case", list(OUTPUTS))
async def test_a_handlers_output_becomes_the_agents_type(run: Any, says: Any, case: str) -> None:
    """Code after the run relies on the type, whoever made the output."""
    output_type, given, expected, text = OUTPUTS[case]
    agent = Agent("A", model=says("no JSON"), output_type=output_type)

    result = await run(agent, error_handlers={"invalid_final_output": lambda data: RunErrorHandlerResult(given)})

    assert result.final_output == expected
    assert text in result.new_items[-1].raw_item.content[0].text


async def test_a_handlers_output_of_the_wrong_type_is_the_callers_error(run: Any, says: Any) -> None:
    """Else the bug shows much later, in code that trusted the type."""
    agent = Agent("A", model=says("no JSON"), output_type=Weather)

    with pytest.raises(UserError, match=r"error_handlers\['invalid_final_output'\] is wrong.*degrees: Field required"):
        await run(agent, error_handlers={"invalid_final_output": lambda data: {"city": "Rome"}})


async def test_no_answer_at_all_is_an_invalid_output_if_a_handler_wants_it(run: Any, says: Any) -> None:
    """Without a handler the model is asked again; with one it decides, and may let that happen."""
    decided = iter([None, Weather(city="Rome", degrees=2)])
    agent = Agent("A", model=says([], []), output_type=Weather)

    result = await run(agent, error_handlers={"invalid_final_output": lambda data: next(decided)})

    assert result.final_output == Weather(city="Rome", degrees=2)
    assert len(result.raw_responses) == 2


async def test_another_fault_of_the_model_is_no_invalid_output(run: Any, says: Any) -> None:
    """A handler of wrong answers must not be asked about calls of tools that do not exist."""
    agent = Agent("A", model=says(("no_such_tool", {})))

    with pytest.raises(ModelBehaviorError, match="no_such_tool"):
        await run(
            agent,
            error_handlers={"invalid_final_output": lambda data: "hidden"},
            run_config=RunConfig(tool_not_found_behavior="raise_error"),
        )


async def test_an_error_in_a_handler_ends_the_run(run: Any, failing: Any) -> None:
    """It must not be lost behind the error that it was to handle."""
    kind, _, agent, options = failing

    def handler(data: Any) -> Any:
        raise ZeroDivisionError("in the handler")

    with pytest.raises(ZeroDivisionError, match="in the handler"):
        await run(agent, error_handlers={kind: handler}, **options)


@pytest.mark.parametrize(
    ("handlers", "said"),
    [
        ([], "must be a dict"),
        ({"max_turn": lambda data: None}, "no kind 'max_turn'. It has: max_turns, model_refusal"),
        ({"max_turns": "Sorry."}, r"error_handlers\['max_turns'\] must be a function, not str"),
    ],
)
async def test_handlers_that_nobody_could_call_are_refused_at_the_start(
    run: Any, says: Any, handlers: Any, said: str
) -> None:
    """A typing error in a kind would only show when the rare error comes."""
    with pytest.raises(UserError, match=said):
        await run(Agent("A", model=says("Hi.")), error_handlers=handlers)


async def test_a_dict_with_keys_of_no_result_is_refused(run: Any, says: Any) -> None:
    """A misspelt key would be ignored."""
    with pytest.raises(UserError, match="include_history"):
        await run(
            Agent("A", model=says([refusal()])),
            error_handlers={"model_refusal": lambda data: {"final_output": "x", "include_history": False}},
        )
