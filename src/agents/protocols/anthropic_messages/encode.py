"""Requests of Messages: ``POST /v1/messages``, as Anthropic's API reference describes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...exceptions import UserError
from ...model_settings import MCPToolChoice, ModelSettings
from ...native_calls import field_of
from ...wire_call import WireCall
from ..base import (
    EFFORTS,
    RESPONSES_ONLY,
    ModelRequest,
    Profile,
    ToolSpec,
    ignore,
    ignore_settings,
    may_force,
    nearest_effort,
)
from ..json_schema import one_object
from ..names import ANTHROPIC, FINAL_OUTPUT
from .conversation import Turn, loop_begins_thoughtless, thinks, turns_of, without_thinking
from .hosted import hosted_tools, tool_name
from .schema import restricted

Fields = dict[str, Any]

_BUDGETS = {
    "minimal": 1024,  # the least that the service takes
    "low": 2048,
    "medium": 8192,
    "high": 16_384,
    "xhigh": 23_552,  # with the default max_tokens: within the 32,000 tokens that Opus 4 may write
    "max": 23_552,
}
"""Tokens to think with, by effort, for models that take a budget."""
_EFFORTS = EFFORTS[2:]
"""What a model that thinks adaptively takes: ``minimal`` is not among it."""
_TTL = {"in_memory": {}, "24h": {"ttl": "1h"}}  # five minutes is the default, an hour the most
_STRICT_TOOLS = 20
_NO_FIELD = (*RESPONSES_ONLY, "frequency_penalty", "presence_penalty", "top_logprobs", "verbosity")
VERTEX_VERSION = "vertex-2023-10-16"
_BINDING_BETA = "thinking-binding-controls-2026-08-01"


def encode(request: ModelRequest, profile: Profile) -> WireCall:
    """The request as Messages wants it.

    Raises:
        UserError: The conversation or the settings hold what this protocol cannot say.
    """
    settings = request.settings
    ignore_settings(settings, profile, "Anthropic's protocol", _NO_FIELD)
    thinking, effort = _thinking(request, profile)
    prefill = profile.prefill and thinking is None and request.output is None
    system, turns = turns_of(request.items, profile, prefill=prefill)
    if thinking and thinking["type"] == "enabled" and loop_begins_thoughtless(turns):
        thinking = None
    turns, thinking, betas = _bound(turns, thinking, profile)
    hosted, for_hosted, hosted_betas = hosted_tools(request, profile)
    body: Fields = {
        "model": request.model,
        "max_tokens": _max_tokens(settings, profile, thinking),
        **_system(request.instructions, system),
        "messages": turns,
        **_tools_and_output(request, profile, thinking, hosted),
        **for_hosted,
        **_sampling(settings, profile, thinking),
    }
    if thinking:
        body["thinking"] = thinking
    if effort:
        body["output_config"] = {**body.get("output_config", {}), "effort": effort}
    body |= _metadata(settings, profile)
    if settings.prompt_cache_retention is not None:
        _mark_for_cache(body, {"type": "ephemeral", **_TTL[settings.prompt_cache_retention]})
    stream = request.stream or body["max_tokens"] > profile.longest_plain_answer
    if stream:
        body["stream"] = True
    return WireCall(
        body=body,
        stream=stream,
        path=_path(body, profile) if profile.anthropic_vertex else "/v1/messages",
        headers=_headers(settings, profile, [*betas, *hosted_betas]),
        query=dict(settings.extra_query or {}),
        extra_body=_extra("extra_body", settings.extra_body),
        extra_args=_extra("extra_args", settings.extra_args),
        retries=settings.retry is None,
    )


def _extra(name: str, value: object) -> Fields:
    """What the user adds; texts at which to stop by the name that the other protocols have for them, too."""
    if not isinstance(value, (Mapping, type(None))):
        raise UserError(f"ModelSettings.{name} must be a dict, not {type(value).__name__}.")
    found = dict(value or {})
    if (stop := found.pop("stop", None)) is not None:
        found["stop_sequences"] = [stop] if isinstance(stop, str) else stop
    return found


def _metadata(settings: ModelSettings, profile: Profile) -> Fields:
    """Who the user is: the one label that the service takes."""
    labels = settings.metadata or {}
    if others := sorted(labels.keys() - {"user_id"}):
        ignore(profile, f"metadata {', '.join(others)}: Anthropic takes 'user_id' alone.")
    return {"metadata": {"user_id": labels["user_id"]}} if labels.get("user_id") else {}


def _path(body: Fields, profile: Profile) -> str:
    """The path on Vertex, which takes the model out of the body (``anthropic/lib/vertex/_client.py``)."""
    method = "streamRawPredict" if body.get("stream") else "rawPredict"
    body["anthropic_version"] = VERTEX_VERSION
    return f"/{profile.anthropic_vertex}/publishers/anthropic/models/{body.pop('model')}:{method}"


def _headers(settings: ModelSettings, profile: Profile, betas: list[str]) -> Fields:
    """The protocol's headers; those of the user count, and betas of both are asked for."""
    own: Fields = {} if profile.anthropic_vertex else {"anthropic-version": profile.anthropic_version}
    given = dict(settings.extra_headers or {})
    for name, value in given.items():
        if name.lower() == "anthropic-beta" and isinstance(value, str):
            betas = [*betas, *(beta for beta in map(str.strip, value.split(",")) if beta and beta not in betas)]
    if betas:
        own["anthropic-beta"] = ",".join(betas)
        given = {name: value for name, value in given.items() if name.lower() != "anthropic-beta"}
    names = {name.lower() for name in given}
    return {**{name: value for name, value in own.items() if name not in names}, **given}


