"""Agents with the tools of real servers, on each transport, plain and streamed."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from agents import Agent, Runner, UserError, function_tool
from agents.mcp import MCPUtil, create_static_tool_filter
from agents.run_context import RunContextWrapper


async def test_a_tool_of_a_server_is_called_like_any_other(run: Any, says: Any, town: Any, spans: Any) -> None:
    """The whole way: list, call, output, span and origin, on each transport."""
    model = says(("get_weather", {"city": "Oslo"}), "Windy.")
    async with town() as server:
        result = await run(Agent("Guide", model=model, mcp_servers=[server]))
    assert result.final_output == "Windy."
    told = model.last_call.input[-1]
    assert told["output"] == [{"type": "input_text", "text": "Windy in Oslo"}]
    (output,) = [item for item in result.new_items if item.type == "tool_call_output_item"]
    assert (output.tool_origin.type.value, output.tool_origin.mcp_server_name) == ("mcp", "town")
    listed = next(span for span in spans.spans if span.span_data.type == "mcp_tools")
    assert listed.span_data.server == "town"
    assert "get_weather" in listed.span_data.result
    assert spans.named("function get_weather").span_data.mcp_data == {"server": "town"}


async def test_pictures_errors_and_structure_reach_the_model(run: Any, says: Any, town: Any) -> None:
    """What a server sends beside text must not be lost or become Python's repr."""
    calls = [("paint", {}), ("fail", {"reason": "no paper"}), ("count", {"words": ["a", "bcd"]})]
    model = says(calls, "Done.")
    async with town(use_structured_content=True) as server:
        await run(Agent("Guide", model=model, mcp_servers=[server]))
    painted, failed, counted = [item["output"] for item in model.last_call.input[-3:]]
    assert painted[0]["type"] == "input_image"
    assert painted[0]["image_url"].startswith("data:image/png;base64,iVBOR")
    assert "fail" in failed[0]["text"]
    assert counted == '{"a": 1, "bcd": 3}'


async def test_prompts_and_resources_can_be_read(town: Any) -> None:
    """They are the other half of what servers offer."""
    async with town() as server:
        assert [prompt.name for prompt in (await server.list_prompts()).prompts] == ["greeting"]
        prompt = await server.get_prompt("greeting", {"name": "Bo"})
        assert prompt.messages[0].content.text == "Greet Bo."
        assert [str(each.uri) for each in (await server.list_resources()).resources] == ["town://map"]
        assert (await server.list_resource_templates()) is not None
        assert (await server.read_resource("town://map")).contents[0].text == "two streets"


async def test_a_server_is_connected_used_and_left_by_three_tasks(town: Any) -> None:
    """A web application does just that: start-up, requests and shutdown are tasks of their own."""
    server = town()
    await asyncio.create_task(server.connect())
    results = await asyncio.gather(*(server.call_tool("get_weather", {"city": city}) for city in "abc"))
    assert [result.content[0].text for result in results] == [f"Windy in {city}" for city in "abc"]
    await asyncio.create_task(server.cleanup())
    assert server.session is None


@pytest.mark.parametrize(
    ("setting", "asked"),
    [
        ("always", True),
        (True, True),
        ("never", False),
        (None, False),
        ({"get_weather": "always"}, True),
        ({"count": "always"}, False),
        ({"always": {"tool_names": ["get_weather"]}}, True),
        ({"never": {"tool_names": ["get_weather"]}}, False),
        (lambda context, agent, tool: tool.name == "get_weather", True),
    ],
)
async def test_every_form_of_require_approval_asks_where_it_says(
    run: Any, says: Any, http: Any, setting: Any, asked: bool
) -> None:
    """A form that is misread would let a tool act unasked."""
    model = says(("get_weather", {"city": "Oslo"}), "Windy.")
    async with http(require_approval=setting) as server:
        agent = Agent("Guide", model=model, mcp_servers=[server])
        result = await run(agent)
        assert bool(result.interruptions) is asked
        if asked:
            state = result.to_state()
            state.approve(result.interruptions[0])
            result = await run(agent, state)
    assert result.final_output == "Windy."


@pytest.mark.parametrize(
    "setting",
    [
        "sometimes",
        3,
        {"get_weather": "perhaps"},
        {"always": {"tool_names": "get_weather"}},
        {"always": {"tool_names": ["a"]}, "never": {"tool_names": ["a"]}},
        {"always": {"tool_names": []}, "later": {}},
    ],
)
def test_a_wrong_require_approval_is_an_error(http: Any, setting: Any) -> None:
    """Taken for "never", it would let a tool act unasked."""
    with pytest.raises(UserError, match="require_approval"):
        http(require_approval=setting)


