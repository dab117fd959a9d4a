"""The simulator through LiteLLM, which knows the vendors by long practice: three protocols, both ways."""

from __future__ import annotations

import copy
import os
from typing import Any

import pytest

# Else it fetches a price list when imported, and a list of beta headers on the first Anthropic call.
os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
os.environ["LITELLM_LOCAL_ANTHROPIC_BETA_HEADERS"] = "True"
litellm = pytest.importorskip("litellm")

from agents.testing.simulator import HttpError, Simulator  # noqa: E402

# LiteLLM's own warnings (serializers, unclosed helpers) are not ours to fail on.
pytestmark = pytest.mark.filterwarnings("ignore")

PARAMETERS = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
TOOLS = [
    {"type": "function", "function": {"name": "get_weather", "description": "d", "parameters": PARAMETERS}},
]
ASK = [
    {"role": "system", "content": "You are a poet."},
    {"role": "user", "content": "What is the weather in Tokyo and Oslo?"},
]
ROUTES = {
    "openai/gpt-4o": "openai_base_url",
    "openai/gpt-5": "openai_base_url",
    "anthropic/claude-sonnet-4-5": "anthropic_base_url",
    "anthropic/claude-opus-4-6": "anthropic_base_url",
    "gemini/gemini-2.5-flash": "gemini_base_url",
    "gemini/gemini-3-pro-preview": "gemini_base_url",
}
MODELS = pytest.mark.parametrize("model", ROUTES)
STREAMED = pytest.mark.parametrize("stream", [False, True], ids=["plain", "streamed"])


async def complete(sim: Simulator, model: str, messages: list[Any], stream: bool = False, **more: Any) -> Any:
    """One completion; LiteLLM edits the tools it is given, so it gets copies."""
    answer = await litellm.acompletion(
        model=model,
        messages=copy.deepcopy(messages),
        api_base=getattr(sim, ROUTES[model]),
        api_key=sim.api_key,
        stream=stream,
        num_retries=0,
        **({"stream_options": {"include_usage": True}} if stream else {}),
        **copy.deepcopy(more),
    )
    return litellm.stream_chunk_builder([chunk async for chunk in answer]) if stream else answer


@MODELS
@STREAMED
@pytest.mark.parametrize("effort", [None, "low"])
async def test_a_conversation_with_parallel_tools(sim: Simulator, model: str, stream: bool, effort: str | None) -> None:
    """Call, results, haiku: nothing LiteLLM sends on the way is refused, with reasoning on or off."""
    if effort and model == "openai/gpt-4o":
        effort = None
    more = {"tools": TOOLS, **({"reasoning_effort": effort} if effort else {})}
    first = await complete(sim, model, ASK, stream, **more)
    message = first.choices[0].message
    assert [call.function.name for call in message.tool_calls] == ["get_weather"] * 2
    results = [
        {"role": "tool", "tool_call_id": call.id, "content": f"windy at {11 + index} °C"}
        for index, call in enumerate(message.tool_calls)
    ]
    second = await complete(sim, model, [*ASK, message, *results], stream, **more)
    text = second.choices[0].message.content
    assert len(text.splitlines()) == 3
    assert "11 °C" in text
    assert "12 °C" in text
    assert second.usage.prompt_tokens > first.usage.prompt_tokens > 0
    assert second.usage.completion_tokens > 0
    assert sim.refusals == []


@pytest.mark.parametrize("model", ["openai/gpt-5", "anthropic/claude-sonnet-4-5", "gemini/gemini-2.5-flash"])
@pytest.mark.parametrize("choice", ["required", {"type": "function", "function": {"name": "get_weather"}}], ids=str)
async def test_a_forced_tool_is_called(sim: Simulator, model: str, choice: Any) -> None:
    """Each vendor's spelling of a forced choice arrives."""
    messages = [{"role": "user", "content": "Hello"}]
    answer = await complete(sim, model, messages, tools=TOOLS, tool_choice=choice)
    assert answer.choices[0].message.tool_calls[0].function.name == "get_weather"


@MODELS
async def test_a_json_schema_gets_an_instance(sim: Simulator, model: str) -> None:
    """LiteLLM's translation of `response_format` is accepted on each route."""
    schema = {"name": "forecast", "schema": PARAMETERS, "strict": True}
    answer = await complete(
        sim,
        model,
        [{"role": "user", "content": "The weather in Oslo as JSON"}],
        response_format={"type": "json_schema", "json_schema": schema},
    )
    assert '"Oslo"' in answer.choices[0].message.content


@pytest.mark.parametrize(
    ("model", "fault", "error"),
    [
        ("openai/gpt-5", HttpError(429), "RateLimitError"),
        ("anthropic/claude-sonnet-4-5", HttpError(529), "InternalServerError"),
        ("gemini/gemini-2.5-flash", HttpError(503), "ServiceUnavailableError"),
        ("openai/gpt-5", HttpError(401), "AuthenticationError"),
    ],
)
async def test_errors_become_litellms_exceptions(sim: Simulator, model: str, fault: HttpError, error: str) -> None:
    """Its map is made from real bodies, so ours must look real to it."""
    sim.script(fault)
    with pytest.raises(getattr(litellm, error)):
        await complete(sim, model, [{"role": "user", "content": "Hello"}])
