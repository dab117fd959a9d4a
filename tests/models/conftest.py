"""Models are found and configured on the simulator of the conformance table, with its tool."""

from __future__ import annotations

from ..conformance.conftest import sim as sim
from ..conformance.conftest import weather as weather
