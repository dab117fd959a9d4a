"""Any conversation, whoever made it, is legal for any reader: held against the rules of the strict simulator."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.model_settings import ModelSettings
from agents.models.catalog.profiles import make_profile, profile_fields
from agents.protocols.anthropic_messages import AnthropicMessages
from agents.protocols.base import Codec, ModelRequest, ToolSpec
from agents.protocols.chat_completions import ChatCompletions
from agents.protocols.gemini_generate import GeminiGenerate
from agents.protocols.responses import Responses
from agents.testing.simulator import anthropic, gemini, openai_chat, openai_responses
from agents.testing.simulator.wire import Call, House

KEY = "a-key"
READERS: dict[str, tuple[type[Codec], str, Any]] = {
    "openai-chat": (ChatCompletions, "gpt-4.1", openai_chat),
    "openai-responses": (Responses, "gpt-5.2", openai_responses),
    "anthropic": (AnthropicMessages, "claude-sonnet-4-5", anthropic),
    "anthropic, newer": (AnthropicMessages, "claude-opus-4-6", anthropic),
    "gemini": (GeminiGenerate, "gemini-3-pro", gemini),
    "gemini, older": (GeminiGenerate, "gemini-2.5-flash", gemini),
}
MAKERS = ["openai", "anthropic", "gemini", "deepseek", "mistral", None]
TEXT = st.sampled_from(["Hi", " ", "", "Windy.\n", "<think>hm</think>", "\ud800", "é"])
NAMES = st.sampled_from(["look", "a.b c", "n" * 100, "final_output"])
CALL_IDS = st.sampled_from(["call_1", "toolu_2", "a b/ü", "", "x" * 80, "null"])
ARGUMENTS = st.sampled_from(["{}", '{"city": "A"}', "", '{"city', "[1]", '"text"', "null"])
IMAGE = {"type": "input_image", "image_url": "data:image/png;base64,iVBORw0KGgo="}


def made(maker: str | None, response: int, item: dict[str, Any], **data: Any) -> dict[str, Any]:
    """The item with its maker's note, if it has one."""
    if maker is None:
        return item
    return {**item, "provider_data": {"provider": maker, "model": "m", "response_id": f"r{response}", **data}}


@st.composite
def answers(draw: st.DrawFn, response: int) -> list[dict[str, Any]]:
    """What one model may have said in one turn, and what its tools returned, or did not."""
    maker = draw(st.sampled_from(MAKERS))
    items: list[dict[str, Any]] = []
    outputs: list[dict[str, Any]] = []
    for at, kind in enumerate(draw(st.lists(st.sampled_from(["reasoning", "message", "refusal", "call"]), max_size=4))):
        if kind == "reasoning" and maker is None:
            continue  # unmarked, it is what the reader itself stored: only a server can make that
        if kind == "reasoning":
            item: dict[str, Any] = {"type": "reasoning", "id": f"rs_{response}_{at}", "summary": []}
            if text := draw(TEXT):
                item["summary"] = [{"type": "summary_text", "text": text}]
            if draw(st.booleans()) and maker not in (
                "openai",
                "anthropic",
                "gemini",
                None,
            ):  # seals are tested over HTTP
                item["encrypted_content"] = "sealed"
            items.append(made(maker, response, item, type="thinking"))
        elif kind == "call":
            call_id = draw(CALL_IDS)
            call = {"type": "function_call", "call_id": call_id, "name": draw(NAMES), "arguments": draw(ARGUMENTS)}
            items.append(made(maker, response, call))
            result = draw(st.none() | TEXT | st.just([{"type": "input_text", "text": "A"}, IMAGE]))
            if result is not None:
                outputs.append({"type": "function_call_output", "call_id": call_id, "output": result})
        else:
            part = (
                {"type": "refusal", "refusal": draw(TEXT)}
                if kind == "refusal"
                else {"type": "output_text", "text": draw(TEXT), "annotations": []}
            )
            message = {"type": "message", "role": "assistant", "id": f"msg_{response}_{at}", "content": [part]}
            items.append(made(maker, response, message))
    return items + (draw(st.permutations(outputs)) if outputs else [])


@st.composite
def conversations(draw: st.DrawFn) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for turn in range(draw(st.integers(0, 4))):
        if draw(st.booleans()):
            role = draw(st.sampled_from(["user", "user", "developer"]))
            content: Any = draw(TEXT.filter(str.strip))
            found.append({"role": role, "content": [{"type": "input_text", "text": content}]})
        found += draw(answers(turn))
    if found and draw(st.booleans()):  # a filter, a session's limit, a crash
        start = draw(st.integers(0, len(found) - 1))
        found = found[start : draw(st.integers(start, len(found)))]
    return [*found, {"role": "user", "content": "And now?"}]


@pytest.mark.parametrize(("codec", "model", "service"), READERS.values(), ids=READERS)
@settings(max_examples=60)
@given(items=conversations(), tools=st.booleans())
def test_any_conversation_is_legal_for_any_reader(
    codec: type[Codec], model: str, service: Any, items: list[dict[str, Any]], tools: bool
) -> None:
    """Conversations change hands, are trimmed and break off; none of that may end in a 400."""
    protocol = next(name.partition(",")[0] for name, reader in READERS.items() if reader == (codec, model, service))
    schema = {"type": "object", "properties": {"city": {"type": "string"}}}
    offered = [ToolSpec("look", "Looks.", schema, strict=False)] if tools else []
    request = ModelRequest(model, "Be brief.", items, offered, None, ModelSettings(), stream=False)
    call = codec().encode(request, make_profile(protocol, profile_fields(protocol, model)))
    headers = {"authorization": f"Bearer {KEY}", "x-api-key": KEY, "x-goog-api-key": KEY}
    headers |= {name.lower(): str(value) for name, value in call.headers.items()}
    body = json.dumps(call.body).encode()
    sent = Call("POST", call.path, {}, headers, body)
    route = service.route("POST", call.path, {})
    service.read(sent, route, House([KEY], [], None, None))
