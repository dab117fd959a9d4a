"""Our types in pydantic models of users: services answer with them, and queues carry them as JSON."""

from __future__ import annotations

from typing import Any

import pytest
from openai.types.responses import ResponseInputItemParam
from pydantic import TypeAdapter, ValidationError

from agents import Agent, ItemHelpers, ModelResponse, RunContextWrapper, Runner, RunResult, RunResultStreaming, Usage
from agents.testing import ScriptedModel, assistant_message, function_call
from agents.tool_context import ToolContext
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


def test_input_that_pydantic_has_checked_can_be_read_more_than_once() -> None:
    """It leaves iterators where the types of ``openai`` say Iterable: the second model call would find nothing."""
    part = {"type": "output_text", "text": "Hi.", "annotations": []}
    said = {"type": "message", "role": "assistant", "id": "m", "status": "completed", "content": [part]}
    checked = TypeAdapter(list[ResponseInputItemParam]).validate_python([said])

    assert ItemHelpers.input_to_new_input_list(checked) == [said]
