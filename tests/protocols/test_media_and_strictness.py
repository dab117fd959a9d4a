"""What a reader cannot do, over every protocol: told in words, or an error where the caller wants to know."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from agents import AnyModel, UserError
from agents.model_settings import ModelSettings
from agents.protocols.base import ModelRequest, ToolSpec
from agents.protocols.history import SUMMED_UP

APIS = ["openai-chat", "openai-responses", "anthropic", "gemini"]
AUDIO = {"type": "input_audio", "input_audio": {"data": "YQ==", "format": "wav"}}
IMAGE = {"type": "input_image", "image_url": "data:image/png;base64,YQ=="}


def body_of(api: Any, part: Any, **options: Any) -> str:
    """What a request with this part would be."""
    model = AnyModel("m", base_url="http://localhost:9", api=api, **options)
    items: list[Any] = [{"role": "user", "content": [{"type": "input_text", "text": "Look."}, part]}]
    request = ModelRequest("m", None, items, [], None, ModelSettings(), stream=False)
    return str(model.codec.encode(request, model.profile).body)


@pytest.mark.parametrize("api", APIS)
def test_an_image_for_a_model_that_reads_text_alone(api: str) -> None:
    """An agent that takes over a conversation with images should not end it; who is strict is told."""
    assert "YQ==" in body_of(api, IMAGE)
    told = body_of(api, IMAGE, profile={"media": ()})
    assert "YQ==" not in told
    assert "Here was an image" in told
    with pytest.raises(UserError, match="reads no image"):
        body_of(api, IMAGE, profile={"media": ()}, strict_feature_validation=True)


def test_claude_is_told_of_audio_that_its_protocol_cannot_carry() -> None:
    """Messages has no audio: the rest of the conversation is worth having."""
    assert "Here was an audio" in body_of("anthropic", AUDIO)
    assert "YQ==" in body_of("gemini", AUDIO)


WORLD = {"chat": "openai-chat", "responses": "openai-responses", "claude": "anthropic", "gemini": "gemini"}
SETTINGS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "a longer answer of the service": ({"response_include": ["reasoning.encrypted_content"]}, {"responses"}),
    "context to be managed": ({"context_management": [{"type": "compaction"}]}, {"responses"}),
    "an overlong conversation to be cut": ({"truncation": "auto"}, {"responses"}),
    "labels": ({"metadata": {"team": "search"}}, {"chat", "responses"}),
    "who the user is": ({"metadata": {"user_id": "u1"}}, {"chat", "responses", "claude"}),
    "one call at a time": ({"parallel_tool_calls": False}, {"chat", "responses", "claude"}),
    "penalties": ({"frequency_penalty": 0.5}, {"chat", "gemini"}),
    "log probabilities": ({"top_logprobs": 2}, {"chat", "responses", "gemini"}),
    "verbosity": ({"verbosity": "low"}, {"chat", "responses"}),
}


@pytest.mark.parametrize("name", WORLD)
@pytest.mark.parametrize(("settings", "known"), SETTINGS.values(), ids=SETTINGS)
def test_a_setting_is_sent_or_said_to_be_left_out(
    name: str, settings: dict[str, Any], known: set[str], caplog: pytest.LogCaptureFixture
) -> None:
    """A setting that is dropped in silence is looked for in the answers, for hours."""
    tool = ToolSpec("look", "Looks.", {"type": "object", "properties": {}}, strict=False)
    asked = ModelRequest("m", None, [{"role": "user", "content": "Hi"}], [tool], None, ModelSettings(**settings), False)
    plain = replace(asked, settings=ModelSettings())
    api: Any = WORLD[name]
    model = AnyModel("m", base_url="http://localhost:9", api=api)
    assert (model.codec.encode(asked, model.profile).body != model.codec.encode(plain, model.profile).body) == (
        name in known
    )
    assert ("Ignored:" in caplog.text) == (name not in known)
    if name not in known:
        strict = AnyModel("m", base_url="http://localhost:9", api=api, strict_feature_validation=True)
        with pytest.raises(UserError, match=next(iter(settings))):
            strict.codec.encode(asked, strict.profile)


@pytest.mark.parametrize("api", APIS)
def test_what_one_maker_alone_can_read_ends_no_conversation_of_another(
    api: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """OpenAI's own summary of a conversation is sealed, and the conversation may go on with anybody."""
    made = {"provider": "elsewhere", "model": "m", "response_id": "r1"}
    sealed = {"type": "compaction", "id": "cmp_1", "encrypted_content": "s3al", "provider_data": made}
    tools = {"type": "additional_tools", "id": "at_1", "role": "developer", "tools": [], "provider_data": made}
    items: list[Any] = [{"role": "user", "content": "Hi"}, sealed, tools, {"role": "user", "content": "And now?"}]
    request = ModelRequest("m", None, items, [], None, ModelSettings(), stream=False)
    model = AnyModel("m", base_url="http://localhost:9", api=api)
    body = str(model.codec.encode(request, model.profile).body)
    assert "s3al" not in body
    assert "And now?" in body
    assert SUMMED_UP in body
    assert caplog.text.count("alone can read") == 2
    strict = AnyModel("m", base_url="http://localhost:9", api=api, strict_feature_validation=True)
    with pytest.raises(UserError, match="'compaction' item, which elsewhere made"):
        strict.codec.encode(request, strict.profile)
