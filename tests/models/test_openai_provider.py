"""OpenAI's own models: keys, addresses and defaults of the process, and the clients that are shared."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from openai import AsyncOpenAI

from agents import (
    Agent,
    ModelSettings,
    ModelTracing,
    OpenAIChatCompletionsModel,
    OpenAIProvider,
    Runner,
    UserError,
    set_default_openai_api,
    set_default_openai_client,
    set_default_openai_key,
)
from agents.models import openai_defaults, openai_provider
from agents.protocols.base import ModelRequest
from agents.testing.simulator import Simulator, serve_in_thread

from .routes import CLIENT, Run, agent


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Defaults of the process as in a new one."""
    monkeypatch.setattr(openai_defaults, "_defaults", openai_defaults._Defaults())


async def close_shared_clients() -> None:
    for clients in list(openai_provider._clients.values()):
        for client in clients.values():
            await client.close()
        clients.clear()


def model(**options: Any) -> OpenAIChatCompletionsModel:
    found = OpenAIProvider(**options).get_model(None)
    assert isinstance(found, OpenAIChatCompletionsModel)
    return found


def client_of(found: OpenAIChatCompletionsModel) -> AsyncOpenAI:
    return found.transport.client  # type: ignore[attr-defined, no-any-return]


async def test_the_environment_says_whom_to_ask(sim: Simulator, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three variables and an agent without a model: the program that everybody writes first."""
    monkeypatch.setenv("OPENAI_API_KEY", sim.api_key)
    monkeypatch.setenv("OPENAI_BASE_URL", sim.openai_base_url)
    monkeypatch.setenv("OPENAI_DEFAULT_MODEL", "GPT-5-mini")
    sim.script("Hello.")
    result = await run(Agent("Poet"))
    assert result.final_output == "Hello."
    assert sim.requests[0].model == "gpt-5-mini"
    await close_shared_clients()


async def test_a_default_key_goes_before_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the program says counts more than what it was started with."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-from-environment")
    assert client_of(model()).api_key == "sk-from-environment"
    set_default_openai_key("sk-from-program")
    assert client_of(model()).api_key == "sk-from-program"
    assert client_of(model(api_key="sk-from-provider")).api_key == "sk-from-provider"


async def test_a_default_client_is_used(sim: Simulator, run: Run) -> None:
    """By every model that is given by name, but not where a provider has settings of its own."""
    client = AsyncOpenAI(base_url=sim.openai_base_url, api_key=sim.api_key)
    set_default_openai_client(client)
    sim.script("Hello.")
    assert (await run(Agent("Poet", model="gpt-5"))).final_output == "Hello."
    assert client_of(model()) is client
    assert client_of(model(api_key="sk-own")) is not client
    await client.close()


def test_without_a_key_the_error_names_the_ways_out() -> None:
    """It is the first error that a new user meets."""
    with pytest.raises(UserError, match=r"OPENAI_API_KEY.*set_default_openai_key.*LitellmModel"):
        OpenAIProvider().get_model("gpt-5")


@pytest.mark.parametrize(
    ("call", "hint"),
    [
        (lambda: set_default_openai_api("responses"), "Chat Completions only"),
        (lambda: set_default_openai_api("telegraph"), "telegraph"),
        (lambda: OpenAIProvider(use_responses=True), "Chat Completions only"),
        (lambda: OpenAIProvider(openai_client=AsyncOpenAI(api_key="k"), api_key="x"), "api_key, not both"),
        (lambda: OpenAIChatCompletionsModel("", AsyncOpenAI(api_key="k")), "needs a name"),
    ],
    ids=["api", "unknown api", "provider", "client and key", "no name"],
)
def test_what_cannot_be_done_is_said_at_once(call: Any, hint: str) -> None:
    """Not with the first request, which may come much later."""
    with pytest.raises(UserError, match=hint):
        call()


def test_chat_completions_is_the_api() -> None:
    """Asking for what is there anyway is no error."""
    set_default_openai_api("chat_completions")
    assert model(api_key="sk-test", use_responses=False).model


def encoded(base_url: str | None, **settings: Any) -> dict[str, Any]:
    """The body that a model would send: no request is made."""
    found = OpenAIChatCompletionsModel("gpt-5", AsyncOpenAI(base_url=base_url, api_key="sk-test"))
    items = [{"role": "user", "content": "Hi"}]
    request = ModelRequest(found.model, None, items, [], None, ModelSettings(**settings), stream=True)
    return found.codec.encode(request, found.profile).body


def test_openai_is_asked_in_its_newer_words() -> None:
    """Its reasoning models refuse `max_tokens`, and the others have no need for the answer to be stored."""
    body = encoded(None, max_tokens=10)
    assert (body["max_completion_tokens"], body["store"]) == (10, True)
    assert "max_tokens" not in body
    assert body["stream_options"] == {"include_usage": True}
    assert encoded(None, store=False, include_usage=False).items() >= {"store": False}.items()


def test_other_servers_are_asked_in_the_words_that_all_know() -> None:
    """Compatible servers refuse what they do not know."""
    body = encoded("http://127.0.0.1:1/v1", max_tokens=10)
    assert body["max_tokens"] == 10
    assert not {"max_completion_tokens", "store", "stream_options"} & set(body)


async def test_twenty_runs_share_one_client(sim: Simulator, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client each would be a pool of connections each."""
    monkeypatch.setenv("OPENAI_API_KEY", sim.api_key)
    monkeypatch.setenv("OPENAI_BASE_URL", sim.openai_base_url)
    await asyncio.gather(*(run(Agent("Poet", model="gpt-5")) for _ in range(20)))
    assert len(sim.requests) == 20
    clients = {id(client_of(model())) for _ in range(3)}
    assert len(clients) == 1
    for _ in range(3):
        await run(Agent("Poet", model="gpt-5"))
    assert sim.open_connections <= 20
    await close_shared_clients()


def test_each_event_loop_has_a_client_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections belong to their loop: with one client for all, the second loop would fail."""

    async def ask() -> str:
        result = await Runner.run(Agent("Poet", model="gpt-5"), "Hi")
        await close_shared_clients()
        return str(result.final_output)

    with serve_in_thread() as sim:
        monkeypatch.setenv("OPENAI_API_KEY", sim.api_key)
        monkeypatch.setenv("OPENAI_BASE_URL", sim.openai_base_url)
        assert asyncio.run(ask()) == asyncio.run(ask())
        assert len(sim.requests) == 2


async def test_what_only_the_responses_api_has_is_ignored_or_refused(
    sim: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    """Loudly: a conversation that the user believes to be on the server is not there."""
    sim.script("Hello.")
    lenient = CLIENT.on(sim)
    arguments: list[Any] = [None, "Hi", ModelSettings(), [], None, [], ModelTracing.DISABLED]
    state = {"previous_response_id": "resp_1", "conversation_id": None, "prompt": None}
    await lenient.get_response(*arguments, **state)
    assert "previous_response_id" in caplog.text
    strict = CLIENT.on(sim, strict_feature_validation=True)
    with pytest.raises(UserError, match="previous_response_id"):
        await strict.get_response(*arguments, **state)
    assert agent(strict).model is strict
