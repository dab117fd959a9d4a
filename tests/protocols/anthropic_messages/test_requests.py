"""What a Messages request holds, setting by setting."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from openai.types.shared import Reasoning

from agents.exceptions import UserError
from agents.model_settings import MCPToolChoice
from agents.protocols.base import OutputSpec, ToolSpec
from agents.protocols.names import ANTHROPIC
from agents.retry import ModelRetrySettings

from ..chat import call, output, said, thought, unmade, user
from .messages import SCHEMA, TOOL, encoded, profile

Fields = dict[str, Any]

LOOK = {"name": "look", "description": "Looks.", "input_schema": SCHEMA}
ANSWER = OutputSpec("final_output", SCHEMA, strict=True)
OPEN = OutputSpec("final_output", {"type": "object", "additionalProperties": {"type": "string"}}, strict=False)
FORMAT = {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}}
HIGH = {"reasoning": Reasoning(effort="high")}
BUDGET = {"type": "enabled", "budget_tokens": 16_384}


def body_of(settings: Fields | None = None, features: Fields | None = None, **request: Any) -> Fields:
    """The body of a request for one user message, without the model and the message."""
    known = {"longest_plain_answer": 100_000, **(features or {})}
    body = encoded(user(), settings=settings, profile=profile(**known), **request).body
    assert body.pop("model") == "acme/one"
    assert body.pop("messages") == [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]
    return body


SETTINGS: dict[str, tuple[Fields, Fields, Fields]] = {
    "nothing set": ({}, {}, {"max_tokens": 8192}),
    "another default": ({}, {"default_max_tokens": 4096}, {"max_tokens": 4096}),
    "max tokens": ({"max_tokens": 5}, {}, {"max_tokens": 5}),
    "sampling": ({"temperature": 0.0, "top_p": 0.5}, {}, {"max_tokens": 8192, "temperature": 0.0, "top_p": 0.5}),
    "sampling where it is refused": ({"temperature": 0.5, "top_p": 0.5}, {"no_sampling": True}, {"max_tokens": 8192}),
    "a user id": ({"metadata": {"user_id": "u1", "b": "c"}}, {}, {"max_tokens": 8192, "metadata": {"user_id": "u1"}}),
    "other labels": ({"metadata": {"b": "c"}}, {}, {"max_tokens": 8192}),
    "what this protocol has not": (
        {
            "frequency_penalty": 1.0,
            "presence_penalty": 1.0,
            "verbosity": "low",
            "store": True,
            "top_logprobs": 2,
            "truncation": "auto",
            "prompt_cache_options": {"mode": "explicit"},
            "include_usage": True,
            "retry": ModelRetrySettings(),
            "timeout": 3.0,
            "tool_choice": "required",
            "parallel_tool_calls": True,
        },
        {},
        {"max_tokens": 8192},
    ),
    "a budget to think": (HIGH, {}, {"max_tokens": 8192 + 16_384, "thinking": BUDGET}),
    "a budget above the limit": ({**HIGH, "max_tokens": 9000}, {}, {"max_tokens": 9000 + 16_384, "thinking": BUDGET}),
    "a budget below the limit": ({**HIGH, "max_tokens": 20_000}, {}, {"max_tokens": 20_000, "thinking": BUDGET}),
    "the least budget": (
        {"reasoning": {"effort": "minimal"}},
        {},
        {"max_tokens": 9216, "thinking": {"type": "enabled", "budget_tokens": 1024}},
    ),
    "thinking to be seen": (
        {"reasoning": Reasoning(summary="auto")},
        {},
        {"max_tokens": 16_384, "thinking": {"type": "enabled", "budget_tokens": 8192, "display": "summarized"}},
    ),
    "thinking excludes sampling": (
        {**HIGH, "temperature": 0.0, "top_p": 0.9},
        {},
        {"max_tokens": 24_576, "thinking": BUDGET},
    ),
    "but for the highest top_p": (
        {**HIGH, "top_p": 0.95},
        {},
        {"max_tokens": 24_576, "thinking": BUDGET, "top_p": 0.95},
    ),
    "adaptive thinking": (
        {"reasoning": Reasoning(effort="xhigh", summary="detailed")},
        {"thinking": "adaptive"},
        {
            "max_tokens": 8192,
            "thinking": {"type": "adaptive", "display": "summarized"},
            "output_config": {"effort": "xhigh"},
        },
    ),
    "adaptive thinking, the least": (
        {"reasoning": Reasoning(effort="minimal")},
        {"thinking": "adaptive"},
        {"max_tokens": 8192, "thinking": {"type": "adaptive"}, "output_config": {"effort": "low"}},
    ),
    "adaptive thinking of no effort in particular": (
        {"reasoning": Reasoning(summary="auto")},
        {"thinking": "adaptive"},
        {"max_tokens": 8192, "thinking": {"type": "adaptive", "display": "summarized"}},
    ),
    "no thinking": (
        {"reasoning": Reasoning(effort="none"), "temperature": 0.5},
        {},
        {"max_tokens": 8192, "thinking": {"type": "disabled"}, "temperature": 0.5},
    ),
    "no thinking but between tools": (
        {"reasoning": Reasoning(effort="none")},
        {"thinking_off": "between_tools"},
        {"max_tokens": 8192, "thinking": {"type": "between_tools"}},
    ),
    "no thinking where there is none": (
        {"reasoning": Reasoning(effort="none")},
        {"thinking": "none", "thinking_off": "never"},
        {"max_tokens": 8192},
    ),
}


@pytest.mark.parametrize(("limit", "streams"), [(21_333, None), (21_334, True)])
def test_a_plain_answer_that_may_take_too_long_is_streamed(limit: int, streams: bool | None) -> None:
    """The service refuses plain answers of more than ten minutes, by the measure of Anthropic's own client."""
    call = encoded(user(), settings={"max_tokens": limit})
    assert (call.body.get("stream"), call.stream) == (streams, bool(streams))


