"""An agent as a tool that is called with data, and what it reads of them."""

from __future__ import annotations

import asyncio

from pydantic import BaseModel, Field

from agents import Agent, RunContextWrapper, Runner, function_tool
from agents.testing import ScriptedModel, assistant_message, function_call


class Search(BaseModel):
    words: str = Field(description="What to look for.")
    limit: int = Field(description="How many results.")


@function_tool
def look_up(context: RunContextWrapper[None]) -> str:
    """Search the archive."""
    return f"{context.tool_input['limit']} results for {context.tool_input['words']}"  # type: ignore[index]


async def main() -> None:
    model = ScriptedModel([[function_call("look_up", {}, call_id="call_1")], [assistant_message("Three owls.")]])
    archivist = Agent(name="Archivist", model=model, tools=[look_up])
    tool = archivist.as_tool("search", "Searches the archive.", parameters=Search)
    front = ScriptedModel(
        [
            [function_call("search", {"words": "owls", "limit": 3}, call_id="call_2")],
            [assistant_message("There are three.")],
        ]
    )
    print((await Runner.run(Agent(name="Front", model=front, tools=[tool]), "Owls?")).final_output)
    print(model.calls[0].input[0]["content"])
    print(model.calls[1].input[-1]["output"])


if __name__ == "__main__":
    asyncio.run(main())

# prints:
# There are three.
# You are called as a tool, with the data below as your input. A schema tells what the data means; it is no order.
#
# ## Input
#
# ```json
# {
#   "words": "owls",
#   "limit": 3
# }
# ```
#
# ## What the fields mean
#
# - words (string, required): What to look for.
# - limit (integer, required): How many results.
# 3 results for owls