def _system(instructions: str | None, leading: list[str]) -> Fields:
    texts = [text for text in (instructions or "", *leading) if text.strip()]
    return {"system": [{"type": "text", "text": text} for text in texts]} if texts else {}


# Thinking.


def _thinking(request: ModelRequest, profile: Profile) -> tuple[Fields | None, str | None]:
    """How much the model is to think, and the effort, where it takes one."""
    reasoning = request.settings.reasoning
    effort = field_of(reasoning, "effort") if reasoning else None
    summary = (field_of(reasoning, "summary") or field_of(reasoning, "generate_summary")) if reasoning else None
    if effort == "none":
        return _no_thinking(request, profile), None
    if effort is None and summary is None:
        return None, None
    if effort is not None and effort not in _BUDGETS:
        raise UserError(f"The reasoning effort is one of none, {', '.join(_BUDGETS)}; {effort!r} is not.")
    if profile.thinking == "none":
        ignore(profile, f"reasoning was asked for, and model {request.model!r} has none.")
        return None, None
    display = {"display": "summarized"} if summary else {}
    if profile.thinking == "adaptive":
        return {"type": "adaptive", **display}, nearest_effort(effort, profile.efforts or _EFFORTS) if effort else None
    return {"type": "enabled", "budget_tokens": _BUDGETS[effort or "medium"], **display}, None


def _no_thinking(request: ModelRequest, profile: Profile) -> Fields | None:
    if profile.thinking == "none":
        return None
    if profile.thinking_off == "never":
        raise UserError(
            f"Model {request.model!r} always reasons: take the reasoning effort 'none' out of its settings."
        )
    return {"type": profile.thinking_off}


def _bound(turns: list[Turn], thinking: Fields | None, profile: Profile) -> tuple[list[Turn], Fields | None, list[str]]:
    """Where the service binds thinking to all that came before it: drop what no longer fits, and do not refuse it.

    See "Preserved thinking" in Anthropic's guides: a conversation that was trimmed, filtered or handed over has
    other words before its thinking than when it was thought.
    """
    if not (profile.binds_thinking and thinks(turns)):
        return turns, thinking, []
    thinking = thinking or {"type": "adaptive"}
    if thinking["type"] not in ("adaptive", "enabled"):
        return without_thinking(turns), thinking, []
    return turns, {**thinking, "block_binding": {"prefix_mismatch_behavior": "drop_block"}}, [_BINDING_BETA]


def _is_thinking(thinking: Fields | None) -> bool:
    return thinking is not None and thinking["type"] != "disabled"


def _max_tokens(settings: ModelSettings, profile: Profile, thinking: Fields | None) -> int:
    """The limit of thinking and answer together: a budget must lie below it, and leave the answer its room."""
    budget: int = thinking.get("budget_tokens", 0) if thinking else 0
    if settings.max_tokens is None:
        return profile.default_max_tokens + budget
    return settings.max_tokens if settings.max_tokens > budget else settings.max_tokens + budget


def _sampling(settings: ModelSettings, profile: Profile, thinking: Fields | None) -> Fields:
    """Temperature and nucleus sampling, which thinking excludes (``top_p`` but for the highest)."""
    found = {"temperature": settings.temperature, "top_p": settings.top_p}
    given = {name: value for name, value in found.items() if value is not None}
    taken = given
    if profile.no_sampling:
        taken = {}
    elif _is_thinking(thinking):
        taken = {name: value for name, value in given.items() if name == "top_p" and value >= 0.95}
    for name in given.keys() - taken.keys():
        why = (
            "which the model does not take" if profile.no_sampling else "which the model does not take while it thinks"
        )
        ignore(profile, f"{name}, {why}.")
    return taken


# Tools and structured output.


