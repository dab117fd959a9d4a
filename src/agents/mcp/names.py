"""The names under which a model calls the tools of several servers: ``mcp_{server}__{tool}``, unique and short."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence, Set

MAX_NAME = 64
"""How long the name of a tool may be; OpenAI, Anthropic and Gemini agree."""


def prefixed_names(tools: Sequence[tuple[str, str]], reserved: Set[str]) -> list[str]:
    """One name for each pair of server and tool. Those that would be alike are told apart by a digest of the pair,
    so that a name does not depend on what else there is in the list.
    """
    plain = [f"mcp_{_part(server, 'server')}__{_part(tool, 'tool')}" for server, tool in tools]
    counts, used = Counter(plain), set(reserved)
    found = [""] * len(tools)
    wanted = [
        name if counts[name] == 1 and name not in reserved and len(name) <= MAX_NAME else _digested(name, *pair)
        for name, pair in zip(plain, tools, strict=True)
    ]
    for index in sorted(range(len(tools)), key=lambda index: (wanted[index], tools[index])):
        name, again = wanted[index], 0
        while name in used:
            again += 1
            name = _digested(plain[index], *tools[index], str(again))
        used.add(name)
        found[index] = name
    return found


def _part(text: str, fallback: str) -> str:
    return re.sub(r"[^a-zA-Z0-9_-]", "_", text).strip("_-") or fallback


def _digested(name: str, *seed: str) -> str:
    digest = hashlib.sha256("\0".join(seed).encode()).hexdigest()[:8]
    return f"{name[: MAX_NAME - 9].rstrip('_-')}_{digest}"
