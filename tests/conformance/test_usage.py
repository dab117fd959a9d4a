"""Token counts: equal, complete, and in the same words for every vendor."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agents import ModelSettings, PermissionDeniedError, ProviderError
from agents.testing.simulator import (
    HttpError,
    NoUsage,
    Raw,
    Reply,
    Simulator,
    Thinking,
    Tokens,
    ToolCall,
)

from .columns import ANTHROPIC, CHAT, GOOGLE, LITELLM_ANTHROPIC, Column, Run, agent, raws, thinking
from .table import shows
from .wire import SSE, recorded

SPENT = Tokens(input=100, output=40, cached=30, cache_write=20, reasoning=10)


def said(spent: Tokens) -> Reply:
    return Reply([Thinking("Let me think about this."), "Hello."], usage=spent)


def spent_on(column: Column) -> Tokens:
    return Tokens(100, 40, 30, 0, 10) if column in GOOGLE else SPENT  # Gemini's cache is written elsewhere


@shows("usage:meaning", "usage:streamed")
async def test_tokens_are_counted_alike(sim: Simulator, run: Run, column: Column) -> None:
    """`input` is all that was read and `output` all that was written, though vendors leave parts out of either."""
    spent = spent_on(column)
    sim.script(said(spent))
    result = await run(agent(column.on(sim), model_settings=thinking()))
    usage = result.context_wrapper.usage
    assert (usage.requests, usage.input_tokens, usage.output_tokens, usage.total_tokens) == (1, 100, 40, 140)
    assert usage.input_tokens_details.cached_tokens == 30
    assert usage.input_tokens_details.cache_write_tokens == spent.cache_write
    if column is not LITELLM_ANTHROPIC:  # LiteLLM estimates it there, and in plain answers only
        assert usage.output_tokens_details.reasoning_tokens == 10
    assert len(usage.request_usage_entries) == 1


@shows("usage:cache-writes")
async def test_what_is_written_to_the_cache_is_counted(sim: Simulator, run: Run, column: Column) -> None:
    """It costs more than other input, and Anthropic leaves it out of its count of that."""
    sim.script(Reply(["Hello."], usage=Tokens(input=100, output=40, cache_write=60)))
    usage = (await run(agent(column.on(sim)))).context_wrapper.usage
    details = usage.input_tokens_details
    assert (usage.input_tokens, details.cached_tokens, details.cache_write_tokens) == (100, 0, 60)


@shows("usage:sums")
async def test_tokens_add_up_over_the_turns_of_a_run(sim: Simulator, run: Run, column: Column, weather: Any) -> None:
    """A run costs what its turns cost; each stands in an entry of its own."""
    result = await run(agent(column.on(sim), tools=[weather]), "The weather in Oslo?")
    usage = result.context_wrapper.usage
    assert usage.requests == len(usage.request_usage_entries) == 2
    assert usage.input_tokens + usage.output_tokens == usage.total_tokens
    assert sum(entry.total_tokens for entry in usage.request_usage_entries) == usage.total_tokens
    assert usage.request_usage_entries[1].input_tokens > usage.request_usage_entries[0].input_tokens > 0


@shows("usage:none")
async def test_missing_usage_is_one_request_and_one_warning(
    sim: Simulator, run: Run, column: Column, caplog: pytest.LogCaptureFixture
) -> None:
    """A service that does not count must neither break the run nor fill the log."""
    sim.script(*[Reply(["Hello."], faults=[NoUsage()])] * 2)
    poet = agent(column.on(sim))
    results = [await run(poet) for _ in range(2)]
    usages = [result.context_wrapper.usage for result in results]
    assert [result.final_output for result in results] == ["Hello.", "Hello."]
    assert [usage.requests for usage in usages] == [1, 1]
    assert [usage.total_tokens for usage in usages] == [0, 0]
    assert [r.levelname for r in caplog.records if r.name == "openai.agents"] == ["WARNING"]


@shows("usage:unasked", columns=CHAT)
async def test_a_stream_that_was_not_asked_says_nothing_of_it(
    sim: Simulator, run: Run, column: Column, caplog: pytest.LogCaptureFixture
) -> None:
    """Usage in streams is asked for; who does not ask needs no warning on each call."""
    sim.script("Hello.")
    result = await run(agent(column.on(sim), model_settings=ModelSettings(include_usage=False)))
    assert result.context_wrapper.usage.requests == 1
    assert not [record for record in caplog.records if record.name == "openai.agents"]
    assert "stream_options" not in sim.requests[0].body


@shows("usage:raw")
@pytest.mark.parametrize("keep", [True, False, None])
async def test_the_vendors_own_usage_record_is_kept_on_demand(
    sim: Simulator, run: Run, column: Column, keep: bool | None
) -> None:
    """For what the common words leave out; nobody else should pay for it."""
    sim.script(said(spent_on(column)))
    settings = ModelSettings(include_usage=True, preserve_raw_usage=keep)
    result = await run(agent(column.on(sim), model_settings=settings))
    (response,) = result.raw_responses
    assert raws(result, "message")
    if not keep:
        assert response.raw_usage is None
        return
    own = {"openai-chat": "prompt_tokens", "openai-responses": "input_tokens", "gemini": "promptTokenCount"}
    name = "prompt_tokens" if column.by == "litellm" else own.get(column.protocol, "input_tokens")
    assert response.raw_usage[name] == (50 if column is ANTHROPIC else 100)


HEAD = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "gpt-5"}
COUNTS = {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}
EMPTY = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
HALF = {"prompt_tokens": 7, "completion_tokens": 1, "total_tokens": 8}


def chunk(*choices: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {**HEAD, "choices": list(choices), **fields}


SAYS = {"index": 0, "delta": {"role": "assistant", "content": "Hello."}, "finish_reason": None}
ENDS = {"index": 0, "delta": {}, "finish_reason": "stop"}
PLACES: dict[str, list[Any]] = {
    "with the finish reason": [chunk(SAYS), chunk(ENDS, usage=COUNTS)],
    "on every chunk, cumulative": [chunk(SAYS, usage=HALF), chunk(ENDS, usage=COUNTS)],
    "on every chunk, without counts": [chunk(SAYS, usage=EMPTY), chunk(ENDS, usage=EMPTY), chunk(usage=COUNTS)],
    "before a chunk without counts": [chunk(SAYS), chunk(ENDS, usage=COUNTS), chunk(usage=EMPTY)],
    "behind empty choices": [chunk(), chunk(SAYS), chunk(ENDS), {**HEAD, "choices": None, "usage": COUNTS}],
}


@shows("usage:odd-places", columns=CHAT)
@pytest.mark.parametrize("place", PLACES)
async def test_usage_in_an_odd_place_is_counted_once(sim: Simulator, run: Run, column: Column, place: str) -> None:
    """Compatible servers put it where they please; the last that is not zero counts."""
    sim.script(Raw(events=[*PLACES[place], "[DONE]"], headers=SSE))
    result = await run(agent(column.on(sim)))
    usage = result.context_wrapper.usage
    assert (usage.requests, usage.input_tokens, usage.output_tokens) == (1, 7, 2)
    assert result.final_output == "Hello."


@shows("usage:groq", columns=CHAT)
async def test_usage_in_groqs_own_field_is_counted(sim: Simulator, run: Run, column: Column) -> None:
    """Groq's streams have it there, and nowhere else."""
    told = [chunk(SAYS), chunk(ENDS, x_groq={"usage": COUNTS})]
    sim.script(Raw(events=[*told, "[DONE]"], headers=SSE))
    usage = (await run(agent(column.on(sim)))).context_wrapper.usage
    assert (usage.requests, usage.input_tokens, usage.output_tokens) == (1, 7, 2)


