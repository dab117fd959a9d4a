"""Whether a run may go on. Plain functions from a run's progress to what would stop it."""

from __future__ import annotations

from ..exceptions import MaxTurnsExceeded, UsageLimitExceeded
from .run_steps import RunScope


def limit_reached(run: RunScope) -> MaxTurnsExceeded | UsageLimitExceeded | None:
    """Why the run may not take another turn; ``None`` where it may."""
    result, limits = run.result, run.config.usage_limits
    if result.max_turns is not None and result.current_turn >= result.max_turns:
        return MaxTurnsExceeded(f"The run did not end within {result.max_turns} turns (max_turns).")
    return limits.reached(run.context.usage) if limits is not None else None


def tool_limit_reached(run: RunScope, calls: int) -> UsageLimitExceeded | None:
    """Why the run may not carry out so many tool calls; ``None`` where it may."""
    limits = run.config.usage_limits
    return limits.reached_by_tools(run.context.usage, calls) if limits is not None else None
