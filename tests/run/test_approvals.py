"""Tool calls that a human has to approve: what runs, what waits, and how the run goes on."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import Field

from agents import (
    Agent,
    GuardrailFunctionOutput,
    RunConfig,
    RunContextWrapper,
    ToolApprovalItem,
    ToolErrorFormatterArgs,
    ToolExecutionConfig,
    ToolGuardrailFunctionOutput,
    UserError,
    function_tool,
    input_guardrail,
    tool_input_guardrail,
)
from agents.tool_context import ToolContext


@pytest.fixture
def done() -> list[str]:
    """What the tools have done, in order."""
    return []


@pytest.fixture
def tools(done: list[str]) -> list[Any]:
    """One tool that asks, and one that does not."""

    @function_tool(needs_approval=True)
    def delete(path: str) -> str:
        done.append(f"delete {path}")
        return f"deleted {path}"

    @function_tool
    def list_files() -> str:
        done.append("list")
        return "a b"

    return [delete, list_files]


def outputs(result: Any) -> list[tuple[str | None, Any]]:
    return [(item.call_id, item.output) for item in result.new_items if item.type == "tool_call_output_item"]


THREE = [("delete", {"path": "a"}, "c1"), ("list_files", {}, "c2"), ("delete", {"path": "b"}, "c3")]


async def test_what_waits_can_be_kept_in_sets_and_dicts(run: Any, says: Any, tools: Any) -> None:
    """An application notes who decides on what; two calls that look the same are two."""
    twice = ("delete", {"path": "a"}, "c")
    waiting = (await run(Agent("A", model=says([twice]), tools=tools))).interruptions
    again = (await run(Agent("A", model=says([twice]), tools=tools))).interruptions

    assert len({*waiting, *again, *waiting}) == 2
    assert waiting[0] != again[0]


async def test_what_needs_approval_waits_and_the_rest_runs(run: Any, says: Any, tools: Any, done: Any) -> None:
    """Nothing happens that a human has not allowed, and nothing waits that needs no human."""
    model = says(THREE, "Done.")
    result = await run(Agent("A", model=model, tools=tools))

    assert done == ["list"]
    assert [(item.name, item.arguments, item.call_id) for item in result.interruptions] == [
        ("delete", '{"path": "a"}', "c1"),
        ("delete", '{"path": "b"}', "c3"),
    ]
    assert result.final_output is None
    assert [item.type for item in result.new_items] == [
        *["tool_call_item"] * 3,
        "tool_approval_item",
        "tool_call_output_item",
        "tool_approval_item",
    ]
    assert all("approval" not in str(item) for item in result.to_input_list())


async def test_a_run_goes_on_with_what_was_decided(run: Any, says: Any, tools: Any, done: Any) -> None:
    """The finished call is not made again, the model is asked once a turn, the usage is counted on."""
    model = says(THREE, "Done.")
    agent = Agent("A", model=model, tools=tools)
    result = await run(agent)
    state = result.to_state()
    state.approve(result.interruptions[0])
    state.reject(result.interruptions[1], rejection_message="Not b.")
    result = await run(agent, state)

    assert done == ["list", "delete a"]
    assert result.final_output == "Done."
    assert outputs(result) == [("c2", "a b"), ("c1", "deleted a"), ("c3", "Not b.")]
    assert result.interruptions == []
    assert len(model.calls) == len(result.raw_responses) == result.context_wrapper.usage.requests == 2
    told = [item for item in model.last_call.input if item.get("type") == "function_call_output"]
    assert [(item["call_id"], item["output"]) for item in told] == outputs(result)


async def test_what_is_not_decided_is_asked_again_and_only_once_noted(
    run: Any, says: Any, tools: Any, done: Any
) -> None:
    """Somebody may decide on one call today and on the other tomorrow."""
    agent = Agent("A", model=says(THREE, "Done."), tools=tools)
    result = await run(agent)
    for call in ("c1", "c3"):
        assert result.interruptions[0].call_id == call
        state = result.to_state()
        state.approve(state.get_interruptions()[0])
        result = await run(agent, state)

    assert done == ["list", "delete a", "delete b"]
    assert result.final_output == "Done."
    assert sum(item.type == "tool_approval_item" for item in result.new_items) == 2


async def test_a_function_decides_which_calls_need_approval(run: Any, says: Any, done: Any) -> None:
    """It sees the context, the arguments and the call; arguments that nobody can read are asked about."""
    seen: list[Any] = []

    async def outside(context: RunContextWrapper[str], arguments: dict[str, Any], call_id: str) -> bool:
        seen.append((context.context, arguments, call_id))
        return str(arguments["path"]).startswith("/")

    @function_tool(needs_approval=outside)
    def delete(path: str) -> str:
        done.append(path)
        return "ok"

    calls = [("delete", {"path": "a"}, "c1"), ("delete", {"path": "/b"}, "c2"), ("delete", "{broken", "c3")]
    result = await run(Agent("A", model=says(calls), tools=[delete]), context="mine")

    assert seen == [("mine", {"path": "a"}, "c1"), ("mine", {"path": "/b"}, "c2")]
    assert done == ["a"]
    assert [item.call_id for item in result.interruptions] == ["c2", "c3"]


async def test_a_failing_function_stops_the_run(run: Any, says: Any, done: Any) -> None:
    """Whoever cannot tell whether to ask must not go ahead."""

    @function_tool(needs_approval=lambda context, arguments, call_id: arguments["nonsense"])
    def delete(path: str) -> str:
        done.append(path)
        return "ok"

    with pytest.raises(UserError, match="needs_approval of tool 'delete' raised KeyError"):
        await run(Agent("A", model=says(("delete", {"path": "a"})), tools=[delete]))
    assert done == []


@pytest.mark.parametrize("approved", [True, False])
async def test_a_standing_decision_holds_for_the_tool_of_this_agent(
    run: Any, says: Any, tools: Any, done: Any, approved: bool
) -> None:
    """Whoever decided once and for all is not asked again, whatever the arguments; another agent's tool is another."""
    model = says(
        ("delete", {"path": "a"}, "c1"),
        ("delete", {"path": "b"}, "c2"),
        ("transfer_to_other", {}, "c3"),
    )
    other = Agent("Other", model=says(("delete", {"path": "c"}, "c4")), tools=tools)
    agent = Agent("A", model=model, tools=tools, handoffs=[other])
    result = await run(agent)
    state = result.to_state()
    if approved:
        state.approve(result.interruptions[0], always_approve=True)
    else:
        state.reject(result.interruptions[0], always_reject=True, rejection_message="Never.")
    result = await run(agent, state)

    assert [(item.agent.name, item.call_id) for item in result.interruptions] == [("Other", "c4")]
    assert done == (["delete a", "delete b"] if approved else [])
    if not approved:
        assert outputs(result) == [("c1", "Never."), ("c2", "Never.")]


