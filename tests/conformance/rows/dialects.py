"""Dialects: what servers of one protocol do in ways of their own, and what is of the package itself."""

from __future__ import annotations

from ..columns import CHAT, CLAUDE, CLIENTS, GOOGLE, LITELLM, LITELLM_ANTHROPIC, LITELLM_GEMINI, OPENAI_CHAT
from ..table import Row, only, where

PROFILE = "a dialect of servers that speak Chat Completions, in a profile of the native path"

ROWS = [
    Row(
        "dialects:think-tags",
        "Reasoning between tags in the text is reasoning, however it is cut.",
        refs="A#494 A#871",
        cases=(17,),
        cannot=only((OPENAI_CHAT,), PROFILE),
    ),
    Row(
        "dialects:reasoning-never-empty",
        "Reasoning that must not be empty never is.",
        refs="Kimi",
        cases=(12,),
        cannot=only((OPENAI_CHAT,), PROFILE),
    ),
    Row(
        "dialects:call-in-text",
        "A call that is JSON in the text is a call, where the profile says so.",
        refs="Fireworks",
        cases=(39,),
        cannot=only((OPENAI_CHAT,), PROFILE),
    ),
    Row(
        "dialects:message-forms",
        "Calls and results have the form that the server takes: split, with null or no empty content.",
        refs="A#2238 Databricks Together Kimi",
        cases=(30,),
        cannot=only((OPENAI_CHAT,), PROFILE),
    ),
    Row(
        "dialects:bridge",
        "A bridge stands between a tool message and the user, where the server wants one.",
        refs="Mistral",
        cases=(31,),
        cannot=only((OPENAI_CHAT,), PROFILE),
    ),
    Row(
        "dialects:no-choice-of-none",
        "Where `none` cannot be chosen, the tools are left out.",
        refs="Mistral",
        cases=(34,),
        cannot=only((OPENAI_CHAT,), PROFILE),
    ),
    Row(
        "dialects:forced-choice",
        "Where a call cannot be forced, the choice becomes the nearest, and the log says so.",
        refs="DeepSeek Kimi Claude",
        cases=(33,),
        cannot=only((OPENAI_CHAT, *CLAUDE), PROFILE),
        lacks=where({LITELLM_ANTHROPIC: "LiteLLM passes on a choice that the model refuses."}),
    ),
    Row(
        "dialects:tool-names",
        "Tool names that the service refuses are rewritten both ways, without collision.",
        refs="P#4713",
        cases=(35,),
    ),
    Row(
        "dialects:bungled-calls",
        "A call that the service could not read is told to the model, which tries again.",
        refs="Groq Gemini",
        cases=(38,),
        cannot=only((*CHAT, *GOOGLE), "only Groq and Gemini answer so"),
        lacks=where({LITELLM_GEMINI: "LiteLLM makes a common ending of Gemini's, where the model has bungled a call."}),
    ),
    Row(
        "dialects:pause",
        "A turn that pauses is continued.",
        refs="P#6303",
        cases=(69,),
        cannot=only(CLAUDE, "only Anthropic pauses"),
        lacks=where({LITELLM_ANTHROPIC: "LiteLLM gives no sign that a turn has paused."}),
    ),
    Row(
        "dialects:long-plain",
        "A plain call that could last too long is streamed inside.",
        refs="P#4496",
        cases=(52,),
        ways=("plain",),
        cannot=only(CLAUDE, "only Anthropic refuses long plain calls"),
        lacks=where({LITELLM_ANTHROPIC: "LiteLLM asks for an answer of any length without a stream."}),
    ),
    Row(
        "dialects:text-only",
        "A model that reads text alone is told what was there.",
        cases=(80,),
        cannot=where({(*LITELLM, *CLIENTS): "only the native path takes a profile"}),
    ),
]

PACKAGE = [
    Row(
        "failures:fallback",
        "A stream that breaks is withdrawn, and the next model answers.",
        refs="P#4953 L#6957",
        cases=(75,),
    ),
    Row(
        "streams:finished-stands",
        "An error while closing does not hide a finished answer.",
        refs="A#4077",
        cases=(49,),
        ways=("streamed",),
    ),
    Row("items:no-warnings", "Items are written as JSON without a warning.", refs="A#2291", cases=(84,)),
    Row(
        "package:lazy",
        "Nothing slow is imported before it is used, and nothing is fetched.",
        refs="L#2677",
        cases=(83,),
        elsewhere=[
            "tests/test_exports.py::test_importing_loads_nothing_that_is_not_used",
            "tests/models/test_manners.py::test_runs_through_litellm_print_nothing_and_fetch_nothing",
        ],
    ),
    Row(
        "package:traces",
        "Traces go nowhere unless the user adds a processor.",
        cases=(88,),
        elsewhere=["tests/tracing/test_provider.py::test_a_fresh_process_records_and_sends_nothing"],
    ),
    Row(
        "package:stolen-releases",
        "LiteLLM's stolen releases are outside the range, and the native path needs no adapter.",
        cases=(89,),
        elsewhere=[
            "tests/test_dependencies.py",
            "tests/native/test_any_model.py::test_no_adapter_library_is_in_the_process",
        ],
    ),
]
