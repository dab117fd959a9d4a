"""The one conversation format: Responses items, and the run items that wrap them with their agent.

Everything above the codecs speaks this format. Input items are dicts (``ResponseInputItemParam``), output
items are ``openai.types.responses`` objects. An output item remembers its maker in ``provider_data``: a dict
with ``provider``, ``model``, ``response_id`` and whatever that vendor wants back verbatim.
"""

from __future__ import annotations

import re
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, TypeVar, Union, cast

from . import openai_types as oai
from .exceptions import AgentsException, ModelBehaviorError
from .native_calls import NATIVE_OUTPUTS, arguments_of, called_name, copy_caller
from .native_calls import field_of as field_of
from .tool_origin import ToolOrigin
from .tool_output import json_object, tool_output_to_input
from .usage import Usage
from .util._pydantic import schema_of_fields

if TYPE_CHECKING:
    from openai.types.responses import (
        Response,
        ResponseFunctionToolCall,
        ResponseInputItemParam,
        ResponseOutputItem,
        ResponseOutputMessage,  # noqa: F401 - named in the bases below
        ResponseReasoningItem,  # noqa: F401
        ResponseStreamEvent,
    )
    from openai.types.responses.response_input_item_param import (
        FunctionCallOutput,
        McpApprovalResponse,  # noqa: F401
    )
    from openai.types.responses.response_output_item import McpApprovalRequest, McpListTools  # noqa: F401
    from pydantic import TypeAdapter
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


class _AgentReference:
    """An attribute that holds an agent strongly, until its item lets go of it and keeps a weak reference."""

    def __init__(self, name: str) -> None:
        self.key = f"_{name}"

    def __get__(self, item: Any, owner: type | None = None) -> Any:
        if item is None:
            return self
        agent = item.__dict__.get(self.key)
        return agent() if isinstance(agent, weakref.ref) else agent

    def __set__(self, item: Any, agent: Any) -> None:
        item.__dict__[self.key] = agent

    def release(self, item: Any) -> None:
        agent = self.__get__(item)
        if agent is not None:
            item.__dict__[self.key] = weakref.ref(agent)


C = TypeVar("C", bound=type)


def _releasable(*names: str) -> Callable[[C], C]:
    """Put the named fields of a finished dataclass behind ``_AgentReference``."""

    def install(cls: C) -> C:
        for name in names:
            setattr(cls, name, _AgentReference(name))
        return cls

    return install


@_releasable("agent")
@dataclass
class RunItemBase(Generic[T]):
    """What a run makes: a Responses item, and the agent whose turn made it."""

    agent: Agent[Any]
    """The agent whose turn made this item."""
    raw_item: T
    """The Responses item itself."""

    def release_agent(self) -> None:
        """Keep only a weak reference to the agent, so that stored results do not keep agents alive."""
        for cls in type(self).__mro__:
            for value in vars(cls).values():
                if isinstance(value, _AgentReference):
                    value.release(self)

    def to_input_item(self) -> TResponseInputItem:
        """The item as input for the next model call."""
        return output_to_input(self.raw_item)


def agent_fields(cls: type[Any]) -> frozenset[str]:
    """The fields of a kind of run items that hold agents."""
    return frozenset(
        name for each in cls.__mro__ for name, held in vars(each).items() if isinstance(held, _AgentReference)
    )


def output_to_input(raw_item: Any) -> TResponseInputItem:
    """An output item, or a dict of one, as an input item; a field that only servers may set is left out."""
    if isinstance(raw_item, Mapping):
        payload = {name: _listed(each) if isinstance(each, Iterator) else each for name, each in raw_item.items()}
    elif hasattr(raw_item, "model_dump"):
        payload = raw_item.model_dump(exclude_unset=True)
    else:
        raise AgentsException(f"An item must be a dict or a Responses object, not {type(raw_item).__name__}.")
    payload.pop("created_by", None)
    return cast("TResponseInputItem", payload)


def _listed(value: Any) -> Any:
    """A value without the iterators that pydantic leaves where it checks an ``Iterable``: they can be read once."""
    if isinstance(value, Mapping):
        return {name: _listed(each) for name, each in value.items()}
    return [_listed(each) for each in value] if isinstance(value, (Iterator, list)) else value


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


