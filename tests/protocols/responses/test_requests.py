"""What a Responses request holds, setting by setting."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from openai.types.shared import Reasoning

from agents.exceptions import UserError
from agents.model_settings import MCPToolChoice, ModelSettings
from agents.protocols.base import OutputSpec, Profile, ToolSpec
from agents.retry import ModelRetrySettings

from .said import PROFILE, encoded, output, user

Fields = dict[str, Any]

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOL = ToolSpec("look", "Looks.", SCHEMA, strict=True)
LOOSE = ToolSpec("web_search", "Searches.", SCHEMA, strict=False)
SEALED = "reasoning.encrypted_content"


def body_of(settings: Fields | None = None, **request: Any) -> Fields:
    """The body of a request for one user message, without the model and the message."""
    body = encoded(user(), settings=ModelSettings(**settings or {}), **request).body
    assert body.pop("model") == "one"
    assert body.pop("input") == [user()]
    return body


SETTINGS: dict[str, tuple[Fields, Fields]] = {
    "nothing set": ({}, {}),
    "sampling": ({"temperature": 0.0, "top_p": 0.5}, {"temperature": 0.0, "top_p": 0.5}),
    "penalties, which the protocol has not": ({"frequency_penalty": 1.0, "presence_penalty": 1.0}, {}),
    "max tokens": ({"max_tokens": 50}, {"max_output_tokens": 50}),
    "reasoning": (
        {"reasoning": Reasoning(effort="low", summary="auto")},
        {"reasoning": {"effort": "low", "summary": "auto"}},
    ),
    "reasoning as a dict": ({"reasoning": {"effort": "high", "summary": None}}, {"reasoning": {"effort": "high"}}),
    "empty reasoning": ({"reasoning": {}}, {}),
    "verbosity": ({"verbosity": "low"}, {"text": {"verbosity": "low"}}),
    "truncation": ({"truncation": "auto"}, {"truncation": "auto"}),
    "metadata": ({"metadata": {"who": "me"}}, {"metadata": {"who": "me"}}),
    "store": ({"store": True}, {"store": True}),
    "no store asks for sealed reasoning": ({"store": False}, {"store": False, "include": [SEALED]}),
    "prompt cache": (
        {"prompt_cache_retention": "24h", "prompt_cache_options": {"mode": "explicit", "ttl": "30m"}},
        {"prompt_cache_retention": "24h", "prompt_cache_options": {"mode": "explicit", "ttl": "30m"}},
    ),
    "context management": (
        {"context_management": [{"type": "compaction", "compact_threshold": 9000}]},
        {"context_management": [{"type": "compaction", "compact_threshold": 9000}]},
    ),
    "log probabilities": ({"top_logprobs": 0}, {"top_logprobs": 0, "include": ["message.output_text.logprobs"]}),
    "includes are asked for once": (
        {"response_include": ["web_search_call.results", SEALED], "store": False},
        {"store": False, "include": ["web_search_call.results", SEALED]},
    ),
    "parallel calls without tools": ({"parallel_tool_calls": True}, {}),
    "tool choice without tools": ({"tool_choice": "required"}, {}),
    "usage comes unasked": ({"include_usage": True}, {}),
}


@pytest.mark.parametrize(("settings", "expected"), SETTINGS.values(), ids=SETTINGS)
def test_settings_become_fields(settings: Fields, expected: Fields) -> None:
    """A setting that does not reach the service, or reaches it under another name, is a setting that lies."""
    assert body_of(settings) == expected


@pytest.mark.parametrize("asked", [True, False])
def test_a_profile_can_ask_for_sealed_reasoning(asked: bool) -> None:
    """Compatible servers send it only when asked, stored or not."""
    body = body_of(profile=Profile(provider="acme", responses_encrypted=asked))
    assert body.get("include") == ([SEALED] if asked else None)


def test_a_profile_says_what_store_is_by_default() -> None:
    """Services without a store refuse the request unless it says so; what is then lost must be asked for."""
    assert body_of(profile=Profile(provider="acme", store_default=False)) == {"store": False, "include": [SEALED]}


TOOL_CHOICES: dict[str, tuple[object, object]] = {
    "auto": ("auto", "auto"),
    "required": ("required", "required"),
    "none": ("none", "none"),
    "a function": ("look", {"type": "function", "name": "look"}),
    "a tool of the server": ("file_search", {"type": "file_search"}),
    "a function named like one": ("web_search", {"type": "function", "name": "web_search"}),
    "a tool of an MCP server": (
        MCPToolChoice("docs", "find"),
        {"type": "mcp", "server_label": "docs", "name": "find"},
    ),
}


@pytest.mark.parametrize(("choice", "expected"), TOOL_CHOICES.values(), ids=TOOL_CHOICES)
@pytest.mark.parametrize("stream", [True, False])
def test_tool_choices(choice: Any, expected: object, stream: bool) -> None:
    """A choice must mean the same plain and streamed (A#1206, A#1971)."""
    body = body_of({"tool_choice": choice}, tools=[TOOL, LOOSE], stream=stream)
    assert body["tool_choice"] == expected


def test_tools_are_flat_and_say_whether_they_are_strict() -> None:
    """A nested function is refused, and a tool that says nothing would be strict."""
    body = body_of({"parallel_tool_calls": False}, tools=[TOOL, LOOSE])
    shape = {"type": "function", "parameters": SCHEMA}
    assert body == {
        "tools": [
            {**shape, "name": "look", "description": "Looks.", "strict": True},
            {**shape, "name": "web_search", "description": "Searches.", "strict": False},
        ],
        "parallel_tool_calls": False,
    }


@pytest.mark.parametrize("where", ["extra_body", "extra_args"])
def test_tools_that_the_user_adds_can_be_chosen(where: str) -> None:
    """Whoever adds a tool of the server by hand may also force it."""
    call = encoded(user(), settings=ModelSettings(**{where: {"tools": [{"type": "mcp"}]}, "tool_choice": "mcp"}))
    assert call.body["tool_choice"] == {"type": "mcp"}


def test_a_schema_is_flat_beside_the_verbosity() -> None:
    """Structured output lies where this protocol reads it, and does not push out the other text setting."""
    body = body_of({"verbosity": "high"}, output_spec=OutputSpec("final_output", SCHEMA, strict=True))
    schema = {"type": "json_schema", "name": "final_output", "schema": SCHEMA, "strict": True}
    assert body == {"text": {"format": schema, "verbosity": "high"}}


def test_a_reader_without_schemas_gets_none() -> None:
    """What asks such a model for JSON is the prompt; the field would be a 400."""
    profile = Profile(provider="acme", structured_output="none")
    assert body_of(profile=profile, output_spec=OutputSpec("final_output", SCHEMA, strict=True)) == {}


def test_an_answer_as_the_arguments_of_a_tool_is_not_offered() -> None:
    """A schema that is quietly left out would show as an answer of the wrong form."""
    profile = Profile(provider="acme", structured_output="tool")
    with pytest.raises(UserError, match="natively or not at all"):
        body_of(profile=profile, output_spec=OutputSpec("final_output", SCHEMA, strict=True))


def test_the_call_carries_what_the_user_adds() -> None:
    """Extras reach the transport whole (A#638, A#2900), and a retry policy of the run is the only one."""
    settings = ModelSettings(
        extra_headers={"x-team": "a"},
        extra_query={"v": 1},
        extra_body={"service_tier": "flex"},
        extra_args={"user": "me"},
        retry=ModelRetrySettings(max_retries=1),
    )
    call = encoded(user(), settings=settings, stream=True, instructions="Be brief.")
    assert (call.path, call.stream, call.body["stream"]) == ("/responses", True, True)
    assert call.body["instructions"] == "Be brief."
    assert (call.headers, call.query) == ({"x-team": "a"}, {"v": 1})
    assert (call.extra_body, call.extra_args) == ({"service_tier": "flex"}, {"user": "me"})
    assert not call.retries


def test_extra_body_must_be_a_dict() -> None:
    """A list there would be lost without a word."""
    with pytest.raises(UserError, match="extra_body must be a dict, not list"):
        encoded(user(), settings=ModelSettings(extra_body=["x"]))


def test_the_request_shares_nothing_with_what_the_caller_gave() -> None:
    """A transport that edits its call must not edit the user's settings and tools (A#1610)."""
    metadata, schema = {"a": "b"}, copy.deepcopy(SCHEMA)
    tool = ToolSpec("look", "", schema, strict=True)
    call = encoded(user(), settings=ModelSettings(metadata=metadata), tools=[tool])
    call.body["metadata"].clear()
    call.body["tools"][0]["parameters"]["properties"].clear()
    assert (metadata, schema) == ({"a": "b"}, SCHEMA)


STATES: dict[str, tuple[Fields, Fields]] = {
    "a stored response": ({"previous_response_id": "resp_1"}, {"previous_response_id": "resp_1"}),
    "a stored conversation": ({"conversation_id": "conv_1"}, {"conversation": "conv_1"}),
    "a stored prompt": (
        {"prompt": {"id": "pmpt_1", "variables": {"city": "Oslo"}}},
        {"prompt": {"id": "pmpt_1", "variables": {"city": "Oslo"}}},
    ),
}


@pytest.mark.parametrize(("state", "expected"), STATES.values(), ids=STATES)
def test_a_call_can_go_on_from_what_the_server_keeps(state: Fields, expected: Fields) -> None:
    """Then there may be no items at all, and the field is left out: an empty list is refused."""
    assert encoded(**state).body == {"model": "one", **expected}


@pytest.mark.parametrize("state", [{"previous_response_id": "resp_1"}, {"conversation_id": "conv_1"}])
def test_an_output_answers_a_call_that_the_server_keeps(state: Fields) -> None:
    """Told as text, it would leave the call on the server unanswered: a 400."""
    assert encoded(output("call_9"), **state).body["input"] == [output("call_9")]
    assert encoded(output("call_9")).body["input"][0]["role"] == "user"


def test_a_call_goes_on_from_one_state_only() -> None:
    """The service refuses both, with words that do not name our parameters."""
    with pytest.raises(UserError, match="not from both"):
        encoded(user(), previous_response_id="resp_1", conversation_id="conv_1")


def test_a_request_without_items_says_something() -> None:
    """Instructions alone are a legal request here, while the service wants an input."""
    assert encoded(instructions="Greet.").body["input"] == [user("")]


def test_a_prompt_may_bring_the_tools_that_are_chosen() -> None:
    """The tools of a stored prompt are unknown here, so that the choice cannot be judged."""
    body = encoded(prompt={"id": "pmpt_1"}, settings=ModelSettings(tool_choice="required")).body
    assert body["tool_choice"] == "required"


def test_the_body_is_plain_data() -> None:
    """Whatever encodes it next knows JSON and no classes."""
    settings = ModelSettings(reasoning=Reasoning(effort="low"), metadata={"a": "b"})
    body = encoded(user(), settings=settings, profile=PROFILE).body
    assert body["reasoning"] == {"effort": "low"}
