"""Servers over HTTP that are killed and started again: what goes on, what does not, and that nothing is left behind."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Any

import pytest

from agents import Agent
from agents.exceptions import MCPConnectionError
from agents.mcp.endings import of_events, of_one_object

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


TOLD = b'{"error": "Connection closed"}'
EVENT = b"\n\nevent: message\ndata: " + TOLD + b"\n\n"


@pytest.mark.parametrize(
    ("ending", "chunks", "breaks", "expected"),
    [
        (of_events, [b": hello\n\n"], False, b": hello\n\n" + EVENT),
        (of_events, [b": hello\n\n"], True, b": hello\n\n" + EVENT),
        (of_events, [], True, EVENT),
        (of_events, [b"i", b"d: 7\ndata:\n\n"], False, b"id: 7\ndata:\n\n"),
        (of_events, [b"data: x\n", b"id: 7\n\n"], True, None),
        (of_one_object, [b'{"result"', b": 1}"], False, b'{"result": 1}'),
        (of_one_object, [b'{"result"'], True, TOLD),
    ],
)
async def test_an_answer_of_mcp_1_that_breaks_off_says_so(
    ending: Any, chunks: list[bytes], breaks: bool, expected: bytes | None
) -> None:
    """The package would wait for the whole time of the call; where events are numbered, it asks for the rest."""

    async def stream() -> Any:
        for chunk in chunks:
            yield chunk
        if breaks:
            raise ConnectionError("cut")

    if expected is None:
        with pytest.raises(ConnectionError):
            [chunk async for chunk in ending(stream(), TOLD)]
    else:
        assert b"".join([chunk async for chunk in ending(stream(), TOLD)]) == expected
