"""The conversation as input of Responses: the items themselves, without what their reader would refuse.

The server compares what it is given with what it once made. An id of another maker is refused for its form
("Expected an ID that begins with 'msg'"); its own id makes it look for the reasoning that led to the item. So
the id of a message or call goes along where that reasoning does, and nowhere else. Reasoning goes to its
maker alone, sealed where nothing is stored, and never without the item that it led to.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ...exceptions import UserError
from ..base import Item, Profile
from ..history import content_parts, fit, maker_of, plain
from ..hosted import HOSTED
from ..names import OPENAI

ID_LENGTH = 64
ID_PREFIXES = {
    "message": "msg_",
    "function_call": "fc_",
    "custom_tool_call": "ctc_",
    "reasoning": "rs_",
    **dict.fromkeys(("shell_call", "local_shell_call", "apply_patch_call"), ""),
}
"""What the ids of items begin with, where the service is known to check it."""
_OPEN = ("type", "call_id", "caller")
_NATIVE = {
    "shell_call": (*_OPEN, "action", "environment", "status"),
    "shell_call_output": (*_OPEN, "output", "max_output_length", "status"),
    "local_shell_call": ("type", "id", "call_id", "action", "status"),
    "local_shell_call_output": ("type", "call_id", "output", "status"),
    "apply_patch_call": (*_OPEN, "operation", "status"),
    "apply_patch_call_output": (*_OPEN, "output", "status"),
    "custom_tool_call": (*_OPEN, "name", "namespace", "input", "async"),
    "custom_tool_call_output": (*_OPEN, "output"),
}
"""The fields of calls in a form of their own, and of their outputs (S: the parameter types of ``openai``)."""
_NOT_FOR_THE_WIRE = frozenset({"provider_data", "created_by", "async_"})
_CALL_FIELDS = ("type", "call_id", "name", "arguments")
_BY_MAKER_ONLY = ("namespace", "caller", "async")
"""Fields of a call that mean something to its maker alone."""
_NOTHING = object()


def input_of(items: Sequence[object], profile: Profile, *, stored: bool, server_state: bool) -> list[dict[str, Any]]:
    """The conversation, legal for the reader.

    Args:
        items: The conversation, or what is new in one that the server keeps.
        profile: The reader.
        stored: Whether the server stores responses, and so knows its own items by their ids.
        server_state: Whether the server keeps the conversation that the items go on from.

    Raises:
        UserError: Something in it is no item.
    """
    writer = _Writer(profile, stored=stored, server_state=server_state)
    given = (plain(item, position) for position, item in enumerate(items))
    taken = [item for item in given if writer.takes(item)]
    refused = _incomplete_hosted(taken, writer, server_state=server_state)
    fitted = fit(
        taken,
        profile,
        reads=writer.takes_reasoning,
        reads_hosted=lambda item: writer.is_own(item) and str(item.get("id")) not in refused,
        reads_namespaces=True,
        server_state=server_state,
    )
    return [writer.item(item) for item in _without_orphans(fitted)]


class _Writer:
    """Writes items for one reader, in order."""

    def __init__(self, profile: Profile, *, stored: bool, server_state: bool) -> None:
        self.profile = profile
        self.stored = stored
        self.referable = stored or server_state
        self._explained: object = _NOTHING  # the response whose reasoning has just gone along

    def takes(self, item: Item) -> bool:
        """Whether the reader can make anything of an item: of a reference to one only where it has stored that."""
        return item["type"] != "item_reference" or (self.referable and self._of_reader(item))

    def is_own(self, item: Item) -> bool:
        """Whether the reader itself made an item."""
        return self._of_reader(item) and "replay" not in _data(item)

    def takes_reasoning(self, item: Item) -> bool:
        """Whether a reasoning item goes back."""
        rule = self.profile.responses_reasoning
        if rule == "never" or not self._of_reader(item) or _data(item).get("type"):
            return False  # a type is noted by other protocols, whose seals this one cannot read
        if item.get("encrypted_content"):
            return True
        if rule == "readable":
            return bool(item.get("content") or item.get("summary"))
        return self.stored and self._id(item) is not None

    def item(self, item: Item) -> dict[str, Any]:
        """An item as it goes out."""
        if item["type"] == "reasoning":
            self._explained = _data(item).get("response_id") if item.get("id") else _NOTHING
            return self._reasoning(item)
        found = self._spoken(item)
        id = self._id(item) if item["type"] in ID_PREFIXES else None
        if id is not None and _data(item).get("response_id") == self._explained:
            found["id"] = id
            if found["type"] == "message":
                found["status"] = item.get("status") or "completed"
        self._explained = _NOTHING
        return found

    def _spoken(self, item: Item) -> dict[str, Any]:
        kind = item["type"]
        if kind == "function_call":
            return self._call(item)
        if kind == "function_call_output":
            said = {"type": kind, "call_id": item["call_id"], "output": _output(item.get("output"))}
            return said | _picked(item, ("caller",))
        if kind in _NATIVE:
            return _native(item)
        if kind == "message" and item.get("role", "assistant") == "assistant":
            return self._answer(item)
        if kind == "message":
            return _message(item)
        return self._other(item)

    def _reasoning(self, item: Item) -> dict[str, Any]:
        summary = _texts("summary_text", item.get("summary"))
        found: dict[str, Any] = {"type": "reasoning", "summary": summary}
        # Sealed content is bound to the id that it came with: one that was left out must not be made up.
        if item.get("id") or not item.get("encrypted_content"):
            found["id"] = _reasoning_id(item)
        if item.get("encrypted_content"):
            found["encrypted_content"] = item["encrypted_content"]
        elif self.profile.responses_reasoning == "readable" and item.get("content"):
            # OpenAI refuses content here; servers of open models have nothing else.
            found["content"] = _texts("reasoning_text", item["content"])
        return found

    def _answer(self, item: Item) -> dict[str, Any]:
        parts = [_answer_part(part, own=self._of_reader(item)) for part in content_parts(item.get("content"))]
        found: dict[str, Any] = {"type": "message", "role": "assistant", "content": parts}
        if item.get("phase") is not None:
            found["phase"] = item["phase"]
        return found

    def _call(self, item: Item) -> dict[str, Any]:
        if not item.get("name"):
            raise UserError(f"The function_call item with call_id {item['call_id']!r} has no 'name'.")
        found = {**_picked(item, _CALL_FIELDS), "name": OPENAI.to_wire(str(item["name"]))}
        if self._of_reader(item):
            found |= _picked({**item, "async": item.get("async", item.get("async_"))}, _BY_MAKER_ONLY)
        return found

    def _other(self, item: Item) -> dict[str, Any]:
        """An item of a kind that only this protocol has, or that nobody knew when this was written."""
        found = {name: value for name, value in item.items() if name not in _NOT_FOR_THE_WIRE}
        if item.get("async_") is not None:
            found["async"] = item["async_"]
        if item["type"] in ID_PREFIXES or not self._of_reader(item):
            found.pop("id", None)
            found = _picked(found, found)
        return found

    # Who made it.

    def _of_reader(self, item: Item) -> bool:
        """Whether the reader made an item: one that nobody marked is what this protocol's client was given."""
        return maker_of(item) in (self.profile.provider, None)

    def _id(self, item: Item) -> str | None:
        """The id by which the reader knows its own item; ids that were minted here are of no use to it."""
        id, data = item.get("id"), _data(item)
        if not isinstance(id, str) or len(id) > ID_LENGTH or not id.startswith(ID_PREFIXES[item["type"]]):
            return None
        minted = str(data.get("response_id") or "") in id if data else False  # the response's id is in them
        return id if self._of_reader(item) and not minted else None