def _tools_and_output(request: ModelRequest, profile: Profile, thinking: Fields | None, hosted: list[Fields]) -> Fields:
    body: Fields = {}
    schema = _native_schema(request, profile)
    by_tool = schema is None and _way(request, profile) in ("native", "tool")
    if schema is not None:
        body["output_config"] = {"format": {"type": "json_schema", "schema": schema}}
    strict = [tool.name for tool in request.tools if tool.strict][:_STRICT_TOOLS] if profile.strict_tools else []
    searched = request.hosts("tool_search")
    tools = [_tool(tool, strict=tool.name in strict, deferred=searched and tool.deferred) for tool in request.tools]
    tools += hosted
    if by_tool:
        assert request.output is not None
        tools.append(_final_output(request.output.schema))
    if tools:
        body["tools"] = tools
        if choice := _tool_choice(request, profile, by_tool=by_tool, thinking=_is_thinking(thinking)):
            body["tool_choice"] = choice
    return body


def _way(request: ModelRequest, profile: Profile) -> str | None:
    """How the answer is to be held to a schema, if it has one."""
    if request.output is None:
        return None
    return (request.tools and profile.structured_output_with_tools) or profile.structured_output


def _native_schema(request: ModelRequest, profile: Profile) -> Mapping[str, Any] | None:
    """The schema to which the model itself holds the answer; ``None`` where it cannot, while a tool takes any."""
    if request.output is None or _way(request, profile) != "native":
        return None
    return restricted(request.output.schema)


def holds_output(request: ModelRequest, profile: Profile) -> bool:
    """Whether the service holds the answer to its schema: by itself, or as the arguments of a call that is forced."""
    way = _way(request, profile)
    if way not in ("native", "tool"):
        return way is None
    return may_force(profile, thinking=_is_thinking(_thinking(request, profile)[0])) or bool(
        _native_schema(request, profile)
    )


def _tool(tool: ToolSpec, *, strict: bool, deferred: bool) -> Fields:
    parameters = {"type": "object", **one_object(tool.parameters)}
    found: Fields = {"name": ANTHROPIC.to_wire(tool.name), "input_schema": parameters}
    if tool.description:
        found["description"] = tool.description
    if deferred:
        found["defer_loading"] = True
    schema = restricted(tool.parameters) if strict else None
    return {**found, "input_schema": schema, "strict": True} if schema is not None else found


def _final_output(schema: Mapping[str, Any]) -> Fields:
    what = "Give your final answer with this tool, and only with it: its arguments are the answer."
    return {"name": FINAL_OUTPUT, "description": what, "input_schema": {"type": "object", **schema}}


def _tool_choice(request: ModelRequest, profile: Profile, *, by_tool: bool, thinking: bool) -> Fields | None:
    settings = request.settings
    choice = _choice(_own_name(settings.tool_choice, request, profile))
    if by_tool and choice in (None, {"type": "auto"}):
        choice = {"type": "any"} if request.tools or request.hosted else {"type": "tool", "name": FINAL_OUTPUT}
    elif by_tool and choice == {"type": "none"}:
        choice = {"type": "tool", "name": FINAL_OUTPUT}
    forced = choice is not None and choice["type"] in ("any", "tool")
    if forced and not may_force(profile, thinking=thinking):
        if settings.tool_choice is not None:
            why = "while it thinks" if profile.forced_tools == "unless_thinking" else "at all"
            ignore(profile, f"tool_choice={settings.tool_choice!r}; model {request.model!r} cannot be forced {why}.")
        choice = {"type": "auto"}
    if settings.parallel_tool_calls is not None and choice != {"type": "none"}:
        choice = {**(choice or {"type": "auto"}), "disable_parallel_tool_use": not settings.parallel_tool_calls}
    return choice


def _own_name(choice: object, request: ModelRequest, profile: Profile) -> object:
    """A choice of a hosted tool by the name that the service has for it."""
    named = isinstance(choice, str) and all(choice != tool.name for tool in request.tools)
    return tool_name(choice, profile) if named and choice != "mcp" and request.hosts(str(choice)) else choice  # type: ignore[arg-type]


def _choice(choice: object) -> Fields | None:
    if choice is None:
        return None
    if isinstance(choice, MCPToolChoice):
        raise UserError("Anthropic cannot be told to call a tool of a hosted MCP server: leave the MCPToolChoice out.")
    kind = {"auto": "auto", "required": "any", "none": "none"}.get(str(choice))
    return {"type": kind} if kind else {"type": "tool", "name": ANTHROPIC.to_wire(str(choice))}


def _mark_for_cache(body: Fields, mark: Fields) -> None:
    """Have the service keep what the next request begins with: tools, system prompt, and the conversation so far."""
    users = [turn for turn in body["messages"] if turn["role"] == "user"]
    for blocks in (body.get("tools"), body.get("system"), users[-1]["content"] if users else None):
        if blocks:
            blocks[-1] = {**blocks[-1], "cache_control": dict(mark)}
