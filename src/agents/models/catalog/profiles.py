"""What models can do, where models of one protocol differ: fields of ``protocols.base.Profile``, by model name.

For each protocol first the fields that all its models have, then pattern after pattern, a later match overriding an
earlier one. Proofs stand beside the patterns: P is the table of profiles of pydantic-ai 2.68, W a vendor's page, S the
types of a vendor's client. A new model is a new line here; what a user finds out goes to ``AnyModel(profile=...)``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import fields
from functools import cache, lru_cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from ...exceptions import UserError
from ...protocols.base import CallIds, Profile

OPENAI_HOSTS: Mapping[str, str] = {
    "web_search": "web_search",
    "code_interpreter": "code_interpreter",
    "file_search": "file_search",
    "image_generation": "image_generation",
    "mcp": "mcp",
    "tool_search": "tool_search",
    "programmatic_tool_calling": "programmatic_tool_calling",
}
"""The hosted tools of Responses by their own names (S:openai/types/responses/tool_param.py)."""

# The versions of Anthropic's tools that all its current models take: later ones need code execution beside them, or
# models from 4.6 on (S:anthropic/types/*_tool_20*_param.py; W:platform.claude.com, tool reference). The MCP connector
# is named by its beta (S:anthropic_beta_param.py), and is not on Vertex, as code execution is not.
_CLAUDE_ON_VERTEX = {"web_search": "web_search_20250305", "tool_search": "tool_search_tool_bm25_20251119"}
_CLAUDE_HOSTS = {**_CLAUDE_ON_VERTEX, "code_interpreter": "code_execution_20250825", "mcp": "mcp-client-2025-11-20"}

# S:google/genai/types.py (Tool): no file search on Vertex. Remote MCP servers are for the Interactions API.
_GEMINI_ON_VERTEX = {"web_search": "googleSearch", "code_interpreter": "codeExecution"}

_HOSTS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("openai", "openai-responses"): OPENAI_HOSTS,
    ("azure", "openai-responses"): OPENAI_HOSTS,  # W:learn.microsoft.com/azure/foundry/openai/how-to/responses
    ("anthropic", "anthropic"): _CLAUDE_HOSTS,
    ("vertex_ai_anthropic", "anthropic"): _CLAUDE_ON_VERTEX,
    ("gemini", "gemini"): {**_GEMINI_ON_VERTEX, "file_search": "fileSearch"},
    ("vertex_ai", "gemini"): _GEMINI_ON_VERTEX,
    ("vertex_ai_express", "gemini"): _GEMINI_ON_VERTEX,
}
"""What runs at which provider, asked in which protocol. Servers that only speak a protocol host nothing."""

_COMMON: Mapping[str, Mapping[str, Any]] = {
    # Services that cannot report usage in a stream ignore the option, but for those whose record says otherwise.
    # OpenAI's fields for its cache are unknown to most others, which cache by themselves.
    "openai-chat": {"stream_usage_default": True, "prompt_cache": "automatic"},
    # OpenAI's item ids and call ids may have 64 characters; input is text, images and files (S:responses types).
    "openai-responses": {
        "media": ("image", "file"),
        "tool_media": "native",
        "call_id_pattern": "[a-zA-Z0-9_-]{1,64}",
    },
    "anthropic": {
        "reasoning_replay": "thinking_blocks",
        "forced_tools": "unless_thinking",
        "media": ("image", "file"),
        "tool_media": "native",
        "call_id_pattern": "[a-zA-Z0-9_-]{1,64}",
    },
    "gemini": {
        "reasoning_replay": "thinking_blocks",
        "tool_media": "native",
        "call_id_pattern": "[a-zA-Z0-9_.:-]{1,64}",
    },
}

_CLAUDE: tuple[tuple[str, Mapping[str, Any]], ...] = (
    # No output_config.format before Sonnet 4.5 and Opus 4.1 (L:llms/anthropic/chat/transformation.py).
    (r"claude-(3|2|instant)|claude-(opus|sonnet)-4(-0|-2025|$)", {"structured_output": "tool"}),
    (r"claude-3-(haiku|opus|sonnet)", {"default_max_tokens": 4096, "thinking": "none"}),
    (r"claude-3-5", {"thinking": "none"}),
    # Thinking with a budget is refused from Opus 4.7 on; from 4.6 on it is adaptive, and a prefill is refused (S, P).
    # They may write 64,000 tokens and more (W:platform.claude.com/docs/en/models): thinking and answer get as much room
    # as a plain call has without being streamed.
    (
        r"claude-(opus|sonnet)-4-[6-9]|claude-[a-z]+-[5-9]",
        {"thinking": "adaptive", "prefill": False, "default_max_tokens": 21_333},
    ),
    # Opus 4.7+, Sonnet 5+, Fable and Mythos refuse sampling parameters (P).
    (r"claude-opus-4-[7-9]|claude-[a-z]+-[5-9]", {"no_sampling": True}),
    # Only from Opus 4.7 and Sonnet 5 on is there an effort of xhigh (W:platform.claude.com, Effort;
    # github.com/SkillfulAgents/SuperAgent/pull/1142, which asked the service).
    (r"claude-(opus|sonnet)-4-6", {"efforts": ("low", "medium", "high", "max")}),
    # System messages in mid-conversation (P).
    (r"claude-opus-4-8|claude-(opus|fable|mythos)-5", {"system_turns": True}),
    # Always thinking (P).
    (r"claude-(fable|mythos)-5|claude-opus-5-5", {"thinking_off": "never"}),
    (r"claude-sonnet-5-5", {"thinking_off": "between_tools"}),
    # No forced tool choice (P).
    (r"claude-(fable|mythos)-5-[12]|claude-(opus|sonnet)-5-5", {"forced_tools": "never"}),
    # Thinking is bound to the conversation before it (W: preserved thinking).
    (r"claude-(fable-5-[12]|(opus|sonnet|haiku)-5-5|mythos-5-2)", {"binds_thinking": True}),
)

_GEMINI: tuple[tuple[str, Mapping[str, Any]], ...] = (
    # Signatures, thinking levels, media in function responses, and a schema beside tools come with Gemini 3 (W, A).
    (
        r"gemini-[12]|gemma|learnlm",
        {
            "gemini_thinking": "budget",
            "gemini_demands_signatures": False,
            "tool_media": "user",
            "structured_output_with_tools": "tool",
            # "Tool use with function calling is unsupported" (github.com/googleapis/go-genai/issues/323), and so it is
            # with a response type of JSON (github.com/tbphp/gpt-load/issues/188).
            "gemini_mixes_tools": False,
            "structured_output_with_hosted": "prompt",
        },
    ),
    # Before 2.5 there is no thinking (github.com/googleapis/js-genai/issues/681), and the first Gemini 3 Pro knows two
    # levels (github.com/egoist/chatwise-releases/issues/1206). 2.5 Flash takes 24,576 tokens (S:ThinkingConfig).
    (r"gemini-(1|2\.0)", {"thinking": "none"}),
    (r"gemini-3-pro", {"efforts": ("low", "high")}),
    (r"gemini-2\.5-flash", {"gemini_most_thinking": 24_576}),
    # 2.5 Pro thinks with a budget of 128 tokens at least (S: ThinkingConfig), and the Pro models of Gemini 3 at the
    # level LOW: neither can be kept from it (W:ai.google.dev/gemini-api/docs/thinking).
    (r"gemini-2\.5-pro", {"gemini_least_thinking": 128, "thinking_off": "never"}),
    (r"gemini-3(\.\d+)?-pro", {"gemini_least_thinking": "LOW", "thinking_off": "never"}),
    # From Flash 3.6 and Flash-Lite 3.5 on a request may not end with the model, penalties are an error, and sampling
    # has no effect, or is refused (W:docs.cloud.google.com/gemini-enterprise-agent-platform, Gemini 3.5 Flash-Lite;
    # ai.google.dev/gemini-api/docs/latest-model; github.com/Zoo-Code-Org/Zoo-Code/issues/1052).
    (
        r"gemini-(3\.5-flash-lite|3\.[6-9]|[4-9])",
        {"prefill": False, "no_sampling": True, "refused_settings": ("frequencyPenalty", "presencePenalty")},
    ),
    # Flash takes no MINIMAL from 3.7 on (W:docs.cloud.google.com/gemini-enterprise-agent-platform/models/thinking;
    # github.com/dzivkovi/video-intel/releases/tag/v2.7.1).
    (r"gemini-(3\.[7-9]|[4-9])", {"gemini_least_thinking": "LOW"}),
)

_CHAT: tuple[tuple[str, Mapping[str, Any]], ...] = (
    # gpt-oss reasons always, at one of three levels, and reads text alone (W: its model card).
    (r"(.*/)?gpt-oss", {"efforts": ("low", "medium", "high"), "reasons_unasked": True, "media": ()}),
    # Text alone (M).
    (
        r"(.*/)?(deepseek-(v\d|r1|chat|reasoner)|kimi-k2(?!\.)|glm-4\.[5-7]($|-(air|flash|x))|minimax-m2|qwen3-coder)",
        {"media": ()},
    ),
)

# OpenAI's models take no sampling while they reason, as some do where nobody asks for it. Over Chat Completions those
# from 5.4 on take no functions then, and those that always reason none at all (W:OpenAI's guides to reasoning and to
# its latest model; community.openai.com/t/1386454; github.com/khoj-ai/khoj/issues/1377;
# github.com/goruck/home-generative-agent/releases/tag/v3.46.0-beta.1).
_OPENAI_REASONING: tuple[tuple[str, Mapping[str, Any]], ...] = (
    (r"(openai/)?(o\d|gpt-([5-9]|\d\d))(?!.*-chat)", {"samples_while_reasoning": False}),
    (r"(openai/)?(o\d|gpt-5(?!\.)|gpt-5\.[6-9]|gpt-([6-9]|\d\d))(?!.*-chat)", {"reasons_unasked": True}),
)

# Which efforts a model takes; those that never reason take none, not even ``none``
# (github.com/BoundaryML/baml/pull/2708; github.com/AAswordman/Operit/issues/1048;
# github.com/openai/openai-agents-python/issues/2089; github.com/openai/codex/issues/6647;
# github.com/egoist/chatwise-releases/issues/1257; github.com/SkillfulAgents/SuperAgent/pull/1142: live).
_ALWAYS = {"reasons_unasked": True}
_OPENAI_EFFORTS: tuple[tuple[str, Mapping[str, Any]], ...] = (
    (r"(openai/)?(chatgpt-4o|gpt-3\.5|gpt-4|gpt-5-chat)(?![0-9])", {"reasoning_dialect": "none"}),
    (r"(openai/)?o[134]", {"efforts": ("low", "medium", "high")}),
    (r"(openai/)?gpt-5(-mini|-nano)?(-\d|$)", {"efforts": ("minimal", "low", "medium", "high")}),
    (r"(openai/)?gpt-5\.1", {"efforts": ("none", "low", "medium", "high")}),
    (r"(openai/)?gpt-5\.[2-5]", {"efforts": ("none", "low", "medium", "high", "xhigh")}),
    (r"(openai/)?gpt-(5\.[6-9]|6)", {"efforts": ("none", "low", "medium", "high", "xhigh", "max")}),
    (r"(openai/)?gpt-6(-astra|\.1-sol)", {"efforts": ("low", "medium", "high", "xhigh", "max")}),
    (r"(openai/)?gpt-5(\.1)?-codex(?!-max)", {"efforts": ("low", "medium", "high"), **_ALWAYS}),
    (r"(openai/)?gpt-5\.(1-codex-max|2-codex)", {"efforts": ("low", "medium", "high", "xhigh"), **_ALWAYS}),
    (r"(openai/)?gpt-5-pro", {"efforts": ("high",), **_ALWAYS}),
    (r"(openai/)?gpt-5\.[2-5]-pro", {"efforts": ("medium", "high", "xhigh"), **_ALWAYS}),
    (r"(openai/)?gpt-5\.[1-3](-\d+)*-chat", {"efforts": ("medium",)}),
)

_RESPONSES: tuple[tuple[str, Mapping[str, Any]], ...] = (
    # Tools in a form of their own: free text from GPT-5 on, shell and apply_patch from GPT-5.1 on, local_shell for
    # Codex mini alone (W: OpenAI's guides to custom tools, shell, apply patch, local shell).
    (r"(openai/)?gpt-(5|[6-9]|\d\d)(?!\d)", {"native_tools": frozenset({"custom"})}),
    (r"(openai/)?gpt-(5\.[1-9]|[6-9]|\d\d)(?!\d)", {"native_tools": frozenset({"custom", "shell", "apply_patch"})}),
    (r"(openai/)?codex-mini", {"native_tools": frozenset({"local_shell"})}),
    *_OPENAI_REASONING,
    *_OPENAI_EFFORTS,
)

_PENALTIES = ("frequency_penalty", "presence_penalty")
# GLM takes an effort from 5.2 on, and thinks always from 5.3 on (W:docs.rs/zai-rs, ReasoningEffort; aihubmix.com,
# GLM-5.3 API Guide; docs.together.ai/docs/glm-5.3-quickstart).
_GLM: tuple[tuple[str, Mapping[str, Any]], ...] = (
    (r"glm-5\.2", {"reasoning_dialect": "thinking+effort"}),
    (r"glm-5\.[3-9]", {"reasoning_dialect": "effort", "efforts": ("low", "high", "max")}),
)

_OPENAI_CHAT: tuple[tuple[str, Mapping[str, Any]], ...] = (
    *_OPENAI_REASONING,
    *_OPENAI_EFFORTS,
    (r"gpt-5\.[4-9]|gpt-([6-9]|\d\d)", {"tools_while_reasoning": False}),
    # No model takes ``max`` here (P).
    (r"gpt-(5\.[6-9]|6)", {"efforts": ("none", "low", "medium", "high", "xhigh")}),
    # The service refuses tools.
    (r"gpt-6(-astra|\.1-sol)", {"efforts": ("low", "medium", "high", "xhigh"), "tools_while_reasoning": True}),
)

_BY_PROVIDER: Mapping[str, tuple[tuple[str, Mapping[str, Any]], ...]] = {
    "openai": _OPENAI_CHAT,
    "azure": _OPENAI_CHAT,
    "deepseek": ((r"deepseek-chat", {"reasons_unasked": False}),),  # W:api-docs.deepseek.com: the name without thinking
    # Groq leaves the reasoning of these in the text, unless asked to parse it (W:console.groq.com/docs/reasoning).
    "groq": (
        (
            r"(.*/)?(qwen|deepseek-r1)",
            {
                "reasoning_dialect": "groq",
                "efforts": ("none", "default"),
                "reasons_unasked": True,
                "think_tag": "think",
            },
        ),
    ),
    # The reasoning of GLM goes back between tags (P:providers/cerebras.py).
    "cerebras": ((r"(zai-)?glm", {"reasoning_replay": "think_tags", "think_tag": "think"}),),
    # Google's endpoint of this protocol refuses calls of Gemini 3 without their signatures (A, P).
    "gemini": ((r"gemini", {"signs_calls": True, "signature_place": "extra_content"}),),
    "moonshot": (
        # K3 takes an effort of three, always reasons, and a tool may be required of it; K2 has no switch but that of
        # K2.5 and later, which K2.7 refuses to turn off; the generation before it takes sampling as any model does
        # (L, I; W:java.agentscope.io/v2/en/integration/model/kimi; docs.rs/crate/harn-vm, 35-moonshot.toml).
        (
            r"kimi-k3",
            {
                "reasoning_dialect": "effort",
                "efforts": ("low", "high", "max"),
                "reasons_unasked": True,
                "tool_choices": ("auto", "none", "required"),
            },
        ),
        (r"kimi-k2\.[5-9]", {"reasons_unasked": True}),
        (r"kimi-k2\.7", {"thinking_off": "never"}),
        (r"kimi-(k2-|latest)|moonshot", {"reasoning_dialect": "none"}),
        (r"moonshot", {"refused_settings": ()}),
    ),
    "xai": (
        (r"grok-3-mini", {"efforts": ("low", "high"), "reasons_unasked": True}),
        # Grok 4 always reasons, and refuses an effort until 4.3, the only one that can be told not to reason; its coder
        # refuses one as well (W:docs.x.ai, Reasoning; docs.rs/crate/mindfork, xai_tests.rs: what the service lists).
        # Who reasons refuses penalties (W:docs.x.ai, Reasoning).
        (r"grok-4(?!.*non-reasoning)|grok-(build|code)", {"refused_settings": _PENALTIES, "reasons_unasked": True}),
        (r"grok-4(?!\.[3-9])|grok-(build|code)", {"reasoning_dialect": "none"}),
        (r"grok-4\.3", {"efforts": ("none", "low", "medium", "high", "xhigh")}),
        (r"grok-4\.5", {"efforts": ("low", "medium", "high")}),
        (r"grok-4\.[6-9]", {"efforts": ("low", "medium", "high", "xhigh")}),
    ),
    "zai": _GLM,
    "zai-coding-plan": _GLM,
    # Open Qwen 3 thinks unasked, and does so in streams alone: a plain call is refused
    # (W:alibabacloud.com/help/en/model-studio/qwen-api-via-openai-chat-completions).
    "dashscope": ((r"qwen3-\d|qwq|qvq", {"always_stream": True, "reasons_unasked": True}),),
    # M3 thinks as it sees fit, and can be told not to (W:java.agentscope.io/v2/en/integration/model/minimax).
    "minimax": (
        (r"minimax-m3", {"reasoning_dialect": "adaptive", "media": ("image",)}),
    ),  # W:github.com/microsoft/autogen/pull/7393
    "mistral": ((r"magistral", {"reasoning_dialect": "none", "reasons_unasked": True}),),  # S:prompt_mode
    "openrouter": ((r"(?!anthropic/|google/)", {"prompt_cache": "automatic"}),),  # W: marks are for Claude and Gemini
}
"""What models do on one provider alone."""

_BY_MODEL: Mapping[str, tuple[tuple[str, Mapping[str, Any]], ...]] = {
    "anthropic": _CLAUDE,
    "gemini": _GEMINI,
    "openai-chat": _CHAT,
    "openai-responses": _RESPONSES,
}


@lru_cache(maxsize=256)
def profile_fields(protocol: str, model: str) -> Mapping[str, Any]:
    """The profile fields of a model that differ from the protocol's defaults."""
    found = dict(_COMMON[protocol])
    if "call_id_pattern" in found:
        found |= {"call_id_prefix": "call_", "call_id_length": 29}
    for pattern, differences in _BY_MODEL.get(protocol, ()):
        if re.match(pattern, model, re.IGNORECASE):
            found |= differences
    return found


