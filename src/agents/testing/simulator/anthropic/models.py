"""What single Claude models refuse, read off their names; a name that tells no generation gets none of these rules.

Above: `rules`. Below: nothing. Sources: Anthropic's pages on extended and on preserved thinking, and the profiles
that pydantic-ai measured.
"""

from __future__ import annotations

import re

__all__ = ["always_thinks", "binds_thinking", "modern", "refuses_force", "refuses_prefill", "system_turns"]

_FORCE_REFUSED = {
    ("fable", 5, 1),
    ("fable", 5, 2),
    ("mythos", 5, 1),
    ("mythos", 5, 2),
    ("opus", 5, 5),
    ("sonnet", 5, 5),
}
_SYSTEM_TURNS = {
    ("opus", 4, 8),
    ("opus", 5, 0),
    ("opus", 5, 5),
    ("fable", 5, 0),
    ("mythos", 5, 0),
    ("sonnet", 5, 0),
}
_BINDING = {
    ("fable", 5, 1),
    ("fable", 5, 2),
    ("opus", 5, 5),
    ("sonnet", 5, 5),
    ("haiku", 5, 5),
    ("mythos", 5, 2),
}


def _generation(model: str) -> tuple[str, int, int]:
    found = re.match(r"claude-([a-z]+)-(\d{1,2})(?:-(\d{1,2})(?!\d))?", model)
    return (found[1], int(found[2]), int(found[3] or 0)) if found else ("", 0, 0)


def modern(model: str) -> bool:
    """Opus from 4.7 on and every family from 5 on: adaptive thinking only, no sampling parameters."""
    family, major, minor = _generation(model)
    return major >= 5 or ((family, major) == ("opus", 4) and minor >= 7)


def refuses_prefill(model: str) -> bool:
    """Opus and Sonnet from 4.6 on, and every family from 5 on."""
    family, major, minor = _generation(model)
    return major >= 5 or (major == 4 and minor >= 6 and family in ("opus", "sonnet"))


def refuses_force(model: str) -> bool:
    """No tool can be required of it."""
    return _generation(model) in _FORCE_REFUSED


def system_turns(model: str) -> bool:
    """It reads system messages in mid-conversation."""
    return _generation(model) in _SYSTEM_TURNS


def always_thinks(model: str) -> bool:
    """Its thinking cannot be turned off; Sonnet 5.5 has `between_tools` for it."""
    generation = _generation(model)
    return generation in (("opus", 5, 5), ("sonnet", 5, 5)) or generation[:2] in (("fable", 5), ("mythos", 5))


def binds_thinking(model: str) -> bool:
    """Its thinking holds only behind the very words behind which it was thought."""
    return _generation(model) in _BINDING
