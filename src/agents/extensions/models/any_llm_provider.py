"""``AnyLLMProvider``: finds models by any-llm's names, on the native path."""

from ...models.any_llm import AnyLLMProvider

__all__ = ["AnyLLMProvider"]
