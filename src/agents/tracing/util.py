"""Ids and time as the trace provider in use makes them."""

from __future__ import annotations

from .setup import get_trace_provider


def time_iso() -> str:
    """Return the time as ISO 8601 in UTC."""
    return get_trace_provider().time_iso()


def gen_trace_id() -> str:
    """Return a fresh trace id: `trace_` and 32 hexadecimal digits."""
    return get_trace_provider().gen_trace_id()


def gen_span_id() -> str:
    """Return a fresh span id: `span_` and 24 hexadecimal digits."""
    return get_trace_provider().gen_span_id()


def gen_group_id() -> str:
    """Return a fresh group id: `group_` and 24 hexadecimal digits."""
    return get_trace_provider().gen_group_id()
