"""Google's own credentials on Vertex: found as its libraries find them, renewed when they run out."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from agents import Agent, AnyModel, AuthenticationError, ProviderConnectionError, UserError
from agents.models import google_credentials
from agents.models.catalog import find_provider
from agents.testing.simulator import Reply, Simulator, ToolCall

NAMES = ["vertex_ai/gemini-3-pro", "vertex_ai/claude-sonnet-4-5"]


class TokenServer:
    """Stands in for ``oauth2.googleapis.com``."""

    def __init__(self) -> None:
        self.lives: int | None = 3600
        """Seconds that its tokens live; with none it gives no tokens."""
        self.given = 0

    async def give(self, request: web.Request) -> web.Response:
        assert "assertion" in await request.post()
        if self.lives is None:
            return web.json_response({"error": "invalid_grant", "error_description": "Gone."}, status=400)
        self.given += 1
        token = {"access_token": f"ya29.token-number-{self.given}", "expires_in": self.lives, "token_type": "Bearer"}
        return web.json_response(token)


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    """A service that takes the tokens."""
    async with Simulator(keys=[f"ya29.token-number-{number}" for number in (1, 2)]) as simulator:
        yield simulator


@pytest.fixture
async def google(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TokenServer]:
    """A service account's file where Google's libraries look for one, and who gives tokens for it."""
    server = TokenServer()
    app = web.Application()
    app.router.add_post("/token", server.give)
    runner = web.AppRunner(app, shutdown_timeout=0.2)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    account = {
        "type": "service_account",
        "client_email": "agent@p1.iam.gserviceaccount.com",
        "private_key": key.private_bytes(*form).decode(),
        "private_key_id": "1",
        "project_id": "p1",
        "token_uri": f"http://127.0.0.1:{runner.addresses[0][1]}/token",
    }
    file = tmp_path / "account.json"
    file.write_text(json.dumps(account))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    monkeypatch.setenv("GOOGLE_CLOUD_PROJECT", "p1")
    monkeypatch.setenv("GOOGLE_CLOUD_LOCATION", "europe-west4")
    for variable in ("CLOUDSDK_AUTH_ACCESS_TOKEN", "GOOGLE_OAUTH_ACCESS_TOKEN", "ANTHROPIC_VERTEX_PROJECT_ID"):
        monkeypatch.delenv(variable, raising=False)
    google_credentials.default_credentials.cache_clear()
    yield server
    google_credentials.default_credentials.cache_clear()
    await runner.cleanup()


def on_vertex(sim: Simulator, name: str, **options: Any) -> AnyModel:
    return AnyModel(name, base_url=f"http://127.0.0.1:{sim.port}", **options)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("lives", "tokens"), [(3600, [1, 1]), (60, [1, 2])], ids=["lives on", "runs out"])
async def test_tokens_are_taken_from_the_credentials_and_renewed(
    sim: Simulator, google: TokenServer, run: Any, weather: Any, name: str, lives: int, tokens: list[int]
) -> None:
    """A run may outlive a token; one that is still good is not asked for again."""
    google.lives = lives
    sim.script(Reply([ToolCall("get_weather", {"city": "Oslo"})]), "Windy.")
    model = on_vertex(sim, name)
    result = await run(Agent("Assistant", model=model, tools=[weather]))
    assert result.final_output == "Windy."
    sent = [request.headers["authorization"] for request in sim.requests]
    assert sent == [f"Bearer ya29.token-number-{number}" for number in tokens]


async def test_a_token_that_is_given_comes_first(
    sim: Simulator, google: TokenServer, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has chosen one knows why."""
    sim.script("Hello.", "Hello.")
    await run(Agent("A", model=on_vertex(sim, NAMES[0], api_key="ya29.token-number-2")))
    monkeypatch.setenv("CLOUDSDK_AUTH_ACCESS_TOKEN", "ya29.token-number-2")
    await run(Agent("A", model=on_vertex(sim, NAMES[0])))
    assert google.given == 0


async def test_credentials_that_are_gone_are_a_wrong_key(sim: Simulator, google: TokenServer, run: Any) -> None:
    """A fallback goes by the kind of the error, and another try is of no use."""
    google.lives = None
    with pytest.raises(AuthenticationError, match="invalid_grant") as caught:
        await run(Agent("A", model=on_vertex(sim, NAMES[0])))
    assert caught.value.__cause__ is None
    assert not sim.requests


async def test_a_google_that_cannot_be_reached_is_a_connection_that_failed(
    sim: Simulator, google: TokenServer, run: Any, tmp_path: Path
) -> None:
    """It may be back soon."""
    file = tmp_path / "account.json"
    account = json.loads(file.read_text())
    file.write_text(json.dumps({**account, "token_uri": "http://127.0.0.1:1/token"}))
    with pytest.raises(ProviderConnectionError, match="Google"):
        await run(Agent("A", model=on_vertex(sim, NAMES[0])))


async def test_no_credentials_are_the_callers_error(
    sim: Simulator, google: TokenServer, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says how to come by some."""
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere/account.json")
    with pytest.raises(UserError, match="gcloud auth application-default login"):
        await run(Agent("A", model=on_vertex(sim, NAMES[0])))


def test_without_google_auth_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is optional; who has a project on Vertex learns of it where the key is missed."""
    for variable in ("CLOUDSDK_AUTH_ACCESS_TOKEN", "GOOGLE_OAUTH_ACCESS_TOKEN"):
        monkeypatch.delenv(variable, raising=False)
    record = find_provider("vertex_ai")
    assert record is not None
    with pytest.raises(UserError, match=r'CLOUDSDK_AUTH_ACCESS_TOKEN.*pip install "polyglot-agents\[vertex\]"'):
        record.require_key()
