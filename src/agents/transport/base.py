"""What every transport can do."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Any, Protocol

from ..wire_call import WireCall, WireReply


class Transport(Protocol):
    """Carries calls to one service and brings answers back, as bytes or as a client's objects."""

    async def send(self, call: WireCall) -> WireReply:
        """The whole answer.

        Raises:
            ProviderError: The service could not be reached, or did not give an answer.
        """

    def stream(self, call: WireCall) -> AsyncGenerator[Sequence[Any], None]:
        """The frames of a streamed answer, each time as many as have come. Closing the generator hangs up.

        Raises:
            ProviderError: As :meth:`send`, before or within the stream.
        """

    async def close(self) -> None:
        """Let go of connections."""
