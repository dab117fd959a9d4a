"""Refusals, content filters, and answers that were cut."""

from __future__ import annotations

from ..columns import ANTHROPIC, CLAUDE, GEMINI, GOOGLE, LITELLM_ANTHROPIC, LITELLM_GEMINI, RESPONSES
from ..table import Row, only, where

NO_WORDS = "LiteLLM makes a content filter of a refusal, and leaves its words out."

ROWS = [
    Row(
        "refusals:own-words",
        "A refusal ends the run with an error that holds the model's own words.",
        refs="A#746 A#3769 A#3897",
        cases=(66,),
        lacks=where({(LITELLM_ANTHROPIC, LITELLM_GEMINI): NO_WORDS}),
    ),
    Row("refusals:explained", "A refusal is an item; without words it says that a filter withheld them.", cases=(66,)),
    Row(
        "refusals:filter",
        "A content filter is a refusal, and no empty turn.",
        refs="A#746 A#3769 A#3897",
        cases=(66,),
    ),
    Row(
        "refusals:filter-after-thinking",
        "A filter behind thinking is a refusal, too.",
        cases=(66,),
    ),
    Row(
        "refusals:blocked-prompt",
        "A prompt that was blocked is a refusal with the reason.",
        cases=(67,),
        cannot=only(GOOGLE, "only Gemini blocks a prompt without an answer; others send an error status"),
    ),
    Row(
        "refusals:streamed",
        "A refusal streams in pieces.",
        cases=(66,),
        cannot=where({(ANTHROPIC, GEMINI): "the service explains a refusal in one piece, at its end"}),
        lacks=where({(LITELLM_ANTHROPIC, LITELLM_GEMINI): NO_WORDS}),
        ways=("streamed",),
    ),
    Row(
        "refusals:text-before",
        "Text before a filter is kept.",
        lacks=where({"litellm-gemini/plain": "LiteLLM drops the text of Gemini's that a filter cut."}),
    ),
    Row("stops:length", "Text that reached the token limit is kept."),
    Row(
        "stops:length-in-a-call",
        "A call that reached the token limit is an error that says so; it is never run.",
        cases=(68,),
        cannot=where({GOOGLE: "calls come whole on this wire: none can be cut"})
        | {
            f"{column.id}/plain": "a plain answer holds arguments as an object; only a stream can cut one"
            for column in CLAUDE
        },
    ),
    Row(
        "stops:sequence",
        "A stop sequence ends the answer.",
        cannot=where({RESPONSES: "Responses has no stop sequences"}),
    ),
]
