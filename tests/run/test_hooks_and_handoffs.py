"""Hooks, and agents that hand over to one another: who is told what, and who sees which part of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import BaseModel

from agents import (
    Agent,
    AgentHooks,
    HandoffInputData,
    HandoffOutputItem,
    ItemHelpers,
    ModelBehaviorError,
    RunConfig,
    Runner,
    UserError,
    handoff,
)


class OfAgent(AgentHooks[Any]):
    """Hooks of an agent that write down what they are told."""

    def __init__(self, calls: list[str]) -> None:
        self.calls = calls

    async def on_start(self, context: Any, agent: Any) -> None:
        self.calls.append(f"{agent.name}: start")

    async def on_end(self, context: Any, agent: Any, output: Any) -> None:
        self.calls.append(f"{agent.name}: end with {output}")

    async def on_handoff(self, context: Any, agent: Any, source: Any) -> None:
        self.calls.append(f"{source.name}: handoff to {agent.name}")

    async def on_llm_start(self, context: Any, agent: Any, system_prompt: Any, input_items: Any) -> None:
        self.calls.append(f"{agent.name}: model start, told {system_prompt!r}")

    async def on_llm_end(self, context: Any, agent: Any, response: Any) -> None:
        self.calls.append(f"{agent.name}: model end")

    async def on_tool_start(self, context: Any, agent: Any, tool: Any) -> None:
        self.calls.append(f"{agent.name}: tool {tool.name} start")

    async def on_tool_end(self, context: Any, agent: Any, tool: Any, result: Any) -> None:
        self.calls.append(f"{agent.name}: tool {tool.name} end with {result}")


async def test_hooks_are_told_everything_in_order(run: Any, says: Any, weather: Any, told: Any) -> None:
    """The run's hooks come before the agent's own, and an agent's hooks hear of that agent alone."""
    calls: list[str] = []
    second = Agent("Second", model=says("Sunny."), hooks=OfAgent(calls))
    first = Agent(
        "First",
        instructions="Help.",
        model=says(("get_weather", {"city": "Rome"}, "c1"), ("transfer_to_second",)),
        tools=[weather],
        handoffs=[second],
        hooks=OfAgent(calls),
    )

    await run(first, hooks=told(calls))

    assert calls == [
        "run: agent First starts",
        "First: start",
        "run: model of First starts on 1 items",
        "First: model start, told 'Help.'",
        "run: model of First ends",
        "First: model end",
        "run: tool get_weather of First starts, c1",
        "First: tool get_weather start",
        "run: tool get_weather of First ends with Sunny in Rome.",
        "First: tool get_weather end with Sunny in Rome.",
        "run: model of First starts on 3 items",
        "First: model start, told 'Help.'",
        "run: model of First ends",
        "First: model end",
        "run: First hands over to Second",
        "First: handoff to Second",
        "run: agent Second starts",
        "Second: start",
        "run: model of Second starts on 5 items",
        "Second: model start, told None",
        "run: model of Second ends",
        "Second: model end",
        "run: agent Second ends with Sunny.",
        "Second: end with Sunny.",
    ]


@pytest.mark.parametrize("given", ["Hello", [{"role": "user", "content": "Hello"}]])
async def test_hooks_know_at_the_start_what_the_agent_is_to_read(run: Any, says: Any, given: Any) -> None:
    """A hook may log or check the input before any model is paid to read it."""
    read: list[Any] = []

    class Reads(AgentHooks[Any]):
        async def on_start(self, context: Any, agent: Any) -> None:
            read.append((agent.name, list(context.turn_input)))

    second = Agent("Second", model=says("Done."), hooks=Reads())
    first = Agent("First", model=says(("transfer_to_second",)), handoffs=[second], hooks=Reads())

    await run(first, given)

    hello = [{"role": "user", "content": "Hello"}]
    assert read == [("First", hello), ("Second", hello)]


async def test_a_hook_that_raises_ends_the_run_and_leaves_nothing_open(
    run: Any, says: Any, told: Any, spans: Any
) -> None:
    """Hooks are the program's own code: their errors are not for us to hide."""

    class Broken(told):
        async def on_agent_start(self, context: Any, agent: Any) -> None:
            raise RuntimeError("broken hook")

    with pytest.raises(RuntimeError, match="broken hook"):
        await run(Agent("A", model=says()), hooks=Broken([]))


