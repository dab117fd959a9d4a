"""What a caller may set for the traces of one run. Imports nothing of the package."""

from __future__ import annotations

from typing_extensions import TypedDict


class TracingConfig(TypedDict, total=False):
    """Settings of one trace, given to `trace()` or `RunConfig.tracing`."""

    api_key: str
    """The key under which `BackendSpanExporter` sends this trace, instead of its own."""

    include_task_and_turn_spans: bool
    """Whether the runner opens a span per run and per turn; true when left out."""


def include_task_and_turn_spans(config: TracingConfig | None) -> bool:
    """Tell whether the runner opens task and turn spans under this configuration."""
    return config is None or config.get("include_task_and_turn_spans", True)
