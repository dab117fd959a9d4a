"""What the body of a Gemini request may look like, and the service's words for what it may not.

Names are read in camelCase and in snake_case, as protocol-buffer JSON allows; null means absent. Source: the
types of Google's own client (google-genai 3.4).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Any

from agents.testing.simulator.shape import (
    Misshapen,
    Path,
    Reader,
    anything,
    boolean,
    either,
    free,
    integer,
    list_of,
    number,
    obj,
    one_of,
    string,
)
from agents.testing.simulator.wire import Refused

__all__ = ["BODY", "invalid", "snake", "worded"]


@functools.lru_cache(maxsize=1024)
def _camel(name: str) -> str:
    return re.sub(r"_([a-z])", lambda found: found[1].upper(), name)


def snake(name: str) -> str:
    """The spelling that the service's error texts use."""
    return re.sub(r"([A-Z])", lambda found: "_" + found[1].lower(), name)


def _message(fields: Mapping[str, Reader], *required: str) -> Reader:
    return obj(fields, required=required, nulls=True, rename=_camel)


def _fields(kind: Reader, *names: str) -> dict[str, Reader]:
    return dict.fromkeys(names, kind)


_SIGNATURE = string(low=1)
_CALL = _message(
    {"id": string(), "name": string(), "args": free, "partialArgs": anything, "willContinue": boolean}, "name"
)
_RESPONSE = _message(
    {
        "id": string(),
        "name": string(),
        "response": free,
        "parts": list_of(free),
        "scheduling": string(),
        "willContinue": boolean,
    },
    *("name", "response"),
)
_BLOB = _message({"mimeType": string(low=1), "data": string(low=1), "displayName": string()}, "mimeType", "data")
_FILE = _message({"mimeType": string(), "fileUri": string(low=1), "displayName": string()}, "fileUri")
_PART = _message(
    {
        "text": string(),
        "thought": boolean,
        "thoughtSignature": _SIGNATURE,
        "inlineData": _BLOB,
        "fileData": _FILE,
        "functionCall": _CALL,
        "functionResponse": _RESPONSE,
        "executableCode": _message({"id": string(), "language": string(), "code": string()}, "language", "code"),
        "codeExecutionResult": _message({"id": string(), "outcome": string(), "output": string()}, "outcome"),
        "toolCall": _message({"id": string(), "toolType": string(), "args": free}, "toolType"),
        "toolResponse": _message({"id": string(), "toolType": string(), "response": free}, "toolType"),
        **_fields(free, "videoMetadata", "partMetadata", "mediaProcessing"),
        "mediaResolution": anything,
    }
)
_CONTENT = _message({"role": string(), "parts": list_of(_PART)})
_SYSTEM = _message({"role": string(), "parts": list_of(_PART, low=1)}, "parts")
_DECLARATION = _message(
    {
        "name": string(),
        "description": string(),
        "parameters": free,
        "parametersJsonSchema": anything,
        "response": free,
        "responseJsonSchema": anything,
        "behavior": string(),
    },
    "name",
)
_SERVER_TOOLS = (
    "googleSearch googleSearchRetrieval codeExecution urlContext computerUse fileSearch googleMaps retrieval "
    "enterpriseWebSearch exaAiSearch parallelAiSearch"
)
_TOOL = _message(
    {
        "functionDeclarations": list_of(_DECLARATION),
        "mcpServers": list_of(free),
        **_fields(free, *_SERVER_TOOLS.split()),
        "codeExecution": _message({}),
        "googleSearch": _message(
            {
                "searchTypes": free,
                "timeRangeFilter": free,
                "excludeDomains": list_of(string()),
                "blockingConfidence": anything,
            }
        ),
        "fileSearch": _message(
            {"fileSearchStoreNames": list_of(string()), "topK": integer(1), "metadataFilter": string()}
        ),
    }
)
_TOOL_CONFIG = _message(
    {
        "functionCallingConfig": _message(
            {
                "mode": one_of("MODE_UNSPECIFIED", "AUTO", "ANY", "NONE", "VALIDATED", fold=True),
                "allowedFunctionNames": list_of(string()),
                "streamFunctionCallArguments": boolean,
            }
        ),
        "includeServerSideToolInvocations": boolean,
        "retrievalConfig": free,
    }
)
_LEVELS = one_of("THINKING_LEVEL_UNSPECIFIED", "MINIMAL", "LOW", "MEDIUM", "HIGH", "XHIGH", fold=True)
_GENERATION = _message(
    {
        "temperature": number(0, 2),
        "topP": number(0, 1),
        "topK": number(0),
        "candidateCount": integer(1, 8),
        "maxOutputTokens": integer(1),
        "stopSequences": list_of(string(low=1), high=5),
        "seed": integer(),
        "presencePenalty": number(-2, 2),
        "frequencyPenalty": number(-2, 2),
        "responseMimeType": one_of("text/plain", "application/json", "text/x.enum"),
        "responseSchema": free,
        "responseJsonSchema": anything,
        "responseModalities": list_of(string()),
        "responseLogprobs": boolean,
        "logprobs": integer(0, 20),
        "thinkingConfig": _message(
            {"includeThoughts": boolean, "thinkingBudget": integer(-1), "thinkingLevel": _LEVELS}
        ),
        **_fields(free, "speechConfig", "imageConfig", "routingConfig", "modelSelectionConfig", "translationConfig"),
        **_fields(boolean, "audioTimestamp", "enableAffectiveDialog", "enableEnhancedCivicAnswers"),
        **_fields(anything, "mediaResolution", "responseFormat", "audioTranscriptionConfig"),
    }
)
_SAFETY = _message({"category": string(), "threshold": string(), "method": string()}, "category", "threshold")


