"""Applies a diff in the form that models are taught to write (V4A) to a text. Pure: text in, text out.

A diff is a row of hunks. A hunk's lines begin with a space (stays), ``-`` (goes) or ``+`` (comes); above it may stand
``@@`` lines, each naming a line of the text below which the hunk lies, and behind it ``*** End of File``. There are no
line numbers: a hunk is found by the lines that stay and go, first to the letter, then whatever the white space. What
stays is the text's own line, so that its white space survives a model's version of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from .exceptions import PatchError

_END_OF_FILE = "*** End of File"
_ENDS = ("*** End Patch", "*** Update File:", "*** Delete File:", "*** Add File:")
_SAME: tuple[Callable[[str], str], ...] = (str, str.rstrip, str.strip)
"""How lines are compared, the strictest way first."""


@dataclass(slots=True)
class _Hunk:
    """What changes in one place."""

    anchors: list[str] = field(default_factory=list)
    """Lines of the text that stand above it, the outermost first."""
    headers: int = 0
    """How many ``@@`` lines it had: some name nothing."""
    lines: list[tuple[str, str]] = field(default_factory=list)
    """Sign and text of each line."""
    at_end: bool = False
    """Whether it ends where the text ends."""

    @property
    def before(self) -> list[str]:
        """The lines that must be there."""
        return [text for sign, text in self.lines if sign != "+"]


def apply_diff(input: str, diff: str, mode: Literal["default", "create"] = "default") -> str:
    r"""The text as the diff changes it.

    Args:
        input: The text; in ``"create"`` mode it does not count.
        diff: The diff, in V4A form, without the lines that name the file.
        mode: ``"default"`` changes a text; ``"create"`` makes one, of lines that all begin with ``+``.

    Returns:
        The new text. Lines end as they do in ``input``: ``\n``, or ``\r\n`` where there is one.

    Raises:
        PatchError: The diff is not in that form, or does not fit the text. The message shows the place.
    """
    newline = "\r\n" if "\r\n" in (diff if mode == "create" or "\n" not in input else input) else "\n"
    said = diff.replace("\r\n", "\n").split("\n")
    if said[-1] == "":
        said.pop()
    if mode == "create":
        return newline.join(_created(said))
    return newline.join(_changed(input.replace("\r\n", "\n").split("\n"), _hunks(said)))


def _created(said: Sequence[str]) -> list[str]:
    lines: list[str] = []
    for line in said:
        if line.startswith(_ENDS):
            break
        if not line.startswith("+"):
            raise PatchError(f"Each line of a new file begins with '+': {line!r} does not.")
        lines.append(line[1:])
    return lines


def _hunks(said: Sequence[str]) -> list[_Hunk]:
    hunks: list[_Hunk] = []
    hunk: _Hunk | None = None  # the one that is being read
    for line in said:
        if line.startswith(_ENDS):
            break
        if line == "@@" or line.startswith("@@ "):
            if hunk is None or hunk.lines:
                hunks.append(hunk := _Hunk())
            hunk.headers += 1
            if line[3:].strip():
                hunk.anchors.append(line[3:])
        elif line == _END_OF_FILE:
            if hunk is None:
                hunks.append(hunk := _Hunk())
            hunk.at_end, hunk = True, None
        elif line[:1] not in ("", " ", "-", "+"):
            raise PatchError(f"A line of a diff begins with ' ', '-', '+' or '@@': {line!r} does not.")
        else:
            if hunk is None:
                if hunks:
                    raise PatchError(f"The next change needs an '@@' line above it, before {line!r}.")
                hunks.append(hunk := _Hunk())
            hunk.lines.append((line[:1] or " ", line[1:]))
    if empty := next((hunk for hunk in hunks if not hunk.lines and not hunk.at_end), None):
        raise PatchError(f"Nothing stands below '@@ {' / '.join(empty.anchors)}'.")
    return hunks


def _changed(text: list[str], hunks: Sequence[_Hunk]) -> list[str]:
    made: list[str] = []
    done = 0  # how much of the text stands in what is made
    for hunk in hunks:
        start = _place(text, hunk, done)
        made += text[done:start]
        done = start
        for sign, line in hunk.lines:
            if sign == "+":
                made.append(line)
                continue
            if sign == " ":
                made.append(text[done])
            done += 1
    return made + text[done:]


def _place(text: list[str], hunk: _Hunk, start: int) -> int:
    """Where a hunk's lines begin.

    Raises:
        PatchError: Nowhere.
    """
    begin = _below_anchors(text, hunk, start)
    before = hunk.before
    if hunk.at_end:
        # A newline at the end of the text ends its last line, it does not begin another.
        text = text[:-1] if text[-1] == "" else text
        last = len(text) - len(before)
        if last >= start and (found := _find(text, before, last)) is not None:
            return found
    found = _find(text, before, begin)
    if found is None:
        shown = "\n".join(before)
        raise PatchError(f"These lines do not stand in the text behind its line {begin}:\n{shown}")
    return found


def _below_anchors(text: list[str], hunk: _Hunk, start: int) -> int:
    """The line below the anchors. One anchor alone is a hint, which the hunk's own lines may do without; where
    several are given, each must be there, one below the other.
    """
    for number, anchor in enumerate(hunk.anchors):
        if number == 0 and any(anchor.strip() == line.strip() for line in text[:start]):
            continue  # the last hunk already lay below it
        found = next((at for same in _SAME if (at := _find(text, [anchor], start, (same,))) is not None), None)
        if found is not None:
            start = found + 1
        elif hunk.headers > 1:
            raise PatchError(f"There is no line {anchor!r} behind line {start} of the text.")
    return start


def _find(
    text: Sequence[str], lines: Sequence[str], start: int, ways: Sequence[Callable[[str], str]] = _SAME
) -> int | None:
    """Where these lines stand in the text, from ``start`` on."""
    if not lines:
        return start
    for same in ways:
        wanted = [same(line) for line in lines]
        for at in range(start, len(text) - len(lines) + 1):
            if same(text[at]) == wanted[0] and [same(line) for line in text[at : at + len(lines)]] == wanted:
                return at
    return None
