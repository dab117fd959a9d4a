"""Tools that this process answers, in the form of a function and in their own: shell, apply_patch, custom tools."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from openai.types.responses import (
    ResponseApplyPatchToolCall,
    ResponseCustomToolCall,
    ResponseFunctionShellToolCall,
)
from openai.types.responses.response_output_item import LocalShellCall

from agents import (
    Agent,
    ApplyPatchTool,
    CustomTool,
    GuardrailFunctionOutput,
    LocalShellTool,
    OutputGuardrailTripwireTriggered,
    RunConfig,
    Runner,
    RunState,
    ShellCallOutcome,
    ShellCommandOutput,
    ShellResult,
    ShellTool,
    ToolContext,
    UserError,
    apply_diff,
    output_guardrail,
)
from agents.testing import ScriptedModel, function_call

Run = Callable[..., Any]
Says = Callable[..., ScriptedModel]


def shell_call(commands: list[str], call_id: str = "call_shell", **action: Any) -> Any:
    """A call of the shell in its own form."""
    fields = {"id": f"sh_{call_id}", "call_id": call_id, "status": "completed", "type": "shell_call"}
    return ResponseFunctionShellToolCall.model_validate({**fields, "action": {"commands": commands, **action}})


def patch_call(operation: dict[str, Any], call_id: str = "call_patch") -> Any:
    """A call of apply_patch in its own form."""
    fields = {"id": f"apc_{call_id}", "call_id": call_id, "status": "completed", "type": "apply_patch_call"}
    return ResponseApplyPatchToolCall.model_validate({**fields, "operation": operation})


def custom_call(name: str, text: str, call_id: str = "call_custom") -> Any:
    """A call of a custom tool in its own form."""
    return ResponseCustomToolCall(call_id=call_id, name=name, input=text, type="custom_tool_call", id="ctc_1")


def local_shell_call(command: list[str]) -> Any:
    """A call of the older shell in its own form."""
    action = {"type": "exec", "command": command, "env": {"A": "b"}}
    fields = {"id": "lsh_1", "call_id": "call_local", "status": "completed", "type": "local_shell_call"}
    return LocalShellCall.model_validate({**fields, "action": action})


class Files:
    """An editor of files in memory."""

    def __init__(self, **files: str) -> None:
        self.files = dict(files)

    async def create_file(self, operation: Any) -> str:
        self.files[operation.path] = apply_diff("", operation.diff, mode="create")
        return f"Created {operation.path}."

    def update_file(self, operation: Any) -> None:
        self.files[operation.path] = apply_diff(self.files[operation.path], operation.diff)

    def delete_file(self, operation: Any) -> dict[str, str]:
        del self.files[operation.path]
        return {"status": "completed", "output": f"Deleted {operation.path}."}


def answers(result: Any) -> list[Any]:
    """The items that answer calls, as the model reads them."""
    return [item.raw_item for item in result.new_items if item.type == "tool_call_output_item"]


def ran(request: Any) -> ShellResult:
    """An executor that says what it was asked."""
    return ShellResult(
        [ShellCommandOutput(f"ran {command}\n", command=command) for command in request.data.action.commands]
    )


SHELL_CALLS = {
    "a function": (function_call("shell", {"commands": ["ls", "pwd"]}, call_id="call_shell"), "function_call_output"),
    "its own form": (shell_call(["ls", "pwd"]), "shell_call_output"),
}


@pytest.mark.parametrize(("call", "kind"), SHELL_CALLS.values(), ids=SHELL_CALLS)
async def test_a_shell_answers_in_the_form_of_its_call(run: Run, says: Says, call: Any, kind: str) -> None:
    """One tool serves models of every vendor; each reads the answer as its protocol wants it."""
    result = await run(Agent(name="Admin", model=says([call], "Done."), tools=[ShellTool(executor=ran)]))
    (answer,) = answers(result)
    assert answer["type"] == kind
    assert answer["call_id"] == "call_shell"
    item = next(item for item in result.new_items if item.type == "tool_call_output_item")
    assert item.output == "$ ls\nran ls\n\n$ pwd\nran pwd"
    if kind == "shell_call_output":
        ended = {"type": "exit", "exit_code": 0}
        assert answer["output"] == [
            {"stdout": "ran ls\n", "stderr": "", "outcome": ended},
            {"stdout": "ran pwd\n", "stderr": "", "outcome": ended},
        ]
    else:
        assert answer["output"] == item.output
    called = next(item for item in result.new_items if item.type == "tool_call_item")
    assert called.tool_name == "shell"


OUTPUTS = {
    "text": (lambda request: "plain", "plain"),
    "an exit code": (
        lambda request: ShellResult([ShellCommandOutput("", "no such file\n", ShellCallOutcome("exit", 2))]),
        "[stderr]\nno such file\n[exit code 2]",
    ),
    "a time-out": (
        lambda request: ShellResult([ShellCommandOutput("half", outcome=ShellCallOutcome("timeout"))]),
        "half\n[stopped: it took too long]",
    ),
    "nothing": (lambda request: ShellResult([ShellCommandOutput()]), "(no output)"),
    "more than is wanted": (
        lambda request: ShellResult([ShellCommandOutput("12345", "67890")], max_output_length=7),
        "12345\n[stderr]\n67\n[output cut after 7 characters]",
    ),
    "an error": (lambda request: 1 / 0, "The tool failed with ZeroDivisionError: division by zero"),
}


@pytest.mark.parametrize(("executor", "told"), OUTPUTS.values(), ids=OUTPUTS)
async def test_what_a_model_reads_of_commands(run: Run, says: Says, executor: Any, told: str) -> None:
    """Exit codes, time-outs and errors are what a model acts on: none may be lost, nor end the run."""
    model = says(("shell", {"commands": ["x"], "timeout_ms": 5}), "Done.")
    result = await run(Agent(name="Admin", model=model, tools=[ShellTool(executor=executor)]))
    assert answers(result)[0]["output"] == told
    assert result.final_output == "Done."


WRONG = {
    "no JSON": ("shell", "{", "no JSON"),
    "no commands": ("shell", '{"commands": []}', "commands must be a list of one text or more, not []"),
    "a wrong number": ("shell", '{"commands": ["x"], "timeout_ms": "soon"}', "timeout_ms must be a whole number"),
    "no operations": ("apply_patch", "{}", "operations must be a list of one operation or more"),
    "an unknown operation": (
        "apply_patch",
        '{"operations": [{"type": "rename", "path": "a"}]}',
        "must be one of create_file, update_file, delete_file, not 'rename'",
    ),
    "no path": ("apply_patch", '{"operations": [{"type": "delete_file"}]}', "must be the name of a file"),
    "no diff": ("apply_patch", '{"operations": [{"type": "update_file", "path": "a"}]}', "update_file a needs a diff"),
    "no input": ("sql", '{"query": "select"}', '{"input": "..."}'),
    "no command": ("local_shell", "{}", "command must be a list"),
}


@pytest.mark.parametrize(("name", "arguments", "told"), WRONG.values(), ids=WRONG)
async def test_wrong_arguments_are_told_to_the_model(says: Says, name: str, arguments: str, told: str) -> None:
    """The model can mend its call when it is told what is wrong; nothing is carried out, nobody is asked."""
    done: list[Any] = []
    tools = [
        ShellTool(executor=done.append, needs_approval=True),
        ApplyPatchTool(editor=Files(), needs_approval=True),
        CustomTool("sql", "Runs SQL.", lambda context, text: done.append(text), needs_approval=True),
        LocalShellTool(executor=done.append),
    ]
    result = await Runner.run(Agent(name="Admin", model=says((name, arguments), "Done."), tools=tools), "Hello")
    assert told in answers(result)[0]["output"]
    assert not done


async def test_a_patch_is_carried_out_in_order_up_to_the_first_error(run: Run, says: Says) -> None:
    """A model that knows what was done, what failed and what was left can go on from there."""
    files = Files(**{"a.py": "one\ntwo\n"})
    operations = [
        {"type": "create_file", "path": "b.py", "diff": "+new\n"},
        {"type": "update_file", "path": "a.py", "diff": "@@\n one\n-two\n+three\n"},
        {"type": "update_file", "path": "a.py", "diff": "@@\n-nine\n+ten\n"},
        {"type": "delete_file", "path": "b.py"},
    ]
    model = says(("apply_patch", {"operations": operations}), "Done.")
    result = await run(Agent(name="Editor", model=model, tools=[ApplyPatchTool(editor=files)]))
    lines = answers(result)[0]["output"].splitlines()
    assert lines[:2] == ["Created b.py.", "update_file a.py: done."]
    assert lines[2].startswith("update_file a.py: These lines do not stand in the text")
    assert lines[-1] == "delete_file b.py: not tried."
    assert files.files == {"a.py": "one\nthree\n", "b.py": "new"}


async def test_calls_that_change_one_machine_wait_for_one_another(run: Run, says: Says) -> None:
    """A model that patches a file and then runs it, in one turn, must not run the old one."""
    done: list[str] = []

    async def slowly(request: Any) -> str:
        command = request.data.action.commands[0]
        for _ in range(3 if command == "first" else 1):
            await asyncio.sleep(0)
        done.append(command)
        return command

    class Slow(Files):
        async def create_file(self, operation: Any) -> str:
            await asyncio.sleep(0)
            done.append(operation.path)
            return "created"

    create = {"type": "create_file", "path": "a.py", "diff": "+x"}
    calls = [shell_call(["first"], "call_1"), patch_call(create), shell_call(["last"], "call_2")]
    tools = [ShellTool(executor=slowly), ApplyPatchTool(editor=Slow())]
    result = await run(Agent(name="Admin", model=says(calls, "Done."), tools=tools))
    assert done == ["first", "a.py", "last"]
    assert [answer["call_id"] for answer in answers(result)] == ["call_1", "call_patch", "call_2"]


CUSTOM_CALLS = {
    "a function": function_call("sql", {"input": "select 1"}, call_id="call_custom"),
    "its own form": custom_call("sql", "select 1"),
}


@pytest.mark.parametrize("call", CUSTOM_CALLS.values(), ids=CUSTOM_CALLS)
async def test_a_custom_tool_gets_its_input_as_text(run: Run, says: Says, call: Any, told: Any) -> None:
    """Whichever way the model calls, tool, hooks and extractor see the text that it wrote."""
    seen: list[Any] = []

    async def sql(context: ToolContext[Any], text: str) -> str:
        seen.append((context.tool_name, context.tool_arguments, text))
        return "1 row"

    tool = CustomTool(
        "sql", "Runs SQL.", sql, custom_data_extractor=lambda data: {"input": data.input, "out": data.output}
    )
    lines: list[str] = []
    result = await run(Agent(name="Analyst", model=says([call], "Done."), tools=[tool]), hooks=told(lines))
    assert seen == [("sql", "select 1", "select 1")]
    assert answers(result)[0]["output"] == "1 row"
    assert "run: tool sql of Analyst ends with 1 row" in lines
    (item,) = [item for item in result.new_items if item.type == "tool_call_output_item"]
    assert item.custom_data == {"input": "select 1", "out": "1 row"}


async def test_the_older_shell_gets_a_call_of_its_own_form_from_any_model(run: Run, says: Says) -> None:
    """An executor that was written for OpenAI's item must run unchanged on every model."""
    seen: list[Any] = []

    def execute(request: Any) -> str:
        seen.append((request.data.type, request.data.action.command, dict(request.data.action.env)))
        return "ok"

    model = says(("local_shell", {"command": ["ls"]}), [local_shell_call(["pwd"])], "Done.")
    result = await run(Agent(name="Admin", model=model, tools=[LocalShellTool(executor=execute)]))
    assert seen == [("local_shell_call", ["ls"], {}), ("local_shell_call", ["pwd"], {"A": "b"})]
    assert [answer["type"] for answer in answers(result)] == ["function_call_output", "local_shell_call_output"]


