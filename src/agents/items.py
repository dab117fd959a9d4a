"""The one conversation format: Responses items, and the run items that wrap them with their agent.

Everything above the codecs speaks this format. Input items are dicts (``ResponseInputItemParam``), output
items are ``openai.types.responses`` objects. An output item remembers its maker in ``provider_data``: a dict
with ``provider``, ``model``, ``response_id`` and whatever that vendor wants back verbatim.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, TypeVar, Union, cast

from . import openai_types as oai
from .agent_references import releasable, release
from .exceptions import AgentsException
from .item_helpers import ItemHelpers as ItemHelpers
from .item_helpers import coerce_tool_search_call_raw_item as coerce_tool_search_call_raw_item
from .item_helpers import coerce_tool_search_output_raw_item as coerce_tool_search_output_raw_item
from .item_helpers import output_to_input as output_to_input
from .native_calls import NATIVE_OUTPUTS, arguments_of, called_name, field_of
from .tool_origin import ToolOrigin
from .usage import Usage
from .util._pydantic import schema_of_fields

if TYPE_CHECKING:
    from openai.types.responses import (
        Response,
        ResponseFunctionToolCall,  # noqa: F401 - named in the bases below
        ResponseInputItemParam,
        ResponseOutputItem,
        ResponseOutputMessage,  # noqa: F401
        ResponseReasoningItem,  # noqa: F401
        ResponseStreamEvent,
    )
    from openai.types.responses.response_input_item_param import McpApprovalResponse  # noqa: F401
    from openai.types.responses.response_output_item import McpApprovalRequest, McpListTools  # noqa: F401
    from pydantic_core import CoreSchema

    from .agent import Agent

    TResponse: TypeAlias = Response
    TResponseInputItem: TypeAlias = ResponseInputItemParam
    TResponseOutputItem: TypeAlias = ResponseOutputItem
    TResponseStreamEvent: TypeAlias = ResponseStreamEvent
else:

    def __getattr__(name: str) -> Any:
        """``TResponse`` and its kin at run time, for code that resolves annotations."""
        alias = {
            "TResponse": "Response",
            "TResponseInputItem": "ResponseInputItemParam",
            "TResponseOutputItem": "ResponseOutputItem",
            "TResponseStreamEvent": "ResponseStreamEvent",
        }.get(name)
        if alias is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        globals()[name] = getattr(oai, alias)
        return globals()[name]


T = TypeVar("T")


@releasable("agent")
@dataclass
class RunItemBase(Generic[T]):
    """What a run makes: a Responses item, and the agent whose turn made it."""

    agent: Agent[Any]
    """The agent whose turn made this item."""
    raw_item: T
    """The Responses item itself."""

    def release_agent(self) -> None:
        """Keep only a weak reference to the agent, so that stored results do not keep agents alive."""
        release(self)

    def to_input_item(self) -> TResponseInputItem:
        """The item as input for the next model call."""
        return output_to_input(self.raw_item)


@dataclass
class MessageOutputItem(RunItemBase["ResponseOutputMessage"]):
    """A message from the model."""

    type: Literal["message_output_item"] = "message_output_item"


@dataclass
class ReasoningItem(RunItemBase["ResponseReasoningItem"]):
    """What the model let us see of its reasoning."""

    type: Literal["reasoning_item"] = "reasoning_item"


class _CallId:
    """``call_id`` of an item whose raw item may be a dict or an object."""

    raw_item: Any

    @property
    def call_id(self) -> str | None:
        """The id that links a call and its output."""
        found = field_of(self.raw_item, "call_id") or field_of(self.raw_item, "id")
        return None if found is None else str(found)


@dataclass
class InputItem(RunItemBase["TResponseInputItem"]):
    """What was said to a run in its middle, by ``RunState.add_input``."""

    type: Literal["input_item"] = "input_item"
    input_id: str = ""
    """Tells this item from others that say the same."""


@dataclass
class ToolCallItem(_CallId, RunItemBase[Any]):
    """A call of a tool by the model."""

    type: Literal["tool_call_item"] = "tool_call_item"
    description: str | None = None
    """What the tool is for, where it is known."""
    title: str | None = None
    """A short label for display, where there is one."""
    tool_origin: ToolOrigin | None = None
    """Where the tool came from."""
    _resolved_tool_name: str | None = field(default=None, kw_only=True, repr=False)

    @property
    def tool_name(self) -> str | None:
        """The name of the called tool: the one that it was found under, where the call itself names none."""
        return self._resolved_tool_name or called_name(self.raw_item) or None


@dataclass
class ToolCallOutputItem(_CallId, RunItemBase[Any]):
    """What a tool returned."""

    output: Any
    """The value that the tool returned; ``raw_item`` holds what the model is told of it."""
    type: Literal["tool_call_output_item"] = "tool_call_output_item"
    tool_origin: ToolOrigin | None = None
    """Where the tool came from."""
    custom_data: dict[str, Any] | None = None
    """What the tool's ``custom_data_extractor`` noted: for the application, no model is told of it."""


