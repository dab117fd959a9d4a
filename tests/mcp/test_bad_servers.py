"""Servers that die, stall, flood and lie: a typed error that says which server and tool, and a run that may go on."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from agents import Agent, UserError, mcp
from agents.exceptions import MCPConnectionError, MCPServerError, MCPTimeoutError
from agents.mcp import MCPServerManager, MCPServerSse, MCPServerStreamableHttp, conversion

LISTS = [
    ("twice", {}, "Tool 'echo' of MCP server 'liar': it lists the tool 2 times"),
    ("schema", {}, "Tool 'echo' of MCP server 'liar': its input schema is no JSON schema"),
    ("not_object", {}, "MCP server 'liar': (list_tools failed: .*|its input schema .*)'object'"),
    ("garbage", {}, "MCP server 'liar': list_tools failed"),
    ("circle", {}, "leads back to a page"),
    ("endless", {"max_list_pages": 3}, "not over after 3 pages"),
    ("endless", {}, "not over after 1000 pages"),
]


@pytest.mark.parametrize(("lie", "options", "said"), LISTS)
async def test_a_list_of_tools_that_is_wrong_is_told(
    run: Any, says: Any, stdio: Any, lie: str, options: Any, said: str
) -> None:
    """Sent on as it is, it would make the model's service refuse every call, and say nothing of the server."""
    async with stdio("liar", lie, **options) as server:
        with pytest.raises(MCPServerError, match=f"(?s){said}") as raised:
            await run(Agent("Guide", model=says("-"), mcp_servers=[server]))
    assert raised.value.server == "liar"
    assert raised.value.run_data is not None


async def test_a_server_that_says_nothing_is_not_waited_for(run: Any, says: Any, stdio: Any) -> None:
    """A stalled server must not stall the run for ever."""
    async with stdio("liar", "silent") as server:
        server.client_session_timeout_seconds = 0.05
        with pytest.raises(MCPTimeoutError, match=r"'liar': list_tools failed: no answer came in time \(0.05"):
            await run(Agent("Guide", model=says("-"), mcp_servers=[server]))


@pytest.mark.parametrize(("lie", "seconds", "kind"), [("stall", 0.05, MCPTimeoutError), ("output", 20, MCPServerError)])
async def test_the_user_chooses_whether_a_failed_call_ends_the_run(
    run: Any, says: Any, stdio: Any, lie: str, seconds: float, kind: type[MCPServerError]
) -> None:
    """By default the model is told; with failure_error_function=None the error is the user's."""
    async with stdio("liar", lie) as server:
        model = says(("echo", {}), "So be it.")
        agent = Agent("Guide", model=model, mcp_servers=[server])
        tool_of = server.call_tool

        async def call(*args: Any, **options: Any) -> Any:
            server.client_session_timeout_seconds = seconds
            try:
                return await tool_of(*args, **options)
            finally:
                server.client_session_timeout_seconds = 20

        server.call_tool = call
        assert (await run(agent)).final_output == "So be it."
        assert f"{kind.__name__}: Tool 'echo' of MCP server 'liar'" in model.last_call.input[-1]["output"]
        strict = agent.clone(model=says(("echo", {}), "-"), mcp_config={"failure_error_function": None})
        with pytest.raises(kind) as raised:
            await run(strict)
    assert (raised.value.server, raised.value.tool) == ("liar", "echo")


async def test_a_server_that_dies_in_mid_call_is_not_called_twice(stdio: Any, tmp_path: Path) -> None:
    """Nobody knows what the call did: it is repeated only where the server says that this is harmless."""
    marks = tmp_path / "marks"
    async with stdio(max_retry_attempts=2, retry_backoff_seconds_base=0.01) as server:
        await server.list_tools()
        with pytest.raises(MCPConnectionError, match="Tool 'die' of MCP server 'town': the call failed"):
            await server.call_tool("die", {"path": str(marks)})
        assert marks.read_text() == "x"
        assert (await server.call_tool("get_weather", {"city": "Oslo"})).content[0].text == "Windy in Oslo"


