"""The types of handoffs and of what stands around them, as users' checkers see them. Never run."""

from __future__ import annotations

from pydantic import BaseModel
from typing_extensions import assert_type

from agents import (
    Agent,
    FunctionTool,
    Handoff,
    HandoffInputData,
    RunConfig,
    RunContextWrapper,
    TResponseInputItem,
    function_tool,
    handoff,
    nest_handoff_history,
    run_demo_loop,
    tool_namespace,
)
from agents.extensions import ToolOutputTrimmer
from agents.extensions.handoff_filters import remove_all_tools
from agents.extensions.visualization import get_main_graph


class App:
    """A context of the application's own."""


class Reason(BaseModel):
    why: str


async def heard(context: RunContextWrapper[App], reason: Reason) -> None: ...


def called(context: RunContextWrapper[App]) -> None: ...


def mapper(transcript: list[TResponseInputItem]) -> list[TResponseInputItem]:
    return transcript[-1:]


async def later(data: HandoffInputData) -> HandoffInputData:
    return nest_handoff_history(data, history_mapper=mapper).clone(new_items=())


@function_tool
def find(name: str) -> str:
    return name


expert = Agent[App](name="Expert")
with_reason = handoff(expert, on_handoff=heard, input_type=Reason, input_filter=remove_all_tools)
assert_type(with_reason, Handoff[App, Agent[App]])
assert_type(handoff(expert, on_handoff=called, nest_handoff_history=True), Handoff[App, Agent[App]])
assert_type(handoff(expert, input_filter=later, is_enabled=lambda context, agent: True), Handoff[App, Agent[App]])
assert_type(tool_namespace(name="crm", description="Customers.", tools=[find]), list[FunctionTool])
assert_type(get_main_graph(expert), str)

desk = Agent[App](name="Desk", handoffs=[expert, with_reason], tools=[find])
config = RunConfig(
    nest_handoff_history=True, handoff_history_mapper=mapper, call_model_input_filter=ToolOutputTrimmer()
)


async def talk() -> None:
    await run_demo_loop(desk, context=App(), max_turns=None)
