"""An agent as a tool of another: what it reads, what comes back, and that the two runs are one for whoever watches."""

from __future__ import annotations

import asyncio
import dataclasses
import json
from contextlib import nullcontext
from typing import Any

import pytest
from pydantic import BaseModel, Field

from agents import (
    Agent,
    AgentToolInvocation,
    AgentToolStreamEvent,
    GuardrailFunctionOutput,
    MaxTurnsExceeded,
    RunConfig,
    RunContextWrapper,
    Runner,
    RunState,
    UserError,
    function_tool,
    output_guardrail,
)
from agents.tool_context import ToolContext


def output(result: Any) -> Any:
    """What the first tool of the run gave."""
    return next(item.output for item in result.new_items if item.type == "tool_call_output_item")


def asking(says: Any, tool: Any, arguments: Any = None, **fields: Any) -> Agent[Any]:
    """An agent that calls the tool once."""
    call = (tool.name, {"input": "Find out."} if arguments is None else arguments, "outer_1")
    return Agent("Outer", model=says([call], "Done."), tools=[tool], **fields)


async def test_the_agent_reads_the_text_and_its_output_goes_back(run: Any, says: Any) -> None:
    """The inner run has its own conversation and the outer one's context; what both cost is one sum."""
    model = says("Found.")
    seen: list[Any] = []

    def instructions(context: RunContextWrapper[Any], agent: Agent[Any]) -> str:
        seen.append(context.context)
        return "Research."

    inner = Agent("Good Researcher!", model=model, instructions=instructions)
    result = await run(asking(says, inner.as_tool(None, "Researches.")), context="mine")

    assert output(result) == "Found."
    assert model.last_call.input == [{"role": "user", "content": "Find out."}]
    assert seen == ["mine"]
    assert result.context_wrapper.usage.requests == 3
    assert result.agent_tool_invocation is None


def test_the_tool_describes_itself() -> None:
    """The name fits what models may call; the schema is strict; the agent can be found behind it."""
    inner = Agent("Good Researcher!")
    tool = inner.as_tool(None, None)
    assert (tool.name, tool.description, tool.agent) == ("good_researcher_", "", inner)
    assert tool.params_json_schema["required"] == ["input"]
    assert tool.params_json_schema["additionalProperties"] is False
    assert inner.as_tool("find", "Finds.").name == "find"


class Query(BaseModel):
    """What to look for."""

    text: str = Field(description="The words.")
    limit: int = 3


@dataclasses.dataclass
class Plain:
    text: str


async def test_structured_input_is_told_and_kept_for_the_tools(run: Any, says: Any) -> None:
    """The agent reads data and what the fields mean; its tools and hooks have the data itself."""
    seen: list[Any] = []

    @function_tool
    def look(context: RunContextWrapper[Any]) -> str:
        seen.append(context.tool_input)
        return "ok"

    model = says(("look", {}), "Found.")
    inner = Agent("Inner", model=model, tools=[look])
    tool = inner.as_tool("find", "Finds.", parameters=Query)
    await run(asking(says, tool, {"text": "owls", "limit": 2}))

    assert seen == [{"text": "owls", "limit": 2}]
    told = model.calls[0].input[0]["content"]
    assert json.loads(told.split("```json\n")[1].split("\n```")[0]) == {"text": "owls", "limit": 2}
    assert "- text (string, required): The words." in told
    assert "What to look for." in told


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"parameters": Plain}, '{"text": "owls"}'),
        ({"parameters": Plain, "include_input_schema": True}, "## JSON schema of the input"),
        (
            {"parameters": Plain, "input_builder": lambda options: f"Look for {options['params']['text']}"},
            "Look for owls",
        ),
    ],
    ids=["bare", "with its schema", "built"],
)
async def test_the_input_is_built_as_it_was_asked_for(run: Any, says: Any, options: Any, told: str) -> None:
    """Data that nobody described goes as it is; a builder has the last word."""
    model = says("Found.")
    tool = Agent("Inner", model=model).as_tool("find", "Finds.", **options)
    await run(asking(says, tool, {"text": "owls"}))
    assert told in model.last_call.input[0]["content"]


async def test_a_builder_may_make_items(run: Any, says: Any) -> None:
    """An agent may be given pictures, or a conversation."""
    items = [{"role": "user", "content": "Look."}, {"role": "user", "content": "Quickly."}]

    async def build(options: Any) -> Any:
        return items

    model = says("Found.")
    await run(asking(says, Agent("Inner", model=model).as_tool("find", "Finds.", input_builder=build)))
    assert model.last_call.input == items


