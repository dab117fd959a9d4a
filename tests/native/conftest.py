"""Agents over their models' own wire protocols, on the simulator: each case plain and streamed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from agents import AnyModel, function_tool
from agents.testing.simulator import Simulator

from ..conformance.columns import close_clients

PROTOCOLS = {
    "openai-chat": ("gpt-5.2", "openai_base_url"),
    "openai-responses": ("gpt-5.2", "openai_base_url"),
    "anthropic": ("claude-sonnet-4-5", "anthropic_base_url"),
    "gemini": ("gemini-3-pro", "gemini_base_url"),
}


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    """A strict simulator; a test that means to be refused looks at ``refusals`` and clears them itself."""
    async with Simulator() as simulator:
        yield simulator
        await close_clients()
        assert not simulator.refusals


@pytest.fixture(params=list(PROTOCOLS))
def protocol(request: pytest.FixtureRequest) -> str:
    """Each wire protocol."""
    return str(request.param)


@pytest.fixture
def model(sim: Simulator, protocol: str) -> Callable[..., AnyModel]:
    """Makes the protocol's model, pointed at the simulator."""

    def make(name: str | None = None, **options: Any) -> AnyModel:
        known, address = PROTOCOLS[protocol]
        options = {"base_url": getattr(sim, address), "api_key": sim.api_key, "api": protocol, **options}
        return AnyModel(name or known, **options)

    return make


@pytest.fixture
def weather() -> Any:
    """The tool that the simulator's assistant looks for."""

    @function_tool
    def get_weather(city: str) -> str:
        """The weather of a city."""
        return f"Windy at {len(city)} degrees in {city}"

    return get_weather
