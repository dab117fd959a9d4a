"""Workers in processes of their own that share one conversation."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

from agents import Agent, Runner, SQLiteSession
from agents.testing import ScriptedModel, assistant_message

WORKERS = 3


async def work(file: str, name: str) -> None:
    """What each worker does: a few turns in the shared conversation."""
    session = SQLiteSession("shared", file)
    for number in range(4):
        agent = Agent(name=name, model=ScriptedModel([[assistant_message(f"{name} {number}")]]))
        await Runner.run(agent, f"to {name}", session=session)
    session.close()


async def count(file: str) -> None:
    session = SQLiteSession("shared", file)
    print(len(await session.get_items()), "items of", WORKERS, "workers")
    session.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        file = str(Path(directory) / "shared.db")
        command = [sys.executable, __file__, file]
        workers = [subprocess.Popen([*command, f"worker {number}"]) for number in range(WORKERS)]
        print("exit codes:", [worker.wait() for worker in workers])
        asyncio.run(count(file))


if __name__ == "__main__":
    if len(sys.argv) == 3:
        asyncio.run(work(*sys.argv[1:]))
    else:
        main()

# prints:
# exit codes: [0, 0, 0]
# 24 items of 3 workers
