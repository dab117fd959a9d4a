"""What single models of OpenAI's refuse, on Chat Completions and on Responses; other names get none of these rules.

Above: the rules of both protocols. Below: nothing but the wording of errors. Source: OpenAI's guides to reasoning
models and to the change to GPT-6.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .shape import refuse

__all__ = ["check_chat_model", "check_sampling"]

_REASONS = re.compile(r"(o[134]|gpt-[5-9])(?!.*-chat)")
_UNASKED = re.compile(r"(o[134]|gpt-5)(-|$)")
"""Those that reason where no effort is given."""
_ONLY_RESPONSES = re.compile(r"gpt-6(\.1-sol|-astra)")
_SAMPLING = ("temperature", "top_p")
_LOGPROBS = ("logprobs", "top_logprobs")


def check_sampling(body: Mapping[str, Any], effort: Any) -> None:
    """A model that reasons takes no sampling parameters but their defaults, and tells no log probabilities."""
    effort = effort or ("medium" if _UNASKED.match(body["model"]) else "none")
    if not _REASONS.match(body["model"]) or effort == "none":
        return
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


def check_chat_model(body: Mapping[str, Any]) -> None:
    """What Chat Completions refuses by the model."""
    model, effort = body["model"], body.get("reasoning_effort")
    check_sampling(body, effort)
    if not _REASONS.match(model):
        return
    if "max_tokens" in body:
        raise _unsupported("max_tokens", " Use 'max_completion_tokens' instead.")
    if "stop" in body and re.match(r"o[34]", model):
        raise _unsupported("stop")
    if body.get("tools") and (_ONLY_RESPONSES.match(model) or (model.startswith("gpt-6") and effort != "none")):
        raise refuse(
            "Function tools with reasoning are not supported for this model in /v1/chat/completions. Please use "
            "/v1/responses instead.",
            "tools",
            "unsupported_parameter",
        )


def _unsupported(name: str, more: str = "") -> Exception:
    return refuse(
        f"Unsupported parameter: '{name}' is not supported with this model.{more}", name, "unsupported_parameter"
    )
