"""The conversation as messages of Chat Completions.

``encode`` is above; ``arrange`` then makes the messages what a service with rules of its own wants. One assistant turn
becomes one message: reasoning, text and tool calls together, so that signed thinking goes back exactly once, before
the calls that it led to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...exceptions import UserError
from ..base import Item, Profile, own
from ..history import content_parts, fit, maker_of, sealed, text_of
from ..names import OPENAI

Message = dict[str, Any]


def messages_of(items: Iterable[Item], profile: Profile, model: str) -> list[Message]:
    """The conversation as messages, legal for the reader."""
    writer = _Writer(profile, model)
    for item in fit(list(items), profile):
        writer.add(item)
    writer.close()
    return writer.messages


class _Writer:
    """Gathers items into messages."""

    def __init__(self, profile: Profile, model: str) -> None:
        self.profile = profile
        self.model = model
        self.messages: list[Message] = []
        self._turn: Message | None = None  # the assistant message that is being gathered
        self._response: object = None  # the response id of that turn
        # Images and files of tool outputs, to follow in a user message:
        self._media: list[dict[str, Any]] = []

    def add(self, item: Item) -> None:
        kind = item["type"]
        if kind == "function_call_output":
            self._output(item)
            return
        if kind == "message" and item.get("role") != "assistant":
            self.close()
            self._said_to_model(item)
        elif kind in _TURN:
            self._flush_media()
            getattr(self, _TURN[kind])(item)
        else:
            raise UserError(
                f"Chat Completions cannot carry a {kind!r} item. Take it out of the input, or use the API that made it."
            )

    def close(self) -> None:
        """What is gathered is complete."""
        self._turn = None
        self._flush_media()

    def _flush_media(self) -> None:
        if self._media:
            self.messages.append({"role": "user", "content": self._media})
            self._media = []

    def _said_to_model(self, item: Item) -> None:
        role = item.get("role")
        if role not in ("user", "system", "developer"):
            raise UserError(f"A message's role is user, assistant, system or developer, not {role!r}.")
        parts = [_user_part(part) for part in content_parts(item.get("content"))]
        self.messages.append({"role": "system" if role == "developer" else role, "content": _compact(parts)})

    # One assistant turn: reasoning, text and calls of one response go into one message.

    def _turn_of(self, item: Item) -> Message:
        data = item.get("provider_data")
        response = data.get("response_id") if isinstance(data, Mapping) else None
        if self._turn is not None:
            known = response and self._response
            complete = self._turn.get("content") or self._turn.get("tool_calls")
            if response != self._response if known else complete and item["type"] != "function_call":
                self._turn = None
        if self._turn is None:
            self._turn = {"role": "assistant"}
            self.messages.append(self._turn)
            self._response = None
        self._response = self._response or response
        return self._turn

    def _text(self, item: Item) -> None:
        turn = self._turn_of(item)
        _say(turn, text_of(item))
        self._details(turn, item)
        if signatures := self._signed(item, "thought_signatures"):
            if self.profile.signature_place == "extra_content":
                turn["extra_content"] = {"google": {"thought_signature": signatures[-1]}}
            else:
                turn["provider_specific_fields"] = {"thought_signatures": list(signatures)}

    def _reasoning(self, item: Item) -> None:
        text = text_of({"content": item.get("summary")}) or text_of(item)
        form = self.profile.reasoning_replay
        turn = self._turn_of(item) if text or form != "reasoning_content" else {}
        if sealed(item, self.profile):
            turn.setdefault("thinking_blocks", []).append(_thinking_block(item, text))
        elif form == "think_tags":
            data = item.get("provider_data") or {}
            tag = self.profile.think_tag or "think"
            _say(turn, f"<{tag}>{text}</{tag}>{data.get('gap', '')}")
        elif form == "thinking_chunks":
            _say(turn, "")
            turn["content"] = [*_chunks(turn["content"]), _thinking_chunk(item, text)]
        elif form == "reasoning_details":
            self._details(turn, item)
        elif text:
            field = "reasoning" if form == "reasoning" else "reasoning_content"
            turn[field] = turn.get(field, "") + text

    def _details(self, turn: Message, item: Item) -> None:
        """OpenRouter's own account of the reasoning, as it came, to the model that made it."""
        data = item.get("provider_data")
        if self.profile.reasoning_replay != "reasoning_details" or not isinstance(data, Mapping):
            return
        own = data.get("provider") == self.profile.provider and data.get("model") == self.model
        if own and data.get("reasoning_details"):
            turn.setdefault("reasoning_details", []).extend(data["reasoning_details"])

    def _call(self, item: Item) -> None:
        if not item.get("name"):
            raise UserError(f"The function_call item with call_id {item['call_id']!r} has no 'name'.")
        call: dict[str, Any] = {
            "id": item["call_id"],
            "type": "function",
            "function": {"name": OPENAI.to_wire(str(item["name"])), "arguments": item["arguments"]},
        }
        if signature := self._signed(item, "thought_signature"):
            if self.profile.signature_place == "extra_content":
                call["extra_content"] = {"google": {"thought_signature": signature}}
            else:
                call["provider_specific_fields"] = {"thought_signature": signature}
        turn = self._turn_of(item)
        self._details(turn, item)
        turn.setdefault("tool_calls", []).append(call)

    def _signed(self, item: Item, name: str) -> Any:
        """A signature that came with an item, where this very model made it: Gemini's are not portable."""
        if not self.profile.signs_calls or maker_of(item) != self.profile.provider:
            return None
        data = item["provider_data"]
        return data.get(name) if data.get("model") == self.model else None

    def _output(self, item: Item) -> None:
        self._turn = None
        output = item.get("output", "")
        content: Any = output if isinstance(output, str) else self._output_parts(item["call_id"], output)
        self.messages.append({"role": "tool", "tool_call_id": item["call_id"], "content": content})

    def _output_parts(self, call_id: str, output: object) -> Any:
        parts = [_user_part(part) for part in content_parts(output)]
        stays = _IN_TOOL_MESSAGES[self.profile.tool_media]
        media = [part for part in parts if part["type"] not in stays]
        kept = [part for part in parts if part["type"] in stays]
        content = "".join(part["text"] for part in kept) if stays == _TEXT else _compact(kept) if kept else ""
        if not media:
            return content
        self._media += [{"type": "text", "text": f"Output of tool call {call_id}:"}, *media]
        return content or "The output follows in the next message."


