"""Services with rules of their own on Chat Completions: each is a field of the profile, and a case here."""

from __future__ import annotations

from typing import Any

import pytest
from openai.types.shared import Reasoning

from agents.exceptions import UserError
from agents.model_settings import ModelSettings
from agents.protocols.base import OutputSpec, Profile, ToolSpec

from .chat import call, encoded, made, messages, output, said, thought, user, wire_call

SCHEMA = {"type": "object", "properties": {"city": {"type": "string", "minLength": 2, "default": "Oslo"}}}
LOOK = ToolSpec("look", "Looks.", SCHEMA, strict=True)
SEE = ToolSpec("see", "Sees.", SCHEMA, strict=True)
Fields = dict[str, Any]


def body(settings: ModelSettings | None = None, features: Fields | None = None, **request: Any) -> Fields:
    profile = Profile(**{"provider": "acme", **(features or {})})
    return encoded(user(), settings=settings, profile=profile, **request).body


# Reasoning: asked for, and turned off.

ON, OFF = {"type": "enabled"}, {"type": "disabled"}
TEMPLATE = {"enable_thinking": True, "thinking": True}
UNASKED = {"reasons_unasked": True}
DIALECTS: dict[str, tuple[Fields, str, Fields]] = {
    "an effort": ({}, "high", {"reasoning_effort": "high"}),
    "no effort": ({}, "none", {"reasoning_effort": "none"}),
    "the nearest effort": ({"efforts": ("low", "medium", "high")}, "xhigh", {"reasoning_effort": "high"}),
    "of two, the greater": ({"efforts": ("low", "high", "max")}, "medium", {"reasoning_effort": "high"}),
    "the least effort": ({"efforts": ("low", "high")}, "minimal", {"reasoning_effort": "low"}),
    "a switch": ({"reasoning_dialect": "thinking"}, "low", {"thinking": ON}),
    "a switch, off": ({"reasoning_dialect": "thinking"}, "none", {"thinking": OFF}),
    "a switch and an effort": (
        {"reasoning_dialect": "thinking+effort", "efforts": ("low", "high", "max")},
        "xhigh",
        {"thinking": ON, "reasoning_effort": "max"},
    ),
    "a switch and an effort, off": ({"reasoning_dialect": "thinking+effort", **UNASKED}, "none", {"thinking": OFF}),
    "a flag and a budget": (
        {"reasoning_dialect": "enable_thinking"},
        "medium",
        {"enable_thinking": True, "thinking_budget": 8192},
    ),
    "a flag, off": ({"reasoning_dialect": "enable_thinking"}, "none", {"enable_thinking": False}),
    "the template's": (
        {"reasoning_dialect": "template"},
        "low",
        {"chat_template_kwargs": TEMPLATE, "reasoning_effort": "low"},
    ),
    "the template's, off": (
        {"reasoning_dialect": "template"},
        "none",
        {"chat_template_kwargs": {"enable_thinking": False, "thinking": False}},
    ),
    "Baseten's": (
        {"reasoning_dialect": "template_args"},
        "low",
        {"chat_template_args": {"enable_thinking": True}},
    ),
    "an object": ({"reasoning_dialect": "reasoning"}, "high", {"reasoning": {"effort": "high"}}),
    "an object, off": ({"reasoning_dialect": "reasoning"}, "none", {"reasoning": {"enabled": False}}),
    "Groq's": (
        {"reasoning_dialect": "groq", "efforts": ("none", "default")},
        "default",
        {"reasoning_format": "parsed", "reasoning_effort": "default"},
    ),
    "Groq's, off": (
        {"reasoning_dialect": "groq", "efforts": ("none", "default")},
        "none",
        {"reasoning_effort": "none"},
    ),
    "off where nothing was on": ({"reasoning_dialect": "none"}, "none", {}),
    "off where only efforts are, and nothing was on": ({"efforts": ("low", "high")}, "none", {}),
}
_ALL = ("reasoning_effort", "thinking", "thinking_budget", "enable_thinking", "chat_template_kwargs")
OF_REASONING = {*_ALL, "chat_template_args", "reasoning", "reasoning_format"}


@pytest.mark.parametrize(("features", "effort", "expected"), DIALECTS.values(), ids=DIALECTS)
def test_reasoning_is_asked_for_in_the_services_own_words(features: Fields, effort: Any, expected: Fields) -> None:
    """A field that a service does not know is a 400, or an effort that nobody made."""
    reasoning = Reasoning.model_construct(effort=effort)
    found = body(ModelSettings(reasoning=reasoning), features)
    assert {name: value for name, value in found.items() if name in OF_REASONING} == expected