async def test_wrong_arguments_are_told_to_the_model(run: Any, says: Any) -> None:
    """The model may do better; the agent is not run on them."""
    model = says()
    tool = Agent("Inner", model=model).as_tool("find", "Finds.", parameters=Query)
    result = await run(asking(says, tool, {"limit": "many"}))
    assert "Invalid arguments for tool 'find'" in output(result)
    assert "text: Field required" in output(result)
    assert not model.calls


async def test_the_output_can_be_extracted(run: Any, says: Any) -> None:
    """The extractor sees the whole inner result, and which call it answers."""
    seen: list[Any] = []

    async def extract(result: Any) -> str:
        seen.append(result.agent_tool_invocation)
        return result.final_output.upper()

    tool = Agent("Inner", model=says("Found.")).as_tool("find", "Finds.", custom_output_extractor=extract)
    result = await run(asking(says, tool))
    assert output(result) == "FOUND."
    assert seen == [AgentToolInvocation("find", "outer_1", '{"input": "Find out."}')]


async def test_a_structured_output_goes_back_as_json(run: Any, says: Any) -> None:
    """The outer model reads what the inner one was held to write."""
    inner = Agent("Inner", model=says('{"text": "owls", "limit": 1}'), output_type=Query)
    agent = asking(says, inner.as_tool("find", "Finds."))
    await run(agent)
    assert agent.model.last_call.input[-1]["output"] == '{"text":"owls","limit":1}'  # type: ignore[union-attr]


@pytest.mark.parametrize("guarded", [False, True])
async def test_an_empty_output_falls_back_to_what_was_said_before(run: Any, says: Any, guarded: bool) -> None:
    """Unless guardrails have checked the output: they have not checked the rest."""

    @output_guardrail
    def guard(context: Any, agent: Any, output: Any) -> GuardrailFunctionOutput:
        return GuardrailFunctionOutput(None, False)

    @function_tool
    def look() -> str:
        return "An owl."

    inner = Agent("Inner", model=says(("look", {}), ""), tools=[look], output_guardrails=[guard] if guarded else [])
    result = await run(asking(says, inner.as_tool("find", "Finds.")))
    assert output(result) == ("" if guarded else "An owl.")


async def test_a_failed_run_is_told_to_the_model_or_raised(run: Any, says: Any) -> None:
    """As with any tool: by default the outer model may go on, and with ``None`` the outer run ends."""

    @function_tool
    def look() -> str:
        return "nothing"

    def inner() -> Agent[Any]:
        return Agent("Inner", model=says(*[("look", {}, f"c{n}") for n in range(3)]), tools=[look])

    result = await run(asking(says, inner().as_tool("find", "Finds.", max_turns=2)))
    assert "within 2 turns" in output(result)
    told = inner().as_tool("find", "Finds.", max_turns=2, failure_error_function=lambda context, error: "Sorry.")
    assert output(await run(asking(says, told))) == "Sorry."
    with pytest.raises(MaxTurnsExceeded) as caught:
        await run(asking(says, inner().as_tool("find", "Finds.", max_turns=2, failure_error_function=None)))
    assert caught.value.run_data is not None
    assert caught.value.run_data.last_agent.name == "Outer"


async def test_events_of_the_inner_run_are_told_in_order(run: Any, says: Any) -> None:
    """A user interface shows who works on what; a listener that fails does not end the run."""
    events: list[AgentToolStreamEvent] = []

    async def listen(event: AgentToolStreamEvent) -> None:
        events.append(event)
        await asyncio.sleep(0)
        raise RuntimeError("not my day")

    helper = Agent("Helper", model=says("Found."))
    inner = Agent("Inner", model=says(("transfer_to_helper", {})), handoffs=[helper])
    result = await run(asking(says, inner.as_tool("find", "Finds.", on_stream=listen)))

    assert output(result) == "Found."
    shown = [(e["agent"].name, getattr(e["event"], "name", e["event"].type)) for e in events]
    named = [pair for pair in shown if pair[1] != "raw_response_event"]
    assert named == [
        ("Inner", "agent_updated_stream_event"),
        ("Inner", "handoff_requested"),
        ("Inner", "handoff_occured"),
        ("Helper", "agent_updated_stream_event"),
        ("Helper", "message_output_created"),
    ]
    assert {e["tool_call"].call_id for e in events if e["tool_call"]} == {"outer_1"}


