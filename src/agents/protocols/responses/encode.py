"""Requests of Responses: ``POST /responses`` in OpenAI's API reference.

The protocol has no penalties, no stop sequences and no seed: such settings stay out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ...exceptions import UserError
from ...model_settings import MCPToolChoice, ModelSettings
from ...wire_call import WireCall
from ..base import (
    HostedSpec,
    ModelRequest,
    Profile,
    ToolSpec,
    ignore,
    ignore_settings,
    json_mode,
    nearest_effort,
    own,
    sampled,
)
from ..json_schema import one_object, without_keywords
from ..names import OPENAI
from .conversation import input_of

HOSTED_OPTIONS: Mapping[str, frozenset[str] | None] = dict.fromkeys(
    (
        *("web_search", "code_interpreter", "file_search", "image_generation", "mcp", "tool_search"),
        "programmatic_tool_calling",
    )
)
"""Hosted tools are told in this protocol's own words: it has them for all options."""

SEALED = "reasoning.encrypted_content"
LOGPROBS = "message.output_text.logprobs"
HOSTED_TOOLS = frozenset(
    {
        "apply_patch",
        "code_interpreter",
        "computer",
        "computer_use",
        "computer_use_preview",
        "file_search",
        "image_generation",
        "mcp",
        "programmatic_tool_calling",
        "shell",
        "web_search",
        "web_search_preview",
        "web_search_preview_2025_03_11",
    }
)
"""Tools that are chosen by their type, unless a function has the name."""


def encode(request: ModelRequest, profile: Profile) -> WireCall:
    """The request as Responses wants it.

    Raises:
        UserError: The conversation or the settings hold what this protocol cannot say.
    """
    if request.previous_response_id and request.conversation_id:
        raise UserError("A call goes on from previous_response_id or from conversation_id, not from both.")
    settings = sampled(request.settings, profile)
    request = replace(request, settings=settings)
    ignore_settings(settings, profile, "Responses", ("frequency_penalty", "presence_penalty"))
    extra_body = settings.extra_body or {}
    if not isinstance(extra_body, Mapping):
        raise UserError(f"ModelSettings.extra_body must be a dict, not {type(extra_body).__name__}.")
    as_json = json_mode(request, profile) and bool(request.instructions)
    store = settings.store if settings.store is not None else profile.store_default
    # In JSON mode the word "JSON" must stand in the input; the instructions do not count.
    said = [{"type": "message", "role": "system", "content": request.instructions}] if as_json else []
    found: dict[str, Any] = {
        "model": request.model or None,
        "instructions": None if said else request.instructions or None,
        "input": [*said, *(_input(request, profile, stored=store is not False) or ())] or None,
        "previous_response_id": request.previous_response_id,
        "conversation": request.conversation_id,
        "prompt": own(request.prompt),
        "store": store,
        "include": _include(request, profile, store),
        "text": _text(request, profile),
        **_settings(settings),
        "reasoning": _reasoning(request, profile),
        **_tools(request, profile, extra_body),
    }
    if request.stream:
        found["stream"] = True
    return WireCall(
        body={name: value for name, value in found.items() if value is not None},
        stream=request.stream,
        path="/responses",
        headers=dict(settings.extra_headers or {}),
        query=own(settings.extra_query or {}),
        extra_body=own(extra_body),
        extra_args=own(settings.extra_args or {}),
        retries=settings.retry is None,
    )


def _input(request: ModelRequest, profile: Profile, *, stored: bool) -> list[dict[str, Any]] | None:
    """The items. Without any, an empty message stands in: a list of none is refused."""
    server_state = bool(request.previous_response_id or request.conversation_id)
    items = input_of(request.items, profile, stored=stored, server_state=server_state)
    if items:
        return items
    if server_state or request.prompt is not None:
        return None
    return [{"type": "message", "role": "user", "content": ""}]


def _include(request: ModelRequest, profile: Profile, store: bool | None) -> list[str] | None:
    settings = request.settings
    found = list(settings.response_include or ())
    for spec in request.hosted:
        found += spec.included
    if store is False or profile.responses_encrypted:
        found.append(SEALED)
    if settings.top_logprobs is not None:
        found.append(LOGPROBS)
    return list(dict.fromkeys(found)) or None


def _text(request: ModelRequest, profile: Profile) -> dict[str, Any] | None:
    found: dict[str, Any] = {}
    output = request.output
    if output is not None and profile.structured_output == "tool":
        raise UserError("Responses holds an answer to a schema natively or not at all, not as a tool's arguments.")
    if output is not None and profile.structured_output == "native":
        found["format"] = {
            "type": "json_schema",
            "name": output.name,
            "schema": _schema(output.schema, profile),
            "strict": output.strict,
        }
    elif json_mode(request, profile):
        found["format"] = {"type": "json_object"}
    if request.settings.verbosity is not None:
        found["verbosity"] = request.settings.verbosity
    return found or None


