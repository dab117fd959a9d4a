"""What a Chat Completions request holds, setting by setting."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from openai.types.shared import Reasoning

from agents.exceptions import UserError
from agents.model_settings import MCPToolChoice, ModelSettings
from agents.protocols.base import OutputSpec, Profile, ToolSpec
from agents.retry import ModelRetrySettings

from .chat import PROFILE, encoded, user

SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOL = ToolSpec("look", "Looks.", SCHEMA, strict=False)
STRICT = ToolSpec("look", "Looks.", SCHEMA, strict=True)
FUNCTION = {"name": "look", "description": "Looks.", "parameters": SCHEMA}
ON_OPENAI = Profile(
    provider="openai", max_tokens_field="max_completion_tokens", stream_usage_default=True, store_default=True
)

Fields = dict[str, Any]


def body_of(settings: Fields | None = None, **request: Any) -> Fields:
    """The body of a request for one user message, without the model and the message."""
    body = encoded(user(), settings=ModelSettings(**settings or {}), **request).body
    assert body.pop("model") == "acme/one"
    assert body.pop("messages")[-1] == {"role": "user", "content": "Hi"}
    return body


SETTINGS: dict[str, tuple[Fields, Fields]] = {
    "nothing set": ({}, {}),
    "temperature": ({"temperature": 0.0}, {"temperature": 0.0}),
    "top_p": ({"top_p": 0.5}, {"top_p": 0.5}),
    "penalties": (
        {"frequency_penalty": 0.0, "presence_penalty": -1.0},
        {"frequency_penalty": 0.0, "presence_penalty": -1.0},
    ),
    "max tokens": ({"max_tokens": 5}, {"max_tokens": 5}),
    "reasoning effort": ({"reasoning": Reasoning(effort="low")}, {"reasoning_effort": "low"}),
    "reasoning as a dict": ({"reasoning": {"effort": "high"}}, {"reasoning_effort": "high"}),
    "reasoning without effort": ({"reasoning": Reasoning(summary="auto")}, {}),
    "verbosity": ({"verbosity": "low"}, {"verbosity": "low"}),
    "metadata": ({"metadata": {"who": "me"}}, {"metadata": {"who": "me"}}),
    "store": ({"store": False}, {"store": False}),
    "prompt cache": (
        {"prompt_cache_retention": "24h", "prompt_cache_options": {"mode": "explicit", "ttl": "30m"}},
        {"prompt_cache_retention": "24h", "prompt_cache_options": {"mode": "explicit", "ttl": "30m"}},
    ),
    "top_logprobs need logprobs": ({"top_logprobs": 2}, {"logprobs": True, "top_logprobs": 2}),
    "no alternatives, but log probabilities": ({"top_logprobs": 0}, {"logprobs": True, "top_logprobs": 0}),
    "parallel calls without tools": ({"parallel_tool_calls": True}, {}),
    "tool choice without tools": ({"tool_choice": "auto"}, {}),
    "usage is for streams": ({"include_usage": True}, {}),
    "what only Responses has": (
        {"truncation": "auto", "response_include": ["file_search_call.results"], "context_management": []},
        {},
    ),
    "what is ours alone": ({"retry": ModelRetrySettings(), "preserve_raw_usage": True, "timeout": 3.0}, {}),
}


@pytest.mark.parametrize(("settings", "expected"), SETTINGS.values(), ids=SETTINGS)
def test_each_setting_has_one_spelling_on_the_wire(settings: Fields, expected: Fields) -> None:
    """A setting that is lost, or sent where it may not stand, is a wrong answer or a 400."""
    assert body_of(settings) == expected


TOOLS: dict[str, tuple[Fields, Fields]] = {
    "a plain tool": ({}, {}),
    "auto": ({"tool_choice": "auto"}, {"tool_choice": "auto"}),
    "required": ({"tool_choice": "required"}, {"tool_choice": "required"}),
    "none": ({"tool_choice": "none"}, {"tool_choice": "none"}),
    "by name": (
        {"tool_choice": "look"},
        {"tool_choice": {"type": "function", "function": {"name": "look"}}},
    ),
    "several calls at once": ({"parallel_tool_calls": True}, {"parallel_tool_calls": True}),
    "one call at a time": ({"parallel_tool_calls": False}, {"parallel_tool_calls": False}),
}


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])
@pytest.mark.parametrize(("settings", "expected"), TOOLS.values(), ids=TOOLS)
def test_tools_and_the_choice_among_them(settings: Fields, expected: Fields, stream: bool) -> None:
    """Named tool choice once failed in streams only; both ways of calling ask for the same."""
    streaming = {"stream": True} if stream else {}
    tool = {"type": "function", "function": FUNCTION}
    assert body_of(settings, tools=[TOOL], stream=stream) == {"tools": [tool], **expected, **streaming}


def test_a_strict_tool_says_so_and_a_lax_one_is_silent() -> None:
    """Services that know no ``strict`` refuse the field, so that only those tools carry it that need it."""
    strict, lax = body_of(tools=[STRICT, TOOL])["tools"]
    assert strict["function"] == {**FUNCTION, "strict": True}
    assert lax["function"] == FUNCTION


@pytest.mark.parametrize("strict", [True, False])
def test_structured_output_asks_for_a_json_schema(strict: bool) -> None:
    """The final answer is JSON only if the service is told its schema."""
    schema = {"name": "final_output", "strict": strict, "schema": SCHEMA}
    body = body_of(output_spec=OutputSpec("final_output", SCHEMA, strict))
    assert body == {"response_format": {"type": "json_schema", "json_schema": schema}}


USAGE: dict[str, tuple[Profile, bool | None, Fields]] = {
    "asked": (PROFILE, True, {"stream_options": {"include_usage": True}}),
    "not asked": (PROFILE, None, {}),
    "declined": (PROFILE, False, {}),
    "by default": (ON_OPENAI, None, {"stream_options": {"include_usage": True}, "store": True}),
    "declined where it is the default": (ON_OPENAI, False, {"store": True}),
}


@pytest.mark.parametrize(("profile", "asked", "expected"), USAGE.values(), ids=USAGE)
def test_a_stream_reports_usage_when_asked(profile: Profile, asked: bool | None, expected: Fields) -> None:
    """Without the option most services count nothing in streams, and some refuse the option."""
    body = body_of({"include_usage": asked}, profile=profile, stream=True)
    assert body == {"stream": True, **expected}


def test_the_profile_names_the_limit_and_the_settings_win_over_its_defaults() -> None:
    """OpenAI's reasoning models refuse ``max_tokens``; many other services know nothing else."""
    body = body_of({"max_tokens": 5, "store": False}, profile=ON_OPENAI)
    assert body == {"max_completion_tokens": 5, "store": False}


