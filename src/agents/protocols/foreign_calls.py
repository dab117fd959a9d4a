"""Calls in a form that the reader was not taught, as calls of functions: what ``shell_call`` is to OpenAI's models.

``history`` is above; the two forms of a call are in ``agents.native_calls``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..native_calls import (
    NATIVE_OUTPUTS,
    NATIVE_TOOLS,
    ToolAnswer,
    answer_item,
    function_call_of,
    function_output_of,
)
from .base import Item, Profile, maker_of

_CALL_OF = {output: call for call, output in NATIVE_OUTPUTS.items()}


def with_known_calls(
    items: Iterable[dict[str, Any]], profile: Profile, *, server_state: bool
) -> Iterator[dict[str, Any]]:
    """The items; calls that the reader did not make in a form of its own, and their outputs, are those of functions."""
    told: set[str] = set()  # the calls that become calls of functions
    kept: set[str] = set()
    for item in items:
        kind, call_id = item["type"], str(item.get("call_id") or "")
        if kind in NATIVE_OUTPUTS:
            own = NATIVE_TOOLS[kind] in profile.native_tools and maker_of(item) in (profile.provider, None)
            (kept if own else told).add(call_id)
            yield item if own else function_call_of(item)
        elif kind in _CALL_OF:
            at_server = server_state and call_id not in told and NATIVE_TOOLS[_CALL_OF[kind]] in profile.native_tools
            yield item if call_id in kept or at_server else function_output_of(item)
        else:
            yield item


def answer_to(call: Item, output: Item | None, missing: str, profile: Profile) -> dict[str, Any]:
    """The output of a call, under the id that the call has now; ``missing`` is told where there is none."""
    if output is None:
        return answer_item({**call, "caller": None}, ToolAnswer(missing, failed=True))
    if output["type"] in _CALL_OF:
        return {**output, "call_id": call["call_id"]}
    found = {"type": "function_call_output", "call_id": call["call_id"], "output": output.get("output", "")}
    if output.get("caller") is not None and maker_of(call) in (profile.provider, None):
        found["caller"] = output["caller"]
    return found
