"""Runs put down and picked up: as JSON, by another process, at every point where a run can wait."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from asyncio.subprocess import PIPE
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from agents import (
    Agent,
    GuardrailFunctionOutput,
    HandoffInputData,
    ModelSettings,
    ProviderConnectionError,
    RunConfig,
    RunContextWrapper,
    Runner,
    RunState,
    ToolCallOutputItem,
    ToolExecutionConfig,
    ToolGuardrailFunctionOutput,
    UserError,
    function_tool,
    handoff,
    input_guardrail,
    tool_input_guardrail,
)
from agents.run_progress import RunProgress
from agents.run_state_schema import VERSION, StoredRun
from agents.tracing import TracingConfig

from .team import account, decide, done, finish, team

HERE = Path(__file__).parent
STATES = HERE / "states"


async def pauses(way: str) -> tuple[list[str], list[list[str]], dict[str, Any]]:
    """All pauses of the team's run as stored states, what was done before each, and what the run came to."""
    done.clear()
    agent = team()
    first: Any = Runner.run_streamed(agent, "Go") if way == "streamed" else await Runner.run(agent, "Go")
    if way == "streamed":
        async for _ in first.stream_events():
            pass
    states, before, result = [], [], first
    while result.interruptions:
        state = result.to_state()
        states.append(state.to_string())
        before.append(list(done))
        decide(state)
        result = await finish(way, agent, state)
    return states, before, account(result)


@pytest.mark.parametrize("way", ["plain", "streamed"])
async def test_another_process_brings_the_run_to_the_same_end_from_every_pause(way: str) -> None:
    """Nothing is done twice and nothing is left out, wherever the run was put down: in nested runs, beside finished
    calls, before a handoff, after one.
    """
    states, before, expected = await pauses(way)
    everything = sorted(done)
    assert len(states) == 7
    assert everything == sorted(set(everything)) == ["c1", "i1", "i2", "i4", "o2", "o3", "p1"]
    other = await asyncio.create_subprocess_exec(sys.executable, str(HERE / "team.py"), way, stdin=PIPE, stdout=PIPE)
    finished, _ = await other.communicate("\n".join(states).encode())
    assert other.returncode == 0
    told = [json.loads(line) for line in finished.splitlines()]
    for there, here in zip(told, before, strict=True):
        assert there["account"] == expected
        assert sorted([*here, *there["done"]]) == everything


@pytest.mark.parametrize("way", ["plain", "streamed"])
async def test_a_run_that_is_stored_at_every_pause_ends_the_same(way: str) -> None:
    """A service with no memory of its own stores after each step; what is loaded is stored as it was."""
    _, _, expected = await pauses(way)
    done.clear()
    agent = team()
    result: Any = await Runner.run(agent, "Go")
    while result.interruptions:
        text = result.to_state().to_string()
        state = await RunState.from_string(agent, text)
        assert json.loads(state.to_string()) == json.loads(text)
        decide(state)
        again = await RunState.from_string(agent, state.to_string())  # decisions are stored, too
        result = await finish(way, agent, again)
    assert account(result) == expected
    assert len(done) == len(set(done))


@pytest.mark.parametrize("version", range(1, VERSION + 1))
async def test_a_state_of_each_version_loads(version: int) -> None:
    """States wait in databases for days: an upgrade of the package must not lose them."""
    stored = (STATES / f"v{version}.json").read_text(encoding="utf-8")
    assert json.loads(stored)["version"] == version
    agent = team()
    state = await RunState.from_string(agent, stored)
    _, _, expected = await pauses("plain")
    done.clear()
    while True:
        decide(state)
        result = await finish("plain", agent, state)
        if not result.interruptions:
            break
        state = result.to_state()
    assert account(result) == expected


def test_nothing_of_a_runs_progress_is_left_out() -> None:
    """Whoever adds to it has to say how it is stored; the trace is stored with the context."""
    assert {each.name for each in fields(RunProgress)} - {"trace"} == set(StoredRun.__struct_fields__) - {
        *("input", "current_agent", "current_turn", "max_turns", "new_items", "responses"),
        *("guardrail_results", "tool_input"),
    }


def stored() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((STATES / "v1.json").read_text(encoding="utf-8"))
    return data


