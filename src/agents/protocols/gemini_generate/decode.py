"""Answers of generateContent, whole and streamed: a stream's frames are small answers, and both are read alike.

Facts are from Google's API reference, its page on thought signatures and the types of its own client.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ... import openai_types as oai
from ...error_map import stream_error, unreadable
from ...exceptions import ProviderProtocolError
from ...items import ModelResponse
from ...usage import Usage, input_details, output_details
from ..assembly import Assembler
from ..base import BungledAnswer, Maker, Profile
from ..hosted import HostedItem
from ..names import FINAL_OUTPUT
from .hosted import fields_of_result, is_hosted, is_use, item_of_use, searches_behind, verbatim
from .wire import (
    Answer,
    Blob,
    Candidate,
    Citations,
    FunctionCall,
    Grounding,
    Logprobs,
    Part,
    Token,
    Transcription,
    read,
    read_as,
)

if TYPE_CHECKING:
    from ...items import TResponseStreamEvent

_WITHHELD = frozenset(
    (
        *("SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "MODEL_ARMOR", "ESCALATION"),
        *("IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION"),
    )
)
"""Finish reasons of an answer that the service keeps back."""
_BUNGLED = {
    "MALFORMED_FUNCTION_CALL": "it called a tool in a form that the service could not read",
    "UNEXPECTED_TOOL_CALL": "it called a tool where it may call none",
    "TOO_MANY_TOOL_CALLS": "it called more tools than the service allows",
    "MALFORMED_RESPONSE": "it wrote an answer that the service could not read",
    "CONTINUATION": "it is to be continued, which is not supported",
}
"""Finish reasons of an answer that nobody can act on."""
_SOURCES = ("grounding_metadata", "citation_metadata", "url_context_metadata")
_WHOLE = frozenset({"STOP", "FINISH_REASON_UNSPECIFIED"})
_COUNTS = (
    *("promptTokenCount", "toolUsePromptTokenCount", "cachedContentTokenCount"),
    *("candidatesTokenCount", "thoughtsTokenCount", "totalTokenCount"),
)


def decode(payload: Any, maker: Maker, profile: Profile, *, keep_usage: bool) -> ModelResponse:
    """A whole answer.

    Raises:
        ProviderStatusError: It is an error with status 200.
        ProviderProtocolError: It is no answer, or holds no candidate.
        ModelBehaviorError: The model bungled it.
    """
    reader = GeminiDecoder(maker, profile, keep_usage=keep_usage, emit=False)
    reader.feed(payload)
    reader.close(whole=payload)
    return reader.response


class GeminiDecoder:
    """Reads the frames of one stream; a whole answer is a stream of one frame."""

    def __init__(self, maker: Maker, profile: Profile, *, keep_usage: bool, emit: bool = True) -> None:
        self.maker = maker
        self.keep_usage = keep_usage
        self.response: ModelResponse
        self._by_tool = profile.structured_output == "tool"
        self._assembler = Assembler(maker, emit=emit)
        self._finish: str | None = None
        self._reason: str | None = None  # in the service's own words
        self._blocked: str | None = None
        self._chosen = False
        self._text: list[str] = []  # of the open message
        self._signed: list[tuple[str, list[int]]] = []  # its signatures, and the stretches that bear them
        self._sources: dict[str, Any] = {}
        self._at_work: list[tuple[Any, HostedItem]] = []  # the hosted tools, with the ids of their uses
        self._searched = False
        self._usage: dict[str, Any] | None = None

    def feed(self, payload: Any) -> list[TResponseStreamEvent]:
        """Read one frame.

        Raises:
            ProviderStatusError: The service says within the stream that it failed.
            ProviderProtocolError: The frame is nothing that an answer may hold.
        """
        try:
            frames = read(payload)
        except (ValueError, RecursionError) as error:
            raise self._unreadable(f"sent what is no answer of generateContent: {error}", payload) from error
        for frame in frames:
            self._frame(frame)
        return self._assembler.drain()

    def close(self, *, whole: Any = None) -> list[TResponseStreamEvent]:
        """The answer has ended; ``response`` stands from here on.

        Args:
            whole: All that came, where it came at once.

        Raises:
            ProviderProtocolError: It ended before it was finished.
            ModelBehaviorError: The model bungled it.
        """
        assembler, finish = self._assembler, self._finish
        if finish is None and not self._blocked and (whole is None or not self._chosen):
            what = "ended the stream without a finish reason" if self._chosen else "gave no candidate"
            raise self._unreadable(what, whole)
        if finish in _BUNGLED:
            raise BungledAnswer(
                f"The model's answer is of no use: {_BUNGLED[finish]} ({finish}{self._in_words(': ')}).",
                partial_response=self._stopped(),
            )
        if finish == "MISSING_THOUGHT_SIGNATURE":
            raise self._unreadable("missed a thought signature in the conversation", None)
        self._cite()
        self._tell_of_searches()
        incomplete = "max_output_tokens" if finish == "MAX_TOKENS" else None
        if self._blocked:
            assembler.refusal(f"The provider refused the prompt: {self._blocked}{self._in_words('. ')}")
            incomplete = "content_filter"
        elif finish in _WITHHELD or (finish and finish not in _WHOLE and not incomplete and not assembler.answered):
            assembler.refusal(f"The provider withheld the answer: {finish}{self._in_words('. ')}")
            incomplete = "content_filter"
        self._tally()
        self.response = assembler.finish(incomplete)
        return assembler.drain()

    @property
    def finished(self) -> bool:
        """Whether the service has said all."""
        return self._finish is not None

    def break_off(self) -> list[TResponseStreamEvent] | None:
        """The answer ends here, and another one goes on from it; see ``Decoder.break_off``."""
        return self._assembler.break_off()

    def _stopped(self) -> ModelResponse:
        """What has been received, in an answer that another one may go on from: events go on as well."""
        self._assembler.end_item()
        self._tally()
        return self._assembler.result()

    def partial(self) -> ModelResponse:
        """What has been received so far."""
        self._tally()
        return self._assembler.partial()

    def _frame(self, frame: Answer) -> None:
        if frame.error or (frame.code and not frame.candidates):
            inner = {"code": frame.code, "status": frame.status, "message": frame.message}
            raise self._failed(frame.error or inner)
        self._assembler.begin(frame.response_id, frame.model_version)
        feedback = frame.prompt_feedback
        if feedback is not None and feedback.block_reason:
            self._blocked = feedback.block_reason
            self._reason = _as_text(feedback.block_reason_message)
        for candidate in frame.candidates or ():
            if not candidate.index:
                self._candidate(candidate)
        self._count(frame.usage_metadata)

    def _candidate(self, candidate: Candidate) -> None:
        self._chosen = True
        logprobs = _logprobs(candidate.logprobs_result)
        for part in (candidate.content and candidate.content.parts) or ():
            if is_hosted(part):
                self._hosted(part)
            elif part.function_call is not None:
                self._call(part.function_call, part.thought_signature)
            elif part.thought:
                self._thought(part)
            elif part.inline_data is not None:
                self._image(part)
            elif text := part.text or _transcribed(part):
                self._said(text, part.thought_signature, logprobs)
                logprobs = []
            elif part.thought_signature:
                self._said("", part.thought_signature, [])
        if candidate.grounding_metadata or candidate.citation_metadata or candidate.url_context_metadata:
            self._sources |= {name: found for name in _SOURCES if (found := getattr(candidate, name))}
        if candidate.finish_reason:
            self._finish = candidate.finish_reason
            self._reason = _as_text(candidate.finish_message)

    def _thought(self, part: Part) -> None:
        if part.text:
            self._assembler.reasoning(part.text, type="thought")
        if part.thought_signature:
            self._assembler.seal(part.thought_signature, type="thought")

    def _image(self, part: Part) -> None:
        """An image that the model, or the code that it ran, has made; what is said aloud has no item."""
        blob = read_as(Blob, part.inline_data)
        if blob is None or not blob.mime_type.startswith("image/"):
            return
        signed = {"thought_signature": part.thought_signature} if part.thought_signature else {}
        self._assembler.image(blob.data, mime_type=blob.mime_type, **signed)

    def _hosted(self, part: Part) -> None:
        """A hosted tool begins its work, or has done it: one item holds the parts of both."""
        if is_use(part):
            kind, fields, id = item_of_use(part)
            item = self._assembler.hosted(kind, fields)
            item.data["replay"] = [verbatim(part)]
            self._at_work.append((id, item))
            self._searched = self._searched or kind != "code_interpreter_call"
            return
        fields, id = fields_of_result(part)
        at = next((at for at, (used, _) in enumerate(self._at_work) if used == id), None)
        if at is None:
            return  # nobody asked for it, and nobody would take it back
        item = self._at_work.pop(at)[1]
        item.data["replay"].append(verbatim(part))
        self._assembler.hosted_done(item, fields)

    def _tell_of_searches(self) -> None:
        """Searches of which only the grounding tells: there is nothing that must go back."""
        for kind, fields in () if self._searched else searches_behind(self._sources.get("grounding_metadata")):
            item = self._assembler.hosted(kind, fields)
            item.data["replay"] = []
            self._assembler.hosted_done(item, {"status": "completed"})

    def _said(self, text: str, signature: str | None, logprobs: list[Any]) -> None:
        assembler = self._assembler
        if not text and signature and not assembler.has_text:  # a part that is nothing but its signature
            assembler.end_item()
            assembler.seal(signature, type="thought_signature")
            return
        if not assembler.has_text:
            self._text, self._signed = [], []
        start = sum(map(len, self._text)) if signature else 0
        if text:
            self._text.append(text)
            assembler.text(text, logprobs)
        if signature:
            self._signed.append((signature, [start, start + len(text)]))
            signatures, spans = zip(*self._signed, strict=True)
            assembler.message_data({"thought_signatures": list(signatures), "signed_text": list(spans)})

    def _call(self, call: FunctionCall, signature: str | None) -> None:
        if not call.name:
            raise self._unreadable("sent a function call without a name", call)
        if call.partial_args is not None or call.will_continue:
            raise self._unreadable(
                "sent the arguments of a call in pieces, which are not read: leave streamFunctionCallArguments out",
                call,
            )
        arguments = self._arguments(call.args)
        assembler = self._assembler
        if self._by_tool and call.name == FINAL_OUTPUT:  # the answer itself, held to its schema
            assembler.end_item()
            assembler.text(arguments or "{}")
            assembler.end_item()
            return
        key = len(assembler.calls)
        assembler.call(key, call.id, call.name)
        made = assembler.calls[key]
        if call.id and made.call_id == call.id:  # only ids that Gemini gave go back to it
            made.data["call_id"] = call.id
        if signature:
            made.data["thought_signature"] = signature
        if arguments:
            assembler.arguments(key, arguments)

    def _arguments(self, args: Any) -> str:
        try:
            return args if isinstance(args, str) else "" if args is None else json.dumps(args, ensure_ascii=False)
        except (ValueError, RecursionError) as error:
            raise self._unreadable(f"sent arguments of a call that cannot be written: {error}", args) from error

    def _cite(self) -> None:
        if not self._sources or not self._assembler.has_text:
            return
        text = "".join(self._text)
        data = None if text.isascii() else text.encode("utf-8", "surrogatepass")

        def place(index: int | None) -> int:
            """Where a byte stands in the text."""
            at = max(0, index or 0)
            return min(at, len(text)) if data is None else len(data[:at].decode("utf-8", "ignore"))

        found = [*_grounded(self._sources.get("grounding_metadata")), *_quoted(self._sources.get("citation_metadata"))]
        for url, title, start, end in dict.fromkeys(found):
            note = oai.AnnotationURLCitation(
                type="url_citation", url=url, title=title, start_index=place(start), end_index=place(end)
            )
            self._assembler.annotate(note)
        # Google's terms ask for its search suggestions to be shown, which stand here alone.
        self._assembler.message_data({name: raw for name, raw in self._sources.items() if name != "citation_metadata"})

    def _count(self, raw: Any) -> None:
        """Counts are of all so far, but a later frame may leave one out: the last that is not zero holds."""
        if not isinstance(raw, Mapping):
            return
        usage = self._usage = {} if self._usage is None else self._usage
        for name, value in raw.items():
            if value or name not in usage:
                usage[name] = value

    def _tally(self) -> None:
        """Usage in neutral terms: input includes cached tokens and tool results, output includes thoughts."""
        if self._usage is None:
            return
        if self.keep_usage:
            self._assembler.raw_usage = self._usage
        counts = (self._usage.get(name) for name in _COUNTS)
        prompt, tools, cached, written, thoughts, total = (n if isinstance(n, int) and n > 0 else 0 for n in counts)
        if total != prompt + tools + written:  # else the thoughts are among what was written, as once on Vertex
            written += thoughts
        self._assembler.usage = Usage(
            requests=1,
            input_tokens=prompt + tools,
            output_tokens=written,
            total_tokens=prompt + tools + written,
            input_tokens_details=input_details(cached),
            output_tokens_details=output_details(thoughts),
        )

    def _in_words(self, between: str) -> str:
        return between + self._reason if self._reason else ""

    def _unreadable(self, what: str, payload: Any) -> ProviderProtocolError:
        return unreadable(self.maker.provider, what, payload, partial=self.partial())

    def _failed(self, failure: Any) -> Exception:
        error = stream_error(self.maker.provider, failure)
        error.partial_response = self.partial()
        return error


def _transcribed(part: Part) -> str:
    found = read_as(Transcription, part.audio_transcription)
    return (found and found.text) or ""


def _as_text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


Cited = tuple[str, str, "int | None", "int | None"]


def _grounded(raw: Any) -> Iterator[Cited]:
    found = read_as(Grounding, raw) or Grounding()
    sources = [chunk.web or chunk.retrieved_context or chunk.maps for chunk in found.grounding_chunks or ()]
    for support in found.grounding_supports or ():
        for index in support.grounding_chunk_indices or ():
            source = sources[index] if 0 <= index < len(sources) else None
            if source is not None and source.uri:
                segment = support.segment
                start, end = (segment.start_index, segment.end_index) if segment else (None, None)
                yield source.uri, source.title or "", start, end


def _quoted(raw: Any) -> Iterator[Cited]:
    found = read_as(Citations, raw) or Citations()
    for each in found.citations or found.citation_sources or ():
        if each.uri:
            yield each.uri, each.title or "", each.start_index, each.end_index


def _logprobs(raw: Any) -> list[Any]:
    found = read_as(Logprobs, raw) if raw else None
    if found is None:
        return []

    def entry(kind: Any, token: Token, **more: Any) -> Any:
        data = list(token.token.encode("utf-8", "replace"))
        return kind(token=token.token, bytes=data, logprob=token.log_probability, **more)

    chosen, others = found.chosen_candidates or [], found.top_candidates or []
    tops = [[entry(oai.LogprobTopLogprob, top) for top in place.candidates or ()] for place in others]
    tops += [[]] * (len(chosen) - len(tops))
    return [entry(oai.Logprob, token, top_logprobs=top) for token, top in zip(chosen, tops, strict=False)]
