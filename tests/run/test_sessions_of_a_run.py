"""Runs with a session: what they read of it, what they store there, and when."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from openai.types.responses import ResponseCompactionItem
from pydantic import ValidationError

from agents import (
    Agent,
    CompactionItem,
    GuardrailFunctionOutput,
    InputGuardrailTripwireTriggered,
    MaxTurnsExceeded,
    MessageOutputItem,
    ModelBehaviorError,
    OutputGuardrailTripwireTriggered,
    RunConfig,
    Runner,
    RunState,
    SessionError,
    SessionSettings,
    SQLiteSession,
    UserError,
    function_tool,
    handoff,
    input_guardrail,
    output_guardrail,
)
from agents.memory import OpenAIResponsesCompactionArgs, SessionABC
from agents.run_internal.session_history import whole
from agents.testing import assistant_message


def short(items: Any) -> list[str]:
    """Items in words: who said what."""

    def word(item: Any) -> str:
        if item.get("role"):
            content = item["content"]
            text = content if isinstance(content, str) else "".join(part["text"] for part in content)
            return f"{item['role']}: {text}"
        return {
            "function_call": f"call {item.get('call_id')}",
            "function_call_output": f"output {item.get('call_id')}",
        }.get(item["type"], item["type"])

    return [word(item) for item in items]


async def stored(session: Any) -> list[str]:
    return short(await session.get_items())


async def others_first() -> None:
    """Let the loop do what it can, so that the other tools of the turn have answered."""
    for _ in range(50):
        await asyncio.sleep(0)


@function_tool(failure_error_function=None)
async def fails() -> str:
    await others_first()
    raise ValueError("broken")


@function_tool(name_override="get_weather")
async def forecast(city: str) -> str:
    """The weather of a city, told at once: no thread decides when."""
    return f"Sunny in {city}."


async def test_a_second_run_goes_on_from_the_first(run: Any, says: Any, weather: Any) -> None:
    """The point of a session: nobody passes items from run to run by hand."""
    session = SQLiteSession("s")
    model = says(("get_weather", {"city": "Rome"}, "c1"), "Sunny.", "You asked about Rome.")
    agent = Agent("A", model=model, tools=[weather])
    await run(agent, "Weather in Rome?", session=session)
    result = await run(agent, "What did I ask?", session=session)
    so_far = ["user: Weather in Rome?", "call c1", "output c1", "assistant: Sunny.", "user: What did I ask?"]
    assert short(model.calls[-1].input) == so_far
    assert short(result.input) == so_far, "guardrails and handoff filters see what the model sees"
    assert await stored(session) == [*so_far, "assistant: You asked about Rome."]
    assert short(result.to_input_list()) == await stored(session)


async def test_a_turn_is_stored_when_it_has_ended_and_the_input_before_the_model_is_asked(run: Any, says: Any) -> None:
    """A process may be killed at any time: what another reads then are whole turns."""
    session = SQLiteSession("s")
    seen: list[list[str]] = []

    @function_tool
    async def look() -> str:
        seen.append(await stored(session))
        return "done"

    await run(Agent("A", model=says(("look", {}, "c1"), ("look", {}, "c2"), "End."), tools=[look]), session=session)
    assert seen == [["user: Hello"], ["user: Hello", "call c1", "output c1"]]
    assert await stored(session) == ["user: Hello", "call c1", "output c1", "call c2", "output c2", "assistant: End."]


@input_guardrail
def stops_beside(context: Any, agent: Any, input: Any) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput(None, True)


@input_guardrail(run_in_parallel=False)
def stops_before(context: Any, agent: Any, input: Any) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput(None, True)


@output_guardrail
def stops_after(context: Any, agent: Any, output: Any) -> GuardrailFunctionOutput:
    return GuardrailFunctionOutput(None, True)


FIRST_TURN = ["user: Hello", "call c1", "output c1"]
CALL = ("get_weather", {"city": "Rome"}, "c1")


@pytest.mark.parametrize(
    ("said", "options", "error", "kept"),
    [
        (["Hi."], {"input_guardrails": [stops_beside]}, InputGuardrailTripwireTriggered, ["user: Hello"]),
        ([], {"input_guardrails": [stops_before]}, InputGuardrailTripwireTriggered, ["user: Hello"]),
        ([CALL, "No."], {"output_guardrails": [stops_after]}, OutputGuardrailTripwireTriggered, FIRST_TURN),
        ([CALL, "not a number"], {"output_type": int}, ModelBehaviorError, FIRST_TURN),
        ([CALL, RuntimeError("down")], {}, RuntimeError, FIRST_TURN),
        ([CALL], {}, MaxTurnsExceeded, FIRST_TURN),
        (
            [CALL, ["Both:", ("get_weather", {"city": "Oslo"}, "c2"), ("fails", {}, "c3")]],
            {},
            UserError,
            [*FIRST_TURN, "assistant: Both:", "call c2", "output c2"],
        ),
        ([("fails", {}, "c3")], {}, UserError, ["user: Hello"]),
    ],
)
async def test_a_run_that_fails_keeps_what_is_whole(
    run: Any, says: Any, said: list[Any], options: dict[str, Any], error: type[Exception], kept: list[str]
) -> None:
    """What tools did is done and must be remembered; what was stopped, or is half, must not be read again."""
    session = SQLiteSession("s")
    agent = Agent("A", model=says(*said), tools=[forecast, fails], **options)
    with pytest.raises(error):
        await run(agent, session=session, max_turns=1 if error is MaxTurnsExceeded else 10)
    assert await stored(session) == kept


async def test_a_cancelled_run_keeps_the_calls_that_were_answered(says: Any) -> None:
    """A user who stops a run has still sent the mail that the first tool sent."""
    session = SQLiteSession("s")
    waiting = asyncio.Event()

    @function_tool
    async def quick() -> str:
        return "sent"

    @function_tool
    async def slow() -> str:
        await others_first()
        waiting.set()
        await asyncio.Event().wait()
        return "never"

    agent = Agent("A", model=says([("quick", {}, "c1"), ("slow", {}, "c2")]), tools=[quick, slow])
    task = asyncio.create_task(Runner.run(agent, "Hello", session=session))
    await waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await stored(session) == ["user: Hello", "call c1", "output c1"]


@pytest.mark.parametrize(
    ("mode", "kept"), [("after_turn", ["user: Hello", "call c1", "output c1"]), ("immediate", ["user: Hello"])]
)
async def test_a_stream_that_is_cancelled_keeps_whole_turns(says: Any, mode: Any, kept: list[str]) -> None:
    """Both ways of stopping leave a session that the next run can use."""
    session = SQLiteSession("s")
    started, go_on = asyncio.Event(), asyncio.Event()

    @function_tool
    async def look() -> str:
        started.set()
        await go_on.wait()
        return "done"

    result = Runner.run_streamed(Agent("A", model=says(("look", {}, "c1")), tools=[look]), "Hello", session=session)
    await started.wait()
    result.cancel(mode=mode)
    go_on.set()
    async for _ in result.stream_events():
        pass
    assert await stored(session) == kept


async def test_a_run_that_is_cancelled_while_it_stores_does_not_store_twice(says: Any, weather: Any) -> None:
    """A write that was under way is done: to repeat it would double a turn."""

    class Slow(SQLiteSession):
        writing = asyncio.Event()

        async def add_items(self, items: Any) -> None:
            if any(item.get("type") == "function_call" for item in items):
                self.writing.set()
                await asyncio.sleep(0.02)
            await super().add_items(items)

    session = Slow("s")
    task = asyncio.create_task(Runner.run(Agent("A", model=says(CALL), tools=[weather]), "Hello", session=session))
    await session.writing.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await stored(session) == FIRST_TURN


async def test_runs_at_the_same_time_lose_nothing_and_never_part_a_call_from_its_output(
    run: Any, says: Any, weather: Any
) -> None:
    """Two tabs of one user, two workers of one queue: everybody's turns are there, whole."""
    session = SQLiteSession("s")
    agents = [
        Agent("A", model=says(("get_weather", {"city": "Rome"}, f"c{n}"), f"Sunny {n}."), tools=[weather])
        for n in range(8)
    ]
    await asyncio.gather(*(run(agent, f"Hello {n}", session=session) for n, agent in enumerate(agents)))
    found = await stored(session)
    expected = [[f"user: Hello {n}", f"call c{n}", f"output c{n}", f"assistant: Sunny {n}."] for n in range(8)]
    assert sorted(found) == sorted(line for lines in expected for line in lines)
    assert all(found[found.index(f"call c{n}") + 1] == f"output c{n}" for n in range(8))


