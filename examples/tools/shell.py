"""A shell for any model: an executor that runs commands in one folder, and stops those that take too long."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from agents import (
    Agent,
    AnyModel,
    Runner,
    ShellCallOutcome,
    ShellCommandOutput,
    ShellCommandRequest,
    ShellResult,
    ShellTool,
    ToolCallOutputItem,
)
from agents.testing.simulator import Reply, Simulator, ToolCall

LONGEST = 5.0


class Executor:
    """Runs commands in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def __call__(self, request: ShellCommandRequest) -> ShellResult:
        action = request.data.action
        seconds = min(LONGEST, (action.timeout_ms or LONGEST * 1000) / 1000)
        return ShellResult([await self.run(command, seconds) for command in action.commands], max_output_length=4000)

    async def run(self, command: str, seconds: float) -> ShellCommandOutput:
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_shell(command, cwd=self.folder, stdout=pipe, stderr=pipe)
        try:
            stdout, stderr = await asyncio.wait_for(process.communicate(), seconds)
        except asyncio.TimeoutError:
            return ShellCommandOutput(command=command, outcome=ShellCallOutcome("timeout"))
        finally:
            if process.returncode is None:  # it took too long, or the run was stopped
                process.kill()
                await process.communicate()
        ended = ShellCallOutcome("exit", process.returncode)
        return ShellCommandOutput(stdout.decode(errors="replace"), stderr.decode(errors="replace"), ended, command)


async def allowed(context: object, action: object, call_id: str) -> bool:
    """Whether a human has to approve: here, whatever is more than a look."""
    commands = getattr(action, "commands", [])
    return not all(command.split()[0] in ("ls", "cat", "echo") for command in commands)


async def main() -> None:
    async with Simulator() as server:  # stands in for Anthropic
        server.script(Reply([ToolCall("shell", {"commands": ["echo Buy milk", "cat nothing.txt"]})]), "One is missing.")
        model = AnyModel("anthropic/claude-sonnet-4-5", base_url=server.anthropic_base_url, api_key=server.api_key)
        with tempfile.TemporaryDirectory() as folder:
            shell = ShellTool(executor=Executor(Path(folder)), needs_approval=allowed)
            result = await Runner.run(Agent(name="Admin", model=model, tools=[shell]), "What is in my notes?")
        print(*(item.output for item in result.new_items if isinstance(item, ToolCallOutputItem)))
        print(result.final_output)


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# $ echo Buy milk
# Buy milk
#
# $ cat nothing.txt
# [stderr]
# cat: nothing.txt: No such file or directory
# [exit code 1]
# One is missing.