@pytest.mark.parametrize(
    "features", [{"reasoning_dialect": "none"}, {"efforts": ("low", "high")}, {"thinking_off": "never"}]
)
def test_reasoning_that_cannot_be_turned_off_says_so(features: Fields) -> None:
    """Silence would be a bill for thinking that nobody wanted."""
    with pytest.raises(UserError, match="always reasons"):
        body(ModelSettings(reasoning=Reasoning(effort="none")), {**features, **UNASKED})


def test_an_effort_that_does_not_exist_and_one_that_cannot_be_had(caplog: pytest.LogCaptureFixture) -> None:
    """The first is a typing error; the second is told, in strict mode as an error."""
    with pytest.raises(UserError, match="one of none, minimal"):
        body(ModelSettings(reasoning=Reasoning.model_construct(effort="enormous")))
    low = ModelSettings(reasoning=Reasoning(effort="low"))
    assert not OF_REASONING & body(low, {"reasoning_dialect": "none"}).keys()
    assert "has no such setting" in caplog.text
    with pytest.raises(UserError, match="has no such setting"):
        body(low, {"reasoning_dialect": "none", "strict": True})


# Reasoning that goes back.

HM = thought("hm")
REPLAYS: dict[str, tuple[Fields, list[Any], Fields]] = {
    "a field": ({"reasoning_replay": "reasoning"}, [HM, said("A")], {"reasoning": "hm", "content": "A"}),
    "between tags": (
        {"reasoning_replay": "think_tags"},
        [thought("hm", gap="\n\n"), said("A")],
        {"content": "<think>hm</think>\n\nA"},
    ),
    "between tags of another name, twice": (
        {"reasoning_replay": "think_tags", "think_tag": "thought"},
        [HM, said("A"), HM, said("B")],
        {"content": "<thought>hm</thought>A<thought>hm</thought>B"},
    ),
    "Mistral's chunks": (
        {"reasoning_replay": "thinking_chunks"},
        [thought("hm", "seal"), said("A")],
        {
            "content": [
                {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}], "signature": "seal"},
                {"type": "text", "text": "A"},
            ]
        },
    ),
    "OpenRouter's details, in order": (
        {"reasoning_replay": "reasoning_details"},
        [thought("hm", reasoning_details=[{"n": 1}]), thought("", reasoning_details=[{"n": 2}, {"n": 3}]), said("A")],
        {"reasoning_details": [{"n": 1}, {"n": 2}, {"n": 3}], "content": "A"},
    ),
    "details that came with the answer": (
        {"reasoning_replay": "reasoning_details"},
        [thought("hm", reasoning_details=[{"n": 1}]), said("A", reasoning_details=[{"n": 2}])],
        {"reasoning_details": [{"n": 1}, {"n": 2}], "content": "A"},
    ),
    "never another model's details": (
        {"reasoning_replay": "reasoning_details"},
        [thought("hm", model="acme/two", reasoning_details=[{"n": 1}]), said("A")],
        {"content": "A"},
    ),
    "Google's signatures on its own endpoint": (
        {"signs_calls": True, "signature_place": "extra_content"},
        [said("A", thought_signatures=["s1"]), call(thought_signature="s2"), output()],
        {
            "content": "A",
            "extra_content": {"google": {"thought_signature": "s1"}},
            "tool_calls": [wire_call(extra_content={"google": {"thought_signature": "s2"}})],
        },
    ),
    "Kimi wants some": (
        {"reasoning_replay": "reasoning_content", "reasoning_stand_in": " "},
        [call(), output()],
        {"reasoning_content": " ", "tool_calls": [wire_call()]},
    ),
    "its own is left as it is": (
        {"reasoning_replay": "reasoning_content", "reasoning_stand_in": " "},
        [HM, call(), output()],
        {"reasoning_content": "hm", "tool_calls": [wire_call()]},
    ),
}


@pytest.mark.parametrize(("features", "items", "expected"), REPLAYS.values(), ids=REPLAYS)
def test_reasoning_goes_back_as_its_maker_wants_it(features: Fields, items: list[Any], expected: Fields) -> None:
    """In another form it is refused, or read as something that the model said."""
    assert messages(*items, **features)[0] == {"role": "assistant", **expected}


@pytest.mark.parametrize("form", ["reasoning", "think_tags", "thinking_chunks", "reasoning_details"])
def test_a_strangers_reasoning_goes_back_in_no_form(form: str) -> None:
    """Groq, Cerebras and Mistral refuse fields that they did not make."""
    theirs = made(thought("hm"), provider="other")
    assert messages(theirs, said("A"), reasoning_replay=form) == [{"role": "assistant", "content": "A"}]


