"""``LitellmProvider``: finds models by LiteLLM's names. Needs ``pip install "polyglot-agents[litellm]"``."""

from ...models.litellm import LitellmProvider, litellm_or_error

litellm_or_error()

__all__ = ["LitellmProvider"]
