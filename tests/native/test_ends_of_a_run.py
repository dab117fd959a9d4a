"""How runs end otherwise than by an answer, over each wire protocol: error handlers, limits, and what it cost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import BaseModel

from agents import (
    Agent,
    ModelBehaviorError,
    ModelRefusalError,
    ModelSettings,
    RunConfig,
    UsageLimitExceeded,
    UsageLimits,
)
from agents.testing.simulator import Refusal, Reply, Simulator, Text, Tokens, ToolCall

PRICED = {
    "openai-chat": ("openai/gpt-4.1", Decimal("0.0028")),
    "openai-responses": ("openai/gpt-4.1", Decimal("0.0028")),
    "anthropic": ("anthropic/claude-sonnet-4-5", Decimal("0.0045")),
    "gemini": ("gemini/gemini-2.5-flash", Decimal("0.00055")),
}
"""A model on each protocol, and what 1000 tokens read and 100 written cost there."""

TOKENS = Tokens(input=1000, output=100)


class Forecast(BaseModel):
    city: str
    degrees: int


async def test_a_wrong_answer_goes_to_the_error_handler(sim: Simulator, run: Any, model: Any) -> None:
    """Whoever wrote it: the caller's code gets an object of its type."""
    sim.script(Reply([Text('{"city": "Oslo"}')]))
    seen: list[Any] = []

    def handler(data: Any) -> Forecast:
        seen.append(data.error)
        return Forecast(city="nowhere", degrees=0)

    agent = Agent("A", model=model(), output_type=Forecast)
    result = await run(agent, error_handlers={"invalid_final_output": handler})

    assert result.final_output == Forecast(city="nowhere", degrees=0)
    assert isinstance(seen[0], ModelBehaviorError)
    # The history goes on: what the handler said is what the model reads of itself.
    sim.script("Fine.")
    again = await run(Agent("B", model=model()), [*result.to_input_list(), {"role": "user", "content": "And?"}])
    assert again.final_output == "Fine."
    assert "nowhere" in str(sim.requests[-1].body)


async def test_a_refusal_goes_to_the_error_handler(sim: Simulator, run: Any, model: Any) -> None:
    """Vendors refuse in forms of their own; the handler is told the same."""
    sim.script(Reply([Refusal("Not this.")]), Reply([Refusal("Not this.")]))
    agent = Agent("A", model=model())

    with pytest.raises(ModelRefusalError):
        await run(agent)
    result = await run(agent, error_handlers={"model_refusal": lambda data: f"Refused: {data.error.refusal}"})

    assert result.final_output.startswith("Refused: ")


async def test_a_run_costs_what_the_model_that_answered_costs(
    sim: Simulator, run: Any, model: Any, protocol: str
) -> None:
    """By tokens that each protocol counts otherwise."""
    name, price = PRICED[protocol]
    sim.script(Reply([Text("Hi.")], usage=TOKENS))

    result = await run(Agent("A", model=model(name), model_settings=ModelSettings(include_usage=True)))

    assert result.cost() == price


async def test_a_server_of_ones_own_has_no_price(sim: Simulator, run: Any, model: Any) -> None:
    """The name of a model alone tells no price."""
    sim.script(Reply([Text("Hi.")], usage=TOKENS))

    result = await run(Agent("A", model=model(), model_settings=ModelSettings(include_usage=True)))

    assert result.cost() is None


@pytest.mark.parametrize("limit", ["total_tokens", "cost"])
async def test_a_limit_stops_the_run(
    sim: Simulator, run: Any, model: Any, weather: Any, protocol: str, limit: str
) -> None:
    """What is counted is what the service reported, in a stream too."""
    name, price = PRICED[protocol]
    allowed = {"total_tokens": 1100, "cost": price}[limit]
    sim.script(Reply([ToolCall("get_weather", {"city": "Oslo"})], usage=TOKENS))
    agent = Agent("A", model=model(name), tools=[weather], model_settings=ModelSettings(include_usage=True))

    with pytest.raises(UsageLimitExceeded) as caught:
        await run(agent, run_config=RunConfig(usage_limits=UsageLimits(**{limit: allowed})))

    assert (caught.value.limit, caught.value.used) == (limit, allowed)
    assert len(sim.requests) == 1
