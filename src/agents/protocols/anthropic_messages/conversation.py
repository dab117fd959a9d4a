"""The conversation as the turns of Messages: user and assistant by turns, results right behind their calls.

Order rules are from Anthropic's guides to tool use and extended thinking: all results of a turn stand first in the one
user turn that follows it, thinking goes back with its signature where it stood, no text is blank, and a turn does not
end with thinking.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from ...exceptions import UserError
from ..base import Item, Profile
from ..history import INTERRUPTED, content_parts, fit, maker_of, sealed, text_of
from ..hosted import HOSTED
from ..names import ANTHROPIC
from .content import Block, blocks_of, text_block
from .wire import PAUSES

Turn = dict[str, Any]

_USES = ("server_tool_use", "mcp_tool_use")
THINKING = ("thinking", "redacted_thinking")
_OPENING = text_block("(The conversation begins here.)")
_CONTINUE = text_block("Continue.")
_TEXT = frozenset({"input_text", "output_text", "text"})


def turns_of(items: Iterable[Item], profile: Profile, *, prefill: bool) -> tuple[list[str], list[Turn]]:
    """The system messages at the head of the conversation, and its turns.

    Args:
        items: The conversation.
        profile: Its reader.
        prefill: Whether it may end with the assistant.
    """
    writer = _Writer(profile)
    fitted = fit(list(items), profile, reads_hosted=writer.takes_hosted)
    head = next((at for at, item in enumerate(fitted) if not _leads(item)), len(fitted))
    system = [text for item in fitted[:head] if (text := text_of(item)).strip()]
    for item in fitted[head:]:
        writer.add(item)
    paused = bool(fitted) and _paused(fitted[-1])
    return system, _legal(_without_half_pairs(writer.turns, paused=paused), prefill=prefill, paused=paused)


def without_thinking(turns: Sequence[Turn]) -> list[Turn]:
    """The turns for a request that turns thinking off on a model which would refuse to see it then."""
    kept = ({**turn, "content": [b for b in turn["content"] if b["type"] not in THINKING]} for turn in turns)
    return [turn for turn in kept if turn["content"]]


def thinks(turns: Sequence[Turn]) -> bool:
    """Whether any thinking goes back."""
    return any(block["type"] in THINKING for turn in turns for block in turn["content"])


def loop_begins_thoughtless(turns: Sequence[Turn]) -> bool:
    """Whether the calls whose results the model is about to read began without thinking.

    With a budget the service wants thinking at the head of that turn; it is not there when the calls were made by
    another model, or while thinking was off.
    """
    start = 0
    for at, turn in enumerate(turns):
        if turn["role"] != "assistant" and not _has(turn, "tool_result"):
            start = at
    loop = [turn for turn in turns[start:] if turn["role"] == "assistant" and _has(turn, "tool_use")]
    return bool(loop) and loop[0]["content"][0]["type"] not in THINKING


class _Writer:
    """Gathers items into turns."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.turns: list[Turn] = []

    def takes_hosted(self, item: Item) -> bool:
        """Whether what a hosted tool did goes back: it holds the blocks of this very service."""
        return maker_of(item) == self.profile.provider and "replay" in item["provider_data"]

    def add(self, item: Item) -> None:
        kind = item["type"]
        if kind == "message":
            self._message(item)
        elif kind == "reasoning":
            self._assistant(item, self._thinking(item))
        elif kind == "function_call":
            self._assistant(item, [_tool_use(item)])
        elif kind == "function_call_output":
            _append(self.turns, "user", [_tool_result(item)])
        elif kind in HOSTED:
            _append(self.turns, "assistant", map(dict, item["provider_data"]["replay"]))
        else:
            raise UserError(
                f"Anthropic Messages cannot carry a {kind!r} item. Take it out of the input, or use the API that made "
                "it."
            )

    def _message(self, item: Item) -> None:
        role = item.get("role")
        if role == "assistant":
            text = text_of(item)
            self._assistant(item, [text_block(text)] if text.strip() else [])
        elif role == "user":
            _append(self.turns, "user", blocks_of(item.get("content")))
        elif role in ("system", "developer"):
            self._system(blocks_of(item.get("content")))
        else:
            raise UserError(f"A message's role is user, assistant, system or developer, not {role!r}.")

    def _system(self, blocks: list[Block]) -> None:
        """A system message in mid-conversation: a turn of its own only after a user turn, else the user's words."""
        told = self.profile.system_turns and self.turns and self.turns[-1]["role"] != "assistant"
        if told and all(block["type"] == "text" for block in blocks):
            _append(self.turns, "system", blocks)
        elif blocks:
            _append(self.turns, "user", [text_block("System message:"), *blocks])

    def _assistant(self, item: Item, blocks: list[Block]) -> None:
        """Blocks of the assistant's, between those of its service's own tools."""
        own = maker_of(item) == self.profile.provider
        data: Mapping[str, Any] = item["provider_data"] if own else {}
        _append(self.turns, "assistant", [*data.get("blocks_before", ()), *blocks, *data.get("blocks_after", ())])

    def _thinking(self, item: Item) -> list[Block]:
        text = text_of({"content": item.get("summary")}) or text_of(item)
        if sealed(item, self.profile):
            data: Mapping[str, Any] = item["provider_data"]
            if data.get("type") == "redacted_thinking":
                return [{"type": "redacted_thinking", "data": item["encrypted_content"]}]
            return [{"type": "thinking", "thinking": text, "signature": item["encrypted_content"]}]
        if text and self.profile.reasoning_replay == "reasoning_content":  # services that sign nothing
            return [{"type": "thinking", "thinking": text, "signature": ""}]
        return []


