"""Hosted tools over Anthropic Messages: what is asked for, and what becomes of the blocks that they leave."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from agents import (
    Agent,
    CodeInterpreterTool,
    HostedMCPTool,
    ModelSettings,
    Runner,
    ToolSearchTool,
    UserError,
    WebSearchTool,
    function_tool,
)
from agents.testing.simulator import (
    Citation,
    CodeRun,
    McpCall,
    McpTools,
    Raw,
    Reply,
    Simulator,
    Text,
    ToolCall,
    ToolSearch,
    WebSearch,
)

from .conftest import model

DOCS: Any = {
    "type": "mcp",
    "server_label": "docs",
    "server_url": "https://docs.example/mcp",
    "require_approval": "never",
}
CODE = CodeInterpreterTool({"type": "code_interpreter", "container": {"type": "auto"}})
TOOLSET = {"type": "mcp_toolset", "mcp_server_name": "docs"}
TOOLS: dict[str, tuple[Any, dict[str, Any]]] = {
    "web": (WebSearchTool(), {"type": "web_search_20250305", "name": "web_search"}),
    "web of a place": (
        WebSearchTool({"type": "approximate", "city": "Oslo", "region": None}, {"allowed_domains": ["a.example"]}),
        {
            "type": "web_search_20250305",
            "name": "web_search",
            "user_location": {"type": "approximate", "city": "Oslo"},
            "allowed_domains": ["a.example"],
        },
    ),
    "code": (CODE, {"type": "code_execution_20250825", "name": "code_execution"}),
    "mcp": (HostedMCPTool(DOCS), TOOLSET),
    "mcp, some tools": (
        HostedMCPTool({**DOCS, "allowed_tools": ["find"]}),
        {**TOOLSET, "configs": {"find": {"enabled": True}}, "default_config": {"enabled": False}},
    ),
}


@pytest.mark.parametrize(("tool", "sent"), TOOLS.values(), ids=TOOLS)
async def test_a_hosted_tool_is_told_as_the_service_has_it(sim: Simulator, run: Any, tool: Any, sent: Any) -> None:
    """One declaration serves both providers; the simulator takes these shapes alone."""
    sim.script("Done.")
    await run(Agent("Clerk", model=model(sim, "anthropic"), tools=[tool]))
    assert sim.requests[0].body["tools"] == [sent]


async def test_a_hosted_server_goes_with_its_token_and_its_beta(sim: Simulator, run: Any) -> None:
    """Without the beta the service does not know the field."""
    sim.script("Done.", "Done.")
    for config in ({**DOCS, "authorization": "t-1"}, {**DOCS, "headers": {"Authorization": "Bearer t-1"}}):
        await run(Agent("Clerk", model=model(sim, "anthropic"), tools=[HostedMCPTool(config)]))
        sent = sim.requests[-1]
        assert sent.headers["anthropic-beta"] == "mcp-client-2025-11-20"
        assert sent.body["mcp_servers"] == [
            {"type": "url", "name": "docs", "url": DOCS["server_url"], "authorization_token": "t-1"}
        ]


CANNOT: dict[str, tuple[dict[str, Any], str]] = {
    "ask for approval": ({"require_approval": "always"}, "without asking"),
    "ask, as is the default": ({"require_approval": None}, "without asking"),
    "reach a connector": ({"server_url": None, "connector_id": "connector_gmail"}, "give 'docs' a 'server_url'"),
    "send any header": ({"headers": {"X-Key": "k"}}, "no headers but Authorization: take x-key out"),
    "know what only reads": ({"allowed_tools": {"read_only": True}}, "which tools of 'docs' only read"),
}


@pytest.mark.parametrize(("change", "said"), CANNOT.values(), ids=CANNOT)
async def test_what_protects_the_user_is_never_left_out(sim: Simulator, run: Any, change: Any, said: str) -> None:
    """A call that should have been approved is worse than an error."""
    with pytest.raises(UserError, match=said):
        await run(Agent("Clerk", model=model(sim, "anthropic"), tools=[HostedMCPTool({**DOCS, **change})]))
    assert not sim.requests


async def test_an_option_without_words_for_it_is_told_once(sim: Simulator, run: Any, caplog: Any) -> None:
    """The run does without it, or not at all where the caller is strict."""
    sim.script("Done.", "Done.")
    clerk = model(sim, "anthropic")
    agent = Agent("Clerk", model=clerk, tools=[WebSearchTool(external_web_access=False)])
    with caplog.at_level(logging.WARNING):
        await run(agent)
        await run(agent)
    assert [record.getMessage() for record in caplog.records] == [
        "Ignored: external_web_access of the hosted tool 'web_search': anthropic has no such option."
    ]
    strict = model(sim, "anthropic", strict_feature_validation=True)
    with pytest.raises(UserError, match="external_web_access"):
        await run(agent.clone(model=strict))


WORK: dict[str, tuple[Any, Any, dict[str, Any]]] = {
    "web": (
        WebSearch("snow", ["https://a.example"]),
        WebSearchTool(),
        {"type": "web_search_call", "query": "snow", "url": "https://a.example"},
    ),
    "code": (CodeRun("echo 42", "42"), CODE, {"type": "code_interpreter_call", "code": "echo 42", "logs": "42"}),
    "mcp": (
        McpCall("docs", "find", {"q": "x"}, "Found."),
        HostedMCPTool(DOCS),
        {"type": "mcp_call", "server_label": "docs", "name": "find", "output": "Found."},
    ),
}


@pytest.mark.parametrize(("part", "tool", "expected"), WORK.values(), ids=WORK)
async def test_what_a_hosted_tool_did_is_an_item_and_goes_back_verbatim(
    sim: Simulator, run: Any, part: Any, tool: Any, expected: dict[str, Any]
) -> None:
    """The items are those of Responses; the service compares the blocks with what it wrote."""
    sim.script(Reply([Text("Let me see."), part, Text("Done.")]), "Yes.")
    agent = Agent("Clerk", model=model(sim, "anthropic"), tools=[tool])
    result = await run(agent)
    assert result.final_output == "Done."
    assert [item.type for item in result.new_items] == ["message_output_item", "tool_call_item", "message_output_item"]
    made = result.new_items[1].raw_item
    assert (made.type, made.status) == (expected["type"], "completed")
    assert all(value in str(made) for value in expected.values())
    await run(agent, [*result.to_input_list(), {"role": "user", "content": "Sure?"}])
    blocks = sim.requests[1].body["messages"][1]["content"]
    assert [block["type"] for block in blocks][0::3] == ["text", "text"]
    assert blocks[1:3] == made.provider_data["replay"]


@function_tool
def find(name: str) -> str:
    """Find somebody."""
    return f"{name} is here"


async def test_code_of_one_turn_is_run_in_one_place(sim: Simulator, run: Any) -> None:
    """Files that the first call wrote are there for the next; another turn gets a place of its own."""
    use = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "bash_code_execution", "input": {"command": "ls"}}
    ran = {"type": "bash_code_execution_result", "stdout": "a", "stderr": "", "return_code": 0, "content": []}
    done = {"type": "bash_code_execution_tool_result", "tool_use_id": "srvtoolu_1", "content": ran}
    call = {"type": "tool_use", "id": "toolu_1", "name": "find", "input": {"name": "Ann"}}
    head = {"id": "msg_1", "type": "message", "role": "assistant", "model": "m", "stop_reason": "tool_use"}
    container = {"id": "container_1", "expires_at": "2026-11-26T00:00:00Z"}
    sim.script(Raw(body={**head, "content": [use, done, call], "container": container}), "Done.", "Yes.")
    agent = Agent("Clerk", model=model(sim, "anthropic"), tools=[CODE, find])
    result = await run(agent)
    assert result.new_items[0].raw_item.container_id == "container_1"
    await run(agent, [*result.to_input_list(), {"role": "user", "content": "Sure?"}])
    assert [request.body.get("container") for request in sim.requests] == [None, "container_1", None]


async def test_a_failed_call_of_a_hosted_server_says_so(sim: Simulator, run: Any) -> None:
    """The model has read the error; who reads the run should, too."""
    sim.script(Reply([McpTools("docs", ["find"]), McpCall("docs", "find", error="Gone."), Text("A pity.")]))
    result = await run(Agent("Clerk", model=model(sim, "anthropic"), tools=[HostedMCPTool(DOCS)]))
    listed, called, _ = (item.raw_item for item in result.new_items)
    assert [tool.name for tool in listed.tools] == ["find"]
    assert (called.status, called.error.content[0]["text"], called.output) == ("failed", "Gone.", None)


async def test_citations_of_a_search_are_annotations(sim: Simulator, run: Any) -> None:
    """A user interface shows them as with OpenAI."""
    text = Text("It snows.", citations=[Citation("https://a.example", "Snow", 0, 9)])
    sim.script(Reply([WebSearch("snow", ["https://a.example"]), text]))
    result = await run(Agent("Clerk", model=model(sim, "anthropic"), tools=[WebSearchTool()]))
    (note,) = result.new_items[-1].raw_item.content[0].annotations
    assert (note.type, note.url, note.title) == ("url_citation", "https://a.example", "Snow")


async def test_stages_of_a_search_are_streamed(sim: Simulator) -> None:
    """The events are those of Responses, whoever searched."""
    sim.script(Reply([WebSearch("snow"), Text("Done.")]))
    result = Runner.run_streamed(Agent("Clerk", model=model(sim, "anthropic"), tools=[WebSearchTool()]), "Hi")
    raw = [event.data.type async for event in result.stream_events() if event.type == "raw_response_event"]
    stages = ["in_progress", "searching", "completed"]
    assert [name for name in raw if "web_search" in name] == [f"response.web_search_call.{each}" for each in stages]


async def test_a_hosted_tool_can_be_chosen(sim: Simulator, run: Any) -> None:
    """It has another name there."""
    sim.script("Done.")
    settings = ModelSettings(tool_choice="code_interpreter")
    await run(Agent("Clerk", model=model(sim, "anthropic"), tools=[CODE], model_settings=settings))
    assert sim.requests[0].body["tool_choice"] == {"type": "tool", "name": "code_execution"}


@function_tool(defer_loading=True)
def count(name: str) -> str:
    """Count something."""
    return "7"


async def test_deferred_tools_are_searched_for(sim: Simulator, run: Any) -> None:
    """The service hosts such a search as well; the call is one like any other."""
    sim.script(Reply([ToolSearch("numbers", ["count"]), ToolCall("count", {"name": "Tea"})]), "Done.")
    result = await run(Agent("Clerk", model=model(sim, "anthropic"), tools=[count, ToolSearchTool()]))
    deferred, search = sim.requests[0].body["tools"]
    assert deferred["defer_loading"] is True
    assert search == {"type": "tool_search_tool_bm25_20251119", "name": "tool_search_tool_bm25"}
    assert [item.type for item in result.new_items] == [
        "tool_search_call_item",
        "tool_search_output_item",
        "tool_call_item",
        "tool_call_output_item",
        "message_output_item",
    ]
    assert [tool.name for tool in result.new_items[1].raw_item.tools] == ["count"]


async def test_a_search_that_was_filtered_out_leaves_no_half(sim: Simulator, run: Any) -> None:
    """The service refuses a result without its use, and a use without its result."""
    sim.script(Reply([WebSearch("snow"), Text("It snows.")]), "Yes.")
    agent = Agent("Clerk", model=model(sim, "anthropic"), tools=[WebSearchTool()])
    result = await run(agent)
    found, said = result.to_input_list()[1:]
    half: Any = {**found, "provider_data": {**found["provider_data"], "replay": found["provider_data"]["replay"][:1]}}
    await run(agent, [{"role": "user", "content": "Hi"}, half, said, {"role": "user", "content": "Sure?"}])
    assert [block["type"] for block in sim.requests[1].body["messages"][1]["content"]] == ["text"]
