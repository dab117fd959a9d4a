"""The data of a run: what it was told, what a turn is made of, and what may follow a turn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias, Union

from ..items import (
    HandoffCallItem,
    HandoffOutputItem,
    MCPApprovalRequestItem,
    MCPApprovalResponseItem,
    MCPListToolsItem,
    MessageOutputItem,
    ReasoningItem,
    RunItem,
    ToolApprovalItem,
    ToolCallItem,
    ToolCallOutputItem,
    ToolSearchCallItem,
    ToolSearchOutputItem,
    output_to_input,
)
from ..lifecycle import RunHooks
from ..local_tool import LocalTool
from ..result import EventBuffer, RunResultBase
from ..run_config import RunConfig
from ..run_error_handlers import RunErrorHandlers
from ..server_conversation import ServerConversation
from ..stream_events import RunItemStreamEvent

if TYPE_CHECKING:
    from openai.types.responses import ResponseFunctionToolCall
    from openai.types.responses.response_output_item import McpApprovalRequest
    from openai.types.responses.response_prompt_param import ResponsePromptParam

    from ..agent import Agent
    from ..agent_output import AgentOutputSchemaBase
    from ..handoffs import Handoff
    from ..hosted_tools import HostedMCPTool
    from ..items import ModelResponse, TResponseInputItem
    from ..memory import Session
    from ..model_settings import ModelSettings
    from ..models.interface import Model, ModelTracing
    from ..run_context import RunContextWrapper
    from ..run_progress import RunProgress
    from ..tool_context import AgentToolRunner
    from ..tool_kinds import CallableTool, Tool

_EVENT_NAMES: dict[type[Any], str] = {
    MessageOutputItem: "message_output_created",
    ReasoningItem: "reasoning_item_created",
    ToolCallItem: "tool_called",
    ToolCallOutputItem: "tool_output",
    HandoffCallItem: "handoff_requested",
    HandoffOutputItem: "handoff_occured",
    ToolSearchCallItem: "tool_search_called",
    ToolSearchOutputItem: "tool_search_output_created",
    MCPListToolsItem: "mcp_list_tools",
    MCPApprovalRequestItem: "mcp_approval_requested",
    MCPApprovalResponseItem: "mcp_approval_response",
}


@dataclass
class RunScope:
    """One run: what it was told, and how far it has come (which is its result)."""

    result: RunResultBase
    config: RunConfig
    hooks: RunHooks[Any] | None
    events: EventBuffer | None
    """Where events go; ``None`` when nobody reads them, which then costs nothing."""
    error_handlers: RunErrorHandlers[Any] | None = None
    session: Session | None = None
    """Where the conversation is kept. How much of the run it holds is part of the run's progress."""
    runner: AgentToolRunner | None = None
    """What runs the agents that are this run's tools."""
    tool_users: set[int] = field(default_factory=set)
    """The agents (by ``id``) that have called a tool in this run."""

    @property
    def agent(self) -> Agent[Any]:
        """The agent that is running."""
        return self.result.current_agent

    @property
    def context(self) -> RunContextWrapper[Any]:
        """The context of the run."""
        return self.result.context_wrapper

    @property
    def progress(self) -> RunProgress:
        """How far the run has come, beside what its result shows."""
        return self.result.progress

    @property
    def server(self) -> ServerConversation:
        """What of the conversation the models' service keeps."""
        return self.result.progress.server

    def add(self, item: RunItem) -> None:
        """The run has made an item: whoever reads the events hears of it, and the agents see it."""
        self.result.new_items.append(item)
        if not isinstance(item, ToolApprovalItem):
            self.progress.visible_items.append(item)
            self.result.conversation.append(item.to_input_item())
        if self.events is not None and type(item) in _EVENT_NAMES:
            self.events.put(RunItemStreamEvent(_EVENT_NAMES[type(item)], item))  # type: ignore[arg-type]

    def show(self, base_input: list[TResponseInputItem], items: list[RunItem]) -> None:
        """From now on the agents see this conversation."""
        self.progress.base_input = base_input
        self.progress.visible_items = items
        self.result.conversation[:] = [*base_input, *(output_to_input(item.raw_item) for item in items)]


@dataclass(frozen=True, slots=True)
class PreparedTurn:
    """All that a model call needs."""

    agent: Agent[Any]
    model: Model
    settings: ModelSettings
    instructions: str | None
    prompt: ResponsePromptParam | None
    tools: list[Tool]
    handoffs: list[Handoff[Any, Any]]
    callable_names: dict[str, CallableTool | Handoff[Any, Any]]
    """What answers to which name."""
    output_schema: AgentOutputSchemaBase | None
    tracing: ModelTracing


@dataclass(frozen=True, slots=True)
class ToolRunFunction:
    """A tool to run."""

    tool_call: Any
    """The item by which the model called: a function call, or the tool's own form."""
    function_tool: CallableTool

    @property
    def arguments(self) -> str:
        """The arguments of the call, as the tool reads them."""
        tool, call = self.function_tool, self.tool_call
        return tool.arguments(call) if isinstance(tool, LocalTool) else str(call.arguments)


@dataclass(frozen=True, slots=True)
class ToolRunHandoff:
    """A handoff to carry out."""

    tool_call: ResponseFunctionToolCall
    handoff: Handoff[Any, Any]


@dataclass(frozen=True, slots=True)
class ToolRunMCPApprovalRequest:
    """A call of a hosted MCP server's tool that has to be approved."""

    request_item: McpApprovalRequest
    mcp_tool: HostedMCPTool | None
    """The server, where it is the agent's own."""


@dataclass(frozen=True, slots=True)
class ProcessedResponse:
    """What a model response asks for."""

    response: ModelResponse
    new_items: list[RunItem]
    functions: list[ToolRunFunction]
    handoffs: list[ToolRunHandoff]
    unknown: list[Any]
    """Calls of tools that do not exist."""
    mcp_approval_requests: list[ToolRunMCPApprovalRequest] = field(default_factory=list)
    """Calls of tools of hosted MCP servers that have to be approved."""

    @property
    def asks_for_action(self) -> bool:
        """Whether anything is to be done before the run can end."""
        return bool(self.functions or self.handoffs or self.unknown or self.mcp_approval_requests)


@dataclass(frozen=True, slots=True)
class NextStepFinalOutput:
    """The run ends."""

    output: Any
    item: RunItem | None = None
    """The message that says so in the conversation, where an error handler made the output."""


@dataclass(frozen=True, slots=True)
class NextStepHandoff:
    """Another agent goes on."""

    new_agent: Agent[Any]


@dataclass(frozen=True, slots=True)
class NextStepRunAgain:
    """The model is asked again."""


@dataclass(frozen=True, slots=True)
class NextStepInterruption:
    """The run is put down until these calls are approved or rejected."""

    interruptions: list[ToolApprovalItem]


NextStep: TypeAlias = Union[NextStepFinalOutput, NextStepHandoff, NextStepRunAgain, NextStepInterruption]
