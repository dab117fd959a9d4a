"""Filters and instructions for handoffs, and the decorators in one place."""

from __future__ import annotations

from typing import Any

from agents import (
    Agent,
    HandoffInputData,
    HandoffOutputItem,
    MessageOutputItem,
    Runner,
    ToolCallItem,
    ToolCallOutputItem,
    decorators,
    function_tool,
    handoff,
    input_guardrail,
    tool_output_guardrail,
)
from agents.extensions.handoff_filters import remove_all_tools
from agents.extensions.handoff_prompt import RECOMMENDED_PROMPT_PREFIX, prompt_with_handoff_instructions
from agents.testing import ScriptedModel, assistant_message, function_call

HISTORY: Any = (
    {"role": "user", "content": "Hi"},
    {"type": "reasoning", "id": "rs", "summary": []},
    {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
    {"type": "function_call_output", "call_id": "c", "output": "x"},
    {"type": "web_search_call", "id": "ws"},
    {"type": "mcp_list_tools", "id": "m"},
    {"type": "custom_tool_call_output", "call_id": "d", "output": "x"},
    {"type": "message", "role": "assistant", "content": "Hello"},
)


def test_all_of_tools_is_left_out_everywhere() -> None:
    """An agent without tools is confused by calls; half a pair is refused."""
    desk: Agent[Any] = Agent("Desk")
    said = MessageOutputItem(desk, assistant_message("Hello."))
    answer = {"type": "function_call_output", "call_id": "c", "output": "x"}
    items = (
        ToolCallItem(desk, function_call("f", {}, call_id="c")),
        ToolCallOutputItem(desk, answer, "x"),
        said,
        HandoffOutputItem(desk, answer, desk, desk),
    )
    filtered = remove_all_tools(HandoffInputData(HISTORY, items, items, input_items=items))
    assert filtered.input_history == (HISTORY[0], HISTORY[-1])
    assert filtered.pre_handoff_items == filtered.new_items == filtered.input_items == (said,)
    text = remove_all_tools(HandoffInputData("Hi", (), items))
    assert (text.input_history, text.input_items) == ("Hi", None)


async def test_the_next_agent_reads_words_alone() -> None:
    """The filter in a run: what the poet reads holds no call that it could not make."""
    poet = Agent("Poet", model=ScriptedModel([[assistant_message("Done.")]]))
    model = ScriptedModel([[assistant_message("Wait."), function_call("transfer_to_poet", {}, call_id="c")]])
    desk = Agent("Desk", model=model, handoffs=[handoff(poet, input_filter=remove_all_tools)])
    result = await Runner.run(desk, "A poem.")
    assert [item.get("role") for item in poet.model.last_call.input] == ["user", "assistant"]
    assert len(result.new_items) == 4


def test_instructions_say_what_a_handoff_is_before_all_else() -> None:
    """A model that announces its handoffs confuses users; the agent's own words stay whole."""
    prompt = prompt_with_handoff_instructions("You write poems.")
    assert prompt.startswith(RECOMMENDED_PROMPT_PREFIX)
    assert prompt.endswith("\n\nYou write poems.")
    assert "transfer_to_" in prompt


def test_the_decorators_are_those_of_the_package() -> None:
    """Two of one name that differ would be a trap."""
    assert decorators.tool is decorators.function_tool is function_tool
    assert decorators.input_guardrail is input_guardrail
    assert decorators.tool_output_guardrail is tool_output_guardrail