def changed(*path: Any, to: Any = None, drop: bool = False) -> dict[str, Any]:
    """The stored state with one thing changed or dropped."""
    data = stored()
    place: Any = data
    for step in path[:-1]:
        place = place[step]
    if drop:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return data


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ([], "is an object, not list"),
        ({}, "is no run state"),
        ({"format": "something else", "version": 1}, "is no run state"),
        ({"$schemaVersion": "1.21"}, "written by openai-agents"),
        (changed("version", to=99), "was written by a newer one"),
        (changed("version", to="1"), "is no run state"),
        (changed("run", drop=True), "required field `run`"),
        (changed("run", "stage", to="dreaming"), r"Invalid enum value 'dreaming' - at `\$.run.stage`"),
        (changed("run", "input", to=7), r"got `int` - at `\$.run.input`"),
        (changed("run", "turn_start", to=99), "items are missing"),
        (changed("run", "responses", to=[]), "response of its last turn is missing"),
        (changed("run", "current_turn", to=-1), "`int` >= 0 - at `.*current_turn`"),
        (changed("run", "new_items", 0, "agent", to="Nobody"), "names agent 'Nobody'.*Closer, Foreman"),
        (changed("run", "new_items", 0, "type", to="song"), r"new_items\[0\].*kind 'song'"),
        (changed("run", "new_items", 1, "raw_item", to={}), r"damaged at new_items\[1\]"),
        (
            changed("run", "new_items", 1, "raw_item", "object", "name", drop=True),
            r"new_items\[1\]: name: Field required",
        ),
        (changed("run", "responses", 0, "output", to=3), r"damaged at responses\[0\]"),
        (changed("run", "visible_items", 0, to=99), "items are missing"),
        (changed("usage", to=[]), "damaged"),
        (changed("calls", to=[{"path": ["a"]}]), "damaged"),
        (changed("context", drop=True), "required field `context`"),
    ],
)
async def test_a_wrong_state_says_what_is_wrong_with_it(data: Any, said: str) -> None:
    """A run that went on from half a state would repeat or lose something."""
    with pytest.raises(UserError, match=said):
        await RunState.from_json(team(), data)


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths to all values in JSON data."""
    if path:
        yield path
    steps = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in steps:
        yield from places(value, (*path, step))


@pytest.mark.parametrize("to", [None, -3, "x", [], {}, [None], {"x": None}, ...], ids=repr)
async def test_any_damage_is_an_error_of_ours_or_none(to: Any) -> None:
    """Each value in turn is another or missing: the state is refused by a ``UserError``, or can still be used."""
    agent = team()
    for path in places(stored()):
        damaged = changed(*path, drop=True) if to is ... else changed(*path, to=to)
        try:
            state = await RunState.from_json(agent, damaged)
        except UserError:
            continue
        for call in state.get_interruptions():
            state.approve(call)
        state.to_string()


@pytest.mark.parametrize("text", ["", "not JSON", "[1", repr(stored()), json.dumps(stored())[:-20]])
async def test_what_is_no_json_is_told(text: str) -> None:
    """A file that was cut off is an error of the package's own tree, with the reason."""
    with pytest.raises(UserError, match="no JSON"):
        await RunState.from_string(team(), text)


async def test_a_state_names_its_agents(says: Any) -> None:
    """Loaded with another agent, it says whom it looks for, and who is there."""
    with pytest.raises(UserError, match="names agent 'Foreman', which cannot be reached from agent 'Other'"):
        await RunState.from_json(Agent("Other"), stored())


@pytest.fixture
def waiting(says: Any) -> Any:
    """Makes an agent whose run waits for an approval."""

    def make(name: str = "A", **fields: Any) -> Agent[Any]:
        @function_tool(needs_approval=True)
        def delete(path: str) -> str:
            return f"deleted {path}"

        model = says(("delete", {"path": "a"}, "c1"), "Done.")
        return Agent(name, model=model, tools=[delete, *fields.pop("tools", ())], **fields)

    return make


async def reloaded(agent: Agent[Any], result: Any, **options: Any) -> RunState[Any]:
    state = await RunState.from_string(agent, result.to_state().to_string(), **options)
    for call in state.get_interruptions():
        state.approve(call)
    return state


class Account(BaseModel):
    user: str


@dataclass
class Plain:
    user: str


class Opaque:
    pass


