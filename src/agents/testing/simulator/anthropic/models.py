"""What single Claude models refuse, read off their names; a name that tells no generation gets none of these rules.

Above: `rules`. Below: nothing. Sources: Anthropic's pages on extended and on preserved thinking, and the profiles
that pydantic-ai measured; further ones stand at single rules.
"""

from __future__ import annotations

import re

__all__ = [
    "adapts",
    "always_thinks",
    "binds_thinking",
    "efforts",
    "formats_output",
    "modern",
    "most_tokens",
    "refuses_force",
    "refuses_prefill",
    "strains_by_thinking",
    "system_turns",
    "thinks",
]

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
    """Family and version: the family stood behind the version until Claude 3.7."""
    found = re.match(r"claude-(?P<family>[a-z]+)-(?P<major>\d{1,2})(?:-(?P<minor>\d{1,2})(?!\d))?", model)
    found = found or re.match(r"claude-(?P<major>\d)(?:-(?P<minor>\d))?-(?P<family>[a-z]+)", model)
    return (found["family"], int(found["major"]), int(found["minor"] or 0)) if found else ("", 0, 0)


def _known(model: str) -> tuple[str, tuple[int, int]] | None:
    family, major, minor = _generation(model)
    return (family, (major, minor)) if family else None


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


def thinks(model: str) -> bool:
    """Thinking came with Claude 3.7."""
    known = _known(model)
    return known is None or known[1] >= (3, 7)


def adapts(model: str) -> bool:
    """Adaptive thinking came with Opus and Sonnet 4.6 (github.com/docker/docker-agent/pull/3381)."""
    known = _known(model)
    return known is None or known[1] >= (4, 6)


def efforts(model: str) -> tuple[str, ...] | None:
    """The efforts that it takes: none before Opus 4.5, and no `xhigh` before Opus 4.7 and Claude 5.

    Sources: platform.claude.com/docs/en/build-with-claude/effort, github.com/Oaklight/llm-rosetta/pull/289,
    github.com/SkillfulAgents/SuperAgent/pull/1142.
    """
    known = _known(model)
    if known is None or modern(model):
        return None
    if known[1] >= (4, 6):
        return "low", "medium", "high", "max"
    return ("low", "medium", "high") if known == ("opus", (4, 5)) else ()


def strains_by_thinking(model: str) -> bool:
    """The greatest efforts need its thinking, which can be turned off below them."""
    return _generation(model)[:2] == ("opus", 5)


def formats_output(model: str) -> bool:
    """Output formats came with Claude 4.5, and with Opus 4.1."""
    known = _known(model)
    return known is None or known[1] >= (4, 5) or known == ("opus", (4, 1))


def most_tokens(model: str) -> int | None:
    """The greatest `max_tokens`; where the version says nothing certain, none is known.

    Sources: platform.claude.com/docs/en/models/overview, github.com/anthropics/claude-code/issues/24451.
    """
    known = _known(model)
    if known is None or (known[0] == "haiku" and known[1] > (4, 5)):
        return None
    family, version = known
    if version < (3, 5):
        return 4096
    if version < (3, 7):
        return 8192
    if version >= (4, 6):
        return 128_000
    return 32_000 if family == "opus" and version < (4, 5) else 64_000
