"""Model settings as they arrive at each service, and the caller's own objects as they were."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from agents import ModelSettings, UserError
from agents.testing.simulator import Simulator

from .routes import (
    ALL,
    ANTHROPIC,
    CLIENT,
    CLIENTS,
    EVERY_LITELLM_ROUTE,
    EVERY_ROUTE,
    GEMINI,
    OPENAI,
    Route,
    Run,
    agent,
    on_routes,
)

SAMPLING = {
    "openai-chat": {"temperature": 0.5, "top_p": 0.9},
    "anthropic": {"temperature": 0.5, "top_p": 0.9, "max_tokens": 300},
    "openai-responses": {"temperature": 0.5, "top_p": 0.9, "max_output_tokens": 300},
    "gemini": {"temperature": 0.5, "top_p": 0.9, "max_output_tokens": 300},
}


@EVERY_ROUTE
async def test_sampling_arrives(sim: Simulator, run: Run, route: Route) -> None:
    """The most used settings, in each vendor's words."""
    sim.script("Hello.")
    model = route.on(sim, model="openai/gpt-4o" if route is OPENAI else None)
    await run(agent(model, model_settings=ModelSettings(temperature=0.5, top_p=0.9, max_tokens=300)))
    sent = sim.requests[0]
    body = sent.body["generationConfig"] if route is GEMINI else sent.body
    assert {**body, **SAMPLING[sent.protocol]} == body
    if route in (OPENAI, CLIENT):
        assert body.get("max_tokens", body.get("max_completion_tokens")) == 300


@EVERY_ROUTE
async def test_extra_headers_arrive(sim: Simulator, run: Run, route: Route) -> None:
    """Gateways want theirs."""
    sim.script("Hello.")
    headers = {"X-Team": "poets"}
    await run(agent(route.on(sim), model_settings=ModelSettings(extra_headers=headers)))
    assert sim.requests[0].headers["x-team"] == "poets"
    assert headers == {"X-Team": "poets"}


EXTRA: dict[str, dict[str, Any]] = {
    "openai": {"user": "me", "logit_bias": {"1": -1}},
    "client": {"user": "me", "logit_bias": {"1": -1}},
    "responses": {"user": "me", "max_tool_calls": 3},
    "anthropic": {"top_k": 5, "inference_geo": "eu"},
    "gemini": {"safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}]},
}


@pytest.mark.parametrize("route", ALL, ids=lambda route: route.id)
async def test_extra_fields_of_the_body_arrive(sim: Simulator, run: Run, route: Route) -> None:
    """They stand in the body as fields, and not as one field named `extra_body`, which services refuse."""
    sim.script("Hello.")
    extra = copy.deepcopy(EXTRA[route.id])
    await run(agent(route.on(sim), model_settings=ModelSettings(extra_body=extra)))
    body = sim.requests[0].body
    assert {**body, **EXTRA[route.id]} == body
    assert extra == EXTRA[route.id]


@on_routes(*CLIENTS)
async def test_extra_query_parameters_arrive(sim: Simulator, run: Run, route: Route) -> None:
    """Azure-like services read their version there."""
    sim.script("Hello.")
    await run(agent(route.on(sim), model_settings=ModelSettings(extra_query={"api-version": "1"})))
    assert sim.requests[0].query == {"api-version": "1"}


@EVERY_LITELLM_ROUTE
async def test_litellm_carries_no_query_parameters(sim: Simulator, run: Run, route: Route) -> None:
    """It would send them as a field of the body, which services refuse: better to say so before."""
    with pytest.raises(UserError, match="extra_query"):
        await run(agent(route.on(sim), model_settings=ModelSettings(extra_query={"a": "b"})))
    assert not sim.requests


@EVERY_LITELLM_ROUTE
async def test_extra_arguments_reach_litellm(sim: Simulator, run: Run, route: Route) -> None:
    """Whatever LiteLLM's own call takes can be given, and the rest of the settings stays."""
    sim.script("Hello.")
    extra = {"mock_response": "Not from the service.", "metadata": {"a": ["b"]}}
    before = copy.deepcopy(extra)
    result = await run(agent(route.on(sim), model_settings=ModelSettings(extra_args=extra)))
    assert result.final_output == "Not from the service."
    assert not sim.requests
    assert extra == before


@on_routes(*CLIENTS)
async def test_extra_arguments_reach_the_client(sim: Simulator, run: Run, route: Route) -> None:
    """Arguments of the client's own, such as the end user's id."""
    sim.script("Hello.")
    await run(agent(route.on(sim), model_settings=ModelSettings(extra_args={"safety_identifier": "u7"})))
    assert sim.requests[0].body["safety_identifier"] == "u7"


@EVERY_ROUTE
async def test_metadata_is_not_changed(sim: Simulator, run: Run, route: Route) -> None:
    """LiteLLM writes into the metadata that it is given, for its own logs; the caller's stays as it was.

    To OpenAI's client it goes over the wire; LiteLLM keeps it for its callbacks.
    """
    sim.script("Hello.")
    metadata = {"team": "poets"}
    settings = ModelSettings(metadata=metadata, store=True if route in CLIENTS else None)
    await run(agent(route.on(sim), model_settings=settings))
    assert metadata == {"team": "poets"}
    assert sim.requests[0].body.get("metadata") == (metadata if route in CLIENTS else None)


@EVERY_ROUTE
async def test_the_callers_tools_are_not_changed(sim: Simulator, run: Run, route: Route, weather: Any) -> None:
    """LiteLLM takes keywords out of schemas in place, and the next model would be sent what is left."""
    before = copy.deepcopy(weather.params_json_schema)
    await run(agent(route.on(sim), tools=[weather]))
    assert weather.params_json_schema == before


@EVERY_ROUTE
async def test_parallel_calls_can_be_ruled_out(sim: Simulator, run: Run, route: Route, weather: Any) -> None:
    """Where the vendor has a switch for it; without tools it is not sent, as services refuse it then."""
    if route is GEMINI:
        pytest.skip("Gemini has no such switch")
    settings = ModelSettings(parallel_tool_calls=False)
    await run(agent(route.on(sim), tools=[weather], model_settings=settings), "The weather in Oslo and Rome?")
    await run(agent(route.on(sim), model_settings=settings))
    first, last = sim.requests[0].body, sim.requests[-1].body
    if route is ANTHROPIC:
        assert first["tool_choice"]["disable_parallel_tool_use"] is True
    else:
        assert first["parallel_tool_calls"] is False
    assert not {"parallel_tool_calls", "tool_choice"} & set(last)
