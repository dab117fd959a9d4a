"""Tools by which a model runs commands: ``ShellTool``, and ``LocalShellTool`` in OpenAI's older form.

What runs the commands is yours: an *executor*, which decides where they run, as whom, and for how long.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias, Union

from . import openai_types as oai
from .awaiting import MaybeAwaitable
from .exceptions import UserError
from .local_tool import (
    LocalTool,
    OnApproval,
    OnApprovalResult,
    arguments_as_object,
    called,
    object_of,
    optional,
    texts,
    whole_number,
)
from .native_calls import ToolAnswer, shell_text
from .run_context import RunContextWrapper
from .shell_environments import ShellToolEnvironment
from .tool_callers import ToolCaller, checked_callers
from .tool_context import ToolContext

if TYPE_CHECKING:
    from openai.types.responses.response_output_item import LocalShellCall

_TIMEOUT = optional({"type": "integer"}, "After how many milliseconds the commands are stopped.")
_LENGTH = optional({"type": "integer"}, "How many characters of output are told at most.")


@dataclass
class ShellCallOutcome:
    """How a command ended."""

    type: Literal["exit", "timeout"]
    exit_code: int | None = None


@dataclass
class ShellCommandOutput:
    """What came of one command."""

    stdout: str = ""
    stderr: str = ""
    outcome: ShellCallOutcome = field(default_factory=lambda: ShellCallOutcome(type="exit"))
    command: str | None = None
    """The command, where the model should be reminded of it."""
    provider_data: dict[str, Any] | None = None
    """Notes of the executor's own."""

    @property
    def exit_code(self) -> int | None:
        """The exit code, where it is known."""
        return self.outcome.exit_code

    @property
    def status(self) -> Literal["completed", "timeout"]:
        """Whether the command ended, or was stopped."""
        return "timeout" if self.outcome.type == "timeout" else "completed"


@dataclass
class ShellResult:
    """What an executor returns: the output of each command."""

    output: list[ShellCommandOutput]
    max_output_length: int | None = None
    """How many characters of it the model is told at most; the smaller counts where the model says so, too."""
    provider_data: dict[str, Any] | None = None
    """Notes of the executor's own, kept on the item and told to no model."""


@dataclass
class ShellActionRequest:
    """What the model wants to run."""

    commands: list[str]
    """Commands, one after the other."""
    timeout_ms: int | None = None
    """How long they may take, where the model has said so."""
    max_output_length: int | None = None
    """How many characters of output the model wants at most."""


@dataclass
class ShellCallData:
    """One call of a ``ShellTool``."""

    call_id: str
    action: ShellActionRequest
    status: Literal["in_progress", "completed"] | None = None
    raw: Any | None = None
    """The item by which the model called."""


@dataclass
class ShellCommandRequest:
    """What an executor is asked."""

    ctx_wrapper: RunContextWrapper[Any]
    """The context of the run."""
    data: ShellCallData


ShellExecutor: TypeAlias = Callable[[ShellCommandRequest], MaybeAwaitable[Union[str, ShellResult]]]
"""Runs commands, and returns their output as text or in detail. A sync one runs in a thread."""
ShellApprovalFunction: TypeAlias = Callable[[RunContextWrapper[Any], ShellActionRequest, str], MaybeAwaitable[bool]]
"""Whether a human has to approve a call, of context, action and call id."""
ShellOnApprovalFunctionResult = OnApprovalResult
ShellOnApprovalFunction: TypeAlias = OnApproval