async def test_a_mapping_comes_back_as_it_was(run: Any, waiting: Any) -> None:
    """The most frequent context needs no help."""
    agent = waiting()
    result = await run(agent, context={"user": "Ann", "ids": [1, 2]})
    state = await reloaded(agent, result, strict_context=True)
    assert (await run(agent, state)).context_wrapper.context == {"user": "Ann", "ids": [1, 2]}


@pytest.mark.parametrize("context", [Account(user="Ann"), Plain("Ann")])
async def test_a_typed_context_comes_back_by_a_deserializer(run: Any, waiting: Any, context: Any) -> None:
    """Without one it is a dict, and the log says so; with ``strict_context`` that is an error."""
    agent = waiting()
    result = await run(agent, context=context)
    state = await reloaded(agent, result, context_deserializer=lambda data: type(context)(**data))
    assert (await run(agent, state)).context_wrapper.context == context
    assert (await reloaded(agent, result)).context_wrapper.context == {"user": "Ann"}
    with pytest.raises(UserError, match="needs a context_deserializer"):
        await reloaded(agent, result, strict_context=True)
    with pytest.raises(UserError, match="needs a context_serializer"):
        result.to_state().to_json(strict_context=True)


@dataclass
class Services:
    """What a tool works with: a lock can neither be copied nor written down."""

    user: str = "Ann"
    lock: Any = field(default_factory=threading.Lock)


@pytest.mark.parametrize("make", [Opaque, Services])
async def test_a_context_that_cannot_be_stored_has_to_be_given_again(
    run: Any, waiting: Any, caplog: pytest.LogCaptureFixture, make: Any
) -> None:
    """It is never dropped in silence: storing warns, and the run does not go on without it."""
    agent, context = waiting(), make()
    result = await run(agent, context=context)
    state = await reloaded(agent, result)
    assert "without its context" in caplog.text
    with pytest.raises(UserError, match=rf"stored without its context, a .*{make.__name__}"):
        await run(agent, state)
    again = await RunState.from_json(agent, state.to_json())  # it stays missing
    with pytest.raises(UserError, match="stored without its context"):
        await run(agent, again)
    assert (await run(agent, again, context=context)).context_wrapper.context is context


async def test_a_serializer_and_an_override(run: Any, waiting: Any) -> None:
    """Any object can be stored by a function, and replaced when it is loaded."""
    agent = waiting()
    result = await run(agent, context=Opaque())
    data = result.to_state().to_json(
        context_serializer=lambda context: {"kind": type(context).__name__}, strict_context=True
    )
    state = await RunState.from_json(agent, data, context_deserializer=lambda data: data["kind"])
    assert state.context_wrapper.context == "Opaque"
    given: RunContextWrapper[str] = RunContextWrapper("mine")
    state = await RunState.from_json(agent, data, context_override=given)
    assert state.context_wrapper is given
    assert given.usage.requests == 1
    with pytest.raises(UserError, match="context_serializer raised ZeroDivisionError"):
        result.to_state().to_json(context_serializer=lambda context: {"a": 1 / 0})
    with pytest.raises(UserError, match="context_deserializer raised KeyError"):
        await RunState.from_json(agent, data, context_deserializer=lambda data: data["nothing"])


async def test_a_mapping_of_objects_is_refused(run: Any, waiting: Any) -> None:
    """Half a context would be worse than none."""
    result = await run(waiting(), context={"connection": Opaque()})
    with pytest.raises(UserError, match="pass to_json a context_serializer"):
        result.to_state().to_json()


async def test_agents_of_one_name_are_told_apart_by_the_way_to_them(run: Any, says: Any, waiting: Any) -> None:
    """Two regions may each have a 'Clerk': what was decided for one must not be taken for the other."""
    north, south = waiting("Clerk"), waiting("Clerk")
    desks = [Agent(f"{place} desk", handoffs=[clerk]) for place, clerk in (("North", north), ("South", south))]
    to_south = handoff(desks[1], tool_name_override="transfer_to_south")
    agent = Agent("Front", model=says(("transfer_to_south", {})), handoffs=[to_south, desks[0]])
    desks[1].model = says(("transfer_to_clerk", {}))
    result = await run(agent)
    state = result.to_state()
    assert state.current_agent is south
    data = state.to_json()
    assert data["run"]["current_agent"] == "Clerk (start > transfer_to_south > transfer to Clerk)"
    agent.handoffs.reverse()  # the order of declarations does not matter
    assert (await RunState.from_json(agent, data)).current_agent is south


