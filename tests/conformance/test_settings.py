"""Model settings as they arrive at each service, and the caller's own objects as they were."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from openai.types.shared import Reasoning

from agents import ModelSettings, UserError
from agents.testing.simulator import Simulator

from . import wire
from .columns import CHAT, CLAUDE, CLIENTS, LITELLM, NATIVE, OPENAI_CLIENT, OPENAI_RESPONSES, Column, Run, agent
from .table import shows

SAMPLING = {
    "openai-chat": {"temperature": 0.5, "top_p": 0.9},
    "openai-responses": {"temperature": 0.5, "top_p": 0.9, "max_output_tokens": 300},
    "anthropic": {"temperature": 0.5, "top_p": 0.9, "max_tokens": 300},
    "gemini": {"temperature": 0.5, "top_p": 0.9, "max_output_tokens": 300},
}


@shows("settings:sampling")
async def test_sampling_arrives(sim: Simulator, run: Run, column: Column) -> None:
    """The most used settings, in each vendor's words."""
    sim.script("Hello.")
    model = column.on(sim, model="gpt-4o" if column.provider == "openai" else None)
    await run(agent(model, model_settings=ModelSettings(temperature=0.5, top_p=0.9, max_tokens=300)))
    body = wire.body(sim.requests[0])
    body = body.get("generation_config", body)
    assert {**body, **SAMPLING[column.protocol]} == body
    if column in CHAT:
        assert body.get("max_tokens", body.get("max_completion_tokens")) == 300


@shows("settings:extra-headers")
async def test_extra_headers_arrive(sim: Simulator, run: Run, column: Column) -> None:
    """Gateways want theirs."""
    sim.script("Hello.")
    headers = {"X-Team": "poets"}
    await run(agent(column.on(sim), model_settings=ModelSettings(extra_headers=headers)))
    assert sim.requests[0].headers["x-team"] == "poets"
    assert headers == {"X-Team": "poets"}


EXTRA: dict[str, dict[str, Any]] = {
    "openai-chat": {"user": "me", "logit_bias": {"1": -1}},
    "openai-responses": {"user": "me", "service_tier": "flex"},
    "anthropic": {"top_k": 5, "inference_geo": "eu"},
    "gemini": {"safetySettings": [{"category": "HARM_CATEGORY_HARASSMENT", "threshold": "BLOCK_NONE"}]},
}


@shows("settings:extra-body")
async def test_extra_fields_of_the_body_arrive(sim: Simulator, run: Run, column: Column) -> None:
    """They stand in the body as fields, and not as one field named `extra_body`, which services refuse."""
    sim.script("Hello.")
    extra = copy.deepcopy(EXTRA[column.protocol])
    await run(agent(column.on(sim), model_settings=ModelSettings(extra_body=extra)))
    body = sim.requests[0].body
    assert {**body, **EXTRA[column.protocol]} == body
    assert extra == EXTRA[column.protocol]


@shows("settings:extra-query", columns=(*NATIVE, *CLIENTS))
async def test_extra_query_parameters_arrive(sim: Simulator, run: Run, column: Column) -> None:
    """Azure-like services read their version there."""
    sim.script("Hello.")
    await run(agent(column.on(sim), model_settings=ModelSettings(extra_query={"api-version": "1"})))
    assert sim.requests[0].query["api-version"] == "1"


@shows("settings:extra-query", columns=LITELLM)
async def test_litellm_carries_no_query_parameters(sim: Simulator, run: Run, column: Column) -> None:
    """It would send them as a field of the body, which services refuse: better to say so before."""
    with pytest.raises(UserError, match="extra_query"):
        await run(agent(column.on(sim), model_settings=ModelSettings(extra_query={"a": "b"})))
    assert not sim.requests


@shows("settings:extra-args", columns=LITELLM)
async def test_extra_arguments_reach_litellm(sim: Simulator, run: Run, column: Column) -> None:
    """Whatever LiteLLM's own call takes can be given, and the rest of the settings stays."""
    sim.script("Hello.")
    extra = {"mock_response": "Not from the service.", "metadata": {"a": ["b"]}}
    before = copy.deepcopy(extra)
    result = await run(agent(column.on(sim), model_settings=ModelSettings(extra_args=extra)))
    assert result.final_output == "Not from the service."
    assert not sim.requests
    assert extra == before


ARGUMENTS = {
    "openai-chat": {"seed": 7},
    "openai-responses": {"max_tool_calls": 7},
    "anthropic": {"top_k": 7},
    "gemini": {"cachedContent": "cachedContents/7"},
}


