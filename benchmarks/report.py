"""The results as Markdown: the table of ratios, what was measured beside them, and the page around both."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from .measure import Result
from .peer import SHARED

PAGE = Path(__file__).with_name("page.md")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _time(seconds: float) -> str:
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1e3:.0f} ms" if seconds >= 0.1 else f"{seconds * 1e3:.2f} ms"


def _shown(value: str, median: float) -> str:
    if value == "max_rss":
        return f"{median:.0f} MB"
    return f"{median:,.0f}" if value.endswith("_calls") else _time(median)


def ratios(results: Sequence[Result]) -> str:
    """The table that says what was asked for, and whether it is met."""
    rows = []
    for result in results:
        ours, peer = result.medians(result.row.value)
        low, high = min(result.ratios), max(result.ratios)
        ratio = f"**{result.ratio:.3f}** ({low:.3f} to {high:.3f})"
        met = "yes" if result.met else "**no**"
        rows.append([result.row.what, _time(ours), _time(peer), ratio, result.row.asked, met])
    return _table(["What", "ours", "peer", "ratio (lowest to highest pair)", "asked", "met"], rows)


def beside(results: Sequence[Result]) -> str:
    """What the ratios do not show: the bare requests, calls, and memory."""
    rows = []
    for result in results:
        for value, what in result.row.beside.items():
            ours, peer = (_shown(value, median) for median in result.medians(value))
            rows.append([f"`{result.row.key}`: {what}", ours, peer])
    return _table(["What", "ours", "peer"], rows)


def machine(versions: Mapping[str, str]) -> str:
    """Where and when it was measured, and with which versions."""
    shared = ", ".join(f"{name} {versions[name]}" for name in SHARED)
    system = f"{platform.system()} {platform.machine()}, {_cpu()}, {os.cpu_count()} cores"
    return f"{datetime.date.today():%Y-%m-%d}; {system}; CPython {versions['python']}; on both sides {shared}."


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or "unknown CPU"
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), "unknown CPU")


def page(results: Sequence[Result], ours: Mapping[str, str], peers: Mapping[str, str]) -> str:
    """The whole page."""
    return PAGE.read_text(encoding="utf-8").format(
        table=ratios(results), beside=beside(results), machine=machine(ours), peer=peers["openai-agents"]
    )