def test_instructions_are_the_first_message() -> None:
    """Servers that take one system message only take it in first place."""
    found = encoded(user(), instructions="Be kind.").body["messages"]
    assert found == [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi"}]


def test_extras_go_beside_the_body_and_retries_have_one_authority() -> None:
    """``extra_*`` reach the client untouched, and a run with a retry policy switches the client's own off."""
    extras: Fields = {
        "extra_headers": {"x-a": "1"},
        "extra_query": {"q": 1},
        "extra_body": {"top_k": 4},
        "extra_args": {"drop_params": True},
    }
    call = encoded(user(), settings=ModelSettings(**extras, retry=ModelRetrySettings(max_retries=1)))
    assert (call.headers, call.query) == ({"x-a": "1"}, {"q": 1})
    assert (call.extra_body, call.extra_args) == ({"top_k": 4}, {"drop_params": True})
    assert not call.retries
    assert encoded(user()).retries


REFUSED: dict[str, tuple[Fields, str]] = {
    "hosted MCP": ({"tool_choice": MCPToolChoice("docs", "search")}, "no hosted MCP tools"),
    "a body that is none": ({"extra_body": ["top_k"]}, "extra_body must be a dict, not list"),
}


@pytest.mark.parametrize(("settings", "message"), REFUSED.values(), ids=REFUSED)
def test_what_the_protocol_cannot_say_is_the_callers_error(settings: Fields, message: str) -> None:
    """A setting that is dropped in silence costs its owner an afternoon."""
    with pytest.raises(UserError, match=message):
        body_of(settings, tools=[TOOL])


def scribble(value: Any) -> None:
    """Change everything that can be changed, as an adapter might."""
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    for each in inner:
        scribble(each)
    if isinstance(value, (dict, list)):
        value.clear()


def test_nothing_of_the_callers_can_be_changed_through_a_request() -> None:
    """LiteLLM writes into the metadata, tools and messages that it is given; the agent needs them again."""
    schema = copy.deepcopy(SCHEMA)
    audio = {"type": "input_audio", "input_audio": {"data": "AA==", "format": "wav"}}
    image = {"type": "image_url", "image_url": {"url": "data:,x"}}
    items = [user([audio, image]), {"role": "user", "content": "Hi"}]
    settings: Fields = {
        "metadata": {"who": "me"},
        "prompt_cache_options": {"ttl": "30m"},
        "extra_headers": {"x": "1"},
        "extra_query": {"q": ["1"]},
        "extra_body": {"a": {"b": [1]}},
        "extra_args": {"c": {"d": 1}},
    }
    mine = [schema, items, settings]
    before = copy.deepcopy(mine)
    tool, spec = ToolSpec("look", "", schema, True), OutputSpec("out", schema, True)
    call = encoded(*items, settings=ModelSettings(**settings), tools=[tool], output_spec=spec)
    for part in (call.body, call.headers, call.query, call.extra_body, call.extra_args):
        scribble(part)
    assert mine == before


def test_a_clients_own_objects_pass_through_extra_args() -> None:
    """A client or callback in ``extra_args`` is used, not copied."""
    client = object()
    assert encoded(user(), settings=ModelSettings(extra_args={"client": client})).extra_args["client"] is client