def _tool_use(item: Item) -> Block:
    if not item.get("name"):
        raise UserError(f"The function_call item with call_id {item['call_id']!r} has no 'name'.")
    arguments = msgspec.json.decode(item["arguments"])
    return {"type": "tool_use", "id": item["call_id"], "name": ANTHROPIC.to_wire(str(item["name"])), "input": arguments}


def _tool_result(item: Item) -> Block:
    output = item.get("output", "")
    result = {"type": "tool_result", "tool_use_id": item["call_id"]}
    if output == INTERRUPTED:
        result["is_error"] = True
    content = output if isinstance(output, str) and output.strip() else blocks_of(output)
    return {**result, "content": content} if content else result


def _leads(item: Item) -> bool:
    """Whether an item can join the system prompt where it stands at the head of the conversation."""
    if item["type"] != "message" or item.get("role") not in ("system", "developer"):
        return False
    return all(part.get("type") in _TEXT for part in content_parts(item.get("content")))


def _paused(item: Item) -> bool:
    """Whether the model only paused: its turn goes back as it is, for it to go on with."""
    data = item.get("provider_data")
    return isinstance(data, Mapping) and data.get("stop_reason") in PAUSES


def _legal(turns: list[Turn], *, prefill: bool, paused: bool) -> list[Turn]:
    """The turns without what the service refuses: a blank end, a turn that ends with thinking, a wrong beginning."""
    if turns and turns[-1]["role"] == "assistant" and prefill:
        _trim(turns[-1]["content"])
    legal: list[Turn] = []
    for turn in turns:
        blocks = turn["content"]
        while blocks and blocks[-1]["type"] in THINKING:
            blocks.pop()
        _append(legal, turn["role"], blocks)
    if not legal or legal[0]["role"] == "assistant":
        legal.insert(0, {"role": "user", "content": [dict(_OPENING)]})
    last = legal[-1]
    if last["role"] == "assistant" and not (prefill or paused) and last["content"][-1]["type"] in ("text", "tool_use"):
        legal.append({"role": "user", "content": [dict(_CONTINUE)]})
    return legal


def _without_half_pairs(turns: list[Turn], *, paused: bool) -> list[Turn]:
    """The turns without uses of the service's tools that have no result, and results without use: both are refused.

    A turn that was cut off, or filtered, leaves such halves; one that paused goes on with its use.
    """
    used, answered = set(), set()
    for turn in turns:
        for block in turn["content"]:
            if block["type"] in _USES:
                used.add(block.get("id"))
            elif _is_result(block) and block["tool_use_id"] in used:
                answered.add(block["tool_use_id"])
    kept: list[Turn] = []
    for turn in turns:
        open_ones = used if paused and turn is turns[-1] else answered
        blocks = [
            block
            for block in turn["content"]
            if not (block["type"] in _USES and block.get("id") not in open_ones)
            and not (_is_result(block) and block["tool_use_id"] not in answered)
        ]
        _append(kept, turn["role"], blocks)
    return kept


def _is_result(block: Block) -> bool:
    return block["type"] != "tool_result" and block["type"].endswith("_tool_result") and "tool_use_id" in block


def _trim(blocks: list[Block]) -> None:
    if blocks and blocks[-1]["type"] == "text":
        blocks[-1]["text"] = blocks[-1]["text"].rstrip()


def _append(turns: list[Turn], role: str, blocks: Iterable[Block]) -> None:
    """Add to the conversation; what one role says in a row is one turn."""
    added = list(blocks)
    if turns and turns[-1]["role"] == role:
        turns[-1]["content"] += added
    elif added:
        turns.append({"role": role, "content": added})


def _has(turn: Turn, kind: str) -> bool:
    return any(block["type"] == kind for block in turn["content"])