def _incomplete_hosted(items: Sequence[Item], writer: _Writer, *, server_state: bool) -> set[str]:
    """The ids of what hosted tools did that the server would refuse, for what belongs to it does not go along.

    A call that came right after reasoning needs that reasoning before it, and a request for approval its answer.
    """
    refused: set[str] = set()
    answered = {str(item.get("approval_request_id")) for item in items if item["type"] == "mcp_approval_response"}
    for before, item in zip((None, *items), items, strict=False):
        if item["type"] not in HOSTED:
            continue
        after_reasoning = _data(item).get("after_reasoning")
        kept = before is not None and before["type"] == "reasoning" and writer.takes_reasoning(before)
        if after_reasoning and not (kept and _data(before or {}).get("response_id") == _data(item).get("response_id")):
            refused.add(str(item.get("id")))
        if item["type"] == "mcp_approval_request" and str(item.get("id")) not in answered:
            refused.add(str(item.get("id")))
    return refused


def _native(item: Item) -> dict[str, Any]:
    """A call in a form of its own, or its output."""
    found = _picked({**item, "async": item.get("async", item.get("async_"))}, _NATIVE[item["type"]])
    if isinstance(action := found.get("action"), Mapping):
        found["action"] = _picked(action, action)
    if item["type"] == "custom_tool_call_output":
        found["output"] = _output(item.get("output"))
    return found


