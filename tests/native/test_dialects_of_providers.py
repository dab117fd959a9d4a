"""What the catalogue knows of providers that speak a dialect, seen on the wire and in the run."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from openai import AsyncOpenAI
from openai.types.shared import Reasoning

from agents import Agent, AnyModel, BadRequestError, ModelSettings, OpenAIChatCompletionsModel, Runner, UserError
from agents.protocols.base import ModelRequest, ToolSpec
from agents.testing.simulator import Raw, Reply, Simulator, Text, ToolCall


def model_of(sim: Simulator, name: str) -> AnyModel:
    """The provider's model, with the simulator at its address."""
    return AnyModel(name, base_url=sim.openai_base_url, api_key=sim.api_key, api="openai-chat")


async def test_tags_in_the_text_are_reasoning_and_go_back_in_it(sim: Simulator, run: Any, weather: Any) -> None:
    """MiniMax reasons in its text: users see the answer alone, and the model its whole message again."""
    first = Text(pieces=["<th", "ink>h", "m</thi", "nk>\n\nLet me ", "see."])
    sim.script(Reply([first, ToolCall("get_weather", {"city": "Oslo"})]), Reply([Text("<think>so</think>Windy.")]))
    agent = Agent(name="A", model=model_of(sim, "minimax/MiniMax-M2"), tools=[weather])
    result = await run(agent)
    assert result.final_output == "Windy."
    assert [item.type for item in result.new_items] == [
        "reasoning_item",
        "message_output_item",
        "tool_call_item",
        "tool_call_output_item",
        "reasoning_item",
        "message_output_item",
    ]
    assert result.new_items[1].raw_item.content[0].text == "Let me see."
    [sent] = [message for message in sim.requests[-1].body["messages"] if message["role"] == "assistant"]
    assert sent["content"] == first.whole()


async def test_gemini_over_openais_protocol_gets_its_signatures_back(sim: Simulator, weather: Any) -> None:
    """Google's own endpoint refuses a call without them, in a field that nobody else takes."""
    extra = {"google": {"thought_signature": "c2ln"}}
    function = {"name": "get_weather", "arguments": '{"city": "Oslo"}'}
    call = {"index": 0, "id": "call_1", "type": "function", "function": function, "extra_content": extra}
    for api, expected in (("groq/llama-3.3-70b-versatile", None), ("gemini/gemini-3-pro", extra)):
        message = {"role": "assistant", "content": None, "tool_calls": [call]}
        choice = {"index": 0, "message": message, "finish_reason": "tool_calls"}
        sim.script(Raw(body={"id": "r1", "object": "chat.completion", "choices": [choice]}), Reply(["Windy."]))
        agent = Agent(name="A", model=model_of(sim, api), tools=[weather])
        with suppress(BadRequestError):  # the simulator is OpenAI, which knows no such field
            await Runner.run(agent, "Hello")
        [sent] = [message for message in sim.requests[-1].body["messages"] if message["role"] == "assistant"]
        assert sent["tool_calls"][0].get("extra_content") == expected
    sim.refusals.clear()


def gemini_thinks(**amount: Any) -> dict[str, Any]:
    """What Gemini's generationConfig says of thinking."""
    return {"generationConfig": {"thinkingConfig": {"includeThoughts": True, **amount}}}


EFFORTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "DeepSeek": (
        "deepseek/deepseek-v4",
        "medium",
        {"thinking": {"type": "enabled"}, "reasoning_effort": "high"},
    ),
    "DeepSeek, off": ("deepseek/deepseek-v4", "none", {"thinking": {"type": "disabled"}}),
    "GLM, off": ("zai/glm-4.6", "none", {"thinking": {"type": "disabled"}}),
    "Kimi": ("moonshot/kimi-k2.6", "low", {"thinking": {"type": "enabled"}}),
    "Qwen at Alibaba": ("dashscope/qwen3-max", "low", {"enable_thinking": True, "thinking_budget": 2048}),
    "Qwen at Groq": (
        "groq/qwen/qwen3-32b",
        "none",
        {"reasoning_effort": "none"},
    ),
    "gpt-oss at Groq": ("groq/openai/gpt-oss-120b", "xhigh", {"reasoning_effort": "high"}),
    "OpenRouter": ("openrouter/z-ai/glm-4.6", "low", {"reasoning": {"effort": "low"}}),
    "vLLM, off": (
        "hosted_vllm/Qwen/Qwen3-8B",
        "none",
        {"chat_template_kwargs": {"enable_thinking": False, "thinking": False}},
    ),
    "Grok 3 mini": ("xai/grok-3-mini", "medium", {"reasoning_effort": "high"}),
    "Magistral": ("mistral/magistral-medium", "low", {}),
    "MiniMax M3": ("minimax/MiniMax-M3", "low", {"thinking": {"type": "adaptive"}}),
    "MiniMax M3, off": ("minimax/MiniMax-M3", "none", {"thinking": {"type": "disabled"}}),
    "Grok 4.7": ("xai/grok-4.7", "max", {"reasoning_effort": "xhigh"}),
    "Grok 4.5": ("xai/grok-4.5", "xhigh", {"reasoning_effort": "high"}),
    "Grok 4.3, off": ("xai/grok-4.3", "none", {"reasoning_effort": "none"}),
    "Grok's coder": ("xai/grok-code-fast-1", "low", {}),
    "Kimi K3": ("moonshot/kimi-k3.1-pro", "medium", {"reasoning_effort": "high"}),
    "Kimi K2.6, off": ("moonshot/kimi-k2.6", "none", {"thinking": {"type": "disabled"}}),
    "Kimi in China": ("moonshot_cn/kimi-k3", "xhigh", {"reasoning_effort": "max"}),
    "GLM 5.2": ("zai/glm-5.2", "high", {"thinking": {"type": "enabled"}, "reasoning_effort": "high"}),
    "GLM 5.3": ("zai-coding-plan/glm-5.3", "medium", {"reasoning_effort": "high"}),
    "GPT-4.1": ("openai/gpt-4.1", "low", {}),
    "GPT-4.1, off": ("openai/gpt-4.1", "none", {}),
    "GPT-5 Chat": ("openai/gpt-5-chat-latest", "high", {}),
    "GPT-5.1": ("openai/gpt-5.1", "minimal", {"reasoning": {"effort": "low"}}),
    "GPT-5.2": ("openai/gpt-5.2", "max", {"reasoning": {"effort": "xhigh"}}),
    "GPT-5.2 Chat": ("openai/gpt-5.2-chat-latest", "high", {"reasoning": {"effort": "medium"}}),
    "GPT-5.6": ("openai/gpt-5.6-luna", "max", {"reasoning": {"effort": "max"}}),
    "GPT-5.6 on Azure": ("azure/gpt-5.6-luna", "max", {"reasoning_effort": "xhigh"}),
    "GPT-4o on Azure": ("azure/gpt-4o", "none", {}),
    "Claude 4.6": (
        "anthropic/claude-opus-4-6",
        "xhigh",
        {"thinking": {"type": "adaptive"}, "output_config": {"effort": "max"}},
    ),
    "Claude 4.7": (
        "anthropic/claude-opus-4-7",
        "xhigh",
        {"thinking": {"type": "adaptive"}, "output_config": {"effort": "xhigh"}},
    ),
    "Claude 3.5": ("anthropic/claude-3-5-haiku-latest", "low", {}),
    "Gemini 3 Pro": ("gemini/gemini-3-pro-preview", "medium", gemini_thinks(thinkingLevel="HIGH")),
    "Gemini 3.1 Pro": ("gemini/gemini-3.1-pro-preview", "medium", gemini_thinks(thinkingLevel="MEDIUM")),
    "Gemini 2.5 Flash": ("gemini/gemini-2.5-flash", "xhigh", gemini_thinks(thinkingBudget=24_576)),
    "Gemini 2.5 Pro": ("gemini/gemini-2.5-pro", "xhigh", gemini_thinks(thinkingBudget=32_768)),
    "Gemini 2.0": ("gemini/gemini-2.0-flash", "low", {}),
}
FIELDS = (
    *("thinking", "reasoning_effort", "enable_thinking", "thinking_budget", "reasoning", "chat_template_kwargs"),
    *("output_config", "generationConfig"),
)


@pytest.mark.parametrize(("name", "effort", "expected"), EFFORTS.values(), ids=EFFORTS)
def test_each_provider_is_asked_to_reason_in_its_own_words(name: str, effort: Any, expected: dict[str, Any]) -> None:
    """One setting must do for all of them."""
    assert {key: value for key, value in body(name, effort).items() if key in FIELDS} == expected