async def test_a_limit_of_the_run_goes_over_that_of_the_session_and_cuts_no_call_from_its_output(
    run: Any, says: Any, weather: Any
) -> None:
    """A limit counts items and may fall between a call and its output, which a service would refuse."""
    session = SQLiteSession("s", session_settings=SessionSettings(limit=1))
    model = says(CALL, "Sunny.", "a", "b", "c")
    agent = Agent("A", model=model, tools=[weather])
    await run(agent, session=session)
    read = []
    for limits in ({}, {"session_settings": {"limit": 2}}, {"session_settings": SessionSettings(limit=0)}):
        await run(agent, "x", session=session, run_config=RunConfig(**limits))
        read.append(short(model.calls[-1].input))
    assert read == [
        ["assistant: Sunny.", "user: x"],
        ["user: x", "assistant: a", "user: x"],
        ["user: x"],
    ]
    assert len(await session.get_items(limit=100)) == 4 + 6, "a limit is for reading; all is stored"


@pytest.mark.parametrize("asynchronous", [False, True])
async def test_a_callback_decides_what_is_read_and_what_is_new_is_stored(
    run: Any, says: Any, asynchronous: bool
) -> None:
    """Callers shorten or enrich the history: neither may store it a second time."""
    session = SQLiteSession("s")
    await session.add_items([{"role": "user", "content": "old"}, {"role": "assistant", "content": "older"}])

    def combine(history: list[Any], new: list[Any]) -> list[Any]:
        return [{"role": "developer", "content": "be kind"}, dict(history[-1]), *new]

    async def later(history: list[Any], new: list[Any]) -> list[Any]:
        return combine(history, new)

    model = says("Hi.")
    config = RunConfig(session_input_callback=later if asynchronous else combine)
    await run(Agent("A", model=model), session=session, run_config=config)
    assert short(model.calls[0].input) == ["developer: be kind", "assistant: older", "user: Hello"]
    added = ["developer: be kind", "user: Hello", "assistant: Hi."]
    assert await stored(session) == ["user: old", "assistant: older", *added]


