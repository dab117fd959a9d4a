"""Requests of Gemini beside the conversation: address, tools, settings, structured output."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from openai.types.shared import Reasoning

from agents.exceptions import UserError
from agents.model_settings import MCPToolChoice, ModelSettings
from agents.protocols.base import ToolSpec

from .gemini import ANSWER, LOOK, NUMBER, OLDER, PROFILE, WEATHER, asks, encoded, user

VERTEX = "/v1beta1/projects/p/locations/l/publishers/google"
LEVEL_HIGH = {"includeThoughts": True, "thinkingLevel": "HIGH"}


def config(**settings: Any) -> Any:
    return encoded(user(), **settings).body.get("generationConfig")


@pytest.mark.parametrize(
    ("model", "prefix", "path"),
    [
        ("gemini-3-pro", "/v1beta", "/v1beta/models/gemini-3-pro"),
        ("gemini-3-pro", VERTEX, f"{VERTEX}/models/gemini-3-pro"),
        ("tunedModels/mine", "/v1", "/v1/tunedModels/mine"),
        ("a?b", "/v1", "/v1/models/a%3Fb"),
    ],
)
def test_the_model_is_in_the_path(model: str, prefix: str, path: str) -> None:
    """One codec serves the Gemini API and Vertex, and a model's name cannot lead elsewhere."""
    profile = replace(PROFILE, gemini_path=prefix)
    assert encoded(user(), model=model, profile=profile).path == f"{path}:generateContent"
    call = encoded(user(), model=model, profile=profile, stream=True, extra_query={"q": 1})
    assert (call.path, call.query, call.stream) == (f"{path}:streamGenerateContent", {"alt": "sse", "q": 1}, True)


def test_a_bare_request_holds_nothing_but_the_conversation() -> None:
    """What the user did not ask for is the service's to decide."""
    call = encoded(user(), tool_choice="required", parallel_tool_calls=True)
    assert call.body == {"contents": [asks("Hi")]}
    assert (call.headers, call.query, call.extra_body, call.extra_args, call.retries) == ({}, {}, {}, {}, True)


SETTINGS: list[tuple[dict[str, Any], dict[str, Any] | None]] = [
    ({"temperature": 0.0, "top_p": 0.5, "max_tokens": 9}, {"temperature": 0.0, "topP": 0.5, "maxOutputTokens": 9}),
    ({"presence_penalty": 1.0, "frequency_penalty": 2.0}, {"presencePenalty": 1.0, "frequencyPenalty": 2.0}),
    ({"top_logprobs": 0}, {"responseLogprobs": True, "logprobs": 0}),
    ({"verbosity": "low", "metadata": {"a": "b"}, "store": True}, None),
    ({"extra_body": {"stop": "END", "seed": 1}}, {"stopSequences": ["END"], "seed": 1}),
    ({"extra_args": {"stop": ["A", "B"], "top_k": 4}}, {"stopSequences": ["A", "B"], "topK": 4}),
    ({"extra_body": {"generation_config": {"topK": 2}}, "top_p": 0.5}, {"topP": 0.5, "topK": 2}),
    ({"reasoning": {"summary": "auto"}}, {"thinkingConfig": {"includeThoughts": True}}),
    (
        {"reasoning": {"effort": "high"}, "extra_body": {"generationConfig": {"thinkingConfig": {"a": 1}}}},
        {"thinkingConfig": {**LEVEL_HIGH, "a": 1}},
    ),
]


@pytest.mark.parametrize(("settings", "expected"), SETTINGS)
def test_settings_become_the_generation_config(settings: dict[str, Any], expected: dict[str, Any] | None) -> None:
    """Every setting the service knows arrives under its name there, beside what the user adds by hand."""
    assert config(**settings) == expected


THINKING: list[tuple[str, int | str | None, str, Any]] = [
    ("level", None, "none", "MINIMAL"),
    ("level", "LOW", "none", "LOW"),
    ("level", "LOW", "minimal", "LOW"),
    ("level", None, "low", "LOW"),
    ("level", None, "medium", "MEDIUM"),
    ("level", None, "xhigh", "HIGH"),
    ("budget", None, "none", 0),
    ("budget", 128, "none", 128),
    ("budget", None, "minimal", 1024),
    ("budget", 128, "medium", 8192),
    ("budget", None, "high", 24576),
    ("budget", None, "max", 32768),
]


@pytest.mark.parametrize(("way", "least", "effort", "amount"), THINKING)
def test_effort_is_told_as_the_model_takes_it(way: Any, least: Any, effort: str, amount: object) -> None:
    """Level and budget exclude each other; turning thinking off does so as far as the model lets it."""
    profile = replace(PROFILE, gemini_thinking=way, gemini_least_thinking=least)
    name = {"level": "thinkingLevel", "budget": "thinkingBudget"}[way]
    found = config(profile=profile, reasoning={"effort": effort})
    assert found == {"thinkingConfig": {"includeThoughts": effort != "none", name: amount}}


