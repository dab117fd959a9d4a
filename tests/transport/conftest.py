"""A simulator for whatever speaks proper HTTP; faults below it are :mod:`.raw_server`'s."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from agents.testing.simulator import Simulator


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    """A simulator with default options."""
    async with Simulator() as simulator:
        yield simulator