async def test_a_handoff_lets_the_next_agent_go_on(run: Any, says: Any) -> None:
    """It sees the whole conversation, the handoff included, and its answer is that of the run."""
    second = Agent("Second", model=says("Hello from two."), instructions="You are two.")
    first = Agent("First", model=says(["I hand over.", ("transfer_to_second",)]), handoffs=[second])

    result = await run(first)

    assert result.final_output == "Hello from two."
    assert result.last_agent is second
    assert [item.agent.name for item in result.new_items] == ["First", "First", "First", "Second"]
    passed = result.new_items[2]
    assert isinstance(passed, HandoffOutputItem)
    assert (passed.source_agent, passed.target_agent) == (first, second)
    call = second.model.last_call
    assert call.system_instructions == "You are two."
    assert json.loads(call.input[-1]["output"]) == {"assistant": "Second"}
    assert call.input == result.to_input_list()[:-1]


async def test_agents_may_hand_over_in_a_chain_and_back(run: Any, says: Any) -> None:
    """Each handoff is a turn; the same agent may come twice."""
    first = Agent("First", model=says(("transfer_to_second", {}, "c1"), "At last."))
    second = Agent("Second", model=says(("transfer_to_third", {}, "c2")))
    third = Agent("Third", model=says(("transfer_to_first", {}, "c3")))
    first.handoffs, second.handoffs, third.handoffs = [second], [third], [first]

    result = await run(first)

    assert result.final_output == "At last."
    assert result.last_agent is first
    assert result.current_turn == 4
    handed = [item.target_agent.name for item in result.new_items if isinstance(item, HandoffOutputItem)]
    assert handed == ["Second", "Third", "First"]


class Reason(BaseModel):
    why: str


async def test_a_handoff_may_carry_input(run: Any, says: Any) -> None:
    """The reason that the model gives goes to the program, not to the next agent's prompt."""
    heard: list[Any] = []

    async def on_handoff(context: Any, reason: Reason) -> None:
        heard.append((context.context, reason))

    second = Agent("Second", model=says("Hi."))
    way = handoff(second, on_handoff=on_handoff, input_type=Reason, tool_name_override="escalate")
    first = Agent("First", model=says(("escalate", {"why": "angry"})), handoffs=[way])

    await run(first, context="ctx")

    assert heard == [("ctx", Reason(why="angry"))]


async def test_handoff_input_that_does_not_fit_ends_the_run(run: Any, says: Any) -> None:
    """There is no tool output by which the model could be told, as the conversation moves on."""
    way = handoff(Agent("Second"), on_handoff=lambda context, reason: None, input_type=Reason)
    first = Agent("First", model=says(("transfer_to_second", {"y": 1})), handoffs=[way])

    with pytest.raises(ModelBehaviorError, match="why: Field required"):
        await run(first)


async def test_of_several_handoffs_in_one_turn_the_first_is_carried_out(run: Any, says: Any, weather: Any) -> None:
    """A conversation has one owner; the other call still gets an answer, and tools of the turn run before."""
    second, third = Agent("Second", model=says("Two.")), Agent("Third", model=says())
    model = says([("transfer_to_second",), ("get_weather", {"city": "Rome"}), ("transfer_to_third",)])
    first = Agent("First", model=model, handoffs=[second, third], tools=[weather])

    result = await run(first)

    assert result.last_agent is second
    answers = {item["call_id"]: item["output"] for item in second.model.last_call.input[-3:]}
    assert answers["call_get_weather"] == "Sunny in Rome."
    assert answers["call_transfer_to_second"] == '{"assistant": "Second"}'
    assert "not carried out" in answers["call_transfer_to_third"]


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize("kind", ["bool", "function", "async function"])
async def test_a_handoff_that_is_not_enabled_is_not_offered(run: Any, says: Any, kind: str, enabled: bool) -> None:
    """Who may hand over to whom can depend on the user."""

    async def asked(context: Any, agent: Any) -> bool:
        return enabled

    value: Any = {"bool": enabled, "function": lambda context, agent: enabled, "async function": asked}[kind]
    model = says("Done.")
    first = Agent("First", model=model, handoffs=[handoff(Agent("Second"), is_enabled=value)])

    await run(first)

    assert [way.tool_name for way in model.last_call.handoffs] == ["transfer_to_second"] * enabled


def only_texts(data: HandoffInputData) -> HandoffInputData:
    kept = tuple(item for item in data.pre_handoff_items if item.type == "message_output_item")
    return data.clone(pre_handoff_items=kept, new_items=())


async def only_texts_async(data: HandoffInputData) -> HandoffInputData:
    return only_texts(data)


def as_summary(data: HandoffInputData) -> HandoffInputData:
    said = ItemHelpers.text_message_outputs(data.pre_handoff_items)
    return data.clone(input_history=f"So far: {said}", pre_handoff_items=(), input_items=())


