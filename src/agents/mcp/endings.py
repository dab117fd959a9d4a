"""For ``mcp`` 1: an HTTP answer that breaks off becomes one that says so.

That line of the package drops the end of a stream unseen that held no result, and a call whose server died would wait
until its time is over. It goes on by itself where the server has numbered its events. 2.x tells of such ends.
``server`` lets its client call ``tell_of_the_end`` with each response.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable
from functools import cache
from typing import Any, TypeAlias

from .library import CONNECTION_CLOSED, http_library, is_second_line

Ending: TypeAlias = Callable[[Any, bytes], AsyncIterator[bytes]]
"""Makes of a stream, and of the error that stands for a result, a stream that has either."""

_EVENT_ID = re.compile(rb"(?:^|[\r\n])id:")
_LONGEST_PART = 4
"""How much of a chunk may be the beginning of what the pattern looks for."""


async def tell_of_the_end(response: Any) -> None:
    """See to it that the answer to a request is whole, or says that it is not."""
    if is_second_line() or response.request.method != "POST" or "content-encoding" in response.headers:
        return
    ending = _ENDINGS.get(response.headers.get("content-type", "").partition(";")[0].strip().lower())
    asked = json.loads(response.request.content)
    if ending is None or "id" not in asked or "method" not in asked:
        return
    error = {"code": CONNECTION_CLOSED, "message": "Connection closed"}
    told = json.dumps({"jsonrpc": "2.0", "id": asked["id"], "error": error}).encode()
    response.stream = _stream_class()(response.stream, ending, told)


async def of_events(stream: Any, error: bytes) -> AsyncIterator[bytes]:
    """Whoever has found a result reads no further: an end that is reached came too early."""
    before, is_numbered = b"", False
    try:
        async for chunk in stream:
            is_numbered = is_numbered or _EVENT_ID.search(before + chunk) is not None
            before = chunk[-_LONGEST_PART:]
            yield chunk
    except Exception:
        if is_numbered:
            raise
    if not is_numbered:
        yield b"\n\nevent: message\ndata: " + error + b"\n\n"


async def of_one_object(stream: Any, error: bytes) -> AsyncIterator[bytes]:
    """All of it or the error: half an object could not be read."""
    try:
        body = b"".join([chunk async for chunk in stream])
    except Exception:  # noqa: BLE001 - of whatever kind: there is no whole answer
        body = error
    yield body


_ENDINGS: dict[str, Ending] = {"text/event-stream": of_events, "application/json": of_one_object}


@cache
def _stream_class() -> type[Any]:
    """The class of streams that the HTTP library takes: it asks for one of its own."""
    base: Any = http_library().AsyncByteStream

    class Ended(base):  # type: ignore[misc]
        def __init__(self, stream: Any, ending: Ending, error: bytes) -> None:
            self._stream = stream
            self._chunks = ending(stream, error)

        def __aiter__(self) -> AsyncIterator[bytes]:
            return self._chunks

        async def aclose(self) -> None:
            await self._stream.aclose()

    return Ended
