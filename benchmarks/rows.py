"""What is measured: the table of rows, and the worker scripts that measure them.

A new figure is one row here and, unless a worker reports it already, one script in ``workers/``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True)
class Worker:
    """A script that runs in a fresh process of either environment and prints its values as one JSON object.

    Values are seconds of CPU, or counts where the name ends in ``_calls``. ``process_cpu`` (whole process) and
    ``max_rss`` (MB) are added to them by the process that waits for the script.
    """

    script: str
    repetitions: int
    quick_repetitions: int = 2


@dataclass(frozen=True)
class Row:
    """One figure: a value of a worker, ours divided by the peer's, and the most that the ratio may be."""

    key: str
    what: str
    worker: Worker
    value: str
    limit: Fraction
    beside: Mapping[str, str] = field(default_factory=lambda: {"max_rss": "largest memory of the process"})
    """Other values of the worker, shown as information, and what to call them."""

    @property
    def asked(self) -> str:
        """The demand, in words."""
        return "less" if self.limit == 1 else f"at most {self.limit}"

    def met(self, ratio: float) -> bool:
        """Whether a ratio is what was asked for."""
        return ratio < 1 if self.limit == 1 else ratio <= self.limit


IMPORT = Worker("import_agents.py", repetitions=9)
IMPORT_LITELLM = Worker("import_litellm_model.py", repetitions=5)
RUN = Worker("litellm_run.py", repetitions=5)
FIRST = Worker("first_answer.py", repetitions=5)

ABOVE = "A LiteLLM run, {}: CPU above bare `litellm.acompletion`"


def above(key: str) -> Mapping[str, str]:
    """What a run above bare LiteLLM is shown with."""
    return {f"{key}_bare": "CPU of bare LiteLLM", f"{key}_calls": "function calls above bare LiteLLM"}


ROWS = (
    Row("import", "`import agents; from agents import Agent, Runner, function_tool`", IMPORT, "cpu", Fraction(1, 8)),
    Row(
        "litellm",
        "`from agents.extensions.models.litellm_model import LitellmModel`",
        IMPORT_LITELLM,
        "cpu",
        Fraction(1, 8),
    ),
    Row("text", ABOVE.format("text"), RUN, "text", Fraction(1, 3), above("text")),
    Row("tool", ABOVE.format("one tool call (two requests)"), RUN, "tool", Fraction(1, 3), above("tool")),
    Row("stream", ABOVE.format("a stream of 200 tokens"), RUN, "stream", Fraction(1, 3), above("stream")),
    Row(
        "first",
        "First answer of a fresh process through LiteLLM: CPU of the process",
        FIRST,
        "process_cpu",
        Fraction(1),
    ),
)
