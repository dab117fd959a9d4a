"""What a span says about the step that it times: one class per kind of step.

Plain holders without behaviour; the code that does the step fills them in while the span is open.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from openai.types.responses import Response, ResponseInputItemParam


class SpanData(ABC):
    """The content of a span. Subclass it for kinds of your own."""

    @abstractmethod
    def export(self) -> dict[str, Any]:
        """Return the content as a dictionary with at least `type`."""

    @property
    @abstractmethod
    def type(self) -> str:
        """The kind of the span, such as `agent` or `function`."""


class _Fields(SpanData):
    """A span content that is exported field by field."""

    __slots__: tuple[str, ...] = ()

    def export(self) -> dict[str, Any]:
        """Return the kind and every field."""
        return {"type": self.type, **{name: getattr(self, name) for name in self.__slots__}}


class AgentSpanData(SpanData):
    """An agent at work: its name and what it could have used."""

    __slots__ = ("handoffs", "metadata", "name", "output_type", "tools")
    type = "agent"

    def __init__(
        self,
        name: str,
        handoffs: list[str] | None = None,
        tools: list[str] | None = None,
        output_type: str | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        self.name = name
        self.handoffs = handoffs
        self.tools = tools
        self.output_type = output_type
        self.metadata = metadata

    def export(self) -> dict[str, Any]:
        """Return all but the metadata, which the span exports beside it."""
        return {
            "type": self.type,
            "name": self.name,
            "handoffs": self.handoffs,
            "tools": self.tools,
            "output_type": self.output_type,
        }


class TaskSpanData(SpanData):
    """One whole run, from the input to the final output."""

    __slots__ = ("metadata", "name", "usage")
    type = "task"

    def __init__(self, name: str, usage: dict[str, Any] | None = None, metadata: dict[str, Any] | None = None) -> None:
        self.name = name
        self.usage = usage
        self.metadata = metadata

    def export(self) -> dict[str, Any]:
        """Return a custom span, the form that trace backends know."""
        return _as_custom(self.type, {"name": self.name}, self.usage)


class TurnSpanData(SpanData):
    """One turn of the loop: a model call and what followed from it."""

    __slots__ = ("agent_name", "metadata", "turn", "usage")
    type = "turn"

    def __init__(
        self,
        turn: int,
        agent_name: str,
        usage: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        self.turn = turn
        self.agent_name = agent_name
        self.usage = usage
        self.metadata = metadata

    def export(self) -> dict[str, Any]:
        """Return a custom span, the form that trace backends know."""
        return _as_custom(self.type, {"turn": self.turn, "agent_name": self.agent_name}, self.usage)


def _as_custom(kind: str, fields: dict[str, Any], usage: dict[str, Any] | None) -> dict[str, Any]:
    data = {"sdk_span_type": kind, **fields}
    if usage is not None:
        data["usage"] = usage
    return {"type": "custom", "name": kind, "data": data}


class FunctionSpanData(SpanData):
    """A call of a tool."""

    __slots__ = ("input", "mcp_data", "name", "output")
    type = "function"

    def __init__(
        self, name: str, input: str | None, output: Any | None, mcp_data: dict[str, Any] | None = None
    ) -> None:
        self.name = name
        self.input = input
        self.output = output
        self.mcp_data = mcp_data

    def export(self) -> dict[str, Any]:
        """Return the call with its output as text."""
        return {
            "type": self.type,
            "name": self.name,
            "input": self.input,
            "output": None if self.output is None else str(self.output),
            "mcp_data": self.mcp_data,
        }


class GenerationSpanData(_Fields):
    """A model call, message by message."""

    __slots__ = ("input", "output", "model", "model_config", "usage")  # noqa: RUF023 - the export's order
    type = "generation"

    def __init__(
        self,
        input: Sequence[Mapping[str, Any]] | None = None,
        output: Sequence[Mapping[str, Any]] | None = None,
        model: str | None = None,
        model_config: Mapping[str, Any] | None = None,
        usage: dict[str, Any] | None = None,
    ) -> None:
        self.input = input
        self.output = output
        self.model = model
        self.model_config = model_config
        self.usage = usage


class ResponseSpanData(SpanData):
    """A model call whose whole response object is at hand."""

    __slots__ = ("_response_id", "input", "response", "usage")
    type = "response"

    def __init__(
        self,
        response: Response | None = None,
        input: str | list[ResponseInputItemParam] | None = None,
        usage: dict[str, Any] | None = None,
    ) -> None:
        self.response = response
        self.input = input
        self.usage = usage
        self._response_id: str | None = None

    def export(self) -> dict[str, Any]:
        """Return the id and the usage; input and response are for processors that want them."""
        response_id = self._response_id if self.response is None else self.response.id
        return {"type": self.type, "response_id": response_id, "usage": self.usage}


class HandoffSpanData(_Fields):
    """One agent handing over to another."""

    __slots__ = ("from_agent", "to_agent")
    type = "handoff"

    def __init__(self, from_agent: str | None, to_agent: str | None) -> None:
        self.from_agent = from_agent
        self.to_agent = to_agent


class CustomSpanData(_Fields):
    """A step of the user's own."""

    __slots__ = ("name", "data")  # noqa: RUF023 - the export's order
    type = "custom"

    def __init__(self, name: str, data: dict[str, Any]) -> None:
        self.name = name
        self.data = data


class GuardrailSpanData(_Fields):
    """A guardrail's check."""

    __slots__ = ("name", "triggered")
    type = "guardrail"

    def __init__(self, name: str, triggered: bool = False) -> None:
        self.name = name
        self.triggered = triggered


class MCPListToolsSpanData(_Fields):
    """The list of tools that an MCP server gave."""

    __slots__ = ("server", "result")  # noqa: RUF023 - the export's order
    type = "mcp_tools"

    def __init__(self, server: str | None = None, result: list[str] | None = None) -> None:
        self.server = server
        self.result = result
