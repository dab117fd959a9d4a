"""Tool calls of a turn: side by side, in order, off the event loop, and what happens when one goes wrong."""

from __future__ import annotations

import asyncio
import sys
import threading
from typing import Any

import pytest

from agents import (
    Agent,
    ModelBehaviorError,
    ModelSettings,
    RunConfig,
    ToolExecutionConfig,
    ToolsToFinalOutputResult,
    UserError,
    function_tool,
    handoff,
)
from agents.run_internal import run_loop, tool_execution


def outputs(result: Any) -> list[Any]:
    return [item.output for item in result.new_items if item.type == "tool_call_output_item"]


async def test_tools_of_one_turn_run_at_the_same_time_and_answer_in_order(run: Any, says: Any) -> None:
    """Each waits here until all have begun, and they finish in reverse: the order stays that of the calls."""
    begun = [asyncio.Event() for _ in range(3)]
    ended = [asyncio.Event() for _ in range(3)]

    @function_tool
    async def step(number: int) -> int:
        begun[number].set()
        await asyncio.gather(*[event.wait() for event in begun])
        if number < 2:
            await ended[number + 1].wait()
        ended[number].set()
        return number

    model = says([("step", {"number": n}, f"c{n}") for n in range(3)], "Done.")

    result = await run(Agent("A", model=model, tools=[step]))

    assert outputs(result) == [0, 1, 2]
    assert [item["call_id"] for item in model.last_call.input[-3:]] == ["c0", "c1", "c2"]


@pytest.mark.parametrize("limit", [1, 2, None])
async def test_no_more_tools_run_at_a_time_than_allowed(run: Any, says: Any, limit: int | None) -> None:
    """A tool that calls a rationed service sets the limit."""
    running, most = 0, 0

    @function_tool
    async def busy() -> str:
        nonlocal running, most
        running += 1
        most = max(most, running)
        for _ in range(5):
            await asyncio.sleep(0)
        running -= 1
        return "ok"

    model = says([("busy", {}, f"c{n}") for n in range(5)], "Done.")
    config = RunConfig(tool_execution=ToolExecutionConfig(max_function_tool_concurrency=limit))

    await run(Agent("A", model=model, tools=[busy]), run_config=config)

    assert most == (limit or 5)


async def test_sync_tools_leave_the_event_loop_free(run: Any, says: Any) -> None:
    """Two that wait for one another would hang on one thread."""
    barrier = threading.Barrier(2, timeout=10)
    threads = []

    @function_tool
    def blocks() -> str:
        threads.append(threading.get_ident())
        barrier.wait()
        return "ok"

    model = says([("blocks", {}, "c1"), ("blocks", {}, "c2")], "Done.")

    await run(Agent("A", model=model, tools=[blocks]))

    assert len(set(threads)) == 2
    assert threading.get_ident() not in threads


async def test_a_tool_that_fails_the_run_stops_the_others_first(run: Any, says: Any) -> None:
    """What a tool has begun it must be able to put away before the caller sees the error."""
    waiting, seen = asyncio.Event(), []

    @function_tool
    async def waits() -> str:
        waiting.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            await asyncio.sleep(0)
            seen.append("cleaned up")
            raise
        return ""

    @function_tool(failure_error_function=None)
    async def fails() -> str:
        await waiting.wait()
        raise ValueError("broken")

    model = says([("waits",), ("fails",)])

    with pytest.raises(UserError, match="Tool 'fails' raised ValueError: broken") as caught:
        await run(Agent("A", model=model, tools=[waits, fails]))

    assert isinstance(caught.value.__cause__, ValueError)
    assert seen == ["cleaned up"]
    assert [item.type for item in caught.value.run_data.new_items] == ["tool_call_item", "tool_call_item"]


async def test_a_tools_error_goes_to_the_model(run: Any, says: Any) -> None:
    """The model may try again with better arguments, so by default a tool's error ends nothing."""

    @function_tool
    def fails() -> str:
        raise ValueError("no such city")

    @function_tool(failure_error_function=lambda context, error: f"Sorry: {error}")
    def fails_politely() -> str:
        raise ValueError("no such city")

    model = says([("fails",), ("fails_politely",)], "Oh.")

    result = await run(Agent("A", model=model, tools=[fails, fails_politely]))

    assert outputs(result) == ["The tool failed with ValueError: no such city", "Sorry: no such city"]