def _namespace_of(call: Any) -> str | None:
    """The namespace that a call names, or the hosted server that asks: two may have tools of one name."""
    asks = field_of(call, "type") == "mcp_approval_request"
    named = field_of(call, "server_label" if asks else "namespace")
    return named if isinstance(named, str) and named else None


@dataclass(eq=False)
class ToolApprovalItem(_CallId, RunItemBase[Any]):
    """A tool call that waits for approval. No model is told of it."""

    tool_name: str | None = None
    """The name of the called tool."""
    type: Literal["tool_approval_item"] = "tool_approval_item"
    tool_namespace: str | None = None
    """The namespace of the called tool, if it has one."""
    tool_origin: ToolOrigin | None = None
    """Where the tool came from."""
    call_path: tuple[str, ...] = field(default=(), kw_only=True)
    """For a call inside an agent that runs as a tool: the ids of the calls around it, from the outermost on."""
    tool_lookup_key: tuple[str, ...] | None = field(default=None, kw_only=True, repr=False)
    """What tells the tool from others: its kind of name, and the names. By default, it is made from the names."""
    _allow_bare_name_alias: bool = field(default=False, kw_only=True, repr=False)

    # The same question asked twice is two questions: decisions are noted in sets and dicts of them.
    __eq__ = object.__eq__
    __hash__ = object.__hash__

    def __post_init__(self) -> None:
        if self.tool_lookup_key is None:
            name = self.tool_name = self.tool_name or called_name(self.raw_item) or None
            namespace = self.tool_namespace = self.tool_namespace or _namespace_of(self.raw_item)
            self.tool_lookup_key = ("namespaced", namespace, name or "") if namespace else ("bare", name or "")
            return
        kind, *names = self.tool_lookup_key
        self.tool_name = self.tool_name or names[-1]
        if kind == "namespaced":
            self.tool_namespace = self.tool_namespace or names[0]

    @property
    def name(self) -> str | None:
        """The name of the called tool."""
        return self.tool_name

    @property
    def qualified_name(self) -> str:
        """The tool's name with its namespace before it."""
        return f"{self.tool_namespace}.{self.tool_name}" if self.tool_namespace else self.tool_name or ""

    @property
    def standing_names(self) -> tuple[str, ...]:
        """The names under which a decision on all calls holds: with ``_allow_bare_name_alias``, the bare one too."""
        bare = (self.tool_name or "",) if self._allow_bare_name_alias and self.tool_namespace else ()
        return (self.qualified_name, *bare)

    @property
    def arguments(self) -> str | None:
        """The arguments as the model wrote them; of a call in a form of its own, as those of a function."""
        if field_of(self.raw_item, "type") in NATIVE_OUTPUTS:
            return arguments_of(self.raw_item)
        return cast("str | None", field_of(self.raw_item, "arguments"))

    def to_input_item(self) -> TResponseInputItem:
        """Never: a question to a human is none to a model.

        Raises:
            AgentsException: Always.
        """
        raise AgentsException("A tool approval waits for a human: it is no input for a model.")


