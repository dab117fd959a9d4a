"""Any conversation, made legal for its next reader: what holds for all, and the cases once reported."""

from __future__ import annotations

import copy
import json
import re
from itertools import zip_longest
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.protocols.base import CallIds, Profile
from agents.protocols.history import INTERRUPTED, content_parts, fit, maker_of

from .chat import call, made, output, said, thought, unmade, user

NINE = CallIds(re.compile(r"[a-zA-Z0-9]{9}\Z"), "", 9)
PROFILES = [
    Profile(provider="acme", reasoning_replay="thinking_blocks"),
    Profile(provider="acme", reasoning_replay="reasoning_content", call_ids=NINE),
    Profile(provider="acme"),
]

# Random conversations: several makers, orphans both ways, doubled, odd or missing ids, reasoning anywhere.

IDS = st.sampled_from(["call_1", "call_2", "toolu_é", "a|b", "x" * 70, "", "123456789"]) | st.text(max_size=5)
NOTES: st.SearchStrategy[dict[str, Any] | None] = st.none() | st.fixed_dictionaries(
    {"provider": st.sampled_from(["acme", "other"])}, optional={"response_id": st.sampled_from(["r1", "r2"])}
)
ARGUMENTS = st.sampled_from(["{}", '{"a": 1}', "", None, "{broken", "[]", {"a": [1]}, "\ud800", '{"a": NaN}'])


def items() -> st.SearchStrategy[dict[str, Any]]:
    users = st.sampled_from(["user", "system", "developer"]).map(lambda role: {**user(), "role": role})
    easy = st.builds(lambda role: {"role": role, "content": "Hi"}, st.sampled_from(["user", "assistant"]))
    texts = st.sampled_from(["A", ""]).map(said)
    thoughts = st.builds(thought, st.sampled_from(["hm", ""]), st.sampled_from([None, "s1", "s2"]))
    calls = st.builds(call, IDS, arguments=ARGUMENTS)
    outputs = st.builds(output, IDS, st.sampled_from(["done", "", None, [{"type": "input_text", "text": "x"}]]))
    mine = st.builds(_signed, texts | thoughts | calls, NOTES)
    return st.one_of(users, easy, mine, calls, outputs, outputs)


def _signed(item: dict[str, Any], note: dict[str, Any] | None) -> dict[str, Any]:
    return {**unmade(item), **({"provider_data": note} if note else {})}


CONVERSATIONS = st.lists(items(), max_size=14)


def is_ours(item: dict[str, Any]) -> bool:
    """Whether an item is of the assistant's turn."""
    kind = item["type"]
    return kind in ("reasoning", "function_call") or (kind == "message" and item["role"] == "assistant")


@given(CONVERSATIONS, st.sampled_from(PROFILES))
def test_every_call_has_its_output_right_behind_its_turn(conversation: list[Any], profile: Profile) -> None:
    """Every vendor refuses a call without an output, an output without a call, and results out of order."""
    waiting: list[str] = []
    answering = False
    for item in fit(conversation, profile):
        if item["type"] == "function_call_output":
            answering = True
            assert item["call_id"] == waiting.pop(0)
            continue
        assert not (answering and waiting), "the outputs of a turn stand together"
        assert is_ours(item) or not waiting, "nothing comes between a turn and its outputs"
        answering = False
        if item["type"] == "function_call":
            waiting.append(item["call_id"])
    assert not waiting


@given(CONVERSATIONS, st.sampled_from(PROFILES))
def test_call_ids_are_unique_and_as_the_reader_wants_them(conversation: list[Any], profile: Profile) -> None:
    """A doubled id is refused by Anthropic, one of another alphabet or length by Mistral and OpenAI."""
    ids = [item["call_id"] for item in fit(conversation, profile) if item["type"] == "function_call"]
    assert len(set(ids)) == len(ids) == sum(item.get("type") == "function_call" for item in conversation)
    assert all(profile.call_ids.pattern.match(call_id) for call_id in ids)


@given(CONVERSATIONS, st.sampled_from(PROFILES))
def test_arguments_are_json_objects(conversation: list[Any], profile: Profile) -> None:
    """LiteLLM parses the arguments of old calls for Claude and Gemini, and fails on what is no JSON."""
    for item in fit(conversation, profile):
        if item["type"] == "function_call":
            assert isinstance(json.loads(item["arguments"]), dict)


