"""The simulator as an HTTP server on loopback: its life, its record of requests, and how faults reach the
socket.

Above: tests, benchmarks, `agents simulate`. Below: :mod:`.delivery`, the protocol modules (pure), the script,
the assistant.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import itertools
import json
import threading
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, TypeVar

from aiohttp import web

from . import anthropic, gemini, openai_chat, openai_responses
from .assistant import answer as assistant_answer
from .delivery import Outgoing, Pace, deliver
from .script import Ask, ErrorInStream, Fault, HttpError, Raw, Reply, Script, ScriptItem
from .wire import Call, House, Refused, Route, Settled, WireProtocol, encoded

__all__ = ["PROTOCOLS", "RecordedRequest", "Simulator", "serve_in_thread"]

PROTOCOLS: tuple[WireProtocol, ...] = (openai_chat, openai_responses, anthropic, gemini)
"""Every protocol that is served. One more is one module and one entry here."""

Kept = TypeVar("Kept")


@dataclass(frozen=True)
class RecordedRequest:
    """A request as it came in, accepted or not. Headers hold keys, so they stay out of the repr."""

    protocol: str
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str] = field(repr=False)
    body: Any
    model: str | None = None
    stream: bool = False


class Simulator:
    """A server that speaks the vendors' wire protocols as strictly as they do.

    Use it as an async context manager, or `serve_in_thread` from code without an event loop.

    Args:
        keys: The API keys it accepts.
        unknown_models: Model names it answers with the vendor's 404; so it does names that begin with
            `no-such-`.
        host: Address to listen on.
        port: Port to listen on; 0 takes a free one.
        chop: Write bodies and streams in pieces of this many bytes, so that events are cut anywhere.
        token_delay: Seconds between the events of a stream.
        stream_tokens: At most this many fragments for each text of a stream; default one a word.
        strict_script: Answer 500 when the script has run out, instead of letting the assistant answer.
        reasoning_field: Behave as an OpenAI-compatible server that shows its reasoning in this message
            field (say
            `reasoning_content`), and takes the field back.
        observer: Called with each request and the status of its answer.
    """

    def __init__(
        self,
        *,
        keys: Collection[str] = ("sim-key",),
        unknown_models: Collection[str] = (),
        host: str = "127.0.0.1",
        port: int = 0,
        chop: int | None = None,
        token_delay: float = 0.0,
        stream_tokens: int | None = None,
        strict_script: bool = False,
        reasoning_field: str | None = None,
        observer: Callable[[RecordedRequest, int], None] | None = None,
    ) -> None:
        self.host, self.port = host, port
        self._pace, self._strict_script = Pace(chop, token_delay), strict_script
        self.requests: list[RecordedRequest] = []
        """Every request so far (the last ten thousand of them)."""
        self.refusals: list[tuple[RecordedRequest, Refused]] = []
        """The requests that were refused as the real service would refuse them, and why."""
        self.disconnects = 0
        """How many times a client left before its answer was complete."""
        self.active = 0
        """Requests being answered now."""
        self.api_key = next(iter(keys), "")
        self._house = House(keys, unknown_models, stream_tokens, reasoning_field)
        self._script = Script()
        self._observer = observer
        self._runner: web.AppRunner | None = None
        self._closing = asyncio.Event()
        self._waiters: list[concurrent.futures.Future[None]] = []
        self._lock = threading.Lock()

    # --- life ---

    async def start(self) -> Simulator:
        """Begin to listen."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._closing = asyncio.Event()
        # Cancelling the handler when its client leaves is how an abandoned stream is noticed at once.
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, self.host, self.port).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def stop(self) -> None:
        """Release what stalls, close every connection, and stop listening."""
        self._closing.set()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Simulator:
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    # --- where it is ---

    @property
    def url(self) -> str:
        """The root, such as `http://127.0.0.1:8000`."""
        return f"http://{self.host}:{self.port}"

    @property
    def openai_base_url(self) -> str:
        """What the OpenAI client and LiteLLM's `openai/` models take."""
        return f"{self.url}/v1"

    @property
    def anthropic_base_url(self) -> str:
        """What the Anthropic client and LiteLLM's `anthropic/` models take."""
        return self.url

    @property
    def gemini_base_url(self) -> str:
        """What the Google client takes; for LiteLLM's `gemini/` models this or `.../v1beta`."""
        return self.url

    # --- what it says, and what it heard ---

    def script(self, *items: ScriptItem, model: str | None = None) -> Simulator:
        """Queue what to answer next: to everybody, or to requests for one model name."""
        self._script.add(items, model)
        return self

    @property
    def unsaid(self) -> int:
        """How many script items nobody has asked for yet."""
        return self._script.left()

    @property
    def open_connections(self) -> int:
        """Connections that are open now, idle ones included."""
        server = self._runner.server if self._runner else None
        return len(server.connections) if server else 0

    def reset(self) -> None:
        """Forget recorded requests, refusals and the rest of the script."""
        self.requests.clear()
        self.refusals.clear()
        self._script.clear()
        self.disconnects = 0

    async def wait_idle(self, timeout: float = 10.0) -> None:
        """Return once no request is being answered; `TimeoutError` if a client still holds one open."""
        try:
            await asyncio.wait_for(asyncio.wrap_future(self._idle()), timeout)
        except asyncio.TimeoutError as exc:
            raise TimeoutError(f"{self.active} request(s) still open after {timeout} s") from exc

    def wait_idle_blocking(self, timeout: float = 10.0) -> None:
        """`wait_idle` for code without an event loop, when the server runs in its own thread."""
        try:
            self._idle().result(timeout)
        except concurrent.futures.TimeoutError as exc:
            raise TimeoutError(f"{self.active} request(s) still open after {timeout} s") from exc

    def _idle(self) -> concurrent.futures.Future[None]:
        future: concurrent.futures.Future[None] = concurrent.futures.Future()
        with self._lock:
            if self.active:
                self._waiters.append(future)
            else:
                future.set_result(None)
        return future

    def _count(self, step: int) -> None:
        with self._lock:
            self.active += step
            woken, self._waiters = ([], self._waiters) if self.active else (self._waiters, [])
        for future in woken:
            if not future.done():
                future.set_result(None)

    # --- one request ---

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self._count(+1)
        try:
            return await self._serve(request)
        except (asyncio.CancelledError, ConnectionError):
            self.disconnects += not self._closing.is_set()
            raise
        finally:
            self._count(-1)

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        call = Call(request.method, request.path, dict(request.query), headers, body)
        protocol, route = _routed(call)
        request_id = self._house.mint("req_")
        record = _recorded(call, protocol, route)
        _keep(self.requests, record)
        try:
            if route is None:
                message = f"Invalid URL ({call.method} {call.path})"
                raise Refused(404, message, "invalid_request_error", param=None)
            out = self._perform(protocol, protocol.read(call, route, self._house), request_id)
        except Refused as refused:
            _keep(self.refusals, (record, refused))
            out = _failure(protocol, refused, request_id)
        if self._observer:
            self._observer(record, out.status)
        return await deliver(request, out, self._pace, self._closing)

    def _perform(self, protocol: WireProtocol, ask: Ask | Settled, request_id: str) -> Outgoing:
        """Take the next item of the script, or the assistant's answer, and render it."""
        if isinstance(ask, Settled):
            return Outgoing(200, protocol.headers(request_id), [encoded(ask.body)])
        item = self._script.next(ask)
        if item is None and self._strict_script:
            item = HttpError(500, "The simulator's script has run out.")
        if isinstance(item, Raw):
            return _verbatim(item)
        if isinstance(item, HttpError):
            refused = Refused(item.status, item.message or f"Simulated {item.status}", item.type, item.code)
            return _failure(protocol, refused, request_id, item)
        reply = item if isinstance(item, Reply) else assistant_answer(ask)
        if isinstance(item, Fault):
            reply = replace(reply, faults=(item,))
        return self._rendered(protocol, ask, reply, request_id)

    def _rendered(self, protocol: WireProtocol, ask: Ask, reply: Reply, request_id: str) -> Outgoing:
        headers = {**protocol.headers(request_id), **ask.wire.get("headers", {}), **reply.headers}
        broken = next((fault for fault in reply.faults if isinstance(fault, ErrorInStream)), None)
        refused = Refused(broken.status, broken.message, broken.type, broken.code) if broken else None
        if ask.stream:
            events = protocol.stream(ask, reply, self._house)
            if broken and refused:
                # The failure is worded when its turn comes: some protocols number their events.
                failure = (protocol.error_event(ask, told, request_id) for told in [refused])
                events = itertools.chain(itertools.islice(events, broken.after), failure)
            return Outgoing(200, headers, events, True, reply.faults)
        body = protocol.error(refused, request_id) if refused else protocol.plain(ask, reply, self._house)
        return Outgoing(200, headers, [encoded(body)], False, reply.faults)


