"""Gemini's hosted tools: how they are asked for, and what their parts are as items.

``encode``, ``decode`` and ``contents`` use it. Code and its result are parts of the answer; a search is a pair of parts
where functions are declared beside it, and else shows in the grounding of the text alone. Facts are from the types of
Google's client (3.4) and its page on combining tools.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ...exceptions import UserError
from ..base import HostedSpec, ModelRequest, Profile
from .wire import Grounding, Part, read_as

Fields = dict[str, Any]

HOSTED_OPTIONS: Mapping[str, frozenset[str] | None] = {
    "web_search": frozenset(),
    "code_interpreter": frozenset(),
    "file_search": frozenset({"vector_store_ids", "max_num_results"}),
}
_USES = ("executable_code", "tool_call")
_RESULTS = ("code_execution_result", "tool_response")
_WIRE_NAMES = {
    "executable_code": "executableCode",
    "code_execution_result": "codeExecutionResult",
    "tool_call": "toolCall",
    "tool_response": "toolResponse",
}


# Asking for them.


def hosted_tools(request: ModelRequest, profile: Profile, *, beside_functions: bool) -> tuple[list[Fields], Fields]:
    """The tools, and what they need in ``toolConfig``.

    Raises:
        UserError: The model takes them or functions, not both.
    """
    if not request.hosted:
        return [], {}
    if beside_functions and not profile.gemini_mixes_tools:
        raise UserError(
            f"Model {request.model!r} takes hosted tools or functions and handoffs, not both: use a Gemini from 3 on, "
            "or an agent for each."
        )
    tools = [{profile.hosts[spec.kind]: _options(spec)} for spec in request.hosted]
    shown = beside_functions and profile.gemini_shows_hosted
    return tools, {"includeServerSideToolInvocations": True} if shown else {}


def _options(spec: HostedSpec) -> Fields:
    if spec.kind != "file_search":
        return {}
    found: Fields = {"fileSearchStoreNames": list(spec.config["vector_store_ids"])}
    if spec.config.get("max_num_results"):
        found["topK"] = spec.config["max_num_results"]
    return found


# What they did.


def is_hosted(part: Part) -> bool:
    """Whether a part is the work of a hosted tool."""
    return any(getattr(part, name) is not None for name in (*_USES, *_RESULTS))


def is_use(part: Part) -> bool:
    """Whether it is the beginning of that work; else it is what came of it."""
    return any(getattr(part, name) is not None for name in _USES)


def verbatim(part: Part) -> Fields:
    """The part as it must go back, with its signature."""
    found = {wire: getattr(part, name) for name, wire in _WIRE_NAMES.items() if getattr(part, name) is not None}
    return {**found, "thoughtSignature": part.thought_signature} if part.thought_signature else found


def item_of_use(part: Part) -> tuple[str, Fields, Any]:
    """Kind and fields of the item that a use becomes, and the id by which its result names it."""
    if part.executable_code is not None:
        code = _mapping(part.executable_code)
        fields = {"code": str(code.get("code") or ""), "container_id": "", "outputs": None}
        return "code_interpreter_call", fields, code.get("id")
    call = _mapping(part.tool_call)
    args = _mapping(call.get("args"))
    queries = args.get("queries") or [args.get("query")]
    queries = [str(query) for query in (queries if isinstance(queries, list) else [queries]) if query]
    if call.get("toolType") == "FILE_SEARCH":
        return "file_search_call", {"queries": queries}, call.get("id")
    if call.get("toolType") == "URL_CONTEXT":
        urls = args.get("urls") or [args.get("url")]
        url = str(urls[0]) if isinstance(urls, list) and urls else ""
        return "web_search_call", {"action": {"type": "open_page", "url": url}}, call.get("id")
    query = queries[0] if queries else json.dumps(args, ensure_ascii=False) if args else ""
    return "web_search_call", {"action": {"type": "search", "query": query, "queries": queries}}, call.get("id")


def fields_of_result(part: Part) -> tuple[Fields, Any]:
    """What a result adds to the item of its use, and the id by which it names it."""
    if part.code_execution_result is None:
        return {"status": "completed"}, _mapping(part.tool_response).get("id")
    result = _mapping(part.code_execution_result)
    outputs = [{"type": "logs", "logs": str(result["output"])}] if result.get("output") else []
    status = "completed" if result.get("outcome") in ("OUTCOME_OK", None) else "failed"
    return {"status": status, "outputs": outputs}, result.get("id")


def searches_behind(grounding: Any) -> Iterator[tuple[str, Fields]]:
    """The searches that the grounding of a text tells of, where no part of the answer does."""
    found = read_as(Grounding, grounding) or Grounding()
    chunks = found.grounding_chunks or []
    pages = [chunk.web.uri for chunk in chunks if chunk.web is not None and chunk.web.uri]
    files = [chunk.retrieved_context for chunk in chunks if chunk.retrieved_context is not None]
    if found.web_search_queries:
        asked = list(found.web_search_queries)
        sources = [{"type": "url", "url": url} for url in pages]
        action = {"type": "search", "query": asked[0], "queries": asked, "sources": sources}
        yield "web_search_call", {"action": action}
    if found.retrieval_queries:
        results = [{"filename": file.title or "", "text": file.text or "", "file_id": file.uri or ""} for file in files]
        yield "file_search_call", {"queries": list(found.retrieval_queries), "results": results}


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
