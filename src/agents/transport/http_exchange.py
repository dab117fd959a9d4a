"""One request over HTTP, and its answer: whole, or as the frames of a stream.

Above: :mod:`.http`, which tries again where that may help. Below: aiohttp, :mod:`.sse`, :mod:`.http_errors`. What an
answer *is* is read from its first bytes, not from its content type: services send events as plain text, and pages of
HTML as events.
"""

from __future__ import annotations

import asyncio
import io
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import aiohttp
import msgspec
from multidict import CIMultiDict
from yarl import URL

from ..error_map import redact, request_id, reword, status_error
from ..exceptions import AuthenticationError, ProviderError, ProviderProtocolError, ProviderStatusError
from ..wire_call import WireReply
from .client_errors import cause
from .http_errors import FOREIGN, failure, secrets_of
from .http_retry import passes
from .sse import SSEReader

if sys.version_info >= (3, 11):
    from asyncio import timeout
else:  # aiohttp brings it where Python has none
    from async_timeout import timeout  # type: ignore[import-not-found, unused-ignore]

_DONE = b"[DONE]"
"""What ends the streams of Chat Completions; it is no JSON."""
_NOWHERE = frozenset({404, 405})
"""What a server says that has nothing at this address, or nothing that can be posted to."""
_KEPT = 2000
"""How many bytes of an unreadable answer an exception keeps."""
_LARGEST_ERROR = 256 * 1024
_ERROR_PATIENCE = 10.0
_LAST_PATIENCE = 1.0
"""Seconds to wait for the end of an error's body, and of a stream that has said all, so that its connection can be
used again."""
_BUFFERED = 2**16
"""Bytes: smaller bodies never wait for the service to read them, as asyncio buffers so much."""
_LARGE = 2**20
"""Bytes: aiohttp sends larger bodies in pieces, and wants them as files."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait at most; ``None`` for as long as it takes. ``ModelSettings.timeout`` bounds the whole call."""

    connect: float | None = 10.0
    """Until the connection stands, TLS and proxy included."""
    first_byte: float | None = 600.0
    """From then on until the first byte of the answer: models think."""
    between_bytes: float | None = 600.0
    """From one piece of the answer to the next: a model may think in the middle of one, and some services send nothing
    then. As long as OpenAI's and Anthropic's own clients wait."""


@dataclass(frozen=True, slots=True)
class Line:
    """How one service is reached."""

    provider: str
    secrets: Sequence[str]
    timeouts: Timeouts
    proxy: URL | None
    key_hint: str = ""
    """What to say of the key where it is refused: where it comes from."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent, ready for the socket."""

    url: URL
    headers: CIMultiDict[str]
    body: bytes


