"""The converters of the public API: other packages call them, and get what our codecs would send or read."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from openai import AsyncOpenAI, omit
from openai.types.chat import ChatCompletionChunk, ChatCompletionMessage, ChatCompletionTokenLogprob

from agents import Agent, AgentOutputSchema, ModelSettings, Runner, UserError, function_tool, handoff
from agents.extensions.models.any_llm_model import AnyLLMModel
from agents.extensions.models.any_llm_provider import AnyLLMProvider
from agents.extensions.models.litellm_model import LitellmConverter
from agents.models.chatcmpl_converter import Converter
from agents.models.chatcmpl_helpers import ChatCmplHelpers
from agents.models.chatcmpl_stream_handler import ChatCmplStreamHandler
from agents.models.fake_id import FAKE_RESPONSES_ID
from agents.models.openai_responses import Converter as ResponsesConverter
from agents.testing.simulator import Reply, Simulator, Thinking, ToolCall

from ..conformance.columns import OPENAI_CLIENT, RESPONSES_CLIENT, Column, agent

FORECAST = AgentOutputSchema(dict[str, int], strict_json_schema=False)
DOT = {"type": "input_image", "image_url": "data:image/png;base64,iVBORw0KGgo=", "detail": "low"}


@function_tool
def get_time(zone: str) -> str:
    """The time of day."""
    return f"noon in {zone}"


TOOLS = [get_time]
HANDOFFS = [handoff(Agent(name="Poet"))]


@pytest.mark.parametrize("route", [OPENAI_CLIENT, RESPONSES_CLIENT], ids=lambda route: route.id)
async def test_what_is_converted_is_what_would_be_sent(sim: Simulator, route: Column) -> None:
    """Two ways to write a request would drift apart."""
    poet = agent(
        route.on(sim),
        tools=TOOLS,
        handoffs=HANDOFFS,
        output_type=FORECAST,
        model_settings=ModelSettings(tool_choice="get_time"),
    )
    sim.script(Reply([ToolCall("get_time", {"zone": "UTC"})]), '{"a": 1}')
    await Runner.run(poet, "Hi")
    sent = sim.requests[0].body
    if route is OPENAI_CLIENT:
        converted = [*map(Converter.tool_to_openai, TOOLS), *map(Converter.convert_handoff_tool, HANDOFFS)]
        assert Converter.convert_tool_choice("get_time") == sent["tool_choice"]
        assert Converter.convert_response_format(FORECAST) == sent["response_format"]
    else:
        converted = ResponsesConverter.convert_tools([*TOOLS], HANDOFFS).tools
        assert ResponsesConverter.convert_tool_choice("get_time", tools=TOOLS) == sent["tool_choice"]
        assert ResponsesConverter.get_response_format(FORECAST) == sent["text"]
    assert converted == sent["tools"]


def test_what_is_not_said_is_omitted() -> None:
    """The client's own mark for a field that is left out."""
    for kind in (Converter, ResponsesConverter):
        assert kind.convert_tool_choice(None) is omit
    assert Converter.convert_response_format(AgentOutputSchema(str)) is omit
    assert ResponsesConverter.get_response_format(None) is omit


HISTORY: list[Any] = [
    {"role": "user", "content": [{"type": "input_text", "text": "The time?"}, DOT]},
    {"type": "reasoning", "id": FAKE_RESPONSES_ID, "summary": [{"type": "summary_text", "text": "Hm."}]},
    {"type": "function_call", "call_id": "c1", "name": "get_time", "arguments": "{}", "id": FAKE_RESPONSES_ID},
    {"type": "function_call_output", "call_id": "c1", "output": [{"type": "input_text", "text": "See:"}, DOT]},
]


def test_a_conversation_becomes_messages() -> None:
    """Nothing is lost: an image of a tool's follows where the tool's message cannot hold it."""
    question, call, output, image = Converter.items_to_messages(HISTORY)
    assert [part["type"] for part in question["content"]] == ["text", "image_url"]
    assert call == {
        "role": "assistant",
        "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "get_time", "arguments": "{}"}}],
    }
    assert output == {"role": "tool", "tool_call_id": "c1", "content": "See:"}
    assert image["content"][-1]["type"] == "image_url"
    assert len(Converter.items_to_messages(HISTORY, preserve_tool_output_all_content=True)) == 3
    assert "Hm." in str(Converter.items_to_messages(HISTORY, should_replay_reasoning_content=lambda _: True))
    assert Converter.items_to_messages("Hi") == [{"role": "user", "content": "Hi"}]
    with pytest.raises(UserError, match="input_image"):
        Converter.items_to_messages(HISTORY, strict_feature_validation=True)