@pytest.mark.parametrize(
    "name",
    [
        "minimax/MiniMax-M2",
        "groq/openai/gpt-oss-20b",
        "xai/grok-4",
        "xai/grok-4.5",
        "xai/grok-build-0.1",
        "mistral/magistral-medium",
        "moonshot/kimi-k2.7-code",
        "moonshot/kimi-k3",
        "zai/glm-5.3",
        "openai/o3",
        "openai/gpt-5",
        "openai/gpt-5-pro",
        "openai/gpt-5.1-codex",
        "openai/gpt-6-astra",
    ],
)
def test_a_model_that_always_reasons_says_so(name: str) -> None:
    """Who asks for no reasoning must not be billed for it in silence."""
    with pytest.raises(UserError, match="always reasons"):
        body(name, "none")


def body(name: str, effort: Any) -> dict[str, Any]:
    """What a request of this model would be."""
    model = AnyModel(name, api_key="k", base_url="https://service.test/v1")
    settings = ModelSettings(reasoning=Reasoning(effort=effort))
    request = ModelRequest(model.model, None, [{"role": "user", "content": "Hi"}], [], None, settings, stream=False)
    return model.codec.encode(request, model.profile).body


def test_deepseeks_and_kimis_rules_of_messages() -> None:
    """A conversation of another maker must be legal for them: no turn of calls without reasoning, none forced."""
    call = {"type": "function_call", "call_id": "call_1", "name": "get_weather", "arguments": '{"city": "Oslo"}'}
    items: list[Any] = [
        {"role": "user", "content": "Hi"},
        call,
        {"type": "function_call_output", "call_id": "call_1", "output": "1"},
    ]
    for name, stand_in in (("deepseek/deepseek-v4", ""), ("moonshot/kimi-k2.6", " ")):
        model = AnyModel(name, api_key="k")
        tool = ToolSpec("get_weather", "", {"type": "object", "properties": {}}, strict=False)
        settings = ModelSettings(tool_choice="required", parallel_tool_calls=True)
        request = ModelRequest(model.model, None, items, [tool], None, settings, stream=False)
        sent = model.codec.encode(request, model.profile).body
        assert sent["messages"][1]["reasoning_content"] == stand_in
        assert sent["tool_choice"] == "auto"


def test_what_a_model_refuses_is_left_out() -> None:
    """A penalty that a reasoning model refuses, or a temperature that is fixed, is no reason to fail."""

    def sent(name: str) -> set[str]:
        model = AnyModel(name, api_key="k")
        settings = ModelSettings(temperature=0.5, presence_penalty=0.5)
        request = ModelRequest(model.model, None, [{"role": "user", "content": "Hi"}], [], None, settings, stream=False)
        return {"temperature", "presence_penalty"} & set(model.codec.encode(request, model.profile).body)

    assert sent("xai/grok-4.7") == {"temperature"}
    assert sent("xai/grok-4.20-non-reasoning") == {"temperature", "presence_penalty"}
    assert sent("moonshot/kimi-k3") == sent("moonshot_cn/kimi-k2.6") == set()
    assert sent("moonshot/moonshot-v1-8k") == {"temperature", "presence_penalty"}


SAMPLING = ModelSettings(temperature=0.5, top_p=0.5, top_logprobs=2)
SAMPLED: dict[str, tuple[str, ModelSettings, bool]] = {
    "GPT-4.1": ("gpt-4.1", SAMPLING, True),
    "GPT-5": ("gpt-5", SAMPLING, False),
    "GPT-5 for chats": ("gpt-5-chat-latest", SAMPLING, True),
    "o4": ("o4-mini", SAMPLING, False),
    "GPT-5.2, unasked": ("gpt-5.2", SAMPLING, True),
    "GPT-5.2": ("gpt-5.2", SAMPLING.resolve(ModelSettings(reasoning=Reasoning(effort="low"))), False),
    "GPT-5.6, unasked": ("gpt-5.6-luna", SAMPLING, False),
    "GPT-5.6, off": ("gpt-5.6-luna", SAMPLING.resolve(ModelSettings(reasoning=Reasoning(effort="none"))), True),
    "GPT-6": ("gpt-6-terra", SAMPLING, False),
}


