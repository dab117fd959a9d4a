"""The catalogue: data that is whole, and model strings that find their provider through it."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any

import pytest

from agents import AnyModel, MultiProvider, OpenAIResponsesModel, UserError
from agents.cli import main
from agents.models.catalog import PROTOCOLS, find_provider, provider_ids
from agents.models.catalog.profiles import profile_fields
from agents.models.litellm import LitellmModel
from agents.protocols.base import Profile

EXTRA = {"call_id_pattern", "call_id_prefix", "call_id_length"}


@pytest.mark.parametrize("provider_id", provider_ids())
def test_every_record_can_be_used(provider_id: str) -> None:
    """A record with a slip in it would be found by the one user who needs it."""
    record = find_provider(provider_id)
    assert record is not None
    assert record.protocol in PROTOCOLS
    assert re.match(r"(https?://|\{)\S+[^/]$", record.base_url)
    assert record.api_key_env or record.local or record.key_optional
    assert set(record.profile) <= {field.name for field in fields(Profile)} | EXTRA


def test_there_are_as_many_providers_as_promised() -> None:
    """A hundred providers are spoken to natively."""
    assert len(provider_ids()) >= 100
    assert find_provider("no-such-provider") is None


MODELS = [
    ("anthropic", "claude-3-5-sonnet-20241022", {"structured_output": "tool", "thinking": "none"}),
    ("anthropic", "claude-sonnet-4-5", {}),
    ("anthropic", "claude-opus-4-7", {"thinking": "adaptive", "no_sampling": True, "prefill": False}),
    ("anthropic", "claude-sonnet-5-5", {"thinking_off": "between_tools", "forced_tools": "never"}),
    ("gemini", "gemini-2.5-flash", {"gemini_thinking": "budget", "gemini_demands_signatures": False}),
    ("gemini", "gemini-3-pro-preview", {}),
]


@pytest.mark.parametrize(("protocol", "model", "differences"), MODELS, ids=[row[1] for row in MODELS])
def test_a_model_is_known_by_its_name(protocol: str, model: str, differences: dict[str, object]) -> None:
    """What a model cannot do is asked of no model that can, and of none that cannot."""
    found = dict(profile_fields(protocol, model))
    assert found.items() >= differences.items()
    if not differences:
        assert not {"thinking", "no_sampling", "gemini_thinking"} & set(found)


STRINGS = [
    ("gpt-5.2", OpenAIResponsesModel, "gpt-5.2"),
    ("openai/gpt-5.2", OpenAIResponsesModel, "gpt-5.2"),
    ("litellm/anthropic/claude-sonnet-4-5", LitellmModel, "anthropic/claude-sonnet-4-5"),
    ("anthropic/claude-sonnet-4-5", AnyModel, "claude-sonnet-4-5"),
    ("any-llm/anthropic/claude-sonnet-4-5", AnyModel, "claude-sonnet-4-5"),
    ("any-llm/gpt-5.2", AnyModel, "gpt-5.2"),
    ("ollama/qwen3", AnyModel, "qwen3"),
    ("openrouter/openai/gpt-5.2", AnyModel, "openai/gpt-5.2"),
    ("bedrock/claude", LitellmModel, "bedrock/claude"),
]


@pytest.mark.parametrize(("name", "kind", "wire"), STRINGS, ids=[row[0] for row in STRINGS])
async def test_a_model_string_finds_who_serves_it(
    name: str, kind: type, wire: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No prefix is OpenAI's; then LiteLLM by name, the catalogue, and LiteLLM for what it alone knows."""
    for variable in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "OPENROUTER_API_KEY"):
        monkeypatch.setenv(variable, "k-for-tests")
    found = MultiProvider().get_model(name)
    assert type(found) is kind
    assert found.model == wire  # type: ignore[attr-defined]


def test_a_prefix_that_nobody_knows_is_refused_with_near_matches() -> None:
    """A typing error is answered with what was meant."""
    with pytest.raises(UserError, match="anthropic/"):
        MultiProvider().get_model("antropic/claude-sonnet-4-5")


