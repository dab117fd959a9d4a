"""A server on the official package, of either of its lines.

`python town.py` speaks over standard streams, `python town.py sse|streamable_http FD` over HTTP.
"""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from typing import Any

try:
    from mcp.server.mcpserver import MCPServer as Server
except ImportError:
    from mcp.server.fastmcp import FastMCP as Server  # type: ignore[no-redef]

from mcp.types import ToolAnnotations

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
HARMLESS = ToolAnnotations(readOnlyHint=True)


def make_town(events: list[str]) -> Any:
    """A new server, which writes down what happens to it."""
    server = Server("town")

    @server.tool(title="Weather", description="The weather of a city.")
    def get_weather(city: str) -> str:
        events.append(f"weather {city}")
        return f"Windy in {city}"

    @server.tool()
    def count(words: list[str]) -> dict[str, int]:
        return {word: len(word) for word in words}

    @server.tool(structured_output=False)  # on Python 3.10 the package would tell the picture as data, too
    def paint() -> Any:
        from mcp.types import ImageContent

        return [ImageContent(type="image", data=PIXEL, mimeType="image/png")]

    @server.tool()
    def fail(reason: str) -> str:
        raise ValueError(reason)

    @server.tool()
    async def sleep() -> str:
        events.append("asleep")
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            events.append("woken")
            print("woken", file=sys.stderr, flush=True)
            raise
        return "rested"

    @server.tool()
    def die(path: str) -> str:
        with open(path, "a") as file:
            file.write("x")
        os._exit(1)

    @server.tool(annotations=HARMLESS)
    def die_once(path: str) -> str:
        with open(path, "a") as file:
            file.write("x")
        if os.path.getsize(path) == 1:
            os._exit(1)
        return "alive again"

    @server.tool()
    def flood(size: int) -> str:
        return "x" * size

    @server.prompt()
    def greeting(name: str) -> str:
        return f"Greet {name}."

    @server.resource("town://map")
    def town_map() -> str:
        return "two streets"

    return server


def serve(transport: str, fd: int) -> None:
    """Serve over HTTP, on a socket that listens already."""
    import uvicorn

    app = getattr(make_town([]), f"{transport}_app")()
    uvicorn.Server(uvicorn.Config(app, log_config=None, ws="none")).run(sockets=[socket.socket(fileno=fd)])


if __name__ == "__main__":
    if sys.argv[1:]:
        serve(sys.argv[1], int(sys.argv[2]))
    else:
        make_town([]).run(transport="stdio")