async def test_an_approval_holds_for_its_call_alone(run: Any, says: Any, tools: Any, done: Any) -> None:
    """Some services use an id again: what was allowed once must not be allowed for the rest of the run."""
    model = says(*[("delete", {"path": "a"}, "same")] * 2, "Done.")
    agent = Agent("A", model=model, tools=tools)
    result = await run(agent)
    state = result.to_state()
    state.approve(result.interruptions[0])
    result = await run(agent, state)

    assert done == ["delete a"]
    assert [item.call_id for item in result.interruptions] == ["same"]


async def test_decisions_can_be_asked_for(run: Any, says: Any, tools: Any) -> None:
    """Hooks and tools may look at what was decided."""
    agent = Agent("A", model=says(THREE, "Done."), tools=tools)
    result = await run(agent)
    context = result.context_wrapper
    first, second = result.interruptions
    assert context.is_tool_approved("delete", "c1") is None
    context.approve_tool(first)
    context.reject_tool(second, rejection_message="No.")
    assert context.is_tool_approved("delete", "c1") is True
    assert context.get_approval_status("delete", "c3", existing_pending=second) is False
    assert context.get_rejection_message("delete", "c3") == "No."
    assert context.get_rejection_message("delete", "c1") is None
    assert context.is_tool_approved("list_files", "c2") is None


