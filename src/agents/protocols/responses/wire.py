"""The JSON of Responses: how a payload becomes data, what usage is, and which faults have codes of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, Union

import msgspec

from ...usage import Usage, input_details, output_details

T = TypeVar("T")

_REQUEST_FAULT = {"status": 400}
_POLICY_FAULT = {"type": "content_policy_violation"}
FAULTS: dict[str, dict[str, Any]] = {
    "invalid_prompt": _REQUEST_FAULT,
    "invalid_image": _REQUEST_FAULT,
    "invalid_image_format": _REQUEST_FAULT,
    "invalid_base64_image": _REQUEST_FAULT,
    "invalid_image_url": _REQUEST_FAULT,
    "invalid_image_mode": _REQUEST_FAULT,
    "image_too_large": _REQUEST_FAULT,
    "image_too_small": _REQUEST_FAULT,
    "image_parse_error": _REQUEST_FAULT,
    "image_file_too_large": _REQUEST_FAULT,
    "image_file_not_found": _REQUEST_FAULT,
    "empty_image_file": _REQUEST_FAULT,
    "unsupported_image_media_type": _REQUEST_FAULT,
    "failed_to_download_image": _REQUEST_FAULT,
    "data_residency_mismatch": _REQUEST_FAULT,
    "bio_policy": _POLICY_FAULT,
    "misalignment_policy_violation": _POLICY_FAULT,
    "image_content_policy_violation": _POLICY_FAULT,
}
"""What codes of a failed response say in the words of the common map of errors (``ResponseError`` of openai)."""


class InputDetails(msgspec.Struct):
    """The parts of the tokens read."""

    cached_tokens: Union[int, None] = None
    cache_write_tokens: Union[int, None] = None


class OutputDetails(msgspec.Struct):
    """The parts of the tokens written."""

    reasoning_tokens: Union[int, None] = None


class TokenUsage(msgspec.Struct):
    """What a response cost: input includes cached tokens, output includes reasoning."""

    input_tokens: Union[int, None] = None
    output_tokens: Union[int, None] = None
    total_tokens: Union[int, None] = None
    input_tokens_details: Any = None
    output_tokens_details: Any = None


def read(payload: Any) -> dict[str, Any]:
    """A response or event from bytes of JSON, or from a client's object.

    Raises:
        ValueError: It is no JSON object.
        RecursionError: It is nested too deep.
    """
    if isinstance(payload, (bytes, str)):
        data = msgspec.json.decode(payload)
    elif hasattr(payload, "model_dump"):
        data = payload.model_dump(by_alias=True, exclude_unset=True, warnings=False)
    else:
        data = dict(payload) if isinstance(payload, Mapping) else payload
    if not isinstance(data, dict):
        raise ValueError(f"expected an object, got {type(data).__name__}")
    return data


def in_common_words(failure: Any) -> Any:
    """An error object, with what its code means where the common map of errors does not know it."""
    code = failure.get("code") if isinstance(failure, dict) else None
    return {**failure, **FAULTS[code]} if isinstance(code, str) and code in FAULTS else failure


def usage_of(raw: Any) -> Usage | None:
    """What a response cost; ``None`` where it does not say."""
    found = _read_as(TokenUsage, raw)
    if found is None:
        return None
    parts_read = _read_as(InputDetails, found.input_tokens_details) or InputDetails()
    parts_written = _read_as(OutputDetails, found.output_tokens_details) or OutputDetails()
    tokens_read, tokens_written = found.input_tokens or 0, found.output_tokens or 0
    return Usage(
        requests=1,
        input_tokens=tokens_read,
        output_tokens=tokens_written,
        total_tokens=(tokens_read + tokens_written) or found.total_tokens or 0,
        input_tokens_details=input_details(parts_read.cached_tokens, parts_read.cache_write_tokens),
        output_tokens_details=output_details(parts_written.reasoning_tokens),
    )


def _read_as(kind: type[T], value: Any) -> T | None:
    """A field as ``kind``; ``None`` where it is absent, or something else altogether."""
    if value is None:
        return None
    try:
        return msgspec.convert(value, kind, strict=False)
    except (ValueError, RecursionError):
        return None
