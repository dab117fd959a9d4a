"""What ``RunResultStreaming.stream_events`` yields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, Union

if TYPE_CHECKING:
    from .agent import Agent
    from .items import RunItem, TResponseStreamEvent


@dataclass
class RawResponsesStreamEvent:
    """An event of the model's stream, in the form of the Responses API whatever the model."""

    data: TResponseStreamEvent
    type: Literal["raw_response_event"] = "raw_response_event"


@dataclass
class RunItemStreamEvent:
    """A finished item: a message, a tool call, a tool's output, a handoff, reasoning."""

    name: Literal[
        "message_output_created",
        "handoff_requested",
        "handoff_occured",  # the public API spells it so
        "tool_called",
        "tool_output",
        "reasoning_item_created",
    ]
    item: RunItem
    type: Literal["run_item_stream_event"] = "run_item_stream_event"


@dataclass
class AgentUpdatedStreamEvent:
    """Another agent runs from now on."""

    new_agent: Agent[Any]
    type: Literal["agent_updated_stream_event"] = "agent_updated_stream_event"


StreamEvent: TypeAlias = Union[RawResponsesStreamEvent, RunItemStreamEvent, AgentUpdatedStreamEvent]
"""An event of a streamed run."""
