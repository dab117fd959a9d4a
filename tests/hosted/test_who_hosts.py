"""Which tools run at which provider, and what is said where one does not."""

from __future__ import annotations

from typing import Any

import pytest

from agents import (
    Agent,
    AnyModel,
    CodeInterpreterTool,
    FileSearchTool,
    HostedMCPTool,
    ImageGenerationTool,
    ToolSearchTool,
    UserError,
    WebSearchTool,
    function_tool,
)
from agents.extensions.models.litellm_model import LitellmModel
from agents.testing.simulator import Simulator

from .conftest import model

MCP: Any = {"type": "mcp", "server_label": "docs", "server_url": "https://docs.example", "require_approval": "never"}
TOOLS: dict[str, Any] = {
    "web_search": WebSearchTool(),
    "code_interpreter": CodeInterpreterTool({"type": "code_interpreter", "container": {"type": "auto"}}),
    "file_search": FileSearchTool(["fileSearchStores/manuals"]),
    "image_generation": ImageGenerationTool({"type": "image_generation"}),
    "mcp": HostedMCPTool(MCP),
}
HOSTS = {
    "responses": set(TOOLS),
    "anthropic": {"web_search", "code_interpreter", "mcp"},
    "gemini": {"web_search", "code_interpreter", "file_search"},
    "chat": set(),
    "litellm": set(),
    "a server of one's own": set(),
}


def on(sim: Simulator, which: str) -> Any:
    if which == "litellm":
        return LitellmModel("anthropic/claude-sonnet-4-5", base_url=sim.anthropic_base_url, api_key=sim.api_key)
    if which == "a server of one's own":
        return AnyModel("qwen3", base_url=sim.openai_base_url, api_key=sim.api_key, api="openai-responses")
    return model(sim, which)


@pytest.mark.parametrize("kind", TOOLS)
@pytest.mark.parametrize("which", HOSTS)
async def test_a_hosted_tool_is_sent_or_its_hosts_are_named(sim: Simulator, run: Any, which: str, kind: str) -> None:
    """What is sent to a service that does not host it would be refused there, in words that help nobody."""
    agent = Agent("Clerk", model=on(sim, which), tools=[TOOLS[kind]])
    if kind in HOSTS[which]:
        sim.script("Done.")
        await run(agent)
        assert sim.requests[0].body["tools"]
        return
    with pytest.raises(UserError, match=f"{type(TOOLS[kind]).__name__} runs on the servers") as caught:
        await run(agent)
    assert "openai" in str(caught.value)
    hosts = str(caught.value).partition("Use a model of")[2]
    assert ("anthropic" in hosts) is (kind in ("web_search", "code_interpreter", "mcp"))
    assert ("gemini" in hosts) is (kind in ("web_search", "code_interpreter", "file_search"))
    assert not sim.requests


@function_tool(defer_loading=True)
def count(name: str) -> str:
    """Count something."""
    return "7"


@pytest.mark.parametrize("which", ["chat", "gemini", "a server of one's own"])
async def test_without_a_search_for_tools_all_are_seen_at_once(sim: Simulator, run: Any, which: str) -> None:
    """It costs tokens, and loses nothing."""
    sim.script("Done.")
    await run(Agent("Clerk", model=on(sim, which), tools=[count, ToolSearchTool()]))
    assert "count" in str(sim.requests[0].body["tools"])
    assert "defer_loading" not in str(sim.requests[0].body)


async def test_what_one_hosts_can_be_told(sim: Simulator, run: Any) -> None:
    """A gateway before OpenAI hosts what OpenAI does, and only its owner knows that."""
    sim.script("Done.")
    gateway = AnyModel(
        "gpt-5.5",
        base_url=sim.openai_base_url,
        api_key=sim.api_key,
        api="openai-responses",
        profile={"hosts": {"web_search": "web_search_2025_08_26"}},
    )
    await run(Agent("Clerk", model=gateway, tools=[WebSearchTool()]))
    assert sim.requests[0].body["tools"][0]["type"] == "web_search_2025_08_26"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: HostedMCPTool({"type": "mcp"}), "needs a 'server_label'"),  # type: ignore[arg-type]
        (lambda: HostedMCPTool(MCP, on_approval_request=True), "must be a function"),  # type: ignore[arg-type]
        (lambda: FileSearchTool([]), "the id of a store"),
        (lambda: FileSearchTool(["a"], max_num_results=51), "from 1 to 50"),
        (lambda: CodeInterpreterTool("auto"), "tool_config must be a dict"),  # type: ignore[arg-type]
    ],
)
def test_what_cannot_be_a_hosted_tool_is_named(make: Any, said: str) -> None:
    """A service would say it later, and less clearly."""
    with pytest.raises(UserError, match=said):
        make()