@pytest.mark.parametrize(
    ("tool_filter", "seen"),
    [
        (create_static_tool_filter(["count", "paint"]), {"count", "paint"}),
        (create_static_tool_filter(["count", "paint"], ["paint"]), {"count"}),
        (lambda context, tool: context.agent.name == "Guide" and tool.name == "count", {"count"}),
        (lambda context, tool: {"count": True}[tool.name], {"count"}),
    ],
)
async def test_a_filter_says_which_tools_an_agent_sees(says: Any, http: Any, tool_filter: Any, seen: set[str]) -> None:
    """A tool on which a filter fails is not seen: the safe way to be wrong."""
    async with http(tool_filter=tool_filter) as server:
        tools = await Agent("Guide", model=says("-"), mcp_servers=[server]).get_all_tools(RunContextWrapper(None))
    assert {tool.name for tool in tools} == seen


async def test_a_cached_list_is_asked_for_once(says: Any, http: Any, spans: Any) -> None:
    """The cache saves a round trip per turn, until it is said to be stale."""
    async with http(cache_tools_list=True) as server:
        assert server.cached_tools is None
        first = await server.list_tools()
        first[0].name = "changed"
        assert (await server.list_tools())[0].name != "changed"
        server.session.list_tools = None  # whoever asks now fails
        assert len(await server.list_tools()) == len(first)
        server.invalidate_tools_cache()
        with pytest.raises(Exception, match="list_tools failed"):
            await server.list_tools()


async def test_two_servers_may_have_a_tool_of_one_name_if_it_is_prefixed(run: Any, says: Any, http: Any) -> None:
    """Without the prefix a model could only mean one of them."""

    @function_tool
    def mcp_west__count() -> str:
        """A tool whose name is taken."""
        return "mine"

    async with http(name="east") as east, http(name="west") as west:
        agent = Agent("Guide", model=says("-"), tools=[mcp_west__count], mcp_servers=[east, west])
        with pytest.raises(UserError, match=r"east.*west.*include_server_in_tool_names"):
            await run(agent)
        model = says(("mcp_west__get_weather", {"city": "Rome"}), "Windy.")
        prefixed = agent.clone(model=model, mcp_config={"include_server_in_tool_names": True})
        result = await run(prefixed)
        names = [tool.name for tool in await prefixed.get_all_tools(RunContextWrapper(None))]
    assert result.final_output == "Windy."
    assert model.last_call.input[-1]["output"][0]["text"] == "Windy in Rome"
    assert len(names) == len(set(names))


async def test_schemas_are_made_strict_where_that_is_wanted(says: Any, http: Any) -> None:
    """Strict schemas hold a model to them; without being asked, a server's schema stays as it is."""
    async with http() as server:
        agent = Agent("Guide", model=says("-"), mcp_servers=[server], mcp_config={"convert_schemas_to_strict": True})
        tools = {tool.name: tool for tool in await agent.get_mcp_tools(RunContextWrapper(None))}
        (loose,) = [
            tool
            for tool in await MCPUtil.get_function_tools(server, False, RunContextWrapper(None), agent)
            if tool.name == "get_weather"
        ]
    assert tools["get_weather"].strict_json_schema
    assert tools["get_weather"].params_json_schema["additionalProperties"] is False
    assert not loose.strict_json_schema
    assert tools["die_once"].mcp_annotations is not None


async def test_metadata_goes_out_and_notes_come_back(run: Any, says: Any, http: Any) -> None:
    """Applications trace calls by the one, and show results by the other."""
    asked: list[Any] = []

    def meta(context: Any) -> dict[str, Any]:
        asked.append((context.server_name, context.tool_name, context.arguments))
        return {"trace": "t1"}

    model = says(("count", {"words": ["ab"]}), "Two.")
    options = {"tool_meta_resolver": meta, "custom_data_extractor": lambda seen: dict(seen.structured_content)}
    async with http(**options) as server:
        result = await run(Agent("Guide", model=model, mcp_servers=[server]))
    (output,) = [item for item in result.new_items if item.type == "tool_call_output_item"]
    assert output.custom_data == {"ab": 2}
    assert asked == [("town", "count", {"words": ["ab"]})]


async def test_a_cancelled_run_reaches_the_server(says: Any, http: Any, http_town: Any) -> None:
    """A tool that works on for nobody costs money, or does harm."""
    http_town.events.clear()
    async with http() as server:
        agent = Agent("Guide", model=says(("sleep", {}), "-"), mcp_servers=[server])
        running = asyncio.ensure_future(Runner.run(agent, "Sleep."))
        await _until(lambda: "asleep" in http_town.events)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        await _until(lambda: "woken" in http_town.events)
        assert (await server.call_tool("get_weather", {"city": "Oslo"})).content[0].text == "Windy in Oslo"


async def _until(happened: Any) -> None:
    for _ in range(500):
        if happened():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not happen")
