"""What a docstring says about a function and its parameters.

``griffe`` reads Google, NumPy and Sphinx docstrings. Importing it takes a tenth of a second, so the first
docstring that has sections loads it; a plain description needs no parser. ``function_schema`` is above.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from .exceptions import UserError

DocstringStyle: TypeAlias = Literal["google", "numpy", "sphinx"]


@dataclass
class FuncDocumentation:
    """What the docstring of a function says."""

    name: str
    """The function's name."""
    description: str | None
    """The text before the first section."""
    param_descriptions: dict[str, str] | None
    """Descriptions by parameter, without the stars of ``*args`` and ``**kwargs``."""


_MARKERS: dict[DocstringStyle, re.Pattern[str]] = {
    "sphinx": re.compile(r"^:(?:param|type|returns?|rtype|raises?)\b", re.MULTILINE),
    "numpy": re.compile(r"^(?:Parameters|Returns|Yields|Raises)[ \t]*\n[ \t]*-{3,}", re.MULTILINE),
    "google": re.compile(r"^(?:Args|Arguments|Params|Parameters|Returns|Yields|Raises):", re.MULTILINE),
}
"""What gives a style away, the most telling style first."""

_SECTIONS = re.compile(r"^\s*:\w|^[ \t]*[-=]{3,}[ \t]*$|^\S[^\n]*:[^\n]*\n+[ \t]+\S", re.MULTILINE)
"""Whatever a parser might take for a section, in any style."""

_CROWDED_ARGS = re.compile(r"(?<!\n)\n(?=(?:args|arguments|params|parameters):[ \t]*\n[ \t]+\S)", re.IGNORECASE)
"""A Google parameter section without the blank line that the parser wants above it."""


def generate_func_documentation(func: Callable[..., Any], style: DocstringStyle | None = None) -> FuncDocumentation:
    """Read a function's docstring.

    Args:
        func: The function, or another callable: a ``functools.partial``, an object with a ``__call__``.
        style: The docstring's style. Without it, the style that leaves the most traces is taken.
    """
    plain = underlying_function(func)
    if _is_callable_object(func) and not plain.__doc__:
        plain = type(func)
    text = inspect.getdoc(plain)
    name = callable_name(func)
    if not text:
        return FuncDocumentation(name, None, None)
    if not _SECTIONS.search(text):
        return FuncDocumentation(name, text.strip(), None)
    description, params = _parse(text, style or _detect_style(text))
    return FuncDocumentation(name, description, params or None)


def callable_name(func: Callable[..., Any]) -> str:
    """The name of a function or method; for a callable object, the name of its class."""
    if isinstance(func, functools.partial):
        return callable_name(func.func)
    return getattr(func, "__name__", type(func).__name__)


def underlying_function(func: Callable[..., Any]) -> Callable[..., Any]:
    """The function or method behind a callable: it holds the annotations and the docstring."""
    if isinstance(func, functools.partial):
        return underlying_function(func.func)
    return func.__call__ if _is_callable_object(func) else func  # type: ignore[operator]


def _is_callable_object(func: Callable[..., Any]) -> bool:
    return not (inspect.isroutine(func) or inspect.isclass(func) or isinstance(func, functools.partial))


def _detect_style(text: str) -> DocstringStyle:
    traces = {style: len(marker.findall(text)) for style, marker in _MARKERS.items()}
    best = max(traces, key=traces.__getitem__)
    return best if traces[best] else "google"


def _parse(text: str, style: DocstringStyle) -> tuple[str | None, dict[str, str]]:
    if style not in _MARKERS:
        raise UserError(f"docstring_style must be one of {', '.join(_MARKERS)}, not {style!r}.")
    griffe = importlib.import_module("griffe")
    if style == "google":
        text = _CROWDED_ARGS.sub("\n\n", text)
    # The parser dedents once more, by all lines but the first: an empty first line leaves them as they are.
    sections = griffe.Docstring(f"\n{text}", lineno=1).parse(style, warnings=False)
    kinds = griffe.DocstringSectionKind
    description = next((section.value for section in sections if section.kind == kinds.text), None)
    params = {
        param.name.lstrip("*"): param.description
        for section in sections
        if section.kind == kinds.parameters
        for param in section.value
    }
    return description, params