def test_content_is_told_in_parts() -> None:
    """In the words of Chat Completions; plain text stays as it is."""
    content = HISTORY[0]["content"]
    assert [part["type"] for part in Converter.extract_all_content(content)] == ["text", "image_url"]  # type: ignore[index]
    assert Converter.extract_text_content(content) == [{"type": "text", "text": "The time?"}]
    assert Converter.extract_all_content("Hi") == "Hi"


MESSAGE: dict[str, Any] = {
    "role": "assistant",
    "content": "A fact.",
    "reasoning_content": "Hm.",
    "annotations": [
        {
            "type": "url_citation",
            "url_citation": {"url": "https://a.example", "title": "A", "start_index": 0, "end_index": 2},
        }
    ],
    "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "get_time", "arguments": '{"zone": "UTC"}'}}],
}


def test_a_message_becomes_items() -> None:
    """With what the caller wants noted on them, and ids that are unique."""
    message = ChatCompletionMessage.model_validate(MESSAGE)
    items: list[Any] = Converter.message_to_output_items(message, {"model": "m"})
    assert [item.type for item in items] == ["reasoning", "message", "function_call"]
    assert [item.provider_data["model"] for item in items] == ["m"] * 3
    assert items[1].content[0].annotations[0].url == "https://a.example"
    assert items[2].call_id == "c1"
    again = Converter.message_to_output_items(message)
    assert not {item.id for item in items} & {item.id for item in again}
    custom = {"id": "c2", "type": "custom", "custom": {"name": "x", "input": ""}}
    mixed = ChatCompletionMessage.model_validate({**MESSAGE, "tool_calls": [custom]})
    assert [item.type for item in Converter.message_to_output_items(mixed)] == ["reasoning", "message"]
    with pytest.raises(UserError, match="custom"):
        Converter.message_to_output_items(mixed, strict_feature_validation=True)


WHAT_IS = {
    "maybe_easy_input_message": {"role": "user", "content": "Hi"},
    "maybe_input_message": {"type": "message", "role": "user", "content": "Hi", "status": "completed"},
    "maybe_response_output_message": {"type": "message", "role": "assistant", "id": "m", "content": [], "status": "x"},
    "maybe_function_tool_call": HISTORY[2],
    "maybe_function_tool_call_output": HISTORY[3],
    "maybe_reasoning_message": HISTORY[1],
    "maybe_file_search_call": {"type": "file_search_call", "id": "f"},
    "maybe_item_reference": {"type": "item_reference", "id": "i"},
}


@pytest.mark.parametrize("name", WHAT_IS)
def test_an_item_is_of_one_kind(name: str) -> None:
    """Each question is answered with the item for its own kind, and with nothing for the others."""
    ask = getattr(Converter, name)
    assert [each for each in WHAT_IS.values() if ask(each) is each] == [WHAT_IS[name]]
    assert ask("no item") is None


def test_the_helpers_answer_as_the_codec_does() -> None:
    """They are asked for what a request to this client would hold."""
    openai, other = (AsyncOpenAI(api_key="k", base_url=url) for url in (None, "http://127.0.0.1:1/v1"))
    helpers, none = ChatCmplHelpers, ModelSettings()
    assert (helpers.is_openai(openai), helpers.is_openai(other)) == (True, False)
    assert (helpers.get_store_param(openai, none), helpers.get_store_param(other, none)) == (True, None)
    assert helpers.get_store_param(openai, ModelSettings(store=False)) is False
    assert helpers.get_stream_options_param(openai, none, True) == {"include_usage": True}
    assert helpers.get_stream_options_param(other, none, True) is None
    assert helpers.get_stream_options_param(other, ModelSettings(include_usage=True), False) is None
    token = ChatCompletionTokenLogprob.model_validate(
        {"token": "a", "logprob": -1, "bytes": [97], "top_logprobs": [{"token": "b", "logprob": -2, "bytes": [98]}]}
    )
    (text,) = helpers.convert_logprobs_for_output_text([token]) or ()
    (delta,) = helpers.convert_logprobs_for_text_delta([token]) or ()
    assert (text.token, text.top_logprobs[0].token, delta.token, delta.top_logprobs[0].logprob) == ("a", "b", "a", -2)
    assert helpers.convert_logprobs_for_output_text(None) is None
    (note,) = helpers.convert_url_citations([*MESSAGE["annotations"], {"type": "other"}])
    assert (note.title, note.end_index) == ("A", 2)
    assert helpers.clean_gemini_tool_call_id("c1__thought__xyz", "gemini-3") == "c1"


