"""Requests of ``generateContent`` and ``streamGenerateContent``.

The format is that of Google's API reference for the Gemini API and for Vertex AI, which differ in the address alone.
``contents`` writes the conversation; here are the tools, the settings, and what the user adds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from ...exceptions import UserError
from ...model_settings import MCPToolChoice, ModelSettings
from ...native_calls import field_of
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
    nearest_effort,
    own,
)
from ..names import FINAL_OUTPUT, GEMINI
from .contents import conversation
from .hosted import hosted_tools
from .schema import openapi

_BUDGETS = {"none": 0, "minimal": 1024, "low": 1024, "medium": 8192, "high": 24576, "xhigh": 32768, "max": 32768}
"""Tokens to think with, as Google's OpenAI-compatible endpoint maps efforts; 32768 is the most that a model takes."""
_LEVELS = {"none": "MINIMAL", "minimal": "MINIMAL", "low": "LOW", "medium": "MEDIUM"}
"""Levels of thinking; whatever is more than these is ``HIGH``."""
_OTHER_NAMES = {"stop": "stopSequences", "seed": "seed", "top_k": "topK"}
"""Settings for which ``ModelSettings`` has no field: found among the extras, under the names of Chat Completions."""


def encode(request: ModelRequest, profile: Profile) -> WireCall:
    """The request as generateContent wants it.

    Raises:
        UserError: The conversation or the settings hold what this protocol cannot say.
    """
    settings = request.settings
    ignore_settings(settings, profile, "Gemini's protocol", (*RESPONSES_ONLY, "verbosity", "metadata"))
    if request.tools and settings.parallel_tool_calls is False:
        ignore(profile, "parallel_tool_calls=False, which Gemini has no setting for.")
    by_tool = _by_tool(request, profile)
    system, contents = conversation(request.items, request.instructions, profile, request.model)
    body: dict[str, Any] = {"contents": contents}
    if system:
        body["systemInstruction"] = {"parts": system}
    hosted, config_of_tools = hosted_tools(request, profile, beside_functions=bool(request.tools))
    if request.tools:
        hosted.insert(0, {"functionDeclarations": _declarations(request, profile, by_tool)})
        if mode := _calling(_choice(request, profile), by_tool):
            # The mode AUTO is refused beside hosted tools (github.com/Pretend-to/mio-chat-backend/issues/30).
            mixed = bool(config_of_tools) and mode["mode"] == "AUTO"
            config_of_tools["functionCallingConfig"] = {"mode": "VALIDATED"} if mixed else mode
    elif hosted:
        _choice(request, profile)
    if hosted:
        body["tools"] = hosted
    if config_of_tools:
        body["toolConfig"] = config_of_tools
    extra_body, extra_args = _extra(settings.extra_body, "extra_body"), _extra(settings.extra_args, "extra_args")
    config = _generation(settings, profile, request.model)
    if json_mode(request, profile):
        config["responseMimeType"] = "application/json"
    elif request.output is not None and not by_tool and profile.structured_output in ("native", "tool"):
        config |= _answer_in(request.output, profile)
    for extra in (extra_args, extra_body):
        config |= {wire: extra.pop(name) for name, wire in _OTHER_NAMES.items() if name in extra}
    if isinstance(stop := config.get("stopSequences"), str):
        config["stopSequences"] = [stop]
    if config:
        body["generationConfig"] = config
    method = "streamGenerateContent" if request.stream else "generateContent"
    return WireCall(
        body=body,
        stream=request.stream,
        path=f"{profile.gemini_path}/{_resource(request.model)}:{method}",
        headers=dict(settings.extra_headers or {}),
        query={**({"alt": "sse"} if request.stream else {}), **(settings.extra_query or {})},
        extra_body=_merged(body, extra_body),
        extra_args=extra_args,
        retries=settings.retry is None,
    )


def _by_tool(request: ModelRequest, profile: Profile) -> bool:
    """Whether a function is the way to the answer: a model that cannot combine schema and tools can take one alone."""
    return request.output is not None and bool(request.tools) and profile.structured_output == "tool"


def _resource(model: str) -> str:
    """The model's place: a name alone is one of Google's models, a path (of a tuned model, say) stands as it is."""
    return quote(model if "/" in model else f"models/{model}", safe="/@")


def _extra(value: object, name: str) -> dict[str, Any]:
    if not isinstance(value, (Mapping, type(None))):
        raise UserError(f"ModelSettings.{name} must be a dict, not {type(value).__name__}.")
    return own(value or {})  # type: ignore[no-any-return]


