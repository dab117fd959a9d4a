"""What ``RunResultStreaming.stream_events`` yields."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, Union

from . import openai_types as oai
from .usage import Usage
from .util._pydantic import schema_of_fields

if TYPE_CHECKING:
    from pydantic_core import core_schema

    from .agent import Agent
    from .items import RunItem, TResponseStreamEvent
    from .models.interface import Model


@dataclass
class RawResponsesStreamEvent:
    """An event of the model's stream, in the form of the Responses API whatever the model."""

    data: TResponseStreamEvent
    type: Literal["raw_response_event"] = "raw_response_event"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        return schema_of_fields(source, handler, TResponseStreamEvent=oai.ResponseStreamEvent)


@dataclass
class RunItemStreamEvent:
    """A finished item: a message, a tool call, a tool's output, a handoff, reasoning, what a hosted tool did."""

    name: Literal[
        "message_output_created",
        "handoff_requested",
        "handoff_occured",  # the public API spells it so
        "tool_called",
        "tool_output",
        "reasoning_item_created",
        "tool_search_called",
        "tool_search_output_created",
        "mcp_list_tools",
        "mcp_approval_requested",
        "mcp_approval_response",
    ]
    item: RunItem
    type: Literal["run_item_stream_event"] = "run_item_stream_event"


@dataclass
class AgentUpdatedStreamEvent:
    """Another agent runs from now on."""

    new_agent: Agent[Any]
    type: Literal["agent_updated_stream_event"] = "agent_updated_stream_event"


@dataclass
class ModelFallbackStreamEvent:
    """A model of a ``FallbackModel`` failed, and the next one is asked: the answer begins anew.

    Raw events of this model call that came before are of no account any more: take their items off the screen. Those
    of the next model follow, from ``response.created`` on, with ids and indices of their own. Run items and the result
    never hold what was withdrawn.
    """

    withdrawn_item_ids: list[str]
    """The items of the answer that had begun to stream, in order; empty where the model failed before any output."""
    failed_model: Model
    """The model that failed."""
    next_model: Model
    """The model that answers next."""
    error: Exception
    """How it failed."""
    usage: Usage = field(default_factory=Usage)
    """What the failed model's service reported before it failed. The run has counted it."""
    type: Literal["model_fallback_stream_event"] = "model_fallback_stream_event"


StreamEvent: TypeAlias = Union[
    RawResponsesStreamEvent, RunItemStreamEvent, AgentUpdatedStreamEvent, ModelFallbackStreamEvent
]
"""An event of a streamed run."""