@pytest.mark.parametrize(("settings", "features", "expected"), SETTINGS.values(), ids=SETTINGS)
def test_each_setting_has_one_spelling_on_the_wire(settings: Fields, features: Fields, expected: Fields) -> None:
    """A setting that is lost, or sent where it may not stand, is a wrong answer or a 400."""
    assert body_of(settings, features) == expected


ANY, FINAL = {"type": "any"}, {"type": "tool", "name": "final_output"}
TOOLS: dict[str, tuple[Fields, Fields, Fields]] = {
    "a plain tool": ({}, {}, {}),
    "auto": ({"tool_choice": "auto"}, {}, {"tool_choice": {"type": "auto"}}),
    "required": ({"tool_choice": "required"}, {}, {"tool_choice": ANY}),
    "none": ({"tool_choice": "none"}, {}, {"tool_choice": {"type": "none"}}),
    "by name": ({"tool_choice": "look"}, {}, {"tool_choice": {"type": "tool", "name": "look"}}),
    "one at a time": (
        {"parallel_tool_calls": False},
        {},
        {"tool_choice": {"type": "auto", "disable_parallel_tool_use": True}},
    ),
    "one at a time, by force": (
        {"parallel_tool_calls": False, "tool_choice": "required"},
        {},
        {"tool_choice": {**ANY, "disable_parallel_tool_use": True}},
    ),
    "none at a time": (
        {"parallel_tool_calls": False, "tool_choice": "none"},
        {},
        {"tool_choice": {"type": "none"}},
    ),
    "forced while thinking": (
        {**HIGH, "tool_choice": "required"},
        {},
        {"tool_choice": {"type": "auto"}, "thinking": BUDGET},
    ),
    "forced while thinking, where that goes": (
        {**HIGH, "tool_choice": "required"},
        {"forced_tools": "always"},
        {"tool_choice": ANY, "thinking": BUDGET},
    ),
    "forced while not thinking": (
        {"reasoning": {"effort": "none"}, "tool_choice": "look"},
        {},
        {"tool_choice": {"type": "tool", "name": "look"}, "thinking": {"type": "disabled"}},
    ),
    "forced where that never goes": (
        {"tool_choice": "look"},
        {"forced_tools": "never"},
        {"tool_choice": {"type": "auto"}},
    ),
}


