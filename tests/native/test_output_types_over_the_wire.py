"""Every kind of `output_type` over each wire protocol: the schema that goes out, and the object that comes back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from agents import Agent, AgentOutputSchema, AgentOutputSchemaBase, ModelBehaviorError
from agents.testing.simulator import Reply, Simulator, Text


class Weather(BaseModel):
    city: str = Field(description="where")
    degrees: int | None


@dataclass
class Point:
    x: int
    y: int


class Named(TypedDict):
    name: str


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Csv(AgentOutputSchemaBase):
    """A form of output that is no Python type at all."""

    def is_plain_text(self) -> bool:
        return False

    def name(self) -> str:
        return "Csv"

    def json_schema(self) -> dict[str, Any]:
        properties = {"csv": {"type": "string"}}
        return {"type": "object", "properties": properties, "required": ["csv"], "additionalProperties": False}

    def is_strict_json_schema(self) -> bool:
        return True

    def validate_json(self, json_str: str) -> Any:
        try:
            return json.loads(json_str)["csv"].split(",")
        except (ValueError, KeyError) as error:
            raise ModelBehaviorError(f"no csv in {json_str}") from error


TYPES: dict[str, tuple[Any, Any, Any]] = {
    "pydantic": (Weather, {"city": "Rome", "degrees": None}, Weather(city="Rome", degrees=None)),
    "dataclass": (Point, {"response": {"x": 1, "y": 2}}, Point(1, 2)),
    "TypedDict": (Named, {"name": "Ada"}, {"name": "Ada"}),
    "list": (list[Point], {"response": [{"x": 1, "y": 2}]}, [Point(1, 2)]),
    "union": (Weather | Point, {"response": {"x": 1, "y": 2}}, Point(1, 2)),
    "number": (int, {"response": 7}, 7),
    "enum": (Colour, {"response": "blue"}, Colour.BLUE),
    "literal": (Literal["a", "b"], {"response": "b"}, "b"),
    "not strict": (AgentOutputSchema(dict[str, int], strict_json_schema=False), {"a": 1}, {"a": 1}),
    "a schema of one's own": (Csv(), {"csv": "a,b"}, ["a", "b"]),
}


@pytest.mark.parametrize("case", list(TYPES))
async def test_an_answer_becomes_an_object_of_the_type(sim: Simulator, run: Any, model: Any, case: str) -> None:
    """The simulator refuses schemas that its services would refuse, and what comes back is what was declared."""
    output_type, written, expected = TYPES[case]
    sim.script(Reply([Text(json.dumps(written))]))

    result = await run(Agent("A", model=model(), output_type=output_type))

    assert result.final_output == expected
    assert type(result.final_output) is type(expected)


@pytest.mark.parametrize("case", list(TYPES))
async def test_a_wrong_answer_goes_to_the_handler_or_is_an_error(
    sim: Simulator, run: Any, model: Any, case: str
) -> None:
    """Text, and JSON of another form, are wrong for each of them."""
    output_type, _, expected = TYPES[case]
    wrong = ['{"unheard": [of]}', "Sorry, no."]
    agent = Agent("A", model=model(), output_type=output_type)

    for text in wrong:
        sim.script(*[Reply([Text(text)])] * 4)
        with pytest.raises(ModelBehaviorError) as caught:
            await run(agent)
        assert caught.value.run_data is not None
        result = await run(agent, error_handlers={"invalid_final_output": lambda data: expected})
        assert result.final_output == expected
        sim.reset()
