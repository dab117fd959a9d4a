"""Who decides on the calls of servers' tools, people and guardrails; and what happens without the ``mcp`` package."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from agents import (
    Agent,
    RunState,
    ToolGuardrailFunctionOutput,
    ToolOutputGuardrailTripwireTriggered,
    tool_input_guardrail,
    tool_output_guardrail,
)


@pytest.mark.parametrize(
    ("approved", "told", "happened"),
    [(True, [{"type": "input_text", "text": "Windy in Oslo"}], ["weather Oslo"]), (False, "Not today.", [])],
)
async def test_a_stored_pause_on_a_servers_tool_goes_on_over_a_new_connection(
    run: Any, says: Any, http: Any, http_town: Any, approved: bool, told: Any, happened: list[str]
) -> None:
    """People decide hours later, when another process has connected to the server."""
    http_town.events.clear()
    async with http(require_approval={"get_weather": "always"}) as server:
        agent = Agent("Guide", model=says(("get_weather", {"city": "Oslo"})), mcp_servers=[server])
        stored = (await run(agent)).to_state().to_string()
    assert http_town.events == []

    async with http(require_approval={"get_weather": "always"}) as server:
        model = says("Done.")
        agent = Agent("Guide", model=model, mcp_servers=[server])
        state = await RunState.from_string(agent, stored)
        assert json.loads(state.to_string()) == json.loads(stored)
        (asked,) = state.get_interruptions()
        assert (asked.name, asked.tool_origin.mcp_server_name) == ("get_weather", "town")
        if approved:
            state.approve(asked)
        else:
            state.reject(asked, rejection_message="Not today.")
        result = await run(agent, state)

    assert result.final_output == "Done."
    assert model.last_call.input[-1]["output"] == told
    assert http_town.events == happened


async def test_a_call_that_was_approved_always_is_not_asked_about_again(run: Any, says: Any, http: Any) -> None:
    """What was decided is part of what is stored."""
    calls = [("get_weather", {"city": "Oslo"}, "call_1"), ("get_weather", {"city": "Rome"}, "call_2")]
    async with http(require_approval="always") as server:
        agent = Agent("Guide", model=says(calls[0]), mcp_servers=[server])
        state = (await run(agent)).to_state()
        state.approve(state.get_interruptions()[0], always_approve=True)
        model = says(calls[1], "Done.")
        other = Agent("Guide", model=model, mcp_servers=[server])
        result = await run(other, await RunState.from_string(other, state.to_string()))
    assert result.final_output == "Done."
    assert model.last_call.input[-1]["output"][0]["text"] == "Windy in Rome"


@pytest.mark.parametrize(
    ("side", "happened"), [("tool_input_guardrails", []), ("tool_output_guardrails", ["weather Oslo"])]
)
async def test_the_guardrails_of_a_server_judge_each_of_its_tools_and_no_others(
    run: Any, says: Any, http: Any, http_town: Any, side: str, happened: list[str]
) -> None:
    """A server is trusted, or not, as a whole."""
    http_town.events.clear()
    judged: list[str] = []

    def judge(data: Any) -> ToolGuardrailFunctionOutput:
        judged.append(data.context.tool_name)
        return ToolGuardrailFunctionOutput.reject_content("Not so.")

    made = tool_input_guardrail(judge) if side == "tool_input_guardrails" else tool_output_guardrail(judge)
    model = says(
        [
            ("mcp_strange__get_weather", {"city": "Oslo"}),
            ("mcp_strange__count", {"words": []}),
            ("mcp_own__count", {"words": ["ab"]}),
        ],
        "Done.",
    )
    async with http(name="strange", **{side: [made]}) as strange, http(name="own") as own:
        agent = Agent(
            "Guide", model=model, mcp_servers=[strange, own], mcp_config={"include_server_in_tool_names": True}
        )
        await run(agent)
    weather, counted, own_count = [item["output"] for item in model.last_call.input[-3:]]
    assert (weather, counted) == ("Not so.", "Not so.")
    assert json.loads(own_count[0]["text"]) == {"ab": 2}
    assert sorted(judged) == ["mcp_strange__count", "mcp_strange__get_weather"]
    assert http_town.events == happened


async def test_a_guardrail_of_a_server_can_end_the_run(run: Any, says: Any, http: Any) -> None:
    """It sees the output as the model would, and the exception carries its verdict."""
    seen: list[Any] = []

    def judge(data: Any) -> ToolGuardrailFunctionOutput:
        seen.append(data.output)
        return ToolGuardrailFunctionOutput.raise_exception("windy")

    async with http(tool_output_guardrails=[tool_output_guardrail(judge)]) as server:
        agent = Agent("Guide", model=says(("get_weather", {"city": "Oslo"})), mcp_servers=[server])
        with pytest.raises(ToolOutputGuardrailTripwireTriggered) as raised:
            await run(agent)
    assert raised.value.output.output_info == "windy"
    assert seen == [{"type": "text", "text": "Windy in Oslo"}]


@pytest.mark.parametrize(
    "server",
    [
        "MCPServerStdio({'command': 'python'})",
        "MCPServerSse({'url': 'http://127.0.0.1/sse'})",
        "MCPServerStreamableHttp({'url': 'http://127.0.0.1/mcp'})",
    ],
)
def test_a_server_without_the_package_says_what_to_install(server: str) -> None:
    """The extra is optional; the error is all that a user sees who has not read the page."""
    program = f"""
import sys
sys.modules["mcp"] = None
from agents import mcp
try:
    mcp.{server}
except ImportError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == 'MCP servers need the mcp package: pip install "polyglot-agents[mcp]"'