BROKEN = ['{"city": "Ro', "[]", '{"town": "Rome"}', "null", "Rome"]


@pytest.mark.parametrize("arguments", BROKEN)
async def test_arguments_that_do_not_fit_are_told_to_the_model(
    run: Any, says: Any, weather: Any, arguments: str
) -> None:
    """Small models write broken JSON now and then, and mend it when told what is wrong."""
    model = says(("get_weather", arguments, "c1"), ("get_weather", {"city": "Rome"}, "c2"), "Sunny.")

    result = await run(Agent("A", model=model, tools=[weather]))

    assert outputs(result)[1] == "Sunny in Rome."
    assert outputs(result)[0].startswith("Invalid arguments for tool 'get_weather':")
    assert "city (string)" in outputs(result)[0]


async def test_arguments_that_do_not_fit_may_end_the_run(run: Any, says: Any) -> None:
    """Without an error function the program wants to know."""

    @function_tool(failure_error_function=None)
    def strict(city: str) -> str:
        return city

    with pytest.raises(ModelBehaviorError, match="Invalid arguments for tool 'strict'"):
        await run(Agent("A", model=says(("strict", "{", "c1")), tools=[strict]))


async def test_a_tool_that_does_not_exist_is_told_to_the_model(run: Any, says: Any, weather: Any) -> None:
    """The answer names what there is, the calls beside it are carried out, and each call has its output."""
    other = Agent("Other")
    model = says([("get_wether", {}, "c1"), ("get_weather", {"city": "Rome"}, "c2")], "Sunny.")

    result = await run(Agent("A", model=model, tools=[weather], handoffs=[other]))

    answers = {item["call_id"]: item["output"] for item in model.last_call.input[-2:]}
    assert answers == {
        "c1": "There is no tool named 'get_wether'. The tools are: get_weather, transfer_to_other.",
        "c2": "Sunny in Rome.",
    }
    assert result.final_output == "Sunny."


async def test_a_tool_that_does_not_exist_may_end_the_run(run: Any, says: Any) -> None:
    """Whoever would rather stop than go on with a model that invents tools can say so; the others have not run then."""
    config = RunConfig(tool_not_found_behavior="raise_error")
    ran: list[str] = []

    @function_tool
    def act() -> str:
        ran.append("act")
        return "done"

    with pytest.raises(ModelBehaviorError, match=r"no tool named 'nothing'\. The tools are: act"):
        await run(Agent("A", model=says([("act",), ("nothing",)]), tools=[act]), run_config=config)
    assert ran == []


@pytest.mark.parametrize("said", ["Try the map.", None])
@pytest.mark.parametrize("is_async", [False, True])
async def test_an_error_formatter_says_it_in_other_words(run: Any, says: Any, said: str | None, is_async: bool) -> None:
    """``None`` keeps the words that are already there."""
    seen: list[Any] = []

    def formatter(args: Any) -> Any:
        seen.append(args)
        return said

    async def async_formatter(args: Any) -> Any:
        return formatter(args)

    model = says(("nothing", {}, "c1"), "Oh.")
    config = RunConfig(tool_error_formatter=async_formatter if is_async else formatter)

    result = await run(Agent("A", model=model), run_config=config)

    (args,) = seen
    assert (args.kind, args.tool_name, args.call_id) == ("tool_not_found", "nothing", "c1")
    assert outputs(result) == [said or args.default_message]


def sum_of(context: Any, results: Any) -> ToolsToFinalOutputResult:
    total = sum(result.output for result in results)
    return ToolsToFinalOutputResult(is_final_output=total > 3, final_output=f"total {total}")


async def async_sum_of(context: Any, results: Any) -> ToolsToFinalOutputResult:
    return sum_of(context, results)


BEHAVIOURS = {
    # The behaviour, the final output, the number of model calls.
    "the model is asked again": ("run_llm_again", "Done.", 3),
    "the first output ends the run": ("stop_on_first_tool", "1", 1),
    "a named tool ends it": ({"stop_at_tool_names": ["two"]}, "2", 1),
    "another name does not": ({"stop_at_tool_names": ["three"]}, "Done.", 3),
    "a function decides": (sum_of, "total 6", 2),
    "an async function decides": (async_sum_of, "total 6", 2),
}


