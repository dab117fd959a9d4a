"""What the tools have in common that run on the servers of the model's provider. Nothing here runs anything.

``told`` says what such a tool is in the words of OpenAI's Responses, which the codecs read and put into those of their
own protocol. Above: ``hosted_tools``, which has the kinds, and ``models``, which knows what each provider hosts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, TypeAlias

HostedKind: TypeAlias = Literal[
    "web_search",
    "code_interpreter",
    "file_search",
    "image_generation",
    "mcp",
    "tool_search",
    "programmatic_tool_calling",
]
"""What a hosted tool does, whatever its provider calls it."""


class HostedTool:
    """A tool that a provider runs for its model. The run only sees what came of it."""

    kind: ClassVar[HostedKind]
    """What it does."""

    @property
    def name(self) -> str:
        """The name by which ``ModelSettings(tool_choice=...)`` and traces know it."""
        return self.kind

    @property
    def qualified_name(self) -> str:
        """The same, as hosted tools are in no namespace."""
        return self.name

    def told(self) -> dict[str, Any]:
        """The tool as Responses has it; what is not set is left out."""
        raise NotImplementedError

    def included(self) -> Sequence[str]:
        """What the answer should hold of it besides, in the words of Responses' ``include``."""
        return ()


def given(**fields: Any) -> dict[str, Any]:
    """The fields that are set."""
    return {name: value for name, value in fields.items() if value is not None}
