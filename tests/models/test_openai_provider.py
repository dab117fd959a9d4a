"""OpenAI's own models: keys, addresses and defaults of the process, and the clients that are shared."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from openai import AsyncOpenAI

from agents import (
    Agent,
    ModelSettings,
    ModelTracing,
    MultiProvider,
    OpenAIChatCompletionsModel,
    OpenAIProvider,
    OpenAIResponsesModel,
    Runner,
    UserError,
    set_default_openai_api,
    set_default_openai_client,
    set_default_openai_key,
    set_default_openai_responses_transport,
)
from agents.models import openai_defaults
from agents.protocols.base import ModelRequest
from agents.testing.simulator import Simulator, serve_in_thread

from ..conformance.columns import OPENAI_CLIENT, Run, agent, close_shared_clients


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """Defaults of the process as in a new one."""
    monkeypatch.setattr(openai_defaults, "_defaults", openai_defaults._Defaults())


def model(name: str | None = None, **options: Any) -> Any:
    return OpenAIProvider(**options).get_model(name)


def client_of(found: Any) -> AsyncOpenAI:
    return found.transport.client  # type: ignore[no-any-return]


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
    with pytest.raises(UserError, match=r"OPENAI_API_KEY.*set_default_openai_key.*anthropic"):
        OpenAIProvider().get_model("gpt-5")


@pytest.mark.parametrize(
    ("call", "hint"),
    [
        (lambda: set_default_openai_api("telegraph"), "telegraph"),  # type: ignore[arg-type]
        (lambda: OpenAIProvider(openai_client=AsyncOpenAI(api_key="k"), api_key="x"), "api_key, not both"),
        (lambda: OpenAIChatCompletionsModel("", AsyncOpenAI(api_key="k")), "needs a name"),
    ],
    ids=["unknown api", "client and key", "no name"],
)
def test_what_cannot_be_done_is_said_at_once(call: Any, hint: str) -> None:
    """Not with the first request, which may come much later."""
    with pytest.raises(UserError, match=hint):
        call()


def test_responses_is_the_api_unless_another_is_chosen() -> None:
    """As in the original: for the process, for a provider, or among the options of all providers."""
    own = {"api_key": "sk-test"}
    assert type(model(**own)) is OpenAIResponsesModel
    assert type(model(**own, use_responses=False)) is OpenAIChatCompletionsModel
    set_default_openai_api("chat_completions")
    assert type(model(**own)) is OpenAIChatCompletionsModel
    assert type(model(**own, use_responses=True)) is OpenAIResponsesModel
    mixed = MultiProvider(openai_api_key="sk-test", openai_use_responses=True)
    assert type(mixed.get_model("openai/gpt-5")) is OpenAIResponsesModel


@pytest.mark.parametrize("api", ["chat_completions", "responses"])
async def test_the_default_api_is_what_goes_over_the_wire(sim: Simulator, run: Run, api: Any) -> None:
    """Another class alone would prove little."""
    set_default_openai_api(api)
    client = AsyncOpenAI(base_url=sim.openai_base_url, api_key=sim.api_key)
    set_default_openai_client(client)
    sim.script("Hello.")
    assert (await run(Agent("Poet", model="gpt-5"))).final_output == "Hello."
    assert sim.requests[0].protocol == {"chat_completions": "openai-chat", "responses": "openai-responses"}[api]
    await client.close()


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("websocket_base_url", "wss://api.example.com"),
        ("use_responses_websocket", True),
        ("responses_websocket_options", {"ping_interval": 5}),
        ("agent_registration", {"harness_id": "h"}),
    ],
)
def test_what_serves_one_vendors_transport_alone_is_refused_with_a_reason(option: str, value: Any) -> None:
    """An option that is taken and then ignored is worse than one that is missing."""
    for make in (
        lambda given: OpenAIProvider(api_key="sk-test", **{option: given}),
        lambda given: MultiProvider(**{f"openai_{option}": given}),
    ):
        make(None)
        with pytest.raises(UserError, match=f"{option}.*this package"):
            make(value)
    assert OpenAIProvider(use_responses_websocket=False).agent_registration is None


def test_the_one_transport_of_responses_can_be_chosen() -> None:
    """Code that says what is the case anyway goes on working; what asks for something else is told."""
    set_default_openai_responses_transport("http")
    with pytest.raises(UserError, match="WebSocket transport"):
        set_default_openai_responses_transport("websocket")
    with pytest.raises(UserError, match="no transport 'quic'"):
        set_default_openai_responses_transport("quic")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("address", "provider"),
    [
        (None, "openai"),
        ("https://eu.api.openai.com/v1", "openai"),
        ("https://api.openai.com.example.com/v1", "api.openai.com.example.com"),
        ("https://acme.openai.azure.com/openai/v1", "acme.openai.azure.com"),
        ("http://127.0.0.1:8000/v1", "127.0.0.1:8000"),
    ],
)
@pytest.mark.parametrize("kind", [OpenAIChatCompletionsModel, OpenAIResponsesModel])
def test_the_clients_address_says_whose_items_these_are(kind: Any, address: str | None, provider: str) -> None:
    """Sealed reasoning goes back to its maker alone: one host's is refused by another."""
    assert kind("gpt-5", AsyncOpenAI(base_url=address, api_key="sk-test")).profile.provider == provider


@pytest.mark.parametrize("stand_in", [SimpleNamespace(), SimpleNamespace(base_url="https://api.openai.com/v1/")])
@pytest.mark.parametrize("kind", [OpenAIChatCompletionsModel, OpenAIResponsesModel])
def test_a_stand_in_for_a_client_counts_as_openais(kind: Any, stand_in: Any) -> None:
    """Tests of programs pass an object with the one method that they need."""
    assert kind("gpt-5", stand_in).profile.provider == "openai"


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
    lenient = OPENAI_CLIENT.on(sim)
    arguments: list[Any] = [None, "Hi", ModelSettings(), [], None, [], ModelTracing.DISABLED]
    state = {"previous_response_id": "resp_1", "conversation_id": None, "prompt": None}
    await lenient.get_response(*arguments, **state)
    assert "previous_response_id" in caplog.text
    strict = OPENAI_CLIENT.on(sim, strict_feature_validation=True)
    with pytest.raises(UserError, match="previous_response_id"):
        await strict.get_response(*arguments, **state)
    assert agent(strict).model is strict
