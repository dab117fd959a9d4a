"""The results as Markdown: the table of ratios, what was measured beside them, and the page around both."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from .measure import Result
from .peer import SHARED
from .rows import Figure

PAGE = Path(__file__).with_name("page.md")


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _time(seconds: float) -> str:
    if seconds >= 1:
        return f"{seconds:.2f} s"
    if seconds >= 0.1:
        return f"{seconds * 1e3:.0f} ms"
    return f"{seconds * 1e3:.2f} ms" if seconds >= 1e-4 else f"{seconds * 1e6:.1f} µs"


def shown(figure: str, median: float) -> str:
    """A value in its unit."""
    if "rss" in figure:
        return f"{median:.0f} MB"
    if figure.endswith("_calls"):
        return f"{median:,.0f}"
    return f"{_time(median)}, {1 / median:,.0f} a second" if figure.endswith("_wall") else _time(median)


def ratios(results: Sequence[Result]) -> str:
    """The table that says what was asked for, and whether it is met."""
    rows = []
    for result in results:
        row = result.row
        ours, other = (shown(figure.value, result.median(figure)) for figure in (row.ours, row.other))
        low, high = min(result.ratios), max(result.ratios)
        spread = f" ({_ratio(low)} to {_ratio(high)})" if len(result.ratios) > 1 else ""
        met = "-" if row.limit is None else "yes" if result.met else "**no**"
        beside = row.other.contender.name if row.other.contender != row.ours.contender else "itself"
        rows.append([row.what, ours, beside, other, f"**{_ratio(result.ratio)}**{spread}", row.asked, met])
    return _table(["What", "ours", "beside", "which takes", "ratio (lowest to highest pair)", "asked", "met"], rows)


def _ratio(ratio: float) -> str:
    if ratio >= 0.75:
        return f"{ratio:.2f}"
    return f"1/{1 / ratio:.1f}" if ratio >= 0.1 else f"1/{1 / ratio:.0f}"


def beside(results: Sequence[Result]) -> str:
    """What the ratios do not show: the bare requests, calls, and memory."""
    rows = []
    for result in results:
        row = result.row
        for value, what in row.beside.items():
            both = (Figure(figure.contender, value) for figure in (row.ours, row.other))
            ours, other = (shown(value, result.median(figure)) for figure in both)
            rows.append([f"`{row.key}`: {what}", ours, row.other.contender.name, other])
    return _table(["What", "ours", "beside", "which takes"], rows)


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
