"""Which of an agent's tools the provider runs, and what happens where it hosts none of that kind.

Above: ``wire_model``. What a provider hosts is data (``Profile.hosts``); what a protocol can say of it is the codec's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..exceptions import UserError
from ..hosted_tool import HostedTool
from ..local_tool import LocalTool
from ..protocols.base import Codec, HostedSpec, Profile, ToolGroup, ToolSpec
from .catalog.profiles import hosts_of

if TYPE_CHECKING:
    from ..tool_kinds import CallableTool, Tool

_DISPENSABLE = frozenset({"tool_search", "programmatic_tool_calling"})
_HARMLESS = frozenset({"type", "search_context_size"})
"""Options that every tool of a kind has, by default or because it must: a protocol without them loses nothing."""


def hosted_specs(tools: Sequence[Tool], codec: Codec, profile: Profile, model: str) -> list[HostedSpec]:
    """The hosted tools among these, in neutral terms.

    A search for tools that nobody hosts is left out: the model then sees all tools at once. So are programs that call
    tools: the model then calls them itself.

    Raises:
        UserError: The provider hosts no such tool.
    """
    specs: list[HostedSpec] = []
    for tool in tools:
        if not isinstance(tool, HostedTool):
            continue
        if tool.kind in codec.hosted_options and tool.kind in profile.hosts:
            specs.append(HostedSpec(tool.kind, tool.told(), tool.included()))
        elif tool.kind not in _DISPENSABLE:
            raise UserError(
                f"{type(tool).__name__} runs on the servers of the model's provider, and {profile.provider!r} hosts no "
                f"such tool for {model!r}. Use a model of {_who_hosts(tool.kind)}, or a tool of your own."
            )
    return specs


def lost_options(specs: Sequence[HostedSpec], codec: Codec, profile: Profile) -> Iterator[str]:
    """What is asked of hosted tools, and their provider has no words for: a sentence for each of them."""
    for spec in specs:
        known = codec.hosted_options[spec.kind]
        asked = {name for name, value in spec.config.items() if value is not None} - _HARMLESS
        if isinstance(container := spec.config.get("container"), Mapping):  # a new one, perhaps with wishes
            asked = asked - {"container"} | {f"container.{name}" for name in container if name != "type"}
        if known is not None and (lost := sorted(asked - known)):
            yield f"{', '.join(lost)} of the hosted tool {spec.kind!r}: {profile.provider} has no such option."


def tool_spec(tool: CallableTool, profile: Profile, model: str) -> ToolSpec:
    """A tool whose calls come to this process, in neutral terms.

    Raises:
        UserError: It runs at OpenAI, and the model cannot call it there.
    """
    if isinstance(tool, LocalTool):
        native = tool.native_tool()
        if tool.hosted and native["type"] not in profile.native_tools:
            raise UserError(f"Tool {tool.name!r} runs in a container of OpenAI's, which {model!r} cannot use.")
        return ToolSpec(
            tool.call_name, tool.told_description, tool.params_json_schema, tool.strict_json_schema, native=native
        )
    group = None
    if tool.namespace:
        group = ToolGroup(tool.namespace, tool.namespace_description or "", tool.name, tool.description)
    return ToolSpec(
        tool.call_name,
        tool.told_description,
        tool.params_json_schema,
        tool.strict_json_schema,
        tool.defer_loading,
        group,
        callers=tool.allowed_callers,
        output_schema=tool.output_json_schema,
    )


def _who_hosts(kind: str) -> str:
    """The providers that host a kind of tool, as a user would name their models."""
    found: Mapping[str, Any] = hosts_of(kind)
    return " or ".join(found)
