"""Which failures of a call are worth another try, and when. Pure, but for the dice.

Above: :mod:`.http`. A run with a retry policy of its own switches this off; see :mod:`agents.run_internal.model_retry`.
"""

from __future__ import annotations

import random

from ..exceptions import (
    AuthenticationError,
    ContentPolicyError,
    ContextLengthError,
    OverloadedError,
    ProviderError,
    ProviderStatusError,
    QuotaExceededError,
    RateLimitError,
)

LONGEST_WAIT = 60.0
"""Seconds. A service that asks for more is not waited for: its error goes to the caller, and says how long."""
FIRST_BACKOFF = 0.5
LONGEST_BACKOFF = 8.0

_PASSING = frozenset({408, 409, 429})
_LASTING = (QuotaExceededError, ContextLengthError, ContentPolicyError, AuthenticationError)
"""What will be just as wrong the next time, whatever the status."""


def passes(error: ProviderStatusError, should_retry: str | None) -> bool:
    """Whether another try may fare better than this answer.

    Args:
        error: The answer.
        should_retry: Its ``x-should-retry`` header: OpenAI and Anthropic know better than any rule.
    """
    if should_retry in ("true", "false"):
        return should_retry == "true"
    if isinstance(error, _LASTING):
        return False
    # By kind too: Bedrock throttles with 400, for one.
    return (
        error.status in _PASSING or isinstance(error, (RateLimitError, OverloadedError)) or (error.status or 0) >= 500
    )


def delay(error: ProviderError, attempt: int) -> float | None:
    """Seconds to wait after the failed attempt of this number; ``None`` where that would be too long."""
    if error.retry_after is not None:
        return error.retry_after if error.retry_after <= LONGEST_WAIT else None
    backoff = min(FIRST_BACKOFF * 2.0 ** (attempt - 1), LONGEST_BACKOFF)
    return backoff * random.uniform(0.75, 1.0)  # noqa: S311 - spreads load, guards nothing
