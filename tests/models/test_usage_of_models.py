"""Token counts, plain and streamed: equal, complete, and in the same words for every vendor."""

from __future__ import annotations

from typing import Any

import pytest

from agents import ModelSettings
from agents.testing.simulator import NoUsage, Reply, Simulator, Thinking, Tokens

from .routes import (
    ANTHROPIC,
    CLIENT,
    EVERY_ROUTE,
    GEMINI,
    OPENAI,
    RESPONSES,
    Route,
    Run,
    agent,
    on_routes,
    raws,
    thinking,
)

SPENT = Tokens(input=100, output=40, cached=30, cache_write=20, reasoning=10)


def said(spent: Tokens) -> Reply:
    return Reply([Thinking("Let me think about this."), "Hello."], usage=spent)


@EVERY_ROUTE
async def test_tokens_are_counted_alike(sim: Simulator, run: Run, route: Route) -> None:
    """`input` is all that was read and `output` all that was written, though vendors leave parts out of either."""
    spent = Tokens(100, 40, 30, 0, 10) if route is GEMINI else SPENT  # Gemini's cache is written elsewhere
    sim.script(said(spent))
    result = await run(agent(route.on(sim), model_settings=thinking()))
    usage = result.context_wrapper.usage
    assert (usage.requests, usage.input_tokens, usage.output_tokens, usage.total_tokens) == (1, 100, 40, 140)
    assert usage.input_tokens_details.cached_tokens == 30
    assert usage.input_tokens_details.cache_write_tokens == spent.cache_write
    if route is not ANTHROPIC:  # LiteLLM estimates it there, and in plain answers only
        assert usage.output_tokens_details.reasoning_tokens == 10
    assert len(usage.request_usage_entries) == 1


@EVERY_ROUTE
async def test_tokens_add_up_over_the_turns_of_a_run(sim: Simulator, run: Run, route: Route, weather: Any) -> None:
    """A run costs what its turns cost; each stands in an entry of its own."""
    result = await run(agent(route.on(sim), tools=[weather]), "The weather in Oslo?")
    usage = result.context_wrapper.usage
    assert usage.requests == len(usage.request_usage_entries) == 2
    assert usage.input_tokens + usage.output_tokens == usage.total_tokens
    assert sum(entry.total_tokens for entry in usage.request_usage_entries) == usage.total_tokens
    assert usage.request_usage_entries[1].input_tokens > usage.request_usage_entries[0].input_tokens > 0


@on_routes(OPENAI, CLIENT)
async def test_missing_usage_is_one_request_and_one_warning(
    sim: Simulator, run: Run, route: Route, caplog: pytest.LogCaptureFixture
) -> None:
    """A service that does not count must neither break the run nor fill the log.

    The other two vendors always count: without their counts, LiteLLM cannot read an answer.
    """
    sim.script(*[Reply(["Hello."], faults=[NoUsage()])] * 2)
    poet = agent(route.on(sim))
    usages = [(await run(poet)).context_wrapper.usage for _ in range(2)]
    assert [usage.requests for usage in usages] == [1, 1]
    warnings = [record.levelname for record in caplog.records if record.name == "openai.agents"]
    if route is OPENAI and run.__name__ == "streamed":
        assert usages[0].total_tokens > 0  # LiteLLM estimates the tokens of a stream by itself
        assert not warnings
    else:
        assert [usage.total_tokens for usage in usages] == [0, 0]
        assert warnings == ["WARNING"]


@EVERY_ROUTE
async def test_a_stream_that_was_not_asked_says_nothing_of_it(
    sim: Simulator, run: Run, route: Route, caplog: pytest.LogCaptureFixture
) -> None:
    """Usage in streams is asked for; who does not ask needs no warning on each call."""
    sim.script("Hello.")
    result = await run(agent(route.on(sim), model_settings=ModelSettings()))
    assert result.context_wrapper.usage.requests == 1
    assert not [record for record in caplog.records if record.name == "openai.agents"]
    assert "stream_options" not in sim.requests[0].body


@EVERY_ROUTE
@pytest.mark.parametrize("keep", [True, False, None])
async def test_the_vendors_own_usage_record_is_kept_on_demand(
    sim: Simulator, run: Run, route: Route, keep: bool | None
) -> None:
    """For what the common words leave out; nobody else should pay for it."""
    sim.script(said(SPENT))
    settings = ModelSettings(include_usage=True, preserve_raw_usage=keep)
    result = await run(agent(route.on(sim), model_settings=settings))
    (response,) = result.raw_responses
    assert raws(result, "message")
    if keep:
        words = ("input_tokens", "output_tokens") if route is RESPONSES else ("prompt_tokens", "completion_tokens")
        assert [response.raw_usage[word] for word in words] == [100, 40]
    else:
        assert response.raw_usage is None
