"""Structured output."""

from __future__ import annotations

from ..columns import CLIENTS, LITELLM, LITELLM_ANTHROPIC, OPENAI_RESPONSES
from ..table import Row, only, where

LITELLMS = "LiteLLM chooses the way by itself"
CLIENTS_OWN = "the classes for OpenAI's clients send a schema to whoever stands behind them"
PROMPTED = where({LITELLM: LITELLMS, CLIENTS: CLIENTS_OWN})

ROWS = [
    Row("output:native", "The schema goes to the model, and the answer is an instance of the type."),
    Row("output:native-with-tools", "The same beside tools, on every turn."),
    Row(
        "output:with-tools",
        "Structured output works together with tools, which stay usable.",
        refs="A docs",
        cases=(61,),
    ),
    Row(
        "output:by-tool",
        "Where a service takes no schema, or none beside tools, the answer is a tool's arguments and shows as none.",
        cases=(61,),
        cannot=where(
            {
                LITELLM: LITELLMS,
                CLIENTS: CLIENTS_OWN,
                OPENAI_RESPONSES: "every server of Responses takes a schema",
            }
        ),
    ),
    Row(
        "output:prompted",
        "A model that takes no schema is asked in words, and its answer is validated.",
        refs="A docs",
        cases=(60,),
        cannot=PROMPTED,
    ),
    Row("output:among-prose", "JSON in a fence or among prose is found.", cases=(64,), cannot=PROMPTED),
    Row(
        "output:asked-again",
        "A wrong answer in words is asked for again once; then it is an error with the text.",
        cases=(64,),
        cannot=PROMPTED,
    ),
    Row("output:after-reasoning", "Reasoning before the JSON does not end up in it."),
    Row(
        "output:schema-keywords",
        "Keywords that the vendor refuses are rewritten; our validation stays as it was.",
        cases=(63,),
    ),
    Row(
        "output:litellms-tool",
        "LiteLLM's own tool for JSON is the final output, and no tool call.",
        refs="A#1602",
        cases=(62,),
        cannot=only((LITELLM_ANTHROPIC,), "LiteLLM makes a tool of the schema for older Claude models"),
    ),
    Row(
        "output:wrong-answer",
        "An answer that is not of the type is an error with its text.",
        cases=(64,),
    ),
    Row(
        "output:no-earlier-text",
        "An empty or thinking-only answer never takes earlier text as the output.",
        refs="P#6403",
        cases=(65,),
    ),
]
