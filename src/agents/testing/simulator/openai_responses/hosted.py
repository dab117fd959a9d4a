"""OpenAI's hosted tools on Responses: what may be asked of them, what their items look like, and how they are streamed.

Above: `shape` and `items`. Source: the parameter, item and event types of OpenAI's own client (3.54).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from agents.testing.simulator.hosted import (
    CodeRun,
    FileSearch,
    Hosted,
    ImageMade,
    McpApproval,
    McpCall,
    McpTools,
    ToolSearch,
    WebSearch,
)
from agents.testing.simulator.openai_chat.shape import refuse
from agents.testing.simulator.script import Ask
from agents.testing.simulator.shape import (
    Reader,
    anything,
    boolean,
    either,
    free,
    integer,
    list_of,
    obj,
    one_of,
    string,
    tagged,
)
from agents.testing.simulator.wire import House, compact

__all__ = ["ITEMS", "TOOLS", "check_hosted", "hosted_events", "hosted_items", "namespace"]

Event = tuple[str, dict[str, Any]]


def _maybe(reader: Reader) -> Reader:
    return lambda value, path: None if value is None else reader(value, path)


# --- Tools ----------------------------------------------------------------------------------------

_APPROVAL = either(
    string=one_of("always", "never"), object=obj({"always": free, "never": free}, nulls=True), null=anything
)
_CALLERS = _maybe(list_of(one_of("direct", "programmatic")))
_WEB_SEARCH = obj(
    {
        "type": anything,
        "filters": obj({"allowed_domains": _maybe(list_of(string())), "blocked_domains": _maybe(list_of(string()))}),
        "user_location": obj(
            {"type": one_of("approximate"), **dict.fromkeys(("city", "country", "region", "timezone"), string())},
            nulls=True,
        ),
        "search_context_size": one_of("low", "medium", "high"),
        "external_web_access": boolean,
        "search_content_types": list_of(one_of("text", "image")),
        "image_settings": obj({"max_results": integer(1), "caption": boolean}),
    },
    nulls=True,
)
_CONTAINER = obj(
    {
        "type": one_of("auto"),
        "file_ids": list_of(string()),
        "memory_limit": _maybe(one_of("1g", "4g", "16g", "64g")),
        "network_policy": free,
    },
    required=["type"],
)
_MCP = obj(
    {
        "type": anything,
        "server_label": string(r"[A-Za-z][A-Za-z0-9_-]*"),
        "server_url": string("https?://.+"),
        "connector_id": string("connector_.+"),
        "tunnel_id": string(),
        "server_description": string(),
        "authorization": string(),
        "headers": free,
        "allowed_tools": either(
            array=list_of(string()), object=obj({"read_only": boolean, "tool_names": list_of(string())}, nulls=True)
        ),
        "require_approval": _APPROVAL,
        "defer_loading": boolean,
        "allowed_callers": _CALLERS,
    },
    required=["server_label"],
    nulls=True,
)
TOOLS: Mapping[str, Reader] = {
    "web_search": _WEB_SEARCH,
    "web_search_2025_08_26": _WEB_SEARCH,
    "file_search": obj(
        {
            "type": anything,
            "vector_store_ids": list_of(string(), low=1),
            "max_num_results": integer(1, 50),
            "ranking_options": free,
            "filters": free,
        },
        required=["vector_store_ids"],
        nulls=True,
    ),
    "code_interpreter": obj(
        {"type": anything, "container": either(string=anything, object=_CONTAINER), "allowed_callers": _CALLERS},
        required=["container"],
    ),
    "image_generation": obj(
        {
            "type": anything,
            "action": one_of("generate", "edit", "auto"),
            "background": one_of("transparent", "opaque", "auto"),
            "input_fidelity": one_of("high", "low"),
            "input_image_mask": free,
            "model": string(),
            "moderation": one_of("auto", "low"),
            "output_compression": integer(0, 100),
            "output_format": one_of("png", "webp", "jpeg", "gif", "svg"),
            "partial_images": integer(0, 3),
            "quality": one_of("low", "medium", "high", "xhigh", "max", "auto"),
            "size": string(),
        },
        nulls=True,
    ),
    "mcp": _MCP,
    "tool_search": obj(
        {"type": anything, "execution": one_of("server", "client"), "description": string(), "parameters": free},
        nulls=True,
    ),
}


def namespace(function: Reader) -> Reader:
    """The shape of a namespace, which holds functions."""
    fields = {
        "type": anything,
        "name": string("[a-zA-Z0-9_-]+", low=1, high=64),
        "description": string(low=1),
        "tools": list_of(tagged("type", {"function": function}), low=1),
    }
    return obj(fields, required=["name", "description", "tools"])


def check_hosted(body: Mapping[str, Any]) -> None:
    """Tools that need something beside them."""
    tools = body.get("tools", [])
    searches = [tool for tool in tools if tool["type"] == "tool_search"]
    for index, tool in enumerate(tools):
        if tool["type"] == "mcp":
            given = [name for name in ("server_url", "connector_id", "tunnel_id") if tool.get(name)]
            if len(given) != 1:
                raise refuse("One of 'server_url', 'connector_id' or 'tunnel_id' must be provided.", f"tools[{index}]")
        within = tool["tools"] if tool["type"] == "namespace" else [tool]
        if not searches and any(each.get("defer_loading") for each in within):
            raise refuse("Tools with 'defer_loading' need a tool of type 'tool_search'.", f"tools[{index}]")
    if len(searches) > 1:
        raise refuse("Only one tool of type 'tool_search' is allowed.", "tools")


# --- Items ----------------------------------------------------------------------------------------


def _item(prefix: str, fields: Mapping[str, Reader], *required: str) -> Reader:
    """An item as it goes back: its id says what it is, and nothing is added to it."""
    return obj({"type": anything, "id": string(f"{prefix}_.+", high=128), **fields}, required=["id", *required])


_STATUS = one_of(
    "in_progress", "searching", "interpreting", "generating", "calling", "completed", "incomplete", "failed"
)
_LABELLED = {"server_label": string(), "name": string(), "arguments": string()}
_SEARCHED = {
    "call_id": _maybe(string()),
    "execution": one_of("server", "client"),
    "status": _maybe(_STATUS),
}
ITEMS: Mapping[str, Reader] = {
    "web_search_call": _item("ws", {"status": _STATUS, "action": free, "results": _maybe(list_of(free))}, "status"),
    "file_search_call": _item(
        "fs",
        {"status": _STATUS, "queries": list_of(string()), "results": _maybe(list_of(free))},
        *("status", "queries"),
    ),
    "code_interpreter_call": _item(
        "ci",
        {
            "status": _STATUS,
            "code": _maybe(string()),
            "container_id": string(),
            "outputs": _maybe(list_of(free)),
        },
        *("status", "container_id"),
    ),
    "image_generation_call": _item(
        "ig",
        {
            "status": _STATUS,
            "result": _maybe(string()),
            **dict.fromkeys(("revised_prompt", "output_format", "size", "quality", "background", "action"), anything),
        },
        *("status", "result"),
    ),
    "mcp_list_tools": _item(
        "mcpl", {"server_label": string(), "tools": list_of(free), "error": anything}, "server_label", "tools"
    ),
    "mcp_call": _item(
        "mcp",
        {
            **_LABELLED,
            "output": _maybe(string()),
            "error": anything,
            "status": _STATUS,
            "approval_request_id": _maybe(string("mcpr_.+")),
        },
        *_LABELLED,
    ),
    "mcp_approval_request": _item("mcpr", _LABELLED, *_LABELLED),
    "mcp_approval_response": obj(
        {
            "type": anything,
            "id": _maybe(string()),
            "approval_request_id": string("mcpr_.+"),
            "approve": boolean,
            "reason": _maybe(string()),
        },
        required=["approval_request_id", "approve"],
    ),
    "tool_search_call": _item("tsc", {**_SEARCHED, "arguments": anything}, "arguments"),
    "tool_search_output": _item("tso", {**_SEARCHED, "tools": list_of(free)}, "tools"),
}


# --- What the script says -------------------------------------------------------------------------


def hosted_items(ask: Ask, part: Hosted, house: House) -> list[dict[str, Any]]:
    """The items of a hosted tool's work; what ``include`` does not ask for is not shown."""
    included = ask.body.get("include", ())
    made: dict[str, Any]
    match part:
        case WebSearch(query=query, found=found):
            action: dict[str, Any] = {"type": "search", "query": query, "queries": [query]}
            if "web_search_call.action.sources" in included:
                action["sources"] = [{"type": "url", "url": url} for url in found]
            made = {"id": house.mint("ws_", 48), "type": "web_search_call", "status": "completed", "action": action}
        case CodeRun(code=code, output=output):
            logs = [{"type": "logs", "logs": output}] if "code_interpreter_call.outputs" in included else None
            made = {"id": house.mint("ci_", 48), "type": "code_interpreter_call", "status": "completed", "code": code}
            made |= {"container_id": house.mint("cntr_", 48), "outputs": logs}
        case FileSearch(query=query, found=found):
            results = [
                {"file_id": f"file-{name}", "filename": name, "score": 0.9, "text": text, "attributes": {}}
                for name, text in found.items()
            ]
            made = {"id": house.mint("fs_", 48), "type": "file_search_call", "status": "completed", "queries": [query]}
            made["results"] = results if "file_search_call.results" in included else None
        case ImageMade(data=data, shows=shows):
            made = {"id": house.mint("ig_", 48), "type": "image_generation_call", "status": "completed"}
            made |= {"result": data, "revised_prompt": shows, "output_format": "png"}
        case McpTools(server=server, names=names):
            tools = [{"name": name, "description": "", "input_schema": {"type": "object"}} for name in names]
            made = {"id": house.mint("mcpl_", 48), "type": "mcp_list_tools", "server_label": server, "tools": tools}
        case McpCall():
            made = {"id": house.mint("mcp_", 48), "type": "mcp_call", "status": "failed" if part.error else "completed"}
            made |= {"server_label": part.server, "name": part.name, "arguments": compact(part.arguments)}
            failed = {"type": "mcp_tool_execution_error", "content": [{"type": "text", "text": part.error}]}
            made |= {"output": part.output, "error": failed if part.error else None, "approval_request_id": None}
        case McpApproval():
            made = {"id": house.mint("mcpr_", 48), "type": "mcp_approval_request", "server_label": part.server}
            made |= {"name": part.name, "arguments": compact(part.arguments)}
        case ToolSearch(query=query, found=found):
            return _tool_search(ask, query, found, house)
    return [made]


