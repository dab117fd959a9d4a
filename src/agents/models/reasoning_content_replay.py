"""Whether a model's visible reasoning goes back to it as ``reasoning_content``: the user's own say in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from ..protocols.base import Item


@dataclass
class ReasoningContentSource:
    """A reasoning item, and who made it."""

    item: Any
    """The item, as a dict."""
    origin_model: str | None
    """The model that made it, where it is known."""
    provider_data: Mapping[str, Any]
    """All that its maker noted on it."""


@dataclass
class ReasoningContentReplayContext:
    """What a decision is made on."""

    model: str
    """The model that will read."""
    base_url: str | None
    """Its address, where a special one is set."""
    reasoning: ReasoningContentSource


ShouldReplayReasoningContent: TypeAlias = Callable[[ReasoningContentReplayContext], bool]
"""Decides for one reasoning item."""


def default_should_replay_reasoning_content(context: ReasoningContentReplayContext) -> bool:
    """DeepSeek wants its own reasoning back within a tool loop; most other services refuse the field."""
    origin = context.reasoning.origin_model
    return "deepseek" in context.model.lower() and (origin is None or "deepseek" in origin.lower())


def replay_filter(
    decide: ShouldReplayReasoningContent | None, model: str, base_url: str | None
) -> Callable[[Item], bool | None] | None:
    """The user's decision in the form that a profile takes."""
    if decide is None:
        return None

    def decided(item: Item) -> bool:
        data = item.get("provider_data") or {}
        source = ReasoningContentSource(item, data.get("model"), data)
        return decide(ReasoningContentReplayContext(model, base_url, source))

    return decided
