"""What an answer cost, wherever and however a service says it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from .chat import chunk, chunks, decoded, spent, streamed, whole

USAGE = {
    "prompt_tokens": 10,
    "completion_tokens": 5,
    "total_tokens": 15,
    "prompt_tokens_details": {"cached_tokens": 4, "cache_write_tokens": 2},
    "completion_tokens_details": {"reasoning_tokens": 3},
}
USAGES: dict[str, tuple[Any, tuple[int, ...]]] = {
    "all": (USAGE, (1, 10, 5, 15, 4, 2, 3)),
    "counts alone": ({"prompt_tokens": 10, "completion_tokens": 5}, (1, 10, 5, 15, 0, 0, 0)),
    "DeepSeek's cache": ({"prompt_tokens": 10, "prompt_cache_hit_tokens": 4}, (1, 10, 0, 10, 4, 0, 0)),
    "the cache of Kimi's first models": ({"prompt_tokens": 10, "cached_tokens": 4}, (1, 10, 0, 10, 4, 0, 0)),
    "LiteLLM's cache writes": (
        {"prompt_tokens": 10, "cache_creation_input_tokens": 2},
        (1, 10, 0, 10, 0, 2, 0),
    ),
    "xAI counts reasoning in the total alone": ({**USAGE, "total_tokens": 18}, (1, 10, 8, 18, 4, 2, 3)),
    "nulls": (
        {
            "prompt_tokens": 10,
            "prompt_tokens_details": None,
            "completion_tokens_details": {"reasoning_tokens": None},
        },
        (1, 10, 0, 10, 0, 0, 0),
    ),
    "lists for empty details": ({"prompt_tokens": 10, "prompt_tokens_details": []}, (1, 10, 0, 10, 0, 0, 0)),
    "floats and text": ({"prompt_tokens": 10.0, "completion_tokens": "5"}, (1, 10, 5, 15, 0, 0, 0)),
    "no usage": (None, (0, 0, 0, 0, 0, 0, 0)),
    "nonsense": ({"prompt_tokens": "many"}, (0, 0, 0, 0, 0, 0, 0)),
}


@pytest.mark.parametrize(("usage", "expected"), USAGES.values(), ids=USAGES)
def test_usage_counts_all_that_was_read_and_written(usage: Any, expected: tuple[int, ...]) -> None:
    """Bills add up only if every dialect means the same by input, output and total."""
    assert spent(decoded(whole({"content": "A"}, usage=usage))) == expected
    last = {"id": "r1", "choices": [], "usage": usage}
    for stream in (
        [*chunks({"content": "A"}), last],
        [chunk({"content": "A"}), chunk(finish="stop", usage=usage)],
    ):
        events, response = streamed(stream)
        assert spent(response) == expected
        assert events[-1].response.usage.total_tokens == expected[3]


def test_usage_is_counted_once_wherever_it_stands() -> None:
    """Groq and Kimi have places of their own, and some services repeat it, growing, with each chunk."""
    zero = {"prompt_tokens": 0, "completion_tokens": 0}
    grown = chunk({"content": "A"}, usage={**USAGE, "completion_tokens": 1, "total_tokens": 11})
    streams = {
        "Groq": [*chunks({"content": "A"}), {"choices": [], "x_groq": {"usage": USAGE}}],
        "Kimi": [
            chunk({"content": "A"}),
            {"choices": [{"index": 0, "usage": USAGE, "finish_reason": "stop"}]},
        ],
        "growing": [grown, chunk(finish="stop", usage=USAGE)],
        "zero at the end": [chunk({"content": "A"}, usage=USAGE), chunk(finish="stop", usage=zero)],
    }
    for name, stream in streams.items():
        assert spent(streamed(stream)[1]) == USAGES["all"][1], name


def test_the_providers_own_record_is_kept_on_request_only() -> None:
    """Prices depend on fields that no common form has; but nobody pays for what they did not ask for."""
    assert decoded(whole({"content": "A"}, usage=USAGE)).raw_usage is None
    assert decoded(whole({"content": "A"}, usage=USAGE), keep_usage=True).raw_usage == USAGE
    thing = SimpleNamespace(prompt_tokens=3)
    events, response = streamed([*chunks({"content": "A"}), {"choices": [], "usage": thing}], keep_usage=True)
    assert response.raw_usage == {"prompt_tokens": 3}
    assert events[-1].response.provider_data == {"raw_usage": {"prompt_tokens": 3}}
