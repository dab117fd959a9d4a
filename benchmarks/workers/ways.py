"""The ways to a model that are compared; each is imported only where it is taken."""

from typing import Any

KEY = "sim-key"


def model(way: str, url: str, name: str = "gpt-4o-mini") -> Any:
    """A model that asks the service at ``url`` over Chat Completions."""
    return {"native": _native, "litellm": _litellm, "openai": _openai}[way](url, name)


def _native(url: str, name: str) -> Any:
    from agents import AnyModel

    return AnyModel(f"openai/{name}", base_url=url, api_key=KEY, api="openai-chat")


def _litellm(url: str, name: str) -> Any:
    from agents.extensions.models.litellm_model import LitellmModel

    return LitellmModel(f"openai/{name}", base_url=url, api_key=KEY)


def _openai(url: str, name: str) -> Any:
    from openai import AsyncOpenAI

    from agents import OpenAIChatCompletionsModel

    return OpenAIChatCompletionsModel(name, AsyncOpenAI(base_url=url, api_key=KEY))
