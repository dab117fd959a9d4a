"""Usage: the same words for every vendor."""

from __future__ import annotations

from ..columns import CHAT, GOOGLE, LITELLM_ANTHROPIC, LITELLM_GEMINI, LITELLM_OPENAI
from ..table import Row, only, where

PLACES = "a deviation of servers that speak Chat Completions"

ROWS = [
    Row(
        "usage:meaning",
        "Input is all that was read, output all that was written, total their sum; details say the parts.",
        cases=(55,),
    ),
    Row(
        "usage:streamed",
        "A stream's usage equals the plain call's, cache counts included.",
        refs="A#948 S#2896 L#10667",
        cases=(54,),
    ),
    Row(
        "usage:cache-writes",
        "What was written to the cache is counted, and is part of the input.",
        cannot=where({GOOGLE: "Gemini's caches are written by calls of their own"}),
    ),
    Row("usage:sums", "A run's usage is the sum of its turns', each with an entry."),
    Row(
        "usage:odd-places",
        "Usage in odd places, on every chunk or cumulative, is counted once: the last that is not zero.",
        cases=(56,),
        cannot=only(CHAT, PLACES),
        ways=("streamed",),
    ),
    Row(
        "usage:groq",
        "Usage in Groq's own field of a stream is counted.",
        cases=(56,),
        cannot=only(CHAT, PLACES),
        lacks=where({LITELLM_OPENAI: "LiteLLM estimates usage where OpenAI's field is missing."}),
        ways=("streamed",),
    ),
    Row(
        "usage:none",
        "A service that sends no usage: one request, no tokens, one warning, no crash.",
        cases=(57,),
        lacks=where(
            {
                (LITELLM_ANTHROPIC, LITELLM_GEMINI): "Without its counts, LiteLLM cannot read an answer.",
                "litellm-openai/streamed": "LiteLLM estimates the tokens of a stream by itself.",
            }
        ),
    ),
    Row(
        "usage:unasked",
        "A stream that was not asked for usage brings no warning.",
        cannot=only(CHAT, "only Chat Completions must be asked for usage in streams"),
    ),
    Row("usage:raw", "The vendor's own record is kept on demand."),
    Row(
        "usage:failed-call",
        "What a broken call had counted stands on its error.",
        cases=(59,),
        lacks=where({(LITELLM_OPENAI, LITELLM_GEMINI): "LiteLLM gives no usage before a stream's end."}),
        ways=("streamed",),
    ),
    Row("usage:before-failure", "A run that fails has the usage of its earlier turns.", cases=(59,)),
    Row(
        "usage:new-sums",
        "Adding usage makes new objects.",
        refs="P#4606",
        cases=(58,),
        elsewhere=["tests/test_usage.py"],
    ),
]