async def test_a_decision_on_a_state_leaves_the_result_as_it_is(run: Any, says: Any, tools: Any) -> None:
    """Two people may try out two decisions on one result."""
    agent = Agent("A", model=says(THREE, "Done."), tools=tools)
    result = await run(agent)
    result.to_state().approve(result.interruptions[0])
    assert result.context_wrapper.is_tool_approved("delete", "c1") is None
    assert [item.call_id for item in result.to_state().get_interruptions()] == ["c1", "c3"]


async def test_a_rejection_is_told_as_the_formatter_puts_it(run: Any, says: Any, tools: Any) -> None:
    """The words for the model are the application's; what was said with the rejection goes before."""
    seen: list[ToolErrorFormatterArgs[Any]] = []

    def formatter(args: ToolErrorFormatterArgs[Any]) -> str:
        seen.append(args)
        return f"{args.tool_name}: no."

    agent = Agent("A", model=says(THREE, "Done."), tools=tools)
    result = await run(agent)
    state = result.to_state()
    state.reject(result.interruptions[0])
    state.reject(result.interruptions[1], rejection_message="My words.")
    result = await run(agent, state, run_config=RunConfig(tool_error_formatter=formatter))

    assert outputs(result) == [("c2", "a b"), ("c1", "delete: no."), ("c3", "My words.")]
    assert [(args.kind, args.call_id) for args in seen] == [("approval_rejected", "c1")]
    assert seen[0].default_message == "Tool execution was not approved."


async def test_input_guardrails_do_not_run_again(run: Any, says: Any, tools: Any) -> None:
    """The input was let pass; a guardrail that costs a model call is not paid twice."""
    checked: list[Any] = []

    @input_guardrail
    def guard(context: Any, agent: Any, input: Any) -> GuardrailFunctionOutput:
        checked.append(input)
        return GuardrailFunctionOutput(None, False)

    agent = Agent("A", model=says(THREE, "Done."), tools=tools, input_guardrails=[guard])
    result = await run(agent, "Clean up")
    state = result.to_state()
    for item in result.interruptions:
        state.approve(item)
    result = await run(agent, state)

    assert checked == ["Clean up"]
    assert len(result.input_guardrail_results) == 1


async def test_what_is_said_to_a_waiting_run_is_read_after_what_it_does(run: Any, says: Any, tools: Any) -> None:
    """The model reads the outputs first; input guardrails see what they have not seen."""
    checked: list[Any] = []

    @input_guardrail
    def guard(context: Any, agent: Any, input: Any) -> GuardrailFunctionOutput:
        checked.append(input)
        return GuardrailFunctionOutput(None, False)

    model = says([("delete", {"path": "a"}, "c1")], "Done.")
    agent = Agent("A", model=model, tools=tools, input_guardrails=[guard])
    result = await run(agent, "Clean up")
    state = result.to_state()
    state.add_input("Never mind.")
    state.clear_pending_input()
    state.add_input("And then b.")
    assert state.pending_input == [{"role": "user", "content": "And then b."}]
    state.approve(result.interruptions[0])
    result = await run(agent, state)

    assert [item.get("content") or item["output"] for item in model.last_call.input[-2:]] == [
        "deleted a",
        "And then b.",
    ]
    assert checked == ["Clean up", [{"role": "user", "content": "And then b."}]]
    assert [item.type for item in result.new_items][-2:] == ["input_item", "message_output_item"]


async def test_a_finished_run_does_not_go_on(run: Any, says: Any) -> None:
    """A turn that is answered is not asked for again; the error says what to do instead."""
    agent = Agent("A", model=says("Done."))
    state = (await run(agent)).to_state()
    with pytest.raises(UserError, match="has ended"):
        await run(agent, state)
    with pytest.raises(UserError, match="has ended"):
        state.add_input("More?")


