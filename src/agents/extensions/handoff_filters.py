"""Input filters for handoffs, ready to use: ``handoff(agent, input_filter=remove_all_tools)``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..handoffs import HandoffInputData, default_handoff_history_mapper, nest_handoff_history
from ..items import RunItem, TResponseInputItem
from ..native_calls import field_of

__all__ = ["default_handoff_history_mapper", "nest_handoff_history", "remove_all_tools"]

_ALSO = frozenset({"reasoning", "program", "mcp_list_tools", "mcp_approval_request", "mcp_approval_response"})
"""What is neither a call nor an output, and has no meaning without one."""


def remove_all_tools(handoff_input_data: HandoffInputData) -> HandoffInputData:
    """Leave out all calls of tools and their outputs, handoffs, and the reasoning that led to them."""
    data = handoff_input_data
    history = data.input_history
    return data.clone(
        input_history=history if isinstance(history, str) else tuple(i for i in history if not _of_tools(i)),
        pre_handoff_items=_without_tools(data.pre_handoff_items),
        new_items=_without_tools(data.new_items),
        input_items=None if data.input_items is None else _without_tools(data.input_items),
    )


def _without_tools(items: Iterable[RunItem]) -> tuple[RunItem, ...]:
    return tuple(item for item in items if not _of_tools(item.raw_item))


def _of_tools(item: Mapping[str, Any] | TResponseInputItem | Any) -> bool:
    """Whether an item is a call, an output, or of use to them alone: the names of all kinds end alike."""
    kind = str(field_of(item, "type") or "")
    return kind in _ALSO or kind.endswith(("_call", "_output"))