def counted_and_broken(column: Column, told: list[bytes]) -> list[Any]:
    """A stream that breaks behind its first counts: on each chunk, in the failure itself, or where they begin."""
    if column.protocol == "openai-chat":
        return [chunk(SAYS, usage=HALF), b"data: {broken\n\n"]
    if column.protocol == "openai-responses":
        spent = {"input_tokens": 7, "output_tokens": 1, "total_tokens": 8}
        failed = {"id": "resp_1", "status": "failed", "error": {"code": "rate_limit_exceeded"}, "usage": spent}
        return [*told[:5], b"data: " + json.dumps({"type": "response.failed", "response": failed}).encode() + b"\n\n"]
    return [*told[:3], b"data: {broken\n\n"]


@shows("usage:failed-call")
async def test_what_a_broken_stream_had_counted_is_on_the_error(sim: Simulator, run: Run, column: Column) -> None:
    """It was spent, though the answer never came."""
    async with Simulator() as other:
        other.script("one two three")
        told = await recorded(other, column.protocol)
    sim.script(Raw(events=counted_and_broken(column, told), headers=SSE))
    settings = ModelSettings(include_usage=True)
    with pytest.raises(ProviderError) as caught:
        await run(agent(column.on(sim), model_settings=settings))
    assert caught.value.partial_response is not None
    assert caught.value.partial_response.usage.input_tokens > 0


@shows("usage:before-failure")
async def test_what_earlier_turns_cost_is_on_the_error(sim: Simulator, run: Run, column: Column, weather: Any) -> None:
    """A run that fails in its second turn has paid for the first."""
    sim.script(Reply([ToolCall("get_weather", {"city": "Oslo"})]), HttpError(403, "No more"))
    with pytest.raises(PermissionDeniedError) as caught:
        await run(agent(column.on(sim), tools=[weather]))
    assert caught.value.run_data is not None
    usage = caught.value.run_data.context_wrapper.usage
    assert usage.requests == 1
    assert usage.total_tokens > 0