async def test_agents_that_cannot_be_told_apart_are_an_error(run: Any, waiting: Any) -> None:
    """Better when the state is stored than when it is loaded."""
    agent = waiting("A")
    agent.handoffs = [Agent("Twin"), Agent("Twin")]
    result = await run(agent, run_config=RunConfig(tool_name_collision_policy="warn"))
    state = result.to_state()
    state.to_json()  # none of them is part of the run
    state.current_agent = agent.handoffs[0]  # type: ignore[assignment]
    with pytest.raises(UserError, match=r"Several agents go by 'Twin .*Rename one"):
        state.to_json()


async def test_an_agent_that_nobody_could_find_is_an_error(run: Any, says: Any, waiting: Any) -> None:
    """A handoff may make its agent when it is called; a stored run could not find that one again."""
    made = waiting("Made")

    async def invoke(context: Any, arguments: str) -> Agent[Any]:
        return made

    hidden = handoff(Agent("Hidden"), tool_name_override="go")
    hidden.on_invoke_handoff, hidden.agent_ref = invoke, None  # type: ignore[assignment]
    result = await run(Agent("A", model=says(("go", {})), handoffs=[hidden]))
    with pytest.raises(UserError, match="agent 'Made', which cannot be reached from agent 'A'"):
        result.to_state().to_json()


async def test_results_of_guardrails_come_back_with_their_guardrails(run: Any, says: Any, waiting: Any) -> None:
    """What was checked stays on record; a guardrail that only the run's configuration had is known by its name."""

    @input_guardrail
    def polite(context: Any, agent: Any, input: Any) -> GuardrailFunctionOutput:
        return GuardrailFunctionOutput({"politeness": 0.9}, False)

    @input_guardrail(name="from the run")
    def elsewhere(context: Any, agent: Any, input: Any) -> GuardrailFunctionOutput:
        return GuardrailFunctionOutput(None, False)

    @tool_input_guardrail
    def harmless(data: Any) -> ToolGuardrailFunctionOutput:
        return ToolGuardrailFunctionOutput.reject_content("No.", {"harm": 1})

    @function_tool(tool_input_guardrails=[harmless])
    def look() -> str:
        return "never"

    agent = waiting(input_guardrails=[polite], tools=[look])
    agent.model = says([("delete", {"path": "a"}, "c1"), ("look", {}, "c2")])
    result = await run(agent, run_config=RunConfig(input_guardrails=[elsewhere]))
    state = await reloaded(agent, result)
    by_name = {each.guardrail.get_name(): each for each in state.input_guardrail_results}
    assert by_name["polite"].guardrail is polite
    assert by_name["polite"].output == GuardrailFunctionOutput({"politeness": 0.9}, False)
    with pytest.raises(UserError, match="known by its name only"):
        await by_name["from the run"].guardrail.run(agent, "x", RunContextWrapper(None))
    (rejected,) = state.tool_input_guardrail_results
    assert rejected.guardrail is harmless
    assert rejected.output == ToolGuardrailFunctionOutput.reject_content("No.", {"harm": 1})


async def test_no_key_is_stored_unless_asked_for(run: Any, waiting: Any, spans: Any) -> None:
    """A state lies in a database: the key under which traces are sent has no place there."""
    agent = waiting()
    result = await run(agent, run_config=RunConfig(tracing=TracingConfig(api_key="sk-very-secret")))
    state = result.to_state()
    assert "sk-very-secret" not in state.to_string() + repr(state) + str(state.trace_state)
    assert "sk-very-secret" in state.to_string(include_tracing_api_key=True)


async def test_another_process_writes_into_the_same_trace(run: Any, waiting: Any, spans: Any) -> None:
    """The trace's id, name and group are part of the state."""
    agent = waiting()
    config = RunConfig(workflow_name="Cleaning", group_id="chat-7", trace_metadata={"a": "b"})
    result = await run(agent, run_config=config)
    data = result.to_state().to_json()
    assert data["trace"]["workflow_name"] == "Cleaning"
    assert data["trace"]["group_id"] == "chat-7"
    state = await RunState.from_json(agent, data)
    state.approve(state.get_interruptions()[0])
    await run(agent, state)
    assert len({span.trace_id for span in spans.spans}) == 1


