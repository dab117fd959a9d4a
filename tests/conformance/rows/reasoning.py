"""Reasoning: asked for, shown, and given back to its maker as it was."""

from __future__ import annotations

from ..columns import (
    CHAT,
    CLAUDE,
    GOOGLE,
    LITELLM,
    LITELLM_ANTHROPIC,
    LITELLM_OPENAI,
    OPENAI_CLIENT,
    RESPONSES,
)
from ..table import Row, only, where

UNSEALED = where(
    {CHAT: "thoughts have no seal in this protocol", GOOGLE: "Gemini seals calls and texts, and takes no thought back"}
)
GEMINIS = "thought signatures are Gemini's"
SEALED = "encrypted reasoning items are those of Responses"
LITELLM_TEXT = "LiteLLM refuses an answer whose `reasoning_content` is no text."
FIELD = "a field of servers that speak Chat Completions"

ROWS = [
    Row("reasoning:asked", "Reasoning is asked for by one setting."),
    Row(
        "reasoning:effort",
        "An effort becomes a field, a budget or a level, as the model takes it.",
        refs="A#1972 A#2782",
        cases=(18,),
    ),
    Row(
        "reasoning:off",
        "Asking for no reasoning turns it off.",
        refs="P#5433",
        cases=(18,),
    ),
    Row(
        "reasoning:off-refused",
        "A model that always reasons says that it cannot be turned off.",
        refs="P#5433",
        cases=(18,),
        cannot=where({RESPONSES: "OpenAI says so itself, with an error status"}),
        lacks=where(
            {
                LITELLM: "LiteLLM does not say which models always reason, and sends what it likes.",
                OPENAI_CLIENT: "Of what model stands behind a client, nothing is known.",
            }
        ),
    ),
    Row("reasoning:returned", "Reasoning that the service shows is an item of its own, before the answer."),
    Row(
        "reasoning:calls-keep-thinking",
        "The turn that called a tool goes back with its thinking and its seal, before the call.",
        refs="A#678 A#1706",
        cases=(1,),
        cannot=UNSEALED,
    ),
    Row(
        "reasoning:every-signature",
        "Of several thoughts each keeps its own seal, in order.",
        refs="A#1779",
        cases=(2,),
        cannot=UNSEALED,
    ),
    Row(
        "reasoning:text-between",
        "Thinking, text and call of one turn all go back, in the order received.",
        refs="A#1784",
        cases=(3,),
        cannot=UNSEALED,
    ),
    Row(
        "reasoning:interleaved",
        "Thinking on both sides of a text goes back.",
        refs="A#1784",
        cases=(3,),
        cannot=UNSEALED,
    ),
    Row(
        "reasoning:without-calls",
        "Thinking is replayed on turns without a call, too.",
        refs="A#2195",
        cases=(4,),
        cannot=UNSEALED,
    ),
    Row(
        "reasoning:once",
        "Thinking of parallel calls goes back exactly once.",
        refs="A#3215 A#3261",
        cases=(5,),
        cannot=UNSEALED,
    ),
    Row(
        "reasoning:own-turn",
        "A thought belongs to the turn that made it.",
        refs="A#4089",
        cases=(6,),
        cannot=UNSEALED,
    ),
    Row(
        "reasoning:redacted",
        "Redacted thinking goes back verbatim, and is never shown as text.",
        cases=(8,),
        cannot=only(CLAUDE, "only Anthropic redacts thoughts"),
    ),
    Row(
        "reasoning:bound",
        "Where thinking is bound to what came before it, a trimmed conversation is not refused.",
        cases=(9,),
        cannot=only(CLAUDE, "only Anthropic binds thinking"),
        lacks=where({LITELLM_ANTHROPIC: "LiteLLM does not ask the service to drop what no longer fits."}),
    ),
    Row(
        "reasoning:gemini-signature",
        "A signature returns on the very call that bore it.",
        refs="A#2109 A#2158",
        cases=(10,),
        cannot=only(GOOGLE, GEMINIS),
    ),
    Row(
        "reasoning:gemini-dummy",
        "A call that another model made bears the documented dummy, first call of the turn.",
        refs="A#2158",
        cases=(10,),
        cannot=only(GOOGLE, GEMINIS),
    ),
    Row(
        "reasoning:gemini-text-signature",
        "A signature on text goes back with it.",
        cases=(10,),
        cannot=only(GOOGLE, GEMINIS),
    ),
    Row(
        "reasoning:field-where-wanted",
        "`reasoning_content` goes back where profile or user want it, and to nobody else.",
        refs="A#2328 A#2669 A#4432",
        cases=(11,),
        cannot=only(CHAT, FIELD),
    ),
    Row(
        "reasoning:deepseek",
        "DeepSeek gets its reasoning back within a tool loop.",
        refs="A#2328",
        cases=(11,),
        cannot=only(CHAT, FIELD),
        lacks=where({OPENAI_CLIENT: "Of what model stands behind a client, nothing is known."}),
    ),
    Row(
        "reasoning:odd-shapes",
        "Reasoning that arrives as an object or a list is read.",
        refs="P#5155",
        cases=(13,),
        cannot=only(CHAT, FIELD),
        lacks=where({LITELLM_OPENAI: LITELLM_TEXT}),
    ),
    Row(
        "reasoning:empty-lists",
        "Empty reasoning does not crash.",
        refs="A#1982",
        cases=(44,),
        cannot=only(CHAT, FIELD),
        lacks=where({LITELLM_OPENAI: LITELLM_TEXT}),
    ),
    Row(
        "reasoning:sealed",
        "Encrypted reasoning is asked for where nothing is stored, taken whole, and replayed.",
        refs="A#920",
        cases=(14,),
        cannot=only(RESPONSES, SEALED),
    ),
    Row(
        "reasoning:no-orphans",
        "Neither reasoning without its item nor an item without its reasoning is sent.",
        refs="A#722 A#3207 A#2503 A#2727",
        cases=(15,),
        cannot=only(RESPONSES, SEALED),
    ),
    Row(
        "reasoning:alone",
        "A turn of thinking alone is no empty message in the next request.",
        refs="P#6182",
        cases=(16,),
    ),
]