@dataclass
class ShellTool(LocalTool):
    """Lets a model run commands in a shell.

    Models of OpenAI's that were taught it call it in its own form, all others as a function ``shell(commands, ...)``.

    Raises:
        UserError: Executor and environment do not fit each other.
    """

    executor: ShellExecutor | None = None
    """Runs the commands. It decides what may run: the model's timeout and length are wishes that it may go below."""
    name: str = "shell"
    needs_approval: bool | ShellApprovalFunction = False
    """Whether a human has to approve a call before it runs."""
    on_approval: ShellOnApprovalFunction | None = None
    """Decides in the human's place, at once."""
    environment: ShellToolEnvironment | None = None
    """Where commands run: on this machine by default. A container of OpenAI's has no executor, and OpenAI's models
    alone can use it."""
    allowed_callers: list[ToolCaller] | None = field(default=None, kw_only=True)
    """Who may call it, on OpenAI's models: the model, or a program that it writes."""

    call_type: ClassVar[str] = "shell_call"
    kind: ClassVar[Literal["shell"]] = "shell"

    def __post_init__(self) -> None:
        self.allowed_callers = checked_callers(self.allowed_callers, self.name)
        environment: Any = self.environment if self.environment is not None else {}
        if not isinstance(environment, Mapping):
            raise UserError(f"Tool {self.name!r}: environment must be a dict, not {type(environment).__name__}.")
        environment = {"type": "local", **environment}
        self.environment = environment
        if environment["type"] == "local":
            if self.executor is None:
                raise UserError(f"Tool {self.name!r}: commands that run on this machine need an executor.")
        elif self.executor is not None:
            raise UserError(f"Tool {self.name!r}: commands that run at OpenAI take no executor.")
        elif self.needs_approval is not False or self.on_approval is not None:
            raise UserError(f"Tool {self.name!r}: commands that run at OpenAI cannot wait for an approval here.")

    @property
    def type(self) -> str:
        """What the tool is called in OpenAI's API."""
        return "shell"

    @property
    def hosted(self) -> bool:
        """Whether the commands run at OpenAI."""
        return self.executor is None

    @property
    def told_description(self) -> str:
        """What the tool does, for a model that calls a function."""
        environment: Any = self.environment
        skills = () if self.hosted else environment.get("skills") or ()
        known = "".join(f"\n- {each['name']}: {each['description']} ({each['path']})" for each in skills)
        said = "Runs shell commands, one after the other, and returns what they print and their exit codes."
        return f"{said}\nSkills, each in a folder with a SKILL.md to read first:{known}" if known else said

    @property
    def params_json_schema(self) -> dict[str, Any]:
        """The JSON schema of that function's arguments."""
        commands = {"type": "array", "items": {"type": "string"}, "description": "The commands, in order."}
        return object_of({"commands": commands, "timeout_ms": _TIMEOUT, "max_output_length": _LENGTH})

    def native_tool(self) -> dict[str, Any]:
        """The tool in its own form, as Responses wants it."""
        return {"type": "shell", "environment": dict(self.environment or {}), **self.allowed}

    def requested(self, context: ToolContext[Any]) -> Sequence[ShellActionRequest]:
        """The action that a call asks for."""
        given = arguments_as_object(context)
        commands = [given["commands"]] if isinstance(given.get("commands"), str) else texts(given, "commands")
        timeout, length = whole_number(given, "timeout_ms"), whole_number(given, "max_output_length")
        return [ShellActionRequest(commands, timeout, length)]

    async def carry_out(self, context: ToolContext[Any], requested: Sequence[ShellActionRequest]) -> ToolAnswer:
        """Have the executor run the commands."""
        (action,) = requested
        assert self.executor is not None
        call = context.tool_call
        status = getattr(call, "status", None)
        known = status if status in ("in_progress", "completed") else None
        result = await called(
            self.executor, ShellCommandRequest(context, ShellCallData(context.tool_call_id, action, known, call))
        )
        if not isinstance(result, ShellResult):
            result = ShellResult([ShellCommandOutput(str(result))])
        limits = [each for each in (result.max_output_length, action.max_output_length) if each is not None]
        limit = max(0, min(limits)) if limits else None
        return _answer([_output(each) for each in result.output], limit, result.provider_data)


def _output(given: Any) -> ShellCommandOutput:
    """The output of a command, which may be written as a dict."""
    if not isinstance(given, Mapping):
        return given if isinstance(given, ShellCommandOutput) else ShellCommandOutput(str(given))
    outcome: Any = given.get("outcome") or {}
    stopped = (outcome.get("type") if isinstance(outcome, Mapping) else given.get("status")) == "timeout"
    code = outcome.get("exit_code") if isinstance(outcome, Mapping) else given.get("exit_code")
    return ShellCommandOutput(
        str(given.get("stdout") or ""),
        str(given.get("stderr") or ""),
        ShellCallOutcome("timeout" if stopped else "exit", code if code is None else int(code)),
        given.get("command"),
    )


