"""What is particular to Responses through a client: state on the server, stored prompts, and what comes beside."""

from __future__ import annotations

from typing import Any

import pytest
from openai import AsyncOpenAI

from agents import Agent, ModelSettings, ModelTracing, OpenAIProvider, OpenAIResponsesModel, RunConfig, UserError
from agents.testing.simulator import Raw, Simulator

from ..conformance.columns import LITELLM, LITELLM_GEMINI, OPENAI_CLIENT, RESPONSES_CLIENT, Column, Run, agent

PROMPT: dict[str, Any] = {"id": "pmpt_1", "version": "3", "variables": {"city": "Oslo"}}


ARGUMENTS: list[Any] = [None, "Hi", ModelSettings(), [], None, [], ModelTracing.DISABLED]


def asked(sim: Simulator) -> list[dict[str, Any]]:
    return [request.body for request in sim.requests]


async def test_a_response_is_gone_on_from(sim: Simulator, run: Run) -> None:
    """The server has the conversation: only what is new is sent."""
    sim.script("Hello.", "Nine.")
    model = RESPONSES_CLIENT.on(sim)
    first = await run(agent(model), "Remember nine.")
    second = await run(agent(model), "Which number?", previous_response_id=first.last_response_id)
    assert second.final_output == "Nine."
    assert asked(sim)[1]["previous_response_id"] == first.last_response_id
    assert [item["content"] for item in asked(sim)[1]["input"]] == ["Which number?"]


async def test_a_conversation_of_the_server_is_gone_on_with(sim: Simulator, run: Run) -> None:
    """Its id is another field than that of a response, and the two exclude each other."""
    client = AsyncOpenAI(base_url=sim.openai_base_url, api_key=sim.api_key)
    kept = await client.conversations.create()
    sim.script("Hello.", "Nine.")
    model = OpenAIResponsesModel("gpt-5", client)
    await run(agent(model), "Remember nine.", conversation_id=kept.id)
    await run(agent(model), "Which number?", conversation_id=kept.id)
    assert [body["conversation"] for body in asked(sim)[1:]] == [kept.id] * 2
    with pytest.raises(UserError, match="not from both"):
        await run(agent(model), conversation_id=kept.id, previous_response_id="resp_1")
    await client.close()


@pytest.mark.parametrize("named", [True, False])
async def test_a_stored_prompt_chooses_the_model_unless_the_agent_does(sim: Simulator, run: Run, named: bool) -> None:
    """The model's name in a request goes before the prompt's: our default must not."""
    client = AsyncOpenAI(base_url=sim.openai_base_url, api_key=sim.api_key)
    config = RunConfig(model_provider=OpenAIProvider(openai_client=client))
    sim.script("Hello.")
    await run(Agent("Poet", prompt=PROMPT, model="gpt-5" if named else None), run_config=config)  # type: ignore[arg-type]
    (body,) = asked(sim)
    assert body["prompt"] == PROMPT
    assert body.get("model") == ("gpt-5" if named else None)
    assert body.get("reasoning") == ({"effort": "low"} if named else None)  # nor the settings that suit our default
    await client.close()


@pytest.mark.parametrize("route", [*LITELLM, OPENAI_CLIENT, RESPONSES_CLIENT], ids=lambda route: route.id)
async def test_the_services_id_for_the_request_is_kept(sim: Simulator, run: Run, route: Column) -> None:
    """Its support asks for it, streamed or not. Gemini sends none."""
    sim.script("Hello.")
    (response,) = (await run(agent(route.on(sim)))).raw_responses
    if route is LITELLM_GEMINI:
        assert response.request_id is None
    else:
        assert response.request_id.startswith("req_")


async def test_the_final_event_bears_the_id_of_the_request(sim: Simulator) -> None:
    """Where the client itself keeps it, for those who read events."""
    sim.script("Hello.")
    events = [event async for event in RESPONSES_CLIENT.on(sim).stream_response(*ARGUMENTS)]  # type: ignore[call-arg]
    assert events[-1].type == "response.completed"
    assert str(events[-1].response._request_id).startswith("req_")


def chunk(finish: str | None = None, **delta: Any) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finish}
    return {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


def piece(index: int, arguments: str, **more: Any) -> dict[str, Any]:
    name = {"name": "get_weather"} if more else {}
    return chunk(tool_calls=[{"index": index, **more, "function": {"arguments": arguments, **name}}])


MIXED = [
    piece(0, '{"city"', id="call_0", type="function"),
    piece(1, '{"city"', id="call_1", type="function"),
    chunk(content="One moment. "),
    piece(1, ': "Lima"}'),
    piece(0, ': "Oslo"}'),
    chunk(content="Or two."),
    chunk("tool_calls"),
]


@pytest.mark.parametrize("held", [True, False])
async def test_pieces_of_calls_can_be_held_back(sim: Simulator, held: bool) -> None:
    """Then the text comes first, and the calls one after the other; whole calls come of it in either way."""
    sim.script(Raw(events=[*MIXED, "[DONE]"]))
    model = OPENAI_CLIENT.on(sim, buffer_streamed_tool_calls=held)
    events = [event async for event in model.stream_response(*ARGUMENTS)]  # type: ignore[call-arg]
    calls = [item for item in events[-1].response.output if item.type == "function_call"]  # type: ignore[union-attr]
    assert [call.arguments for call in calls] == ['{"city": "Oslo"}', '{"city": "Lima"}']
    told = [event.delta for event in events if event.type.endswith(".delta")]  # type: ignore[union-attr]
    if held:
        assert "".join(told) == 'One moment. Or two.{"city": "Oslo"}{"city": "Lima"}'
    else:
        assert told.index("Or two.") > told.index('{"city"')
