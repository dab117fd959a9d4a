"""What users get wrong about addresses, names and profiles: a slip with one meaning is mended, any other is told."""

from __future__ import annotations

from typing import Any

import pytest

from agents import (
    Agent,
    AnyModel,
    AuthenticationError,
    MultiProvider,
    NotFoundError,
    PermissionDeniedError,
    UserError,
)
from agents.testing.simulator import Raw, Simulator

ADDRESSES = [
    ("openai-chat", "/v1/"),
    ("openai-chat", "/v1/chat/completions"),
    ("openai-responses", "/v1/responses/"),
    ("anthropic", "/"),
    ("anthropic", "/v1"),
    ("anthropic", "/v1/messages"),
    ("gemini", "/v1beta"),
    ("gemini", "/v1beta/models/"),
]


@pytest.mark.parametrize(("api", "path"), ADDRESSES)
async def test_an_address_may_hold_what_the_protocol_adds(sim: Simulator, run: Any, api: Any, path: str) -> None:
    """Pages of vendors show it in each of these forms, and there is one thing only that they can mean."""
    sim.script("Hello.")
    model = AnyModel("m", base_url=f"http://127.0.0.1:{sim.port}{path}", api=api, api_key=sim.api_key)
    assert (await run(Agent("A", model=model))).final_output == "Hello."
    assert len(sim.requests) == 1


async def test_the_query_of_an_address_stays(sim: Simulator, run: Any) -> None:
    """Gateways keep versions and tenants there."""
    sim.script("Hello.")
    address = f"{sim.openai_base_url}/chat/completions?tenant=a"
    await run(Agent("A", model=AnyModel("m", base_url=address, api="openai-chat", api_key=sim.api_key)))
    assert sim.requests[0].path == "/v1/chat/completions"


WRONG = {"openai-chat": "/v2", "openai-responses": "/v1/v1", "anthropic": "/v1/v1", "gemini": "/v2"}


async def test_an_address_with_nothing_there_is_told(sim: Simulator, run: Any, protocol: str) -> None:
    """A page that says "404 Not Found" leaves nobody the wiser: what was asked shows what is wrong with it."""
    address = f"http://user:pass-word@127.0.0.1:{sim.port}{WRONG[protocol]}"
    api: Any = protocol
    with pytest.raises(NotFoundError, match="are the base URL and the model's name right") as caught:
        await run(Agent("A", model=AnyModel("m", base_url=address, api=api, api_key=sim.api_key)))
    sim.refusals.clear()
    assert f"http://127.0.0.1:{sim.port}{WRONG[protocol]}/" in str(caught.value)
    assert "pass-word" not in str(caught.value)


async def test_a_page_in_place_of_an_answer_is_told_with_its_address(sim: Simulator, run: Any) -> None:
    """A gateway's own page for a wrong path comes with the status alone."""
    sim.script(
        Raw(status=404, body=b"<html><title>404 Not Found</title></html>", headers={"content-type": "text/html"})
    )
    with pytest.raises(NotFoundError, match=r"404 Not Found\. Asked was http.*/v1/chat/completions"):
        await run(Agent("A", model=AnyModel("m", base_url=sim.openai_base_url, api="openai-chat", api_key=sim.api_key)))


@pytest.mark.parametrize("api", ["chat", "openai", "chat_completions", "Anthropic", ""])
def test_a_protocol_that_there_is_not_is_told_with_those_that_there_are(api: Any) -> None:
    """There are several words for each of them."""
    with pytest.raises(UserError, match="'openai-chat', 'openai-responses', 'anthropic', 'gemini'"):
        AnyModel("m", base_url="http://localhost:8000/v1", api=api, api_key="k")


