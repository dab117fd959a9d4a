"""What an answer says, and where services put it: text, tagged text, parts, reasoning in details, sources.

``decode`` is above and reads the fields; here they are told to the assembler. ``content`` is below.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from ... import openai_types as oai
from ...native_calls import field_of
from ..assembly import Assembler
from ..base import Profile
from .content import Kind, TaggedText, calls_in, may_be_calls
from .wire import Audio, Completion, Message, read_as

_MERGED = {"reasoning.text": "text", "reasoning.summary": "summary"}
"""Kinds of details that come in fragments, and the field that grows."""


class Said:
    """The content of an answer."""

    def __init__(self, assembler: Assembler, profile: Profile) -> None:
        self._assembler = assembler
        tag = profile.think_tag
        self._tagged = TaggedText(tag, implied=profile.think_tag_implied) if tag else None
        self._held: str | None = "" if profile.calls_in_text else None  # what may yet be a call
        self._audio: list[str] = []
        self._audio_id: str | None = None

    def text(self, text: str, logprobs: list[Any] | None = None) -> None:
        """A fragment of the content."""
        if self._tagged is None:
            if self._held is None:
                self._assembler.text(text, logprobs)
            else:
                self._told("text", text, logprobs)
            return
        for kind, fragment in self._tagged.feed(text):
            self._told(kind, fragment, logprobs)
            logprobs = None if kind == "text" else logprobs

    def parts(self, parts: list[Any], logprobs: list[Any] | None) -> None:
        """Content in parts: text, and the reasoning of Mistral's models or of Claude on Databricks."""
        for part in parts:
            kind = field_of(part, "type")
            if kind in ("text", None):
                text = field_of(part, "text")
                if isinstance(text, str) and text:
                    self.text(text, logprobs)
                    logprobs = None
            elif kind in ("thinking", "reasoning"):
                self._thought(part, str(kind))
            elif kind == "image_url":
                self._image(part)

    def beyond_text(self, said: Message) -> None:
        """Images, and an answer that is spoken, of which there is a transcript."""
        for part in said.images if isinstance(said.images, list) else ():
            self._image(part)
        audio = read_as(Audio, said.audio)
        if audio is None:
            return
        if audio.transcript:
            self.text(audio.transcript)
        self._audio_id = audio.id or self._audio_id
        if audio.data:
            self._audio.append(audio.data)

    def _image(self, part: Any) -> None:
        where = field_of(part, "image_url")
        url = where if isinstance(where, str) else field_of(where, "url")
        if not isinstance(url, str):
            return
        head, _, data = url.removeprefix("data:").partition(",")
        if url.startswith("data:"):
            self._assembler.image(data, mime_type=head.partition(";")[0])
        else:
            self._assembler.image(None, url=url)

    def _heard(self) -> None:
        """Keep what was spoken with its transcript."""
        if self._audio and self._assembler.has_text:
            found = {"id": self._audio_id, "data": _joined(self._audio)}
            self._assembler.message_data({"audio": {name: value for name, value in found.items() if value}})

    def close(self, *, calls: bool) -> None:
        """The content is complete; ``calls`` tells whether there are calls beside it."""
        if self._tagged is not None:
            for kind, fragment in self._tagged.close():
                self._told(kind, fragment, None)
        held, self._held = self._held, None
        found = [] if calls or not held else calls_in(held)
        for key, (name, arguments) in enumerate(found):
            self._assembler.call(("text", key), None, name)
            self._assembler.arguments(("text", key), arguments)
        if held and not found:
            self._assembler.text(held)
        self._heard()

    def _told(self, kind: Kind, text: str, logprobs: list[Any] | None) -> None:
        if kind == "reasoning":
            self._assembler.reasoning(text, type="think_tag")
        elif kind == "gap":
            if self._assembler.reasons:  # an empty tag leaves no item
                self._assembler.reasoning("", gap=text)
        elif self._held is not None and may_be_calls(self._held + text):
            self._held += text
        else:
            held, self._held = self._held, None
            self._assembler.text(f"{held or ''}{text}", logprobs)

    def _thought(self, part: Any, kind: str) -> None:
        told = field_of(part, "thinking" if kind == "thinking" else "summary")
        if text := reasoning_text(told):
            self._assembler.reasoning(text, type=f"{kind}_chunk")
        signature = field_of(part, "signature")
        if isinstance(signature, str) and signature:
            self._assembler.seal(signature, type=f"{kind}_chunk")


