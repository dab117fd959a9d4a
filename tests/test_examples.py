"""The examples that the pages show: each runs, and prints what it says it prints."""

from __future__ import annotations

import re
import runpy
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
PAGES = sorted(path.relative_to(EXAMPLES).as_posix() for path in EXAMPLES.glob("*/*.py"))
PRINTS = re.compile(r"^# prints:\n((?:#.*\n)+)\Z", re.MULTILINE)


@pytest.mark.parametrize("name", PAGES)
def test_an_example_of_a_page_prints_what_it_says(
    name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Readers copy what a page shows: it has to work as it stands, without a key."""
    source = EXAMPLES / name
    promised = PRINTS.search(source.read_text(encoding="utf-8"))
    assert promised is not None, "an example ends with '# prints:' and what it prints, each line behind '# '"
    monkeypatch.setattr(sys, "argv", [str(source)])
    runpy.run_path(str(source), run_name="__main__")
    expected = [line.removeprefix("#").removeprefix(" ") for line in promised.group(1).splitlines()]
    assert capsys.readouterr().out.rstrip("\n").splitlines() == expected
