"""The default model, and the settings that suit models of OpenAI's when nobody chose any."""

from __future__ import annotations

from typing import Any

import pytest
from openai.types.shared import Reasoning

from agents import Agent, ModelSettings, RunConfig, Runner
from agents.models import get_default_model, get_default_model_settings, is_gpt_5_default
from agents.testing import ScriptedModel, assistant_message


def quick(effort: Any) -> ModelSettings:
    """Short answers, and little thinking."""
    return ModelSettings(reasoning=Reasoning(effort=effort), verbosity="low")


SETTINGS = {
    "gpt-5": quick("low"),
    "gpt-5-2025-08-07": quick("low"),
    "gpt-5.2-codex": quick("low"),
    "gpt-5.1": quick("none"),
    "gpt-5.3-codex": quick("none"),
    "gpt-5.4-mini-2026-03-05": quick("none"),
    "gpt-5.6-luna": quick("none"),
    "gpt-5.2-pro-2025-12-11": quick("medium"),
    "gpt-5.4-pro": quick("medium"),
    "gpt-5-mini": ModelSettings(verbosity="low"),
    "gpt-5.1-codex": ModelSettings(verbosity="low"),
    "gpt-5.2-chat-latest": ModelSettings(),
    "gpt-4.1": ModelSettings(),
    "anthropic/claude-sonnet-4-5": ModelSettings(),
}


@pytest.mark.parametrize(("model", "expected"), SETTINGS.items())
def test_an_agent_that_chooses_no_settings_has_those_that_suit_its_model(model: str, expected: ModelSettings) -> None:
    """GPT-5 models think long over small things unless they are told not to."""
    assert get_default_model_settings(model) == expected
    assert Agent("A", model=model).model_settings == expected


@pytest.mark.parametrize(("named", "model", "thinks"), [("GPT-5.4", "gpt-5.4", True), ("gpt-4.1", "gpt-4.1", False)])
def test_the_environment_names_the_default_model(
    monkeypatch: pytest.MonkeyPatch, named: str, model: str, thinks: bool
) -> None:
    """One variable moves a whole deployment to another model, with the settings that suit it."""
    monkeypatch.setenv("OPENAI_DEFAULT_MODEL", named)

    assert get_default_model() == model
    assert is_gpt_5_default() is thinks
    assert Agent("A").model_settings == get_default_model_settings(model)


def test_settings_that_were_chosen_are_left_alone() -> None:
    """Who sets the temperature only does not ask for another effort or verbosity."""
    chosen = ModelSettings(temperature=0.3)

    for agent in (Agent("A", model_settings=chosen), Agent("A", model="gpt-5", model_settings=chosen)):
        assert agent.model_settings == chosen
        assert agent.clone(model="gpt-5.4").model_settings == chosen
    assert Agent("A", model="gpt-5", model_settings=ModelSettings()).model_settings == ModelSettings()


def test_a_copy_with_another_model_has_the_settings_that_suit_that_one() -> None:
    """An effort that one model takes is refused by another."""
    agent = Agent("A", model="gpt-5")

    assert agent.clone(model="gpt-5.4-mini").model_settings == quick("none")
    assert agent.clone(model="gpt-4.1").model_settings == ModelSettings()
    assert agent.clone(name="B").model_settings == quick("low")


@pytest.mark.parametrize("chosen", [None, ModelSettings(verbosity="high")])
async def test_the_runs_model_goes_with_settings_of_its_own(chosen: ModelSettings | None) -> None:
    """The settings of the agent's own model would be refused by the one that the run takes instead."""
    model = ScriptedModel([[assistant_message("Hello.")]])
    agent = Agent("A", model="gpt-5") if chosen is None else Agent("A", model="gpt-5", model_settings=chosen)

    await Runner.run(agent, "Hi.", run_config=RunConfig(model=model))

    assert model.calls[0].model_settings == (chosen or ModelSettings())