@pytest.mark.parametrize("case", list(BEHAVIOURS))
async def test_the_tool_use_behaviour_says_what_follows_tool_calls(run: Any, says: Any, case: str) -> None:
    """Four ways, of which one saves the last model call."""
    behaviour, final, calls = BEHAVIOURS[case]

    @function_tool
    def one(n: int = 1) -> int:
        return n

    @function_tool
    def two() -> int:
        return 2

    turns = ([("one",), ("two",)], [("one", {"n": 6}, "c3")], "Done.")
    model = says(*turns)

    result = await run(Agent("A", model=model, tools=[one, two], tool_use_behavior=behaviour))

    assert (result.final_output, len(model.calls)) == (final, calls)


async def test_a_tools_output_keeps_its_type_where_the_agent_has_one(run: Any, says: Any) -> None:
    """With an output type the caller expects an object, not its text."""

    @function_tool
    def numbers() -> list[int]:
        return [1, 2]

    agent = Agent(
        "A",
        model=says(("numbers",)),
        tools=[numbers],
        output_type=list[int],
        tool_use_behavior="stop_on_first_tool",
    )

    assert (await run(agent)).final_output == [1, 2]


@pytest.mark.parametrize(("reset", "second"), [(True, None), (False, "required")])
async def test_a_forced_tool_choice_is_dropped_after_use(
    run: Any, says: Any, weather: Any, reset: bool, second: str | None
) -> None:
    """A model that must call a tool in every turn would never end the run."""
    model = says(("get_weather", {"city": "Rome"}), "Sunny.")
    settings = ModelSettings(tool_choice="required")
    agent = Agent("A", model=model, tools=[weather], model_settings=settings, reset_tool_choice=reset)

    await run(agent)

    assert [call.model_settings.tool_choice for call in model.calls] == ["required", second]
    assert agent.model_settings.tool_choice == "required"


async def test_the_choice_of_another_agent_stays(run: Any, says: Any, weather: Any) -> None:
    """Only the agent that has called a tool is free to answer."""
    settings = ModelSettings(tool_choice="required")
    second_model = says(("get_weather", {"city": "Rome"}), "Sunny.")
    second = Agent("Second", model=second_model, tools=[weather], model_settings=settings)
    first = Agent("First", model=says(("transfer_to_second",)), handoffs=[second], model_settings=settings)

    await run(first)

    assert [call.model_settings.tool_choice for call in second_model.calls] == ["required", None]


@pytest.mark.parametrize("kind", ["bool", "function", "async function"])
async def test_a_tool_that_is_not_enabled_does_not_exist(run: Any, says: Any, kind: str) -> None:
    """Neither is it offered nor can it be called."""

    async def asked(context: Any, agent: Any) -> bool:
        return bool(context.context["admin"])

    enabled: Any = {
        "bool": False,
        "function": lambda context, agent: context.context["admin"],
        "async function": asked,
    }[kind]

    @function_tool(is_enabled=enabled)
    def secret() -> str:
        return "secret"

    model = says(("secret",), "Oh.")

    result = await run(Agent("A", model=model, tools=[secret]), context={"admin": False})

    assert model.first_call.tools == []
    assert outputs(result) == ["There is no tool named 'secret'. The tools are: none."]


