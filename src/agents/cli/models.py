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
_HEAD = ("PROVIDER", "NAME", "PROTOCOL", "KEY")


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> None:
    """Declare ``models`` and its options."""
    parser = subparsers.add_parser(
        "models",
        help="list the providers of models, and say which keys are set",
        description="List the providers that are spoken to natively. A model string is 'provider/model', such as "
        "'groq/llama-3.3-70b-versatile'. The id of a provider shows all that is known of it.",
    )
    parser.add_argument("search", nargs="?", default="", help="a provider's id, or part of its name, protocol or key")
    parser.add_argument("--set", action="store_true", dest="with_key", help="only those that could be asked now")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Print the providers that match, or all of the one that is named; 1 when none does."""
    catalog = importlib.import_module("agents.models.catalog")  # loaded when the command runs, not with the parser
    paint = _Paint(sys.stdout.isatty() and "NO_COLOR" not in os.environ)
    named: ProviderRecord | None = catalog.find_provider(args.search.lower())
    if named is not None and not args.with_key:
        print("\n".join(_details(named, paint)))
        return 0
    records: list[ProviderRecord] = [catalog.find_provider(each) for each in catalog.provider_ids()]
    found = [record for record in records if _matches(record, args.search.lower())]
    if args.with_key:
        found = [record for record in found if record.is_ready()]
    if not found:
        near = catalog.near_providers(args.search)
        hint = f" Did you mean {' or '.join(near)}?" if near else ""
        which = "that could be asked now " if args.with_key else ""
        print(f"No provider {which}matches {args.search!r}.{hint}", file=sys.stderr)
        return 1
    print("\n".join(_table(found, paint)))
    ready = sum(record.find_key() is not None for record in records)
    print(
        f"\n{len(found)} of {len(records)} providers; {ready} with a key that is set. 'agents models PROVIDER' shows "
        "one; with LiteLLM installed, 'litellm/provider/model' reaches more."
    )
    return 0


class _Paint:
    """Marks text for a terminal, or leaves it as it is."""

    def __init__(self, on: bool) -> None:
        self.on = on

    def __call__(self, style: str, text: str) -> str:
        return f"{style}{text}{_PLAIN}" if self.on else text


def _matches(record: ProviderRecord, text: str) -> bool:
    return any(text in field.lower() for field in (record.id, record.name, record.protocol, *record.api_key_env))


def _table(records: list[ProviderRecord], paint: _Paint) -> list[str]:
    rows = [_HEAD, *((record.id, record.name, record.protocol, _key(record)) for record in records)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for number, row in enumerate(rows):
        cells = [text.ljust(width) for text, width in zip(row[:-1], widths, strict=False)]
        if not number:
            lines.append(paint(_DIM, "  ".join([*cells, row[-1]])))
            continue
        key = paint(_GREEN if records[number - 1].find_key() is not None else _DIM, row[-1])
        lines.append("  ".join([paint(_BOLD, cells[0]), cells[1], paint(_DIM, cells[2]), key]))
    return lines


def _key(record: ProviderRecord) -> str:
    if record.find_key() is not None:
        return "key set"
    if record.has_credentials():
        return "credentials found"
    if record.local:
        return "on this machine"
    return "no key needed" if record.key_optional else (record.api_key_env or ("a key",))[0]


def _details(record: ProviderRecord, paint: _Paint) -> list[str]:
    """All that is known of a provider. A key is never shown, only where it was found."""
    keys = [f"{name} {paint(_GREEN, '(set)') if os.environ.get(name) else '(not set)'}" for name in record.api_key_env]
    lines = {
        "model string": f"{record.id}/MODEL",
        "protocol": record.protocol,
        "address": record.find_base_url(record.protocol),
        "address from": ", ".join(record.base_url_env),
        "also speaks": ", ".join(f"{protocol} at {address}" for protocol, address in record.also.items()),
        "served by others": ", ".join(f"{start}... by {other}" for start, other in record.families.items()),
        "key": ", ".join(keys) or ("not needed" if record.local or record.key_optional else "passed as api_key"),
        "else": f"{record.credentials.title()}'s own credentials, renewed" if record.credentials else "",
        "goes as": {"bearer": "Authorization: Bearer"}.get(record.auth, record.auth),
        "differs in": ", ".join(f"{name} = {value!r}" for name, value in record.profile.items()),
        "documents": record.docs or "",
    }
    shown = [f"  {paint(_DIM, name.ljust(16))}  {text}" for name, text in lines.items() if text]
    return [paint(_BOLD, record.name), *shown]