@pytest.mark.parametrize(("settings", "features", "expected"), TOOLS.values(), ids=TOOLS)
def test_tools_and_their_choice(settings: Fields, features: Fields, expected: Fields) -> None:
    """Each choice has its own object here, and some may not meet thinking."""
    body = body_of(settings, features, tools=[TOOL])
    assert body.pop("max_tokens")
    assert body == {"tools": [LOOK], **expected}


def test_a_choice_that_falls_back_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Whoever forced a tool must be able to find out why it was not called."""
    with caplog.at_level(logging.WARNING):
        body_of({**HIGH, "tool_choice": "look"}, tools=[TOOL])
        body_of({**HIGH, "tool_choice": "auto"}, tools=[TOOL])
        body_of(HIGH, {"thinking": "none"})
        body_of({**HIGH, "temperature": 0.3})
        body_of({"top_p": 0.3}, {"no_sampling": True})
    assert [record.getMessage() for record in caplog.records] == [
        "Ignored: tool_choice='look'; model 'acme/one' cannot be forced while it thinks.",
        "Ignored: reasoning was asked for, and model 'acme/one' has none.",
        "Ignored: temperature, which the model does not take while it thinks.",
        "Ignored: top_p, which the model does not take.",
    ]


def test_tools_are_strict_only_where_the_service_can_be_asked() -> None:
    """A strict schema is compiled by the service, which takes twenty of a subset: never by default."""
    loose = ToolSpec("loose", "", {"properties": {}}, strict=False)
    wide = ToolSpec("wide", "", {"type": "object"}, strict=True)
    many = [ToolSpec(f"t{n}", "", SCHEMA, strict=True) for n in range(30)]
    tools = body_of(features={"strict_tools": True}, tools=[TOOL, loose, wide, *many])["tools"]
    assert tools[:3] == [
        {**LOOK, "strict": True},
        {"name": "loose", "input_schema": {"type": "object", "properties": {}}},
        {"name": "wide", "input_schema": {"type": "object"}},
    ]
    assert sum(tool.get("strict", False) for tool in tools) <= 20
    assert "strict" not in body_of(tools=[TOOL])["tools"][0]


OUTPUTS: dict[str, tuple[Fields, Fields, Fields]] = {
    "native": ({"output": ANSWER}, {}, FORMAT),
    "native, with tools": (
        {"output": ANSWER, "tools": [TOOL], "settings": {"tool_choice": "auto"}},
        {},
        {**FORMAT, "tools": [LOOK], "tool_choice": {"type": "auto"}},
    ),
    "native, with an effort": (
        {"output": ANSWER, "settings": {"reasoning": {"effort": "low"}}},
        {"thinking": "adaptive"},
        {"output_config": {**FORMAT["output_config"], "effort": "low"}, "thinking": {"type": "adaptive"}},
    ),
    "by a tool": ({"output": ANSWER}, {"structured_output": "tool"}, {"tools": ["final_output"], "tool_choice": FINAL}),
    "by a tool, with others": (
        {"output": ANSWER, "tools": [TOOL]},
        {"structured_output": "tool"},
        {"tools": ["look", "final_output"], "tool_choice": ANY},
    ),
    "by a tool, while others are forbidden": (
        {"output": ANSWER, "tools": [TOOL], "settings": {"tool_choice": "none"}},
        {"structured_output": "tool"},
        {"tools": ["look", "final_output"], "tool_choice": FINAL},
    ),
    "by a tool, while another is wanted": (
        {"output": ANSWER, "tools": [TOOL], "settings": {"tool_choice": "look", "parallel_tool_calls": False}},
        {"structured_output": "tool"},
        {
            "tools": ["look", "final_output"],
            "tool_choice": {"type": "tool", "name": "look", "disable_parallel_tool_use": True},
        },
    ),
    "by a tool, while thinking": (
        {"output": ANSWER, "settings": HIGH},
        {"structured_output": "tool"},
        {"tools": ["final_output"], "tool_choice": {"type": "auto"}, "thinking": BUDGET},
    ),
    "what no native schema can say": ({"output": OPEN}, {}, {"tools": ["final_output"], "tool_choice": FINAL}),
    "by a tool only with others": (
        {"output": ANSWER, "tools": [TOOL]},
        {"structured_output_with_tools": "tool"},
        {"tools": ["look", "final_output"], "tool_choice": ANY},
    ),
    "native without others": ({"output": ANSWER}, {"structured_output_with_tools": "tool"}, FORMAT),
    "not at all": ({"output": ANSWER}, {"structured_output": "none"}, {}),
}


@pytest.mark.parametrize(("request_", "features", "expected"), OUTPUTS.values(), ids=OUTPUTS)
def test_an_answer_is_held_to_its_schema_as_the_model_can_be(
    request_: Fields, features: Fields, expected: Fields
) -> None:
    """Agents ask for a type; how the model is made to give it is the profile's affair."""
    body = body_of(features=features, **request_)
    body.pop("max_tokens")
    if body.get("tools", [LOOK])[-1]["name"] == "final_output":
        assert body["tools"][-1]["input_schema"] == request_["output"].schema
        body["tools"] = [tool["name"] for tool in body["tools"]]
    assert body == expected


