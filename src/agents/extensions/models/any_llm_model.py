"""``AnyLLMModel``: any model over its own wire protocol, by the name that ``openai-agents`` has for any-llm."""

from ...models.any_llm import AnyLLMModel
from ...models.chat_objects import InternalChatCompletionMessage

__all__ = ["AnyLLMModel", "InternalChatCompletionMessage"]
