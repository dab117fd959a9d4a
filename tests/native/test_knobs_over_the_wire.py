"""What can be set about a run, over each wire protocol: each knob shows in what the service reads."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from agents import (
    Agent,
    AgentHooks,
    ModelSettings,
    RunConfig,
    ToolExecutionConfig,
    function_tool,
    handoff,
    tool_namespace,
)
from agents.extensions.handoff_filters import remove_all_tools
from agents.extensions.tool_output_trimmer import ToolOutputTrimmer
from agents.testing.simulator import Reply, Simulator, ToolCall


@function_tool
def shout(text: str) -> str:
    """Say it loudly."""
    return text.upper()


async def test_an_input_filter_decides_what_the_service_reads(sim: Simulator, run: Any, model: Any) -> None:
    """What it adds is read once, and stands in no history."""
    sim.script("One.")

    def with_a_note(call: Any) -> Any:
        call.model_data.input.append({"role": "user", "content": "Be brief."})
        call.model_data.instructions = "You are terse."
        return call.model_data

    config = RunConfig(call_model_input_filter=with_a_note)
    result = await run(Agent("A", instructions="Talk.", model=model()), "Hi", run_config=config)
    body = str(sim.requests[0].body)
    assert "Be brief." in body
    assert "You are terse." in body
    assert "Talk." not in body
    assert len(result.to_input_list()) == 2


async def test_a_forced_tool_is_forced_once(sim: Simulator, run: Any, model: Any, protocol: str) -> None:
    """A model that had to call a tool may answer afterwards, unless the agent wants otherwise."""
    sim.script(Reply([ToolCall("shout", {"text": "hi"})]), "HI.")
    settings = ModelSettings(tool_choice="shout")
    await run(Agent("A", model=model(), tools=[shout], model_settings=settings), "Hi")
    field = "toolConfig" if protocol == "gemini" else "tool_choice"
    first, second = (request.body for request in sim.requests)
    assert "shout" in str(first[field])
    assert "shout" not in str(second.get(field))


async def test_errors_and_long_outputs_are_told_as_the_run_says(sim: Simulator, run: Any, model: Any) -> None:
    """The formatter says what a failed tool and a missing one did; the trimmer shortens old outputs on their way."""

    @function_tool
    def fail() -> str:
        """Never works."""
        raise ValueError("secret detail")

    @function_tool
    def read() -> str:
        """Much to read."""
        return "long " * 400

    sim.script(
        Reply([ToolCall("fail", {}), ToolCall("nothing_here", {}), ToolCall("read", {})]), "One.", "Two.", "Three."
    )
    config = RunConfig(
        tool_error_formatter=lambda args: f"{args.kind}: try another way",
        call_model_input_filter=ToolOutputTrimmer(recent_turns=1, max_output_chars=300, preview_chars=20),
        tool_execution=ToolExecutionConfig(max_function_tool_concurrency=1),
    )
    agent = Agent("A", model=model(), tools=[fail, read])
    result = await run(agent, "Go", run_config=config)
    for said in ("And?", "More?"):
        result = await run(agent, [*result.to_input_list(), {"role": "user", "content": said}], run_config=config)

    told, last = str(sim.requests[1].body), str(sim.requests[-1].body)
    assert "tool_exception: try another way" in told
    assert "tool_not_found: try another way" in told
    assert "secret detail" not in told
    assert "long " * 400 in told
    assert "long " * 400 not in last


async def test_a_handoff_carries_input_and_filters_what_is_read(sim: Simulator, run: Any, model: Any) -> None:
    """Its schema is one that every service takes; hooks and callback are told, and the next agent reads no tools."""

    class Reason(BaseModel):
        why: str

    told: list[str] = []

    class Hooks(AgentHooks[Any]):
        async def on_handoff(self, context: Any, agent: Any, source: Any) -> None:
            told.append(f"{source.name} -> {agent.name}")

    sim.script(
        Reply([ToolCall("shout", {"text": "hi"})]),
        Reply([ToolCall("transfer_to_expert", {"why": "it is hard"})]),
        "Solved.",
    )
    expert = Agent("Expert", model=model())
    hidden = Agent("Hidden", model=model())
    agent = Agent(
        "Desk",
        model=model(),
        hooks=Hooks(),
        tools=[shout],
        handoffs=[
            handoff(
                expert,
                on_handoff=lambda context, reason: told.append(reason.why),
                input_type=Reason,
                input_filter=remove_all_tools,
            ),
            handoff(hidden, is_enabled=False),
        ],
    )
    result = await run(agent, "Help")
    assert result.final_output == "Solved."
    assert told == ["it is hard", "Desk -> Expert"]
    assert "why" in str(sim.requests[0].body)
    assert "transfer_to_hidden" not in str(sim.requests[0].body)
    assert "shout" not in str(sim.requests[-1].body)


async def test_tools_of_a_namespace_are_called_by_any_service(sim: Simulator, run: Any, model: Any) -> None:
    """A name that people read with a dot goes out in letters that each service takes."""
    sim.script(Reply([ToolCall("voice__shout", {"text": "hi"})]))
    tools = tool_namespace(name="voice", description="Sounds.", tools=[shout])
    result = await run(Agent("A", model=model(), tools=tools, tool_use_behavior="stop_on_first_tool"), "Hi")
    assert result.final_output == "HI"
