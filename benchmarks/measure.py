"""Running the workers: the contenders by turns, each in a fresh process, and what their values say of one another."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .peer import ROOT, cache
from .rows import Contender, Figure, Row, Worker

WORKERS = Path(__file__).with_name("workers")
Values = Mapping[str, float]


@dataclass(frozen=True)
class Bench:
    """The interpreters of the two environments, and the service that is asked."""

    ours: Path
    peer: Path
    url: str

    def run(self, worker: Worker, contender: Contender, size: str, wanted: Sequence[str]) -> Values:
        """The values of one run of a worker.

        Raises:
            SystemExit: The worker failed.
        """
        python = self.ours if contender.side == "ours" else self.peer
        command = [str(python), str(WORKERS / worker.script), self.url, size, contender.way, *wanted]
        with tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=environment(contender))
            assert process.stdout is not None
            with process.stdout as stream:
                output = stream.read()
            # Not Popen.wait: the kernel's account of this one child is wanted, threads and all.
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                errors.seek(0)
                sys.exit(f"{worker.script} failed for {contender.name}:\n{errors.read().decode(errors='replace')}")
        values: dict[str, float] = json.loads(output.splitlines()[-1])
        # Linux counts in KiB, macOS in bytes.
        unit = 2**20 if sys.platform == "darwin" else 2**10
        return values | {"process_cpu": usage.ru_utime + usage.ru_stime, "max_rss": usage.ru_maxrss / unit}


def environment(contender: Contender) -> dict[str, str]:
    """The same surroundings for both sides: no Python settings of the user's, no keys, compiled files of their own."""
    private = ("PYTHON", "OPENAI_", "LITELLM_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(private)}
    if contender.side == "ours":  # these sources, wherever the environment has been installed from
        kept["PYTHONPATH"] = str(ROOT / "src")
    # LiteLLM would fetch its price list otherwise; the peer leaves that as it is, and we forbid it for the import.
    return kept | {"PYTHONPYCACHEPREFIX": str(cache() / "pycache"), "LITELLM_LOCAL_MODEL_COST_MAP": "True"}


@dataclass(frozen=True)
class Result:
    """A row with the values of its two contenders, one pair for each repetition."""

    row: Row
    values: Mapping[Contender, Sequence[Values]]

    @property
    def ratios(self) -> list[float]:
        """Ours divided by the other, pair by pair."""
        pairs = zip(self._each(self.row.ours), self._each(self.row.other), strict=True)
        return [ours / other for ours, other in pairs]

    @property
    def ratio(self) -> float:
        """The median of the pairs' ratios."""
        return statistics.median(self.ratios)

    @property
    def met(self) -> bool:
        """Whether the ratio is what was asked for."""
        return self.row.met(self.ratio)

    def median(self, figure: Figure) -> float:
        """The median of a figure."""
        return statistics.median(self._each(figure))

    def curve(self, figure: Figure) -> dict[int, float]:
        """Medians by size, of the values that are named after the figure's, a colon and a size."""
        names = [name for name in self.values[figure.contender][0] if name.startswith(f"{figure.value}:")]
        return {int(name.partition(":")[2]): self.median(Figure(figure.contender, name)) for name in names}

    def _each(self, figure: Figure) -> list[float]:
        return [values[figure.value] for values in self.values[figure.contender]]


def measure(rows: Sequence[Row], bench: Bench, *, quick: bool, at_most: int) -> Iterator[Result]:
    """Run each worker that the rows need, and give the rows their values."""
    size = "quick" if quick else "full"
    for worker in dict.fromkeys(row.worker for row in rows):
        served = [row for row in rows if row.worker is worker]
        wanted = _wanted(served)
        contenders = list(wanted)
        found: dict[Contender, list[Values]] = {contender: [] for contender in contenders}
        repetitions = min(worker.quick_repetitions if quick else worker.repetitions, at_most)
        for contender in contenders if repetitions > 2 else ():
            bench.run(worker, contender, "quick", wanted[contender])  # compiles the sources, fills the disk cache
        for turn in range(1, repetitions + 1):
            for contender in contenders:
                print(f"{worker.script} {turn}/{repetitions}: {contender.name}", file=sys.stderr, flush=True)
                found[contender].append(bench.run(worker, contender, size, wanted[contender]))
            contenders.reverse()
        for row in served:
            yield Result(row, found)


def _wanted(rows: Sequence[Row]) -> dict[Contender, list[str]]:
    """Which values each contender is asked for."""
    wanted: dict[Contender, dict[str, None]] = {}
    for row in rows:
        for figure in (row.ours, row.other):
            wanted.setdefault(figure.contender, {}).update(dict.fromkeys([figure.value, *row.beside]))
    return {contender: list(values) for contender, values in wanted.items()}


@contextmanager
def serving() -> Iterator[str]:
    """The service in a process of its own, so that its CPU is nobody's; yields its address for OpenAI clients."""
    command = [sys.executable, "-m", "benchmarks.service"]
    sources = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    with subprocess.Popen(
        command, cwd=ROOT, env=sources, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        if not url:
            sys.exit("The service did not start.")
        yield url
        process.stdin.close()
