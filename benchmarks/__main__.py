"""``python -m benchmarks`` (``make bench``): measure, print the table, write ``docs/benchmarks.md`` and its plots.

Ends with 1 when a ratio is not what was asked for.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from . import plots, report
from .measure import Bench, measure, serving
from .peer import ROOT, check_same, peer_python, versions
from .rows import ROWS

PAGE = ROOT / "docs" / "benchmarks.md"


def arguments() -> argparse.Namespace:
    """What the command line says."""
    keys = [row.key for row in ROWS]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure against openai-agents.")
    parser.add_argument("--quick", action="store_true", help="few repetitions: a rough look, which writes no page")
    parser.add_argument("--rows", default=",".join(keys), help="which rows; fewer than all write no page")
    parser.add_argument("--at-most", type=int, default=99, help="repetitions of each worker, where time is short")
    parser.add_argument("--no-write", action="store_true", help="only print the table")
    parser.add_argument("--peer", type=Path, help="the interpreter of another environment with the peer in it")
    args = parser.parse_args()
    args.rows = args.rows.split(",")
    unknown = [key for key in args.rows if key not in keys]
    if unknown:
        parser.error(f"no row is named {', '.join(unknown)}: choose from {', '.join(keys)}")
    return args


def main() -> int:
    """Measure; 1 when a row is not met."""
    args = arguments()
    rows = [row for row in ROWS if row.key in args.rows]
    ours, peer = Path(sys.executable), args.peer or peer_python()
    our_versions, peer_versions = versions(ours), versions(peer)
    check_same(our_versions, peer_versions)
    with serving() as url:
        results = sorted(
            measure(rows, Bench(ours, peer, url), quick=args.quick, at_most=args.at_most),
            key=lambda each: rows.index(each.row),
        )
    print(f"{report.ratios(results)}\n\n{report.beside(results)}\n\n{report.machine(our_versions)}")
    if len(rows) == len(ROWS) and not args.quick and not args.no_write:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(report.page(results, our_versions, peer_versions), encoding="utf-8")
        drawn = plots.draw(results, PAGE.parent / "benchmarks")
        print("Written:", *(path.relative_to(ROOT) for path in (PAGE, *drawn)), file=sys.stderr)
    for result in results:
        if not result.met:
            print(f"NOT MET: {result.row.key}, {result.ratio:.3f}, {result.row.asked}", file=sys.stderr)
    return 0 if all(result.met for result in results) else 1


if __name__ == "__main__":
    sys.exit(main())
