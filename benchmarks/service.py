"""The service that all contenders ask: answers that are made beforehand, sent by the least code that HTTP needs.

The answers are the simulator's own, recorded when they are first asked for, so that they look like a real service's;
sending them again costs next to nothing, so that 64 clients wait for themselves and not for the service. A stream goes
out in one go, each event in its own HTTP chunk.

What is answered depends on the request alone: a call of ``get_weather`` where a tool is offered and no result has come
yet, else a line or, in streams, 200 tokens. A model named ``tokens-5000`` streams so many; ``arguments-100000`` calls
``save`` with so many bytes.

Prints its address, and stops when its standard input is closed.
"""

from __future__ import annotations

import asyncio
import http.client
import json
import sys
from functools import lru_cache
from typing import Any, NamedTuple

from agents.testing.simulator import Reply, Simulator, Text, ToolCall, serve_in_thread

PATH = "/v1/chat/completions"
KEY = "sim-key"


class Kind(NamedTuple):
    """All that an answer depends on."""

    stream: bool
    calls: bool
    model: str

    @classmethod
    def of(cls, body: dict[str, Any]) -> Kind:
        answered = any(message["role"] == "tool" for message in body["messages"])
        return cls(bool(body.get("stream")), bool(body.get("tools")) and not answered, body["model"])

    def reply(self) -> Reply:
        name, _, amount = self.model.partition("-")
        if self.calls and name == "arguments":
            return Reply([ToolCall("save", {"text": "x" * int(amount)})])
        if self.calls:
            return Reply([ToolCall("get_weather", {"city": "Tokyo", "days": 2})])
        if self.stream and name in ("tokens", "gpt"):
            tokens = int(amount) if name == "tokens" else 200
            return Reply([Text(pieces=[f"word{number} " for number in range(tokens)])])
        return Reply(["It is 22 degrees and sunny in Tokyo."])


class Recorder:
    """Asks the simulator once for each kind of answer."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self.answer = lru_cache(maxsize=None)(self._answer)

    def _answer(self, kind: Kind) -> bytes:
        self._simulator.script(kind.reply())
        body: dict[str, Any] = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Tell me."}]}
        if kind.stream:
            body |= {"stream": True, "stream_options": {"include_usage": True}}
        if kind.calls:
            names = ("get_weather", "save")
            empty = {"type": "object", "properties": {}}
            body["tools"] = [{"type": "function", "function": {"name": name, "parameters": empty}} for name in names]
        connection = http.client.HTTPConnection(self._simulator.host, self._simulator.port)
        headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
        connection.request("POST", PATH, json.dumps(body), headers)
        response = connection.getresponse()
        said = response.read()
        connection.close()
        assert response.status == 200, said
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {response.headers['content-type']}\r\nX-Request-Id: req_1\r\n"
        if not kind.stream:
            return f"{head}Content-Length: {len(said)}\r\n\r\n".encode() + said
        events = [event + b"\n\n" for event in said.split(b"\n\n") if event]
        chunks = b"".join(b"%x\r\n%b\r\n" % (len(event), event) for event in events)
        return f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + chunks + b"0\r\n\r\n"


class Connection(asyncio.Protocol):
    """One client: requests one after the other, each with a ``Content-Length``."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._received = bytearray()
        self._wanted = 0  # bytes of the request, once its head has come
        self._head = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        if not self._wanted:
            self._head = self._received.find(b"\r\n\r\n") + 4
            if self._head < 4:
                return
            head = self._received[: self._head].lower()
            length = head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0]
            self._wanted = self._head + int(length)
        if len(self._received) >= self._wanted:
            body = json.loads(self._received[self._head : self._wanted])
            del self._received[: self._wanted]
            self._wanted = 0
            self._transport.write(self._recorder.answer(Kind.of(body)))


async def serve(recorder: Recorder) -> None:
    """Serve until standard input is closed."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(recorder), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    print(f"http://127.0.0.1:{port}/v1", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


def main() -> None:
    """Serve until nobody is there."""
    with serve_in_thread() as simulator:
        asyncio.run(serve(Recorder(simulator)))


if __name__ == "__main__":
    main()
