"""Prices: by the provider and model that answered, cached tokens as such, and never guessed."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal

import pytest

from agents import RequestUsage, Usage
from agents.cost import PRICED_AS, request_cost, usage_cost
from agents.models.catalog import provider_ids
from agents.usage import deserialize_usage, input_details, output_details, serialize_usage


def entry(
    provider: str | None, model: str | None, read: int = 1_000_000, cached: int = 0, kept: int = 0
) -> RequestUsage:
    details = (input_details(cached, kept), output_details(0))
    return RequestUsage(read, 1_000_000, read + 1_000_000, *details, provider=provider, model=model)


@pytest.mark.parametrize(
    ("request_made", "price"),
    [
        # Claude Sonnet 3.7: 3 $ a million read, 15 written, 0.30 from the cache, 3.75 into it.
        (entry("anthropic", "claude-3-7-sonnet-latest"), "18"),
        (entry("anthropic", "claude-3-7-sonnet-latest", cached=1_000_000), "15.3"),
        (entry("anthropic", "claude-3-7-sonnet-latest", kept=1_000_000), "18.75"),
        (entry("openai", "gpt-4.1"), "10"),
        (entry("openai/openai-chat", "gpt-4.1"), "10"),
        (entry("gemini", "gemini-2.5-flash"), "2.8"),
    ],
)
def test_a_request_costs_the_list_price(request_made: RequestUsage, price: str) -> None:
    """Checked by hand against the vendors' lists."""
    assert request_cost(request_made) == Decimal(price)


@pytest.mark.parametrize(
    ("provider", "model"),
    [(None, "gpt-4.1"), ("openai", None), ("openai", "no-such-model"), ("127.0.0.1", "gpt-4.1"), ("ollama", "qwen3")],
)
def test_an_unknown_price_is_none(provider: str | None, model: str | None) -> None:
    """The same model costs otherwise elsewhere: its name alone tells no price."""
    assert request_cost(entry(provider, model)) is None


def test_the_providers_named_otherwise_are_in_the_catalogue_and_in_the_price_list() -> None:
    """A name that is in neither would silently have no price."""
    data = pytest.importorskip("genai_prices.data")
    assert set(PRICED_AS.values()) <= {provider.id for provider in data.providers}
    assert set(PRICED_AS) <= {*provider_ids(), "vertex_ai", "bedrock"}


def test_who_answered_survives_sums_and_storage() -> None:
    """A run that is resumed from JSON must still know its prices."""
    total = Usage(tool_calls=2)
    total.add(Usage(requests=1, input_tokens=10, total_tokens=10), provider="openai", model="gpt-4.1")
    total.add(Usage(requests=1, request_usage_entries=[entry("anthropic", "c")], tool_calls=1), provider="x", model="y")
    again = deserialize_usage(serialize_usage(total))
    assert [(each.provider, each.model) for each in again.request_usage_entries] == [
        ("openai", "gpt-4.1"),
        ("anthropic", "c"),
    ]
    assert again == total
    assert again.tool_calls == 3


def test_nothing_costs_nothing() -> None:
    """No request is a sum of none, which is known."""
    assert usage_cost(Usage()) == 0


def test_without_the_package_the_error_says_what_to_install() -> None:
    """The extra is optional; whoever asks for prices learns its name."""
    program = (
        "import sys; sys.modules['genai_prices'] = None\n"
        "from agents import Usage\nfrom agents.cost import usage_cost\n"
        "try: usage_cost(Usage())\nexcept ImportError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert 'pip install "polyglot-agents[cost]"' in done.stdout
