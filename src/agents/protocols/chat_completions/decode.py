"""Answers of Chat Completions, whole and streamed: both tell the assembler the same story.

Deviations that a reader must bear with are listed in the wire facts of OpenAI-compatible services: empty
choices, usage in several places, tool calls without id or index, arguments as objects, errors inside a
stream.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ... import openai_types as oai
from ...error_map import stream_error, unreadable
from ...exceptions import ModelBehaviorError, ProviderProtocolError
from ...items import ModelResponse
from ...usage import Usage, input_details, output_details
from ..assembly import Assembler
from ..base import Maker, Profile
from ..names import FINAL_OUTPUT
from .said import ReasoningDetails, Said, Sources, google_signature, reasoning_text
from .wire import (
    Annotation,
    Choice,
    Function,
    GroqFields,
    Logprobs,
    Message,
    ProviderFields,
    ThinkingBlock,
    TokenDetails,
    TokenLogprob,
    TokenUsage,
    ToolCall,
    fault_in,
    read,
    read_as,
)

if TYPE_CHECKING:
    from ...items import TResponseStreamEvent

WITHHELD = "The provider's content filter withheld the answer."
SIGNATURE_IN_ID = "__thought__"
"""LiteLLM appends a Gemini thought signature to the call id behind this mark."""
_CUT_SHORT = {
    "length": "max_output_tokens",
    "model_length": "max_output_tokens",  # Mistral
    "model_context_window_exceeded": "max_output_tokens",  # Z.AI
    "content_filter": "content_filter",
    "sensitive": "content_filter",  # Z.AI
}
"""Finish reasons of answers that are not whole, and what the Responses API calls the reason."""
# OpenRouter, Mistral; Z.AI; DeepSeek; vLLM, SGLang
_FAILED = frozenset({"error", "network_error", "insufficient_system_resource", "abort"})


def decode(payload: Any, maker: Maker, profile: Profile, *, keep_usage: bool) -> ModelResponse:
    """A whole answer.

    Raises:
        ProviderStatusError: It is an error with status 200.
        ProviderProtocolError: It is no completion, or has no choices.
        ModelBehaviorError: It was cut off in the middle of a tool call.
    """
    reader = ChatDecoder(maker, profile, keep_usage=keep_usage, emit=False)
    reader.feed(payload)
    reader.close(whole=payload)
    return reader.response


@dataclass(slots=True)
class _Known:
    """By what the fragments of one call can be told."""

    index: int | None
    id: str | None
    name: str = ""
    held: str = ""
    """Arguments that came before the name."""


class ChatDecoder:
    """Reads the chunks of one stream; a whole answer is a stream of one chunk."""

    def __init__(self, maker: Maker, profile: Profile, *, keep_usage: bool, emit: bool = True) -> None:
        self._by_tool = profile.structured_output == "tool"  # the final answer comes as the arguments of a tool
        self._blank_finish = profile.blank_finish
        self.maker = maker
        self.keep_usage = keep_usage
        self.response: ModelResponse
        self._assembler = Assembler(maker, emit=emit)
        self._finish: str | None = None
        self._chosen = False
        self._streamed = False
        self._calls: list[_Known] = []  # the assembler's keys are the positions in this list
        self._sources = Sources()
        self._details = ReasoningDetails()
        self._said = Said(self._assembler, profile)
        self._signatures: list[str] = []
        self._call_signatures: set[str] = set()

    def feed(self, payload: Any) -> list[TResponseStreamEvent]:
        """Read one chunk.

        Raises:
            ProviderStatusError: The service says within the stream that it failed.
            ProviderProtocolError: The chunk is nothing that a chat completion may hold.
        """
        try:
            chunk = read(payload)
        except (ValueError, RecursionError) as error:
            raise self._unreadable(f"sent what is no chat completion: {error}", payload) from error
        # A stream has a chunk for each token, nearly all of them with a little text alone: what is rare is looked
        # for here, and read where it is found.
        groq = read_as(GroqFields, chunk.x_groq) if chunk.x_groq is not None else None
        if failure := chunk.error or (groq and groq.error):
            raise self._failed(failure)
        if chunk.base_resp is not None and (failure := fault_in(chunk.base_resp)):
            raise self._failed(failure)
        if not self._assembler.begun and (chunk.id or chunk.choices):
            self._assembler.begin(chunk.id, chunk.model)
        if chunk.citations or chunk.search_results:
            self._sources.read(chunk)
        for choice in chunk.choices or ():
            if not choice.index:
                self._choice(choice)
                if choice.usage is not None:
                    self._usage(choice.usage)
        if groq is not None:
            self._usage(groq.usage)
        if chunk.usage is not None:
            self._usage(chunk.usage)
        return self._assembler.drain()

    def close(self, *, whole: Any = None) -> list[TResponseStreamEvent]:
        """The answer has ended; ``response`` stands from here on.

        Args:
            whole: All that came, where it came at once.

        Raises:
            ProviderProtocolError: It ended before it was finished.
            ModelBehaviorError: It was cut off in the middle of a tool call.
        """
        assembler = self._assembler
        self._said.close(calls=any(known.name for known in self._calls))
        if self._finish is None and (whole is None or not self._chosen):
            what = "ended the stream without a finish reason" if whole is None else "gave no choices"
            raise self._unreadable(what, whole)
        incomplete = _CUT_SHORT.get(self._finish or "")
        if incomplete:
            self._refuse_half_calls(incomplete)
        if nameless := [known for known in self._calls if not known.name and (known.id or known.held)]:
            raise self._unreadable("sent a tool call without a name", nameless[0])
        if incomplete == "content_filter" and not assembler.answered:
            assembler.refusal(WITHHELD)
        self._sources.cite(assembler)
        self._details.close(assembler)
        signatures = [mark for mark in self._signatures if mark not in self._call_signatures]
        if signatures and assembler.has_text:
            assembler.message_data({"thought_signatures": signatures})
        self.response = assembler.finish(incomplete)
        return assembler.drain()

    @property
    def finished(self) -> bool:
        """Whether the service has said all."""
        return self._finish is not None

    def break_off(self) -> list[TResponseStreamEvent] | None:
        """The answer ends here, and another one goes on from it; see ``Decoder.break_off``."""
        return self._assembler.break_off()

    def partial(self) -> ModelResponse:
        """What has been received so far."""
        return self._assembler.partial()

    def _choice(self, choice: Choice) -> None:
        self._chosen = True
        self._streamed = self._streamed or choice.delta is not None
        # Some services repeat the whole message beside, or behind, the deltas that made it up.
        said = choice.delta if self._streamed else choice.message
        if said is not None:
            if said.reasoning_content or said.reasoning or said.thinking_blocks or said.reasoning_details:
                self._reasoning(said)
            if said.content:
                told = _logprobs(choice.logprobs) if choice.logprobs else None
                if isinstance(said.content, str):
                    self._said.text(said.content, told)
                elif isinstance(said.content, list):
                    self._said.parts(said.content, told)
            if said.refusal or said.annotations or said.provider_specific_fields is not None or said.extra_content:
                self._beside_text(said)
            if said.audio is not None or said.images:
                self._said.beyond_text(said)
            for call in said.tool_calls or ():
                self._call(call)
        if choice.finish_reason:
            if choice.finish_reason in _FAILED:
                raise self._failed(choice.error or f"The answer ended with finish reason {choice.finish_reason!r}.")
            self._finish = choice.finish_reason
        elif choice.finish_reason is not None and self._blank_finish:
            self._finish = ""

    def _reasoning(self, said: Message) -> None:
        text = reasoning_text(said.reasoning_content) or reasoning_text(said.reasoning)
        if blocks := read_as(list[ThinkingBlock], said.thinking_blocks):
            for block in blocks:
                self._thinking_block(block)
        elif said.reasoning_details:
            self._details.read(said.reasoning_details, text, self._assembler)
        elif text:
            self._assembler.reasoning(text)

    def _thinking_block(self, block: ThinkingBlock) -> None:
        if block.thinking:
            self._assembler.reasoning(block.thinking, type="thinking")
        if block.data:
            self._assembler.seal(block.data, type="redacted_thinking")
        elif block.signature:
            self._assembler.seal(block.signature, type="thinking")

    def _beside_text(self, said: Message) -> None:
        """A refusal, citations, signatures."""
        extra = read_as(ProviderFields, said.provider_specific_fields)
        if refusal := said.refusal or (extra and extra.refusal):
            self._assembler.refusal(refusal)
        for note in read_as(list[Annotation], said.annotations) or ():
            if note.url_citation is not None:
                self._assembler.annotate(_citation(note))
        if extra and extra.thought_signatures:
            self._signatures += extra.thought_signatures
        if signature := google_signature(said.extra_content):
            self._signatures.append(signature)

    def _call(self, call: ToolCall) -> None:
        function = call.function or Function()
        call_id, signature = _split_id(call)
        text = _arguments(function.arguments)
        key = self._continued(call.index, call_id, function.name, text) if self._streamed else None
        if key is None:
            if not (function.name or self._streamed):
                raise self._unreadable("sent a tool call without a name", call)
            key = len(self._calls)
            self._calls.append(_Known(call.index, call_id))
        known = self._calls[key]
        if not known.name:
            known.id = known.id or call_id
            if not function.name:  # some services name the call in a later fragment, or never in one that is none
                known.held += text
                return
            known.name, text = function.name, known.held + text
            if not self._is_answer(key):
                self._assembler.call(key, known.id, known.name)
        if self._is_answer(key):
            if text:
                self._assembler.text(text)
            return
        if signature:
            self._assembler.calls[key].data["thought_signature"] = signature
            self._call_signatures.add(signature)
        if text:
            self._assembler.arguments(key, text)

    def _continued(self, index: int | None, call_id: str | None, name: str | None, text: str) -> int | None:
        """The call that a fragment goes on with: the last one that nothing in the fragment contradicts.

        Services leave out the index or the id, give all calls of an answer index 0 or the same id, or repeat
        id and name with each fragment; a name with more arguments than a whole call can take begins another
        call.
        """
        for key in reversed(range(len(self._calls))):
            known = self._calls[key]
            if index is not None and known.index is not None and index != known.index:
                continue
            if call_id and known.id and call_id != known.id:
                continue
            if name and known.name and (name != known.name or (text and self._is_whole(key))):
                continue
            return key
        return None

    def _is_answer(self, key: int) -> bool:
        """Whether a call is the final answer in the form of one."""
        return self._by_tool and self._calls[key].name == FINAL_OUTPUT

    def _is_whole(self, key: int) -> bool:
        """Whether the arguments of a call are complete: no beginning of a JSON object is one itself."""
        if self._is_answer(key):
            return False
        fragments = self._assembler.calls[key].arguments
        return bool(fragments) and fragments[-1].rstrip().endswith("}") and _is_json("".join(fragments))

    def _usage(self, raw: Any) -> None:
        if raw is None:
            return
        usage = _usage(raw)
        if usage is not None and (usage.total_tokens or self._assembler.usage is None):
            self._assembler.usage = usage
            if self.keep_usage:
                self._assembler.raw_usage = _plain(raw)

    def _refuse_half_calls(self, reason: str) -> None:
        cut = [call.name for call in self._assembler.calls.values() if not _is_json("".join(call.arguments))]
        cut += [known.name for known in self._calls if not known.name and known.id]
        if cut:
            what = {
                "max_output_tokens": "reached its token limit; raise ModelSettings.max_tokens",
                "content_filter": "was stopped by the provider's content filter",
            }[reason]
            raise ModelBehaviorError(
                f"In the middle of a call of tool {cut[0]!r} the answer {what}.", partial_response=self.partial()
            )

    def _unreadable(self, what: str, payload: Any) -> ProviderProtocolError:
        return unreadable(self.maker.provider, what, payload, partial=self.partial())

    def _failed(self, failure: Any) -> Exception:
        error = stream_error(self.maker.provider, _plain(failure))
        error.partial_response = self.partial()
        return error


def _split_id(call: ToolCall) -> tuple[str | None, str | None]:
    """The call id and the thought signature, which travels beside it or behind it."""
    call_id, _, behind = (call.id or "").partition(SIGNATURE_IN_ID)
    beside = read_as(ProviderFields, call.provider_specific_fields)
    signature = (beside and beside.thought_signature) or google_signature(call.extra_content) or behind or None
    return (call_id if call_id != "null" else "") or None, signature


def _arguments(arguments: Any) -> str:
    if arguments is None or isinstance(arguments, str):
        return arguments or ""
    return json.dumps(_plain(arguments), ensure_ascii=False, default=str)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _citation(note: Annotation) -> Any:
    citation = note.url_citation
    assert citation is not None
    return oai.AnnotationURLCitation(
        type="url_citation",
        url=citation.url or "",
        title=citation.title or "",
        start_index=citation.start_index or 0,
        end_index=citation.end_index or 0,
    )


def _logprobs(logprobs: Any) -> list[Any]:
    def entry(kind: Any, token: TokenLogprob, **more: Any) -> Any:
        return kind(token=token.token, bytes=token.bytes or [], logprob=token.logprob, **more)

    found = read_as(Logprobs, logprobs)
    return [
        entry(
            oai.Logprob,
            token,
            top_logprobs=[entry(oai.LogprobTopLogprob, top) for top in token.top_logprobs or ()],
        )
        for token in (found and found.content) or ()
    ]


def _usage(raw: Any) -> Usage | None:
    """Usage in neutral terms: input includes cached tokens, output includes reasoning."""
    found = read_as(TokenUsage, raw)
    if found is None:
        return None
    parts_read = read_as(TokenDetails, found.prompt_tokens_details) or TokenDetails()
    parts_written = read_as(TokenDetails, found.completion_tokens_details) or TokenDetails()
    prompt, completion = found.prompt_tokens or 0, found.completion_tokens or 0
    reasoning = parts_written.reasoning_tokens or 0
    if reasoning and found.total_tokens == prompt + completion + reasoning:
        completion += reasoning  # xAI counts reasoning in the total only
    return Usage(
        requests=1,
        input_tokens=prompt,
        output_tokens=completion,
        total_tokens=prompt + completion,
        input_tokens_details=input_details(
            parts_read.cached_tokens or found.prompt_cache_hit_tokens or found.cached_tokens,
            parts_read.cache_write_tokens or found.cache_creation_input_tokens,
        ),
        output_tokens_details=output_details(reasoning),
    )


def _plain(value: Any) -> Any:
    """A client's object as plain data."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json", exclude_unset=True)
    if isinstance(value, Mapping) or hasattr(value, "__dict__"):
        return dict(value if isinstance(value, Mapping) else vars(value))
    return value