# The order and the form of messages.

TWO_CALLS = [said("Look."), call("a"), call("b"), output("a"), output("b")]
TOOL = {"role": "tool", "content": "done"}
SYSTEM = {"type": "message", "role": "system", "content": "Be brief."}
IMAGE = {"type": "input_image", "image_url": "data:,x"}
FORMS: dict[str, tuple[Fields, list[Any], list[Fields]]] = {
    "each output behind its own call": (
        {"splits_calls": True},
        TWO_CALLS,
        [
            {"role": "assistant", "content": "Look.", "tool_calls": [wire_call("a")]},
            {**TOOL, "tool_call_id": "a"},
            {"role": "assistant", "tool_calls": [wire_call("b")]},
            {**TOOL, "tool_call_id": "b"},
        ],
    ),
    "a bridge from tools to the user": (
        {"bridge_after_tools": "OK."},
        [call(), output(), user()],
        [
            {"role": "assistant", "tool_calls": [wire_call()]},
            {**TOOL, "tool_call_id": "call_1"},
            {"role": "assistant", "content": "OK."},
            {"role": "user", "content": "Hi"},
        ],
    ),
    "content of calls is null": (
        {"call_content": "null"},
        [call(), output()],
        [{"role": "assistant", "content": None, "tool_calls": [wire_call()]}, {**TOOL, "tool_call_id": "call_1"}],
    ),
    "content of calls is not empty": (
        {"call_content": "space"},
        [call(), output()],
        [{"role": "assistant", "content": " ", "tool_calls": [wire_call()]}, {**TOOL, "tool_call_id": "call_1"}],
    ),
    "one system message, at the head": (
        {"one_system_message": True},
        [SYSTEM, {**SYSTEM, "role": "developer"}, user(), SYSTEM],
        [
            {"role": "system", "content": "Be brief.\n\nBe brief."},
            {"role": "user", "content": "Hi"},
            {"role": "user", "content": "System message:\n\nBe brief."},
        ],
    ),
    "the user begins": (
        {"user_first": True},
        [SYSTEM, said("A")],
        [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "(The conversation begins here.)"},
            {"role": "assistant", "content": "A"},
        ],
    ),
    "roles by turns": (
        {"merges_neighbours": True},
        [user("A"), user([{"type": "input_text", "text": "B"}, IMAGE]), said("C"), said("D", "r2")],
        [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "A"},
                    {"type": "text", "text": "B"},
                    {"type": "image_url", "image_url": {"url": "data:,x"}},
                ],
            },
            {"role": "assistant", "content": "C\n\nD"},
        ],
    ),
    "content is text": (
        {"string_content": True},
        [user([{"type": "input_text", "text": "A"}, {"type": "input_text", "text": "B"}])],
        [{"role": "user", "content": "A\nB"}],
    ),
}


@pytest.mark.parametrize(("features", "items", "expected"), FORMS.values(), ids=FORMS)
def test_messages_have_the_form_that_the_service_takes(
    features: Fields, items: list[Any], expected: list[Fields]
) -> None:
    """Each of these is a 400 somewhere."""
    assert messages(*items, **features) == expected


MEDIA = [
    ("image", IMAGE),
    ("image", {"type": "image_url", "image_url": {"url": "data:,x"}}),
    ("file", {"type": "input_file", "file_data": "data:,x", "filename": "a.pdf"}),
    ("file", {"type": "file", "file": {"file_data": "data:,x", "filename": "a.pdf"}}),
    ("audio", {"type": "input_audio", "input_audio": {"data": "YQ==", "format": "wav"}}),
    ("video", {"type": "video_url", "video_url": {"url": "data:,x"}}),
]


@pytest.mark.parametrize(("kind", "part"), MEDIA)
def test_a_model_that_cannot_see_is_told_what_was_there(kind: str, part: Fields) -> None:
    """A conversation that changes hands may hold what the next model cannot read; in strict mode that is an error."""
    items = [user([{"type": "input_text", "text": "What is this?"}, part]), call(), output(result=[part])]
    question, _, result, *_ = messages(*items, media=())
    assert question["content"][0] == {"type": "text", "text": "What is this?"}
    for told in (question["content"][1]["text"], result["content"]):
        assert kind in told
        assert "you cannot read" in told
        assert ("a.pdf" in told) is (kind == "file")
    with pytest.raises(UserError, match=f"reads no {kind}"):
        messages(*items, media=(), strict=True)
    assert "you cannot read" not in str(messages(*items, media=(kind,)))


