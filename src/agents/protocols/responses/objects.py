"""``openai``'s objects from the JSON of Responses: quickly where they are as documented, tolerantly elsewhere.

A constructor takes 3 to 10 µs. Where validation of a whole union takes ten times as long (items in events,
tools in a response), the member is chosen by its ``type`` and built first (``output_items``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, get_args

from pydantic import ValidationError

from ... import openai_types as oai
from ...output_items import build, item_types, members_by_type

if TYPE_CHECKING:
    from ...usage import Usage
    from ..base import Maker

_IDS = {"message": "msg", "function_call": "fc", "reasoning": "rs"}
_COUNTS = ("input_tokens", "input_tokens_details", "output_tokens", "output_tokens_details", "total_tokens")
_ABSENT: dict[str, Any] = {
    "annotation_index": 0,
    "content_index": 0,
    "logprobs": [],
    "summary_index": 0,
}
"""Fields of events that some servers leave out, and what they must mean."""


@cache
def event_types() -> dict[str, Any]:
    """The kinds of events by their type."""
    return members_by_type(oai.ResponseStreamEvent)


@cache
def _tool_types() -> dict[str, Any]:
    return members_by_type(*get_args(oai.Response.model_fields["tools"].annotation))


class Objects:
    """Makes the objects of one response, and marks its items with their maker."""

    def __init__(self, maker: Maker) -> None:
        self.maker = maker
        self.response_id: str | None = None
        self._call_ids: dict[str, int] = {}  # call id -> index of the call that has it

    def event(self, name: str, fields: dict[str, Any], items: Mapping[int, Any] | None = None) -> Any:
        """An event whose nested objects are already built; ``items`` are those that it may speak of."""
        kind = event_types()[name]
        try:
            return kind(**fields)
        except ValidationError:
            return build(kind, {**_known(kind, fields, items or {}), **_given(fields)})

    def item(self, raw: Any, index: int, *, done: bool = True) -> Any:
        """An output item.

        Raises:
            ValueError: It is none.
        """
        kind = raw.get("type") if isinstance(raw, dict) else None
        if not isinstance(kind, str):
            raise ValueError(f"output item {index} is no object with a type")
        fields = {**raw, "provider_data": self._made_by()}
        if kind in _IDS:
            id = raw.get("id")
            fields["id"] = id if isinstance(id, str) and id else f"{_IDS[kind]}_{self._tag()}_{index}"
        if kind == "message":
            self._message(fields, done=done)
        elif kind == "function_call":
            self._call(fields, index, done=done)
        elif kind == "reasoning":
            fields["summary"] = raw.get("summary") or []
        return build(item_types().get(kind, oai.OtherItem), fields)

    def _message(self, fields: dict[str, Any], *, done: bool) -> None:
        fields["role"] = "assistant"
        fields["status"] = fields.get("status") or ("completed" if done else "in_progress")
        content = fields.get("content") or []
        if not isinstance(content, list):
            content = [{"type": "output_text", "text": str(content)}]
        fields["content"] = [self.part(part) for part in content]

    def _call(self, fields: dict[str, Any], index: int, *, done: bool) -> None:
        if not isinstance(fields.get("name"), str) or not fields["name"]:
            raise ValueError(f"output item {index} is a call without a name")
        fields["name"] = self.maker.own_name(fields["name"])
        call_id = fields.get("call_id")
        if not isinstance(call_id, str) or call_id in ("", "null"):
            call_id = ""
        if not call_id or self._call_ids.setdefault(call_id, index) != index:
            call_id = f"call_{self._tag()}_{index}"  # some servers send none, or the same for all
        fields["call_id"] = call_id
        arguments = fields.get("arguments")
        if arguments is not None and not isinstance(arguments, str):
            arguments = json.dumps(arguments, ensure_ascii=False)
        fields["arguments"] = arguments or ("{}" if done else "")

    def part(self, raw: Any) -> Any:
        """A part of a message; one of an unknown kind is left as it is."""
        kind = raw.get("type") if isinstance(raw, dict) else None
        if kind == "output_text":
            fields = {**raw, "annotations": raw.get("annotations") or [], "text": raw.get("text") or ""}
            return build(oai.ResponseOutputText, fields)
        if kind == "refusal":
            return build(oai.ResponseOutputRefusal, {**raw, "refusal": raw.get("refusal") or ""})
        return raw

    def response(self, raw: Mapping[str, Any], output: list[Any], usage: Any = None, **more: Any) -> Any:
        """A response with this output and usage, which are already built."""
        fields = {
            "id": self.response_id or f"resp_{self.maker.seed}",
            "created_at": self.maker.created_at,
            "model": self.maker.model,
            "object": "response",
            "parallel_tool_calls": True,
            "tool_choice": "auto",
        }
        fields.update((name, value) for name, value in raw.items() if value is not None or name not in fields)
        fields.update(more, output=[], tools=[], usage=None)
        found = build(oai.Response, fields)
        found.output = output
        tools = raw.get("tools")
        found.tools = [_tool(tool) for tool in tools if isinstance(tool, dict)] if isinstance(tools, list) else []
        found.usage = usage
        return found

    def _made_by(self) -> dict[str, Any]:
        made = {"provider": self.maker.provider, "model": self.maker.model}
        return {**made, "response_id": self.response_id} if self.response_id else made

    def _tag(self) -> str:
        return self.response_id or self.maker.seed


def usage_object(raw: Mapping[str, Any], usage: Usage) -> Any:
    """What a response says that it cost, with the counts as they were understood."""
    return oai.ResponseUsage(**{**raw, **{name: getattr(usage, name) for name in _COUNTS}})


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _known(kind: Any, fields: Mapping[str, Any], items: Mapping[int, Any]) -> dict[str, Any]:
    """What the fields of an event are where a server leaves them out: it speaks of the item that is open."""
    index = fields.get("output_index")
    if not isinstance(index, int):
        index = max(items, default=0)
    item = items.get(index)
    known = {**_ABSENT, "output_index": index}
    known.update((own, getattr(item, name, "")) for own, name in (("item_id", "id"), ("name", "name")))
    return {name: value for name, value in known.items() if name in kind.model_fields}


def _tool(raw: dict[str, Any]) -> Any:
    kind = raw.get("type")
    return build(_tool_types().get(kind, oai.OtherItem) if isinstance(kind, str) else oai.OtherItem, raw)
