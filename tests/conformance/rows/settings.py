"""Settings on their way to the service."""

from __future__ import annotations

from ..columns import GOOGLE, LITELLM_OPENAI
from ..table import Row, where

ROWS = [
    Row("settings:sampling", "Temperature, nucleus sampling and the token limit arrive, in the vendor's words."),
    Row("settings:extra-headers", "Extra headers arrive."),
    Row("settings:extra-body", "Extra fields of the body arrive as fields.", refs="A#638 A#2900", cases=(87,)),
    Row(
        "settings:extra-query",
        "Extra query parameters arrive, or are refused before anybody is asked.",
        refs="A#638",
        cases=(87,),
    ),
    Row("settings:extra-args", "Extra arguments reach whoever takes them."),
    Row(
        "settings:metadata",
        "Metadata arrives where the service has it; the caller's stays as it was.",
        refs="A#1610",
        cases=(85,),
    ),
    Row(
        "settings:prompt-cache",
        "One setting asks for the prompt to be cached, in the vendor's words.",
        cannot=where(
            {
                GOOGLE: "Gemini caches by itself; its explicit caches are objects of their own",
            }
        ),
        lacks=where({LITELLM_OPENAI: "LiteLLM leaves out the setting of the prompt cache."}),
    ),
    Row("settings:no-place", "A setting that the protocol has no field for is told of once, or is an error on demand."),
    Row("settings:not-changed", "The caller's settings are not changed.", refs="A#1610", cases=(85,)),
]
