"""Shell, patch and custom tools over every wire protocol: in their own form where the model was taught it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agents import (
    Agent,
    AnyModel,
    ApplyPatchTool,
    CustomTool,
    LocalShellTool,
    ProgrammaticToolCallingTool,
    Runner,
    RunState,
    ShellTool,
    Tool,
    UserError,
    apply_diff,
    function_tool,
    handoff,
)
from agents.models.interface import Model
from agents.testing.simulator import Raw, Reply, Simulator, Text, Thinking, ToolCall

from ..conformance.columns import Run, thinking
from ..conformance.wire import calls, results, tool_names

MODELS: dict[str, tuple[str, Any]] = {
    "responses": ("openai/gpt-5.2", "openai-responses"),
    "an older model on responses": ("openai/gpt-4.1", "openai-responses"),
    "chat": ("openai/gpt-5.2", "openai-chat"),
    "anthropic": ("anthropic/claude-sonnet-4-5", None),
    "gemini": ("gemini/gemini-3-pro-preview", None),
}
SCHEMA = {"type": "object", "properties": {"cup": {"type": "integer"}}, "required": ["cup"]}
GRAMMAR = {"type": "grammar", "syntax": "lark", "definition": 'start: "select" NUMBER'}


def model(sim: Simulator, which: str) -> Model:
    """A model of one of the protocols, pointed at the simulator."""
    name, api = MODELS[which]
    addresses = {"anthropic": sim.anthropic_base_url, "gemini": sim.gemini_base_url}
    return AnyModel(name, base_url=addresses.get(which, sim.openai_base_url), api_key=sim.api_key, api=api)


class Files:
    """An editor of files in memory."""

    def __init__(self) -> None:
        self.files = {"a.py": "one\ntwo"}

    def create_file(self, operation: Any) -> str:
        self.files[operation.path] = apply_diff("", operation.diff, mode="create")
        return "created"

    def update_file(self, operation: Any) -> str:
        self.files[operation.path] = apply_diff(self.files[operation.path], operation.diff)
        return "updated"

    def delete_file(self, operation: Any) -> str:
        del self.files[operation.path]
        return "deleted"


def tools(**options: Any) -> list[Tool]:
    """One tool of each kind that many models know."""
    return [
        ShellTool(executor=lambda request: f"ran {' and '.join(request.data.action.commands)}", **options),
        ApplyPatchTool(editor=Files(), **options),
        CustomTool("sql", "Runs SQL.", lambda context, text: f"rows of {text}", format=GRAMMAR, **options),
    ]


def asked() -> list[ToolCall]:
    """A call of each, in the order of the tools."""
    operation = {"type": "update_file", "path": "a.py", "diff": "@@\n one\n-two\n+three"}
    return [
        ToolCall("shell", {"commands": ["ls", "pwd"]}),
        ToolCall("apply_patch", {"operations": [operation]}),
        ToolCall("sql", {"input": "select 1"}),
    ]


TOLD = ["ran ls and pwd", "updated", "rows of select 1"]


@pytest.mark.parametrize("which", ["an older model on responses", "chat", "anthropic", "gemini"])
async def test_a_model_that_was_not_taught_them_calls_functions(sim: Simulator, run: Run, which: str) -> None:
    """The same agent runs on any model: it is offered functions, and reads text."""
    sim.script(Reply(asked()), "Done.")
    result = await run(Agent(name="Admin", model=model(sim, which), tools=tools()))
    assert result.final_output == "Done."
    assert sorted(tool_names(sim.requests[0])) == ["apply_patch", "shell", "sql"]
    assert 'start: \\"select\\" NUMBER' in json.dumps(sim.requests[0].body)
    last = sim.requests[-1]
    assert [name for name, _ in calls(last)] == ["shell", "apply_patch", "sql"]
    assert [told in json.dumps(said) for told, said in zip(TOLD, results(last), strict=True)] == [True] * 3


async def test_a_model_that_was_taught_them_calls_them_in_their_own_form(sim: Simulator, run: Run) -> None:
    """OpenAI's newer models write commands, diffs and text better when they are offered what they were taught."""
    sim.script(Reply([Thinking("Let me see."), *asked()]), "Done.")
    agent = Agent(name="Admin", model=model(sim, "responses"), tools=tools(), model_settings=thinking())
    result = await run(agent)
    assert result.final_output == "Done."
    first, last = sim.requests
    assert first.body["tools"] == [
        {"type": "shell", "environment": {"type": "local"}},
        {"type": "apply_patch"},
        {"type": "custom", "name": "sql", "description": "Runs SQL.", "format": GRAMMAR},
    ]
    made = [item for item in last.body["input"] if item["type"].endswith(("_call", "_output"))]
    assert [item["type"] for item in made] == [
        "shell_call",
        "apply_patch_call",
        "custom_tool_call",
        "shell_call_output",
        "apply_patch_call_output",
        "custom_tool_call_output",
    ]
    assert made[0]["id"].startswith("sh_"), "the reasoning before it asks for it"
    ended = {"type": "exit", "exit_code": 0}
    assert made[3]["output"] == [{"stdout": TOLD[0], "stderr": "", "outcome": ended}]
    assert made[4]["output"] == TOLD[1]
    assert made[5]["output"] == TOLD[2]


