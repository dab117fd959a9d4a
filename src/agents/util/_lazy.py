"""Modules whose names live elsewhere, and are loaded with their first use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def names_from(home: Mapping[str, str], module: dict[str, Any], *, within: str = "") -> Callable[[str], object]:
    """The ``__getattr__`` of a module that serves names of others.

    Args:
        home: Which module each name lives in; one of the same package begins with a dot.
        module: The ``globals()`` of the module that serves them, which keep what was asked for once.
        within: What to put before each home: a dot, where all of them belong to the package.
    """

    def load(name: str) -> object:
        if name not in home:
            raise AttributeError(f"module {module['__name__']!r} has no attribute {name!r}")
        value: object = getattr(import_module(within + home[name], module["__package__"]), name)
        module[name] = value
        return value

    return load