NATIVE = {
    "shell": (shell_call(["rm x"]), lambda done, **more: ShellTool(executor=done.append, **more)),
    "custom": (
        custom_call("sql", "drop"),
        lambda done, **more: CustomTool("sql", "", lambda context, text: done.append(text), **more),
    ),
    "a function": (
        function_call("shell", {"commands": ["rm x"]}, call_id="call_f"),
        lambda done, **more: ShellTool(executor=done.append, **more),
    ),
}


@pytest.mark.parametrize("approve", [True, False], ids=["approved", "rejected"])
@pytest.mark.parametrize(("call", "make"), NATIVE.values(), ids=NATIVE)
async def test_a_call_waits_for_approval_across_json(run: Run, says: Says, call: Any, make: Any, approve: bool) -> None:
    """The run's one way of asking holds for these tools, in whatever form the model called them."""
    done: list[Any] = []
    agent = Agent(name="Admin", model=says([call], "Done."), tools=[make(done, needs_approval=True)])
    first = await run(agent)
    (question,) = first.interruptions
    assert not done
    assert "rm x" in str(question.arguments) or "drop" in str(question.arguments)
    state = await RunState.from_string(agent, first.to_state().to_string())
    (question,) = state.get_interruptions()
    if approve:
        state.approve(question)
    else:
        state.reject(question, rejection_message="Not on my machine.")
    result = await run(agent, state)
    assert result.final_output == "Done."
    assert bool(done) == approve
    if not approve:
        assert "Not on my machine." in json.dumps(answers(result)[0])