def test_a_tool_of_the_users_keeps_its_name_apart_from_ours() -> None:
    """Its calls would be taken for the final answer."""
    mine = ToolSpec("final_output", "Mine.", SCHEMA, strict=True)
    tools = body_of(features={"structured_output": "tool"}, tools=[mine], output=ANSWER)["tools"]
    assert [tool["name"] for tool in tools] == [ANTHROPIC.to_wire("final_output"), "final_output"]


def test_a_tool_loop_that_began_without_thinking_goes_on_without() -> None:
    """With a budget, the turn of the pending calls must begin with thinking, and another model's has none to show."""
    foreign = [user(), unmade(call()), output()]
    own = [user(), thought("hm", "s1", type="thinking"), call(), output()]
    for items, features, thinks in (
        (foreign, {}, False),
        (own, {}, True),
        ([*foreign, said("A"), user("B")], {}, True),
        (foreign, {"thinking": "adaptive"}, True),
    ):
        body = encoded(*items, settings=HIGH, profile=profile(**features)).body
        assert ("thinking" in body) == thinks
        assert body["max_tokens"] > body.get("thinking", {}).get("budget_tokens", 0)


def test_thinking_that_is_bound_to_its_prefix_is_dropped_rather_than_refused() -> None:
    """A trimmed or filtered history has other words before its thinking, which newer models answer with a 400."""
    items = [user(), thought("hm", "s1", type="thinking"), said("A"), user("B")]
    binding = {"block_binding": {"prefix_mismatch_behavior": "drop_block"}}
    features = {"thinking": "adaptive", "binds_thinking": True}
    bound = encoded(*items, profile=profile(**features), settings={"extra_headers": {"Anthropic-Beta": "a, b"}})
    assert bound.body["thinking"] == {"type": "adaptive", **binding}
    assert bound.headers["anthropic-beta"] == "thinking-binding-controls-2026-08-01,a,b"
    assert "Anthropic-Beta" not in bound.headers
    off = encoded(*items, profile=profile(**features), settings={"reasoning": {"effort": "none"}})
    assert off.body["thinking"] == {"type": "disabled"}
    assert [block["type"] for block in off.body["messages"][1]["content"]] == ["text"]
    assert "thinking" not in encoded(user(), profile=profile(**features)).body


