"""Agents as tools over each wire protocol: what the inner run is told, shows and costs, and how it is stopped."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pydantic import BaseModel

from agents import Agent, AgentHooks, FallbackModel, Runner, RunState, function_tool
from agents.testing.simulator import HttpError, Reply, Simulator, Stall, Text, Tokens, ToolCall

LONG = Text(pieces=[f"word{number} " for number in range(30)])


class Parcel(BaseModel):
    """What to send."""

    city: str
    weight: int


async def test_structured_input_is_told_and_the_output_extracted(sim: Simulator, run: Any, model: Any) -> None:
    """The schema of the input goes out in the form of every protocol, and what was extracted comes back in it."""
    sim.script(Reply([ToolCall("post", {"city": "Oslo", "weight": 3})]), "Sent it by ship.", "It is on its way.")

    async def extract(result: Any) -> str:
        return f"extracted: {result.final_output}"

    post = Agent("Post", model=model())
    tool = post.as_tool("post", "Sends a parcel.", parameters=Parcel, custom_output_extractor=extract)
    result = await run(Agent("Desk", model=model(), tools=[tool]), "Send it")

    assert result.final_output == "It is on its way."
    outer, inner, again = (str(request.body) for request in sim.requests)
    assert "weight" in outer
    assert "Oslo" in inner
    assert "extracted: Sent it by ship." in again


async def test_the_inner_stream_is_told_and_both_are_counted(sim: Simulator, run: Any, model: Any) -> None:
    """Who watches the inner run reads its text as it is written; the bill is that of both."""
    tokens = Tokens(input=10, output=5)
    sim.script(
        Reply([ToolCall("ask", {"input": "Hm?"})], usage=tokens),
        Reply([Text("Inner words.")], usage=tokens),
        Reply([Text("Done.")], usage=tokens),
    )
    told: list[str] = []

    def listen(news: Any) -> None:
        event = news["event"]
        if event.type == "raw_response_event" and event.data.type == "response.output_text.delta":
            told.append(event.data.delta)

    inner = Agent("Inner", model=model())
    result = await run(Agent("Outer", model=model(), tools=[inner.as_tool("ask", "Asks.", on_stream=listen)]), "Go")

    assert "".join(told) == "Inner words."
    usage = result.context_wrapper.usage
    assert (usage.requests, usage.total_tokens) == (3, 45)


@pytest.mark.parametrize("watched", [False, True], ids=["plain inside", "streamed inside"])
async def test_cancelling_the_outer_run_hangs_up_on_the_inner_model(sim: Simulator, model: Any, watched: bool) -> None:
    """A user who leaves pays for no answer that is still being written, and no fallback begins another one."""
    sim.script(Reply([ToolCall("ask", {"input": "Hm?"})]), Reply([LONG], faults=[Stall(after=4)]))
    asked = asyncio.Event()

    class Hooks(AgentHooks[Any]):
        async def on_llm_start(self, *_: Any) -> None:
            asyncio.get_running_loop().call_later(0.03, asked.set)  # the model is writing by then

    inner = Agent("Inner", hooks=Hooks(), model=FallbackModel([model(), model()]))
    options: dict[str, Any] = {"on_stream": lambda news: None} if watched else {}
    result = Runner.run_streamed(Agent("Outer", model=model(), tools=[inner.as_tool("ask", "Asks.", **options)]), "Go")

    async def read() -> None:
        async for _ in result.stream_events():
            pass

    reading = asyncio.ensure_future(read())
    await asked.wait()
    result.cancel()
    await reading
    await sim.wait_idle()
    assert len(sim.requests) == 2


async def test_a_rejection_and_a_standing_approval_reach_the_inner_model(sim: Simulator, run: Any, model: Any) -> None:
    """One call is rejected in words, one approved for good: the next call of that tool asks nobody."""
    done: list[str] = []

    @function_tool(needs_approval=True)
    def delete(path: str) -> str:
        """Delete a file."""
        done.append(path)
        return f"deleted {path}"

    sim.script(
        Reply([ToolCall("clean", {"input": "Go."})]),
        Reply([ToolCall("delete", {"path": "a"}), ToolCall("delete", {"path": "b"})]),
        Reply([ToolCall("delete", {"path": "c"})]),
        "Cleaned.",
        "All done.",
    )
    cleaner = Agent("Cleaner", model=model(), tools=[delete])
    agent = Agent("Boss", model=model(), tools=[cleaner.as_tool("clean", "Cleans.")])
    result = await run(agent, "Clean up")
    state = await RunState.from_string(agent, result.to_state().to_string())
    rejected, approved = state.get_interruptions()
    state.reject(rejected, rejection_message="Keep a.")
    state.approve(approved, always_approve=True)
    result = await run(agent, state)

    assert (result.final_output, result.interruptions) == ("All done.", [])
    assert sorted(done) == ["b", "c"]
    assert "Keep a." in str(sim.requests[2].body)


async def test_a_fallback_within_a_waiting_agent_tool_goes_on(sim: Simulator, run: Any, model: Any) -> None:
    """The model that answered made the call; after the JSON the first one is asked again, and reads it as its own."""
    done: list[str] = []

    @function_tool(needs_approval=True)
    def delete(path: str) -> str:
        """Delete a file."""
        done.append(path)
        return "deleted"

    sim.script(
        Reply([ToolCall("clean", {"input": "Go."})]),
        HttpError(503),
        Reply([ToolCall("delete", {"path": "a"})]),
        "Cleaned.",
        "All done.",
    )
    cleaner = Agent("Cleaner", model=FallbackModel([model(), model()]), tools=[delete])
    agent = Agent("Boss", model=model(), tools=[cleaner.as_tool("clean", "Cleans.")])
    result = await run(agent, "Clean up")
    state = await RunState.from_string(agent, result.to_state().to_string())
    state.approve(state.get_interruptions()[0])
    result = await run(agent, state)
    assert (result.final_output, done) == ("All done.", ["a"])
