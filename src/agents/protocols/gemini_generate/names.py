"""Function names as Gemini takes them: a letter or ``_``, then letters, digits and ``_.:-``, 128 at most.

Any other character is written as ``_u0020-`` (its code in hex), and so is the ``_`` of a name that looks as if it held
such an escape: a name can be read back without a table, and no two names become one. ``encode`` and ``decode`` use it.
"""

from __future__ import annotations

import re

from ...exceptions import UserError

FINAL_OUTPUT = "final_output"
"""The function whose arguments are the final answer, where a model is held to a schema that way."""
_LIMIT = 128
_TO_ESCAPE = re.compile(r"^[^a-zA-Z_]|[^a-zA-Z0-9_.:-]|_(?=u[0-9a-f]{4,6}-)")
_ESCAPED = re.compile(r"_u([0-9a-f]{4,6})-")


def to_wire(name: str) -> str:
    """A tool's name as the service takes it; ``FINAL_OUTPUT`` stays free for our own use.

    Raises:
        UserError: The name is empty or too long.
    """
    wire = _TO_ESCAPE.sub(lambda found: _escaped(found[0]), name)
    if wire == FINAL_OUTPUT:
        wire = _escaped(wire[0]) + wire[1:]
    if not 0 < len(wire) <= _LIMIT:
        raise UserError(
            f"Gemini takes function names of 1 to {_LIMIT} letters, digits and '_.:-' (anything else counts seven): "
            f"rename the tool {name!r}."
        )
    return wire


def from_wire(wire: str) -> str:
    """The tool's own name."""
    return _ESCAPED.sub(_character, wire) if "_u" in wire else wire


def _escaped(character: str) -> str:
    return f"_u{ord(character):04x}-"


def _character(found: re.Match[str]) -> str:
    code = int(found[1], 16)
    return chr(code) if code <= 0x10FFFF else found[0]  # a name of the model's own making
