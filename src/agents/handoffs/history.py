"""Nested history: at a handoff, what was said and done before becomes one message that tells it.

The next agent then reads a short conversation without tool calls that are not its own. What the turn of the handoff
said, and messages with pictures or files, stay as they are, in their places. At the next handoff the story is taken
apart again, so that stories never hold stories. ``run_internal`` is above.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any, cast

from ..items import ToolApprovalItem

if TYPE_CHECKING:
    from ..items import TResponseInputItem
    from . import HandoffHistoryMapper, HandoffInputData

__all__ = [
    "default_handoff_history_mapper",
    "get_conversation_history_wrappers",
    "nest_handoff_history",
    "reset_conversation_history_wrappers",
    "set_conversation_history_wrappers",
]

PREAMBLE = "For context, here is the conversation so far between the user and the previous agent:"
_PREAMBLES = (PREAMBLE, "For context, here is the conversation so far:")  # the second is that of stored conversations
_NOTHING = "(no previous turns recorded)"
_DEFAULTS = ("<CONVERSATION HISTORY>", "</CONVERSATION HISTORY>")
_wrappers = list(_DEFAULTS)

_ROLES = ("user", "assistant", "system", "developer")
_RECORD = re.compile(r"\d+\. ?(.*)", re.DOTALL)
_SPOKEN = re.compile(rf"({'|'.join(_ROLES)})(?: \((.+)\))?:(?: (.*))?", re.DOTALL)
_BREAKS = re.compile(r"[\r\n]")
_DATA_URL = re.compile(r"data:[\w.+/-]*;base64,[A-Za-z0-9+/=_-]{64,}")


def set_conversation_history_wrappers(*, start: str | None = None, end: str | None = None) -> None:
    """Set the lines that stand around a told conversation; ``None`` leaves one as it is."""
    for place, line in enumerate((start, end)):
        if line is not None:
            _wrappers[place] = line


def reset_conversation_history_wrappers() -> None:
    """Put the lines around a told conversation back to ``<CONVERSATION HISTORY>`` and its end."""
    _wrappers[:] = _DEFAULTS


def get_conversation_history_wrappers() -> tuple[str, str]:
    """The lines that stand around a told conversation."""
    start, end = _wrappers
    return start, end


def default_handoff_history_mapper(transcript: list[TResponseInputItem]) -> list[TResponseInputItem]:
    """The conversation as one message of the assistant's that tells it, a numbered line for each item.

    Reasoning is left out: it is its maker's own. So is the data of pictures and files, which says nothing as text.
    """
    told = [line for item in transcript if (line := _line(item)) is not None]
    lines = [f"{number}. {line}" for number, line in enumerate(told, start=1)] or [_NOTHING]
    start, end = get_conversation_history_wrappers()
    message = {"role": "assistant", "content": "\n".join([PREAMBLE, start, *lines, end])}
    return [cast("TResponseInputItem", message)]


def nest_handoff_history(
    handoff_input_data: HandoffInputData, *, history_mapper: HandoffHistoryMapper | None = None
) -> HandoffInputData:
    """The data of a handoff with the conversation so far as a story, for the next agent to read.

    ``new_items`` stay as they are, for sessions; the next agent reads the new ``input_history`` alone. Nothing is
    redacted: what tools were told and answered is in the story. ``input_items`` are not read.

    Args:
        handoff_input_data: The conversation at the handoff.
        history_mapper: Makes the story in its own way, from all items; what it returns is all that the next agent
            reads. By default ``default_handoff_history_mapper`` tells what stands between the messages that stay.
    """
    data = handoff_input_data
    history = data.input_history
    given: list[Any] = [{"role": "user", "content": history}] if isinstance(history, str) else list(history)
    told = list(_flattened(given))
    before, turn = (
        [item.to_input_item() for item in items if not isinstance(item, ToolApprovalItem)]
        for items in (data.pre_handoff_items, data.new_items)
    )
    if history_mapper is not None:
        nested = history_mapper(deepcopy([*told, *before, *turn]))
    else:
        kept = [*((item, _has_media(item)) for item in [*told, *before]), *((item, "role" in item) for item in turn)]
        nested = list(_ordered(kept))
    return data.clone(input_history=tuple(deepcopy(nested)), pre_handoff_items=(), input_items=())


def _ordered(items: Iterable[tuple[TResponseInputItem, bool]]) -> Iterator[TResponseInputItem]:
    """Items that stay, and between them a story of those that do not."""
    untold: list[TResponseInputItem] = []
    empty = True
    for item, stays in items:
        if not stays:
            untold.append(item)
            continue
        if untold or empty:
            yield from default_handoff_history_mapper(untold)
        untold, empty = [], False
        yield item
    if untold or empty:
        yield from default_handoff_history_mapper(untold)


def _has_media(item: Mapping[str, Any]) -> bool:
    """Whether a message shows what text cannot tell."""
    content = item.get("content")
    if "role" not in item or not isinstance(content, list):
        return False
    return any(
        isinstance(part, Mapping) and not str(part.get("type")).endswith(("text", "refusal")) for part in content
    )


# One item, as a line and back.


def _line(item: Mapping[str, Any]) -> str | None:
    """An item on one line: whatever it holds, it cannot pass for another item."""
    if item.get("type") == "reasoning":
        return None
    role, content = item.get("role"), _plain(item.get("content"))
    if role in _ROLES and content is not None and not _BREAKS.search(content):
        name = item.get("name")
        return f"{role} ({name}): {content}" if isinstance(name, str) and name else f"{role}: {content}"
    said = {key: value for key, value in item.items() if key not in ("provider_data", "id", "status")}
    return _DATA_URL.sub("(data left out)", json.dumps(said, ensure_ascii=False, default=str))


def _plain(content: object) -> str | None:
    """The text of a message's content, where it is all text."""
    if content is None or isinstance(content, str):
        return content or ""
    if not isinstance(content, list):
        return None
    said = [part.get("text", part.get("refusal")) if isinstance(part, Mapping) else None for part in content]
    texts = [text for text in said if isinstance(text, str)]
    return "".join(texts) if len(texts) == len(said) else None


def _flattened(items: Iterable[TResponseInputItem]) -> Iterator[TResponseInputItem]:
    """The conversation with stories of earlier handoffs taken apart."""
    for item in items:
        story = _story(item)
        if story is None:
            yield item
        else:
            yield from story


def _story(item: Mapping[str, Any]) -> list[TResponseInputItem] | None:
    """The items that a message tells, where it is one that an earlier handoff made."""
    content = item.get("content")
    if item.get("role") != "assistant" or not isinstance(content, str):
        return None
    start, end = get_conversation_history_wrappers()
    preamble, _, wrapped = content.partition("\n")
    if preamble not in _PREAMBLES or not (wrapped.startswith(f"{start}\n") and wrapped.endswith(f"\n{end}")):
        return None
    records = wrapped[len(start) + 1 : -len(end) - 1].split("\n") if len(wrapped) > len(start) + len(end) + 1 else []
    return [found for record in records if (found := _item(record)) is not None]


def _item(record: str) -> TResponseInputItem | None:
    """The item that a line tells; a line that nobody here wrote becomes no item."""
    numbered = _RECORD.fullmatch(record.strip())
    text = numbered[1] if numbered else record.strip()
    found: Any = None
    if text.startswith("{"):
        try:
            found = json.loads(text)
        except ValueError:
            return None
    elif spoken := _SPOKEN.fullmatch(text):
        role, name, content = spoken.groups()
        found = {"role": role, **({"name": name} if name else {}), "content": content or ""}
    return cast("TResponseInputItem", found) if isinstance(found, dict) else None
