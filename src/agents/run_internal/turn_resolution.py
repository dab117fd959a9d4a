"""After a model call: what the response asks for. Plain functions from a response to data."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from ..agent import Agent
from ..agent_output import AgentOutputSchema
from ..awaiting import answer_of
from ..exceptions import ModelBehaviorError, ModelRefusalError
from ..function_tools import FunctionToolResult, get_function_tool_origin
from ..handoffs import Handoff
from ..hosted_tool import HostedTool
from ..item_helpers import call_name_of
from ..items import (
    CompactionItem,
    HandoffCallItem,
    ItemHelpers,
    MCPApprovalRequestItem,
    MCPListToolsItem,
    MessageOutputItem,
    ModelResponse,
    ReasoningItem,
    RunItem,
    ToolCallItem,
    ToolCallOutputItem,
    ToolSearchCallItem,
    ToolSearchOutputItem,
    output_to_input,
)
from ..local_tool import LocalTool
from ..native_calls import NATIVE_OUTPUTS, function_output_of
from ..run_context import RunContextWrapper
from .run_steps import (
    NextStep,
    NextStepFinalOutput,
    NextStepRunAgain,
    PreparedTurn,
    ProcessedResponse,
    ToolRunFunction,
    ToolRunHandoff,
    ToolRunMCPApprovalRequest,
)

if TYPE_CHECKING:
    from ..hosted_tools import HostedMCPTool
    from ..tool_kinds import CallableTool

HOSTED: Mapping[str, Callable[[Agent[Any], Any], RunItem]] = {
    **dict.fromkeys(
        ("web_search_call", "file_search_call", "code_interpreter_call", "image_generation_call", "mcp_call"),
        ToolCallItem,
    ),
    "program": ToolCallItem,
    "program_output": lambda agent, item: ToolCallOutputItem(agent, item, item.result),
    "mcp_list_tools": MCPListToolsItem,
    "mcp_approval_request": MCPApprovalRequestItem,
    "tool_search_call": ToolSearchCallItem,
    "tool_search_output": ToolSearchOutputItem,
}
"""What the provider's own tools did, by the type of the item: it is done, and asks for nothing but approvals."""


def process_model_response(turn: PreparedTurn, response: ModelResponse) -> ProcessedResponse:
    """The items of a response, and the calls among them.

    Raises:
        ModelBehaviorError: The output holds an item that this version cannot act on.
    """
    items: list[RunItem] = []
    functions: list[ToolRunFunction] = []
    handoffs: list[ToolRunHandoff] = []
    unknown: list[Any] = []
    approvals: list[ToolRunMCPApprovalRequest] = []
    output: Any
    for output in response.output:
        if output.type == "message":
            items.append(MessageOutputItem(turn.agent, output))
        elif output.type == "reasoning":
            items.append(ReasoningItem(turn.agent, output))
        elif output.type == "function_call" or output.type in NATIVE_OUTPUTS:
            called = called_by(turn, output)
            if isinstance(called, Handoff):
                handoffs.append(ToolRunHandoff(output, called))
                items.append(HandoffCallItem(turn.agent, output))
                continue
            if called is None:
                unknown.append(output)
            elif not (isinstance(called, LocalTool) and called.hosted):
                functions.append(ToolRunFunction(output, called))
            description = getattr(called, "description", None)
            origin = get_function_tool_origin(called) if called else None
            title = getattr(called, "title", None)
            items.append(ToolCallItem(turn.agent, output, description=description, title=title, tool_origin=origin))
        elif output.type in NATIVE_OUTPUTS.values():
            answer = output_to_input(output)
            items.append(ToolCallOutputItem(turn.agent, answer, function_output_of(answer)["output"]))
        elif output.type == "compaction":
            items.append(CompactionItem(turn.agent, output_to_input(output)))
        elif output.type in HOSTED:
            items.append(HOSTED[output.type](turn.agent, output))
            if output.type == "mcp_approval_request":
                approvals.append(ToolRunMCPApprovalRequest(output, _hosted_server(turn, output.server_label)))
        else:
            raise ModelBehaviorError(
                f"The model's output holds an item of type {output.type!r}, which nobody here can act on."
            )
    return ProcessedResponse(response, items, functions, handoffs, unknown, approvals)


def _hosted_server(turn: PreparedTurn, label: str) -> HostedMCPTool | None:
    """The agent's tool for a hosted MCP server; a stored prompt may have servers that the agent does not."""
    hosted = (tool for tool in turn.tools if isinstance(tool, HostedTool) and tool.kind == "mcp")
    servers = cast("Iterator[HostedMCPTool]", hosted)
    return next((tool for tool in servers if tool.tool_config["server_label"] == label), None)


def called_by(turn: PreparedTurn, call: Any) -> CallableTool | Handoff[Any, Any] | None:
    """What a call is for: by its name, or by its kind where a tool's own form has no name."""
    if call.type in ("function_call", "custom_tool_call"):
        return turn.callable_names.get(call_name_of(call.name, getattr(call, "namespace", None)))
    return next((tool for tool in turn.tools if isinstance(tool, LocalTool) and tool.call_type == call.type), None)


def resolve_final_output(turn: PreparedTurn, processed: ProcessedResponse) -> NextStep:
    """What follows a response that asks for no action.

    Raises:
        ModelRefusalError: The model refused.
        ModelBehaviorError: The answer is not of the agent's output type.
    """
    messages = [item.raw_item for item in processed.new_items if isinstance(item, MessageOutputItem)]
    if messages and (refusal := ItemHelpers.extract_refusal(messages[-1])):
        raise ModelRefusalError(refusal)
    text = ItemHelpers.extract_text(messages[-1]) if messages else None
    if turn.output_schema is None or turn.output_schema.is_plain_text():
        return NextStepFinalOutput(text or "")
    if text:
        return NextStepFinalOutput(turn.output_schema.validate_json(text))
    return NextStepRunAgain()  # thinking alone is no answer: the model is asked again, within max_turns


async def resolve_tool_use(
    turn: PreparedTurn, results: Sequence[FunctionToolResult], context: RunContextWrapper[Any]
) -> NextStep:
    """What follows the tool calls of a turn, as the agent's ``tool_use_behavior`` says."""
    behavior: Any = turn.agent.tool_use_behavior
    if not results or behavior == "run_llm_again":
        return NextStepRunAgain()
    if behavior == "stop_on_first_tool":
        return _final(turn, results[0].output)
    if isinstance(behavior, dict):
        stop_at = set(behavior["stop_at_tool_names"])
        stopped = next((result for result in results if stop_at & {result.tool.name, result.tool.qualified_name}), None)
        return _final(turn, stopped.output) if stopped is not None else NextStepRunAgain()
    decided = await answer_of(f"tool_use_behavior of agent {turn.agent.name!r}", behavior, context, list(results))
    return _final(turn, decided.final_output) if decided.is_final_output else NextStepRunAgain()


def _final(turn: PreparedTurn, output: Any) -> NextStepFinalOutput:
    """A tool's output as the final output: as text, where the agent's output is text; else of its type.

    Data that makes an object of the type is made one: that is what a stored run has of an object. What is of another
    type is the tool's own choice, and stays.
    """
    schema = turn.output_schema
    if schema is None:
        return NextStepFinalOutput(str(output))
    if isinstance(schema, AgentOutputSchema) and isinstance(output, (dict, list)):
        with suppress(ModelBehaviorError):
            return NextStepFinalOutput(schema.validate_python(output))
    return NextStepFinalOutput(output)
