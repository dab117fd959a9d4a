"""Before the tool calls of a turn run: which of them a human has to approve, and what was decided.

The loop asks, and ``tool_execution`` acts on the answers; the decisions are in the table of the run's context.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, Union

from ..awaiting import settled
from ..concurrency import together
from ..exceptions import AgentsException, ToolInputGuardrailTripwireTriggered, UserError
from ..function_tools import FunctionTool, get_function_tool_origin
from ..items import ToolApprovalItem
from ..local_tool import LocalTool
from ..tool_approvals import CallDecision, StandingDecision
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


Verdict: TypeAlias = Union[ToolApprovalItem, Rejected, None]
"""What there is between a call and its tool: a question to a human, a rejection, or nothing."""


@dataclass(slots=True)
class JudgedCall:
    """A call, of which is known whether it may run."""

    call: ToolRunFunction
    context: ToolContext[Any]
    """What the tool will know of the call."""
    verdict: Verdict = None
    question: ToolApprovalItem | None = None
    """What a human is asked, or was; ``None`` where nobody ever is."""
    decision: CallDecision | StandingDecision | None = None
    """What the human has decided."""

    @property
    def function_tool(self) -> CallableTool:
        """The tool."""
        return self.call.function_tool

    @property
    def begins(self) -> bool:
        """Whether the tool will be called now, and was not before."""
        return self.verdict is None and self.context.paused_run is None

    def carry_out(self) -> None:
        """What was decided is done now: a decision on one call is used up by that."""
        if isinstance(self.decision, CallDecision):
            self.decision.used = True


async def judge(run: RunScope, tool_runs: Sequence[ToolRunFunction]) -> list[JudgedCall]:
    """See of all calls of a turn whether they may run, before the first of them does.

    Raises:
        UserError: A tool's ``needs_approval`` or ``on_approval`` failed.
    """
    calls = [JudgedCall(call, _context(run, call)) for call in tool_runs]
    asking = [
        place for place, call in enumerate(calls) if call.begins and call.function_tool.needs_approval is not False
    ]
    judged = await together([partial(_judge, run, calls[place]) for place in asking])
    taken: list[CallDecision] = []
    for place, each in zip(asking, judged, strict=True):
        calls[place] = each
        if isinstance(each.decision, CallDecision):
            if any(each.decision is other for other in taken):  # of two calls of one id, the second waits
                calls[place] = replace(each, verdict=each.question, decision=None)
            taken.append(each.decision)
    return calls


def _context(run: RunScope, call: ToolRunFunction) -> ToolContext[Any]:
    tool = call.function_tool
    context: ToolContext[Any] = ToolContext.from_agent_context(
        run.context,
        call.tool_call.call_id,
        call.tool_call,
        run.agent,
        tool_name=tool.name,
        tool_arguments=call.arguments,
        tool_namespace=tool.namespace,
        run_config=run.config,
        runner=run.runner,
        paused_run=run.progress.paused_runs.get(call.tool_call.call_id),
    )
    return context


async def _judge(run: RunScope, judged: JudgedCall) -> JudgedCall:
    call, tool, context = judged.call, judged.function_tool, judged.context
    asked = _asked(run, context.tool_call_id)
    question = asked or _question(run, tool, context)
    decision = run.context.approvals.open(question)
    verdict: Verdict = asked
    if decision is None and asked is None:
        verdict = await _judged_anew(run, tool, context, question)
    elif decision is not None:
        verdict = None if decision.approved else await _rejected(run, tool, context, decision.message)
    return JudgedCall(call, context, verdict, question, decision)


async def _judged_anew(
    run: RunScope, tool: CallableTool, context: ToolContext[Any], question: ToolApprovalItem
) -> Verdict:
    """The verdict on a call about which nobody was asked."""
    if not await _needs_approval(tool, context):
        return None
    if isinstance(tool, LocalTool):
        return await _decided_at_once(run, tool, context, question)
    return await _checked_beforehand(run, tool, context) or question


def _question(run: RunScope, tool: CallableTool, context: ToolContext[Any]) -> ToolApprovalItem:
    return ToolApprovalItem(
        run.agent,
        context.tool_call,
        tool.name,
        tool_namespace=tool.namespace,
        tool_origin=get_function_tool_origin(tool),
        call_path=context.call_path,
    )


async def _rejected(
    run: RunScope, tool: CallableTool, context: ToolContext[Any], message: str | None = None
) -> Rejected:
    """A rejection, in the words of whoever rejected the call or else in those of the run."""
    if message is not None:
        return Rejected(message)
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
        reason = decision.get("reason")
        return await _rejected(run, tool, context, str(reason) if reason else None)
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
