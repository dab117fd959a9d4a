"""Compaction as plain functions: what of a conversation is visible, where it may be cut, and how it reads as text.

A summary is one more item in the store, after all that it sums up. It says how many items it covers; whoever reads
shows it in their place. Nothing is ever removed or rewritten, so that the original stays, writers at the same time lose
nothing, and any store will do.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from ..native_calls import NATIVE_OUTPUTS, field_of, function_output_of

if TYPE_CHECKING:
    from ..items import TResponseInputItem

CountTokens: TypeAlias = Callable[[Sequence["TResponseInputItem"]], int]
"""How many tokens items are, about."""

HEAD = "Summary of the conversation so far:"
_KIND = "compaction_summary"
_PICTURE_TOKENS = 1_500
_LONGEST_PASSAGE = 20_000


def count_tokens(items: Sequence[TResponseInputItem]) -> int:
    """An estimate that needs no tokenizer: four characters a token, and pictures and files by the piece."""
    return sum(_tokens(item) for item in items)


def _tokens(value: object) -> int:
    if isinstance(value, str):
        return _PICTURE_TOKENS if value.startswith("data:") else len(value) // 4 + 1
    if isinstance(value, Mapping):
        return sum(_tokens(each) for name, each in value.items() if name != "provider_data") + 1
    return sum(map(_tokens, value)) if isinstance(value, Iterable) else 1


def summary_item(
    text: str, covered: Sequence[TResponseInputItem], items: Sequence[TResponseInputItem] | None = None
) -> TResponseInputItem:
    """A summary as it is stored: a message that any reader understands, which says what it covers.

    Args:
        text: The summary.
        covered: What it is shown in place of.
        items: What is shown instead of the message, where a service has made a summary of its own.
    """
    place: dict[str, Any] = {"type": _KIND, "covers": len(covered), "last": _digest(covered[-1]) if covered else ""}
    if items is not None:
        place["items"] = list(items)
    said = [{"type": "input_text", "text": f"{HEAD}\n\n{text}"}]
    return cast("TResponseInputItem", {"type": "message", "role": "user", "content": said, "provider_data": place})


def is_summary(item: object) -> bool:
    """Whether an item in the store is a summary."""
    data = field_of(item, "provider_data")
    return isinstance(data, Mapping) and data.get("type") == _KIND


def originals(stored: Iterable[TResponseInputItem]) -> list[TResponseInputItem]:
    """The conversation as it was."""
    return [item for item in stored if not is_summary(item)]


def visible(stored: Sequence[TResponseInputItem]) -> tuple[list[TResponseInputItem], list[TResponseInputItem]]:
    """The conversation as it is read: what the last summary shows, and the items that it does not cover."""
    items = originals(stored)
    for mark in reversed(stored):
        if is_summary(mark):
            place = cast("Mapping[str, Any]", mark)["provider_data"]
            return list(place.get("items") or [_plain(mark)]), items[_covered(items, place) :]
    return [], items


def _plain(mark: TResponseInputItem) -> TResponseInputItem:
    said = {name: value for name, value in cast("Mapping[str, Any]", mark).items() if name != "provider_data"}
    return cast("TResponseInputItem", said)


def still_true(mark: TResponseInputItem, items: Sequence[TResponseInputItem]) -> bool:
    """Whether all that a summary covers is still there."""
    place = cast("Mapping[str, Any]", mark)["provider_data"]
    covers: int = place["covers"]
    return 0 < covers <= len(items) and _digest(items[covers - 1]) == place["last"]


def _covered(items: Sequence[TResponseInputItem], place: Mapping[str, Any]) -> int:
    """How many of the items a summary covers: fewer than when it was written, where the store forgets old ones."""
    covers = min(int(place["covers"]), len(items))
    return next((at for at in range(covers, 0, -1) if _digest(items[at - 1]) == place["last"]), 0)


def _digest(item: object) -> str:
    text = json.dumps(item, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def cut(items: Sequence[TResponseInputItem], keep_tokens: int, count: CountTokens) -> int:
    """How many of the items to sum up, so that the others are about ``keep_tokens`` at most.

    A cut comes before a user's message where that keeps anything; else between two answers of the model within a turn,
    never between a call and its output, nor between reasoning and what follows from it.
    """
    left, fits = 0, len(items)
    for at in range(len(items) - 1, -1, -1):
        left += count(items[at : at + 1])
        if left > keep_tokens:
            break
        fits = at
    if not fits:
        return 0
    places = list(_places(items))
    turns = [at for at in places if at >= fits and at < len(items) and field_of(items[at], "role") == "user"]
    return next(iter(turns), next(at for at in places if at >= fits))


def _places(items: Sequence[TResponseInputItem]) -> Iterator[int]:
    """Where a conversation may be cut; the end is such a place."""
    waiting: set[str] = set()
    for at, item in enumerate(items):
        if at and not waiting and not (_by_model(items[at - 1]) and _by_model(item)) and not _is_output(item):
            yield at
        call_id = str(field_of(item, "call_id") or "")
        if _is_output(item):
            waiting.discard(call_id)
        elif str(field_of(item, "type") or "").endswith("_call") and call_id:
            waiting.add(call_id)
    yield len(items)


def _is_output(item: object) -> bool:
    return str(field_of(item, "type") or "").endswith("_output")


def _by_model(item: object) -> bool:
    return field_of(item, "role") in (None, "assistant") and not _is_output(item)


def passages(items: Iterable[TResponseInputItem]) -> Iterator[str]:
    """The conversation as text, item by item. Reasoning is left out: it is its maker's alone."""
    for item in items:
        passage = _passage(item)
        if len(passage) > _LONGEST_PASSAGE:
            half = _LONGEST_PASSAGE // 2
            passage = f"{passage[:half]}\n[... {len(passage) - 2 * half} characters ...]\n{passage[-half:]}"
        if passage:
            yield passage


def _passage(item: TResponseInputItem) -> str:
    kind, role = field_of(item, "type"), field_of(item, "role")
    if role:
        text = _text(field_of(item, "content"))
        return f"{str(role).capitalize()}: {text}" if text else ""
    if kind == "reasoning":
        return ""
    if _is_output(item):
        told = function_output_of(cast("Mapping[str, Any]", item)) if kind in NATIVE_OUTPUTS.values() else item
        return f"Tool result: {_text(field_of(told, 'output'))}"
    if name := field_of(item, "name"):
        return f"Assistant calls {name}: {field_of(item, 'arguments') or field_of(item, 'input') or ''}"
    said = {name: value for name, value in cast("Mapping[str, Any]", item).items() if name != "provider_data"}
    return f"Assistant, {kind}: {json.dumps(said, ensure_ascii=False, default=str)}"


def _text(content: object) -> str:
    if not isinstance(content, (list, tuple)):
        return content if isinstance(content, str) else json.dumps(content, ensure_ascii=False, default=str)
    parts = (
        field_of(part, "text") or field_of(part, "refusal") or f"[{str(field_of(part, 'type')).removeprefix('input_')}]"
        for part in content
    )
    return "\n".join(map(str, parts))


def chunks(texts: Iterable[str], tokens: int) -> Iterator[str]:
    """Texts in pieces of about so many tokens, each made of whole ones."""
    piece: list[str] = []
    size = 0
    for text in texts:
        length = len(text) // 4 + 1
        if piece and size + length > tokens:
            yield "\n\n".join(piece)
            piece, size = [], 0
        piece.append(text)
        size += length
    if piece:
        yield "\n\n".join(piece)