async def test_an_input_that_repeats_what_was_said_is_stored_again(run: Any, says: Any) -> None:
    """People say yes more than once."""
    session = SQLiteSession("s")
    config = RunConfig(session_input_callback=lambda history, new: history + new)
    agent = Agent("A", model=says("One.", "Two."))
    await run(agent, "yes", session=session, run_config=config)
    await run(agent, "yes", session=session, run_config=config)
    assert await stored(session) == ["user: yes", "assistant: One.", "user: yes", "assistant: Two."]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"session": "s.db"}, "session must be a SQLiteSession"),
        ({"session": SQLiteSession("s"), "conversation_id": "conv_1"}, "cannot be combined"),
        ({"session": SQLiteSession("s"), "previous_response_id": "resp_1"}, "cannot be combined"),
        (
            {"session": SQLiteSession("s"), "run_config": {"session_input_callback": lambda h, n: None}},
            "returns a list of items, not NoneType",
        ),
    ],
)
async def test_what_cannot_be_is_refused_before_anything_is_stored(
    run: Any, says: Any, options: dict[str, Any], said: str
) -> None:
    """A mistake in a call says so, and leaves the session as it was."""
    with pytest.raises(UserError, match=said):
        await run(Agent("A", model=says("Hi.")), **options)
    if isinstance(options["session"], SQLiteSession):
        assert await options["session"].get_items() == []