class ReasoningDetails:
    """OpenRouter's account of the reasoning, which wants to be sent back as it came, in order."""

    def __init__(self) -> None:
        self._open: list[dict[str, Any]] = []  # of the open reasoning item
        self._late: list[dict[str, Any]] = []  # what came when the answer had begun

    def read(self, raw: Any, text: str, assembler: Assembler) -> None:
        """Details, and the same in plain words, where the service says it so too."""
        details = [dict(each) for each in raw if isinstance(each, Mapping)] if isinstance(raw, list) else []
        text = text or "".join(reasoning_text(each.get(_MERGED.get(str(each.get("type")), ""))) for each in details)
        if assembler.answered and not text:
            self._late += details
            return
        if not assembler.reasons:
            self._open = []
        for each in details:
            _add(self._open, each)
        if text or details:
            assembler.reasoning(text, reasoning_details=self._open)

    def close(self, assembler: Assembler) -> None:
        """The answer is complete: what came late goes with its last item."""
        if not self._late:
            return
        data = {"reasoning_details": self._late}
        if assembler.calls:
            list(assembler.calls.values())[-1].data.update(data)
        elif assembler.has_text:
            assembler.message_data(data)


def _add(details: list[dict[str, Any]], each: dict[str, Any]) -> None:
    """Add a detail, or to the one that it is a fragment of."""
    grows = _MERGED.get(str(each.get("type")))
    last = details[-1] if details else {}
    same = all(last.get(name) == each.get(name) for name in ("type", "index"))
    if grows is None or not same or last.get("signature"):
        details.append(each)
        return
    grown = f"{last.get(grows) or ''}{each.get(grows) or ''}"
    last.update({name: value for name, value in each.items() if value is not None}, **{grows: grown})


class Sources:
    """Perplexity's sources, which stand beside the choices, and in every chunk."""

    def __init__(self) -> None:
        self._found: list[tuple[str, str]] = []

    def read(self, chunk: Completion) -> None:
        """Look for sources in a chunk; the last ones count."""
        results = chunk.search_results if isinstance(chunk.search_results, list) else []
        found = [(field_of(each, "url"), field_of(each, "title")) for each in results]
        if not found and isinstance(chunk.citations, list):
            found = [(each, "") for each in chunk.citations]
        self._found = [(url, str(title or "")) for url, title in found if isinstance(url, str)] or self._found

    def cite(self, assembler: Assembler) -> None:
        """Note the sources on the text that rests on them."""
        for url, title in self._found if assembler.has_text else ():
            note = oai.AnnotationURLCitation(type="url_citation", url=url, title=title, start_index=0, end_index=0)
            assembler.annotate(note)


def _joined(fragments: Sequence[str]) -> str:
    """Fragments of base64, each with an end of its own, as one text of base64."""
    try:
        return base64.b64encode(b"".join(map(base64.b64decode, fragments))).decode()
    except ValueError:
        return "".join(fragments)


def google_signature(extra: Any) -> str | None:
    """The thought signature among Google's own fields."""
    google = field_of(extra, "google") if extra is not None else None
    signature = field_of(google, "thought_signature") if google is not None else None
    return signature if isinstance(signature, str) and signature else None


def reasoning_text(value: Any) -> str:
    """Reasoning is text; some services wrap it in an object or a list of parts."""
    if not value or isinstance(value, str):
        return value or ""
    parts: Sequence[Any] = value if isinstance(value, list) else [value]
    texts = (p if isinstance(p, str) else field_of(p, "text") or field_of(p, "content") for p in parts)
    return "".join(text for text in texts if isinstance(text, str))