class Exchange:
    """One request and its answer. Whoever makes one closes it."""

    __slots__ = (
        "_begun",
        "_closed",
        "_done",
        "_ended",
        "_head",
        "_heard",
        "_line",
        "_patience",
        "_plain",
        "_reader",
        "_request",
        "_response",
        "_session",
        "passing",
    )

    def __init__(self, session: aiohttp.ClientSession, line: Line, request: Request) -> None:
        self.passing = False
        """Once it has failed: whether another try may fare better."""
        self._session = session
        self._line = line
        self._request = request
        self._response: aiohttp.ClientResponse | None = None
        self._closed: asyncio.Future[None] | None = None  # of its connection
        self._patience = line.timeouts.first_byte
        self._heard = False  # whether a byte of the answer's body has come
        self._reader = SSEReader()
        self._head = bytearray()  # of an answer without an event, so far: kept for the exception
        self._plain: bool | None = None  # whether it is one JSON document; unknown until a byte says so
        self._begun = self._done = self._ended = False

    @property
    def request_id(self) -> str | None:
        """The service's id for the request, once its answer has begun."""
        return request_id(self._response.headers) if self._response else None

    def close(self) -> None:
        """Hang up, unless the answer has come to its end: then the connection is in the pool already."""
        if self._closed is not None:
            self._closed.remove_done_callback(self._lost)
        if self._response is not None and not self._response.closed:
            self._response.close()

    async def whole(self) -> WireReply:
        """The answer to a plain call."""
        try:
            response = await self._open()
            content = response.content
            body = await content.readany()
            if not content.at_eof():
                self._allow(self._line.timeouts.between_bytes)
                pieces = [body]
                while piece := await content.readany():
                    pieces.append(piece)
                body = b"".join(pieces)
        except FOREIGN as error:
            raise self._failed(error) from cause(error, self.secrets())
        if body.lstrip()[:1] not in (b"{", b"["):
            raise self._unreadable("JSON", body)
        return WireReply(body, request_id(response.headers))

    async def frames(self) -> list[bytes]:
        """The next frames of a stream, as many as have come; none at its end."""
        try:
            response = self._response or await self._open()
            while not self._ended:
                if self._done:
                    await self._see_off(response)
                    break
                chunk = await response.content.readany()
                if frames := self._take(chunk) if chunk else self._last():
                    return frames
        except FOREIGN as error:
            raise self._failed(error) from cause(error, self.secrets())
        return []

    async def _open(self) -> aiohttp.ClientResponse:
        if len(self._request.body) < _BUFFERED:
            response = await self._post()
        else:  # aiohttp's clock starts when all is sent, and a service that does not read keeps that from happening
            connect, first_byte = self._line.timeouts.connect, self._line.timeouts.first_byte
            async with timeout(None if connect is None or first_byte is None else connect + first_byte):
                response = await self._post()
        if response.status >= 300:
            raise await self._refusal(response)
        return response

    async def _post(self) -> aiohttp.ClientResponse:
        request, limits = self._request, self._line.timeouts
        self._response = await self._session.post(
            request.url,
            data=request.body if len(request.body) < _LARGE else io.BytesIO(request.body),
            headers=request.headers,
            timeout=aiohttp.ClientTimeout(connect=limits.connect, sock_read=limits.first_byte),
            proxy=self._line.proxy,
            allow_redirects=False,
        )
        if not self._response.content.is_eof():
            self._watch(self._response)
        return self._response

    def _watch(self, response: aiohttp.ClientResponse) -> None:
        """Hear of the end of the connection: aiohttp does not tell its readers when it closes one over a chunk that it
        cannot parse, or with its pool.
        """
        protocol = response.connection.protocol if response.connection else None
        if protocol is not None and (closed := protocol.closed) is not None:
            self._closed = closed
            closed.remove_done_callback(_heed)  # the connection's last answer left it there
            closed.add_done_callback(_heed)
            closed.add_done_callback(self._lost)

    def _lost(self, _: asyncio.Future[None]) -> None:
        content = self._response.content if self._response else None
        if content is not None and not content.is_eof() and content.exception() is None:
            content.set_exception(aiohttp.ClientPayloadError("Connection closed."))

    async def _refusal(self, response: aiohttp.ClientResponse) -> ProviderError:
        provider, headers = self._line.provider, response.headers
        if response.status < 400:  # following it might carry the key to a stranger
            where = redact(headers.get("location", "nowhere"), self.secrets())
            message = f"The service redirects to {where}: if that is where it lives now, make it the base URL."
            return ProviderProtocolError(
                message, provider=provider, status=response.status, request_id=request_id(headers)
            )
        body = bytearray()
        self._allow(_ERROR_PATIENCE)
        try:
            while len(body) < _LARGEST_ERROR and (piece := await response.content.readany()):
                body += piece
        except FOREIGN:
            pass  # the status stands, however much of its explanation has come
        error = status_error(provider, response.status, headers, bytes(body), secrets=self.secrets(), now=time.time())
        if hint := self._hint(error):
            reword(error, f"{error.message.rstrip('.')}. {hint}")
        self.passing = passes(error, headers.get("x-should-retry"))
        return error

    def _hint(self, error: ProviderStatusError) -> str:
        """What the service cannot know of its refusal, and the user wants to."""
        if error.status in _NOWHERE and error.code != "model_not_found":
            asked = redact(str(self._request.url.with_query(None).with_user(None)), self.secrets())
            return f"Asked was {asked}: are the base URL and the model's name right?"
        return self._line.key_hint if isinstance(error, AuthenticationError) else ""

    def _take(self, chunk: bytes) -> list[bytes]:
        """The frames that are complete with these bytes."""
        if not self._heard:
            self._allow(self._line.timeouts.between_bytes)
        if self._plain is None and (first := chunk.lstrip()[:1]):
            self._plain = first in (b"{", b"[")
        if not self._begun and (self._plain or len(self._head) < _KEPT):
            self._head += chunk
        return [] if self._plain else self._data(self._reader.feed(chunk))

    def _data(self, events: list[bytes]) -> list[bytes]:
        """What a codec can read, up to the mark of the end."""
        if not events:
            return events
        self._begun = True
        for index, data in enumerate(events):
            if data.startswith(_DONE):
                self._done = True
                events = events[:index]
                break
        return [data for data in events if data]

    def _last(self) -> list[bytes]:
        """What the end of the stream leaves to be said."""
        self._ended = True
        if self._plain:  # the service did not stream
            return [bytes(self._head)]
        rest = self._reader.close()
        frames = self._data([rest]) if rest is not None and (_is_json(rest) or rest.startswith(_DONE)) else []
        if not self._begun:
            raise self._unreadable("a stream of events", bytes(self._head))
        return frames

    async def _see_off(self, response: aiohttp.ClientResponse) -> None:
        """Read on to the end of HTTP, so that the connection can be used again; who has more to say is cut off."""
        self._ended = True
        try:
            if not response.content.at_eof():
                self._allow(_LAST_PATIENCE)
                await response.content.readany()
        except FOREIGN:
            pass  # the answer is complete

    def _allow(self, seconds: float | None) -> None:
        """The answer has begun: from now on wait so long for each byte."""
        self._heard, self._patience = True, seconds
        connection = self._response.connection if self._response else None
        protocol = connection.protocol if connection else None
        if protocol is not None:  # an idle one has length 0
            protocol.read_timeout = seconds
            protocol.start_timeout()

    def _failed(self, error: BaseException) -> ProviderError:
        headers = self._response.headers if self._response else {}
        what = "In the middle of its answer the service sent nothing" if self._heard else "The service did not answer"
        waited = what if self._patience is None else f"{what} within {self._patience:g} seconds."
        error, self.passing = failure(
            error,
            provider=self._line.provider,
            secrets=self.secrets(),
            request_id=request_id(headers),
            waited=waited,
        )
        return error

    def _unreadable(self, wanted: str, body: bytes) -> ProviderProtocolError:
        assert self._response is not None
        headers = self._response.headers
        kind = headers.get("content-type", "no content type")
        start = redact(body[: 2 * _KEPT].decode("utf-8", "backslashreplace"), self.secrets())[:_KEPT]
        return ProviderProtocolError(
            f"The service should have answered with {wanted}; it sent {kind}: {start[:200] or 'nothing'!r}.",
            provider=self._line.provider,
            status=self._response.status,
            request_id=request_id(headers),
            body=start,
        )

    def secrets(self) -> list[str]:
        """The texts that no error may show."""
        request = self._request
        found = {*self._line.secrets, *secrets_of(request.headers, request.url.query)}
        return [secret for secret in found if secret]


def _heed(closed: asyncio.Future[None]) -> None:
    """Take note of how a connection ended, or asyncio complains that nobody did."""
    if not closed.cancelled():
        closed.exception()


def _is_json(data: bytes) -> bool:
    try:
        msgspec.json.decode(data)
    except (msgspec.MsgspecError, RecursionError):
        return False
    return True
