"""Rules of services about the order and the form of messages: one pass for each, taken where the profile says so.

``encode`` is above. Each pass is a function from messages to messages; the sources stand beside the profile's fields
in the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..base import Profile

Message = dict[str, Any]


def arranged(messages: list[Message], profile: Profile) -> list[Message]:
    """The messages as the service of this profile takes them."""
    for wanted, rule in _RULES:
        if wanted(profile):
            messages = list(rule(messages, profile))
    return messages


def marked_for_cache(messages: list[Message]) -> list[Message]:
    """The messages with Anthropic's marks: what stands before one is kept for the next request.

    Marked are the system's words, with the tools before them, and what the model was told last.
    """
    system = next((at for at, message in enumerate(messages) if message["role"] == "system"), None)
    told = [at for at, message in enumerate(messages) if message["role"] in ("user", "tool") and message["content"]]
    marked = {system, told[-1] if told else None}
    return [_marked(message) if at in marked else message for at, message in enumerate(messages)]


def _marked(message: Message) -> Message:
    parts = _parts(message["content"])
    return {**message, "content": [*parts[:-1], {**parts[-1], "cache_control": {"type": "ephemeral"}}]}


def _one_system_message(messages: list[Message], profile: Profile) -> Iterator[Message]:
    head = next((at for at, message in enumerate(messages) if message["role"] != "system"), len(messages))
    if head:
        yield {"role": "system", "content": "\n\n".join(_text(message["content"]) for message in messages[:head])}
    for message in messages[head:]:
        if message["role"] == "system":
            parts = [{"type": "text", "text": "System message:\n"}, *_parts(message["content"])]
            yield {"role": "user", "content": parts if _has_media(parts) else _text(parts)}
        else:
            yield message


def _begin_with_user(messages: list[Message], profile: Profile) -> Iterator[Message]:
    """A conversation that a handoff or a filter cut may begin with the assistant, or hold nothing."""
    first = next((at for at, message in enumerate(messages) if message["role"] != "system"), len(messages))
    yield from messages[:first]
    if first == len(messages) or messages[first]["role"] != "user":
        yield {"role": "user", "content": "(The conversation begins here.)"}
    yield from messages[first:]


def _split_calls(messages: list[Message], profile: Profile) -> Iterator[Message]:
    calls: dict[str, Message] = {}
    for message in messages:
        if message["role"] == "assistant" and len(message.get("tool_calls") or ()) > 1:
            first = {key: value for key, value in message.items() if key != "tool_calls"}
            for call in message["tool_calls"]:
                calls[call["id"]] = {**first, "tool_calls": [call]}
                first = {"role": "assistant"}
        else:
            if message["role"] == "tool" and message["tool_call_id"] in calls:
                yield calls.pop(message["tool_call_id"])
            yield message


def _bridge(messages: list[Message], profile: Profile) -> Iterator[Message]:
    before = None
    for message in messages:
        if before == "tool" and message["role"] == "user":
            yield {"role": "assistant", "content": profile.bridge_after_tools}
        before = message["role"]
        yield message


def _stand_in_for_reasoning(messages: list[Message], profile: Profile) -> Iterator[Message]:
    for message in messages:
        bare = message["role"] == "assistant" and message.get("tool_calls") and not message.get("reasoning_content")
        yield {**message, "reasoning_content": profile.reasoning_stand_in} if bare else message


def _content_of_calls(messages: list[Message], profile: Profile) -> Iterator[Message]:
    filler = None if profile.call_content == "null" else " "
    for message in messages:
        bare = message["role"] == "assistant" and message.get("tool_calls") and not message.get("content")
        yield {**message, "content": filler} if bare else message


def _merge_neighbours(messages: list[Message], profile: Profile) -> Iterator[Message]:
    last: Message | None = None
    for message in messages:
        if last is not None and _plain_pair(last, message):
            last = {**last, "content": _joined(last["content"], message["content"])}
            continue
        if last is not None:
            yield last
        last = message
    if last is not None:
        yield last


def _plain_pair(one: Message, other: Message) -> bool:
    """Whether two messages are nothing but content, of one role."""
    same = one["role"] == other["role"] != "tool"
    return same and set(one) == set(other) == {"role", "content"}


def _string_content(messages: list[Message], profile: Profile) -> Iterator[Message]:
    for message in messages:
        content = message.get("content")
        plain = isinstance(content, list) and not _has_media(content)
        yield {**message, "content": _text(content)} if plain else message


def _parts(content: Any) -> list[dict[str, Any]]:
    return content if isinstance(content, list) else [{"type": "text", "text": content or ""}]


def _has_media(parts: list[Mapping[str, Any]] | list[dict[str, Any]]) -> bool:
    return any(part["type"] != "text" for part in parts)


def _text(content: Any) -> str:
    return content if isinstance(content, str) else "\n".join(part["text"] for part in content if "text" in part)


def _joined(one: Any, other: Any) -> Any:
    if isinstance(one, str) and isinstance(other, str):
        return f"{one}\n\n{other}"
    return [*_parts(one), *_parts(other)]


_RULES: tuple[tuple[Callable[[Profile], bool], Callable[[list[Message], Profile], Iterator[Message]]], ...] = (
    (lambda profile: profile.one_system_message, _one_system_message),
    (lambda profile: profile.user_first, _begin_with_user),
    (lambda profile: profile.splits_calls, _split_calls),
    (lambda profile: bool(profile.bridge_after_tools), _bridge),
    (lambda profile: profile.reasoning_stand_in is not None, _stand_in_for_reasoning),
    (lambda profile: profile.call_content != "absent", _content_of_calls),
    (lambda profile: profile.merges_neighbours, _merge_neighbours),
    (lambda profile: profile.string_content, _string_content),
)
