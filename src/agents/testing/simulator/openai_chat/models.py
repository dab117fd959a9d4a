"""What single models of OpenAI's refuse, on Chat Completions and on Responses; other names get none of these rules.

Above: the rules of both protocols. Below: nothing but the wording of errors. Sources: OpenAI's guides to reasoning
models and to the change to GPT-6, and what users report of single models, cited at the rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from .shape import refuse

__all__ = ["check_chat_model", "check_responses_model"]

_REASONS = re.compile(r"(o[134]|gpt-[5-9])(?!.*-chat)")
_UNASKED = re.compile(r"(o[134]|gpt-5)(-|$)|gpt-5\.[6-9]|gpt-[6-9]")
"""Those that reason where no effort is given (GPT-5.6 and later: github.com/BerriAI/litellm/pull/34569)."""
_NEVER_REASONS = re.compile(r"(chatgpt-4o|gpt-3\.5|gpt-4|gpt-5-chat)(?![0-9])")
"""Those that know no effort at all. Later chat models of the GPT-5 family take one."""
_ONLY_RESPONSES = re.compile(r"gpt-6(\.1-sol|-astra)")
_SAMPLING = ("temperature", "top_p")
_LOGPROBS = ("logprobs", "top_logprobs")

_EFFORTS: tuple[tuple[str, str], ...] = (
    (r"o[134](-mini|-pro)?(-\d|$)", "low medium high"),
    # github.com/egoist/chatwise-releases/issues/1257, github.com/Laisky/one-api/issues/266
    (r"gpt-5\.[1-3](-\d+)*-chat", "medium"),
    (r"gpt-5-pro", "high"),
    (r"gpt-5\.[2-5]-pro", "medium high xhigh"),
    (r"gpt-5-codex|gpt-5\.1-codex(?!-max)", "low medium high"),  # github.com/openai/codex/issues/6647
    (r"gpt-5\.[12]-codex", "low medium high xhigh"),
    (r"gpt-5(-mini|-nano)?(-\d|$)", "minimal low medium high"),
    (r"gpt-5\.1", "none low medium high"),  # github.com/openai/openai-agents-python/issues/2089
    (r"gpt-5\.[2-5]", "none low medium high xhigh"),
    (_ONLY_RESPONSES.pattern, "low medium high xhigh max"),
    # github.com/SkillfulAgents/SuperAgent/pull/1142, github.com/livekit/agents/pull/7169
    (r"gpt-5\.[6-9]|gpt-6", "none low medium high xhigh max"),
)
"""The efforts that a model takes, by the first pattern that fits; where none fits, every one."""


def check_responses_model(body: Mapping[str, Any]) -> None:
    """What Responses refuses by the model; of one that never reasons it takes a summary, and no effort."""
    model, effort = body["model"], body.get("reasoning", {}).get("effort")
    # github.com/BoundaryML/baml/pull/2708, github.com/Laisky/one-api/issues/120, github.com/BerriAI/litellm/pull/38842
    if effort is not None and _NEVER_REASONS.match(model):
        raise _unsupported("reasoning.effort")
    known = _known_efforts(model)
    if effort is not None and known and effort not in known:
        raise refuse(
            f"Unsupported value: '{effort}' is not supported with the '{model}' model. Supported values are: "
            f"{_listed(known)}.",
            "reasoning.effort",
            "unsupported_value",
        )
    if not _reasoning(model, effort):
        return
    # github.com/OpenHands/software-agent-sdk/issues/1837, github.com/brainlid/langchain/pull/419
    for name in _SAMPLING:
        if body.get(name, 1) != 1:
            raise _unsupported(name)
    if body.get("top_logprobs"):
        raise _unsupported("top_logprobs")


def check_chat_model(body: Mapping[str, Any]) -> None:
    """What Chat Completions refuses by the model."""
    model, effort = body["model"], body.get("reasoning_effort")
    _check_chat_effort(model, effort)
    if _reasoning(model, effort):
        _check_chat_sampling(body)
    if not _REASONS.match(model):
        return
    if "max_tokens" in body:
        raise _unsupported("max_tokens", " Use 'max_completion_tokens' instead.")
    if "stop" in body and re.match(r"o[34]", model):
        raise _unsupported("stop")
    if body.get("tools"):
        _check_chat_tools(model, effort)


def _check_chat_effort(model: str, effort: str | None) -> None:
    # `none` too: github.com/AAswordman/Operit/issues/1048, github.com/davidmigloz/langchain_dart/issues/712.
    if effort is not None and _NEVER_REASONS.match(model):
        raise refuse("Unrecognized request argument supplied: reasoning_effort")
    known = [name for name in _known_efforts(model) if name != "max"]  # which no model takes here
    if effort is not None and known and effort not in known:
        raise refuse(
            f"Unsupported value: 'reasoning_effort' does not support '{effort}' with this model. Supported values "
            f"are: {_listed(known)}.",
            "reasoning_effort",
            "unsupported_value",
        )


def _check_chat_sampling(body: Mapping[str, Any]) -> None:
    """A model that reasons takes no sampling parameters but their defaults, and tells no log probabilities."""
    for name in _SAMPLING:
        if body.get(name, 1) != 1:
            raise refuse(
                f"Unsupported value: '{name}' does not support {body[name]} with this model. Only the default (1) "
                "value is supported.",
                name,
                "unsupported_value",
            )
    for name in _LOGPROBS:
        if body.get(name):
            raise _unsupported(name)


def _check_chat_tools(model: str, effort: str | None) -> None:
    """From GPT-5.4 on there are no functions while the model reasons; some have none here at all.

    Sources: github.com/pipecat-ai/pipecat/issues/4043 (5.4), github.com/BerriAI/litellm/pull/34569 (5.6),
    github.com/onyx-dot-app/onyx/issues/15008 (6).
    """
    apart = f"Function tools with reasoning_effort are not supported for {model} in /v1/chat/completions."
    if _ONLY_RESPONSES.match(model) or (re.match(r"gpt-5\.[45]", model) and _reasoning(model, effort)):
        raise refuse(f"{apart} Please use /v1/responses instead.", "reasoning_effort")
    if re.match(r"gpt-5\.[6-9]|gpt-[6-9]", model) and _reasoning(model, effort):
        raise refuse(
            f"{apart} To use function tools, use /v1/responses or set reasoning_effort to 'none'.", "reasoning_effort"
        )


def _reasoning(model: str, effort: str | None) -> bool:
    """Whether the model will reason, asked to or not."""
    unasked = "medium" if _UNASKED.match(model) else "none"
    return bool(_REASONS.match(model)) and (effort or unasked) != "none"


def _known_efforts(model: str) -> Sequence[str]:
    return next((known.split() for pattern, known in _EFFORTS if re.match(pattern, model)), ())


def _listed(values: Sequence[str]) -> str:
    quoted = [f"'{each}'" for each in values]
    return quoted[0] if len(quoted) == 1 else f"{', '.join(quoted[:-1])}, and {quoted[-1]}"


def _unsupported(name: str, more: str = "") -> Exception:
    return refuse(
        f"Unsupported parameter: '{name}' is not supported with this model.{more}", name, "unsupported_parameter"
    )