def _answer(outputs: list[ShellCommandOutput], limit: int | None, notes: dict[str, Any] | None) -> ToolAnswer:
    """What the model is told, cut to the limit: the first characters of all that was printed."""
    left = limit
    told: list[dict[str, Any]] = []
    was_cut = False
    for each in outputs:
        printed = {}
        for name in ("stdout", "stderr"):
            text = getattr(each, name)
            printed[name] = text if left is None else text[:left]
            was_cut = was_cut or len(printed[name]) < len(text)
            left = None if left is None else left - len(printed[name])
        ended = {"type": "timeout"} if each.status == "timeout" else {"type": "exit", "exit_code": each.exit_code or 0}
        told.append({**printed, "outcome": ended})
    text = shell_text([{**each, "command": output.command} for each, output in zip(told, outputs, strict=True)])
    fields: dict[str, Any] = {"output": told}
    if limit is not None:
        fields["max_output_length"] = limit
    if notes:
        fields["provider_data"] = dict(notes)
    return ToolAnswer(f"{text}\n[output cut after {limit} characters]" if was_cut else text, fields=fields)


@dataclass
class LocalShellCommandRequest:
    """What the executor of a ``LocalShellTool`` is asked."""

    ctx_wrapper: RunContextWrapper[Any]
    """The context of the run."""
    data: LocalShellCall
    """The call: ``data.action`` holds the command as a list, its environment, folder, user and time-out."""


LocalShellExecutor: TypeAlias = Callable[[LocalShellCommandRequest], MaybeAwaitable[str]]
"""Runs a command, and returns what it printed. A sync one runs in a thread."""


@dataclass
class LocalShellTool(LocalTool):
    """Lets a model run a command, in the form that ``codex-mini-latest`` was taught; ``ShellTool`` is its successor.

    All other models call it as a function ``local_shell(command, ...)``.
    """

    executor: LocalShellExecutor
    """Runs the commands."""
    name: str = field(default="local_shell", init=False)

    needs_approval: ClassVar[bool] = False
    on_approval: ClassVar[None] = None
    call_type: ClassVar[str] = "local_shell_call"
    kind: ClassVar[Literal["shell"]] = "shell"

    @property
    def told_description(self) -> str:
        """What the tool does, for a model that calls a function."""
        return "Runs a command, without a shell around it, and returns what it prints."

    @property
    def params_json_schema(self) -> dict[str, Any]:
        """The JSON schema of that function's arguments."""
        command = {"type": "array", "items": {"type": "string"}, "description": "The program and its arguments."}
        folder = optional({"type": "string"}, "The folder to run it in.")
        return object_of({"command": command, "working_directory": folder, "timeout_ms": _TIMEOUT})

    def native_tool(self) -> dict[str, Any]:
        """The tool in its own form, as Responses wants it."""
        return {"type": "local_shell"}

    def requested(self, context: ToolContext[Any]) -> Sequence[Any]:
        """The call, as OpenAI has it."""
        call: Any = context.tool_call
        if getattr(call, "type", None) == "local_shell_call":
            return [call]
        given = arguments_as_object(context)
        action: dict[str, Any] = {
            "type": "exec",
            "command": texts(given, "command"),
            "env": {},
            "timeout_ms": whole_number(given, "timeout_ms"),
            "working_directory": given.get("working_directory"),
        }
        id = getattr(call, "id", None) or context.tool_call_id
        fields = {"id": id, "call_id": context.tool_call_id, "status": "completed", "type": "local_shell_call"}
        return [oai.LocalShellCall.model_validate({**fields, "action": action})]

    async def carry_out(self, context: ToolContext[Any], requested: Sequence[Any]) -> ToolAnswer:
        """Have the executor run the command."""
        return ToolAnswer(str(await called(self.executor, LocalShellCommandRequest(context, requested[0]))))
