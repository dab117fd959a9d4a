"""What is measured: the contenders, the worker scripts, and the table of rows.

A new figure is one row here and, unless a worker reports it already, one script in ``workers/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class Contender:
    """One of those that are compared: an environment, and the way to a model that a worker takes there."""

    name: str
    side: Literal["ours", "peer"]
    way: str


OURS = Contender("ours", "ours", "native")
OURS_LITELLM = Contender("ours through LiteLLM", "ours", "litellm")
PEER_LITELLM = Contender("the peer through LiteLLM", "peer", "litellm")
PEER_OPENAI = Contender("the peer on OpenAI's client", "peer", "openai")
FLOOR = Contender("bare `aiohttp`", "ours", "aiohttp")
OURS_ALONE = Contender("ours", "ours", "none")
PEER_ALONE = Contender("the peer", "peer", "none")
"""Without any model, or with a scripted one."""


@dataclass(frozen=True)
class Worker:
    """A script that runs in a fresh process of either environment and prints its values as one JSON object.

    Values are seconds for one run or unit; a name that ends in ``_calls`` counts calls, one that ends in ``_wall`` is
    time on the clock, one with ``rss`` in it is MB of memory. ``process_cpu`` (whole process) and ``max_rss`` are
    added by the process that waits for the script.
    """

    script: str
    repetitions: int
    quick_repetitions: int = 2


@dataclass(frozen=True)
class Figure:
    """A value of a contender."""

    contender: Contender
    value: str


@dataclass(frozen=True)
class Row:
    """One ratio: a figure of ours divided by another, and the most that it may be."""

    key: str
    what: str
    worker: Worker
    ours: Figure
    other: Figure
    limit: float | None
    """``None`` where nothing is asked for: the row is shown."""
    asked: str
    beside: Mapping[str, str] = field(default_factory=dict)
    """Other values of both contenders, shown as information, and what to call them."""

    def met(self, ratio: float) -> bool:
        """Whether a ratio is what was asked for."""
        return self.limit is None or ratio <= self.limit


def _row(
    key: str,
    what: str,
    worker: Worker,
    value: str,
    other: Contender,
    part: int | None,
    *,
    ours: Contender = OURS,
    **beside: str,
) -> Row:
    """The same value of two contenders; ours may be one part of so many at most."""
    asked = f"at most 1/{part}" if part else "-"
    return Row(
        key, what, worker, Figure(ours, value), Figure(other, value), 1 / part if part else None, asked, beside=beside
    )


IMPORT = Worker("import_agents.py", repetitions=9)
IMPORT_LITELLM = Worker("import_litellm_model.py", repetitions=3)
LITELLM_RUN = Worker("litellm_run.py", repetitions=3)
RUNS = Worker("runs.py", repetitions=5)
FIRST = Worker("first_answer.py", repetitions=3)
SCRIPTED = Worker("scripted.py", repetitions=3)
GROWTH = Worker("growth.py", repetitions=2, quick_repetitions=1)
MEMORY = Worker("memory.py", repetitions=1, quick_repetitions=1)

_PACKAGE = "`import agents; from agents import Agent, Runner, function_tool`: CPU"
_MODEL_CLASS = "`from agents.extensions.models.litellm_model import LitellmModel`: CPU"
_MEMORY = {"max_rss": "largest memory of the process"}
IMPORTS = (
    _row("import", _PACKAGE, IMPORT, "cpu", PEER_ALONE, 8, ours=OURS_ALONE, **_MEMORY),
    _row("import-litellm", _MODEL_CLASS, IMPORT_LITELLM, "cpu", PEER_ALONE, 8, ours=OURS_ALONE, **_MEMORY),
)

_TEXT, _TOOL = "A run of one turn: CPU", "A run with one tool call (two requests): CPU"
_STREAM, _MANY = "A streamed run of 200 tokens: CPU", "64 runs in flight: time on the clock for each"
_CPU, _RSS = "A fresh process to its first answer: CPU", "A fresh process to its first answer: largest memory"
NATIVE = (
    _row("text", _TEXT, RUNS, "text", PEER_LITELLM, 7, text_calls="function calls"),
    _row("text-openai", _TEXT, RUNS, "text", PEER_OPENAI, None, text_calls="function calls"),
    Row("text-floor", _TEXT, RUNS, Figure(OURS, "text"), Figure(FLOOR, "text"), 4, "at most 4"),
    _row("tool", _TOOL, RUNS, "tool", PEER_LITELLM, 7, tool_calls="function calls"),
    _row("tool-openai", _TOOL, RUNS, "tool", PEER_OPENAI, None, tool_calls="function calls"),
    _row("stream", _STREAM, RUNS, "stream", PEER_LITELLM, 50, stream_calls="function calls"),
    _row("stream-openai", _STREAM, RUNS, "stream", PEER_OPENAI, 12, stream_calls="function calls"),
    _row("stream-floor", _STREAM, RUNS, "stream", FLOOR, None),
    _row("many", _MANY, RUNS, "many_wall", PEER_LITELLM, 8),
    _row("many-openai", _MANY, RUNS, "many_wall", PEER_OPENAI, None),
    _row("many-floor", _MANY, RUNS, "many_wall", FLOOR, None),
    _row("first", _CPU, FIRST, "process_cpu", PEER_LITELLM, 3),
    _row("first-openai", _CPU, FIRST, "process_cpu", PEER_OPENAI, None),
    _row("memory", _RSS, FIRST, "max_rss", PEER_LITELLM, 2),
    _row("memory-openai", _RSS, FIRST, "max_rss", PEER_OPENAI, None),
)

_ABOVE = "Through LiteLLM on both sides, {}: CPU above bare `litellm.acompletion`"
THROUGH_LITELLM = (
    *(
        _row(
            f"litellm-{key}",
            _ABOVE.format(what),
            LITELLM_RUN,
            key,
            PEER_LITELLM,
            3,
            ours=OURS_LITELLM,
            **{f"{key}_bare": "CPU of bare LiteLLM", f"{key}_calls": "function calls above bare LiteLLM"},
        )
        for key, what in {
            "text": "text",
            "tool": "one tool call (two requests)",
            "stream": "a stream of 200 tokens",
        }.items()
    ),
    Row(
        "litellm-first",
        "Through LiteLLM on both sides, a fresh process to its first answer: CPU",
        FIRST,
        Figure(OURS_LITELLM, "process_cpu"),
        Figure(PEER_LITELLM, "process_cpu"),
        1,
        "less",
        _MEMORY,
    ),
)

_SCRIPTED = "A run of 50 turns with 4 tool calls each, on a scripted model: CPU"
RUNTIME = (
    _row("scripted", _SCRIPTED, SCRIPTED, "scripted", PEER_ALONE, 4, ours=OURS_ALONE, scripted_calls="function calls"),
)

KINDS_OF_WORK = {
    "history": ("A history of 2,000 items: CPU for each", "500 items"),
    "tools": ("500 tools: CPU for each", "125 tools"),
    "arguments": ("100 kB of tool arguments, streamed: CPU for each byte", "25 kB"),
    "stream": ("A stream of 20,000 tokens: CPU for each", "5,000 tokens"),
}
"""What grows, at its largest, and a quarter of it. What the same run costs without it is left out."""
SUPER_LINEAR = 1.5
"""What a unit may cost at most, beside what it costs with a quarter of the work: 1 is linear, 4 quadratic. Between
them lies what larger work does to the processor's caches."""
GROWTHS = (
    *(
        Row(
            f"growth-{kind}",
            f"{what}, beside {quarter}",
            GROWTH,
            Figure(OURS, f"{kind}_full"),
            Figure(OURS, f"{kind}_quarter"),
            SUPER_LINEAR,
            f"at most {SUPER_LINEAR}",
        )
        for kind, (what, quarter) in KINDS_OF_WORK.items()
    ),
    *(
        _row(f"growth-{kind}-openai", what, GROWTH, f"{kind}_full", PEER_OPENAI, None)
        for kind, (what, _) in KINDS_OF_WORK.items()
    ),
    Row(
        "growth-memory",
        "10,000 runs, 64 at a time: memory of the process after them, beside the first 1,000",
        MEMORY,
        Figure(OURS, "rss_end"),
        Figure(OURS, "rss_tenth"),
        1.05,
        "at most 1.05",
    ),
)

ROWS = (*NATIVE, *IMPORTS, *RUNTIME, *GROWTHS, *THROUGH_LITELLM)