@pytest.mark.parametrize("api", ["openai-chat", "openai-responses"])
@pytest.mark.parametrize("case", SAMPLED)
async def test_openais_models_take_no_sampling_while_they_reason(
    sim: Simulator, run: Any, api: Any, case: str, caplog: pytest.LogCaptureFixture
) -> None:
    """One agent's settings serve models of all generations; what is left out is said."""
    name, settings, taken = SAMPLED[case]
    sim.script("Hello.")
    model = AnyModel(f"openai/{name}", base_url=sim.openai_base_url, api_key=sim.api_key, api=api)
    await run(Agent("A", model=model, model_settings=settings))
    sent = {"temperature", "top_p", "top_logprobs"} & set(sim.requests[0].body)
    assert sent == ({"temperature", "top_p", "top_logprobs"} if taken else set())
    assert ("no sampling while it reasons" in caplog.text) is not taken


async def test_over_chat_completions_newer_models_call_functions_without_reasoning(
    sim: Simulator, run: Any, weather: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """The service refuses both at once, and says to use Responses; a run with tools must not fail for it."""
    sim.script(Reply([ToolCall("get_weather", {"city": "Oslo"})]), "Windy.")
    settings = ModelSettings(reasoning=Reasoning(effort="high"), temperature=0.5)
    agent = Agent("A", model=model_of(sim, "openai/gpt-6-terra"), tools=[weather], model_settings=settings)
    assert (await run(agent)).final_output == "Windy."
    assert [request.body["reasoning_effort"] for request in sim.requests] == ["none", "none"]
    assert sim.requests[0].body["temperature"] == 0.5
    assert "takes no functions over Chat Completions" in caplog.text


async def test_openais_client_has_the_same_rules() -> None:
    """``set_default_openai_api("chat_completions")`` leads there."""
    client = AsyncOpenAI(api_key="k")
    profile = OpenAIChatCompletionsModel("gpt-5.6", client).profile
    assert profile.reasons_unasked
    assert not profile.tools_while_reasoning
    assert not profile.samples_while_reasoning
    await client.close()


@pytest.mark.parametrize("name", ["dashscope/qwen3-32b", "dashscope_intl/qwq-plus"])
async def test_open_qwen_at_alibaba_is_streamed_inside(sim: Simulator, run: Any, name: str) -> None:
    """The service refuses to think in a plain call, and these think unasked."""
    sim.script("Hello.")
    assert (await run(Agent("A", model=model_of(sim, name)))).final_output == "Hello."
    assert sim.requests[0].body["stream"] is True


def test_gemini_since_3_6_has_the_last_word_from_the_user_and_no_sampling(caplog: pytest.LogCaptureFixture) -> None:
    """A run that goes on from the model's own answer was a 400, and so was a penalty."""
    items: list[Any] = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Well,"}]
    settings = ModelSettings(temperature=0.2, top_p=0.5, presence_penalty=0.5, frequency_penalty=0.5)
    for name, newer in (
        ("gemini-3.5-flash-lite", True),
        ("gemini-3.6-flash", True),
        ("gemini-3.8-flash", True),
        ("gemini-3.5-flash", False),
        ("gemini-3-pro-preview", False),
    ):
        model = AnyModel(f"gemini/{name}", api_key="k")
        request = ModelRequest(model.model, None, items, [], None, settings, stream=False)
        sent = model.codec.encode(request, model.profile).body
        assert (sent["contents"][-1] == {"role": "user", "parts": [{"text": "Continue."}]}) == newer
        assert ("generationConfig" not in sent) == newer
    assert caplog.text.count("which 'gemini-3.6-flash' does not take") == 4


def test_minimax_is_asked_for_what_it_has_words_for() -> None:
    """Fields that its reference does not know are a 400 there one day, and have no effect the next."""
    model = AnyModel("minimax/MiniMax-M2", api_key="k")
    tool = ToolSpec("look", "Looks.", {"type": "object", "properties": {}}, strict=True)
    settings = ModelSettings(tool_choice="required", parallel_tool_calls=False, presence_penalty=0.5)
    items: list[Any] = [{"role": role, "content": role} for role in ("user", "user", "developer", "user")]
    sent = model.codec.encode(ModelRequest("m", "Be kind.", items, [tool], None, settings, False), model.profile).body
    assert set(sent) == {"model", "messages", "tools"}
    assert "strict" not in sent["tools"][0]["function"]
    assert [message["role"] for message in sent["messages"]] == ["system", "user"]