@pytest.mark.parametrize(
    "wrong", [{"session_settings": 3}, {"session_settings": {"limits": 3}}, {"session_input_callback": 3}]
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    """A typing error in a setting would otherwise send the whole history for months."""
    with pytest.raises(UserError, match=r"(?i)session_?"):
        RunConfig(**wrong)
    with pytest.raises(UserError, match="limit"):
        SessionSettings(limit=-1)
    with pytest.raises(ValidationError, match="limit"):
        SessionSettings(limit="3")  # type: ignore[arg-type]


async def test_handing_over_stores_the_whole_conversation_whatever_a_filter_hides(run: Any, says: Any) -> None:
    """A filter decides what the next agent reads; what happened has happened."""
    session = SQLiteSession("s")
    second = Agent("B", model=says("From B."))

    def hide(data: Any) -> Any:
        return data.clone(pre_handoff_items=(), new_items=())

    first = Agent("A", model=says(("transfer_to_b", {}, "h")), handoffs=[handoff(second, input_filter=hide)])
    await run(first, session=session)
    assert short(second.model.calls[0].input) == ["user: Hello"]
    assert await stored(session) == ["user: Hello", "call h", "output h", "assistant: From B."]


def test_a_session_serves_runs_without_a_loop(says: Any) -> None:
    """Scripts and notebooks call run_sync; the session's threads must not care about loops."""
    session = SQLiteSession("s")
    agent = Agent("A", model=says("One.", "Two."))
    Runner.run_sync(agent, "1", session=session)
    Runner.run_sync(agent, "2", session=session)
    assert asyncio.run(stored(session)) == ["user: 1", "assistant: One.", "user: 2", "assistant: Two."]


class Own(SessionABC):
    """A session of somebody's own, which asks for the context and shortens itself."""

    session_id = "own"

    def __init__(self) -> None:
        self.items: list[Any] = []
        self.contexts: list[Any] = []
        self.compacted: list[OpenAIResponsesCompactionArgs | None] = []
        self.broken = False

    async def get_items(self, limit: int | None = None, *, wrapper: Any = None) -> list[Any]:
        self.contexts.append(wrapper.context)
        return list(self.items)

    async def add_items(self, items: list[Any]) -> None:
        self.items += items

    async def pop_item(self) -> Any:
        return self.items.pop() if self.items else None

    async def clear_session(self) -> None:
        self.items.clear()

    async def run_compaction(self, args: OpenAIResponsesCompactionArgs | None = None) -> None:
        self.compacted.append(args)
        if self.broken:
            raise RuntimeError("no compaction today")


async def test_a_session_of_ones_own_is_given_what_it_asks_for(run: Any, says: Any) -> None:
    """Sessions written for the original work: they may take the context, and compact themselves after a run."""
    session = Own()
    await run(Agent("A", model=says("Hi.")), session=session, context="mine")
    assert session.contexts == ["mine"]
    assert session.compacted == [{"response_id": "resp-789"}]


async def test_a_failed_compaction_costs_neither_output_nor_history(
    run: Any, says: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """The run has done its work; the history is as long as before."""
    session = Own()
    session.broken = True
    result = await run(Agent("A", model=says("Hi.")), session=session)
    assert result.final_output == "Hi."
    assert await stored_own(session) == ["user: Hello", "assistant: Hi."]
    assert "could not be compacted: no compaction today" in caplog.text


async def stored_own(session: Own) -> list[str]:
    return short(session.items)


async def test_a_session_that_cannot_be_written_ends_the_run_with_what_it_made(
    run: Any, says: Any, weather: Any
) -> None:
    """To go on would lose a turn in silence; the exception keeps it instead."""

    class Full(SQLiteSession):
        async def add_items(self, items: Any) -> None:
            if len(items) > 1:
                raise SessionError("the disk is full", session_id=self.session_id)
            await super().add_items(items)

    with pytest.raises(SessionError, match="Session 's': the disk is full") as caught:
        await run(Agent("A", model=says(CALL), tools=[weather]), session=Full("s"))
    assert caught.value.run_data is not None
    assert [item.type for item in caught.value.run_data.new_items] == ["tool_call_item", "tool_call_output_item"]


CALLED = {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}
ANSWERED = {"type": "function_call_output", "call_id": "c", "output": "o"}
OTHER = {**CALLED, "call_id": "x"}
THOUGHT = {"type": "reasoning", "id": "r", "summary": []}
USER = {"role": "user", "content": "u"}
SAID = {"role": "assistant", "content": "a"}
SEARCH = {"type": "web_search_call", "id": "w", "status": "completed"}


@pytest.mark.parametrize(
    ("items", "kept"),
    [
        ([USER, CALLED, ANSWERED, SAID], [USER, CALLED, ANSWERED, SAID]),
        ([ANSWERED, SAID], [SAID]),
        ([CALLED, SAID], [SAID]),
        ([USER, THOUGHT, CALLED], [USER]),
        ([USER, THOUGHT, CALLED, USER], [USER, USER]),
        ([THOUGHT, OTHER, CALLED, ANSWERED], [THOUGHT, CALLED, ANSWERED]),
        ([THOUGHT, CALLED, OTHER, ANSWERED], [THOUGHT, CALLED, ANSWERED]),
        ([USER, THOUGHT, SEARCH, THOUGHT, SAID], [USER, THOUGHT, SEARCH, THOUGHT, SAID]),
        ([ANSWERED, CALLED], []),
    ],
)
def test_half_of_a_turn_is_left_out(items: list[Any], kept: list[Any]) -> None:
    """Limits and other programs leave halves behind, which services refuse."""
    assert whole(items) == kept


@function_tool(needs_approval=True)
def pay(amount: int) -> str:
    return f"paid {amount}"


@pytest.mark.parametrize("through", ["the state", "a run without session"])
async def test_a_turn_that_waits_for_approval_is_stored_when_it_has_ended(run: Any, says: Any, through: str) -> None:
    """Until then there is a call without its output, which nobody else may read."""
    session = SQLiteSession("s")
    both = [("pay", {"amount": 1}, "c1"), ("pay", {"amount": 2}, "c2")]
    agent = Agent("A", model=says("Hi.", both, "Done."), tools=[pay])
    await run(agent, "Before", session=session)
    first = {"session": session} if through == "the state" else {}
    result = await run(agent, "Pay!", **first)
    before = ["user: Before", "assistant: Hi."]
    assert await stored(session) == ([*before, "user: Pay!"] if first else before)
    state = result.to_state()
    for item in state.get_interruptions():
        state.approve(item)
    await run(agent, state, session=session)
    paid = ["call c1", "call c2", "output c1", "output c2", "assistant: Done."]
    assert await stored(session) == [*before, "user: Pay!", *paid]


@pytest.mark.parametrize("as_json", [False, True])
async def test_a_run_that_was_stopped_in_a_turn_goes_on_with_it_and_stores_nothing_twice(
    says: Any, as_json: bool
) -> None:
    """What the broken turn had done was kept at once; what it does later follows."""
    session = SQLiteSession("s")
    started, go_on = asyncio.Event(), asyncio.Event()

    @function_tool
    async def slow() -> str:
        await others_first()
        started.set()
        await go_on.wait()
        return "late"

    calls = [("get_weather", {"city": "Rome"}, "c1"), ("slow", {}, "c2")]
    agent = Agent("A", model=says(calls, "Done."), tools=[forecast, slow])
    result = Runner.run_streamed(agent, "Hello", session=session)
    await started.wait()
    result.cancel()
    async for _ in result.stream_events():
        pass
    assert await stored(session) == FIRST_TURN
    go_on.set()
    state = result.to_state()
    if as_json:
        state = await RunState.from_json(agent, json.loads(json.dumps(state.to_json())))
    await Runner.run(agent, state, session=session)
    assert await stored(session) == [*FIRST_TURN, "call c2", "output c2", "assistant: Done."]


async def test_what_a_service_has_shortened_itself_is_kept_as_it_gave_it(run: Any, says: Any) -> None:
    """OpenAI may compact within a response: the sealed item goes back with the next request."""
    sealed = ResponseCompactionItem(id="cmp_1", type="compaction", encrypted_content="sealed", created_by="server")
    session = SQLiteSession("s")
    result = await run(Agent("A", model=says([sealed, assistant_message("Hi.")])), session=session)
    assert [type(item) for item in result.new_items] == [CompactionItem, MessageOutputItem]
    assert (await session.get_items())[1] == {"id": "cmp_1", "type": "compaction", "encrypted_content": "sealed"}


@pytest.mark.parametrize("as_json", [False, True])
@pytest.mark.parametrize("where", ["before it has read", "before it has stored its input"])
async def test_a_run_that_failed_at_its_beginning_goes_on_with_all_that_was_said(
    run: Any, says: Any, where: str, as_json: bool
) -> None:
    """Neither may the model miss what the session holds, nor the session what was said to the model."""
    down = [ConnectionError("the store is down")] if where == "before it has read" else []
    broken = [] if down else [ValueError("no instructions")]

    class Flaky(SQLiteSession):
        async def get_items(self, limit: int | None = None) -> Any:
            if down:
                raise down.pop()
            return await super().get_items(limit)

    def instructions(context: Any, agent: Any) -> str:
        if broken:
            raise broken.pop()
        return "Help."

    session = Flaky("s")
    await session.add_items([{"role": "user", "content": "Before"}, {"role": "assistant", "content": "Hi."}])
    agent = Agent("A", model=says("Done."), instructions=instructions)
    with pytest.raises((ConnectionError, ValueError)) as caught:
        await run(agent, "Now", session=session)
    state = caught.value.run_data.to_state()  # type: ignore[union-attr]
    if as_json:
        state = await RunState.from_json(agent, json.loads(json.dumps(state.to_json())))

    await run(agent, state, session=session)

    assert [item["content"] for item in agent.model.last_call.input] == ["Before", "Hi.", "Now"]
    assert await stored(session) == ["user: Before", "assistant: Hi.", "user: Now", "assistant: Done."]
