"""Counting what a run costs: sums that share nothing, and data that comes back as it went."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.usage import (
    RequestUsage,
    Usage,
    deserialize_usage,
    input_details,
    model_usage_to_span_usage,
    output_details,
    serialize_usage,
    task_usage_to_span_data,
    turn_usage_to_span_data,
)

COUNT = st.integers(0, 10**9)
DETAILS = {
    "input_tokens_details": st.builds(input_details, COUNT, COUNT),
    "output_tokens_details": st.builds(output_details, COUNT),
}
TOKENS = {"input_tokens": COUNT, "output_tokens": COUNT, "total_tokens": COUNT, **DETAILS}
ENTRIES = st.builds(RequestUsage, **TOKENS)
USAGES = st.builds(Usage, requests=COUNT, request_usage_entries=st.lists(ENTRIES, max_size=3), **TOKENS)


def one(input_tokens: int = 10, output_tokens: int = 5, cached: int = 4, written: int = 2, reasoning: int = 3) -> Usage:
    """The usage of one call."""
    return Usage(
        requests=1,
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        total_tokens=input_tokens + output_tokens,
        input_tokens_details=input_details(cached, written),
        output_tokens_details=output_details(reasoning),
    )


def test_a_sum_counts_every_field() -> None:
    """A field that is left out of the sum makes the bill of a run too small."""
    usage = Usage()
    usage.add(one())
    usage.add(one(1, 1, 1, 1, 1))
    assert (usage.requests, usage.input_tokens, usage.output_tokens, usage.total_tokens) == (2, 11, 6, 17)
    assert usage.input_tokens_details == input_details(5, 3)
    assert usage.output_tokens_details == output_details(4)
    assert [entry.total_tokens for entry in usage.request_usage_entries] == [15, 2]


@given(USAGES, USAGES)
def test_adding_changes_neither_the_other_nor_later_the_one_through_it(mine: Usage, other: Usage) -> None:
    """The usage of a response is kept in the result; a sum that changed it would count twice."""
    before = copy.deepcopy(other)
    mine.add(other)
    assert other == before
    total = copy.deepcopy(mine)
    other.input_tokens_details.cached_tokens += 1
    other.output_tokens_details.reasoning_tokens += 1
    for entry in other.request_usage_entries:
        entry.input_tokens += 1
        entry.input_tokens_details.cached_tokens += 1
        entry.output_tokens_details.reasoning_tokens += 1
    assert mine == total


@given(st.lists(USAGES, max_size=4))
def test_the_order_of_adding_changes_no_total(usages: list[Usage]) -> None:
    """Calls of parallel agents end in any order."""
    there, back = Usage(), Usage()
    for usage in usages:
        there.add(usage)
    for usage in reversed(usages):
        back.add(usage)
    assert task_usage_to_span_data(there) == task_usage_to_span_data(back)
    assert there.output_tokens_details == back.output_tokens_details


@pytest.mark.parametrize(
    ("usage", "entries"),
    [
        (one(), 1),
        (Usage(requests=1), 0),  # a provider that reported nothing
        (Usage(requests=2, input_tokens=4), 0),  # nobody can tell whose tokens they are
        (
            Usage(
                requests=2,
                request_usage_entries=[RequestUsage(1, 1, 2, input_details(), output_details())] * 2,
            ),
            2,
        ),
    ],
)
def test_there_is_an_entry_for_each_request_that_reported(usage: Usage, entries: int) -> None:
    """Prices step with the size of a request, so the sum alone is not enough."""
    total = Usage()
    total.add(usage)
    assert len(total.request_usage_entries) == entries


class Details:
    """Details as some service left them: with null, or without a field."""

    def __init__(self, **fields: Any) -> None:
        vars(self).update(fields)


@pytest.mark.parametrize("read", [None, Details(), Details(cached_tokens=None, cache_write_tokens=None)])
@pytest.mark.parametrize("written", [None, Details(), Details(reasoning_tokens=None)])
def test_missing_details_are_zero(read: Any, written: Any) -> None:
    """A service that says nothing of its cache must not break the sum of a run that used others as well."""
    usage = Usage(requests=1, input_tokens=1, input_tokens_details=read, output_tokens_details=written)
    assert (usage.input_tokens_details, usage.output_tokens_details) == (input_details(), output_details())
    usage.add(one())
    assert usage.input_tokens_details == input_details(4, 2)


def test_null_cache_writes_keep_the_cache_reads() -> None:
    """Half a detail is still that half."""
    usage = Usage(input_tokens_details=Details(cached_tokens=4, cache_write_tokens=None))  # type: ignore[arg-type]
    assert usage.input_tokens_details == input_details(4)


@given(USAGES)
def test_usage_comes_back_as_it_went(usage: Usage) -> None:
    """A run that is put down and picked up goes on counting where it was."""
    assert deserialize_usage(json.loads(json.dumps(serialize_usage(usage)))) == usage


OLD: dict[str, tuple[dict[str, Any], Usage]] = {
    "nothing": ({}, Usage()),
    "details in a list": (
        {"input_tokens": 3, "input_tokens_details": [{"cached_tokens": 2}], "output_tokens_details": []},
        Usage(input_tokens=3, input_tokens_details=input_details(2)),
    ),
    "nulls": (
        {"requests": None, "input_tokens": None, "input_tokens_details": None, "request_usage_entries": None},
        Usage(),
    ),
}


@pytest.mark.parametrize(("data", "expected"), OLD.values(), ids=OLD)
def test_older_and_poorer_records_are_read(data: dict[str, Any], expected: Usage) -> None:
    """States are stored for months, and written by other versions."""
    assert deserialize_usage(data) == expected


def test_spans_show_usage_in_plain_data() -> None:
    """Exporters write JSON and know no types of ours."""
    tokens = {"input_tokens": 10, "output_tokens": 5}
    cache = {"cached_input_tokens": 4, "cache_write_input_tokens": 2}
    assert turn_usage_to_span_data(one()) == {**tokens, **cache}
    assert task_usage_to_span_data(one()) == {**tokens, **cache, "requests": 1, "total_tokens": 15}
    assert model_usage_to_span_usage(one()) == {
        **tokens,
        "requests": 1,
        "total_tokens": 15,
        "input_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 2},
        "output_tokens_details": {"reasoning_tokens": 3},
    }