def hosts_of(kind: str) -> Mapping[str, str]:
    """The providers that host a kind of tool, each with the protocol in which it is asked."""
    return {provider: protocol for (provider, protocol), hosts in _HOSTS.items() if kind in hosts}


def provider_fields(provider: str, protocol: str, model: str) -> Mapping[str, Any]:
    """The profile fields of a model that differ on one provider alone."""
    found: dict[str, Any] = {"hosts": _HOSTS.get((provider, protocol), {})}
    if provider.startswith("vertex_ai"):
        found["gemini_shows_hosted"] = False  # S:google/genai/types.py (ToolConfig)
    for pattern, differences in _BY_PROVIDER.get(provider, ()) if protocol == "openai-chat" else ():
        if re.match(pattern, model, re.IGNORECASE):
            found |= differences
    return found


def make_profile(provider: str, *differences: Mapping[str, Any]) -> Profile:
    """The profile with these differences from its defaults, a later one overriding an earlier one.

    Raises:
        UserError: One of them is no field of a profile.
    """
    found: dict[str, Any] = {"provider": provider}
    for each in differences:
        found |= each
    if "call_id_pattern" in found:
        pattern = re.compile(rf"{found.pop('call_id_pattern')}\Z")
        if missing := {"call_id_prefix", "call_id_length"} - set(found):
            raise UserError(f"A profile with a call_id_pattern needs {' and '.join(sorted(missing))} too.")
        found["call_ids"] = CallIds(pattern, found.pop("call_id_prefix"), found.pop("call_id_length"))
    known = [each.name for each in fields(Profile)]
    if unknown := sorted(set(found) - set(known)):
        near = [name for each in unknown for name in difflib.get_close_matches(each, known, n=1)]
        hint = f"Did you mean {' and '.join(near)}? " if near else ""
        raise UserError(f"A profile has no field {', '.join(unknown)}. {hint}It has: {', '.join(sorted(known))}.")
    return Profile(**found)


