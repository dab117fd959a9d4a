"""Fresh identifiers and readable time: the raw material of traces and spans.

The bottom of the tracing package. `util` offers the same to users, but asks the trace provider first, which
may have its own way (a durable engine needs ids and times that repeat on replay).
"""

from __future__ import annotations

import os
from datetime import datetime, timezone

NO_OP_ID = "no-op"
"""The id of every trace and span that nobody records."""


# The kernel's randomness costs half a microsecond and, unlike a generator of our own, neither repeats
# itself in a forked process nor follows a `random.seed()` of the user's.
def new_trace_id() -> str:
    """Return `trace_` and 32 hexadecimal digits."""
    return "trace_" + os.urandom(16).hex()


def new_span_id() -> str:
    """Return `span_` and 24 hexadecimal digits."""
    return "span_" + os.urandom(12).hex()


def new_group_id() -> str:
    """Return `group_` and 24 hexadecimal digits."""
    return "group_" + os.urandom(12).hex()


def iso_time(nanoseconds: int) -> str:
    """Write a `time.time_ns()` reading as ISO 8601 in UTC, always to the microsecond."""
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    moment = datetime.fromtimestamp(seconds, timezone.utc).replace(microsecond=rest // 1000)
    return moment.isoformat(timespec="microseconds")