def test_one_setting_has_the_prompt_cached() -> None:
    """Tools, system prompt and conversation are what the next request begins with; four marks are the limit."""
    items = [user(), call(), output(), said("A", "r2"), user("B")]
    for retention, mark in (("in_memory", {"type": "ephemeral"}), ("24h", {"type": "ephemeral", "ttl": "1h"})):
        settings = {"prompt_cache_retention": retention}
        body = encoded(*items, settings=settings, instructions="I", tools=[TOOL, TOOL]).body
        assert body["system"] == [{"type": "text", "text": "I", "cache_control": mark}]
        assert [tool.get("cache_control") for tool in body["tools"]] == [None, mark]
        assert body["messages"][-1]["content"] == [{"type": "text", "text": "B", "cache_control": mark}]
        assert str(body).count("cache_control") == 3
    assert encoded(user(), settings={"prompt_cache_retention": "24h"}).body["messages"][0]["content"][0][
        "cache_control"
    ]


def test_the_call_names_its_place_version_and_extras() -> None:
    """What the transport does not know it cannot send."""
    extras = {
        "extra_headers": {"x-a": "b"},
        "extra_query": {"beta": "true"},
        "extra_body": {"top_k": 3},
        "extra_args": {"c": 1},
    }
    sent = encoded(user(), settings=extras, stream=True)
    assert (sent.path, sent.stream, sent.body["stream"], sent.retries) == ("/v1/messages", True, True, True)
    assert sent.headers == {"anthropic-version": "2023-06-01", "x-a": "b"}
    assert (sent.query, sent.extra_body, sent.extra_args) == ({"beta": "true"}, {"top_k": 3}, {"c": 1})
    for where in ("extra_body", "extra_args"):
        stops = [getattr(encoded(user(), settings={where: {"stop": stop}}), where) for stop in ("END", ["END"])]
        assert stops == [{"stop_sequences": ["END"]}] * 2
    own = {"extra_headers": {"Anthropic-Version": "2026-10-21"}, "retry": ModelRetrySettings()}
    assert encoded(user(), settings=own).headers == {"Anthropic-Version": "2026-10-21"}
    assert not encoded(user(), settings=own).retries
    assert "stream" not in encoded(user()).body


REFUSED: dict[str, tuple[Fields, Fields, str]] = {
    "an unknown effort": ({"reasoning": Reasoning.model_construct(effort="heroic")}, {}, "'heroic' is not"),
    "no reasoning where there always is": (
        {"reasoning": {"effort": "none"}},
        {"thinking_off": "never"},
        "always reasons",
    ),
    "a hosted tool's choice": ({"tool_choice": MCPToolChoice("a", "b")}, {}, "MCPToolChoice"),
    "a body that is none": ({"extra_body": [1]}, {}, "extra_body must be a dict"),
}


@pytest.mark.parametrize(("settings", "features", "message"), REFUSED.values(), ids=REFUSED)
def test_a_setting_that_cannot_be_honoured_says_so(settings: Fields, features: Fields, message: str) -> None:
    """Silence would be taken for consent."""
    with pytest.raises(UserError, match=message):
        body_of(settings, features, tools=[TOOL])


def test_what_the_caller_gave_is_left_as_it_was() -> None:
    """Agents and their tools live longer than one request."""
    schema: Fields = {"type": "object", "properties": {"a": {"type": "string"}}}
    item = user([{"type": "input_text", "text": "Hi "}])
    settings = {"prompt_cache_retention": "24h"}
    encoded(item, settings=settings, tools=[ToolSpec("a", "", schema, strict=True)], profile=profile(strict_tools=True))
    assert schema == {"type": "object", "properties": {"a": {"type": "string"}}}
    assert item == user([{"type": "input_text", "text": "Hi "}])
