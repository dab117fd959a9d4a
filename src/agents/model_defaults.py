"""The model of an agent that names none, and the settings that suit a model of OpenAI's when nobody chose any.

Below agents and models: an agent shows these settings from the start, the run asks again once it knows the model.
"""

from __future__ import annotations

import os
import re
from typing import Literal, TypeAlias

from . import openai_types as oai
from .model_settings import ModelSettings

_DEFAULT_MODEL = "gpt-5.6-luna"
_Effort: TypeAlias = Literal["none", "low", "medium"]

_DATE = r"(-\d{4}-\d{2}-\d{2})?\Z"
_EFFORTS: tuple[tuple[re.Pattern[str], _Effort], ...] = (
    # Chat Completions takes tools of these models only while they do not reason.
    (re.compile(rf"gpt-5\.[1-9](-(luna|sol|terra|mini|nano))?{_DATE}"), "none"),
    (re.compile(r"gpt-5\.3-codex\Z"), "none"),
    (re.compile(rf"gpt-5{_DATE}"), "low"),
    (re.compile(r"gpt-5\.2-codex\Z"), "low"),
    (re.compile(rf"gpt-5\.[24]-pro{_DATE}"), "medium"),
)
"""The least effort that each is known to take together with tools. Of other models nobody knows it: they choose."""
_CHAT_ALIAS = re.compile(r"gpt-5(\.[1-3])?-chat-latest\Z")


def get_default_model() -> str:
    """The model of an agent that names none: ``OPENAI_DEFAULT_MODEL``, or OpenAI's small one."""
    return (os.environ.get("OPENAI_DEFAULT_MODEL") or _DEFAULT_MODEL).lower()


def gpt_5_reasoning_settings_required(model_name: str) -> bool:
    """Whether this is a GPT-5 model that reasons; the ``chat-latest`` aliases do not."""
    return model_name.startswith("gpt-5") and not _CHAT_ALIAS.match(model_name)


def is_gpt_5_default() -> bool:
    """Whether an agent that names no model runs on a GPT-5 model that reasons."""
    return gpt_5_reasoning_settings_required(get_default_model())


def get_default_model_settings(model: str | None = None) -> ModelSettings:
    """The settings of an agent that chooses none, by the name of its model; ``None`` stands for the default model."""
    name = model if model is not None else get_default_model()
    if not gpt_5_reasoning_settings_required(name):
        return ModelSettings()
    effort = next((effort for pattern, effort in _EFFORTS if pattern.match(name)), None)
    reasoning = oai.Reasoning(effort=effort) if effort else None
    return ModelSettings(reasoning=reasoning, verbosity="low")


def settings_for(model: object) -> ModelSettings:
    """The settings of an agent that chooses none, for a model, its name, or ``None``."""
    return get_default_model_settings(model) if model is None or isinstance(model, str) else ModelSettings()