async def test_a_stream_becomes_events() -> None:
    """Of whoever has opened it; the pieces of its calls may be put behind the text."""

    async def chunks() -> AsyncIterator[ChatCompletionChunk]:
        piece = {"index": 0, "id": "c1", "function": {"name": "get_time", "arguments": "{}"}}
        for delta, finish in (({"tool_calls": [piece]}, None), ({"content": "Hi"}, None), ({}, "tool_calls")):
            choice = {"index": 0, "delta": delta, "finish_reason": finish}
            yield ChatCompletionChunk.model_validate(
                {"id": "r1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
            )

    async def kinds(stream: AsyncIterator[Any]) -> list[str]:
        events = [event async for event in ChatCmplStreamHandler.handle_stream(None, stream, "m")]
        assert events[-1].type == "response.completed"
        return [item.type for item in events[-1].response.output]

    assert sorted(await kinds(chunks())) == ["function_call", "message"]
    assert await kinds(ChatCmplStreamHandler.buffer_tool_call_stream(chunks())) == ["message", "function_call"]


def test_litellms_objects_become_openais() -> None:
    """With what OpenAI's own types have no place for: reasoning, signed thinking, signatures of Gemini's calls."""
    from litellm.types.utils import Message  # noqa: PLC0415 - it takes seconds

    call = {"id": "c1__thought__xyz", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    block = {"type": "thinking", "thinking": "Hm.", "signature": "s"}
    made: Any = LitellmConverter.convert_message_to_openai(
        Message(**{**MESSAGE, "tool_calls": [call], "thinking_blocks": [block]})
    )
    assert (made.content, made.reasoning_content, made.thinking_blocks) == ("A fact.", "Hm.", [block])
    assert made.annotations[0].url_citation.title == "A"
    assert made.tool_calls[0].id == "c1"
    assert made.tool_calls[0].extra_content == {"google": {"thought_signature": "xyz"}}
    assert [item.type for item in Converter.message_to_output_items(made)] == ["reasoning", "message", "function_call"]


ANY_LLM = [
    ("gpt-5", None, "openai-responses"),
    ("openai/gpt-5", "responses", "openai-responses"),
    ("openai/gpt-5", "chat_completions", "openai-chat"),
    ("groq/llama", "responses", "openai-responses"),
]


@pytest.mark.parametrize(("name", "api", "protocol"), ANY_LLM)
async def test_any_llms_names_are_spoken_to_natively(sim: Simulator, name: str, api: Any, protocol: str) -> None:
    """No any-llm package is installed here, and none is missed."""
    sim.script("Hello.")
    provider = AnyLLMProvider(api_key=sim.api_key, base_url=sim.openai_base_url, api=api)
    model: Any = provider.get_model(name if "groq" not in name else "groq/gpt-5")
    assert type(model) is AnyLLMModel
    assert (await Runner.run(agent(model), "Hi")).final_output == "Hello."
    assert sim.requests[0].protocol == protocol
    assert provider.get_model(name if "groq" not in name else "groq/gpt-5") is model
    await provider.aclose()


async def test_any_llms_other_providers_keep_their_protocol(sim: Simulator) -> None:
    """What any-llm adapts to chat completions is spoken to as it is; only Responses cannot be made of it."""
    sim.script(Reply([Thinking("Hm."), "Hello."]))
    model = AnyLLMModel("anthropic/claude-sonnet-4-5", sim.anthropic_base_url, sim.api_key, "chat_completions")
    assert (await Runner.run(agent(model), "Hi")).final_output == "Hello."
    assert sim.requests[0].protocol == "anthropic"
    with pytest.raises(UserError, match="no Responses API"):
        AnyLLMModel("anthropic/claude-sonnet-4-5", api="responses", api_key="k")
    with pytest.raises(UserError, match="telegraph"):
        AnyLLMModel("gpt-5", api="telegraph")  # type: ignore[arg-type]
