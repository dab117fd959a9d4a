"""Anthropic's hosted tools: how they are asked for, and what their blocks are as items.

``encode`` and ``decode`` use it. Blocks come in pairs, a use and its result; both go back as they came. Facts are from
the types of Anthropic's client (2.12) and its guides to server tools and to the MCP connector.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile
from typing import Any

from ...exceptions import UserError
from ..base import HostedSpec, Item, ModelRequest, Profile, maker_of

Fields = dict[str, Any]

HOSTED_OPTIONS: Mapping[str, frozenset[str] | None] = {
    "web_search": frozenset({"user_location", "filters"}),
    "code_interpreter": frozenset({"container"}),
    "mcp": frozenset(
        {
            *("server_label", "server_url", "authorization", "headers"),
            *("allowed_tools", "require_approval", "defer_loading"),
        }
    ),
    "tool_search": frozenset({"execution"}),
}


# Asking for them.


def hosted_tools(request: ModelRequest, profile: Profile) -> tuple[list[Fields], Fields, list[str]]:
    """The tools, what else stands in the body for them, and the betas that they need.

    Raises:
        UserError: The service cannot do what is asked, and doing without it is not the same.
    """
    tools: list[Fields] = []
    body: Fields = {}
    betas: list[str] = []
    for spec in request.hosted:
        kind = profile.hosts[spec.kind]
        if spec.kind == "mcp":
            server, toolset = _mcp(spec)
            body.setdefault("mcp_servers", []).append(server)
            tools.insert(0, toolset)
            betas.append(kind)
            continue
        if spec.kind == "code_interpreter" and (container := _container(spec, request.items, profile)):
            body["container"] = container
        if spec.kind == "tool_search" and spec.config.get("execution") == "client":
            raise UserError("Anthropic searches for tools itself: leave execution='client' out of the ToolSearchTool.")
        tools.append({"type": kind, "name": tool_name(spec.kind, profile), **_options(spec)})
    return tools, body, list(dict.fromkeys(betas))


def _container(spec: HostedSpec, items: Sequence[Item], profile: Profile) -> str | None:
    """Where code is run: the user's own container, or that in which this turn has run some before.

    Without it, each call of a turn finds an empty one. A container lives for a limited time, so that the next turn
    gets another, unless the user names it.
    """
    given = spec.config.get("container")
    if isinstance(given, str):
        return given
    told = (item if isinstance(item, Mapping) else {} for item in reversed(items))
    for item in takewhile(lambda item: item.get("role") != "user", told):
        if item.get("type") == "code_interpreter_call" and maker_of(item) == profile.provider:
            return item.get("container_id") or None
    return None


def tool_name(kind: str, profile: Profile) -> str:
    """The name by which the model calls a hosted tool: that of its type, without the version."""
    return profile.hosts[kind].rstrip("0123456789").rstrip("_")


def _options(spec: HostedSpec) -> Fields:
    if spec.kind != "web_search":
        return {}
    filters = spec.config.get("filters") or {}
    found = {name: filters[name] for name in ("allowed_domains", "blocked_domains") if filters.get(name)}
    if location := spec.config.get("user_location"):
        found["user_location"] = {"type": "approximate", **{k: v for k, v in location.items() if v is not None}}
    return found


def _mcp(spec: HostedSpec) -> tuple[Fields, Fields]:
    """A server of the MCP connector, and the set of its tools."""
    config, label = spec.config, spec.config["server_label"]
    if not config.get("server_url"):
        raise UserError(f"Anthropic reaches MCP servers by their address: give {label!r} a 'server_url'.")
    if config.get("require_approval") != "never":
        raise UserError(
            f"Anthropic calls the tools of MCP server {label!r} without asking. Say 'require_approval': 'never', or "
            "use Agent(mcp_servers=[...]), whose calls can be approved."
        )
    server = {"type": "url", "name": label, "url": config["server_url"]}
    if token := _token(config, label):
        server["authorization_token"] = token
    toolset: Fields = {"type": "mcp_toolset", "mcp_server_name": label}
    default: Fields = {"defer_loading": True} if config.get("defer_loading") else {}
    allowed = config.get("allowed_tools")
    if isinstance(allowed, Mapping):
        if allowed.get("read_only") is not None:
            raise UserError(
                f"Anthropic does not know which tools of {label!r} only read: name them in 'allowed_tools'."
            )
        allowed = allowed.get("tool_names")
    if allowed is not None:
        default["enabled"] = False
        toolset["configs"] = {name: {"enabled": True} for name in allowed}
    return server, {**toolset, "default_config": default} if default else toolset


def _token(config: Mapping[str, Any], label: str) -> str | None:
    headers = {str(name).lower(): str(value) for name, value in (config.get("headers") or {}).items()}
    bearer = headers.pop("authorization", "").removeprefix("Bearer ")
    if headers:
        raise UserError(
            f"Anthropic sends MCP server {label!r} no headers but Authorization: take {', '.join(sorted(headers))} out."
        )
    return config.get("authorization") or bearer or None


# What they did.


def item_of_use(block: Mapping[str, Any]) -> tuple[str, Fields] | None:
    """The kind and fields of the item that a use becomes; ``None`` for tools of which this package knows nothing."""
    given = block.get("input")
    given = given if isinstance(given, Mapping) else {}
    name = str(block.get("name"))
    if block.get("type") == "mcp_tool_use":
        called = {"name": name, "server_label": str(block.get("server_name") or "")}
        return "mcp_call", {**called, "arguments": json.dumps(given, ensure_ascii=False)}
    if block.get("type") != "server_tool_use":
        return None
    if name == "web_search":
        query = str(given.get("query") or "")
        return "web_search_call", {"action": {"type": "search", "query": query, "queries": [query]}}
    if name.endswith("code_execution"):
        code = given.get("code") or given.get("command") or ""
        code = code if name != "text_editor_code_execution" else json.dumps(given, ensure_ascii=False)
        return "code_interpreter_call", {"code": str(code), "container_id": "", "outputs": None}
    if name.startswith("tool_search_tool"):
        return "tool_search_call", {"arguments": dict(given), "call_id": block.get("id"), "execution": "server"}
    return None


def fields_of_result(kind: str, fields: Mapping[str, Any], block: Mapping[str, Any]) -> Fields:
    """What a result adds to the item of its use."""
    found = _RESULTS[kind](fields, block.get("content"))
    if kind == "mcp_call" and block.get("is_error"):
        error = {"type": "mcp_tool_execution_error", "content": [{"type": "text", "text": found["output"]}]}
        return {"status": "failed", "error": error, "output": None}
    return {
        "status": "failed" if kind != "tool_search_call" and _failed(block.get("content")) else "completed",
        **found,
    }


def tools_found(block: Mapping[str, Any]) -> list[Fields]:
    """The tools that a search has found, by their names alone."""
    content = block.get("content")
    references = content.get("tool_references") if isinstance(content, Mapping) else None
    names = [each.get("tool_name") for each in references or () if isinstance(each, Mapping)]
    return [{"type": "function", "name": str(name), "parameters": None, "strict": None} for name in names]


def _failed(content: Any) -> bool:
    return isinstance(content, Mapping) and str(content.get("type")).endswith("_error")


def _of_search(fields: Mapping[str, Any], content: Any) -> Fields:
    pages = content if isinstance(content, list) else ()
    sources = [
        {"type": "url", "url": str(page["url"])} for page in pages if isinstance(page, Mapping) and "url" in page
    ]
    return {"action": {**fields["action"], "sources": sources}}


def _of_code(fields: Mapping[str, Any], content: Any) -> Fields:
    if not isinstance(content, Mapping):
        return {}
    text = "".join(str(content.get(name) or "") for name in ("stdout", "stderr", "content") if _is_text(content, name))
    text = text or str(content.get("error_code") or "")
    return {"outputs": [{"type": "logs", "logs": text}] if text else []}


def _is_text(content: Mapping[str, Any], name: str) -> bool:
    return isinstance(content.get(name), str)


def _of_mcp(fields: Mapping[str, Any], content: Any) -> Fields:
    parts = content if isinstance(content, list) else [{"text": content}]
    return {"output": "".join(str(part.get("text") or "") for part in parts if isinstance(part, Mapping))}


_RESULTS: Mapping[str, Callable[[Mapping[str, Any], Any], Fields]] = {
    "web_search_call": _of_search,
    "code_interpreter_call": _of_code,
    "mcp_call": _of_mcp,
    "tool_search_call": lambda fields, content: {},
}
