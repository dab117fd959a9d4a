"""Thinking that holds only behind the words behind which it was thought: system, tools, and all earlier blocks.

Above: `reply`, which notes the prefix of what it issues, and `rules`, which holds replays to it. Source:
Anthropic's page on preserved thinking. Earlier thinking does not count: it may be left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from agents.testing.simulator.seals import Seals
from agents.testing.simulator.wire import compact

from .models import binds_thinking
from .shape import refuse
from .turns import Turn, merged

__all__ = ["check_binding", "note_prefix"]

_THOUGHTS = ("thinking", "redacted_thinking")
Block = tuple[str, Mapping[str, Any]]


def note_prefix(body: Mapping[str, Any], seal: str, seals: Seals) -> None:
    """Remember behind which words a thought is issued."""
    if binds_thinking(body["model"]):
        said = _said(merged(body["messages"]))
        seals.remember("prefix", seal, (len(said), _digest(body, said)))


def check_binding(body: Mapping[str, Any], turns: Sequence[Turn], seals: Seals) -> None:
    """Each thought stands behind the words behind which it was issued, or the request lets it be dropped."""
    binding = body.get("thinking", {}).get("block_binding", {})
    if not binds_thinking(body["model"]) or binding.get("prefix_mismatch_behavior") == "drop_block":
        return
    said = _said(turns)
    for turn in turns:
        for position, block in enumerate(turn.blocks):
            issued = seals.recall("prefix", block.get("signature") or block.get("data") or "")
            if block["type"] in _THOUGHTS and issued and _digest(body, said[: issued[0]]) != issued[1]:
                raise refuse(
                    f"messages.{turn.index}.content.{position}: `{block['type']}` block does not match the "
                    "conversation that precedes it. Return the earlier messages, `system` and `tools` unmodified, "
                    'or set `thinking.block_binding.prefix_mismatch_behavior` to "drop_block".'
                )


def _said(turns: Sequence[Turn]) -> list[Block]:
    return [(turn.role, block) for turn in turns for block in turn.blocks if block["type"] not in _THOUGHTS]


def _digest(body: Mapping[str, Any], said: Sequence[Block]) -> str:
    read = [body.get("system"), body.get("tools"), said]
    return hashlib.sha256(compact(_unmarked(read)).encode()).hexdigest()


def _unmarked(value: Any) -> Any:
    """Without cache marks, which move along as a conversation grows."""
    if isinstance(value, Mapping):
        return {key: _unmarked(each) for key, each in sorted(value.items()) if key != "cache_control"}
    return [_unmarked(each) for each in value] if isinstance(value, (list, tuple)) else value
