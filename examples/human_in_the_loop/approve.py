"""A tool that asks before it acts: the run waits, and goes on with what was decided."""

from __future__ import annotations

import asyncio

from agents import Agent, Runner, function_tool
from agents.testing import ScriptedModel, assistant_message, function_call


@function_tool(needs_approval=True)
def delete_file(path: str) -> str:
    """Delete a file."""
    return f"{path} is gone."


@function_tool
def list_files() -> list[str]:
    """The files that there are."""
    return ["notes.txt", "thesis.tex"]


async def main() -> None:
    model = ScriptedModel(  # stands in for any model
        [
            [
                function_call("list_files", {}, call_id="call_1"),
                function_call("delete_file", {"path": "notes.txt"}, call_id="call_2"),
                function_call("delete_file", {"path": "thesis.tex"}, call_id="call_3"),
            ],
            [assistant_message("I deleted the notes, and kept the thesis.")],
        ]
    )
    agent = Agent(name="Janitor", model=model, tools=[list_files, delete_file])

    result = await Runner.run(agent, "Clean up")
    while result.interruptions:
        state = result.to_state()
        for call in result.interruptions:
            print(f"{call.agent.name} wants {call.name}({call.arguments})")
            if "thesis" in (call.arguments or ""):
                state.reject(call, rejection_message="The thesis stays.")
            else:
                state.approve(call)
        result = await Runner.run(agent, state)
    print(result.final_output)


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# Janitor wants delete_file({"path": "notes.txt"})
# Janitor wants delete_file({"path": "thesis.tex"})
# I deleted the notes, and kept the thesis.