PROFILES: list[tuple[Any, str]] = [
    ({"structured_ouput": "tool"}, r"no field structured_ouput\. Did you mean structured_output\?"),
    ({"structured_output": "tools"}, r"structured_output is 'native' or 'tool' or 'prompt' or 'none', not 'tools'"),
    ({"media": "image"}, r"media is a list, not 'image'"),
    ({"always_stream": "yes"}, r"always_stream is True or False, not 'yes'"),
    ({"think_tag": 1}, r"think_tag is a text, not 1"),
    ({"call_id_pattern": "[a-z]{9}"}, r"call_id_length and call_id_prefix"),
    (["structured_output"], r"a dict of fields and values, not list"),
]


@pytest.mark.parametrize(("profile", "message"), PROFILES, ids=[str(profile) for profile, _ in PROFILES])
def test_a_profile_with_a_slip_is_told(profile: Any, message: str) -> None:
    """A value that no codec looks for would do nothing, and say nothing."""
    with pytest.raises(UserError, match=message):
        AnyModel("m", base_url="http://localhost:8000/v1", api="openai-chat", api_key="k", profile=profile)


def test_a_profile_takes_what_its_fields_are() -> None:
    """Lists as they stand in files, nothing where nothing is known, and what functions decide."""
    given: dict[str, Any] = {
        "media": ["image"],
        "efforts": ("low", "high"),
        "think_tag": None,
        "structured_output": "tool",
        "default_max_tokens": 100,
        "native_tools": frozenset({"custom"}),
        "replay_filter": lambda item: True,
        "hosts": {"web_search": "web_search"},
        "gemini_least_thinking": 128,
    }
    model = AnyModel("m", base_url="http://localhost:8000/v1", api="openai-chat", api_key="k", profile=given)
    assert model.profile.structured_output == "tool"


NAMES = {
    "anthropc/claude": "anthropic/…",
    "Anthropic/claude": "anthropic/…",
    "google/gemini-2.5-pro": "gemini/…",
    "mistralai/mistral-large": "mistral/…",
    "kimi/k3": "moonshot/…",
    "grok/grok-4": "xai/…",
    "together/x": "together_ai/…",
    "claude/opus": "anthropic/…",
    "qwen/qwen3": "dashscope/…",
    "claude-sonnet-4-5": "'anthropic/claude-sonnet-4-5'",
    "anthropic:claude-sonnet-4-5": "'anthropic/claude-sonnet-4-5'",
    "gemini-2.5-pro": "'gemini/gemini-2.5-pro'",
    "grok-4": "'xai/grok-4'",
    "ollama": "'ollama/...'",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_elsewhere_is_told_with_ours(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hubs and other libraries call the same providers otherwise."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(UserError) as caught:
        MultiProvider().get_model(name)
    assert f"Did you mean {NAMES[name]}" in str(caught.value) or f"did you mean {NAMES[name]}?" in str(caught.value)


async def test_a_wrong_key_is_told_with_where_it_comes_from(
    sim: Simulator, run: Any, protocol: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has several variables and files of them wants to know which to look at; the key itself is not told."""
    provider = {"openai-chat": "groq", "openai-responses": "openai"}.get(protocol, protocol)
    address = {"anthropic": sim.anthropic_base_url, "gemini": sim.gemini_base_url}.get(protocol, sim.openai_base_url)

    async def told(name: str, **options: Any) -> str:
        with pytest.raises((AuthenticationError, PermissionDeniedError)) as caught:
            await run(Agent("A", model=AnyModel(name, base_url=address, **options)))
        return str(caught.value)

    monkeypatch.setenv(f"{provider.upper()}_API_KEY", "stale-secret")
    by_variable = await told(f"{provider}/gpt-4.1")
    assert f"The key is that of {provider.upper()}_API_KEY." in by_variable
    by_hand = await told(f"{provider}/gpt-4.1", api_key="another-secret")
    assert "The key is the one given as api_key." in by_hand
    assert "secret" not in by_variable + by_hand
    if protocol != "gemini":  # which says itself that it takes nobody without a key
        assert "No key was sent: pass api_key." in await told("m", api=protocol)
    sim.refusals.clear()
