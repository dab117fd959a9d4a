"""The names of the original: each is here and complete, or left out with a reason that stands in the docs."""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

import public_surface  # noqa: E402 - a script, found beside this directory

NAMES: dict[str, dict[str, dict[str, list[str]]]] = json.loads(public_surface.DATA.read_text(encoding="utf-8"))
ORDER: dict[str, dict[str, dict[str, list[str]]]] = json.loads(public_surface.ORDER.read_text(encoding="utf-8"))
LEFT_OUT = public_surface.left_out()
INCOMPLETE = {
    (module, name): lacks
    for module, names in NAMES.items()
    for name, wanted in names.items()
    if (lacks := public_surface.lacking(module, name, wanted))
}


def test_every_name_of_the_original_is_here_or_left_out_with_a_reason() -> None:
    """Code written for the original finds what it imports, with the options that it passes."""
    assert {key: lacks for key, lacks in INCOMPLETE.items() if key not in LEFT_OUT} == {}


def test_arguments_by_position_stand_where_the_original_has_them() -> None:
    """A call that names no argument would otherwise give one value as another, or be refused."""
    wrong = {
        (module, name): found
        for module, names in ORDER.items()
        for name, wanted in names.items()
        if INCOMPLETE.get((module, name)) != ["it"] and (found := public_surface.misplaced(module, name, wanted))
    }
    assert wrong == {}


def test_what_is_left_out_is_not_here_meanwhile() -> None:
    """A page that says "not there" of what is there keeps people from using it."""
    assert set(LEFT_OUT) - set(INCOMPLETE) == set()


def test_the_docs_say_why_each_name_is_left_out() -> None:
    """A missing name must not be found out by an ImportError alone."""
    page = (ROOT / "docs" / "compatibility.md").read_text(encoding="utf-8")
    untold = {(name, why) for (_, name), why in LEFT_OUT.items() if f"`{name}`" not in page or why not in page}
    assert untold == set()


def test_nearly_the_whole_surface_is_here() -> None:
    """The page promises 97 of 100 names."""
    total = sum(map(len, NAMES.values()))
    assert len(INCOMPLETE) <= 0.03 * total, f"{total - len(INCOMPLETE)} of {total} names"
