"""``agents models``: who serves models, how they are spoken to, and whose key is set."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..models.catalog import ProviderRecord

_BOLD, _GREEN, _DIM, _PLAIN = "\x1b[1m", "\x1b[32m", "\x1b[2m", "\x1b[0m"


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Declare ``models`` and its options."""
    parser = subparsers.add_parser(
        "models",
        help="list the providers of models, and say which keys are set",
        description="List the providers that are spoken to natively. A model string is 'provider/model', such as "
        "'groq/llama-3.3-70b-versatile'.",
    )
    parser.add_argument("search", nargs="?", default="", help="part of a provider's name, protocol or key variable")
    parser.add_argument("--set", action="store_true", dest="with_key", help="only those that could be asked now")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the providers that match; 1 when none does."""
    catalog = importlib.import_module("agents.models.catalog")  # loaded when the command runs, not with the parser
    records: list[ProviderRecord] = [catalog.find_provider(each) for each in catalog.provider_ids()]
    found = [record for record in records if _matches(record, args.search.lower())]
    if args.with_key:
        found = [record for record in found if record.find_key() or record.local or record.key_optional]
    if not found:
        print(f"No provider matches {args.search!r}.", file=sys.stderr)
        return 1
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    widths = [max(len(text) for text in column) for column in zip(*map(_cells, found), strict=True)]
    for record in found:
        print(_line(record, widths, colour))
    print(f"\n{len(found)} of {len(records)} providers; with LiteLLM installed, 'litellm/provider/model' reaches more.")
    return 0


def _matches(record: ProviderRecord, text: str) -> bool:
    return any(text in field.lower() for field in (record.id, record.name, record.protocol, *record.api_key_env))


def _cells(record: ProviderRecord) -> tuple[str, str, str, str]:
    return record.id, record.name, record.protocol, _key(record)


def _key(record: ProviderRecord) -> str:
    if record.find_key() is not None:
        return "key set"
    if record.local:
        return "on this machine"
    return "no key needed" if record.key_optional else (record.api_key_env or ("a key",))[0]


def _line(record: ProviderRecord, widths: list[int], colour: bool) -> str:
    cells = [text.ljust(width) for text, width in zip(_cells(record), widths, strict=True)]
    line = "  ".join(cells).rstrip()
    if not colour:
        return line
    ready = record.find_key() is not None
    styled = [f"{_BOLD}{cells[0]}{_PLAIN}", cells[1], f"{_DIM}{cells[2]}{_PLAIN}"]
    return "  ".join([*styled, f"{_GREEN if ready else _DIM}{cells[3].rstrip()}{_PLAIN}"])
