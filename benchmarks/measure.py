"""Running the workers: ours and the peer's by turns, each in a fresh process, and what the pairs of values say."""

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
from .rows import Row, Worker

WORKERS = Path(__file__).with_name("workers")
Values = Mapping[str, float]


@dataclass(frozen=True)
class Side:
    """One of the two environments."""

    name: str
    python: Path

    def run(self, worker: Worker, arguments: Sequence[str]) -> Values:
        """The values of one run of a worker.

        Raises:
            SystemExit: The worker failed.
        """
        command = [str(self.python), str(WORKERS / worker.script), *arguments]
        with tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, env=environment())
            assert process.stdout is not None
            with process.stdout as stream:
                output = stream.read()
            # Not Popen.wait: the kernel's account of this one child is wanted, threads and all.
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                errors.seek(0)
                sys.exit(f"{worker.script} failed for {self.name}:\n{errors.read().decode(errors='replace')}")
        values: dict[str, float] = json.loads(output.splitlines()[-1])
        # Linux counts in KiB, macOS in bytes.
        unit = 2**20 if sys.platform == "darwin" else 2**10
        return values | {"process_cpu": usage.ru_utime + usage.ru_stime, "max_rss": usage.ru_maxrss / unit}


def environment() -> dict[str, str]:
    """The same surroundings for both sides: no Python settings of the user's, no keys, compiled files of their own."""
    private = ("PYTHON", "OPENAI_", "LITELLM_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(private)}
    # LiteLLM would fetch its price list otherwise; the peer leaves that as it is, and we forbid it for the import.
    return kept | {"PYTHONPYCACHEPREFIX": str(cache() / "pycache"), "LITELLM_LOCAL_MODEL_COST_MAP": "True"}


@dataclass(frozen=True)
class Result:
    """A row with the values of both sides, one pair for each repetition."""

    row: Row
    ours: Sequence[Values]
    peers: Sequence[Values]

    @property
    def ratios(self) -> list[float]:
        """Ours divided by the peer's, pair by pair."""
        pairs = zip(self.ours, self.peers, strict=True)
        return [ours[self.row.value] / peer[self.row.value] for ours, peer in pairs]

    @property
    def ratio(self) -> float:
        """The median of the pairs' ratios."""
        return statistics.median(self.ratios)

    @property
    def met(self) -> bool:
        """Whether the ratio is what was asked for."""
        return self.row.met(self.ratio)

    def medians(self, value: str) -> tuple[float, float]:
        """The median of a value, ours and the peer's."""
        return statistics.median(v[value] for v in self.ours), statistics.median(v[value] for v in self.peers)


def measure(rows: Sequence[Row], ours: Side, peer: Side, url: str, *, quick: bool) -> Iterator[Result]:
    """Run each worker that the rows need, and give the rows their values."""
    for worker in dict.fromkeys(row.worker for row in rows):
        served = [row for row in rows if row.worker is worker]
        arguments = [url, "quick" if quick else "full", *(row.key for row in served)]
        repetitions = worker.quick_repetitions if quick else worker.repetitions
        sides = [ours, peer]
        for side in sides:
            side.run(worker, [url, "quick", *arguments[2:]])  # compiles the sources, fills the disk cache
        found: dict[str, list[Values]] = {side.name: [] for side in sides}
        for turn in range(1, repetitions + 1):
            for side in sides:
                found[side.name].append(side.run(worker, arguments))
            sides.reverse()
            for row in served:
                both = f"{found[ours.name][-1][row.value] * 1e3:.1f} ms, {found[peer.name][-1][row.value] * 1e3:.1f} ms"
                print(f"{row.key} {turn}/{repetitions}: {both}", file=sys.stderr, flush=True)
        for row in served:
            yield Result(row, found[ours.name], found[peer.name])


@contextmanager
def serving() -> Iterator[str]:
    """The simulator in a process of its own, so that its CPU is nobody's; yields its address for OpenAI clients."""
    command = [sys.executable, "-m", "benchmarks.server"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        if not url:
            sys.exit("The simulator did not start.")
        yield url
        process.stdin.close()
