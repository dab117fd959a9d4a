"""Conversations that the service keeps: each call brings what is new there, and nothing twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from openai import AsyncOpenAI

from agents import (
    Agent,
    AnyModel,
    ModelRetryAdviceRequest,
    ModelRetrySettings,
    ModelSettings,
    ModelTracing,
    ProviderError,
    SQLiteSession,
    UserError,
    function_tool,
    handoff,
    retry_policies,
)
from agents.testing.simulator import Disconnect, Fault, HttpError, Reply, Simulator, Thinking, ToolCall

from ..conformance.columns import OPENAI_CLIENT, RESPONSES_CLIENT, Run, agent

Make = Callable[..., Any]


def native(sim: Simulator) -> AnyModel:
    return AnyModel("gpt-5", base_url=sim.openai_base_url, api_key=sim.api_key, api="openai-responses")


def claude(sim: Simulator) -> AnyModel:
    return AnyModel("claude-sonnet-4-5", base_url=sim.anthropic_base_url, api_key=sim.api_key, api="anthropic")


@pytest.fixture(params=[RESPONSES_CLIENT.on, native], ids=["client", "native"])
def make(request: pytest.FixtureRequest) -> Make:
    """A model over Responses: through OpenAI's client, or by the native path."""
    return request.param  # type: ignore[no-any-return]


def told(sim: Simulator) -> list[list[str]]:
    """For each request, what its input holds: texts, names of calls, outputs."""
    return [[_short(item) for item in each.body.get("input") or each.body["messages"]] for each in sim.requests]


def _short(item: dict[str, Any]) -> str:
    content = item.get("content")
    if isinstance(content, list):
        return " ".join(str(part.get("text", part.get("name", part.get("content")))) for part in content)
    return str(content or item.get("name") or item.get("output") or item)


def previous(sim: Simulator) -> list[str | None]:
    return [each.body.get("previous_response_id") for each in sim.requests]


TWO_CALLS = Reply([Thinking("Both."), *(ToolCall("get_weather", {"city": city}) for city in ("Oslo", "Lima"))])


async def test_a_run_goes_on_from_its_own_responses(sim: Simulator, run: Run, make: Make, weather: Any) -> None:
    """The server has the question, the reasoning and the calls: only the outputs are news to it."""
    sim.script(TWO_CALLS, Reply([ToolCall("get_weather", {"city": "Rome"})]), "Windy in all.")
    poet = agent(make(sim), tools=[weather], instructions="Be brief.")
    result = await run(poet, "The weather?", auto_previous_response_id=True)
    assert result.final_output == "Windy in all."
    assert told(sim) == [["The weather?"], ["Windy at 4 °C"] * 2, ["Windy at 4 °C"]]
    ids = [response.response_id for response in result.raw_responses]
    assert previous(sim) == [None, *ids[:2]]
    assert {each.body["instructions"] for each in sim.requests} == {"Be brief."}  # the server does not keep them
    assert len(result.to_input_list()) == 9  # the result has the whole conversation


async def test_a_run_goes_on_from_a_given_response(sim: Simulator, run: Run, make: Make, weather: Any) -> None:
    """Its second call goes on from its first, not from the given one again."""
    sim.script("Hello.", TWO_CALLS, "Windy.")
    poet = agent(make(sim), tools=[weather])
    first = await run(poet, "Hello?")
    second = await run(poet, "The weather?", previous_response_id=first.last_response_id)
    assert second.final_output == "Windy."
    assert told(sim)[1:] == [["The weather?"], ["Windy at 4 °C"] * 2]
    assert previous(sim) == [None, first.last_response_id, second.raw_responses[0].response_id]


async def test_a_run_adds_to_a_conversation(sim: Simulator, run: Run, make: Make, weather: Any) -> None:
    """There it is the conversation's id that stays the same."""
    async with AsyncOpenAI(base_url=sim.openai_base_url, api_key=sim.api_key) as client:
        kept = (await client.conversations.create()).id
    sim.requests.clear()
    sim.script(TWO_CALLS, "Windy.", "Warm, too.")
    poet = agent(make(sim), tools=[weather])
    await run(poet, "The weather?", conversation_id=kept)
    result = await run(poet, "And warm?", conversation_id=kept)
    assert result.final_output == "Warm, too."
    assert told(sim) == [["The weather?"], ["Windy at 4 °C"] * 2, ["And warm?"]]
    assert [each.body["conversation"] for each in sim.requests] == [kept] * 3
    assert previous(sim) == [None] * 3


async def test_an_agent_that_is_handed_over_to_goes_on_from_there(sim: Simulator, run: Run, make: Make) -> None:
    """One service, one conversation, whoever speaks."""
    sim.script(Reply([ToolCall("transfer_to_poet", {})]), "Here I am.")
    poet = agent(make(sim))
    result = await run(agent(make(sim), name="Desk", handoffs=[poet]), auto_previous_response_id=True)
    assert result.last_agent is poet
    assert told(sim) == [["Hello"], ["{'assistant': 'Poet'}".replace("'", '"')]]
    assert previous(sim) == [None, result.raw_responses[0].response_id]


