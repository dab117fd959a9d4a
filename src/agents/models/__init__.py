"""Models: the only place where a codec, a transport and a profile meet.

The names below load with their first use: each way to a model brings its codec and its transport, which nobody pays for
who does not take it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..util._lazy import names_from

if TYPE_CHECKING:
    from ..model_defaults import get_default_model as get_default_model
    from ..model_defaults import get_default_model_settings as get_default_model_settings
    from ..model_defaults import gpt_5_reasoning_settings_required as gpt_5_reasoning_settings_required
    from ..model_defaults import is_gpt_5_default as is_gpt_5_default
    from .any_model import AnyModel as AnyModel
    from .litellm import LitellmProvider as LitellmProvider
    from .litellm import litellm_knows as litellm_knows
    from .multi_provider import MultiProvider as MultiProvider
    from .openai_chatcompletions import OpenAIChatCompletionsModel as OpenAIChatCompletionsModel
    from .openai_responses import OpenAIResponsesModel as OpenAIResponsesModel

_HOME = {
    "AnyModel": "any_model",
    "LitellmProvider": "litellm",
    "MultiProvider": "multi_provider",
    "OpenAIChatCompletionsModel": "openai_chatcompletions",
    "OpenAIResponsesModel": "openai_responses",
    "get_default_model": ".model_defaults",
    "get_default_model_settings": ".model_defaults",
    "gpt_5_reasoning_settings_required": ".model_defaults",
    "is_gpt_5_default": ".model_defaults",
    "litellm_knows": "litellm",
}

__all__ = [
    "AnyModel",
    "LitellmProvider",
    "MultiProvider",
    "OpenAIChatCompletionsModel",
    "OpenAIResponsesModel",
    "get_default_model",
    "get_default_model_settings",
    "gpt_5_reasoning_settings_required",
    "is_gpt_5_default",
    "litellm_knows",
]

__getattr__ = names_from(_HOME, globals(), within=".")
