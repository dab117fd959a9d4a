"""Tool names that the service would refuse."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.exceptions import UserError
from agents.protocols.anthropic_messages.names import from_wire, to_wire

NAMES = st.text(st.sampled_from("au0f02e_-. ü😀"), min_size=1, max_size=12) | st.just("final_output")


@settings(max_examples=200, deadline=None)
@given(NAMES)
def test_every_name_comes_back_as_it_was(name: str) -> None:
    """The answer is read without the request: what the model calls must tell the tool by itself."""
    wire = to_wire(name)
    assert re.fullmatch(r"[a-zA-Z0-9_-]{1,128}", wire)
    assert from_wire(wire) == name
    assert wire != "final_output"


@pytest.mark.parametrize("name", ["", "x" * 129, "." * 19])
def test_a_name_without_a_spelling_is_an_error_that_says_so(name: str) -> None:
    """A name that is cut could be that of another tool."""
    with pytest.raises(UserError, match="rename the tool"):
        to_wire(name)


@pytest.mark.parametrize("wire", ["get_weather", "_u110000-", "_ud800-", "_uffffff-"])
def test_what_is_no_escape_is_left_alone(wire: str) -> None:
    """A model may make up names; reading one must not fail."""
    assert from_wire(wire) == wire
