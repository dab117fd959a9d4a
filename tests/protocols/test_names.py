"""Tool names that a service would refuse."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.exceptions import UserError
from agents.protocols.names import ANTHROPIC, GEMINI, OPENAI, NameRule

LEGAL = {
    "OpenAI": (OPENAI, r"[a-zA-Z0-9_-]{1,64}"),
    "Anthropic": (ANTHROPIC, r"[a-zA-Z0-9_-]{1,128}"),
    "Gemini": (GEMINI, r"[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}"),
}
NAMES = st.text(st.sampled_from("au0f02e_-. ü😀\ud800"), max_size=200) | st.just("final_output")


@pytest.mark.parametrize(("rule", "legal"), LEGAL.values(), ids=LEGAL)
@given(st.lists(NAMES, unique=True, max_size=5))
def test_every_name_goes_out_legal_and_comes_back_as_it_was(rule: NameRule, legal: str, names: list[str]) -> None:
    """Names come from other systems (MCP servers, say); no user should have to rename what is not theirs."""
    wires = [rule.to_wire(name) for name in names]
    assert all(re.fullmatch(legal, wire) for wire in wires)
    assert "final_output" not in wires
    assert len(set(wires)) == len(names)
    back = rule.own_names(names)
    assert [back.get(wire, wire) for wire in wires] == names


def test_a_legal_name_is_left_as_it_is() -> None:
    """What the model reads should be what the user wrote."""
    assert OPENAI.to_wire("get_weather-2") == "get_weather-2"
    assert GEMINI.to_wire("weather.of:city") == "weather.of:city"
    assert OPENAI.own_names(["get_weather"]) == {}


def test_two_tools_that_cannot_be_told_apart_are_an_error() -> None:
    """A call would go to the wrong one."""
    name = "weather of city"
    with pytest.raises(UserError, match="rename one"):
        OPENAI.own_names([name, OPENAI.to_wire(name)])
