"""Models: the only place where a codec, a transport and a profile meet.

The names below load with their first use: the native path brings an HTTP client, which nobody pays for who does not
take it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .any_model import AnyModel as AnyModel
    from .openai_defaults import get_default_model as get_default_model
    from .openai_defaults import get_default_model_settings as get_default_model_settings

_HOME = {
    "AnyModel": "any_model",
    "get_default_model": "openai_defaults",
    "get_default_model_settings": "openai_defaults",
}

__all__ = ["AnyModel", "get_default_model", "get_default_model_settings"]


def __getattr__(name: str) -> object:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f".{home}", __name__), name)
    globals()[name] = value
    return value