@given(CONVERSATIONS, st.sampled_from(PROFILES))
def test_reasoning_goes_to_its_maker_with_its_turn_or_not_at_all(conversation: list[Any], profile: Profile) -> None:
    """A stranger's reasoning is refused, and so is reasoning that led to nothing."""
    fitted = fit(conversation, profile)
    for item, after in zip_longest(fitted, fitted[1:]):
        if item["type"] == "reasoning":
            assert profile.reasoning_replay != "never"
            assert maker_of(item) == "acme"
            assert profile.reasoning_replay != "thinking_blocks" or item["encrypted_content"]
            assert after is not None
            assert is_ours(after)


@given(CONVERSATIONS, st.sampled_from(PROFILES))
def test_what_people_said_is_kept_in_order(conversation: list[Any], profile: Profile) -> None:
    """Repairs may add to a conversation, but never touch what its people and its author wrote."""

    def spoken(each: list[Any]) -> list[Any]:
        return [(i["role"], i["content"]) for i in each if i.get("role", "assistant") != "assistant"]

    told = [item for item in fit(conversation, profile) if not _is_told(item)]
    assert spoken(told) == spoken(conversation)


def _is_told(item: dict[str, Any]) -> bool:
    first = next(iter(content_parts(item.get("content"))), {})
    return str(first.get("text", "")).startswith("Output of an earlier tool call")


@given(CONVERSATIONS, st.sampled_from(PROFILES))
def test_no_output_is_lost(conversation: list[Any], profile: Profile) -> None:
    """A result that was paid for reaches the model, if need be as text."""
    given_outputs = [item for item in conversation if item.get("type") == "function_call_output"]
    fitted = fit(conversation, profile)
    told = [item for item in fitted if _is_told(item)]
    kept = [i for i in fitted if i["type"] == "function_call_output" and i["output"] != INTERRUPTED]
    assert len(told) + len(kept) == len(given_outputs)


@given(CONVERSATIONS, st.sampled_from(PROFILES))
def test_fitting_is_pure_steady_and_idempotent(conversation: list[Any], profile: Profile) -> None:
    """The prompt cache needs the same request each time, and a caller's history is not ours to write in."""
    before = copy.deepcopy(conversation)
    once = fit(conversation, profile)
    assert fit(conversation, profile) == once
    assert conversation == before
    assert fit(once, profile) == once


@given(CONVERSATIONS, st.sampled_from(PROFILES))
def test_a_longer_conversation_begins_like_the_shorter(conversation: list[Any], profile: Profile) -> None:
    """An id that changed between two turns of a run would break the prompt cache."""
    whole = [call("call_1"), output("call_1"), *conversation, user()]
    longer = fit([*whole, call("call_1"), output("call_1")], profile)
    assert longer[: len(fit(whole, profile))] == fit(whole, profile)


# Reported cases, by row of the list of what goes wrong on other vendors' models.

ACME = Profile(provider="acme", reasoning_replay="thinking_blocks")


def foreign(item: dict[str, Any]) -> dict[str, Any]:
    return made(unmade(item), "x1", provider="other", model="other/two")


def told(text: str) -> dict[str, Any]:
    parts = [{"type": "input_text", "text": part} for part in ("Output of an earlier tool call:", text)]
    return {"type": "message", "role": "user", "content": parts}


