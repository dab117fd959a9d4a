"""How an answer reaches the socket: its bytes, their pace and their cuts, and the faults below HTTP.

Above: :mod:`.server`. Below: aiohttp.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from aiohttp import web

from .script import Disconnect, Fault, Stall, Truncated

__all__ = ["Outgoing", "Pace", "deliver"]


@dataclass(frozen=True)
class Outgoing:
    """A response before it is written: one chunk of a plain body, or the events of a stream."""

    status: int
    headers: Mapping[str, str]
    chunks: Iterable[bytes]
    streamed: bool = False
    faults: Sequence[Fault] = field(default=())


@dataclass(frozen=True)
class Pace:
    """Pieces of how many bytes, and how many seconds between events."""

    chop: int | None
    delay: float


async def deliver(request: web.Request, out: Outgoing, pace: Pace, closing: asyncio.Event) -> web.StreamResponse:
    """Write a response, or as much of it as its faults allow; a stall ends when the client leaves or
    `closing` is set.
    """
    stall = next((fault for fault in out.faults if isinstance(fault, Stall)), None)
    cut = next((fault for fault in out.faults if isinstance(fault, Disconnect)), None)
    if stall and stall.after is None:
        await closing.wait()
        return _break(request, web.Response(), reset=True)
    if cut and cut.after is None:
        return _break(request, web.Response(), reset=True)
    kind = "text/event-stream; charset=utf-8" if out.streamed else "application/json"
    response = web.StreamResponse(status=out.status, headers={"content-type": kind, **out.headers})
    chunks = _truncated(out)
    limit: int | None = None
    if out.streamed:
        limit = stall.after if stall else cut.after if cut else None
    else:
        whole = b"".join(chunks)
        response.content_length = len(whole)
        # Half of a plain body goes out before it stalls or breaks.
        chunks = [whole[: len(whole) // 2] if stall or cut else whole]
    await response.prepare(request)
    await _write(response, chunks, limit, pace)
    if stall:
        await closing.wait()
    if stall or cut:
        return _break(request, response, reset=bool(cut and cut.reset))
    await response.write_eof()
    return response


def _truncated(out: Outgoing) -> Iterable[bytes]:
    short = next((fault for fault in out.faults if isinstance(fault, Truncated)), None)
    if short is None:
        return out.chunks
    whole = b"".join(out.chunks)
    return [whole[: int(len(whole) * short.keep)]]


async def _write(response: web.StreamResponse, chunks: Iterable[bytes], limit: int | None, pace: Pace) -> None:
    for index, chunk in enumerate(chunks):
        if limit is not None and index >= limit:
            return
        if index and pace.delay:
            await asyncio.sleep(pace.delay)
        size = pace.chop or len(chunk) or 1
        for start in range(0, len(chunk), size):
            await response.write(chunk[start : start + size])
            if pace.chop:
                await asyncio.sleep(0)  # let the piece travel by itself


def _break(request: web.Request, response: web.StreamResponse, *, reset: bool) -> web.StreamResponse:
    """Cut the connection below HTTP, so that the client sees no orderly end."""
    transport = request.transport
    if transport is None:
        return response
    sock = transport.get_extra_info("socket")
    if reset and sock is not None:
        # A linger time of zero turns the close into a TCP reset.
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    else:
        transport.close()
    return response