def _failure(protocol: WireProtocol, refused: Refused, request_id: str, given: HttpError | None = None) -> Outgoing:
    headers = {**protocol.headers(request_id), **(given.headers if given else {})}
    body = given.body if given else None
    return Outgoing(refused.status, headers, [encoded(protocol.error(refused, request_id) if body is None else body)])


def _keep(kept: list[Kept], item: Kept) -> None:
    """Append, and forget the oldest: a server that runs for days must not fill the memory."""
    kept.append(item)
    del kept[:-10_000]


def _routed(call: Call) -> tuple[WireProtocol, Route | None]:
    for protocol in PROTOCOLS:
        route = protocol.route(call.method, call.path, call.query)
        if route is not None:
            return protocol, route
    return PROTOCOLS[0], None


def _recorded(call: Call, protocol: WireProtocol, route: Route | None) -> RecordedRequest:
    try:
        body = json.loads(call.body)
    except ValueError:
        body = None
    said = body if isinstance(body, dict) else {}
    return RecordedRequest(
        protocol=protocol.NAME if route else "unknown",
        method=call.method,
        path=call.path,
        query=call.query,
        headers=call.headers,
        body=body,
        model=(route.model if route else None) or said.get("model"),
        stream=bool(said.get("stream") if route is None or route.stream is None else route.stream),
    )


def _verbatim(raw: Raw) -> Outgoing:
    if raw.events is None:
        return Outgoing(raw.status, raw.headers, [encoded(raw.body)])
    events = (e if isinstance(e, bytes) else b"data: " + encoded(e) + b"\n\n" for e in raw.events)
    return Outgoing(raw.status, raw.headers, events, True)


@contextmanager
def serve_in_thread(**options: Any) -> Iterator[Simulator]:
    """A running `Simulator` for code without an event loop; it lives in a thread of its own."""
    sim = Simulator(**options)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="simulator", daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(sim.start(), loop).result()
        yield sim
    finally:
        asyncio.run_coroutine_threadsafe(sim.stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