def _settings(settings: ModelSettings) -> dict[str, Any]:
    return {
        "temperature": settings.temperature,
        "top_p": settings.top_p,
        "top_logprobs": settings.top_logprobs,
        "max_output_tokens": settings.max_tokens,
        "truncation": settings.truncation,
        "metadata": own(settings.metadata),
        "prompt_cache_retention": settings.prompt_cache_retention,
        "prompt_cache_options": own(settings.prompt_cache_options),
        "context_management": own(settings.context_management),
    }


def _reasoning(request: ModelRequest, profile: Profile) -> dict[str, Any] | None:
    """How to reason, and what to show of it, with an effort that the model knows."""
    found = {name: value for name, value in (own(request.settings.reasoning) or {}).items() if value is not None}
    effort = found.get("effort")
    if effort is None:
        return found or None
    if profile.reasoning_dialect == "none":
        if effort != "none":
            ignore(profile, f"the reasoning effort {effort!r}; model {request.model!r} has no such setting.")
        del found["effort"]
        return found or None
    if effort == "none" and profile.efforts and effort not in profile.efforts:
        raise UserError(
            f"Model {request.model!r} always reasons: take the reasoning effort 'none' out of its settings."
        )
    return {**found, "effort": nearest_effort(effort, profile.efforts)}


def _tools(request: ModelRequest, profile: Profile, extra_body: Mapping[str, Any]) -> dict[str, Any]:
    """The tools, and how they are called: a choice between no tools is refused."""
    settings = request.settings
    elsewhere = request.prompt is not None or "tools" in extra_body or "tools" in (settings.extra_args or {})
    if not (request.tools or request.hosted or elsewhere):
        return {}
    names = {tool.name: _tool(tool, profile) for tool in request.tools}
    return {
        "tools": [*_functions(request, profile), *(_hosted(spec, profile) for spec in request.hosted)] or None,
        "tool_choice": _tool_choice(settings.tool_choice, names),
        "parallel_tool_calls": settings.parallel_tool_calls,
    }


def _functions(request: ModelRequest, profile: Profile) -> list[dict[str, Any]]:
    """The functions; where the model can search for tools, in their namespaces, and not to be seen at once."""
    if not request.hosts("tool_search"):
        return [_declared(tool, request, profile) for tool in request.tools]
    found: list[dict[str, Any]] = []
    groups: dict[str, list[dict[str, Any]]] = {}
    for tool in request.tools:
        declared = _declared(tool, request, profile)
        if tool.deferred:
            declared["defer_loading"] = True
        group = tool.group
        if group is None or any(OPENAI.to_wire(name) != name for name in (group.name, group.tool_name)):
            found.append(declared)
            continue
        if group.name not in groups:
            members: list[dict[str, Any]] = []
            groups[group.name] = members
            found.append({"type": "namespace", "name": group.name, "description": group.description, "tools": members})
        groups[group.name].append({**declared, "name": group.tool_name, "description": group.tool_description})
    return found


def _hosted(spec: HostedSpec, profile: Profile) -> dict[str, Any]:
    return {**own(spec.config), "type": profile.hosts[spec.kind]}


def _declared(tool: ToolSpec, request: ModelRequest, profile: Profile) -> dict[str, Any]:
    """A tool; who else may call it is told where the model may write programs."""
    found = _tool(tool, profile)
    if not request.hosts("programmatic_tool_calling"):
        found.pop("allowed_callers", None)
    elif found["type"] == "function":
        if tool.callers is not None:
            found["allowed_callers"] = list(tool.callers)
        if tool.output_schema is not None:
            found["output_schema"] = own(tool.output_schema)
    return found


def _tool(tool: ToolSpec, profile: Profile) -> dict[str, Any]:
    if _is_native(tool, profile):
        native: dict[str, Any] = own(tool.native)
        native.pop("defer_loading", None)
        return native
    parameters = tool.parameters if tool.strict else one_object(tool.parameters)
    return {
        "type": "function",
        "name": OPENAI.to_wire(tool.name),
        "description": tool.description,
        "parameters": _schema(parameters, profile),
        "strict": tool.strict,
    }


def _schema(schema: Mapping[str, Any], profile: Profile) -> Any:
    return without_keywords(schema, profile.refused_keywords) if profile.refused_keywords else own(schema)


def _is_native(tool: ToolSpec, profile: Profile) -> bool:
    return tool.native is not None and tool.native["type"] in profile.native_tools


def _tool_choice(choice: object, tools: Mapping[str, Mapping[str, Any]]) -> Any:
    if isinstance(choice, MCPToolChoice):
        return {"type": "mcp", "server_label": choice.server_label, "name": choice.name}
    if choice is None or choice in ("auto", "required", "none"):
        return choice
    kind = tools[str(choice)]["type"] if choice in tools else None
    if kind == "custom":
        return {"type": kind, "name": choice}
    if kind not in (None, "function") or (kind is None and choice in HOSTED_TOOLS):
        return {"type": kind or choice}
    return {"type": "function", "name": OPENAI.to_wire(str(choice))}
