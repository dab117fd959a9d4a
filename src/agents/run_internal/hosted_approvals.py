"""Calls of hosted MCP servers' tools that have to be approved: who answers, and what the provider is told.

The provider calls the tool itself, in its next answer, once it has read the approval. Above: the loop. Below: the table
of decisions, which is that of function tools as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from ..awaiting import settled
from ..exceptions import AgentsException, UserError
from ..items import MCPApprovalResponseItem, ToolApprovalItem
from .approvals import REJECTION_MESSAGE, told_of
from .run_steps import RunScope, ToolRunMCPApprovalRequest


async def answer_approval_requests(
    run: RunScope, requests: Sequence[ToolRunMCPApprovalRequest]
) -> list[ToolApprovalItem]:
    """Give the answers that there are, and return the questions that a human has to answer.

    Raises:
        UserError: An ``on_approval_request`` failed, or gave no answer.
    """
    turn_items = run.result.new_items[run.progress.turn_start :]
    answered = {
        item.raw_item["approval_request_id"] for item in turn_items if isinstance(item, MCPApprovalResponseItem)
    }
    waiting: list[ToolApprovalItem] = []
    for request in requests:
        if request.request_item.id in answered:
            continue
        question = _question(run, request)
        answer = await _answer(run, request, question)
        if answer is None:
            waiting.append(question)
        else:
            run.context.approvals.take(question)
            run.add(answer)
    for question in waiting:
        if question not in turn_items:
            run.add(question)
    return waiting


async def _answer(
    run: RunScope, request: ToolRunMCPApprovalRequest, question: ToolApprovalItem
) -> MCPApprovalResponseItem | None:
    decision = run.context.approvals.open(question)
    if decision is None:
        if request.mcp_tool is None or request.mcp_tool.on_approval_request is None:
            return None
        return await _asked_of_function(run, request)
    if decision.approved:
        return _response(run, request, True)
    said = decision.message or await told_of(
        run, "approval_rejected", request.request_item.name, request.request_item.id, REJECTION_MESSAGE
    )
    return _response(run, request, False, said)


def _question(run: RunScope, request: ToolRunMCPApprovalRequest) -> ToolApprovalItem:
    """The question as it was asked before the run was put down, or a new one. Servers may have tools of one name."""
    asked = request.request_item
    for item in run.result.new_items[run.progress.turn_start :]:
        if isinstance(item, ToolApprovalItem) and item.call_id == asked.id:
            return item
    return ToolApprovalItem(
        run.agent, asked, asked.name, tool_namespace=asked.server_label, call_path=run.context.call_path
    )


async def _asked_of_function(run: RunScope, request: ToolRunMCPApprovalRequest) -> MCPApprovalResponseItem:
    assert request.mcp_tool is not None
    label = request.request_item.server_label
    try:
        answer: Any = await settled(request.mcp_tool.asked(run.context, request.request_item))
    except AgentsException:
        raise
    except Exception as error:
        raise UserError(
            f"on_approval_request of hosted MCP server {label!r} raised {type(error).__name__}: {error}"
        ) from error
    if not isinstance(answer, Mapping) or not isinstance(answer.get("approve"), bool):
        raise UserError(
            f"on_approval_request of hosted MCP server {label!r} returns a dict such as {{'approve': True}}, not "
            f"{answer!r}."
        )
    return _response(run, request, answer["approve"], answer.get("reason"))


def _response(
    run: RunScope, request: ToolRunMCPApprovalRequest, approve: bool, reason: str | None = None
) -> MCPApprovalResponseItem:
    raw: dict[str, Any] = {
        "type": "mcp_approval_response",
        "approval_request_id": request.request_item.id,
        "approve": approve,
    }
    if reason and not approve:
        raw["reason"] = reason
    made = getattr(request.request_item, "provider_data", None)
    if made:  # the answer goes to whoever asked, and to nobody else
        raw["provider_data"] = made
    return MCPApprovalResponseItem(run.agent, cast(Any, raw))