DECISIONS = {
    "approves": ({"approve": True}, ""),
    "rejects": ({"approve": False, "reason": "Never that."}, "Never that."),
    "rejects without a word": ({"approve": False}, "Tool execution was not approved."),
}


@pytest.mark.parametrize(("decision", "told"), DECISIONS.values(), ids=DECISIONS)
async def test_on_approval_decides_at_once(run: Run, says: Says, decision: Any, told: str) -> None:
    """A program may decide in a human's place, without a run that waits."""
    done: list[Any] = []

    async def decide(context: Any, item: Any) -> Any:
        assert (item.tool_name, item.call_id) == ("shell", "call_shell")
        return decision

    tool = ShellTool(executor=done.append, needs_approval=True, on_approval=decide)
    result = await run(Agent(name="Admin", model=says([shell_call(["ls"])], "Done."), tools=[tool]))
    assert result.final_output == "Done."
    assert bool(done) == decision["approve"]
    assert told in json.dumps(answers(result)[0])


async def test_only_what_needs_it_is_asked(run: Run, says: Says) -> None:
    """``needs_approval`` is told the action, the operation, the input: not JSON that it would have to read."""
    asked: list[Any] = []

    def needed(context: Any, what: Any, call_id: str) -> bool:
        asked.append(what)
        return False

    delete = {"type": "delete_file", "path": "a.py"}
    tools = [
        ShellTool(executor=ran, needs_approval=needed),
        ApplyPatchTool(editor=Files(**{"a.py": ""}), needs_approval=needed),
        CustomTool("sql", "", lambda context, text: "", needs_approval=needed),
    ]
    model = says([shell_call(["ls"]), patch_call(delete), custom_call("sql", "drop")], "Done.")
    await run(Agent(name="Admin", model=model, tools=tools))
    assert [each.commands for each in asked if hasattr(each, "commands")] == [["ls"]]
    assert [(each.type, each.path) for each in asked if hasattr(each, "path")] == [("delete_file", "a.py")]
    assert [each for each in asked if isinstance(each, str)] == ["drop"]


