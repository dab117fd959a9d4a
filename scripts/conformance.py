"""The conformance table: run its tests, print the matrix, and write ``docs/conformance.md``.

With ``--check`` nothing is run: the page is compared with what the rows and the tests say. ``make conformance`` does
the first; the tests of ``tests/conformance`` do the second.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "conformance.md"
QUIET = ("-q", "-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning")
"""The rows are imported first, and bring what pytest would have liked to see before."""


def main() -> int:
    """Print the matrix, or what is wrong with it; 1 when something is."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="run nothing; say where table, tests and page differ")
    arguments, more = parser.parse_known_args()  # what it does not know is for pytest
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    matrix = importlib.import_module("tests.conformance.matrix")
    seen = matrix.Recorder()
    if arguments.check:
        return check(matrix, seen)
    pytest.main(["tests/conformance", *QUIET, *more], plugins=[seen])
    color = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    print(matrix.terminal(seen, color=color))
    PAGE.write_text(matrix.page(seen), encoding="utf-8")
    print(f"\nWritten to {PAGE.relative_to(ROOT)}")
    return 1 if matrix.draw(seen).totals["✗"] or matrix.draw(seen).totals["?"] else 0


def check(matrix: object, seen: object) -> int:
    """Collect, and compare."""
    with contextlib.redirect_stdout(io.StringIO()) as heard:
        paths = ["tests/conformance", *matrix.ELSEWHERE]  # type: ignore[attr-defined]
        code = pytest.main(["--collect-only", *QUIET, "-p", "no:cacheprovider", *paths], plugins=[seen])
    if code != pytest.ExitCode.OK:
        print(heard.getvalue())
        return 1
    faults = matrix.faults(seen)  # type: ignore[attr-defined]
    written = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    if matrix.page(seen) != written:  # type: ignore[attr-defined]
        faults.append(f"{PAGE.relative_to(ROOT)} is not what the table says: run make conformance")
    for fault in faults:
        print(fault)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