@dataclass
class CompactionItem(RunItemBase["TResponseInputItem"]):
    """What OpenAI's service made of the conversation so far, in its place: sealed, for its own models."""

    type: Literal["compaction_item"] = "compaction_item"


@dataclass
class ToolSearchCallItem(RunItemBase[Any]):
    """A search of the model's for tools that it does not see yet."""

    type: Literal["tool_search_call_item"] = "tool_search_call_item"


@dataclass
class ToolSearchOutputItem(RunItemBase[Any]):
    """The tools that such a search has found."""

    type: Literal["tool_search_output_item"] = "tool_search_output_item"


@dataclass
class MCPListToolsItem(RunItemBase["McpListTools"]):
    """The tools that a hosted MCP server has."""

    type: Literal["mcp_list_tools_item"] = "mcp_list_tools_item"


@dataclass
class MCPApprovalRequestItem(RunItemBase["McpApprovalRequest"]):
    """A question whether a tool of a hosted MCP server may be called."""

    type: Literal["mcp_approval_request_item"] = "mcp_approval_request_item"


@dataclass
class MCPApprovalResponseItem(RunItemBase["McpApprovalResponse"]):
    """The answer to such a question."""

    type: Literal["mcp_approval_response_item"] = "mcp_approval_response_item"


@dataclass
class HandoffCallItem(RunItemBase["ResponseFunctionToolCall"]):
    """A call by which the model hands the conversation to another agent."""

    type: Literal["handoff_call_item"] = "handoff_call_item"


@releasable("source_agent", "target_agent")
@dataclass
class HandoffOutputItem(RunItemBase["TResponseInputItem"]):
    """The answer to a handoff call."""

    source_agent: Agent[Any]
    """The agent that handed over."""
    target_agent: Agent[Any]
    """The agent that took over."""
    type: Literal["handoff_output_item"] = "handoff_output_item"


RunItem: TypeAlias = Union[
    InputItem,
    MessageOutputItem,
    ReasoningItem,
    ToolCallItem,
    ToolCallOutputItem,
    ToolApprovalItem,
    HandoffCallItem,
    HandoffOutputItem,
    CompactionItem,
    ToolSearchCallItem,
    ToolSearchOutputItem,
    MCPListToolsItem,
    MCPApprovalRequestItem,
    MCPApprovalResponseItem,
]
"""An item that a run made."""


def to_input_items(items: Iterable[RunItem]) -> list[TResponseInputItem]:
    """The items as models read them: without the questions to a human among them."""
    return [item.to_input_item() for item in items if not isinstance(item, ToolApprovalItem)]


def without_reasoning_id(item: TResponseInputItem) -> TResponseInputItem:
    """The item, a reasoning item without its id: a service that stores nothing may refuse it as unknown."""
    if item.get("type") != "reasoning":
        return item
    return cast("TResponseInputItem", {name: value for name, value in item.items() if name != "id"})


@dataclass
class ModelResponse:
    """One answer of a model."""

    output: list[TResponseOutputItem]
    """Messages, tool calls and reasoning, in the order in which the model made them."""
    usage: Usage
    """What the call cost."""
    response_id: str | None
    """The provider's id for the response."""
    request_id: str | None = None
    """The provider's id for the request, to quote to its support."""
    raw_usage: dict[str, Any] | None = None
    """The provider's own usage record, with ``ModelSettings(preserve_raw_usage=True)``."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> CoreSchema:
        return schema_of_fields(source, handler, TResponseOutputItem=oai.ResponseOutputItem, Usage=Usage)

    def to_input_items(self) -> list[TResponseInputItem]:
        """The output as input for the next model call."""
        return [output_to_input(item) for item in self.output]
