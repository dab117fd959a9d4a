"""The assistant that answers without a script: which tools it calls, with what, and what it says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agents.testing.simulator import Ask, Text, Thinking, Tool, ToolCall, ToolResult
from agents.testing.simulator.assistant import answer

CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
WEATHER = Tool("get_weather", "Tells the weather", CITY)
ADD = Tool(
    "add",
    "Adds",
    {
        "type": "object",
        "properties": {"a": {"type": "integer"}, "b": {"type": "number"}},
        "required": ["a", "b"],
    },
)


def ask(text: str = "", **fields: Any) -> Ask:
    return Ask("test", "m", {}, user_text=text, **fields)


def calls(request: Ask) -> list[tuple[str, Any]]:
    return [(part.name, part.arguments) for part in answer(request).said() if isinstance(part, ToolCall)]


def text(request: Ask) -> str:
    return "".join(part.whole() for part in answer(request).said() if isinstance(part, Text))


PLACES = [
    ("What is the weather in Tokyo?", ["Tokyo"]),
    ("What's the weather in New York today", ["New York"]),
    ("weather in Tokyo and Oslo", ["Tokyo", "Oslo"]),
    ("Is it raining in Paris, Rome and São Paulo?", ["Paris", "Rome", "São Paulo"]),
    ("what is the weather in tokyo?", ["tokyo"]),
    ("Tell me the forecast for Köln.", ["Köln"]),
]


@pytest.mark.parametrize(("question", "cities"), PLACES, ids=[row[0] for row in PLACES])
def test_a_weather_question_calls_the_weather_tool_for_each_place(question: str, cities: list[str]) -> None:
    """The demo's first sentence must work as users word it."""
    assert calls(ask(question, tools=[WEATHER])) == [("get_weather", {"city": city}) for city in cities]


def test_a_question_about_something_else_calls_nothing() -> None:
    """A tool that is offered is not a tool that is wanted."""
    assert calls(ask("Tell me a joke", tools=[WEATHER, ADD])) == []


def test_a_tool_named_in_the_text_is_called_with_its_numbers() -> None:
    """Tests of any tool need no script: they name it."""
    assert calls(ask("Please call add with 2 and 3.5", tools=[WEATHER, ADD])) == [("add", {"a": 2, "b": 3.5})]


def test_a_tool_named_in_words_is_called() -> None:
    """`transfer to billing` means `transfer_to_billing`."""
    tool = Tool("transfer_to_billing", "", {})
    assert calls(ask("transfer to billing please", tools=[tool])) == [("transfer_to_billing", {})]


def test_calls_that_were_made_are_not_made_again() -> None:
    """Else a run would never end."""
    made = [ToolCall("get_weather", {"city": "Tokyo"}), ToolCall("add", {"a": 0, "b": 0})]
    results = [ToolResult("get_weather", "dry"), ToolResult("add", "0")]
    request = ask("weather in Tokyo, and add", tools=[WEATHER, ADD], calls=made, results=results)
    assert calls(request) == []


CHOICES = [
    ("required", "Hello", [("get_weather", {"city": "city"})]),
    ("required", "add 1 and 2", [("add", {"a": 1, "b": 2.0})]),
    ("add", "Hello", [("add", {"a": 0, "b": 0})]),
    ("none", "weather in Tokyo", []),
]


@pytest.mark.parametrize(("choice", "question", "expected"), CHOICES)
def test_the_tool_choice_is_obeyed(choice: str, question: str, expected: list[Any]) -> None:
    """Forced, named and forbidden."""
    assert calls(ask(question, tools=[WEATHER, ADD], choice=choice)) == expected


def test_required_parameters_are_filled_by_their_schema() -> None:
    """The first of an enum, the lowest number, a place where a place is asked for."""
    schema = {
        "type": "object",
        "properties": {
            "location": {"type": "string"},
            "unit": {"enum": ["celsius", "fahrenheit"]},
            "days": {"type": "integer", "minimum": 2},
            "flags": {"type": "array", "items": {"type": "boolean"}},
            "spare": {"type": "string"},
        },
        "required": ["location", "unit", "days", "flags"],
    }
    found = calls(ask("weather in Rome", tools=[Tool("weather", "", schema)]))
    assert found == [("weather", {"location": "Rome", "unit": "celsius", "days": 2, "flags": [True]})]


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ("sunny, 22°C", ["unny", "22°C"]),
        ('{"temperature": "-3 degrees", "sky": "snow"}', ["now", "-3 degrees"]),
        ("The weather in Tokyo is cloudy.", ["loudy"]),
        ("five", ["five"]),
    ],
)
def test_the_haiku_has_three_lines_and_uses_the_result(result: str, words: list[str]) -> None:
    """The demo shows that the result came back to the model."""
    poem = text(ask("What is the weather in Tokyo?", results=[ToolResult("get_weather", result)]))
    assert len(poem.splitlines()) == 3
    assert "Tokyo" in poem
    assert all(word in poem for word in words)


def test_a_greeting_gets_a_haiku_about_it() -> None:
    """No tools, no schema: still an answer that shows it has read the question."""
    poem = text(ask("Tell me about recursion"))
    assert len(poem.splitlines()) == 3
    assert "ecursion" in poem


def test_limits_cut_the_answer() -> None:
    """Stop sequences and token limits end it as they do at the vendors."""
    assert answer(ask("Hello there", max_tokens=2)).stop == "length"
    assert answer(ask("Hello there", stops=["lantern"])).stop == "sequence"


def test_reasoning_comes_first_when_asked_for() -> None:
    """Thinking is part of the answer only on request."""
    assert [type(part) for part in answer(ask("Hi", reasoning=True)).said()] == [Thinking, Text]
    assert [type(part) for part in answer(ask("Hi")).said()] == [Text]


def test_json_is_answered_in_json() -> None:
    """By schema when there is one, as an object when there is none."""
    assert json.loads(text(ask("Weather in Oslo", schema=CITY))) == {"city": "Oslo"}
    assert set(json.loads(text(ask("Hi", json_mode=True)))) == {"haiku"}
