"""What a run costs in money: the tokens of each request, at the list price of the model that answered it.

Prices come from the ``genai-prices`` package, which ships them; nothing is fetched. A price that it does not know is
``None``, and so is a sum with such a part: a guess would look like a bill.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .usage import RequestUsage, Usage

__all__ = ["request_cost", "usage_cost"]

PRICED_AS: Mapping[str, str] = {
    "bedrock": "aws",
    "fireworks_ai": "fireworks",
    "gemini": "google",
    "moonshot": "moonshotai",
    "together_ai": "together",
    "vertex_ai": "google",
    "xai": "x-ai",
}
"""Names of providers that ``genai-prices`` spells otherwise."""


def usage_cost(usage: Usage) -> Decimal | None:
    """The price of a usage in US dollars: the sum over its requests; ``None`` where one of them has no known price.

    Raises:
        ImportError: ``genai-prices`` is not installed.
    """
    prices = _prices()
    if usage.requests > len(usage.request_usage_entries):
        return None  # a request whose tokens nobody reported
    total = Decimal(0)
    for entry in usage.request_usage_entries:
        cost = _cost(prices, entry)
        if cost is None:
            return None
        total += cost
    return total


def request_cost(entry: RequestUsage) -> Decimal | None:
    """The price of one request in US dollars, cached tokens at their own price; ``None`` where it is not known.

    Raises:
        ImportError: ``genai-prices`` is not installed.
    """
    return _cost(_prices(), entry)


def _prices() -> Any:
    try:
        return importlib.import_module("genai_prices")
    except ImportError as error:
        raise ImportError('Prices need genai-prices: pip install "polyglot-agents[cost]"') from error


def _cost(prices: Any, entry: RequestUsage) -> Decimal | None:
    if not entry.provider or not entry.model:
        return None
    provider = entry.provider.partition("/")[0]  # "openai/openai-chat": the same models, by another protocol
    usage = prices.Usage(
        input_tokens=entry.input_tokens,
        output_tokens=entry.output_tokens,
        cache_read_tokens=entry.input_tokens_details.cached_tokens,
        cache_write_tokens=getattr(entry.input_tokens_details, "cache_write_tokens", 0),
    )
    try:
        found = prices.calc_price(usage, entry.model, provider_id=PRICED_AS.get(provider, provider))
    except LookupError:
        return None
    total: Decimal = found.total_price
    return total