async def test_a_listener_that_does_not_keep_up_makes_the_tool_fail(run: Any, says: Any) -> None:
    """The events of a run must not fill the memory; the limit is the caller's."""
    forever = asyncio.Event()

    async def listen(event: AgentToolStreamEvent) -> None:
        await forever.wait()

    tool = Agent("Inner", model=says("Found.")).as_tool("find", "", on_stream=listen, on_stream_max_pending_events=2)
    result = await run(asking(says, tool))
    assert "More than 2 events wait for the on_stream" in output(result)


@pytest.mark.parametrize("streaming", [False, True])
async def test_cancelling_the_outer_run_reaches_the_inner(says: Any, streaming: bool) -> None:
    """A user who hangs up pays for nothing more, however deep the work has gone."""
    started, stopped = asyncio.Event(), asyncio.Event()

    @function_tool
    async def dig() -> str:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()
        return "never"

    inner = Agent("Inner", model=says(("dig", {})), tools=[dig])
    tool = inner.as_tool("find", "Finds.", on_stream=(lambda event: None) if streaming else None)
    before = asyncio.all_tasks()
    result = Runner.run_streamed(asking(says, tool), "Go")
    await started.wait()
    result.cancel()
    async for _ in result.stream_events():
        pass
    assert stopped.is_set()
    assert not asyncio.all_tasks() - before


@pytest.mark.parametrize("streaming", [False, True])
@pytest.mark.parametrize("fails", [False, True], ids=["cancelled", "failed"])
async def test_an_inner_run_that_was_stopped_goes_on_with_the_outer(says: Any, streaming: bool, fails: bool) -> None:
    """Its finished calls are not made again, however deep in it the run was stopped, and in another process too."""
    acted: list[str] = []
    started = asyncio.Event()

    @function_tool
    def act() -> str:
        acted.append("act")
        return "done"

    @function_tool(failure_error_function=None)
    async def dig() -> str:
        acted.append("dig")
        if len(acted) == 2:
            started.set()
            if fails:
                raise ValueError("the spade broke")
            await asyncio.Event().wait()
        return "gold"

    def as_tool(agent: Agent[Any], name: str) -> Any:
        listener = (lambda event: None) if streaming else None
        return agent.as_tool(name, "Works.", on_stream=listener, failure_error_function=None)

    deepest = Agent("Deepest", model=says(("act",), ("dig",), "Gold."), tools=[act, dig])
    inner = Agent(
        "Inner", model=says(("deepest", {"input": "dig"}), "They found gold."), tools=[as_tool(deepest, "deepest")]
    )
    outer = asking(says, as_tool(inner, "find"))
    result = Runner.run_streamed(outer, "Go")
    await started.wait()
    if not fails:
        result.cancel()
    with pytest.raises(UserError, match="the spade broke") if fails else nullcontext():
        async for _ in result.stream_events():
            pass

    state = await RunState.from_string(outer, result.to_state().to_string())
    finished = await Runner.run(outer, state)

    assert output(finished) == "They found gold."
    assert acted == ["act", "dig", "dig"]
    assert len(deepest.model.calls) == 3
    assert finished.context_wrapper.usage.requests == 3 + 2 + 2


async def test_an_inner_run_that_failed_for_good_is_made_anew(run: Any, says: Any) -> None:
    """To go on from its last turn would only fail again."""
    inner = Agent("Inner", model=says(("ask",), "Found."), tools=[])
    inner.tools.append(function_tool(lambda: "?", name_override="ask"))
    outer = asking(says, inner.as_tool("find", "Finds.", max_turns=1, failure_error_function=None))
    with pytest.raises(MaxTurnsExceeded) as caught:
        await run(outer)

    result = await run(outer, caught.value.run_data.to_state())

    assert output(result) == "Found."


async def test_the_inner_run_takes_the_options_that_it_was_given(run: Any, says: Any, told: Any) -> None:
    """Hooks are the inner run's own; its configuration is the outer one's unless it has its own."""
    calls: list[str] = []
    given = says("From the run's model.")
    inner = Agent("Inner", model=says("From its own."))
    tool = inner.as_tool("find", "Finds.", hooks=told(calls), run_config=RunConfig(model=given))
    assert output(await run(asking(says, tool))) == "From the run's model."
    assert [call for call in calls if "agent" in call] == [
        "run: agent Inner starts",
        "run: agent Inner ends with From the run's model.",
    ]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"parameters": int}, "parameters must be a dataclass or a pydantic model"),
        ({"on_stream": "loud"}, "on_stream must be a function"),
        ({"on_stream_max_pending_events": 0}, "must be at least 1"),
        ({"input_builder": 3}, "input_builder must be a function"),
        ({"needs_approval": 3}, "needs_approval must be a bool or a function"),
    ],
)
def test_a_wrong_option_is_named(options: Any, said: str) -> None:
    """The error comes where the mistake is made."""
    with pytest.raises(UserError, match=said):
        Agent("Inner").as_tool("find", "Finds.", **options)


