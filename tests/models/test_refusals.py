"""Answers that are none: refusals and content filters, each an error with the reason, never an empty output."""

from __future__ import annotations

from typing import Any

import pytest

from agents import ModelRefusalError, ModelSettings, Runner
from agents.testing.simulator import Refusal, Reply, Simulator, Text, Thinking

from .routes import ALL, ANTHROPIC, CLIENTS, GEMINI, OPENAI, Route, Run, agent

OWN_WORDS = "I must not."
WITHHELD = "The provider's content filter withheld the answer."
CASES: list[tuple[str, Route, Reply, str]] = [
    ("a refusal", OPENAI, Reply([Refusal(OWN_WORDS)]), OWN_WORDS),
    *(("a refusal", route, Reply([Refusal(OWN_WORDS)]), OWN_WORDS) for route in CLIENTS),
    # LiteLLM makes a content filter of the stop reason "refusal", and leaves the explanation out.
    ("a refusal", ANTHROPIC, Reply([Refusal(OWN_WORDS)]), WITHHELD),
    ("a refusal", GEMINI, Reply([Refusal(OWN_WORDS)]), WITHHELD),
    *(("a filter", route, Reply([], stop="filter"), WITHHELD) for route in ALL),
    *(("thought, then a filter", route, Reply([Thinking("Hm.")], stop="filter"), WITHHELD) for route in (ANTHROPIC,)),
    ("a blocked prompt", GEMINI, Reply([], stop="blocked"), WITHHELD),
]


@pytest.mark.parametrize(
    ("route", "reply", "reason"), [case[1:] for case in CASES], ids=[f"{name}-{r.id}" for name, r, *_ in CASES]
)
@pytest.mark.parametrize("output_type", [None, list[str]], ids=["text", "json"])
async def test_a_refusal_is_an_error_with_its_reason(
    sim: Simulator, run: Run, route: Route, reply: Reply, reason: str, output_type: Any
) -> None:
    """An empty output would look like an answer, and the run would go on with it."""
    sim.script(reply)
    poet = agent(route.on(sim), model_settings=ModelSettings(include_usage=True), output_type=output_type)
    with pytest.raises(ModelRefusalError) as caught:
        await run(poet)
    assert caught.value.refusal == reason
    assert caught.value.run_data is not None
    assert caught.value.run_data.context_wrapper.usage.requests == 1
    assert len(sim.requests) == 1


@pytest.mark.parametrize("route", [OPENAI, *CLIENTS], ids=lambda route: route.id)
async def test_a_refusal_streams_in_pieces(sim: Simulator, route: Route) -> None:
    """LiteLLM drops chunks of a refusal that nobody marks."""
    sim.script(Reply([Refusal("I must not do this.")]))
    result = Runner.run_streamed(agent(route.on(sim)), "Do it")
    said: list[str] = []

    async def read() -> None:
        async for event in result.stream_events():
            if event.type == "raw_response_event" and event.data.type == "response.refusal.delta":
                said.append(event.data.delta)

    with pytest.raises(ModelRefusalError, match="I must not do this"):
        await read()
    assert len(said) > 1
    assert "".join(said) == "I must not do this."


@pytest.mark.parametrize("route", [OPENAI, ANTHROPIC, *CLIENTS], ids=lambda route: route.id)
async def test_text_before_a_filter_is_kept(sim: Simulator, run: Run, route: Route) -> None:
    """What the model had said stands; Gemini's LiteLLM route keeps it in streams only."""
    sim.script(Reply([Text("Once upon")], stop="filter"))
    result = await run(agent(route.on(sim)))
    assert result.final_output == "Once upon"
