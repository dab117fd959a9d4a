"""What a server is to an agent. ``session_server`` is the one over the ``mcp`` package; others may be your own."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Final

from ..run_context import RunContextWrapper
from ..tool_invocation import ToolErrorFunction
from .approvals import ApprovalPolicy, NeedsApproval, RequireApprovalSetting
from .seams import MCPToolCustomDataExtractor, MCPToolMetaResolver

if TYPE_CHECKING:
    from mcp.types import (
        CallToolResult,
        GetPromptResult,
        ListPromptsResult,
        ListResourcesResult,
        ListResourceTemplatesResult,
        ReadResourceResult,
    )
    from mcp.types import Tool as MCPTool

    from ..agent import AgentBase
    from ..tool_guardrails import ToolInputGuardrail, ToolOutputGuardrail


class Unset:
    """The type of an option that was left out, where ``None`` means something else."""

    def __repr__(self) -> str:
        return "<as the agent says>"


UNSET: Final = Unset()


class MCPServer(ABC):
    """A server with tools and prompts, and perhaps resources.

    Args:
        use_structured_content: Whether the model is told a result's structured content, as JSON, in place of its
            content. Most servers send both.
        require_approval: Which tools a human has to approve: "always", "never", a bool, a dict of such words by tool
            name, ``{"always": {"tool_names": [...]}, "never": {...}}``, or a function of context, agent and tool.
        failure_error_function: Makes a message to the model of a failed call; with ``None`` it ends the run. Left out,
            the agent's ``mcp_config`` decides.
        tool_meta_resolver: Makes the ``_meta`` that a call takes along.
        custom_data_extractor: Notes JSON data on the items of outputs, for the application.
        tool_input_guardrails: Checks on the arguments of every tool, before the call.
        tool_output_guardrails: Checks on the output of every tool, after the call.

    Raises:
        UserError: ``require_approval`` is in none of its forms.
    """

    def __init__(
        self,
        use_structured_content: bool = False,
        require_approval: RequireApprovalSetting = None,
        failure_error_function: ToolErrorFunction | Unset | None = UNSET,
        tool_meta_resolver: MCPToolMetaResolver | None = None,
        custom_data_extractor: MCPToolCustomDataExtractor | None = None,
        *,
        tool_input_guardrails: list[ToolInputGuardrail[Any]] | None = None,
        tool_output_guardrails: list[ToolOutputGuardrail[Any]] | None = None,
    ) -> None:
        self.use_structured_content = use_structured_content
        self.tool_meta_resolver = tool_meta_resolver
        self.custom_data_extractor = custom_data_extractor
        self.tool_input_guardrails = tool_input_guardrails
        self.tool_output_guardrails = tool_output_guardrails
        self._approvals = ApprovalPolicy.of(require_approval)
        self._failure_error_function = failure_error_function

    @property
    @abstractmethod
    def name(self) -> str:
        """What the server is called, in errors, spans and tool names."""

    @abstractmethod
    async def connect(self) -> None:
        """Start the server, or reach it; it stays connected until ``cleanup``."""

    @abstractmethod
    async def cleanup(self) -> None:
        """Leave the server."""

    @abstractmethod
    async def list_tools(
        self, run_context: RunContextWrapper[Any] | None = None, agent: AgentBase[Any] | None = None
    ) -> list[MCPTool]:
        """The tools that this agent may see."""

    @abstractmethod
    async def call_tool(
        self, tool_name: str, arguments: dict[str, Any] | None, meta: dict[str, Any] | None = None
    ) -> CallToolResult:
        """Call a tool."""

    @property
    def cached_tools(self) -> list[MCPTool] | None:
        """The tools that were listed last; ``None`` where none were, or none are kept."""
        return None

    @abstractmethod
    async def list_prompts(self) -> ListPromptsResult:
        """The prompts that the server offers."""

    @abstractmethod
    async def get_prompt(self, name: str, arguments: dict[str, Any] | None = None) -> GetPromptResult:
        """A prompt, filled in."""

    async def list_resources(self, cursor: str | None = None) -> ListResourcesResult:
        """A page of the server's resources; the first, without a cursor."""
        raise NotImplementedError(f"MCP server {self.name!r} does not support list_resources.")

    async def list_resource_templates(self, cursor: str | None = None) -> ListResourceTemplatesResult:
        """A page of the server's resource templates; the first, without a cursor."""
        raise NotImplementedError(f"MCP server {self.name!r} does not support list_resource_templates.")

    async def read_resource(self, uri: str) -> ReadResourceResult:
        """What is in a resource."""
        raise NotImplementedError(f"MCP server {self.name!r} does not support read_resource.")

    def needs_approval(self, tool: MCPTool, agent: AgentBase[Any] | None) -> NeedsApproval:
        """Whether a human has to approve calls of a tool, as ``FunctionTool.needs_approval`` has it."""
        return self._approvals.for_tool(tool, agent)

    def on_failure(self, of_agent: ToolErrorFunction | None) -> ToolErrorFunction | None:
        """What makes a message of a failed call: the server's own function, or else the agent's."""
        own = self._failure_error_function
        return of_agent if isinstance(own, Unset) else own