@pytest.mark.parametrize("kind", [ToolContext, RunContextWrapper])
async def test_a_tool_that_is_called_by_hand_runs_its_agent(says: Any, kind: Any) -> None:
    """Wrappers around the tool, and tests of it, call it as they call any other."""
    told = {"tool_name": "find", "tool_call_id": "c", "tool_arguments": "{}"} if kind is ToolContext else {}
    context = kind("ours", **told)
    inner = Agent("Inner", model=says("Found."), instructions=lambda context, agent: f"Look among {context.context}.")

    assert await inner.as_tool("find", "Finds.").on_invoke_tool(context, '{"input": "x"}') == "Found."
    assert inner.model.last_call.system_instructions == "Look among ours."
    assert context.usage.requests == 1


@pytest.fixture
def done() -> list[str]:
    """What the tools have done, in order."""
    return []


@pytest.fixture
def delete(done: list[str]) -> Any:
    """A tool that asks."""

    @function_tool(needs_approval=True)
    def delete(path: str) -> str:
        done.append(path)
        return f"deleted {path}"

    return delete


async def test_approvals_inside_surface_outside(run: Any, says: Any, done: Any, delete: Any) -> None:
    """The caller of the outer run decides; both runs go on where they were, and each model is asked once a turn."""
    model = says([("delete", {"path": "a"}, "i1"), ("delete", {"path": "b"}, "i2")], "Cleaned.")
    inner = Agent("Inner", model=model, tools=[delete])
    agent = asking(says, inner.as_tool("clean", "Cleans."))
    result = await run(agent, "Go", context={"user": 7})

    assert [(i.agent.name, i.name, i.call_id, i.call_path) for i in result.interruptions] == [
        ("Inner", "delete", "i1", ("outer_1",)),
        ("Inner", "delete", "i2", ("outer_1",)),
    ]
    state = result.to_state()
    state.approve(result.interruptions[0])
    state.reject(result.interruptions[1], rejection_message="Not b.")
    result = await run(agent, state)

    assert done == ["a"]
    assert output(result) == "Cleaned."
    assert [item["output"] for item in model.last_call.input[-2:]] == ["deleted a", "Not b."]
    assert (len(model.calls), len(agent.model.calls)) == (2, 2)  # type: ignore[union-attr]
    assert result.context_wrapper.usage.requests == 4


async def test_the_call_of_an_agent_can_need_approval_too(run: Any, says: Any, done: Any, delete: Any) -> None:
    """First the call, then what the agent wants to do: each is asked once."""
    inner = Agent("Inner", model=says([("delete", {"path": "a"}, "i1")], "Cleaned."), tools=[delete])
    agent = asking(says, inner.as_tool("clean", "Cleans.", needs_approval=True))
    result = await run(agent)
    for name in ("clean", "delete"):
        assert [item.name for item in result.interruptions] == [name]
        state = result.to_state()
        state.approve(result.interruptions[0])
        result = await run(agent, state)
    assert (done, result.final_output) == (["a"], "Done.")


async def test_the_same_call_ids_inside_two_calls_are_two_decisions(
    run: Any, says: Any, done: Any, delete: Any
) -> None:
    """Two runs side by side whose models number their calls from one: what is said of one is not said of both."""
    inner = Agent("Inner", tools=[delete])
    models = {name: says([("delete", {"path": "a"}, "call_1")], "Ok.") for name in ("first", "second")}
    tools = [inner.clone(model=model).as_tool(name, "Cleans.") for name, model in models.items()]
    model = says([("first", {"input": "x"}, "o1"), ("second", {"input": "x"}, "o2")], "Done.")
    agent = Agent("Outer", model=model, tools=tools)
    result = await run(agent)
    state = result.to_state()
    state.reject(result.interruptions[0])
    state.approve(result.interruptions[1])
    result = await run(agent, state)
    assert done == ["a"]
    told = [model.last_call.input[-1]["output"] for model in models.values()]
    assert told == ["Tool execution was not approved.", "deleted a"]