LATE = [thought("hm", "s1"), call("a"), user("Wait"), output("a")]
CASES: dict[str, tuple[list[Any], list[Any]]] = {
    "several thinking blocks stay": (
        [thought("a", "s1"), thought("b", "s2"), call(), output()],
        [thought("a", "s1"), thought("b", "s2"), call(), output()],
    ),
    "a block belongs to the turn that made it": (
        [thought("a", "s1", "r1"), thought("b", "s2", "r2"), said("B", "r2")],
        [thought("b", "s2", "r2"), said("B", "r2")],
    ),
    "reasoning without its item": ([user(), thought("a", "s1"), user()], [user(), user()]),
    "reasoning at the end": ([said("A"), thought("a", "s1")], [said("A")]),
    "a turn of thinking alone": ([thought("a", "s1"), output("gone")], [told("done")]),
    "an empty answer": ([user(), thought("a", "s1"), said("")], [user()]),
    "an item without its reasoning": ([call(), output()], [call(), output()]),
    "the same id in two turns": (
        [call(), output(result="1"), user(), call(response="r2"), output(result="2")],
        [
            call(),
            output(result="1"),
            user(),
            call("call_74196fe72e4cdc135c1033e0", "r2"),
            output("call_74196fe72e4cdc135c1033e0", "2"),
        ],
    ),
    "an open call of an earlier turn does not take a later output": (
        [call(), user(), call(response="r2"), output(result="2")],
        [
            call(),
            output(result=INTERRUPTED),
            user(),
            call("call_74196fe72e4cdc135c1033e0", "r2"),
            output("call_74196fe72e4cdc135c1033e0", "2"),
        ],
    ),
    "results out of order": (
        [call("a"), call("b"), output("b", "B"), output("a", "A")],
        [call("a"), call("b"), output("a", "A"), output("b", "B")],
    ),
    "a call after a result is another turn, whatever the response ids say": (
        [call("a"), output("a", "A"), call("b"), output("b", "B"), said("A")],
        [call("a"), output("a", "A"), call("b"), output("b", "B"), said("A")],
    ),
    "calls by hand, one after the other": (
        [unmade(call("a")), output("a", "A"), unmade(call("b")), output("b", "B")],
        [unmade(call("a")), output("a", "A"), unmade(call("b")), output("b", "B")],
    ),
    "parallel calls by hand": (
        [unmade(call("a")), unmade(call("b")), output("a", "A"), output("b", "B")],
        [unmade(call("a")), unmade(call("b")), output("a", "A"), output("b", "B")],
    ),
    "turns that follow each other stay turns": (
        [call("a", "r1"), call("b", "r2"), output("a", "A"), output("b", "B")],
        [call("a", "r1"), output("a", "A"), call("b", "r2"), output("b", "B")],
    ),
    "a result that comes late, after an approval": (LATE, [*LATE[:2], output("a"), user("Wait")]),
    "a call that was cut off": ([call("a")], [call("a"), output("a", INTERRUPTED)]),
    "an output of nothing": ([output("gone", "42"), said("A")], [told("42"), said("A")]),
    "an output twice": (
        [call("a"), output("a", "1"), output("a", "2")],
        [call("a"), output("a", "1"), told("2")],
    ),
    "a history of another vendor": (
        [
            user(),
            foreign(thought("x", "theirs")),
            foreign(call("toolu_1")),
            output("toolu_1"),
            foreign(said("X")),
        ],
        [user(), foreign(call("toolu_1")), output("toolu_1"), foreign(said("X"))],
    ),
    "an id of another alphabet": (
        [foreign(call("functions.look:0")), output("functions.look:0")],
        [foreign(call("call_ec0002042636dd8aa1e59e55")), output("call_ec0002042636dd8aa1e59e55")],
    ),
    "no id at all": (
        [foreign(call("")), output("")],
        [foreign(call("call_db3426e878068d28d269b6c8")), output("call_db3426e878068d28d269b6c8")],
    ),
}


@pytest.mark.parametrize(("conversation", "expected"), CASES.values(), ids=CASES)
def test_reported_conversations_are_mended(conversation: list[Any], expected: list[Any]) -> None:
    """Each of these was a 400 from some vendor, in somebody's production."""
    assert fit(conversation, ACME) == expected


ARGUMENT_CASES = {
    "an object": ({"city": "Köln"}, '{"city": "Köln"}'),
    "its text, as the model wrote it": ('{ "city":"A" }', '{ "city":"A" }'),
    "nothing": (None, "{}"),
    "blanks": ("  ", "{}"),
    "half of it": ('{"city', '{"INVALID_JSON": "{\\"city"}'),
    "a list": ("[1]", '{"INVALID_JSON": "[1]"}'),
}


@pytest.mark.parametrize(("arguments", "expected"), ARGUMENT_CASES.values(), ids=ARGUMENT_CASES)
def test_arguments_keep_their_words(arguments: Any, expected: str) -> None:
    """A model that is told of its broken arguments must find them in its own turn."""
    assert fit([call(arguments=arguments)], ACME)[0]["arguments"] == expected
