"""DBOS makes a run durable: killed in the middle of a tool call, it goes on from there, and asks no model twice."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from agents.testing.simulator import Reply, Simulator, Text, ToolCall

WORKER = '''
import asyncio, os, signal, sys
from dbos import DBOS, SetWorkflowID
from dbos_openai_agents import DBOSRunner
from agents import Agent, AnyModel, function_tool

folder, base_url, key, life = sys.argv[1:]
DBOS(config={"name": "durable", "system_database_url": f"sqlite:///{folder}/dbos.sqlite", "log_level": "ERROR"})

@DBOS.step()
async def work(name: str) -> str:
    with open(f"{folder}/steps", "a") as log:
        log.write(f"{life} {name}\\n")
    if name == "second" and life == "first":
        os.kill(os.getpid(), signal.SIGKILL)
    return f"{name} done"

@function_tool
async def do(name: str) -> str:
    """Do a piece of work."""
    return await work(name)

agent = Agent(name="Worker", model=AnyModel("gpt-4.1", api="openai-chat", base_url=base_url, api_key=key), tools=[do])

@DBOS.workflow()
async def both() -> str:
    return (await DBOSRunner.run(agent, "Do both.")).final_output

async def main() -> None:
    DBOS.launch()
    if life == "first":
        with SetWorkflowID("both"):
            await DBOS.start_workflow_async(both)
    handle = await DBOS.retrieve_workflow_async("both")
    print(await handle.get_result())
    DBOS.destroy()

asyncio.run(main())
'''


async def live(folder: str, service: Simulator, life: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "ignore", "-c", WORKER, folder, service.openai_base_url, service.api_key, life]
    return await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, timeout=120)


def finished(folder: str) -> list[str]:
    """The steps that began, each behind the life of the process in which it did."""
    return Path(folder, "steps").read_text().splitlines()


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with Simulator() as service:
            turns = [Reply([ToolCall("do", {"name": name})]) for name in ("first", "second")]
            service.script(*turns, Reply([Text("Both are done.")]))
            killed = await live(folder, service, "first")
            assert killed.returncode == -signal.SIGKILL, killed.stderr
            asked = len(service.requests)
            assert asked == 2, f"{asked} model calls before the kill"
            print("killed in the second tool call, after", asked, "model calls")
            recovered = await live(folder, service, "second")
            assert recovered.returncode == 0, recovered.stderr
            assert recovered.stdout.strip().endswith("Both are done."), recovered.stdout
            assert len(service.requests) == 3, f"{len(service.requests)} model calls in all"
        steps = finished(folder)
        assert steps == ["first first", "first second", "second second"], steps
        print(
            "recovered:", recovered.stdout.strip().splitlines()[-1], "- no finished step and no model call was repeated"
        )


if os.name != "posix":
    sys.exit("this check kills a process by signal, which needs a POSIX system")
asyncio.run(main())