@pytest.mark.parametrize("how", ["filtered", "nested"])
async def test_what_a_handoff_made_of_the_conversation_is_stored(run: Any, says: Any, waiting: Any, how: str) -> None:
    """The agent that goes on reads what it would have read without the pause: not the whole story again."""

    @function_tool
    def look() -> str:
        return "seen"

    def shorten(data: HandoffInputData) -> HandoffInputData:
        made = ToolCallOutputItem(data.new_items[-1].agent, {**data.new_items[-1].raw_item}, "made by the filter")
        return data.clone(
            input_history="In short: clean up.", pre_handoff_items=(), new_items=(data.new_items[0], made)
        )

    other = waiting("Other")
    to_other = handoff(other, input_filter=shorten) if how == "filtered" else handoff(other, nest_handoff_history=True)
    agent = Agent(
        "A", model=says(("look", {}, "c0"), ("transfer_to_other", {}, "h")), tools=[look], handoffs=[to_other]
    )
    result = await run(agent, "Clean up, and tell me all about it.")
    read = list(other.model.calls[0].input)
    state = await reloaded(agent, result)
    result = await run(agent, state)
    assert result.final_output == "Done."
    assert other.model.last_call.input[: len(read)] == read
    assert [item.get("type") for item in other.model.last_call.input[len(read) :]] == [
        "function_call",
        "function_call_output",
    ]


async def test_a_standing_decision_is_stored(run: Any, says: Any) -> None:
    """Somebody said 'always' before the run was stored: nobody is asked in the next process, at any depth."""
    made: list[str] = []

    @function_tool(needs_approval=True)
    def delete(path: str) -> str:
        made.append(path)
        return "caf\udce9"  # a name that is no UTF-8

    inner = Agent(
        "Inner", model=says(("delete", {"path": "a"}, "i1"), ("delete", {"path": "b"}, "i2"), "Ok."), tools=[delete]
    )
    outer = says(("clean", {"input": "x"}, "o1"), ("delete", {"path": "c"}, "o2"), "Done.")
    agent = Agent("Outer", model=outer, tools=[inner.as_tool("clean", ""), delete])
    state = (await run(agent)).to_state()
    state.approve(state.get_interruptions()[0], always_approve=True)
    result = await run(agent, await RunState.from_string(agent, state.to_string()))
    assert made == ["a", "b"]
    assert [(call.agent.name, call.call_id) for call in result.interruptions] == [("Outer", "o2")]
    state = await RunState.from_string(agent, result.to_state().to_string())
    state.reject(state.get_interruptions()[0], always_reject=True, rejection_message="Never.")
    result = await run(agent, await RunState.from_string(agent, state.to_string()))
    assert (made, result.final_output) == (["a", "b"], "Done.")
    assert result.new_items[-2].output == "Never."


async def test_the_same_state_can_be_picked_up_by_two(run: Any, says: Any, waiting: Any) -> None:
    """Two loads are two runs: what one does, the other does not see."""
    agent = waiting()
    text = (await run(agent)).to_state().to_string()
    one, other = [await RunState.from_string(agent, text) for _ in range(2)]
    one.approve(one.get_interruptions()[0])
    result = await run(agent, one)
    assert result.final_output == "Done."
    assert [call.call_id for call in other.get_interruptions()] == ["c1"]
    assert other.context_wrapper.usage.requests == 1


async def test_a_state_made_by_hand_is_a_run_to_begin(run: Any, says: Any) -> None:
    """A queue may hold runs that nobody has begun."""
    agent = Agent("A", model=says("Hello."))
    state = RunState(RunContextWrapper({"user": "Ann"}), "Hi", agent, 3)
    loaded = await RunState.from_string(agent, state.to_string())
    result = await run(agent, loaded)
    assert (result.final_output, result.max_turns, result.input) == ("Hello.", 3, "Hi")


async def test_a_run_stopped_after_a_turn_goes_on(says: Any, waiting: Any) -> None:
    """Whoever stops a run politely may want to go on tomorrow."""

    @function_tool
    def look() -> str:
        return "seen"

    agent = Agent("A", model=says(("look", {}), "Done."), tools=[look])
    result = Runner.run_streamed(agent, "Go")
    async for event in result.stream_events():
        if getattr(event, "name", "") == "tool_called":
            result.cancel(mode="after_turn")
    state = await RunState.from_string(agent, result.to_state().to_string())
    assert state.get_interruptions() == []
    final = await Runner.run(agent, state)
    assert final.final_output == "Done."
    assert [item.type for item in final.new_items] == ["tool_call_item", "tool_call_output_item", "message_output_item"]


