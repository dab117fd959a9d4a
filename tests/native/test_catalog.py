"""The catalogue: data that is whole, and model strings that find their provider through it."""

from __future__ import annotations

import re
from dataclasses import fields

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


def test_the_command_lists_providers_and_says_whose_key_is_set(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``agents models`` answers the first question of a new user: what can I ask now?"""
    monkeypatch.setenv("GROQ_API_KEY", "k-for-tests")
    assert main(["models", "groq"]) == 0
    shown = capsys.readouterr().out
    assert "key set" in shown
    assert "k-for-tests" not in shown
    assert main(["models", "--set"]) == 0
    assert "anthropic" not in capsys.readouterr().out.split("\n\n", 1)[0].split()
    assert main(["models", "nobody-of-that-name"]) == 1
    assert "nobody-of-that-name" in capsys.readouterr().err
