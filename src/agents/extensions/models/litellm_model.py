"""``LitellmModel``: any model that LiteLLM reaches. Needs ``pip install "polyglot-agents[litellm]"``.

Importing this module does not import ``litellm``, which takes seconds: the first call does. The converter's names load
``openai`` with their first use.
"""

import importlib
from typing import TYPE_CHECKING

from ...models.litellm import LitellmModel, litellm_or_error

if TYPE_CHECKING:
    from ...models.chat_objects import InternalChatCompletionMessage, InternalToolCall, LitellmConverter

litellm_or_error()

__all__ = ["InternalChatCompletionMessage", "InternalToolCall", "LitellmConverter", "LitellmModel"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module("agents.models.chat_objects"), name)
    return value
