"""All kinds of tools, as the two types that annotations name. Each kind is below, in a module of its own."""

from __future__ import annotations

from typing import TypeAlias, Union

from .custom_tool import CustomTool
from .function_tools import FunctionTool
from .hosted_tool import HostedTool
from .patch_tool import ApplyPatchTool
from .shell_tool import LocalShellTool, ShellTool

CallableTool: TypeAlias = Union[FunctionTool, ShellTool, LocalShellTool, ApplyPatchTool, CustomTool]
"""A tool whose calls this process answers."""
Tool: TypeAlias = Union[CallableTool, HostedTool]
"""Whatever a model may be offered to call."""