def _contents(value: Any, path: Path) -> Any:
    """One content or many; a field that is left out altogether is reported by the rules."""
    return list_of(_CONTENT)(value if isinstance(value, list) else [value], path)


BODY = _message(
    {
        "model": string(),
        "contents": either(array=_contents, object=_contents),
        "systemInstruction": _SYSTEM,
        "tools": list_of(_TOOL),
        "toolConfig": _TOOL_CONFIG,
        "safetySettings": list_of(_SAFETY),
        "generationConfig": _GENERATION,
        "cachedContent": string(),
        "serviceTier": string(),
        "store": boolean,
        "continuationToken": string(),
    }
)
"""Reads a whole request body; the result is in camelCase."""


# --- Findings in the service's words --------------------------------------------------------------


def invalid(message: str, *violations: tuple[str, str]) -> Refused:
    """400 INVALID_ARGUMENT, with what the service adds about single fields."""
    details = [
        {
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            "fieldViolations": [{"field": field, "description": text} for field, text in violations],
        }
    ]
    return Refused(400, message, "INVALID_ARGUMENT", details=details if violations else [])


def dotted(path: Path) -> str:
    """A path as `tools[0].function_declarations[0].name`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else ("." if text else "") + snake(str(step))
    return text


_REASONS = {
    "missing": "required field is not set",
    "empty": "must not be empty",
    "short": "must not be empty",
    "low": "must be at least {expected}",
    "high": "must be at most {expected}",
    "long": "must have at most {expected} items",
    "pattern": "must match {expected}",
}
_PROTO_TYPES = {
    "string": "TYPE_STRING",
    "integer": "TYPE_INT32",
    "number": "TYPE_FLOAT",
    "boolean": "TYPE_BOOL",
}


def worded(found: Misshapen) -> Refused:
    """The error for a finding."""
    where, got = dotted(found.path), found.got
    if found.kind == "unknown":
        parent = dotted(found.path[:-1])
        at = f" at '{parent}'" if parent else ""
        message = f'Invalid JSON payload received. Unknown name "{found.path[-1]}"{at}: Cannot find field.'
        return invalid(message, (parent, message))
    if found.kind in ("type", "choice"):
        kind = {
            "string": "TYPE_STRING",
            "integer": "TYPE_INT32",
            "number": "TYPE_FLOAT",
            "boolean": "TYPE_BOOL",
        }
        message = f"Invalid value at '{where}' ({kind.get(str(found.expected), 'TYPE_ENUM')}), {got!r}"
        return invalid(message, (where, message))
    reason = _REASONS[found.kind].format(expected=found.expected)
    return invalid(f"* GenerateContentRequest.{where}: {reason}\n")