@shows("settings:extra-args", columns=(*NATIVE, *CLIENTS))
async def test_extra_arguments_reach_the_service(sim: Simulator, run: Run, column: Column) -> None:
    """What a client would take as an argument is a field of the body on the native path."""
    sim.script("Hello.")
    await run(agent(column.on(sim), model_settings=ModelSettings(extra_args=ARGUMENTS[column.protocol])))
    body = sim.requests[0].body
    assert {**body, **ARGUMENTS[column.protocol]} == body


@shows("settings:metadata")
async def test_metadata_is_not_changed(sim: Simulator, run: Run, column: Column) -> None:
    """LiteLLM writes into the metadata that it is given, for its own logs; the caller's stays as it was.

    OpenAI stores it; LiteLLM keeps it for its callbacks; Anthropic knows one field, and Gemini none.
    """
    sim.script("Hello.")
    metadata = {"team": "poets", "user_id": "7"}
    before = dict(metadata)
    settings = ModelSettings(metadata=metadata, store=True if column in CLIENTS or column is OPENAI_RESPONSES else None)
    await run(agent(column.on(sim), model_settings=settings))
    assert metadata == before
    sent = sim.requests[0].body.get("metadata")
    if column.by != "litellm" and column.provider == "openai":
        assert sent == before
    elif column.id == "anthropic":
        assert sent == {"user_id": "7"}


NOWHERE: dict[str, dict[str, Any]] = {
    "openai-chat": {"truncation": "auto"},
    "openai-responses": {"presence_penalty": 1.0},
    "anthropic": {"frequency_penalty": 1.0},
    "gemini": {"verbosity": "low"},
}
"""What each protocol has no field for; LiteLLM is spoken to as Chat Completions."""


@shows("settings:no-place")
async def test_a_setting_without_a_place_is_told_of(
    sim: Simulator, run: Run, column: Column, caplog: pytest.LogCaptureFixture
) -> None:
    """Once, not with every call; and as an error where the caller wants that."""
    (setting,) = fields = NOWHERE["openai-chat" if column.by == "litellm" else column.protocol]
    settings = ModelSettings(include_usage=True, **fields)
    poet = agent(column.on(sim), model_settings=settings)
    sim.script("Hello.", "Hello.")
    for _ in range(2):
        assert (await run(poet)).final_output == "Hello."
    assert [setting in record.message for record in caplog.records if record.name == "openai.agents"] == [True]
    if column in (*NATIVE, OPENAI_CLIENT):
        with pytest.raises(UserError, match=setting):
            await run(agent(column.on(sim, strict_feature_validation=True), model_settings=settings))
        assert len(sim.requests) == 2


@shows("settings:not-changed")
async def test_the_callers_settings_are_not_changed(sim: Simulator, run: Run, column: Column) -> None:
    """One settings object serves many agents: what one call writes into it, the next would send."""
    sim.script("Hello.")
    settings = ModelSettings(
        extra_body=copy.deepcopy(EXTRA[column.protocol]),
        extra_headers={"X-Team": "poets"},
        metadata={"a": "b"},
        reasoning=Reasoning(effort="low"),
        store=True if column in CLIENTS or column is OPENAI_RESPONSES else None,
    )
    settings.extra_body.pop("top_k", None)  # type: ignore[union-attr,call-arg,arg-type] # refused while the model thinks
    before = copy.deepcopy(settings)
    await run(agent(column.on(sim), model_settings=settings))
    assert settings == before


@shows("settings:prompt-cache")
@pytest.mark.parametrize("retention", ["in_memory", "24h"])
async def test_the_prompt_is_cached_by_one_setting(sim: Simulator, run: Run, column: Column, retention: Any) -> None:
    """A field for OpenAI; for Claude a mark at the end of the prompt, which natively lasts an hour for `24h`."""
    sim.script("Hello.")
    settings = ModelSettings(prompt_cache_retention=retention)
    await run(agent(column.on(sim), instructions="Be brief.", model_settings=settings))
    body = sim.requests[0].body
    if column not in CLAUDE:
        assert body.get("prompt_cache_retention") == retention
        return
    marks = [part["cache_control"] for part in body["messages"][-1]["content"] if "cache_control" in part]
    longest = {"ttl": "1h"} if retention == "24h" and column.by == "native" else {}
    assert marks == [{"type": "ephemeral", **longest}]
