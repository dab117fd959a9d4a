"""What Responses refuses of shell, patch and custom tools, the simulator refuses: one row per rule."""

from __future__ import annotations

from typing import Any

import pytest

from agents.testing.simulator import Simulator

from .conftest import Post

HI = {"role": "user", "content": "Hi"}
RUN = {"type": "shell_call", "call_id": "c", "action": {"commands": ["ls"]}}
RAN = {
    "type": "shell_call_output",
    "call_id": "c",
    "output": [{"stdout": "", "stderr": "", "outcome": {"type": "exit", "exit_code": 0}}],
}
PATCH = {
    "type": "apply_patch_call",
    "call_id": "c",
    "status": "completed",
    "operation": {"type": "delete_file", "path": "a"},
}
PATCHED = {"type": "apply_patch_call_output", "call_id": "c", "status": "completed"}
GOOD: dict[str, dict[str, Any]] = {
    "tools": {"tools": [{"type": "shell", "environment": {"type": "local"}}, {"type": "apply_patch"}]},
    "a call and its output": {"input": [HI, RUN, RAN]},
    "a patch and its output": {"input": [HI, PATCH, PATCHED]},
}
BAD: dict[str, dict[str, Any]] = {
    "a field that the tool lacks": {"tools": [{"type": "shell", "name": "bash"}]},
    "an environment of no kind": {"tools": [{"type": "shell", "environment": {"type": "moon"}}]},
    "a container without an id": {"tools": [{"type": "shell", "environment": {"type": "container_reference"}}]},
    "a grammar without a definition": {
        "tools": [{"type": "custom", "name": "a", "format": {"type": "grammar", "syntax": "lark"}}]
    },
    "a call without an output": {"input": [HI, RUN]},
    "an output without a call": {"input": [HI, RAN]},
    "an output of another kind": {"input": [HI, RUN, {"type": "function_call_output", "call_id": "c", "output": ""}]},
    "output as plain text": {"input": [HI, RUN, {**RAN, "output": "done"}]},
    "an exit without a code": {
        "input": [HI, RUN, {**RAN, "output": [{"stdout": "", "stderr": "", "outcome": {"type": "exit"}}]}]
    },
    "a note of our own": {"input": [HI, RUN, {**RAN, "provider_data": {}}]},
    "a patch without a status": {"input": [HI, PATCH, {"type": "apply_patch_call_output", "call_id": "c"}]},
    "an update without a diff": {"input": [HI, {**PATCH, "operation": {"type": "update_file", "path": "a"}}, PATCHED]},
}


@pytest.mark.parametrize("fields", GOOD.values(), ids=GOOD)
async def test_what_the_service_takes_is_taken(sim: Simulator, post: Post, fields: dict[str, Any]) -> None:
    """Else the rows below would prove nothing."""
    answer = await post(sim, "/v1/responses", {"model": "gpt-5.2", "input": [HI], **fields})
    assert answer.status == 200, answer.content


@pytest.mark.parametrize("fields", BAD.values(), ids=BAD)
async def test_what_the_service_refuses_is_refused(sim: Simulator, post: Post, fields: dict[str, Any]) -> None:
    """A form that only the simulator took would fail at the first real call."""
    answer = await post(sim, "/v1/responses", {"model": "gpt-5.2", "input": [HI], **fields})
    assert answer.status == 400, answer.content
