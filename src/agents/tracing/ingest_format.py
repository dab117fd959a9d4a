"""What OpenAI's trace service takes: exported traces and spans made fit for its endpoint. Pure.

Below `backend_exporter`. The limits (`usage` on generations only, with two counts and a `details` bag;
inputs and outputs of at most 100,000 bytes; no reasoning) are those that openai-agents 0.24 keeps to: the
service refuses a whole batch for one field that it does not take.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

_LARGEST_FIELD = 100_000
_REASONING_FIELDS = ("reasoning", "reasoning_content", "thinking", "thinking_blocks")
_REASONING_TYPES = ("reasoning", "thinking", "redacted_thinking")
_DEEPEST = 64


def encode(items: list[dict[str, Any]]) -> bytes:
    """Return the body of a request: strict JSON in UTF-8, whatever the spans hold."""
    return _as_json({"data": items})


def fit(item: dict[str, Any]) -> dict[str, Any]:
    """Return an exported trace or span with only what the service takes."""
    data = item.get("span_data")
    if not isinstance(data, dict):
        return item
    fitted = dict(data)
    is_generation = data.get("type") == "generation"
    for name in ("input", "output"):
        if name in fitted:
            fitted[name] = _cut(_without_reasoning(fitted[name]) if is_generation else fitted[name])
    usage = fitted.pop("usage", None)
    if is_generation and isinstance(usage, dict) and (fitted_usage := _usage(usage)):
        fitted["usage"] = fitted_usage
    return {**item, "span_data": fitted}


def _usage(usage: dict[str, Any]) -> dict[str, Any] | None:
    counts = {name: usage.get(name) for name in ("input_tokens", "output_tokens")}
    if not all(isinstance(n, (int, float)) and not isinstance(n, bool) for n in counts.values()):
        return None
    details = dict(usage["details"]) if isinstance(usage.get("details"), dict) else {}
    known = {*counts, "details"}
    details |= {k: v for k, v in usage.items() if k not in known and v is not None}
    return {**counts, "details": details} if details else counts


def _without_reasoning(messages: Any) -> Any:
    if not isinstance(messages, (list, tuple)):
        return messages
    return [_message_without_reasoning(m) for m in messages if not _is_reasoning(m)]


def _message_without_reasoning(message: Any) -> Any:
    if not isinstance(message, Mapping) or message.get("role") != "assistant":
        return message
    kept = {k: v for k, v in message.items() if k not in _REASONING_FIELDS}
    if isinstance(kept.get("content"), list):
        kept["content"] = [part for part in kept["content"] if not _is_reasoning(part)]
    return kept


def _is_reasoning(part: Any) -> bool:
    return isinstance(part, Mapping) and part.get("type") in _REASONING_TYPES


def _cut(value: Any) -> Any:
    size = len(_as_json(value))
    if size <= _LARGEST_FIELD:
        return value
    if not isinstance(value, str):
        return {"truncated": True, "original_type": type(value).__name__, "preview": f"<{size} bytes>"}
    keep = (_LARGEST_FIELD - 100) * len(value) // size
    while len(_as_json(value[:keep])) > _LARGEST_FIELD - 100:  # what is kept may escape to more than its share
        keep = keep * 9 // 10
    return value[:keep] + "... [truncated]"


def _as_json(value: Any) -> bytes:
    try:
        text = _dump(value)
    except (ValueError, TypeError, RecursionError):
        text = _dump(_plain(value, ()))
    return text.encode("utf-8", "replace")  # a lone surrogate becomes a question mark


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=str, separators=(",", ":"))


def _plain(value: Any, around: tuple[int, ...]) -> Any:
    """Return the value as JSON can hold it: no NaN, no odd keys, no cycles, no great depth."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, (str, int)):
        return value
    if id(value) in around or len(around) > _DEEPEST:
        return "..."
    inside = (*around, id(value))
    if isinstance(value, Mapping):
        return {str(k): _plain(v, inside) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(v, inside) for v in value]
    return str(value)
