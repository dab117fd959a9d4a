"""The command ``agents``: one module a subcommand."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from ..version import __version__
from . import models, simulate


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with these arguments (those of the process by default), and return its exit code."""
    parser = argparse.ArgumentParser(prog="agents", description="Agents that run on any model.")
    parser.add_argument("--version", action="version", version=f"polyglot-agents {__version__}")
    subparsers = parser.add_subparsers(dest="command", metavar="COMMAND")
    for command in (models, simulate):
        command.add_parser(subparsers)
    args = parser.parse_args(argv)
    if args.command is None:
        parser.print_help()
        return 0
    code: int = args.run(args)
    return code
