"""``apply_diff``: diffs as models write them, applied to texts as they are."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import AgentsException, apply_diff
from agents.exceptions import PatchError

CODE = "class A:\n    def run(self):\n        return 1\n\n\nclass B:\n    def run(self):\n        return 1\n"

FITS: list[tuple[str, str, str, str]] = [
    ("a change among its neighbours", "a\nb\nc\n", " a\n-b\n+B\n c", "a\nB\nc\n"),
    ("lines that come alone", "a\nb\n", " a\n+new\n b", "a\nnew\nb\n"),
    ("an empty line of the diff is an empty line of the text", "a\n\nb\n", " a\n\n-b\n+c", "a\n\nc\n"),
    ("two places", "a\nb\nc\nd\n", "@@\n-a\n+A\n@@\n-d\n+D", "A\nb\nc\nD\n"),
    (
        "an anchor chooses between equal places",
        CODE,
        "@@ class B:\n     def run(self):\n-        return 1\n+        return 2",
        CODE[:-2] + "2\n",
    ),
    (
        "anchors within anchors",
        CODE,
        "@@ class B:\n@@     def run(self):\n-        return 1\n+        return 2",
        CODE[:-2] + "2\n",
    ),
    ("an anchor alone is a hint", "a\nb\n", "@@ not there\n-b\n+c", "a\nc\n"),
    ("white space that the model got wrong stays as it is in the text", "\ta  \nb\n", " a\n-b\n+c", "\ta  \nc\n"),
    ("the end of the text", "x\ny\nx\ny\n", "@@\n x\n-y\n+z\n*** End of File", "x\ny\nx\nz\n"),
    ("lines behind the last one", "a\n", "@@\n+b\n*** End of File", "a\nb\n"),
    ("lines end as they do in the text", "a\r\nb\r\n", "-a\n+A\n", "A\r\nb\r\n"),
    ("what follows belongs to another file", "a\n", "-a\n+b\n*** Update File: other\n-x", "b\n"),
    ("no change at all", "a\n", "", "a\n"),
    ("into an empty text", "", "+a\n+b", "a\nb\n"),
]


@pytest.mark.parametrize(("text", "diff", "expected"), [case[1:] for case in FITS], ids=[case[0] for case in FITS])
def test_a_diff_changes_what_it_says(text: str, diff: str, expected: str) -> None:
    """A model's edit must land in the place that it means, and nowhere else."""
    assert apply_diff(text, diff) == expected


def test_a_new_file_is_made_of_its_lines() -> None:
    """There is no text yet to find a place in."""
    assert apply_diff("ignored", "+a\n+\n+b\n", mode="create") == "a\n\nb"


FAILS: list[tuple[str, str, str, str, str]] = [
    ("lines that are not there", "a\n", "-b\n+c", "default", "b"),
    ("a line without a sign", "a\n", "a\n", "default", "'a'"),
    ("another command", "a\n", " a\n*** Rename: b", "default", r"\*\*\* Rename: b"),
    ("a header with nothing below", "a\n", "@@ a\n", "default", "Nothing stands below '@@ a'"),
    ("one of several anchors missing", "a\nb\n", "@@ a\n@@ x\n-b", "default", "no line 'x'"),
    ("a second place without a header", "a\nb\n", "-a\n*** End of File\n-b", "default", "needs an '@@' line"),
    ("a new file with other signs", "", "+a\n-b", "create", "'-b'"),
]


@pytest.mark.parametrize(
    ("text", "diff", "mode", "said"), [case[1:] for case in FAILS], ids=[case[0] for case in FAILS]
)
def test_a_diff_that_does_not_fit_says_where(text: str, diff: str, mode: str, said: str) -> None:
    """The model reads the message, and can only mend what it is told of."""
    with pytest.raises(PatchError, match=said) as caught:
        apply_diff(text, diff, mode=mode)  # type: ignore[arg-type]
    assert isinstance(caught.value, (AgentsException, ValueError))


LINES = st.lists(st.sampled_from(["a", "b", " indented", "", "x = 1", "+plus", "-minus", "@@"]), max_size=12)


@given(before=LINES, after=LINES)
def test_the_diff_of_two_texts_makes_the_second_of_the_first(before: list[str], after: list[str]) -> None:
    """Whatever the lines look like, those of the diff's own signs included."""
    signs = {"  ": " ", "- ": "-", "+ ": "+"}
    told = [signs[line[:2]] + line[2:] for line in difflib.ndiff(before, after) if line[:2] in signs]
    assert apply_diff("\n".join(before), "\n".join(["@@", *told]) if told else "").split("\n") == (
        after or [""] if before else [*after, ""]
    )
