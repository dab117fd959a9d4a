"""Agents: what a user declares, and no more. How an agent runs is the business of :mod:`agents.run`."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeAlias, Union

from typing_extensions import TypedDict

from .agent_output import AgentOutputSchemaBase
from .exceptions import UserError
from .model_settings import ModelSettings, coerce_model_settings
from .prompts import PromptUtil
from .run_context import RunContextWrapper, TContext
from .tool import FunctionToolResult, Tool, is_tool_enabled

if TYPE_CHECKING:
    from openai.types.responses.response_prompt_param import ResponsePromptParam

    from .guardrail import InputGuardrail, OutputGuardrail
    from .handoffs import Handoff
    from .lifecycle import AgentHooks
    from .models.interface import Model
    from .prompts import DynamicPromptFunction, Prompt


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


class StopAtTools(TypedDict):
    """End the run when one of these tools has been called; its output is the final output."""

    stop_at_tool_names: list[str]


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
    mcp_servers: list[Any] = field(default_factory=list)
    """Servers that offer more tools. This version has no client for them: the list must be empty."""
    mcp_config: dict[str, Any] = field(default_factory=dict)
    """Settings for these servers."""

    async def get_all_tools(self, run_context: RunContextWrapper[TContext]) -> list[Tool]:
        """The tools that are enabled in this run."""
        return [tool for tool in self.tools if await is_tool_enabled(tool, run_context, self)]


_LISTS = {
    "tools": ({"name"}, "tools, which @function_tool makes of functions"),
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
    model_settings: ModelSettings = field(default_factory=ModelSettings)
    """How the model should answer."""
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
            ("mcp_servers", not self.mcp_servers, "empty, as this version has no MCP client"),
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
        """A copy with some fields changed: ``agent.clone(name="B")``. Lists are shared unless replaced."""
        return replace(self, **kwargs)

    async def get_system_prompt(self, run_context: RunContextWrapper[TContext]) -> str | None:
        """The instructions for this run.

        Raises:
            UserError: The function that makes them did not return text.
        """
        if self.instructions is None or isinstance(self.instructions, str):
            return self.instructions
        made: Any = self.instructions(run_context, self)
        made = await made if inspect.isawaitable(made) else made
        if made is not None and not isinstance(made, str):
            raise UserError(
                f"The instructions function of agent {self.name!r} returned {type(made).__name__}, not text."
            )
        return made

    async def get_prompt(self, run_context: RunContextWrapper[TContext]) -> ResponsePromptParam | None:
        """The stored prompt for this run."""
        return await PromptUtil.to_model_input(self.prompt, run_context, self)