async def test_spans_show_these_tools_like_others(run: Run, says: Says, spans: Any) -> None:
    """A trace must show what was run and what failed."""

    def fails(request: Any) -> str:
        raise OSError("disk full")

    result = await run(
        Agent(name="Admin", model=says([shell_call(["dd"])], "Done."), tools=[ShellTool(executor=fails)])
    )
    span = spans.named("function shell")
    assert json.loads(span.span_data.input) == {"commands": ["dd"]}
    assert "disk full" in span.span_data.output
    assert span.error is not None
    assert answers(result)[0]["output"][0]["outcome"] == {"type": "exit", "exit_code": 1}


async def test_the_formatter_of_errors_has_the_last_word(run: Run, says: Says) -> None:
    """A run that hides what went wrong must hide it for these tools, too."""

    def formatted(args: Any) -> str:
        return f"{args.kind} of {args.tool_type} {args.tool_name}"

    def fails(context: Any, text: str) -> str:
        raise OSError("secret path")

    tools = [CustomTool("sql", "", fails)]
    model = says([custom_call("sql", "x")], "Done.")
    result = await run(Agent(name="A", model=model, tools=tools), run_config=RunConfig(tool_error_formatter=formatted))
    assert answers(result)[0]["output"] == "tool_exception of custom sql"


