"""``ApplyPatchTool``: lets a model create, change and delete files, by diffs that an editor of yours carries out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, TypeAlias, Union, get_args

from .awaiting import MaybeAwaitable
from .editor import ApplyPatchEditor, ApplyPatchOperation, ApplyPatchOperationType, ApplyPatchResult
from .exceptions import ModelBehaviorError
from .local_tool import (
    LocalTool,
    OnApproval,
    OnApprovalResult,
    arguments_as_object,
    called,
    object_of,
    optional,
    told_of_error,
)
from .native_calls import ToolAnswer
from .run_context import RunContextWrapper
from .tool_callers import ToolCaller, checked_callers
from .tool_context import ToolContext
from .tool_invocation import record_on_span

_TYPES = get_args(ApplyPatchOperationType)
_DESCRIPTION = """Creates, changes and deletes files.

A diff for update_file is a row of hunks, without line numbers and without lines that name the file. Each hunk begins \
with a line "@@", or "@@ " and a line of the file that stands above the change, such as a function's head. Its other \
lines begin with " " (stays), "-" (goes) or "+" (comes); three lines that stay, above and below, are enough to find \
the place. A diff for create_file holds the lines of the new file, each with "+" before it."""

ApplyPatchApprovalFunction: TypeAlias = Callable[
    [RunContextWrapper[Any], ApplyPatchOperation, str], MaybeAwaitable[bool]
]
"""Whether a human has to approve an operation, of context, operation and call id."""
ApplyPatchOnApprovalFunctionResult = OnApprovalResult
ApplyPatchOnApprovalFunction: TypeAlias = OnApproval


@dataclass(frozen=True)
class ApplyPatchToolCustomDataContext:
    """What a ``custom_data_extractor`` of an ``ApplyPatchTool`` may know."""

    run_context: RunContextWrapper[Any]
    """The context of the run."""
    tool: ApplyPatchTool
    operations: list[ApplyPatchOperation]
    """What the model asked for."""
    output: str
    """What the model is told of it."""
    status: Literal["completed", "failed"]
    raw_item: Mapping[str, Any]
    """The item that tells the model."""


ApplyPatchToolCustomDataExtractor: TypeAlias = Callable[
    [ApplyPatchToolCustomDataContext], MaybeAwaitable[Union[Mapping[str, Any], None]]
]