async def test_always_holds_for_the_next_call_of_the_agent(run: Any, says: Any, done: Any, delete: Any) -> None:
    """Whoever said 'always' is not asked again when the outer agent calls the inner one again."""
    inner = Agent(
        "Inner",
        model=says([("delete", {"path": "a"}, "i1")], "1.", [("delete", {"path": "b"}, "i2")], "2."),
        tools=[delete],
    )
    clean = inner.as_tool("clean", "Cleans.")
    model = says(("clean", {"input": "x"}, "o1"), ("clean", {"input": "y"}, "o2"), "Done.")
    agent = Agent("Outer", model=model, tools=[clean])
    result = await run(agent)
    state = result.to_state()
    state.approve(result.interruptions[0], always_approve=True)
    result = await run(agent, state)
    assert (done, result.final_output) == (["a", "b"], "Done.")


async def test_a_streamed_inner_run_waits_and_goes_on(run: Any, says: Any, done: Any, delete: Any) -> None:
    """Whoever listens hears of both halves."""
    heard: list[str] = []
    inner = Agent("Inner", model=says([("delete", {"path": "a"}, "i1")], "Cleaned."), tools=[delete])
    tool = inner.as_tool("clean", "", on_stream=lambda event: heard.append(getattr(event["event"], "name", "")))
    agent = asking(says, tool)
    result = await run(agent)
    state: RunState[Any] = result.to_state()
    state.approve(state.get_interruptions()[0])
    result = await run(agent, state)
    assert (done, result.final_output) == (["a"], "Done.")
    assert [name for name in heard if name] == ["tool_called", "tool_output", "message_output_created"]


async def test_a_run_waits_through_what_is_wrapped_around_its_tool(run: Any, says: Any, done: Any, delete: Any) -> None:
    """Packages that make runs durable wrap ``on_invoke_tool``; so may a tool that prepares a context and calls on."""
    inner = Agent("Inner", model=says([("delete", {"path": "a"}, "i1")], "Cleaned."), tools=[delete])
    tool = inner.as_tool("clean", "")
    calls: list[str] = []

    async def wrapped(context: ToolContext[Any], arguments: str) -> Any:
        calls.append(context.tool_call_id)
        return await tool.on_invoke_tool(context, arguments)

    agent = asking(says, dataclasses.replace(tool, on_invoke_tool=wrapped))
    result = await run(agent)
    state = await RunState.from_string(agent, result.to_state().to_string())
    state.approve(state.get_interruptions()[0])
    result = await run(agent, state)
    assert (done, output(result), calls) == (["a"], "Cleaned.", ["outer_1", "outer_1"])


async def test_a_tool_may_call_an_agent_tool_itself(run: Any, says: Any) -> None:
    """With the context of its own call, or one made of it."""
    inner = Agent("Inner", model=says("One.", "Two.")).as_tool("inner", "")

    @function_tool
    async def both(context: ToolContext[Any]) -> list[Any]:
        made: ToolContext[Any] = ToolContext.from_agent_context(context, "second", tool_name="inner")
        return [await inner.on_invoke_tool(each, '{"input": "x"}') for each in (context, made)]

    assert output(await run(asking(says, both, {}))) == ["One.", "Two."]


async def test_agents_as_tools_of_agents_as_tools(run: Any, says: Any, done: Any, delete: Any) -> None:
    """However deep a call waits, it is asked for at the top."""
    deepest = Agent("Deepest", model=says([("delete", {"path": "a"}, "d1")], "3."), tools=[delete])
    middle = Agent("Middle", model=says([("deep", {"input": "x"}, "m1")], "2."), tools=[deepest.as_tool("deep", "")])
    agent = asking(says, middle.as_tool("middle", ""))
    result = await run(agent)
    assert [item.call_path for item in result.interruptions] == [("outer_1", "m1")]
    state = result.to_state()
    state.approve(result.interruptions[0])
    result = await run(agent, state)
    assert (done, output(result), result.context_wrapper.usage.requests) == (["a"], "2.", 6)


async def test_inner_and_outer_run_are_one_trace(run: Any, says: Any, spans: Any) -> None:
    """Whoever looks at the trace sees the inner run below the call."""
    await run(asking(says, Agent("Inner", model=says("Found.")).as_tool("find", "Finds.")))
    assert [line for line in spans.tree if "generation" not in line] == [
        "agent Outer",
        "  function find",
        "    agent Inner",
    ]
