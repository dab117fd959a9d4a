"""The conversation a Responses request continues: what the server keeps, what it looks up, and which items need
which others.

Above: the package itself. Below: the seals, which also remember. Error texts follow those that users of the
service report.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from agents.testing.simulator.openai_chat.shape import refuse
from agents.testing.simulator.wire import House, Refused

from .hosted import ITEMS
from .native import CALLS

__all__ = ["Stored", "Turn", "begin", "check_history", "remember"]

Item = Mapping[str, Any]


@dataclass(frozen=True)
class Stored:
    """A response that was kept, its new items, and what it continued: a chain, so that long talks share memory."""

    response: Mapping[str, Any]
    items: list[Item]
    before: Stored | None = None

    def context(self) -> list[Item]:
        """Every item up to and with this response."""
        links: list[Stored] = []
        link: Stored | None = self
        while link:
            links.append(link)
            link = link.before
        return [item for each in reversed(links) for item in each.items]


@dataclass(frozen=True)
class Issued:
    """An item that this server made: its reasoning, what follows it, and whether it can be looked up by id."""

    item: Item
    reasoning: str | None
    follower: Item | None
    kept: bool


@dataclass
class Turn:
    """One response in the making: what it continues, its id, and the numbers of its events so far."""

    id: str
    created: int
    before: Stored | None
    items: list[Item]
    conversation: str | None = None
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def context(self) -> list[Item]:
        """Every item the model reads."""
        return [*(self.before.context() if self.before else ()), *self.items]

    def keep(self, response: Mapping[str, Any], store: bool, house: House) -> None:
        """Keep the finished response where the request wants it."""
        stored = Stored(response, [*self.items, *response["output"]], self.before)
        if store:
            house.seals.remember("response", self.id, stored)
        if self.conversation:
            house.seals.remember("conversation", self.conversation, stored)


def begin(body: Mapping[str, Any], house: House) -> Turn:
    """The turn that a request begins, with references looked up."""
    before: Stored | None = None
    conversation = body.get("conversation")
    conversation = conversation["id"] if isinstance(conversation, Mapping) else conversation
    previous = body.get("previous_response_id")
    if previous:
        before = house.seals.recall("response", previous)
        if before is None:
            message = f"Previous response with id '{previous}' not found."
            raise refuse(message, "previous_response_id", "previous_response_not_found")
    if conversation:
        before = house.seals.recall("conversation", conversation)
        if before is None:
            message = f"Conversation with id '{conversation}' not found."
            raise Refused(404, message, "invalid_request_error", param=None)
    items = [_looked_up(item, house, index) for index, item in enumerate(body["input"])]
    return Turn(house.mint("resp_", 48), house.now(), before, items, conversation)


def _looked_up(item: Item, house: House, index: int) -> Item:
    """The item itself, or the kept one that it points to; reasoning without its sealed content points, too."""
    sealed = item["type"] != "reasoning" or item.get("encrypted_content") or house.reasoning_field
    if item["type"] != "item_reference" and sealed:
        return item
    if "id" not in item:
        param = f"input[{index}].id"
        raise refuse(f"Missing required parameter: '{param}'.", param, "missing_required_parameter")
    issued: Issued | None = house.seals.recall("item", item["id"])
    if issued and issued.kept:
        return issued.item
    hint = ""
    if issued:
        hint = (
            " Items are not persisted when `store` is set to false. Try again with `store` set to true, or remove "
            "this item from your input."
        )
    message = f"Item with id '{item['id']}' not found.{hint}"
    raise Refused(404, message, "invalid_request_error", param="input")


def remember(items: list[Item], house: House, *, kept: bool) -> None:
    """Note what this server issued, so that a replay can be held against it."""
    for index, item in enumerate(items):
        before = items[index - 1] if index else {}
        reasoning = before["id"] if before.get("type") == "reasoning" and item["type"] != "reasoning" else None
        follower = items[index + 1] if index + 1 < len(items) else None
        house.seals.remember("item", item["id"], Issued(item, reasoning, follower, kept))
        if item.get("encrypted_content"):
            house.seals.remember("sealed", item["encrypted_content"], item["id"])


# --- Which items need which others ----------------------------------------------------------------


def check_history(turn: Turn, house: House) -> None:
    """Ids once, calls with outputs, reasoning sealed and beside what it led to."""
    items = turn.context()
    _check_ids(items)
    _check_seals(turn.items, house)
    if not house.reasoning_field:  # compatible servers read reasoning where they find it
        _check_reasoning(items, house)
    _check_calls(items)
    _check_approvals(items)


def _check_approvals(items: list[Item]) -> None:
    """Each request for approval has one answer behind it."""
    asked: set[str] = set()
    for item in items:
        if item["type"] == "mcp_approval_request":
            asked.add(item["id"])
        elif item["type"] == "mcp_approval_response":
            name = item["approval_request_id"]
            if name not in asked:
                raise refuse(f"No approval request found with id '{name}'.", "input")
            asked.remove(name)
    for name in asked:
        raise refuse(f"No approval response found for approval request '{name}'.", "input")


def _check_ids(items: list[Item]) -> None:
    seen: set[str] = set()
    for item in items:
        name = item.get("id")
        if name in seen:
            message = f"Duplicate item found with id {name}. Remove duplicate items from your input and try again."
            raise refuse(message, "input")
        if name:
            seen.add(name)


def _check_seals(items: list[Item], house: House) -> None:
    for item in items:
        seal = item.get("encrypted_content")
        if item["type"] != "reasoning" or not seal:
            continue
        # Without an id the content speaks for itself; with one, it must be that which it was sealed with.
        known = item["id"] if "id" in item else house.seals.recall("sealed", seal)
        if known is None or not house.seals.genuine(seal, known):
            raise refuse(
                f"The encrypted content for item {known} could not be verified. Reason: Encrypted content "
                "could not be decrypted or parsed.",
                None,
                "invalid_encrypted_content",
            )


_MADE = ("reasoning", "message", "function_call", "custom_tool_call", *CALLS, *ITEMS)


def _check_reasoning(items: list[Item], house: House) -> None:
    for index, item in enumerate(items):
        issued: Issued | None = house.seals.recall("item", item.get("id") or "")
        if item["type"] == "reasoning" and "id" not in item:
            continue  # nobody can tell what it led to
        if item["type"] == "reasoning":
            after = items[index + 1] if index + 1 < len(items) else None
            if not _follows(after, issued):
                raise refuse(
                    f"Item '{item['id']}' of type 'reasoning' was provided without its required following item.",
                    "input",
                )
        elif issued and issued.reasoning and not _explained(items[index - 1] if index else {}, issued, house):
            raise refuse(
                f"Item '{item['id']}' of type '{item['type']}' was provided without its required 'reasoning' item: "
                f"'{issued.reasoning}'.",
                "input",
            )


def _explained(before: Item, issued: Issued, house: House) -> bool:
    """Whether the reasoning that led to an item stands before it, by its id or by its seal."""
    known = before.get("id") or house.seals.recall("sealed", before.get("encrypted_content") or "")
    return bool(known == issued.reasoning)


def _follows(after: Item | None, issued: Issued | None) -> bool:
    """Whether this is the item that the reasoning led to; one sent without its id must look like it."""
    if after is None or after["type"] not in _MADE or after.get("role", "assistant") != "assistant":
        return False
    if issued is None:
        return True
    made = issued.follower
    if made is None:
        return False
    if after.get("id"):
        return bool(after["id"] == made["id"])
    if after["type"] in ITEMS:
        return False  # they are known by their ids
    return after["type"] == made["type"] and after.get("call_id") == made.get("call_id")


_CALLS = {"function_call": "function call", "custom_tool_call": "custom tool call", **CALLS}


def _check_calls(items: list[Item]) -> None:
    pending: dict[str, str] = {}
    answered: set[str] = set()
    for item in items:
        kind = item["type"].removesuffix("_output")
        if kind not in _CALLS:
            continue
        name = item["call_id"]
        if item["type"] == kind:
            pending[name] = kind
        elif name in answered:
            raise refuse(
                f"Duplicate {item['type']} for call_id '{name}'. Each {kind} must have exactly one matching "
                f"{item['type']}",
                "input",
            )
        elif pending.pop(name, None) != kind:
            raise refuse(f"No tool call found for {_CALLS[kind]} output with call_id {name}.", "input")
        else:
            answered.add(name)
    for name, kind in pending.items():
        raise refuse(f"No tool output found for {_CALLS[kind]} {name}.", "input")
