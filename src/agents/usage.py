"""What a run costs, in requests and tokens.

The same rule holds for every provider: ``input_tokens`` counts all that the model read (cached tokens
included), ``output_tokens`` all that it wrote (reasoning included), ``total_tokens`` their sum; the details
say the parts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from . import openai_types as oai
from .util._pydantic import schema_of_fields

if TYPE_CHECKING:
    from openai.types.responses.response_usage import InputTokensDetails, OutputTokensDetails
    from pydantic_core import CoreSchema


def input_details(cached_tokens: int | None = 0, cache_write_tokens: int | None = 0) -> InputTokensDetails:
    """The parts of the input."""
    parts = {"cached_tokens": cached_tokens or 0, "cache_write_tokens": cache_write_tokens or 0}
    return oai.unchecked(oai.InputTokensDetails, parts)


def output_details(reasoning_tokens: int | None = 0) -> OutputTokensDetails:
    """The parts of the output."""
    return oai.unchecked(oai.OutputTokensDetails, {"reasoning_tokens": reasoning_tokens or 0})


def _cached(details: object) -> int:
    return getattr(details, "cached_tokens", 0) or 0


def _cache_write(details: object) -> int:
    return getattr(details, "cache_write_tokens", 0) or 0


def _reasoning(details: object) -> int:
    return getattr(details, "reasoning_tokens", 0) or 0


def _detail_types() -> dict[str, Any]:
    return {"InputTokensDetails": oai.InputTokensDetails, "OutputTokensDetails": oai.OutputTokensDetails}


@dataclass
class RequestUsage:
    """The tokens of one request."""

    input_tokens: int
    output_tokens: int
    total_tokens: int
    input_tokens_details: InputTokensDetails
    output_tokens_details: OutputTokensDetails
    provider: str | None = None
    """Who answered, by the name that model strings use; ``None`` where that is not known."""
    model: str | None = None
    """The model that answered, by its provider's name."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> CoreSchema:
        return schema_of_fields(source, handler, **_detail_types())


