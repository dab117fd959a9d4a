"""The calls that open traces and spans: `trace()` and one function per kind of span.

Above `setup` and `span_data`; used by the run loop and by users. Each returns a context manager that is not
yet started: use `with`, or `start` and `finish`. All span functions share three last parameters: `span_id`
(made up when None), `parent` (a span or trace; by default what is current) and `disabled` (True for a span
nobody records).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .config import TracingConfig
from .setup import get_trace_provider
from .span_data import (
    AgentSpanData,
    CustomSpanData,
    FunctionSpanData,
    GenerationSpanData,
    GuardrailSpanData,
    HandoffSpanData,
    MCPListToolsSpanData,
    ResponseSpanData,
    TaskSpanData,
    TurnSpanData,
)
from .spans import Span
from .traces import Trace

if TYPE_CHECKING:
    from openai.types.responses import Response


def trace(
    workflow_name: str,
    trace_id: str | None = None,
    group_id: str | None = None,
    metadata: dict[str, Any] | None = None,
    tracing: TracingConfig | None = None,
    disabled: bool = False,
) -> Trace:
    """Make a trace for a workflow; runs inside it become its steps.

    Args:
        workflow_name: The name of the workflow, such as "Customer service".
        trace_id: Its id, as `gen_trace_id` makes them; made up when None.
        group_id: Ties traces together, such as those of one conversation.
        metadata: Anything worth remembering about it.
        tracing: Settings for this trace, such as a key of its own.
        disabled: True for a trace that is not recorded, nor anything inside it.
    """
    return get_trace_provider().create_trace(
        name=workflow_name,
        trace_id=trace_id,
        group_id=group_id,
        metadata=metadata,
        tracing=tracing,
        disabled=disabled,
    )


def get_current_trace() -> Trace | None:
    """Return the trace inside which this code runs, if any."""
    return get_trace_provider().get_current_trace()


def get_current_span() -> Span[Any] | None:
    """Return the span inside which this code runs, if any."""
    return get_trace_provider().get_current_span()


def agent_span(
    name: str,
    handoffs: list[str] | None = None,
    tools: list[str] | None = None,
    output_type: str | None = None,
    span_id: str | None = None,
    parent: Trace | Span[Any] | None = None,
    disabled: bool = False,
) -> Span[AgentSpanData]:
    """An agent at work.

    Args:
        name: The agent's name.
        handoffs: The agents to which it may hand over.
        tools: The tools it may call.
        output_type: The type of its output.
        span_id: Its id; made up when None.
        parent: The span or trace around it; what is current when None.
        disabled: True for a span that nobody records.
    """
    return get_trace_provider().create_span(
        AgentSpanData(name, handoffs, tools, output_type), span_id, parent, disabled
    )


def task_span(
    name: str,
    span_id: str | None = None,
    parent: Trace | Span[Any] | None = None,
    disabled: bool = False,
) -> Span[TaskSpanData]:
    """One whole run.

    Args:
        name: The name of the run's workflow.
        span_id: Its id; made up when None.
        parent: The span or trace around it; what is current when None.
        disabled: True for a span that nobody records.
    """
    return get_trace_provider().create_span(TaskSpanData(name), span_id, parent, disabled)


def turn_span(
    turn: int,
    agent_name: str,
    span_id: str | None = None,
    parent: Trace | Span[Any] | None = None,
    disabled: bool = False,
) -> Span[TurnSpanData]:
    """One turn of the loop.

    Args:
        turn: The turn's number, from 1.
        agent_name: The agent whose turn it is.
        span_id: Its id; made up when None.
        parent: The span or trace around it; what is current when None.
        disabled: True for a span that nobody records.
    """
    return get_trace_provider().create_span(TurnSpanData(turn, agent_name), span_id, parent, disabled)


def function_span(
    name: str,
    input: str | None = None,
    output: str | None = None,
    span_id: str | None = None,
    parent: Trace | Span[Any] | None = None,
    disabled: bool = False,
) -> Span[FunctionSpanData]:
    """A call of a tool.

    Args:
        name: The tool's name.
        input: Its arguments.
        output: Its result.
        span_id: Its id; made up when None.
        parent: The span or trace around it; what is current when None.
        disabled: True for a span that nobody records.
    """
    return get_trace_provider().create_span(FunctionSpanData(name, input, output), span_id, parent, disabled)


def generation_span(
    input: Sequence[Mapping[str, Any]] | None = None,
    output: Sequence[Mapping[str, Any]] | None = None,
    model: str | None = None,
    model_config: Mapping[str, Any] | None = None,
    usage: dict[str, Any] | None = None,
    span_id: str | None = None,
    parent: Trace | Span[Any] | None = None,
    disabled: bool = False,
) -> Span[GenerationSpanData]:
    """A model call, message by message.

    Args:
        input: The messages sent.
        output: The messages received.
        model: The model's name.
        model_config: The settings of the call.
        usage: The tokens used.
        span_id: Its id; made up when None.
        parent: The span or trace around it; what is current when None.
        disabled: True for a span that nobody records.
    """
    return get_trace_provider().create_span(
        GenerationSpanData(input, output, model, model_config, usage), span_id, parent, disabled
    )


def response_span(
    response: Response | None = None,
    span_id: str | None = None,
    parent: Trace | Span[Any] | None = None,
    disabled: bool = False,
) -> Span[ResponseSpanData]:
    """A model call whose whole response is at hand.

    Args:
        response: The response.
        span_id: Its id; made up when None.
        parent: The span or trace around it; what is current when None.
        disabled: True for a span that nobody records.
    """
    return get_trace_provider().create_span(ResponseSpanData(response), span_id, parent, disabled)


def handoff_span(
    from_agent: str | None = None,
    to_agent: str | None = None,
    span_id: str | None = None,
    parent: Trace | Span[Any] | None = None,
    disabled: bool = False,
) -> Span[HandoffSpanData]:
    """One agent handing over to another.

    Args:
        from_agent: The name of the one.
        to_agent: The name of the other.
        span_id: Its id; made up when None.
        parent: The span or trace around it; what is current when None.
        disabled: True for a span that nobody records.
    """
    return get_trace_provider().create_span(HandoffSpanData(from_agent, to_agent), span_id, parent, disabled)


def custom_span(
    name: str,
    data: dict[str, Any] | None = None,
    span_id: str | None = None,
    parent: Trace | Span[Any] | None = None,
    disabled: bool = False,
) -> Span[CustomSpanData]:
    """A step of your own.

    Args:
        name: What to call it.
        data: Anything worth remembering about it.
        span_id: Its id; made up when None.
        parent: The span or trace around it; what is current when None.
        disabled: True for a span that nobody records.
    """
    return get_trace_provider().create_span(
        CustomSpanData(name, {} if data is None else data), span_id, parent, disabled
    )


def guardrail_span(
    name: str,
    triggered: bool = False,
    span_id: str | None = None,
    parent: Trace | Span[Any] | None = None,
    disabled: bool = False,
) -> Span[GuardrailSpanData]:
    """A guardrail's check.

    Args:
        name: The guardrail's name.
        triggered: Whether it stopped the run.
        span_id: Its id; made up when None.
        parent: The span or trace around it; what is current when None.
        disabled: True for a span that nobody records.
    """
    return get_trace_provider().create_span(GuardrailSpanData(name, triggered), span_id, parent, disabled)


def mcp_tools_span(
    server: str | None = None,
    result: list[str] | None = None,
    span_id: str | None = None,
    parent: Trace | Span[Any] | None = None,
    disabled: bool = False,
) -> Span[MCPListToolsSpanData]:
    """Asking an MCP server for its tools.

    Args:
        server: The server's name.
        result: The tools it named.
        span_id: Its id; made up when None.
        parent: The span or trace around it; what is current when None.
        disabled: True for a span that nobody records.
    """
    return get_trace_provider().create_span(MCPListToolsSpanData(server, result), span_id, parent, disabled)
