"""Hosted tools over OpenAI's Responses: what is asked for, and what becomes of the items that they leave."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agents import (
    Agent,
    CodeInterpreterTool,
    FileSearchTool,
    HostedMCPTool,
    ImageGenerationTool,
    ModelSettings,
    RunConfig,
    Runner,
    RunState,
    ToolSearchTool,
    WebSearchTool,
    function_tool,
    tool_namespace,
)
from agents.items import ItemHelpers
from agents.testing.simulator import (
    CodeRun,
    FileSearch,
    ImageMade,
    McpApproval,
    McpCall,
    McpTools,
    Reply,
    Simulator,
    Text,
    Thinking,
    ToolCall,
    ToolSearch,
    WebSearch,
)

from .conftest import model

DOCS = {"type": "mcp", "server_label": "docs", "server_url": "https://docs.example/mcp"}
OPEN_DOCS: Any = {**DOCS, "require_approval": "never"}
TOOLS: dict[str, tuple[Any, dict[str, Any]]] = {
    "web": (
        WebSearchTool(
            user_location={"type": "approximate", "city": "Oslo"}, filters={"allowed_domains": ["a.example"]}
        ),
        {
            "type": "web_search",
            "user_location": {"type": "approximate", "city": "Oslo"},
            "filters": {"allowed_domains": ["a.example"]},
            "search_context_size": "medium",
        },
    ),
    "files": (
        FileSearchTool(["vs_1"], max_num_results=3, include_search_results=True),
        {"type": "file_search", "vector_store_ids": ["vs_1"], "max_num_results": 3},
    ),
    "code": (
        CodeInterpreterTool({"type": "code_interpreter", "container": {"type": "auto"}}),
        {"type": "code_interpreter", "container": {"type": "auto"}},
    ),
    "images": (
        ImageGenerationTool({"type": "image_generation", "size": "1024x1024"}),
        {"type": "image_generation", "size": "1024x1024"},
    ),
    "mcp": (HostedMCPTool(OPEN_DOCS), OPEN_DOCS),
}


@pytest.mark.parametrize(("tool", "sent"), TOOLS.values(), ids=TOOLS)
async def test_a_hosted_tool_is_told_as_the_service_has_it(sim: Simulator, run: Any, tool: Any, sent: Any) -> None:
    """The simulator takes these shapes alone, and so does the service."""
    sim.script("Done.")
    await run(Agent("Clerk", model=model(sim, "responses"), tools=[tool]))
    assert sim.requests[0].body["tools"] == [sent]


WORK: dict[str, tuple[Any, list[str]]] = {
    "web": (WebSearch("snow", ["https://a.example"]), ["web_search_call"]),
    "files": (FileSearch("rules", {"rules.md": "Be kind."}), ["file_search_call"]),
    "code": (CodeRun("print(6 * 7)", "42"), ["code_interpreter_call"]),
    "images": (ImageMade("aGk=", "A cat"), ["image_generation_call"]),
    "mcp": (McpCall("docs", "find", {"q": "x"}, "Found."), ["mcp_call"]),
}


@pytest.mark.parametrize("thinks", [False, True], ids=["at once", "after thinking"])
@pytest.mark.parametrize("work", WORK)
async def test_what_a_hosted_tool_did_is_an_item_of_the_run_and_goes_back(
    sim: Simulator, run: Any, work: str, thinks: bool
) -> None:
    """Nothing runs here, nobody is asked again, and the service reads its own items as it wrote them."""
    part, kinds = WORK[work]
    sim.script(Reply([*([Thinking("Hm.")] if thinks else []), part, Text("Done.")]), "Yes.")
    agent = Agent("Clerk", model=model(sim, "responses"), tools=[TOOLS[work][0]])
    result = await run(agent)
    assert result.final_output == "Done."
    assert [item.type for item in result.new_items if item.type != "reasoning_item"] == [
        "tool_call_item",
        "message_output_item",
    ]
    assert [item.type for item in result.raw_responses[0].output if item.type not in ("message", "reasoning")] == kinds
    await run(agent, [*result.to_input_list(), {"role": "user", "content": "Sure?"}])
    back = [item for item in sim.requests[1].body["input"] if item["type"] in kinds]
    (made,) = [item for item in result.raw_responses[0].output if item.type in kinds]
    assert [item["id"] for item in back] == [made.id]
    assert "provider_data" not in str(back)


async def test_a_streamed_search_tells_its_stages_in_order(sim: Simulator) -> None:
    """A user interface shows what goes on, from the same events as with the vendor's own client."""
    sim.script(Reply([WebSearch("snow"), Text("Done.")]))
    result = Runner.run_streamed(Agent("Clerk", model=model(sim, "responses"), tools=[WebSearchTool()]), "Hi")
    seen = [event async for event in result.stream_events()]
    raw = [event.data.type for event in seen if event.type == "raw_response_event"]
    stages = ["in_progress", "searching", "completed"]
    assert [name for name in raw if "web_search" in name] == [f"response.web_search_call.{each}" for each in stages]
    assert [event.name for event in seen if event.type == "run_item_stream_event"] == [
        "tool_called",
        "message_output_created",
    ]