@dataclass
class ApplyPatchTool(LocalTool):
    """Lets a model change files.

    Models of OpenAI's that were taught it call it in its own form, one operation a call; all others as a function
    ``apply_patch(operations)``.
    """

    editor: ApplyPatchEditor
    """Carries the operations out. It decides where the model may write."""
    name: str = "apply_patch"
    needs_approval: bool | ApplyPatchApprovalFunction = False
    """Whether a human has to approve a call before it runs."""
    on_approval: ApplyPatchOnApprovalFunction | None = None
    """Decides in the human's place, at once."""
    custom_data_extractor: ApplyPatchToolCustomDataExtractor | None = field(default=None, kw_only=True)
    """Notes JSON data on the item of an output, for the application: no model is told of it."""
    allowed_callers: list[ToolCaller] | None = field(default=None, kw_only=True)
    """Who may call it, on OpenAI's models: the model, or a program that it writes."""

    call_type: ClassVar[str] = "apply_patch_call"
    kind: ClassVar[Literal["apply_patch"]] = "apply_patch"

    def __post_init__(self) -> None:
        self.allowed_callers = checked_callers(self.allowed_callers, self.name)

    @property
    def type(self) -> str:
        """What the tool is called in OpenAI's API."""
        return "apply_patch"

    @property
    def told_description(self) -> str:
        """What the tool does, for a model that calls a function: the form of the diffs, above all."""
        return _DESCRIPTION

    @property
    def params_json_schema(self) -> dict[str, Any]:
        """The JSON schema of that function's arguments."""
        operation = object_of(
            {
                "type": {"type": "string", "enum": list(_TYPES)},
                "path": {"type": "string", "description": "The file."},
                "diff": optional({"type": "string"}, "What changes; null for delete_file."),
                "move_to": optional({"type": "string"}, "Where an updated file shall be, if not where it is."),
            }
        )
        return object_of({"operations": {"type": "array", "items": operation, "description": "In order."}})

    def native_tool(self) -> dict[str, Any]:
        """The tool in its own form, as Responses wants it."""
        return {"type": "apply_patch", **self.allowed}

    def requested(self, context: ToolContext[Any]) -> Sequence[ApplyPatchOperation]:
        """The operations that a call asks for: all of them are well formed, or none is carried out."""
        given = arguments_as_object(context)
        operations = given.get("operations", given.get("operation", given if "type" in given else None))
        operations = [operations] if isinstance(operations, Mapping) else operations
        if not isinstance(operations, list) or not operations:
            raise ModelBehaviorError(f"operations must be a list of one operation or more, not {operations!r}.")
        return [_operation(each, context) for each in operations]

    async def carry_out(self, context: ToolContext[Any], requested: Sequence[ApplyPatchOperation]) -> ToolAnswer:
        """Have the editor carry out the operations, up to the first that it raises on."""
        told: list[str] = []
        failed = False
        for position, operation in enumerate(requested):
            what = f"{operation.type} {operation.path}"
            try:
                result = _result(await called(getattr(self.editor, operation.type), operation))
            except Exception as error:  # noqa: BLE001 - the model is told
                record_on_span(context, self.name, error)
                told.append(f"{what}: {await told_of_error(self, context, error)}")
                told += [f"{each.type} {each.path}: not tried." for each in requested[position + 1 :]]
                return ToolAnswer("\n".join(told), failed=True)
            failed = failed or result.status == "failed"
            told.append(result.output or f"{what}: {'failed' if result.status == 'failed' else 'done'}.")
        return ToolAnswer("\n".join(told), failed=failed)

    def custom_data_of(self, context: ToolContext[Any], answer: ToolAnswer, raw_item: Mapping[str, Any]) -> Any:
        """What the ``custom_data_extractor`` says of a call; ``None`` without one."""
        if self.custom_data_extractor is None:
            return None
        try:
            operations = list(self.requested(context))
        except ModelBehaviorError:
            operations = []
        status: Literal["completed", "failed"] = "failed" if answer.failed else "completed"
        return self.custom_data_extractor(
            ApplyPatchToolCustomDataContext(context, self, operations, answer.text, status, raw_item)
        )


def _operation(given: Any, context: ToolContext[Any]) -> ApplyPatchOperation:
    """One operation, as an editor takes it."""
    if not isinstance(given, Mapping):
        raise ModelBehaviorError(f"An operation must be an object with type, path and diff, not {given!r}.")
    kind: Any = given.get("type")
    path, diff, move_to = (given.get(name) or None for name in ("path", "diff", "move_to"))
    if kind not in _TYPES:
        raise ModelBehaviorError(f"The type of an operation must be one of {', '.join(_TYPES)}, not {kind!r}.")
    if not isinstance(path, str):
        raise ModelBehaviorError(f"The path of an operation must be the name of a file, not {path!r}.")
    if kind == "create_file" and diff is None and given.get("diff") == "":
        diff = ""  # an empty file
    if kind != "delete_file" and not isinstance(diff, str):
        raise ModelBehaviorError(f"{kind} {path} needs a diff, not {diff!r}.")
    if move_to is not None and not isinstance(move_to, str):
        raise ModelBehaviorError(f"move_to of {path} must be the name of a file, not {move_to!r}.")
    return ApplyPatchOperation(kind, path, diff, context, move_to)


def _result(given: Any) -> ApplyPatchResult:
    """What an editor has said of an operation."""
    if isinstance(given, ApplyPatchResult):
        return given
    if isinstance(given, Mapping):
        status = given.get("status")
        output = given.get("output")
        return ApplyPatchResult(
            status if status in ("completed", "failed") else None, None if output is None else str(output)
        )
    return ApplyPatchResult(output=None if given is None else str(given))
