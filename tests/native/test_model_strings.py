"""The seed example as users write it: a model string, and what the environment says of its service."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from agents import Agent, AnyModel, ModelSettings, ProviderStatusError, RunConfig, UserError
from agents.models.openai_provider import shared_http_client
from agents.testing.simulator import HttpError, Reply, Simulator, Text

QUESTION = "What's the weather in Tokyo?"

STRINGS = {
    "openai-responses": ("gpt-5.2", "OPENAI", "OPENAI_BASE_URL", "openai_base_url"),
    "openai-responses, no client": ("any-llm/openai/gpt-5.2", "OPENAI", "OPENAI_BASE_URL", "openai_base_url"),
    "openai-chat": ("groq/gpt-4.1", "GROQ", "GROQ_API_BASE", "openai_base_url"),
    "anthropic": ("anthropic/claude-sonnet-4-5", "ANTHROPIC", "ANTHROPIC_BASE_URL", "anthropic_base_url"),
    "gemini": ("gemini/gemini-3-pro", "GEMINI", "GOOGLE_GEMINI_BASE_URL", "gemini_base_url"),
}


@pytest.mark.parametrize("where", ["agent", "run"])
@pytest.mark.parametrize("spoken", STRINGS)
async def test_the_seed_example_runs_with_the_model_string_alone(
    sim: Simulator, run: Any, weather: Any, spoken: str, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No object, no client, no import of a provider: the string and two documented variables are all there is."""
    model, vendor, variable, address = STRINGS[spoken]
    monkeypatch.setenv(f"{vendor}_API_KEY", sim.api_key)
    monkeypatch.setenv(variable, getattr(sim, address))
    agent = Agent(name="Assistant", instructions="You only respond in haikus.", tools=[weather])
    if where == "agent":
        result = await run(agent.clone(model=model), QUESTION)
    else:
        result = await run(agent, QUESTION, run_config=RunConfig(model=model))
    await shared_http_client().aclose()  # OpenAI's client is no part of the run, and lives on
    assert "Windy at 5 degrees" in result.final_output
    assert [request.protocol for request in sim.requests] == [spoken.partition(",")[0]] * 2
    usage = result.context_wrapper.usage
    assert usage.requests == 2
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens


async def test_what_is_left_out_is_said_once_for_each_model(
    sim: Simulator, run: Any, weather: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """A line with every turn of every run would bury all others; another model has lost something of its own."""

    def limited() -> AnyModel:
        profile = {"refused_settings": ("presence_penalty",)}
        return AnyModel("m", base_url=sim.openai_base_url, api_key=sim.api_key, api="openai-chat", profile=profile)

    def agent(model: AnyModel) -> Agent[Any]:
        return Agent("A", model=model, tools=[weather], model_settings=ModelSettings(presence_penalty=0.5))

    sim.script("One.", "Two.", "Three.")
    model = limited()
    with caplog.at_level(logging.WARNING):
        await run(agent(model))
        await run(agent(model))
        assert caplog.text.count("Ignored: presence_penalty") == 1
        await run(agent(limited()))
    assert caplog.text.count("Ignored: presence_penalty") == 2


async def test_an_answer_cut_by_its_length_says_so(sim: Simulator, run: Any, model: Any) -> None:
    """Half an answer looks like a whole one: its item has to tell, whatever the protocol."""
    sim.script(Reply([Text("Half an")], stop="length"), "All of it.")
    cut, whole = await run(Agent("A", model=model())), await run(Agent("A", model=model()))
    assert cut.final_output == "Half an"
    assert [result.raw_responses[-1].output[-1].status for result in (cut, whole)] == ["incomplete", "completed"]


async def test_how_a_service_is_reached_is_the_users_choice(sim: Simulator, run: Any, model: Any) -> None:
    """A proxy that must be used, and a budget of tries, belong to the model and not to the process."""
    sim.script(HttpError(503), "Never asked for.")
    with pytest.raises(ProviderStatusError):
        await run(Agent("A", model=model(max_retries=0)))
    assert len(sim.requests) == 1
    sim.refusals.clear()
    with pytest.raises(UserError, match=r"verify=.*missing\.pem"):
        model(verify="/missing.pem")
    with pytest.raises(UserError, match="HTTP proxy"):
        model(proxy="socks5://127.0.0.1:9")
