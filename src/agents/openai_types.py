"""The ``openai`` types that items are made of, loaded with their first use.

Importing ``openai`` takes about 0.8 s of CPU, which nobody should pay for ``from agents import Agent``. Modules
write ``from . import openai_types as oai`` and name ``oai.ResponseOutputMessage`` where they build one; the first
such access imports the real type and keeps it here, so that the next is a plain attribute look-up.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

if TYPE_CHECKING:
    from openai import APIConnectionError as APIConnectionError
    from openai import APIResponseValidationError as APIResponseValidationError
    from openai import APIStatusError as APIStatusError
    from openai import APITimeoutError as APITimeoutError
    from openai import AsyncOpenAI as AsyncOpenAI
    from openai import DefaultAsyncHttpxClient as DefaultAsyncHttpxClient
    from openai import OpenAIError as OpenAIError
    from openai import omit as omit
    from openai.types.responses import Response as Response
    from openai.types.responses import ResponseCompletedEvent as ResponseCompletedEvent
    from openai.types.responses import ResponseContentPartAddedEvent as ResponseContentPartAddedEvent
    from openai.types.responses import ResponseContentPartDoneEvent as ResponseContentPartDoneEvent
    from openai.types.responses import ResponseCreatedEvent as ResponseCreatedEvent
    from openai.types.responses import ResponseFailedEvent as ResponseFailedEvent
    from openai.types.responses import (
        ResponseFunctionCallArgumentsDeltaEvent as ResponseFunctionCallArgumentsDeltaEvent,
    )
    from openai.types.responses import (
        ResponseFunctionCallArgumentsDoneEvent as ResponseFunctionCallArgumentsDoneEvent,
    )
    from openai.types.responses import ResponseFunctionToolCall as ResponseFunctionToolCall
    from openai.types.responses import ResponseIncompleteEvent as ResponseIncompleteEvent
    from openai.types.responses import ResponseInProgressEvent as ResponseInProgressEvent
    from openai.types.responses import ResponseInputItemParam as ResponseInputItemParam
    from openai.types.responses import ResponseOutputItem as ResponseOutputItem
    from openai.types.responses import ResponseOutputItemAddedEvent as ResponseOutputItemAddedEvent
    from openai.types.responses import ResponseOutputItemDoneEvent as ResponseOutputItemDoneEvent
    from openai.types.responses import ResponseOutputMessage as ResponseOutputMessage
    from openai.types.responses import ResponseOutputRefusal as ResponseOutputRefusal
    from openai.types.responses import ResponseOutputText as ResponseOutputText
    from openai.types.responses import (
        ResponseOutputTextAnnotationAddedEvent as ResponseOutputTextAnnotationAddedEvent,
    )
    from openai.types.responses import ResponseReasoningItem as ResponseReasoningItem
    from openai.types.responses import (
        ResponseReasoningSummaryPartAddedEvent as ResponseReasoningSummaryPartAddedEvent,
    )
    from openai.types.responses import (
        ResponseReasoningSummaryPartDoneEvent as ResponseReasoningSummaryPartDoneEvent,
    )
    from openai.types.responses import (
        ResponseReasoningSummaryTextDeltaEvent as ResponseReasoningSummaryTextDeltaEvent,
    )
    from openai.types.responses import (
        ResponseReasoningSummaryTextDoneEvent as ResponseReasoningSummaryTextDoneEvent,
    )
    from openai.types.responses import ResponseRefusalDeltaEvent as ResponseRefusalDeltaEvent
    from openai.types.responses import ResponseRefusalDoneEvent as ResponseRefusalDoneEvent
    from openai.types.responses import ResponseStreamEvent as ResponseStreamEvent
    from openai.types.responses import ResponseTextDeltaEvent as ResponseTextDeltaEvent
    from openai.types.responses import ResponseTextDoneEvent as ResponseTextDoneEvent
    from openai.types.responses import ResponseToolSearchCall as ResponseToolSearchCall
    from openai.types.responses import ResponseToolSearchOutputItem as ResponseToolSearchOutputItem
    from openai.types.responses import ResponseUsage as ResponseUsage
    from openai.types.responses.response import IncompleteDetails as IncompleteDetails
    from openai.types.responses.response_output_item import LocalShellCall as LocalShellCall
    from openai.types.responses.response_output_text import AnnotationURLCitation as AnnotationURLCitation
    from openai.types.responses.response_output_text import Logprob as Logprob
    from openai.types.responses.response_output_text import LogprobTopLogprob as LogprobTopLogprob
    from openai.types.responses.response_reasoning_item import Summary as Summary
    from openai.types.responses.response_usage import InputTokensDetails as InputTokensDetails
    from openai.types.responses.response_usage import OutputTokensDetails as OutputTokensDetails
    from openai.types.shared import Reasoning as Reasoning

    from .other_item import OtherItem as OtherItem

_ELSEWHERE = {
    "APIConnectionError": "openai",
    "APIResponseValidationError": "openai",
    "APIStatusError": "openai",
    "APITimeoutError": "openai",
    "AsyncOpenAI": "openai",
    "DefaultAsyncHttpxClient": "openai",
    "OpenAIError": "openai",
    "omit": "openai",
    "OtherItem": "agents.other_item",
    "Reasoning": "openai.types.shared",
    "ImageGenerationCall": "openai.types.responses.response_output_item",
    "LocalShellCall": "openai.types.responses.response_output_item",
    "IncompleteDetails": "openai.types.responses.response",
    "AnnotationURLCitation": "openai.types.responses.response_output_text",
    "Logprob": "openai.types.responses.response_output_text",
    "LogprobTopLogprob": "openai.types.responses.response_output_text",
    "McpCall": "openai.types.responses.response_output_item",
    "McpListTools": "openai.types.responses.response_output_item",
    "Summary": "openai.types.responses.response_reasoning_item",
    "InputTokensDetails": "openai.types.responses.response_usage",
    "OutputTokensDetails": "openai.types.responses.response_usage",
}
"""Where a name lives that ``openai.types.responses`` does not export."""

T = TypeVar("T")

_KNOWN: dict[Any, tuple[set[str], dict[str, Any], tuple[str, ...]]] = {}
"""Of each class that is built unchecked the names of the fields that are set, the defaults of the others, and the names
of what this release of ``openai`` does not know.

