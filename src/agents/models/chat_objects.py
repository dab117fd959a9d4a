"""``openai``'s chat objects with what other vendors add to them, and LiteLLM's objects as such.

The codec reads LiteLLM's objects as they are. These are for code that calls the original's converter.
"""

from __future__ import annotations

from typing import Any

from openai.types.chat import ChatCompletionMessage
from openai.types.chat.chat_completion_message import Annotation
from openai.types.chat.chat_completion_message_function_tool_call import ChatCompletionMessageFunctionToolCall

from ..exceptions import ModelBehaviorError
from ..protocols.chat_completions.decode import SIGNATURE_IN_ID


class InternalChatCompletionMessage(ChatCompletionMessage):
    """A message with its reasoning."""

    reasoning_content: str = ""
    """The reasoning that may be shown."""
    thinking_blocks: list[dict[str, Any]] | None = None
    """Signed and redacted thinking, as its maker wants it back."""


class InternalToolCall(ChatCompletionMessageFunctionToolCall):
    """A tool call with what its maker wants back."""

    extra_content: dict[str, Any] | None = None
    """``{"google": {"thought_signature": ...}}``, as Gemini's own OpenAI endpoint has it."""


class LitellmConverter:
    """LiteLLM's objects as OpenAI's. Every method is a class method."""

    @classmethod
    def convert_message_to_openai(cls, message: Any, model: str | None = None) -> ChatCompletionMessage:
        """An assistant message.

        Raises:
            ModelBehaviorError: It is of another role.
        """
        if message.role != "assistant":
            raise ModelBehaviorError(f"An answer is the assistant's; this message is of role {message.role!r}.")
        fields = message.model_dump(mode="json")
        beside = fields.get("provider_specific_fields") or {}
        return InternalChatCompletionMessage(
            role="assistant",
            content=fields.get("content"),
            refusal=fields.get("refusal") or beside.get("refusal"),
            annotations=cls.convert_annotations_to_openai(message),
            audio=fields.get("audio"),
            tool_calls=[cls.convert_tool_call_to_openai(call, model) for call in message.tool_calls or ()] or None,
            reasoning_content=fields.get("reasoning_content") or "",
            thinking_blocks=fields.get("thinking_blocks") or None,
        )

    @classmethod
    def convert_annotations_to_openai(cls, message: Any) -> list[Annotation] | None:
        """The citations of a message; ``None`` for none."""
        notes = message.model_dump(mode="json").get("annotations") or ()
        return [Annotation.model_validate(note) for note in notes if note.get("type") == "url_citation"] or None

    @classmethod
    def convert_tool_call_to_openai(
        cls, tool_call: Any, model: str | None = None
    ) -> ChatCompletionMessageFunctionToolCall:
        """A tool call, with its own id: without the signature that LiteLLM hangs on those of Gemini's models."""
        fields = tool_call.model_dump(mode="json")
        own_id, _, behind = str(fields["id"]).partition(SIGNATURE_IN_ID)
        signature = (fields.get("provider_specific_fields") or {}).get("thought_signature") or behind
        function = {**fields["function"], "name": fields["function"].get("name") or ""}
        return InternalToolCall.model_validate(
            {
                "id": own_id,
                "type": "function",
                "function": function,
                "extra_content": {"google": {"thought_signature": signature}} if signature else None,
            }
        )
