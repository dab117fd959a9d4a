"""A run that waits, and a session: the session meets whole turns only, each once."""

from __future__ import annotations

from typing import Any

from agents import Agent, RunState, SQLiteSession, function_tool


async def test_a_waiting_turn_is_stored_when_it_is_whole(run: Any, says: Any) -> None:
    """Until somebody has decided, the session holds what was said; afterwards all of it, once, in its order."""

    @function_tool(needs_approval=True)
    def delete(path: str) -> str:
        return f"deleted {path}"

    @function_tool
    def look() -> str:
        return "seen"

    session = SQLiteSession("s")
    await session.add_items([{"role": "user", "content": "Before."}, {"role": "assistant", "content": "Yes."}])
    model = says(("look", {}, "c0"), [("delete", {"path": "a"}, "c1"), ("look", {}, "c2")], "Done.", "More.")
    agent = Agent("A", model=model, tools=[delete, look])
    result = await run(agent, "Clean up", session=session)
    kinds = [item.get("type") or item["role"] for item in await session.get_items()]
    assert kinds == ["user", "assistant", "user", "function_call", "function_call_output"]

    state = await RunState.from_string(agent, result.to_state().to_string())
    state.approve(state.get_interruptions()[0])
    result = await run(agent, state, session=session)
    items = await session.get_items()
    assert [item.get("call_id") or item.get("content") for item in items][:6] == [
        "Before.",
        "Yes.",
        "Clean up",
        "c0",
        "c0",
        "c1",
    ]
    assert sorted(str(item.get("call_id")) for item in items if "call_id" in item) == sorted(["c0", "c1", "c2"] * 2)
    assert items[-1]["role"] == "assistant"
    assert len(items) == 10

    await run(agent, "And then?", session=session)
    assert [item.get("call_id") for item in model.last_call.input] == [item.get("call_id") for item in items] + [None]
    session.close()


async def test_a_session_that_comes_later_gets_all(run: Any, says: Any) -> None:
    """The run began without one: whoever gives it one wants the conversation kept, from its beginning."""

    @function_tool(needs_approval=True)
    def delete(path: str) -> str:
        return f"deleted {path}"

    session = SQLiteSession("s")
    agent = Agent("A", model=says(("delete", {"path": "a"}, "c1"), "Done."), tools=[delete])
    state = (await run(agent, "Clean up")).to_state()
    state.approve(state.get_interruptions()[0])
    await run(agent, state, session=session)
    kinds = [item.get("type") or item["role"] for item in await session.get_items()]
    assert kinds == ["user", "function_call", "function_call_output", "message"]
    session.close()
