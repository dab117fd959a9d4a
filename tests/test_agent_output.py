"""The output that an agent must give: its schema, and the validation of what the model wrote."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Optional, Union

import pytest
from pydantic import BaseModel, Field, RootModel
from typing_extensions import TypedDict

from agents.agent_output import AgentOutputSchema, AgentOutputSchemaBase, output_schema_of
from agents.exceptions import ModelBehaviorError, UserError


class Weather(BaseModel):
    city: str
    degrees: float = Field(ge=-90)
    hint: str | None = None


@dataclass
class Place:
    name: str


class Trip(TypedDict):
    days: int


class Mood(enum.Enum):
    GOOD = "good"


class Cities(RootModel[list[str]]): ...


class Tree(BaseModel):
    children: list[Tree] = []


@pytest.mark.parametrize(
    ("output_type", "name", "json", "value"),
    [
        (
            Weather,
            "Weather",
            '{"city": "Rome", "degrees": 20, "hint": null}',
            Weather(city="Rome", degrees=20),
        ),
        (Tree, "Tree", '{"children": [{"children": []}]}', Tree(children=[Tree()])),
        (Trip, "Trip", '{"days": 3}', {"days": 3}),
        (Place, "Place", '{"response": {"name": "x"}}', Place("x")),
        (list[Weather], "list[Weather]", '{"response": []}', []),
        (list[int], "list[int]", '{"response": [1]}', [1]),
        (int, "int", '{"response": 3}', 3),
        (bool, "bool", '{"response": true}', True),
        (Mood, "Mood", '{"response": "good"}', Mood.GOOD),
        (Literal["a", "b"], "Literal['a', 'b']", '{"response": "a"}', "a"),
        (int | str, "Union[int, str]", '{"response": "a"}', "a"),
        (Union[int, str], "Union[int, str]", '{"response": 1}', 1),  # noqa: UP007 - the older spelling
        (Optional[int], None, '{"response": null}', None),  # noqa: UP045 - the older spelling
        (Weather | Place, "Union[Weather, Place]", '{"response": {"name": "x"}}', Place("x")),
        (Cities, "Cities", '{"response": ["Rome"]}', Cities(["Rome"])),
        (Annotated[list[int], [1]], None, '{"response": [1]}', [1]),
    ],
)
def test_a_type_has_a_strict_schema_and_its_json_becomes_a_value(
    output_type: Any, name: str | None, json: str, value: object
) -> None:
    """Models can only be held to objects: other types travel in one, and are taken out of it again."""
    schema = AgentOutputSchema(output_type)
    described = schema.json_schema()
    assert described["type"] == "object"
    assert described["additionalProperties"] is False
    assert described["required"] == list(described["properties"])
    assert schema.is_strict_json_schema()
    assert not schema.is_plain_text()
    assert schema.validate_json(json) == value
    if name is not None:
        assert schema.name() == name


@pytest.mark.parametrize("output_type", [None, str])
def test_plain_text_has_no_schema(output_type: Any) -> None:
    """An agent without an output type answers in words, and nothing is asked of the model."""
    schema = AgentOutputSchema(output_type)
    assert schema.is_plain_text()
    assert output_schema_of(output_type) is None
    with pytest.raises(UserError, match="no JSON schema"):
        schema.json_schema()


@pytest.mark.parametrize(
    ("output_type", "text", "says"),
    [
        (Weather, "It is warm.", ["Weather", "Invalid JSON", "It is warm."]),
        (Weather, '{"city": "Rome", "degr', ["Invalid JSON", "EOF"]),
        (Weather, "", ["Invalid JSON"]),
        (Weather, '{"city": "Rome"}', ["degrees: Field required"]),
        (Weather, '{"city": "Rome", "degrees": -100}', ["degrees: ", "-90"]),
        (Weather, "[]", ["the whole: "]),
        (list[int], "[1]", ["list[int]", "the whole: "]),
        (list[int], "{}", ["response: Field required"]),
        (list[int], '{"response": [1, "b"]}', ["response.1: "]),
    ],
)
def test_an_output_that_does_not_fit_is_the_models_error_and_is_shown(
    output_type: Any, text: str, says: list[str]
) -> None:
    """Whoever reads the error needs the place and the text; a caller may show both to the model."""
    with pytest.raises(ModelBehaviorError) as caught:
        AgentOutputSchema(output_type).validate_json(text)
    for part in [*says, f"Received: {text}"]:
        assert part in caught.value.message
    assert "errors.pydantic.dev" not in caught.value.message


def test_a_long_output_is_cut_in_the_error() -> None:
    """A log line of megabytes helps nobody; the length tells what is missing."""
    with pytest.raises(ModelBehaviorError) as caught:
        AgentOutputSchema(Weather).validate_json("x" * 100_000)
    assert len(caught.value.message) < 3_000
    assert "100000 characters" in caught.value.message


def test_a_type_that_cannot_be_strict_is_refused_with_the_way_out() -> None:
    """A dict has no declared keys; without strictness it works."""
    with pytest.raises(UserError) as caught:
        AgentOutputSchema(dict[str, int])
    assert "dict[str, int]" in caught.value.message
    assert "strict_json_schema=False" in caught.value.message
    loose = AgentOutputSchema(dict[str, int], strict_json_schema=False)
    assert not loose.is_strict_json_schema()
    assert loose.validate_json('{"a": 1}') == {"a": 1}
    assert "additionalProperties" not in AgentOutputSchema(Weather, strict_json_schema=False).json_schema()


def test_a_type_without_a_schema_is_refused_by_name() -> None:
    """A plain class says nothing that a model could be told."""

    class Unknown: ...

    with pytest.raises(UserError, match="Unknown"):
        AgentOutputSchema(Unknown)


class Shout(AgentOutputSchemaBase):
    """An output schema of a user's own."""

    def is_plain_text(self) -> bool:
        return False

    def name(self) -> str:
        return "Shout"

    def json_schema(self) -> dict[str, Any]:
        return {"type": "object"}

    def is_strict_json_schema(self) -> bool:
        return False

    def validate_json(self, json_str: str) -> str:
        return json_str.upper()


def test_the_schema_of_an_output_type_is_made_once_and_the_users_own_is_taken() -> None:
    """Building a validator takes a thousand times longer than using it, and every run asks for it."""
    assert output_schema_of(list[Weather]) is output_schema_of(list[Weather])
    unhashable: Any = Annotated[list[int], [1]]
    assert output_schema_of(unhashable) is not None
    own = Shout()
    assert output_schema_of(own) is own
    loose = AgentOutputSchema(Weather, strict_json_schema=False)
    assert output_schema_of(loose) is loose