async def test_a_harmless_call_goes_on_over_a_new_process(run: Any, says: Any, stdio: Any, tmp_path: Path) -> None:
    """A server that crashes once should cost a second, not the run."""
    model = says(("die_once", {"path": str(tmp_path / "marks")}), "Done.")
    async with stdio(max_retry_attempts=1, retry_backoff_seconds_base=0.01) as server:
        await run(Agent("Guide", model=model, mcp_servers=[server]))
    assert model.last_call.input[-1]["output"][0]["text"] == "alive again"


async def test_without_attempts_a_dead_server_stays_dead(stdio: Any, tmp_path: Path) -> None:
    """Starting processes anew is the user's decision."""
    async with stdio() as server:
        for _ in range(2):
            with pytest.raises(MCPConnectionError, match="connection was lost"):
                await server.call_tool("die", {"path": str(tmp_path / "marks")})
    assert (tmp_path / "marks").read_text() == "x"


async def test_a_flood_is_an_error(run: Any, says: Any, http: Any) -> None:
    """No model reads ten million characters; its bill would."""
    model = says(("flood", {"size": conversion.MAX_RESULT_CHARS + 1}), "Too much.")
    async with http() as server:
        await run(Agent("Guide", model=model, mcp_servers=[server]))
    assert "10,000,001 characters" in model.last_call.input[-1]["output"]


@pytest.mark.parametrize("kind", [MCPServerSse, MCPServerStreamableHttp])
async def test_a_server_that_is_not_there_is_named_without_its_secrets(kind: Any, unused_tcp_port: int) -> None:
    """A URL may hold a key, and errors end up in logs."""
    server = kind({"url": f"http://me:SECRET@127.0.0.1:{unused_tcp_port}/mcp?key=SECRET"})
    with pytest.raises(MCPConnectionError, match="connecting failed") as raised:
        await server.connect()
    chain, error = [], raised.value
    while error is not None:
        chain.append(repr(error))
        error = error.__cause__  # type: ignore[assignment]
    assert "SECRET" not in str(chain)
    assert str(unused_tcp_port) in str(raised.value)


async def test_a_command_that_is_none_is_told() -> None:
    """The most common mistake of all."""
    server = mcp.MCPServerStdio({"command": "no-such-command-here"}, name="nobody")
    with pytest.raises(MCPConnectionError, match="'nobody': connecting failed: FileNotFoundError"):
        await server.connect()


async def test_a_server_must_be_connected(run: Any, says: Any, http: Any) -> None:
    """The message says what to do."""
    with pytest.raises(UserError, match="'town' is not connected: call connect"):
        await run(Agent("Guide", model=says("-"), mcp_servers=[http()]))


@pytest.mark.parametrize("parallel", [False, True])
async def test_a_manager_leaves_out_what_fails(run: Any, says: Any, http: Any, parallel: bool) -> None:
    """One server that is down should cost its tools, not the application."""
    broken = mcp.MCPServerStdio({"command": "no-such-command-here"}, name="nobody")
    good = http()
    async with MCPServerManager([broken, good, good], connect_in_parallel=parallel) as servers:
        assert servers.active_servers == [good]
        assert servers.failed_servers == [broken]
        assert isinstance(servers.errors[broken], MCPConnectionError)
        model = says(("get_weather", {"city": "Oslo"}), "Windy.")
        assert (await run(Agent("Guide", model=model, mcp_servers=servers.active_servers))).final_output == "Windy."
        assert await servers.reconnect() == [good]
    assert good.session is None
    with pytest.raises(MCPConnectionError):
        await MCPServerManager([good, broken], strict=True, connect_in_parallel=parallel).connect_all()
    assert good.session is None


async def test_a_connecting_that_is_cancelled_leaves_nothing(stdio: Any) -> None:
    """The fixture looks for tasks left behind, and pytest for processes."""
    connecting = asyncio.create_task(stdio("liar", "silent").connect())
    await asyncio.sleep(0.02)
    connecting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await connecting
