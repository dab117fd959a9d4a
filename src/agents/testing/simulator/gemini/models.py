"""What single models of Gemini's refuse of thinking, read off their names; other names get none of these rules.

Above: `rules`. Below: nothing but the wording of errors. Sources: Google's page on thinking (levels and budgets by
model), and what users report, cited at the rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .shape import invalid

__all__ = ["check_thinking", "modern"]

_LEVELS: tuple[tuple[str, tuple[str, ...]], ...] = (
    # github.com/egoist/chatwise-releases/issues/1206, github.com/heyhuynhgiabuu/proxypal/issues/170
    (r"gemini-3-pro", ("LOW", "HIGH")),
    (r"gemini-3\.\d+-pro", ("LOW", "MEDIUM", "HIGH")),  # github.com/vellum-ai/vellum-assistant/pull/32687
    # github.com/theJayTea/WritingTools/issues/282, github.com/bolna-ai/bolna/pull/956
    (r"gemini-3\.[7-9]-flash(?!-lite)", ("LOW", "MEDIUM", "HIGH")),
)
"""The levels that a model takes, by the first pattern that fits; where none fits, every one."""
_BUDGETS: tuple[tuple[str, int, int], ...] = (
    (r"gemini-2\.5-pro", 128, 32_768),
    (r"gemini-2\.5-flash-lite", 512, 24_576),
    (r"gemini-2\.5-flash", 1, 24_576),
)
"""The least and the greatest budget of a model, besides 0 (none at all) and -1 (as much as it likes)."""


def modern(model: str) -> bool:
    """Gemini 3 and later: signatures are required, calls have ids. A name that does not say is taken as
    modern.
    """
    return not re.match(r"gemini-[12](\D|$)", model)


def check_thinking(model: str, thinking: Mapping[str, Any]) -> None:
    """Level or budget, as the model has it, and within its bounds."""
    budget, level = thinking.get("thinkingBudget"), thinking.get("thinkingLevel")
    if budget is not None and level is not None:
        raise invalid("You can only set only one of thinking budget and thinking level.")
    asked = thinking.get("includeThoughts") or level is not None or (budget is not None and budget != 0)
    if asked and re.match(r"gemini-(1|2\.0)", model):  # github.com/googleapis/js-genai/issues/681
        raise invalid("Unable to submit request because thinking is not supported by this model.")
    if level is not None and not modern(model):  # github.com/RooCodeInc/Roo-Code/issues/10700
        raise invalid("Thinking level is not supported for this model.")
    levels = next((levels for pattern, levels in _LEVELS if re.match(pattern, model)), None)
    if level is not None and levels and level not in levels:
        raise invalid(
            f"Thinking level {level} is not supported for this model. Please retry with other thinking level."
        )
    if budget == 0 and model.startswith("gemini-2.5-pro"):  # github.com/ChatLunaLab/chatluna/issues/519
        raise invalid("Budget 0 is invalid. This model only works in thinking mode.")
    low, high = next(((low, high) for pattern, low, high in _BUDGETS if re.match(pattern, model)), (None, None))
    if budget is not None and budget > 0 and low is not None and high is not None and not low <= budget <= high:
        raise invalid(f"The thinking budget ({budget}) is invalid.")  # github.com/RooCodeInc/Roo-Code/issues/4399
