"""What an editor of files is asked to do by ``ApplyPatchTool``, and what it may say of it."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeAlias, Union, runtime_checkable

from .run_context import RunContextWrapper

ApplyPatchOperationType: TypeAlias = Literal["create_file", "update_file", "delete_file"]


@dataclass(slots=True)
class ApplyPatchOperation:
    """One change of one file that the model asks for."""

    type: ApplyPatchOperationType
    path: str
    """The file, as the model names it: check that it lies where the model may write."""
    diff: str | None = None
    """What changes, for :func:`agents.apply_diff` (for ``create_file`` in its ``"create"`` mode)."""
    ctx_wrapper: RunContextWrapper[Any] | None = None
    """The context of the run."""
    move_to: str | None = None
    """Where an updated file shall be afterwards, if not where it is."""


@dataclass(slots=True)
class ApplyPatchResult:
    """What came of an operation."""

    status: Literal["completed", "failed"] | None = None
    output: str | None = None
    """What the model is told."""


_Result: TypeAlias = Union[ApplyPatchResult, str, None]


@runtime_checkable
class ApplyPatchEditor(Protocol):
    """Carries out operations, on a disk or elsewhere. Methods may be coroutines; what one raises fails what it did."""

    def create_file(self, operation: ApplyPatchOperation) -> Awaitable[_Result] | _Result:
        """Make a new file of ``operation.diff``."""

    def update_file(self, operation: ApplyPatchOperation) -> Awaitable[_Result] | _Result:
        """Change a file as ``operation.diff`` says, and move it where ``operation.move_to`` does."""

    def delete_file(self, operation: ApplyPatchOperation) -> Awaitable[_Result] | _Result:
        """Delete a file."""