def test_tools_are_declared_as_json_schema_or_in_the_subset() -> None:
    """Raw JSON Schema loses nothing; deployments that do not know it get what they can read."""
    empty = ToolSpec("go", "", {"type": "object", "properties": {}, "additionalProperties": False}, strict=True)
    declared = encoded(user(), tools=[LOOK, empty]).body["tools"]
    schema = {"type": "object", "properties": {}, "additionalProperties": False}
    assert declared == [
        {
            "functionDeclarations": [
                {"name": "look", "description": "Looks.", "parametersJsonSchema": WEATHER},
                {"name": "go", "parametersJsonSchema": schema},
            ]
        }
    ]
    subset = encoded(user(), tools=[LOOK, empty], profile=replace(PROFILE, gemini_schema="openapi")).body["tools"]
    city = {"type": "OBJECT", "properties": {"city": {"type": "STRING"}}, "required": ["city"]}
    assert subset[0]["functionDeclarations"] == [
        {"name": "look", "description": "Looks.", "parameters": {**city, "propertyOrdering": ["city"]}},
        {"name": "go"},
    ]


CHOICES: list[tuple[str | None, Any, Any]] = [
    (None, None, {"mode": "ANY"}),
    ("auto", {"mode": "AUTO"}, {"mode": "ANY"}),
    ("required", {"mode": "ANY"}, {"mode": "ANY"}),
    ("none", {"mode": "NONE"}, {"mode": "ANY", "allowedFunctionNames": ["final_output"]}),
    ("look", {"mode": "ANY", "allowedFunctionNames": ["look"]}, {"mode": "ANY", "allowedFunctionNames": ["look"]}),
]


@pytest.mark.parametrize(("choice", "mode", "mode_with_answer_tool"), CHOICES)
def test_every_tool_choice(choice: str | None, mode: Any, mode_with_answer_tool: Any) -> None:
    """The model is free, forced or forbidden as told; where a tool gives the answer, it is never out of reach."""

    def wire(**more: Any) -> Any:
        return encoded(user(), tools=[LOOK], tool_choice=choice, **more).body.get("toolConfig")

    assert wire() == (mode and {"functionCallingConfig": mode})
    assert wire(profile=OLDER, output_spec=ANSWER) == {"functionCallingConfig": mode_with_answer_tool}


def test_a_schema_for_the_answer() -> None:
    """Native where the model can; by a tool where it cannot combine both; left out where it can do neither."""
    native = {"responseMimeType": "application/json", "responseJsonSchema": NUMBER}
    assert config(output_spec=ANSWER) == config(output_spec=ANSWER, profile=OLDER) == native
    assert config(output_spec=ANSWER, tools=[LOOK]) == native
    subset = config(output_spec=ANSWER, profile=replace(PROFILE, gemini_schema="openapi"))
    assert subset["responseSchema"]["properties"] == {"n": {"type": "INTEGER"}}
    body = encoded(user(), output_spec=ANSWER, tools=[LOOK], profile=OLDER).body
    assert "generationConfig" not in body
    assert body["tools"][0]["functionDeclarations"][1]["name"] == "final_output"
    assert body["tools"][0]["functionDeclarations"][1]["parametersJsonSchema"] == NUMBER
    assert config(output_spec=ANSWER, profile=replace(PROFILE, structured_output="none")) is None


def test_what_the_user_adds_joins_the_body() -> None:
    """An extra tool or safety setting must not wipe out our own, and nothing of the user's own is changed."""
    extra = {"tools": [{"googleSearch": {}}], "safety_settings": [{"category": "X"}], "labels": {"my_label": "x"}}
    call = encoded(
        user(), tools=[LOOK], extra_body=extra, extra_args={"a": 1}, extra_headers={"x-a": "b"}, instructions="Be."
    )
    assert [list(tool) for tool in call.body["tools"]] == [["functionDeclarations"], ["googleSearch"]]
    assert call.extra_body == {"safetySettings": [{"category": "X"}], "labels": {"my_label": "x"}}
    assert (call.extra_args, call.headers) == ({"a": 1}, {"x-a": "b"})
    assert extra["tools"] == [{"googleSearch": {}}]
    call.body["tools"][0]["functionDeclarations"][0]["parametersJsonSchema"]["x"] = 1
    assert "x" not in WEATHER


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"tool_choice": MCPToolChoice("s", "n"), "tools": [LOOK]}, "no hosted MCP tools"),
        ({"extra_body": [1]}, "extra_body must be a dict, not list"),
        ({"reasoning": Reasoning.model_construct(effort="enormous")}, "effort is one of none, .*not 'enormous'"),
    ],
)
def test_what_cannot_be_said_is_the_users_error(settings: dict[str, Any], message: str) -> None:
    """The message names the setting, before a request is spent on it."""
    with pytest.raises(UserError, match=message):
        encoded(user(), **settings)


def test_the_runs_own_retry_policy_takes_over() -> None:
    """Two layers that both retry would multiply the attempts."""
    retry = ModelSettings(retry={"max_retries": 1}).retry  # type: ignore[arg-type]
    assert encoded(user(), retry=retry).retries is False
