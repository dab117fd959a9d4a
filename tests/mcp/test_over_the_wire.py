"""Servers' tools over real protocols: what a server lists must be legal for the services, and its results too."""

from __future__ import annotations

from typing import Any

import pytest

from agents import Agent, AnyModel
from agents.testing.simulator import Reply, Simulator, Text, ToolCall


@pytest.mark.parametrize("api", ["openai-chat", "anthropic"])
async def test_a_tool_of_a_server_is_called_over_a_real_protocol(run: Any, town: Any, api: str) -> None:
    """The strict simulator refuses what the services would refuse: schemas, names, pictures in results."""
    async with Simulator() as sim:
        calls = [ToolCall("get_weather", {"city": "Oslo"}), ToolCall("paint", {})]
        sim.script(Reply(calls), Reply([Text("Windy.")]))
        url = sim.openai_base_url if api == "openai-chat" else sim.anthropic_base_url
        model = AnyModel(
            "gpt-5" if api == "openai-chat" else "claude-sonnet-4-5", base_url=url, api_key=sim.api_key, api=api
        )
        async with town() as server:
            result = await run(Agent("Guide", model=model, mcp_servers=[server]))
        assert result.final_output == "Windy."
        assert "Windy in Oslo" in str(sim.requests[-1].body)
        assert not sim.refusals
