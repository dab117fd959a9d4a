"""Agents with hosted tools, on a strict simulator that stands in for the providers that host them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from agents import AnyModel
from agents.testing.simulator import Simulator

from ..conformance.columns import close_clients

MODELS = {
    "responses": "openai/gpt-5.5",
    "anthropic": "anthropic/claude-sonnet-4-5",
    "gemini": "gemini/gemini-3-pro-preview",
    "chat": "openai/gpt-5.5",
    "gemini-2": "gemini/gemini-2.5-flash",
}


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    """A strict simulator: what it refuses as the real services do, we should not have sent."""
    async with Simulator() as simulator:
        yield simulator
        await close_clients()
        assert not simulator.refusals
        assert not simulator.unsaid


def model(sim: Simulator, which: str, **options: Any) -> AnyModel:
    """A model of one of the protocols, pointed at the simulator."""
    family = which.partition("-")[0]
    address = {"anthropic": sim.anthropic_base_url, "gemini": sim.gemini_base_url}.get(family, sim.openai_base_url)
    api: Any = "openai-chat" if which == "chat" else None
    return AnyModel(MODELS[which], base_url=address, api_key=sim.api_key, api=api, **options)
