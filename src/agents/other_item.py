"""Output items that the installed ``openai`` does not know: ``openai_types`` has them, beside those that it knows."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel


class OtherItem(BaseModel, extra="allow", defer_build=True):
    """An item, or a tool, of a type that is newer than the installed ``openai``: kept for its replay."""

    type: Any = None  # a tool without one spoils no answer
