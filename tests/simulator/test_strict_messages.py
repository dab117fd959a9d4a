"""What Anthropic's Messages takes, the simulator takes; what it refuses stands in `refusals`."""

from __future__ import annotations

from typing import Any

import pytest

from agents.testing.simulator import Reply, Simulator, Thinking

from .refusals.messages import ENABLED, HI, MESSAGES, SAY, TOOL, result, used

MESSAGES_ACCEPTED: dict[str, dict[str, Any]] = {
    "the base request": {},
    "results first, then text": {
        "messages": [HI, used("t1"), {"role": "user", "content": [*result("t1")["content"], SAY]}]
    },
    "results split over consecutive messages": {"messages": [HI, used("t1", "t2"), result("t1"), result("t2")]},
    "a foreign call without thinking": {"messages": [HI, used("t1"), result("t1")]},
    "a foreign call with adaptive thinking": {
        "thinking": {"type": "adaptive"},
        "messages": [HI, used("t1"), result("t1")],
    },
    "thinking of a finished turn left out": {
        "thinking": ENABLED,
        "messages": [HI, used("t1"), result("t1"), {"role": "assistant", "content": "a"}, HI],
    },
    "a server tool": {"tools": [{"type": "web_search_20250305", "name": "web_search", "max_uses": 3}]},
    "four cache marks": {"system": [{**SAY, "cache_control": {"type": "ephemeral", "ttl": "1h"}}] * 4},
    "null citations": {"messages": [HI, {"role": "assistant", "content": [{**SAY, "citations": None}]}, HI]},
    "an empty tool result": {
        "messages": [
            HI,
            used("t1"),
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1"}]},
        ]
    },
    "a system turn where the model reads it": {
        "model": "claude-opus-5",
        "messages": [HI, {"role": "system", "content": "x"}],
    },
}


@pytest.mark.parametrize("patch", MESSAGES_ACCEPTED.values(), ids=MESSAGES_ACCEPTED.keys())
async def test_messages_accepts(sim: Simulator, post: Any, spoiled: Any, patch: dict[str, Any]) -> None:
    """Strict is not stubborn: what the service takes must pass."""
    answer = await post(sim, "/v1/messages", spoiled(MESSAGES, patch))
    assert answer.status == 200, answer.content


@pytest.mark.parametrize("name", ["temperature", "top_p", "top_k"])
async def test_messages_in_the_new_version_has_no_sampling(sim: Simulator, post: Any, name: str) -> None:
    """Version 2026-10-21 refuses sampling parameters even at their default values."""
    body, new = {**MESSAGES, name: 1}, {"anthropic-version": "2026-10-21"}
    assert (await post(sim, "/v1/messages", body)).status == 200
    answer = await post(sim, "/v1/messages", body, new)
    assert (answer.status, answer.json["error"]["type"]) == (400, "invalid_request_error")


BOUND = {**MESSAGES, "model": "claude-opus-5-5", "thinking": {"type": "adaptive"}}
PREFIXES: dict[str, tuple[dict[str, Any], int]] = {
    "as it was": ({}, 200),
    "a cache mark more": ({"system": [{**SAY, "cache_control": {"type": "ephemeral"}}]}, 200),
    "another system text": ({"system": "Be brief."}, 400),
    "other tools": ({"tools": [{**TOOL, "name": "weather"}]}, 400),
    "another beginning": ({"messages": [{"role": "user", "content": "Ho"}]}, 400),
    "a model that does not bind": ({"model": "claude-opus-5", "system": "Be brief."}, 200),
    "leave to drop": (
        {
            "system": "Be brief.",
            "thinking": {"type": "adaptive", "block_binding": {"prefix_mismatch_behavior": "drop_block"}},
        },
        200,
    ),
}


@pytest.mark.parametrize("name", PREFIXES)
async def test_bound_thinking_holds_behind_its_own_words_alone(sim: Simulator, post: Any, name: str) -> None:
    """Who trims a history or changes the instructions hears of it where the newest models are asked."""
    patch, status = PREFIXES[name]
    base = {**BOUND, "system": [SAY]}
    sim.script(Reply([Thinking("hm"), "Hello."]), "Bye.")
    said = (await post(sim, "/v1/messages", base)).json["content"]
    later = {**base, **patch}
    later["messages"] = [*later["messages"], {"role": "assistant", "content": said}, HI]
    answer = await post(sim, "/v1/messages", later)
    assert answer.status == status, answer.content
    assert status == 200 or "does not match the conversation" in answer.json["error"]["message"]


@pytest.mark.parametrize(("version", "fragment"), [("", "header is required"), ("2024-01-01", "not a valid version")])
async def test_messages_needs_a_version_that_there_is(sim: Simulator, post: Any, version: str, fragment: str) -> None:
    """A client without it works nowhere."""
    answer = await post(sim, "/v1/messages", MESSAGES, {"anthropic-version": version})
    assert (answer.status, fragment in answer.json["error"]["message"]) == (400, True)


async def test_messages_in_the_new_version_has_no_documents_of_the_assistant(sim: Simulator, post: Any) -> None:
    """They were allowed before 2026-10-21."""
    source = {"type": "text", "media_type": "text/plain", "data": "x"}
    said = {"role": "assistant", "content": [{"type": "document", "source": source}]}
    body, new = {**MESSAGES, "messages": [HI, said, HI]}, {"anthropic-version": "2026-10-21"}
    assert (await post(sim, "/v1/messages", body)).status == 200
    answer = await post(sim, "/v1/messages", body, new)
    assert (answer.status, "only be in `user`" in answer.json["error"]["message"]) == (400, True)