def checked(own: Any) -> Mapping[str, Any]:
    """A user's own profile fields, where each value is of its kind: a wrong one would do nothing, and say nothing.

    Raises:
        UserError: One is not, or the whole is no mapping.
    """
    if not isinstance(own, Mapping):
        raise UserError(f"A profile is a dict of fields and values, not {type(own).__name__}.")
    for name, value in own.items():
        if (kinds := _kinds().get(name)) is None:
            continue  # unknown names are told of with all others
        options = [option for kind in kinds if get_origin(kind) is Literal for option in get_args(kind)]
        types = tuple(get_origin(kind) or kind for kind in kinds if get_origin(kind) is not Literal)
        if value in options if isinstance(value, str) and options else isinstance(value, types):
            continue
        if isinstance(value, list) and tuple in types:
            continue
        words = {tuple: "a list", str: "a text", bool: "True or False", int: "a number", frozenset: "a frozenset"}
        wanted = [*map(repr, options), *(words.get(kind, kind.__name__) for kind in types if kind is not type(None))]
        raise UserError(f"The profile field {name} is {' or '.join(wanted)}, not {value!r}.")
    return own


@cache
def _kinds() -> Mapping[str, tuple[Any, ...]]:
    """The kinds of values of each field, but for those of functions and patterns."""
    found = {name: kind for name, kind in get_type_hints(Profile).items() if name not in ("replay_filter", "call_ids")}
    return {name: get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,) for name, kind in found.items()}
