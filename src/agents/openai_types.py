"""The ``openai`` types that items are made of, loaded with their first use.

Importing ``openai`` takes about 0.8 s of CPU, which nobody should pay for ``from agents import Agent``. Modules
write ``from . import openai_types as oai`` and name ``oai.ResponseOutputMessage`` where they build one; the first
such access imports the real type and keeps it here, so that the next is a plain attribute look-up.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

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
    from openai.types.responses.response_reasoning_item import Content as Content
    from openai.types.responses.response_reasoning_item import Summary as Summary
    from openai.types.responses.response_usage import InputTokensDetails as InputTokensDetails
    from openai.types.responses.response_usage import OutputTokensDetails as OutputTokensDetails
    from openai.types.shared import Reasoning as Reasoning

    from .other_item import OtherItem as OtherItem
    from .unchecked import unchecked as unchecked

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
    "unchecked": "agents.unchecked",
    "Reasoning": "openai.types.shared",
    "Content": "openai.types.responses.response_reasoning_item",
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


def __getattr__(name: str) -> object:
    if name.startswith("_"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(_ELSEWHERE.get(name, "openai.types.responses")), name)
    globals()[name] = value
    return value