async def test_a_hosted_tool_can_be_chosen(sim: Simulator, run: Any) -> None:
    """Who asks for news wants them searched for."""
    sim.script("Done.")
    settings = ModelSettings(tool_choice="web_search")
    await run(Agent("Clerk", model=model(sim, "responses"), tools=[WebSearchTool()], model_settings=settings))
    assert sim.requests[0].body["tool_choice"] == {"type": "web_search"}


# Approvals.


def approving(*, answer: Any = None) -> Any:
    """A hosted server whose calls have to be approved."""
    return HostedMCPTool(DOCS, on_approval_request=answer)  # type: ignore[arg-type]


ASKED = Reply([McpTools("docs", ["find"]), McpApproval("docs", "find", {"q": "x"})])
CALLED = Reply([McpCall("docs", "find", {"q": "x"}, "Found."), Text("It is there.")])


@pytest.mark.parametrize("kind", ["sync", "async"])
async def test_a_function_answers_requests_for_approval(sim: Simulator, run: Any, kind: str) -> None:
    """The provider goes on in the next call, within the same run."""
    sim.script(ASKED, CALLED)
    seen: list[str] = []

    def approve(request: Any) -> Any:
        seen.append(f"{request.data.server_label}.{request.data.name} {request.data.arguments}")
        return {"approve": True}

    async def approve_later(request: Any) -> Any:
        return approve(request)

    tool = approving(answer=approve if kind == "sync" else approve_later)
    result = await run(Agent("Clerk", model=model(sim, "responses"), tools=[tool]))
    assert result.final_output == "It is there."
    assert seen == ['docs.find {"q":"x"}']
    assert [item.type for item in result.new_items] == [
        "mcp_list_tools_item",
        "mcp_approval_request_item",
        "mcp_approval_response_item",
        "tool_call_item",
        "message_output_item",
    ]
    answer = sim.requests[1].body["input"][-1]
    request = result.new_items[1].raw_item
    assert answer == {"type": "mcp_approval_response", "approval_request_id": request.id, "approve": True}


async def test_a_function_says_why_not(sim: Simulator, run: Any) -> None:
    """The model reads the reason, and can do something else."""
    sim.script(ASKED, "A pity.")
    tool = approving(answer=lambda request: {"approve": False, "reason": "Not today."})
    await run(Agent("Clerk", model=model(sim, "responses"), tools=[tool]))
    answer = sim.requests[1].body["input"][-1]
    assert (answer["approve"], answer["reason"]) == (False, "Not today.")


@pytest.mark.parametrize("stored", [False, True], ids=["at once", "as JSON"])
@pytest.mark.parametrize("approved", [True, False], ids=["approved", "rejected"])
async def test_without_a_function_the_run_waits_for_a_human(
    sim: Simulator, run: Any, approved: bool, stored: bool
) -> None:
    """As with a tool of one's own: the run is put down, perhaps in another process, and goes on with the answer."""
    sim.script(ASKED, CALLED if approved else "A pity.")
    agent = Agent("Clerk", model=model(sim, "responses"), tools=[approving()])
    result = await run(agent)
    (question,) = result.interruptions
    assert (question.qualified_name, question.arguments) == ("docs.find", '{"q":"x"}')
    state = result.to_state()
    if stored:
        state = await RunState.from_string(agent, state.to_string())
        (question,) = state.get_interruptions()
    state.approve(question) if approved else state.reject(question, rejection_message="No.")
    assert state.get_interruptions() == [question]
    result = await run(agent, state)
    assert result.final_output == ("It is there." if approved else "A pity.")
    answer = sim.requests[1].body["input"][-1]
    assert (answer["approve"], answer.get("reason")) == (approved, None if approved else "No.")
    assert not result.interruptions


async def test_what_was_never_approved_does_not_go_back(sim: Simulator, run: Any) -> None:
    """The service refuses a question without its answer; a user who talks on has not answered."""
    sim.script(ASKED, "As you wish.")
    agent = Agent("Clerk", model=model(sim, "responses"), tools=[approving()])
    result = await run(agent)
    await run(agent, [*result.to_input_list(), {"role": "user", "content": "Never mind."}])
    assert "mcp_approval_request" not in str(sim.requests[1].body)


