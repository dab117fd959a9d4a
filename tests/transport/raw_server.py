"""A server that says the bytes of a test and nothing else, for what no well-behaved server can be brought to do."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Say:
    """Bytes, each piece in a packet of its own, and what becomes of the connection then."""

    pieces: Sequence[bytes] = ()
    then: Literal["keep", "close", "reset", "stall"] = "keep"


@dataclass(frozen=True)
class Heard:
    """A request as it came."""

    line: str
    headers: dict[str, str]
    body: bytes


def answer(body: bytes, status: str = "200 OK", kind: str = "application/json", **headers: str) -> bytes:
    """A whole HTTP answer; underscores in header names become dashes."""
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {len(body)}\r\n{more}\r\n".encode() + body


def head(kind: str = "text/event-stream", **headers: str) -> bytes:
    """The head of an answer whose body comes in chunks."""
    more = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ntransfer-encoding: chunked\r\n{more}\r\n".encode()


def chunk(data: bytes) -> bytes:
    """One chunk of such a body; the empty one is its end."""
    return b"%x\r\n%s\r\n" % (len(data), data)


class RawServer:
    """Answers each request with the next thing that it was told to say; the last one it says again and again."""

    def __init__(self, *says: Say | bytes, tls: ssl.SSLContext | None = None, deaf: bool = False) -> None:
        self.says = deque(say if isinstance(say, Say) else Say([say]) for say in says)
        self.heard: list[Heard] = []
        self.connections = 0
        self._tls = tls
        self._deaf = deaf  # reads nothing of a body
        self._over = asyncio.Event()
        self._said = asyncio.Event()
        self._writers: set[asyncio.StreamWriter] = set()
        self._closed = asyncio.Event()

    async def __aenter__(self) -> RawServer:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=self._tls)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._server.close()
        self._over.set()
        for writer in self._writers:
            writer.transport.abort()
        await self.wait_closed()

    @property
    def url(self) -> str:
        """Where it lives."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def open(self) -> int:
        """Connections that are open now."""
        return len(self._writers)

    async def wait_said(self, seconds: float = 5) -> None:
        """Return once an answer has been said, as far as it goes."""
        await asyncio.wait_for(self._said.wait(), seconds)

    async def wait_closed(self, seconds: float = 5) -> None:
        """Return once no connection is open any more."""
        while self.open:
            self._closed.clear()
            await asyncio.wait_for(self._closed.wait(), seconds)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        try:
            with contextlib.suppress(OSError, EOFError):  # the client may leave whenever it likes
                await self._converse(reader, writer)
        finally:
            writer.close()
            self._writers.discard(writer)
            self._closed.set()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._deaf:
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            await self._over.wait()
            return
        while True:
            self.heard.append(await _request(reader))
            say = self.says.popleft() if len(self.says) > 1 else self.says[0]
            for piece in say.pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0.001)  # let the piece travel by itself
            self._said.set()
            if say.then == "stall":
                await reader.read()  # until the client hangs up
            if say.then == "reset":
                linger = struct.pack("ii", 1, 0)  # a linger time of zero turns the close into a reset
                writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                writer.transport.abort()
            if say.then != "keep":
                return


async def _request(reader: asyncio.StreamReader) -> Heard:
    lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:] if line)}
    return Heard(lines[0], headers, await reader.readexactly(int(headers.get("content-length", 0))))