def call_name_of(name: str, namespace: str | None) -> str:
    """The name under which a model calls the tool ``name`` of ``namespace``, where it knows no namespaces.

    Responses gives a tool that was found by searching, and is in no namespace, its own name for one.
    """
    if not namespace or namespace == name:
        return name
    return f"{re.sub(r'[^a-zA-Z0-9_-]', '_', namespace)}__{name}"


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

    def __post_init__(self) -> None:
        if self.tool_lookup_key is None:
            name = self.tool_name = self.tool_name or called_name(self.raw_item) or None
            namespace = self.tool_namespace
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


def coerce_tool_search_call_raw_item(raw_item: Any) -> Any:
    """A search for tools as its object of the ``openai`` types, or as a dict where it does not fit one.

    Raises:
        AgentsException: It is something else.
    """
    return _coerced(raw_item, "tool_search_call", "ResponseToolSearchCall")


def coerce_tool_search_output_raw_item(raw_item: Any) -> Any:
    """What a search for tools found as its object of the ``openai`` types, or as a dict where it does not fit one.

    Raises:
        AgentsException: It is something else.
    """
    return _coerced(raw_item, "tool_search_output", "ResponseToolSearchOutputItem")


def _coerced(raw_item: Any, kind: str, name: str) -> Any:
    found = field_of(raw_item, "type")
    if found != kind:
        raise AgentsException(f"An item of type {kind!r} was expected, not {found or type(raw_item).__name__!r}.")
    if not isinstance(raw_item, Mapping):
        return raw_item
    try:
        return getattr(oai, name).model_validate(raw_item)
    except ValueError:
        return dict(raw_item)


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


@_releasable("source_agent", "target_agent")
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


class ItemHelpers:
    """Common look-ups in items."""

    @classmethod
    def extract_last_content(cls, message: TResponseOutputItem) -> str:
        """The last text or refusal of a message; empty for any other item.

        Raises:
            ModelBehaviorError: The last part is neither text nor refusal.
        """
        if message.type != "message" or not message.content:
            return ""
        last = message.content[-1]
        if last.type == "output_text":
            return last.text or ""
        if last.type == "refusal":
            return last.refusal
        raise ModelBehaviorError(f"A message part is text or a refusal, not {last.type!r}.")

    @classmethod
    def extract_last_text(cls, message: TResponseOutputItem) -> str | None:
        """The last part of a message, if it is text."""
        if message.type == "message" and message.content and message.content[-1].type == "output_text":
            return message.content[-1].text
        return None

    @classmethod
    def extract_text(cls, message: TResponseOutputItem) -> str | None:
        """All text of a message; ``None`` where there is none."""
        if message.type != "message":
            return None
        return "".join(part.text or "" for part in message.content if part.type == "output_text") or None

    @classmethod
    def extract_refusal(cls, message: TResponseOutputItem) -> str | None:
        """The refusal in a message; ``None`` where there is none."""
        if message.type != "message":
            return None
        return "".join(part.refusal for part in message.content if part.type == "refusal") or None

    @classmethod
    def input_to_new_input_list(cls, input: str | list[TResponseInputItem]) -> list[TResponseInputItem]:
        """A string or a list of items, as a new list of items."""
        if isinstance(input, str):
            return [{"content": input, "role": "user"}]
        return [output_to_input(item) for item in input]

    @classmethod
    def tool_call_output_item(
        cls,
        tool_call: ResponseFunctionToolCall,
        output: Any,
        *,
        output_json_schema: dict[str, Any] | None = None,
        output_type_adapter: TypeAdapter[Any] | None = None,
    ) -> FunctionCallOutput:
        """What a tool returned, as the item that answers its call; with a schema or type, as the JSON of an object.

        Raises:
            UserError: It is not of the type, or no object.
        """
        typed = output_json_schema is not None or output_type_adapter is not None
        told = json_object(output, output_type_adapter) if typed else tool_output_to_input(output)
        item = {"call_id": tool_call.call_id, "output": told, "type": "function_call_output"}
        copy_caller(tool_call, item)
        return cast("FunctionCallOutput", item)

    @classmethod
    def copy_tool_call_caller(cls, tool_call: Any, output_item: dict[str, Any]) -> None:
        """Note on the answer to a call who called, where the call says it: the model, or a program that it wrote."""
        copy_caller(tool_call, output_item)

    @classmethod
    def text_message_outputs(cls, items: Iterable[RunItem]) -> str:
        """The text of all messages among the items."""
        return "".join(cls.text_message_output(i) for i in items if isinstance(i, MessageOutputItem))

    @classmethod
    def text_message_output(cls, message: MessageOutputItem) -> str:
        """The text of one message."""
        return cls.extract_text(message.raw_item) or ""
