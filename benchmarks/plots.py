"""How cost grows with the work, as pictures: ours and the peer's, from the values of the growth rows."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from .measure import Result
from .rows import OURS, PEER_OPENAI, Contender, Figure

_AXES = {
    "history": "items of history",
    "tools": "tools",
    "arguments": "bytes of tool arguments",
    "stream": "tokens of a stream",
}
_COLOURS = {OURS: "#1f6feb", PEER_OPENAI: "#9a6700"}


def exponent(curve: Mapping[int, float]) -> float:
    """How the cost above that of no work grows: the slope on logarithmic scales, 1 where it is linear."""
    (least, base), *rest = sorted(curve.items())
    points = [(math.log(size - least), math.log(max(cost - base, 1e-9))) for size, cost in rest]
    mean_x, mean_y = (sum(values) / len(points) for values in zip(*points, strict=True))
    above = sum((x - mean_x) * (y - mean_y) for x, y in points)
    slope: float = above / sum((x - mean_x) ** 2 for x, _ in points)
    return slope


def draw(results: Sequence[Result], folder: Path) -> list[Path]:
    """Write the pictures into the folder, and return where they are."""
    import matplotlib

    matplotlib.use("svg")
    # Text stays text, and the same values give the same file.
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "benchmarks", "font.size": 9})
    folder.mkdir(exist_ok=True)
    by_key = {result.row.key: result for result in results}
    return [_growth(by_key, folder / "growth.svg"), _memory(by_key["growth-memory"], folder / "memory.svg")]


def _growth(results: Mapping[str, Result], path: Path) -> Path:
    from matplotlib.figure import Figure as Picture

    picture = Picture(figsize=(9, 6.4), layout="constrained")
    for panel, (kind, label) in zip(picture.subplots(2, 2).flat, _AXES.items(), strict=True):
        for key, contender in ((f"growth-{kind}", OURS), (f"growth-{kind}-openai", PEER_OPENAI)):
            curve = results[key].curve(Figure(contender, kind))
            _line(panel, curve, contender)
        panel.set(xscale="log", yscale="log", xlabel=label, ylabel="ms of CPU")
        panel.set_xticks(sorted(curve)[1:], [f"{size:,}" for size in sorted(curve)[1:]])
        panel.minorticks_off()
        panel.set_ylim(top=panel.get_ylim()[1] * 8)  # room for the legend
        panel.grid(alpha=0.3)
        panel.legend(frameon=False, loc="upper left")
    picture.savefig(path, metadata={"Date": None})
    return path


def _line(panel: object, curve: Mapping[int, float], contender: Contender) -> None:
    shown = {size: cost * 1e3 for size, cost in sorted(curve.items())[1:]}
    label = f"{contender.name}: grows with size$^{{{exponent(curve):.2f}}}$"
    panel.plot(shown.keys(), shown.values(), "o-", color=_COLOURS[contender], label=label)  # type: ignore[attr-defined]


def _memory(result: Result, path: Path) -> Path:
    from matplotlib.figure import Figure as Picture

    curve = result.curve(Figure(OURS, "rss"))
    picture = Picture(figsize=(9, 3), layout="constrained")
    panel = picture.subplots()
    panel.plot(list(curve), list(curve.values()), "o-", color=_COLOURS[OURS])
    panel.set(xlabel="runs made, 64 at a time", ylabel="resident memory, MB", ylim=(0, 1.2 * max(curve.values())))
    panel.grid(alpha=0.3)
    picture.savefig(path, metadata={"Date": None})
    return path
