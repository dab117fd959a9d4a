"""Composio builds tools for an agent, and the agent calls them."""

from __future__ import annotations

import asyncio
import json
from types import SimpleNamespace

from composio_openai_agents import OpenAIAgentsProvider

from agents import Agent, FunctionTool, Runner
from agents.testing import ScriptedModel, assistant_message, function_call

CALLS: list[tuple[str, object]] = []


def execute(slug: str, arguments: object) -> dict[str, object]:
    """Stands in for Composio's service."""
    CALLS.append((slug, arguments))
    return {"successful": True, "error": None, "data": {"stars": 7}}


def declared() -> SimpleNamespace:
    """A tool as Composio's service describes it."""
    properties = {"repo": {"type": "string", "description": "owner/name", "examples": ["a/b"]}}
    schema = {"type": "object", "properties": properties, "required": ["repo"]}
    return SimpleNamespace(slug="GITHUB_STARS", description="Count a repository's stars.", input_parameters=schema)


async def main() -> None:
    for strict in (False, True):
        CALLS.clear()
        (tool,) = OpenAIAgentsProvider(strict=strict).wrap_tools([declared()], execute)
        assert isinstance(tool, FunctionTool)
        script = [[function_call("GITHUB_STARS", {"repo": "a/b"}, call_id="call_1")], [assistant_message("Seven.")]]
        result = await Runner.run(Agent(name="A", model=ScriptedModel(script), tools=[tool]), "How many stars?")
        assert result.final_output == "Seven."
        assert CALLS == [("GITHUB_STARS", {"repo": "a/b"})]
        output = next(item.output for item in result.new_items if item.type == "tool_call_output_item")
        assert json.loads(output)["data"] == {"stars": 7}
        print(f"built and called, strict={strict}")


asyncio.run(main())
