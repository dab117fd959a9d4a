"""What a session says whose package is not installed."""

from __future__ import annotations


def missing(session: str, package: str, extra: str) -> ImportError:
    """The error, with the way out."""
    return ImportError(f'{session} needs {package}: pip install "polyglot-agents[{extra}]"')
