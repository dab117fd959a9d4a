"""Before a tool call runs: whether a human has to approve it, and what was decided.

``tool_execution`` asks; the decisions are in the table of the run's context.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from ..awaiting import settled
from ..exceptions import AgentsException, ToolInputGuardrailTripwireTriggered, UserError
from ..function_tools import FunctionTool, get_function_tool_origin
from ..items import ToolApprovalItem
from ..local_tool import LocalTool
from ..tool_context import ToolContext
from ..tool_error_formatter import ToolErrorFormatterArgs, in_other_words
from ..tool_guardrails import ToolInputGuardrailData, ToolInputGuardrailResult
from ..tool_invocation import FunctionInvoker
from .run_steps import RunScope, ToolRunFunction

if TYPE_CHECKING:
    from ..tool_kinds import CallableTool

REJECTION_MESSAGE = "Tool execution was not approved."
"""What the model is told of a rejected call, unless whoever rejected it says otherwise."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A call that is not carried out."""

    message: str
    """What the model is told instead."""


async def approval_of(
    run: RunScope, tool: CallableTool, context: ToolContext[Any]
) -> ToolApprovalItem | Rejected | None:
    """What there is between a call and its tool: nothing, a rejection, or a question to a human.

    Raises:
        UserError: The tool's ``needs_approval`` failed.
    """
    if tool.needs_approval is False:
        return None
    asked = _asked(run, context.tool_call_id)
    item = asked or _question(run, tool, context.tool_call, context.call_path)
    decision = run.context.approvals.take(item)
    if decision is None:
        if asked is not None:
            return asked
        if not await _needs_approval(tool, context):
            return None
        if isinstance(tool, LocalTool):
            return await _decided_at_once(run, tool, context, item)
        return await _checked_beforehand(run, tool, context) or item
    if decision.approved:
        return None
    if decision.message is not None:
        return Rejected(decision.message)
    return await _rejected(run, tool, context)


def is_held_back(run: RunScope, call: ToolRunFunction) -> bool:
    """Whether a call will not be carried out now: it was rejected, or waits for a human.

    What a function has yet to say (``needs_approval``, ``on_approval``) is not known here: such a call may run.
    """
    tool = call.function_tool
    if tool.needs_approval is False:
        return False
    asked = _asked(run, call.tool_call.call_id)
    item = asked or _question(run, tool, call.tool_call, run.context.call_path)
    decision = run.context.approvals.open(item)
    if decision is not None:
        return not decision.approved
    return asked is not None or (isinstance(tool, FunctionTool) and tool.needs_approval is True)


def _question(run: RunScope, tool: CallableTool, call: Any, path: tuple[str, ...]) -> ToolApprovalItem:
    origin = get_function_tool_origin(tool)
    return ToolApprovalItem(
        run.agent, call, tool.name, tool_namespace=tool.namespace, tool_origin=origin, call_path=path
    )


async def _rejected(run: RunScope, tool: CallableTool, context: ToolContext[Any]) -> Rejected:
    """A rejection without a message of its own."""
    kind = tool.kind if isinstance(tool, LocalTool) else "function"
    call_id = context.tool_call_id
    return Rejected(await told_of(run, "approval_rejected", tool.name, call_id, REJECTION_MESSAGE, kind))


async def _decided_at_once(
    run: RunScope, tool: CallableTool, context: ToolContext[Any], item: ToolApprovalItem
) -> ToolApprovalItem | Rejected | None:
    """What the tool's ``on_approval`` decides; what it leaves open is a question to a human.

    Raises:
        UserError: It failed, or did not return what it must.
    """
    decide: Any = getattr(tool, "on_approval", None)
    if decide is None:
        return item
    try:
        decision = decide(context, item)
        decision = await settled(decision)
        approved = decision.get("approve")
    except AgentsException:
        raise
    except Exception as error:
        raise UserError(f"on_approval of tool {tool.name!r} raised {type(error).__name__}: {error}") from error
    if approved is True:
        return None
    if approved is False:
        return Rejected(str(decision["reason"])) if decision.get("reason") else await _rejected(run, tool, context)
    return item


def _asked(run: RunScope, call_id: str) -> ToolApprovalItem | None:
    """The question that was asked of this call before the run was put down."""
    turn_items = run.result.new_items[run.progress.turn_start :]
    asked = (item for item in turn_items if isinstance(item, ToolApprovalItem))
    return next((item for item in asked if item.call_id == call_id), None)


async def _needs_approval(tool: CallableTool, context: ToolContext[Any]) -> bool:
    arguments: Any = None
    if isinstance(tool, FunctionTool):
        if isinstance(tool.needs_approval, bool):
            return tool.needs_approval
        try:
            arguments = json.loads(context.tool_arguments or "{}")
        except ValueError:
            return True  # nobody can tell what the call would do
        if not isinstance(arguments, dict):
            return True
        if isinstance(tool.on_invoke_tool, FunctionInvoker):
            arguments = tool.on_invoke_tool.with_defaults(arguments)
    try:
        if isinstance(tool, LocalTool):
            return await tool.asks(context)
        needed: Any = tool.needs_approval(context, arguments, context.tool_call_id)  # type: ignore[operator]
        return bool(await settled(needed))
    except AgentsException:
        raise
    except Exception as error:
        raise UserError(f"needs_approval of tool {tool.name!r} raised {type(error).__name__}: {error}") from error


async def _checked_beforehand(run: RunScope, tool: FunctionTool, context: ToolContext[Any]) -> Rejected | None:
    """With ``pre_approval_tool_input_guardrails``, nobody is asked about a call that a guardrail rejects."""
    execution = run.config.tool_execution
    if execution is None or not execution.pre_approval_tool_input_guardrails:
        return None
    rejection = await checked_input(run, tool, context)
    return None if rejection is None else Rejected(rejection)


async def checked_input(run: RunScope, tool: CallableTool, context: ToolContext[Any]) -> str | None:
    """What an input guardrail says instead of the tool; ``None`` where none does.

    Raises:
        ToolInputGuardrailTripwireTriggered: One stopped the run.
    """
    for guardrail in tool.tool_input_guardrails or ():
        output = await guardrail.run(ToolInputGuardrailData(context, run.agent))
        run.result.tool_input_guardrail_results.append(ToolInputGuardrailResult(guardrail, output))
        if output.behavior["type"] == "raise_exception":
            raise ToolInputGuardrailTripwireTriggered(guardrail, output)
        if output.behavior["type"] == "reject_content":
            return output.behavior["message"]
    return None


async def told_of(
    run: RunScope,
    kind: Literal["approval_rejected", "tool_not_found"],
    tool_name: str,
    call_id: str,
    message: str,
    tool_type: Literal["function", "shell", "apply_patch", "custom"] = "function",
) -> str:
    """What the model is told of a call that was not carried out, as the run's ``tool_error_formatter`` puts it."""
    args = ToolErrorFormatterArgs(kind, tool_type, tool_name, call_id, message, run.context)
    return await in_other_words(run.config.tool_error_formatter, args)
