"""What may be installed beside the package."""

from __future__ import annotations

from importlib.metadata import requires

import pytest
from packaging.requirements import Requirement


@pytest.mark.parametrize("stolen", ["1.82.7", "1.82.8"])
def test_litellms_stolen_releases_are_outside_the_range(stolen: str) -> None:
    """They were published in March 2026 by someone who wanted keys; no user should get one through us."""
    wanted = [Requirement(line) for line in requires("polyglot-agents") or ()]
    ranges = [each.specifier for each in wanted if each.name == "litellm"]
    assert ranges
    assert not [each for each in ranges if stolen in each]