@pytest.mark.parametrize("again", ["nothing", "what the run was begun with", "where the run is by now"])
async def test_a_run_that_waited_for_an_approval_goes_on_from_there(
    sim: Simulator, run: Run, make: Make, again: str
) -> None:
    """Meanwhile the server has kept the question and the calls: the outputs are news, and nothing else."""

    @function_tool(needs_approval=True)
    def get_weather(city: str) -> str:
        """The weather of a city."""
        return f"Windy at {len(city)} °C"

    sim.script(TWO_CALLS, "Windy.")
    poet = agent(make(sim), tools=[get_weather])
    waiting = await run(poet, "The weather?", auto_previous_response_id=True)
    state = waiting.to_state()
    for interruption in waiting.interruptions:
        state.approve(interruption)
    options: dict[str, dict[str, Any]] = {
        "nothing": {},
        "what the run was begun with": {"auto_previous_response_id": True},
        "where the run is by now": {"previous_response_id": waiting.last_response_id},
    }
    result = await run(poet, state, **options[again])
    assert result.final_output == "Windy."
    assert told(sim) == [["The weather?"], ["Windy at 4 °C"] * 2]
    assert previous(sim) == [None, waiting.last_response_id]
    with pytest.raises(UserError, match="knows its conversation: leave out conversation_id"):
        await run(poet, waiting.to_state(), conversation_id="conv_other")


async def test_a_model_of_another_vendor_is_told_all(
    sim: Simulator, run: Run, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    """It knows nothing of what a server keeps; and back there, what it said is news. The original loses both."""
    sim.script(
        Reply(["Ask Claude.", ToolCall("transfer_to_claude", {})]),
        Reply(["Here I am.", ToolCall("transfer_to_desk", {})]),
        "Back again.",
    )
    desk: Agent[Any] = agent(make(sim), name="Desk")
    desk.handoffs = [agent(claude(sim), name="Claude", handoffs=[desk])]
    result = await run(desk, auto_previous_response_id=True)
    assert result.final_output == "Back again."
    first, at_claude, back = told(sim)
    assert first == ["Hello"]
    assert at_claude[0] == "Hello"
    assert "Ask Claude." in at_claude[1]
    assert "Hello" not in back
    assert back[0] == '{"assistant": "Claude"}'
    assert back[1:] == ["Here I am.", "transfer_to_desk", '{"assistant": "Desk"}']
    assert previous(sim) == [None, None, result.raw_responses[0].response_id]
    assert "previous_response_id" not in caplog.text


async def test_another_service_with_the_same_protocol_is_told_all(sim: Simulator, run: Run, make: Make) -> None:
    """A response id means nothing elsewhere: it would be refused there as not found."""
    async with Simulator() as other:
        sim.script(Reply([ToolCall("transfer_to_poet", {})]))
        other.script("Here I am.")
        poet = agent(make(other))
        result = await run(agent(make(sim), name="Desk", handoffs=[poet]), auto_previous_response_id=True)
        assert result.final_output == "Here I am."
        assert previous(other) == [None]
        assert told(other)[0][:2] == ["Hello", "transfer_to_poet"]
        assert not other.refusals


async def test_a_model_without_a_memory_is_told_all_on_each_turn(
    sim: Simulator, run: Run, weather: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """The run works as if nobody had asked; what was said before it is missing, and that is said."""
    sim.script(TWO_CALLS, "Windy.", "Hello.")
    poet = agent(OPENAI_CLIENT.on(sim), tools=[weather])
    result = await run(poet, "The weather?", auto_previous_response_id=True)
    assert result.final_output == "Windy."
    assert told(sim)[1][0] == "The weather?"
    assert not caplog.records
    await run(poet, "Hello?", previous_response_id="resp_1")
    assert "Ignored: previous_response_id" in caplog.text


async def test_a_failed_call_is_tried_again_with_the_same_news(
    sim: Simulator, run: Run, make: Make, weather: Any
) -> None:
    """The server has stored nothing of it."""
    sim.script(TWO_CALLS, HttpError(503), "Windy.")
    policy = ModelRetrySettings(max_retries=1, backoff={"initial_delay": 0}, policy=retry_policies.http_status([503]))
    poet = agent(make(sim), tools=[weather], model_settings=ModelSettings(retry=policy))
    result = await run(poet, "The weather?", auto_previous_response_id=True)
    assert result.final_output == "Windy."
    assert told(sim)[1] == told(sim)[2] == ["Windy at 4 °C"] * 2


async def test_what_a_server_keeps_cannot_be_kept_or_filtered_here(sim: Simulator, run: Run, make: Make) -> None:
    """A session would tell it twice, and a filter of a handoff would not reach it."""
    desk = agent(make(sim), name="Desk", handoffs=[handoff(agent(make(sim)), input_filter=lambda data: data)])
    with pytest.raises(UserError, match="auto_previous_response_id"):
        await run(desk, session=SQLiteSession("s"), auto_previous_response_id=True)
    sim.script(Reply([ToolCall("transfer_to_poet", {})]))
    with pytest.raises(UserError, match="auto_previous_response_id"):
        await run(desk, auto_previous_response_id=True)


ADVICE = [
    (HttpError(503), True, "safe"),
    (HttpError(429, headers={"retry-after": "7"}), True, "safe"),
    (Disconnect(), True, None),
    (HttpError(400), None, None),
    (HttpError(429, "Pay", "insufficient_quota", "insufficient_quota"), None, None),
]


@pytest.mark.parametrize(("fault", "suggested", "safety"), ADVICE, ids=lambda value: str(value)[:20])
async def test_a_model_says_whether_another_try_may_help(
    sim: Simulator, make: Make, fault: Fault, suggested: bool | None, safety: str | None
) -> None:
    """Only the model can know that a refused call has left nothing on the server."""
    sim.script(fault)
    model = make(sim)
    policy = ModelRetrySettings(max_retries=0, policy=retry_policies.never())
    arguments: Any = [None, "Hi", ModelSettings(retry=policy), [], None, [], ModelTracing.DISABLED]
    with pytest.raises(ProviderError) as caught:
        await model.get_response(*arguments)
    advice = model.get_retry_advice(ModelRetryAdviceRequest(caught.value, 1, False, "resp_1", None))
    assert (advice and advice.suggested, advice and advice.replay_safety) == (suggested, safety)
    assert (advice and advice.retry_after) == caught.value.retry_after
