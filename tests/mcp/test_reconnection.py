"""Servers over HTTP that are killed and started again: what goes on, what does not, and that nothing is left behind."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import pytest

from agents import Agent
from agents.exceptions import MCPConnectionError
from agents.mcp.library import is_second_line

PATIENT = {"max_retry_attempts": 3, "retry_backoff_seconds_base": 0.01}


async def test_a_run_goes_on_with_a_server_that_was_started_anew(
    run: Any, says: Any, restartable: Any, connection_to: Any
) -> None:
    """A deployment of the server must not need one of the application."""
    model = says(("get_weather", {"city": "Oslo"}), "Windy.", ("get_weather", {"city": "Rome"}), "Windy, too.")
    async with connection_to(restartable, **PATIENT) as server:
        agent = Agent("Guide", model=model, mcp_servers=[server])
        await run(agent)
        restartable.start()
        result = await run(agent)
    assert result.final_output == "Windy, too."
    assert model.last_call.input[-1]["output"][0]["text"] == "Windy in Rome"
    gc.collect()  # a stream that was left open would warn now, and fail the test


async def test_a_call_in_which_the_server_dies_is_told_and_not_repeated(
    restartable: Any, connection_to: Any, tmp_path: Path
) -> None:
    """Nobody knows what it did; the next call finds the server that was started in its place."""
    if restartable.url.endswith("/mcp") and not is_second_line():
        pytest.skip("mcp 1 drops the end of the answer's stream unseen: the call ends with its time-out")
    marks = tmp_path / "marks"
    async with connection_to(restartable, **PATIENT) as server:
        await server.list_tools()
        with pytest.raises(MCPConnectionError, match="Tool 'die' of MCP server 'town': the call failed"):
            await server.call_tool("die", {"path": str(marks)})
        restartable.start()
        assert (await server.call_tool("get_weather", {"city": "Oslo"})).content[0].text == "Windy in Oslo"
    assert marks.read_text() == "x"
    gc.collect()


async def test_a_server_that_does_not_answer_can_be_left(restartable: Any, connection_to: Any) -> None:
    """Leaving says goodbye over the network, and an application must come to its end all the same."""
    server = connection_to(restartable)
    await server.connect()
    restartable.stop()
    server.client_session_timeout_seconds = 0.05
    await server.cleanup()
    assert server.session is None
