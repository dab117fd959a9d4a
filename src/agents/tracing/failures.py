"""How exceptions are told: to a span in full, to the log without their text.

Exception texts may quote prompts, tool arguments or keys. A span goes only where its owner sends it, so it
gets the text and the traceback; the log gets the type and the place, which is enough to find the fault.
"""

from __future__ import annotations

import traceback
from typing import Any

from typing_extensions import TypedDict


class SpanError(TypedDict):
    """What went wrong inside a span."""

    message: str
    """One line for people."""

    data: dict[str, Any] | None
    """Whatever else helps to understand it."""


def span_error(error: BaseException) -> SpanError:
    """Describe an exception for the span that it leaves."""
    name = type(error).__name__
    try:
        text = str(error)
    except Exception:  # noqa: BLE001 - a broken __str__ must not replace the exception on its way out
        text = "(its text cannot be read)"
    return {
        "message": f"{name}: {text}" if text else name,
        "data": {"traceback": "".join(traceback.format_exception(type(error), error, error.__traceback__))},
    }


def loggable(error: BaseException) -> str:
    """Describe an exception for the log: its type and where it was raised, never its text."""
    frames = traceback.extract_tb(error.__traceback__)
    name = type(error).__name__
    return f"{name} at {frames[-1].filename}:{frames[-1].lineno}" if frames else name
