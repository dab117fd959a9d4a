"""A server over standard streams that says whatever its first argument tells it to: JSON by hand, no package."""

from __future__ import annotations

import json
import sys
from typing import Any

OBJECT = {"type": "object", "properties": {}}
TOOLS: dict[str, list[dict[str, Any]]] = {
    "twice": [{"name": "echo", "inputSchema": OBJECT}] * 2,
    "schema": [{"name": "echo", "inputSchema": {"type": "object", "properties": {"a": {"type": "banana"}}}}],
    "not_object": [{"name": "echo", "inputSchema": {"type": "array"}}],
    "output": [
        {
            "name": "echo",
            "inputSchema": OBJECT,
            "outputSchema": {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]},
        }
    ],
}


def answer(lie: str, method: str, params: dict[str, Any]) -> dict[str, Any] | None:
    if method == "initialize":
        return {
            "protocolVersion": "2025-06-18",
            "capabilities": {"tools": {}},
            "serverInfo": {"name": "liar", "version": "1"},
        }
    if method == "tools/list":
        page = int(params.get("cursor", "0"))
        if lie == "endless":
            return {"tools": [{"name": f"t{page}", "inputSchema": OBJECT}], "nextCursor": str(page + 1)}
        if lie == "circle":
            return {"tools": [{"name": f"t{page}", "inputSchema": OBJECT}], "nextCursor": str((page + 1) % 2)}
        if lie == "garbage":
            return {"tools": "many"}
        if lie == "silent":
            return None
        return {"tools": TOOLS.get(lie, [{"name": "echo", "inputSchema": OBJECT}])}
    if method == "tools/call":
        if lie == "stall":
            return None
        return {"content": [{"type": "text", "text": "hi"}], "structuredContent": {"n": "many"}}
    return {}


def main(lie: str) -> None:
    for line in sys.stdin:
        message = json.loads(line)
        if "id" not in message:
            continue
        reply: dict[str, Any] = {"jsonrpc": "2.0", "id": message["id"]}
        if message["method"] == "server/discover":
            reply["error"] = {"code": -32601, "message": "Method not found"}
        else:
            result = answer(lie, message["method"], message.get("params") or {})
            if result is None:
                continue
            reply["result"] = result
        print(json.dumps(reply), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