async def test_the_older_shell_on_the_model_that_was_taught_it(sim: Simulator, run: Run) -> None:
    """``local_shell`` is known to one model; there it is called in its own form."""
    tool = LocalShellTool(executor=lambda request: f"ran {request.data.action.command}")
    sim.script(Reply([ToolCall("local_shell", {"command": ["ls"]})]), "Done.")
    mini = AnyModel("openai/codex-mini-latest", base_url=sim.openai_base_url, api_key=sim.api_key)
    await run(Agent(name="Admin", model=mini, tools=[tool]))
    assert sim.requests[0].body["tools"] == [{"type": "local_shell"}]
    *_, call, output = sim.requests[-1].body["input"]
    assert (call["type"], output["type"]) == ("local_shell_call", "local_shell_call_output")
    assert output["output"] == "ran ['ls']"


CHOICES = {"shell": {"type": "shell"}, "apply_patch": {"type": "apply_patch"}, "sql": {"type": "custom", "name": "sql"}}


@pytest.mark.parametrize(("name", "choice"), CHOICES.items(), ids=CHOICES)
async def test_a_tool_is_chosen_by_its_name(sim: Simulator, name: str, choice: Any) -> None:
    """``tool_choice`` names a tool as the agent does, whatever the protocol calls it."""
    sim.script("Done.")
    settings = thinking(tool_choice=name)
    await Runner.run(Agent(name="A", model=model(sim, "responses"), tools=tools(), model_settings=settings), "Hello")
    assert sim.requests[0].body["tool_choice"] == choice


@pytest.mark.parametrize("which", ["responses", "chat", "anthropic", "gemini"])
async def test_calls_wait_for_approval_across_json(sim: Simulator, run: Run, which: str) -> None:
    """What waits is stored, and goes on in the form that it began in: one approved, one rejected."""
    sim.script(Reply(asked()), "Done.")
    agent = Agent(name="Admin", model=model(sim, which), tools=tools(needs_approval=True))
    first = await run(agent)
    assert [item.name for item in first.interruptions] == ["shell", "apply_patch", "sql"]
    state = await RunState.from_string(agent, first.to_state().to_string())
    for item in state.get_interruptions():
        if item.name == "shell":
            state.reject(item, rejection_message="Not here.")
        else:
            state.approve(item)
    result = await run(agent, state)
    assert result.final_output == "Done."
    told = [json.dumps(item.raw_item) for item in result.new_items if item.type == "tool_call_output_item"]
    assert ["Not here." in told[0], TOLD[1] in told[1], TOLD[2] in told[2]] == [True] * 3