def _merged(body: dict[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """What the user adds goes into the body's own objects and lists; what the body knows nothing of is returned."""
    left = {}
    for name, value in extra.items():
        head, *tail = name.split("_")
        key = head + "".join(map(str.title, tail))  # both spellings are the service's
        known = body.get(key)
        if isinstance(known, dict) and isinstance(value, Mapping):
            known.update(_merged(known, value))
        elif isinstance(known, list) and isinstance(value, list):
            known += value
        else:
            left[key] = value
    return left


# Tools.


def _declarations(request: ModelRequest, profile: Profile, by_tool: bool) -> list[dict[str, Any]]:
    found = [_declaration(GEMINI.to_wire(tool.name), tool, profile) for tool in request.tools]
    if by_tool and request.output is not None:
        what = "Gives the final answer. Call it, alone, once everything is known."
        spec = ToolSpec(FINAL_OUTPUT, what, request.output.schema, request.output.strict)
        found.append(_declaration(FINAL_OUTPUT, spec, profile))
    return found


def _declaration(name: str, tool: ToolSpec, profile: Profile) -> dict[str, Any]:
    declared: dict[str, Any] = {"name": name}
    if tool.description:
        declared["description"] = tool.description
    if profile.gemini_schema == "json_schema":
        declared["parametersJsonSchema"] = own(tool.parameters)
    elif tool.parameters.get("properties"):  # an object that may hold nothing is refused
        declared["parameters"] = openapi(tool.parameters)
    return declared


def _choice(request: ModelRequest, profile: Profile) -> object:
    """The choice of a tool; the model decides by itself when to use a hosted one."""
    choice = request.settings.tool_choice
    if choice == "required" and not request.tools:
        ignore(profile, f"tool_choice={choice!r}: Gemini uses hosted tools as it thinks right.")
        return None
    if isinstance(choice, str) and request.hosts(choice) and all(choice != tool.name for tool in request.tools):
        ignore(profile, f"tool_choice={choice!r}: Gemini uses hosted tools as it thinks right.")
        return None
    return choice


def _calling(choice: object, by_tool: bool) -> dict[str, Any] | None:
    """Whether the model may, must or must not call, and what; names are allowed with ``ANY`` only."""
    if isinstance(choice, MCPToolChoice):
        raise UserError("Gemini has no hosted MCP tools: tool_choice cannot be an MCPToolChoice.")
    if choice == "none":
        return {"mode": "ANY", "allowedFunctionNames": [FINAL_OUTPUT]} if by_tool else {"mode": "NONE"}
    if choice in (None, "auto", "required"):
        if by_tool or choice == "required":
            return {"mode": "ANY"}
        return {"mode": "AUTO"} if choice else None
    return {"mode": "ANY", "allowedFunctionNames": [GEMINI.to_wire(str(choice))]}


# Settings.


def _answer_in(output: OutputSpec, profile: Profile) -> dict[str, Any]:
    schema = (
        {"responseJsonSchema": own(output.schema)}
        if profile.gemini_schema == "json_schema"
        else {"responseSchema": openapi(output.schema)}
    )
    return {"responseMimeType": "application/json", **schema}


def _generation(settings: ModelSettings, profile: Profile, model: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "temperature": settings.temperature,
        "topP": settings.top_p,
        "maxOutputTokens": settings.max_tokens,
        "presencePenalty": settings.presence_penalty,
        "frequencyPenalty": settings.frequency_penalty,
        "thinkingConfig": _thinking(settings, profile, model),
    }
    if settings.top_logprobs is not None:
        found |= {"responseLogprobs": True, "logprobs": settings.top_logprobs}
    refused = (*profile.refused_settings, *(("temperature", "topP") if profile.no_sampling else ()))
    for name in refused:
        if found.pop(name, None) is not None:
            ignore(profile, f"{name}, which {model!r} does not take.")
    return {name: value for name, value in found.items() if value is not None}


def _thinking(settings: ModelSettings, profile: Profile, model: str) -> dict[str, Any] | None:
    """How much to think, and to show it; only one of level and budget may be set."""
    if settings.reasoning is None:
        return None
    effort = field_of(settings.reasoning, "effort")
    if profile.thinking == "none":
        if effort != "none":
            ignore(profile, f"reasoning was asked for, and model {model!r} has none.")
        return None
    if effort is None:
        return {"includeThoughts": True}
    least = profile.gemini_least_thinking
    if effort == "none" and profile.thinking_off == "never":
        raise UserError(f"Model {model!r} always reasons: take the reasoning effort 'none' out of its settings.")
    if effort not in _BUDGETS:
        raise UserError(f"ModelSettings.reasoning.effort is one of {', '.join(_BUDGETS)}, not {effort!r}.")
    if profile.gemini_thinking == "budget":
        amount = least if effort == "none" and least is not None else _BUDGETS[effort]
        return {"includeThoughts": effort != "none", "thinkingBudget": min(amount, profile.gemini_most_thinking)}
    low = effort in ("none", "minimal") and least is not None
    level = least if low else _LEVELS.get(nearest_effort(effort, profile.efforts), "HIGH")
    return {"includeThoughts": effort != "none", "thinkingLevel": level}
