"""Tools that programs call: OpenAI's models may write one that orchestrates them, and OpenAI runs it.

Data and pure checks. ``allowed_callers`` of a tool says whether such a program may call it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from .exceptions import UserError
from .hosted_tool import HostedTool
from .tool_search import ToolSearchTool


@dataclass
class ProgrammaticToolCallingTool(HostedTool):
    """Lets the model write a program that calls tools, in place of calling each itself. OpenAI hosts it.

    The calls come to this process like others. A model of another provider calls the tools itself, and nothing is lost.
    """

    kind = "programmatic_tool_calling"

    def told(self) -> dict[str, Any]:
        """The tool as Responses has it."""
        return {"type": self.kind}


def callers_of(tool: Any) -> list[str] | None:
    """Who may call a tool; ``None`` where it does not say."""
    config = getattr(tool, "tool_config", None)
    found = getattr(tool, "allowed_callers", None)
    return found if found is not None or not isinstance(config, dict) else config.get("allowed_callers")


def validate_responses_programmatic_tool_calling_configuration(
    tools: Sequence[Any], *, tool_choice: Any = None, allow_opaque_tool_search_surface: bool = False
) -> None:
    """See that programs and the tools that they may call go together.

    Args:
        tools: The tools of an agent.
        tool_choice: How they shall be called.
        allow_opaque_tool_search_surface: Whether a stored prompt may hold tools that nobody sees here.

    Raises:
        UserError: There are two tools for programs, none where one is needed, or nothing that a program may call.
    """
    programs = sum(isinstance(tool, ProgrammaticToolCallingTool) for tool in tools)
    if programs > 1:
        raise UserError("An agent has one ProgrammaticToolCallingTool at most: leave the others out.")
    if tool_choice == "programmatic_tool_calling" and not programs:
        raise UserError("tool_choice='programmatic_tool_calling' needs a ProgrammaticToolCallingTool among the tools.")
    eligible = [tool for tool in tools if "programmatic" in (callers_of(tool) or ())]
    for tool in eligible:
        if not programs and "direct" not in (callers_of(tool) or ()):
            name = getattr(tool, "qualified_name", type(tool).__name__)
            raise UserError(f"Only programs may call {name!r}: add a ProgrammaticToolCallingTool to the agent's tools.")
    searches = any(isinstance(tool, ToolSearchTool) for tool in tools)
    if programs and not (eligible or searches or allow_opaque_tool_search_surface):
        raise UserError(
            "ProgrammaticToolCallingTool has nothing to call: give tools allowed_callers=['direct', 'programmatic']."
        )
