"""``AnyModel``: the provider's own wire protocol, with nothing in between."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import Any

import pytest
from openai.types.shared import Reasoning
from pydantic import BaseModel

from agents import (
    Agent,
    AnyModel,
    AuthenticationError,
    ContextLengthError,
    ModelRefusalError,
    ModelSettings,
    MultiProvider,
    NotFoundError,
    ProviderConnectionError,
    ProviderError,
    RateLimitError,
    RunConfig,
    Usage,
    UserError,
)
from agents.models.multi_provider import MultiProviderMap
from agents.testing.simulator import (
    Disconnect,
    HttpError,
    Redacted,
    Refusal,
    Reply,
    Simulator,
    Text,
    Thinking,
    Tokens,
    ToolCall,
)

QUESTION = "What's the weather in Tokyo and Oslo?"


class Report(BaseModel):
    city: str
    degrees: int


async def test_an_agent_calls_tools_and_answers_on_every_protocol(model: Any, run: Any, weather: Any) -> None:
    """The seed example is what people come for: it must work wherever the model lives."""
    agent = Agent(name="Assistant", instructions="You only respond in haikus.", model=model(), tools=[weather])
    result = await run(agent, QUESTION)
    assert [item.type for item in result.new_items] == [
        "tool_call_item",
        "tool_call_item",
        "tool_call_output_item",
        "tool_call_output_item",
        "message_output_item",
    ]
    assert "5 degrees" in result.final_output
    assert "4 degrees" in result.final_output
    usage: Usage = result.context_wrapper.usage
    assert usage.requests == len(usage.request_usage_entries) == 2
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens > 0


async def test_a_conversation_with_reasoning_goes_on_in_the_next_run(model: Any, run: Any, weather: Any) -> None:
    """Signatures and encrypted reasoning must survive both a tool loop and a new run, or the service refuses."""
    settings = ModelSettings(reasoning=Reasoning(effort="low", summary="auto"))
    agent = Agent(name="Assistant", model=model(), tools=[weather], model_settings=settings)
    first = await run(agent, QUESTION)
    again = await run(agent, [*first.to_input_list(), {"role": "user", "content": "And in Rome?"}])
    assert again.final_output


@pytest.mark.parametrize("way", ["native", "tool"])
async def test_the_answer_is_of_the_output_type_with_and_without_tools(
    protocol: str, model: Any, run: Any, weather: Any, way: str
) -> None:
    """Structured output works by whatever way the model has, and shows no tool call of its own."""
    if protocol == "openai-responses":
        way = "native"  # the protocol has no other: every server of it takes a schema
    for tools in ([], [weather]):
        agent = Agent(name="Reporter", model=model(profile={"structured_output": way}), tools=tools, output_type=Report)
        result = await run(agent, QUESTION)
        assert isinstance(result.final_output, Report)
        assert result.new_items[-1].type == "message_output_item"


async def test_a_refusal_ends_the_run_with_its_words(sim: Simulator, model: Any, run: Any) -> None:
    """A model that declines is no model that answers nothing."""
    sim.script(Reply([Refusal("I would rather not.")]))
    with pytest.raises(ModelRefusalError) as caught:
        await run(Agent(name="A", model=model()))
    assert caught.value.run_data is not None
    assert caught.value.run_data.context_wrapper.usage.requests == 1


async def test_usage_means_the_same_everywhere(sim: Simulator, model: Any, run: Any) -> None:
    """Input counts what was read, cached tokens included; output what was written, reasoning included."""
    sim.script(Reply([Text("Hi")], usage=Tokens(input=100, output=40, cached=60, reasoning=15)))
    agent = Agent(name="A", model=model(), model_settings=ModelSettings(include_usage=True))
    usage = (await run(agent)).context_wrapper.usage
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens
    assert usage.input_tokens == 100
    assert usage.input_tokens_details.cached_tokens == 60
    assert usage.output_tokens == 40


FAILURES: list[tuple[str, Any, type[ProviderError], dict[str, Any]]] = [
    ("rate limit", HttpError(429, "slow down", headers={"retry-after": "61"}), RateLimitError, {"retry_after": 61.0}),
    (
        "too long",
        HttpError(400, "prompt is too long: maximum context length", code="context_length_exceeded"),
        ContextLengthError,
        {"status": 400},
    ),
    ("cut", Disconnect(after=1, reset=True), ProviderError, {}),
]


@pytest.mark.parametrize(("name", "fault", "kind", "facts"), FAILURES, ids=[row[0] for row in FAILURES])
async def test_a_failure_of_the_service_is_named_for_what_it_is(
    sim: Simulator, model: Any, run: Any, name: str, fault: Any, kind: type[ProviderError], facts: dict[str, Any]
) -> None:
    """Whose fault it is, and what to do, must not depend on the vendor."""
    sim.script(fault, fault, fault, fault)
    with pytest.raises(kind) as caught:
        await run(Agent(name="A", model=model()))
    assert {field: getattr(caught.value, field) for field in facts} == facts
    assert caught.value.run_data is not None
    sim.refusals.clear()


async def test_a_wrong_key_and_an_unknown_model_say_so_without_the_key(sim: Simulator, model: Any, run: Any) -> None:
    """A key must never reach a log or an error report."""
    key = "sk-never-to-be-seen-123456"
    with pytest.raises(AuthenticationError) as caught:
        await run(Agent(name="A", model=model(api_key=key)))
    assert key not in f"{caught.value!s}{caught.value!r}{caught.value.body!r}{model(api_key=key)!r}"
    with pytest.raises(NotFoundError):
        await run(Agent(name="A", model=model("no-such-model")))
    sim.refusals.clear()


async def test_a_server_that_is_not_there_is_a_connection_error(model: Any, run: Any) -> None:
    """It fails at once, and says that nobody answered."""
    settings = ModelSettings(timeout=20)
    with pytest.raises(ProviderConnectionError):
        await run(Agent(name="A", model=model(base_url="http://127.0.0.1:9"), model_settings=settings))


MAKERS = {
    "openai-chat": Reply([Text("Let me see."), ToolCall("get_weather", {"city": "Tokyo"})]),
    "openai-responses": Reply([Thinking("Hm."), ToolCall("get_weather", {"city": "Tokyo"})]),
    "anthropic": Reply(
        [Thinking("Hm."), Redacted("b3BhcXVl"), Text("Let me see."), ToolCall("get_weather", {"city": "Tokyo"})]
    ),
    "gemini": Reply([Thinking("Hm."), ToolCall("get_weather", {"city": "Tokyo"})]),
}


@pytest.mark.parametrize("maker", list(MAKERS))
async def test_a_conversation_of_any_maker_is_legal_for_any_reader(
    sim: Simulator, model: Any, run: Any, weather: Any, maker: str
) -> None:
    """Agents of different vendors hand conversations to one another: no reader may refuse what another made."""
    reasoning = Reasoning(effort="low", summary="auto")
    name, address = {
        "openai-chat": ("gpt-4.1", sim.openai_base_url),
        "openai-responses": ("gpt-5.2", sim.openai_base_url),
        "anthropic": ("claude-sonnet-4-5", sim.anthropic_base_url),
        "gemini": ("gemini-3-pro", sim.gemini_base_url),
    }[maker]
    sim.script(MAKERS[maker], Reply([Text("Windy.")]))
    first = Agent(
        name="First",
        model=AnyModel(name, base_url=address, api_key=sim.api_key, api=maker),  # type: ignore[arg-type]
        tools=[weather],
        model_settings=ModelSettings(reasoning=reasoning, max_tokens=4000),
    )
    made = await run(first, QUESTION)
    second = Agent(
        name="Second",
        model=model(),
        tools=[weather],
        model_settings=ModelSettings(reasoning=reasoning, max_tokens=4000),
    )
    result = await run(second, [*made.to_input_list(), {"role": "user", "content": "Thank you."}])
    assert result.final_output


async def test_the_consumer_of_a_stream_may_leave(sim: Simulator, model: Any) -> None:
    """A stream that nobody reads any more must not keep its connection."""
    from agents import Runner

    sim.script(Reply([Text("word " * 50)]))
    result = Runner.run_streamed(Agent(name="A", model=model()), "Hello")
    async for event in result.stream_events():
        if event.type == "raw_response_event":
            break
    result.cancel()
    await sim.wait_idle(timeout=5)


NO_ADAPTER = """
import asyncio, sys
from agents import Agent, AnyModel, Runner
from agents.testing.simulator import Simulator

