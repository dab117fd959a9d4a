"""Readers of JSON shapes: small functions, put together into one table per protocol.

A reader takes a value and its path and returns the value as understood, or raises `Misshapen` with the first
thing that is wrong. Which words and which status the vendor uses for it is the protocol module's affair:
`Misshapen` is data. An object without a field for a key refuses the key, which is what makes the simulator
strict.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

__all__ = [
    "Misshapen",
    "Path",
    "Reader",
    "anything",
    "boolean",
    "either",
    "free",
    "integer",
    "json_kind",
    "list_of",
    "number",
    "obj",
    "one_of",
    "string",
    "tagged",
]

Path = tuple[Any, ...]
Reader = Callable[[Any, Path], Any]


class Misshapen(Exception):  # noqa: N818 - it is a finding, caught in the same package, not an error of ours
    """What is wrong first: `kind` is type, unknown, missing, choice, low, high, short, long, empty or
    pattern.
    """

    def __init__(self, kind: str, path: Path, expected: Any = None, got: Any = None) -> None:
        super().__init__(f"{kind} at {path}: expected {expected}, got {got!r}")
        self.kind, self.path, self.expected, self.got = kind, path, expected, got


def json_kind(value: Any) -> str:
    """The JSON type of a value: null, boolean, integer, number, string, array or object."""
    for kind, test in (
        ("null", value is None),
        ("boolean", isinstance(value, bool)),
        ("integer", isinstance(value, int)),
        ("number", isinstance(value, float)),
        ("string", isinstance(value, str)),
        ("array", isinstance(value, list)),
    ):
        if test:
            return kind
    return "object"


def _expect(kind: str, value: Any, path: Path) -> None:
    got = json_kind(value)
    if got != kind and not (kind == "number" and got == "integer"):
        raise Misshapen("type", path, kind, value)


def anything(value: Any, path: Path) -> Any:
    """Any JSON value."""
    return value


def free(value: Any, path: Path) -> Any:
    """An object with any keys."""
    _expect("object", value, path)
    return value


def boolean(value: Any, path: Path) -> Any:
    """True or false."""
    _expect("boolean", value, path)
    return value


def string(pattern: str = "", *, low: int = 0, high: int | None = None) -> Reader:
    """A string, of at least `low` and at most `high` characters, all of it matching `pattern`."""
    regex = re.compile(pattern) if pattern else None

    def read(value: Any, path: Path) -> Any:
        _expect("string", value, path)
        if len(value) < low:
            raise Misshapen("short", path, low, value)
        if high is not None and len(value) > high:
            raise Misshapen("long", path, high, value)
        if regex and not regex.fullmatch(value):
            raise Misshapen("pattern", path, pattern, value)
        return value

    return read


def number(low: float | None = None, high: float | None = None, *, kind: str = "number") -> Reader:
    """A number within bounds."""

    def read(value: Any, path: Path) -> Any:
        _expect(kind, value, path)
        if low is not None and value < low:
            raise Misshapen("low", path, low, value)
        if high is not None and value > high:
            raise Misshapen("high", path, high, value)
        return value

    return read


def integer(low: int | None = None, high: int | None = None) -> Reader:
    """A whole number within bounds."""
    return number(low, high, kind="integer")


def one_of(*choices: str, fold: bool = False) -> Reader:
    """One of these strings; `fold` ignores case and returns the spelling given here."""
    table = {choice.lower() if fold else choice: choice for choice in choices}

    def read(value: Any, path: Path) -> Any:
        _expect("string", value, path)
        found = table.get(value.lower() if fold else value)
        if found is None:
            raise Misshapen("choice", path, choices, value)
        return found

    return read


def list_of(item: Reader, *, low: int = 0, high: int | None = None) -> Reader:
    """An array of at least `low` and at most `high` items."""

    def read(value: Any, path: Path) -> Any:
        _expect("array", value, path)
        if len(value) < low:
            raise Misshapen("empty", path, low, value)
        if high is not None and len(value) > high:
            raise Misshapen("long", path, high, value)
        return [item(each, (*path, index)) for index, each in enumerate(value)]

    return read


def either(**readers: Reader) -> Reader:
    """By JSON type: `either(string=..., array=..., null=anything)`."""

    def read(value: Any, path: Path) -> Any:
        kind = json_kind(value)
        reader = readers.get(kind) or (readers.get("number") if kind == "integer" else None)
        if reader is None:
            raise Misshapen("type", path, " or ".join(readers), value)
        return reader(value, path)

    return read


def obj(
    fields: Mapping[str, Reader],
    *,
    required: Sequence[str] = (),
    nulls: bool = False,
    rename: Callable[[str], str] | None = None,
) -> Reader:
    """An object of exactly these fields.

    Args:
        fields: A reader for each field.
        required: Which of them must be there.
        nulls: Whether null means "absent" for the optional ones.
        rename: Gives a key its canonical spelling before it is looked up.
    """

    def read(value: Any, path: Path) -> Any:
        _expect("object", value, path)
        found: dict[str, Any] = {}
        for key, each in value.items():
            name = rename(key) if rename else key
            reader = fields.get(name)
            if reader is None:
                raise Misshapen("unknown", (*path, key), None, each)
            if each is None and nulls and name not in required:
                continue
            found[name] = reader(each, (*path, name))
        for name in required:
            if name not in found:
                raise Misshapen("missing", (*path, name))
        return found

    return read


def tagged(key: str, variants: Mapping[str, Reader], default: str | None = None, *, mark: bool = False) -> Reader:
    """An object whose field `key` says which of the variants it is; `mark` puts the tag into the path of
    findings.
    """

    def read(value: Any, path: Path) -> Any:
        _expect("object", value, path)
        tag = value.get(key, default)
        if tag is None:
            raise Misshapen("missing", (*path, key))
        if not isinstance(tag, str) or tag not in variants:
            raise Misshapen("choice", (*path, key), tuple(variants), tag)
        return variants[tag](value, (*path, tag) if mark else path)

    return read
