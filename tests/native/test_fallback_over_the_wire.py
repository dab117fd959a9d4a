"""``FallbackModel`` over each wire protocol: faults of real services, in plain calls and in mid-stream."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from agents import Agent, AnyModel, FallbackModel, Model, ModelResponse, ModelSettings, Runner
from agents.cost import request_cost
from agents.extensions.models.litellm_model import LitellmModel
from agents.testing.simulator import (
    Disconnect,
    ErrorInStream,
    HttpError,
    NoTerminal,
    Reply,
    Simulator,
    Stall,
    Text,
    Thinking,
    Tokens,
    ToolCall,
)

LONG = Text(pieces=[f"word{number} " for number in range(30)])


@pytest.fixture
def second(sim: Simulator) -> AnyModel:
    """A model of another service, which works."""
    sim.script(Reply([Text("The second answers.")]), model="second")
    return AnyModel("second", base_url=sim.anthropic_base_url, api_key=sim.api_key, api="anthropic")


BEFORE_OUTPUT = [
    HttpError(429, headers={"retry-after": "30"}),
    HttpError(500),
    HttpError(401),
    HttpError(404),
    Disconnect(),
]


@pytest.mark.parametrize("fault", BEFORE_OUTPUT, ids=repr)
async def test_a_service_that_fails_is_replaced_at_once(
    sim: Simulator, run: Any, model: Any, second: Any, protocol: str, fault: Any
) -> None:
    """Without a retry, whatever it asks to wait: the next model can answer now."""
    first = model()
    sim.script(fault, model=first.model)

    result = await run(Agent("A", model=FallbackModel([first, second])))

    assert result.final_output == "The second answers."
    assert len(sim.requests) <= 2  # of a request that was reset the simulator knows nothing
    maker = result.new_items[-1].raw_item.provider_data
    assert maker["model"] == "second"


MID_STREAM = [Disconnect(after=6), Disconnect(after=6, reset=True), ErrorInStream(after=6), NoTerminal()]


@pytest.mark.parametrize("fault", MID_STREAM, ids=repr)
async def test_a_stream_that_breaks_is_withdrawn(
    sim: Simulator, model: Any, second: Any, protocol: str, fault: Any
) -> None:
    """What the reader has seen of the first answer is named, and what stands is the second alone."""
    first = model()
    sim.script(Reply([LONG], faults=[fault]), model=first.model)

    result = Runner.run_streamed(Agent("A", model=FallbackModel([first, second])), "Hello")
    events = [event async for event in result.stream_events()]

    (withdrawal,) = [event for event in events if event.type == "model_fallback_stream_event"]
    at = events.index(withdrawal)
    raw = [[e.data for e in part if e.type == "raw_response_event"] for part in (events[:at], events[at:])]
    shown, standing = ([data.item.id for data in part if data.type == "response.output_item.added"] for part in raw)
    assert withdrawal.withdrawn_item_ids == shown != []
    assert [item.raw_item.id for item in result.new_items] == standing
    assert result.final_output == "The second answers."
    assert "word1" not in str(result.to_input_list())


async def test_a_tool_call_that_breaks_off_is_made_by_the_next_model_alone(
    sim: Simulator, model: Any, weather: Any, protocol: str
) -> None:
    """No half call is carried out, and the conversation that follows is legal for both."""
    first = model()
    other = AnyModel("second", base_url=sim.anthropic_base_url, api_key=sim.api_key, api="anthropic")
    half = Reply([ToolCall("get_weather", {"city": "Nowhere"})], faults=[NoTerminal()])
    sim.script(half, Reply([Text("Done.")]), model=first.model)
    sim.script(Reply([Thinking("Hm."), ToolCall("get_weather", {"city": "Oslo"})]), model="second")

    result = Runner.run_streamed(Agent("A", model=FallbackModel([first, other]), tools=[weather]), "Weather?")
    async for _ in result.stream_events():
        pass

    assert result.final_output == "Done."
    outputs = [item.output for item in result.new_items if item.type == "tool_call_output_item"]
    assert outputs == ["Windy at 4 degrees in Oslo"]


async def test_a_service_that_falls_silent_is_replaced(
    sim: Simulator, run: Any, model: Any, second: Any, protocol: str, patiently: Any
) -> None:
    """The time-out of one attempt ends the first, not the whole."""
    first = model()

    async def attempt(seconds: float) -> None:
        sim.script(Reply([LONG], faults=[Stall(after=2)]), model=first.model)
        settings = ModelSettings(timeout=seconds)

        result = await run(Agent("A", model=FallbackModel([first, second]), model_settings=settings))

        assert result.final_output == "The second answers."

    await patiently(attempt)


async def test_litellm_hands_over_to_the_native_path_and_back(sim: Simulator, run: Any) -> None:
    """Both are models like any other, whichever comes first; LiteLLM's own retries are off."""
    native = AnyModel("native", base_url=sim.openai_base_url, api_key=sim.api_key, api="openai-chat")
    litellm = LitellmModel("anthropic/claude-sonnet-4-5", base_url=sim.anthropic_base_url, api_key=sim.api_key)
    sim.script(HttpError(529), Reply([Text("LiteLLM answers.")]), model="claude-sonnet-4-5")
    sim.script(Reply([Text("The native path answers.")]), HttpError(500), model="native")

    there = await run(Agent("A", model=FallbackModel([litellm, native])))
    back = await run(Agent("A", model=FallbackModel([native, litellm])))

    assert there.final_output == "The native path answers."
    assert back.final_output == "LiteLLM answers."
    assert len(sim.requests) == 4


@pytest.mark.parametrize("protocol", ["anthropic", "gemini"], indirect=True)
@pytest.mark.parametrize("wrapped", [False, True])
async def test_what_a_failed_model_cost_has_its_own_price(
    sim: Simulator, run: Any, protocol: str, wrapped: bool
) -> None:
    """Some services count the input before the first output: no item tells then whose the tokens were."""
    first = AnyModel(
        f"{protocol}/{FIRST[protocol]}", base_url=getattr(sim, f"{protocol}_base_url"), api_key=sim.api_key
    )
    second = AnyModel("openai/gpt-4.1", base_url=sim.openai_base_url, api_key=sim.api_key)
    sim.script(
        Reply([Thinking("Hm."), LONG], usage=Tokens(1000, 100), faults=[ErrorInStream(after=1)]), model=first.model
    )
    sim.script(Reply([Text("The second answers.")], usage=Tokens(1000, 100)), model="gpt-4.1")
    fallback = FallbackModel([first, second])
    agent = Agent("A", model=Wrapped(fallback) if wrapped else fallback)

    result = Runner.run_streamed(agent, "Hello")
    async for _ in result.stream_events():
        pass

    assert result.final_output == "The second answers."
    entries = result.context_wrapper.usage.request_usage_entries
    assert [(entry.provider, entry.model) for entry in entries] == [(protocol, first.model), ("openai", "gpt-4.1")]
    prices = [request_cost(entry) for entry in entries]
    assert None not in prices
    assert result.cost() == sum(price for price in prices if price is not None)


FIRST = {"anthropic": "claude-sonnet-4-5", "gemini": "gemini-2.5-pro"}


class Wrapped(Model):
    """A model of the caller's own around another one."""

    def __init__(self, inner: Model) -> None:
        self.inner = inner

    async def get_response(self, *args: Any, **options: Any) -> ModelResponse:
        return await self.inner.get_response(*args, **options)

    def stream_response(self, *args: Any, **options: Any) -> AsyncIterator[Any]:
        return self.inner.stream_response(*args, **options)
