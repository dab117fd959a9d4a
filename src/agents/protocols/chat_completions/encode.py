"""Requests of Chat Completions: ``POST /chat/completions`` in OpenAI's API reference, and in its many dialects.

Here are the settings and the tools; ``messages`` writes the conversation, ``arrange`` gives it the form that a service
wants, ``effort`` asks for reasoning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...exceptions import UserError
from ...model_settings import MCPToolChoice, ModelSettings
from ...wire_call import WireCall
from ..base import (
    RESPONSES_ONLY,
    ModelRequest,
    OutputSpec,
    Profile,
    ToolSpec,
    ignore,
    ignore_settings,
    json_mode,
    may_force,
    own,
    reasons,
    sampled,
)
from ..json_schema import one_object, without_keywords
from ..names import FINAL_OUTPUT, OPENAI
from .arrange import arranged, marked_for_cache
from .effort import reasoning_fields
from .messages import Message, messages_of


def encode(request: ModelRequest, profile: Profile) -> WireCall:
    """The request as Chat Completions wants it.

    Raises:
        UserError: The conversation or the settings hold what this protocol cannot say.
    """
    settings = request.settings
    ignore_settings(settings, profile, "Chat Completions", RESPONSES_ONLY)
    messages = messages_of(request.items, profile, request.model)
    if request.instructions:
        messages.insert(0, {"role": "system", "content": request.instructions})
    messages = arranged(messages, profile)
    if profile.prompt_cache == "marks" and settings.prompt_cache_retention is not None:
        messages = marked_for_cache(messages)
    body: dict[str, Any] = {"model": request.model, "messages": messages, **_tools_and_output(request, profile)}
    if not request.tools and profile.calls_need_tools and (tools := _tools_of_the_past(messages, profile)):
        body["tools"] = [*tools, *body.get("tools", ())]
    body.update(reasoning_fields(settings, profile, request.model, tools="tools" in body))
    quiet = body.get("reasoning_effort") == "none"  # also where nobody asked for it
    body.update(_sampling(settings if quiet else sampled(settings, profile), profile))
    for name in profile.refused_settings:
        if body.pop(name, None) is not None:
            ignore(profile, f"{name}, which {profile.provider} refuses.")
    if profile.reasoning_replay == "thinking_blocks" and _loop_begins_thoughtless(messages):
        body.pop("reasoning_effort", None)
    if request.stream:
        body["stream"] = True
        if settings.include_usage if settings.include_usage is not None else profile.stream_usage_default:
            body["stream_options"] = {"include_usage": True}
    extra_body = settings.extra_body or {}
    if not isinstance(extra_body, Mapping):
        raise UserError(f"ModelSettings.extra_body must be a dict, not {type(extra_body).__name__}.")
    return WireCall(
        body=body,
        stream=request.stream,
        path="/chat/completions",
        headers=dict(settings.extra_headers or {}),
        query=own(settings.extra_query or {}),
        extra_body=own(extra_body),
        extra_args=own(settings.extra_args or {}),
        retries=settings.retry is None,
    )


def _sampling(settings: ModelSettings, profile: Profile) -> dict[str, Any]:
    found: dict[str, Any] = {
        "temperature": settings.temperature,
        "top_p": settings.top_p,
        "frequency_penalty": settings.frequency_penalty,
        "presence_penalty": settings.presence_penalty,
        profile.max_tokens_field: settings.max_tokens,
        "verbosity": settings.verbosity,
        "metadata": own(settings.metadata),
        "store": settings.store if settings.store is not None else profile.store_default,
    }
    if profile.prompt_cache == "keys":
        found["prompt_cache_retention"] = settings.prompt_cache_retention
        found["prompt_cache_options"] = own(settings.prompt_cache_options)
    if settings.top_logprobs is not None:
        found |= {"logprobs": True, "top_logprobs": settings.top_logprobs}  # the second needs the first
    return {name: value for name, value in found.items() if value is not None}


def _loop_begins_thoughtless(messages: list[Message]) -> bool:
    """Whether the calls whose results the model is about to read began without thinking.

    They do when another vendor's model made them and handed over. Claude refuses a budget for thinking then: "a final
    `assistant` message must start with a thinking block" (Anthropic's guide to extended thinking). What the user says
    straight behind results goes into one turn with them, and so ends no loop.
    """
    roles = ["", *(message["role"] for message in messages)]
    spoken = max((at for at in range(len(messages)) if roles[at + 1] == "user" and roles[at] != "tool"), default=-1)
    called = next((message for message in messages[spoken + 1 :] if "tool_calls" in message), None)
    return called is not None and "thinking_blocks" not in called


# Tools and structured output.


def _tools_and_output(request: ModelRequest, profile: Profile) -> dict[str, Any]:
    settings, output = request.settings, request.output
    body: dict[str, Any] = {}
    tools = [_tool(tool, profile) for tool in request.tools]
    choice = _tool_choice(settings.tool_choice, profile, thinking=reasons(settings, profile))
    if choice == "none" and "none" not in profile.tool_choices:
        tools, choice = [], None
    if output is not None and profile.structured_output == "tool":
        # The answer as the arguments of a tool that must be called: the other tools stay callable.
        wanted = "required" if tools else FINAL_OUTPUT
        choice = _tool_choice(wanted, profile, thinking=reasons(settings, profile), ours=True)
        tools.append(_answer_tool(output, profile))
    elif output is not None and profile.structured_output == "native":
        body["response_format"] = _response_format(output, profile)
    elif json_mode(request, profile):
        body["response_format"] = {"type": "json_object"}
    if not tools:
        return body
    found: dict[str, Any] = {"tools": tools}
    if settings.parallel_tool_calls is not None and request.tools:
        if profile.parallel_calls_setting:
            found["parallel_tool_calls"] = settings.parallel_tool_calls
        elif not settings.parallel_tool_calls:
            ignore(profile, f"parallel_tool_calls=False, which {profile.provider} has no setting for.")
    if choice is not None:
        found["tool_choice"] = choice
    return {**found, **body}


def holds_output(request: ModelRequest, profile: Profile) -> bool:
    """Whether the service holds the answer to its schema: by itself, or as the arguments of a call that is forced."""
    if request.output is None or profile.structured_output == "native":
        return True
    ways = {"required"} if request.tools else {"required", "named"}
    forced = may_force(profile, thinking=reasons(request.settings, profile)) and ways & {*profile.tool_choices}
    return profile.structured_output == "tool" and bool(forced)


def _tool(tool: ToolSpec, profile: Profile) -> dict[str, Any]:
    plain = tool.parameters if tool.strict else one_object(tool.parameters)
    parameters = _schema(plain, profile)
    function: dict[str, Any] = {
        "name": OPENAI.to_wire(tool.name),
        "description": tool.description,
        "parameters": parameters,
    }
    if tool.strict and profile.strict_schemas:
        function["strict"] = True
    return {"type": "function", "function": function}


def _answer_tool(output: OutputSpec, profile: Profile) -> dict[str, Any]:
    tool = _tool(
        ToolSpec("answer", "Give the final answer.", {"type": "object", **output.schema}, output.strict), profile
    )
    tool["function"]["name"] = FINAL_OUTPUT
    return tool


def _tools_of_the_past(messages: Iterable[Message], profile: Profile) -> list[dict[str, Any]]:
    """The tools that the conversation calls, as far as it tells of them."""
    names = dict.fromkeys(call["function"]["name"] for m in messages for call in m.get("tool_calls", ()))
    return [_tool(ToolSpec(name, "No longer available.", {"type": "object"}, strict=False), profile) for name in names]


def _schema(schema: Mapping[str, Any], profile: Profile) -> dict[str, Any]:
    return without_keywords(schema, profile.refused_keywords) if profile.refused_keywords else own(schema)


def _tool_choice(choice: object, profile: Profile, *, thinking: bool, ours: bool = False) -> Any:
    """The choice in the service's words; what it does not know becomes the nearest that it knows.

    Args:
        choice: The choice.
        profile: The service.
        thinking: Whether the model reasons, which excludes a forced call on some.
        ours: Whether nobody asked for the choice: it is but the way to structured output.
    """
    if isinstance(choice, MCPToolChoice):
        raise UserError("Chat Completions has no hosted MCP tools: tool_choice cannot be an MCPToolChoice.")
    if choice is None or choice == "none":
        return choice
    known = profile.tool_choices
    free = "auto" if "auto" in known else None
    if choice == "auto":
        return free
    forced = may_force(profile, thinking=thinking)
    named = choice != "required"
    if forced and named and "named" in known:
        wire = FINAL_OUTPUT if ours else OPENAI.to_wire(str(choice))
        return {"type": "function", "function": {"name": wire}}
    usable = forced and "required" in known
    if not ours and (named or not usable):
        ignore(
            profile, f"tool_choice={choice!r}; a call {'of one tool' if usable else 'of a tool'} cannot be forced here."
        )
    return profile.required_word if usable else free


def _response_format(output: OutputSpec, profile: Profile) -> dict[str, Any]:
    schema: dict[str, Any] = {"name": output.name, "schema": _schema(output.schema, profile)}
    if profile.strict_schemas:
        schema["strict"] = output.strict
    return {"type": "json_schema", "json_schema": schema}