FILTERS = {
    # The filter, and what the next agent reads, as roles or types with texts.
    "only texts": (only_texts, ["Hello", "Looking."]),
    "async": (only_texts_async, ["Hello", "Looking."]),
    "a summary as text": (as_summary, ["So far: Looking."]),
    "nothing of the turn": (
        lambda data: data.clone(input_items=()),
        ["Hello", "Looking.", "function_call", "function_call_output"],
    ),
}


def shown(item: Any) -> str:
    content = item.get("content")
    if content is None:
        return str(item["type"])
    return content if isinstance(content, str) else "".join(part["text"] for part in content)


@pytest.mark.parametrize("where", ["handoff", "run"])
@pytest.mark.parametrize("name", list(FILTERS))
async def test_a_filter_decides_what_the_next_agent_reads(
    run: Any, says: Any, weather: Any, name: str, where: str
) -> None:
    """The result still has all that happened; what the agent read is its normalized input list."""
    chosen, expected = FILTERS[name]
    second = Agent("Second", model=says("Done."))
    way = handoff(second, input_filter=chosen if where == "handoff" else None)
    model = says(["Looking.", ("get_weather", {"city": "Rome"})], ("transfer_to_second",))
    first = Agent("First", model=model, tools=[weather], handoffs=[way])

    result = await run(first, run_config=RunConfig(handoff_input_filter=chosen if where == "run" else None))

    assert [shown(item) for item in second.model.last_call.input] == expected
    assert [shown(item) for item in result.to_input_list(mode="normalized")] == [*expected, "Done."]
    assert len(result.to_input_list()) == 7


@pytest.mark.parametrize("given", ["Hello", [{"role": "user", "content": "Hello"}]])
async def test_a_filter_sees_the_input_in_the_form_that_was_given(run: Any, says: Any, given: Any) -> None:
    """Filters drop the first items of a list, and leave a text alone: with one for the other they lose the question."""
    seen: list[Any] = []

    def drop_one(data: HandoffInputData) -> HandoffInputData:
        seen.append(data.input_history)
        return data

    first = Agent("First", model=says(("transfer_to_second",)), handoffs=[Agent("Second", model=says("Done."))])
    await run(first, given, run_config=RunConfig(handoff_input_filter=drop_one))

    assert seen == [given if isinstance(given, str) else tuple(given)]


async def test_a_filter_sees_history_earlier_items_and_the_turn_apart(run: Any, says: Any) -> None:
    """After a filtered handoff the next filter works on what its agent saw."""
    seen: list[HandoffInputData] = []

    def watch(data: HandoffInputData) -> HandoffInputData:
        seen.append(data)
        return data.clone(new_items=())

    third = Agent("Third", model=says("Done."))
    second = Agent("Second", model=says(["Two.", ("transfer_to_third",)]), handoffs=[third])
    first = Agent("First", model=says(["One.", ("transfer_to_second",)]), handoffs=[second])

    result = await run(first, context="ctx", run_config=RunConfig(handoff_input_filter=watch))

    assert [len(data.pre_handoff_items) for data in seen] == [0, 0]
    assert [len(data.new_items) for data in seen] == [3, 3]
    assert [data.input_history for data in seen] == ["Hello", "Hello"]
    assert seen[0].run_context is result.context_wrapper
    assert len(third.model.last_call.input) == 1


@pytest.mark.parametrize(
    ("way", "said"),
    [
        ({"input_filter": lambda data: None}, "input filter returns HandoffInputData, not NoneType"),
        ({}, "returned str, not an agent"),
    ],
)
async def test_a_handoff_that_returns_something_else_is_an_error(run: Any, says: Any, way: Any, said: str) -> None:
    """A forgotten ``return`` in a filter or in a handoff of one's own is named."""
    made = handoff(Agent("Second", model=says()), **way)
    if not way:

        async def nobody(context: Any, arguments: str) -> Any:
            return "Second"

        made.on_invoke_handoff = nobody

    with pytest.raises(UserError, match=said):
        await run(Agent("First", model=says(("transfer_to_second",)), handoffs=[made]))


async def test_the_events_of_a_handoff(says: Any) -> None:
    """A user interface shows who speaks: the new agent comes after the handoff and before its words."""
    second = Agent("Second", model=says("Two."))
    first = Agent("First", model=says(("transfer_to_second",)), handoffs=[second])
    result = Runner.run_streamed(first, "Go.")

    events = [
        event.new_agent.name if event.type == "agent_updated_stream_event" else event.name
        async for event in result.stream_events()
        if event.type != "raw_response_event"
    ]

    assert events == ["First", "handoff_requested", "handoff_occured", "Second", "message_output_created"]
