"""What a reader cannot do, over every protocol: told in words, or an error where the caller wants to know."""

from __future__ import annotations

from typing import Any

import pytest

from agents import AnyModel, UserError
from agents.model_settings import ModelSettings
from agents.protocols.base import ModelRequest

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