_TEXT = frozenset({"text"})
_IN_TOOL_MESSAGES: Mapping[str, frozenset[str]] = {
    "native": frozenset({"text", "image_url", "file", "input_audio", "video_url"}),
    "images": frozenset({"text", "image_url"}),
    "user": _TEXT,
}
"""Which parts a tool message may hold, by profile."""
_TURN = {"message": "_text", "reasoning": "_reasoning", "function_call": "_call"}


def _thinking_block(item: Item, text: str) -> dict[str, Any]:
    data = item.get("provider_data") or {}
    if data.get("type") == "redacted_thinking":
        return {"type": "redacted_thinking", "data": item["encrypted_content"]}
    return {"type": "thinking", "thinking": text, "signature": item["encrypted_content"]}


def _say(turn: Message, text: str) -> None:
    """More text in an assistant message."""
    content = turn.get("content", "")
    turn["content"] = [*content, {"type": "text", "text": text}] if isinstance(content, list) else content + text


def _chunks(content: Any) -> list[dict[str, Any]]:
    if isinstance(content, list):
        return content
    return [{"type": "text", "text": content}] if content else []


def _thinking_chunk(item: Item, text: str) -> dict[str, Any]:
    """Mistral's reasoning, which stands in the content."""
    chunk: dict[str, Any] = {"type": "thinking", "thinking": [{"type": "text", "text": text}] if text else []}
    return {**chunk, "signature": item["encrypted_content"]} if item.get("encrypted_content") else chunk


def _compact(parts: list[dict[str, Any]]) -> Any:
    """Text alone as a string, which every service reads; anything else as parts."""
    if all(part["type"] == "text" for part in parts):
        return "".join(part["text"] for part in parts) if len(parts) < 2 else parts
    return parts


def _user_part(part: Mapping[str, Any]) -> dict[str, Any]:
    """A content part in the words of Chat Completions; its own spelling is accepted as well."""
    kind = part.get("type")
    if kind in ("input_text", "output_text", "text"):
        return {"type": "text", "text": str(part.get("text") or "")}
    if kind == "refusal":
        return {"type": "text", "text": str(part.get("refusal") or "")}
    if kind == "input_image":
        return {"type": "image_url", "image_url": _image(part)}
    if kind == "input_file":
        return {"type": "file", "file": _file(part)}
    if kind in ("input_audio", "image_url", "file", "video_url"):
        if not part.get(kind):
            raise UserError(f"A content part of type {kind!r} needs its content under {kind!r}.")
        return {"type": kind, kind: own(part[kind])}
    raise UserError(f"Chat Completions cannot carry a content part of type {kind!r}.")


def _image(part: Mapping[str, Any]) -> dict[str, Any]:
    url = part.get("image_url")
    if not url:
        raise UserError("Chat Completions takes images by URL or data URL: input_image needs 'image_url'.")
    image: dict[str, Any] = own(url) if isinstance(url, Mapping) else {"url": url}
    if part.get("detail"):
        image["detail"] = part["detail"]
    return image


def _file(part: Mapping[str, Any]) -> dict[str, Any]:
    if part.get("file_id"):
        return {"file_id": part["file_id"]}
    if part.get("file_data"):
        file = {"file_data": part["file_data"]}
        if part.get("filename"):
            file["filename"] = part["filename"]
        return file
    raise UserError("Chat Completions takes files by 'file_data' (a data URL) or 'file_id', not by 'file_url'.")
