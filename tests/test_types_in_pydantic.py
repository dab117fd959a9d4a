"""Our types in pydantic models of users: services answer with them, and queues carry them as JSON."""

from __future__ import annotations

from typing import Any

import pytest
from openai.types.responses import ResponseInputItemParam, ResponseTextDeltaEvent
from pydantic import TypeAdapter, ValidationError

from agents import (
    Agent,
    ItemHelpers,
    ModelResponse,
    RawResponsesStreamEvent,
    RunContextWrapper,
    Runner,
    RunResult,
    RunResultStreaming,
    ToolApprovalItem,
    Usage,
)
from agents.testing import ScriptedModel, assistant_message, function_call
from agents.tool_context import ToolContext
from agents.tool_guardrails import AllowBehavior, RaiseExceptionBehavior, RejectContentBehavior
from agents.tracing import SpanError, TracingConfig
from agents.usage import RequestUsage, input_details, output_details


@pytest.mark.parametrize("kind", [RunResult, RunResultStreaming, RunContextWrapper, ToolContext])
def test_what_belongs_to_a_run_is_taken_as_it_is(kind: Any) -> None:
    """A service keeps a result in its own record: a copy would no longer be the run's."""
    adapter = TypeAdapter(kind)
    result = Runner.run_sync(Agent("A", model=ScriptedModel([[assistant_message("Hi.")]])), "Hello")
    given: Any = {RunResult: result, RunContextWrapper: result.context_wrapper}.get(kind)
    if given is not None:
        assert adapter.validate_python(given) is given
    with pytest.raises(ValidationError):
        adapter.validate_python("no result")


def test_answers_and_their_cost_survive_json() -> None:
    """Workflow engines store what a model said, and give it back to the run that goes on."""
    entry = RequestUsage(3, 4, 7, input_details(1, 2), output_details(3), "openai", "gpt-5")
    usage = Usage(1, 3, input_details(1, 2), 4, output_details(3), 7, [entry])
    answer = ModelResponse([assistant_message("Hi."), function_call("f", {}, call_id="c")], usage, "resp_1")
    adapter = TypeAdapter(ModelResponse)

    assert adapter.validate_json(adapter.dump_json(answer, by_alias=True)) == answer


def test_a_context_survives_json() -> None:
    """Workflow engines carry it to the process that runs a tool, which must not ask a human again."""
    agent: Agent[Any] = Agent("Files")
    context = RunContextWrapper({"tenant": "a"}, Usage(requests=2), [{"role": "user", "content": "Hi"}])
    once = ToolApprovalItem(agent, function_call("delete", {"id": 1}, call_id="once"))
    always = ToolApprovalItem(agent, function_call("list", {}, call_id="first"))
    context.reject_tool(once, rejection_message="Not that one.")
    context.approve_tool(always, always_approve=True)
    adapter = TypeAdapter(RunContextWrapper[dict[str, str]])

    for read in (
        adapter.validate_json(adapter.dump_json(context)),
        adapter.validate_python(adapter.dump_python(context)),
    ):
        assert (read.context, read.usage.requests, read.turn_input) == ({"tenant": "a"}, 2, context.turn_input)
        assert read.get_approval_status("delete", "once") is False
        assert read.get_rejection_message("delete", "once") == "Not that one."
        assert read.is_tool_approved("list", "first") is True
        # What stands for an agent needs the agent, which has no such form: the next call is asked for again.
        assert read.is_tool_approved("list", "second") is None
    assert adapter.validate_python(context) is context


def test_an_event_of_a_stream_survives_json() -> None:
    """A server passes them on to a browser, or to a queue."""
    delta = ResponseTextDeltaEvent(
        type="response.output_text.delta",
        item_id="m",
        output_index=0,
        content_index=0,
        delta="Hi",
        logprobs=[],
        sequence_number=1,
    )
    adapter = TypeAdapter(RawResponsesStreamEvent)

    assert adapter.validate_json(adapter.dump_json(RawResponsesStreamEvent(delta))).data == delta


@pytest.mark.parametrize(
    "kind", [AllowBehavior, RejectContentBehavior, RaiseExceptionBehavior, SpanError, TracingConfig]
)
def test_dicts_of_ours_may_be_fields_of_a_model(kind: Any) -> None:
    """Before Python 3.12, pydantic refuses a TypedDict of the standard library."""
    assert TypeAdapter(kind).json_schema()["type"] == "object"


def test_input_that_pydantic_has_checked_can_be_read_more_than_once() -> None:
    """It leaves iterators where the types of ``openai`` say Iterable: the second model call would find nothing."""
    part = {"type": "output_text", "text": "Hi.", "annotations": []}
    said = {"type": "message", "role": "assistant", "id": "m", "status": "completed", "content": [part]}
    checked = TypeAdapter(list[ResponseInputItemParam]).validate_python([said])

    assert ItemHelpers.input_to_new_input_list(checked) == [said]