Its objects share the set: pydantic adds a field's name when the field is set, and all of them are in it.
"""

_set_fields = object.__setattr__
_set_names, _set_extra, _set_private = (
    BaseModel.__dict__[slot].__set__
    for slot in ("__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
)


def unchecked(kind: type[T], fields: dict[str, Any]) -> T:
    """An object of these fields, the same for each of its class, and of the right types: nothing is looked at.

    What is set is what pydantic's own ``model_construct`` sets. For what there is one of for each token, or several for
    each run: a small object takes 1.8 us by its constructor, 22 us by ``openai``'s ``model_construct``, 0.5 us by this.
    """
    names, others, unknown = _KNOWN.get(kind) or _known(kind, fields)
    if others:
        fields.update(others)
    made = object.__new__(kind)
    _set_extra(made, {name: fields.pop(name) for name in unknown} if unknown else {})
    _set_fields(made, "__dict__", fields)
    _set_names(made, names)
    _set_private(made, None)
    return made


def _known(kind: Any, fields: dict[str, Any]) -> tuple[set[str], dict[str, Any], tuple[str, ...]]:
    known = kind.model_fields
    defaults = {name: field.default for name, field in known.items() if name not in fields}
    return _KNOWN.setdefault(kind, (set(fields), defaults, tuple(name for name in fields if name not in known)))


def __getattr__(name: str) -> object:
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(_ELSEWHERE.get(name, "openai.types.responses")), name)
    globals()[name] = value
    return value
