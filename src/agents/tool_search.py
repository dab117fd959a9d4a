"""The search for tools that a model does not see at once, and what only some providers know of function tools.

``tool`` and ``models`` are above; the other tools that a provider hosts are in ``hosted_tools``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .exceptions import UserError
from .hosted_tool import HostedTool, given
from .hosted_tools import HostedMCPTool


@dataclass
class ToolSearchTool(HostedTool):
    """Lets the model search the tools that it does not see at once: those with ``defer_loading`` or in a namespace.

    OpenAI and Anthropic host it. A model of another provider sees all tools at once, and nothing is lost.
    """

    description: str | None = None
    """What the model reads of a search that the caller answers."""
    execution: Literal["server", "client"] | None = None
    """Who searches: the provider, unless it says ``"client"``, which OpenAI alone knows."""
    parameters: object | None = None
    """The JSON schema of a search that the caller answers."""

    kind = "tool_search"

    def told(self) -> dict[str, Any]:
        """The tool as Responses has it."""
        described = given(description=self.description, execution=self.execution, parameters=self.parameters)
        return {"type": self.kind, **described}


def get_function_tool_responses_only_features(tool: Any) -> tuple[str, ...]:
    """What a function tool uses that has a form of its own in Responses alone."""
    uses = (
        ("tool_namespace()", getattr(tool, "namespace", None) is not None),
        ("defer_loading=True", bool(getattr(tool, "defer_loading", False))),
        ("allowed_callers", getattr(tool, "allowed_callers", None) is not None),
        ("output_json_schema", getattr(tool, "output_json_schema", None) is not None),
    )
    return tuple(feature for feature, used in uses if used)


def ensure_function_tool_supports_responses_only_features(tool: Any, *, backend_name: str) -> None:
    """Refuse a function tool with features that another backend does not have.

    Raises:
        UserError: It uses some.
    """
    if features := get_function_tool_responses_only_features(tool):
        raise UserError(
            f"Tool {tool.qualified_name!r} uses {', '.join(features)}, which {backend_name} does not have: use a model "
            "over OpenAI's Responses."
        )


def ensure_tool_choice_supports_backend(tool_choice: Any, *, backend_name: str) -> None:
    """Refuse a tool choice that another backend does not have.

    Raises:
        UserError: It is one.
    """
    if tool_choice == "programmatic_tool_calling":
        raise UserError(f"tool_choice={tool_choice!r} needs OpenAI's Responses; {backend_name} does not have it.")


def is_required_tool_search_surface(tool: Any) -> bool:
    """Whether a model can reach a tool by searching for it only, where there is a search."""
    config = tool.tool_config if isinstance(tool, HostedMCPTool) else None
    return bool(config.get("defer_loading") if config is not None else getattr(tool, "defer_loading", False))


def is_responses_tool_search_surface(tool: Any) -> bool:
    """Whether a search for tools may find a tool: it is deferred, or in a namespace."""
    return is_required_tool_search_surface(tool) or getattr(tool, "namespace", None) is not None


def has_responses_tool_search_surface(tools: Sequence[Any]) -> bool:
    """Whether a search for tools could find any of these."""
    return any(map(is_responses_tool_search_surface, tools))


def has_required_tool_search_surface(tools: Sequence[Any]) -> bool:
    """Whether any of these tools can be reached by searching only."""
    return any(map(is_required_tool_search_surface, tools))


def validate_responses_tool_search_configuration(
    tools: Sequence[Any], *, allow_opaque_search_surface: bool = False
) -> None:
    """See that a search for tools and the tools that it may find go together.

    Args:
        tools: The tools of an agent.
        allow_opaque_search_surface: Whether a stored prompt may hold tools to be found that nobody sees here.

    Raises:
        UserError: There are two searches, nothing to be found, or deferred tools without a search.
    """
    searches = sum(isinstance(tool, ToolSearchTool) for tool in tools)
    if searches > 1:
        raise UserError("An agent has one ToolSearchTool at most: leave the others out.")
    if not searches and has_required_tool_search_surface(tools):
        raise UserError("Tools with defer_loading are found by a ToolSearchTool: add one to the agent's tools.")
    if searches and not allow_opaque_search_surface and not has_responses_tool_search_surface(tools):
        raise UserError(
            "ToolSearchTool has nothing to find: give tools defer_loading=True, put them in a tool_namespace, or set "
            "'defer_loading' in the config of a HostedMCPTool."
        )


def prune_orphaned_tool_search_tools(tools: list[Any]) -> list[Any]:
    """The tools as they are: whether a search has something to find is decided with the request."""
    return tools
