"""``Converter``: items as Chat Completions messages and back, for code that calls the original's converter.

It is the Chat Completions codec under the names of the public API; nothing is converted here a second time.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import msgspec

from .. import openai_types as oai
from ..exceptions import UserError
from ..items import ItemHelpers
from ..protocols.base import Maker, Profile
from ..protocols.chat_completions import ChatCompletions
from ..protocols.chat_completions.messages import messages_of
from .on_paper import PaperModel
from .reasoning_content_replay import ShouldReplayReasoningContent, replay_filter

if TYPE_CHECKING:
    from ..agent_output import AgentOutputSchemaBase
    from ..handoffs import Handoff
    from ..items import TResponseInputItem, TResponseOutputItem
    from ..model_settings import MCPToolChoice
    from ..tool_kinds import Tool

_ROLES = ("user", "assistant", "system", "developer")
_EASY = {"content", "role", "type", "phase"}


class Converter:
    """Items and tools in the words of Chat Completions. Every method is a class method."""

    @classmethod
    def convert_tool_choice(cls, tool_choice: str | MCPToolChoice | None) -> Any:
        """A tool choice; ``openai.omit`` where none is made.

        Raises:
            UserError: It is one that only Responses has.
        """
        return oai.omit if tool_choice is None else _paper().choice(tool_choice)

    @classmethod
    def convert_response_format(cls, final_output_schema: AgentOutputSchemaBase | None) -> Any:
        """The form of the answer; ``openai.omit`` for plain text."""
        return _paper().body(output_schema=final_output_schema).get("response_format", oai.omit)

    @classmethod
    def tool_to_openai(cls, tool: Tool) -> dict[str, Any]:
        """A function tool.

        Raises:
            UserError: It is a tool of another kind.
        """
        converted: dict[str, Any] = _paper().body([tool])["tools"][0]
        return converted

    @classmethod
    def convert_handoff_tool(cls, handoff: Handoff[Any, Any]) -> dict[str, Any]:
        """A handoff, which is a tool to a model."""
        converted: dict[str, Any] = _paper().body(handoffs=[handoff])["tools"][0]
        return converted

    @classmethod
    def items_to_messages(
        cls,
        items: str | Iterable[TResponseInputItem],
        model: str | None = None,
        preserve_thinking_blocks: bool = False,
        preserve_tool_output_all_content: bool = False,
        base_url: str | None = None,
        should_replay_reasoning_content: ShouldReplayReasoningContent | None = None,
        strict_feature_validation: bool = False,
    ) -> list[dict[str, Any]]:
        """A conversation as messages.

        Args:
            items: The conversation: a string, or items.
            model: Who will read it; the part before a slash is the provider, whose own reasoning may go back.
            preserve_thinking_blocks: Whether that reader wants its signed thinking back.
            preserve_tool_output_all_content: Whether tool messages may hold images and files; they follow in a
                user message otherwise.
            base_url: The reader's address, for ``should_replay_reasoning_content``.
            should_replay_reasoning_content: Decides which reasoning goes back as ``reasoning_content``.
            strict_feature_validation: Whether images and files in tool outputs are refused where tool messages do
                not hold them.

        Raises:
            UserError: An item is none that Chat Completions can carry.
        """
        name = model or ""
        conversation = ItemHelpers.input_to_new_input_list(items if isinstance(items, str) else list(items))
        if strict_feature_validation and not preserve_tool_output_all_content:
            _refuse_media(conversation)
        thinking = "thinking_blocks" if preserve_thinking_blocks else "never"
        profile = Profile(
            provider=name.partition("/")[0] if "/" in name else "openai",
            reasoning_replay="reasoning_content" if should_replay_reasoning_content else thinking,  # type: ignore[arg-type]
            replay_filter=replay_filter(should_replay_reasoning_content, name, base_url),
            tool_media="native" if preserve_tool_output_all_content else "user",
        )
        return messages_of(conversation, profile, name)

    @classmethod
    def message_to_output_items(
        cls,
        message: Any,
        provider_data: dict[str, Any] | None = None,
        strict_feature_validation: bool = False,
    ) -> list[TResponseOutputItem]:
        """An assistant message as output items.

        Args:
            message: The client's ``ChatCompletionMessage``.
            provider_data: What is noted on each item, beside what came with it.
            strict_feature_validation: Whether calls of custom tools are refused; they are left out otherwise.

        Raises:
            UserError: The message holds a call of a custom tool, and that was to be refused.
        """
        fields = message.model_dump(mode="json", exclude_unset=True)
        calls = fields.get("tool_calls") or []
        if strict_feature_validation and any(call.get("type") == "custom" for call in calls):
            raise UserError("Chat Completions has no calls of custom tools here: use function tools, or Responses.")
        fields["tool_calls"] = [call for call in calls if call.get("type") != "custom"]
        output = decoded({"message": fields, "finish_reason": "stop"})
        for item in output:
            data = {name: value for name, value in (item.provider_data or {}).items() if name not in _NOTED}
            item.provider_data = {**data, **(provider_data or {})} or None
        return output

    @classmethod
    def extract_all_content(cls, content: str | Iterable[Any]) -> str | list[dict[str, Any]]:
        """What is said to a model: text as it is, else parts."""
        if isinstance(content, str):
            return content
        said_to_model: Any = {"role": "user", "content": list(content)}
        (message,) = cls.items_to_messages([said_to_model])
        said = message["content"]
        return [{"type": "text", "text": said}] if isinstance(said, str) else said

    @classmethod
    def extract_text_content(cls, content: str | Iterable[Any]) -> str | list[dict[str, Any]]:
        """The text in it."""
        found = cls.extract_all_content(content)
        return found if isinstance(found, str) else [part for part in found if part["type"] == "text"]

    # What an item is: the item itself, or ``None``.

    @classmethod
    def maybe_easy_input_message(cls, item: Any) -> Any:
        """The item, if it is a message in its short form."""
        return item if _is(item, "message", None) and item.get("role") in _ROLES and set(item) <= _EASY else None

    @classmethod
    def maybe_input_message(cls, item: Any) -> Any:
        """The item, if it is a message to the model."""
        return item if _is(item, "message") and item.get("role") in _ROLES and item["role"] != "assistant" else None

    @classmethod
    def maybe_response_output_message(cls, item: Any) -> Any:
        """The item, if it is a model's message."""
        own = _is(item, "message") and item.get("role") == "assistant" and {"id", "content"} <= set(item)
        return item if own else None

    @classmethod
    def maybe_function_tool_call(cls, item: Any) -> Any:
        """The item, if it is a call of a function."""
        return item if _is(item, "function_call") else None

    @classmethod
    def maybe_function_tool_call_output(cls, item: Any) -> Any:
        """The item, if it is the output of one."""
        return item if _is(item, "function_call_output") else None

    @classmethod
    def maybe_file_search_call(cls, item: Any) -> Any:
        """The item, if it is a file search."""
        return item if _is(item, "file_search_call") else None

    @classmethod
    def maybe_item_reference(cls, item: Any) -> Any:
        """The item, if it refers to another one."""
        return item if _is(item, "item_reference") else None

    @classmethod
    def maybe_reasoning_message(cls, item: Any) -> Any:
        """The item, if it is reasoning."""
        return item if _is(item, "reasoning") else None


_NOTED = ("provider", "model", "response_id")


def decoded(choice: dict[str, Any]) -> list[Any]:
    """The output items of an answer with this one choice."""
    maker = Maker("openai", "model", uuid.uuid4().hex, time.time())
    payload = msgspec.json.encode({"choices": [{"index": 0, **choice}]})
    return ChatCompletions().decode(payload, maker, Profile(provider="openai"), keep_usage=False).output


def _paper() -> PaperModel:
    return PaperModel(ChatCompletions())


def _is(item: Any, *kinds: str | None) -> bool:
    return isinstance(item, dict) and item.get("type") in kinds


def _refuse_media(items: Iterable[Any]) -> None:
    for item in items:
        output = item.get("output") if _is(item, "function_call_output") else None
        for part in output if isinstance(output, list) else ():
            if part.get("type") not in ("input_text", "output_text", "text"):
                raise UserError(f"A tool message of Chat Completions holds text alone, not {part.get('type')!r}.")