async def test_a_call_of_a_tool_that_is_not_there_is_answered_in_its_form(run: Run, says: Says) -> None:
    """A model that calls a shell it was not given reads so, and the conversation stays legal."""
    result = await run(Agent(name="Admin", model=says([shell_call(["ls"])], "Done.")))
    (answer,) = answers(result)
    assert answer["type"] == "shell_call_output"
    assert "There is no tool named 'shell'" in answer["output"][0]["stdout"]


async def test_a_stopped_run_stops_the_executor(says: Says) -> None:
    """Whoever cancels a run must not leave its commands running: an executor is told by cancellation."""
    told: list[str] = []
    begun = asyncio.Event()

    async def forever(request: Any) -> str:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            told.append("killed")
            raise
        return ""

    agent = Agent(name="Admin", model=says([shell_call(["sleep"])], "Done."), tools=[ShellTool(executor=forever)])
    task = asyncio.ensure_future(Runner.run(agent, "Hello"))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert told == ["killed"]


async def test_a_blocked_output_leaves_the_history_in_the_form_of_its_call(run: Run, says: Says) -> None:
    """What a guardrail has blocked must not be read later, and what stands in its place must be legal."""

    @output_guardrail
    def block(context: Any, agent: Any, output: Any) -> GuardrailFunctionOutput:
        return GuardrailFunctionOutput(None, tripwire_triggered=True)

    agent = Agent(
        name="Admin",
        model=says([shell_call(["cat key"])]),
        tools=[ShellTool(executor=lambda request: "secret")],
        tool_use_behavior="stop_on_first_tool",
        output_guardrails=[block],
    )
    with pytest.raises(OutputGuardrailTripwireTriggered) as stopped:
        await run(agent)
    assert stopped.value.run_data is not None
    (answer,) = answers(stopped.value.run_data)
    assert "secret" not in json.dumps(answer)
    assert answer["output"][0]["outcome"] == {"type": "exit", "exit_code": 0}


BAD_TOOLS: dict[str, Callable[[], Any]] = {
    "no executor": lambda: ShellTool(),
    "an executor for a container": lambda: ShellTool(executor=ran, environment={"type": "container_auto"}),
    "an approval for a container": lambda: ShellTool(needs_approval=True, environment={"type": "container_auto"}),
    "no environment": lambda: ShellTool(executor=ran, environment="here"),  # type: ignore[arg-type]
    "no callers": lambda: ApplyPatchTool(editor=Files(), allowed_callers=[]),
    "an unknown caller": lambda: CustomTool("a", "", ran, allowed_callers=["me"]),  # type: ignore[list-item, arg-type]
    "a caller twice": lambda: ShellTool(executor=ran, allowed_callers=["direct", "direct"]),
}


@pytest.mark.parametrize("make", BAD_TOOLS.values(), ids=BAD_TOOLS)
def test_a_tool_that_cannot_work_is_refused_at_once(make: Callable[[], Any]) -> None:
    """The mistake is found where it is made, not in the middle of a run."""
    with pytest.raises(UserError):
        make()
