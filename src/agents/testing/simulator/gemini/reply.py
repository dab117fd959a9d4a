"""How Gemini words an answer, whole and streamed, and its errors.

Source: the response types of Google's own client (google-genai 3.4) and its page on thought signatures.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agents.testing.simulator.script import (
    Ask,
    EmptyChoices,
    NoTerminal,
    NoUsage,
    Part,
    Refusal,
    Reply,
    Text,
    Thinking,
    Tokens,
    ToolCall,
)
from agents.testing.simulator.wire import House, Refused, compact, estimate, pieces, said, stop_of, tally

from .hosted import HOSTED, grounding_of, hosted_parts
from .models import modern
from .rules import call_text, scope

__all__ = ["error", "error_event", "headers", "plain", "stream"]

_STOPS = {
    "end": "STOP",
    "tools": "STOP",
    "length": "MAX_TOKENS",
    "filter": "SAFETY",
    "refusal": "SAFETY",
    "sequence": "STOP",
}


def plain(ask: Ask, reply: Reply, house: House) -> Any:
    """A `GenerateContentResponse`."""
    head = _head(ask, house)
    usage = {} if reply.has(NoUsage) else {"usageMetadata": _usage(tally(ask, reply))}
    if stop_of(reply) == "blocked":
        return {"promptFeedback": {"blockReason": "SAFETY"}, **usage, **head}
    if reply.has(EmptyChoices):
        return {**usage, **head}
    parts = _parts(ask, reply, house, streamed=False)
    candidate: dict[str, Any] = {**_content(parts), **_ending(reply), "index": 0}
    texts = [part for part in reply.said() if isinstance(part, Text)]
    tokens = [piece for part in texts for piece in pieces(part, house.stream_tokens)]
    candidate |= _logprobs(ask, tokens) | _grounding(reply, texts)
    return {"candidates": [candidate], **usage, **head}


def stream(ask: Ask, reply: Reply, house: House) -> Iterator[bytes]:
    """Whole responses that hold new parts only, with usage so far on each; no event names and no closing
    mark.
    """
    head, tokens = _head(ask, house), tally(ask, reply)
    first = True

    def frame(response: dict[str, Any]) -> bytes:
        nonlocal first
        opening, first = ("[" if first else ",\r\n"), False
        text = compact({**response, **head})
        return (f"{opening}{text}\n" if ask.wire["array"] else f"data: {text}\r\n\r\n").encode()

    def usage(written: int, thoughts: int) -> dict[str, Any]:
        so_far = Tokens(tokens.input, written + thoughts, tokens.cached, reasoning=thoughts)
        return {} if reply.has(NoUsage) else {"usageMetadata": _usage(so_far)}

    visible = tokens.output - tokens.reasoning
    if stop_of(reply) == "blocked":
        yield frame({"promptFeedback": {"blockReason": "SAFETY"}, **usage(visible, tokens.reasoning)})
    elif reply.has(EmptyChoices):
        yield frame(usage(visible, tokens.reasoning))
    else:
        written = 0
        parts = _parts(ask, reply, house, streamed=True)
        texts = [part for part in reply.said() if isinstance(part, Text)]
        ending = {} if reply.has(NoTerminal) else {**_ending(reply), **_grounding(reply, texts)}
        for index, part in enumerate(parts):
            last = index == len(parts) - 1
            written = visible if last else min(visible, written + estimate(str(part.get("text", ""))))
            logprobs = _logprobs(ask, [part["text"]] if part.get("text") and not part.get("thought") else [])
            candidate = {**_content([part]), **(ending if last else {}), "index": 0, **logprobs}
            yield frame({"candidates": [candidate], **usage(written, tokens.reasoning)})
        if not parts and ending:
            yield frame({"candidates": [{**ending, "index": 0}], **usage(visible, tokens.reasoning)})
    if ask.wire["array"] and not reply.has(NoTerminal):
        yield b"]" if not first else b"[]"


def _head(ask: Ask, house: House) -> dict[str, Any]:
    return {"modelVersion": ask.model, "responseId": house.mint("", 22)}


def _content(parts: list[dict[str, Any]]) -> dict[str, Any]:
    return {"content": {"parts": parts, "role": "model"}} if parts else {}


def _ending(reply: Reply) -> dict[str, Any]:
    stop = stop_of(reply)
    refusals = [part.text for part in reply.said() if isinstance(part, Refusal)]
    ending: dict[str, Any] = {"finishReason": _STOPS.get(stop, stop)}
    if any(isinstance(part, ToolCall) and isinstance(part.arguments, str) for part in reply.said()):
        # Arguments are objects here; what cannot be parsed never leaves the service as a call.
        ending = {"finishReason": "MALFORMED_FUNCTION_CALL", "finishMessage": "Malformed function call"}
    if refusals:
        ending["finishMessage"] = " ".join(refusals)
    return ending


def _usage(tokens: Tokens) -> dict[str, Any]:
    usage: dict[str, Any] = {
        "promptTokenCount": tokens.input,
        # Thoughts are not among the candidates' tokens here.
        "candidatesTokenCount": tokens.output - tokens.reasoning,
        "totalTokenCount": tokens.input + tokens.output,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": tokens.input}],
    }
    if tokens.cached:
        usage["cachedContentTokenCount"] = tokens.cached
        usage["cacheTokensDetails"] = [{"modality": "TEXT", "tokenCount": tokens.cached}]
    if tokens.reasoning:
        usage["thoughtsTokenCount"] = tokens.reasoning
    return usage


# --- Parts ----------------------------------------------------------------------------------------


def _parts(ask: Ask, reply: Reply, house: House, *, streamed: bool) -> list[dict[str, Any]]:
    """The parts on the wire: thoughts when asked for, the signature on the first call or last text."""
    spoken = [part for part in said(reply, house, "") if not isinstance(part, Refusal)]
    sealed = _Signer(ask, spoken, house)
    found: list[dict[str, Any]] = []
    for part in spoken:
        match part:
            case Thinking() if ask.reasoning:
                cut = pieces(part, house.stream_tokens) if streamed else [part.text]
                found += [{"text": piece, "thought": True} for piece in cut]
            case Text():
                found += [
                    {"text": piece} for piece in (pieces(part, house.stream_tokens) if streamed else [part.whole()])
                ]
            case ToolCall(arguments=Mapping()):
                found.append(sealed.call(part))
            case _ if isinstance(part, HOSTED):
                found += [sealed.hosted(each) for each in hosted_parts(ask, part, house)]
    texts = [index for index, part in enumerate(found) if "text" in part and not part.get("thought")]
    if texts and not any("functionCall" in part for part in found):
        signature = sealed.text("".join(found[index]["text"] for index in texts))
        if signature and streamed:  # a stream brings it on an empty part of its own, when the text is out already
            found.append({"text": "", **signature})
        else:
            found[texts[-1]].update(signature)
    return found


class _Signer:
    """Signs one answer: its first function call, or its text."""

    def __init__(self, ask: Ask, parts: Sequence[Part], house: House) -> None:
        self._ask, self._house = ask, house
        given = [part.signature for part in parts if isinstance(part, Thinking) and part.signature is not None]
        self._given = given[0] if given else None
        self._wanted = self._given != "" and (modern(ask.model) or ask.reasoning)

    def call(self, part: ToolCall) -> dict[str, Any]:
        """A function call part; the first one is signed, and modern models give ids."""
        call: dict[str, Any] = {"name": part.name, "args": part.arguments}
        if modern(self._ask.model):
            call = {"id": part.id, **call}
        signature = self._sign(call_text(call)) if self._wanted else {}
        self._wanted = False
        return {"functionCall": call, **signature}

    def hosted(self, part: dict[str, Any]) -> dict[str, Any]:
        """A part of a hosted tool, signed where it is a call."""
        return {**part, **self._sign(compact(part))} if "toolCall" in part and self._wanted else part

    def text(self, text: str) -> dict[str, Any]:
        """The signature of a text answer, if it has one."""
        return self._sign(text) if self._wanted else {}

    def _sign(self, text: str) -> dict[str, Any]:
        if self._given is None:
            return {"thoughtSignature": self._house.seals.sign(text, scope(self._ask.model))}
        signature = base64.b64encode(self._given.encode()).decode()
        self._house.seals.adopt(signature, text, scope(self._ask.model))
        return {"thoughtSignature": signature}


def _logprobs(ask: Ask, tokens: list[str]) -> dict[str, Any]:
    config = ask.body.get("generationConfig", {})
    if not config.get("responseLogprobs") or not tokens:
        return {}

    def entry(token: str, rank: int) -> dict[str, Any]:
        return {"token": token if rank == 0 else f"{token}{rank}", "logProbability": -0.25 * (rank + 1)}

    count = config.get("logprobs", 0)
    return {
        "avgLogprobs": -0.25,
        "logprobsResult": {
            "chosenCandidates": [entry(token, 0) for token in tokens],
            "topCandidates": [{"candidates": [entry(token, rank) for rank in range(count)]} for token in tokens],
        },
    }


def _grounding(reply: Reply, texts: list[Text]) -> dict[str, Any]:
    cited = [(part, citation) for part in texts for citation in part.citations]
    searched = grounding_of(reply)
    if not cited:
        return {"groundingMetadata": searched} if searched else {}
    return {
        "groundingMetadata": {
            **searched,
            "groundingChunks": [{"web": {"uri": citation.url, "title": citation.title}} for _, citation in cited],
            "groundingSupports": [
                {
                    "segment": {
                        "startIndex": c.start,
                        "endIndex": c.end,
                        "text": part.whole()[c.start : c.end],
                    },
                    "groundingChunkIndices": [index],
                }
                for index, (part, c) in enumerate(cited)
            ],
        }
    }


# --- Errors ---------------------------------------------------------------------------------------

_STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}


def error(refused: Refused, request_id: str) -> Any:
    """`{error: {code, message, status, details}}`, in an array where the stream would have been one."""
    status = refused.type or _STATUSES.get(refused.status, "UNKNOWN")
    inner: dict[str, Any] = {"code": refused.status, "message": refused.message, "status": status}
    if refused.extra.get("details"):
        inner["details"] = refused.extra["details"]
    return [{"error": inner}] if refused.extra.get("array") else {"error": inner}


def error_event(ask: Ask, refused: Refused, request_id: str) -> bytes:
    """An error object where a response is expected."""
    text = compact(error(refused, request_id))
    return (f",\r\n{text}\n]" if ask.wire["array"] else f"data: {text}\r\n\r\n").encode()


def headers(request_id: str) -> Mapping[str, str]:
    """Nothing that identifies the request; the service sends none that clients read."""
    return {"server": "scaffolding on HTTPServer2"}