async def test_what_may_be_seen_is_asked_at_the_same_time_and_of_the_agent_as_it_was(run: Any, says: Any) -> None:
    """Each answer may take a look into a store; and whoever answers may change the agent for the next turn."""
    together = asyncio.Barrier(2) if hasattr(asyncio, "Barrier") else None

    async def asked(context: Any, agent: Any) -> bool:
        if together is not None:
            await together.wait()
        return True

    async def answered(context: Any, agent: Any) -> bool:
        agent.tools.append(later)
        return await asked(context, agent)

    one = function_tool(lambda: "1", name_override="one", is_enabled=asked)
    two = function_tool(lambda: "2", name_override="two", is_enabled=answered)
    later = function_tool(lambda: "3", name_override="later")
    model = says("Done.")

    await run(Agent("A", model=model, tools=[one, two]))

    assert [tool.name for tool in model.first_call.tools] == ["one", "two"]


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Python 3.10 cannot tell whether a task is to end")
@pytest.mark.parametrize("side_by_side", [False, True])
@pytest.mark.parametrize("timeout", [None, 60])
async def test_a_tool_that_waited_for_what_was_cancelled_has_failed(
    run: Any, says: Any, side_by_side: bool, timeout: float | None
) -> None:
    """The job of another was stopped, not the run, which must not vanish without a word: the model hears of it."""

    @function_tool(timeout=timeout)
    async def look() -> str:
        job = asyncio.ensure_future(asyncio.sleep(60))
        asyncio.get_running_loop().call_soon(job.cancel)
        await job
        return "seen"

    calls = [("look", {}, "a"), ("look", {}, "b")] if side_by_side else [("look", {}, "a")]

    result = await run(Agent("A", model=says(calls, "Done."), tools=[look]))

    assert result.final_output == "Done."
    assert all("The call was cancelled." in output for output in outputs(result))

    ends = function_tool(look.__wrapped__, timeout=timeout, failure_error_function=None)
    with pytest.raises(UserError, match="Tool 'look' was cancelled, and the run was not"):
        await run(Agent("A", model=says(calls, "Done."), tools=[ends]))


COLLISIONS = ["two tools", "a tool and a handoff", "two handoffs"]


@pytest.mark.parametrize("case", COLLISIONS)
@pytest.mark.parametrize("policy", ["warn", "error"])
async def test_of_two_tools_with_one_name_the_first_is_used_or_none(
    run: Any, says: Any, caplog: pytest.LogCaptureFixture, case: str, policy: Any
) -> None:
    """To the model both would be the same; providers refuse such requests."""

    def named(returns: str) -> Any:
        return function_tool(lambda: returns, name_override="same", description_override=returns)

    def leads_to(name: str) -> Any:
        return handoff(Agent(name, model=says(f"From {name}.")), tool_name_override="same")

    tools = {"two tools": ["first", "second"], "a tool and a handoff": ["first"]}.get(case, [])
    handoffs = {"a tool and a handoff": ["Second"], "two handoffs": ["First", "Second"]}.get(case, [])
    agent = Agent(
        "A",
        model=says(("same",), "Done."),
        tools=[named(name) for name in tools],
        handoffs=[leads_to(name) for name in handoffs],
    )
    config = RunConfig(tool_name_collision_policy=policy)

    if policy == "error":
        with pytest.raises(UserError, match="two tools or handoffs named 'same'"):
            await run(agent, run_config=config)
        return
    result = await run(agent, run_config=config)

    offered = agent.model.first_call
    assert len(offered.tools) + len(offered.handoffs) == 1
    assert result.final_output == "From Second." if handoffs else outputs(result)[:1] == ["second"]
    assert "named 'same': rename one. The last is used." in caplog.text


async def test_the_step_that_runs_tools_can_be_watched(
    run: Any, says: Any, weather: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Packages that trace runs wrap this step by its name, and read which tools it is about to run."""
    seen: list[str] = []
    step = run_loop.execute_function_tool_calls
    assert step is tool_execution.execute_function_tool_calls

    async def watched(*args: Any, **kwargs: Any) -> Any:
        seen.extend(each.function_tool.name for each in kwargs["tool_runs"])
        return await step(*args, **kwargs)

    monkeypatch.setattr(run_loop, "execute_function_tool_calls", watched)
    await run(Agent("A", model=says(("get_weather", {"city": "Rome"}), "Done."), tools=[weather]))
    assert seen == ["get_weather"]


async def test_agents_whose_names_come_out_the_same_are_named(run: Any, says: Any) -> None:
    """``transfer_to_help_desk`` stands in nobody's code: the message must say whose names it was made from."""
    agent = Agent("A", model=says("Done."), handoffs=[Agent("Help Desk"), Agent("Help-Desk")])
    with pytest.raises(UserError, match=r"agent 'Help Desk' and of 'Help-Desk'; set tool_name_override"):
        await run(agent, run_config=RunConfig(tool_name_collision_policy="error"))
