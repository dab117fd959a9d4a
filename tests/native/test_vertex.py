"""Gemini and Claude on Vertex: the same protocols, at other addresses, with other keys."""

from __future__ import annotations

from typing import Any

import pytest

from agents import Agent, AnyModel
from agents.testing.simulator import Reply, Simulator, Thinking, ToolCall

VERTEX = {
    "vertex_ai/claude-sonnet-4-5": (
        "/projects/p1/locations/europe-west4/publishers/anthropic/models/claude-sonnet-4-5:",
        ("rawPredict", "streamRawPredict"),
        "authorization",
    ),
    "vertex_ai/gemini-3-pro": (
        "/v1beta1/projects/p1/locations/europe-west4/publishers/google/models/gemini-3-pro:",
        ("generateContent", "streamGenerateContent"),
        "authorization",
    ),
    "vertex_ai_express/gemini-3-pro": (
        "/v1beta1/publishers/google/models/gemini-3-pro:",
        ("generateContent", "streamGenerateContent"),
        "x-goog-api-key",
    ),
}


@pytest.mark.parametrize("name", VERTEX)
async def test_an_agent_runs_on_vertex(
    sim: Simulator, run: Any, weather: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The path names project, place and model; a token goes as a bearer, an API key in a header of its own."""
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "p1")
    monkeypatch.setenv("GOOGLE_CLOUD_LOCATION", "europe-west4")
    for variable in ("CLOUD_ML_REGION", "ANTHROPIC_VERTEX_PROJECT_ID"):
        monkeypatch.delenv(variable, raising=False)
    address = f"http://127.0.0.1:{sim.port}"
    sim.script(Reply([Thinking("Hm."), ToolCall("get_weather", {"city": "Oslo"})]), "Windy.")
    model = AnyModel(name, api_key=sim.api_key, base_url=address)
    result = await run(Agent("Assistant", model=model, tools=[weather]), "The weather in Oslo?")
    assert result.final_output == "Windy."
    path, methods, header = VERTEX[name]
    method = methods[run.__name__ == "streamed"]
    assert [request.path for request in sim.requests] == [path + method] * 2
    assert all(sim.api_key in request.headers[header] for request in sim.requests)
    assert [item.provider_data["provider"] for item in result.raw_responses[0].output] == [
        "vertex_ai_anthropic" if "claude" in name else name.partition("/")[0]
    ] * len(result.raw_responses[0].output)
