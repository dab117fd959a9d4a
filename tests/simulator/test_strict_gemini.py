"""What Gemini takes, the simulator takes; what it refuses stands in `refusals`."""

from __future__ import annotations

from typing import Any

import pytest

from agents.testing.simulator import Simulator

from .refusals.gemini import CLOSED, DECLARED, GENERATE, TURN, calling, declared, responding

GENERATE_ACCEPTED: dict[str, tuple[str, dict[str, Any]]] = {
    "the base request": ("gemini-3-pro", {}),
    "snake case": (
        "gemini-3-pro",
        {
            "tools": [{"function_declarations": DECLARED["functionDeclarations"]}],
            "system_instruction": {"parts": [{"text": "s"}]},
        },
    ),
    "closed JSON schema in its own field": ("gemini-3-pro", declared(CLOSED, "parametersJsonSchema")),
    "the dummy signature": ("gemini-3-pro", {"contents": [TURN, calling("f", "g"), responding("f", "g")]}),
    "the dummy signature in plain": (
        "gemini-3-pro",
        {"contents": [TURN, calling("f", signature="skip_thought_signature_validator"), responding("f")]},
    ),
    "an unsigned call of an earlier turn": (
        "gemini-3-pro",
        {
            "contents": [
                TURN,
                calling("f", signature=None),
                responding("f"),
                {"role": "model", "parts": [{"text": "a"}]},
                TURN,
            ]
        },
    ),
    "an unsigned call before Gemini 3": (
        "gemini-2.5-pro",
        {"contents": [TURN, calling("f", signature=None), responding("f")]},
    ),
    "the role function before Gemini 3": (
        "gemini-2.5-pro",
        {"contents": [TURN, calling("f"), responding("f", role="function")]},
    ),
    "built-in tools and functions, told so": (
        "gemini-3-pro",
        {"tools": [DECLARED, {"googleSearch": {}}], "toolConfig": {"includeServerSideToolInvocations": True}},
    ),
}


@pytest.mark.parametrize(("model", "patch"), GENERATE_ACCEPTED.values(), ids=GENERATE_ACCEPTED.keys())
async def test_generate_content_accepts(
    sim: Simulator, post: Any, spoiled: Any, model: str, patch: dict[str, Any]
) -> None:
    """Strict is not stubborn: what the service takes must pass."""
    answer = await post(sim, f"/v1beta/models/{model}:generateContent", spoiled(GENERATE, patch))
    assert answer.status == 200, answer.content
