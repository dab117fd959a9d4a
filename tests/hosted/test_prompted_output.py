"""Structured output that is asked for in words, of a model that has hosted tools as well."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel

from agents import Agent, Runner, WebSearchTool
from agents.testing.simulator import Reply, Simulator, Text, Tokens, WebSearch

from .conftest import model

RIGHT = '{"city": "Oslo", "degrees": 4}'
SEARCH = WebSearch("weather in Oslo", ["https://a.example"])


class Report(BaseModel):
    city: str
    degrees: int


def reporter(sim: Simulator, which: str) -> Agent[Any]:
    prompted = model(sim, which, profile={"structured_output": "prompt", "json_mode": "never"})
    return Agent("Reporter", model=prompted, output_type=Report, tools=[WebSearchTool()])


@pytest.mark.parametrize("which", ["responses", "anthropic", "gemini", "gemini-2"])
async def test_text_behind_a_search_is_checked_and_sent_back_once(sim: Simulator, run: Any, which: str) -> None:
    """A model that has searched likes to tell of it in prose; the search stays, and only the answer is asked again."""
    sim.script(Reply([SEARCH, Text("It is cold.")], usage=Tokens(10, 5)), Reply([Text(RIGHT)], usage=Tokens(20, 6)))
    result = await run(reporter(sim, which))
    assert result.final_output == Report(city="Oslo", degrees=4)
    assert result.context_wrapper.usage.requests == 2
    assert "That is not the JSON object that was asked for." in str(sim.requests[-1].body)
    messages = [item for item in result.new_items if item.type == "message_output_item"]
    assert [message.raw_item.content[0].text for message in messages] == [RIGHT]


@pytest.mark.parametrize("which", ["anthropic", "gemini"])
async def test_json_in_prose_is_found_behind_a_search_and_streamed_clean(sim: Simulator, which: str) -> None:
    """What is shown and what is returned are the same, hosted tools or not."""
    sim.script(Reply([SEARCH, Text(f"Here: {RIGHT}")]))
    result = Runner.run_streamed(reporter(sim, which), "Hello")
    raw = [event.data async for event in result.stream_events() if event.type == "raw_response_event"]
    assert "".join(event.delta for event in raw if event.type == "response.output_text.delta") == RIGHT
    assert [event.sequence_number for event in raw] == list(range(len(raw)))
    assert result.final_output == Report(city="Oslo", degrees=4)
    done = [event.item for event in raw if event.type == "response.output_item.done"]
    assert [item.type for item in raw[-1].response.output] == [item.type for item in done]
