"""What Responses takes of shell and patch tools, the simulator takes; what it refuses stands in `refusals`."""

from __future__ import annotations

from typing import Any

import pytest

from agents.testing.simulator import Simulator

from .conftest import Post
from .refusals.responses import HI, PATCH, PATCHED, RAN, RUN

GOOD: dict[str, dict[str, Any]] = {
    "tools": {"tools": [{"type": "shell", "environment": {"type": "local"}}, {"type": "apply_patch"}]},
    "a call and its output": {"input": [HI, RUN, RAN]},
    "a patch and its output": {"input": [HI, PATCH, PATCHED]},
}


@pytest.mark.parametrize("fields", GOOD.values(), ids=GOOD)
async def test_what_the_service_takes_is_taken(sim: Simulator, post: Post, fields: dict[str, Any]) -> None:
    """Else the rows of refusals would prove nothing."""
    answer = await post(sim, "/v1/responses", {"model": "gpt-5.2", "input": [HI], **fields})
    assert answer.status == 200, answer.content
