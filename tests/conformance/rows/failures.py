"""Services that fail, and streams that break."""

from __future__ import annotations

from ..columns import LITELLM_ANTHROPIC, LITELLM_GEMINI
from ..table import Row, where

FAILURES = [
    Row("failures:status", "An error status is its own exception, with the service's words, id and status."),
    Row(
        "failures:wrong-key",
        "A wrong key is an `AuthenticationError`, whatever status says it.",
        cases=(72,),
    ),
    Row("failures:unknown-model", "An unknown model is a `NotFoundError` that names it."),
    Row(
        "failures:quota",
        "Being out of money or quota is told from a throttle by the vendor's code, and not retried.",
        cases=(70,),
    ),
    Row("failures:overloaded", "An overloaded service is told from a broken one.", cases=(70,)),
    Row(
        "failures:wait-hints",
        "How long to wait is read in every spelling of `retry-after`.",
        cases=(71,),
    ),
    Row(
        "failures:wait-in-the-body",
        "Google's wait, which stands in the body, is read, on its endpoint of Chat Completions as well.",
        cases=(71,),
    ),
    Row(
        "failures:context",
        "A conversation that is too long is a `ContextLengthError`, in ten spellings.",
        cases=(73,),
    ),
    Row(
        "failures:gateway-pages",
        "HTML, empty and non-JSON error bodies keep status and the start of the body.",
        cases=(76,),
    ),
    Row("failures:unreachable", "A service that cannot be reached is a connection error, at once."),
    Row("failures:reset", "A connection reset before the answer is a connection error."),
    Row("failures:timeout", "A silent service is left within the time-out, and nothing stays open."),
    Row(
        "failures:one-retry-authority",
        "Where the run has a retry policy, nobody below tries again.",
        refs="P#3267",
        cases=(74,),
    ),
    Row(
        "failures:own-retries",
        "Without a policy, a failed call is tried again before its first output.",
        lacks=where({(LITELLM_ANTHROPIC, LITELLM_GEMINI): "LiteLLM does not try again here by itself."}),
    ),
    Row("failures:no-key-is-told", "No key is in an error, a log, a trace or a repr."),
]

STREAMS = [
    Row("streams:cut", "A connection that is closed in mid-answer is an error that keeps what was said.", cases=(47,)),
    Row("streams:reset", "A connection that is reset in mid-answer is one, too.", cases=(47,)),
    Row("streams:truncated", "A body that ends too soon, in good order, is one, too.", cases=(47,)),
    Row(
        "streams:no-ending",
        "A stream without finish reason or terminal event is an error; partial output is kept.",
        cases=(47,),
        ways=("streamed",),
    ),
    Row(
        "streams:error-inside",
        "An error object inside a 200 stream is an error with the inner status.",
        cases=(46,),
        ways=("streamed",),
    ),
    Row(
        "streams:no-half-call",
        "A stream that breaks inside a call runs no half call.",
        refs="P#4963",
        cases=(40,),
        ways=("streamed",),
    ),
    Row(
        "streams:left",
        "A stream that is left by break, cancel or exception is hung up at once.",
        refs="A#3689 A#4066 P#5313",
        cases=(48,),
        ways=("streamed",),
    ),
    Row("streams:connections", "A connection whose answer was read is used again."),
    Row("streams:ctrl-c", "Ctrl-C ends a stream at once and quietly.", cases=(48,), ways=("streamed",)),
]
