"""How settings merge, what of them a trace may show, and what they refuse."""

from __future__ import annotations

import copy
import inspect
import json
import math
import pickle
from dataclasses import asdict, fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.shared import Reasoning
from pydantic import ValidationError

from agents.exceptions import UserError
from agents.memory import SessionSettings
from agents.model_settings import MCPToolChoice, ModelSettings, coerce_model_settings
from agents.retry import ModelRetryBackoffSettings, ModelRetrySettings, retry_policies

Fields = dict[str, Any]

FULL: Fields = {
    "temperature": 0.5,
    "top_p": 0.9,
    "frequency_penalty": 0.1,
    "presence_penalty": 0.2,
    "tool_choice": "auto",
    "parallel_tool_calls": True,
    "truncation": "auto",
    "max_tokens": 100,
    "reasoning": Reasoning(effort="low"),
    "verbosity": "low",
    "metadata": {"who": "me"},
    "store": False,
    "prompt_cache_retention": "24h",
    "include_usage": True,
    "response_include": ["file_search_call.results"],
    "top_logprobs": 2,
    "extra_query": {"q": "1"},
    "extra_body": {"b": 1},
    "extra_headers": {"x-h": "1"},
    "extra_args": {"a": 1},
    "retry": ModelRetrySettings(max_retries=2),
    "context_management": [{"type": "compaction"}],
    "prompt_cache_options": {"mode": "explicit"},
    "preserve_raw_usage": True,
    "timeout": 9.0,
}


def test_the_table_of_this_file_names_every_setting() -> None:
    """A setting that is added must be merged, shown and tested as well."""
    assert set(FULL) == {f.name for f in fields(ModelSettings)}


@pytest.mark.parametrize("name", FULL)
def test_a_set_value_wins_and_none_keeps(name: str) -> None:
    """A run overrides its agent setting by setting, and is silent about the others."""
    base, full = ModelSettings(), ModelSettings(**{name: FULL[name]})
    assert getattr(base.resolve(full), name) == FULL[name]
    assert getattr(full.resolve(base), name) == FULL[name]
    assert getattr(full.resolve({}), name) == FULL[name]
    assert full.resolve(None) is full


FALSE = {
    "temperature": 0.0,
    "max_tokens": 0,
    "store": False,
    "metadata": {},
    "response_include": [],
    "extra_args": {},
}


@pytest.mark.parametrize(("name", "value"), FALSE.items())
def test_zero_false_and_empty_are_values(name: str, value: Any) -> None:
    """Temperature 0 means 0, not "whatever the agent had"."""
    resolved = getattr(ModelSettings(**FULL).resolve(ModelSettings(**{name: value})), name)
    assert resolved == (FULL[name] if name == "extra_args" else value)


MERGES: dict[str, tuple[Fields, Fields, Fields]] = {
    "extra_args add up": (
        {"extra_args": {"a": 1, "b": 1}},
        {"extra_args": {"b": 2, "c": 2}},
        {"extra_args": {"a": 1, "b": 2, "c": 2}},
    ),
    "other extras are replaced": (
        {"extra_body": {"a": 1}, "extra_headers": {"x": "1"}, "metadata": {"a": "1"}},
        {"extra_body": {"b": 2}, "extra_headers": {"y": "2"}, "metadata": {"b": "2"}},
        {"extra_body": {"b": 2}, "extra_headers": {"y": "2"}, "metadata": {"b": "2"}},
    ),
    "retries merge field by field": (
        {"retry": ModelRetrySettings(max_retries=2, backoff={"initial_delay": 1.0, "jitter": False})},
        {"retry": ModelRetrySettings(backoff={"initial_delay": 3.0})},
        {"retry": ModelRetrySettings(max_retries=2, backoff={"initial_delay": 3.0, "jitter": False})},
    ),
}


@pytest.mark.parametrize("as_dict", [False, True], ids=["settings", "dict"])
@pytest.mark.parametrize(("base", "over", "expected"), MERGES.values(), ids=MERGES)
def test_what_is_merged_and_what_is_replaced(base: Fields, over: Fields, expected: Fields, as_dict: bool) -> None:
    """A run adds to the arguments that its agent's client needs; everything else is one decision."""
    before = copy.deepcopy((base, over))
    resolved = ModelSettings(**base).resolve(over if as_dict else ModelSettings(**over))
    assert resolved == ModelSettings(**expected)
    assert (base, over) == before


SETTINGS = st.fixed_dictionaries({}, optional={name: st.just(value) for name, value in FULL.items()}).map(
    lambda chosen: ModelSettings(**chosen)
)


@given(SETTINGS, SETTINGS, SETTINGS)
def test_merging_is_associative(one: ModelSettings, two: ModelSettings, three: ModelSettings) -> None:
    """Provider, agent and run may be merged in either grouping."""
    assert one.resolve(two).resolve(three) == one.resolve(two.resolve(three))
    assert one.resolve(one) == one


