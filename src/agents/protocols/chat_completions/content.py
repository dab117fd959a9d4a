"""Text that is more than text: reasoning between tags, calls as JSON, however a stream cuts it.

``decode`` is above. Servers of open models leave in the text what they have no parser for.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator
from typing import Any, Literal

Kind = Literal["text", "reasoning", "gap"]


class TaggedText:
    """Tells the reasoning at the head of a text from the rest, which comes out as it went in."""

    def __init__(self, tag: str, *, implied: bool) -> None:
        self._begin, self._end = f"<{tag}>", f"</{tag}>"
        self._left = ""  # what may be the beginning of a tag, or blanks around one
        self._state: Literal["head", "inside", "behind", "text"] = "inside" if implied else "head"
        self._implied = implied
        self._blank = implied  # whether nothing but blanks has been thought: templates write empty tags

    def feed(self, text: str) -> Iterator[tuple[Kind, str]]:
        """A fragment of the text: what is certain of it, by its kind; ``gap`` is what stands behind a tag."""
        self._left += text
        while self._left:
            if self._state == "text":
                yield "text", self._take(len(self._left))
            elif self._state == "inside":
                if not (yield from self._inside()):
                    return
            elif not (yield from self._outside()):
                return

    def close(self) -> Iterator[tuple[Kind, str]]:
        """The text has ended: what was still uncertain."""
        if self._state == "inside":
            if not (self._blank and not self._left.strip()):
                yield "reasoning", self._left
        elif self._left and self._state == "head":
            yield "text", self._left
        elif self._left.strip():
            yield "text", self._left.lstrip()
        self._left = ""

    def _take(self, length: int) -> str:
        taken, self._left = self._left[:length], self._left[length:]
        return taken

    def _inside(self) -> Generator[tuple[Kind, str], None, bool]:
        """Reads on within the tag; whether there is more to read."""
        if self._blank and self._implied:  # perhaps the tag is not implied after all
            said = self._left.lstrip()
            if said and said != self._begin and self._begin.startswith(said):
                return False
            if said.startswith(self._begin):
                self._left, self._implied = said[len(self._begin) :], False
        at = self._left.find(self._end)
        certain = at if at >= 0 else len(self._left) - _overlap(self._left, self._end)
        if self._blank and not self._left[:certain].strip():
            certain_text = ""
            if at >= 0:
                self._take(at)
        else:
            certain_text = self._take(certain)
            self._blank = self._blank and not certain_text
        if certain_text:
            yield "reasoning", certain_text
        if at < 0:
            return False
        self._take(len(self._end))
        self._state = "behind"
        return True

    def _outside(self) -> Generator[tuple[Kind, str], None, bool]:
        """Looks for the tag where it may stand; whether there is more to read."""
        said = self._left.lstrip()
        if not said or (self._begin.startswith(said) and said != self._begin):
            return False
        blanks = len(self._left) - len(said)
        if said.startswith(self._begin):
            self._take(blanks + len(self._begin))
            self._state, self._blank = "inside", True
            return True
        if self._state == "behind" and blanks:
            yield "gap", self._take(blanks)
        self._state = "text"
        return True


def _overlap(text: str, tag: str) -> int:
    """How much of the end of a text may be the beginning of a tag."""
    return next((size for size in range(min(len(tag) - 1, len(text)), 0, -1) if tag.startswith(text[-size:])), 0)


def calls_in(text: str) -> list[tuple[str, str]]:
    """The calls that a text is, as names and arguments; none where it is anything else."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return []
    calls = [_call(each) for each in (found if isinstance(found, list) else [found])]
    return [call for call in calls if call is not None] if all(calls) else []


def may_be_calls(text: str) -> bool:
    """Whether a text that begins so may be calls."""
    begun = text.lstrip()
    return not begun or begun[0] in "{["


def _call(value: Any) -> tuple[str, str] | None:
    if isinstance(value, dict) and isinstance(value.get("function"), dict):
        value = value["function"]
    if not isinstance(value, dict) or not set(value) <= {"type", "id", "name", "arguments", "parameters"}:
        return None
    arguments = value.get("arguments", value.get("parameters"))
    if not isinstance(value.get("name"), str) or not value["name"] or not isinstance(arguments, (dict, str)):
        return None
    return value["name"], arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)
