"""Server-sent events: bytes in, the ``data`` of each event out. Pure: no socket, no clock.

Above: :mod:`.http_exchange`, which feeds it what the socket gives. The rules are WHATWG's, "Server-sent events",
section 9.2.6, "Interpreting an event stream". Names of events, ids and reconnection times are read over: every
protocol here says in the data what it is, and nobody reconnects in the middle of an answer.
"""

from __future__ import annotations

_BOM = b"\xef\xbb\xbf"


class SSEReader:
    """Reads one event stream, cut anywhere."""

    __slots__ = ("_after_cr", "_data", "_more", "_opening", "_pieces")

    def __init__(self) -> None:
        self._opening: bytes | None = b""  # what may yet become a byte order mark; None behind the start
        self._after_cr = False
        self._pieces: list[bytes] = []  # of a line whose end has not come: joined once, so that long lines stay cheap
        self._data: bytes | None = None  # the first data line of an event whose end has not come
        self._more: list[bytes] = []  # its other data lines; few events have any

    def feed(self, chunk: bytes) -> list[bytes]:
        """Read on: the data of every event that is complete now."""
        if self._opening is not None:
            chunk = self._without_bom(chunk)
        if self._after_cr and chunk:
            self._after_cr = False
            chunk = chunk.removeprefix(b"\n")  # the other half of a line end that was cut in two
        if b"\r" in chunk:
            self._after_cr = chunk.endswith(b"\r")
            chunk = chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        lines, end, rest = chunk.rpartition(b"\n")
        if end and self._pieces:
            lines = b"".join((*self._pieces, lines))
            self._pieces.clear()
        if rest:
            self._pieces.append(rest)
        return self._read(lines.split(b"\n")) if end else []

    def close(self) -> bytes | None:
        """The stream has ended: the data of an event whose end never came, if there is any.

        WHATWG drops it. Some services forget the blank line behind their last event, so the caller may look whether
        it is whole.
        """
        unfinished = self._read([b"".join(self._pieces), b""])
        self._pieces.clear()
        return unfinished[0] if unfinished else None

    def _without_bom(self, chunk: bytes) -> bytes:
        start = (self._opening or b"") + chunk
        if len(start) < len(_BOM) and _BOM.startswith(start):
            self._opening = start
            return b""
        self._opening = None
        return start.removeprefix(_BOM)

    def _read(self, lines: list[bytes]) -> list[bytes]:
        events = []
        data, more = self._data, self._more
        for line in lines:
            if not line:
                if data is not None:
                    events.append(b"\n".join((data, *more)) if more else data)
                    data = None
                    more.clear()
                continue
            if line[:6] == b"data: ":
                value = line[6:]
            elif line[:5] == b"data:":
                value = line[5:]
            elif line == b"data":
                value = b""
            else:
                continue
            if data is None:
                data = value
            else:
                more.append(value)
        self._data = data
        return events
