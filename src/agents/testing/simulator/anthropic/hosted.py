"""Anthropic's hosted tools on Messages: what may be asked of them, what their blocks look like, and their pairs.

Above: `shape`, `rules` and `reply`. Source: the parameter and block types of Anthropic's own client (2.12); the error
on results without their use is one that users report (github.com/anthropics/claude-code/issues/95406).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from agents.testing.simulator.hosted import CodeRun, Hosted, McpCall, McpTools, ToolSearch, WebSearch
from agents.testing.simulator.shape import Reader, anything, boolean, free, integer, list_of, obj, one_of, string
from agents.testing.simulator.wire import House, Refused, compact

__all__ = ["BLOCKS", "MCP_SERVERS", "SERVER_TOOLS", "check_hosted", "check_hosted_pairs", "hosted_blocks"]


def _maybe(reader: Reader) -> Reader:
    return lambda value, path: None if value is None else reader(value, path)


# --- Tools ----------------------------------------------------------------------------------------

_ANY_TOOL: Mapping[str, Reader] = {
    "type": anything,
    "cache_control": anything,
    "defer_loading": boolean,
    "allowed_callers": list_of(string()),
    "strict": boolean,
}
_LOCATION = obj(
    {
        "type": one_of("approximate"),
        **dict.fromkeys(("city", "country", "region", "timezone"), _maybe(string())),
    },
    required=["type"],
)


def _named(name: str, fields: Mapping[str, Reader] | None = None) -> Reader:
    return obj({**_ANY_TOOL, **(fields or {}), "name": one_of(name)}, required=["name"])


_WEB_SEARCH = _named(
    "web_search",
    {
        "allowed_domains": _maybe(list_of(string())),
        "blocked_domains": _maybe(list_of(string())),
        "max_uses": _maybe(integer(1)),
        "user_location": _maybe(_LOCATION),
        "response_inclusion": one_of("full", "excluded"),
    },
)
SERVER_TOOLS: Mapping[str, Reader] = {
    **{f"web_search_{version}": _WEB_SEARCH for version in ("20250305", "20260209", "20260318")},
    **{
        f"code_execution_{version}": _named("code_execution")
        for version in ("20250522", "20250825", "20260120", "20260521")
    },
    "tool_search_tool_bm25_20251119": _named("tool_search_tool_bm25"),
    "tool_search_tool_regex_20251119": _named("tool_search_tool_regex"),
    "mcp_toolset": obj(
        {
            "type": anything,
            "mcp_server_name": string(low=1),
            "default_config": obj({"enabled": boolean, "defer_loading": boolean}),
            "configs": _maybe(free),
            "cache_control": anything,
            "tools": free,
        },
        required=["mcp_server_name"],
    ),
}
MCP_SERVERS = list_of(
    obj(
        {
            "type": one_of("url"),
            "name": string(low=1),
            "url": string("https://.+"),
            "authorization_token": _maybe(string()),
        },
        required=["type", "name", "url"],
    )
)
MCP_BETAS = ("mcp-client-2025-11-20", "mcp-client-2026-09-15")


def check_hosted(body: Mapping[str, Any], betas: str) -> None:
    """MCP servers need their beta and a set of tools each; a tool that waits to be found needs a search."""
    tools = body.get("tools", ())
    servers = [server["name"] for server in body.get("mcp_servers", ())]
    sets = [tool["mcp_server_name"] for tool in tools if tool.get("type") == "mcp_toolset"]
    if (servers or sets) and not any(beta in betas for beta in MCP_BETAS):
        raise _refuse("mcp_servers: Extra inputs are not permitted")
    if sorted(servers) != sorted(sets):
        raise _refuse("mcp_servers: each MCP server must be referenced by exactly one `mcp_toolset` in `tools`")
    filters = [tool for tool in tools if tool.get("allowed_domains") and tool.get("blocked_domains")]
    if filters:
        raise _refuse("tools: `allowed_domains` and `blocked_domains` cannot both be set")
    waiting = [tool for tool in tools if tool.get("defer_loading")]
    if waiting and len(waiting) == len(tools):
        raise _refuse("tools: At least one tool must have defer_loading=false.")


# --- Blocks ---------------------------------------------------------------------------------------

_ID = string("[a-zA-Z0-9_-]+")


def _block(fields: Mapping[str, Reader], *required: str) -> Reader:
    return obj({"type": anything, "cache_control": anything, **fields}, required=required)


def _result(name: str) -> Reader:
    return _block({"tool_use_id": _ID, "content": anything, "caller": free}, "tool_use_id", "content")


BLOCKS: Mapping[str, Reader] = {
    "server_tool_use": _block(
        {"id": string("srvtoolu_[a-zA-Z0-9_]+"), "name": string(low=1), "input": free, "caller": free},
        *("id", "name", "input"),
    ),
    "mcp_tool_use": _block(
        {"id": string("mcptoolu_[a-zA-Z0-9_]+"), "name": string(), "server_name": string(), "input": free},
        *("id", "name", "server_name", "input"),
    ),
    "mcp_tool_result": _block({"tool_use_id": _ID, "content": anything, "is_error": boolean}, "tool_use_id"),
    "mcp_tool_listing": _block({"mcp_server_name": string(), "tools": list_of(free)}, "mcp_server_name", "tools"),
    **{
        name: _result(name)
        for name in (
            *("web_search_tool_result", "web_fetch_tool_result", "code_execution_tool_result"),
            *("bash_code_execution_tool_result", "text_editor_code_execution_tool_result", "tool_search_tool_result"),
        )
    },
}


def check_hosted_pairs(turns: list[Any]) -> None:
    """A result stands behind its use, in the same turn; a use without one may only end the conversation."""
    for turn in turns:
        used: dict[str, str] = {}
        for position, block in enumerate(turn.blocks):
            kind = block["type"]
            if kind in ("server_tool_use", "mcp_tool_use"):
                used[block["id"]] = block.get("name", "")
            elif kind in BLOCKS and "tool_use_id" in block and used.pop(block["tool_use_id"], None) is None:
                raise _refuse(
                    f"messages.{turn.index}.content.{position}: unexpected `tool_use_id` found in `{kind}` blocks: "
                    f"{block['tool_use_id']}. Each `{kind}` block must have a corresponding `server_tool_use` block "
                    "before it."
                )
        if used and turn is not turns[-1]:
            name, missing = next((name, use) for use, name in used.items())
            raise _refuse(
                f"messages.{turn.index}: `{name}` tool use with id `{missing}` was found without a corresponding "
                f"`{name}_tool_result` block"
            )


# --- What the script says -------------------------------------------------------------------------

Block = tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]


def hosted_blocks(part: Hosted, house: House) -> list[Block]:
    """The blocks of a hosted tool's work: what it was given comes in pieces, what came of it all at once."""
    use_id = house.mint("srvtoolu_01")
    match part:
        case WebSearch(query=query, found=found):
            pages = [
                {"type": "web_search_result", "url": url, "title": url, "encrypted_content": "c2Vh", "page_age": None}
                for url in found
            ]
            use = _use(use_id, "web_search", {"query": query})
            result: dict[str, Any] = {"type": "web_search_tool_result", "tool_use_id": use_id, "content": pages}
        case CodeRun(code=code, output=output):
            use = _use(use_id, "bash_code_execution", {"command": code})
            ran = {
                "type": "bash_code_execution_result",
                "stdout": output,
                "stderr": "",
                "return_code": 0,
                "content": [],
            }
            result = {"type": "bash_code_execution_tool_result", "tool_use_id": use_id, "content": ran}
        case ToolSearch(query=query, found=found):
            use = _use(use_id, "tool_search_tool_bm25", {"query": query})
            references = [{"type": "tool_reference", "tool_name": name} for name in found]
            content = {"type": "tool_search_tool_search_result", "tool_references": references}
            result = {"type": "tool_search_tool_result", "tool_use_id": use_id, "content": content}
        case McpCall():
            use_id = house.mint("mcptoolu_01")
            use = {"type": "mcp_tool_use", "id": use_id, "name": part.name, "server_name": part.server}
            use["input"] = dict(part.arguments)
            text = [{"type": "text", "text": part.error or part.output}]
            result = {"type": "mcp_tool_result", "tool_use_id": use_id, "is_error": bool(part.error), "content": text}
        case McpTools(server=server, names=names):
            tools = [{"name": name, "description": "", "input_schema": {"type": "object"}} for name in names]
            listing = {"type": "mcp_tool_listing", "mcp_server_name": server, "tools": tools}
            return [(listing, listing, [])]
        case _:
            raise ValueError(f"Anthropic hosts nothing that could say {part!r}.")
    pieces = re.findall(r".{1,8}", compact(use["input"]), re.DOTALL)
    deltas = [{"type": "input_json_delta", "partial_json": piece} for piece in ["", *pieces]]
    return [({**use, "input": {}}, use, deltas), (result, result, [])]


def _use(use_id: str, name: str, given: dict[str, Any]) -> dict[str, Any]:
    return {"type": "server_tool_use", "id": use_id, "name": name, "input": given}


def _refuse(message: str) -> Refused:
    return Refused(400, message, "invalid_request_error")
