"""Runs each check in a fresh process, and prints what came of it; fails when one of them fails."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
import time
from pathlib import Path

CHECKS = Path(__file__).with_name("checks")
PACKAGES = {
    "composio": "composio-openai-agents",
    "dbos": "dbos-openai-agents",
    "guardrails": "openai-guardrails",
    "mcp_agent": "openai-agents-mcp",
    "openinference": "openinference-instrumentation-openai-agents",
}
"""Which package a check is of. A check is a script that prints what it saw, and fails where it should be otherwise."""


def installed(package: str) -> str | None:
    """The version of a package in this environment."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def run(check: str) -> tuple[bool, str]:
    """Whether a check passed, and what it printed."""
    command = [sys.executable, "-W", "ignore", str(CHECKS / f"check_{check}.py")]
    environment = {name: value for name, value in os.environ.items() if not name.endswith(("_API_KEY", "_BASE_URL"))}
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env=environment)
    return done.returncode == 0, (done.stdout if done.returncode == 0 else done.stdout + done.stderr).strip()


def main() -> int:
    """Run all checks, or those that are named."""
    if (version := installed("openai-agents")) is not None:
        print(
            f"openai-agents {version} is installed here: both have the import package 'agents'. Run 'make ecosystem'."
        )
        return 1
    names = sys.argv[1:] or sorted(PACKAGES)
    if unknown := [name for name in names if name not in PACKAGES]:
        print(f"There is no check {', '.join(unknown)}; there are: {', '.join(sorted(PACKAGES))}.")
        return 2
    outcomes = {"passed": 0, "failed": 0, "skipped": 0}
    for name in names:
        package = PACKAGES[name]
        version = installed(package)
        if version is None:
            outcome, said = "skipped", f"there is no release for Python {sys.version_info[0]}.{sys.version_info[1]}"
        else:
            start = time.monotonic()
            passed, said = run(name)
            outcome = "passed" if passed else "failed"
            print(f"{package} {version}: {outcome} in {time.monotonic() - start:.1f} s")
        outcomes[outcome] += 1
        print("\n".join(f"    {line}" for line in said.splitlines()))
    print(", ".join(f"{count} {outcome}" for outcome, count in outcomes.items()))
    return 1 if outcomes["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
