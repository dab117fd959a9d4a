"""Sessions over the models' own protocols: whatever a limit or a summary leaves, no service refuses it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agents import Agent, AnyModel, ModelSettings, RunConfig, SQLiteSession
from agents.memory import CompactingSession
from agents.testing import ScriptedModel, assistant_message
from agents.testing.simulator import Reply, Simulator, Text, Thinking, ToolCall

REASONS = ModelSettings(reasoning={"effort": "low", "summary": "auto"})  # type: ignore[arg-type]


def script_turns(sim: Simulator, count: int) -> None:
    """A conversation whose turns think, say something, call two tools, think again, and answer."""
    for n in range(count):
        calls = [ToolCall("get_weather", {"city": city}) for city in ("Rome", "Oslo")]
        sim.script(Reply([Thinking(f"I wonder {n}."), Text("I look."), *calls]))
        sim.script(Reply([Thinking(f"I see {n}."), Text(f"Fine {n}.")]))


async def talk(run: Any, agent: Agent[Any], session: Any, count: int, **options: Any) -> None:
    for n in range(count):
        result = await run(agent, f"Weather {n}?", session=session, **options)
        assert result.final_output.startswith("Fine")


def requests(sim: Simulator) -> int:
    return len(sim.requests)


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5, 6, 7, 8, 9, None])
async def test_a_limit_anywhere_leaves_a_legal_conversation(
    sim: Simulator, model: Callable[..., AnyModel], run: Any, weather: Any, limit: int | None
) -> None:
    """A limit counts items and knows nothing of turns: the services, however, do."""
    session = SQLiteSession("s")
    agent = Agent("A", model=model(), tools=[weather], model_settings=REASONS)
    script_turns(sim, 3)
    await talk(run, agent, session, 3, run_config=RunConfig(session_settings={"limit": limit}))  # type: ignore[arg-type]
    assert requests(sim) == 6


@pytest.mark.parametrize("keep", [0, 300, 600])
async def test_after_a_summary_the_conversation_goes_on(
    sim: Simulator, model: Callable[..., AnyModel], run: Any, weather: Any, keep: int, tmp_path: Path
) -> None:
    """What is kept has its calls with their results, and reasoning that its maker still takes."""
    inner = SQLiteSession("s", tmp_path / "chat.db")
    summaries = ScriptedModel([[assistant_message(f"Summary {n}.")] for n in range(6)])
    session = CompactingSession(inner, model=summaries, max_tokens=700, keep_tokens=keep)
    agent = Agent("A", model=model(), tools=[weather], model_settings=REASONS)
    script_turns(sim, 6)
    await talk(run, agent, session, 6)
    assert summaries.calls, "it was never long enough to be summed up"
    assert "Summary" in str(sim.requests[-1].body)
    said = [item for item in await session.get_original_items() if item.get("role") == "user"]
    assert [item["content"] for item in said] == [f"Weather {n}?" for n in range(6)]
    inner.close()


async def test_a_model_sums_up_its_own_conversation(
    sim: Simulator, model: Callable[..., AnyModel], run: Any, weather: Any
) -> None:
    """The summary is a plain question to any model: the one that talks, or a smaller one of another vendor."""
    session = CompactingSession(SQLiteSession("s"), model=model(), max_tokens=100_000, keep_tokens=100)
    agent = Agent("A", model=model(), tools=[weather], model_settings=REASONS)
    script_turns(sim, 3)
    await talk(run, agent, session, 3)
    sim.script(Reply([Text("The weather was fine.")]))
    assert await session.compact()
    assert "The weather was fine." in str((await session.get_items())[0])
    assert session.usage.requests == 1
    assert session.usage.total_tokens > 0


async def test_a_session_changes_hands_between_vendors(sim: Simulator, run: Any, weather: Any) -> None:
    """Who keeps a conversation may choose another model for its next turn, or a cheaper one for the night."""
    session = SQLiteSession("s")
    makers = [
        AnyModel("claude-sonnet-4-5", base_url=sim.anthropic_base_url, api_key=sim.api_key, api="anthropic"),
        AnyModel("gpt-5.2", base_url=sim.openai_base_url, api_key=sim.api_key, api="openai-responses"),
        AnyModel("gemini-3-pro", base_url=sim.gemini_base_url, api_key=sim.api_key, api="gemini"),
        AnyModel("gpt-4.1", base_url=sim.openai_base_url, api_key=sim.api_key, api="openai-chat"),
    ]
    script_turns(sim, 8)
    for maker in makers * 2:
        settings = ModelSettings() if maker is makers[-1] else REASONS
        await talk(run, Agent("A", model=maker, tools=[weather], model_settings=settings), session, 1)
    assert len(await session.get_items()) >= 8 * 7