def _tool_search(ask: Ask, query: str, found: Any, house: House) -> list[dict[str, Any]]:
    head = {"call_id": None, "execution": "server", "status": "completed"}
    tools = [tool for tool in ask.body.get("tools", ()) if tool.get("name") in found]
    call = {"id": house.mint("tsc_", 48), "type": "tool_search_call", **head, "arguments": {"query": query}}
    return [call, {"id": house.mint("tso_", 48), "type": "tool_search_output", **head, "tools": tools}]


_STAGES: Mapping[str, tuple[str, ...]] = {
    "web_search_call": ("in_progress", "searching", "completed"),
    "file_search_call": ("in_progress", "searching", "completed"),
    "code_interpreter_call": ("in_progress", "code", "interpreting", "completed"),
    "image_generation_call": ("in_progress", "generating", "completed"),
    "mcp_list_tools": ("in_progress", "completed"),
    "mcp_call": ("in_progress", "arguments", "completed"),
}


def hosted_events(item: Mapping[str, Any]) -> Iterator[Event]:
    """What a stream tells between the first and the last word of such an item."""
    kind = item["type"]
    for stage in _STAGES.get(kind, ()):
        if stage == "code":
            for piece in re.findall(r".{1,12}", item["code"], re.DOTALL):
                yield "response.code_interpreter_call_code.delta", {"delta": piece}
            yield "response.code_interpreter_call_code.done", {"code": item["code"]}
        elif stage == "arguments":
            yield "response.mcp_call_arguments.delta", {"delta": item["arguments"]}
            yield "response.mcp_call_arguments.done", {"arguments": item["arguments"]}
        elif stage == "completed" and item.get("status") == "failed":
            yield f"response.{kind}.failed", {}
        else:
            yield f"response.{kind}.{stage}", {}