async def test_a_handoff_beside_a_waiting_call_waits_with_it(run: Any, says: Any, tools: Any, done: Any) -> None:
    """The call belongs to the agent that hands over: it is done before the other takes over."""
    other = Agent("Other", model=says("Here."))
    agent = Agent(
        "A",
        model=says([("delete", {"path": "a"}, "c1"), ("transfer_to_other", {}, "c2")]),
        tools=tools,
        handoffs=[other],
    )
    result = await run(agent)
    assert result.last_agent is agent
    state = result.to_state()
    state.approve(result.interruptions[0])
    result = await run(agent, state)
    assert done == ["delete a"]
    assert result.last_agent is other
    assert result.final_output == "Here."


async def test_a_call_that_a_guardrail_rejects_is_not_asked_about(run: Any, says: Any, done: Any) -> None:
    """With the option, a human's time is not spent on calls that could not run."""

    @tool_input_guardrail
    def no_home(data: Any) -> ToolGuardrailFunctionOutput:
        if "/home" in data.context.tool_arguments:
            return ToolGuardrailFunctionOutput.reject_content("Not there.")
        return ToolGuardrailFunctionOutput.allow()

    @function_tool(needs_approval=True, tool_input_guardrails=[no_home])
    def delete(path: str) -> str:
        done.append(path)
        return "ok"

    calls = [("delete", {"path": "/home/a"}, "c1"), ("delete", {"path": "b"}, "c2")]
    config = RunConfig(tool_execution=ToolExecutionConfig(pre_approval_tool_input_guardrails=True))
    result = await run(Agent("A", model=says(calls), tools=[delete]), run_config=config)

    assert outputs(result) == [("c1", "Not there.")]
    assert [item.call_id for item in result.interruptions] == ["c2"]


async def test_hooks_are_told_once_of_what_happens_once(run: Any, says: Any, tools: Any, told: Any) -> None:
    """The agent begins once, the tool runs once, though the run was put down between."""
    calls: list[str] = []
    agent = Agent("A", model=says([("delete", {"path": "a"}, "c1")], "Done."), tools=tools)
    result = await run(agent, hooks=told(calls))
    state = result.to_state()
    state.approve(result.interruptions[0])
    await run(agent, state, hooks=told(calls))
    assert calls == [
        "run: agent A starts",
        "run: model of A starts on 1 items",
        "run: model of A ends",
        "run: tool delete of A starts, c1",
        "run: tool delete of A ends with deleted a",
        "run: model of A starts on 3 items",
        "run: model of A ends",
        "run: agent A ends with Done.",
    ]


async def test_turns_are_counted_on(run: Any, says: Any, tools: Any) -> None:
    """A run that is put down must not get more turns by it."""
    agent = Agent("A", model=says(*[("delete", {"path": "a"}, f"c{n}") for n in range(3)]), tools=tools)
    result = await run(agent, max_turns=2)
    state = result.to_state()
    state.approve(result.interruptions[0], always_approve=True)
    with pytest.raises(Exception, match="within 2 turns"):
        await run(agent, state)


async def test_the_trace_goes_on(run: Any, says: Any, tools: Any, spans: Any) -> None:
    """One run is one trace, though a human thought it over in its middle."""
    agent = Agent("A", model=says([("delete", {"path": "a"}, "c1")], "Done."), tools=tools)
    result = await run(agent, run_config=RunConfig(workflow_name="Cleaning"))
    state = result.to_state()
    state.approve(result.interruptions[0])
    await run(agent, state)
    assert len({span.trace_id for span in spans.spans}) == 1
    assert [trace.name for trace in spans.traces] == ["Cleaning"]


async def test_a_call_of_a_tool_that_stops_the_run_stops_it_when_approved(run: Any, says: Any, tools: Any) -> None:
    """``tool_use_behavior`` sees all outputs of the turn, those from before the pause too."""
    agent = Agent("A", model=says(THREE), tools=tools, tool_use_behavior="stop_on_first_tool")
    result = await run(agent)
    state = result.to_state()
    for item in result.interruptions:
        state.approve(item)
    assert (await run(agent, state)).final_output == "deleted a"


