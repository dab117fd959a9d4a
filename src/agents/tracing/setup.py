"""The trace provider in use, and the calls with which a program sets tracing up.

Above `provider`; below `util`, `create` and the package's `__init__`. The provider comes into being with
the first use and has no processor, so nothing is recorded, and nothing leaves the machine, until the
program adds one.
"""

from __future__ import annotations

import atexit
import threading

from .processor_interface import TracingProcessor
from .provider import DefaultTraceProvider, TraceProvider, shut_down

_SECONDS_AT_EXIT = 5.0

GLOBAL_TRACE_PROVIDER: TraceProvider | None = None
_lock = threading.Lock()
_exit_handler_set = False


def get_trace_provider() -> TraceProvider:
    """Return the provider in use, made at the first call."""
    return GLOBAL_TRACE_PROVIDER or _make_default()


def set_trace_provider(provider: TraceProvider) -> None:
    """Use another provider from now on.

    Args:
        provider: It may wrap the one that was in use before.
    """
    with _lock:
        _install(provider)


def add_trace_processor(span_processor: TracingProcessor) -> None:
    """Add a processor that hears of all traces and spans from now on.

    A trace that is already running is not recorded if nobody listened when it began.

    Args:
        span_processor: The processor to add.
    """
    get_trace_provider().register_processor(span_processor)


def set_trace_processors(processors: list[TracingProcessor]) -> None:
    """Replace all processors; an empty list stops all recording.

    Args:
        processors: The processors to use.
    """
    get_trace_provider().set_processors(processors)


def set_tracing_disabled(disabled: bool) -> None:
    """Turn tracing off or on, whatever `OPENAI_AGENTS_DISABLE_TRACING` says.

    Args:
        disabled: True to turn it off.
    """
    get_trace_provider().set_disabled(disabled)


def flush_traces() -> None:
    """Make the processors do now what is pending, such as sending a batch; returns when it is done."""
    get_trace_provider().force_flush()


def _make_default() -> TraceProvider:
    with _lock:
        if GLOBAL_TRACE_PROVIDER is None:
            _install(DefaultTraceProvider())
        assert GLOBAL_TRACE_PROVIDER is not None
        return GLOBAL_TRACE_PROVIDER


def _install(provider: TraceProvider) -> None:
    global GLOBAL_TRACE_PROVIDER, _exit_handler_set
    # A wrapper must see real spans from the provider that it wraps, although that one has no processor: some
    # packages (Logfire) record in a wrapper. A provider that is used directly may skip what nobody hears.
    if isinstance(GLOBAL_TRACE_PROVIDER, DefaultTraceProvider):
        GLOBAL_TRACE_PROVIDER.records_unheard = True
    if type(provider) is DefaultTraceProvider:
        provider.records_unheard = False
    GLOBAL_TRACE_PROVIDER = provider
    if not _exit_handler_set:
        atexit.register(_shut_down_at_exit)
        _exit_handler_set = True


def _shut_down_at_exit() -> None:
    if GLOBAL_TRACE_PROVIDER is not None:
        shut_down(GLOBAL_TRACE_PROVIDER.shutdown, _SECONDS_AT_EXIT)
