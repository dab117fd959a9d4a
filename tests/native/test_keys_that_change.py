"""Keys that are asked for with each request, as short-lived ones must be: on the native path and on the others."""

from __future__ import annotations

import logging
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

import pytest

from agents import (
    Agent,
    AnyModel,
    OpenAIProvider,
    ProviderError,
    UserError,
)
from agents.extensions.models.litellm_model import LitellmModel
from agents.testing.simulator import ErrorInStream, HttpError, Raw, Reply, Simulator, Text, ToolCall

from ..conformance.columns import close_clients, close_shared_clients
from .conftest import PROTOCOLS

KEYS = ["first-secret", "second-secret", "third-secret"]


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    """A service that takes each of the keys."""
    async with Simulator(keys=KEYS) as simulator:
        yield simulator
        await close_shared_clients()
        await close_clients()


class Vault:
    """Gives another key each time; as a function of either kind."""

    def __init__(self, *keys: Any) -> None:
        self.keys = list(keys)

    def now(self) -> Any:
        return self.keys.pop(0)

    async def soon(self) -> Any:
        return self.keys.pop(0)


def sent(request: Any) -> str:
    """The key of a request."""
    names = ("authorization", "x-api-key", "x-goog-api-key")
    return next(request.headers[name] for name in names if name in request.headers).removeprefix("Bearer ")


def by_litellm(sim: Simulator, key: Any) -> Any:
    return LitellmModel("anthropic/claude-sonnet-4-5", base_url=sim.anthropic_base_url, api_key=key)


def by_openai(sim: Simulator, key: Any) -> Any:
    return OpenAIProvider(api_key=key, base_url=sim.openai_base_url).get_model("gpt-5.2")


def natively(protocol: str) -> Callable[..., Any]:
    def make(sim: Simulator, key: Any) -> Any:
        name, address = PROTOCOLS[protocol]
        api: Any = protocol
        return AnyModel(name, base_url=getattr(sim, address), api_key=key, api=api)

    return make


WAYS = {**{name: natively(name) for name in PROTOCOLS}, "LiteLLM": by_litellm, "OpenAI's client": by_openai}


@pytest.mark.parametrize("kind", ["now", "soon"])
@pytest.mark.parametrize("make", WAYS.values(), ids=WAYS)
async def test_each_request_has_the_key_of_its_time(
    sim: Simulator, run: Any, weather: Any, make: Any, kind: str
) -> None:
    """A token lives for an hour, a fleet of agents for weeks."""
    sim.script(Reply([ToolCall("get_weather", {"city": "Oslo"})]), "Windy.")
    model = make(sim, getattr(Vault(*KEYS), kind))
    result = await run(Agent("A", model=model, tools=[weather]))
    assert result.final_output == "Windy."
    assert [sent(request) for request in sim.requests] == KEYS[:2]
    assert not any(key in repr(model) + repr(result) for key in KEYS)


@pytest.mark.parametrize("make", [WAYS["anthropic"], WAYS["openai-chat"]], ids=["anthropic", "openai-chat"])
async def test_another_try_asks_for_the_key_again(sim: Simulator, run: Any, make: Any) -> None:
    """It may have run out while the service was waited for."""
    sim.script(HttpError(503, headers={"retry-after": "0"}), "Here I am.")
    await run(Agent("A", model=make(sim, Vault(*KEYS).now)))
    assert [sent(request) for request in sim.requests] == KEYS[:2]


@pytest.mark.parametrize("given", ["", None, b"bytes", 7])
async def test_a_function_that_gives_no_key_is_told_so(sim: Simulator, run: Any, given: Any) -> None:
    """The service would only say that the key is wrong."""
    with pytest.raises(UserError, match="must return a key"):
        await run(Agent("A", model=WAYS["anthropic"](sim, Vault(given).soon)))
    assert not sim.requests


QUOTES = {
    "refused": HttpError(401, "The key first-secret is wrong", headers={"x-note": "first-secret"}),
    "in the answer": Reply([Text("Hm.")], faults=[ErrorInStream(after=1, message="The key first-secret is wrong")]),
    "no JSON": Raw(body=b"first-secret is no key"),
}


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")  # LiteLLM's, of what it could not read
@pytest.mark.parametrize("quote", QUOTES)
@pytest.mark.parametrize("make", WAYS.values(), ids=WAYS)
async def test_no_key_that_was_asked_for_is_seen(
    sim: Simulator, run: Any, make: Any, caplog: pytest.LogCaptureFixture, spans: Any, quote: str
) -> None:
    """Services quote keys in what they say; that a text is one, tells nothing but where it came from."""
    caplog.set_level(logging.DEBUG, "openai.agents")
    sim.script(*[QUOTES[quote]] * 3)
    with pytest.raises(ProviderError) as caught:
        await run(Agent("A", model=make(sim, Vault(*KEYS[:1] * 3).now)))
    error = caught.value
    told = "".join(traceback.format_exception(error)) + repr(error) + repr(vars(error)) + caplog.text
    assert "first-secret" not in told + repr([span.export() for span in spans.spans])


@pytest.mark.parametrize(("key", "header"), [("eyJ0eXAi.e30.x", "authorization"), ("0123abcd", "api-key")])
async def test_on_azure_a_token_goes_as_a_bearer_and_a_key_in_its_own_header(run: Any, key: str, header: str) -> None:
    """Entra ID gives tokens in place of keys, for an hour each."""
    async with Simulator(keys=[key]) as simulator:
        simulator.script("Hello.")
        model = AnyModel("azure/my-deployment", base_url=simulator.openai_base_url, api_key=lambda: key)
        with suppress(ProviderError):  # the simulator is OpenAI, which looks at the bearer alone
            await run(Agent("A", model=model))
        (request,) = simulator.requests
        assert {name for name in ("authorization", "api-key") if key in request.headers.get(name, "")} == {header}