async def test_whoever_tries_again_from_a_state_repeats_nothing(run: Any, says: Any) -> None:
    """A service fails after the approved call was made: the state has caught up, the next try goes on from there."""
    made: list[str] = []

    @function_tool(needs_approval=True)
    def pay() -> str:
        made.append("paid")
        return "paid"

    agent = Agent("A", model=says(("pay", {}, "c1"), ProviderConnectionError("gone"), "Done."), tools=[pay])
    state = (await run(agent, max_turns=2)).to_state()
    state.approve(state.get_interruptions()[0])
    with pytest.raises(ProviderConnectionError):
        await run(agent, state)
    assert (await run(agent, state)).final_output == "Done."
    assert made == ["paid"]
    with pytest.raises(UserError, match="has ended"):
        await run(agent, state)


async def test_a_failed_run_goes_on_from_its_exception(run: Any, says: Any) -> None:
    """Every exception that ends a run holds the run: a long one must not begin anew for a lost connection."""
    made: list[str] = []

    @function_tool
    def pay() -> str:
        made.append("paid")
        return "paid"

    agent = Agent("A", model=says(("pay", {}, "c1"), ProviderConnectionError("gone"), "Done."), tools=[pay])
    with pytest.raises(ProviderConnectionError) as caught:
        await run(agent, max_turns=2)
    assert caught.value.run_data is not None
    state = await RunState.from_string(agent, caught.value.run_data.to_state().to_string())
    result = await run(agent, state)
    assert (result.final_output, made, result.current_turn) == ("Done.", ["paid"], 2)


def test_a_sync_run_goes_on_from_a_state(says: Any) -> None:
    """Scripts wait for people as well."""

    @function_tool(needs_approval=True)
    def pay() -> str:
        return "paid"

    agent = Agent("A", model=says(("pay", {}, "c1"), "Done."), tools=[pay])
    state = Runner.run_sync(agent, "Go").to_state()
    state.approve(state.get_interruptions()[0])
    assert Runner.run_sync(agent, state).final_output == "Done."


async def test_what_is_known_of_agents_can_be_set_by_hand(run: Any, says: Any) -> None:
    """An agent that is known to have used its tools is not forced to use them again; the policies are stored, too."""
    model = says("Hello.")
    agent = Agent("A", model=model, model_settings=ModelSettings(tool_choice="required"))
    state = RunState(RunContextWrapper(None), "Hi", agent)
    state.set_tool_use_tracker_snapshot({"A": ["look"]})
    state.set_reasoning_item_id_policy("omit")
    loaded = await RunState.from_json(agent, state.to_json())
    assert loaded.get_tool_use_tracker_snapshot() == {"A": ["look"]}
    assert loaded.progress.reasoning_item_id_policy == "omit"
    await run(agent, loaded)
    assert model.last_call.model_settings.tool_choice is None


async def test_a_call_that_was_finished_beside_a_failing_one_is_not_made_again(says: Any) -> None:
    """The state of a failed run holds what was done: the other call is made again, this one is not."""
    made: list[str] = []

    @function_tool
    def write() -> str:
        made.append("write")
        return "written"

    @function_tool(failure_error_function=None)
    def send() -> str:
        made.append("send")
        if made.count("send") == 1:
            raise ConnectionError("offline")
        return "sent"

    agent = Agent("A", model=says([("write", {}, "c1"), ("send", {}, "c2")], "Done."), tools=[write, send])
    one_at_a_time = RunConfig(tool_execution=ToolExecutionConfig(max_function_tool_concurrency=1))
    result = Runner.run_streamed(agent, "Go", run_config=one_at_a_time)
    with pytest.raises(UserError, match="offline"):
        async for _ in result.stream_events():
            pass
    final = await Runner.run(agent, await RunState.from_string(agent, result.to_state().to_string()))
    assert made == ["write", "send", "send"]
    assert final.final_output == "Done."
    assert [item.output for item in final.new_items if item.type == "tool_call_output_item"] == ["written", "sent"]
