"""Answers that are none: refusals, content filters, and what was cut off."""

from __future__ import annotations

from typing import Any

import pytest

from agents import ModelBehaviorError, ModelRefusalError, ModelSettings, Runner
from agents.testing.simulator import Refusal, Reply, Simulator, Text, Thinking, ToolCall

from .columns import (
    ANTHROPIC,
    CLIENTS,
    COLUMNS,
    GEMINI,
    GOOGLE,
    LITELLM_ANTHROPIC,
    LITELLM_GEMINI,
    Column,
    Run,
    agent,
)
from .table import shows

OWN_WORDS = "I must not do this."
WITHHELD = "The provider's content filter withheld the answer."
TYPES = pytest.mark.parametrize("output_type", [None, list[str]], ids=["text", "json"])


async def refused(sim: Simulator, run: Run, column: Column, reply: Reply, output_type: Any) -> str:
    """The reason of the refusal that a run ends with."""
    sim.script(reply)
    poet = agent(column.on(sim), model_settings=ModelSettings(include_usage=True), output_type=output_type)
    with pytest.raises(ModelRefusalError) as caught:
        await run(poet)
    assert caught.value.run_data is not None
    assert caught.value.run_data.context_wrapper.usage.requests == 1
    assert len(sim.requests) == 1
    return caught.value.refusal


@shows("refusals:own-words")
@TYPES
async def test_a_refusal_is_an_error_with_its_reason(
    sim: Simulator, run: Run, column: Column, output_type: Any
) -> None:
    """An empty output would look like an answer, and the run would go on with it."""
    assert OWN_WORDS in await refused(sim, run, column, Reply([Refusal(OWN_WORDS)]), output_type)


@shows("refusals:explained", columns=(LITELLM_ANTHROPIC, LITELLM_GEMINI))
async def test_a_refusal_without_its_words_is_one_still(sim: Simulator, run: Run, column: Column) -> None:
    """LiteLLM makes a content filter of it, and leaves the explanation out."""
    assert await refused(sim, run, column, Reply([Refusal(OWN_WORDS)]), None) == WITHHELD


@shows("refusals:explained", columns=[c for c in COLUMNS if c not in (LITELLM_ANTHROPIC, LITELLM_GEMINI)])
async def test_a_refusal_is_an_item(sim: Simulator, run: Run, column: Column) -> None:
    """The words stand where Responses has them."""
    sim.script(Reply([Refusal(OWN_WORDS)]))
    with pytest.raises(ModelRefusalError) as caught:
        await run(agent(column.on(sim)))
    assert caught.value.run_data is not None
    (response,) = caught.value.run_data.raw_responses
    assert [part.type for part in response.output[-1].content] == ["refusal"]  # type: ignore[union-attr]


@shows("refusals:filter")
@TYPES
async def test_a_content_filter_is_a_refusal(sim: Simulator, run: Run, column: Column, output_type: Any) -> None:
    """A filter that empties a turn must not let the run go on, and ask again for ever."""
    assert await refused(sim, run, column, Reply([], stop="filter"), output_type)


@shows("refusals:filter-after-thinking")
async def test_a_filter_behind_thinking_is_a_refusal(sim: Simulator, run: Run, column: Column) -> None:
    """Thinking is no answer."""
    assert await refused(sim, run, column, Reply([Thinking("Hm.")], stop="filter"), None)


@shows("refusals:blocked-prompt", columns=GOOGLE)
async def test_a_blocked_prompt_is_a_refusal(sim: Simulator, run: Run, column: Column) -> None:
    """There is no candidate then, but a reason."""
    reason = await refused(sim, run, column, Reply([], stop="blocked"), None)
    assert column is LITELLM_GEMINI or "SAFETY" in reason


@shows("refusals:streamed", way="streamed")
async def test_a_refusal_streams_in_pieces(sim: Simulator, column: Column) -> None:
    """A user interface shows it as it comes; LiteLLM drops chunks of a refusal that nobody marks."""
    sim.script(Reply([Refusal(OWN_WORDS)]))
    result = Runner.run_streamed(agent(column.on(sim)), "Do it")
    said: list[str] = []

    async def read() -> None:
        async for event in result.stream_events():
            if event.type == "raw_response_event" and event.data.type == "response.refusal.delta":
                said.append(event.data.delta)

    with pytest.raises(ModelRefusalError, match="I must not do this"):
        await read()
    assert len(said) > 1
    assert "".join(said) == OWN_WORDS


@shows("refusals:text-before")
async def test_text_before_a_filter_is_kept(sim: Simulator, run: Run, column: Column) -> None:
    """What the model had said stands: as the answer, or with the refusal that says why it ends there."""
    sim.script(Reply([Text("Once upon")], stop="filter"))
    poet = agent(column.on(sim))
    if column in (ANTHROPIC, GEMINI):
        with pytest.raises(ModelRefusalError) as caught:
            await run(poet)
        assert caught.value.run_data is not None
        responses = caught.value.run_data.raw_responses
    else:
        responses = (await run(poet)).raw_responses
    assert responses[0].output[-1].content[0].text == "Once upon"  # type: ignore[union-attr]


@shows("stops:length")
async def test_text_that_was_cut_is_kept(sim: Simulator, run: Run, column: Column) -> None:
    """Half an answer is worth more than none."""
    sim.script(Reply([Text("Once upon")], stop="length"))
    result = await run(
        agent(
            column.on(sim, model="gpt-4.1" if column in CLIENTS else None),
            model_settings=ModelSettings(max_tokens=2000),
        )
    )
    assert result.final_output == "Once upon"


@shows("stops:length-in-a-call")
async def test_a_call_that_was_cut_is_an_error_that_says_so(
    sim: Simulator, run: Run, column: Column, weather: Any
) -> None:
    """Broken arguments would send the caller looking in the wrong place, and the tool must not run on half of them."""
    sim.script(Reply([ToolCall("get_weather", '{"city": "Os')], stop="length"))
    with pytest.raises(ModelBehaviorError, match=r"max_tokens|token limit"):
        await run(agent(column.on(sim), tools=[weather]))
    assert len(sim.requests) == 1


@shows("stops:sequence")
async def test_a_stop_sequence_ends_an_answer(sim: Simulator, run: Run, column: Column) -> None:
    """It has no field of its own in the settings, and is one of the most used extras."""
    field = {"anthropic": "stop_sequences"}.get(column.protocol, "stop")
    settings = ModelSettings(extra_args={"stop" if column.by == "litellm" else field: ["three"]})
    sim.script(Reply([Text("One two ")], stop="sequence"))
    model = column.on(sim, model="gpt-4.1" if column.protocol == "openai-chat" else None)
    result = await run(agent(model, model_settings=settings))
    assert result.final_output == "One two "
    body = sim.requests[0].body
    sent = body.get("stop") or body.get("stop_sequences") or body.get("generationConfig", {})
    assert "three" in str(sent)