def test_contexts_that_are_made_by_hand_share_decisions() -> None:
    """A framework that wraps a context for its tools must see what was decided on the outer one."""
    agent = Agent("A")
    call = {"type": "function_call", "name": "find", "call_id": "c", "arguments": "{}"}
    outer: RunContextWrapper[None] = RunContextWrapper(None)
    inner: Any = ToolContext(None, tool_name="find", tool_call_id="c", tool_arguments="{}", _approvals=outer._approvals)
    outer.approve_tool(ToolApprovalItem(agent, call))
    assert inner.is_tool_approved("find", "c") is True


@pytest.mark.parametrize("alias", [True, False])
def test_an_approval_item_may_name_its_tool_by_key(alias: bool) -> None:
    """A key says namespace and name at once; an alias lets a standing decision hold for the bare name as well."""
    call = {"type": "function_call", "name": "find", "call_id": "c", "arguments": "{}"}
    key = ("namespaced", "crm", "find")
    item = ToolApprovalItem(Agent("A"), call, tool_lookup_key=key, _allow_bare_name_alias=alias)
    assert (item.tool_name, item.tool_namespace, item.qualified_name) == ("find", "crm", "crm.find")
    assert ToolApprovalItem(item.agent, call, tool_namespace="crm").tool_lookup_key == key
    context: RunContextWrapper[None] = RunContextWrapper(None)
    context.approve_tool(item, always_approve=True)
    assert context.get_approval_status("find", "other", tool_lookup_key=key, existing_pending=item) is True
    assert context.get_approval_status("find", "other") is (True if alias else None)


CALLS: dict[str, tuple[dict[str, Any], str]] = {
    "a namespace": ({"type": "function_call", "name": "find", "arguments": "{}"}, "namespace"),
    "a hosted server": ({"type": "mcp_approval_request", "name": "find", "arguments": "{}"}, "server_label"),
}


@pytest.mark.parametrize("case", list(CALLS))
def test_a_decision_for_good_is_one_on_the_tool_of_its_group(case: str) -> None:
    """Another server, or another namespace, may have a tool of that name which nobody has decided on."""
    call, group = CALLS[case]
    key = "id" if group == "server_label" else "call_id"
    agent = Agent("A")
    one = ToolApprovalItem(agent, {**call, key: "1", group: "crm"})
    other = ToolApprovalItem(agent, {**call, key: "2", group: "shop"})
    context: RunContextWrapper[None] = RunContextWrapper(None)

    context.approve_tool(one, always_approve=True)

    assert (one.tool_namespace, one.qualified_name) == ("crm", "crm.find")
    assert context.get_approval_status("find", "3", tool_namespace="crm") is True
    assert context.get_approval_status("find", "2", tool_namespace=other.tool_namespace) is None


def test_a_waiting_call_is_no_input_for_a_model() -> None:
    """Whoever builds a conversation by hand finds out at once."""
    item = ToolApprovalItem(Agent("A"), {"type": "function_call", "name": "t", "call_id": "c", "arguments": "{}"})
    assert (item.name, item.call_id, item.arguments) == ("t", "c", "{}")
    with pytest.raises(Exception, match="waits for a human"):
        item.to_input_item()


@pytest.mark.parametrize(
    ("given", "asked"), [({}, True), ({"endpoint": "test"}, False), ({"endpoint": "production", "times": 2}, True)]
)
async def test_who_decides_by_arguments_sees_those_that_the_model_left_out(
    run: Any, says: Any, given: Any, asked: bool
) -> None:
    """Otherwise a call that leaves the dangerous default in place would pass as one that asks for nothing."""
    seen: list[Any] = []

    def decide(context: Any, arguments: Any, call_id: str) -> bool:
        seen.append(arguments)
        return bool(arguments["endpoint"] == "production")

    @function_tool(needs_approval=decide, strict_mode=False)
    def deploy(target: Annotated[str, Field(alias="endpoint")] = "production", times: int = 1) -> str:
        return target

    result = await run(Agent("A", model=says(("deploy", given), "Done."), tools=[deploy]))

    assert bool(result.interruptions) is asked
    assert seen == [{"endpoint": "production", "times": 1, **given}]
