"""`agents simulate`: a server that says where it is, logs what it answers, and leaves politely."""

from __future__ import annotations

import argparse
import os
import re
import signal
import subprocess
import sys

import pytest

from agents.cli import simulate
from agents.testing.simulator import RecordedRequest, Simulator, serve_in_thread

SCRIPT = """
import argparse, sys
from agents.cli import simulate
parser = argparse.ArgumentParser()
simulate.add_parser(parser.add_subparsers())
args = parser.parse_args(sys.argv[1:])
sys.exit(simulate.run(args))
"""
ASK = """
import asyncio, sys, aiohttp
async def main():
    async with aiohttp.ClientSession() as session:
        body = {"model": sys.argv[2], "messages": [{"role": "user", "content": "Hi"}]}
        headers = {"authorization": "Bearer my-key"}
        async with session.post(sys.argv[1] + "/chat/completions", json=body, headers=headers) as response:
            print(response.status)
asyncio.run(main())
"""


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
def test_it_serves_until_it_is_interrupted() -> None:
    """Ctrl-C is the way out: a goodbye, exit status 0, nothing on stderr."""
    command = [sys.executable, "-c", SCRIPT, "simulate", "--port", "0", "--key", "my-key"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = []
        while "OPENAI_BASE_URL" not in (line := process.stdout.readline()):
            assert line, "it ended before it said where it is"
            lines.append(line)
        found = re.search(r"OPENAI_BASE_URL=(\S+)", line)
        assert found
        for model, status in (("gpt-sim", "200"), ("no-such-model", "404")):
            asked = subprocess.run(
                [sys.executable, "-c", ASK, found[1], model], capture_output=True, text=True, check=True
            )
            assert asked.stdout.strip() == status
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=20)
    assert "POST /v1/chat/completions gpt-sim -> 200" in rest
    assert "POST /v1/chat/completions no-such-model -> 404" in rest
    assert rest.rstrip().endswith("Goodbye.")
    assert (process.returncode, errors) == (0, "")
    assert "\x1b" not in rest


def test_a_taken_port_is_said_plainly() -> None:
    """No traceback for a second simulator on the same port."""
    with serve_in_thread() as sim:
        command = [sys.executable, "-c", SCRIPT, "simulate", "--port", str(sim.port)]
        done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Cannot listen on 127.0.0.1:{sim.port}")
    assert "Traceback" not in done.stderr


async def test_the_guide_names_every_way_in(sim: Simulator) -> None:
    """One line to copy for each client."""
    guide = simulate.guide(sim)
    for url in (sim.openai_base_url, sim.anthropic_base_url, sim.gemini_base_url, "gemini/any-name"):
        assert url in guide


@pytest.mark.parametrize(("status", "colour"), [(200, "\x1b[32m"), (404, "\x1b[31m")])
def test_a_request_is_one_line(status: int, colour: str) -> None:
    """Green and red on a terminal, plain text in a pipe."""
    record = RecordedRequest("gemini", "POST", "/v1/x", {}, {}, {}, "gemini-3-pro", stream=True)
    plain = simulate.request_line(record, status, colour=False)
    assert plain == f"POST /v1/x gemini-3-pro (stream) -> {status}"
    assert colour in simulate.request_line(record, status, colour=True)


def test_the_parser_has_defaults() -> None:
    """`agents simulate` alone is a whole command."""
    parser = argparse.ArgumentParser()
    simulate.add_parser(parser.add_subparsers())
    args = parser.parse_args(["simulate"])
    assert (args.host, args.port, args.key, args.run) == ("127.0.0.1", 8765, "sim-key", simulate.run)