# Tools.

AUTO = {"tool_choices": ("auto", "none")}
CHOICES: dict[str, tuple[Fields, str, Any]] = {
    "required, in another word": ({"required_word": "any"}, "required", "any"),
    "a named tool, where only any can be forced": (
        {"tool_choices": ("auto", "none", "required"), "required_word": "any"},
        "look",
        "any",
    ),
    "required, where nothing can be forced": (AUTO, "required", "auto"),
    "a named tool, where nothing can be forced": (AUTO, "look", "auto"),
    "required, of a model that reasons unasked": (
        {"forced_tools": "unless_thinking", **UNASKED},
        "required",
        "auto",
    ),
    "required, of a model that does not reason": ({"forced_tools": "unless_thinking"}, "required", "required"),
    "never forced": ({"forced_tools": "never"}, "look", "auto"),
    "auto, where there is no choice": ({"tool_choices": ()}, "auto", None),
}


@pytest.mark.parametrize(("features", "choice", "expected"), CHOICES.values(), ids=CHOICES)
def test_a_choice_that_the_service_does_not_know_becomes_the_nearest(
    features: Fields, choice: str, expected: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """An agent that moves to another vendor goes on; the log says what it has lost, and strict mode raises."""
    settings = ModelSettings(tool_choice=choice)
    assert body(settings, features, tools=[LOOK, SEE]).get("tool_choice") == expected
    fell = choice != "auto" and expected in ("auto", "any") and not (choice == "required" and expected == "any")
    assert ("cannot be forced" in caplog.text) is fell
    if fell:
        with pytest.raises(UserError, match="cannot be forced"):
            body(settings, {**features, "strict": True}, tools=[LOOK, SEE])


def test_no_tools_are_sent_where_none_cannot_be_chosen() -> None:
    """Mistral writes garbage when it has tools and may call none."""
    found = body(ModelSettings(tool_choice="none"), {"tool_choices": ("auto", "required")}, tools=[LOOK])
    assert not {"tools", "tool_choice"} & found.keys()


def test_settings_that_the_service_refuses_are_left_out(caplog: pytest.LogCaptureFixture) -> None:
    """A run that moves to another vendor should not end with a 400 about a penalty."""
    settings = ModelSettings(presence_penalty=0.5, temperature=0.2, parallel_tool_calls=False, store=True)
    features = {"refused_settings": ("presence_penalty", "store"), "parallel_calls_setting": False}
    found = body(settings, features, tools=[LOOK])
    assert found["temperature"] == 0.2
    assert not {"presence_penalty", "store", "parallel_tool_calls"} & found.keys()
    assert caplog.text.count("Ignored:") == 3
    caplog.clear()
    assert "parallel_tool_calls" not in body(ModelSettings(parallel_tool_calls=True), features, tools=[LOOK])
    assert not caplog.text, "calls in parallel are what such a service does anyway"


def test_keywords_that_the_service_refuses_move_into_the_description() -> None:
    """The model may still read them, and the answer is checked against the whole schema on our side."""
    refused = {"refused_keywords": ("minLength", "default", "additionalProperties"), "strict_schemas": False}
    output_spec = OutputSpec("final_output", {**SCHEMA, "additionalProperties": False}, strict=True)
    found = body(None, refused, tools=[LOOK], output_spec=output_spec)
    expected = {"type": "object", "properties": {"city": {"type": "string", "description": "(minLength: 2)"}}}
    assert found["tools"][0]["function"]["parameters"] == expected
    assert found["response_format"]["json_schema"] == {"name": "final_output", "schema": expected}
    assert "strict" not in found["tools"][0]["function"]


# The prompt's cache.


def test_one_setting_caches_the_prompt_wherever_that_can_be_asked_for() -> None:
    """OpenAI has fields for it, Claude's hosts want marks, and the others do it by themselves."""
    settings = ModelSettings(prompt_cache_retention="24h", prompt_cache_options={"mode": "implicit"})
    assert body(settings)["prompt_cache_retention"] == "24h"
    assert body(settings)["prompt_cache_options"] == {"mode": "implicit"}
    assert body(settings, {"prompt_cache": "automatic"}) == body()
    marked = body(settings, {"prompt_cache": "marks"}, instructions="Be brief.")["messages"]
    mark = {"cache_control": {"type": "ephemeral"}}
    assert marked == [
        {"role": "system", "content": [{"type": "text", "text": "Be brief.", **mark}]},
        {"role": "user", "content": [{"type": "text", "text": "Hi", **mark}]},
    ]
