"""How reasoning is asked for, and turned off, in the dialects of Chat Completions: a table.

The sources are the vendors' pages on reasoning, noted beside the providers in the catalogue.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...exceptions import UserError
from ...model_settings import ModelSettings
from ...native_calls import field_of
from ..base import EFFORTS, Profile, ReasoningDialect, ignore, nearest_effort, own, reasons

_BUDGETS = {"minimal": 1024, "low": 2048, "medium": 8192, "high": 16_384, "xhigh": 32_768, "max": 32_768}
"""Tokens to think with, where a service takes no effort."""


@dataclass(frozen=True, slots=True)
class _Dialect:
    """Fields of the body."""

    on: Mapping[str, Any] = field(default_factory=dict)
    """What turns reasoning on."""
    off: Mapping[str, Any] | None = None
    """What turns it off; ``None`` where only an effort can, or nothing."""
    effort: tuple[str, ...] = ()
    """Where the effort stands."""
    budget: str | None = None
    """Where a number of tokens stands."""


_DIALECTS: Mapping[ReasoningDialect, _Dialect] = {
    "effort": _Dialect(effort=("reasoning_effort",)),
    "thinking": _Dialect({"thinking": {"type": "enabled"}}, {"thinking": {"type": "disabled"}}),
    "thinking+effort": _Dialect(
        {"thinking": {"type": "enabled"}}, {"thinking": {"type": "disabled"}}, ("reasoning_effort",)
    ),
    "enable_thinking": _Dialect({"enable_thinking": True}, {"enable_thinking": False}, budget="thinking_budget"),
    # One template looks at the first name, another at the second; what a template does not know, it does not see.
    "template": _Dialect(
        {"chat_template_kwargs": {"enable_thinking": True, "thinking": True}},
        {"chat_template_kwargs": {"enable_thinking": False, "thinking": False}},
        ("reasoning_effort",),
    ),
    "template_args": _Dialect(
        {"chat_template_args": {"enable_thinking": True}}, {"chat_template_args": {"enable_thinking": False}}
    ),
    "reasoning": _Dialect(off={"reasoning": {"enabled": False}}, effort=("reasoning", "effort")),
    "groq": _Dialect({"reasoning_format": "parsed"}, effort=("reasoning_effort",)),
    "adaptive": _Dialect({"thinking": {"type": "adaptive"}}, {"thinking": {"type": "disabled"}}),
    "none": _Dialect(),
}


def reasoning_fields(settings: ModelSettings, profile: Profile, model: str, *, tools: bool = False) -> dict[str, Any]:
    """What the body says of reasoning.

    Args:
        settings: What is asked for.
        profile: The service.
        model: The model, as errors name it.
        tools: Whether the request holds functions.

    Raises:
        UserError: It is to be turned off, and cannot be; or the effort is none.
    """
    effort = _effort(settings)
    if tools and not profile.tools_while_reasoning and reasons(settings, profile):
        ignore(
            profile, f"reasoning: {model!r} takes no functions over Chat Completions while it reasons; Responses does."
        )
        effort = "none"
    dialect = _DIALECTS[profile.reasoning_dialect]
    if effort is None:
        return own(dialect.on) if profile.reasoning_dialect == "groq" else {}
    known = profile.efforts or EFFORTS
    if effort not in EFFORTS and effort not in known:
        raise UserError(f"The reasoning effort is one of {', '.join(EFFORTS)}; {effort!r} is not.")
    if effort == "none":
        return _off(dialect, profile, model)
    if profile.reasoning_dialect == "none":
        ignore(profile, f"the reasoning effort {effort!r}; model {model!r} has no such setting.")
        return {}
    found: dict[str, Any] = own(dialect.on)
    if dialect.budget is not None:
        found[dialect.budget] = _BUDGETS[effort]
    if dialect.effort:
        *path, name = dialect.effort
        place = found
        for step in path:
            place = place.setdefault(step, {})
        place[name] = nearest_effort(effort, known)
    return found


def _off(dialect: _Dialect, profile: Profile, model: str) -> dict[str, Any]:
    if profile.thinking_off != "never":
        if dialect.off is not None:
            return own(dialect.off)  # type: ignore[no-any-return]
        if dialect.effort and "none" in (profile.efforts or EFFORTS):
            return {dialect.effort[0]: "none"}
        if not profile.reasons_unasked:
            return {}  # it reasons only when asked to
    raise UserError(f"Model {model!r} always reasons: take the reasoning effort 'none' out of its settings.")


def _effort(settings: ModelSettings) -> str | None:
    effort = field_of(settings.reasoning, "effort") if settings.reasoning else None
    return None if effort is None else str(effort)
