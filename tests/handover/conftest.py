"""One strict simulator serves all vendors of the handover matrix; agents run as in the tests of models."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from agents.testing.simulator import Simulator

from ..conformance.columns import close_clients


@pytest.fixture
async def sim() -> AsyncIterator[Simulator]:
    """A strict simulator: what it refuses as the real services do, we should not have sent."""
    async with Simulator() as simulator:
        yield simulator
        await close_clients()
        assert not simulator.refusals
        assert not simulator.unsaid