async def test_a_function_that_fails_is_the_users_to_mend(sim: Simulator, run: Any) -> None:
    """The error says whose function it was, and the run has what came before."""
    sim.script(ASKED, ASKED)
    for answer, said in ((lambda request: 1 / 0, "raised ZeroDivisionError"), (lambda request: True, "returns a dict")):
        with pytest.raises(Exception, match=f"'docs' {said}") as caught:
            await run(Agent("Clerk", model=model(sim, "responses"), tools=[approving(answer=answer)]))
        assert len(caught.value.run_data.new_items) == 2  # type: ignore[attr-defined]


# The search for tools.


@function_tool
def find(name: str) -> str:
    """Find somebody."""
    return f"{name} is here"


@function_tool(defer_loading=True)
def count(name: str) -> str:
    """Count something."""
    return "7"


async def test_tools_are_searched_for_in_their_namespaces(sim: Simulator, run: Any) -> None:
    """The service has forms of its own for both, and calls a tool by its namespace and its own name."""
    sim.script(
        Reply([ToolSearch("people", ["crm"]), ToolCall("find", {"name": "Ann"}, namespace="crm")]),
        Reply([ToolSearch("numbers", ["count"]), ToolCall("count", {"name": "Tea"}, namespace="count")]),
        "Done.",
    )
    people = tool_namespace(name="crm", description="Customers.", tools=[find])
    result = await run(Agent("Clerk", model=model(sim, "responses"), tools=[*people, count, ToolSearchTool()]))
    group, deferred, search = sim.requests[0].body["tools"]
    assert (group["type"], group["name"], group["description"]) == ("namespace", "crm", "Customers.")
    assert [(tool["name"], tool["description"]) for tool in group["tools"]] == [("find", "Find somebody.")]
    assert (deferred["name"], deferred["defer_loading"], search) == ("count", True, {"type": "tool_search"})
    outputs = [item.output for item in result.new_items if item.type == "tool_call_output_item"]
    assert outputs == ["Ann is here", "7"]
    assert [item.type for item in result.new_items][:2] == ["tool_search_call_item", "tool_search_output_item"]
    sent = [item for item in sim.requests[2].body["input"] if item["type"] == "function_call"]
    assert [(item["name"], item["namespace"]) for item in sent] == [("find", "crm"), ("count", "count")]


async def test_items_of_hosted_tools_are_stored_and_read_again(sim: Simulator, run: Any) -> None:
    """A session, and the JSON of a run, hold them as the service made them."""
    sim.script(Reply([WebSearch("snow"), ToolCall("find", {"name": "Ann"})]), "Done.")
    agent = Agent("Clerk", model=model(sim, "responses"), tools=[WebSearchTool(), find])
    result = await run(agent)
    state = await RunState.from_json(agent, json.loads(json.dumps(result.to_state().to_json())))
    read = [ItemHelpers.input_to_new_input_list([item.to_input_item()]) for item in state.new_items]
    assert read == [ItemHelpers.input_to_new_input_list([item.to_input_item()]) for item in result.new_items]


async def test_reasoning_goes_back_without_its_id_where_ids_are_not_wanted(sim: Simulator, run: Any) -> None:
    """What is sealed speaks for itself; with an id of our own making the service refuses it."""
    sim.script(Reply([Thinking("Hm."), WebSearch("snow"), Thinking("So."), ToolCall("find", {"name": "Ann"})]), "Done.")
    agent = Agent(
        "Clerk",
        model=model(sim, "responses"),
        tools=[WebSearchTool(), find],
        model_settings=ModelSettings(store=False, reasoning={"effort": "low"}),  # type: ignore[arg-type]
    )
    await run(agent, run_config=RunConfig(reasoning_item_id_policy="omit"))
    sent = sim.requests[1].body["input"]
    kinds = ["message", "reasoning", "web_search_call", "reasoning", "function_call", "function_call_output"]
    assert [item["type"] for item in sent] == kinds
    assert [("id" in item, "encrypted_content" in item) for item in sent if item["type"] == "reasoning"] == [
        (False, True)
    ] * 2


async def test_a_search_does_not_go_back_without_the_reasoning_that_led_to_it(sim: Simulator, run: Any) -> None:
    """The service refuses its own item then; what it found is told in words."""
    sim.script(Reply([Thinking("Hm."), WebSearch("snow"), Text("It snows.")]), "Yes.")
    agent = Agent("Clerk", model=model(sim, "responses"), tools=[WebSearchTool()])
    result = await run(agent)
    kept = [item for item in result.to_input_list() if item.get("type") != "reasoning"]
    await run(agent, [*kept, {"role": "user", "content": "Sure?"}])
    assert [item["type"] for item in sim.requests[1].body["input"]] == ["message"] * 4
    assert "(Web search: snow)" in str(sim.requests[1].body)
