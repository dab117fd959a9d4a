"""The conversation as Gemini's ``contents``: turns of the user and of the model, each a list of parts.

``encode`` is above, ``parts`` and ``names`` below. The rules, from Google's pages on function calling and on thought
signatures: the outputs of one turn's calls stand together in the turn that follows it, in the order of the calls; a
signature returns on the part that it came with, to the model that made it, and no two parts become one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from ...exceptions import UserError
from ..base import Item, Profile
from ..history import INTERRUPTED, content_parts, fit, maker_of, sealed, text_of
from ..hosted import HOSTED
from ..names import GEMINI
from .parts import part_of

Part = dict[str, Any]
Content = dict[str, Any]

NO_SIGNATURE = "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I="
"""``skip_thought_signature_validator`` in base64: Google's own stand-in for the signature of a call that Gemini did not
make. It is documented as a last resort, and stands only where none would be refused."""
_SYSTEM = ("system", "developer")


def conversation(
    items: Sequence[Item], instructions: str | None, profile: Profile, model: str
) -> tuple[list[Part], list[Content]]:
    """What the system says, and the turns.

    Raises:
        UserError: An item cannot be told, or there is nothing to tell.
    """
    system = [{"text": instructions}] if instructions else []
    writer = _Writer(profile, model)
    fitted = fit(items, profile, reads_hosted=writer.takes_hosted)
    leading = 0
    while leading < len(fitted) and fitted[leading].get("role") in _SYSTEM:
        found = _parts(fitted[leading].get("content"))
        if any("text" not in part for part in found):
            break  # the system's instruction is text alone
        system += found
        leading += 1
    for item in fitted[leading:]:
        writer.add(item)
    contents = writer.close()
    if not contents:
        if not system:
            raise UserError("There is nothing to send: Gemini needs instructions or a message.")
        system, contents = [], [{"role": "user", "parts": system}]  # a request without a turn is refused
    elif contents[0]["role"] == "model":  # calls must follow a turn of the user
        contents.insert(0, {"role": "user", "parts": [{"text": "(The beginning of the conversation is not shown.)"}]})
    if contents[-1]["role"] == "model" and not profile.prefill:
        contents.append({"role": "user", "parts": [{"text": "Continue."}]})
    if profile.gemini_demands_signatures:
        _stand_in_for_signatures(contents)
    return system, contents


def _parts(content: object) -> list[Part]:
    return [part for each in content_parts(content) if (part := part_of(each)) is not None]


def _stand_in_for_signatures(contents: list[Content]) -> None:
    """The first call of each step of the current turn must be signed; it begins with what the user said last."""
    said = [index for index, turn in enumerate(contents) if turn["role"] == "user" and not _answers(turn)]
    for turn in contents[said[-1] + 1 :]:
        first = next((part for part in turn["parts"] if "functionCall" in part), None)
        if first is not None:
            first.setdefault("thoughtSignature", NO_SIGNATURE)


def _answers(turn: Content) -> bool:
    """Whether a turn holds the outputs of calls: they stand first in it."""
    return "functionResponse" in turn["parts"][0]


class _Writer:
    """Gathers items into turns."""

    def __init__(self, profile: Profile, model: str) -> None:
        self.profile = profile
        self.model = model
        self.contents: list[Content] = []
        self._media: list[Part] = []  # images and files of tool outputs, to follow behind all outputs
        self._calls: dict[str, tuple[str, str | None]] = {}  # by call id: the name, and the id that Gemini gave

    def add(self, item: Item) -> None:
        kind = item["type"]
        if kind == "function_call_output":
            self._output(item)
        elif kind == "function_call":
            self._call(item)
        elif kind == "reasoning":
            self._thought(item)
        elif kind == "image_generation_call":
            self._image(item)
        elif kind in HOSTED:
            if parts := self._own(item)["replay"]:
                self._turn("model", [dict(part) for part in parts])
        elif kind != "message":
            raise UserError(
                f"Gemini cannot carry a {kind!r} item. Take it out of the input, or use the API that made it."
            )
        elif item.get("role") == "assistant":
            self._said(item)
        else:
            self._heard(item)

    def takes_hosted(self, item: Item) -> bool:
        """Whether what a hosted tool did goes back: to the very model, and whole; an image to any of the provider's."""
        if item["type"] == "image_generation_call":
            return maker_of(item) == self.profile.provider and "mime_type" in item["provider_data"]
        parts = self._own(item).get("replay")
        return parts is not None and len(parts) != 1  # a use without its result is refused

    def close(self) -> list[Content]:
        """What is gathered is complete."""
        self._turn("", [])
        return self.contents

    def _turn(self, role: str, parts: list[Part], *, answering: bool = False) -> None:
        """More parts of a turn: neighbours of one role are one turn, but for outputs, which stand alone."""
        last = self.contents[-1] if self.contents else None
        if last is not None and (last["role"] != role or _answers(last) != answering):
            last["parts"] += self._media
            self._media = []
            last = None
        if last is not None:
            last["parts"] += parts
        elif parts:
            self.contents.append({"role": role, "parts": parts})

    def _heard(self, item: Item) -> None:
        role = item.get("role")
        if role not in ("user", *_SYSTEM):
            raise UserError(f"A message's role is user, assistant, system or developer, not {role!r}.")
        parts = _parts(item.get("content"))
        if role in _SYSTEM and parts:  # there is no such role in mid-conversation
            parts.insert(0, {"text": "Instruction from the system:"})
        self._turn("user", parts)

    # Turns of the model.

    def _own(self, item: Item) -> Mapping[str, Any]:
        """What the model left on an item, where it was this very model: signatures are not portable."""
        data = item.get("provider_data")
        if not isinstance(data, Mapping) or data.get("provider") != self.profile.provider:
            return {}
        return data if data.get("model") == self.model else {}

    def _said(self, item: Item) -> None:
        text, own = text_of(item), self._own(item)
        signatures = own.get("thought_signatures") or ()
        spans = own.get("signed_text") or [[0, len(text)]]
        parts, told = [], 0
        for signature, span in zip_longest(signatures, spans[: len(signatures)]):
            start, end = span or (len(text), len(text))
            if start > told:
                parts.append({"text": text[told:start]})
            parts.append({"text": text[start:end], "thoughtSignature": signature})
            told = end
        if text[told:]:
            parts.append({"text": text[told:]})
        self._turn("model", parts)

    def _thought(self, item: Item) -> None:
        own = self._own(item)
        signed = sealed(item, self.profile)
        if signed and not own:  # another model of this provider made it
            return
        part: Part = {"text": text_of({"content": item.get("summary")}) or text_of(item)}
        if own.get("type") != "thought_signature":
            part["thought"] = True
        if signed:
            part["thoughtSignature"] = item["encrypted_content"]
        if signed or part["text"]:
            self._turn("model", [part])

    def _image(self, item: Item) -> None:
        blob = {"mimeType": item["provider_data"]["mime_type"], "data": item.get("result") or ""}
        signature = self._own(item).get("thought_signature")
        self._turn("model", [{"inlineData": blob, **({"thoughtSignature": signature} if signature else {})}])

    def _call(self, item: Item) -> None:
        name = item.get("name")
        if not name:
            raise UserError(f"The function_call item with call_id {item['call_id']!r} has no 'name'.")
        data = item.get("provider_data") or {}
        issued = data.get("call_id") if maker_of(item) == self.profile.provider else None
        wire_name = GEMINI.to_wire(str(name))
        self._calls[item["call_id"]] = (wire_name, issued)
        call = {"name": wire_name, "args": json.loads(item["arguments"])}
        part: Part = {"functionCall": {"id": issued, **call} if issued else call}
        if signature := self._own(item).get("thought_signature"):
            part["thoughtSignature"] = signature
        self._turn("model", [part])

    # What the tools answered.

    def _output(self, item: Item) -> None:
        name, issued = self._calls[item["call_id"]]
        output = item.get("output", "")
        parts = _parts(output)
        text = "".join(part["text"] for part in parts if "text" in part)
        media = [part for part in parts if "text" not in part]
        answer: dict[str, Any] = {"id": issued} if issued else {}
        answer |= {"name": name, "response": {"error" if output == INTERRUPTED else "output": text}}
        if media and self.profile.tool_media == "native":
            answer["parts"] = media
            media = []
        if media and not text:
            answer["response"]["output"] = "The output follows below."
        self._turn("user", [{"functionResponse": answer}], answering=True)
        if media:
            self._media += [{"text": f"Output of {name}:"}, *media]
