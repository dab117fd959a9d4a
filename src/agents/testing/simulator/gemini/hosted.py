"""Gemini's hosted tools: what excludes what, what their parts look like, and their pairs.

Above: the package itself and `reply`. Source: the types of Google's own client (google-genai 3.4); the refusals are
those that users report (github.com/googleapis/go-genai/issues/323, github.com/tbphp/gpt-load/issues/188,
github.com/cloudwego/eino-ext/issues/761).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agents.testing.simulator.hosted import CodeRun, FileSearch, Hosted, WebSearch
from agents.testing.simulator.script import Ask, Reply
from agents.testing.simulator.wire import House

from .shape import invalid

__all__ = ["HOSTED", "check_hosted", "check_hosted_pairs", "grounding_of", "hosted_parts"]

HOSTED = (WebSearch, CodeRun, FileSearch)
_TOOLS = ("googleSearch", "codeExecution", "fileSearch", "urlContext", "googleMaps")


def check_hosted(body: Mapping[str, Any], *, modern: bool, vertex: bool) -> None:
    """Hosted tools beside functions, and beside an answer in JSON."""
    tools = body.get("tools", ())
    if not any(name in tool for tool in tools for name in _TOOLS):
        return
    functions = any("functionDeclarations" in tool for tool in tools)
    shown = body.get("toolConfig", {}).get("includeServerSideToolInvocations")
    if functions and not modern:
        raise invalid("Tool use with function calling is unsupported by the model.")
    if shown and vertex:
        raise invalid("include_server_side_tool_invocations is not supported.")
    if functions and not shown and not vertex:
        raise invalid(
            "Please enable tool_config.include_server_side_tool_invocations to use Built-in tools with "
            "Function calling."
        )
    mode = body.get("toolConfig", {}).get("functionCallingConfig", {}).get("mode")
    if shown and mode == "AUTO":
        raise invalid("Function calling mode AUTO is not supported with server side tool invocations.")
    if body.get("generationConfig", {}).get("responseMimeType") == "application/json" and not modern:
        raise invalid("Tool use with a response mime type: 'application/json' is unsupported")
    for tool in tools:
        if "fileSearch" in tool and not tool["fileSearch"].get("fileSearchStoreNames"):
            raise invalid("* GenerateContentRequest.tools.file_search.file_search_store_names: must not be empty\n")


def check_hosted_pairs(contents: list[dict[str, Any]]) -> None:
    """What came of a hosted tool stands behind its use, in the same turn of the model's."""
    for content in contents:
        code: list[Any] = []
        calls: list[Any] = []
        for part in content.get("parts", ()):
            if "executableCode" in part:
                code.append(part["executableCode"].get("id"))
            elif "toolCall" in part:
                calls.append(part["toolCall"].get("id"))
            for kind, waiting in (("codeExecutionResult", code), ("toolResponse", calls)):
                if kind in part:
                    if part[kind].get("id") not in waiting:
                        raise invalid(f"Please ensure that a {kind} part comes after the part that it answers.")
                    waiting.remove(part[kind].get("id"))
        if code or calls:
            raise invalid("Please ensure that each part of a server-side tool has the part that answers it.")


def hosted_parts(ask: Ask, part: Hosted, house: House) -> list[dict[str, Any]]:
    """The parts of a hosted tool's work: of a search only where the request wants to see it."""
    match part:
        case CodeRun(code=code, output=output):
            id = house.mint("", 8)
            return [
                {"executableCode": {"id": id, "language": "PYTHON", "code": code}},
                {"codeExecutionResult": {"id": id, "outcome": "OUTCOME_OK", "output": output}},
            ]
        case WebSearch(query=query):
            kind = "GOOGLE_SEARCH_WEB"
        case FileSearch(query=query):
            kind = "FILE_SEARCH"
        case _:
            raise ValueError(f"Gemini hosts nothing that could say {part!r}.")
    if not ask.body.get("toolConfig", {}).get("includeServerSideToolInvocations"):
        return []
    id = house.mint("", 8)
    return [
        {"toolCall": {"id": id, "toolType": kind, "args": {"queries": [query]}}},
        {"toolResponse": {"id": id, "toolType": kind, "response": {"search_suggestions": "<div/>"}}},
    ]


def grounding_of(reply: Reply) -> dict[str, Any]:
    """What the searches of a reply add to its grounding."""
    found: dict[str, Any] = {}
    for part in reply.said():
        if isinstance(part, WebSearch):
            found.setdefault("webSearchQueries", []).append(part.query)
            found.setdefault("groundingChunks", []).extend({"web": {"uri": url, "title": url}} for url in part.found)
        elif isinstance(part, FileSearch):
            found.setdefault("retrievalQueries", []).append(part.query)
            chunks = [{"retrievedContext": {"title": name, "text": text}} for name, text in part.found.items()]
            found.setdefault("groundingChunks", []).extend(chunks)
    return found
