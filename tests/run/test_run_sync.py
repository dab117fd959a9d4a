"""Runs from code without an event loop, and many runs of one agent at the same time."""

from __future__ import annotations

import asyncio
import gc
import threading
from typing import Any

import pytest

from agents import (
    Agent,
    RunContextWrapper,
    Runner,
    ServerError,
    UserError,
    function_tool,
)
from agents.run import AgentRunner, get_default_agent_runner, set_default_agent_runner
from agents.testing import ModelStep, ScriptedModel, assistant_message, function_call


def remember_loop(loops: list[Any]) -> Any:
    """A tool that notes on which loop it runs."""

    @function_tool
    async def note() -> str:
        loops.append(asyncio.get_running_loop())
        return "noted"

    return note


def test_a_run_needs_no_event_loop(says: Any, weather: Any) -> None:
    """Scripts are the first thing that people write."""
    model = says(("get_weather", {"city": "Rome"}), "Sunny.")

    result = Runner.run_sync(Agent("A", model=model, tools=[weather]), "Rome?")

    assert result.final_output == "Sunny."
    assert result.to_input_list()[0] == {"role": "user", "content": "Rome?"}


def test_runs_of_one_thread_share_a_loop_even_after_an_error(says: Any) -> None:
    """Connections belong to a loop: with a new one for each run none could be used again."""
    loops: list[Any] = []
    tool = remember_loop(loops)

    Runner.run_sync(Agent("A", model=says(("note",), "1"), tools=[tool]), "Go.")
    failing = Agent("A", model=says(("note",), ServerError("down", provider="p")), tools=[tool])
    with pytest.raises(ServerError):
        Runner.run_sync(failing, "Go.")
    Runner.run_sync(Agent("A", model=says(("note",), "3"), tools=[tool]), "Go.")

    assert len(loops) == 3
    assert len(set(loops)) == 1


def test_each_thread_has_its_loop_which_ends_with_it(says: Any) -> None:
    """A server with a thread for each request would otherwise run out of file descriptors."""
    loops: list[Any] = []
    agent = Agent("A", tools=[remember_loop(loops)])

    def work() -> None:
        Runner.run_sync(agent.clone(model=says(("note",), "Done.")), "Go.")

    for _ in range(2):
        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
    gc.collect()

    assert len(set(loops)) == 2
    assert all(loop.is_closed() for loop in loops)


async def test_where_a_loop_is_running_the_error_says_what_to_use(says: Any) -> None:
    """In a notebook ``run_sync`` would block the loop that it needs."""
    model = says()

    with pytest.raises(UserError, match=r"use 'await Runner\.run\("):
        Runner.run_sync(Agent("A", model=model), "Go.")

    assert model.calls == ()


def test_a_stream_without_a_loop_says_what_to_use(says: Any) -> None:
    """The words that asyncio has for it would not help."""
    with pytest.raises(UserError, match=r"needs a running event loop.*Runner\.run_sync"):
        Runner.run_streamed(Agent("A", model=says()), "Go.")


@pytest.mark.parametrize("several", [False, True])
def test_ctrl_c_stops_the_run_and_lets_it_clean_up(
    says: Any, told: Any, spans: Any, caplog: pytest.LogCaptureFixture, several: bool
) -> None:
    """Nothing may be left running or half open, no matter how many tools were at work."""
    log: list[str] = []
    waiting = asyncio.Event()

    @function_tool
    async def waits() -> str:
        try:
            waiting.set()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            log.append("cleaned up")
        return ""

    @function_tool
    async def interrupted() -> str:
        if several:
            await waiting.wait()
        raise KeyboardInterrupt

    model = says([("waits",), ("interrupted",)] if several else ("interrupted",))
    agent = Agent("A", model=model, tools=[waits, interrupted])

    with pytest.raises(KeyboardInterrupt) as caught:
        Runner.run_sync(agent, "Go.")
    data: Any = caught.value.run_data  # type: ignore[attr-defined]
    assert [item.type for item in data.new_items] == ["tool_call_item"] * (1 + several)
    del caught, data
    gc.collect()

    assert log == ["cleaned up"] * several
    assert "never retrieved" not in caplog.text
    assert Runner.run_sync(Agent("B", model=says("Fine.")), "Go.").final_output == "Fine."


async def test_one_agent_serves_many_runs_at_the_same_time(run: Any) -> None:
    """An agent is a declaration: contexts, usage, turns and items of its runs must not mix."""
    count = 20
    arrived = 0
    all_here = asyncio.Event()

    @function_tool
    async def whoami(ctx: RunContextWrapper[int]) -> str:
        nonlocal arrived
        arrived += 1
        if arrived == count:
            all_here.set()
        await all_here.wait()
        return f"user {ctx.context}"

    def answer(call: Any) -> Any:
        last = call.input[-1]
        if "output" in last:
            return [assistant_message(f"{call.input[0]['content']} is {last['output']}")]
        return [function_call("whoami", {}, call_id=f"c{call.input[0]['content']}")]

    model = ScriptedModel([ModelStep.respond(answer)] * (2 * count))
    agent = Agent("Shared", model=model, tools=[whoami], model_settings={"tool_choice": "required"})

    results = await asyncio.gather(*[run(agent, str(number), context=number) for number in range(count)])

    for number, result in enumerate(results):
        assert result.final_output == f"{number} is user {number}"
        assert result.context_wrapper.usage.requests == 2
        assert result.current_turn == 2
        assert len(result.new_items) == 3
    choices = [call.model_settings.tool_choice for call in model.calls]
    assert sorted(choices, key=str) == [None] * count + ["required"] * count


async def test_another_runner_can_take_over(says: Any) -> None:
    """Tools that watch or replace runs need one place to stand in."""
    seen: list[str] = []

    class Watching(AgentRunner):
        async def run(self, starting_agent: Agent[Any], input: Any, **kwargs: Any) -> Any:
            seen.append(starting_agent.name)
            return await super().run(starting_agent, input, **kwargs)

    mine = Watching()
    set_default_agent_runner(mine)
    try:
        assert get_default_agent_runner() is mine
        result = await Runner.run(Agent("Watched", model=says("Hi.")), "Go.")
    finally:
        set_default_agent_runner(None)

    assert (seen, result.final_output) == (["Watched"], "Hi.")
    assert type(get_default_agent_runner()) is AgentRunner


def test_a_run_takes_the_loop_that_its_thread_has(says: Any) -> None:
    """A script connects its servers with ``loop.run_until_complete``: on another loop they would never answer."""
    loops: list[Any] = []
    agent = Agent("A", tools=[remember_loop(loops)])

    def work() -> None:
        mine = asyncio.new_event_loop()
        asyncio.set_event_loop(mine)
        Runner.run_sync(agent.clone(model=says(("note",), "1")), "Go.")
        mine.close()
        Runner.run_sync(agent.clone(model=says(("note",), "2")), "Go.")
        loops.append(mine)
        loops.append(asyncio.get_event_loop())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    first, second, mine, left = loops
    assert first is mine
    assert second is left
    assert second is not mine
