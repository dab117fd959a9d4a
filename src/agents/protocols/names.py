"""Tool names as a wire takes them, and back: any name goes out legal, and no two become one.

A name that a protocol refuses, for a character, for its length, or because this package uses it, goes out as what is
left of it with the beginning of its hash behind it. The way back is a table of the request's tools, which the maker
of an answer has with it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..exceptions import UserError

FINAL_OUTPUT = "final_output"
"""The tool whose arguments are the final answer, where a model is held to a schema that way."""
_DIGEST = 8


@dataclass(frozen=True, slots=True)
class NameRule:
    """What names of tools a protocol takes."""

    refused: re.Pattern[str]
    """A character that may not stand where it does."""
    limit: int

    def to_wire(self, name: str) -> str:
        """A tool's name as it goes out."""
        if 0 < len(name) <= self.limit and name != FINAL_OUTPUT and not self.refused.search(name):
            return name
        digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST]
        readable = self.refused.sub("_", name)[: self.limit - _DIGEST - 1]
        return f"{readable or 'tool'}_{digest}"

    def own_names(self, names: Iterable[str]) -> Mapping[str, str]:
        """What names on the wire stand for, where they are not the tools' own.

        Raises:
            UserError: Two tools would have one name.
        """
        found: dict[str, str] = {}
        for name in names:
            if found.setdefault(self.to_wire(name), name) != name:
                raise UserError(
                    f"The tools {name!r} and {found[self.to_wire(name)]!r} cannot be told apart: rename one."
                )
        return {wire: name for wire, name in found.items() if wire != name}


OPENAI = NameRule(re.compile(r"[^a-zA-Z0-9_-]"), 64)
ANTHROPIC = NameRule(re.compile(r"[^a-zA-Z0-9_-]"), 128)
GEMINI = NameRule(re.compile(r"^[^a-zA-Z_]|[^a-zA-Z0-9_.:-]"), 128)
