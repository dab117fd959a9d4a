"""Agents: what a user declares, and no more. How an agent runs is the business of :mod:`agents.run`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, Union

from typing_extensions import NotRequired, TypedDict

from . import mcp
from .agent_output import AgentOutputSchemaBase
from .agent_tool import AgentToolInvoker, OnStream, OutputExtractor
from .agent_tool import AgentToolStreamEvent as AgentToolStreamEvent
from .agent_tool_input import InputBuilder, ToolInput
from .awaiting import answer_of
from .exceptions import UserError
from .function_tools import FunctionTool, FunctionToolResult, ToolApproval, ToolEnabled, enabled_tools
from .model_defaults import settings_for
from .model_settings import ModelSettings, coerce_model_settings
from .prompts import PromptUtil
from .run_context import RunContextWrapper, TContext
from .tool_invocation import ToolErrorFunction, default_tool_error_function
from .util._transforms import transform_string_function_style

if TYPE_CHECKING:
    from openai.types.responses.response_prompt_param import ResponsePromptParam

    from .guardrail import InputGuardrail, OutputGuardrail
    from .handoffs import Handoff
    from .lifecycle import AgentHooks, RunHooks
    from .mcp import MCPServer
    from .memory import Session
    from .models.interface import Model
    from .prompts import DynamicPromptFunction, Prompt
    from .run_config import RunConfig
    from .tool_kinds import Tool


@dataclass
class ToolsToFinalOutputResult:
    """Whether the outputs of a turn's tools end the run."""

    is_final_output: bool
    """True: the run ends with ``final_output``. False: the model is asked again, with the outputs."""
    final_output: Any | None = None
    """The final output; it should be of the agent's ``output_type``."""


ToolsToFinalOutputFunction: TypeAlias = Callable[
    [RunContextWrapper[TContext], list[FunctionToolResult]],
    Union[ToolsToFinalOutputResult, Awaitable[ToolsToFinalOutputResult]],
]
"""Decides after each turn with tool calls whether the run ends."""


@cache
def _nothing_chosen() -> ModelSettings:
    """The settings of an agent that was given none, until its model is known. Made late: importing this stays cheap."""
    return ModelSettings()


class StopAtTools(TypedDict):
    """End the run when one of these tools has been called; its output is the final output."""

    stop_at_tool_names: list[str]


class MCPConfig(TypedDict):
    """How the tools of an agent's MCP servers are made."""

    convert_schemas_to_strict: NotRequired[bool]
    """Whether their schemas are made strict where that is possible; by default not."""
    failure_error_function: NotRequired[ToolErrorFunction | None]
    """Makes a message to the model of a failed call; with ``None`` it ends the run."""
    include_server_in_tool_names: NotRequired[bool]
    """Whether a model calls ``mcp_{server}__{tool}``, so that two servers may have a tool of one name."""


Instructions: TypeAlias = Union[
    str, Callable[[RunContextWrapper[TContext], "Agent[TContext]"], Union[str, Awaitable[str]]], None
]


@dataclass
class AgentBase(Generic[TContext]):
    """What all kinds of agents have."""

    name: str
    """The agent's name: in traces, in handoffs, in errors."""
    handoff_description: str | None = None
    """What the agent is for, told to agents that can hand over to it."""
    tools: list[Tool] = field(default_factory=list)
    """What its model may call."""
    mcp_servers: list[MCPServer] = field(default_factory=list)
    """Servers whose tools the model may call, too. They must be connected while the agent runs."""
    mcp_config: MCPConfig = field(default_factory=MCPConfig)
    """How these tools are made."""

    async def get_mcp_tools(self, run_context: RunContextWrapper[TContext]) -> list[Tool]:
        """The tools of the MCP servers, as they list them now.

        Raises:
            MCPServerError: A server cannot be asked, or its list cannot be used.
            UserError: Two servers have a tool of one name.
        """
        if not self.mcp_servers:
            return []
        prefixed = self.mcp_config.get("include_server_in_tool_names", False)
        return await mcp.MCPUtil.get_all_function_tools(
            self.mcp_servers,
            self.mcp_config.get("convert_schemas_to_strict", False),
            run_context,
            self,
            failure_error_function=self.mcp_config.get("failure_error_function", default_tool_error_function),
            include_server_in_tool_names=prefixed,
            reserved_tool_names=self._own_tool_names() if prefixed else None,
        )

    def _own_tool_names(self) -> set[str]:
        """The names that the agent's other tools and handoffs take."""
        handoffs = getattr(self, "handoffs", ())
        names = [each.tool_name for each in handoffs if hasattr(each, "tool_name")]
        names += [
            transform_string_function_style(f"transfer_to_{each.name}") for each in handoffs if hasattr(each, "name")
        ]
        return {*names, *(getattr(tool, "call_name", tool.name) for tool in self.tools)}

    async def get_all_tools(self, run_context: RunContextWrapper[TContext]) -> list[Tool]:
        """The tools of the MCP servers, and those of the agent that are enabled in this run."""
        of_servers = await self.get_mcp_tools(run_context)
        return [*of_servers, *await enabled_tools(self.tools, run_context, self)]