@pytest.fixture
def no_keys(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A machine on which nothing is set that the catalogue looks at."""
    for each in provider_ids():
        record = find_provider(each)
        assert record is not None
        for name in (*record.api_key_env, *record.base_url_env):
            monkeypatch.delenv(name, raising=False)
    return monkeypatch


def shown(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["models", *arguments]) == 0
    return capsys.readouterr().out


def test_the_command_lists_providers_and_says_whose_key_is_set(
    capsys: pytest.CaptureFixture[str], no_keys: pytest.MonkeyPatch
) -> None:
    """``agents models`` answers the first question of a new user: what can I ask now?"""
    no_keys.setenv("MISTRAL_API_KEY", "k-for-tests")
    no_keys.delenv("LITELLM_PROXY_API_BASE", raising=False)
    head, *rows = shown(capsys).partition("\n\n")[0].splitlines()
    assert head.split() == ["PROVIDER", "NAME", "PROTOCOL", "KEY"]
    assert len(rows) == len(provider_ids())
    column = head.index("KEY")
    keys = {row.split()[0]: row[column:] for row in rows}
    assert (keys["mistral"], keys["ollama"], keys["groq"]) == ("key set", "on this machine", "GROQ_API_KEY")
    ready = {row.split()[0] for row in shown(capsys, "--set").partition("\n\n")[0].splitlines()[1:]}
    assert {"mistral", "ollama"} <= ready
    assert not {"groq", "anthropic", "litellm_proxy"} & ready  # of the last, nobody has said where it is
    found = shown(capsys, "mistr")
    assert "mistral" in found
    assert "groq" not in found
    assert "\x1b" not in found  # colour is for terminals
    assert "k-for-tests" not in found


def test_the_command_shows_all_of_one_provider(capsys: pytest.CaptureFixture[str], no_keys: pytest.MonkeyPatch) -> None:
    """Where it is, which variables count, and where it differs; never the key itself."""
    no_keys.setenv("DEEPSEEK_API_KEY", "k-for-tests")
    told = shown(capsys, "deepseek")
    for fact in ("DeepSeek", "deepseek/MODEL", "https://api.deepseek.com", "DEEPSEEK_API_KEY (set)", "anthropic at"):
        assert fact in told
    assert "k-for-tests" not in told
    assert "ANTHROPIC_API_KEY (not set)" in shown(capsys, "anthropic")


def test_the_command_says_what_was_meant(capsys: pytest.CaptureFixture[str], no_keys: pytest.MonkeyPatch) -> None:
    """A slip in a name is the usual reason for finding nothing."""
    assert main(["models", "antropic"]) == 1
    assert "anthropic" in capsys.readouterr().err
    assert main(["models", "groq", "--set"]) == 1
    assert "could be asked now" in capsys.readouterr().err


def test_an_address_is_filled_from_the_environment(no_keys: pytest.MonkeyPatch) -> None:
    """A region or an account is part of many addresses, and its variable is known."""
    no_keys.setenv("GOOGLE_CLOUD_PROJECT", "p1")
    for name in ("GOOGLE_CLOUD_LOCATION", "CLOUD_ML_REGION", "AWS_REGION", "ANTHROPIC_VERTEX_PROJECT_ID"):
        no_keys.delenv(name, raising=False)
    no_keys.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    no_keys.setenv("DATABRICKS_HOST", "https://acme.cloud.databricks.com/")
    no_keys.setenv("AZURE_OPENAI_ENDPOINT", "https://acme.openai.azure.com/")
    addresses = {
        "bedrock_mantle/m": "https://bedrock-mantle.eu-west-1.api.aws/v1",
        "databricks/m": "https://acme.cloud.databricks.com/serving-endpoints",
        "azure/m": "https://acme.openai.azure.com/openai/v1",
    }
    for model, address in addresses.items():
        assert AnyModel(model, api_key="k").base_url == address
    with pytest.raises(UserError, match=r"GOOGLE_CLOUD_LOCATION.*base_url"):
        AnyModel("vertex_ai/gemini-2.5-pro", api_key="k")
    with pytest.raises(UserError, match="CLOUD_ML_REGION or GOOGLE_CLOUD_LOCATION"):
        AnyModel("vertex_ai/claude-sonnet-4-5", api_key="k")


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("europe-west4", "europe-west4-aiplatform.googleapis.com"),
        ("global", "aiplatform.googleapis.com"),
        ("eu", "aiplatform.eu.rep.googleapis.com"),
    ],
)
def test_a_place_of_vertex_has_its_own_host(no_keys: pytest.MonkeyPatch, location: str, host: str) -> None:
    """As Google's and Anthropic's own clients have it."""
    no_keys.setenv("GOOGLE_CLOUD_PROJECT", "p1")
    no_keys.setenv("GOOGLE_CLOUD_LOCATION", location)
    no_keys.delenv("CLOUD_ML_REGION", raising=False)
    gemini, claude = (AnyModel(f"vertex_ai/{name}", api_key="k") for name in ("gemini-2.5-pro", "claude-sonnet-4-5"))
    assert (gemini.base_url, claude.base_url) == (f"https://{host}", f"https://{host}/v1")
    assert gemini.profile.gemini_path == f"/v1beta1/projects/p1/locations/{location}/publishers/google"
    assert claude.profile.anthropic_vertex == f"projects/p1/locations/{location}"


@pytest.mark.parametrize(
    ("api", "address"),
    [(None, "https://api.deepseek.com"), ("anthropic", "https://api.deepseek.com/anthropic")],
)
def test_another_protocol_of_a_provider_has_another_address(api: Any, address: str) -> None:
    """It is in the catalogue, so that naming the protocol is enough."""
    model = AnyModel("deepseek/deepseek-chat", api_key="k", api=api)
    assert model.base_url == address
    assert model.profile.reasoning_replay == ("thinking_blocks" if api else "reasoning_content")
