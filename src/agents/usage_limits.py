"""How much a run may use, in requests, tokens, tool calls and money."""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal

from .cost import usage_cost
from .exceptions import UsageLimitExceeded, UserError
from .usage import Usage

__all__ = ["UsageLimits"]


@dataclass(frozen=True)
class UsageLimits:
    """Limits of a run, checked before each model call and before the tool calls of each turn.

    They count what the run's context counts: runs within the run (agents as tools) that share its usage too. A call
    that has begun is not cut off, so that tokens and money may come out above their limit by the last call. A final
    output that has been paid for is given, whatever it cost.

    Example:
        ```python
        RunConfig(usage_limits=UsageLimits(requests=20, total_tokens=100_000, cost=0.50))
        ```
    """

    requests: int | None = None
    """How many requests may be made to models."""
    input_tokens: int | None = None
    """After how many tokens read, cached ones included, no call follows."""
    output_tokens: int | None = None
    """After how many tokens written, reasoning included, no call follows."""
    total_tokens: int | None = None
    """After how many tokens in all no call follows."""
    tool_calls: int | None = None
    """How many calls of function tools may be carried out. A turn that asks for more carries out none.
    Calls that were rejected, or wait for a human, do not count."""
    cost: Decimal | float | None = None
    """After how many US dollars no call follows; needs the ``cost`` extra and models whose price is known."""

    def __post_init__(self) -> None:
        for each in fields(self):
            value: object = getattr(self, each.name)
            kinds: tuple[type, ...] = (int, float, Decimal) if each.name == "cost" else (int,)
            if value is not None and (isinstance(value, bool) or not isinstance(value, kinds) or not value >= 0):  # type: ignore[operator]
                raise UserError(f"UsageLimits.{each.name} must be a number, 0 or more, not {value!r}.")

    def reached(self, usage: Usage) -> UsageLimitExceeded | None:
        """Why no further model call may follow after this usage; ``None`` where one may.

        Raises:
            UserError: There is a limit on money, and the price of a model that answered is not known.
        """
        for name in ("requests", "input_tokens", "output_tokens", "total_tokens"):
            allowed, used = getattr(self, name), getattr(usage, name)
            if allowed is not None and used >= allowed:
                return UsageLimitExceeded(name, allowed, used)
        return self._cost_reached(usage)

    def reached_by_tools(self, usage: Usage, calls: int) -> UsageLimitExceeded | None:
        """Why so many more tool calls may not be carried out; ``None`` where they may."""
        total = usage.tool_calls + calls
        if self.tool_calls is not None and calls and total > self.tool_calls:
            return UsageLimitExceeded("tool_calls", self.tool_calls, total)
        return None

    def _cost_reached(self, usage: Usage) -> UsageLimitExceeded | None:
        if self.cost is None:
            return None
        spent = usage_cost(usage)
        if spent is None:
            asked = ", ".join(sorted({f"{e.provider}/{e.model}" for e in usage.request_usage_entries})) or "a model"
            raise UserError(
                f"usage_limits.cost cannot be held: the price of what was asked ({asked}) is not known."
                " Limit tokens or requests instead."
            )
        return UsageLimitExceeded("cost", self.cost, spent) if spent >= Decimal(str(self.cost)) else None