def test_settings_are_plain_json_data() -> None:
    """They are stored with a run and shown in traces."""
    data = ModelSettings(**FULL).to_json_dict()
    assert set(data) == set(FULL)
    assert json.loads(json.dumps(data)) == data
    assert data["reasoning"] == {"effort": "low"}
    backoff = ModelRetrySettings(backoff={"jitter": True}, policy=retry_policies.network_error())
    data = ModelSettings(
        tool_choice=MCPToolChoice("docs", "find"), retry=backoff, extra_args={"f": print}
    ).to_json_dict()
    assert data["tool_choice"] == {"server_label": "docs", "name": "find"}
    assert data["retry"]["backoff"]["jitter"] is True
    assert json.loads(json.dumps(data)) == data


def test_a_trace_shows_no_extras() -> None:
    """Headers, bodies and arguments of the user's own may hold keys."""
    shown = ModelSettings(**FULL).to_traceable_dict()
    hidden = {"extra_query", "extra_body", "extra_headers", "extra_args", "preserve_raw_usage"}
    assert set(shown) == set(FULL) - hidden


COERCED: dict[str, tuple[Fields, ModelSettings]] = {
    "nothing": ({}, ModelSettings()),
    "all": (FULL, ModelSettings(**FULL)),
    "dicts within": (
        {
            "retry": {"max_retries": 3, "backoff": {"max_delay": 2.0}},
            "tool_choice": {"server_label": "docs", "name": "find"},
        },
        ModelSettings(
            retry=ModelRetrySettings(max_retries=3, backoff=ModelRetryBackoffSettings(max_delay=2.0)),
            tool_choice=MCPToolChoice("docs", "find"),
        ),
    ),
}


@pytest.mark.parametrize(("value", "expected"), COERCED.values(), ids=COERCED)
def test_settings_may_be_written_as_a_dict(value: Fields, expected: ModelSettings) -> None:
    """Settings come from configuration files as often as from code."""
    assert coerce_model_settings(value) == expected
    assert coerce_model_settings(expected) is expected


BAD: dict[str, tuple[Any, str]] = {
    "a name that is none": (
        {"temprature": 1, 5: 1},
        "Unknown model settings: 5, temprature. Known: .*temperature",
    ),
    "no settings": (["temperature"], "must be ModelSettings or a dict, not list"),
}


@pytest.mark.parametrize(("value", "message"), BAD.values(), ids=BAD)
def test_what_is_no_settings_is_refused(value: Any, message: str) -> None:
    """A typo in a dict must fail where it stands, and say what there is."""
    with pytest.raises(UserError, match=message):
        coerce_model_settings(value)


WRONG: dict[str, tuple[Fields, str]] = {
    "a setting that there is not": ({"temprature": 1}, "temprature"),
    "a word for a number": ({"temperature": "hot"}, "temperature"),
    "half a token": ({"max_tokens": 1.5}, "max_tokens"),
    "a word that is none of them": ({"verbosity": "loud"}, "verbosity"),
    "a retry setting that is none": ({"retry": {"tries": 3}}, r"retry\.tries"),
    "a bad retry value": ({"retry": {"max_retries": -1}}, r"retry\.max_retries"),
    "half a tool choice": ({"tool_choice": {"name": "find"}}, "server_label"),
    "reasoning in words": ({"reasoning": "hard"}, "reasoning"),
    "an unknown effort": ({"reasoning": {"effort": ["low"]}}, "effort"),
    "headers in a row": ({"extra_headers": ["a"]}, "extra_headers"),
    "a header that is no text": ({"extra_headers": {"a": 1}}, "header 'a' must be a text, not int"),
    **{f"time-out {value!r}": ({"timeout": value}, "timeout") for value in (0, -1, math.nan, math.inf, "5", True)},
}


@pytest.mark.parametrize(("value", "named"), WRONG.values(), ids=WRONG)
def test_a_wrong_setting_is_named_where_it_is_written(value: Fields, named: str) -> None:
    """A slip must fail where it stands, not as a 400 or a hang hours later, be it in code or in a file."""
    with pytest.raises(ValidationError, match=named):
        ModelSettings(**value)


@pytest.mark.parametrize("kind", [ModelSettings, ModelRetrySettings, SessionSettings])
def test_a_signature_names_every_setting(kind: type[Any]) -> None:
    """Editors and ``help`` show the signature: it is where people look for what there is to set."""
    assert list(inspect.signature(kind).parameters) == [each.name for each in fields(kind)]


@pytest.mark.parametrize("name", FULL)
def test_settings_outlive_a_pickle_and_a_copy(name: str) -> None:
    """Settings travel to workers, and are copied with one thing changed before many a call."""
    settings = ModelSettings(**{name: FULL[name]})
    assert pickle.loads(pickle.dumps(settings)) == replace(settings) == copy.deepcopy(settings) == settings
    assert set(asdict(settings)) == {each.name for each in fields(ModelSettings)}


def test_reasoning_may_be_written_as_a_dict() -> None:
    """Settings come from configuration files, which know no classes."""
    assert ModelSettings(reasoning={"effort": "low"}).reasoning == Reasoning(effort="low")  # type: ignore[arg-type]