@pytest.mark.parametrize("other", ["an older model on responses", "chat", "anthropic", "gemini"])
async def test_calls_survive_a_handover_and_the_way_back(sim: Simulator, run: Run, other: str) -> None:
    """A conversation with such calls changes hands in both directions, on a server that checks each."""
    back = Agent(name="Back", model=model(sim, "responses"), tools=tools())
    there = Agent(name="There", model=model(sim, other), tools=tools(), handoffs=[handoff(back)])
    here = Agent(name="Here", model=model(sim, "responses"), tools=tools(), handoffs=[handoff(there)])
    sim.script(
        Reply(asked()),
        Reply([ToolCall("transfer_to_there", {})]),
        Reply(asked()),
        Reply([ToolCall("transfer_to_back", {})]),
        Reply([Text("All done.")]),
    )
    result = await run(here)
    assert result.final_output == "All done."
    foreign = sim.requests[2]
    assert [name for name, _ in calls(foreign)][:3] == ["shell", "apply_patch", "sql"]
    assert TOLD[0] in json.dumps(results(foreign)[0])
    kinds = [item["type"] for item in sim.requests[-1].body["input"]]
    assert kinds.count("shell_call") == 1, "its own call is as it was"
    assert [name for name, _ in calls(sim.requests[-1])].count("shell") == 1, "the other's is that of a function"


@pytest.mark.parametrize("which", ["an older model on responses", "anthropic"])
async def test_a_container_of_openais_needs_a_model_of_theirs(sim: Simulator, run: Run, which: str) -> None:
    """Nobody here could answer the call: better no run than one that hangs on a tool that does nothing."""
    tool = ShellTool(environment={"type": "container_auto"})
    with pytest.raises(UserError, match="container of OpenAI's"):
        await run(Agent(name="Admin", model=model(sim, which), tools=[tool]))


async def test_a_program_calls_tools_and_reads_their_answers(sim: Simulator) -> None:
    """OpenAI gives an answer to the program that asked for it: the caller must come back with call and answer."""

    @function_tool(allowed_callers=["programmatic"], output_json_schema=SCHEMA)
    def stock(item: str) -> dict[str, int]:
        """How many there are."""
        return {item: 3}

    caller = {"type": "program", "caller_id": "call_p"}
    program = {"id": "prog_1", "type": "program", "call_id": "call_p", "code": "tools.stock()", "fingerprint": "f"}
    call = {"id": "fc_1", "type": "function_call", "call_id": "call_1", "name": "stock", "caller": caller}
    call |= {"arguments": '{"item": "cup"}', "status": "completed"}
    ended = {"id": "po_1", "type": "program_output", "call_id": "call_p", "result": "3", "status": "completed"}
    said = {"id": "msg_1", "type": "message", "role": "assistant", "status": "completed"}
    said["content"] = [{"type": "output_text", "text": "Three.", "annotations": []}]  # type: ignore[assignment]
    sim.script(Raw(body={"id": "resp_1", "object": "response", "status": "completed", "output": [program, call]}))
    sim.script(Raw(body={"id": "resp_2", "object": "response", "status": "completed", "output": [ended, said]}))
    agent = Agent(name="Clerk", model=model(sim, "responses"), tools=[stock, ProgrammaticToolCallingTool()])
    result = await Runner.run(agent, "How many cups?")
    first, last = sim.requests
    (declared, programs) = first.body["tools"]
    assert declared["allowed_callers"] == ["programmatic"]
    assert declared["output_schema"]["required"] == ["cup"]
    assert programs == {"type": "programmatic_tool_calling"}
    *_, kept, made, answer = last.body["input"]
    assert kept == program
    assert made["caller"] == caller
    assert answer == {"type": "function_call_output", "call_id": "call_1", "output": '{"cup":3}', "caller": caller}
    assert [item.type for item in result.new_items][-2:] == ["tool_call_output_item", "message_output_item"]
    assert result.final_output == "Three."
    sim.script("Three, as before.")
    claude = Agent(name="Clerk", model=model(sim, "anthropic"), tools=[stock, ProgrammaticToolCallingTool()])
    again = await Runner.run(claude, [*result.to_input_list(), {"role": "user", "content": "Sure?"}])
    assert again.final_output == "Three, as before."
    assert "tools.stock()" in json.dumps(sim.requests[-1].body["messages"])
