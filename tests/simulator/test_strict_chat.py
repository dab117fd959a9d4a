"""What OpenAI's Chat Completions takes, the simulator takes; what it refuses stands in `refusals`."""

from __future__ import annotations

from typing import Any

import pytest

from agents.testing.simulator import Simulator

from .refusals.chat import CHAT, HI, STRICT, called, told

CHAT_ACCEPTED: dict[str, dict[str, Any]] = {
    "the base request": {},
    "parallel calls and their results in any order": {"messages": [HI, called("c1", "c2"), told("c2"), told("c1"), HI]},
    "a strict tool": {"tools": [STRICT]},
    "an effort of null for a model without": {"model": "gpt-4.1", "reasoning_effort": None},
    "tools of GPT-5.4, which reasons when asked to": {"model": "gpt-5.4"},
    "tools of GPT-5.2 and an effort": {"model": "gpt-5.2", "reasoning_effort": "low"},
    "sampling where reasoning is off": {"model": "gpt-5.2", "temperature": 0.2, "reasoning_effort": "none"},
    "tools of GPT-6 without reasoning": {"model": "gpt-6-sol", "reasoning_effort": "none"},
    "nulls for optional fields": {"temperature": None, "stop": None, "tool_choice": None},
    "the client's own message object": {
        "messages": [HI, {"role": "assistant", "content": "a", "refusal": None, "annotations": []}, HI]
    },
    "text parts": {"messages": [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]},
    "an image": {
        "messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "https://x/y.png"}}]}]
    },
    "a developer message": {"messages": [{"role": "developer", "content": "d"}, HI]},
    "allowed tools": {
        "tool_choice": {
            "type": "allowed_tools",
            "allowed_tools": {
                "mode": "auto",
                "tools": [{"type": "function", "function": {"name": "get_weather"}}],
            },
        }
    },
}


@pytest.mark.parametrize("patch", CHAT_ACCEPTED.values(), ids=CHAT_ACCEPTED.keys())
async def test_chat_completions_accepts(sim: Simulator, post: Any, spoiled: Any, patch: dict[str, Any]) -> None:
    """Strict is not stubborn: what the service takes must pass."""
    answer = await post(sim, "/v1/chat/completions", spoiled(CHAT, patch))
    assert answer.status == 200, answer.content
