"""`agents simulate`: serve the simulator until Ctrl-C, and say how to point clients at it.

Above: the command table of :mod:`agents.cli`. Below: :mod:`agents.testing.simulator`, which is loaded only
when the command runs (the parser is built on every start of `agents`).
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agents.testing.simulator import RecordedRequest, Simulator

__all__ = ["add_parser", "run"]

_GREEN, _RED, _DIM, _PLAIN = "\x1b[32m", "\x1b[31m", "\x1b[2m", "\x1b[0m"


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Declare `simulate` and its options."""
    parser = subparsers.add_parser(
        "simulate",
        help="serve a strict simulator of the vendors' services on this machine",
        description="Serve OpenAI Chat Completions and Responses, Anthropic Messages and Gemini on loopback until "
        "Ctrl-C. A small assistant answers: it calls the tools it is offered and speaks in haiku.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8765, help="port, 0 for any free one (default: %(default)s)")
    parser.add_argument("--key", default="sim-key", help="the API key it accepts (default: %(default)s)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Serve until interrupted; 0 after a Ctrl-C, 1 when the address cannot be had."""
    try:
        asyncio.run(_serve(args))
    except KeyboardInterrupt:
        print("\nGoodbye.")
    except OSError as exc:
        print(f"Cannot listen on {args.host}:{args.port}: {exc.strerror or exc}.", file=sys.stderr)
        return 1
    return 0


async def _serve(args: argparse.Namespace) -> None:
    simulator = importlib.import_module("agents.testing.simulator")
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ

    def log(record: RecordedRequest, status: int) -> None:
        print(request_line(record, status, colour), flush=True)

    async with simulator.Simulator(keys=[args.key], host=args.host, port=args.port, observer=log) as sim:
        print(guide(sim), flush=True)
        await asyncio.Event().wait()


def guide(sim: Simulator) -> str:
    """How to point clients at a running simulator."""
    key = sim.api_key
    return f"""\
The simulator listens on {sim.url}; stop it with Ctrl-C. No model runs here: a small assistant answers.

  OpenAI     OpenAI(base_url="{sim.openai_base_url}", api_key="{key}")  # chat completions and responses
  Anthropic  Anthropic(base_url="{sim.anthropic_base_url}", api_key="{key}")
  Gemini     genai.Client(api_key="{key}", http_options={{"base_url": "{sim.gemini_base_url}"}})
  LiteLLM    completion("openai/any-name",    api_base="{sim.openai_base_url}", api_key="{key}", ...)
             completion("anthropic/any-name", api_base="{sim.anthropic_base_url}", api_key="{key}", ...)
             completion("gemini/any-name",    api_base="{sim.gemini_base_url}/v1beta", api_key="{key}", ...)
  agents     export OPENAI_BASE_URL={sim.openai_base_url} OPENAI_API_KEY={key}
"""


def request_line(record: RecordedRequest, status: int, colour: bool) -> str:
    """One request in one line: method, path, model, status."""
    streamed = " (stream)" if record.stream else ""
    line = f"{record.method} {record.path} {record.model or '-'}{streamed} -> "
    if not colour:
        return f"{line}{status}"
    return f"{_DIM}{line}{_PLAIN}{_GREEN if status < 400 else _RED}{status}{_PLAIN}"
