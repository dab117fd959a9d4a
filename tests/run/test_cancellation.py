"""A run may be cancelled wherever it waits: nothing goes on, nothing is lost, and it can be gone on with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from agents import (
    Agent,
    GuardrailFunctionOutput,
    InputGuardrail,
    Model,
    ModelResponse,
    OutputGuardrail,
    RunConfig,
    RunHooks,
    Runner,
    RunState,
    SQLiteSession,
    ToolGuardrailFunctionOutput,
    ToolInputGuardrail,
    ToolOutputGuardrail,
    ToolsToFinalOutputResult,
    Usage,
    UserError,
    function_tool,
    handoff,
)
from agents.models.replay import events_of
from agents.run_internal.session_history import whole
from agents.testing import assistant_message, function_call

from ..conftest import tasks_since
from .test_sessions_of_a_run import others_first, short


class Place:
    """Where the run is to be cancelled: whoever passes there for the first time has to wait, until it is opened."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.reached, self.opened = asyncio.Event(), asyncio.Event()
        self.passed: list[str] = []

    async def at(self, name: str) -> None:
        self.passed.append(name)
        if name == self.name and not self.reached.is_set():
            self.reached.set()
            await self.opened.wait()


class Minded(Model):
    """A model that answers what it reads, and may be waited for: before it answers, and in the middle of a stream."""

    def __init__(self, place: Place, name: str) -> None:
        self.place, self.name = place, name

    async def get_response(self, system: Any, input: Any, *args: Any, **kwargs: Any) -> ModelResponse:
        await self.place.at(f"the model of {self.name}")
        if self.name == "Second":
            output: list[Any] = [assistant_message("Done.")]
        elif any(item.get("type") == "function_call_output" for item in input):
            output = [function_call("transfer_to_second", {}, call_id="c3")]
        else:
            output = [function_call("quick", {}, call_id="c1"), function_call("slow", {}, call_id="c2")]
        return ModelResponse(output, Usage(requests=1), None)

    async def stream_response(self, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        for event in events_of(await self.get_response(*args, **kwargs), self.name):
            yield event
            if event.type == "response.created":
                await self.place.at(f"the stream of {self.name}")


class Store(SQLiteSession):
    """A store whose every method may be waited for."""

    def __init__(self, place: Place) -> None:
        super().__init__("s")
        self.place = place

    async def get_items(self, limit: int | None = None) -> Any:
        await self.place.at("the session is read")
        return await super().get_items(limit)

    async def add_items(self, items: Any) -> None:
        said = {"user": "the input", "assistant": "the answer"}.get(str(items[0].get("role")), "a turn")
        await self.place.at(f"the session stores {said}")
        await super().add_items(items)


class Hooks(RunHooks[Any]):
    """Hooks that may be waited for."""

    def __init__(self, place: Place) -> None:
        self.place = place

    async def on_agent_start(self, context: Any, agent: Any) -> None:
        await self.place.at(f"on_agent_start of {agent.name}")

    async def on_agent_end(self, context: Any, agent: Any, output: Any) -> None:
        await self.place.at("on_agent_end")

    async def on_handoff(self, context: Any, from_agent: Any, to_agent: Any) -> None:
        await self.place.at("on_handoff")

    async def on_llm_start(self, context: Any, agent: Any, system_prompt: Any, input_items: Any) -> None:
        await self.place.at(f"on_llm_start of {agent.name}")

    async def on_llm_end(self, context: Any, agent: Any, response: Any) -> None:
        await self.place.at(f"on_llm_end of {agent.name}")

    async def on_tool_start(self, context: Any, agent: Any, tool: Any) -> None:
        await self.place.at("on_tool_start")

    async def on_tool_end(self, context: Any, agent: Any, tool: Any, result: Any) -> None:
        await self.place.at("on_tool_end")


class Team:
    """Two agents with one of everything that a run may wait for."""

    def __init__(self, place: Place) -> None:
        self.acted: list[str] = []
        passes = GuardrailFunctionOutput(None, tripwire_triggered=False)
        allow = ToolGuardrailFunctionOutput.allow()

        def waits(name: str, answer: Callable[..., Any] = lambda *_: None) -> Any:
            async def wait(*given: Any) -> Any:
                await place.at(name)
                return answer(*given)

            return wait

        @function_tool(
            needs_approval=waits("needs_approval", lambda *_: False),
            is_enabled=waits("is_enabled", lambda *_: True),
            tool_input_guardrails=[ToolInputGuardrail(waits("tool input guardrail", lambda _: allow))],
            tool_output_guardrails=[ToolOutputGuardrail(waits("tool output guardrail", lambda _: allow))],
            custom_data_extractor=waits("custom_data_extractor"),
        )
        async def slow() -> str:
            await place.at("the tool")
            self.acted.append("slow")
            return "late"

        @function_tool
        async def quick() -> str:
            self.acted.append("quick")
            return "soon"

        second = Agent(
            "Second",
            model=Minded(place, "Second"),
            output_guardrails=[OutputGuardrail(waits("output guardrail", lambda *_: passes))],
        )
        over = handoff(second, on_handoff=waits("handoff"), input_filter=waits("handoff filter", lambda data: data))
        self.agent = Agent(
            "First",
            instructions=waits("instructions", lambda *_: "Help."),
            model=Minded(place, "First"),
            tools=[quick, slow],
            input_guardrails=[
                InputGuardrail(waits("blocking guardrail", lambda *_: passes), run_in_parallel=False),
                InputGuardrail(waits("parallel guardrail", lambda *_: passes)),
            ],
            handoffs=[over],
            tool_use_behavior=waits("tool_use_behavior", lambda *_: ToolsToFinalOutputResult(False)),
        )
        config = RunConfig(
            call_model_input_filter=waits("model input filter", lambda data: data.model_data),
            session_input_callback=waits("session_input_callback", lambda history, new: [*history, *new]),
        )
        self.store = Store(place)
        self.options: dict[str, Any] = {"session": self.store, "hooks": Hooks(place), "run_config": config}

    async def stored(self) -> list[str]:
        return short(await SQLiteSession.get_items(self.store))

    async def is_whole(self) -> None:
        """Each call in the session has its output, behind it."""
        items = await SQLiteSession.get_items(self.store)
        assert whole(items) == items


async def cancelled(task: asyncio.Task[Any], place: Place) -> None:
    """Cancel where the place is, and wait for the end. A write that is under way is waited for."""
    await place.reached.wait()
    await others_first()
    task.cancel()
    if place.name.startswith("the session stores"):
        await others_first()
        place.opened.set()
    with pytest.raises(asyncio.CancelledError):
        await task


def output_at(place: Place) -> str | None:
    """What the run has come to when it is stopped there."""
    return "Done." if place.name == "the session stores the answer" else None


async def plain(team: Team, place: Place) -> RunState[Any]:
    """The state that a plain run leaves behind, on the exception by which its caller hears of the cancellation."""
    heard: list[Any] = []

    async def run() -> None:
        try:
            await Runner.run(team.agent, "Go.", **team.options)
        except asyncio.CancelledError as error:
            heard.append(error)
            raise

    await cancelled(asyncio.ensure_future(run()), place)
    state: RunState[Any] = heard[0].run_data.to_state()
    return state


async def read(team: Team, place: Place) -> RunState[Any]:
    """The state of a streamed run whose reader is cancelled."""
    result = Runner.run_streamed(team.agent, "Go.", **team.options)

    async def run() -> None:
        async for _ in result.stream_events():
            pass

    await cancelled(asyncio.ensure_future(run()), place)
    assert (result.is_complete, result.final_output) == (True, output_at(place))
    return result.to_state()


async def streamed(team: Team, place: Place) -> RunState[Any]:
    """The state of a streamed run that its reader stops."""
    result = Runner.run_streamed(team.agent, "Go.", **team.options)
    await place.reached.wait()
    await others_first()
    result.cancel()
    if place.name.startswith("the session stores"):
        await others_first()
        place.opened.set()
    async for _ in result.stream_events():
        pass
    assert (result.is_complete, result.run_loop_exception) == (True, None)
    assert result.final_output == output_at(place)
    return result.to_state()


PLACES = [
    "the session is read",
    "session_input_callback",
    "on_agent_start of First",
    "is_enabled",
    "instructions",
    "the session stores the input",
    "blocking guardrail",
    "parallel guardrail",
    "model input filter",
    "on_llm_start of First",
    "the model of First",
    "the stream of First",
    "on_llm_end of First",
    "needs_approval",
    "tool input guardrail",
    "on_tool_start",
    "the tool",
    "tool output guardrail",
    "on_tool_end",
    "custom_data_extractor",
    "tool_use_behavior",
    "the session stores a turn",
    "handoff",
    "on_handoff",
    "handoff filter",
    "on_agent_start of Second",
    "on_llm_start of Second",
    "the model of Second",
    "the stream of Second",
    "on_llm_end of Second",
    "on_agent_end",
    "output guardrail",
]
WHOLE = ["user: Go.", "call c1", "call c2", "output c1", "output c2", "call c3", "output c3", "assistant: Done."]


WAYS = [plain, read, streamed]
CASES = [(way, name) for name in PLACES for way in (WAYS[1:] if name.startswith("the stream") else WAYS)]


@pytest.mark.parametrize(("way", "name"), CASES, ids=[f"{way.__name__}, {name}" for way, name in CASES])
async def test_a_run_that_is_cancelled_anywhere_leaves_nothing_behind_and_goes_on(
    spans: Any, name: str, way: Any
) -> None:
    """Of a run that is stopped no task goes on, no span stays open, and the session holds whole turns; from its state
    it goes on to where it would have come, and makes no finished call again.
    """
    place = Place(name)
    team = Team(place)
    before = asyncio.all_tasks()

    state = await way(team, place)

    assert not tasks_since(before)
    assert spans.open == 0
    await team.is_whole()
    stored = await RunState.from_string(team.agent, state.to_string())
    result = await Runner.run(team.agent, stored, **team.options)
    assert result.final_output == "Done."
    await team.is_whole()
    assert sorted(await team.stored()) == sorted(WHOLE)
    twice = (
        ["slow"] if name == "tool output guardrail" else []
    )  # its answer has passed no guardrail, and is kept nowhere
    assert sorted(team.acted) == ["quick", "slow", *twice]
    assert sorted(short(result.to_input_list())) == sorted(WHOLE)


@pytest.mark.parametrize("way", WAYS)
async def test_a_run_that_is_cancelled_after_its_end_has_all_of_it(way: Any) -> None:
    """The last turn was being stored: that is done, and there is nothing to go on with."""
    place = Place("the session stores the answer")
    team = Team(place)

    state = await way(team, place)

    assert await team.stored() == WHOLE
    assert state.new_items[-1].raw_item.content[0].text == "Done."
    with pytest.raises(UserError, match="has ended"):
        await Runner.run(team.agent, state, **team.options)