async def main():
    async with Simulator() as sim:
        model = AnyModel("anthropic/claude-sonnet-4-5", base_url=sim.anthropic_base_url, api_key=sim.api_key)
        print((await Runner.run(Agent(name="A", model=model), "Hello")).final_output)

asyncio.run(main())
print([name for name in ("litellm", "anthropic", "griffe", "mcp") if name in sys.modules])
"""


def test_no_adapter_library_is_in_the_process() -> None:
    """The point of the native path: no package that holds every key, and nothing left open at the end."""
    done = subprocess.run([sys.executable, "-X", "dev", "-c", NO_ADAPTER], capture_output=True, text=True, timeout=50)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"
    assert "Unclosed" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("antropic/claude",), "anthropic"),
        (("",), "provider/model"),
        (("anthropic/",), "provider/model"),
        (("azure/gpt-5",), "base_url"),
    ],
)
def test_a_model_that_nobody_serves_is_refused_with_a_way_out(
    arguments: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A typing error should not be found out by a request to the wrong place."""
    monkeypatch.setenv("AZURE_OPENAI_API_KEY", "k")
    with pytest.raises(UserError, match=said):
        AnyModel(*arguments)


def test_a_missing_key_and_an_unknown_profile_field_are_named() -> None:
    """Errors say which variable to set, and which fields there are."""
    with pytest.raises(UserError, match="GROQ_API_KEY"):
        AnyModel("groq/llama-3.3-70b-versatile")
    with pytest.raises(UserError, match="reasoning_replay"):
        AnyModel("groq/x", api_key="k", profile={"reasoning_reply": "never"})


async def test_closing_a_provider_hangs_up_on_its_native_models(
    sim: Simulator, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program that ends in order leaves no connection behind, also where it is its own provider's provider."""
    monkeypatch.setenv("LITELLM_PROXY_API_BASE", sim.openai_base_url)
    monkeypatch.setenv("LITELLM_PROXY_API_KEY", sim.api_key)
    names = MultiProviderMap()
    provider = MultiProvider(provider_map=names)
    names.add_provider("self", provider)
    sim.script("Hello.")
    agent = Agent("Assistant", model="litellm_proxy/gpt-4.1")
    result = await run(agent, run_config=RunConfig(model_provider=provider))
    assert result.final_output == "Hello."
    assert sim.open_connections == 1
    await provider.aclose()
    for _ in range(50):
        await asyncio.sleep(0.01 if sim.open_connections else 0)
    assert sim.open_connections == 0