def _without_orphans(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items without reasoning whose own next item has been filtered out, although others follow it."""
    kept: list[dict[str, Any]] = []
    for item in reversed(items):
        led_to = _data(item).get("followed_by")
        if item["type"] != "reasoning" or led_to is None or (kept and kept[-1].get("id") == led_to):
            kept.append(item)
    return kept[::-1]


def _data(item: Item) -> Mapping[str, Any]:
    data = item.get("provider_data")
    return data if isinstance(data, Mapping) else {}


def _picked(item: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: item[name] for name in names if item.get(name) is not None}


def _reasoning_id(item: Item) -> str:
    """The id of a reasoning item, which the format demands even where the content is what counts."""
    id = str(item.get("id") or "")
    if id.startswith("rs_") and len(id) <= ID_LENGTH:
        return id
    sealed = f"{id}\0{item.get('encrypted_content')}"
    return "rs_" + hashlib.sha256(sealed.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _texts(kind: str, parts: object) -> list[dict[str, Any]]:
    return [{"type": kind, "text": str(part.get("text") or "")} for part in content_parts(parts)]


def _message(item: Item) -> dict[str, Any]:
    role = item.get("role")
    if role not in ("user", "system", "developer"):
        raise UserError(f"A message's role is user, assistant, system or developer, not {role!r}.")
    return {"type": "message", "role": role, "content": _said(item.get("content"))}


def _said(content: object) -> Any:
    """What is said to the model: text as it is, or parts."""
    return content if isinstance(content, str) else [_input_part(part) for part in content_parts(content)]


def _output(output: object) -> Any:
    """What a tool returned: text, or parts."""
    return "" if output is None else _said(output)


def _answer_part(part: Mapping[str, Any], *, own: bool) -> dict[str, Any]:
    if part.get("type") == "refusal":
        return {"type": "refusal", "refusal": str(part.get("refusal") or "")}
    notes = part.get("annotations") if own else None
    return {"type": "output_text", "text": str(part.get("text") or ""), "annotations": list(notes or ())}


def _input_part(part: Mapping[str, Any]) -> dict[str, Any]:
    """A content part; the spelling of Chat Completions is accepted as well."""
    kind = part.get("type")
    if kind in ("input_text", "output_text", "text"):
        found = {"type": "input_text", "text": str(part.get("text") or "")}
    elif kind == "refusal":
        found = {"type": "input_text", "text": str(part.get("refusal") or "")}
    elif kind in ("input_image", "image_url"):
        image = part.get("image_url")
        fields = {**part, **({**image, "image_url": image.get("url")} if isinstance(image, Mapping) else {})}
        found = {"type": "input_image", "detail": "auto", **_picked(fields, ("image_url", "file_id", "detail"))}
    elif kind in ("input_file", "file"):
        file = part.get("file")
        fields = {**part, **(file if isinstance(file, Mapping) else {})}
        names = ("file_id", "file_data", "file_url", "filename", "detail")
        found = {"type": "input_file", **_picked(fields, names)}
        if "file_data" in found and "filename" not in found:  # the service wants a name with it
            subtype = re.match(r"data:\w+/(\w+)", str(found["file_data"]))
            found["filename"] = f"file.{subtype[1]}" if subtype else "file"
    else:
        return dict(part)
    return {**found, **_picked(part, ("prompt_cache_breakpoint",))}
