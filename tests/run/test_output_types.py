"""Final outputs: text or a type, and what becomes of answers that are neither."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from openai.types.responses import ResponseOutputMessage, ResponseOutputRefusal, ResponseReasoningItem
from openai.types.responses.response_reasoning_item import Summary
from pydantic import BaseModel
from typing_extensions import TypedDict

from agents import (
    Agent,
    AgentOutputSchema,
    AgentOutputSchemaBase,
    MaxTurnsExceeded,
    ModelBehaviorError,
    ModelRefusalError,
)
from agents.testing import assistant_message


class Weather(BaseModel):
    city: str
    degrees: float


@dataclass
class Point:
    x: int
    y: int


class Named(TypedDict):
    name: str


class Csv(AgentOutputSchemaBase):
    """A form of output that is no Python type at all."""

    def is_plain_text(self) -> bool:
        return False

    def name(self) -> str:
        return "Csv"

    def json_schema(self) -> dict[str, Any]:
        return {"type": "object", "properties": {"csv": {"type": "string"}}}

    def is_strict_json_schema(self) -> bool:
        return False

    def validate_json(self, json_str: str) -> Any:
        return json.loads(json_str)["csv"].split(",")


def reasoning(text: str = "Hmm.") -> ResponseReasoningItem:
    return ResponseReasoningItem(id="rs", summary=[Summary(text=text, type="summary_text")], type="reasoning")


def refusal(text: str) -> ResponseOutputMessage:
    part = ResponseOutputRefusal(refusal=text, type="refusal")
    return ResponseOutputMessage(id="m", content=[part], role="assistant", status="completed", type="message")


TYPES: dict[str, tuple[Any, Any, Any]] = {
    "pydantic": (Weather, {"city": "Rome", "degrees": 30}, Weather(city="Rome", degrees=30)),
    "dataclass": (Point, {"response": {"x": 1, "y": 2}}, Point(1, 2)),
    "TypedDict": (Named, {"name": "Ada"}, {"name": "Ada"}),
    "list": (list[Point], {"response": [{"x": 1, "y": 2}]}, [Point(1, 2)]),
    "union": (Weather | None, {"response": None}, None),
    "number": (int, {"response": 7}, 7),
    "not strict": (
        AgentOutputSchema(dict[str, int], strict_json_schema=False),
        {"a": 1},
        {"a": 1},
    ),
    "a schema of one's own": (Csv(), {"csv": "a,b"}, ["a", "b"]),
}


@pytest.mark.parametrize("case", list(TYPES))
async def test_the_final_output_is_of_the_agents_type(run: Any, says: Any, case: str) -> None:
    """The caller gets an object of the declared type, whatever JSON it travelled in."""
    output_type, written, expected = TYPES[case]
    model = says(json.dumps(written))

    result = await run(Agent("A", model=model, output_type=output_type))

    assert result.final_output == expected
    schema = model.last_call.output_schema
    assert schema is not None
    assert not schema.is_plain_text()


@pytest.mark.parametrize("output_type", [None, str])
async def test_text_needs_no_schema(run: Any, says: Any, output_type: Any) -> None:
    """A model that is asked for text must not be held to JSON."""
    model = says('{"json": "is text too"}')

    result = await run(Agent("A", model=model, output_type=output_type))

    assert result.final_output == '{"json": "is text too"}'
    assert model.last_call.output_schema is None


@pytest.mark.parametrize("text", ["It is 30 degrees.", '{"city": "Rome"}', '{"city": "Rome", "degr'])
async def test_output_of_the_wrong_form_is_an_error_that_keeps_the_text(run: Any, says: Any, text: str) -> None:
    """The text is what one needs to see in order to mend a prompt."""
    with pytest.raises(ModelBehaviorError) as caught:
        await run(Agent("A", model=says(text), output_type=Weather))

    assert "not a valid Weather" in str(caught.value)
    assert text in str(caught.value)
    assert caught.value.run_data.new_items[-1].raw_item.content[0].text == text


async def test_a_wrong_form_does_not_matter_while_tools_are_called(run: Any, says: Any, weather: Any) -> None:
    """Models chat while they call tools; only the final answer has a form."""
    model = says(["Let me see.", ("get_weather", {"city": "Rome"})], '{"city": "Rome", "degrees": 1}')

    result = await run(Agent("A", model=model, tools=[weather], output_type=Weather))

    assert result.final_output == Weather(city="Rome", degrees=1)


@pytest.mark.parametrize("thought", [[reasoning()], []], ids=["thinking alone", "nothing at all"])
async def test_without_an_answer_a_typed_run_asks_again(run: Any, says: Any, thought: Any) -> None:
    """Some models end a turn after thinking; the second try has the thoughts and usually an answer."""
    model = says(thought, '{"city": "Rome", "degrees": 1}')

    result = await run(Agent("A", model=model, output_type=Weather))

    assert result.final_output == Weather(city="Rome", degrees=1)
    assert [item.type for item in result.new_items] == [
        *["reasoning_item" for _ in thought],
        "message_output_item",
    ]


async def test_a_model_that_never_answers_meets_the_limit(run: Any, says: Any) -> None:
    """Asking again must not go on for ever."""
    model = says(*[[reasoning()]] * 3)

    with pytest.raises(MaxTurnsExceeded):
        await run(Agent("A", model=model, output_type=Weather), max_turns=3)


@pytest.mark.parametrize("items", [[], [reasoning()], [assistant_message("")]])
async def test_an_empty_answer_is_an_empty_text(run: Any, says: Any, items: Any) -> None:
    """Where text is asked for, no text is an answer too."""
    result = await run(Agent("A", model=says(items)))

    assert result.final_output == ""


@pytest.mark.parametrize("output_type", [None, Weather])
async def test_a_refusal_is_an_error_with_the_models_words(run: Any, says: Any, output_type: Any) -> None:
    """A refusal must not pass for an answer."""
    model = says([reasoning(), refusal("I would rather not.")])

    with pytest.raises(ModelRefusalError, match="I would rather not") as caught:
        await run(Agent("A", model=model, output_type=output_type))

    assert caught.value.refusal == "I would rather not."
    assert len(caught.value.run_data.new_items) == 2


async def test_the_last_message_is_the_answer(run: Any, says: Any) -> None:
    """Models may comment before they answer."""
    result = await run(Agent("A", model=says(["First this.", "Then that."])))

    assert result.final_output == "Then that."
    assert len(result.new_items) == 2
