"""A server that keeps conversations as OpenAI does: its own ids, pages, twenty items at once, and no field of ours.

Written after https://platform.openai.com/docs/api-reference/conversations and the client's own types.
"""

from __future__ import annotations

import itertools
from typing import Any

from aiohttp import web


class OpenAIStore:
    """Conversations, each a list of items. A conversation that is asked for by name is there, and empty.

    Attributes:
        url: Where it listens.
        requests: What was asked, as method and path.
        compacted: The bodies of requests to shorten a conversation.
        failing: How many requests to add items still succeed; ``None`` for all.
    """

    def __init__(self) -> None:
        self.conversations: dict[str, list[dict[str, Any]]] = {}
        self.requests: list[str] = []
        self.compacted: list[dict[str, Any]] = []
        self.failing: int | None = None
        self.status = 500
        self._ids = itertools.count(1)

    async def __aenter__(self) -> OpenAIStore:
        app = web.Application(client_max_size=2**28)
        app.router.add_post("/conversations", self._create)
        app.router.add_delete("/conversations/{id}", self._delete)
        app.router.add_get("/conversations/{id}/items", self._list)
        app.router.add_post("/conversations/{id}/items", self._add)
        app.router.add_delete("/conversations/{id}/items/{item}", self._remove)
        app.router.add_post("/responses/compact", self._compact)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    def _items(self, request: web.Request) -> list[dict[str, Any]]:
        self.requests.append(f"{request.method} {request.path}")
        return self.conversations.setdefault(request.match_info["id"], [])

    async def _create(self, request: web.Request) -> web.Response:
        name = f"conv_{next(self._ids)}"
        self.conversations[name] = []
        return web.json_response({"id": name, "object": "conversation", "created_at": 0, "metadata": {}})

    async def _delete(self, request: web.Request) -> web.Response:
        name = request.match_info["id"]
        self.conversations.pop(name, None)
        return web.json_response({"id": name, "object": "conversation.deleted", "deleted": True})

    async def _list(self, request: web.Request) -> web.Response:
        items = self._items(request)
        items = items[::-1] if request.query.get("order", "desc") == "desc" else items
        if after := request.query.get("after"):
            items = items[[item["id"] for item in items].index(after) + 1 :]
        limit = int(request.query.get("limit", "20"))
        assert limit <= 100
        page = items[:limit]
        return web.json_response(
            {
                "object": "list",
                "data": page,
                "has_more": len(items) > limit,
                "first_id": page[0]["id"] if page else None,
                "last_id": page[-1]["id"] if page else None,
            }
        )

    async def _add(self, request: web.Request) -> web.Response:
        kept = self._items(request)
        if self.failing is not None:
            if self.failing == 0:
                said = {"message": "Incorrect API key provided: sk-geheim", "code": "boom"}
                return web.json_response({"error": said}, status=self.status)
            self.failing -= 1
        items = (await request.json())["items"]
        if len(items) > 20:
            return self._refuse("at most 20 items")
        made = []
        for item in items:
            if unknown := {"provider_data", "created_by"} & item.keys():
                return self._refuse(f"unknown fields {unknown}")
            kind = item.get("type", "message")
            if "id" in item and kind in ("message", "function_call", "function_call_output"):
                return self._refuse(f"unexpected id of a {kind}")
            made.append({"id": f"item_{next(self._ids)}", **item, "type": kind, "status": "completed"})
            if kind == "message" and isinstance(item["content"], str):
                part = "output_text" if item["role"] == "assistant" else "input_text"
                made[-1]["content"] = [{"type": part, "text": item["content"]}]
        kept.extend(made)
        return web.json_response({"object": "list", "data": made, "has_more": False, "first_id": "", "last_id": ""})

    async def _remove(self, request: web.Request) -> web.Response:
        kept = self._items(request)
        kept[:] = [item for item in kept if item["id"] != request.match_info["item"]]
        return web.json_response({"id": request.match_info["id"], "object": "conversation"})

    async def _compact(self, request: web.Request) -> web.Response:
        told = await request.json()
        self.compacted.append(told)
        if any("provider_data" in item for item in told.get("input") or ()):
            return self._refuse("unknown field provider_data")
        usage = {"input_tokens": 100, "output_tokens": 10, "total_tokens": 110}
        usage |= {"input_tokens_details": {"cached_tokens": 0}, "output_tokens_details": {"reasoning_tokens": 0}}
        output = [{"id": "cmp_1", "type": "compaction", "encrypted_content": "sealed"}]
        body = {"id": "resp_c", "object": "response.compaction", "created_at": 0, "output": output, "usage": usage}
        return web.json_response(body)

    def _refuse(self, message: str) -> web.Response:
        return web.json_response({"error": {"message": message, "code": "invalid"}}, status=400)
