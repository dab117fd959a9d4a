"""From a model's name to the model: prefixes, providers, and names that lead nowhere."""

from __future__ import annotations

from typing import Any

import pytest
from openai import AsyncOpenAI

from agents import Agent, MultiProvider, OpenAIChatCompletionsModel, OpenAIResponsesModel, RunConfig, Runner, UserError
from agents.extensions.models.litellm_model import LitellmModel
from agents.extensions.models.litellm_provider import LitellmProvider
from agents.models.interface import Model, ModelProvider
from agents.models.multi_provider import MultiProviderMap
from agents.testing import ScriptedModel, assistant_message
from agents.testing.simulator import Simulator

from ..conformance.columns import LITELLM_ANTHROPIC, Run, agent, close_clients


class Shelf(ModelProvider):
    """Says which names it is asked for."""

    def __init__(self) -> None:
        self.asked: list[str | None] = []

    def get_model(self, model_name: str | None) -> Model:
        self.asked.append(model_name)
        return ScriptedModel([[assistant_message("Hello.")]])


def provider(**options: Any) -> MultiProvider:
    return MultiProvider(openai_api_key="sk-test", **options)


FOUND: list[tuple[str, dict[str, Any], type[Model], str]] = [
    ("gpt-5", {}, OpenAIResponsesModel, "gpt-5"),
    ("openai/gpt-5", {}, OpenAIResponsesModel, "gpt-5"),
    ("openai/gpt-5", {"openai_use_responses": False}, OpenAIChatCompletionsModel, "gpt-5"),
    ("openai/gpt-5", {"openai_prefix_mode": "model_id"}, OpenAIResponsesModel, "openai/gpt-5"),
    ("acme/big-1", {"unknown_prefix_mode": "model_id"}, OpenAIResponsesModel, "acme/big-1"),
    ("litellm/anthropic/claude-sonnet-4-5", {}, LitellmModel, "anthropic/claude-sonnet-4-5"),
    ("litellm/gpt-5", {}, LitellmModel, "gpt-5"),
    ("litellm/openrouter/a/b", {}, LitellmModel, "openrouter/a/b"),
]


@pytest.mark.parametrize(("name", "options", "kind", "model"), FOUND, ids=[f"{n}-{o}" for n, o, *_ in FOUND])
async def test_a_prefix_says_who_is_asked(name: str, options: dict[str, Any], kind: type[Model], model: str) -> None:
    """The rule is the same wherever a model is given by name."""
    found: Any = provider(**options).get_model(name)
    assert type(found) is kind
    assert found.model == model


async def test_the_callers_prefixes_come_first() -> None:
    """Also before those that are known here: whoever maps one means it."""
    shelf, names = Shelf(), MultiProviderMap()
    for prefix in ("mine", "litellm", "openai"):
        names.add_provider(prefix, shelf)
    found = provider(provider_map=names)
    for name in ("mine/a/b", "litellm/anthropic/c", "openai/gpt-5"):
        found.get_model(name)
    assert shelf.asked == ["a/b", "anthropic/c", "gpt-5"]


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("litelm/anthropic/x", {}, "litellm/…"),
    ("antropic/claude", {}, "anthropic/…"),
    ("litellm/", {}, "no default model"),
    ("litellm", {"openai_prefix_mode": "sometimes"}, "openai_prefix_mode"),
    ("litellm", {"unknown_prefix_mode": "guess"}, "unknown_prefix_mode"),
]


@pytest.mark.parametrize(("name", "options", "hint"), WRONG, ids=[name for name, *_ in WRONG])
async def test_a_name_that_leads_nowhere_is_the_callers_error(name: str, options: dict[str, Any], hint: str) -> None:
    """It comes before any request, and names what was meant."""
    with pytest.raises(UserError, match=hint):
        provider(**options).get_model(name)


@pytest.mark.parametrize(
    "make", [lambda: LitellmModel(""), lambda: LitellmProvider().get_model(None)], ids=["model", "provider"]
)
async def test_a_model_needs_a_name(make: Any) -> None:
    """Without one there is nobody to ask."""
    with pytest.raises(UserError, match="anthropic/claude-sonnet-4-5"):
        make()


@pytest.mark.parametrize("name", ["antropic/claude-sonnet-4-5", "claude-next"])
async def test_litellm_is_told_from_a_missing_model(run: Run, name: str) -> None:
    """A provider that LiteLLM does not know is a slip of the caller's; near matches mend it quickest."""
    with pytest.raises(UserError) as caught:
        await run(agent(LitellmModel(name, api_key="sk-test")))
    assert name in str(caught.value)
    assert ("anthropic/…" in str(caught.value)) is name.startswith("antropic")
    assert caught.value.run_data is not None


async def test_an_agent_names_its_model(sim: Simulator, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the shortest way: a string on the agent, the key and address in LiteLLM's own variables."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", sim.api_key)
    monkeypatch.setenv("ANTHROPIC_API_BASE", sim.anthropic_base_url)
    sim.script("Hello.")
    result = await run(agent(f"litellm/{LITELLM_ANTHROPIC.model}"))  # type: ignore[arg-type]
    assert result.final_output == "Hello."
    assert sim.requests[0].protocol == "anthropic"


async def test_a_run_may_bring_its_own_provider() -> None:
    """`RunConfig.model_provider` finds the models of a run that are given by name."""
    shelf = Shelf()
    config = RunConfig(model_provider=shelf)
    result = await Runner.run(Agent("Poet", model="any/name"), "Hi", run_config=config)
    assert result.final_output == "Hello."
    assert shelf.asked == ["any/name"]


async def test_a_map_of_prefixes_is_a_mapping() -> None:
    """Its methods are those of the public API."""
    shelf, names = Shelf(), MultiProviderMap()
    names.set_mapping({"a": shelf})
    assert names.has_prefix("a")
    assert names.get_provider("a") is shelf
    assert names.get_mapping() == {"a": shelf}
    names.remove_provider("a")
    assert names.get_provider("a") is None
    with pytest.raises(KeyError):
        names.remove_provider("a")


async def test_a_given_client_is_used_as_it_is(sim: Simulator, run: Run) -> None:
    """With its proxies, headers and instrumentation."""
    client = AsyncOpenAI(base_url=sim.openai_base_url, api_key=sim.api_key, default_headers={"x-mine": "1"})
    sim.script("Hello.")
    config = RunConfig(model_provider=MultiProvider(openai_client=client))
    await run(Agent("Poet", model="gpt-5"), run_config=config)
    assert sim.requests[0].headers["x-mine"] == "1"
    await client.close()
    await close_clients()