@dataclass
class Usage:
    """The requests and tokens of a run, or of one model call."""

    requests: int = 0
    """How many requests were made to a model's service."""
    input_tokens: int = 0
    """Tokens read by the models, cached ones included."""
    input_tokens_details: InputTokensDetails = field(default_factory=input_details)
    """How many of the input tokens were read from, or written to, the provider's cache."""
    output_tokens: int = 0
    """Tokens written by the models, reasoning included."""
    output_tokens_details: OutputTokensDetails = field(default_factory=output_details)
    """How many of the output tokens were reasoning."""
    total_tokens: int = 0
    """Input and output together."""
    request_usage_entries: list[RequestUsage] = field(default_factory=list)
    """One entry for each request that reported tokens, in order: what an exact price needs."""
    tool_calls: int = field(default=0, compare=False)
    """How many calls of function tools were carried out."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> CoreSchema:
        return schema_of_fields(source, handler, **_detail_types())

    def __post_init__(self) -> None:
        # Services leave details out or null; both mean zero, so that sums never meet a None.
        details = self.input_tokens_details
        if getattr(details, "cached_tokens", None) is None or getattr(details, "cache_write_tokens", 0) is None:
            self.input_tokens_details = input_details(_cached(details), _cache_write(details))
        if getattr(self.output_tokens_details, "reasoning_tokens", None) is None:
            self.output_tokens_details = output_details(_reasoning(self.output_tokens_details))

    def add(self, other: Usage, *, provider: str | None = None, model: str | None = None) -> None:
        """Count another usage in. ``other`` is left as it is and shares nothing with this one afterwards.

        Args:
            other: What to add.
            provider: Who answered, for entries that do not say so.
            model: The model that answered, likewise.
        """
        self.requests += other.requests or 0
        self.input_tokens += other.input_tokens or 0
        self.output_tokens += other.output_tokens or 0
        self.total_tokens += other.total_tokens or 0
        mine, theirs = self.input_tokens_details, other.input_tokens_details
        if _cached(theirs) or _cache_write(theirs):
            self.input_tokens_details = input_details(
                _cached(mine) + _cached(theirs), _cache_write(mine) + _cache_write(theirs)
            )
        if reasoned := _reasoning(other.output_tokens_details):
            self.output_tokens_details = output_details(_reasoning(self.output_tokens_details) + reasoned)
        self.tool_calls += other.tool_calls
        for entry in other._entries():
            if entry.provider is None:
                entry.provider, entry.model = provider, model
            self.request_usage_entries.append(entry)

    def _entries(self) -> list[RequestUsage]:
        if self.request_usage_entries:
            return [_copy(entry) for entry in self.request_usage_entries]
        if self.requests == 1 and (self.input_tokens or self.output_tokens or self.total_tokens):
            return [_copy(self)]
        return []


def _copy(usage: Usage | RequestUsage) -> RequestUsage:
    return RequestUsage(
        usage.input_tokens,
        usage.output_tokens,
        usage.total_tokens,
        input_details(_cached(usage.input_tokens_details), _cache_write(usage.input_tokens_details)),
        output_details(_reasoning(usage.output_tokens_details)),
        getattr(usage, "provider", None),
        getattr(usage, "model", None),
    )


def _plain(usage: Usage | RequestUsage) -> dict[str, Any]:
    return {
        "input_tokens": usage.input_tokens,
        "input_tokens_details": {
            "cached_tokens": _cached(usage.input_tokens_details),
            "cache_write_tokens": _cache_write(usage.input_tokens_details),
        },
        "output_tokens": usage.output_tokens,
        "output_tokens_details": {"reasoning_tokens": _reasoning(usage.output_tokens_details)},
        "total_tokens": usage.total_tokens,
    }


def serialize_usage(usage: Usage) -> dict[str, Any]:
    """The usage as plain JSON data, for ``deserialize_usage``."""
    entries = [{**_plain(each), "provider": each.provider, "model": each.model} for each in usage.request_usage_entries]
    counts = {"requests": usage.requests, "tool_calls": usage.tool_calls}
    return {**counts, **_plain(usage), "request_usage_entries": entries}


def _parse(data: Mapping[str, Any]) -> dict[str, Any]:
    read = data.get("input_tokens_details") or {}
    read = read[0] if isinstance(read, list) else read  # an early form of the data kept it in a list
    written = data.get("output_tokens_details") or {}
    written = written[0] if isinstance(written, list) else written
    return {
        "input_tokens": data.get("input_tokens") or 0,
        "output_tokens": data.get("output_tokens") or 0,
        "total_tokens": data.get("total_tokens") or 0,
        "input_tokens_details": input_details(read.get("cached_tokens"), read.get("cache_write_tokens")),
        "output_tokens_details": output_details(written.get("reasoning_tokens")),
    }


def deserialize_usage(usage_data: Mapping[str, Any]) -> Usage:
    """The usage that ``serialize_usage`` wrote."""
    entries = [
        RequestUsage(**_parse(entry), provider=entry.get("provider"), model=entry.get("model"))
        for entry in usage_data.get("request_usage_entries") or []
    ]
    return Usage(
        requests=usage_data.get("requests") or 0,
        tool_calls=usage_data.get("tool_calls") or 0,
        request_usage_entries=entries,
        **_parse(usage_data),
    )


def model_usage_to_span_usage(usage: Usage) -> dict[str, Any]:
    """The usage of one model call, as its span shows it."""
    return {"requests": usage.requests, **_plain(usage)}


def turn_usage_to_span_data(usage: Usage) -> dict[str, int]:
    """The usage of a turn, as its span shows it."""
    return {
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cached_input_tokens": _cached(usage.input_tokens_details),
        "cache_write_input_tokens": _cache_write(usage.input_tokens_details),
    }


def total_usage_to_span_metadata(usage: Usage) -> dict[str, int]:
    """The usage of a whole run or task, as the metadata of its span shows it."""
    return task_usage_to_span_data(usage)


def task_usage_to_span_data(usage: Usage) -> dict[str, int]:
    """The usage of a whole run, as its span shows it."""
    return {**turn_usage_to_span_data(usage), "requests": usage.requests, "total_tokens": usage.total_tokens}