_LISTS = {
    "tools": ({"name"}, "tools, which @function_tool makes of functions"),
    "mcp_servers": ({"list_tools"}, "MCP servers, such as MCPServerStdio"),
    "handoffs": ({"handoff_description", "tool_name"}, "agents or handoffs, which handoff(agent) makes"),
    "input_guardrails": ({"get_name"}, "guardrails, which @input_guardrail makes of functions"),
    "output_guardrails": ({"get_name"}, "guardrails, which @output_guardrail makes of functions"),
}
"""The lists of an agent: by which attribute their entries are known, and what they are."""


def _is_list_of(value: object, marks: set[str]) -> bool:
    return isinstance(value, list) and all(any(hasattr(each, mark) for mark in marks) for each in value)


@dataclass
class Agent(AgentBase[TContext]):
    """A model with instructions, tools and whatever else makes it useful.

    An agent is a declaration: it holds no state of any run, and may serve many runs at once.

    Raises:
        UserError: A field has a value of the wrong kind.
    """

    instructions: Instructions[TContext] = None
    """What the model should be and do: text, or a function of context and agent that returns it."""
    prompt: Prompt | DynamicPromptFunction | None = None
    """A prompt stored with OpenAI, for models of its Responses API."""
    handoffs: list[Agent[Any] | Handoff[TContext, Any]] = field(default_factory=list)
    """Agents that this one may hand the conversation to."""
    model: str | Model | None = None
    """A model, or its name; ``None`` for the default model."""
    model_settings: ModelSettings = field(default_factory=_nothing_chosen)
    """How the model should answer. Unless they are given, they are what suits the model: for GPT-5 models a low
    verbosity, and little or no reasoning."""
    input_guardrails: list[InputGuardrail[TContext]] = field(default_factory=list)
    """Checks on the run's input, if this agent starts it."""
    output_guardrails: list[OutputGuardrail[TContext]] = field(default_factory=list)
    """Checks on the final output, if this agent gives it."""
    output_type: type[Any] | AgentOutputSchemaBase | None = None
    """The type of the final output; ``None`` for text."""
    hooks: AgentHooks[TContext] | None = None
    """Told of what this agent does."""
    tool_use_behavior: (
        Literal["run_llm_again", "stop_on_first_tool"] | StopAtTools | ToolsToFinalOutputFunction[TContext]
    ) = "run_llm_again"
    """What follows tool calls: another model call with their outputs, or the end of the run."""
    reset_tool_choice: bool = True
    """Whether a forced ``tool_choice`` is dropped after a tool was called: the run would go in circles."""

    def __post_init__(self) -> None:
        if self.model_settings is _nothing_chosen():
            self.model_settings = settings_for(self.model)
        self.model_settings = coerce_model_settings(self.model_settings)  # a dict is welcome too
        for what, valid, wanted in self._requirements():
            if not valid:
                value = getattr(self, what)
                raise UserError(f"Agent {self.name!r}: {what} must be {wanted}, not {type(value).__name__} {value!r}.")

    def _requirements(self) -> list[tuple[str, bool, str]]:
        behavior = self.tool_use_behavior
        return [
            ("name", isinstance(self.name, str) and bool(self.name), "a string that is not empty"),
            (
                "instructions",
                self.instructions is None or isinstance(self.instructions, str) or callable(self.instructions),
                "a string, or a function of context and agent",
            ),
            *(
                (name, _is_list_of(getattr(self, name), marks), f"a list of {what}")
                for name, (marks, what) in _LISTS.items()
            ),
            (
                "model",
                self.model is None or isinstance(self.model, str) or hasattr(self.model, "get_response"),
                "a model, its name, or None",
            ),
            (
                "output_type",
                not isinstance(self.output_type, (str, bytes, int, float, list, dict)),
                "a type or an output schema",
            ),
            ("hooks", self.hooks is None or hasattr(self.hooks, "on_start"), "an AgentHooks object"),
            (
                "tool_use_behavior",
                behavior in ("run_llm_again", "stop_on_first_tool")
                or callable(behavior)
                or (isinstance(behavior, dict) and "stop_at_tool_names" in behavior),
                "'run_llm_again', 'stop_on_first_tool', StopAtTools, or a function",
            ),
        ]

    def clone(self, **kwargs: Any) -> Agent[TContext]:
        """A copy with some fields changed: ``agent.clone(name="B")``. Lists are shared unless replaced.

        Settings that nobody chose become those of the new model.
        """
        if "model" in kwargs and self.model_settings == settings_for(self.model):
            kwargs.setdefault("model_settings", settings_for(kwargs["model"]))
        return replace(self, **kwargs)

    def as_tool(
        self,
        tool_name: str | None,
        tool_description: str | None,
        custom_output_extractor: OutputExtractor | None = None,
        is_enabled: ToolEnabled = True,
        on_stream: OnStream | None = None,
        run_config: RunConfig | dict[str, Any] | None = None,
        max_turns: int | None = None,
        hooks: RunHooks[TContext] | None = None,
        previous_response_id: str | None = None,
        conversation_id: str | None = None,
        session: Session | None = None,
        failure_error_function: ToolErrorFunction | None = default_tool_error_function,
        needs_approval: ToolApproval = False,
        parameters: type[Any] | None = None,
        input_builder: InputBuilder | None = None,
        include_input_schema: bool = False,
        on_stream_max_pending_events: int | None = 1024,
    ) -> FunctionTool:
        """This agent as a tool of others. It runs on what they write, and its output goes back to them.

        A handoff gives the conversation away; a tool is called, and the caller goes on. The inner run has the
        context and the usage of the outer one, is stopped with it, and its approvals are asked for there.

        Args:
            tool_name: The name of the tool; by default the agent's, in the letters that tool names may have.
            tool_description: What the tool does and when to use it, for the model.
            custom_output_extractor: Makes the tool's output of the result of the run; by default it is the final
                output.
            is_enabled: Whether the model sees the tool: a bool, or a function of context and agent.
            on_stream: Receives each event of the inner run, which then is a streamed one. The run does not wait
                for it, and its errors are a line in the log.
            run_config: The configuration of the inner run; by default that of the outer one.
            max_turns: How many turns the inner run may take.
            hooks: Told of what happens in the inner run.
            previous_response_id: The inner run goes on from this response.
            conversation_id: The inner run goes on with this stored conversation.
            session: The inner run's conversation is kept here.
            failure_error_function: Makes a message to the model of an error of the inner run; with ``None`` it ends
                the outer run too.
            needs_approval: Whether a human has to approve a call: a bool, or a function of context, arguments and
                call id.
            parameters: What the model has to write: a dataclass or pydantic model; by default a text.
            input_builder: Makes the input of the inner run of these parameters.
            include_input_schema: Whether the agent reads the JSON schema of the parameters, too.
            on_stream_max_pending_events: How many events may wait for ``on_stream``; more make the tool fail.

        Raises:
            UserError: An option has a value that cannot work.
        """
        name = tool_name or transform_string_function_style(self.name)
        if on_stream is not None and not callable(on_stream):
            raise UserError(f"Tool {name!r}: on_stream must be a function, not {type(on_stream).__name__}.")
        if on_stream_max_pending_events is not None and on_stream_max_pending_events < 1:
            raise UserError(f"Tool {name!r}: on_stream_max_pending_events must be at least 1, or None for no limit.")
        tool_input = ToolInput.of(name, parameters, input_builder, include_input_schema)
        options = {
            "run_config": run_config,
            "max_turns": max_turns,
            "hooks": hooks,
            "previous_response_id": previous_response_id,
            "conversation_id": conversation_id,
            "session": session,
        }
        return FunctionTool(
            name=name,
            description=tool_description or "",
            params_json_schema=tool_input.json_schema,
            on_invoke_tool=AgentToolInvoker(
                agent=self,
                tool_name=name,
                input=tool_input,
                on_failure=failure_error_function,
                extract=custom_output_extractor,
                on_stream=on_stream,
                most_pending=on_stream_max_pending_events,
                run_options={option: value for option, value in options.items() if value is not None},
            ),
            is_enabled=is_enabled,
            needs_approval=needs_approval,
            agent=self,
        )

    async def get_system_prompt(self, run_context: RunContextWrapper[TContext]) -> str | None:
        """The instructions for this run.

        Raises:
            UserError: The function that makes them did not return text.
        """
        if self.instructions is None or isinstance(self.instructions, str):
            return self.instructions
        whose = f"instructions function of agent {self.name!r}"
        made: Any = await answer_of(whose, self.instructions, run_context, self)
        if made is not None and not isinstance(made, str):
            raise UserError(f"The {whose} returned {type(made).__name__}, not text.")
        return made

    async def get_prompt(self, run_context: RunContextWrapper[TContext]) -> ResponsePromptParam | None:
        """The stored prompt for this run."""
        return await PromptUtil.to_model_input(self.prompt, run_context, self)
