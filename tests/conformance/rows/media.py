"""What is not text: images, files, audio, log probabilities and citations."""

from __future__ import annotations

from ..columns import CLAUDE, LITELLM_ANTHROPIC, LITELLM_GEMINI
from ..table import Row, only, where

NO_LOGPROBS = "the service gives no log probabilities"
REFUSED = "LiteLLM refuses the setting for Gemini."

ROWS = [
    Row("media:image", "An image is seen, in the vendor's own words."),
    Row("media:file", "A file is seen, with its type."),
    Row(
        "media:audio",
        "Audio is heard; where the protocol has none, the model is told that it was there.",
        lacks=where({LITELLM_ANTHROPIC: "LiteLLM drops audio for Claude without a word."}),
    ),
    Row(
        "media:spellings",
        "An image is seen however it is spelled.",
        refs="A#2797 A#2614 A#1513 A#4295 A#3877",
        cases=(81,),
    ),
    Row("media:easy-messages", "A message is read however it is spelled.", refs="A#2797", cases=(81,)),
    Row(
        "media:tool-image",
        "An image that a tool returns is seen: in its result, or in the message behind it.",
        refs="A#2163",
        cases=(36,),
    ),
    Row("media:tool-file", "A file that a tool returns is seen.", refs="A#2163", cases=(36,)),
    Row(
        "media:logprobs",
        "Log probabilities come with the text.",
        cannot=where({CLAUDE: NO_LOGPROBS}),
        lacks=where({LITELLM_GEMINI: REFUSED}),
    ),
    Row(
        "media:top-logprobs-alone",
        "`top_logprobs` alone is enough: what the service wants beside it is sent.",
        refs="A#3929 A#3763",
        cases=(86,),
        cannot=where({CLAUDE: NO_LOGPROBS}),
        lacks=where({LITELLM_GEMINI: REFUSED}),
    ),
    Row(
        "media:logprobs-refused",
        "A setting that cannot be passed on is the caller's error, before anybody is asked.",
        cannot=only((*CLAUDE, LITELLM_GEMINI), "the setting is passed on"),
    ),
    Row(
        "media:citations",
        "Citations come as annotations of the text.",
        refs="A#4222 A#4252",
        cases=(53,),
        lacks=where({LITELLM_ANTHROPIC: "Of Claude's citations, LiteLLM passes on no place in the text."}),
    ),
]
